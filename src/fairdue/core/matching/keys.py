"""The keys under which items are found, and the keys that a payment asks for.

The same two functions serve the index in memory and the key table in the database, so that narrowing by
SQL and the rules can never disagree.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from fairdue.core import refs
from fairdue.core.matching.text import compact, digit_keys, digits_in, normalise, tail_key, tails_in, words_in

if TYPE_CHECKING:
    from fairdue.core.matching.model import Item, Payment

_STRONG_SCHEMES = ("RF", "QRR", "OGM")


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


def payment_keys(payment: Payment) -> frozenset[Key]:
    """Return every key that `payment` asks for; tails are only asked for with the exact amount."""
    text = normalise(payment.text)
    keys = {Key(KeyKind.REFERENCE, form) for value in payment.references for form in refs.keys(value)}
    keys |= {
        Key(KeyKind.REFERENCE, form)
        for found in refs.find(payment.text, _STRONG_SCHEMES)
        for form in refs.keys(found.value)
    }
    for word in words_in(text):
        keys |= {Key(KeyKind.NUMBER, word.key), Key(KeyKind.ORDER, word.key)}
    keys |= {Key(KeyKind.DIGITS, found.key) for found in digits_in(text)}
    keys |= {Key(KeyKind.TAIL, found.key) for found in tails_in(text)}
    for document in payment.documents:
        keys.add(Key(KeyKind.NUMBER, compact(document.number)))
        keys |= {Key(KeyKind.DIGITS, form) for form in digit_keys(document.number)}
    keys.add(Key(KeyKind.END_TO_END, payment.end_to_end_id))
    return frozenset(key for key in keys if key.value)
