"""Find customers by any part of what a person has in hand: a name, a number, a VAT number, an e-mail address.

The words stand in one generated column, `debtor.search_text`. Any part of it is found by reading all of a tenant: from
an index that holds nothing else once the table is vacuumed, else from the table. Under row-level security the database
may look up an index only for comparisons that are leakproof, and the ones of trigrams are not.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairdue.core.parties.names import normal_name

if TYPE_CHECKING:
    from uuid import UUID

    from fairdue.foundation.context import Ctx

LONGEST = 200
_MARKS = str.maketrans("", "", " .-/'()")


def patterns_for(text: str) -> list[str]:
    """Return patterns for `search_text LIKE ANY (…)`, none for a text that says nothing.

    A text is looked for as it was typed, as names are folded (no accents, no legal form), and, when it holds a digit,
    without the marks that people put into numbers.
    """
    typed = " ".join(text.replace("\0", "").lower().split())[:LONGEST]
    readings = [typed, normal_name(typed)]
    if any(sign.isdigit() for sign in typed):
        readings.append(typed.translate(_MARKS))
    return [f"%{_plain(reading)}%" for reading in dict.fromkeys(readings) if reading]


def _plain(text: str) -> str:
    """Return a text whose signs stand for nothing but themselves in a pattern."""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def search_parameters(ctx: Ctx, text: str, creditor: UUID | None, limit: int) -> dict[str, Any]:
    """Return what `sql/search.sql` asks for; nothing for a text that says nothing."""
    patterns = patterns_for(text)
    if not patterns:
        return {}
    return {
        "tenant": ctx.tenant, "patterns": patterns, "creditor": creditor, "limit": limit, "number": text.strip(),
        "name": normal_name(text) or text.strip().lower(),
    }  # fmt: skip
