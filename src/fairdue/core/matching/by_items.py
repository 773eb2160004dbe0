"""Proposals from items that a payment names: pass one of a run."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from fairdue.core.matching import evidence as found_by
from fairdue.core.matching.amounts import Explanation, Sum, explanations, shown
from fairdue.core.matching.confidence import of_rule
from fairdue.core.matching.deductions import deductions
from fairdue.core.matching.model import Allocation, Proposal, Source, Step

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Evidence, Identity, Item, Payment, Policy

_NEED_THE_PAYER = frozenset({Step.CHARGE, Step.LATE_DISCOUNT, Step.SHORT, Step.OVER, Step.SUBSET, Step.FOREIGN})
"""Explanations that are only sure when the payer is the items' debtor."""
_UNSURE = 9_000
_OTHER_PAYER = 9_700
_MANY_SHOWN = 4
_WORDS = {
    Source.REFERENCE: "The structured reference {said} names {items}",
    Source.END_TO_END: "The end-to-end id {said} is ours for {items}",
    Source.DOCUMENTS: "The payer's list names {items}",
    Source.NUMBERS: "The text \u201c{said}\u201d names {items}",
    Source.ORDER: "The text names order \u201c{said}\u201d of {items}",
}
_STEP_WORDS = {
    Step.EXACT: "the amount is exact",
    Step.DISCOUNT: "less the early-payment discount the amount is exact",
    Step.CHARGE: "the difference is a bank charge",
    Step.CREDIT_NOTES: "with the open credit notes the amount is exact",
    Step.SUBSET: "just one choice of them makes the amount",
    Step.FOREIGN: "the amount in the invoice's currency is exact",
    Step.LATE_DISCOUNT: "the difference is the discount, taken too late",
    Step.SMALL_DIFFERENCE: "the difference is small enough to be written off",
    Step.SHORT: "the payment is short, the rest stays open",
    Step.OVER: "the payment is more, the rest goes on account",
    Step.PAID_ALREADY: "nothing is open there any more, so the money goes on account",
}


def proposals(payment: Payment, ledger: Ledger, policy: Policy, payers: tuple[Identity, ...]) -> Iterator[Proposal]:
    """Yield proposals that rest on named items, the best first."""
    known = {identity.debtor: identity for identity in payers}
    for source, found in _searches(payment, ledger):
        named = _in_context(found, payment, ledger, known)
        items = [ledger.items[evidence.item] for evidence in named]
        open_items = tuple(item for item in items if ledger.left[item.id] and item.currency == payment.currency)
        search = _Search(payment, ledger, policy, known, source, tuple(named))
        for explanation in explanations(Sum(payment, open_items, ledger, policy)):
            yield search.proposal(explanation)
        yield from search.foreign(items)
        if items and not any(ledger.left[item.id] for item in items):
            yield from search.paid_already(items)


def _searches(payment: Payment, ledger: Ledger) -> Iterator[tuple[Source, list[Evidence]]]:
    yield Source.REFERENCE, found_by.by_reference(payment, ledger)
    yield Source.END_TO_END, found_by.by_end_to_end(payment, ledger)
    yield Source.DOCUMENTS, found_by.by_documents(payment, ledger)
    yield Source.NUMBERS, found_by.by_numbers(payment, ledger)
    yield Source.ORDER, found_by.by_order(payment, ledger)


def _in_context(found: list[Evidence], payment: Payment, ledger: Ledger, known: dict[str, Identity]) -> list[Evidence]:
    """Return the evidence that holds: strong, or weak for the payer or beside strong, or alone and exact.

    Paid items give way to open ones.
    """
    strong = [evidence for evidence in found if evidence.strong]
    debtors = set(known) | {ledger.items[evidence.item].debtor for evidence in strong}
    held = [one for one in found if one.strong or ledger.items[one.item].debtor in debtors]
    if not held:
        exact = [one for one in found if ledger.left[one.item] == payment.amount]
        held = exact if len(exact) == 1 else []
    alive = [one for one in held if ledger.left[one.item]]
    return _of_one_owner(alive or held, ledger, known)


def _of_one_owner(found: list[Evidence], ledger: Ledger, known: dict[str, Identity]) -> list[Evidence]:
    """Where one place in the text names items of several debtors, keep those of the payer."""
    places = Counter((one.start, one.end) for one in found if one.start >= 0)
    return [
        one
        for one in found
        if places[one.start, one.end] < 2  # noqa: PLR2004 - two items share the place
        or not any(other.start == one.start and ledger.items[other.item].debtor in known for other in found)
        or ledger.items[one.item].debtor in known
    ]


class _Search:
    """Turns explanations of one kind of evidence into proposals."""

    def __init__(
        self,
        payment: Payment,
        ledger: Ledger,
        policy: Policy,
        known: dict[str, Identity],
        source: Source,
        evidence: tuple[Evidence, ...],
    ) -> None:
        self._payment, self._ledger, self._policy = payment, ledger, policy
        self._known, self._source, self._evidence = known, source, evidence

    def proposal(self, explanation: Explanation) -> Proposal:
        """Return the proposal of one explanation."""
        items = [self._ledger.items[allocation.item] for allocation in explanation.allocations]
        debtor = items[0].debtor if items else ""
        return Proposal(
            payment=self._payment.id,
            source=self._source,
            step=explanation.step,
            confidence=self._confidence(explanation, items),
            reason=self._reason(explanation.step, items),
            arithmetic=explanation.arithmetic,
            allocations=explanation.allocations,
            on_account=explanation.on_account,
            debtor=debtor,
            deductions=deductions(self._payment, explanation, self._ledger) if explanation.step is Step.SHORT else (),
            evidence=self._evidence,
        )

    def _confidence(self, explanation: Explanation, items: list[Item]) -> int:
        confidence = of_rule(self._source, explanation.step, self._policy)
        debtors = {item.debtor for item in items}
        agrees = debtors <= self._known.keys()
        weak = any(not evidence.strong for evidence in self._evidence)
        if explanation.step is Step.SHORT and len(items) > 1:
            confidence = min(confidence, _UNSURE)
        if agrees:
            return confidence
        if explanation.step in _NEED_THE_PAYER or (weak and explanation.step is not Step.EXACT):
            return min(confidence, _UNSURE)
        doubtful = bool(self._known) and self._source not in {Source.REFERENCE, Source.END_TO_END}
        return min(confidence, _OTHER_PAYER) if doubtful or weak else confidence

    def _reason(self, step: Step, items: list[Item]) -> str:
        said = next((one.said for one in self._evidence), "")
        names = ", ".join(item.number for item in items[:_MANY_SHOWN])
        more = f" and {len(items) - _MANY_SHOWN} more" if len(items) > _MANY_SHOWN else ""
        words = _WORDS[self._source].format(said=said, items=names + more)
        return f"{words}; {_STEP_WORDS[step]}."

    def foreign(self, items: list[Item]) -> Iterator[Proposal]:
        """Explain a payment in another currency by the amount that the payer instructed."""
        payment = self._payment
        others = [item for item in items if item.currency == payment.instructed_currency != payment.currency]
        left = [self._ledger.left[item.id] for item in others]
        if len(others) != 1 or payment.instructed != left[0]:
            return
        allocation = Allocation(others[0].id, payment.amount, settles=left[0])
        line = f"{shown(left[0], others[0].currency)} {others[0].currency} came in as "
        line += f"{shown(payment.amount, payment.currency)} {payment.currency}"
        yield self.proposal(Explanation(Step.FOREIGN, (allocation,), line))

    def paid_already(self, items: list[Item]) -> Iterator[Proposal]:
        """Put money for paid items on the account of their only debtor."""
        debtors = {item.debtor for item in items}
        if len(debtors) == 1:
            yield Proposal(
                payment=self._payment.id,
                source=self._source,
                step=Step.PAID_ALREADY,
                confidence=self._confidence(Explanation(Step.PAID_ALREADY, (), ""), items),
                reason=self._reason(Step.PAID_ALREADY, items),
                on_account=self._payment.amount,
                debtor=debtors.pop(),
                evidence=self._evidence,
            )
