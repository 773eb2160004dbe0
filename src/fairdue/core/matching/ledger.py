"""The open items of a run, found by key or debtor, with what is left of each while payments claim them."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from fairdue.core.matching.keys import KeyKind, item_keys

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairdue.core.matching.model import Allocation, Item


_NOTHING: tuple[Item, ...] = ()


class Ledger:
    """An index over items; `left` falls as proposals claim items, so that no item is given away twice."""

    def __init__(self, items: Iterable[Item]) -> None:
        self.items: dict[str, Item] = {item.id: item for item in sorted(items, key=lambda item: item.id)}
        self.left: dict[str, int] = {item.id: item.residual for item in self.items.values()}
        self._by_key: dict[KeyKind, defaultdict[str, list[Item]]] = {kind: defaultdict(list) for kind in KeyKind}
        self._by_debtor: defaultdict[str, list[Item]] = defaultdict(list)
        self._by_head: defaultdict[str, list[Item]] = defaultdict(list)
        for item in sorted(self.items.values(), key=lambda item: (item.due, item.number, item.id)):
            self._by_debtor[item.debtor].append(item)
            if item.head:
                self._by_head[item.head].append(item)
            for key in item_keys(item):
                self._by_key[key.kind][key.value].append(item)

    def find(self, kind: KeyKind, value: str) -> Sequence[Item]:
        """Return the items with a key, paid ones included."""
        return self._by_key[kind].get(value, _NOTHING)

    def of_debtor(self, debtor: str) -> list[Item]:
        """Return the items of a debtor that have something left, oldest due first."""
        left = self.left
        return [item for item in self._by_debtor.get(debtor, ()) if left[item.id]]

    def of_branches(self, head: str) -> list[Item]:
        """Return the items of the debtors that belong to `head`, oldest due first."""
        left = self.left
        return [item for item in self._by_head.get(head, ()) if left[item.id]]

    def claim(self, allocations: Iterable[Allocation]) -> None:
        """Take what `allocations` reduce from what is left."""
        for allocation in allocations:
            self.left[allocation.item] -= allocation.reduces
