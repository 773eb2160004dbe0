"""Between stored rows and the party that the pure rules know."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from fairdue.core.parties.models import (
    Address,
    AddressKind,
    Contact,
    ContactRole,
    Identifier,
    Party,
    PartyKind,
    Scheme,
    VerificationState,
)
from fairdue.parties.models import Debtor, DebtorAccount, DebtorAddress, DebtorContact, DebtorIdentifier

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


def _grouped(model: Any, debtors: list[UUID]) -> dict[UUID, list[Any]]:
    groups: dict[UUID, list[Any]] = defaultdict(list)
    for row in model.objects.filter(debtor_id__in=debtors).order_by("id"):
        groups[row.debtor_id].append(row)
    return groups


def _addresses(row: Debtor, further: list[DebtorAddress]) -> tuple[Address, ...]:
    main = Address(
        AddressKind.BILL_TO,
        row.street,
        "",
        row.postcode,
        row.city,
        row.region,
        row.country,
        VerificationState(row.address_state),
        row.address_source,
    )
    others = [
        Address(
            AddressKind(a.kind), a.street, a.extra, a.postcode, a.city, a.region, a.country,
            VerificationState(a.state), a.source,
        )
        for a in further
    ]  # fmt: skip
    return (main, *others) if row.street or row.city else tuple(others)


def _contacts(row: Debtor, further: list[DebtorContact]) -> tuple[Contact, ...]:
    main = Contact(
        "", ContactRole.ACCOUNTS_PAYABLE, row.email, row.phone, row.language, VerificationState(row.email_state)
    )
    others = [
        Contact(c.name, ContactRole(c.role), c.email, c.phone, c.language, VerificationState(c.state)) for c in further
    ]
    return (main, *others) if row.email or row.phone else tuple(others)


def _identifiers(row: Debtor, further: list[DebtorIdentifier]) -> tuple[Identifier, ...]:
    main = (Identifier(Scheme.VAT, row.vat_id),) if row.vat_id else ()
    return main + tuple(Identifier(Scheme(i.scheme), i.value, VerificationState(i.state)) for i in further)


def parties_of(rows: Iterable[Debtor]) -> list[Party]:
    """Return the parties of debtor rows; five queries however many there are.

    Bank accounts are given as their blind keys: equal accounts stay equal, nothing is opened.
    """
    debtors = list(rows)
    ids = [row.id for row in debtors]
    contacts, addresses = _grouped(DebtorContact, ids), _grouped(DebtorAddress, ids)
    identifiers, accounts = _grouped(DebtorIdentifier, ids), _grouped(DebtorAccount, ids)
    return [
        Party(
            id=str(row.id),
            name=row.name,
            kind=PartyKind(row.kind),
            external_id=row.external_id,
            country=row.country,
            language=row.language,
            addresses=_addresses(row, addresses[row.id]),
            contacts=_contacts(row, contacts[row.id]),
            identifiers=_identifiers(row, identifiers[row.id]),
            ibans=tuple(a.blind for a in accounts[row.id] if a.state != DebtorAccount.State.RETIRED),
            payment_terms_days=row.payment_terms_days,
            credit_limit_minor=row.credit_limit,
            credit_limit_currency=row.currency if row.credit_limit is not None else "",
            parent_id=str(row.parent_id or ""),
        )
        for row in debtors
    ]
