"""Further documents: prepayment, final, corrected, collective invoices, pro forma, plans, the register of numbers."""

import json
from datetime import date
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources.debtors import LARGEST_BULK
from fairdue.api.resources.invoices import Made, Reason, drafts, invoices, orders
from fairdue.api.resources.items import Customers
from fairdue.api.routing import Call, Resource
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors
from fairdue.invoicing.registers import plan_key
from fairdue.invoicing.services import (
    PlanDraft,
    cancel_invoice,
    draft_correction,
    draft_final,
    draft_from_orders,
    draft_prepayment,
    pro_forma,
    set_plan_state,
    start_plan,
    void_number,
)

plans = Resource("/invoice-plans", "invoicing")
numbers = Resource("/invoice-numbers", "invoicing")
RESOURCES = [plans, numbers]
"""The other routes stand on the resources of `invoices`."""


class PrepaymentIn(values.Body):
    """The share of an order that is asked for before the supply, in percent."""

    percent: values.Percent


class CollectiveIn(values.Body):
    """Orders of one customer in one currency."""

    orders: list[UUID] = Field(min_length=1, max_length=LARGEST_BULK)


class PlanIn(values.Body):
    """A recurring invoice; `{from}`, `{to}` and `{period}` in the texts of `content` become the days of each span."""

    creditor: UUID
    debtor: UUID
    name: values.Name
    content: dict[str, Any]
    currency: values.Currency
    every: values.Word = "month"
    count: int = 1
    starts_on: values.Day
    ends_on: values.Day | None = None
    issues: bool = False


class PlanOut(BaseModel):
    """A recurring invoice with the first day of its next span."""

    id: UUID
    creditor: UUID
    debtor: UUID
    debtor_name: str
    name: str
    currency: str
    every: str
    count: int
    next_on: date
    ends_on: date | None
    issues: bool
    state: str
    drafted: int


class PlanState(values.Body):
    """active, paused or ended, and why."""

    state: values.Word
    reason: values.Text = ""


class NumberOut(BaseModel):
    """One number that was drawn: the document that carries it, or the reason why none does."""

    number: str
    kind: str
    period: str
    counter: int
    day: date
    invoice: UUID | None
    type: str
    reason: str
    by: str
    debtor_name: str


class VoidIn(values.Body):
    """The series whose next number is voided, and why."""

    creditor: UUID
    kind: values.Word = "invoice"
    reason: values.Name


class VoidedOut(BaseModel):
    """The number that was voided."""

    number: str


def _order(call: Call, order: UUID) -> UUID:
    if not selectors.orders(call.ctx, order=order):
        raise Http404
    return order


def _invoice(call: Call, invoice: UUID) -> UUID:
    if selectors.invoice(call.ctx, invoice, today=call.today) is None:
        raise Http404
    return invoice


@orders.post("/collective", Permission.INVOICES_DRAFT, Made, status=HTTPStatus.CREATED)
def draft_many_orders(call: Call, body: CollectiveIn) -> Made:
    """Draft one invoice over several orders of one customer."""
    return Made(id=draft_from_orders(call.ctx, orders=body.orders, today=call.today))


@orders.post("/{order}/prepayment", Permission.INVOICES_DRAFT, Made, status=HTTPStatus.CREATED)
def draft_a_prepayment(call: Call, order: UUID, body: PrepaymentIn) -> Made:
    """Draft a prepayment invoice over a share of an order."""
    return Made(id=draft_prepayment(call.ctx, order=_order(call, order), percent=body.percent, today=call.today))


@orders.post("/{order}/final", Permission.INVOICES_DRAFT, Made, status=HTTPStatus.CREATED)
def draft_the_final_invoice(call: Call, order: UUID) -> Made:
    """Draft the final invoice of an order, less its paid prepayment invoices."""
    return Made(id=draft_final(call.ctx, order=_order(call, order), today=call.today))


@drafts.get("/{draft}/pro-forma", Permission.INVOICES_VIEW, None)
def get_a_pro_forma(call: Call, draft: UUID) -> HttpResponse:
    """Return an open draft as a pro forma PDF; nothing is numbered or kept."""
    if selectors.draft(call.ctx, draft) is None:
        raise Http404
    headers = {"Content-Disposition": 'attachment; filename="pro-forma.pdf"', "X-Content-Type-Options": "nosniff"}
    content = pro_forma(call.ctx, draft=draft, today=call.today)
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@invoices.post("/{invoice}/correct", Permission.INVOICES_DRAFT, Made, status=HTTPStatus.CREATED)
def correct_an_invoice(call: Call, invoice: UUID, body: Reason) -> Made:
    """Draft the corrected invoice that replaces an issued one."""
    made = draft_correction(call.ctx, invoice=_invoice(call, invoice), reason=body.reason, today=call.today)
    return Made(id=made)


@invoices.post("/{invoice}/cancel", Permission.INVOICES_ISSUE, Made, status=HTTPStatus.CREATED, money=True)
def cancel_an_invoice(call: Call, invoice: UUID, body: Reason) -> Made:
    """Take back a whole invoice by a credit note; its orders may be billed again."""
    made = cancel_invoice(call.ctx, invoice=_invoice(call, invoice), reason=body.reason, today=call.today)
    return Made(id=made)


@invoices.get("/{invoice}/documents/{code}/validation", Permission.INVOICES_VIEW, None)
def get_the_validation(call: Call, invoice: UUID, code: str) -> HttpResponse:
    """Return the record of the official rules on one file: state, packs with hash, findings in three classes, time."""
    found = selectors.document(call.ctx, invoice, code)
    if found is None:
        raise Http404
    return HttpResponse(json.dumps(found.record, ensure_ascii=False), content_type="application/json")


@plans.get("", Permission.INVOICES_VIEW, Page[PlanOut])
def list_plans(
    call: Call, creditor: UUID | None = None, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[PlanOut]:
    """List recurring invoices, those due next first and ended ones last."""
    after = decode(cursor, int, date, UUID)
    rows = selectors.plans(call.ctx, creditor=creditor, after=after, limit=limit + 1)
    return page(rows, limit, lambda row: values.wire(PlanOut, row), plan_key)


@plans.post("", Permission.INVOICES_DRAFT, Made, status=HTTPStatus.CREATED)
def start_a_plan(call: Call, body: PlanIn) -> Made:
    """Start a recurring invoice; refuses what could not be issued on its first day."""
    debtor = Customers(call, [(body.creditor, body.debtor, None)]).of(body.creditor, body.debtor, None, "")
    plan = PlanDraft(
        body.creditor, debtor, body.name, body.content, body.currency, body.every, body.starts_on, body.count,
        body.ends_on, body.issues,
    )  # fmt: skip
    return Made(id=start_plan(call.ctx, plan=plan, today=call.today))


@plans.post("/{plan}/state", Permission.INVOICES_DRAFT, Made)
def change_a_plan(call: Call, plan: UUID, body: PlanState) -> Made:
    """Pause, resume or end a recurring invoice."""
    if not selectors.plans(call.ctx, plan=plan):
        raise Http404
    return Made(id=set_plan_state(call.ctx, plan=plan, state=body.state, reason=body.reason, today=call.today))


@numbers.get("", Permission.INVOICES_VIEW, Page[NumberOut])
def read_the_register(
    call: Call, creditor: UUID, kind: str = "", cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[NumberOut]:
    """Return every number of a creditor in order, with its document or why none carries it."""
    after = decode(cursor, UUID, str, int)
    rows = selectors.register(call.ctx, creditor=creditor, kind=kind, after=after, limit=limit + 1)
    return page(
        rows, limit, lambda row: values.wire(NumberOut, row), lambda row: (row.series_id, row.period, row.counter)
    )


@numbers.post("/void", Permission.INVOICES_ISSUE, VoidedOut, status=HTTPStatus.CREATED)
def void_a_number(call: Call, body: VoidIn) -> VoidedOut:
    """Void the next number of a series; the register keeps the reason."""
    return VoidedOut(
        number=void_number(call.ctx, creditor=body.creditor, kind=body.kind, reason=body.reason, today=call.today)
    )
