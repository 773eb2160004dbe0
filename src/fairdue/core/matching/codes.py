"""A customer's own codes for what he takes off: our reason, and whether it is contested or granted.

Large customers write codes of their own into their advices ("D07", "PROMO"). A table says what each means: for one
customer, or for all customers of a creditor. What is granted is granted up to an amount; above it, in another currency,
and under a code that nobody has mapped, the difference stays open and is contested.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.matching.text import compact

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
FEWEST, FEWEST_DIGITS = 2, 3
"""Characters that a code has at least to be looked for in a text, and one of digits only."""


class Treatment(StrEnum):
    """What becomes of the money that a customer kept back under a code."""

    DISPUTE = "dispute"
    """It stays open, and a dispute is opened over it."""
    DISCOUNT = "discount"
    """It is granted: the item falls by it, booked as a discount."""
    FEE = "fee"
    """It is granted: the item falls by it, booked as a bank's fee."""


@dataclass(frozen=True, slots=True)
class Coded:
    """What a code means; `most` minor units of `currency` are granted on one document, 0 grants nothing."""

    code: str
    reason: str
    treatment: Treatment = Treatment.DISPUTE
    most: int = 0
    currency: str = ""

    def grants(self, amount: int, currency: str) -> bool:
        """Tell whether a difference of one document is granted without a person."""
        return self.treatment is not Treatment.DISPUTE and currency == self.currency and 0 < amount <= self.most


def code_key(code: str) -> str:
    """Return a code as it is compared: capital letters and digits."""
    return compact(code)


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes of a creditor by (customer, key); the empty customer stands for all of them."""

    known: Mapping[tuple[str, str], Coded] = field(default_factory=dict)

    def of(self, debtor: str, head: str, said: str) -> Coded | None:
        """Return what a word of a customer means: by his own table, that of his head office, that of everybody."""
        key = code_key(said)
        if not key:
            return None
        own = (self.known.get((one, key)) for one in (debtor, head, ""))
        return next((one for one in own if one is not None), None)

    def named_in(self, debtor: str, head: str, texts: Iterable[str]) -> tuple[Coded, str] | None:
        """Return the one code that a text has as a word of its own, with the word; None where it has none or two.

        A word of fewer than two characters, or of fewer than three without a letter, stands for too much.
        """
        if not self.known:
            return None
        words = (word for text in texts for word in _WORD.findall(text))
        found = {
            code_key(word): (code, word)
            for word in words
            if len(word) >= (FEWEST_DIGITS if word.isdigit() else FEWEST)
            and (code := self.of(debtor, head, word)) is not None
        }
        return found.popitem()[1] if len(found) == 1 else None
