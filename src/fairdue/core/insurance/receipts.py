"""Receipts of one debtor put against its items: the oldest due first, or as the payer named.

Net and gross walk together, so that a receipt that is known by its gross alone reduces the net of an item
in the same proportion and a fully paid item has nothing left in either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.insurance.policy import Policy, ReceiptOrder
from fairdue.core.money import proportion

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from fairdue.core.insurance.cover import InsuredItem
    from fairdue.core.insurance.limits import Limits


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in: gross always, net where known, the item that the payer named."""

    on: date
    gross: int
    net: int | None = None
    item: str | None = None
    in_advance: bool = False
    """Cash in advance for a new delivery."""


@dataclass(slots=True)
class Open:
    """What is left of one item while receipts are put against it."""

    item: InsuredItem
    net: int
    gross: int
    paid_on: date | None = None

    def take(self, left: int, on: date, *, by_net: bool) -> int:
        """Reduce the item by at most `left` (net or gross) and return how much of it was used."""
        have, other = (self.net, self.gross) if by_net else (self.gross, self.net)
        used = min(left, have)
        if used == 0:
            return 0
        along = proportion(other, used, have)
        self.net, self.gross = (
            (self.net - used, self.gross - along) if by_net else (self.net - along, self.gross - used)
        )
        if self.net == 0:
            self.paid_on = on
        return used


@dataclass(frozen=True, slots=True)
class Receipted:
    """The items after all receipts, in the order given, and what no item could take."""

    opens: tuple[Open, ...]
    set_aside: tuple[tuple[Receipt, int], ...]
    """Receipts, and how much of each, that reduce no old debt: cash in advance, money beyond all items."""


def apply_receipts(
    policy: Policy,
    items: Sequence[InsuredItem],
    receipts: Sequence[Receipt],
    limits: Limits,
    usable: frozenset[str],
) -> Receipted:
    """Put every receipt against the items in `usable`, in the order the policy asks for.

    One pass over the receipts by date with a pointer into the items by due date.
    """
    opens = {item.id: Open(item, item.net, item.net + item.vat) for item in items}
    queue = sorted((opens[item.id] for item in items if item.id in usable), key=_oldest)
    aside: list[tuple[Receipt, int]] = []
    start = 0
    for receipt in sorted(receipts, key=lambda receipt: receipt.on):
        if _spares_old_debt(policy, receipt, opens, limits):
            _pay_named(receipt, opens)
            aside.append((receipt, receipt.gross))
            continue
        by_net = receipt.net is not None and not policy.vat_insured
        left = receipt.net if by_net and receipt.net is not None else receipt.gross
        if policy.receipt_order is ReceiptOrder.DESIGNATED and receipt.item in usable:
            left -= opens[receipt.item].take(left, receipt.on, by_net=by_net)
        for place in range(start, len(queue)):
            if left == 0:
                break
            left -= queue[place].take(left, receipt.on, by_net=by_net)
        while start < len(queue) and queue[start].net == 0:
            start += 1
        if left:
            aside.append((receipt, left))
    return Receipted(tuple(opens[item.id] for item in items), tuple(aside))


def _oldest(row: Open) -> tuple[date, date, str]:
    return row.item.due, row.item.invoiced, row.item.id


def _spares_old_debt(policy: Policy, receipt: Receipt, opens: dict[str, Open], limits: Limits) -> bool:
    """Whether the receipt is cash in advance after a withdrawal, which the policy leaves to its delivery."""
    named = opens.get(receipt.item) if receipt.item is not None else None
    advance = receipt.in_advance or (named is not None and receipt.on <= named.item.delivered)
    return advance and not policy.credit_advance_receipts and limits.withdrawn_on(receipt.on)


def _pay_named(receipt: Receipt, opens: dict[str, Open]) -> None:
    """Let cash in advance pay the delivery that it was meant for."""
    named = opens.get(receipt.item) if receipt.item is not None else None
    if named is not None:
        named.take(receipt.gross, receipt.on, by_net=False)
