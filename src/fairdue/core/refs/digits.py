"""Check digits that payment references use. Every function takes and returns ASCII digits."""

from __future__ import annotations

from itertools import cycle

_RECURSIVE = "0946827135"
"""Table of the recursive modulo 10 (SIX, Swiss Implementation Guidelines QR-bill, annex B)."""
_LUHN_DOUBLE = "0246813579"
_ELEVEN = 11


def luhn(payload: str) -> str:
    """Return the modulo 10 check digit (ISO/IEC 7812-1 annex B): double each second digit from the right."""
    total = sum(int(_LUHN_DOUBLE[int(digit)] if at % 2 == 0 else digit) for at, digit in enumerate(reversed(payload)))
    return str(-total % 10)


def modulo_11(payload: str) -> str:
    """Return the weighted modulo 11 check (weights 2 to 7 from the right); ten is written as a hyphen."""
    total = sum(int(digit) * weight for digit, weight in zip(reversed(payload), cycle(range(2, 8))))
    rest = -total % _ELEVEN
    return "-" if rest == _ELEVEN - 1 else str(rest)


def weighted_11(payload: str) -> str:
    """Return the check digit of references by model: weights 2, 3, 4 … from the right, 11 - mod 11; 10→0, 11→0."""
    total = sum(int(digit) * weight for weight, digit in enumerate(reversed(payload), start=2))
    rest = _ELEVEN - total % _ELEVEN
    return "0" if rest >= _ELEVEN - 1 else str(rest)


def recursive_10(payload: str) -> str:
    """Return the recursive modulo 10 check digit of the Swiss QR reference."""
    carry = 0
    for digit in payload:
        carry = int(_RECURSIVE[(carry + int(digit)) % 10])
    return str(-carry % 10)


def weights_731(payload: str) -> str:
    """Return the check digit of weights 7, 3, 1 from the right (Finnish and Estonian references)."""
    total = sum(int(digit) * weight for digit, weight in zip(reversed(payload), cycle((7, 3, 1))))
    return str(-total % 10)


def dutch_11(payload: str) -> str:
    """Return the Dutch check digit: weights 2,4,8,5,10,9,7,3,6,1 from the right, 11 - mod 11; 10→1, 11→0."""
    weights = cycle((2, 4, 8, 5, 10, 9, 7, 3, 6, 1))
    total = sum(int(digit) * weight for digit, weight in zip(reversed(payload), weights))  # noqa: B905 - the cycle has no end
    return {10: "1", 11: "0"}.get(_ELEVEN - total % _ELEVEN, str(_ELEVEN - total % _ELEVEN))


def modulo_97(digits: str) -> int:
    """Return `digits` modulo 97 (ISO/IEC 7064)."""
    return int(digits) % 97


def as_digits(text: str) -> str:
    """Return `text` with A…Z written as 10…35 (ISO 11649 and ISO 13616)."""
    return "".join(str(int(character, 36)) for character in text)
