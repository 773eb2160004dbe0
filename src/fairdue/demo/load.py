"""Bring the plan in. A load that a kill cut short starts again on an empty database."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import date, timedelta
from itertools import batched

from django.db import ProgrammingError

from fairdue.cash.services import import_statements
from fairdue.collections.services import run_cadence
from fairdue.demo import bank, history, people, stories
from fairdue.demo.billing import keep_billing
from fairdue.demo.desk import keep_desk
from fairdue.demo.loaded import Loaded
from fairdue.demo.plan import make_plan
from fairdue.demo.recent import credit_one, issue_recent, orders_of_today
from fairdue.foundation import clock
from fairdue.foundation.accounts import create_tenant
from fairdue.foundation.context import Ctx
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.files import store
from fairdue.foundation.jobs import defer
from fairdue.foundation.mail.sending import send_due
from fairdue.foundation.migrating import analyze
from fairdue.foundation.models import Tenant
from fairdue.receivables.selectors import items

SLUG = "demo"
_RUN_ON, _SATURDAY, _JUST_GONE = (2, 5), 6, 3
PAY_WINDOW = 20
"""Days around the due date within which this week's payments fall."""
EVERYTHING = (
    "debtor", "open_item", "credit", "allocation", "journal_entry", "journal_line", "fact", "outbox", "invoice", "hold",
)  # fmt: skip


def is_complete() -> bool:
    """Tell whether the demo is loaded whole."""
    try:
        tenant = Tenant.objects.filter(slug=SLUG).first()
    except ProgrammingError:  # nothing is migrated yet
        return False
    return tenant is not None and bool(tenant.settings.get("demo_complete"))


def load(today: date, say: Callable[[str], None] = print) -> Loaded:
    """Load the demo as it stands at the start of `today`."""
    started = time.monotonic()

    def told(words: str) -> None:
        say(f"  {words} ({time.monotonic() - started:.0f} s)")

    loaded = _load_history(today, told)
    teller = stories.tell(loaded)
    told("the stories of six customers and of a group")
    keep_desk(loaded)
    told("the cash desk: direct debits, a return, an advice, a refund")
    recent = [invoice for invoice in loaded.plan.invoices if invoice.number not in loaded.items]
    with loaded.ctx.open():
        issued = issue_recent(loaded.ctx, loaded.plan, recent, loaded.creditors, loaded.debtors)
        orders_of_today(loaded.ctx, loaded.plan, loaded.creditors, loaded.debtors)
        credit_one(loaded.ctx, issued, today)
    keep_billing(loaded)
    analyze(*EVERYTHING)
    told(f"{len(issued.invoices)} invoices issued as documents, orders and drafts of today")
    _nights(loaded, teller)
    told("the nights of the last month: reminders, notices, calls")
    _bank(loaded)
    told("this week's bank statements")
    with loaded.ctx.open():
        tenant = Tenant.objects.select_for_update().get(slug=SLUG)
        tenant.settings |= {"demo_complete": today.isoformat()}
        tenant.save(update_fields=["settings"])
    analyze(*EVERYTHING)
    return loaded


def _load_history(today: date, told: Callable[[str], None]) -> Loaded:
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
    items = history.bring_items(ctx, old, creditors, debtors, today)
    analyze("debtor", "open_item", "journal_entry", "journal_line", "fact")
    for days in batched(history.payment_days(old, items, today - timedelta(days=4)), 40):
        with ctx.open():
            history.bring_payments(ctx, days, items, creditors, debtors)
        analyze("open_item", "credit", "allocation", "journal_entry", "journal_line")
    told(f"{len(items)} invoices of two years with their payments")
    return Loaded(ctx, plan, creditors, debtors, items)


def _nights(loaded: Loaded, teller: stories.Teller) -> None:
    """Run the cadence on nights of the last month and send what it wrote, each on its own business date."""
    for days in nights(loaded.plan.today):
        teller.until(days)
        day = loaded.plan.today - timedelta(days=days)
        run_cadence(loaded.ctx, today=day)
        with clock.rehearsed(day):
            while send_due():
                pass
    teller.until(0)


def nights(today: date) -> list[int]:
    """Return the nights of the last month, as days before today: Tuesdays, Fridays, and the working days just gone."""
    month = ((days, (today - timedelta(days=days)).isoweekday()) for days in range(28, 0, -1))
    return [days for days, weekday in month if weekday in _RUN_ON or (days <= _JUST_GONE and weekday < _SATURDAY)]


def _bank(loaded: Loaded) -> None:
    """Bring this week's statements in; the worker matches them when it starts, against keys that stand by then."""
    ctx, today = loaded.ctx, loaded.plan.today
    relay_all()
    with ctx.open():
        for code, currency, account in (
            ("NORD", "EUR", "DE75512108001245126199"),
            ("ATLF", "EUR", "FR7630006000011234567890189"),
            ("HART", "GBP", "GB29NWBK60161331926819"),
        ):
            rows = items(ctx, creditor=loaded.creditors[code], only_open=True, limit=5000)
            payable = [row for row in rows if row.currency == currency and abs((row.due_on - today).days) <= PAY_WINDOW]
            paid = [bank.Paid(row.number, row.residual, row.debtor_name, row.reference) for row in payable[::3]][:45]
            rows_of_week = bank.entries(paid, bank.STRANGERS[code])
            content = bank.camt053(account, currency, today, rows_of_week, f"{code}-{today:%Y%m%d}")
            name = f"camt053-{code}-{today}.xml"
            file = store(ctx, content=content, name=name, media_type="application/xml", creditor=loaded.creditors[code])
            import_statements(ctx, file=file.id, today=today, creditor=loaded.creditors[code])
            defer(ctx, "cash.match", creditor=str(loaded.creditors[code]), today=today.isoformat())
