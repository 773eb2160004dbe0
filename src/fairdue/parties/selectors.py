"""The door out: frozen rows about creditors and debtors. Call inside a tenant's context."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.parties.completeness import Completeness, completeness
from fairdue.core.parties.duplicates import BLOCK_LIMIT, LIKELY, Pair, compare
from fairdue.foundation.sqlfiles import sql
from fairdue.parties.models import (
    Creditor,
    Debtor,
    DebtorAccount,
    DebtorAddress,
    DebtorContact,
    DebtorIdentifier,
)
from fairdue.parties.searching import search_parameters
from fairdue.parties.services.accounts import blind_iban
from fairdue.parties.services.verifying import evidence_of, values_of
from fairdue.parties.translate import parties_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from fairdue.core.parties.evidence import Evidence
    from fairdue.core.parties.models import Party
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class CreditorRow:
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
    legal: dict[str, Any]
    settings: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DebtorRow:
    """A customer; `credit_limit` in minor units of `currency`, None without a limit."""

    id: UUID
    creditor_id: UUID
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
    discount_percent: Decimal | None
    discount_days: int | None
    credit_limit: int | None
    parent_id: UUID | None
    parent_pays: bool
    merged_into_id: UUID | None
    owner_id: UUID | None
    mandate_id: str
    address_state: str
    address_source: str
    email_state: str
    delivery: str = ""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A further contact of a debtor."""

    id: UUID
    debtor_id: UUID
    name: str
    role: str
    email: str
    phone: str
    language: str
    state: str


@dataclass(frozen=True, slots=True)
class AddressRow:
    """A further address of a debtor."""

    id: UUID
    kind: str
    street: str
    extra: str
    postcode: str
    city: str
    region: str
    country: str
    state: str
    source: str


@dataclass(frozen=True, slots=True)
class IdentifierRow:
    """A number of a debtor in some register."""

    id: UUID
    scheme: str
    value: str
    state: str


@dataclass(frozen=True, slots=True)
class AccountRow:
    """A bank account, masked."""

    id: UUID
    masked: str
    holder: str
    state: str
    source: str


def _frozen[T](row_type: type[T], row: Any) -> T:
    return row_type(**{name: getattr(row, name) for name in row_type.__dataclass_fields__})  # type: ignore[attr-defined]


def creditors(ctx: Ctx) -> list[CreditorRow]:
    """Return every creditor of the tenant (of the context), by name."""
    del ctx
    return [_frozen(CreditorRow, row) for row in Creditor.objects.order_by("name")]


def creditor(ctx: Ctx, creditor_id: UUID) -> CreditorRow | None:
    """Return one creditor."""
    del ctx
    row = Creditor.objects.filter(id=creditor_id).first()
    return _frozen(CreditorRow, row) if row else None


_BOOKS = "SELECT id, currency FROM creditor WHERE tenant_id = %s AND id = ANY(%s::uuid[])"


def books(ctx: Ctx, ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the functional currency of the books of creditors."""
    with connection.cursor() as cursor:
        cursor.execute(_BOOKS, [ctx.tenant, list(set(ids))])
        return dict(cursor.fetchall())


_HOMES = """
SELECT id, creditor_id, coalesce(merged_into_id, id) FROM debtor WHERE tenant_id = %s AND id = ANY(%s::uuid[])
"""


def homes(ctx: Ctx, ids: Iterable[UUID]) -> list[tuple[UUID, UUID, UUID]]:
    """Return each debtor that exists with its creditor and the record it was merged into, itself where it was not."""
    with connection.cursor() as cursor:
        cursor.execute(_HOMES, [ctx.tenant, list(set(ids))])
        return cursor.fetchall()


def creditor_by_code(ctx: Ctx, code: str) -> CreditorRow | None:
    """Return the creditor with a code."""
    del ctx
    row = Creditor.objects.filter(code=code).first()
    return _frozen(CreditorRow, row) if row else None


def debtors(ctx: Ctx, ids: Iterable[UUID]) -> dict[UUID, DebtorRow]:
    """Return debtors by id."""
    del ctx
    return {row.id: _frozen(DebtorRow, row) for row in Debtor.objects.filter(id__in=list(ids))}


def debtor(ctx: Ctx, debtor_id: UUID) -> DebtorRow | None:
    """Return one debtor, merged or not."""
    return debtors(ctx, [debtor_id]).get(debtor_id)


def survivor(ctx: Ctx, debtor_id: UUID) -> UUID:
    """Return the debtor itself, or the one it was merged into (merges keep chains one step long)."""
    del ctx
    found = Debtor.objects.filter(id=debtor_id).values_list("merged_into_id", flat=True).first()
    return found or debtor_id


def family(ctx: Ctx, debtor_id: UUID) -> list[UUID]:
    """Return the debtor and all records merged into it: whose facts make its timeline."""
    del ctx
    return [debtor_id, *Debtor.objects.filter(merged_into_id=debtor_id).values_list("id", flat=True)]


def group(ctx: Ctx, debtor_id: UUID) -> list[DebtorRow]:
    """Return the children of a debtor, by name."""
    del ctx
    rows = Debtor.objects.filter(parent_id=debtor_id, merged_into_id__isnull=True).order_by("search_name")
    return [_frozen(DebtorRow, row) for row in rows]


def payers(ctx: Ctx, ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return who pays for each debtor: its parent where the parent pays, else itself."""
    del ctx
    rows = Debtor.objects.filter(id__in=list(ids)).values_list("id", "parent_id", "parent_pays")
    return {one: parent if pays and parent else one for one, parent, pays in rows}


def debtors_by_external_id(ctx: Ctx, creditor_id: UUID, numbers: Iterable[str]) -> dict[str, UUID]:
    """Return the debtor of each customer number; merged records answer with their survivor."""
    del ctx
    rows = Debtor.objects.filter(creditor_id=creditor_id, external_id__in=list(numbers))
    return {number: into or one for number, one, into in rows.values_list("external_id", "id", "merged_into_id")}


def debtors_by_ibans(ctx: Ctx, ibans: Iterable[str]) -> dict[str, list[UUID]]:
    """Return the debtors that pay from each account; one query, nothing is decrypted."""
    blinds = {blind_iban(ctx, iban): iban for iban in ibans}
    found: dict[str, list[UUID]] = defaultdict(list)
    rows = DebtorAccount.objects.filter(blind__in=list(blinds)).exclude(state=DebtorAccount.State.RETIRED)
    for key, owner in rows.values_list("blind", "debtor_id").order_by("debtor_id"):
        found[blinds[key]].append(owner)
    return dict(found)


def search(ctx: Ctx, text: str, *, creditor_id: UUID | None = None, limit: int = 20) -> list[DebtorRow]:
    """Return customers by any part of name, number, VAT number or e-mail; what begins with `text` comes first."""
    asked = search_parameters(ctx, text, creditor_id, limit)
    return [_frozen(DebtorRow, row) for row in Debtor.objects.raw(sql("parties", "search"), asked)] if asked else []


def contacts(ctx: Ctx, debtor_id: UUID) -> list[ContactRow]:
    """Return the further contacts of a debtor."""
    del ctx
    return [_frozen(ContactRow, r) for r in DebtorContact.objects.filter(debtor_id=debtor_id).order_by("role", "name")]


def contacts_of(ctx: Ctx, ids: Iterable[UUID]) -> dict[UUID, list[ContactRow]]:
    """Return the further contacts of many debtors; one query."""
    del ctx
    found: dict[UUID, list[ContactRow]] = defaultdict(list)
    for row in DebtorContact.objects.filter(debtor_id__in=list(ids)).order_by("role", "name"):
        found[row.debtor_id].append(_frozen(ContactRow, row))
    return dict(found)


def addresses(ctx: Ctx, debtor_id: UUID) -> list[AddressRow]:
    """Return the further addresses of a debtor."""
    del ctx
    return [
        _frozen(AddressRow, row) for row in DebtorAddress.objects.filter(debtor_id=debtor_id).order_by("kind", "id")
    ]


def identifiers(ctx: Ctx, debtor_id: UUID) -> list[IdentifierRow]:
    """Return the identifiers of a debtor besides the VAT number."""
    del ctx
    rows = DebtorIdentifier.objects.filter(debtor_id=debtor_id).order_by("scheme", "value")
    return [_frozen(IdentifierRow, row) for row in rows]


def evidence(ctx: Ctx, debtor_id: UUID) -> list[Evidence]:
    """Return what was found out about the address, e-mail and numbers of a debtor, in order."""
    del ctx
    return evidence_of(debtor_id)


def current_values(ctx: Ctx, debtor_id: UUID) -> dict[str, str]:
    """Return the address and e-mail of a debtor as evidence is about them; empty where there is none."""
    del ctx
    return values_of(Debtor.objects.get(id=debtor_id))


def accounts(ctx: Ctx, debtor_id: UUID) -> list[AccountRow]:
    """Return the bank accounts of a debtor, masked."""
    del ctx
    rows = DebtorAccount.objects.filter(debtor_id=debtor_id).order_by("state", "id")
    return [_frozen(AccountRow, row) for row in rows]


def approved_accounts(ids: Iterable[UUID]) -> set[UUID]:
    """Return which of the accounts two people have approved."""
    found = DebtorAccount.objects.filter(id__in=list(ids), state=DebtorAccount.State.APPROVED)
    return set(found.values_list("id", flat=True))


def masked_accounts(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the masked numbers of accounts."""
    return dict(DebtorAccount.objects.filter(id__in=list(ids)).values_list("id", "masked"))


def parties(ctx: Ctx, ids: Iterable[UUID]) -> dict[UUID, Party]:
    """Return debtors as the parties of the pure rules; bank accounts as blind keys."""
    del ctx
    return {UUID(party.id): party for party in parties_of(Debtor.objects.filter(id__in=list(ids)))}


def completeness_of(ctx: Ctx, ids: Iterable[UUID], *, today: date) -> dict[UUID, Completeness]:
    """Return the completeness of debtors, each for the country of its creditor."""
    wanted = list(ids)
    rows = Debtor.objects.filter(id__in=wanted).values_list("id", "creditor_id")
    countries = dict(Creditor.objects.values_list("id", "country"))
    sellers = {one: countries[owner] for one, owner in rows}
    return {
        one: completeness(party, seller_country=sellers[one], today=today)
        for one, party in parties(ctx, wanted).items()
    }


def duplicates(ctx: Ctx, *, creditor_id: UUID | None = None, debtor_id: UUID | None = None) -> list[Pair]:
    """Return the pairs that are probably one party, the surest first; refused pairs never come again.

    SQL narrows to pairs that share a key, the rule decides on each.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            sql("parties", "pairs"),
            {"tenant": ctx.tenant, "creditor": creditor_id, "debtor": debtor_id, "limit": BLOCK_LIMIT},
        )
        couples = cursor.fetchall()
    known = parties(ctx, {one for couple in couples for one in couple})
    pairs = [compare(known[left], known[right]) for left, right in couples]
    return sorted((pair for pair in pairs if pair.score >= LIKELY), key=lambda pair: (-pair.score, pair.left))
