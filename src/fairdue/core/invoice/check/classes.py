"""The three classes of error that tax authorities tell apart.

Source: letter of the German Federal Ministry of Finance of 15 October 2025 on e-invoices: format errors
(not the agreed syntax), business rule errors (a rule of the standard is broken) and content errors (what
tax law asks for is missing or wrong).
"""

from __future__ import annotations

from enum import StrEnum


class FindingClass(StrEnum):
    """Which kind of wrong a finding is."""

    FORMAT = "format"
    BUSINESS_RULE = "business rule"
    CONTENT = "content"


_FORMAT = ("format.", "UBL-", "CII-", "FX-SCH-", "xsd")
_CONTENT = ("content.", "terms.", "numbering.", "BR-DE-TMP")


def class_of(code: str) -> FindingClass:
    """Return the class of the finding with rule number or code `code`."""
    if code.startswith(_FORMAT):
        return FindingClass.FORMAT
    return FindingClass.CONTENT if code.startswith(_CONTENT) else FindingClass.BUSINESS_RULE
