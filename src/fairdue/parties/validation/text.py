"""Names and numbers on one line: what goes into the heads of messages, into logs and onto documents."""

from __future__ import annotations

import unicodedata

_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
"""Marks that turn the direction of what follows: with them a name reads as another one (Unicode TR 36, 2.5)."""


def one_line(text: str) -> str:
    """Return text on one line, without control characters and without marks that let it read as something else.

    Letters with marks are composed (NFC), so that one number written on two machines is one number.
    """
    kept = unicodedata.normalize("NFC", " ".join(text.split()))
    return "".join(letter for letter in kept if letter not in _TURNING and unicodedata.category(letter) != "Cc")
