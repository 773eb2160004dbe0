"""Amounts as people type and paste them: 1,234.50 and 1.234,50 and 1 234,50 and 1234 are read, the unclear is not."""

from __future__ import annotations

import re

from django.utils.translation import get_language

from fairdue.core.money import Money, MoneyError, minor_digits

_GROUP = 3
_GROUPED_BY = {"en": ",", "de": "."}
"""The sign that groups thousands in the languages of the screens; French groups by a space."""
_APOSTROPHE = re.compile(r"(?<=\d)['\N{RIGHT SINGLE QUOTATION MARK}](?=\d{3}(?!\d))")
"""The sign that groups thousands in Switzerland; it never means anything else."""


def plain(text: str) -> str:
    """Return a number without its grouping, its decimals after a point: the last sign that stands is theirs.

    A sign that stands twice groups. So does the one before the last three digits where the reader's language groups by
    it: 1,500 is not 1.5 in English, and 1.500 is not 1.5 in German. What is grouped otherwise than in threes (or in
    twos, as in India) stays as it is, which no number is.
    """
    found = _APOSTROPHE.sub("", "".join(text.split()))
    last = max(found.rfind("."), found.rfind(","))
    if last < 0:
        return found
    sign = found[last]
    if found.count(sign) > 1 or _groups(found, sign):
        return _ungrouped(found, sign) or found
    whole = _ungrouped(found[:last], "," if sign == "." else ".")
    return found if whole is None else f"{whole}.{found[last + 1 :]}"


def _ungrouped(whole: str, sign: str) -> str | None:
    """Return a whole number without the sign that groups it; None where it does not group."""
    head, *groups = whole.lstrip("+-").split(sign)
    wrong = [one for one in groups if len(one) not in (2, _GROUP)]
    if groups and (wrong or len(groups[-1]) != _GROUP or not 0 < len(head) <= _GROUP):
        return None
    return whole.replace(sign, "")


def _groups(found: str, sign: str) -> bool:
    """Tell whether the only sign of a number stands before three digits and groups in the reader's language."""
    alone = not ("." in found and "," in found) and not found.lstrip("+-").startswith("0")
    return alone and len(found) - found.index(sign) - 1 == _GROUP and _GROUPED_BY.get(_language()) == sign


def _language() -> str:
    return (get_language() or "en")[:2]


def read_money(text: str, currency: str) -> Money:
    """Return an amount that a person typed; raises `MoneyError` where it cannot be read, or has two meanings.

    Three digits behind the only sign are thousands for one reader and decimals for another: 1.500 in English.
    """
    number = plain(text)
    if has_two_meanings(text, currency):
        raise MoneyError(TWO_MEANINGS.format(text))
    return Money.parse(number, currency)


def has_two_meanings(text: str, currency: str) -> bool:
    """Tell whether an amount that a person typed may mean thousands or decimals; three decimals of a dinar do not."""
    return minor_digits(currency) < _GROUP and unclear(plain(text))


TWO_MEANINGS = "{} may mean thousands or decimals; write it without grouping"


def unclear(number: str) -> bool:
    """Tell whether a plain number has three decimals, which may have been thousands."""
    whole, point, decimals = number.lstrip("+-").partition(".")
    return bool(point) and len(decimals) == _GROUP and not whole.startswith("0")


def read_minor(text: str, currency: str) -> int | None:
    """Return an amount that a person typed as minor units of its currency; None where it cannot be read."""
    try:
        return read_money(text, currency).minor
    except MoneyError:
        return None
