"""What in a payment names which items."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from fairdue.core import refs
from fairdue.core.matching.keys import KeyKind
from fairdue.core.matching.model import Evidence, Source
from fairdue.core.matching.text import (
    compact,
    digit_keys,
    digits_in,
    normalise,
    stem,
    tail_key,
    tails_in,
    words_in,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Item, Payment
    from fairdue.core.matching.text import Found

_STRONG_SCHEMES = ("RF", "QRR", "OGM")
STRONG_DIGITS = 6
"""Digits of an invoice number that are taken for it without further support."""
_RANGE = re.compile(r"\s*(?:-|\u2013|BIS|TO|T/M|UNTIL|THRU|AU|A)\s*", re.IGNORECASE)
_LONGEST_RANGE = 200


def by_reference(payment: Payment, ledger: Ledger) -> list[Evidence]:
    """Return the items named by structured references, in a field or in the text."""
    found = [
        Evidence(Source.REFERENCE, item.id, value)
        for value in payment.references
        for form in sorted(refs.keys(value))
        for item in ledger.find(KeyKind.REFERENCE, form)
    ]
    for hit in refs.find(payment.text, _STRONG_SCHEMES):
        for form in sorted(refs.keys(hit.value)):
            found += [
                Evidence(Source.REFERENCE, item.id, payment.text[hit.start : hit.end], hit.start, hit.end)
                for item in ledger.find(KeyKind.REFERENCE, form)
            ]
    return _once(found)


def by_end_to_end(payment: Payment, ledger: Ledger) -> list[Evidence]:
    """Return the items that were collected under the payment's end-to-end id."""
    if not payment.end_to_end_id:
        return []
    said = payment.end_to_end_id
    return [Evidence(Source.END_TO_END, item.id, said) for item in ledger.find(KeyKind.END_TO_END, said)]


def by_documents(payment: Payment, ledger: Ledger) -> list[Evidence]:
    """Return the items of the payer's structured document list."""
    found = []
    for document in payment.documents:
        items = ledger.find(KeyKind.NUMBER, compact(document.number)) or [
            item for form in sorted(digit_keys(document.number)) for item in ledger.find(KeyKind.DIGITS, form)
        ]
        found += [Evidence(Source.DOCUMENTS, item.id, document.number) for item in items]
    return _once(found)


def by_numbers(payment: Payment, ledger: Ledger) -> list[Evidence]:
    """Return the items whose numbers stand in the text, whole (strong) or in part (weak).

    A whole number hides what only its part would name: "GS-2026-0001" is not the invoice 2026-0001.
    """
    text = normalise(payment.text)
    whole = _hits(words_in(text), KeyKind.NUMBER, Source.NUMBERS, payment, ledger)
    digits = _hits(digits_in(text), KeyKind.DIGITS, Source.NUMBERS, payment, ledger)
    tails = _hits(tails_in(text), KeyKind.TAIL, Source.NUMBERS, payment, ledger, strong=False)
    digits = _longest(_outside(digits, whole))
    found = _once([*whole, *digits, *_outside(tails, [*whole, *digits])])
    return _once([*found, *_ranges(payment, found, ledger)])


def by_order(payment: Payment, ledger: Ledger) -> list[Evidence]:
    """Return the items whose order number stands in the text."""
    text = normalise(payment.text)
    return _once(_hits(words_in(text), KeyKind.ORDER, Source.ORDER, payment, ledger))


def _hits(
    places: Iterable[Found],
    kind: KeyKind,
    source: Source,
    payment: Payment,
    ledger: Ledger,
    *,
    strong: bool = True,
) -> list[Evidence]:
    return [
        Evidence(
            source,
            item.id,
            payment.text[place.start : place.end],
            place.start,
            place.end,
            strong=strong and (kind is not KeyKind.DIGITS or len(place.key) >= STRONG_DIGITS),
        )
        for place in places
        for item in ledger.find(kind, place.key)
    ]


def _outside(inner: list[Evidence], outer: list[Evidence]) -> list[Evidence]:
    """Return the evidence that does not stand inside a longer one."""
    spans = {(evidence.start, evidence.end) for evidence in outer}
    return [
        evidence
        for evidence in inner
        if not any(start <= evidence.start and evidence.end <= end for start, end in spans)
    ]


def _longest(found: list[Evidence]) -> list[Evidence]:
    """Return the evidence that is not a part of a longer number in the same place."""
    spans = {(evidence.start, evidence.end) for evidence in found}
    return [
        evidence
        for evidence in found
        if not any(
            start <= evidence.start and evidence.end <= end and end - start > evidence.end - evidence.start
            for start, end in spans
        )
    ]


def _once(found: list[Evidence]) -> list[Evidence]:
    """Return the best evidence of each item, in the order of the text."""
    best: dict[str, Evidence] = {}
    for evidence in found:
        if evidence.item not in best or (evidence.strong and not best[evidence.item].strong):
            best[evidence.item] = evidence
    return sorted(best.values(), key=lambda evidence: (evidence.start, evidence.item))


def _ranges(payment: Payment, found: list[Evidence], ledger: Ledger) -> Iterator[Evidence]:
    """Yield the items between two named numbers that are joined by "to", in any of six languages."""
    for first, last in pairwise(evidence for evidence in found if evidence.start >= 0):
        if first.strong and _RANGE.fullmatch(payment.text, first.end, last.start):
            said = payment.text[first.start : last.end]
            for item in _between(ledger.items[first.item], ledger.items[last.item], ledger):
                yield Evidence(Source.NUMBERS, item.id, said, first.start, last.end, strong=False)


def _between(first: Item, last: Item, ledger: Ledger) -> list[Item]:
    if stem(first.number) != stem(last.number) or first.debtor != last.debtor:
        return []
    low, high = int(tail_key(first.number) or 0), int(tail_key(last.number) or 0)
    if not 0 < high - low <= _LONGEST_RANGE:
        return []
    return [
        item
        for item in ledger.of_debtor(first.debtor)
        if stem(item.number) == stem(first.number) and low < int(tail_key(item.number) or 0) < high
    ]
