"""Returned money on the workbench."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fairdue.cash import selectors
from fairdue.cash.models import BankLine, CashReturn
from tests import make
from tests.rooms.cash.conftest import bank, entry, matched, verified  # noqa: F401
from tests.rooms.cash.test_returned_money import back, bring, paid

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def returned(bank):  # noqa: F811
    """A paid item, and a line on which the bank took the money back without saying which."""
    with bank.ctx.open():
        item = paid(bank)
        (line,) = bring(bank, back("119.00", "AC04", fee="4.00"))
    return bank, item, line


def test_the_clerk_says_which_payment_it_was_and_undoes_it(returned, sign_in):
    bank_, item, line = returned
    clerk = sign_in("cash_clerk")
    page = clerk.get(reverse("web:cash_line", args=[line.id])).content.decode()
    assert "AC04 account closed" in page
    assert "RE-2026-04711" in page
    with bank_.ctx.open():
        original = BankLine.objects.get(amount__gt=0).id
    answer = clerk.post(
        reverse("web:cash_return", args=[line.id]), {"original": str(original), "charge": "1"}, follow=True
    )
    assert "Ask for new details" in answer.content.decode()
    with bank_.ctx.open():
        row = CashReturn.objects.get()
        assert (make.residual(item), row.fee, make.residual(row.fee_item_id)) == (11900, 400, 400)
    shown = clerk.get(reverse("web:cash_line", args=[original])).content.decode()
    assert "Went back" in shown
    undone = clerk.post(reverse("web:cash_return_undo", args=[row.id]), {"reason": "not this one"}, follow=True)
    assert "Both lines wait" in undone.content.decode()
    with bank_.ctx.open():
        assert verified(bank_.ctx) == []


def test_a_return_that_does_not_fit_is_told_and_changes_nothing(returned, sign_in):
    bank_, item, line = returned
    clerk = sign_in("cash_clerk")
    answer = clerk.post(reverse("web:cash_return", args=[line.id]), {"original": str(line.id)}, follow=True)
    assert "went back already" in answer.content.decode()
    assert clerk.post(reverse("web:cash_return", args=[line.id]), {"original": "x"}).status_code == 404
    with bank_.ctx.open():
        assert make.residual(item) == 0


def test_who_may_only_look_may_not_settle(returned, sign_in):
    _, _, line = returned
    reader = sign_in("collector")
    assert "It was this one" not in reader.get(reverse("web:cash_line", args=[line.id])).content.decode()
    assert reader.post(reverse("web:cash_return", args=[line.id]), {}).status_code == 403


def test_a_recall_is_asked_for_on_the_page_of_the_payment(returned, sign_in):
    from fairdue.cash.models import CashApplication

    bank_, _, _ = returned
    clerk = sign_in("cash_clerk")
    with bank_.ctx.open():
        done = CashApplication.objects.get()
    assert "asks for it back" in clerk.get(reverse("web:cash_application", args=[done.id])).content.decode()
    url = reverse("web:cash_recall", args=[done.line_id])
    assert "second person decides" in clerk.post(url, {"code": "DUPL"}, follow=True).content.decode()
    assert "waits for approval" in clerk.post(url, {"code": "DUPL"}, follow=True).content.decode()


def test_the_band_counts_money_to_apply_apart_from_what_a_bank_took_back(returned, sign_in):
    bank_, _, _ = returned
    with bank_.ctx.open():
        matched(bank_, entry("500.00", "?", name="Nobody", iban="NL91ABNA0417164300"))
        (row,) = selectors.band(bank_.ctx, since=make.TODAY, creditor=bank_.creditor)
    assert (row.waiting_count, row.waiting, row.returned_count, row.returned) == (1, 50000, 1, 12300)
    page = sign_in("cash_clerk").get(reverse("web:cash")).content.decode()
    assert "Taken back, to review" in page
    assert "500.00" in page
    assert "377.00" not in page


def test_a_band_without_returns_does_not_speak_of_them(bank, sign_in):  # noqa: F811
    with bank.ctx.open():
        matched(bank, entry("500.00", "?", name="Nobody", iban="NL91ABNA0417164300"))
    assert "Taken back" not in sign_in("cash_clerk").get(reverse("web:cash")).content.decode()
