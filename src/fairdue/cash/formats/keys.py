"""Idempotency keys of bank lines.

The same movement has the same key in every copy of a statement; two equal movements in one statement
(true twins) have different ones by a counter. With a reference of the bank the key needs nothing else of
the statement; without one the statement's identity is part of it, so that two equal payments
of one day on two statements stay two.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt

_NO_REFERENCE = frozenset({"", "NONREF", "NOTPROVIDED", "NOT PROVIDED", "0"})


def digest(*parts: object) -> str:
    """Return 32 hexadecimal digits for `parts`; the parts cannot run into each other."""
    text = "\x1f".join(map(str, parts))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def given(reference: str) -> str:
    """Return a bank reference, or nothing for the words that say that there is none."""
    if not reference:
        return ""
    plain = reference.strip()
    return "" if plain.upper() in _NO_REFERENCE else plain


def statement_identity(
    account: str, opening: int | None, closing: int | None, closing_on: dt.date | None, name: str
) -> str:
    """Return what tells statements of one account apart: the balances; the statement's name without them."""
    if opening is None or closing is None:
        return digest(account, name)
    return digest(account, opening, closing, closing_on)


class TwinCounter:
    """Gives keys within one statement; the n-th line of equal content gets the number n."""

    def __init__(self, identity: str) -> None:
        self._identity = identity
        self._seen: Counter[str] = Counter()

    def key(self, bank_reference: str, *content: object) -> str:
        """Return the key of the next line with this bank reference and content."""
        reference = given(bank_reference)
        plain = digest("" if reference else self._identity, reference, *content)
        self._seen[plain] += 1
        return f"{plain}-{self._seen[plain]}"
