"""The figures over the list of invoices; each leads to the rows it is made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.translation import get_language

from fairdue.invoicing.totals import PAID_DAYS, totals
from fairdue.web import formats

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date
    from uuid import UUID

    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.totals import Totals
    from fairdue.web.lists import ListState

SHOWN = 3
"""Further currencies that are named in words."""


def figures(ctx: Ctx, state: ListState, *, today: date, creditor: UUID | None) -> list[dict[str, Any]]:
    """Return open, overdue and lately paid, in the currency with the most open; none before the first invoice."""
    rows = totals(ctx, today=today, creditor=creditor)
    if not rows:
        return []
    return [
        _figure("Open", rows, lambda row: (row.open_count, row.open), state.url(state="open")),
        _figure("Overdue", rows, lambda row: (row.overdue_count, row.overdue), state.url(state="overdue"), "danger"),
        _figure(f"Paid in {PAID_DAYS} days", rows, lambda row: (row.paid_count, row.paid), state.url(state="paid")),
    ]


def _figure(
    label: str, rows: Sequence[Totals], read: Callable[[Totals], tuple[int, int]], url: str, tone: str = ""
) -> dict[str, Any]:
    first, language = rows[0], get_language() or "en"
    count, minor = sum(read(row)[0] for row in rows), read(first)[1]
    others = [formats.money_text(read(row)[1], row.currency, language) for row in rows[1:] if read(row)[1]]
    more = [f"{len(others) - SHOWN} more currencies"] if len(others) > SHOWN else []
    return {
        "label": label,
        "value": formats.money_text(minor, first.currency, language, code=False),
        "cur": first.currency,
        "url": url,
        "note": ", ".join([formats.plural_text(count, "invoice", "", language), *others[:SHOWN], *more]),
        "tone": tone if count else "",
        "icon": "circle-alert" if tone and count else "",
    }
