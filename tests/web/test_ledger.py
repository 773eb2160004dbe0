"""The ledger proves a balance: account, line, entry, fact; months close and open with a reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fairdue.receivables import journal, selectors
from fairdue.receivables.services import Applied, allocate
from tests import make


@pytest.fixture(autouse=True)
def _business_day(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", make.TODAY.isoformat())


@pytest.fixture
def posted(ctx, books):
    """An invoice of January, half paid in March."""
    with ctx.open():
        item = make.item(ctx, books, 119_000, net=100_000, number="RE-1", issued_on=date(2026, 1, 20))
        credit = make.payment(ctx, books, 50_000)
        allocate(ctx, lines=[Applied(item, 50_000, credit)], effective_on=make.TODAY, today=make.TODAY)
    return books


def test_the_trial_balance_is_balanced_and_every_account_leads_to_its_lines(sign_in, ctx, posted):
    client = sign_in("auditor")
    html = client.get("/ledger").content.decode()
    assert "Balanced" in html
    with ctx.open():
        rows = selectors.trial_balance(ctx, creditor=posted.creditor, as_of=make.TODAY)
        moved = [row for row in rows if row.debit or row.credit]
        for row in moved:
            lines = journal.account_lines(ctx, account=row.account_id, as_of=make.TODAY)
            assert sum(line.functional for line in lines) == row.balance
    assert len(moved) >= 3
    page = client.get(f"/ledger/accounts/{moved[0].account_id}").content.decode()
    assert "/ledger/entries/" in page


def test_the_books_of_another_day_are_the_books_of_that_day(sign_in, ctx, posted):
    client = sign_in("auditor")
    assert "500.00" in client.get("/ledger").content.decode()
    before = client.get("/ledger?asof=2026-02-01").content.decode()
    assert "1,190.00" in before
    assert "500.00" not in before


def test_an_entry_shows_both_sides_in_the_panel_and_as_a_page(sign_in, ctx, posted):
    with ctx.open():
        rows = selectors.trial_balance(ctx, creditor=posted.creditor, as_of=make.TODAY)
        account = next(row.account_id for row in rows if row.debit == 119_000)
        (line, *_) = reversed(journal.account_lines(ctx, account=account, as_of=make.TODAY))
        entry = journal.entry(ctx, line.entry_id)
    assert sum(side.functional for side in entry.sides) == 0
    client = sign_in("auditor")
    panel = client.get(f"/ledger/entries/{entry.id}", headers={"HX-Request": "true", "HX-Target": "panel"})
    assert b"<html" not in panel.content
    assert b"1,000.00" in panel.content
    assert b'href="/reports/items/' in panel.content
    assert b"Invoice opened" in panel.content
    assert b"format=csv" in client.get(f"/ledger?creditor={posted.creditor}").content
    assert b"<html" in client.get(f"/ledger/entries/{entry.id}").content


def test_the_lines_page_by_page_are_all_lines_once(ctx, books):
    with ctx.open():
        for number in range(7):
            make.item(ctx, books, 1000 + number, issued_on=make.TODAY - timedelta(number // 2))
        rows = selectors.trial_balance(ctx, creditor=books.creditor, as_of=make.TODAY)
        account = next(row.account_id for row in rows if row.debit)
        seen, after = [], None
        while page := journal.account_lines(ctx, account=account, as_of=make.TODAY, after=after, limit=2):
            seen += [line.id for line in page]
            after = (page[-1].booked_on, page[-1].id)
        whole = journal.account_lines(ctx, account=account, as_of=make.TODAY)
    assert seen == [line.id for line in whole]
    assert len(set(seen)) == 7


def test_a_month_is_closed_and_opened_again_with_a_reason(sign_in, ctx, posted):
    client = sign_in("credit_manager")
    form = {"creditor": str(posted.creditor), "month": "2026-01-01"}
    assert b"January 2026 is closed." in client.post("/ledger/months/close", form, follow=True).content
    with ctx.open():
        assert {row.month: row.status for row in journal.months(ctx, creditor=posted.creditor)}[
            date(2026, 1, 1)
        ] == "closed"
    assert b"needs a reason" in client.post("/ledger/months/reopen", form | {"reason": " "}, follow=True).content
    assert (
        b"is open again" in client.post("/ledger/months/reopen", form | {"reason": "Late invoice"}, follow=True).content
    )


def test_a_running_month_is_not_closed_and_a_clerk_closes_none(sign_in, posted):
    form = {"creditor": str(posted.creditor), "month": make.TODAY.replace(day=1).isoformat()}
    answer = sign_in("credit_manager").post("/ledger/months/close", form, follow=True)
    assert b"is not over yet" in answer.content
    assert sign_in("cash_clerk").post("/ledger/months/close", form).status_code == 403


@pytest.mark.parametrize(
    "form", [{}, {"creditor": "x", "month": "2026-01-01"}, {"creditor": "0" * 32, "month": "soon"}]
)
def test_a_month_that_is_none_does_not_exist(sign_in, form):
    assert sign_in().post("/ledger/months/close", form).status_code == 404


def test_books_of_another_tenant_do_not_exist(sign_in, other_ctx):
    with other_ctx.open():
        theirs = make.books(other_ctx, name="Elsewhere AG")
        make.item(other_ctx, theirs, 77_700)
        (account, *_) = selectors.trial_balance(other_ctx, creditor=theirs.creditor, as_of=make.TODAY)
    client = sign_in()
    assert client.get(f"/ledger/accounts/{account.account_id}").status_code == 404
    assert b"777.00" not in client.get(f"/ledger?creditor={theirs.creditor}").content
    form = {"creditor": str(theirs.creditor), "month": "2026-01-01"}
    assert client.post("/ledger/months/close", form).status_code == 404


def test_without_books_the_page_says_what_to_do(sign_in):
    assert b"No books yet" in sign_in().get("/ledger").content
    assert b"No months yet" in sign_in().get("/ledger/months").content
