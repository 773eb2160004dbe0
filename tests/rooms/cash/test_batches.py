"""What one act has posted is undone by one act, all or none."""

from __future__ import annotations

from uuid import uuid4

import pytest

from fairdue.cash import selectors
from fairdue.cash.models import BankLine, CashApplication
from fairdue.cash.services import accept, accept_all, reverse, reverse_batch, reverse_many
from fairdue.core.findings import RefusedError
from fairdue.foundation.models import Tenant
from tests import make
from tests.rooms.cash.conftest import TODAY, entry, matched, open_proposal, verified


@pytest.fixture
def posted(bank):
    """Three payments that were accepted by one act."""
    Tenant.objects.filter(id=bank.ctx.tenant).update(settings={"cash": {"shadow": True}})
    with bank.ctx.open():
        items = [make.item(bank.ctx, bank.books, 10000 + at, number=f"RE-2026-1000{at:02d}") for at in range(3)]
        entries = [entry(f"{(10000 + at) / 100:.2f}", f"RE-2026-1000{at:02d}") for at in range(3)]
        ids = [open_proposal(line.id).id for line in matched(bank, *entries)]
        made = accept_all(bank.ctx, proposals=ids, today=TODAY)
        (batch,) = set(CashApplication.objects.values_list("batch_id", flat=True))
    return bank, items, made, batch


def test_a_batch_is_undone_by_one_act(posted):
    bank, items, made, batch = posted
    with bank.ctx.open():
        assert [row.id for row in selectors.history(bank.ctx, batch=batch)] == sorted(made, reverse=True)
        assert sorted(reverse_batch(bank.ctx, batch=batch, reason="wrong file", today=TODAY)) == sorted(made)
        assert [make.residual(item) for item in items] == [10000, 10001, 10002]
        assert set(BankLine.objects.values_list("state", flat=True)) == {"received"}
        assert all(row.reversed_on for row in selectors.history(bank.ctx, batch=batch))
        assert not verified(bank.ctx)
        with pytest.raises(RefusedError, match="Nothing of this batch stands"):
            reverse_batch(bank.ctx, batch=batch, reason="again", today=TODAY)


def test_what_was_taken_back_before_stays_and_the_rest_of_the_batch_follows(posted):
    bank, _, made, batch = posted
    with bank.ctx.open():
        reverse(bank.ctx, application=made[1], reason="this one first", today=TODAY)
        assert sorted(reverse_batch(bank.ctx, batch=batch, reason="all", today=TODAY)) == sorted([made[0], made[2]])
        assert CashApplication.objects.get(id=made[1]).reversal_reason == "this one first"


def test_many_are_taken_back_or_none_and_the_refusal_names_the_payment(posted):
    bank, items, made, _ = posted
    with bank.ctx.open():
        reverse(bank.ctx, application=made[2], reason="first", today=TODAY)
    with bank.ctx.open(), pytest.raises(RefusedError, match=r"Kaufmann KG, .*100.02.*taken back already"):
        reverse_many(bank.ctx, applications=made, reason="all", today=TODAY)
    with bank.ctx.open():
        assert [make.residual(item) for item in items] == [0, 0, 10002]
        for ids in ([], [uuid4() for _ in range(501)]):
            with pytest.raises(RefusedError):
                reverse_many(bank.ctx, applications=ids, reason="x", today=TODAY)
        with pytest.raises(RefusedError, match="taken back already"):
            reverse_many(bank.ctx, applications=[uuid4()], reason="x", today=TODAY)
        with pytest.raises(RefusedError, match="Say why"):
            reverse_many(bank.ctx, applications=made[:1], reason=" ", today=TODAY)


def test_a_single_act_is_no_batch(bank):
    Tenant.objects.filter(id=bank.ctx.tenant).update(settings={"cash": {"shadow": True}})
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "RE-2026-04711"))
        accept(bank.ctx, proposal=open_proposal(line.id).id, today=TODAY)
        assert CashApplication.objects.get().batch_id is None


def test_the_history_is_searched_by_words_and_days(posted):
    bank, _, made, _ = posted
    with bank.ctx.open():
        assert len(selectors.history(bank.ctx, q="kaufmann")) == 3
        assert len(selectors.history(bank.ctx, q="100001")) == 1
        assert not selectors.history(bank.ctx, q="nobody")
        assert not selectors.history(bank.ctx, days=(TODAY.replace(year=2099), None))
        assert not selectors.history(bank.ctx, days=(None, TODAY.replace(year=2000)))
        assert [row.id for row in selectors.history(bank.ctx, ids=made[:1])] == made[:1]
        assert {row.machine for row in selectors.history(bank.ctx)} == {False}
