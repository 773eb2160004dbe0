"""What holds until it is changed: how a creditor's documents look, its number series, rules that switch themselves."""

from http import HTTPStatus
from typing import Annotated
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.resources.access import RoleOut, roles
from fairdue.api.resources.cash import lines
from fairdue.api.resources.creditors import creditors
from fairdue.api.resources.debtors import LARGEST_BULK
from fairdue.api.resources.insurance import policies
from fairdue.api.resources.invoices import invoices, orders
from fairdue.api.routing import Call, Resource
from fairdue.cash import services as cash
from fairdue.core.findings import refuse
from fairdue.core.insurance.obligations import Duty
from fairdue.foundation import accounts
from fairdue.foundation.permissions import Permission
from fairdue.insurance import selectors as insured
from fairdue.insurance import services as insurance
from fairdue.invoicing import selectors as invoiced
from fairdue.invoicing import services as invoicing
from fairdue.invoicing.services.recorded import MOST
from fairdue.parties import selectors as parties

rules = Resource("/cash-rules", "cash")
mends = Resource("/draft-mends", "invoicing")
RESOURCES = [rules, mends]
LONGEST_PICTURE = 300_000


class StandingIn(values.Body):
    """What the documents of a creditor follow; a picture that is left out stays, an empty one is taken away.

    `sales_tax_rates` are percentages by state, province or start of a ZIP code, `atcud` the validation codes of
    Portuguese series by type and year (380/2026); left out they stay, given they take the place of all there were.
    """

    scheme: values.Word
    formats: list[values.Word] = Field(min_length=1, max_length=40)
    delivery: values.Word = "email"
    peppol: values.Text = ""
    accent: values.Text = ""
    form: values.Word = "B"
    logo: Annotated[str, Field(max_length=LONGEST_PICTURE)] | None = None
    letterhead: Annotated[str, Field(max_length=LONGEST_PICTURE)] | None = None
    particulars: dict[values.Word, values.Text] = Field(default={}, max_length=40)
    sales_tax_rates: dict[values.Word, values.Word] | None = Field(default=None, max_length=MOST)
    atcud: dict[values.Word, values.Word] | None = Field(default=None, max_length=MOST)


class SeriesIn(values.Body):
    """A pattern of numbers for one kind of document."""

    kind: values.Word
    pattern: values.Name
    yearly: bool = True
    year_starts: Annotated[int, Field(ge=1, le=12)] = 1


class MendIn(values.Body):
    """One field of many drafts and its value for each.

    `delivery.day`, `references.buyer`, `lines.nature`; `lines.unit` of lines whose unit is unknown, `lines.name` of
    lines that have none.
    """

    field: values.Word
    drafts: dict[UUID, values.Text] = Field(min_length=1, max_length=LARGEST_BULK)


class Mended(BaseModel):
    """How many drafts were changed."""

    changed: int


class ReasonIn(values.Body):
    """Why."""

    reason: values.Name


class RuleIn(values.Body):
    """Whether what a rule proposes is posted without a person; the machine does not change it any more."""

    creditor: UUID
    signature: values.Name
    automatic: bool


class CreditorIn(values.Body):
    """For which creditor."""

    creditor: UUID


class RoleChange(values.Body):
    """What a role is called and may do from now on."""

    title: values.Name
    permissions: list[values.Word] = Field(min_length=1, max_length=100)


class DutyIn(values.Body):
    """What was done for items of a policy: `notify`, `mandate` or `stop_deliveries`."""

    items: list[UUID] = Field(min_length=1, max_length=LARGEST_BULK)
    duty: values.Word
    done_on: values.Day


class Kept(BaseModel):
    """What was kept."""

    id: UUID


class Counted(BaseModel):
    """How many."""

    count: int


class KeptIds(BaseModel):
    """What was recorded."""

    ids: list[UUID]


def _creditor(call: Call, creditor: UUID) -> UUID:
    if parties.creditor(call.ctx, creditor) is None:
        raise Http404
    return creditor


@creditors.put("/{creditor}/standing", Permission.SETTINGS_EDIT, Kept)
def set_the_standing(call: Call, creditor: UUID, body: StandingIn) -> Kept:
    """Set VAT scheme, formats, way out, particulars and look of a creditor's documents; issued ones stay."""
    _creditor(call, creditor)
    given = body.model_dump() | {"formats": tuple(body.formats)}
    made = invoicing.set_standing(call.ctx, creditor=creditor, standing=invoicing.Standing(**given), today=call.today)
    return Kept(id=made)


@creditors.post("/{creditor}/series", Permission.SETTINGS_EDIT, Kept, status=HTTPStatus.CREATED)
def open_a_series(call: Call, creditor: UUID, body: SeriesIn) -> Kept:
    """Open a number series; it takes the place of the active one of its kind."""
    _creditor(call, creditor)
    made = invoicing.open_series(
        call.ctx, creditor=creditor, kind=body.kind, pattern=body.pattern, yearly=body.yearly,
        year_starts=body.year_starts, today=call.today,
    )  # fmt: skip
    return Kept(id=made)


@mends.post("", Permission.INVOICES_DRAFT, Mended)
def mend_many_drafts(call: Call, body: MendIn) -> Mended:
    """Set one field of many open drafts and measure them again; all or nothing."""
    changed = invoicing.mend_drafts(call.ctx, field=body.field, values=body.drafts, today=call.today)
    return Mended(changed=changed)


@orders.post("/{order}/close", Permission.INVOICES_DRAFT, Kept)
def close_an_order(call: Call, order: UUID, body: ReasonIn) -> Kept:
    """Decide that what is left of an order will not be billed."""
    return Kept(id=invoicing.close_order(call.ctx, order=order, reason=body.reason, today=call.today))


@invoices.post("/{invoice}/check", Permission.INVOICES_ISSUE, Kept, status=HTTPStatus.ACCEPTED)
def check_an_invoice_again(call: Call, invoice: UUID) -> Kept:
    """Have the files of an invoice judged again by the official rules that are here."""
    if invoiced.invoice(call.ctx, invoice, today=call.today) is None:
        raise Http404
    return Kept(id=invoicing.request_check(call.ctx, invoice=invoice, today=call.today))


@rules.put("", Permission.SETTINGS_EDIT, Kept)
def set_a_cash_rule(call: Call, body: RuleIn) -> Kept:
    """Let a person decide whether a rule of matching posts by itself."""
    if parties.creditor(call.ctx, body.creditor) is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    made = cash.set_rule(
        call.ctx, creditor=body.creditor, signature=body.signature, automatic=body.automatic, today=call.today
    )
    return Kept(id=made)


@lines.post("/match-again", Permission.CASH_APPLY, Counted)
def match_lines_again(call: Call, body: CreditorIn) -> Counted:
    """Let every undecided line of a creditor be matched anew; answers how many."""
    if parties.creditor(call.ctx, body.creditor) is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    return Counted(count=cash.match_again(call.ctx, creditor=body.creditor, today=call.today))


@policies.post("/{policy}/duties", Permission.INSURANCE_EDIT, KeptIds, status=HTTPStatus.CREATED)
def keep_a_duty(call: Call, policy: UUID, body: DutyIn) -> KeptIds:
    """Record that items were reported, mandated, or deliveries stopped; what is recorded already stays."""
    if not insured.policies_on(call.ctx, call.today, ids=[policy]):
        raise Http404
    if body.duty not in set(Duty):
        raise refuse("duty.kind", "duty", f"There is no duty “{body.duty}”.")
    kept = insurance.keep_duty(
        call.ctx, policy=policy, items=body.items, duty=Duty(body.duty), done_on=body.done_on, today=call.today
    )
    return KeptIds(ids=kept)


@roles.put("/{role}", Permission.USERS_EDIT, RoleOut)
def change_a_role(call: Call, role: UUID, body: RoleChange) -> RoleOut:
    """Give a role of the tenant another title or other permissions, from the next request of its members on."""
    known = {row.id: row for row in accounts.custom_roles(call.ctx)}
    if role not in known:
        raise Http404
    accounts.change_custom_role(call.ctx, role=role, title=body.title, permissions=body.permissions, today=call.today)
    return RoleOut(id=role, name=known[role].name, title=body.title, permissions=sorted(set(body.permissions)))
