"""What in a payment names which items."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from fairdue.core import refs
from fairdue.core.matching.keys import KeyKind, printed_references
from fairdue.core.matching.model import Evidence, Source
from fairdue.core.matching.text import compact, digit_keys, forms_of, numbers_in, stem, tail_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Item, Payment
    from fairdue.core.matching.text import Found

STRONG_DIGITS = 6
"""Digits of an invoice number that are taken for it without further support."""
STRONG_WORD = 5
"""Letters and digits together, of which at least one is a letter."""
_RANGE = re.compile(r"\s*(?:-|\u2013|BIS|TO|T/M|UNTIL|THRU|THROUGH|AU|A|\u00e0|AL|TOT|TIL|DO)\s*", re.IGNORECASE)
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LONGEST_RANGE = 200
"""Most items that one range names."""


def by_reference(payment: Payment, ledger: Ledger) -> list[Evidence]:
    """Return the items named by structured references, in a field or in the text."""
    found = [
        Evidence(Source.REFERENCE, item.id, value)
        for value in payment.references
        for form in sorted(refs.keys(value))
        for item in ledger.find(KeyKind.REFERENCE, form, payment.amount)
    ]
    text = payment.text
    for hit in printed_references(text):
        for form in sorted(refs.keys(hit.value)):
            found += [
                Evidence(Source.REFERENCE, item.id, text[hit.start : hit.end], hit.start, hit.end)
                for item in ledger.find(KeyKind.REFERENCE, form, payment.amount)
            ]
    printed = _hits(numbers_in(text).digits, KeyKind.REFERENCE, Source.REFERENCE, payment, ledger)
    found += [one for one in printed if _is_all_of_it(one, ledger.items[one.item])]
    return _once(found)


def _is_all_of_it(found: Evidence, item: Item) -> bool:
    """Tell whether digits in a text are a whole national reference, not only the number inside one."""
    digits = "".join(filter(str.isdigit, found.said)).lstrip("0")
    return any(digits == reference.lstrip("0") for reference in map(compact, item.references))


def by_end_to_end(payment: Payment, ledger: Ledger) -> list[Evidence]:
    """Return the items that were collected under the payment's end-to-end id."""
    if not payment.end_to_end_id:
        return []
    said = payment.end_to_end_id
    found = ledger.find(KeyKind.END_TO_END, said, payment.amount)
    return [Evidence(Source.END_TO_END, item.id, said) for item in found]


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
    """Return the items whose numbers stand in the text, whole (strong) or in part (weak), without those of ranges.

    A whole number hides what only its part would name: "GS-2026-0001" is not the invoice 2026-0001.
    """
    numbers = numbers_in(payment.text)
    whole = _longest(_hits(numbers.words, KeyKind.NUMBER, Source.NUMBERS, payment, ledger))
    outside = _outside(numbers.digits, whole)
    digits = _longest(_hits(outside, KeyKind.DIGITS, Source.NUMBERS, payment, ledger))
    ends = _outside(numbers.tails, [*whole, *digits])
    tails = _hits(ends, KeyKind.TAIL, Source.NUMBERS, payment, ledger)
    return _once([*whole, *digits, *tails])


def with_ranges(payment: Payment, found: list[Evidence], ledger: Ledger) -> list[Evidence]:
    """Return what was found with the items that are still open between two named numbers."""
    between = list(_ranges(payment, found, ledger)) if len(found) > 1 else []
    return _once([*found, *between]) if between else found


def by_order(payment: Payment, ledger: Ledger) -> list[Evidence]:
    """Return the items whose order number stands in the text."""
    return _once(_longest(_hits(numbers_in(payment.text).words, KeyKind.ORDER, Source.ORDER, payment, ledger)))


def _is_strong(kind: KeyKind, key: str) -> bool:
    """Tell whether a number is long enough to stand for itself."""
    if kind is KeyKind.TAIL:
        return False
    return len(key) >= STRONG_DIGITS or (len(key) >= STRONG_WORD and not key.isdigit())


def _is_spelled(text: str, place: Found, item: Item, kind: KeyKind) -> bool:
    """Tell whether the digits of a number stand there with its zeros, or behind its letters: "0026616", "INV 26616"."""
    if kind is not KeyKind.DIGITS and kind is not KeyKind.TAIL:
        return False
    number, said = forms_of(item.number).whole, compact(text[place.start : place.end])
    digits = number.lstrip(_LETTERS)
    if not digits.isdigit():
        return False
    letters = number[: len(number) - len(digits)]
    before = compact(text[max(0, place.start - len(letters) - 2) : place.start])
    return (said == digits and len(said) >= STRONG_DIGITS) or (len(letters) > 1 and before.endswith(letters))


def _hits(places: Sequence[Found], kind: KeyKind, source: Source, payment: Payment, ledger: Ledger) -> list[Evidence]:
    known = ledger.keys(kind)
    named = [place for place in places if place[0] in known]
    if not named:
        return []
    found, text = [], payment.text
    for place in named:
        for item in ledger.find(kind, place.key, payment.amount):
            said = text[place.start : place.end]
            strong = _is_strong(kind, place.key) or _is_spelled(text, place, item, kind)
            whole = kind is not KeyKind.DIGITS and kind is not KeyKind.TAIL
            found.append(Evidence(source, item.id, said, place.start, place.end, strong, whole))
    return found


def _outside(places: Sequence[Found], hidden_by: list[Evidence]) -> Sequence[Found]:
    """Return the places in a text that do not stand inside what is found already, before items are looked up there."""
    if not hidden_by:
        return places
    spans = {(evidence.start, evidence.end) for evidence in hidden_by}
    return [place for place in places if not any(start <= place.start and place.end <= end for start, end in spans)]


def _longest(found: list[Evidence]) -> list[Evidence]:
    """Return the evidence that is not a part of a longer number in the same place."""
    if len(found) < 2:  # noqa: PLR2004 - one hides nothing
        return found
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
    if len(found) < 2:  # noqa: PLR2004 - one is the best
        return found
    best: dict[str, Evidence] = {}
    for evidence in found:
        if evidence.item not in best or (evidence.strong and not best[evidence.item].strong):
            best[evidence.item] = evidence
    return sorted(best.values(), key=lambda evidence: (evidence.start, evidence.item))


def _ranges(payment: Payment, found: list[Evidence], ledger: Ledger) -> Iterator[Evidence]:
    """Yield the items between two named numbers that are joined by "to", in any of eight languages."""
    for first, last in pairwise(evidence for evidence in found if evidence.start >= 0):
        if first.strong and _RANGE.fullmatch(payment.text, first.end, last.start):
            said = payment.text[first.start : last.end]
            for item in _between(ledger.items[first.item], ledger.items[last.item], ledger):
                yield Evidence(Source.NUMBERS, item.id, said, first.start, last.end, strong=False)


def _between(first: Item, last: Item, ledger: Ledger) -> list[Item]:
    if stem(first.number) != stem(last.number) or first.debtor != last.debtor:
        return []
    low, high = int(tail_key(first.number) or 0), int(tail_key(last.number) or 0)
    if not 0 < low < high:
        return []
    series = stem(first.number)
    return [item for item in ledger.numbered(first.debtor, low, high) if stem(item.number) == series][:_LONGEST_RANGE]
