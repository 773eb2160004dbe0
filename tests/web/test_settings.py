"""People, roles, keys, approvals, audit and verify, as their users meet them."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from django.test import Client

from fairdue.core.findings import Finding, RefusedError
from fairdue.foundation import accounts, approvals
from fairdue.foundation.accounts import authenticate_api_key, members
from fairdue.foundation.context import Ctx
from fairdue.foundation.ids import uuid7
from fairdue.foundation.jobs.queue import JOBS
from fairdue.foundation.permissions import Permission
from fairdue.foundation.verifications import start_verifying, verifications, verify_books
from fairdue.foundation.verifying import INVARIANTS
from tests import make

PAGES = [
    "/settings",
    "/settings/you",
    "/settings/clients",
    "/settings/clients/new",
    "/settings/people",
    "/settings/people/new",
    "/settings/roles",
    "/settings/roles/new",
    "/settings/keys",
    "/settings/keys/new",
    "/approvals",
    "/audit",
    "/audit/verify",
    "/help",
    "/search?q=x",
    "/palette?q=",
]


@pytest.mark.parametrize("path", PAGES)
def test_an_administrator_opens_every_page(sign_in, path):
    assert sign_in().get(path).status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_stranger_is_sent_to_the_door(path):
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/account/login/")


@pytest.mark.parametrize("path", ["/settings/people", "/settings/roles", "/settings/keys", "/audit", "/audit/verify"])
def test_a_collector_is_told_why_not(sign_in, path):
    answer = sign_in("collector").get(path)
    assert answer.status_code == 403
    assert b"Your role does not include this" in answer.content


def test_an_invited_person_has_the_seat_and_the_audit_names_who_gave_it(sign_in, ctx):
    client = sign_in()
    form = {"email": "New@Weiss.example", "name": "Nele", "role": "cash_clerk", "creditor": ""}
    assert client.post("/settings/people/new", form).status_code == 302
    assert b"new@weiss.example" in client.get("/settings/people").content
    page = client.get("/audit").content.decode()
    assert "new@weiss.example invited as cash clerk" in page
    assert "Jana Okafor" in page


def test_a_refused_seat_says_so_beside_its_field(sign_in):
    client = sign_in()
    answer = client.post("/settings/people/new", {"email": "c@x.example", "role": "client", "creditor": ""})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="id_creditor-error"' in page
    assert "A client user belongs to one creditor; name it." in page


def test_the_last_administrator_cannot_end_the_own_seat(sign_in, ctx):
    client = sign_in()
    answer = client.post(f"/settings/people/{client.user.pk}", {"role": "admin", "creditor": "", "do": "end"})
    assert answer.status_code == 422
    assert b"The last administrator stays one" in answer.content
    with ctx.open():
        assert [row.active for row in members(ctx)] == [True]


def test_an_ended_seat_ends_with_the_next_click(sign_in, ctx):
    admin, clerk = sign_in(), sign_in("cash_clerk")
    assert clerk.get("/help").status_code == 200
    admin.post(f"/settings/people/{clerk.user.pk}", {"role": "cash_clerk", "creditor": "", "do": "end"})
    assert clerk.get("/help").status_code == 403


def test_a_role_of_ones_own_allows_exactly_what_it_says(sign_in):
    admin = sign_in()
    form = {"title": "Reviewer", "name": "reviewer", "permissions": ["own.account", "audit.view"]}
    assert admin.post("/settings/roles/new", form).status_code == 302
    assert b"Reviewer" in admin.get("/settings/roles").content
    reviewer = sign_in("reviewer")
    assert reviewer.get("/audit").status_code == 200
    assert reviewer.get("/settings/people").status_code == 403


def test_a_key_shows_its_secret_once_and_dies_at_once(sign_in):
    client = sign_in()
    page = client.post("/settings/keys/new", {"name": "Shop", "scopes": ["customers.view"]}).content.decode()
    secret = page.split('data-copy="')[1].split('"')[0]
    holder = authenticate_api_key(secret)
    assert holder.permissions == {Permission.CUSTOMERS_VIEW}
    listed = client.get("/settings/keys").content.decode()
    assert secret not in listed
    assert client.post(f"/settings/keys/{holder.id}/revoke").status_code == 302
    assert authenticate_api_key(secret) is None


def test_an_answer_with_a_secret_is_never_stored(sign_in):
    answer = sign_in().post("/settings/keys/new", {"name": "Shop", "scopes": ["customers.view"]})
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_proposal_needs_somebody_else(sign_in, ctx, monkeypatch):
    carried = []
    kind = approvals.ApprovalKind("test_step", Permission.WRITE_OFF_APPROVE, lambda *args: carried.append(args[1]))
    monkeypatch.setitem(approvals.KINDS, "test_step", kind)
    first, second = sign_in(), sign_in("credit_manager", name="Ada Brandt")
    from dataclasses import replace

    proposer = replace(ctx, actor=f"user:{first.user.pk}")
    with ctx.open():
        row = approvals.propose(
            proposer,
            kind="test_step",
            subject=uuid7(),
            title="Write off 812.00 EUR",
            payload={"x": 1},
            today=make.TODAY,
        )
    assert b"You proposed this" in first.get("/approvals").content
    first.post(f"/approvals/{row}", {"decision": "approve"})
    assert carried == []
    page = second.get("/approvals").content
    assert b"Approve and carry out" in page
    assert b"Test step" in page
    answer = second.post(f"/approvals/{row}", {"decision": "approve"}, follow=True)
    assert b"Approved and carried out." in answer.content
    assert carried == [{"x": 1}]


def test_a_collector_may_not_decide_what_needs_more(sign_in, ctx, monkeypatch):
    kind = approvals.ApprovalKind("test_step", Permission.WRITE_OFF_APPROVE, lambda *args: None)
    monkeypatch.setitem(approvals.KINDS, "test_step", kind)
    with ctx.open():
        row = approvals.propose(ctx, kind="test_step", subject=uuid7(), title="Step", payload={}, today=make.TODAY)
        collector = sign_in("collector")
    collector.post(f"/approvals/{row}", {"decision": "approve"})
    with ctx.open():
        assert [one.id for one in approvals.pending(ctx)] == [row]


def test_every_invariant_is_said_in_words(sign_in):
    from fairdue.web.audit.views import WORDS

    assert WORDS.keys() == INVARIANTS.keys()
    page = sign_in().get("/audit/verify").content.decode()
    assert "Ledger: open items" in page
    assert "sealed_facts" not in page


def test_verify_runs_as_a_job_and_its_result_is_kept_with_who_asked(sign_in, ctx):
    client = sign_in()
    assert "not checked yet" in client.get("/audit/verify").content.decode()
    page = client.post("/audit/verify", follow=True).content.decode()
    assert "Waits for its turn" in page
    assert "A run is at work already" in client.post("/audit/verify", follow=True).content.decode()
    asked = {"HX-Request": "true"}
    assert "0 of " in client.get("/audit/verify", headers=asked).content.decode()
    with ctx.open():
        actor = f"user:{client.session['_auth_user_id']}"
    verify_books(Ctx(ctx.tenant), today=make.TODAY.isoformat(), actor=actor)
    assert client.get("/audit/verify", headers=asked)["HX-Refresh"] == "true"
    page = client.get("/audit/verify").content.decode()
    assert "Everything adds up" in page
    assert "not checked yet" not in page
    with ctx.open():
        (kept,) = verifications(ctx)
    assert (kept.actor, kept.total, kept.counts.keys()) == (actor, 0, INVARIANTS.keys())


def test_verify_names_each_row_that_does_not_hold(sign_in, ctx, monkeypatch):
    monkeypatch.setitem(INVARIANTS, "receivables.ledger", lambda _: [Finding("verify.x", "open_item 7", "It is off.")])
    verify_books(Ctx(ctx.tenant), today=make.TODAY.isoformat())
    page = sign_in().get("/audit/verify").content.decode()
    assert "The books do not add up" in page
    assert "It is off." in page


def test_a_run_whose_tries_are_spent_says_so_and_can_be_started_again(sign_in, ctx):
    client = sign_in()
    client.post("/audit/verify")
    JOBS["foundation.verify"].spent(Ctx(ctx.tenant), RuntimeError("no disk"), today="2026-03-02", actor="x")
    page = client.get("/audit/verify").content.decode()
    assert "The run could not be ended" in page
    assert "RuntimeError" in page
    assert "Waits for its turn" in client.post("/audit/verify", follow=True).content.decode()


def test_who_sees_one_client_does_not_verify_the_books(ctx, books):
    with ctx.open(), pytest.raises(RefusedError, match="as a whole"):
        start_verifying(replace(ctx, creditor=books.creditor), today=make.TODAY)


def test_a_fact_of_another_tenant_does_not_exist(sign_in, other_ctx):
    from fairdue.foundation.accounts import create_custom_role
    from fairdue.foundation.facts.reading import FactFilter, logged_facts

    with other_ctx.open():
        create_custom_role(other_ctx, name="theirs", title="Theirs", permissions=["own.account"], today=make.TODAY)
        (fact,) = logged_facts(other_ctx, FactFilter())
    client = sign_in()
    assert client.get(f"/audit/{fact.id}").status_code == 404
    assert b"theirs" not in client.get("/audit").content


def test_the_facts_page_by_page_are_all_facts_once(sign_in, ctx, monkeypatch):
    from fairdue.foundation.accounts import create_custom_role
    from fairdue.web.audit import views

    monkeypatch.setattr(views, "PAGE_SIZE", 3)
    with ctx.open():
        for number in range(7):
            create_custom_role(ctx, name=f"r{number}", title="R", permissions=["own.account"], today=make.TODAY)
    client, url, seen = sign_in("auditor"), "/audit", []
    while url:
        page = client.get(url).content.decode()
        seen += [int(part[0]) for part in page.split("Role r")[1:]]
        url = page.split('rel="next"')[0].rpartition('href="')[2].split('"')[0] if 'rel="next"' in page else ""
    assert seen == [6, 5, 4, 3, 2, 1, 0]


def test_the_creditor_switch_narrows_and_never_leads_away(sign_in, ctx):
    with ctx.open():
        one, _ = make.creditor(ctx, name="Nordwerk GmbH"), make.creditor(ctx, name="Lac et Fils SA")
    client = sign_in()
    assert b"Lac et Fils SA" in client.get("/help").content
    answer = client.post("/switch", {"creditor": str(one), "next": "https://evil.example/"})
    assert answer.headers["Location"] == "/"
    assert client.session["creditor"] == str(one)
    assert client.post("/switch", {"creditor": "nonsense", "next": "/help"}).headers["Location"] == "/help"
    assert client.session["creditor"] is None


CLIENT = {
    "name": "Lac et Fils SA",
    "code": "LAC",
    "country": "FR",
    "currency": "EUR",
    "language": "fr",
    "iban": "FR14 2004 1010 0505 0001 3M02 606",
    "promise_days": "10",
}


def test_a_new_client_has_books_at_once(sign_in, ctx):
    from fairdue.parties import selectors as parties

    client = sign_in()
    assert client.post("/settings/clients/new", CLIENT).status_code == 302
    with ctx.open():
        (row,) = parties.creditors(ctx)
        assert (row.name, row.iban, row.settings) == (
            "Lac et Fils SA",
            "FR1420041010050500013M02606",
            {"portal": {"promise_days": 10}},
        )
        make.item(ctx, make.Books(row.id, make.debtor(ctx, row.id)))
    page = client.get("/settings/clients").content.decode()
    assert "VAT number, e-mail</a>, " in page
    assert 'href="/invoices/series">number series</a>' in page


def test_a_client_page_says_that_a_new_account_waits_for_a_second_person(sign_in, ctx):
    from fairdue.parties.models import Creditor
    from fairdue.parties.services.creditors import change_creditor

    with ctx.open():
        creditor = make.creditor(ctx)
        Creditor.objects.filter(id=creditor).update(iban="DE89370400440532013000")
        changes = {"iban": "DE02120300000000202051"}
        change_creditor(ctx, creditor=creditor, changes=changes, today=make.TODAY)
    page = sign_in().get(f"/settings/clients/{creditor}").content.decode()
    assert "Waits for a second person" in page
    assert "is paid to DE… 2051 instead of DE… 3000" in page
    assert "DE89370400440532013000" in page


def test_a_wrong_account_is_refused_beside_its_field(sign_in, ctx):
    answer = sign_in().post("/settings/clients/new", CLIENT | {"iban": "FR14 2004 1010 0505 0001 3M02 607"})
    assert answer.status_code == 422
    assert 'id="id_iban-error"' in answer.content.decode()


def test_a_change_of_a_client_keeps_its_other_settings_and_is_a_fact(sign_in, ctx):
    from fairdue.parties import selectors as parties
    from fairdue.parties.models import Creditor

    client = sign_in()
    with ctx.open():
        creditor = make.creditor(ctx, name="Nordwerk GmbH")
        Creditor.objects.filter(id=creditor).update(settings={"look": {"font": "Inter"}, "portal": {"promise_days": 5}})
    assert b'value="5"' in client.get(f"/settings/clients/{creditor}").content
    form = {"name": "Nordwerk AG", "country": "DE", "language": "de", "promise_days": "7"}
    assert client.post(f"/settings/clients/{creditor}", form).status_code == 302
    with ctx.open():
        row = parties.creditor(ctx, creditor)
        assert row.settings == {"look": {"font": "Inter"}, "portal": {"promise_days": 7}}
        assert row.name == "Nordwerk AG"
    assert "Nordwerk AG" in client.get("/audit").content.decode()


def test_instants_stand_in_the_zone_of_the_tenant(sign_in):
    from zoneinfo import ZoneInfo

    from django.template import Context, Template
    from django.utils import timezone

    instant = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        said = Template("{% load fairdue_ui %}{{ at|moment }}").render(Context({"at": instant}))
    assert "2 Jul 2026, 00:30" in said


def test_a_client_user_keeps_their_own_name_and_language(sign_in, ctx):
    with ctx.open():
        creditor = make.creditor(ctx)
    client = sign_in("client", creditor=creditor)
    answer = client.post("/settings/you", {"name": "Lea Brandt", "language": "de"})
    assert (answer.status_code, answer.cookies["django_language"].value) == (302, "de")
    client.user.refresh_from_db()
    assert (client.user.name, client.user.language) == ("Lea Brandt", "de")


def test_a_key_whose_maker_left_says_so(sign_in, person, ctx):
    admin, maker = sign_in(), person()
    with ctx.open():
        accounts.create_api_key(
            replace(ctx, actor=f"user:{maker.pk}"), name="Shop", scopes=["cash.view"], today=make.TODAY
        )
    assert "Maker left" not in admin.get("/settings/keys").content.decode()
    with ctx.open():
        accounts.change_membership(ctx, user=maker.pk, role="admin", active=False, today=make.TODAY)
    assert "Maker left" in admin.get("/settings/keys").content.decode()


def test_the_list_of_help_says_each_page_in_a_plain_sentence(sign_in):
    page = sign_in("admin").get("/help").content.decode()
    leads = re.findall(r'<td class="muted why">(.*?)</td>', page)
    assert len(leads) > 5
    assert all(leads)
    assert not any(mark in lead for lead in leads for mark in ("**", "`", "]("))


@pytest.mark.parametrize("role", ["client", "auditor", "collector", "admin"])
def test_every_entry_of_the_settings_opens_for_who_sees_it(sign_in, books, role):
    client = sign_in(role, creditor=books.creditor if role == "client" else None)
    menu = client.get("/settings").content.decode().partition('class="subnav"')[2].partition("</nav>")[0]
    shown = re.findall(r'href="([^"]+)"', menu)
    assert shown
    assert {url: client.get(url).status_code for url in shown} == dict.fromkeys(shown, 200)
