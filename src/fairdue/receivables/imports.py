"""Bringing the rows of an open-item file in.

An item comes in with its whole amount against opening balances; what the file says is no longer open is
settled by an imported payment on the day it was paid (`paid_date`), else on the day of the import. The same
number again updates what may change; a smaller open amount settles the difference, a larger one is a
finding, because a settled item is reopened by reversing its payment and never by a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import connection

from fairdue.core.ledger import AccountRole
from fairdue.core.money import decimal_of
from fairdue.foundation.arrays import columns
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.tabular.findings import RowFinding
from fairdue.foundation.tabular.formats import OPEN_ITEMS, RATES
from fairdue.foundation.tabular.registry import ImportKind, Outcome, in_chunks, register_import
from fairdue.parties import selectors as parties
from fairdue.receivables.models import Credit, ExchangeRate, OpenItem, Period
from fairdue.receivables.services import Applied, CreditDraft, OpenItemDraft, allocate, open_items, record_credits
from fairdue.receivables.services.books import OLDEST_RATE, RateDraft, add_rates
from fairdue.receivables.services.imported import REASON

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.tabular.formats import OpenItemRow
    from fairdue.foundation.tabular.registry import ImportScope, NumberedRows

BEGINNING = date(1970, 1, 1)
_UPDATE = """
UPDATE open_item SET due_on = n.due_on, reference = n.reference, order_number = n.order_number,
       end_to_end_id = n.end_to_end_id, discount_percent = n.discount_percent, discount_until = n.discount_until
FROM unnest(%s::uuid[], %s::date[], %s::text[], %s::text[], %s::text[], %s::numeric[], %s::date[])
     AS n(id, due_on, reference, order_number, end_to_end_id, discount_percent, discount_until)
WHERE open_item.tenant_id = %s AND open_item.id = n.id
"""


@dataclass(slots=True)
class _Plan:
    """What the rows come to: collected first, written set-based afterwards."""

    items: list[OpenItemDraft] = field(default_factory=list)
    credits: list[CreditDraft] = field(default_factory=list)
    settled: list[tuple[UUID, CreditDraft]] = field(default_factory=list)
    """Item and the imported payment that settles a part of it."""
    changed: list[tuple[OpenItem, OpenItemRow, str]] = field(default_factory=list)
    touched: int = 0
    unchanged: int = 0
    findings: list[RowFinding] = field(default_factory=list)

    def refuse(self, number: int, name: str, value: str, code: str, sentence: str) -> None:
        """Name what is wrong with a row."""
        self.findings.append(RowFinding(number, name, value, code, sentence))


@dataclass(frozen=True, slots=True)
class _Known:
    """What the books know about the rows' numbers."""

    debtors: dict[str, UUID]
    items: dict[str, OpenItem]
    credits: dict[UUID, int]
    """Source → amount of credit notes that were imported before."""
    closed: frozenset[date]
    rates: frozenset[tuple[str, date]]
    home: str


def _known(ctx: Ctx, scope: ImportScope, rows: Sequence[tuple[int, OpenItemRow]]) -> _Known:
    creditor = parties.creditor(ctx, scope.creditor)
    assert creditor is not None
    numbers = [row.number for _, row in rows]
    items = OpenItem.objects.select_for_update().filter(creditor_id=scope.creditor, number__in=numbers)
    notes = [_source(scope.creditor, row.number) for _, row in rows if row.kind == Credit.Kind.CREDIT_NOTE]
    credits_ = Credit.objects.filter(kind=Credit.Kind.CREDIT_NOTE, source_id__in=notes)
    closed = Period.objects.filter(creditor_id=scope.creditor, status="closed").values_list("month", flat=True)
    foreign = {(row.currency, row.issue_date) for _, row in rows if row.currency != creditor.currency}
    return _Known(
        parties.debtors_by_external_id(ctx, scope.creditor, {row.debtor_external_id for _, row in rows}),
        {item.number: item for item in items.order_by("id")},
        dict(credits_.values_list("source_id", "amount")),
        frozenset(closed),
        _rates(creditor.currency, foreign),
        creditor.currency,
    )


def _rates(home: str, wanted: set[tuple[str, date]]) -> frozenset[tuple[str, date]]:
    """Return the (currency, day) pairs of `wanted` for which a rate is known; one query a direction."""
    if not wanted:
        return frozenset()
    currencies = {currency for currency, _ in wanted}
    first = min(day for _, day in wanted) - OLDEST_RATE
    days: dict[str, list[date]] = {currency: [] for currency in currencies}
    for near, far in (("base", "quote"), ("quote", "base")):
        rows = ExchangeRate.objects.filter(**{f"{near}__in": currencies, far: home, "valid_on__gte": first})
        for currency, day in rows.values_list(near, "valid_on"):
            days[currency].append(day)
    return frozenset(
        (currency, day)
        for currency, day in wanted
        if any(day - OLDEST_RATE <= known <= day for known in days[currency])
    )


def _source(creditor: UUID, number: str) -> UUID:
    """Return the same id for the same imported credit note, however often its file comes."""
    return uuid5(NAMESPACE_OID, f"fairdue import {creditor} {number}")


def _settling(item: OpenItemDraft | OpenItem, debtor: UUID, creditor: UUID, amount: int, on: date) -> CreditDraft:
    left = f"{item.id} {amount} {on}"
    return CreditDraft(
        creditor, debtor, Credit.Kind.PAYMENT, f"Import {item.number}"[:60], item.currency, amount, on,
        ((AccountRole.OPENING, amount),), uuid5(NAMESPACE_OID, f"fairdue import settled {left}"),
    )  # fmt: skip


def _bookable(plan: _Plan, known: _Known, number: int, row: OpenItemRow) -> bool:
    """Tell whether the row can be booked; name why not."""
    before = len(plan.findings)
    if row.issue_date.replace(day=1) in known.closed:
        sentence = (
            f"{row.issue_date:%B %Y} is closed: have it opened again (Ledger, Months), or leave the item to the books "
            "that it is in."
        )
        plan.refuse(number, "issue_date", row.issue_date.isoformat(), "period.closed", sentence)
    if row.currency != known.home and (row.currency, row.issue_date) not in known.rates:
        sentence = (
            f"There is no exchange rate to {known.home} for that day; bring rates in first (fairdue import rates FILE)."
        )
        plan.refuse(number, "currency", row.currency, "rate.missing", sentence)
    return len(plan.findings) == before


def _new(plan: _Plan, scope: ImportScope, debtor: UUID, row: OpenItemRow) -> None:
    draft = OpenItemDraft(
        scope.creditor, debtor, OpenItem.Kind.INVOICE, row.number, row.currency, row.amount, row.amount,
        row.issue_date, row.due_date, ((AccountRole.OPENING, row.amount),), reference=row.structured_reference,
        order_number=row.order_number, end_to_end_id=row.end_to_end_id, discount_percent=row.discount_percent,
        discount_until=row.discount_until,
    )  # fmt: skip
    plan.items.append(draft)
    if row.open_amount < row.amount:
        paid_on = row.paid_date or max(scope.today, row.issue_date)
        settling = _settling(draft, debtor, scope.creditor, row.amount - row.open_amount, paid_on)
        plan.settled.append((draft.id, settling))


def _differs(plan: _Plan, number: int, row: OpenItemRow, item: OpenItem, debtor: UUID) -> bool:
    """Name what an item that is recorded can never change."""
    pairs = (
        ("amount", row.amount, item.amount),
        ("currency", row.currency, item.currency),
        ("issue_date", row.issue_date, item.issued_on),
        ("debtor_external_id", debtor, item.debtor_id),
    )
    wrong = [name for name, ours, theirs in pairs if ours != theirs]
    for name in wrong:
        sentence = "Differs from the item that is recorded under this number; that cannot be changed by a file."
        plan.refuse(number, name, str(getattr(row, name)), "open_item.differs", sentence)
    return bool(wrong)


def _again(plan: _Plan, scope: ImportScope, number: int, row: OpenItemRow, item: OpenItem) -> None:
    """Compare a row with the item it names: change, settle, or leave it."""
    if row.open_amount > item.residual:
        left = decimal_of(item.residual, item.currency)
        sentence = f"Is more than the {left} still open here; take the payment back instead."
        value = str(decimal_of(row.open_amount, row.currency))
        plan.refuse(number, "open_amount", value, "open_item.reopened", sentence)
        return
    pairs = {
        "due date": (item.due_on, row.due_date),
        "reference": (item.reference, row.structured_reference),
        "order": (item.order_number, row.order_number),
        "end-to-end id": (item.end_to_end_id, row.end_to_end_id),
        "discount": (item.discount_percent, row.discount_percent),
        "discount until": (item.discount_until, row.discount_until),
    }
    words = ", ".join(f"{name} {old or 'none'} → {new or 'none'}" for name, (old, new) in pairs.items() if old != new)
    if words:
        plan.changed.append((item, row, words))
    paid = item.residual - row.open_amount
    if paid:
        on = row.paid_date or max(scope.today, row.issue_date)
        plan.settled.append((item.id, _settling(item, item.debtor_id, scope.creditor, paid, on)))
    plan.touched += bool(words or paid)
    plan.unchanged += not (words or paid)


def _credit_note(plan: _Plan, known: _Known, scope: ImportScope, debtor: UUID, row: OpenItemRow) -> None:
    """Bring in what is left of a credit note; a used one is history that its invoices show."""
    source = _source(scope.creditor, row.number)
    if source in known.credits or not row.open_amount:
        plan.unchanged += 1
        return
    plan.credits.append(
        CreditDraft(
            scope.creditor, debtor, Credit.Kind.CREDIT_NOTE, row.number, row.currency, row.open_amount,
            row.issue_date, ((AccountRole.OPENING, row.open_amount),), source,
        )
    )  # fmt: skip


def _decide(plan: _Plan, known: _Known, scope: ImportScope, number: int, row: OpenItemRow) -> None:
    """Put one row where it belongs."""
    debtor = known.debtors.get(row.debtor_external_id)
    if debtor is None:
        sentence = "Is no customer of this creditor; import the customers first."
        plan.refuse(number, "debtor_external_id", row.debtor_external_id, "debtor.unknown", sentence)
        return
    item = known.items.get(row.number)
    if row.kind == Credit.Kind.CREDIT_NOTE:
        if item is not None:
            plan.refuse(number, "number", row.number, "open_item.differs", "Is the number of an open item.")
        elif _bookable(plan, known, number, row):
            _credit_note(plan, known, scope, debtor, row)
    elif item is not None:
        if not _differs(plan, number, row, item, debtor):
            _again(plan, scope, number, row, item)
    elif _bookable(plan, known, number, row):
        _new(plan, scope, debtor, row)


@contextmanager
def _hashed() -> Iterator[None]:
    """Let the checks of the database in this block join by hash.

    The planner has no statistics of the rows that this transaction writes; it takes them for few and would
    walk all of the tenant's rows once for each new one (measured: 600 ms instead of 20 for 800 rows).
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("SET LOCAL enable_nestloop = on")


def _write(ctx: Ctx, plan: _Plan, today: date) -> None:
    """Write the plan: items, credits, settlements, changes; each set-based."""
    with _hashed():
        _write_all(ctx, plan, today)


def _write_all(ctx: Ctx, plan: _Plan, today: date) -> None:
    if plan.items:
        open_items(ctx, items=plan.items, today=today)
    credits_ = [*plan.credits, *(draft for _, draft in plan.settled)]
    if credits_:
        record_credits(ctx, credits_=credits_, today=today)
    lines = [Applied(item, draft.amount, draft.id, reason=REASON, group=uuid7()) for item, draft in plan.settled]
    if lines:
        allocate(ctx, lines=lines, effective_on=BEGINNING, today=today)
    _change(ctx, plan, today)


def _change(ctx: Ctx, plan: _Plan, today: date) -> None:
    if not plan.changed:
        return
    values: list[tuple[Any, ...]] = [
        (item.id, row.due_date, row.structured_reference, row.order_number, row.end_to_end_id,
         row.discount_percent, row.discount_until)
        for item, row, _ in plan.changed
    ]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [*columns(values), ctx.tenant])
    facts = [
        NewFact("open_item.changed", today, item.id, item.creditor_id, item.debtor_id,
                {"number": item.number, "changes": words})
        for item, _, words in plan.changed
    ]  # fmt: skip
    record_all(ctx, facts)


def apply_open_items(ctx: Ctx, scope: ImportScope, rows: NumberedRows) -> Outcome:
    """Open, settle or change the items of the rows by their number; set-based."""
    known = _known(ctx, scope, rows)
    plan = _Plan()
    for number, row in rows:
        _decide(plan, known, scope, number, row)
    _write(ctx, plan, scope.today)
    created = len(plan.items) + len(plan.credits)
    return Outcome(created, plan.touched, plan.unchanged, tuple(plan.findings))


register_import(ImportKind("open-items", "Open items", OPEN_ITEMS, in_chunks(apply_open_items), "customers", order=20))


def apply_rates(ctx: Ctx, scope: ImportScope, rows: NumberedRows) -> Outcome:
    """Record the rates of the rows; a day's rate that is known already stays."""
    del scope
    findings = [
        RowFinding(number, "rate", str(row.rate), "rate.not_positive", "Is not positive.")
        for number, row in rows
        if row.rate <= 0
    ]
    drafts = [RateDraft(row.base, row.quote, row.date, row.rate, row.source) for _, row in rows if row.rate > 0]
    if drafts:
        add_rates(ctx, rates=drafts)
    return Outcome(len(drafts), findings=tuple(findings))


register_import(ImportKind("rates", "Exchange rates", RATES, apply_rates, order=15))
