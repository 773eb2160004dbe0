"""The cash workbench in a real browser: axe on each page, and a clerk who only uses the keyboard."""

from __future__ import annotations

import pytest

from fairdue.cash.bankrules.making import RuleDraft, add_bank_rule
from fairdue.cash.models import BankLine, CashApplication
from fairdue.core.bankrules import Nature, RuleAction
from tests import make
from tests.rooms.cash.conftest import bank, entry, lines, matched  # noqa: F401


@pytest.fixture
def desk(bank):  # noqa: F811
    """Three payments that wait, one that was matched."""
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        make.item(bank.ctx, bank.books, 5000, number="RE-2026-04712")
        matched(
            bank,
            entry("60.00", "RE-2026-04711 Reklamation", name="Fremd AG", iban="FR7630006000011234567890189"),
            entry("50.00", "RE-2026-04712"),
            entry("33.00", "?", name="Nobody", iban="NL91ABNA0417164300"),
        )
    return bank


def paths(bank):  # noqa: F811
    with bank.ctx.open():
        first, done, nobody = lines(bank.creditor)
        application = CashApplication.objects.get(line_id=done.id).id
        statement = first.statement_id
        draft = RuleDraft("Wages", RuleAction.NOT_RECEIVABLE, text="Lohn", nature=Nature.SALARY)
        rule = add_bank_rule(bank.ctx, creditor=bank.creditor, draft=draft, today=make.TODAY)
    return [
        "/cash", "/cash/history", f"/cash/history/{application}", "/cash/statements", f"/cash/statements/{statement}",
        f"/cash/lines/{first.id}", f"/cash/lines/{first.id}/find", f"/cash/lines/{nobody.id}/find?q=RE",
        "/cash/quality?from=2026-01-01", "/cash/quality/payments?became=automatic&from=2026-01-01", "/cash/rules",
        f"/cash/rules/new?line={nobody.id}", f"/cash/rules/{rule}",
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "dark"), [("desk", False), ("phone", True)])
def test_axe_finds_nothing_on_any_page_of_cash(desk, open_page, sign_in, axe, size, dark):
    client = sign_in("cash_clerk")
    found = []
    for path in paths(desk):
        page = open_page(path, size=size, dark=dark, client=client)
        found += [(path, words) for words in (*axe(page), *page.complaints)]
    assert found == []


def test_a_clerk_works_with_the_keyboard_alone(desk, open_page, sign_in):
    page = open_page("/cash", client=sign_in("cash_clerk"))
    assert page.locator("#panel h2").inner_text() == "Fremd AG"
    page.keyboard.press("Enter")
    page.wait_for_url("**/cash?line=*")
    assert "60.00 EUR applied" in page.locator("main").inner_text()
    with desk.ctx.open():
        assert BankLine.objects.get(payer_name="Fremd AG").state == "applied"
    assert page.locator("#panel h2").inner_text() == "Nobody"
    page.keyboard.press("f")
    page.wait_for_url("**/find")
    page.fill("main input[name=q]", "04711")
    page.keyboard.press("Enter")
    page.wait_for_url("**/find?q=04711")
    page.locator("input[name=item]").check()
    assert "Nothing is left" in page.locator("[data-left]").inner_text()
    page.locator("main button.primary").click()
    page.wait_for_url("**/cash")
    assert "All cash applied" in page.locator("main").inner_text()


def test_the_phone_shows_the_list_first_and_the_line_on_a_tap(desk, open_page, sign_in):
    page = open_page("/cash", size="phone", client=sign_in("cash_clerk"))
    assert not page.locator("#panel").is_visible()
    page.locator("main a[data-panel]").first.click()
    page.wait_for_selector("#panel .side-body")
    assert page.locator("#panel").is_visible()


def test_ticks_stand_after_the_preview_was_left_and_the_bar_counts_them(desk, open_page, sign_in):
    page = open_page("/cash?sure=weak", client=sign_in("cash_clerk"))
    page.locator("main input[name=id]").last.check()
    page.locator("main .bulk button").click()
    page.wait_for_url("**/cash/accept")
    page.locator("a:has-text('Back, change nothing')").click()
    page.wait_for_url("**/cash?sure=weak")
    assert page.locator("main input[name=id]").last.is_checked()
    assert page.locator("[data-chosen]").inner_text() == "1 selected"
    assert page.complaints == []
