"""Contacts, addresses, identifiers, and how far each value is trusted."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import RefusedError, errors, refuse
from fairdue.core.parties.models import Address, AddressKind, Scheme
from fairdue.foundation.arrays import columns
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties.models import Debtor, DebtorAddress, DebtorContact, DebtorIdentifier, States
from fairdue.parties.services.keys import refresh_keys
from fairdue.parties.validation import (
    check_address,
    check_email,
    check_language,
    check_phone,
    checked_identifier,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.core.findings import Finding
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class ContactDraft:
    """A person or mailbox at a debtor."""

    name: str = ""
    role: str = DebtorContact.Role.OTHER
    email: str = ""
    phone: str = ""
    language: str = ""


def _checked_contact(draft: ContactDraft, country: str) -> dict[str, str]:
    """Return the values to store; refuse a contact that cannot be reached or has wrong values."""
    if not draft.email and not draft.phone:
        raise refuse("contact.empty", "email", "A contact needs an e-mail or a phone number.")
    if draft.role not in DebtorContact.Role.values:
        raise refuse("contact.role", "role", f"There is no role “{draft.role}”.")
    values = {**asdict(draft), "role": str(draft.role)}
    found: tuple[Finding, ...] = ()
    for name, check in (
        ("email", check_email),
        ("phone", lambda text: check_phone(text, country)),
        ("language", check_language),
    ):
        if values[name]:
            checked = check(values[name])
            values[name], found = checked.value, found + checked.findings
    if errors(found):
        raise RefusedError(*errors(found))
    return values


def _record(ctx: Ctx, row: Debtor, fact: str, subject: UUID, today: date, payload: dict[str, Any]) -> None:
    record(ctx, NewFact(fact, today, subject, row.creditor_id, row.id, payload))


@command("parties.add_contact", Permission.CUSTOMERS_EDIT)
def add_contact(ctx: Ctx, *, debtor: UUID, contact: ContactDraft, today: date, key: str | None = None) -> UUID:
    """Add a contact to a debtor."""
    del key
    row = Debtor.objects.get(id=debtor)
    values = _checked_contact(contact, row.country)
    made = DebtorContact.objects.create(tenant_id=ctx.tenant, creditor_id=row.creditor_id, debtor_id=debtor, **values)
    refresh_keys(ctx, [debtor])
    _record(
        ctx, row, "debtor.contact_added", made.id, today,
        {"name": made.name or made.email, "role": made.role.replace("_", " ")},
    )  # fmt: skip
    return made.id


@command("parties.change_contact", Permission.CUSTOMERS_EDIT)
def change_contact(ctx: Ctx, *, contact: UUID, changes: dict[str, str], today: date, key: str | None = None) -> UUID:
    """Change a contact; another e-mail is unchecked again."""
    del key
    made = DebtorContact.objects.select_for_update().get(id=contact)
    row = Debtor.objects.get(id=made.debtor_id)
    names = list(ContactDraft.__dataclass_fields__)
    before = {name: getattr(made, name) for name in names}
    values = _checked_contact(ContactDraft(**{**before, **changes}), row.country)
    changed = [name for name in names if values[name] != before[name]]
    for name in changed:
        setattr(made, name, values[name])
    if "email" in changed:
        made.state = States.UNCHECKED
    made.save(update_fields=[*changed, "state"])
    refresh_keys(ctx, [row.id])
    if changed:
        payload = {"name": made.name or made.email, "changes": ", ".join(changed)}
        _record(ctx, row, "debtor.contact_changed", contact, today, payload)
    return contact


@command("parties.remove_contact", Permission.CUSTOMERS_EDIT)
def remove_contact(ctx: Ctx, *, contact: UUID, today: date, key: str | None = None) -> UUID:
    """Remove a contact; the facts keep that it was there, not its address."""
    del key
    made = DebtorContact.objects.select_for_update().get(id=contact)
    row = Debtor.objects.get(id=made.debtor_id)
    DebtorContact.objects.filter(id=contact).delete()
    refresh_keys(ctx, [row.id])
    _record(ctx, row, "debtor.contact_removed", contact, today, {"name": made.name or made.email})
    return row.id


def _line(address: Address | DebtorAddress) -> str:
    return ", ".join(
        part for part in (address.street, f"{address.postcode} {address.city}".strip(), address.country) if part
    )


@command("parties.add_address", Permission.CUSTOMERS_EDIT)
def add_address(ctx: Ctx, *, debtor: UUID, address: Address, today: date, key: str | None = None) -> UUID:
    """Add a ship-to or registered address; the bill-to address is changed on the debtor itself.

    An address against its country's rules is stored as unchecked, never as well formed.
    """
    del key
    if address.kind is AddressKind.BILL_TO:
        raise refuse("address.bill_to", "kind", "The bill-to address stands on the customer; change it there.")
    if not address.country:
        raise refuse("address.country", "country", "The country is missing.")
    row = Debtor.objects.get(id=debtor)
    state = States.UNCHECKED if check_address(address) else States.WELL_FORMED
    made = DebtorAddress.objects.create(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, debtor_id=debtor, kind=address.kind.value,
        street=address.street, extra=address.extra, postcode=address.postcode, city=address.city,
        region=address.region, country=address.country, state=state, source=address.provenance or "typed",
    )  # fmt: skip
    payload = {"kind": address.kind.value.replace("_", " "), "address": _line(address)}
    _record(ctx, row, "debtor.address_added", made.id, today, payload)
    return made.id


@command("parties.remove_address", Permission.CUSTOMERS_EDIT)
def remove_address(ctx: Ctx, *, address: UUID, today: date, key: str | None = None) -> UUID:
    """Remove a further address."""
    del key
    made = DebtorAddress.objects.select_for_update().get(id=address)
    row = Debtor.objects.get(id=made.debtor_id)
    DebtorAddress.objects.filter(id=address).delete()
    payload = {"kind": made.kind.replace("_", " "), "address": _line(made)}
    _record(ctx, row, "debtor.address_removed", address, today, payload)
    return row.id


@command("parties.set_identifier", Permission.CUSTOMERS_EDIT)
def set_identifier(ctx: Ctx, *, debtor: UUID, scheme: str, value: str, today: date, key: str | None = None) -> UUID:
    """Record a register number, EORI, Peppol id, LEI, GLN, PEC, tax or routing number of a debtor.

    Refuses one whose form or check digits are wrong by the rule of its scheme and country.
    """
    del key
    if scheme not in set(Scheme) or scheme == Scheme.VAT:
        raise refuse("identifier.scheme", "scheme", f"“{scheme}” is not kept here; VAT stands on the customer.")
    row = Debtor.objects.get(id=debtor)
    checked = checked_identifier(Scheme(scheme), value, row.country)
    if not checked.valid:
        raise RefusedError(*errors(checked.findings))
    made, fresh = DebtorIdentifier.objects.get_or_create(
        tenant_id=ctx.tenant, debtor_id=debtor, scheme=scheme, value=checked.value,
        defaults={"creditor_id": row.creditor_id},
    )  # fmt: skip
    if fresh:
        refresh_keys(ctx, [debtor])
        _record(ctx, row, "debtor.identifier_set", made.id, today, {"scheme": scheme.upper(), "value": checked.value})
    return made.id


@dataclass(frozen=True, slots=True)
class IdentifierDraft:
    """An identifier that a file gives."""

    creditor: UUID
    debtor: UUID
    scheme: str
    value: str
    id: UUID = field(default_factory=uuid7)


_KNOW = """
INSERT INTO debtor_identifier (tenant_id, id, creditor_id, debtor_id, scheme, value, state)
SELECT %s, i.*, 'unchecked' FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[], %s::text[]) AS i
ON CONFLICT (tenant_id, debtor_id, scheme, value) DO NOTHING RETURNING id
"""


@command("parties.know_identifiers", Permission.IMPORTS_RUN)
def know_identifiers(ctx: Ctx, *, identifiers: Sequence[IdentifierDraft], today: date) -> list[UUID]:
    """Keep identifiers that a file gives, as given; returns the debtors with new ones. Set-based."""
    if not identifiers:
        return []
    rows = [(i.id, i.creditor, i.debtor, i.scheme, " ".join(i.value.split())) for i in identifiers]
    with connection.cursor() as cursor:
        cursor.execute(_KNOW, [ctx.tenant, *columns(rows)])
        made = {found[0] for found in cursor.fetchall()}
    fresh = [item for item in identifiers if item.id in made]
    facts = [
        NewFact("debtor.identifier_set", today, i.id, i.creditor, i.debtor,
                {"scheme": i.scheme.upper(), "value": i.value})
        for i in fresh
    ]  # fmt: skip
    record_all(ctx, facts)
    refresh_keys(ctx, list({item.debtor for item in fresh}))
    return [item.debtor for item in fresh]


@command("parties.remove_identifier", Permission.CUSTOMERS_EDIT)
def remove_identifier(ctx: Ctx, *, identifier: UUID, today: date, key: str | None = None) -> UUID:
    """Remove an identifier."""
    del key
    made = DebtorIdentifier.objects.select_for_update().get(id=identifier)
    row = Debtor.objects.get(id=made.debtor_id)
    DebtorIdentifier.objects.filter(id=identifier).delete()
    refresh_keys(ctx, [row.id])
    payload = {"scheme": made.scheme.upper(), "value": made.value}
    _record(ctx, row, "debtor.identifier_removed", identifier, today, payload)
    return row.id
