"""How people write invoice numbers: mangled in the ways that bank statements show every day."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_DIGITS = re.compile(r"[0-9]+")
_YEAR_BEHIND = re.compile(r"[0-9]+/20[0-9]{2}")


def plain(_: Random, number: str) -> str:
    """Return the number as printed."""
    return number


def small(_: Random, number: str) -> str:
    """Return it in small letters."""
    return number.lower()


def joined(_: Random, number: str) -> str:
    """Return it without separators."""
    return re.sub(r"[^0-9A-Za-z]", "", number)


def other_separators(rng: Random, number: str) -> str:
    """Return it with another separator everywhere."""
    mark = rng.choice((" ", "/", ".", "_", " - "))
    return re.sub(r"[^0-9A-Za-z]+", mark, number)


def blank_after_prefix(_: Random, number: str) -> str:
    """Return it with a blank between letters and digits."""
    return re.sub(r"^([A-Za-z]+)-?", r"\1 ", number)


def no_prefix(_: Random, number: str) -> str:
    """Return it without the letters in front."""
    return re.sub(r"^[A-Za-z]+[-/. ]?", "", number) or number


def no_zeros(_: Random, number: str) -> str:
    """Return it without the leading zeros of its last group."""
    return re.sub(r"(?<=[^0-9])0+(?=[0-9]+$)", "", number)


def year_behind(_: Random, number: str) -> str:
    """Return it with the year behind: 4711/2026."""
    found = re.fullmatch(r"[A-Za-z]*[-/]?(20[0-9]{2})[-/]([0-9]+)", number)
    return f"{found[2]}/{found[1]}" if found else number


def letter_o(_: Random, number: str) -> str:
    """Return it with the letter O for zeros."""
    return number.replace("0", "O")


def main_group(number: str) -> re.Match[str]:
    """Return the group of digits that counts: the last, or one before a short ending or the year ("4711/2026")."""
    groups = list(_DIGITS.finditer(number))
    behind = len(groups) > 1 and (len(groups[-1][0]) < 3 or _YEAR_BEHIND.fullmatch(number))  # noqa: PLR2004 - "-01"
    return groups[-2] if behind else groups[-1]


def tail(_: Random, number: str) -> str:
    """Return the main group of digits only."""
    return main_group(number)[0]


def short_tail(_: Random, number: str) -> str:
    """Return the last group without its zeros."""
    return tail(_, number).lstrip("0") or number


def wrong(rng: Random, number: str) -> str:
    """Return it with one digit wrong, missing, doubled, or two swapped, in its main group."""
    place = main_group(number)
    digits = list(place[0])
    at = rng.randrange(max(0, len(digits) - 4), len(digits))
    way = rng.choice(("change", "drop", "double", "swap"))
    if way == "change":
        digits[at] = rng.choice([digit for digit in "0123456789" if digit != digits[at]])
    elif way == "drop":
        del digits[at]
    elif way == "double":
        digits.insert(at, digits[at])
    else:
        other = at - 1 if at else min(1, len(digits) - 1)
        digits[at], digits[other] = digits[other], digits[at]
    return number[: place.start()] + "".join(digits) + number[place.end() :]


LIGHT = ((plain, 52), (small, 4), (joined, 9), (other_separators, 9), (blank_after_prefix, 6), (no_prefix, 10),
         (no_zeros, 4), (year_behind, 2), (letter_o, 1), (tail, 3))  # fmt: skip
HEAVY = ((plain, 22), (small, 6), (joined, 12), (other_separators, 14), (blank_after_prefix, 8), (no_prefix, 14),
         (no_zeros, 8), (year_behind, 5), (letter_o, 4), (tail, 7))  # fmt: skip


def pick(rng: Random, table: tuple[tuple[object, int], ...]) -> object:
    """Return one of a weighted table."""
    return rng.choices([one for one, _ in table], [weight for _, weight in table])[0]


def broken(rng: Random, text: str) -> tuple[str, ...]:
    """Return a text as a bank breaks it: whole, or cut hard into lines, often inside a number."""
    width = rng.choices((140, 27, 35, 65), (70, 10, 12, 8))[0]
    return tuple(text[at : at + width] for at in range(0, len(text), width)) or ("",)


def shown_name(rng: Random, name: str) -> str:
    """Return a payer's name as banks print it."""
    plain_name = name.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "Ä": "Ae", "Ö": "Oe",
                                               "Ü": "Ue"}))  # fmt: skip
    ways = (
        lambda: name, name.upper, lambda: plain_name, plain_name.upper, name[:27].rstrip,
        lambda: plain_name.upper()[:35], lambda: name.replace(" & ", " + "), lambda: name.rsplit(" ", 1)[0],
        lambda: plain_name.replace(".", "").replace(",", ""),
    )  # fmt: skip
    return rng.choices(ways, (34, 14, 14, 12, 6, 6, 4, 5, 5))[0]()
