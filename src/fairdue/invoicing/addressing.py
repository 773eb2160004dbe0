"""Whether an invoice goes to an address that is trusted enough; asked before a number is drawn.

Source: docs/rules/verified-address.md. The creditor decides in its settings: `address_policy` is `warn` (the default),
`block` or `ignore`, `address_least` the state that is asked for, `well_formed` where nothing is said. What counts is
what the channel of the invoice needs: the e-mail for mail and the portal, the postal address for print, the participant
for Peppol. A postal address that nothing is sent to still stands on the invoice; it warns and never blocks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, Severity
from fairdue.core.invoice.delivery import Way
from fairdue.core.parties.evidence import rank
from fairdue.core.parties.models import Address, VerificationState
from fairdue.invoicing.reaching import choice_for, peppol_id
from fairdue.parties.validation import check_address, check_email, check_peppol

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
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


_POSTAL, _MAIL, _PEPPOL = "buyer.address", "buyer.email", "buyer.peppol"
NEEDS = {Way.EMAIL: _MAIL, Way.PORTAL: _MAIL, Way.PRINT: _POSTAL, Way.PEPPOL: _PEPPOL}
"""Where each channel finds the buyer; networks that a transmitter speaks find it by its numbers."""


def doubtful(wanted: Sequence[tuple[Seller, Buyer]], on: date) -> list[tuple[Finding, ...]]:
    """Return the doubts about the addresses of each customer on a day, in order; looks at each customer once."""
    found: dict[UUID, tuple[Finding, ...]] = {}
    for seller, buyer in wanted:
        if buyer.id not in found:  # a customer belongs to one creditor
            found[buyer.id] = _doubts(seller, buyer, on)
    return [found[buyer.id] for _, buyer in wanted]


def _doubts(seller: Seller, buyer: Buyer, on: date) -> tuple[Finding, ...]:
    policy = seller.settings.get("address_policy", "warn")
    if policy == "ignore":
        return ()
    asked = seller.settings.get("address_least")
    least = VerificationState(asked) if asked in set(VerificationState) else VerificationState.WELL_FORMED
    choice = choice_for(seller, buyer, on)
    # A person who sends by hand reads the address on the document.
    needed = _POSTAL if choice is None else NEEDS.get(choice.way, "") if choice.way else ""
    return tuple(
        Finding(
            "content.address_unverified", path, _sentence(buyer.party.name, what, state, least),
            Severity.ERROR if policy == "block" and path == needed else Severity.WARNING,
        )
        for path, what, state in _looked(buyer, needed)
        if rank(state) < rank(least)
    )  # fmt: skip


def _looked(buyer: Buyer, needed: str) -> list[tuple[str, str, VerificationState]]:
    """Return what counts for a buyer: its postal address, which stands on the invoice, and what the channel needs."""
    found = [(_POSTAL, "postal address", postal_state(buyer))]
    if needed == _MAIL and buyer.email:
        found.append((_MAIL, f"e-mail {buyer.email}", email_state(buyer)))
    if needed == _PEPPOL:
        found.append((_PEPPOL, f"Peppol id {peppol_id(buyer)}", peppol_state(buyer)))
    return found


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


def peppol_state(buyer: Buyer) -> VerificationState:
    """Return how far the Peppol id is trusted; one that nobody looked at is looked at now."""
    state = VerificationState(buyer.peppol_state)
    if state is VerificationState.UNCHECKED and not check_peppol(peppol_id(buyer)).findings:
        return VerificationState.WELL_FORMED
    return state
