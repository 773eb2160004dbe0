"""The summary of a camt statement (TxsSummry): what it announces against what was read.

`TtlNtries`, `TtlCdtNtries` and `TtlDbtNtries` state a count and a sum without sign. A file that was cut and mended
by hand, or an entry that a middleman dropped, shows here even where no balance is given.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.cash.formats.camt_fields import UnreadableError, minor
from fairdue.cash.formats.xml import Amount, Node, part, text
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

_PARTS = (("TtlNtries", "entries"), ("TtlCdtNtries", "credits"), ("TtlDbtNtries", "debits"))


class Sums:
    """Counts and sums the entries of one statement, credits and debits apart, in one currency."""

    def __init__(self) -> None:
        self._count = {"TtlNtries": 0, "TtlCdtNtries": 0, "TtlDbtNtries": 0}
        self._sum = dict.fromkeys(self._count, 0)
        self._currencies: set[str] = set()

    def add(self, amount: int, currency: str) -> None:
        """Take one entry of the signed `amount` in minor units."""
        for name in ("TtlNtries", "TtlCdtNtries" if amount >= 0 else "TtlDbtNtries"):
            self._count[name] += 1
            self._sum[name] += abs(amount)
        self._currencies.add(currency)

    @staticmethod
    def stated(summary: Node) -> bool:
        """Tell whether the summary announces how many entries there are."""
        return bool(text(summary, "TtlNtries", "NbOfNtries"))

    def differences(self, summary: Node) -> Iterator[tuple[str, str]]:
        """Yield (code, sentence) for each count and each sum that is not what was announced."""
        for name, word in _PARTS:
            count = text(summary, name, "NbOfNtries")
            if count and (count.lstrip("0") or "0") != str(self._count[name]):
                yield word, f"the statement announces {count} {word} and contains {self._count[name]}"
            yield from self._sum_difference(name, word, text(part(summary, name), "Sum"))

    def _sum_difference(self, name: str, word: str, written: str) -> Iterator[tuple[str, str]]:
        if not written or len(self._currencies) != 1:
            return
        (currency,) = self._currencies
        try:
            announced = minor(Amount(written, currency), "Sum")
        except UnreadableError as error:
            yield "sum", f"the announced sum of the {word} is unreadable: {error}"
            return
        if announced != self._sum[name]:
            shown = decimal_of(self._sum[name], currency)
            yield "sum", f"the statement announces {word} of {written} and they come to {shown} {currency}"
