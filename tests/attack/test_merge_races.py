"""A customer is merged while others write for it: nothing that is owed or paid stays behind on the merged record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fairdue.collections.models import Dispute, Promise
from fairdue.collections.services import open_dispute, take_promise
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.verifying import verify_tenant
from fairdue.parties.services import merge_debtors
from fairdue.receivables.models import Credit, Hold, OpenItem
from fairdue.receivables.services import HoldDraft, assign_credit, assign_credits, place_holds
from tests import make
from tests.at_once import at_once

TODAY = make.TODAY
ROUNDS = 6
"""Both orders of two threads are met within so many rounds; the answer is the same in each."""


@pytest.fixture
def twin(ctx, books):
    """A second record of the customer, which is to be merged into the first."""
    with ctx.open():
        return make.Books(books.creditor, make.debtor(ctx, books.creditor, name="Kaufmann KG (alt)"))


def merge(ctx, books, twin):
    with ctx.open():
        return merge_debtors(ctx, survivor=books.debtor, merged=twin.debtor, today=TODAY)


def left_behind(ctx, twin):
    """Return what is open and stands on the merged record."""
    with ctx.open():
        return [
            *OpenItem.objects.filter(debtor_id=twin.debtor), *Credit.objects.filter(debtor_id=twin.debtor),
            *Hold.objects.filter(debtor_id=twin.debtor, released_on__isnull=True),
            *Promise.objects.filter(debtor_id=twin.debtor), *Dispute.objects.filter(debtor_id=twin.debtor),
        ]  # fmt: skip


def test_what_comes_after_the_merge_belongs_to_the_record_that_stays(ctx, books, twin):
    """A browser, an ERP or a transaction that began before still names the merged record."""
    merge(ctx, books, twin)
    relay_all()
    with ctx.open():
        item = make.item(ctx, twin, 11900)
        money = make.payment(ctx, twin, 500)
        loose = [make.payment(ctx, twin, 700, debtor_known=False) for _ in range(2)]
        assign_credit(ctx, credit=loose[0], debtor=twin.debtor, today=TODAY)
        assign_credits(ctx, owners=[(loose[1], twin.debtor)], today=TODAY)
        place_holds(ctx, holds=[HoldDraft(twin.creditor, twin.debtor, "manual", TODAY, item=item)], today=TODAY)
        assert OpenItem.objects.get(id=item).debtor_id == books.debtor
        assert {row.debtor_id for row in Credit.objects.filter(id__in=[money, *loose])} == {books.debtor}
    assert left_behind(ctx, twin) == []
    assert verify_tenant(ctx) == []


def _invoice(ctx, twin):
    return lambda: make.item(ctx, twin, 11900)


def _payment(ctx, twin):
    return lambda: make.payment(ctx, twin, 500)


def _owner(ctx, twin):
    money = make.payment(ctx, twin, 500, debtor_known=False)
    return lambda: assign_credit(ctx, credit=money, debtor=twin.debtor, today=TODAY)


def _promise(ctx, twin):
    item = make.item(ctx, twin, 11900)
    return lambda: take_promise(
        ctx, items=[item], amount=11900, promised_on=TODAY + timedelta(days=5), today=TODAY, note="will pay"
    )


def _dispute(ctx, twin):
    item = make.item(ctx, twin, 11900)
    return lambda: open_dispute(ctx, item=item, reason="price", amount=100, note="too dear", today=TODAY)


@pytest.mark.parametrize("prepare", [_invoice, _payment, _owner, _promise, _dispute])
def test_what_is_written_during_the_merge_is_not_left_behind(ctx, books, prepare):
    for number in range(ROUNDS):
        with ctx.open():
            twin = make.Books(books.creditor, make.debtor(ctx, books.creditor, name=f"Kaufmann KG ({number})"))
            act = prepare(ctx, twin)

        def write(act=act):
            with ctx.open():
                return act()

        def merge_and_move(twin=twin):
            merge(ctx, books, twin)
            relay_all()

        answers = at_once(write, merge_and_move)
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        relay_all()
        assert left_behind(ctx, twin) == []
    assert verify_tenant(ctx) == []
