"""The door out of remittance advices: lists, one with its documents, and what it has to do with its payment."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Abs

from fairdue.cash.models import BankLine, Remittance, RemittanceLine
from fairdue.cash.remittances.evidence import doubt_of
from fairdue.foundation.models import StoredFile

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class RemittanceRow:
    """An advice; amounts in minor units of `currency`, which is empty where the file names none."""

    id: UUID
    creditor_id: UUID
    format: str
    payer_name: str
    payer_masked: str
    paid_on: date | None
    currency: str
    total: int | None
    amount: int | None
    reference: str
    complete: bool
    findings: list[dict[str, str]] = field(hash=False)
    state: str
    line_id: UUID | None
    link: str
    linked_by: str
    imported_by: str
    imported_at: datetime


@dataclass(frozen=True, slots=True)
class DocumentRow:
    """One document of an advice."""

    number: str
    kind: str
    gross: int | None
    discount: int
    adjustment: int
    net: int | None
    reason: str
    issued_on: date | None
    place: str


@dataclass(frozen=True, slots=True)
class RemittanceView:
    """An advice with its documents, its file and its payment."""

    row: RemittanceRow
    documents: tuple[DocumentRow, ...]
    text: str
    file_name: str
    line_amount: int | None
    line_currency: str
    line_booked_on: date | None
    line_payer: str
    doubt: str
    """Why no machine posts by it."""


def remittances(
    ctx: Ctx, *, creditor: UUID | None = None, state: str = "", q: str = "", line: UUID | None = None,
    after: tuple[datetime, UUID] | None = None, limit: int = 100,
) -> list[RemittanceRow]:  # fmt: skip
    """Return advices, newest first; `q` is the beginning of a payer, a reference, or the number of a document."""
    del ctx
    found = Remittance.objects.order_by("-imported_at", "-id")
    narrow = Q(creditor_id=creditor) if creditor else Q()
    narrow &= Q(state=state) if state else Q()
    narrow &= Q(line_id=line) if line else Q()
    if q:
        named = RemittanceLine.objects.filter(number=q).values("remittance_id")
        narrow &= Q(payer_name__istartswith=q) | Q(reference=q) | Q(id__in=named)
    if after is not None:
        narrow &= Q(imported_at__lt=after[0]) | Q(imported_at=after[0], id__lt=after[1])
    return [_row(one) for one in found.filter(narrow)[:limit]]


def remittance(ctx: Ctx, one: UUID) -> RemittanceView | None:
    """Return an advice with everything that belongs to it, in a fixed number of statements."""
    row = Remittance.objects.filter(id=one).first()
    if row is None:
        return None
    del ctx
    parts = RemittanceLine.objects.filter(remittance_id=one).order_by("position")
    documents = tuple(_document(part) for part in parts)
    line = BankLine.objects.filter(id=row.line_id).first() if row.line_id else None
    file = StoredFile.objects.filter(id=row.file_id).first()
    return RemittanceView(
        row=_row(row), documents=documents, text=row.text, file_name=file.name if file else "",
        line_amount=line.amount if line else None, line_currency=line.currency if line else "",
        line_booked_on=line.booked_on if line else None, line_payer=line.payer_name if line else "",
        doubt=doubt_of(row, [part.net for part in documents], line.amount if line else None),
    )  # fmt: skip


def _row(one: Remittance) -> RemittanceRow:
    return RemittanceRow(
        id=one.id, creditor_id=one.creditor_id, format=one.format, payer_name=one.payer_name,
        payer_masked=one.payer_masked, paid_on=one.paid_on, currency=one.currency, total=one.total, amount=one.amount,
        reference=one.reference, complete=one.complete, findings=one.findings, state=one.state, line_id=one.line_id,
        link=one.link, linked_by=one.linked_by, imported_by=one.imported_by, imported_at=one.imported_at,
    )  # fmt: skip


def _document(one: RemittanceLine) -> DocumentRow:
    return DocumentRow(
        one.number, one.kind, one.gross, one.discount, one.adjustment, one.net, one.reason, one.issued_on, one.place
    )


@dataclass(frozen=True, slots=True)
class MayPay:
    """A payment that waits and may be the one of an advice."""

    id: UUID
    amount: int
    currency: str
    booked_on: date
    payer_name: str
    remittance: str


def may_pay(ctx: Ctx, one: RemittanceRow, limit: int = 8) -> list[MayPay]:
    """Return waiting payments without an advice, the nearest amount first."""
    del ctx
    taken = Remittance.objects.filter(line_id=OuterRef("id"))
    found = BankLine.objects.filter(creditor_id=one.creditor_id, state__in=["received", "proposed"], amount__gt=0)
    found = found.filter(currency=one.currency) if one.currency else found
    near = Abs(F("amount") - (one.amount or 0))
    ordered = found.exclude(Exists(taken)).order_by(near, "-booked_on", "id")[:limit]
    return [MayPay(row.id, row.amount, row.currency, row.booked_on, row.payer_name, row.remittance) for row in ordered]
