"""The door out of returned money: what waits, what may have gone back, and what was settled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Case, IntegerField, Q, When

from fairdue.cash.bulk import rows
from fairdue.cash.models import BankLine, Recall
from fairdue.cash.returns.finding import Candidate, candidates
from fairdue.cash.returns.of_collections import Collection, collections
from fairdue.cash.returns.recalls import OURS

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_LOOKED_AT = 500


@dataclass(frozen=True, slots=True)
class ReturnRow:
    """A return; amounts in minor units of `currency`, `amount` without the fee."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID | None
    debtor_name: str | None
    line_id: UUID
    original_id: UUID
    code: str
    step: str
    amount: int
    fee: int
    fee_item_id: UUID | None
    evidence: str
    returned_on: date
    recorded_by: str
    recorded_at: datetime
    undone_on: date | None
    undo_reason: str
    currency: str
    payer_name: str
    numbers: str


@dataclass(frozen=True, slots=True)
class RecallRow:
    """A payment that a bank asks back; minor units of `currency`."""

    id: UUID
    creditor_id: UUID
    line_id: UUID | None
    asked_by: str
    payer: str
    amount: int
    currency: str
    settled_on: date | None
    end_to_end_id: str
    code: str
    words: str
    state: str
    approval_id: UUID | None
    refusal: str
    note: str
    received_on: date
    answer_by: date
    answer_id: UUID | None
    answered_on: date | None
    answered_by: str


def recalls(ctx: Ctx, *, creditor: UUID | None = None, recall: UUID | None = None, limit: int = 200) -> list[RecallRow]:
    """Return payments that banks ask back, those that wait first, the most urgent at the top."""
    del ctx
    found = Recall.objects.filter(creditor_id=creditor) if creditor else Recall.objects.all()
    found = found.filter(id=recall) if recall else found
    waits = Case(When(state__in=["unknown", "asked"], then=0), default=1, output_field=IntegerField())
    ordered = found.order_by(waits, "answer_by", "-recorded_at")[:limit]
    return [RecallRow(**{name: getattr(row, name) for name in RecallRow.__dataclass_fields__}) for row in ordered]


@dataclass(frozen=True, slots=True)
class MayMean:
    """A payment of ours that a bank's request may mean; minor units of `currency`."""

    id: UUID
    amount: int
    currency: str
    booked_on: date
    payer_name: str
    remittance: str


def may_mean(ctx: Ctx, one: RecallRow, q: str = "", limit: int = 20) -> list[MayMean]:
    """Return payments over just the amount that is asked back, the nearest day first; `q` narrows by payer or text."""
    del ctx
    found = BankLine.objects.filter(
        creditor_id=one.creditor_id, amount=one.amount, currency=one.currency, state__in=OURS, credit_id__isnull=False
    )
    if q:
        named = Q(payer_name__icontains=q) | Q(remittance__icontains=q) | Q(end_to_end_id__iexact=q)
        found = found.filter(named | Q(bank_reference__iexact=q))
    day = one.settled_on or one.received_on
    near = sorted(found.order_by("-booked_on", "id")[:_LOOKED_AT], key=lambda row: abs(row.booked_on - day))
    return [MayMean(**{name: getattr(row, name) for name in MayMean.__dataclass_fields__}) for row in near[:limit]]


def collections_of(ctx: Ctx, line: UUID) -> list[Collection]:
    """Return payments of which a part may have gone back by a waiting line."""
    row = BankLine.objects.filter(id=line, state=BankLine.State.RECEIVED, amount__lt=0).first()
    return collections(ctx, row) if row else []


def returns(
    ctx: Ctx, *, creditor: UUID | None = None, line: UUID | None = None, before: datetime | None = None,
    limit: int = 100,
) -> list[ReturnRow]:  # fmt: skip
    """Return what went back, newest first, what was undone included; `line` is either of the two lines."""
    return [ReturnRow(**row) for row in rows(ctx, "returns", creditor=creditor, line=line, before=before, limit=limit)]


def may_undo(ctx: Ctx, line: UUID) -> list[Candidate]:
    """Return the payments that a waiting line may have taken back, none for a line of another kind."""
    row = BankLine.objects.filter(id=line, state=BankLine.State.RECEIVED, amount__lt=0).first()
    return candidates(ctx, [row])[row.id] if row else []


def standing(ctx: Ctx, line: UUID) -> ReturnRow | None:
    """Return the return of a line that is not undone, from either side."""
    return next((row for row in returns(ctx, line=line) if row.undone_on is None), None)
