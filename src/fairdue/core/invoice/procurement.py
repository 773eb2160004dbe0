"""CIG and CUP: the codes by which an Italian public body knows a tender (BT-17) and a project (BT-11).

Source: DL 66/2014 art. 25; the Italian mapping of EN 16931 puts CIG into the tender reference and CUP into the project
reference. Orders and drafts have one reference of the buyer, so a code that stands there or in a note with its name
before it (`CIG Z123456789`) counts too.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairdue.core.invoice.model import Invoice

_CIG, _CUP = r"[A-Z0-9]{10}", r"[A-Z]\d{2}[A-Z]\d{11}"
_BETWEEN = r"[\s.:=/]*"


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes on one invoice; empty where there are none."""

    cig: str = ""
    cup: str = ""


def procurement(invoice: Invoice) -> Codes:
    """Return CIG and CUP of an invoice: of the references that are made for them, else named in words."""
    given = invoice.references
    texts = [given.buyer, *(note.text for note in invoice.notes)]
    return Codes(_code("CIG", _CIG, given.tender, texts), _code("CUP", _CUP, given.project, texts))


def _code(name: str, form: str, given: str, texts: Iterable[str]) -> str:
    own = given.strip().upper().removeprefix(name).lstrip(" .:=/")
    if re.fullmatch(form, own):
        return own
    found = (re.search(rf"\b{name}{_BETWEEN}({form})(?![A-Z0-9])", text.upper()) for text in texts)
    return next((one[1] for one in found if one), "")
