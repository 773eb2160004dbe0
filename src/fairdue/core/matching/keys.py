"""The keys under which items are found, and the keys that a payment asks for.

The same two functions serve the index in memory and the key table in the database, so that narrowing by
SQL and the rules can never disagree.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from fairdue.core import refs
from fairdue.core.matching.text import compact, digit_keys, forms_of, numbers_in

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.matching.model import Item, Payment
    from fairdue.core.refs import FoundReference

_WITH_LETTERS, _OF_DIGITS = ("RF",), ("QRR", "OGM")
"""The schemes whose check digits are strong."""
_MANY_DIGITS = re.compile(r"(?:[0-9][ /.\-]{0,2}){11}[0-9]")
"""A printed Swiss or Belgian reference has at least twelve digits, with no more than that between two of them."""


_FEWEST_PRINTED = 12


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
    number = forms_of(item.number)
    keys |= {Key(KeyKind.DIGITS, form) for form in number.digits}
    keys |= {Key(KeyKind.NUMBER, number.whole), Key(KeyKind.TAIL, number.tail)}
    keys |= {Key(KeyKind.ORDER, compact(item.order_number)), Key(KeyKind.END_TO_END, item.end_to_end_id)}
    return frozenset(key for key in keys if key.value)


def printed_references(text: str) -> Iterator[FoundReference]:
    """Yield the references with strong check digits in a text; most texts have neither the letters nor the digits."""
    upper = text.upper()
    if "RF" in upper or "R F" in upper:
        yield from refs.find(text, _WITH_LETTERS)
    if numbers_in(text).figures >= _FEWEST_PRINTED and _MANY_DIGITS.search(text):
        yield from refs.find(text, _OF_DIGITS)


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
