"""A matching run: strong evidence claims its items before weak evidence guesses."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from fairdue.core.matching import by_items, by_payer
from fairdue.core.matching.keys import Key, KeyKind, item_keys, payment_keys
from fairdue.core.matching.model import Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Identity, Item, Payment, Policy, Proposal
    from fairdue.core.matching.payers import Payers

Refusals = frozenset[tuple[str, str]]
"""(payment, fingerprint) of proposals that a person has refused."""
MOST_ALTERNATIVES = 3
_MOST_RANKED = 24
STRONG_FROM = 9_000
"""Confidence from which evidence claims its items in the first pass."""
_NEVER_AUTOMATIC = frozenset({Step.LATE_DISCOUNT, Step.UNKNOWN, Step.NOT_RECEIVABLE})


def match(
    payments: Iterable[Payment],
    ledger: Ledger,
    payers: Payers,
    policy: Policy,
    refused: Refusals = frozenset(),
) -> list[Proposal]:
    """Return one proposal for each payment, in the order of booking day and id.

    No item is given away twice; Σ allocations + on account is the payment's amount for each proposal;
    a refused proposal does not come again.
    """
    ordered = sorted(payments, key=lambda payment: (payment.booked, payment.id))
    made: dict[str, Proposal] = {}
    for payment in ordered:
        found = by_payer.not_receivable(payment, policy) or _first_pass(payment, ledger, payers, policy, refused)
        if found is not None:
            made[payment.id] = found
            ledger.claim(found.allocations)
    for payment in ordered:
        if payment.id not in made:
            made[payment.id] = _second_pass(payment, ledger, payers, policy, refused)
            ledger.claim(made[payment.id].allocations)
    return [made[payment.id] for payment in ordered]


def _first_pass(payment: Payment, ledger: Ledger, payers: Payers, policy: Policy, refused: Refusals) -> Proposal | None:
    identities = payers.identify(payment)
    ranked = _ranked(by_items.proposals(payment, ledger, policy, identities), refused)
    if not ranked or ranked[0].confidence < STRONG_FROM or ranked[0].step is Step.PAID_ALREADY:
        return None
    return _finished(ranked, ledger, policy)


def _second_pass(payment: Payment, ledger: Ledger, payers: Payers, policy: Policy, refused: Refusals) -> Proposal:
    ranked = _ranked(_everything(payment, ledger, policy, payers.identify(payment)), refused)
    return _finished(ranked, ledger, policy) if ranked else by_payer.unknown(payment)


def _ranked(proposals: Iterator[Proposal], refused: Refusals) -> list[Proposal]:
    """Return the proposals that may be made, the surest first, equally sure ones in the order of the rules."""
    found = islice(_allowed(proposals, refused), _MOST_RANKED)
    return sorted(found, key=lambda proposal: -proposal.confidence)


def _everything(
    payment: Payment, ledger: Ledger, policy: Policy, identities: tuple[Identity, ...]
) -> Iterator[Proposal]:
    yield from by_items.proposals(payment, ledger, policy, identities)
    yield from by_payer.proposals(payment, ledger, policy, identities)


def _allowed(proposals: Iterator[Proposal], refused: Refusals) -> Iterator[Proposal]:
    seen: set[str] = set()
    for proposal in proposals:
        if (proposal.payment, proposal.fingerprint) not in refused and proposal.fingerprint not in seen:
            seen.add(proposal.fingerprint)
            yield proposal


def _finished(ranked: list[Proposal], ledger: Ledger, policy: Policy) -> Proposal:
    """Say whether a machine may post the best; a hold on one of its items forbids that and is named."""
    best, *others = ranked
    held = next((item.held for item in _items(best, ledger) if item.held), "")
    sure = best.confidence >= policy.automatic_from and best.step not in _NEVER_AUTOMATIC
    reason = f"{best.reason} A person must decide: {held}." if held else best.reason
    alternatives = tuple(others[:MOST_ALTERNATIVES])
    return replace(best, automatic=sure and not held, reason=reason, alternatives=alternatives)


def _items(proposal: Proposal, ledger: Ledger) -> list[Item]:
    return [ledger.items[allocation.item] for allocation in proposal.allocations]


def narrow(payments: Iterable[Payment], items: Iterable[Item], payers: Payers) -> list[Item]:
    """Return a superset of the items that `match` can look at, as the database narrows them.

    Items under a key that a payment asks for (the end of a number only with the exact amount), and all
    items of the debtors that these items or the payers point to.
    """
    everything = list(items)
    wanted, tails, debtors = _wanted(payments, payers)
    for item in everything:
        keys = item_keys(item)
        named = any(key in wanted for key in keys if key.kind is not KeyKind.TAIL)
        if named or any((key, item.residual) in tails for key in keys):
            debtors.add(item.debtor)
    return [item for item in everything if item.debtor in debtors]


def _wanted(payments: Iterable[Payment], payers: Payers) -> tuple[set[Key], set[tuple[Key, int]], set[str]]:
    wanted: set[Key] = set()
    tails: set[tuple[Key, int]] = set()
    debtors: set[str] = set()
    for payment in payments:
        keys = payment_keys(payment)
        wanted |= keys
        tails |= {(key, payment.amount) for key in keys if key.kind is KeyKind.TAIL}
        debtors |= {identity.debtor for identity in payers.identify(payment)}
    return wanted, tails, debtors
