"""The door out: frozen rows about bank lines, proposals and applications. Call inside a tenant's context."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.bulk import rows
from fairdue.cash.models import BankLine, CashApplication, CashProposal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class BandRow:
    """The figures over the workbench in one currency; minor units. What was returned is what a bank took back."""

    currency: str
    received_count: int
    received: int
    automatic_count: int
    automatic: int
    waiting_count: int
    waiting: int
    returned_count: int
    returned: int
    unapplied: int
    unapplied_count: int


@dataclass(frozen=True, slots=True)
class WaitingRow:
    """A line that waits, with what is proposed for it. Confidence in basis points."""

    id: UUID
    creditor_id: UUID
    amount: int
    currency: str
    booked_on: date
    payer_name: str
    payer_masked: str
    on_behalf_of: str
    remittance: str
    bank_reference: str
    return_code: str
    state: str
    proposal_id: UUID | None
    confidence: int | None
    source: str | None
    step: str | None
    reason: str | None
    debtor_id: UUID | None
    debtor_name: str | None
    items: int


@dataclass(frozen=True, slots=True)
class PartRow:
    """One item of a proposal, as it stands now: cash onto it, what else falls off, what stays open."""

    item: UUID
    number: str
    debtor_id: UUID | None
    debtor_name: str
    due_on: date | None
    residual: int
    amount: int
    adjustment: int
    adjustment_kind: str

    @property
    def left(self) -> int:
        """What stays open."""
        return self.residual - self.amount - self.adjustment


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal with its items by name."""

    id: UUID
    rule: str
    confidence: int
    reason: str
    arithmetic: str
    parts: tuple[PartRow, ...]
    on_account: int
    debtor_id: UUID | None
    debtor_name: str
    spans: tuple[tuple[int, int], ...] = ()
    """Places in the remittance text that speak for it."""
    alternatives: tuple[ProposalView, ...] = ()
    deductions: tuple[dict[str, Any], ...] = ()
    grade: str = ""


@dataclass(frozen=True, slots=True)
class LineView:
    """A bank line with everything that the bank said."""

    id: UUID
    creditor_id: UUID
    amount: int
    currency: str
    booked_on: date
    value_on: date
    payer_name: str
    payer_masked: str
    on_behalf_of: str
    remittance: str
    references: tuple[str, ...]
    bank_reference: str
    end_to_end_id: str
    transaction_code: str
    charges: int
    instructed_amount: int | None
    instructed_currency: str
    return_code: str
    information: str
    state: str
    credit_id: UUID | None
    proposal: ProposalView | None = None


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """What was done with a line."""

    id: UUID
    line_id: UUID
    creditor_id: UUID
    debtor_id: UUID | None
    debtor_name: str | None
    how: str
    amount: int
    on_account: int
    items: int
    applied_on: date
    applied_by: str
    recorded_at: datetime
    reversed_on: date | None
    reversed_by: str
    reversal_reason: str
    currency: str
    payer_name: str
    remittance: str
    booked_on: date
    reason: str | None
    confidence: int | None
    source: str | None
    step: str | None
    numbers: str | None
    """The first three items by number."""
    batch_id: UUID | None
    """The act that posted it with others."""
    machine: bool
    """Posted, or set aside, without a person."""


@dataclass(frozen=True, slots=True)
class StatementRow:
    """An imported statement with its findings."""

    id: UUID
    creditor_id: UUID
    format: str
    statement_id: str
    sequence: str
    opening: int | None
    closing: int | None
    closing_on: date | None
    entries: int
    booked: int
    complete: bool
    findings: list[dict[str, str]] = field(hash=False)
    imported_by: str
    imported_at: datetime
    account: str
    number: str
    currency: str
    file_name: str
    new_lines: int

    @property
    def already_read(self) -> bool:
        """Whether everything that it tells came in before, by itself or by other statements."""
        return self.entries > 0 and self.new_lines == 0

    def tells_the_same(self, other: StatementRow) -> bool:
        """Whether both are one statement of the bank, however often it was imported."""
        names = ("number", "currency", "statement_id", "opening", "closing", "closing_on", "entries", "booked")
        return all(getattr(self, name) == getattr(other, name) for name in names)


@dataclass(frozen=True, slots=True)
class FoundItem:
    """An open item or credit note (negative residual) that a person may choose."""

    id: UUID
    debtor_id: UUID
    debtor_name: str
    number: str
    kind: str
    currency: str
    residual: int
    due_on: date


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One target of one line, as `fairdue cash export` writes it; minor units of `currency`."""

    payment_ref: str
    target: str
    amount: int
    adjustment: int
    adjustment_kind: str
    currency: str
    confidence: int | None
    source: str | None
    step: str | None
    reason: str | None
    state: str


def band(ctx: Ctx, *, since: date, creditor: UUID | None = None) -> list[BandRow]:
    """Return the figures by currency: received and matched since a day, waiting and unapplied now."""
    return [BandRow(**row) for row in rows(ctx, "band", creditor=creditor, since=since)]


def waiting(
    ctx: Ctx, *, creditor: UUID | None = None, q: str = "", least: int | None = None, most: int | None = None,
    after: tuple[date, UUID] | None = None, limit: int = 100,
) -> list[WaitingRow]:  # fmt: skip
    """Return lines that wait, oldest first; `least` and `most` bound the confidence in basis points."""
    after_on, after_id = after or (None, None)
    found = rows(
        ctx,
        "waiting",
        creditor=creditor,
        q=q,
        least=least,
        most=most,
        after_on=after_on,
        after_id=after_id,
        limit=limit,
    )
    return [WaitingRow(**row) for row in found]


def waiting_count(ctx: Ctx, *, creditor: UUID | None = None) -> int:
    """Return how many lines wait for a person."""
    del ctx
    found = BankLine.objects.filter(state__in=["received", "proposed"])
    return int((found.filter(creditor_id=creditor) if creditor else found).count())


def line(ctx: Ctx, line_id: UUID) -> LineView | None:
    """Return a line with its open proposal and the items by name, in a fixed number of statements."""
    row = BankLine.objects.filter(id=line_id).first()
    if row is None:
        return None
    proposal = CashProposal.objects.filter(line_id=line_id, state="open").first()
    return _line_view(row, _proposal(ctx, proposal) if proposal else None)


def payer_names(ctx: Ctx, credits_: Collection[UUID]) -> dict[UUID, str]:
    """Return whom the bank names as the payer of these payments; payments of nobody named are left out."""
    del ctx
    rows = BankLine.objects.filter(credit_id__in=list(credits_)).exclude(payer_name="")
    return dict(rows.values_list("credit_id", "payer_name"))


def lines_of(ctx: Ctx, credits_: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the bank line from which each of these payments came; payments of no bank line are left out."""
    del ctx
    return dict(BankLine.objects.filter(credit_id__in=list(credits_)).values_list("credit_id", "id"))


def _line_view(row: BankLine, proposal: ProposalView | None = None) -> LineView:
    return LineView(
        id=row.id, creditor_id=row.creditor_id, amount=row.amount, currency=row.currency, booked_on=row.booked_on,
        value_on=row.value_on, payer_name=row.payer_name, payer_masked=row.payer_masked,
        on_behalf_of=row.on_behalf_of, remittance=row.remittance, references=tuple(row.references),
        bank_reference=row.bank_reference, end_to_end_id=row.end_to_end_id, transaction_code=row.transaction_code,
        charges=row.charges, instructed_amount=row.instructed_amount, instructed_currency=row.instructed_currency,
        return_code=row.return_code, information=row.information, state=row.state, credit_id=row.credit_id,
        proposal=proposal,
    )  # fmt: skip


def _proposal(ctx: Ctx, row: CashProposal) -> ProposalView:
    others = row.alternatives
    stored = [*row.allocations, *(part for other in others for part in other["allocations"])]
    debtors = {row.debtor_id, *(_debtor(other) for other in others)} - {None}
    found = rows(ctx, "parts", ids=[part["item"] for part in stored], debtors=list(debtors))
    items = {str(one["id"]): one for one in found if one["kind"] != "debtor"}
    names = {str(one["id"]): one["debtor_name"] for one in found if one["kind"] == "debtor"}
    alternatives = tuple(
        ProposalView(
            row.id, other["rule"], other["confidence"], other["reason"], other["arithmetic"],
            _parts(other["allocations"], items), other["on_account"], _debtor(other), names.get(other["debtor"], ""),
        )
        for other in others
    )  # fmt: skip
    spans = tuple(sorted({(one["start"], one["end"]) for one in row.evidence if one["start"] >= 0}))
    return ProposalView(
        row.id, f"{row.source}.{row.step}", row.confidence, row.reason, row.arithmetic,
        _parts(row.allocations, items), row.on_account, row.debtor_id, names.get(str(row.debtor_id), ""), spans,
        alternatives, tuple(row.deductions), row.grade,
    )  # fmt: skip


def _debtor(other: dict[str, Any]) -> UUID | None:
    return UUID(other["debtor"]) if other["debtor"] else None


def _parts(stored: list[dict[str, Any]], items: dict[str, dict[str, Any]]) -> tuple[PartRow, ...]:
    return tuple(
        PartRow(
            UUID(part["item"]), items[part["item"]]["number"], items[part["item"]]["debtor_id"],
            items[part["item"]]["debtor_name"], items[part["item"]]["due_on"], items[part["item"]]["residual"],
            part["amount"], part["adjustment"], part["adjustment_kind"],
        )
        for part in stored
        if part["item"] in items
    )  # fmt: skip


def history(
    ctx: Ctx, *, creditor: UUID | None = None, line_id: UUID | None = None, how: str = "", batch: UUID | None = None,
    days: tuple[date | None, date | None] = (None, None), q: str = "", ids: Iterable[UUID] | None = None,
    before: datetime | None = None, limit: int = 100,
) -> list[HistoryRow]:  # fmt: skip
    """Return applications, newest first, those that were taken back included; `days` are the first and the last."""
    found = rows(
        ctx, "history", creditor=creditor, line=line_id, how=how, batch=batch, since=days[0], until=days[1],
        q=q.strip(), ids=None if ids is None else list(ids), before=before, limit=limit,
    )  # fmt: skip
    return [HistoryRow(**row) for row in found]


@dataclass(frozen=True, slots=True)
class AcceptableRow:
    """Waiting lines by rule and currency, at or above a confidence or below it; minor units. Nothing found is below."""

    source: str
    step: str
    currency: str
    above: bool
    lines: int
    amount: int


def acceptable(ctx: Ctx, *, least: int, creditor: UUID | None = None) -> list[AcceptableRow]:
    """Return what could be accepted from a confidence (basis points) on, and what is left, most lines first."""
    return [AcceptableRow(**row) for row in rows(ctx, "acceptable", least=least, creditor=creditor)]


def application(ctx: Ctx, application_id: UUID) -> tuple[HistoryRow, UUID | None] | None:
    """Return one application and its group of allocations."""
    row = CashApplication.objects.filter(id=application_id).first()
    if row is None:
        return None
    found = [one for one in history(ctx, line_id=row.line_id) if one.id == application_id]
    return (found[0], row.group_id) if found else None


def statement_lines(ctx: Ctx, statement: UUID, limit: int = 200) -> list[LineView]:
    """Return the lines that a statement brought, in its order."""
    del ctx
    found = BankLine.objects.filter(statement_id=statement).order_by("entry", "detail")[:limit]
    return [_line_view(row) for row in found]


def statements(
    ctx: Ctx, *, creditor: UUID | None = None, ids: Iterable[UUID] | None = None, limit: int = 50
) -> list[StatementRow]:
    """Return imported statements, newest first."""
    wanted = None if ids is None else list(ids)
    found = rows(ctx, "statements", creditor=creditor, ids=wanted, limit=limit)
    return [StatementRow(**{**row, "findings": json.loads(row["findings"])}) for row in found]


def find_items(
    ctx: Ctx, *, creditor: UUID, currency: str, amount: int, q: str = "", debtors: Iterable[UUID] = (), limit: int = 50
) -> list[FoundItem]:
    """Return open items and credit notes by number, customer or debtor; the nearest amount first."""
    found = rows(
        ctx, "find_items", creditor=creditor, currency=currency, amount=amount, q=q.strip(), debtors=list(debtors),
        limit=limit,
    )  # fmt: skip
    return [FoundItem(**row) for row in found]


def export(ctx: Ctx, *, creditor: UUID | None = None) -> list[ExportRow]:
    """Return what became of every line, or is proposed for it, one row for each target."""
    return [ExportRow(**row) for row in rows(ctx, "export", creditor=creditor)]
