"""What a command takes to make or change a debtor, checked and brought into its stored form."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import Finding, Severity
from fairdue.core.parties.models import Address, PartyKind
from fairdue.core.parties.names import normal_name
from fairdue.foundation.ids import uuid7
from fairdue.parties.validation import (
    check_address,
    check_currency,
    check_email,
    check_iban,
    check_language,
    check_phone,
    check_vat,
    one_line,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from decimal import Decimal

    from fairdue.parties.validation import Checked


@dataclass(frozen=True, slots=True)
class DebtorDraft:
    """A debtor about to be stored; `credit_limit` in minor units of `currency`, None is no limit set."""

    creditor: UUID
    external_id: str
    name: str
    kind: str = PartyKind.BUSINESS
    country: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    region: str = ""
    language: str = "en"
    currency: str = "EUR"
    email: str = ""
    phone: str = ""
    vat_id: str = ""
    sector: str = ""
    payment_terms_days: int = 30
    discount_percent: Decimal | None = None
    discount_days: int | None = None
    credit_limit: int | None = None
    parent: UUID | None = None
    parent_pays: bool = False
    mandate_id: str = ""
    source: str = ""
    """Where the data came from: "typed", "import debtors.csv"."""
    ibans: tuple[str, ...] = ()
    """Accounts the customer pays from; they recognise payments and are never paid out to."""
    id: UUID = field(default_factory=uuid7)

    @property
    def search_name(self) -> str:
        """The name folded for search, order and duplicates."""
        return normal_name(self.name)[:200]

    @property
    def address(self) -> Address:
        """The bill-to address."""
        return Address(
            street=self.street, postcode=self.postcode, city=self.city, region=self.region, country=self.country
        )


def _checks(draft: DebtorDraft) -> dict[str, Callable[[str], Checked]]:
    return {
        "vat_id": lambda text: check_vat(text, draft.country),
        "email": check_email,
        "phone": lambda text: check_phone(text, draft.country),
        "language": check_language,
        "currency": check_currency,
    }


def _required(draft: DebtorDraft) -> list[Finding]:
    found = [
        Finding("debtor.missing", name, f"The {word} is missing.")
        for name, word in (("external_id", "customer number"), ("name", "name"))
        if not getattr(draft, name).strip()
    ]
    if draft.kind not in set(PartyKind):
        found.append(Finding("debtor.kind", "kind", f"“{draft.kind}” is not business, consumer or public."))
    if draft.credit_limit is not None and draft.credit_limit < 0:
        found.append(Finding("debtor.credit_limit", "credit_limit", "A credit limit is not negative."))
    if (draft.discount_percent is None) != (draft.discount_days is None):
        sentence = "A discount needs both a percentage and days."
        found.append(Finding("debtor.discount", "discount_percent", sentence))
    if draft.parent == draft.id:
        found.append(Finding("debtor.own_parent", "parent", "A customer cannot be its own parent."))
    return found


def check_draft(draft: DebtorDraft) -> tuple[DebtorDraft, tuple[Finding, ...]]:
    """Return the draft in its stored form and what is wrong with it.

    Address findings are warnings: post may still arrive, and completeness shows them.
    """
    changes: dict[str, Any] = {name: one_line(getattr(draft, name)) for name in ("external_id", "name", "sector")}
    found = _required(replace(draft, **changes))
    for name, check in _checks(draft).items():
        value = getattr(draft, name)
        if value:
            checked = check(value)
            changes[name] = checked.value if checked.valid else value.strip()
            found += checked.findings
    for index, iban in enumerate(draft.ibans):
        found += check_iban(iban, f"ibans[{index}]").findings
    if draft.country:
        found += [replace(item, severity=Severity.WARNING) for item in check_address(draft.address)]
    ibans = tuple(dict.fromkeys(check_iban(iban).value for iban in draft.ibans))
    return replace(draft, ibans=ibans, **changes), tuple(found)
