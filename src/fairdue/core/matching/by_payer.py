"""Proposals from nothing but the payer and the amount: pass two of a run."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from fairdue.core.matching.amounts import Explanation, Sum, explanations, shown
from fairdue.core.matching.confidence import of_rule
from fairdue.core.matching.model import CERTAIN, Proposal, Source, Step
from fairdue.core.matching.subset import accident_free, unique_subset

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Identity, Item, Payment, Policy

_NOT_RECEIVABLE = ("CAMT-", "ACMT-", "LDAS-", "TRAD-", "FORX-", "SECU-")
"""Domains of bank transaction codes for the bank's own business (ISO 20022 external code list)."""
_WORDS = {
    Step.EXACT: "only {items} is open over this amount",
    Step.DISCOUNT: "only {items} less its discount makes this amount",
    Step.EQUAL: "several items are open over this amount; {items} is due first",
    Step.DUE_RUN: "the {count} items that are due first make this amount",
    Step.BALANCE: "everything that is open makes this amount",
    Step.SUBSET: "just one choice of open items makes this amount: {items}",
    Step.CREDIT_NOTES: "{items} with the open credit notes makes this amount",
    Step.ON_ACCOUNT: "no open item fits the amount",
}


def proposals(payment: Payment, ledger: Ledger, policy: Policy, payers: tuple[Identity, ...]) -> Iterator[Proposal]:
    """Yield proposals for each possible payer, the surest payer first."""
    for identity in payers:
        items = [item for item in ledger.of_debtor(identity.debtor) if item.currency == payment.currency]
        named = Sum(payment, tuple(items), ledger, policy)
        for explanation, sure in _explanations(named):
            yield _proposal(named, identity, explanation, sure)
    for identity in payers[:1]:
        on_account = Explanation(Step.ON_ACCOUNT, (), "", payment.amount)
        yield _proposal(Sum(payment, (), ledger, policy), identity, on_account, CERTAIN)


def _explanations(named: Sum) -> Iterator[tuple[Explanation, int]]:
    """Yield explanations with a share of certainty in basis points."""
    yield from _single(named, Step.EXACT)
    yield from _single(named, Step.DISCOUNT)
    yield from _runs(named)
    yield from _single(named, Step.CREDIT_NOTES)
    yield from _choice(named)


def _line(named: Sum, count: int) -> str:
    return f"{count} items = {shown(named.payment.amount, named.payment.currency)} {named.payment.currency}"


def _alone(named: Sum, item: Item) -> Sum:
    return Sum(named.payment, (item,), named.ledger, named.policy)


def _single(named: Sum, step: Step) -> Iterator[tuple[Explanation, int]]:
    """Explain by one item; the oldest due of several equal ones is less sure."""
    fits = [
        explanation
        for item in named.items
        if named.left(item) > 0 and (step is not Step.EXACT or named.left(item) == named.payment.amount)
        for explanation in explanations(_alone(named, item))
        if explanation.step is step
    ]
    if len(fits) == 1:
        yield fits[0], CERTAIN
    elif fits and step is Step.EXACT:
        first = fits[0]
        yield Explanation(Step.EQUAL, first.allocations, first.arithmetic), CERTAIN


def _runs(named: Sum) -> Iterator[tuple[Explanation, int]]:
    """Explain by everything that is open, or by the items that are due first, credit notes included."""
    sums = list(accumulate(named.left(item) for item in named.items))
    for count in range(len(sums), 1, -1):
        if sums[count - 1] == named.payment.amount:
            items = named.items[:count]
            step = Step.BALANCE if count == len(sums) else Step.DUE_RUN
            line = _line(named, count)
            yield Explanation(step, named.in_full(items), line), CERTAIN


def _choice(named: Sum) -> Iterator[tuple[Explanation, int]]:
    amounts = [named.left(item) for item in named.items]
    chosen = unique_subset(amounts, named.payment.amount)
    if chosen is not None and len(chosen) > 1:
        items = [named.items[at] for at in sorted(chosen)]
        line = _line(named, len(items))
        yield Explanation(Step.SUBSET, named.in_full(items), line), accident_free(amounts, len(items))


def _proposal(named: Sum, identity: Identity, explanation: Explanation, sure: int) -> Proposal:
    confidence = of_rule(Source.PAYER, explanation.step, named.policy) * sure // CERTAIN
    items = [named.ledger.items[allocation.item] for allocation in explanation.allocations]
    numbers = ", ".join(item.number for item in items)
    words = _WORDS[explanation.step].format(items=numbers, count=len(items))
    return Proposal(
        payment=named.payment.id,
        source=Source.PAYER,
        step=explanation.step,
        confidence=confidence * identity.confidence // CERTAIN,
        reason=f"{identity.why[:1].upper()}{identity.why[1:]}; {words}.",
        arithmetic=explanation.arithmetic,
        allocations=explanation.allocations,
        on_account=explanation.on_account,
        debtor=identity.debtor,
    )


def not_receivable(payment: Payment, policy: Policy) -> Proposal | None:
    """Return the proposal that a line is no customer payment: money out, or the bank's own business."""
    if payment.amount <= 0:
        reason = "Money went out; this is no customer payment."
    elif payment.transaction_code.startswith(_NOT_RECEIVABLE):
        reason = f"The bank's code {payment.transaction_code} stands for its own business, not for a customer."
    else:
        return None
    return Proposal(
        payment=payment.id,
        source=Source.NONE,
        step=Step.NOT_RECEIVABLE,
        confidence=of_rule(Source.NONE, Step.NOT_RECEIVABLE, policy),
        reason=reason,
        on_account=payment.amount,
    )


def unknown(payment: Payment) -> Proposal:
    """Return what is left when nothing speaks for anything: the money stays unapplied."""
    return Proposal(
        payment=payment.id,
        source=Source.NONE,
        step=Step.UNKNOWN,
        confidence=0,
        reason="The payment names no open item and the payer is not known.",
        on_account=payment.amount,
    )
