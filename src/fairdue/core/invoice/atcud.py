"""The unique document code of Portugal (ATCUD): the validation code of a series and the number within it.

Source: DL 28/2019 art. 7, 35; Portaria 195/2020 art. 2 and 3; compulsory since 1 January 2023 (Despacho 351/2021-XXII).
The tax authority gives the code when a series is reported to it; the operator writes it down for each type and year.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairdue.core.invoice.model import Invoice

COUNTRY = "PT"
SEQUENCE = "{n}"
"""Stands for the number within the series until it is drawn."""
VALIDATION_CODE = r"[A-Z0-9]{8,}"
SERIES = r"(380|381|384|386|389)(/\d{4})?"
"""A type of document, with the year of its series where it has one."""
_LAST_DIGITS = re.compile(r"(\d+)\D*\Z")


def pending(invoice: Invoice, codes: Mapping[str, Any]) -> str:
    """Return the ATCUD of a draft without its number, empty where no code is recorded or one stands there already."""
    if invoice.issued is None or any(note.text.startswith("ATCUD:") for note in invoice.notes):
        return ""
    kind = invoice.type.value
    code = codes.get(f"{kind}/{invoice.issued.year}") or codes.get(kind)
    return f"ATCUD:{code}-{SEQUENCE}" if code else ""


def completed(text: str, number: str) -> str:
    """Return a note with the number within its series, which are the last digits of the document's number."""
    found = _LAST_DIGITS.search(number)
    return text.replace(SEQUENCE, str(int(found[1])) if found else number)
