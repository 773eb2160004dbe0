"""Whether an invoice goes to an address that is trusted enough; asked before a number is drawn.

Source: docs/rules/verified-address.md. The creditor decides in its settings: `address_policy` is `warn` (the default),
`block` or `ignore`, `address_least` the state that is asked for, `well_formed` where nothing is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, Severity
from fairdue.core.parties.evidence import rank
from fairdue.core.parties.models import Address, VerificationState
from fairdue.parties import selectors as parties
from fairdue.parties.validation import check_address, check_email

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.masterdata import Seller
    from fairdue.parties.selectors import DebtorRow

POLICIES = ("warn", "block", "ignore")
_WORDS = {
    VerificationState.RETURNED: "came back",
    VerificationState.UNCHECKED: "is not checked",
    VerificationState.WELL_FORMED: "is well formed and nothing more",
    VerificationState.MATCHED: "stands in a register and nothing more",
    VerificationState.DELIVERED: "was delivered to and nothing more",
}


def doubtful(ctx: Ctx, wanted: Sequence[tuple[Seller, UUID]]) -> list[tuple[Finding, ...]]:
    """Return the doubts about the address of each customer, in order; one query, and one look at each customer."""
    rows = parties.debtors(ctx, {debtor for _, debtor in wanted})
    sellers = {debtor: seller for seller, debtor in wanted}  # a customer belongs to one creditor
    found = {debtor: _doubts(sellers[debtor], row) for debtor, row in rows.items()}
    return [found.get(debtor, ()) for _, debtor in wanted]


def _doubts(seller: Seller, row: DebtorRow) -> tuple[Finding, ...]:
    policy = seller.settings.get("address_policy", "warn")
    if policy == "ignore":
        return ()
    asked = seller.settings.get("address_least")
    least = VerificationState(asked) if asked in set(VerificationState) else VerificationState.WELL_FORMED
    severity = Severity.ERROR if policy == "block" else Severity.WARNING
    found = [("buyer.address", "postal address", postal_state(row))]
    if seller.delivers and row.email:
        found.append(("buyer.email", f"e-mail {row.email}", email_state(row)))
    return tuple(
        Finding("content.address_unverified", path, _sentence(row.name, what, state, least), severity)
        for path, what, state in found
        if rank(state) < rank(least)
    )


def _sentence(name: str, what: str, state: VerificationState, least: VerificationState) -> str:
    return (
        f"The {what} of {name} {_WORDS[state]}; this client wants it {least.value.replace('_', ' ')}. "
        "Look at the customer's master data."
    )


def postal_state(row: DebtorRow) -> VerificationState:
    """Return how far the invoice address is trusted; one that nobody looked at is looked at now."""
    state = VerificationState(row.address_state)
    place = Address(street=row.street, postcode=row.postcode, city=row.city, region=row.region, country=row.country)
    if state is VerificationState.UNCHECKED and row.street and not check_address(place):
        return VerificationState.WELL_FORMED
    return state


def email_state(row: DebtorRow) -> VerificationState:
    """Return how far the e-mail is trusted; one that nobody looked at is looked at now."""
    state = VerificationState(row.email_state)
    if state is VerificationState.UNCHECKED and not check_email(row.email).findings:
        return VerificationState.WELL_FORMED
    return state
