"""What else is known about a customer: contacts, addresses, numbers, accounts; and records of one party made one."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.http import Http404
from pydantic import BaseModel, Field

from fairdue.api import values
from fairdue.api.resources.debtors import debtors, found, known_debtors
from fairdue.api.routing import Call, Resource
from fairdue.core.findings import refuse
from fairdue.core.parties.merge import Winner
from fairdue.core.parties.models import Address, AddressKind
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors, services
from fairdue.parties.services.details import ContactDraft

contacts = Resource("/contacts", "debtors")
addresses = Resource("/addresses", "debtors")
identifiers = Resource("/identifiers", "debtors")
accounts = Resource("/debtor-accounts", "debtors")
RESOURCES = [contacts, addresses, identifiers, accounts]


class ContactFields(values.Body):
    """A person or mailbox at a customer; an e-mail or a phone number at least."""

    name: values.Text | None = None
    role: values.Word | None = None
    email: values.Text | None = None
    phone: values.Text | None = None
    language: values.Text | None = None


class ContactOut(BaseModel):
    """A contact."""

    id: UUID
    name: str
    role: str
    email: str
    phone: str
    language: str
    state: str


class AddressIn(values.Body):
    """A ship-to or registered address; the bill-to address stands on the customer."""

    kind: values.Word
    street: values.Text = ""
    extra: values.Text = ""
    postcode: values.Text = ""
    city: values.Text = ""
    region: values.Text = ""
    country: values.Country


class AddressOut(BaseModel):
    """A further address."""

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


class IdentifierIn(values.Body):
    """A number in a register, by its scheme."""

    scheme: values.Word
    value: values.Name


class IdentifierOut(BaseModel):
    """A number of a customer."""

    id: UUID
    scheme: str
    value: str
    state: str


class AccountIn(values.Body):
    """An account that is proposed; another person approves it."""

    iban: values.Word
    holder: values.Text = ""


class AccountOut(BaseModel):
    """A bank account, masked."""

    id: UUID
    masked: str
    holder: str
    state: str
    source: str


class Details(BaseModel):
    """Everything that is known about a customer beside its own fields."""

    contacts: list[ContactOut]
    addresses: list[AddressOut]
    identifiers: list[IdentifierOut]
    accounts: list[AccountOut]


class MergeIn(values.Body):
    """The record that is merged into this one; `choices` names per field `survivor` or `merged` as the winner."""

    merged: UUID
    choices: dict[str, Winner] = Field(default={}, max_length=40)


class OtherIn(values.Body):
    """A record that is another party, however alike."""

    other: UUID


class ReasonIn(values.Body):
    """Why."""

    reason: values.Text = ""


class Kept(BaseModel):
    """What was kept, changed or taken away."""

    id: UUID


@debtors.get("/{debtor}/details", Permission.CUSTOMERS_VIEW, Details)
def get_details(call: Call, debtor: UUID) -> Details:
    """Get the contacts, further addresses, numbers and accounts of a customer."""
    found(call, debtor)

    def rows[M: BaseModel](model: type[M], read: Any) -> list[M]:
        return [values.wire(model, row) for row in read(call.ctx, debtor)]

    return Details(
        contacts=rows(ContactOut, selectors.contacts), addresses=rows(AddressOut, selectors.addresses),
        identifiers=rows(IdentifierOut, selectors.identifiers), accounts=rows(AccountOut, selectors.accounts),
    )  # fmt: skip


@debtors.post("/{debtor}/contacts", Permission.CUSTOMERS_EDIT, Kept, status=HTTPStatus.CREATED)
def add_a_contact(call: Call, debtor: UUID, body: ContactFields) -> Kept:
    """Add a contact to a customer."""
    found(call, debtor)
    contact = ContactDraft(**body.model_dump(exclude_none=True))
    return Kept(id=services.add_contact(call.ctx, debtor=debtor, contact=contact, today=call.today))


@contacts.patch("/{contact}", Permission.CUSTOMERS_EDIT, Kept)
def change_a_contact(call: Call, contact: UUID, body: ContactFields) -> Kept:
    """Change a contact; another e-mail address is unchecked again."""
    changes = body.model_dump(exclude_none=True)
    return Kept(id=services.change_contact(call.ctx, contact=contact, changes=changes, today=call.today))


@contacts.post("/{contact}/remove", Permission.CUSTOMERS_EDIT, Kept)
def remove_a_contact(call: Call, contact: UUID) -> Kept:
    """Remove a contact; answers the customer."""
    return Kept(id=services.remove_contact(call.ctx, contact=contact, today=call.today))


@debtors.post("/{debtor}/addresses", Permission.CUSTOMERS_EDIT, Kept, status=HTTPStatus.CREATED)
def add_an_address(call: Call, debtor: UUID, body: AddressIn) -> Kept:
    """Add a ship-to or registered address to a customer."""
    found(call, debtor)
    if body.kind not in set(AddressKind):
        raise refuse("address.kind", "kind", f"There is no kind of address “{body.kind}”.")
    given = body.model_dump() | {"kind": AddressKind(body.kind)}
    address = Address(**given, provenance="api")
    return Kept(id=services.add_address(call.ctx, debtor=debtor, address=address, today=call.today))


@addresses.post("/{address}/remove", Permission.CUSTOMERS_EDIT, Kept)
def remove_an_address(call: Call, address: UUID) -> Kept:
    """Remove a further address; answers the customer."""
    return Kept(id=services.remove_address(call.ctx, address=address, today=call.today))


@debtors.post("/{debtor}/identifiers", Permission.CUSTOMERS_EDIT, Kept, status=HTTPStatus.CREATED)
def set_an_identifier(call: Call, debtor: UUID, body: IdentifierIn) -> Kept:
    """Keep a register number, EORI, Peppol id, LEI, GLN, tax or routing number; a wrong form is refused."""
    found(call, debtor)
    made = services.set_identifier(call.ctx, debtor=debtor, scheme=body.scheme, value=body.value, today=call.today)
    return Kept(id=made)


@identifiers.post("/{identifier}/remove", Permission.CUSTOMERS_EDIT, Kept)
def remove_an_identifier(call: Call, identifier: UUID) -> Kept:
    """Remove a number; answers the customer."""
    return Kept(id=services.remove_identifier(call.ctx, identifier=identifier, today=call.today))


@debtors.post("/{debtor}/accounts", Permission.BANK_DETAILS_PROPOSE, Kept, status=HTTPStatus.CREATED)
def propose_an_account(call: Call, debtor: UUID, body: AccountIn) -> Kept:
    """Propose an account for refunds and direct debits; somebody else approves it."""
    found(call, debtor)
    made = services.propose_account(call.ctx, debtor=debtor, iban=body.iban, holder=body.holder, today=call.today)
    return Kept(id=made)


@accounts.post("/{account}/retire", Permission.BANK_DETAILS_PROPOSE, Kept)
def retire_an_account(call: Call, account: UUID, body: ReasonIn) -> Kept:
    """Stop using an account; it still explains old payments."""
    return Kept(id=services.retire_account(call.ctx, account=account, reason=body.reason, today=call.today))


@debtors.post("/{debtor}/merge", Permission.CUSTOMERS_EDIT, Kept)
def merge_two_records(call: Call, debtor: UUID, body: MergeIn) -> Kept:
    """Merge another record of the same party into this one; its number still finds the customer."""
    found(call, debtor)
    choices = {name: winner.value for name, winner in body.choices.items()}
    return Kept(
        id=services.merge_debtors(call.ctx, survivor=debtor, merged=body.merged, choices=choices, today=call.today)
    )


@debtors.post("/{debtor}/not-duplicate", Permission.CUSTOMERS_EDIT, Kept)
def keep_two_records_apart(call: Call, debtor: UUID, body: OtherIn) -> Kept:
    """Remember that two records are two parties; the pair is never proposed again."""
    if debtor == body.other:
        raise Http404
    found(call, debtor)
    known_debtors(call, {body.other}, "other")
    return Kept(id=services.decide_not_duplicate(call.ctx, one=debtor, other=body.other, today=call.today))
