"""The keys under which items are found, and the keys that a payment asks for.

The same two functions serve the index in memory and the key table in the database, so that narrowing by
SQL and the rules can never disagree.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from fairdue.core import refs
from fairdue.core.matching.text import compact, digit_keys, numbers_in, tail_key

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.matching.model import Item, Payment
    from fairdue.core.refs import FoundReference

_STRONG_SCHEMES = ("RF", "QRR", "OGM")
_FEWEST_DIGITS = 12
"""A printed Swiss or Belgian reference has at least this many digits."""
_DIGIT = re.compile("[0-9]")


class KeyKind(StrEnum):
    """What a key is made of."""

    REFERENCE = "reference"
    NUMBER = "number"
    DIGITS = "digits"
    TAIL = "tail"
    ORDER = "order"
    END_TO_END = "end_to_end"


class Key(NamedTuple):
    """A kind and a normalised value."""

    kind: KeyKind
    value: str


def item_keys(item: Item) -> frozenset[Key]:
    """Return every key under which a payment may name `item`."""
    keys = {Key(KeyKind.REFERENCE, form) for reference in item.references for form in refs.keys(reference)}
    keys |= {Key(KeyKind.DIGITS, form) for form in digit_keys(item.number)}
    keys |= {Key(KeyKind.NUMBER, compact(item.number)), Key(KeyKind.TAIL, tail_key(item.number))}
    keys |= {Key(KeyKind.ORDER, compact(item.order_number)), Key(KeyKind.END_TO_END, item.end_to_end_id)}
    return frozenset(key for key in keys if key.value)


def printed_references(text: str) -> Iterator[FoundReference]:
    """Yield the references with strong check digits in a text; most texts have too few digits for any."""
    upper = text.upper()
    if "RF" in upper or "R F" in upper or len(_DIGIT.findall(text)) >= _FEWEST_DIGITS:
        yield from refs.find(text, _STRONG_SCHEMES)


def payment_keys(payment: Payment) -> frozenset[Key]:
    """Return every key that `payment` asks for; tails are only asked for with the exact amount."""
    numbers = numbers_in(payment.text)
    keys = {Key(KeyKind.REFERENCE, form) for value in payment.references for form in refs.keys(value)}
    keys |= {
        Key(KeyKind.REFERENCE, form) for found in printed_references(payment.text) for form in refs.keys(found.value)
    }
    for word in numbers.words:
        keys |= {Key(KeyKind.NUMBER, word.key), Key(KeyKind.ORDER, word.key)}
    for found in numbers.digits:
        keys |= {Key(KeyKind.DIGITS, found.key), Key(KeyKind.REFERENCE, found.key)}
    keys |= {Key(KeyKind.TAIL, found.key) for found in numbers.tails}
    for document in payment.documents:
        keys.add(Key(KeyKind.NUMBER, compact(document.number)))
        keys |= {Key(KeyKind.DIGITS, form) for form in digit_keys(document.number)}
    keys.add(Key(KeyKind.END_TO_END, payment.end_to_end_id))
    return frozenset(key for key in keys if key.value)
