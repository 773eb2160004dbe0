"""The demo's billing desk holds something to look at on each page of an invoicing clerk, and its books stay clean."""

from datetime import date
from types import SimpleNamespace

import pytest

from fairdue.demo.billing import PREPAID, keep_billing
from fairdue.demo.people import bring_creditors
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.verifying import verify_tenant
from fairdue.invoicing import monitor, selectors


@pytest.mark.parametrize("today", [date(2026, 11, 20), date(2027, 1, 31), date(2028, 2, 29)])
def test_the_billing_desk_shows_findings_plans_answers_and_prepayments(ctx, today):
    with ctx.open():
        creditors = bring_creditors(ctx, today)
    keep_billing(SimpleNamespace(ctx=ctx, plan=SimpleNamespace(today=today), creditors=creditors))
    with ctx.open():
        for _ in range(3):
            relay_all()
        drafts = selectors.drafts(ctx, filters={}, limit=50)
        assert sorted(bool(row.errors) for row in drafts) == [False, True, True]
        assert sorted(row.state for row in selectors.plans(ctx)) == ["active", "paused"]
        assert {row.kind for row in monitor.answers(ctx, filters={}, limit=50)} == {"refused", "approved"}
        orders = {row.number for row in selectors.orders(ctx, filters={}, limit=50)}
        assert orders == set(PREPAID.values())
        assert verify_tenant(ctx) == []
