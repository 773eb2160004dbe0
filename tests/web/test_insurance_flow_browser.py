"""A credit manager's errand in a real browser: a claim from the customer to the shared recovery, and the premium."""

from __future__ import annotations

from datetime import date

import pytest

from fairdue.cash.services import add_bank_account, run_matching
from fairdue.foundation.facts.outbox import relay_all
from fairdue.insurance.services import file_claim, run
from tests import make
from tests.rooms.cash.conftest import entry, import_file, statement
from tests.web.test_insurance import TODAY, _today, insured  # noqa: F401
from tests.wire.camt_files import ACCOUNT


def press(page, button, onto):
    """Press a button and wait for the page it leads to."""
    with page.expect_navigation(url=onto):
        button.click()


def words(page):
    return page.locator("main").inner_text().replace("\xa0", " ")


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_a_claim_is_filed_indemnified_paid_and_its_recovery_shared(ctx, insured, open_page, sign_in, size):  # noqa: F811
    policy, books, item = insured
    page = open_page(f"/insurance/customers/{policy}/{books.debtor}", size=size, client=sign_in("credit_manager"))
    press(page, page.locator("a:has-text('File a claim')"), "**/insurance/claims/new/*/*")
    assert "Claimed: RE-77." in words(page)
    press(page, page.locator("button:has-text('File the claim')"), "**/insurance/claims/*-*")
    assert "Waiting for the date of loss" in words(page)
    run(ctx, today=date(2027, 8, 1))
    with ctx.open():
        make.payment(ctx, books, 9_000_00, on=TODAY, debtor_known=False)
        make.payment(ctx, books, 1_190_00, on=TODAY)
    page.reload()
    assert "Calculation" in words(page)
    assert "9,000.00" in words(page)
    amount = page.locator("[name=p-amount]")
    amount.fill("9,000.01")
    press(page, page.locator("button:has-text('Record as received')"), "**/insurance/claims/*-*")
    assert "still owes" in words(page)
    assert amount.input_value() == "9,000.01"
    amount.fill("9,000.00")
    press(page, page.locator("button:has-text('Record as received')"), "**/insurance/claims/*-*")
    assert "money is recorded" in words(page)
    page.fill("[name=r-amount]", "100.00")
    press(page, page.locator("button:has-text('Share this payment')"), "**/insurance/claims/*-*")
    assert "Recovery shared" in words(page)
    assert "810.00" in words(page)
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    with ctx.open():
        assert make.residual(item) == 11_900_00 - 9_000_00 - 380_00
    assert page.complaints == []


def test_a_turnover_is_declared_and_its_premium_booked_and_taken_back(insured, open_page, sign_in):  # noqa: F811
    page = open_page("/insurance/premium", client=sign_in("credit_manager"))
    page.fill("[name=turnover]", "about a million")
    press(page, page.locator("button:has-text('Declare')"), "**/insurance/premium/declare?*")
    assert page.locator("[name=turnover]").input_value() == "about a million"
    assert page.locator("label:has-text('Turnover, EUR')").count() == 1
    page.fill("[name=turnover]", "1,000,000.00")
    press(page, page.locator("button:has-text('Declare')"), "**/insurance/premium?*")
    assert "1,000,000.00" in words(page)
    press(page, page.locator("button:has-text('Book it')"), "**/insurance/premium?*")
    assert "stands in the books" in words(page)
    press(page, page.locator("button:has-text('Reverse')"), "**/insurance/premium?*")
    assert "Taken back by a reversal" in words(page)
    assert [line for line in page.complaints if "422" not in line] == []


def test_the_insurers_bank_line_leads_to_the_claim_and_leaves_the_workbench_with_the_indemnity(
    ctx,
    insured,  # noqa: F811
    open_page,
    sign_in,
):
    policy, books, _ = insured
    with ctx.open():
        file_claim(ctx, policy=policy, debtor=books.debtor, today=TODAY)
    run(ctx, today=date(2027, 8, 1))
    with ctx.open():
        add_bank_account(ctx, creditor=books.creditor, number=ACCOUNT, currency="EUR", today=TODAY)
        import_file(ctx, statement(entry("9000.00", "Schaden TC-9/001", name="ATRADIUS")), today=TODAY)
        run_matching(ctx, creditor=books.creditor, today=TODAY)
    page = open_page("/cash", client=sign_in("admin"))
    assert "the indemnity of a claim is recorded there" in page.locator("#panel").inner_text()
    press(page, page.locator("#panel a:has-text('Open the claims')"), "**/insurance/claims")
    press(page, page.locator("main th a").first, "**/insurance/claims/*-*")
    assert "9,000.00 EUR, ATRADIUS" in page.locator("[name=p-credit]").inner_text()
    press(page, page.locator("button:has-text('Record as received')"), "**/insurance/claims/*-*")
    assert "money is recorded" in words(page)
    relay_all()
    page.goto(page.url.split("/insurance")[0] + "/cash")
    assert "All cash applied" in words(page)
    assert page.complaints == []
