"""Creditors, their books and periods."""

import re
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.routing import Call, Resource
from fairdue.core.findings import refuse
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors
from fairdue.parties.services import CreditorDraft, change_creditor, create_creditor
from fairdue.receivables.selectors import trial_balance
from fairdue.receivables.services import close_period, open_books, reopen_period

creditors = Resource("/creditors", "creditors")
RESOURCES = [creditors]


class CreditorOut(BaseModel):
    """A legal entity that issues invoices."""

    id: UUID
    code: str
    name: str
    country: str
    currency: str
    language: str
    street: str
    postcode: str
    city: str
    email: str
    phone: str
    vat_id: str
    register_id: str
    iban: str
    bic: str


class Creditors(BaseModel):
    """All creditors; there are few, so they come in one page."""

    data: list[CreditorOut]


class CreditorFields(values.Body):
    """What may change about a creditor."""

    name: values.Name | None = None
    country: values.Country | None = None
    language: values.Word | None = None
    street: values.Text | None = None
    postcode: values.Text | None = None
    city: values.Text | None = None
    email: values.Text | None = None
    phone: values.Text | None = None
    vat_id: values.Text | None = None
    register_id: values.Text | None = None
    iban: values.Text | None = None
    bic: values.Text | None = None


class CreditorIn(CreditorFields):
    """A creditor about to be made."""

    code: values.Word
    name: values.Name
    country: values.Country
    currency: values.Currency


class AccountOut(BaseModel):
    """One account of the trial balance, in the currency of the books."""

    code: str
    name: str
    kind: str
    debit: values.Amount
    credit: values.Amount
    balance: values.Amount


class TrialBalance(BaseModel):
    """Every account at the end of a day; debits and credits sum to the same."""

    creditor: UUID
    as_of: values.Day
    currency: str
    accounts: list[AccountOut]


class PeriodOut(BaseModel):
    """A month of the books."""

    id: UUID
    month: str
    status: str


class Reopening(values.Body):
    """Why a closed month is opened again."""

    reason: values.Text


def found(call: Call, creditor: UUID) -> selectors.CreditorRow:
    """Return the creditor; what is not there and what is not yours is not found."""
    row = selectors.creditor(call.ctx, creditor)
    if row is None:
        raise Http404
    return row


def show(row: selectors.CreditorRow) -> CreditorOut:
    """Return a creditor as the wire shows it."""
    return CreditorOut(**{name: getattr(row, name) for name in CreditorOut.model_fields})


@creditors.get("", Permission.CUSTOMERS_VIEW, Creditors)
def list_creditors(call: Call) -> Creditors:
    """List the creditors."""
    return Creditors(data=[show(row) for row in selectors.creditors(call.ctx)])


@creditors.post("", Permission.SETTINGS_EDIT, CreditorOut, status=HTTPStatus.CREATED)
def create_a_creditor(call: Call, body: CreditorIn) -> CreditorOut:
    """Create a creditor with the default chart of accounts."""
    given: dict[str, Any] = body.model_dump(exclude_none=True)
    made = create_creditor(call.ctx, draft=CreditorDraft(**given), today=call.today)
    open_books(call.ctx, creditor=made)
    return show(found(call, made))


@creditors.get("/{creditor}", Permission.CUSTOMERS_VIEW, CreditorOut)
def get_creditor(call: Call, creditor: UUID) -> CreditorOut:
    """Get one creditor."""
    return show(found(call, creditor))


@creditors.patch("/{creditor}", Permission.SETTINGS_EDIT, CreditorOut)
def change_a_creditor(call: Call, creditor: UUID, body: CreditorFields) -> CreditorOut:
    """Change a creditor's particulars; code and currency stand."""
    found(call, creditor)
    change_creditor(call.ctx, creditor=creditor, changes=body.model_dump(exclude_none=True), today=call.today)
    return show(found(call, creditor))


@creditors.get("/{creditor}/trial-balance", Permission.LEDGER_VIEW, TrialBalance)
def get_trial_balance(
    call: Call, creditor: UUID, as_of: values.Day | None = None, recorded: values.Instant | None = None
) -> TrialBalance:
    """Get every account at the end of a business day, as it was known at a recording instant."""
    row, day = found(call, creditor), as_of or call.today
    accounts = [
        AccountOut(
            code=one.code, name=one.name, kind=one.kind, debit=values.amount(one.debit, row.currency),
            credit=values.amount(one.credit, row.currency), balance=values.amount(one.balance, row.currency),
        )
        for one in trial_balance(call.ctx, creditor=creditor, as_of=day, recorded=recorded)
    ]  # fmt: skip
    return TrialBalance(creditor=creditor, as_of=day, currency=row.currency, accounts=accounts)


def _month(text: str) -> date:
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", text):
        raise refuse("period.month", "month", "A month is written YYYY-MM.")
    return date.fromisoformat(f"{text}-01")


@creditors.post("/{creditor}/periods/{month}/close", Permission.PERIOD_CLOSE, PeriodOut)
def close_a_period(call: Call, creditor: UUID, month: str) -> PeriodOut:
    """Close a month (YYYY-MM): from now on the database refuses entries into it."""
    found(call, creditor)
    period = close_period(call.ctx, creditor=creditor, month=_month(month), today=call.today)
    return PeriodOut(id=period, month=month, status="closed")


@creditors.post("/{creditor}/periods/{month}/reopen", Permission.PERIOD_CLOSE, PeriodOut)
def reopen_a_period(call: Call, creditor: UUID, month: str, body: Reopening) -> PeriodOut:
    """Open a closed month again, with a reason that is kept."""
    found(call, creditor)
    period = reopen_period(call.ctx, creditor=creditor, month=_month(month), today=call.today, reason=body.reason)
    return PeriodOut(id=period, month=month, status="open")
