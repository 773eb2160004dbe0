"""A clerk's whole errands in a real browser, from the first click to what stands in the books."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fairdue.cash.models import BankLine, CashReturn, DirectDebit
from fairdue.collections.models import Dispute
from fairdue.foundation import clock
from fairdue.foundation.facts.outbox import relay_all
from fairdue.parties.services import DebtorDraft, create_debtors
from tests import make
from tests.rooms.cash.conftest import account_of, bank, entry, matched, statement  # noqa: F401
from tests.rooms.cash.test_direct_debit import DAY, due, payer  # noqa: F401
from tests.rooms.cash.test_returned_money import back

TRUSTEE = "CH9300762011623852957"


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda *_: make.TODAY)


def site_of(page):
    return page.url.split("/cash")[0].split("/customers")[0].split("/approvals")[0]


def press(page, button, onto):
    """Press a button and wait for the page it leads to."""
    with page.expect_navigation(url=onto):
        button.click()


def bring(page, content):
    """Import a statement on its page."""
    page.goto(f"{site_of(page)}/cash/statements")
    page.set_input_files("#upload", {"name": "day.xml", "mimeType": "application/xml", "buffer": content})
    press(page, page.locator("form:has(#format) button.primary"), "**/cash/statements/*-*")
    return words(page)


def words(page):
    return page.locator("main").inner_text().replace("\xa0", " ")


def test_a_refund_is_asked_by_one_approved_by_another_and_ordered(bank, open_page, sign_in):  # noqa: F811
    with bank.ctx.open():
        make.payment(bank.ctx, bank.books, 100_000)
        account_of(bank)
    page = open_page("/cash/account", client=sign_in("cash_clerk"))
    menu = page.locator("details.menu:has(summary:has-text('Pay back'))")
    menu.locator("summary").click()
    menu.locator("[name=amount]").fill("1,000.01")
    menu.locator("[name=reason]").fill("paid twice")
    press(page, menu.locator("button"), "**/cash/account")
    assert "is not applied" in words(page)
    assert menu.locator("[name=reason]").input_value() == "paid twice"
    menu.locator("[name=amount]").fill("1,000.00")
    press(page, menu.locator("button"), "**/cash/refunds/*-*")
    press(page, page.locator("button:has-text('Propose to a second person')"), "**/cash/refunds/*-*")
    assert "Waits for approval" in words(page)
    other = open_page("/approvals", client=sign_in("team_lead"))
    press(other, other.locator("section:has-text('Kaufmann KG') button:has-text('Approve')"), "**/approvals")
    assert "Approved and carried out" in words(other)
    page.goto(f"{site_of(page)}/cash/refunds")
    press(page, page.locator("button:has-text('Make the bank file')"), "**/cash/refunds")
    with page.expect_download() as found:
        page.locator("a[download]").first.click()
    assert '<InstdAmt Ccy="EUR">1000.00</InstdAmt>' in found.value.path().read_text()
    assert page.complaints == []


def test_a_debit_run_goes_from_its_proposal_to_the_file_the_money_and_its_return(
    payer,  # noqa: F811
    open_page,
    sign_in,
    monkeypatch,
):
    with payer.ctx.open():
        item = due(payer)
    page = open_page(f"/cash/debits?on={DAY.isoformat()}", client=sign_in("cash_clerk"))
    assert "RE-2026-04711" in words(page)
    press(page, page.locator("button:has-text('Order and tell')"), "**/cash/debits/*-*")
    run = page.url
    with page.expect_download() as found:
        page.locator("a:has-text('File for the bank')").click()
    with payer.ctx.open():
        debit = DirectDebit.objects.get()
    assert debit.end_to_end_id in found.value.path().read_text()
    monkeypatch.setattr(clock, "today", lambda *_: DAY + timedelta(days=4))
    paid = entry("119.00", "Lastschrift", end_to_end=debit.end_to_end_id, reference="IN")
    assert "1 new line imported" in bring(page, statement(replace(paid, booked=DAY.isoformat())))
    relay_all()
    page.goto(run)
    assert "1 collected" in words(page)
    with payer.ctx.open():
        assert make.residual(item) == 0
    gone = replace(back("119.00", "AM04", end_to_end=debit.end_to_end_id, reference="OUT"), booked="2026-03-18")
    assert "1 new line imported" in bring(page, statement(gone, name="2026-03-18/1"))
    with payer.ctx.open():
        line = BankLine.objects.get(amount__lt=0)
    page.goto(f"{site_of(page)}/cash/lines/{line.id}")
    press(page, page.locator("button:has-text('It was this one')"), "**/cash/returns")
    assert "AM04 insufficient funds" in words(page)
    with payer.ctx.open():
        assert CashReturn.objects.get().code == "AM04"
        assert make.residual(item) == 11900
    assert page.complaints == []


def test_a_rule_made_from_a_line_knows_whose_money_the_next_file_brings(bank, open_page, sign_in):  # noqa: F811
    with bank.ctx.open():
        matched(bank, entry("33.00", "Mandant K", name="Treuhand AG", iban=TRUSTEE))
        item = make.item(bank.ctx, bank.books, 7700, number="RE-2026-04790")
    page = open_page("/cash", client=sign_in("cash_clerk"))
    press(page, page.locator("#panel a:has-text('Rule')"), "**/cash/rules/new?*")
    assert not page.locator("#q").is_visible()
    page.select_option("[name=action]", "payer")
    page.fill("#q", "nobody of this name")
    press(page, page.locator("button:has-text('Find') >> visible=true").last, "**/cash/rules/new?*")
    assert "No customer fits these words" in words(page)
    page.fill("#q", "Kaufmann")
    press(page, page.locator("button:has-text('Find') >> visible=true").last, "**/cash/rules/new?*")
    assert page.locator("[name=debtor]").input_value() == str(bank.debtor)
    press(page, page.locator("button:has-text('Show what it would')"), "**/cash/rules/new?*")
    assert "1 line waits now" in words(page)
    press(page, page.locator("button:has-text('Make the rule')"), "**/cash/rules")
    assert "money of Kaufmann KG" in words(page)
    following = statement(entry("77.00", "Mandant K", name="Treuhand AG", iban=TRUSTEE), name="2026-03-03/1")
    assert "Applied" in bring(page, following)
    with bank.ctx.open():
        assert make.residual(item) == 0
    assert page.complaints == []


def test_all_above_a_percentage_are_shown_accepted_and_taken_back_together(bank, open_page, sign_in):  # noqa: F811
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        matched(
            bank,
            entry("60.00", "RE-2026-04711 Reklamation", name="Fremd AG", iban="FR7630006000011234567890189"),
            entry("33.00", "?", name="Nobody", iban="NL91ABNA0417164300"),
        )
    page = open_page("/cash", client=sign_in("cash_clerk"))
    page.fill("#above", "much")
    press(page, page.locator("form.above button"), "**/cash")
    assert page.locator("#above").input_value() == "much"
    page.fill("#above", "0.1")
    press(page, page.locator("form.above button"), "**/cash/accept")
    assert "1 line over 33.00 EUR is left: nothing was found" in words(page)
    press(page, page.locator("button:has-text('Accept and post')"), "**/cash/history?batch=*")
    with bank.ctx.open():
        assert make.residual(item) == 5900
    press(page, page.locator("button:has-text('Take the whole batch back')"), "**/cash/history/undo")
    assert "1 item is open again" in words(page)
    page.fill("#reason", "too early")
    press(page, page.locator("button.danger"), "**/cash/history")
    assert "1 payment was taken back" in words(page)
    with bank.ctx.open():
        assert make.residual(item) == 11900
    assert page.complaints == []


def test_a_deduction_with_its_reason_becomes_a_dispute(bank, open_page, sign_in):  # noqa: F811
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
    page = open_page("/cash", client=sign_in("cash_clerk"))
    bring(page, statement(entry("100.00", "siehe Brief", name="Fremd AG", iban=TRUSTEE)))
    with bank.ctx.open():
        line = BankLine.objects.get()
    page.goto(f"{site_of(page)}/cash/lines/{line.id}/find")
    page.fill("main input[name=q]", "04711")
    press(page, page.locator("main form.filters button"), "**/find?q=04711")
    page.locator("input[name=item]").check()
    page.locator("[name^=amount-]").fill("100.00")
    page.select_option("[name=difference]", "deduction.complaint")
    press(page, page.locator("main button.primary"), "**/cash")
    relay_all()
    with bank.ctx.open():
        assert Dispute.objects.get().debtor_id == bank.debtor
    page.goto(f"{site_of(page)}/disputes")
    assert "RE-2026-04711" in words(page)
    assert "19.00" in words(page)
    assert page.complaints == []


def test_two_records_of_a_customer_are_compared_and_merged(ctx, books, open_page, sign_in):
    with ctx.open():
        one, other = create_debtors(
            ctx,
            debtors=[
                DebtorDraft(
                    books.creditor, number, name, country="DE", currency="EUR", street="Hafen 7", postcode="20457"
                )
                for name, number in (("Acme GmbH", "A-1"), ("ACME AG", "A-2"))
            ],
            today=make.TODAY,
        )
        make.item(ctx, make.Books(books.creditor, other), 12345)
    page = open_page("/customers/duplicates", size="phone", client=sign_in("admin"))
    press(page, page.locator("a:has-text('Compare')").first, "**/customers/merge/*/*")
    if str(one) not in page.url.split("/merge/")[1].split("/")[0]:
        press(page, page.locator("a:has-text('The other way round')"), f"**/merge/{one}/{other}")
    assert "123.45" in words(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.locator("input[name=name][value=merged]").check()
    press(page, page.locator("button:has-text('Merge the records')"), f"**/customers/{one}")
    assert page.locator("h1").inner_text() == "ACME AG"
    page.goto(f"{site_of(page)}/customers/{other}")
    assert page.url.endswith(str(one))
    assert page.complaints == []
