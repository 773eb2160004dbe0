"""The door out of direct debit: mandates, runs and collections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q

from fairdue.cash.bulk import rows
from fairdue.cash.directdebit.proposing import mandate_of
from fairdue.cash.models import DebitAnswer, DebitRun, DirectDebit, Mandate
from fairdue.core.directdebit import lapses_on
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class MandateRow:
    """A mandate with its customer and masked account; `lapses_on` is the first day on which it may not be used."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    debtor_name: str
    account: str
    approved: bool
    reference: str
    scheme: str
    one_off: bool
    signed_on: date
    last_used_on: date | None
    lapses_on: date
    state: str
    state_reason: str
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run; minor units of `currency`. `failed` counts what was rejected or went back."""

    id: UUID
    creditor_id: UUID
    reference: str
    scheme: str
    collect_on: date
    count: int
    amount: int
    currency: str
    file_id: UUID
    made_on: date
    made_by: str
    made_at: datetime
    cancelled_on: date | None
    collected: int
    failed: int


@dataclass(frozen=True, slots=True)
class DebitRow:
    """One collection with its customer and item."""

    id: UUID
    debtor_id: UUID
    debtor_name: str
    item_id: UUID
    number: str
    amount: int
    currency: str
    collect_on: date
    sequence: str
    attempt: int
    state: str
    code: str
    end_to_end_id: str


def mandates(
    ctx: Ctx, *, creditor: UUID | None = None, debtor: UUID | None = None,
    before: tuple[datetime, UUID] | None = None, limit: int = 200,
) -> list[MandateRow]:  # fmt: skip
    """Return mandates, the newest first; `before` is the (recorded_at, id) of the last one of the page before."""
    found = Mandate.objects.order_by("-recorded_at", "-id")
    if before:
        at, last = before
        found = found.filter(Q(recorded_at__lt=at) | Q(recorded_at=at, id__lt=last))
    found = found.filter(creditor_id=creditor) if creditor else found
    found = found.filter(debtor_id=debtor) if debtor else found
    kept = list(found[:limit])
    names = parties.debtors(ctx, {row.debtor_id for row in kept})
    masks = parties.masked_accounts([row.account_id for row in kept])
    approved = parties.approved_accounts([row.account_id for row in kept])
    return [
        MandateRow(
            row.id, row.creditor_id, row.debtor_id, names[row.debtor_id].name, masks.get(row.account_id, ""),
            row.account_id in approved, row.reference, row.scheme, row.one_off, row.signed_on, row.last_used_on,
            lapses_on(mandate_of(row, approved=True)), row.state, row.state_reason, row.recorded_at,
        )
        for row in kept
    ]  # fmt: skip


def runs(ctx: Ctx, *, creditor: UUID | None = None, run: UUID | None = None, limit: int = 50) -> list[RunRow]:
    """Return runs, the newest first, with what became of them."""
    return [RunRow(**row) for row in rows(ctx, "debit_runs", creditor=creditor, run=run, limit=limit)]


def debits(ctx: Ctx, *, run: UUID, limit: int = 1000) -> list[DebitRow]:
    """Return the collections of a run in the order of its file."""
    return [DebitRow(**row) for row in rows(ctx, "debits", run=run, creditor=None, limit=limit)]


def planned(ctx: Ctx, *, creditor: UUID | None = None, limit: int = 200) -> list[DebitRow]:
    """Return the collections that wait for a run, the next first."""
    return [DebitRow(**row) for row in rows(ctx, "debits", run=None, creditor=creditor, limit=limit)]


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """One answer of the bank to a run; `refused` counts the collections that it refused."""

    id: UUID
    run_id: UUID
    level: str
    status: str
    code: str
    sentence: str
    end_to_end_id: str
    refused: int
    read_on: date
    read_by: str


def answers(ctx: Ctx, *, run: UUID, limit: int = 500) -> list[AnswerRow]:
    """Return what the bank answered to a run, in the order of its files."""
    del ctx
    found = DebitAnswer.objects.filter(run_id=run).order_by("read_at", "place")[:limit]
    return [AnswerRow(**{name: getattr(row, name) for name in AnswerRow.__dataclass_fields__}) for row in found]


def file_of(run: UUID) -> UUID | None:
    """Return the stored file of a run."""
    row = DebitRun.objects.filter(id=run).first()
    return row.file_id if row else None


def on_their_way() -> int:
    """Return how many collections are ordered and not settled."""
    return int(DirectDebit.objects.filter(state=DirectDebit.State.ORDERED).count())
