"""The demo's cash desk holds something to look at on each of its pages, and its books stay clean."""

from datetime import date
from types import SimpleNamespace

import pytest

from fairdue.cash.bankrules import selectors as ruling
from fairdue.cash.directdebit import selectors as debiting
from fairdue.cash.refunding import selectors as refunding
from fairdue.cash.remittances import selectors as advising
from fairdue.cash.returns import selectors as returning
from fairdue.demo.desk import TWICE, keep_desk
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.verifying import verify_tenant
from tests import make


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2027, 1, 10), date(2028, 4, 23)])
def test_the_desk_shows_a_run_a_return_a_refund_an_advice_and_a_rule(ctx, today):
    with ctx.open():
        seller = make.creditor(ctx)
    keep_desk(SimpleNamespace(ctx=ctx, plan=SimpleNamespace(today=today), creditors={"NORD": seller}))
    with ctx.open():
        for _ in range(3):
            relay_all()
        (run,) = debiting.runs(ctx, creditor=seller)
        states = sorted(row.state for row in debiting.debits(ctx, run=run.id))
        assert states == ["collected", "rejected", "returned"]
        (back,) = returning.returns(ctx, creditor=seller)
        assert (back.amount, back.code) == (71_400, "AM04")
        (refund,) = refunding.refunds(ctx, creditor=seller)
        assert (refund.amount, refund.kind) == (TWICE, "duplicate")
        (advice,) = advising.remittances(ctx, creditor=seller)
        assert advice.state == "waiting"
        assert len(ruling.bank_rules(ctx, creditor=seller)) == 1
        assert verify_tenant(ctx) == []
