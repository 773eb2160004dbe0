"""Which bank line a remittance advice belongs to (docs/rules/remittances.md): only what is unique on both sides.

Amounts are whole minor units.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

BEFORE, AFTER = timedelta(days=5), timedelta(days=10)
"""How long before and after the stated day of payment the bank may book it."""
AROUND = timedelta(days=30)
"""How long around the import an advice without a day may find its payment."""
SHORTEST_REFERENCE = 4


class By(StrEnum):
    """What ties an advice to a line."""

    REFERENCE = "reference"
    PAYER = "payer"


@dataclass(frozen=True, slots=True)
class Told:
    """An advice that waits for its payment."""

    id: str
    amount: int | None
    """The stated total, else the sum of the lines; None where neither is said."""
    currency: str
    """Empty where the file names none."""
    reference: str
    paid_on: date | None
    imported_on: date
    names: frozenset[str]
    """Names of the payer and of the customers whose documents it names, as they are compared."""
    accounts: frozenset[str]
    content: str
    """Equal for advices that say the same."""


@dataclass(frozen=True, slots=True)
class Came:
    """Money that came in and has no advice yet."""

    id: str
    amount: int
    currency: str
    booked: date
    ids: frozenset[str]
    """End-to-end id and the bank's references."""
    text: str
    names: frozenset[str]
    account: str


class Tie(NamedTuple):
    """An advice and its line."""

    advice: str
    line: str
    by: By


def ties(advices: Iterable[Told], lines: Sequence[Came]) -> list[Tie]:
    """Return the links that leave no doubt, those by reference first; the order of the input changes nothing."""
    waiting = sorted(advices, key=lambda one: one.id)
    found: list[Tie] = []
    for by, fits in ((By.REFERENCE, _by_reference), (By.PAYER, _by_payer)):
        used, told = {one.line for one in found}, {one.advice for one in found}
        free = [line for line in lines if line.id not in used]
        found += _unique(by, {one: fits(one, free) for one in waiting if one.id not in told})
    return found


def _unique(by: By, wanted: dict[Told, list[Came]]) -> list[Tie]:
    """Return the pairs in which an advice fits one line, and the line fits one advice or several that say the same."""
    suitors: defaultdict[str, list[Told]] = defaultdict(list)
    for one, lines in wanted.items():
        for line in lines:
            suitors[line.id].append(one)
    return [
        Tie(told[0].id, line, by)
        for line, told in sorted(suitors.items())
        if len({one.content for one in told}) == 1 and all(len(wanted[one]) == 1 for one in told)
    ]


def _by_reference(one: Told, lines: Sequence[Came]) -> list[Came]:
    """Return the lines that carry the advice's reference, of several those over its amount."""
    if len(one.reference) < SHORTEST_REFERENCE:
        return []
    word = re.compile(rf"(?<![A-Za-z0-9]){re.escape(one.reference)}(?![A-Za-z0-9])", re.IGNORECASE)
    found = [
        line
        for line in lines
        if _same_currency(one, line)
        and (one.reference in line.ids or (line.amount == one.amount and word.search(line.text)))
    ]
    return found if len(found) < 2 else [line for line in found if line.amount == one.amount]  # noqa: PLR2004 - one is it


def _by_payer(one: Told, lines: Sequence[Came]) -> list[Came]:
    return [
        line
        for line in lines
        if line.amount == one.amount
        and _same_currency(one, line)
        and _in_time(one, line.booked)
        and (line.account in one.accounts or line.names & one.names)
    ]


def _same_currency(one: Told, line: Came) -> bool:
    return one.currency in {"", line.currency}


def _in_time(one: Told, booked: date) -> bool:
    if one.paid_on is None:
        return abs(booked - one.imported_on) <= AROUND
    return one.paid_on - BEFORE <= booked <= one.paid_on + AFTER
