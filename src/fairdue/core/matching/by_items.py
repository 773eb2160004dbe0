"""Proposals from items that a payment names: pass one of a run."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import chain, islice
from typing import TYPE_CHECKING

from fairdue.core.matching import evidence as found_by
from fairdue.core.matching.again import looked_again
from fairdue.core.matching.amounts import MORE, OPEN_TO_DOUBT, ROUNDED, STATED, Sum, explanations, shown
from fairdue.core.matching.closed import closed
from fairdue.core.matching.completing import completions
from fairdue.core.matching.confidence import of_rule
from fairdue.core.matching.deductions import deductions
from fairdue.core.matching.model import CERTAIN, Allocation, Explanation, Proposal, Source, Step
from fairdue.core.matching.near import nearly_named

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Evidence, Identity, Item, Payment, Policy

SURE_PAYER = 9_000
"""A payer that is at least this sure contradicts items of somebody else."""
_NEED_THE_PAYER = frozenset(
    {
        Step.CHARGE, Step.LATE_DISCOUNT, Step.SHORT, Step.OVER, Step.SUBSET, Step.COMPLETED, Step.STALE,
        Step.PAID_ALREADY, Step.DEDUCTION,
    }
)  # fmt: skip
"""Explanations that no machine posts unless the payer is the items' debtor."""
DOUBTFUL = 9_500
"""The most that evidence with a likely other explanation is trusted; below every sensible threshold."""
SURELY_NAMED = "whole payer "
"""How the grade of whole numbers of the payer's own items begins."""
RIVAL = "rival"
"""The grade of a number of somebody else where an item of the payer is as good: then no machine decides."""
_LEAVE_A_REST = frozenset({Step.SHORT, Step.OVER, Step.STALE, Step.PAID_ALREADY})
"""Explanations that are no rival of an item over exactly the amount: the number of somebody else was a slip."""
_PLAIN = frozenset({Step.EXACT, Step.DISCOUNT, Step.WITHHOLDING, Step.CHARGE, Step.CREDIT_NOTES, Step.FOREIGN})
"""Explanations that hold by themselves where the payment names an item that one of the run took without naming it."""
_EXPLAINED = _PLAIN | {Step.SUBSET}
"""Explanations after which the text is not looked at again."""
_TO_THE_UNIT = frozenset({Step.EXACT, Step.DISCOUNT})
AGAIN = "again"
"""The word in the grade of what a second look found."""
_TOLD_WHERE = frozenset({STATED, ROUNDED})
"""A difference whose place or size leaves no choice: as sure as with one item."""
_MOST_POOLED = 12
"""So many possible payers give their items to a second look."""
_MANY_SHOWN = 4
_FEW = 5
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
    Step.WITHHOLDING: "the difference is tax that the payer withheld",
    Step.CREDIT_NOTES: "with the open credit notes the amount is exact",
    Step.SUBSET: "just one choice of them makes the amount",
    Step.COMPLETED: "with more of the customer's items the amount is exact",
    Step.FOREIGN: "the amount in the invoice's currency is exact",
    Step.LATE_DISCOUNT: "the difference is the discount, taken late",
    Step.SMALL_DIFFERENCE: "the difference is small enough to be written off",
    Step.DEDUCTION: "the difference is granted under the customer's code",
    Step.SHORT: "the payment is short, the rest stays open",
    Step.OVER: "the payment is more, the rest goes on account",
    Step.STALE: "it is open over exactly the amount, and the one that is named was paid before",
    Step.PAID_ALREADY: "nothing is open there any more, so the money goes on account",
}


Searched = dict[Source, list["Evidence"]]
"""What was found in a payment so far: it names the same items in both passes, whatever is left of them."""


def proposals(
    payment: Payment,
    ledger: Ledger,
    policy: Policy,
    payers: tuple[Identity, ...],
    *,
    again: bool = True,
    searched: Searched | None = None,
) -> Iterator[Proposal]:
    """Yield proposals that rest on named items, the best first; `again` says whether to look at the text twice.

    `searched` keeps from one pass to the next what the payment names.
    """
    known = {identity.debtor: identity for identity in payers}
    for source, found in _searches(payment, ledger, {} if searched is None else searched):
        if not found and not (again and source is Source.NUMBERS):
            continue
        named = _in_context(found, payment, ledger, known)
        items = [ledger.items[evidence.item] for evidence in named]
        open_items = [item for item in items if ledger.left[item.id] and item.currency == payment.currency]
        search = _Search(payment, ledger, policy, known, source, tuple(named), _taken(found, ledger))
        plain: Iterable[Explanation] = _explanations(Sum.of(payment, open_items, ledger, policy))
        more: list[Evidence] = []
        if again and source is Source.NUMBERS:
            plain = list(plain)
            more = _named_again(search, plain, open_items)
        wider = tuple(_again(search, more, open_items))
        yield from wider
        for explanation in plain:
            if not wider or explanation.step not in _LEAVE_A_REST:
                yield search.proposal(
                    replace(explanation, sure=MORE) if _leaves_out(explanation, more) else explanation
                )
        yield from search.foreign(items)
        if items and not any(ledger.left[item.id] for item in items):
            for explanation in closed(payment, items, ledger):
                yield search.proposal(explanation, items)


def _named_again(search: _Search, plain: Sequence[Explanation], items: list[Item]) -> list[Evidence]:
    """Return what a second look at the text finds, where the first explains nothing to the minor unit."""
    if any(explanation.step in _EXPLAINED for explanation in plain) or not search.payment.texts:
        return []
    return looked_again(search.payment, search.pool(items), search.evidence)


def _leaves_out(explanation: Explanation, more: list[Evidence]) -> bool:
    """Tell whether money would go on account although the text seems to name more than the items that are paid."""
    return bool(more) and explanation.step is Step.OVER


def _again(search: _Search, more: list[Evidence], items: list[Item]) -> Iterator[Proposal]:
    """Yield what the amount is to the minor unit with the items that a second look found."""
    if more:
        wider = search.beside(more)
        both = [*items, *(search.ledger.items[one.item] for one in more)]
        for explanation in explanations(Sum.of(search.payment, both, search.ledger, search.policy)):
            if explanation.step in _TO_THE_UNIT:
                yield wider.proposal(replace(explanation, sure=AGAIN))


def _taken(found: list[Evidence], ledger: Ledger) -> bool:
    """Tell whether a payment of this run that did not name it took all of an item that this one names by a number."""
    return any(one.strong and ledger.loosely_taken(ledger.items[one.item]) for one in found)


def _explanations(named: Sum) -> Iterator[Explanation]:
    """Yield every explanation; money is over, or short, only where no other item of the customer explains it."""
    completed = list(completions(named))
    yield from completed
    out = {Step.OVER} if completed else set()
    for explanation in explanations(named):
        if explanation.step not in out:
            yield explanation
        if explanation.step is Step.CREDIT_NOTES:
            out.add(Step.SHORT)


_LOOKS = (
    (Source.REFERENCE, found_by.by_reference),
    (Source.END_TO_END, found_by.by_end_to_end),
    (Source.DOCUMENTS, found_by.by_documents),
    (Source.NUMBERS, found_by.by_numbers),
    (Source.ORDER, found_by.by_order),
)


def _searches(payment: Payment, ledger: Ledger, before: Searched) -> Iterator[tuple[Source, list[Evidence]]]:
    for source, look in _LOOKS:
        found = before.get(source)
        if found is None:
            found = before[source] = look(payment, ledger)
        yield source, found_by.with_ranges(payment, found, ledger) if source is Source.NUMBERS else found


def is_known(item: Item, known: dict[str, Identity]) -> bool:
    """Tell whether a payer may be the item's debtor, or the head that it belongs to."""
    return item.debtor in known or (bool(item.head) and item.head in known)


def _in_context(found: list[Evidence], payment: Payment, ledger: Ledger, known: dict[str, Identity]) -> list[Evidence]:
    """Return the evidence that holds: strong, or weak for the payer or beside strong, or alone and exact.

    Paid items give way to open ones.
    """
    debtors = {ledger.items[evidence.item].debtor for evidence in found if evidence.strong}
    held = [
        one
        for one in found
        if one.strong or ledger.items[one.item].debtor in debtors or is_known(ledger.items[one.item], known)
    ]
    if not held:
        exact = [one for one in found if ledger.left[one.item] == payment.amount]
        held = exact if len(exact) == 1 else []
    alive = [one for one in held if ledger.left[one.item]]
    return _of_one_owner(alive or held, ledger, known)


def _of_one_owner(found: list[Evidence], ledger: Ledger, known: dict[str, Identity]) -> list[Evidence]:
    """Where one place in the text names items of several debtors, keep those of the payer."""
    if len(found) < 2:  # noqa: PLR2004 - one has no rival
        return found
    places = Counter((one.start, one.end) for one in found if one.start >= 0)
    return [
        one
        for one in found
        if places[one.start, one.end] < 2  # noqa: PLR2004 - two items share the place
        or not any(other.start == one.start and is_known(ledger.items[other.item], known) for other in found)
        or is_known(ledger.items[one.item], known)
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
        taken: bool,  # noqa: FBT001 - one of seven that are always given
    ) -> None:
        self.payment, self.ledger, self.policy, self.evidence = payment, ledger, policy, evidence
        self._known, self._source, self._taken = known, source, taken

    def pool(self, items: list[Item]) -> Iterator[Item]:
        """Yield the open items of those who may have paid: the owners of named items, and the payers with branches.

        A head office may have thousands, and few are compared, so a customer is looked up when his first item is asked
        for.
        """
        payers = [one.debtor for one in islice(self._known.values(), _MOST_POOLED)]
        debtors = dict.fromkeys([*(item.debtor for item in items), *payers])
        own = chain.from_iterable(map(self.ledger.of_debtor, debtors))
        branches = chain.from_iterable(map(self.ledger.of_branches, payers))
        seen: set[str] = set()
        for item in chain(own, branches):
            if item.currency == self.payment.currency and item.id not in seen:
                seen.add(item.id)
                yield item

    def beside(self, more: list[Evidence]) -> _Search:
        """Return the same search with further evidence."""
        evidence = (*self.evidence, *more)
        return _Search(self.payment, self.ledger, self.policy, self._known, self._source, evidence, self._taken)

    def proposal(self, explanation: Explanation, named: Sequence[Item] = ()) -> Proposal:
        """Return the proposal of one explanation; `named` are the items where nothing is allocated to them."""
        items = [self.ledger.items[allocation.item] for allocation in explanation.allocations]
        owners = items or list(named)
        grade, most = self._grade(explanation, owners)
        return Proposal(
            payment=self.payment.id,
            source=self._source,
            step=explanation.step,
            confidence=min(most, of_rule(self._source, explanation.step, grade, self.policy)),
            reason=self._reason(explanation.step, owners),
            arithmetic=explanation.arithmetic,
            allocations=explanation.allocations,
            on_account=explanation.on_account,
            debtor=owners[0].debtor,
            deductions=deductions(self.payment, explanation, self.ledger, self.policy)
            if explanation.step is Step.SHORT
            else (),
            evidence=self.evidence,
            grade=grade,
        )

    def _grade(self, explanation: Explanation, items: list[Item]) -> tuple[str, int]:
        """Return how good the evidence is, and the most that it may be trusted.

        The words say how much of the numbers is there, who pays, how many items, and how they were chosen. A part of a
        number without its payer may be an accident in a large ledger, so it is never trusted enough to be posted; nor
        is an amount that is not the items' without their payer.
        """
        if all(one.strong for one in self.evidence):
            much = "whole" if all(one.whole for one in self.evidence) else "digits"
        else:
            much = "part"
        payer = self._payer(items)
        payer = "other" if payer == RIVAL and explanation.step in _LEAVE_A_REST else payer
        told = explanation.sure in _TOLD_WHERE
        words = [much, payer, "one" if told else _how_many(len(items)), "" if told else explanation.sure]
        doubtful = payer == RIVAL or (payer != "payer" and (much == "part" or explanation.step in _NEED_THE_PAYER))
        doubtful |= explanation.sure in OPEN_TO_DOUBT or (self._taken and explanation.step not in _PLAIN)
        return " ".join([word for word in words if word]), DOUBTFUL if doubtful else CERTAIN

    def _payer(self, items: list[Item]) -> str:
        """Say whether the payer is the items' debtor, nobody known, somebody else, or one with an item as good."""
        if all(is_known(item, self._known) for item in items):
            return "payer"
        sure = [one.debtor for one in self._known.values() if one.confidence >= SURE_PAYER]
        if not sure:
            return "nobody"
        left, amount = self.ledger.left, self.payment.amount
        own = [item for debtor in sure for item in self.ledger.of_debtor(debtor) if left[item.id] == amount]
        return RIVAL if nearly_named(self.payment, own) else "other"

    def _reason(self, step: Step, items: list[Item]) -> str:
        said = next((one.said for one in self.evidence), "")
        names = ", ".join([item.number for item in items[:_MANY_SHOWN]])
        more = f" and {len(items) - _MANY_SHOWN} more" if len(items) > _MANY_SHOWN else ""
        words = _WORDS[self._source].format(said=said, items=names + more)
        return f"{words}; {_STEP_WORDS[step]}."

    def foreign(self, items: list[Item]) -> Iterator[Proposal]:
        """Explain a payment in another currency by the amount that the payer instructed."""
        payment = self.payment
        if not payment.instructed or payment.instructed_currency == payment.currency:
            return
        others = [item for item in items if item.currency == payment.instructed_currency]
        left = [self.ledger.left[item.id] for item in others]
        if len(others) != 1 or payment.instructed != left[0]:
            return
        allocation = Allocation(others[0].id, payment.amount, settles=left[0])
        line = f"{shown(left[0], others[0].currency)} {others[0].currency} came in as "
        line += f"{shown(payment.amount, payment.currency)} {payment.currency}"
        yield self.proposal(Explanation(Step.FOREIGN, (allocation,), line))


def _how_many(items: int) -> str:
    if items <= 1:
        return "one"
    return "few" if items <= _FEW else "many"
