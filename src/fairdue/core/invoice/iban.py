"""IBAN check digits by ISO 13616 (mod 97-10 of ISO 7064)."""

from __future__ import annotations

import re

_SHAPE = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}\Z")


def compact(account: str) -> str:
    """Return `account` without blanks, in capitals."""
    return account.replace(" ", "").upper()


def looks_like_iban(account: str) -> bool:
    """Tell whether `account` has the shape of an IBAN."""
    return _SHAPE.match(compact(account)) is not None


def iban_valid(account: str) -> bool:
    """Tell whether the check digits of an account in the shape of an IBAN agree."""
    text = compact(account)
    digits = "".join(str(int(char, 36)) for char in text[4:] + text[:4])
    return int(digits) % 97 == 1
