"""The open items of a run, found by key or debtor, with what is left of each while payments claim them."""

from __future__ import annotations

from collections import defaultdict
from operator import attrgetter
from typing import TYPE_CHECKING

from fairdue.core.matching.keys import KeyKind, item_keys
from fairdue.core.matching.text import tail_key

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Iterable, Iterator, KeysView, Sequence

    from fairdue.core.matching.model import Allocation, Item


_NOTHING: tuple[Item, ...] = ()
_NONE: dict[str, Item] = {}
_ID = attrgetter("id")
Named = tuple[KeyKind, str, str]
"""A kind of key, its value and the id of an item that has it."""
MOST_SHARED = 200
"""A key that more items share names only those over exactly the amount, so that no search runs over a whole ledger."""


class Ledger:
    """An index over items; `left` falls as proposals claim items, so that no item is given away twice."""

    def __init__(
        self, items: Iterable[Item], named: Iterable[Named] | None = None, whole: Collection[str] | None = None
    ) -> None:
        """Take items; where their keys are known already, `named` are those that the payments of the run ask for.

        The end of a number is looked for among all items of a payer, so it is taken from the items themselves. `whole`
        are the customers of whom everything is there that is open, they and their branches; None is all. Of the others
        the credit notes are there. Who was asked for and is not whole is told in `missing`: then the run must be made
        again with their items.
        """
        self._whole = whole
        self.missing: set[str] = set()
        self.items: dict[str, Item] = {item.id: item for item in sorted(items, key=_ID)}
        self.left: dict[str, int] = {item.id: item.residual for item in self.items.values()}
        self._named = None if named is None else tuple(named)
        self._by_key: dict[KeyKind, defaultdict[str, list[Item]]] = {kind: defaultdict(list) for kind in KeyKind}
        # Dictionaries keep the order of `_place`, and an item that is used up leaves them in one step.
        self._by_debtor: defaultdict[str, dict[str, Item]] = defaultdict(dict)
        self._by_head: defaultdict[str, dict[str, Item]] = defaultdict(dict)
        self._notes: defaultdict[str, dict[str, Item]] = defaultdict(dict)
        self._by_amount: dict[tuple[KeyKind, str], dict[int, list[Item]]] = {}
        self._guessed: set[tuple[str, int]] = set()
        self._loosely: set[str] = set()
        ordered = sorted(self.items.values(), key=_place)
        for item in ordered:
            for one in self._lists(item) if item.residual else ():
                one[item.id] = item
        for kind, value, item in _keyed(ordered) if self._named is None else _asked(ordered, self._named):
            self._by_key[kind][value].append(item)

    def again(self) -> Ledger:
        """Return the same items under the same keys with nothing claimed; what it is asked for is missing here, too."""
        other = Ledger(self.items.values(), self._named, self._whole)
        other.missing = self.missing
        return other

    def _ask(self, debtor: str) -> None:
        """Note that the items of a customer were asked for who is not there as a whole."""
        if self._whole is not None and debtor not in self._whole:
            self.missing.add(debtor)

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

    def of_debtor(self, debtor: str) -> Collection[Item]:
        """Return the items of a debtor that have something left, oldest due first."""
        self._ask(debtor)
        return self._by_debtor.get(debtor, _NONE).values()

    def of_branches(self, head: str) -> Collection[Item]:
        """Return the items of the debtors that belong to `head`, oldest due first."""
        self._ask(head)
        return self._by_head.get(head, _NONE).values()

    def notes_of(self, debtor: str) -> Collection[Item]:
        """Return the credit notes of a debtor that have something left, oldest first."""
        return self._notes.get(debtor, _NONE).values()

    def numbered(self, debtor: str, low: int, high: int) -> list[Item]:
        """Return the items of a debtor with something left whose count lies between two counts, oldest due first.

        The count is the main group of digits of a number (`tail_key`).
        """
        self._ask(debtor)
        own = self._by_debtor.get(debtor, _NONE)
        tails = self._by_key[KeyKind.TAIL]
        if high - low > len(own):
            return [item for item in own.values() if low < int(tail_key(item.number) or 0) < high]
        found = [item for count in range(low + 1, high) for item in tails.get(str(count), ()) if item.id in own]
        return sorted(found, key=_place)

    def keys(self, kind: KeyKind) -> KeysView[str]:
        """Return the keys of a kind that any item has, for many questions."""
        return self._by_key[kind].keys()

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
        """Take an item out of the lists."""
        for one in self._lists(item):
            one.pop(item.id, None)

    def _lists(self, item: Item) -> Iterator[dict[str, Item]]:
        """Yield the lists that an item with something left stands in."""
        yield self._by_debtor[item.debtor]
        if item.head:
            yield self._by_head[item.head]
        if item.residual < 0:
            yield self._notes[item.debtor]


def _place(item: Item) -> tuple[dt.date, str, str]:
    return item.due, item.number, item.id


def _keyed(items: Iterable[Item]) -> Iterator[tuple[KeyKind, str, Item]]:
    """Yield every key of items with its item."""
    for item in items:
        for key in item_keys(item):
            yield key.kind, key.value, item


def _asked(items: Sequence[Item], named: Iterable[Named]) -> Iterator[tuple[KeyKind, str, Item]]:
    """Yield the ends of the numbers of items, and the keys that are named, in the order of the items."""
    by_item: defaultdict[str, list[tuple[KeyKind, str]]] = defaultdict(list)
    for kind, value, one in named:
        if kind is not KeyKind.TAIL:
            by_item[one].append((kind, value))
    for item in items:
        if tail := tail_key(item.number):
            yield KeyKind.TAIL, tail, item
        for kind, value in by_item.get(item.id, ()):
            yield kind, value, item
