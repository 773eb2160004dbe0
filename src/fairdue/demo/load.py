"""Bring the plan in. A load that a kill cut short starts again on an empty database."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import batched
from uuid import UUID

from fairdue.demo import history, people
from fairdue.demo.plan import Plan, make_plan
from fairdue.foundation.accounts import create_tenant
from fairdue.foundation.context import Ctx
from fairdue.foundation.migrating import analyze
from fairdue.foundation.models import Tenant

SLUG = "demo"


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the stories need to know of the loaded history."""

    ctx: Ctx
    plan: Plan
    creditors: dict[str, UUID]
    debtors: dict[str, UUID]
    items: dict[str, UUID]


def is_complete() -> bool:
    """Tell whether the demo is loaded whole."""
    tenant = Tenant.objects.filter(slug=SLUG).first()
    return tenant is not None and bool(tenant.settings.get("demo_complete"))


def load(today: date, say: Callable[[str], None] = print) -> Loaded:
    """Load the demo as it stands at the start of `today`."""
    started = time.monotonic()

    def told(words: str) -> None:
        say(f"  {words} ({time.monotonic() - started:.0f} s)")

    plan = make_plan(today)
    tenant = create_tenant(slug=SLUG, name="Westkontor Receivables", today=today, language="en")
    ctx = Ctx(tenant, "system:demo")
    with ctx.open():
        creditors = people.bring_creditors(ctx, today)
        people.bring_people(ctx, creditors, today)
        history.bring_rates(ctx, today, plan.invoices[0].issued_on - timedelta(days=14))
        debtors = history.bring_debtors(ctx, plan, creditors)
    told(f"{len(creditors)} creditors, {len(debtors)} customers, {len(people.PEOPLE)} people")
    old = [invoice for invoice in plan.invoices if invoice.issued_on < today - timedelta(days=history.RECENT_DAYS)]
    with ctx.open():
        items = history.bring_items(ctx, old, creditors, debtors, today)
    analyze("debtor", "open_item", "journal_entry", "journal_line", "fact")
    for days in batched(history.payment_days(old, items, today - timedelta(days=4)), 40):
        with ctx.open():
            history.bring_payments(ctx, days, items, creditors, debtors)
        analyze("open_item", "credit", "allocation", "journal_entry", "journal_line")
    told(f"{len(items)} invoices of two years with their payments")
    return Loaded(replace(ctx), plan, creditors, debtors, items)
