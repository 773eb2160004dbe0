"""Debtors: create, change, and bring in many at once."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import RefusedError, errors, refuse
from fairdue.foundation.arrays import columns
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.permissions import Permission
from fairdue.parties.drafts import DebtorDraft, check_draft
from fairdue.parties.models import Debtor, States
from fairdue.parties.services.accounts import AccountDraft, know_accounts
from fairdue.parties.services.keys import refresh_keys
from fairdue.parties.validation import check_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

_COLUMNS = (
    ("id", "uuid"), ("creditor_id", "uuid"), ("external_id", "text"), ("name", "text"), ("search_name", "text"),
    ("kind", "text"), ("country", "text"), ("street", "text"), ("postcode", "text"), ("city", "text"),
    ("region", "text"), ("language", "text"), ("currency", "text"), ("email", "text"), ("phone", "text"),
    ("vat_id", "text"), ("sector", "text"), ("payment_terms_days", "smallint"), ("discount_percent", "numeric"),
    ("discount_days", "smallint"), ("credit_limit", "bigint"), ("parent_id", "uuid"), ("parent_pays", "boolean"),
    ("mandate_id", "text"), ("address_state", "text"), ("address_source", "text"), ("email_state", "text"),
)  # fmt: skip
_INSERT = (
    f"INSERT INTO debtor (tenant_id, {', '.join(name for name, _ in _COLUMNS)}) "
    f"SELECT %s, d.* FROM unnest({', '.join(f'%s::{kind}[]' for _, kind in _COLUMNS)}) AS d "
    "ON CONFLICT (tenant_id, creditor_id, external_id) DO NOTHING RETURNING id"
)
_KEPT = ("id", "creditor_id", "external_id", "address_state", "address_source", "email_state")
_UPDATE = (
    "UPDATE debtor SET " + ", ".join(f"{name} = n.{name}" for name, _ in _COLUMNS if name not in _KEPT)
    + f" FROM unnest({', '.join(f'%s::{kind}[]' for _, kind in _COLUMNS)}) AS n({', '.join(n for n, _ in _COLUMNS)})"
    " WHERE debtor.tenant_id = %s AND debtor.id = n.id"
)  # fmt: skip
_MOVED = (
    "UPDATE debtor SET address_state = n.state, address_source = n.source "
    "FROM unnest(%s::uuid[], %s::text[], %s::text[]) AS n(id, state, source) "
    "WHERE debtor.tenant_id = %s AND debtor.id = n.id"
)
_MAILED = "UPDATE debtor SET email_state = %s WHERE tenant_id = %s AND id = ANY(%s::uuid[])"
CHANGEABLE = tuple(
    field.name for field in fields(DebtorDraft) if field.name not in {"id", "creditor", "source", "ibans"}
)
ADDRESS_FIELDS = frozenset({"street", "postcode", "city", "region", "country"})
CREDIT_FIELDS = frozenset({"credit_limit", "payment_terms_days", "discount_percent", "discount_days"})


def _row(draft: DebtorDraft) -> tuple[Any, ...]:
    complete = bool(draft.country and draft.street) and not check_address(draft.address)
    state = States.WELL_FORMED if complete else States.UNCHECKED
    return (
        draft.id, draft.creditor, draft.external_id, draft.name, draft.search_name, draft.kind, draft.country,
        draft.street, draft.postcode, draft.city, draft.region, draft.language, draft.currency, draft.email,
        draft.phone, draft.vat_id, draft.sector, draft.payment_terms_days, draft.discount_percent,
        draft.discount_days, draft.credit_limit, draft.parent, draft.parent_pays, draft.mandate_id, state,
        draft.source, States.UNCHECKED,
    )  # fmt: skip


def _accounts(drafts: Sequence[DebtorDraft]) -> list[AccountDraft]:
    return [AccountDraft(d.creditor, d.id, iban, d.source or "typed") for d in drafts for iban in d.ibans]


def _insert(ctx: Ctx, drafts: Sequence[DebtorDraft], today: date) -> None:
    if not drafts:
        return
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [ctx.tenant, *columns(map(_row, drafts))])
        made = {found[0] for found in cursor.fetchall()}
    taken = next((draft for draft in drafts if draft.id not in made), None)
    if taken is not None:
        sentence = f"The customer number {taken.external_id} is used already."
        raise refuse("debtor.duplicate", "external_id", sentence)
    know_accounts(ctx, accounts=_accounts(drafts), today=today)
    payloads = [{"name": draft.name, "number": draft.external_id, "source": draft.source} for draft in drafts]
    record_all(
        ctx,
        [
            NewFact("debtor.created", today, draft.id, draft.creditor, draft.id, payload)
            for draft, payload in zip(drafts, payloads, strict=True)
        ],
    )


@command("parties.create_debtors", Permission.CUSTOMERS_EDIT)
def create_debtors(ctx: Ctx, *, debtors: Sequence[DebtorDraft], today: date, key: str | None = None) -> list[UUID]:
    """Create debtors, all or none; refuses wrong numbers, missing names and customer numbers in use."""
    del key
    checked = [check_draft(draft) for draft in debtors]
    bad = [
        replace(finding, path=f"debtors[{index}].{finding.path}")
        for index, (_, found) in enumerate(checked)
        for finding in errors(found)
    ]
    twice = Counter((draft.creditor, draft.external_id) for draft, _ in checked).most_common(1)
    if bad:
        raise RefusedError(*bad)
    if twice and twice[0][1] > 1:
        raise refuse("debtor.duplicate", "external_id", f"The customer number {twice[0][0][1]} stands twice.")
    drafts = [draft for draft, _ in checked]
    _insert(ctx, drafts, today)
    refresh_keys(ctx, [draft.id for draft in drafts])
    return [draft.id for draft in drafts]


def draft_of(row: Debtor) -> DebtorDraft:
    """Return a stored debtor as the draft that would make it."""
    values = {name: getattr(row, "parent_id" if name == "parent" else name) for name in CHANGEABLE}
    return DebtorDraft(creditor=row.creditor_id, id=row.id, source=row.address_source, **values)


def changes_between(before: DebtorDraft, after: DebtorDraft) -> dict[str, tuple[Any, Any]]:
    """Return field → (before, after) for what differs among the changeable fields."""
    pairs = {name: (getattr(before, name), getattr(after, name)) for name in CHANGEABLE}
    return {name: pair for name, pair in pairs.items() if pair[0] != pair[1]}


def words_of(changes: dict[str, tuple[Any, Any]]) -> str:
    """Return changes as a person reads them: "city Bonn → Köln, credit limit none → 500000"."""

    def word(value: object) -> str:
        return "none" if value is None or value == "" else str(value)

    return ", ".join(f"{name.replace('_', ' ')} {word(old)} → {word(new)}" for name, (old, new) in changes.items())


def refuse_circle(debtor: UUID, parent: UUID | None) -> None:
    """Refuse a parent that has the debtor above itself, or more than twenty levels."""
    above = parent
    for _ in range(20):
        if above is None:
            return
        if above == debtor:
            break
        above = Debtor.objects.filter(id=above).values_list("parent_id", flat=True).first()
    raise refuse("debtor.circle", "parent", "The parent belongs to this customer already, or the group is too deep.")


@command("parties.change_debtor")
def change_debtor(ctx: Ctx, *, debtor: UUID, changes: dict[str, Any], today: date, key: str | None = None) -> UUID:
    """Change a debtor's master data and record before and after; needs the permission of what changes.

    Credit limit and terms need `credit.edit`, everything else `customers.edit`. A changed address or
    e-mail is unchecked again.
    """
    del key
    unknown = changes.keys() - set(CHANGEABLE)
    if unknown:
        raise refuse("debtor.frozen", min(unknown), f"{', '.join(sorted(unknown))} cannot be changed.")
    needed = {Permission.CREDIT_EDIT if name in CREDIT_FIELDS else Permission.CUSTOMERS_EDIT for name in changes}
    for permission in needed:
        if not ctx.may(permission):
            raise refuse("permission.missing", "", f"You may not change this: it needs “{permission.value}”.")
    row = Debtor.objects.select_for_update().get(id=debtor)
    before = draft_of(row)
    after, found = check_draft(replace(before, **changes))
    if errors(found):
        raise RefusedError(*errors(found))
    refuse_circle(debtor, after.parent)
    changed = changes_between(before, after)
    if not changed:
        return debtor
    _save(row, after, changed)
    refresh_keys(ctx, [debtor])
    payload = {"name": row.name, "number": row.external_id, "changes": words_of(changed)}
    record(ctx, NewFact("debtor.changed", today, debtor, row.creditor_id, debtor, payload))
    return debtor


def _save(row: Debtor, after: DebtorDraft, changed: dict[str, tuple[Any, Any]]) -> None:
    values: dict[str, Any] = {("parent_id" if name == "parent" else name): getattr(after, name) for name in changed}
    if ADDRESS_FIELDS & changed.keys():
        values["address_state"] = States.UNCHECKED if check_address(after.address) else States.WELL_FORMED
        values["address_source"] = after.source or "typed"
    if "email" in changed:
        values["email_state"] = States.UNCHECKED
    values["search_name"] = after.search_name
    Debtor.objects.filter(id=row.id).update(**values)


@command("parties.upsert_debtors", Permission.IMPORTS_RUN)
def upsert_debtors(ctx: Ctx, *, debtors: Sequence[DebtorDraft], today: date) -> tuple[int, int, int]:
    """Create or change debtors by (creditor, external id); returns how many are new, changed, the same.

    Takes drafts that were checked row by row before (an import names what is doubtful and keeps it).
    Set-based: a dozen statements for any number of rows.
    """
    known = {
        (row.creditor_id, row.external_id): row
        for row in Debtor.objects.select_for_update()
        .filter(creditor_id__in={d.creditor for d in debtors}, external_id__in=[d.external_id for d in debtors])
        .order_by("id")
    }
    new = [draft for draft in debtors if (draft.creditor, draft.external_id) not in known]
    there = [
        (known[d.creditor, d.external_id], replace(d, id=known[d.creditor, d.external_id].id))
        for d in debtors
        if (d.creditor, d.external_id) in known
    ]
    changed = [(draft, changes) for row, draft in there if (changes := changes_between(draft_of(row), draft))]
    _insert(ctx, new, today)
    _update(ctx, changed, today)
    fresh = know_accounts(ctx, accounts=_accounts([draft for _, draft in there]), today=today)
    refresh_keys(ctx, [*(draft.id for draft in new), *(draft.id for draft, _ in changed), *fresh])
    return len(new), len(changed), len(there) - len(changed)


def _update(ctx: Ctx, changed: list[tuple[DebtorDraft, dict[str, tuple[Any, Any]]]], today: date) -> None:
    if not changed:
        return
    with connection.cursor() as cursor:
        cursor.execute(_UPDATE, [*columns(_row(draft) for draft, _ in changed), ctx.tenant])
        # As by hand: what was checked before says nothing about a new address or mailbox.
        moved = [_row(draft) for draft, changes in changed if ADDRESS_FIELDS & changes.keys()]
        cursor.execute(_MOVED, [*([row[n] for row in moved] for n in (0, -3, -2)), ctx.tenant])
        mailed = [draft.id for draft, changes in changed if "email" in changes]
        cursor.execute(_MAILED, [States.UNCHECKED, ctx.tenant, mailed])
    facts = [
        NewFact("debtor.changed", today, draft.id, draft.creditor, draft.id,
                {"name": draft.name, "number": draft.external_id, "changes": words_of(changes)})
        for draft, changes in changed
    ]  # fmt: skip
    record_all(ctx, facts)
