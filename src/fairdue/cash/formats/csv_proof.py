"""What proves that a table was read as the bank wrote it: a last row that is whole, and balances that follow."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, Severity
from fairdue.core.money import CURRENCIES, minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_MONEY = ("amount", "credit", "debit", "balance")
_HUNDREDTHS = 2


def may_be_cut(cells: Sequence[str], columns: Mapping[str, int], currency: str, mark: str) -> bool:
    """Tell whether a row that nothing ends may go on in what the bank wrote.

    It may not where a delimiter follows the last column that is read, after an amount with all the decimals of its
    currency (behind the decimal `mark`), and after a currency: nothing could be added to them.
    """
    at = len(cells) - 1
    if max(columns.values()) < at:
        return False
    if columns.get("currency") == at:
        return cells[at] not in CURRENCIES
    named = cells[columns["currency"]] if columns.get("currency", at) < at else currency
    decimals = minor_digits(named) if named in CURRENCIES else _HUNDREDTHS
    whole = len(cells[at].rpartition(mark)[2]) == decimals if mark in cells[at] else decimals == 0
    return not (whole and any(columns.get(name) == at for name in _MONEY))


class Balances:
    """Checks the running balance of files that carry one, oldest first or newest first.

    `doubtful` is the line of a row that may be cut off, 0 where none is; only the balance before it proves it.
    """

    def __init__(self, doubtful: int = 0) -> None:
        self._rows: list[tuple[int, int, int]] = []
        self._doubtful = doubtful
        self.agree = False

    def add(self, number: int, amount: int, balance: int | None) -> None:
        """Take one row: line number, amount and balance after it."""
        if balance is not None:
            self._rows.append((number, amount, balance))

    def findings(self) -> Iterator[Finding]:
        """Yield the finding of the first row at which the balance does not follow, and that of a row cut off."""
        forward = self._break(self._rows)
        if self._rows:
            self.agree = forward is None or self._break(self._rows[::-1]) is None
            if not self.agree:
                said = f"Line {forward}: the balance is not the balance before plus the amount."
                yield Finding("csv.balance", f"line {forward}", said, Severity.ERROR)
        proven = forward is None and self._doubtful in [number for number, _, _ in self._rows[1:]]
        if self._doubtful and not proven:
            self.agree = False
            said = (
                f"Line {self._doubtful} is the last one and nothing ends it: the file may be cut off within its last "
                "cell. Compare this line with the bank, or fetch the file anew."
            )
            yield Finding("csv.cut", f"line {self._doubtful}", said, Severity.ERROR)

    @staticmethod
    def _break(rows: list[tuple[int, int, int]]) -> int | None:
        pairs = pairwise(rows)
        return next((row[0] for before, row in pairs if before[2] + row[1] != row[2]), None)
