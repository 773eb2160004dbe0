"""A second look at the text, where the numbers that are found do not make the amount.

Among the items of the customers who may have paid, a number may stand there with letters for digits that look alike
("202G/4B11"), by its end alone ("90018288, 18619"), or, beside other numbers, with one slip. Each counts only where
just one item is meant, and only where the amount comes out to the minor unit: a sum that comes out by accident is rarer
than such a slip.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property, lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from fairdue.core.matching.model import Evidence, Source
from fairdue.core.matching.near import one_slip
from fairdue.core.matching.text import FEWEST_DIGITS, compact, forms_of, normalise, numbers_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from fairdue.core.matching.model import Item, Payment
    from fairdue.core.matching.text import Found

_LOOKS_LIKE = str.maketrans("OQDILSBZG", "000115826")
"""Letters that a machine reads for a digit, and a person for one."""
_KEPT = 16_384
"""Numbers whose forms are kept, because the items of a customer are compared with each of his payments."""
MOST_COMPARED = 400
"""Items of the customers in question that are compared with the text."""


def looked_again(payment: Payment, items: Iterable[Item], found: Iterable[Evidence]) -> list[Evidence]:
    """Return further items that the text names in one of these ways, in its order; `found` are left out."""
    look = _Look(payment.text, items, list(found))
    if look.known:
        look.over(look.known.whole)
        look.over(look.known.by_end)
        if look.named:
            look.over(look.known.by_slip)
    return sorted(look.more, key=lambda one: one.start)


class _Look:
    """What is found on the way: the places of the text that are free, and the items."""

    def __init__(self, text: str, items: Iterable[Item], known: list[Evidence]) -> None:
        self._text, self.more = text, list[Evidence]()
        self.named = {one.item for one in known}
        taken = [(one.start, one.end) for one in known if one.start >= 0]
        self._places = [place for place in _places(text) if _is_free(place, taken)] if _has_more(text, taken) else []
        self._taken: list[tuple[int, int]] = []
        others = (item for item in items if item.id not in self.named)
        self.known = _Known(islice(others, MOST_COMPARED)) if self._places else None

    def over(self, way: Callable[[str], Sequence[str]]) -> None:
        """Take every place that is free and means just one item in this way."""
        for place in self._places:
            hits = way(place.key)
            if len(hits) == 1 and hits[0] not in self.named and _is_free(place, self._taken):
                said = self._text[place.start : place.end]
                self.more.append(
                    Evidence(Source.NUMBERS, hits[0], said, place.start, place.end, strong=False, whole=False)
                )
                self.named.add(hits[0])
                self._taken.append((place.start, place.end))


class _Known:
    """The items that a text is compared with, by what their numbers look like."""

    def __init__(self, items: Iterable[Item]) -> None:
        self._whole: defaultdict[str, list[str]] = defaultdict(list)
        self._ends: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)
        self._digits: list[tuple[frozenset[str], str]] = []
        for item in items:
            one = item.id
            number, tail, digits = _forms(item.number)
            self._whole[number].append(one)
            for form in digits:
                if form != number:
                    self._whole[form].append(one)
            self._ends[tail[-FEWEST_DIGITS:]].append((tail, one))
            self._digits.append((digits, one))

    @cached_property
    def _sizes(self) -> dict[int, list[tuple[str, str]]]:
        """Return the digits that are long enough to be known in spite of a slip, by their length, with their item."""
        sizes: defaultdict[int, list[tuple[str, str]]] = defaultdict(list)
        for digits, item in self._digits:
            for one in digits:
                if len(one) >= FEWEST_DIGITS:
                    sizes[len(one)].append((one, item))
        return sizes

    def whole(self, key: str) -> Sequence[str]:
        """Return the items whose number is `key`, or all of its digits."""
        return self._whole.get(key, ())

    def by_end(self, key: str) -> Sequence[str]:
        """Return the items of whose count `key` is the end."""
        near = self._ends.get(key[-FEWEST_DIGITS:], ())
        return [item for tail, item in near if len(key) < len(tail) and tail.endswith(key)]

    def by_slip(self, key: str) -> Sequence[str]:
        """Return the items whose digits `key` is but for one slip, each once."""
        near = chain.from_iterable(self._sizes.get(size, ()) for size in range(len(key) - 1, len(key) + 2))
        return list({item: None for digits, item in near if one_slip(key, digits)})


def _is_free(place: Found, taken: list[tuple[int, int]]) -> bool:
    return all(end <= place.start or place.end <= start for start, end in taken)


def _has_more(text: str, taken: list[tuple[int, int]]) -> bool:
    """Tell whether enough digits stand in a text beside those of the places that are taken, before more is done."""
    free = sum(map(str.isdigit, text)) - sum(map(str.isdigit, "".join(text[start:end] for start, end in taken)))
    return 2 * free >= FEWEST_DIGITS


def _places(text: str) -> Iterator[Found]:
    """Yield the possible numbers of a text as they look, the longest first; most of each is digits."""
    seen = numbers_in(normalise(text).translate(_LOOKS_LIKE))
    places = {*seen.words, *seen.digits, *seen.tails}
    for one in sorted(places, key=lambda one: (one.start - one.end, one.start, one.key)):
        said = compact(text[one.start : one.end])
        if len(one.key) >= FEWEST_DIGITS and 2 * sum(map(str.isdigit, said)) >= len(said):
            yield one


class _Forms(NamedTuple):
    """The forms under which a text may name an item."""

    looks: str
    tail: str
    digits: frozenset[str]


@lru_cache(maxsize=_KEPT)
def _forms(number: str) -> _Forms:
    plain = forms_of(number)
    return _Forms(plain.whole.translate(_LOOKS_LIKE), plain.tail, plain.digits | {plain.tail})
