"""Proposals from nothing but the payer and the amount: pass two of a run."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import accumulate, chain, islice
from typing import TYPE_CHECKING

from fairdue.core.matching.amounts import (
    MOST_CREDIT_NOTES,
    Sum,
    discount,
    explanations,
    off_the_rest,
    shown,
)
from fairdue.core.matching.by_items import DOUBTFUL, SURE_PAYER
from fairdue.core.matching.confidence import of_rule
from fairdue.core.matching.model import CERTAIN, Explanation, Proposal, Source, Step
from fairdue.core.matching.near import nearly_named
from fairdue.core.matching.subset import surety, unique_subset
from fairdue.core.matching.text import normalise

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Identity, Item, Payment, Policy

_WORDS = {
    Step.TYPO: "the text \u201c{said}\u201d is {items} but for one slip, and the amount is exact",
    Step.EXACT: "only {items} is open over this amount",
    Step.DISCOUNT: "only {items} less its discount makes this amount",
    Step.LATE_DISCOUNT: "only {items} less its discount makes this amount, taken late",
    Step.EQUAL: "several items are open over this amount; {items} is due first",
    Step.DUE_RUN: "the {count} items that are due first make this amount",
    Step.BALANCE: "everything that is open makes this amount",
    Step.SUBSET: "just one choice of open items makes this amount: {items}",
    Step.CREDIT_NOTES: "{items} with the open credit notes makes this amount",
    Step.LUMP_SUM: "the payment says that it is on account",
    Step.ON_ACCOUNT: "no open item fits the amount",
}
_ON_ACCOUNT = re.compile(
    r"\b(A ?CONTO|AKONTO\w*|ABSCHLAG\w*|ANZAHLUNG|VORAUSZAHLUNG|VORAUSKASSE|VORKASSE|TEILZAHLUNG|ACOMPTE|"
    r"A VALOIR|AVANCE|VOORUITBETALING|OP REKENING|ACCONTO|ANTICIPO|A CUENTA|ZALICZKA|ON ACCOUNT|DEPOSIT|"
    r"ADVANCE( PAYMENT)?|PREPAYMENT|DOWN PAYMENT)\b"
)
"""Words for money on account, in plain capitals."""
_ASSIGNED = frozenset({Step.EXACT, Step.DISCOUNT, Step.LATE_DISCOUNT, Step.SUBSET, Step.DUE_RUN})
"""Explanations by items that a payment which calls itself an advance hardly means."""
_ROUND = 5_000
"""An amount that is a multiple of this is round."""
SEVERAL = "one of several"
"""The grade of a payer who stands for one of several customers."""
MOST_PAYERS = 12
"""So many of the customers that a payer may be are searched each on its own."""
_MOST_ITEMS = 400
"""A payer with more open items is not searched for sums."""


def proposals(payment: Payment, ledger: Ledger, policy: Policy, payers: tuple[Identity, ...]) -> Iterator[Proposal]:
    """Yield proposals for each possible payer, the surest payer first, then for all of them together."""
    for identity in payers[:MOST_PAYERS]:
        own = Sum.of(payment, _in_currency(ledger.of_debtor(identity.debtor), payment), ledger, policy)
        by = _by(identity, payers)
        rivals = by == SEVERAL and _rivals(identity, payers, own)
        for explanation, said in _explanations(own):
            made = _proposal(own, identity, explanation, by, said)
            yield _doubtful(made) if rivals and explanation.step is not Step.TYPO else made
    yield from _together(payment, ledger, policy, payers)
    for identity in payers[:1]:
        nothing = Sum.of(payment, (), ledger, policy)
        yield _proposal(nothing, identity, _on_account(payment), _by(identity, payers))


def _rivals(identity: Identity, payers: tuple[Identity, ...], named: Sum) -> bool:
    """Tell whether another customer who may have paid has an item over exactly the amount as well."""
    left, payment = named.ledger.left, named.payment
    return any(
        left[item.id] == payment.amount and item.currency == payment.currency
        for other in payers[:MOST_PAYERS]
        if other.debtor != identity.debtor
        for item in named.ledger.of_debtor(other.debtor)
    )


def _by(identity: Identity, payers: tuple[Identity, ...]) -> str:
    alone = len(payers) == 1 or identity.confidence >= SURE_PAYER
    return identity.by if alone else SEVERAL


def _doubtful(proposal: Proposal) -> Proposal:
    return replace(proposal, confidence=min(proposal.confidence, DOUBTFUL))


def _in_currency(items: Iterable[Item], payment: Payment) -> list[Item]:
    currency = payment.currency
    return list(islice((item for item in items if item.currency == currency), _MOST_ITEMS))


def _together(payment: Payment, ledger: Ledger, policy: Policy, payers: tuple[Identity, ...]) -> Iterator[Proposal]:
    """Explain by the items of all whom the payer may stand for: its branches, or several candidates."""
    items = (item for identity in payers for item in ledger.of_debtor(identity.debtor))
    branches = [found for identity in payers if (found := ledger.of_branches(identity.debtor))]
    if not payers or (len(payers) == 1 and not branches):
        return
    unique = {item.id: item for item in _in_currency(chain(items, *branches), payment)}
    group = Sum.of(payment, sorted(unique.values(), key=lambda item: (item.due, item.number, item.id)), ledger, policy)
    by = "branches" if branches else "several"
    for explanation, said in (*_typo(group), *_single(group), *_all_of(group)):
        yield _proposal(group, payers[0], explanation, by, said)


def _on_account(payment: Payment) -> Explanation:
    """Put everything on account: by the payer's own word, or because nothing fits."""
    step = Step.LUMP_SUM if _ON_ACCOUNT.search(normalise(payment.text)) else Step.ON_ACCOUNT
    return Explanation(step, (), "", payment.amount, "round" if payment.amount % _ROUND == 0 else "")


def _explanations(named: Sum) -> Iterator[tuple[Explanation, str]]:
    """Yield explanations, each with what the text says of it."""
    yield from _typo(named)
    yield from _single(named)
    yield from _runs(named)
    yield from _with_notes(named)
    yield from _choice(named)


def _line(named: Sum, count: int) -> str:
    return f"{count} items = {shown(named.payment.amount, named.payment.currency)} {named.payment.currency}"


def _alone(named: Sum, item: Item) -> Sum:
    return Sum.of(named.payment, (item,), named.ledger, named.policy)


def _fitting(named: Sum) -> list[Item]:
    amount = named.payment.amount
    if amount not in named.amounts:
        return []
    return [item for item, left in zip(named.items, named.amounts, strict=True) if left == amount]


def _typo(named: Sum) -> Iterator[tuple[Explanation, str]]:
    """Explain by the only item over this amount whose number stands in the text but for one slip."""
    near = nearly_named(named.payment, _fitting(named)) if named.payment.texts else []
    if len(near) == 1:
        item, said = near[0]
        (explanation,) = explanations(_alone(named, item))
        yield Explanation(Step.TYPO, explanation.allocations, explanation.arithmetic), said


def _single(named: Sum) -> Iterator[tuple[Explanation, str]]:
    """Explain by one item; the oldest due of several equal ones is less sure."""
    fits = _fitting(named)
    if fits:
        (explanation,) = explanations(_alone(named, fits[0]))
        step = Step.EXACT if len(fits) == 1 else Step.EQUAL
        yield Explanation(step, explanation.allocations, explanation.arithmetic, sure=_count(len(fits))), ""
        return
    reduced = _reduced(named)
    for late in (False, True):
        less = [one for item in reduced for one in discount(_alone(named, item), late=late)]
        if len(less) == 1:
            yield less[0], ""
            return


def _reduced(named: Sum) -> list[Item]:
    """Return the items that are the payment less their discount, give or take one minor unit."""
    return [
        item
        for item, left in zip(named.items, named.amounts, strict=True)
        if item.discount and -1 <= left - off_the_rest(item, left) - named.payment.amount <= 1
    ]


def _count(equal: int) -> str:
    return "" if equal == 1 else "two" if equal == 2 else "more"  # noqa: PLR2004 - one, two, more


def _runs(named: Sum) -> Iterator[tuple[Explanation, str]]:
    """Explain by everything that is open, or by the items that are due first, credit notes included."""
    if len(named.items) > 1 and named.gap == 0:
        yield from _all_of(named)
    sums = list(accumulate(named.amounts[:-1]))
    if named.payment.amount not in sums:
        return
    for count, total in enumerate(sums, start=1):
        if count > 1 and total == named.payment.amount:
            allocations = named.in_full(named.items[:count])
            yield Explanation(Step.DUE_RUN, allocations, _line(named, count), sure=_choice_of_run(named, count)), ""


def _choice_of_run(named: Sum, count: int) -> str:
    """Return "equal" where another item would do as well as one of the run."""
    return "" if set(named.amounts[:count]).isdisjoint(named.amounts[count:]) else "equal"


def _all_of(named: Sum) -> Iterator[tuple[Explanation, str]]:
    if len(named.items) > 1 and named.gap == 0:
        yield Explanation(Step.BALANCE, named.in_full(named.items), _line(named, len(named.items))), ""


def _with_notes(named: Sum) -> Iterator[tuple[Explanation, str]]:
    """Explain by one item less open credit notes, if just one item fits so."""
    taken_off = _sums_of_notes(named)
    fits = [
        one
        for item, left in zip(named.items, named.amounts, strict=True)
        if left - named.payment.amount in taken_off
        for one in explanations(_alone(named, item))
        if one.step is Step.CREDIT_NOTES
    ]
    if len(fits) == 1:
        yield fits[0], ""


def _sums_of_notes(named: Sum) -> set[int]:
    """Return what the open credit notes can take off an item, some of them or all; nothing where there are none."""
    off: set[int] = set()
    for note in [-left for left in named.amounts if left < 0][:MOST_CREDIT_NOTES]:
        off |= {note, *(note + total for total in off)}
    return off


def _choice(named: Sum) -> Iterator[tuple[Explanation, str]]:
    amounts = list(named.amounts)
    chosen = unique_subset(amounts, named.payment.amount)
    if chosen is not None and len(chosen) > 1:
        items = [named.items[at] for at in sorted(chosen)]
        sure = surety(amounts, len(items))
        yield Explanation(Step.SUBSET, named.in_full(items), _line(named, len(items)), sure=sure), ""


def _most(named: Sum, explanation: Explanation) -> int:
    """Return the most that an explanation by the payer alone may be trusted.

    Doubtful: a choice of items that is as likely an accident; an item where an equal one of the customer went to a
    payment of this run that only guessed; items of a payment that calls itself an advance.
    """
    items = (named.ledger.items[part.item] for part in explanation.allocations)
    advance = explanation.step in _ASSIGNED and _ON_ACCOUNT.search(normalise(named.payment.text))
    guessed = explanation.step is not Step.TYPO and any(named.ledger.guessed(item) for item in items)
    doubtful = explanation.sure == "weak" or advance or guessed
    return DOUBTFUL if doubtful else CERTAIN


def _proposal(named: Sum, identity: Identity, explanation: Explanation, by: str, said: str = "") -> Proposal:
    grade = f"{by} {explanation.sure}".strip()
    items = [named.ledger.items[allocation.item] for allocation in explanation.allocations]
    numbers = ", ".join(item.number for item in items)
    words = _WORDS[explanation.step].format(items=numbers, count=len(items), said=said)
    return Proposal(
        payment=named.payment.id,
        source=Source.PAYER,
        step=explanation.step,
        confidence=min(_most(named, explanation), of_rule(Source.PAYER, explanation.step, grade, named.policy)),
        reason=f"{identity.why[:1].upper()}{identity.why[1:]}; {words}.",
        arithmetic=explanation.arithmetic,
        allocations=explanation.allocations,
        on_account=explanation.on_account,
        debtor=items[0].debtor if items else identity.debtor,
        grade=grade,
    )
