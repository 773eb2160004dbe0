"""Lists that name only a part of what is paid: cut off by the bank's field, or "all until then"."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING

from fairdue.core.matching.amounts import shown, sum_line
from fairdue.core.matching.model import Explanation, Step
from fairdue.core.matching.subset import surety, unique_subset
from fairdue.core.matching.text import compact

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.matching.amounts import Sum
    from fairdue.core.matching.model import Item


def completions(named: Sum) -> Iterator[Explanation]:
    """Explain what a payment is more than the named items by others of the same customer that are open.

    First by the items that follow the last named one in the order of due dates, then by the oldest of the others, then
    by the only choice that fits.
    """
    debtors = {item.debtor for item in named.items}
    if len(debtors) != 1 or named.gap >= 0:
        return
    names = {item.id for item in named.items}
    others = [
        item
        for item in named.ledger.of_debtor(debtors.pop())
        if item.id not in names and item.currency == named.payment.currency
    ]
    yield from _runs(named, others)
    left = named.ledger.left
    amounts = [left[item.id] for item in others]
    chosen = unique_subset(amounts, -named.gap)
    if chosen is not None:
        yield _explained(named, [others[at] for at in sorted(chosen)], surety(amounts, len(chosen)))


def _runs(named: Sum, others: list[Item]) -> Iterator[Explanation]:
    """Yield the run of those after the last named one, and of the oldest others, that sums to the gap."""
    last, left = max((item.due, item.number) for item in named.items), named.ledger.left
    for pool in ([item for item in others if (item.due, item.number) > last], others):
        for count, total in enumerate(accumulate([left[item.id] for item in pool]), start=1):
            if total == -named.gap and count > 1:
                yield _explained(named, pool[:count], _sure_of_run(named, pool[:count], others))


def _sure_of_run(named: Sum, run: list[Item], others: list[Item]) -> str:
    """Return how sure a run is: the text was cut off inside its first number, or nothing else would do as well."""
    if _is_cut_off(named, run[0]):
        return "run cut"
    chosen = {item.id for item in run}
    amounts = {named.left(item) for item in run}
    others_as_good = any(named.left(item) in amounts for item in others if item.id not in chosen)
    return "run equal" if others_as_good else "run"


def _is_cut_off(named: Sum, following: Item) -> bool:
    """Tell whether the text ends behind a named number and within the one that follows: "RE-4711, RE-4712, RE-47"."""
    text, number = compact(named.payment.text), compact(following.number)
    return any(
        rest and number.startswith(rest) and rest != number
        for item in named.items
        for rest in [text.rpartition(compact(item.number))[2]]
        if compact(item.number) in text
    )


def _explained(named: Sum, more: list[Item], sure: str) -> Explanation:
    plus = f"+ {len(more)} more of the customer {shown(-named.gap, named.payment.currency)}"
    line = sum_line(len(named.items), named.total, named.payment, plus)
    return Explanation(Step.COMPLETED, named.in_full([*named.items, *more]), line, sure=sure)
