"""The particulars of a company as one text (BT-33), with the words that its country wants before a bare value."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORDS: dict[str, dict[str, tuple[str, str]]] = {
    "DE": {"directors": ("Geschäftsführung: {}", "Geschäftsf|Vorst")},
    "AT": {"directors": ("Geschäftsführung: {}", "Geschäftsf|Vorst")},
    "FR": {"capital": ("capital {}", "capital")},
    "LU": {"capital": ("capital {}", "capital")},
    "IT": {"capital": ("capitale sociale {}", "capitale"), "rea": ("REA {}", "REA")},
    "PT": {"capital": ("capital social {}", "capital")},
    "GB": {
        "register": ("registered in {}", "registered"),
        "office": ("registered office {}", "registered office"),
    },
    "IE": {"office": ("registered office {}", "registered office")},
}
"""By country and key: the wording, and the pattern that tells that somebody wrote it himself."""


def letterhead(country: str, particulars: Mapping[str, str]) -> str:
    """Return the particulars in their order, separated by commas; a value that says it itself stands as it is."""
    known = _WORDS.get(country, {})
    return ", ".join(_said(value, *known[key]) if key in known else value for key, value in particulars.items())


def _said(value: str, wording: str, pattern: str) -> str:
    return value if re.search(pattern, value, re.IGNORECASE) else wording.format(value)
