"""How the amount of a payment can be explained by items that it names: one explanation after the other.

The order is exact, discount in time, stated or likely bank charge, credit notes, some of the named items,
late discount, small difference, short, over. Two relaxations are never combined.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from fairdue.core.matching.deductions import reason_in
from fairdue.core.matching.model import AdjustmentKind, Allocation, Step
from fairdue.core.matching.subset import unique_subset
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Item, Payment, Policy

_MOST_CREDIT_NOTES = 12
_CHARGE_SHARE = 10
"""A difference of more than a tenth of the items is no bank's fee, unless the bank states it."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One way in which items make up a payment."""

    step: Step
    allocations: tuple[Allocation, ...]
    arithmetic: str
    on_account: int = 0


def shown(amount: int, currency: str) -> str:
    """Return an amount for a sentence: "4,312.10"."""
    return f"{decimal_of(amount, currency):,f}"


def _sum_line(count: int, total: int, payment: Payment, *rest: str) -> str:
    items = "1 item" if count == 1 else f"{count} items"
    said = " ".join((f"{items} {shown(total, payment.currency)}", *rest))
    return f"{said} = {shown(payment.amount, payment.currency)} {payment.currency}"


@dataclass(frozen=True, slots=True)
class Sum:
    """Named items with something left, in the payment's currency, and the payment that names them."""

    payment: Payment
    items: tuple[Item, ...]
    ledger: Ledger
    policy: Policy

    def left(self, item: Item) -> int:
        """Return what is left of an item in this run."""
        return self.ledger.left[item.id]

    @property
    def total(self) -> int:
        """All named items together."""
        return sum(self.left(item) for item in self.items)

    def in_full(self, items: tuple[Item, ...] | list[Item]) -> tuple[Allocation, ...]:
        """Return allocations that settle `items`."""
        return tuple(Allocation(item.id, self.left(item)) for item in items)


def explanations(named: Sum) -> Iterator[Explanation]:
    """Yield every explanation of the amount, the best first."""
    if not named.items:
        return
    yield from _exact(named)
    yield from _discount(named, late=False)
    yield from _charge(named)
    yield from _credit_notes(named)
    yield from _some(named)
    yield from _discount(named, late=True)
    yield from _small_difference(named)
    yield from _short(named)
    yield from _over(named)


def _exact(named: Sum) -> Iterator[Explanation]:
    if named.total == named.payment.amount:
        line = _sum_line(len(named.items), named.total, named.payment)
        yield Explanation(Step.EXACT, named.in_full(named.items), line)


def _discounted(named: Sum, *, late: bool) -> dict[str, int]:
    """Return the discount of each item that has one on the day of the payment."""
    grace = timedelta(days=named.policy.discount_grace_days)
    until = grace + timedelta(days=named.policy.late_discount_days) if late else grace
    return {
        item.id: item.discount
        for item in named.items
        if item.discount > 0
        and item.discount_until is not None
        and named.payment.booked <= item.discount_until + until
        and item.discount < named.left(item)
    }


def _discount(named: Sum, *, late: bool) -> Iterator[Explanation]:
    """Explain the gap by the discounts of all items that have one, give or take one minor unit an item."""
    discounts = _discounted(named, late=late)
    gap = named.total - named.payment.amount
    off = sum(discounts.values()) - gap
    if not discounts or gap <= 0 or abs(off) > len(discounts):
        return
    if late and _discounted(named, late=False) == discounts:
        return
    taken = _spread(discounts, off)
    if any(amount <= 0 for amount in taken.values()):
        return
    kinds = AdjustmentKind.DISCOUNT
    allocations = tuple(
        Allocation(item.id, named.left(item) - taken[item.id], taken[item.id], kinds)
        if item.id in taken
        else Allocation(item.id, named.left(item))
        for item in named.items
    )
    minus = f"\u2212 {'late ' if late else ''}discount {shown(gap, named.payment.currency)}"
    line = _sum_line(len(named.items), named.total, named.payment, minus)
    yield Explanation(Step.LATE_DISCOUNT if late else Step.DISCOUNT, allocations, line)


def _spread(discounts: dict[str, int], off: int) -> dict[str, int]:
    """Take a rounding difference of one minor unit from each of the first items."""
    step = 1 if off > 0 else -1
    return {
        item: amount - (step if at < abs(off) else 0) for at, (item, amount) in enumerate(sorted(discounts.items()))
    }


def _adjusted(named: Sum, gap: int, kind: AdjustmentKind) -> tuple[Allocation, ...] | None:
    """Settle all items, the gap as an adjustment of the largest; None where it would eat the item."""
    largest = max(named.items, key=lambda item: (named.left(item), item.id))
    if gap >= named.left(largest):
        return None
    return tuple(
        Allocation(item.id, named.left(item) - gap, gap, kind)
        if item is largest
        else Allocation(item.id, named.left(item))
        for item in named.items
    )


def _charge(named: Sum) -> Iterator[Explanation]:
    gap, policy = named.total - named.payment.amount, named.policy
    stated = 0 < gap == named.payment.charges
    largest = min(policy.largest_charge, named.total // _CHARGE_SHARE)
    likely = (
        policy.small_difference < gap <= largest and gap % policy.charge_step == 0 and reason_in(named.payment) is None
    )
    allocations = _adjusted(named, gap, AdjustmentKind.BANK_CHARGE) if stated or likely else None
    if allocations:
        word = "stated bank charge" if stated else "likely bank charge"
        minus = f"\u2212 {word} {shown(gap, named.payment.currency)}"
        yield Explanation(Step.CHARGE, allocations, _sum_line(len(named.items), named.total, named.payment, minus))


def _credit_notes(named: Sum) -> Iterator[Explanation]:
    """Explain the gap by credit notes of the same debtor that the payment does not name."""
    gap = named.payment.amount - named.total
    debtors = {item.debtor for item in named.items}
    if gap >= 0 or len(debtors) > 1:
        return
    names = {item.id for item in named.items}
    notes = [
        item
        for item in named.ledger.of_debtor(debtors.pop())
        if named.left(item) < 0 and item.id not in names and item.currency == named.payment.currency
    ][:_MOST_CREDIT_NOTES]
    chosen = unique_subset([named.left(note) for note in notes], gap)
    if chosen:
        taken = [notes[at] for at in chosen]
        numbers = ", ".join(note.number for note in taken)
        minus = f"\u2212 credit notes {shown(-gap, named.payment.currency)} ({numbers})"
        line = _sum_line(len(named.items), named.total, named.payment, minus)
        yield Explanation(Step.CREDIT_NOTES, named.in_full([*named.items, *taken]), line)


def _some(named: Sum) -> Iterator[Explanation]:
    """Explain the amount by some of the named items, if just one choice of them fits."""
    if len(named.items) < 2:  # noqa: PLR2004 - one item has no part
        return
    chosen = unique_subset([named.left(item) for item in named.items], named.payment.amount)
    if chosen is not None and len(chosen) < len(named.items):
        items = [named.items[at] for at in sorted(chosen)]
        line = _sum_line(len(items), named.payment.amount, named.payment)
        rest = f"; {len(named.items) - len(items)} more named, not paid"
        yield Explanation(Step.SUBSET, named.in_full(items), line + rest)


def _small_difference(named: Sum) -> Iterator[Explanation]:
    gap = named.total - named.payment.amount
    if 0 < gap <= named.policy.small_difference:
        allocations = _adjusted(named, gap, AdjustmentKind.SMALL_DIFFERENCE)
        if allocations:
            minus = f"\u2212 difference {shown(gap, named.payment.currency)}"
            line = _sum_line(len(named.items), named.total, named.payment, minus)
            yield Explanation(Step.SMALL_DIFFERENCE, allocations, line)


def _short(named: Sum) -> Iterator[Explanation]:
    """Pay the named items oldest due first (the order of law where the payer gives none, \u00a7 366 BGB)."""
    if not 0 < named.payment.amount < named.total:
        return
    notes = [item for item in named.items if named.left(item) < 0]
    rest = named.payment.amount - sum(named.left(note) for note in notes)
    allocations = list(named.in_full(notes))
    for item in sorted(named.items, key=lambda item: (item.due, item.number, item.id)):
        if named.left(item) > 0 and rest > 0:
            part = min(rest, named.left(item))
            allocations.append(Allocation(item.id, part))
            rest -= part
    gap = shown(named.total - named.payment.amount, named.payment.currency)
    line = _sum_line(len(named.items), named.total, named.payment, f"\u2212 not paid {gap}")
    yield Explanation(Step.SHORT, tuple(allocations), line)


def _over(named: Sum) -> Iterator[Explanation]:
    more = named.payment.amount - named.total
    if more > 0 and named.total > 0 and len({item.debtor for item in named.items}) == 1:
        line = _sum_line(
            len(named.items),
            named.total,
            named.payment,
            f"+ on account {shown(more, named.payment.currency)}",
        )
        yield Explanation(Step.OVER, named.in_full(named.items), line, more)
