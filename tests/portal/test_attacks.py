"""What somebody with bad intentions tries at the portal, and what it gives away: nothing."""

from __future__ import annotations

import logging
from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.test import Client

from fairdue.collections import selectors as collections
from fairdue.foundation import clock
from fairdue.foundation.jobs import drain
from fairdue.foundation.portal import portal_links
from fairdue.portal import links
from fairdue.portal.models import Failure, Link, Visit
from tests import make


@pytest.fixture
def stranger_item(other_ctx):
    """An open item of another tenant."""
    with other_ctx.open():
        books = make.books(other_ctx, name="Elsewhere AG")
        return make.item(other_ctx, books, 77_700, number="XX-SECRET")


@pytest.fixture
def neighbour_item(ctx, debtor_books):
    """An open item of another debtor of the same creditor."""
    with ctx.open():
        debtor = make.debtor(ctx, debtor_books.creditor, name="Neighbour KG")
        return make.item(ctx, make.Books(debtor_books.creditor, debtor), 66_600, number="NB-SECRET")


def test_no_secret_is_kept_only_its_hash(ctx, link, guest):
    token = link.rpartition("/")[2]
    row = Link.objects.get(token_hash=links.digest(token))
    assert token not in str(row.__dict__)
    secret = guest.cookies["fairdue_visit"].value
    assert secret not in str(Visit.objects.get(link=row).__dict__)


def test_unknown_expired_revoked_and_worn_out_links_look_the_same(ctx, link, debtor_books):
    token = link.rpartition("/")[2]
    answers = [Client().get("/p/l/nonsense")]
    row = Link.objects.filter(token_hash=links.digest(token))
    row.update(expires_at=clock.now() - timedelta(seconds=1))
    answers.append(Client().get(link))
    row.update(expires_at=clock.now() + timedelta(days=1), opens=links.MOST_OPENS)
    answers.append(Client().get(link))
    row.update(opens=0)
    with ctx.open():
        assert links.revoke_links(ctx, debtor=debtor_books.debtor) == 1
    answers.append(Client().get(link))
    assert {answer.status_code for answer in answers} == {404}
    bodies = {answer.content.decode().split("csrfmiddlewaretoken")[0].replace(token, "nonsense") for answer in answers}
    assert len({body.split("nonce")[0] for body in bodies}) == 1
    assert all("fairdue_visit" not in answer.cookies for answer in answers)


def test_revoking_ends_running_visits_at_once(ctx, guest, debtor_books):
    assert guest.get("/p/").status_code == 200
    with ctx.open():
        links.revoke_links(ctx, debtor=debtor_books.debtor)
    assert guest.get("/p/").status_code == 404


def test_an_idle_visit_ends_and_an_old_one_too(guest):
    Visit.objects.update(seen_at=clock.now() - links.IDLE - timedelta(seconds=1))
    assert guest.get("/p/").status_code == 404
    Visit.objects.update(seen_at=clock.now(), expires_at=clock.now() - timedelta(seconds=1))
    assert guest.get("/p/").status_code == 404


def test_leaving_ends_the_visit_on_the_server(guest):
    secret = guest.cookies["fairdue_visit"].value
    assert guest.post("/p/leave").status_code == 200
    thief = Client()
    thief.cookies["fairdue_visit"] = secret
    assert thief.get("/p/").status_code == 404


@pytest.mark.parametrize("path", ["/p/", "/p/pay", "/p/promise", "/p/dispute", "/p/statement"])
def test_without_a_visit_no_page_says_anything(path):
    answer = Client().get(path)
    assert answer.status_code == 404
    assert b"RE-1" not in answer.content


def test_guessing_is_slowed_down_and_the_honest_link_then_waits_too(link):
    for _ in range(links.MOST_FAILURES):
        assert Client().get("/p/l/guess").status_code == 404
    assert Client().get(link).status_code == 404
    assert Client(REMOTE_ADDR="203.0.113.9").get(link).status_code == 302


def test_counted_failures_hold_no_address(link):
    Client(REMOTE_ADDR="203.0.113.77").get("/p/l/guess")
    assert "203.0.113.77" not in str([row.__dict__ for row in Failure.objects.all()])


@pytest.mark.parametrize("whose", ["stranger_item", "neighbour_item"])
def test_items_of_others_do_not_exist(guest, request, ctx, other_ctx, debtor_books, whose):
    item = request.getfixturevalue(whose)
    for path in ("/p/pay", "/p/promise", "/p/dispute"):
        answer = guest.get(path, {"i": item}, follow=True)
        assert b"SECRET" not in answer.content
        assert answer.redirect_chain
    tomorrow = (make.TODAY + timedelta(1)).isoformat()
    guest.post("/p/promise", {"i": item, "day": tomorrow})
    guest.post("/p/dispute", {"i": item, "reason": "price"})
    guest.post("/p/promise", {"i": [item, debtor_books.late], "day": tomorrow})
    for one in (ctx, other_ctx):
        with one.open():
            assert collections.disputes(one) == []
    with ctx.open():
        (row,) = collections.promises(ctx, today=make.TODAY)
        assert (row.amount, row.numbers) == (119_000, "RE-1")
    assert guest.get(f"/p/document/{item}").status_code == 404
    assert b"SECRET" not in guest.get("/p/statement").content


def test_a_link_of_one_tenant_opens_nothing_of_another(ctx, other_ctx, link):
    with other_ctx.open():
        books = make.books(other_ctx, name="Elsewhere AG")
        make.item(other_ctx, books, 100, number="XX-SECRET")
        made = portal_links(other_ctx, debtors=[books.debtor], today=make.TODAY)
        assert portal_links(other_ctx, debtors=[make.books(other_ctx).creditor], today=make.TODAY) == {}
    client = Client()
    client.get(urlsplit(made[books.debtor]).path)
    html = client.get("/p/").content
    assert b"XX-SECRET" in html
    assert b"RE-1" not in html


def test_nobody_makes_links_for_debtors_of_another_tenant(other_ctx, debtor_books):
    with other_ctx.open():
        assert portal_links(other_ctx, debtors=[debtor_books.debtor], today=make.TODAY) == {}


@pytest.mark.parametrize(
    "value", ["", "x", "1; DROP TABLE fact", "00000000-0000-0000-0000-000000000000", "\x00", "𝕏" * 99]
)
def test_odd_ids_are_nobodys(guest, value):
    assert guest.get("/p/pay", {"i": value}).status_code == 302
    assert guest.get("/p/", {"i": value}).status_code == 200


def test_words_of_the_debtor_are_only_words(guest, ctx, debtor_books, sign_in_staff):
    evil = "<script>alert(1)</script>\x00\x1b[31m"
    guest.post("/p/dispute", {"i": debtor_books.late, "reason": "price", "note": evil})
    with ctx.open():
        (row,) = collections.disputes(ctx)
    assert row.note == "<script>alert(1)</script>[31m"
    page = sign_in_staff.get("/audit")
    assert b"<script>alert" not in page.content


@pytest.fixture
def sign_in_staff(ctx):
    from fairdue.foundation.models import Membership, User

    user = User.objects.create_user(f"staff-{ctx.tenant}@weiss.example", "correct horse battery", name="Jana")
    Membership.objects.create(user=user, tenant_id=ctx.tenant, role="admin")
    client = Client()
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def test_forms_without_the_token_of_the_page_are_refused(guest, ctx, debtor_books):
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = guest.cookies
    for path in ("/p/promise", "/p/dispute", "/p/leave", "/p/language", "/p/again"):
        assert strict.post(path, {"i": debtor_books.late, "day": make.TODAY.isoformat()}).status_code == 403
    with ctx.open():
        assert collections.promises(ctx, today=make.TODAY) == []


def test_pages_are_never_stored_framed_or_passed_on(guest):
    answer = guest.get("/p/")
    assert answer.headers["Cache-Control"] == "no-store, private"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert "script-src 'self' 'nonce-" in answer.headers["Content-Security-Policy"]


def test_nobody_puts_words_into_the_page(guest):
    guest.cookies["fairdue_visit_said"] = "You have won"
    answer = guest.get("/p/?said=You+have+won")
    assert b"You have won" not in answer.content


def test_a_fresh_link_goes_to_the_address_on_file_once_a_day_and_nothing_else_shows(ctx, link):
    drain()  # what other tests left to send
    from fairdue.portal.models import Link

    Link.objects.filter(token_hash=links.digest(link.rpartition("/")[2])).update(expires_at=clock.now())
    known = Client().post("/p/again", {"token": link.rpartition("/")[2], "email": "evil@example.com"})
    unknown = Client().post("/p/again", {"token": "never-ours"})
    assert known.content.split(b"nonce")[0] == unknown.content.split(b"nonce")[0]
    Client().post("/p/again", {"token": link.rpartition("/")[2]})
    mail.outbox.clear()
    drain()
    assert [message.to for message in mail.outbox] == [["ap@kaufmann.example"]]
    fresh = next(word for word in mail.outbox[0].body.split() if "/p/l/" in word)
    assert Client().get(urlsplit(fresh).path).status_code == 302


def test_a_revoked_link_does_not_bring_a_fresh_one(ctx, link, debtor_books):
    drain()  # what other tests left to send
    with ctx.open():
        links.revoke_links(ctx, debtor=debtor_books.debtor)
    Client().post("/p/again", {"token": link.rpartition("/")[2]})
    mail.outbox.clear()
    drain()
    assert mail.outbox == []


def test_a_debtor_with_a_visit_stays_outside_the_staff_screens(guest):
    for path in ("/settings", "/audit", "/help", "/search?q=RE"):
        assert guest.get(path).status_code == 302


def test_logs_do_not_learn_the_secret(link, capsys, caplog):
    caplog.set_level(logging.DEBUG)
    Client().get(link)
    heard = capsys.readouterr()
    token = link.rpartition("/")[2]
    assert token not in heard.out + heard.err + caplog.text


def test_a_merged_debtor_is_led_to_the_survivor(ctx, debtor_books, link):
    from fairdue.parties.models import Debtor

    with ctx.open():
        survivor = make.debtor(ctx, debtor_books.creditor, name="Survivor KG")
        make.item(ctx, make.Books(debtor_books.creditor, survivor), 12_300, number="SV-1")
        Debtor.objects.filter(id=debtor_books.debtor).update(merged_into_id=survivor)
    client = Client()
    client.get(link)
    assert b"SV-1" in client.get("/p/").content


def test_making_many_links_asks_the_database_a_few_times_only(ctx, debtor_books):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with ctx.open():
        debtors = [make.debtor(ctx, debtor_books.creditor, name=f"D{number}") for number in range(30)]
        with CaptureQueriesContext(connection) as asked:
            assert len(portal_links(ctx, debtors=debtors, today=make.TODAY)) == 30
    assert len(asked) < 10


@pytest.mark.parametrize(
    "text", ["1e999999", "1e309", "9" * 400, "NaN", "-Infinity", "0", "-1", "²", "1e-999999", "\0"]
)
def test_an_odd_amount_is_told_beside_its_field(guest, debtor_books, text):
    answer = guest.post("/p/dispute", {"i": str(debtor_books.late), "reason": "price", "amount": text})
    assert answer.status_code == 422
