"""axe on the screens of posting: settings, money on account, refunds, recalls, a part of a payment."""

from __future__ import annotations

import pytest

from fairdue.cash.account.uses import accept_use, propose_uses
from fairdue.cash.posting.codes import CodeDraft, set_code
from fairdue.cash.refunding.tasks import open_refund
from fairdue.cash.returns.recalls import import_recalls
from fairdue.foundation.files import store
from tests import make
from tests.rooms.cash.conftest import account_of, bank, entry, matched  # noqa: F401 - a fixture among them
from tests.rooms.cash.test_banks_ask_back import request
from tests.rooms.cash.test_posting import on_account
from tests.rooms.cash.test_returned_money import back, bring

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def pages(bank):  # noqa: F811
    with bank.ctx.open():
        first = on_account(bank)
        make.item(bank.ctx, bank.books, 2000, number="A-1")
        (use,) = propose_uses(bank.ctx, debtors=[bank.debtor], today=make.TODAY)
        accept_use(bank.ctx, use=use, today=make.TODAY)
        make.item(bank.ctx, bank.books, 1000, number="A-2")
        propose_uses(bank.ctx, debtors=[bank.debtor], today=make.TODAY)
        account_of(bank, since=make.TODAY)
        task = open_refund(bank.ctx, credit=first.credit_id, amount=7000, reason="too much", today=make.TODAY)
        draft = CodeDraft(bank.creditor, "D-07", "freight", "fee", 1200, "EUR", bank.debtor)
        set_code(bank.ctx, draft=draft, today=make.TODAY)
        file = store(bank.ctx, content=request(account="DE00"), name="c.xml", media_type="application/xml")
        (recall,) = import_recalls(bank.ctx, file=file.id, today=make.TODAY)
        make.item(bank.ctx, bank.books, 15000, number="RE-2026-04711")
        matched(bank, entry("150.00", "RE-2026-04711", reference="B-2"))
        (out,) = bring(bank, back("53.00", "AC06", iban="DE02500105170137075030"))
    return [
        "/cash/account", "/cash/refunds", f"/cash/refunds/{task}", "/cash/recalls", f"/cash/lines/{out.id}",
        f"/cash/recalls/{recall}",
        f"/settings/clients/{bank.creditor}/posting",
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "dark"), [("desk", False), ("phone", True)])
def test_axe_finds_nothing_on_the_screens_of_posting(pages, open_page, sign_in, axe, size, dark):
    client = sign_in("admin")
    found = []
    for path in pages:
        page = open_page(path, size=size, dark=dark, client=client)
        found += [(path, words) for words in (*axe(page), *page.complaints)]
    assert found == []


def test_money_applied_from_account_is_taken_back_in_the_last_row_of_the_page(pages, open_page, sign_in):
    page = open_page("/cash/account", client=sign_in("admin"))
    page.locator("summary", has_text="Undo").last.click()
    page.locator("details[open] input[name=reason]").fill("the wrong invoice")
    page.get_by_role("button", name="Undo by reversal").last.click()
    page.get_by_text("Taken back by a reversal").wait_for()
    assert page.locator("summary", has_text="Undo").count() == 0
