"""What is done about a customer besides calls: notes, holds on one item, write-offs that a second person decides."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from fairdue.collections.services import open_task
from fairdue.foundation.approvals import pending
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.receivables import selectors as receivables
from fairdue.receivables.services import HoldDraft, add_rates, place_holds
from fairdue.receivables.services.books import RateDraft
from tests import make

TODAY = date(2026, 4, 6)
PANEL = {"HX-Request": "true", "HX-Target": "panel"}


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())


@pytest.fixture
def item(ctx, books):
    with ctx.open():
        return make.item(ctx, books, 1_234_50, issued_on=TODAY - timedelta(days=50), number="RE-77")


def test_a_note_is_kept_and_stands_before_the_next_who_looks(ctx, books, sign_in, item):
    client = sign_in("collector")
    answer = client.post(f"/w/{books.debtor}/note", {"note-text": "Bookkeeping answers\nafter ten."}, headers=PANEL)
    assert "Note kept." in answer.content.decode()
    assert "Bookkeeping answers after ten." in client.get(f"/w/{books.debtor}", headers=PANEL).content.decode()
    assert "Bookkeeping answers after ten." in client.get(f"/customers/{books.debtor}").content.decode()
    empty = client.post(f"/w/{books.debtor}/note", {"note-text": "  "}, headers=PANEL)
    assert empty.status_code == 422
    with ctx.open():
        assert len(logged_facts(ctx, FactFilter(debtor=books.debtor, type="note.written"))) == 1


@pytest.mark.parametrize("role", ["auditor", "client"])
def test_who_only_reads_writes_no_note_and_asks_for_no_write_off(books, sign_in, item, role):
    client = sign_in(role, creditor=books.creditor if role == "client" else None)
    assert client.post(f"/w/{books.debtor}/note", {"note-text": "x"}).status_code == 403
    assert client.post(f"/w/{books.debtor}/write-off", {"writeoff-item": item}).status_code == 403


def test_a_collector_asks_for_a_write_off_and_another_person_decides(ctx, books, sign_in, item):
    collector, lead = sign_in("collector", name="Cara Collector"), sign_in("team_lead")
    told = {"writeoff-item": item, "writeoff-amount": "234.50", "writeoff-reason": "freight, agreed on the phone"}
    answer = collector.post(f"/w/{books.debtor}/write-off", told, headers=PANEL)
    assert "A second person decides" in answer.content.decode()
    with ctx.open():
        assert receivables.items(ctx, ids=[item])[0].residual == 1_234_50
        asked = pending(ctx)[0]
    page = lead.get("/approvals").content.decode()
    assert "Write off 234.50\N{NO-BREAK SPACE}EUR of RE-77" in page
    assert "freight, agreed on the phone" in page
    assert "Cara Collector" in page
    assert collector.post(f"/approvals/{asked.id}", {"decision": "approve"}, follow=True).status_code == 200
    with ctx.open():
        assert receivables.items(ctx, ids=[item])[0].residual == 1_234_50
    lead.post(f"/approvals/{asked.id}", {"decision": "approve"})
    with ctx.open():
        assert receivables.items(ctx, ids=[item])[0].residual == 1_000_00


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"writeoff-amount": "9999.00"}, "not within the residual of RE-77"),
        ({"writeoff-amount": "much"}, "is not an amount"),
        ({"writeoff-reason": ""}, "This field is required"),
        ({"writeoff-item": "rubbish"}, "Select a valid choice"),
    ],
)
def test_a_write_off_that_cannot_be_is_told_beside_its_field(books, sign_in, item, told, words):
    form = {"writeoff-item": item, "writeoff-amount": "", "writeoff-reason": "small"} | told
    answer = sign_in("collector").post(f"/w/{books.debtor}/write-off", form, headers=PANEL)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_one_item_rests_and_the_others_are_chased(ctx, books, sign_in, item):
    with ctx.open():
        other = make.item(ctx, books, 500_00, issued_on=TODAY - timedelta(days=50), number="RE-78")
    until = TODAY + timedelta(days=10)
    told = {"snooze-item": item, "snooze-until": until.isoformat(), "snooze-note": "copy on its way"}
    answer = sign_in("collector").post(f"/w/{books.debtor}/snooze", told, headers=PANEL)
    assert "The item rests until that day" in answer.content.decode()
    with ctx.open():
        held = receivables.holds(ctx, debtors=[books.debtor], on=TODAY)
    assert [(hold.item_id, hold.until_on) for hold in held] == [(item, until)]
    assert other not in {hold.item_id for hold in held}


def test_an_act_on_a_customer_from_elsewhere_stays_with_the_customer(ctx, books, sign_in, item):
    """From the worklist the next line follows; from the list of customers nobody asked for another one."""
    with ctx.open():
        other = make.debtor(ctx, books.creditor, name="Another one")
        open_task(ctx, debtor=other, kind="call", reason="call", due_on=TODAY, today=TODAY)
    client = sign_in("collector")
    told = {"snooze-until": (TODAY + timedelta(days=3)).isoformat()}
    stays = client.post(f"/w/{books.debtor}/snooze", told, headers=PANEL).content.decode()
    assert str(other) not in stays
    assert "Snoozed" in stays
    goes = client.post(f"/w/{books.debtor}/snooze", told | {"place": "50.100"}, headers=PANEL).content.decode()
    assert str(other) in goes
    called = client.post(f"/w/{books.debtor}/calling/log", {"call-outcome": "no_answer"}, headers=PANEL)
    assert "Call logged." in called.content.decode()
    assert str(other) not in called.content.decode()


def test_a_customer_opens_beside_the_list_and_as_a_page(books, sign_in, item):
    client = sign_in("collector")
    listed = client.get("/customers").content.decode()
    assert f'hx-get="/customers/{books.debtor}"' in listed
    beside = client.get(f"/customers/{books.debtor}", headers=PANEL).content.decode()
    assert "Open items" in beside
    assert "<nav" not in beside
    assert '<nav class="tabs"' in client.get(f"/customers/{books.debtor}").content.decode()


def test_a_hold_is_released_where_it_is_shown(ctx, books, sign_in, item):
    until = TODAY + timedelta(days=9)
    with ctx.open():
        drafts = [HoldDraft(books.creditor, books.debtor, "snooze", TODAY, None, until)]
        hold = place_holds(ctx, holds=drafts, today=TODAY)[0]
    client = sign_in("collector")
    there = f"/customers/{books.debtor}"
    assert f"/w/{books.debtor}/holds/{hold}/release" in client.get(there).content.decode()
    answer = client.post(f"/w/{books.debtor}/holds/{hold}/release", {"next": "//evil.example"})
    assert answer["Location"] == f"/w/{books.debtor}"
    with ctx.open():
        assert receivables.holds(ctx, debtors=[books.debtor], on=TODAY) == []


def test_release_leads_back_to_the_page_it_was_pressed_on(ctx, books, sign_in, item):
    with ctx.open():
        drafts = [HoldDraft(books.creditor, books.debtor, "snooze", TODAY, item, TODAY + timedelta(days=9))]
        hold = place_holds(ctx, holds=drafts, today=TODAY)[0]
    there = f"/customers/{books.debtor}?tab=items"
    answer = sign_in("collector").post(f"/w/{books.debtor}/holds/{hold}/release", {"next": there})
    assert answer["Location"] == there


def test_no_link_of_a_reader_ends_in_a_refusal(books, sign_in):
    assert "/wordings/notice/en" in sign_in("team_lead").get("/wordings").content.decode()
    assert "/wordings/notice/en" not in sign_in("collector").get("/wordings").content.decode()


def test_who_proposed_takes_it_back_without_the_right_to_decide(ctx, books, sign_in, item):
    collector = sign_in("collector")
    collector.post(f"/w/{books.debtor}/write-off", {"writeoff-item": item, "writeoff-reason": "small"})
    with ctx.open():
        asked = pending(ctx)[0]
    assert "Take it back" in collector.get("/approvals").content.decode()
    back = collector.post(f"/approvals/{asked.id}", {"decision": "reject"}, follow=True)
    assert "Taken back." in back.content.decode()
    with ctx.open():
        assert pending(ctx) == []


def test_the_lists_say_what_is_owed_in_the_currency_of_the_items(ctx, books, sign_in):
    """The books are in euros; who owes Swiss francs is called about Swiss francs."""
    issued = TODAY - timedelta(days=50)
    with ctx.open():
        add_rates(ctx, rates=[RateDraft("CHF", "EUR", issued, Decimal("1.03"), "test")])
        debtor = make.debtor(ctx, books.creditor, name="Alpen AG")
        swiss = make.Books(books.creditor, debtor)
        make.item(ctx, swiss, 700_00, currency="CHF", issued_on=issued, number="RE-90")
        open_task(ctx, debtor=debtor, kind="call", reason="call", due_on=TODAY, today=TODAY)
    client = sign_in("collector")
    for path in ("/w", "/customers"):
        page = client.get(path).content.decode()
        assert '700.00\N{NO-BREAK SPACE}<span class="cur">CHF</span>' in page, path


def test_a_refused_amount_is_told_as_people_write_amounts(books, sign_in, item):
    told = {"dispute-item": item, "dispute-reason": "price", "dispute-amount": "9999"}
    page = sign_in("collector").post(f"/w/{books.debtor}/dispute", told, headers=PANEL).content.decode()
    assert "1,234.50\N{NO-BREAK SPACE}EUR" in page
    assert "1234.50 EUR" not in page


@pytest.mark.parametrize("path", ["/w/{}", "/w/{}/calling", "/w/{}/message"])
def test_on_a_page_of_its_own_an_act_leads_to_a_page_and_opens_no_second_panel(books, sign_in, item, path):
    client, there = sign_in("collector"), path.format(books.debtor)
    assert "hx-disable" in client.get(there).content.decode()
    assert "hx-disable" not in client.get(there, headers=PANEL).content.decode()
    refused = client.post(f"/w/{books.debtor}/note", {"note-text": ""})
    assert refused.status_code == 422
    assert "<html" in refused.content.decode()


def test_countries_and_languages_are_named(ctx, books, sign_in):
    page = sign_in("collector").get(f"/customers/{books.debtor}?tab=master").content.decode()
    assert "Germany" in page
    assert "<dd>German</dd>" in page
    with ctx.open():
        other = make.debtor(ctx, books.creditor, name="Kaufmann KG (alt)")
    merging = sign_in("collector").get(f"/customers/merge/{books.debtor}/{other}").content.decode()
    assert "Germany" in merging
    assert "German</" in merging


@pytest.mark.parametrize("path", ["/customers", "/customers/new"])
def test_the_first_use_leads_to_the_first_client(ctx, sign_in, path):
    with ctx.open():
        from fairdue.parties.models import Creditor

        assert not Creditor.objects.exists()
    page = sign_in("admin").get(path).content.decode()
    assert "/settings/clients/new" in page
    assert "Add a client" in page
    assert "Create customer" not in page


def test_who_decides_about_an_account_compares_all_of_its_number(ctx, books, sign_in):
    clerk = sign_in("cash_clerk")
    sent = {"iban": "DE89370400440532013000", "holder": "Erika Muster"}
    clerk.post(f"/customers/{books.debtor}/accounts", sent)
    page = sign_in("team_lead").get("/approvals").content.decode()
    assert "DE89 3704 0044 0532 0130 00" in page
    assert "Erika Muster" in page
    assert "DE89 3704" not in clerk.get("/approvals").content.decode()
