"""Remittance advices: what payers say that they pay, and the payment that each belongs to."""

from datetime import date, datetime
from http import HTTPStatus
from uuid import UUID

from django.http import Http404
from ninja import File
from ninja.files import UploadedFile
from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources import creditors
from fairdue.api.resources.items import Ids
from fairdue.api.routing import Call, Resource
from fairdue.cash.remittances import selectors
from fairdue.cash.remittances.importing import import_remittances, link_remittance
from fairdue.core.money import CURRENCIES
from fairdue.foundation.files import store
from fairdue.foundation.permissions import Permission

remittances = Resource("/remittances", "cash")
RESOURCES = [remittances]


class FindingOut(BaseModel):
    """What was found in an advice."""

    code: str
    path: str
    message: str
    severity: str


class RemittanceOut(BaseModel):
    """An advice. `currency` is empty where the file names none; amounts then have two decimals."""

    id: UUID
    creditor: UUID
    format: str
    payer_name: str
    paid_on: date | None
    currency: str
    total: values.Amount | None
    reference: str
    complete: bool
    findings: list[FindingOut]
    state: str
    line: UUID | None
    link: str
    imported_at: datetime


class DocumentOut(BaseModel):
    """A document that the payer names; `net` is what he pays for it."""

    number: str
    kind: str
    gross: values.Amount | None
    discount: values.Amount
    adjustment: values.Amount
    net: values.Amount | None
    reason: str
    issued_on: date | None
    place: str


class RemittanceDetail(BaseModel):
    """An advice with its documents; `doubt` says why no machine posts by it."""

    advice: RemittanceOut
    documents: list[DocumentOut]
    doubt: str


class LinkIn(values.Body):
    """The bank line that an advice belongs to; null takes it away, and the machine leaves it alone."""

    line: UUID | None


class RemittanceId(BaseModel):
    """The advice."""

    id: UUID


def _out(row: selectors.RemittanceRow) -> RemittanceOut:
    return values.wire(RemittanceOut, row, _currency(row), ("total",))


def _currency(row: selectors.RemittanceRow) -> str:
    return row.currency if row.currency in CURRENCIES else "EUR"


@remittances.get("", Permission.CASH_VIEW, Page[RemittanceOut])
def list_remittances(
    call: Call, creditor: UUID | None = None, state: str = "", line: UUID | None = None, cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[RemittanceOut]:  # fmt: skip
    """List advices, newest first; `state` is waiting, linked or set_aside, `line` the payment of one."""
    after = decode(cursor, datetime, UUID)
    rows = selectors.remittances(
        call.ctx, creditor=creditor, state=state, line=line, after=(after[0], after[1]) if after else None,
        limit=limit + 1,
    )  # fmt: skip
    return page(rows, limit, _out, lambda row: (row.imported_at.isoformat(), row.id))


@remittances.post("", Permission.CASH_APPLY, Ids, status=HTTPStatus.CREATED, money=True, upload=True)
def import_advices(call: Call, file: File[UploadedFile], creditor: UUID) -> Ids:
    """Import the advices of a file of any known format; the same bytes again change nothing."""
    creditors.found(call, creditor)
    kept = store(
        call.ctx, content=file.read(), name=(file.name or "advice")[:200], media_type="application/octet-stream",
        creditor=creditor,
    )  # fmt: skip
    return Ids(ids=import_remittances(call.ctx, file=UUID(str(kept.id)), creditor=creditor, today=call.today))


@remittances.get("/{remittance}", Permission.CASH_VIEW, RemittanceDetail)
def show_an_advice(call: Call, remittance: UUID) -> RemittanceDetail:
    """Show an advice with its documents."""
    found = selectors.remittance(call.ctx, remittance)
    if found is None:
        raise Http404
    money = ("gross", "discount", "adjustment", "net")
    documents = [values.wire(DocumentOut, one, _currency(found.row), money) for one in found.documents]
    return RemittanceDetail(advice=_out(found.row), documents=documents, doubt=found.doubt)


@remittances.post("/{remittance}/link", Permission.CASH_APPLY, RemittanceId, money=True)
def link_an_advice(call: Call, remittance: UUID, body: LinkIn) -> RemittanceId:
    """Link an advice to a payment, or take the link away; an undecided payment is matched anew."""
    if selectors.remittance(call.ctx, remittance) is None:
        raise Http404
    return RemittanceId(id=link_remittance(call.ctx, remittance=remittance, line=body.line, today=call.today))
