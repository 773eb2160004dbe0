"""Whether an invoice goes to an address that is trusted enough; asked before a number is drawn.

Source: docs/rules/verified-address.md. The creditor decides in its settings: `address_policy` is `warn` (the default),
`block` or `ignore`, `address_least` the state that is asked for, `well_formed` where nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, Severity
from fairdue.core.parties.evidence import rank
from fairdue.core.parties.models import Address, VerificationState
from fairdue.parties.validation import check_address, check_email

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from fairdue.invoicing.masterdata import Buyer, Seller

POLICIES = ("warn", "block", "ignore")
_WORDS = {
    VerificationState.RETURNED: "came back",
    VerificationState.UNCHECKED: "is not checked",
    VerificationState.WELL_FORMED: "is well formed and nothing more",
    VerificationState.MATCHED: "stands in a register and nothing more",
    VerificationState.DELIVERED: "was delivered to and nothing more",
}


def doubtful(wanted: Sequence[tuple[Seller, Buyer]]) -> list[tuple[Finding, ...]]:
    """Return the doubts about the addresses of each customer, in order; looks at each customer once."""
    found: dict[UUID, tuple[Finding, ...]] = {}
    for seller, buyer in wanted:
        if buyer.id not in found:  # a customer belongs to one creditor
            found[buyer.id] = _doubts(seller, buyer)
    return [found[buyer.id] for _, buyer in wanted]


def _doubts(seller: Seller, buyer: Buyer) -> tuple[Finding, ...]:
    policy = seller.settings.get("address_policy", "warn")
    if policy == "ignore":
        return ()
    asked = seller.settings.get("address_least")
    least = VerificationState(asked) if asked in set(VerificationState) else VerificationState.WELL_FORMED
    severity = Severity.ERROR if policy == "block" else Severity.WARNING
    found = [("buyer.address", "postal address", postal_state(buyer))]
    if seller.delivers and buyer.email:
        found.append(("buyer.email", f"e-mail {buyer.email}", email_state(buyer)))
    return tuple(
        Finding("content.address_unverified", path, _sentence(buyer.party.name, what, state, least), severity)
        for path, what, state in found
        if rank(state) < rank(least)
    )


def _sentence(name: str, what: str, state: VerificationState, least: VerificationState) -> str:
    return (
        f"The {what} of {name} {_WORDS[state]}; this client wants it {least.value.replace('_', ' ')}. "
        "Look at the customer's master data."
    )


def postal_state(buyer: Buyer) -> VerificationState:
    """Return how far the invoice address is trusted; one that nobody looked at is looked at now."""
    state, at = VerificationState(buyer.address_state), buyer.party.address
    place = Address(street=at.street, postcode=at.postcode, city=at.city, region=at.subdivision, country=at.country)
    if state is VerificationState.UNCHECKED and place.street and not check_address(place):
        return VerificationState.WELL_FORMED
    return state


def email_state(buyer: Buyer) -> VerificationState:
    """Return how far the e-mail is trusted; one that nobody looked at is looked at now."""
    state = VerificationState(buyer.email_state)
    if state is VerificationState.UNCHECKED and not check_email(buyer.email).findings:
        return VerificationState.WELL_FORMED
    return state
