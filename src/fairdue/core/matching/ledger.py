"""The open items of a run, found by key or debtor, with what is left of each while payments claim them."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from typing import TYPE_CHECKING

from fairdue.core.matching.keys import KeyKind, item_keys

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Container, Iterable, Sequence

    from fairdue.core.matching.model import Allocation, Item


_NOTHING: tuple[Item, ...] = ()
MOST_SHARED = 200
"""A key that more items share names only those over exactly the amount, so that no search runs over a whole ledger."""


class Ledger:
    """An index over items; `left` falls as proposals claim items, so that no item is given away twice."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items: dict[str, Item] = {item.id: item for item in sorted(items, key=lambda item: item.id)}
        self.left: dict[str, int] = {item.id: item.residual for item in self.items.values()}
        self._by_key: dict[KeyKind, defaultdict[str, list[Item]]] = {kind: defaultdict(list) for kind in KeyKind}
        self._by_debtor: defaultdict[str, list[Item]] = defaultdict(list)
        self._by_head: defaultdict[str, list[Item]] = defaultdict(list)
        self._by_amount: dict[tuple[KeyKind, str], dict[int, list[Item]]] = {}
        self._guessed: set[tuple[str, int]] = set()
        self._loosely: set[str] = set()
        for item in sorted(self.items.values(), key=_place):
            if item.residual:
                self._by_debtor[item.debtor].append(item)
                if item.head:
                    self._by_head[item.head].append(item)
            for key in item_keys(item):
                self._by_key[key.kind][key.value].append(item)

    def find(self, kind: KeyKind, value: str, amount: int = 0) -> Sequence[Item]:
        """Return the items with a key, paid ones included; of a key that too many share those over `amount`."""
        found = self._by_key[kind].get(value, _NOTHING)
        return found if len(found) <= MOST_SHARED else self._over(kind, value, amount)

    def _over(self, kind: KeyKind, value: str, amount: int) -> Sequence[Item]:
        """Return the items with a key over one amount, the first of them where these are too many as well."""
        if (kind, value) not in self._by_amount:
            amounts = self._by_amount[kind, value] = {}
            for item in self._by_key[kind][value]:
                amounts.setdefault(item.residual, []).append(item)
        return self._by_amount[kind, value].get(amount, _NOTHING)[:MOST_SHARED]

    def of_debtor(self, debtor: str) -> Sequence[Item]:
        """Return the items of a debtor that have something left, oldest due first."""
        return self._by_debtor.get(debtor, _NOTHING)

    def of_branches(self, head: str) -> Sequence[Item]:
        """Return the items of the debtors that belong to `head`, oldest due first."""
        return self._by_head.get(head, _NOTHING)

    def keys(self, kind: KeyKind) -> Container[str]:
        """Return the keys of a kind that any item has, for many questions."""
        return self._by_key[kind]

    def claim(self, allocations: Iterable[Allocation], *, guess: bool = False, named: bool = True) -> None:
        """Take what `allocations` reduce from what is left.

        A `guess` may have meant an equal item of the customer; so may what took items that the payment has not `named`.
        """
        for allocation in allocations:
            item = self.items[allocation.item]
            if guess:
                self._guessed.add((item.debtor, self.left[item.id]))
            if guess or not named:
                self._loosely.add(item.id)
            self.left[allocation.item] -= allocation.reduces
            if not self.left[allocation.item]:
                self._used_up(self.items[allocation.item])

    def guessed(self, item: Item) -> bool:
        """Tell whether a guess took an item of the same customer over what is left of this one."""
        return (item.debtor, self.left[item.id]) in self._guessed

    def loosely_taken(self, item: Item) -> bool:
        """Tell whether a payment of this run that guessed, or did not name the item, took all of it."""
        return item.id in self._loosely and not self.left[item.id]

    def _used_up(self, item: Item) -> None:
        """Take an item out of the lists, which are in the order of `_place`."""
        for one in (self._by_debtor[item.debtor], self._by_head[item.head] if item.head else None):
            if one:
                at = bisect_left(one, _place(item), key=_place)
                if at < len(one) and one[at] is item:
                    del one[at]


def _place(item: Item) -> tuple[dt.date, str, str]:
    return item.due, item.number, item.id
