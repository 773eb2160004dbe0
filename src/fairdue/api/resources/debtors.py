"""Debtors: the customers of a creditor, one at a time or five thousand in one call."""

from dataclasses import replace
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.resources.facts import FactOut, timeline_page
from fairdue.api.routing import Call, Resource
from fairdue.core.findings import Finding, RefusedError, errors, refuse
from fairdue.foundation.facts.reading import FactFilter
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors
from fairdue.parties.pages import debtor_page
from fairdue.parties.services import DebtorDraft, change_debtor, check_draft, create_debtors, upsert_debtors

debtors = Resource("/debtors", "debtors")
RESOURCES = [debtors]
LARGEST_BULK = 5000
_PLAIN = (
    "id", "external_id", "name", "kind", "country", "street", "postcode", "city", "region", "language", "currency",
    "email", "phone", "vat_id", "sector", "payment_terms_days", "discount_days", "parent_pays", "mandate_id",
)  # fmt: skip


class DebtorOut(BaseModel):
    """A customer."""

    id: UUID
    creditor: UUID
    external_id: str
    name: str
    kind: str
    country: str
    street: str
    postcode: str
    city: str
    region: str
    language: str
    currency: str
    email: str
    phone: str
    vat_id: str
    sector: str
    payment_terms_days: int
    discount_percent: str | None
    discount_days: int | None
    credit_limit: values.Amount | None
    parent: UUID | None
    parent_pays: bool
    merged_into: UUID | None
    mandate_id: str


class DebtorFields(values.Body):
    """What may change about a customer; `credit_limit` is in the customer's currency."""

    name: values.Name | None = None
    kind: values.Word | None = None
    country: values.Country | None = None
    street: values.Text | None = None
    postcode: values.Text | None = None
    city: values.Text | None = None
    region: values.Text | None = None
    language: values.Word | None = None
    currency: values.Currency | None = None
    email: values.Text | None = None
    phone: values.Text | None = None
    vat_id: values.Text | None = None
    sector: values.Text | None = None
    payment_terms_days: Annotated[int, Field(ge=0, le=365)] | None = None
    discount_percent: values.Percent | None = None
    discount_days: Annotated[int, Field(ge=0, le=365)] | None = None
    credit_limit: values.Amount | None = None
    parent: UUID | None = None
    parent_pays: bool | None = None
    mandate_id: values.Text | None = None


class DebtorIn(DebtorFields):
    """A customer about to be made; `external_id` is the customer number, one of a kind per creditor."""

    creditor: UUID
    external_id: values.Word
    name: values.Name
    ibans: list[values.Word] = Field(default=[], max_length=20)


class DebtorsIn(values.Body):
    """Customers to create, all or none."""

    debtors: list[DebtorIn] = Field(min_length=1, max_length=LARGEST_BULK)


class DebtorIds(BaseModel):
    """Ids in the order of the request."""

    ids: list[UUID]


class Upserted(BaseModel):
    """How many customers are new, changed and the same."""

    created: int
    changed: int
    unchanged: int


def show(row: selectors.DebtorRow) -> DebtorOut:
    """Return a debtor as the wire shows it."""
    limit = None if row.credit_limit is None else values.amount(row.credit_limit, row.currency)
    return DebtorOut(
        **{name: getattr(row, name) for name in _PLAIN}, creditor=row.creditor_id, parent=row.parent_id,
        merged_into=row.merged_into_id, credit_limit=limit,
        discount_percent=None if row.discount_percent is None else f"{row.discount_percent:f}",
    )  # fmt: skip


def found(call: Call, debtor: UUID) -> selectors.DebtorRow:
    """Return the debtor; what is not there and what is not yours is not found."""
    row = selectors.debtor(call.ctx, debtor)
    if row is None:
        raise Http404
    return row


def known_debtors(call: Call, ids: set[UUID], path: str) -> dict[UUID, selectors.DebtorRow]:
    """Return debtors that a body names; refuse those that are not there."""
    rows = selectors.debtors(call.ctx, ids)
    missing = [Finding("debtor.unknown", path, f"There is no customer {one}.") for one in sorted(ids - rows.keys())]
    if missing:
        raise RefusedError(*missing[:100])
    return rows


def _read(call: Call, fields: DebtorFields, currency: str, path: str) -> dict[str, Any]:
    given = fields.model_dump(exclude_unset=True)
    if given.get("credit_limit") is not None:
        given["credit_limit"] = values.minor(given["credit_limit"], currency, f"{path}credit_limit")
    if given.get("discount_percent") is not None:
        given["discount_percent"] = values.percent(given["discount_percent"])
    if given.get("parent") is not None:
        known_debtors(call, {given["parent"]}, f"{path}parent")
    return given


def _drafts(call: Call, wanted: list[DebtorIn]) -> list[DebtorDraft]:
    creditors = {row.id: row for row in selectors.creditors(call.ctx)}
    known_debtors(call, {one.parent for one in wanted if one.parent}, "parent")

    def draft(one: DebtorIn, path: str) -> DebtorDraft:
        if one.creditor not in creditors:
            raise refuse("creditor.unknown", f"{path}.creditor", "There is no such creditor.")
        currency = one.currency or creditors[one.creditor].currency
        given = one.model_dump(exclude_none=True)
        if one.credit_limit is not None:
            given["credit_limit"] = values.minor(one.credit_limit, currency, f"{path}.credit_limit")
        percent = values.percent(one.discount_percent)
        return DebtorDraft(
            **given | {"currency": currency, "ibans": tuple(one.ibans), "discount_percent": percent, "source": "api"}
        )

    return values.each(wanted, draft, "debtors")


@debtors.get("", Permission.CUSTOMERS_VIEW, Page[DebtorOut])
def list_debtors(
    call: Call, creditor: UUID | None = None, external_id: str | None = None, cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[DebtorOut]:  # fmt: skip
    """List customers, merged records too (they name their survivor)."""
    after = decode(cursor, UUID)
    rows = debtor_page(
        call.ctx, after=after[0] if after else None, limit=limit + 1, creditor=creditor, external_id=external_id
    )
    return page(rows, limit, show, lambda row: (row.id,))


@debtors.post("", Permission.CUSTOMERS_EDIT, DebtorIds, status=HTTPStatus.CREATED)
def create_many_debtors(call: Call, body: DebtorsIn) -> DebtorIds:
    """Create customers, all or none; every finding names its row."""
    return DebtorIds(ids=create_debtors(call.ctx, debtors=_drafts(call, body.debtors), today=call.today))


@debtors.put("", Permission.IMPORTS_RUN, Upserted)
def put_debtors(call: Call, body: DebtorsIn) -> Upserted:
    """Create or replace customers by creditor and external id: the nightly hand-over of an ERP."""
    drafts = [check_draft(draft) for draft in _drafts(call, body.debtors)]
    bad = [
        replace(finding, path=f"debtors[{index}].{finding.path}")
        for index, (_, findings) in enumerate(drafts)
        for finding in errors(findings)
    ]
    if bad:
        raise RefusedError(*bad)
    created, changed, unchanged = upsert_debtors(call.ctx, debtors=[draft for draft, _ in drafts], today=call.today)
    return Upserted(created=created, changed=changed, unchanged=unchanged)


@debtors.get("/{debtor}", Permission.CUSTOMERS_VIEW, DebtorOut)
def get_debtor(call: Call, debtor: UUID) -> DebtorOut:
    """Get one customer."""
    return show(found(call, debtor))


@debtors.patch("/{debtor}", Permission.CUSTOMERS_VIEW, DebtorOut)
def change_a_debtor(call: Call, debtor: UUID, body: DebtorFields) -> DebtorOut:
    """Change a customer; limits and terms need `credit.edit`, everything else `customers.edit`."""
    row = found(call, debtor)
    changes = _read(call, body, body.currency or row.currency, "")
    change_debtor(call.ctx, debtor=debtor, changes=changes, today=call.today)
    return show(found(call, debtor))


@debtors.get("/{debtor}/timeline", Permission.WORKLIST_VIEW, Page[FactOut])
def get_timeline(
    call: Call, debtor: UUID, area: str | None = None, cursor: Cursor = None, limit: Limit = DEFAULT_LIMIT
) -> Page[FactOut]:
    """List what happened with a customer, newest first."""
    found(call, debtor)
    return timeline_page(call, FactFilter(debtor=debtor, area=area), cursor, limit)
