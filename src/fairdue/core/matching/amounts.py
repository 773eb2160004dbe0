"""How the amount of a payment can be explained by items that it names: one explanation after the other.

The order is exact, discount in time, tax withheld, stated or likely bank charge, credit notes, some of the named
items, late discount, small difference, short; over. Two relaxations are never combined.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from fairdue.core.matching.codes import Treatment
from fairdue.core.matching.deductions import code_in, reason_in, stated_for, withheld
from fairdue.core.matching.model import AdjustmentKind, Allocation, Explanation, Step
from fairdue.core.matching.subset import choices, unique_subset
from fairdue.core.money import minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fairdue.core.matching.deductions import Stated
    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Item, Payment, Policy

MOST_CREDIT_NOTES = 12
GRANTED = {Treatment.DISCOUNT: AdjustmentKind.DISCOUNT, Treatment.FEE: AdjustmentKind.BANK_CHARGE}
"""What a deduction is booked as that a code grants."""
STATED, ROUNDED = "stated", "rounded"
"""The text says how much is not paid and behind which number; a payment is more by no more than a small difference."""
NOTES, LEFT_OUT, TOLD, AT_THE_END, MORE = "notes", "left out", "told", "at the end", "more"
OPEN_TO_DOUBT = frozenset({NOTES, LEFT_OUT, TOLD, AT_THE_END, MORE})
"""Why an explanation may not be what was meant: several choices of credit notes make the gap as well, a named item gets
nothing, the payer gives a reason for a difference that would be written off, states what is not paid at the end of a
list, where it may be meant for any of them, or seems to name more items than the money is put on."""
_CHARGE_SHARE = 10
"""A difference of more than a tenth of the items is no bank's fee, unless the bank states it."""


def shown(amount: int, currency: str) -> str:
    """Return an amount for a sentence: "4,312.10"."""
    digits = minor_digits(currency)
    whole, rest = divmod(abs(amount), 10**digits)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole:,}.{rest:0{digits}d}" if digits else f"{sign}{whole:,}"


def sum_line(count: int, total: int, payment: Payment, *rest: str) -> str:
    """Return the arithmetic in one line: "3 items 4,312.10 - 2 ... = 4,225.86 EUR"."""
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
    amounts: tuple[int, ...]
    """What is left of each item."""
    total: int
    """All named items together."""

    @staticmethod
    def of(payment: Payment, items: Sequence[Item], ledger: Ledger, policy: Policy) -> Sum:
        """Return the items with their total."""
        left = ledger.left
        amounts = tuple([left[item.id] for item in items])
        return Sum(payment, tuple(items), ledger, policy, amounts, sum(amounts))

    def left(self, item: Item) -> int:
        """Return what is left of an item in this run."""
        return self.ledger.left[item.id]

    @property
    def gap(self) -> int:
        """What the payment lacks to the total; negative when it is more."""
        return self.total - self.payment.amount

    def in_full(self, items: tuple[Item, ...] | list[Item]) -> tuple[Allocation, ...]:
        """Return allocations that settle `items`."""
        return tuple([Allocation(item.id, self.left(item)) for item in items])


def explanations(named: Sum) -> Iterator[Explanation]:
    """Yield every explanation of the amount, the best first."""
    if not named.items:
        return
    if named.gap == 0:
        line = sum_line(len(named.items), named.total, named.payment)
        yield Explanation(Step.EXACT, named.in_full(named.items), line)
    elif named.gap > 0:
        yield from _less(named)
    else:
        yield from _some(named)
        yield from _over(named)


def _less(named: Sum) -> Iterator[Explanation]:
    yield from discount(named, late=False)
    yield from _withholding(named)
    yield from _granted(named)
    if _stated(named.payment, named.gap):
        yield from _charge(named, "stated bank charge")
    else:
        yield from _credit_notes(named)
        yield from _likely_charge(named)
    yield from _some(named)
    yield from discount(named, late=True)
    yield from _small_difference(named)
    yield from _short(named)


def _discounted(named: Sum, *, late: bool) -> dict[str, int]:
    """Return the discount of each item that has one on the day of the payment, on what is left of it in this run."""
    grace = timedelta(days=named.policy.discount_grace_days)
    until = grace + timedelta(days=named.policy.late_discount_days) if late else grace
    found = {
        item.id: off_the_rest(item, named.left(item))
        for item in named.items
        if item.discount > 0 and item.discount_until is not None and named.payment.booked <= item.discount_until + until
    }
    return {item: off for item, off in found.items() if 0 < off < named.ledger.left[item]}


def off_the_rest(item: Item, left: int) -> int:
    """Return an item's discount on what is left of it: the share that it is of the residual, half a unit up."""
    return (2 * item.discount * left + item.residual) // (2 * item.residual) if left > 0 else 0


def discount(named: Sum, *, late: bool) -> Iterator[Explanation]:
    """Explain the gap by the discounts of all items that have one, give or take one minor unit an item.

    Where that is not the gap, by the only choice of them that is.
    """
    discounts = _discounted(named, late=late)
    if not discounts or named.gap <= 0 or (late and _discounted(named, late=False) == discounts):
        return
    taken = _taken(discounts, named.gap)
    if taken is None or any(amount <= 0 for amount in taken.values()):
        return
    allocations = tuple(
        Allocation(item.id, named.left(item) - taken[item.id], taken[item.id], AdjustmentKind.DISCOUNT)
        if item.id in taken
        else Allocation(item.id, named.left(item))
        for item in named.items
    )
    minus = f"\u2212 {'late ' if late else ''}discount {shown(named.gap, named.payment.currency)}"
    line = sum_line(len(named.items), named.total, named.payment, minus)
    yield Explanation(Step.LATE_DISCOUNT if late else Step.DISCOUNT, allocations, line)


def _taken(discounts: dict[str, int], gap: int) -> dict[str, int] | None:
    off = sum(discounts.values()) - gap
    if abs(off) <= len(discounts):
        return _spread(discounts, off)
    known = sorted(discounts.items())
    chosen = unique_subset([amount for _, amount in known], gap)
    return None if chosen is None else dict(known[at] for at in chosen)


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


def _with_adjustment(
    named: Sum, step: Step, kind: AdjustmentKind, word: str, sure: str = ""
) -> Iterator[Explanation]:  # fmt: skip
    allocations = _adjusted(named, named.gap, kind)
    if allocations:
        minus = f"\u2212 {word} {shown(named.gap, named.payment.currency)}"
        yield Explanation(step, allocations, sum_line(len(named.items), named.total, named.payment, minus), sure=sure)


def _stated(payment: Payment, gap: int) -> bool:
    """Tell whether the bank states the gap: as its charge, or by an instructed amount in the same currency."""
    instructed = payment.instructed or 0
    return gap == payment.charges or (
        payment.instructed_currency == payment.currency and instructed - payment.amount == gap
    )


def _charge(named: Sum, word: str) -> Iterator[Explanation]:
    return _with_adjustment(named, Step.CHARGE, AdjustmentKind.BANK_CHARGE, word)


def _likely_charge(named: Sum) -> Iterator[Explanation]:
    """Explain by a charge that nobody states, where its size and step are a bank's and the text gives no reason."""
    gap, allowed = named.gap, named.policy.tolerance(named.payment.currency)
    largest = min(allowed.largest_charge, named.total // _CHARGE_SHARE)
    likely = allowed.small_difference < gap <= largest and gap % allowed.charge_step == 0
    if likely and not _is_told(named):
        yield from _charge(named, "likely bank charge")


def _granted(named: Sum) -> Iterator[Explanation]:
    """Explain the gap by a code of the customer under which the creditor grants as much."""
    hit = code_in(named.payment, named.items[0], named.policy)
    if hit is None or not hit[0].grants(named.gap, named.payment.currency):
        return
    kind, why = GRANTED[hit[0].treatment], f"{hit[0].reason}: {hit[1]}"
    for made in _with_adjustment(named, Step.DEDUCTION, kind, f"deduction {hit[1]}"):
        parts = tuple(replace(part, why=why) if part.adjustment else part for part in made.allocations)
        yield replace(made, allocations=parts)


def _is_told(named: Sum) -> bool:
    """Tell whether the payer gives a reason for what he pays less, by a word or by a code of his."""
    return reason_in(named.payment) is not None or code_in(named.payment, named.items[0], named.policy) is not None


def _withholding(named: Sum) -> Iterator[Explanation]:
    if withheld(named.payment, named.total, named.gap):
        yield from _with_adjustment(named, Step.WITHHOLDING, AdjustmentKind.WITHHOLDING_TAX, "tax withheld")


def _credit_notes(named: Sum) -> Iterator[Explanation]:
    """Explain the gap by credit notes of the same debtor that the payment does not name."""
    notes = _unnamed_notes(named)
    chosen = unique_subset([named.left(note) for note in notes], -named.gap)
    if chosen:
        taken = [notes[at] for at in chosen]
        numbers = ", ".join(note.number for note in taken)
        minus = f"\u2212 credit notes {shown(named.gap, named.payment.currency)} ({numbers})"
        line = sum_line(len(named.items), named.total, named.payment, minus)
        yield Explanation(Step.CREDIT_NOTES, named.in_full([*named.items, *taken]), line)


def _unnamed_notes(named: Sum) -> list[Item]:
    """Return open credit notes that the payment does not name, of the one debtor whose items it names."""
    debtors = {item.debtor for item in named.items}
    if len(debtors) > 1:
        return []
    names = {item.id for item in named.items}
    return [
        item
        for item in named.ledger.notes_of(debtors.pop())
        if item.id not in names and item.currency == named.payment.currency
    ][:MOST_CREDIT_NOTES]


def _some(named: Sum) -> Iterator[Explanation]:
    """Explain the amount by some of the named items, if just one choice of them fits."""
    if len(named.items) < 2:  # noqa: PLR2004 - one item has no part
        return
    chosen = unique_subset(list(named.amounts), named.payment.amount)
    if chosen is not None:
        items = [named.items[at] for at in sorted(chosen)]
        line = sum_line(len(items), named.payment.amount, named.payment)
        rest = f"; {len(named.items) - len(items)} more named, not paid"
        yield Explanation(Step.SUBSET, named.in_full(items), line + rest)


def _small_difference(named: Sum) -> Iterator[Explanation]:
    if named.gap <= named.policy.tolerance(named.payment.currency).small_difference:
        sure = TOLD if _is_told(named) else ""
        yield from _with_adjustment(
            named, Step.SMALL_DIFFERENCE, AdjustmentKind.SMALL_DIFFERENCE, "difference", sure
        )  # fmt: skip


def _short(named: Sum) -> Iterator[Explanation]:
    """Pay the named items oldest due first (the order of law where the payer gives none, \u00a7 366 BGB)."""
    stated = stated_for(named.payment, named.items, named.gap)
    if stated is not None and named.gap < named.left(stated.item):
        yield _short_on(named, stated)
        return
    notes = [item for item in named.items if named.left(item) < 0]
    rest = named.payment.amount - sum(named.left(note) for note in notes)
    allocations = list(named.in_full(notes))
    for item in sorted(named.items, key=lambda item: (item.due, item.number, item.id)):
        if named.left(item) > 0 and rest > 0:
            part = min(rest, named.left(item))
            allocations.append(Allocation(item.id, part))
            rest -= part
    gap = shown(named.gap, named.payment.currency)
    line = sum_line(len(named.items), named.total, named.payment, f"\u2212 not paid {gap}")
    yield Explanation(Step.SHORT, tuple(allocations), line, sure=_doubt_of_short(named, len(allocations)))


def _short_on(named: Sum, stated: Stated) -> Explanation:
    """Leave the gap open on the item behind whose number the text states it, and settle the others."""
    settled = [
        Allocation(item.id, named.left(item) - (named.gap if item is stated.item else 0)) for item in named.items
    ]
    minus = f"\u2212 not paid {shown(named.gap, named.payment.currency)} (stated for {stated.item.number})"
    line = sum_line(len(named.items), named.total, named.payment, minus)
    return Explanation(Step.SHORT, tuple(settled), line, sure=AT_THE_END if stated.last else STATED)


def _doubt_of_short(named: Sum, paid: int) -> str:
    """Say what else a short payment may be: the gap is made by credit notes, or an item that is named gets nothing."""
    if paid < len(named.items):
        return LEFT_OUT
    return NOTES if choices([named.left(note) for note in _unnamed_notes(named)], -named.gap) else ""


def _over(named: Sum) -> Iterator[Explanation]:
    if named.total > 0 and len({item.debtor for item in named.items}) == 1:
        more = f"+ on account {shown(-named.gap, named.payment.currency)}"
        line = sum_line(len(named.items), named.total, named.payment, more)
        small = -named.gap <= named.policy.tolerance(named.payment.currency).small_difference
        sure = ROUNDED if small and len(named.items) > 1 else ""
        yield Explanation(Step.OVER, named.in_full(named.items), line, -named.gap, sure)
