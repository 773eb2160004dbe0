"""A matching run: strong evidence claims its items before weak evidence guesses."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from fairdue.core.matching import advised, by_items, by_payer
from fairdue.core.matching.aside import not_receivable, set_aside, unknown
from fairdue.core.matching.by_items import RIVAL
from fairdue.core.matching.keys import Key, KeyKind, item_keys, payment_keys
from fairdue.core.matching.model import AdjustmentKind, Source, Step

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Identity, Item, Payment, Policy, Proposal
    from fairdue.core.matching.payers import Payers

Refusals = frozenset[tuple[str, str]]
"""(payment, fingerprint) of proposals that a person has refused."""
MOST_ALTERNATIVES = 3
_MOST_RANKED = 24
STRONG_FROM = 9_600
"""Confidence from which evidence claims its items in the first pass."""
ENOUGH = 9_950
_PLAIN = frozenset({Step.EXACT, Step.FOREIGN, Step.NOT_RECEIVABLE})
"""A proposal that is so sure, explains the amount plainly, and may be posted, is not compared with others."""
_CLOSED, _SAME = frozenset({Step.STALE, Step.PAID_ALREADY}), "same"
"""Explanations of a number that is paid, and the word of their grade where that invoice was over the same amount."""
_LAST = frozenset({Step.PAID_ALREADY, Step.OVER, Step.SHORT})
"""Explanations that wait for the second pass, because the payer's other items may explain more."""


def match(
    payments: Iterable[Payment],
    ledger: Ledger,
    payers: Payers,
    policy: Policy,
    refused: Refusals = frozenset(),
) -> list[Proposal]:
    """Return one proposal for each payment, in the order of booking day and id.

    No item is given away twice; \u03a3 allocations + on account is the payment's amount for each proposal;
    a refused proposal does not come again.
    """
    ordered = sorted(payments, key=lambda payment: (payment.booked, payment.id))
    known = {payment.id: payers.identify(payment) for payment in ordered}
    made: dict[str, Proposal] = {}
    run = _Run(ledger, payers, policy, refused, {payment.id: payment.booked for payment in ordered})
    for payment in ordered:
        found = run.first_pass(payment, known[payment.id])
        if found is not None:
            made[payment.id] = found
            ledger.claim(found.allocations, named=_names(found))
    for payment in ordered:
        if payment.id not in made:
            found = made[payment.id] = run.second_pass(payment, known[payment.id])
            ledger.claim(found.allocations, guess=not found.automatic, named=_names(found))
    return [advised.judged(made[payment.id], payment) for payment in ordered]


def _names(proposal: Proposal) -> bool:
    """Tell whether a proposal rests on what its payment says of its items, of all of them."""
    return proposal.source is not Source.PAYER and proposal.step is not Step.COMPLETED


class _Run:
    """What the passes of one run share."""

    def __init__(
        self, ledger: Ledger, payers: Payers, policy: Policy, refused: Refusals, booked: Mapping[str, date]
    ) -> None:
        self._ledger, self._payers, self._policy, self._refused = ledger, payers, policy, refused
        self._booked = booked
        self._searched: defaultdict[str, by_items.Searched] = defaultdict(dict)

    def first_pass(self, payment: Payment, known: tuple[Identity, ...]) -> Proposal | None:
        """Return the proposal of a payment that is no receivable, or names its items; None leaves it for later."""
        aside = not_receivable(payment, self._policy)
        if aside is not None:
            return self._finished([aside])
        best = self._best(self._named(payment, known, again=False))
        if best is None or best.source is Source.REMITTANCE:
            return best
        if best.confidence < STRONG_FROM or best.step in _LAST:
            return None
        del self._searched[payment.id]
        return best

    def second_pass(self, payment: Payment, known: tuple[Identity, ...]) -> Proposal:
        """Return the best proposal of all, or that nothing is known."""
        return self._best(self._everything(payment, known)) or unknown(payment)

    def _named(self, payment: Payment, known: tuple[Identity, ...], *, again: bool) -> Iterator[Proposal]:
        yield from advised.proposals(payment, self._ledger, self._policy, known)
        searched = self._searched[payment.id]
        yield from by_items.proposals(payment, self._ledger, self._policy, known, again=again, searched=searched)

    def _everything(self, payment: Payment, known: tuple[Identity, ...]) -> Iterator[Proposal]:
        named = False
        own: set[str] = set()
        paid_before = False
        for proposal in self._named(payment, known, again=True):
            named = True
            if proposal.grade.startswith(by_items.SURELY_NAMED):
                own |= {part.item for part in proposal.allocations}
                paid_before |= proposal.step in _CLOSED and _SAME in proposal.grade
            yield proposal
        aside = None if named else set_aside(payment, self._payers, self._policy, known)
        if aside is not None:
            yield aside
        for proposal in by_payer.proposals(payment, self._ledger, self._policy, known):
            yield _beside(proposal, own, slip=not paid_before)

    def _best(self, proposals: Iterator[Proposal]) -> Proposal | None:
        """Return what an advice says, else the surest; of equally sure ones, and of the same items, the first."""
        allowed = self._allowed(proposals)
        first = next(allowed, None)
        if first is None:
            return None
        if first.step in _PLAIN and first.confidence >= ENOUGH:
            finished = self._finished([first])
            if finished.automatic:
                return finished
        by_use: dict[str, Proposal] = {}
        for proposal in (first, *islice(allowed, _MOST_RANKED)):
            by_use.setdefault(proposal.fingerprint, proposal)
        slip = any(proposal.step is Step.TYPO for proposal in by_use.values())
        return self._finished(sorted(by_use.values(), key=lambda proposal: _rank(proposal, slip=slip)))

    def _allowed(self, proposals: Iterator[Proposal]) -> Iterator[Proposal]:
        for proposal in proposals:
            if (proposal.payment, proposal.fingerprint) not in self._refused:
                yield proposal

    def _finished(self, ranked: list[Proposal]) -> Proposal:
        """Say whether a machine may post the best; a hold on one of its items forbids that and is named."""
        best, *others = ranked
        held = self._held(best)
        sure = best.confidence >= self._policy.automatic_from and best.signature not in self._policy.manual_rules
        sure = sure and not any(RIVAL in other.grade for other in others)
        reason = f"{best.reason} A person must decide: {held}." if held else best.reason
        alternatives = tuple(others[:MOST_ALTERNATIVES])
        return replace(best, automatic=sure and not held, reason=reason, alternatives=alternatives)

    def _held(self, best: Proposal) -> str:
        """Return why no machine may post: a hold, or a discount taken later than a machine may grant."""
        items, late = self._ledger.items, ""
        for part in best.allocations:
            item = items[part.item]
            if item.held:
                return item.held
            if part.adjustment and part.adjustment_kind is AdjustmentKind.DISCOUNT and not part.why:
                late = late or self._late(item.discount_until, self._booked[best.payment])
        return late

    def _late(self, until: date | None, paid: date) -> str:
        """Return why a discount is the creditor's choice: it was taken later than a machine may grant."""
        days = self._policy.discount_grace_days + self._policy.late_discount_posted_days
        if until is None or paid <= until + timedelta(days=days):
            return ""
        return "the discount was taken late, and granting it is the creditor's choice"


def _beside(proposal: Proposal, named: set[str], *, slip: bool) -> Proposal:
    """Return a proposal that rests on the payer alone; one that leaves out what he names, no slip, is doubtful.

    A number of an invoice over the same amount that he paid before is no slip: it is a standing order.
    """
    items = {part.item for part in proposal.allocations}
    if proposal.step is Step.TYPO and not slip:
        return replace(proposal, confidence=min(proposal.confidence, by_items.DOUBTFUL))
    if not named or not items or items & named or proposal.step is Step.TYPO:
        return proposal
    return replace(proposal, confidence=min(proposal.confidence, by_items.DOUBTFUL))


def _rank(proposal: Proposal, *, slip: bool) -> tuple[bool, bool, int]:
    """Return the place: an advice first; what leaves a rest behind a number with one `slip` that leaves none."""
    rest = slip and proposal.step in {Step.OVER, Step.SHORT} and proposal.source is not Source.REMITTANCE
    return proposal.source is not Source.REMITTANCE, rest, -proposal.confidence


def narrow(payments: Iterable[Payment], items: Iterable[Item], payers: Payers) -> list[Item]:
    """Return a superset of the items that `match` can look at, as the database narrows them.

    Items under a key that a payment asks for (the end of a number only with the exact amount), and all
    items of the debtors that these items or the payers point to, and of the branches of the payers.
    """
    everything = list(items)
    wanted, tails, debtors = _wanted(payments, payers)
    heads = set(debtors)
    for item in everything:
        keys = item_keys(item)
        named = any(key in wanted for key in keys if key.kind is not KeyKind.TAIL)
        if named or any((key, item.residual) in tails for key in keys):
            debtors.add(item.debtor)
    return [item for item in everything if item.debtor in debtors or item.head in heads]


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
