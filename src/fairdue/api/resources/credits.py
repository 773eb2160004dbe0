"""Credits: payments and credit notes, before and after they are applied."""

from datetime import date
from http import HTTPStatus
from typing import Literal
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources.debtors import LARGEST_BULK, known_debtors
from fairdue.api.resources.items import Customers, Ids
from fairdue.api.routing import Call, Resource
from fairdue.core.findings import refuse
from fairdue.core.ledger import AccountRole
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.receivables import selectors
from fairdue.receivables.pages import credit_page
from fairdue.receivables.services import CreditDraft, assign_credit, record_credits

credits_ = Resource("/credits", "credits")
RESOURCES = [credits_]


class CreditOut(BaseModel):
    """A payment, credit note or indemnity, and what is not applied of it."""

    id: UUID
    creditor: UUID
    debtor: UUID | None
    debtor_name: str | None
    kind: str
    number: str
    currency: str
    amount: values.Amount
    unapplied: values.Amount
    received_on: date


class CreditIn(values.Body):
    """A payment or credit note to record; a payment without a customer is unapplied cash.

    `net_amount` splits a credit note into revenue and tax.
    """

    creditor: UUID
    debtor: UUID | None = None
    debtor_number: values.Word | None = None
    kind: Literal["payment", "credit_note"] = "payment"
    number: values.Word
    currency: values.Currency
    amount: values.Amount
    net_amount: values.Amount | None = None
    received_on: values.Day
    booked_on: values.Day | None = None


class CreditsIn(values.Body):
    """Credits to record, all or none."""

    credits: list[CreditIn] = Field(min_length=1, max_length=LARGEST_BULK)


class Assignment(values.Body):
    """Whose money it is; null takes it back to unapplied cash."""

    debtor: UUID | None


def show(row: selectors.CreditRow) -> CreditOut:
    """Return a credit as the wire shows it."""
    return CreditOut(
        id=row.id, creditor=row.creditor_id, debtor=row.debtor_id, debtor_name=row.debtor_name, kind=row.kind,
        number=row.number, currency=row.currency, amount=values.amount(row.amount, row.currency),
        unapplied=values.amount(row.unapplied, row.currency), received_on=row.received_on,
    )  # fmt: skip


def found(call: Call, credit: UUID) -> selectors.CreditRow:
    """Return the credit; what is not there and what is not yours is not found."""
    rows = selectors.credits_(call.ctx, ids=[credit], only_unapplied=False)
    if not rows:
        raise Http404
    return rows[0]


def _contra(one: CreditIn, gross: int, path: str) -> tuple[tuple[AccountRole, int], ...]:
    if one.kind == "payment":
        return ((AccountRole.BANK, gross),)
    net = gross if one.net_amount is None else values.minor(one.net_amount, one.currency, f"{path}.net_amount")
    if not 0 <= net <= gross:
        raise refuse("credit.net", f"{path}.net_amount", f"{one.number}: net is not within gross.")
    return tuple((role, part) for role, part in ((AccountRole.REVENUE, net), (AccountRole.TAX, gross - net)) if part)


def _draft(one: CreditIn, customers: Customers, creditors: set[UUID], path: str) -> CreditDraft:
    gross = values.minor(one.amount, one.currency, f"{path}.amount")
    if one.creditor not in creditors:
        raise refuse("creditor.unknown", f"{path}.creditor", "There is no such creditor.")
    unknown_payer = one.debtor is None and one.debtor_number is None
    if unknown_payer and one.kind == "credit_note":
        raise refuse("credit.debtor", f"{path}.debtor", "A credit note belongs to a customer.")
    debtor = None if unknown_payer else customers.of(one.creditor, one.debtor, one.debtor_number, path)
    return CreditDraft(
        one.creditor, debtor, one.kind, one.number, one.currency, gross, one.received_on,
        _contra(one, gross, path), booked_on=one.booked_on,
    )  # fmt: skip


@credits_.get("", Permission.CASH_VIEW, Page[CreditOut])
def list_credits(
    call: Call, creditor: UUID | None = None, debtor: UUID | None = None, unapplied_only: bool = False,  # noqa: FBT001, FBT002 - a query parameter
    number: str | None = None, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT,
) -> Page[CreditOut]:  # fmt: skip
    """List payments, credit notes and indemnities; used up ones too unless `unapplied_only`."""
    after = decode(cursor, UUID)
    rows = credit_page(
        call.ctx, after=after[0] if after else None, limit=limit + 1, creditor=creditor, debtor=debtor,
        only_unapplied=unapplied_only, number=number,
    )  # fmt: skip
    return page(rows, limit, show, lambda row: (row.id,))


@credits_.post("", Permission.CASH_APPLY, Ids, status=HTTPStatus.CREATED, money=True)
def record_many_credits(call: Call, body: CreditsIn) -> Ids:
    """Record payments and credit notes and post them, all or none."""
    customers = Customers(call, [(one.creditor, one.debtor, one.debtor_number) for one in body.credits])
    creditors = {row.id for row in parties.creditors(call.ctx)}
    drafts = values.each(body.credits, lambda one, path: _draft(one, customers, creditors, path), "credits")
    return Ids(ids=record_credits(call.ctx, credits_=drafts, today=call.today))


@credits_.get("/{credit}", Permission.CASH_VIEW, CreditOut)
def get_credit(call: Call, credit: UUID) -> CreditOut:
    """Get one credit."""
    return show(found(call, credit))


@credits_.post("/{credit}/assign", Permission.CASH_APPLY, CreditOut, money=True)
def assign_a_credit(call: Call, credit: UUID, body: Assignment) -> CreditOut:
    """Put a credit on account of a customer of the same creditor, or take it back."""
    row = found(call, credit)
    if body.debtor is not None:
        debtor = known_debtors(call, {body.debtor}, "debtor")[body.debtor]
        if debtor.creditor_id != row.creditor_id:
            raise refuse("debtor.unknown", "debtor", "This creditor has no such customer.")
    assign_credit(call.ctx, credit=credit, debtor=body.debtor, today=call.today)
    return show(found(call, credit))
