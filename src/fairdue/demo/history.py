"""Two years of invoices and payments, through the heart's doors: set-based, one command a bank day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core import refs
from fairdue.core.ledger import AccountRole
from fairdue.demo.plan import Plan, PlannedDebtor, PlannedInvoice
from fairdue.demo.vat import vat_id
from fairdue.foundation.migrating import analyze
from fairdue.parties.services import DebtorDraft, create_debtors
from fairdue.parties.validation import check_phone
from fairdue.receivables.services import (
    Applied,
    CreditDraft,
    OpenItemDraft,
    add_rates,
    allocate,
    open_items,
    record_credits,
)
from fairdue.receivables.services.books import RateDraft

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

LEVELS = {("EUR", "GBP"): 8600, ("USD", "GBP"): 7800, ("EUR", "CHF"): 9450}
"""Ten-thousandths around which the invented rates swing."""
FIRST = 200
"""Items after which the planner looks at the tables for the first time."""
RECENT_DAYS = 21
"""Invoices younger than this are issued as documents; older ones came with the old system's open items."""
_BEFORE = timedelta(days=30)
"""Customers are known before their first invoice."""


def bring_rates(ctx: Ctx, today: date, first: date) -> None:
    """Record a rate for every week of the history."""
    drafts = []
    for (base, quote), level in LEVELS.items():
        day, step = first, 0
        while day <= today:
            swing = (step * 37 % 41 - 20) * level // 1000
            drafts.append(RateDraft(base, quote, day, Decimal(level + swing).scaleb(-4), "invented for the demo"))
            day, step = day + timedelta(days=7), step + 1
    add_rates(ctx, rates=drafts)


def currency_of(invoice: PlannedInvoice) -> str:
    """Return what the creditor bills this debtor in."""
    own = invoice.debtor.country.currency
    return own if invoice.debtor.creditor in {"HART", "ALPE"} else "EUR"


def bring_debtors(ctx: Ctx, plan: Plan, creditors: dict[str, UUID]) -> dict[str, UUID]:
    """Create the debtors; returns their ids by external id."""
    drafts = [
        DebtorDraft(
            creditors[d.creditor], d.external_id, d.name, country=d.country.code, street=d.street, postcode=d.postcode,
            city=d.city, language=d.country.language, currency=d.country.currency, email=d.email, phone=_phone(d),
            vat_id=vat_id(d.country.code, d.iban_seed),
            payment_terms_days=d.terms_days, credit_limit=d.credit_limit, source="demo",
            discount_percent=Decimal(2) if d.habit == "discount" else None,
            discount_days=10 if d.habit == "discount" else None,
        )
        for d in plan.debtors
    ]  # fmt: skip
    create_debtors(ctx, debtors=drafts, today=plan.invoices[0].issued_on - _BEFORE)
    return {draft.external_id: draft.id for draft in drafts}


def _phone(debtor: PlannedDebtor) -> str:
    return debtor.phone if check_phone(debtor.phone, debtor.country.code).valid else ""


def bring_items(
    ctx: Ctx, invoices: list[PlannedInvoice], creditors: dict[str, UUID], debtors: dict[str, UUID], today: date
) -> dict[str, UUID]:
    """Open the items of invoices that came without documents, week by week; returns their ids by number.

    Call outside a transaction: each week is one, and the planner looks at the first before the next. While it
    believes the journal to be empty, it checks foreign keys by reading all of the tenant's entries for each line.
    """
    found: dict[str, UUID] = {}
    for _, issued in groupby(sorted(invoices, key=attrgetter("issued_on")), key=_week):
        with ctx.open():
            drafts = [_draft(invoice, creditors, debtors) for invoice in issued]
            open_items(ctx, items=drafts, today=min(drafts[-1].issued_on, today))
        if len(found) < FIRST <= len(found) + len(drafts):
            analyze("debtor", "open_item", "journal_entry", "journal_line", "fact")
        found |= {draft.number: draft.id for draft in drafts}
    return found


def _week(invoice: PlannedInvoice) -> tuple[int, int]:
    year, week, _ = invoice.issued_on.isocalendar()
    return year, week


def _draft(invoice: PlannedInvoice, creditors: dict[str, UUID], debtors: dict[str, UUID]) -> OpenItemDraft:
    parts = ((AccountRole.REVENUE, invoice.net), (AccountRole.TAX, invoice.tax))
    digits = "".join(filter(str.isdigit, invoice.number))
    return OpenItemDraft(
        creditors[invoice.debtor.creditor], debtors[invoice.debtor.external_id], "invoice", invoice.number,
        currency_of(invoice), invoice.gross, invoice.net, invoice.issued_on, invoice.due_on,
        tuple((role, part) for role, part in parts if part),
        delivered_on=invoice.issued_on, reference=refs.generate("RF", f"{invoice.debtor.creditor}{digits}"),
    )  # fmt: skip


def bank_day(day: date, today: date) -> date:
    """Return the day on which the demo's banks book: Tuesdays and Fridays, Fridays only in the older past."""
    days = {1, 4} if day > today - timedelta(days=90) else {4}
    while day.weekday() not in days:
        day += timedelta(days=1)
    return day


type BankDay = tuple[date, list[PlannedInvoice]]


def payment_days(invoices: list[PlannedInvoice], items: dict[str, UUID], until: date) -> list[BankDay]:
    """Return the bank days before `until` with the invoices that were paid on them."""
    days: dict[date, list[PlannedInvoice]] = defaultdict(list)
    for invoice in invoices:
        if invoice.paid_on and invoice.number in items:
            day = bank_day(invoice.paid_on, until)
            if day < until:
                days[day].append(invoice)
    return sorted(days.items(), key=lambda day: day[0])


def bring_payments(
    ctx: Ctx,
    days: Iterable[BankDay],
    items: dict[str, UUID],
    creditors: dict[str, UUID],
    debtors: dict[str, UUID],
) -> None:
    """Record and allocate the payments of some bank days, one command a day each."""
    for day, paid in days:
        credits_ = [_credit(invoice, day, creditors, debtors) for invoice in paid]
        record_credits(ctx, credits_=credits_, today=day)
        lines = [
            line
            for invoice, credit in zip(paid, credits_, strict=True)
            for line in _lines(invoice, credit, items[invoice.number])
        ]
        allocate(ctx, lines=lines, effective_on=day, today=day)


def _credit(invoice: PlannedInvoice, day: date, creditors: dict[str, UUID], debtors: dict[str, UUID]) -> CreditDraft:
    amount = invoice.gross - invoice.discount
    return CreditDraft(
        creditors[invoice.debtor.creditor], debtors[invoice.debtor.external_id], "payment", f"B-{invoice.number}",
        currency_of(invoice), amount, day, ((AccountRole.BANK, amount),),
    )  # fmt: skip


def _lines(invoice: PlannedInvoice, credit: CreditDraft, item: UUID) -> Iterator[Applied]:
    yield Applied(item, credit.amount, credit.id)
    if invoice.discount:
        yield Applied(item, invoice.discount, kind="discount", reason="2 % within 10 days")
