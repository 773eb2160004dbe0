"""What a debtor sees and does, told through the pages."""

from __future__ import annotations

import re
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.conf import settings
from django.urls import reverse

from fairdue.collections import selectors as collections
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.portal import portal_links
from fairdue.portal.paying import reference_text, transfers
from fairdue.portal.words import LANGUAGES, keys_of, language_for, words_of
from fairdue.receivables.selectors import holds
from fairdue.receivables.services import Applied, allocate
from tests import make


def page(answer, status=200):
    assert answer.status_code == status
    return re.sub(r"\s+", " ", answer.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def test_opening_the_link_leaves_no_secret_in_the_address(client_without_cookies, link):
    answer = client_without_cookies.get(link)
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/p/"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    cookie = answer.cookies["fairdue_visit"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/p/"
    assert link.rpartition("/")[2] not in cookie.value


@pytest.fixture
def client_without_cookies():
    from django.test import Client

    return Client()


def test_the_address_of_a_link_is_the_page_that_opens_it(link):
    token = link.rpartition("/")[2]
    assert link.removeprefix(settings.BASE_URL) == reverse("portal:open", args=[token])


def test_the_debtor_sees_what_is_open_with_its_sum_and_nothing_internal(guest, ctx, debtor_books):
    from fairdue.receivables.services import HoldDraft, place_holds

    with ctx.open():
        hold = HoldDraft(
            debtor_books.creditor, debtor_books.debtor, "dispute", make.TODAY, debtor_books.due, note="he always lies"
        )
        place_holds(ctx, holds=[hold], today=make.TODAY)
    html = page(guest.get("/p/"))
    assert "RE-1" in html
    assert "2 open, 1,690.00 EUR in total" in html
    assert "10 days past due" in html
    assert "Contested" in html
    assert "he always lies" not in html


def test_chosen_items_are_added_up_without_script(guest, debtor_books):
    assert "Chosen: 500.00 EUR" in page(guest.get("/p/", {"i": debtor_books.due}))


def test_paying_shows_account_reference_and_code(guest, ctx, debtor_books):
    from fairdue.parties.models import Creditor

    with ctx.open():
        Creditor.objects.filter(id=debtor_books.creditor).update(iban="DE89370400440532013000", bic="COBADEFFXXX")
    html = page(guest.get("/p/pay", {"i": [debtor_books.late, debtor_books.due]}))
    assert "DE89 3704 0044 0532 0130 00" in html
    assert "RE-1 RE-2" in html
    assert "1,690.00" in html
    assert "<svg" in html.split("p-qr")[1]


def test_without_an_account_the_page_says_what_to_do(guest, debtor_books):
    html = page(guest.get("/p/pay", {"i": debtor_books.late}))
    assert "Please use the one on your invoice" in html
    assert "p-qr" not in html


def test_the_last_day_of_a_promise_is_said_in_words(guest, debtor_books):
    assert "Until 16 Mar 2026 at the latest." in page(guest.get(f"/p/promise?i={debtor_books.late}"))


def test_a_promise_is_taken_and_rests_the_item(guest, ctx, debtor_books):
    day = make.TODAY + timedelta(10)
    form = {"i": debtor_books.late, "day": day.isoformat(), "note": "Friday's run"}
    answer = guest.post("/p/promise", form, follow=True)
    html = page(answer)
    assert "We expect 1,190.00 EUR on 12 Mar 2026" in html
    assert "Promised for 12 Mar 2026" in html
    assert "We expect" not in page(guest.get("/p/"))
    with ctx.open():
        (row,) = collections.promises(ctx, today=make.TODAY)
        assert (row.amount, row.promised_on, row.taken_by) == (119_000, day, f"portal:{debtor_books.debtor}")


@pytest.mark.parametrize(
    ("day", "words"),
    [
        ((make.TODAY + timedelta(15)).isoformat(), "Please choose a day until 16 Mar 2026"),
        ((make.TODAY - timedelta(1)).isoformat(), "from today on"),
        ("soon", "Please give a date"),
        ("", "Please give a date"),
    ],
)
def test_a_promise_that_cannot_be_says_why(guest, ctx, debtor_books, day, words):
    assert words in page(guest.post("/p/promise", {"i": debtor_books.late, "day": day}), 422)
    with ctx.open():
        assert collections.promises(ctx, today=make.TODAY) == []


def test_the_last_day_of_a_promise_is_allowed_and_the_creditor_may_set_it(guest, ctx, debtor_books):
    from fairdue.parties.models import Creditor

    with ctx.open():
        Creditor.objects.filter(id=debtor_books.creditor).update(settings={"portal": {"promise_days": 3}})
    late = {"i": debtor_books.late, "day": (make.TODAY + timedelta(4)).isoformat()}
    assert guest.post("/p/promise", late).status_code == 422
    assert guest.post("/p/promise", late | {"day": (make.TODAY + timedelta(3)).isoformat()}).status_code == 302


def test_a_second_promise_for_the_same_item_is_a_matter_for_a_call(guest, debtor_books):
    form = {"i": debtor_books.late, "day": (make.TODAY + timedelta(5)).isoformat()}
    assert guest.post("/p/promise", form).status_code == 302
    assert "please call us" in page(guest.post("/p/promise", form), 422)


def test_after_a_broken_promise_a_person_talks_first(guest, ctx, debtor_books, monkeypatch):
    form = {"i": debtor_books.late, "day": make.TODAY.isoformat()}
    guest.post("/p/promise", form)
    later = make.TODAY + timedelta(10)
    monkeypatch.setenv("FAIRDUE_TODAY", later.isoformat())
    with ctx.open():
        from fairdue.collections.services.promises import settle_promises

        settle_promises(ctx, today=later)
    assert "was not kept" in page(guest.post("/p/promise", form | {"day": later.isoformat()}), 422)
    assert guest.post("/p/promise", {"i": debtor_books.due, "day": later.isoformat()}).status_code == 302


def test_a_part_of_an_item_is_contested(guest, ctx, debtor_books):
    form = {"i": debtor_books.late, "reason": "quality", "amount": "190,50", "note": "Two crates broken"}
    html = page(guest.post("/p/dispute", form, follow=True))
    assert "We have noted it and answer by 9 Mar 2026" in html
    with ctx.open():
        (row,) = collections.disputes(ctx)
        assert (row.amount, row.reason, row.note) == (19_050, "quality", "Two crates broken")
        assert row.opened_by == f"portal:{debtor_books.debtor}"
    guest.post("/p/promise", {"i": debtor_books.late, "day": (make.TODAY + timedelta(5)).isoformat()})
    html = page(guest.get("/p/"))
    assert "190.50 EUR contested" in html
    assert "Promised for 7 Mar 2026" in html


def test_the_only_open_item_is_chosen_and_of_several_the_debtor_chooses_first(guest, ctx, debtor_books):
    told = page(guest.get("/p/pay", follow=True))
    assert 'class="banner attention"' in told
    assert "choose at least one item" in told
    assert " checked" not in told
    with ctx.open():
        paid = make.payment(ctx, debtor_books.books, 50_000, on=make.TODAY)
        allocate(ctx, lines=[Applied(debtor_books.due, 50_000, paid)], effective_on=make.TODAY, today=make.TODAY)
    html = page(guest.get("/p/"))
    assert " checked" in html
    assert "Chosen: 1,190.00 EUR" in html


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"reason": "", "amount": ""}, "Please choose a reason"),
        ({"reason": "deduction", "amount": ""}, "Please choose a reason"),
        ({"reason": "price", "amount": "0"}, "above zero"),
        ({"reason": "price", "amount": "-5"}, "above zero"),
        ({"reason": "price", "amount": "1190.01"}, "above zero"),
        ({"reason": "price", "amount": "many"}, "above zero"),
        ({"reason": "price", "amount": "NaN"}, "above zero"),
        ({"reason": "price", "amount": "1e9"}, "above zero"),
    ],
)
def test_a_dispute_that_cannot_be_says_why(guest, ctx, debtor_books, form, words):
    assert words in page(guest.post("/p/dispute", {"i": debtor_books.late, **form}), 422)
    with ctx.open():
        assert collections.disputes(ctx) == []


def test_several_items_are_not_contested_at_once(guest, debtor_books):
    answer = guest.get("/p/dispute", {"i": [debtor_books.late, debtor_books.due]}, follow=True)
    assert "Please choose one item" in page(answer)


def test_the_statement_shows_items_credits_and_balance(guest, ctx, debtor_books):
    with ctx.open():
        make.payment(ctx, debtor_books.books, 20_000)
    html = page(guest.get("/p/statement"))
    assert "Statement of account" in html
    assert "1,490.00" in html
    assert "200.00 EUR of yours is on account" in page(guest.get("/p/"))


def test_nothing_to_pay_is_said_with_thanks(guest, ctx, debtor_books):

    with ctx.open():
        credit = make.payment(ctx, debtor_books.books, 169_000)
        lines = [Applied(debtor_books.late, 119_000, credit), Applied(debtor_books.due, 50_000, credit)]
        allocate(ctx, lines=lines, effective_on=make.TODAY, today=make.TODAY)
    assert "Nothing to pay" in page(guest.get("/p/"))


@pytest.mark.parametrize(
    ("language", "words"), [("de", "Offene Posten"), ("fr", "Postes ouverts"), ("en", "Open items")]
)
def test_the_page_speaks_the_language_that_is_chosen(guest, language, words):
    assert guest.post("/p/language", {"language": language}).status_code == 302
    answer = guest.get("/p/")
    assert words in page(answer)
    assert f'<html lang="{language}">' in answer.content.decode()


def test_at_first_it_speaks_the_language_of_the_debtor(client_without_cookies, link):
    client_without_cookies.get(link)
    assert "Offene Posten" in page(client_without_cookies.get("/p/"))


def test_opening_and_making_the_link_are_facts(guest, ctx, debtor_books):
    with ctx.open():
        types = [fact.type for fact in logged_facts(ctx, FactFilter(debtor=debtor_books.debtor))]
    assert types[:2] == ["portal.opened", "portal.link_made"]


@pytest.mark.no_database
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_every_word_with_the_same_gaps(language):
    assert keys_of(language) == keys_of("en")
    gaps = dict.fromkeys("creditor sum day days count number tenant last link".split(), "X")
    for key in keys_of("en"):
        ours, theirs = words_of(language)(key, **gaps), words_of("en")(key, **gaps)
        assert ours.strip()
        assert ("X" in ours) == ("X" in theirs), key


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("tags", "language"), [(("de-AT",), "de"), (("pt", "fr_CH"), "fr"), (("", "xx"), "en"), ((), "en")]
)
def test_a_language_tag_finds_its_language(tags, language):
    assert language_for(*tags) == language


@pytest.mark.parametrize(
    ("language", "text", "minor"),
    [
        ("en", "1,240.50", 124_050),
        ("de", "1.240,50", 124_050),
        ("fr", "1 240,50", 124_050),
        ("de", "1'240.50", 124_050),
        ("en", "1,240", 124_000),
        ("de", "1.240", 124_000),
        ("en", "1.240", None),
        ("de", "1,240", None),
        ("fr", "1.240", None),
        ("en", "Infinity", None),
        ("en", "0", None),
        ("en", "-5", None),
        ("en", "1,240.51", None),
        ("en", "12,50,00", None),
    ],
)
def test_a_contested_amount_is_read_as_it_was_meant_or_asked_for_again(guest, ctx, debtor_books, language, text, minor):
    with ctx.open():
        item = make.item(ctx, debtor_books.books, 124_050, number="RE-7", issued_on=make.TODAY, days=30)
    guest.cookies["fairdue_visit_language"] = language
    answer = guest.post("/p/dispute", {"i": item, "reason": "price", "amount": text})
    with ctx.open():
        held = [hold.amount for hold in holds(ctx, debtors=[debtor_books.debtor], on=make.TODAY)]
    assert (answer.status_code, held) == ((422, []) if minor is None else (302, [None if minor == 124_050 else minor]))


@pytest.mark.parametrize(("text", "minor"), [("1.240", 1_240), ("1,240", 1_240_000), ("1,240.500", 1_240_500)])
def test_three_decimals_of_a_dinar_are_decimals(ctx, link, text, minor):
    from django.test import Client

    with ctx.open():
        books = make.books(ctx, name="Manama Trading", currency="BHD")
        item = make.item(ctx, books, 2_000_000, currency="BHD", number="BH-1", issued_on=make.TODAY, days=30)
        url = portal_links(ctx, debtors=[books.debtor], today=make.TODAY)[books.debtor]
    client = Client()
    client.cookies["fairdue_visit_language"] = "en"
    client.get(urlsplit(url).path)
    assert client.post("/p/dispute", {"i": item, "reason": "price", "amount": text}).status_code == 302
    with ctx.open():
        assert [hold.amount for hold in holds(ctx, debtors=[books.debtor], on=make.TODAY)] == [minor]


def test_an_amount_of_two_meanings_is_asked_for_again_in_words(guest, debtor_books):
    answer = guest.post("/p/dispute", {"i": debtor_books.late, "reason": "price", "amount": "1.150"})
    assert "may mean thousands or decimals" in answer.content.decode()
    assert 'value="1.150"' in answer.content.decode()


@pytest.mark.no_database
def test_the_reference_fits_into_a_transfer():
    from types import SimpleNamespace

    few = [SimpleNamespace(number="RE-1"), SimpleNamespace(number="RE-2")]
    many = [SimpleNamespace(number=f"RE-2026-{number:05d}") for number in range(40)]
    assert reference_text("D7", few) == "RE-1 RE-2"
    assert reference_text("D7", many) == "D7 RE-2026-00000 +39"


@pytest.mark.no_database
def test_each_currency_is_a_transfer_of_its_own_and_only_euro_has_a_code():
    from types import SimpleNamespace

    creditor = SimpleNamespace(name="Nordwind GmbH", iban="DE89370400440532013000", bic="")
    items = [
        SimpleNamespace(number="A", currency="EUR", residual=100, reference="RF18539007547034"),
        SimpleNamespace(number="B", currency="CHF", residual=200, reference=""),
    ]
    euro, franc = transfers(creditor, "D7", items)
    assert (euro.minor, euro.reference) == (100, "RF18 5390 0754 7034")
    assert euro.qr is not None
    assert (franc.minor, franc.reference, franc.qr) == (200, "B", None)


@pytest.mark.parametrize(
    ("language", "words"), [("en", "There is nothing here"), ("de", "Hier ist nichts"), ("fr", "Il n’y a rien ici")]
)
def test_an_address_that_is_none_stays_in_the_portal_and_in_its_language(guest, language, words):
    guest.cookies["fairdue_visit_language"] = language
    for path in ("/p/nothing", "/p/a/b", f"/p/document/{UUID(int=7)}"):
        answer = guest.get(path)
        page = answer.content.decode()
        assert answer.status_code == 404
        assert words in page
        assert 'href="/p/"' in page
        assert "worklist" not in page.lower()
        assert answer["Cache-Control"] == "no-store, private"


def test_a_stranger_at_an_address_that_is_none_sees_the_closed_door():
    from django.test import Client

    assert Client().get("/p/nothing").content.decode().count("<h1>") == 1
    assert "Please open the link in our message" in Client().get("/p/nothing").content.decode()


@pytest.mark.parametrize(
    ("seen", "to"),
    [
        ("/p/statement", "/p/statement"),
        ("/p/pay?i=0195c0de-0000-7000-8000-000000000000&i=2", "/p/pay?i=0195c0de-0000-7000-8000-000000000000&i=2"),
        ("/p/l/too-old", "/p/l/too-old"),
        ("", "/p/"),
        ("//evil.example/p/", "/p/"),
        ("https://evil.example/p/", "/p/"),
        ("/p//evil.example", "/p/"),
        ("/p/../w", "/p/"),
        ("/w", "/p/"),
        ("/p/" + "a" * 5000 + "!", "/p/"),
    ],
)
def test_another_language_shows_the_same_page_again_and_no_other_house(database, seen, to):
    from django.test import Client

    answer = Client().post("/p/language", {"language": "fr", "from": seen})
    assert answer["Location"] == to
    assert answer.cookies["fairdue_visit_language"].value == "fr"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_door_speaks_the_chosen_language_and_says_what_to_do(database, language):
    from django.test import Client

    client, say = Client(), words_of(language)
    client.cookies["fairdue_visit_language"] = language
    closed = page(client.get("/p/l/wrong"), 404)
    assert say("door.heading") in closed
    assert 'name="from" value="/p/l/wrong"' in closed
    assert say("door.sent_heading") in page(client.post("/p/again", {"token": "wrong"}))
    assert say("door.ended") in page(client.get("/p/"), 404)
    assert say("page.left_heading") in page(client.post("/p/leave"))


def test_a_form_that_was_open_too_long_says_so_in_the_portals_words(link):
    from django.test import Client

    client = Client(enforce_csrf_checks=True)
    client.cookies["fairdue_visit_language"] = "fr"
    client.get(link)
    answer = client.post("/p/promise", {"day": "2026-03-09"})
    assert answer.status_code == 403
    assert "restée ouverte trop longtemps" in answer.content.decode()
    assert "This form is too old" in client.post("/w/undo", {}).content.decode()
