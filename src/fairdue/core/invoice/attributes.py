"""Read several attributes of a value at once: an invoice has hundreds, and a bulk run thousands of invoices."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def values_of(names: Sequence[str]) -> Callable[[Any], tuple[Any, ...]]:
    """Return what reads the attributes `names` of a value as a tuple, however many they are."""
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple([getattr(value, name) for name in names])
