"""Invoice numbers: a pattern with literal text, year, month and one counter.

`RE-{yyyy}-{n:5}` gives RE-2026-00042. Sources: VAT Directive Art. 226(2) (a sequential number in one or
more series that identifies the invoice uniquely); the common subset of national limits is at most 16
characters of A-Z, 0-9, hyphen and slash (India, CGST rule 46(b), is the narrowest).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, refuse

if TYPE_CHECKING:
    from datetime import date

LONGEST = 16
MONTHS = 12
_TOKEN = re.compile(r"\{(yyyy|yy|mm|n)(?::(\d{1,2}))?\}")
_ALLOWED = re.compile(r"[A-Z0-9/-]*\Z")
SOURCE = "VAT Directive 2006/112/EC Art. 226(2); common subset of national limits"


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """A number pattern and whether its counter starts again each year."""

    pattern: str
    yearly: bool = True
    year_starts: int = 1
    """First month of the fiscal year, 1 to 12; the year in the number is the one in which it begins."""

    @property
    def digits(self) -> int:
        """Digits that the counter is padded to; it may not outgrow them."""
        return next((int(width or 1) for kind, width in _TOKEN.findall(self.pattern) if kind == "n"), 0)

    def year(self, issued: date) -> int:
        """Return the fiscal year that `issued` falls in, named by the calendar year it begins in."""
        return issued.year if issued.month >= self.year_starts else issued.year - 1

    def period(self, issued: date) -> str:
        """Return the key of the counter for `issued`: the fiscal year, or nothing for an endless one."""
        return str(self.year(issued)) if self.yearly else ""

    def number(self, counter: int, issued: date) -> str:
        """Return the number of `counter` on day `issued`; refuses a counter that needs more digits."""
        if not 0 < counter < 10**self.digits:
            sentence = f"The counter {counter} does not fit {self.pattern}; widen the pattern."
            raise refuse("numbering.exhausted", "pattern", sentence, SOURCE)
        year = self.year(issued)
        values = {
            "yyyy": f"{year:04}",
            "yy": f"{year % 100:02}",
            "mm": f"{issued.month:02}",
            "n": f"{counter:0{self.digits}}",
        }
        return _TOKEN.sub(lambda match: values[match[1]], self.pattern)


def _tokens(form: NumberFormat) -> list[str]:
    return [kind for kind, _ in _TOKEN.findall(form.pattern)]


def check_format(form: NumberFormat) -> tuple[Finding, ...]:
    """Return every reason why `form` cannot number invoices."""
    kinds = _tokens(form)
    literal = _TOKEN.sub("", form.pattern)
    length = len(literal) + sum({"yyyy": 4, "yy": 2, "mm": 2}.get(kind, form.digits) for kind in kinds)
    troubles = {
        "numbering.counter": (kinds.count("n") != 1, "The pattern needs exactly one counter, such as {n:5}."),
        "numbering.characters": (
            not _ALLOWED.match(literal),
            "Only A-Z, 0-9, hyphen and slash may stand in an invoice number.",
        ),
        "numbering.length": (length > LONGEST, f"Numbers would have {length} characters; 16 is the limit."),
        "numbering.year": (
            form.yearly and not {"yyyy", "yy"} & set(kinds),
            "The counter starts again each year, so the year must stand in the number.",
        ),
        "numbering.month": (not 1 <= form.year_starts <= MONTHS, "The first month of the year is 1 to 12."),
    }
    return tuple(
        Finding(code, "pattern", sentence, source=SOURCE) for code, (wrong, sentence) in troubles.items() if wrong
    )
