"""A chief financial officer: from a figure of the dashboard to its item and its bank line, and to another day."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fairdue.cash.services import accept
from tests import make
from tests.rooms.cash.conftest import bank, entry, matched, open_proposal  # noqa: F401


@pytest.fixture
def part_paid(bank, monkeypatch):  # noqa: F811
    """An overdue item of which a payment of the bank took 60.00."""
    monkeypatch.setenv("FAIRDUE_TODAY", make.TODAY.isoformat())
    with bank.ctx.open():
        issued = make.TODAY - timedelta(days=60)
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711", issued_on=issued, days=30)
        (line,) = matched(bank, entry("60.00", "RE-2026-04711", name="Fremd AG", iban="FR7630006000011234567890189"))
        accept(bank.ctx, proposal=open_proposal(line.id).id, today=make.TODAY)
    return line


def test_a_figure_leads_to_its_item_and_on_to_the_bank_line(open_page, part_paid):
    page = open_page("/dashboard", role="admin")
    page.click("main a[href*='open-items'][href*='overdue=1']")
    page.wait_for_url("**/reports/open-items?*overdue=1*")
    assert "59.00" in page.inner_text("main tbody")
    page.click("main tbody th a")
    page.wait_for_selector("#panel a[href^='/cash/lines/']")
    assert "60.00" in page.inner_text("#panel")
    page.click("#panel a[href^='/cash/lines/']")
    page.wait_for_url(f"**/cash/lines/{part_paid.id}")
    assert "Fremd AG" in page.inner_text("main")
    assert page.complaints == []


def test_another_day_is_chosen_shown_and_exported(open_page, part_paid):
    page = open_page("/reports/open-items", role="admin")
    day = make.TODAY - timedelta(days=1)
    page.click("summary:has-text('as of')")
    page.fill("input[name='asof']", day.isoformat())
    page.click("button:text-is('Show')")
    page.wait_for_url(f"**asof={day.isoformat()}**")
    assert "119.00" in page.inner_text("main tbody")
    with page.expect_download() as waited:
        page.click("main a:has-text('CSV')")
    assert waited.value.suggested_filename == f"open-items-{day.isoformat()}.csv"
    page.click("main a:text-is('Back to today')")
    page.wait_for_url(lambda url: "asof" not in url)
    assert "59.00" in page.inner_text("main tbody")


@pytest.mark.parametrize("role", ["auditor", "client"])
def test_who_may_not_open_cash_sees_no_link_to_it(bank, part_paid, sign_in, role):  # noqa: F811
    client = sign_in(role, creditor=bank.creditor if role == "client" else None)
    item = client.get("/reports/open-items").content.decode().partition("/reports/items/")[2][:36]
    page = client.get(f"/reports/items/{item}").content.decode()
    assert "60.00" in page
    leads = "/cash/lines/" in page
    assert leads == (client.get(f"/cash/lines/{part_paid.id}").status_code == 200)
