"""The journal of a client, a page at a time; every entry leads to both its sides."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.shortcuts import render

from fairdue.reporting.aging import NIL
from fairdue.reporting.ledger import JournalRow, journal, kind_word
from fairdue.web.lists import ListSpec, ListState, Page, read_state
from fairdue.web.reporting.frame import ctx_of, day_query, export_links, link

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from fairdue.parties.selectors import CreditorRow
    from fairdue.reporting.scope import Scope

SPEC = ListSpec(sorts=("booked",), keep=("asof", "recorded", "creditor", "from"))
LINES = 150
"""Lines of a page; an entry is never cut in two."""


def journal_page(request: HttpRequest, scope: Scope, books: Sequence[CreditorRow], from_on: date) -> HttpResponse:
    """Show the lines booked from a day on in the scope's books."""
    state = read_state(request, SPEC)
    rows: list[JournalRow] = []
    if scope.creditor is not None:
        rows = journal(ctx_of(request), scope, from_on=from_on, after=_after(state), limit=LINES + 1)
    more = bool(rows) and _goes_on(request, scope, from_on, rows[-1])
    query = day_query(request, scope)
    context = {
        "state": state,
        "page": Page(rows, (rows[-1].booked_on.isoformat(), str(rows[-1].entry_id)) if more else None),
        "lines": _lines(rows),
        "scope": scope,
        "from_on": from_on,
        "currency": next((row.currency for row in books if row.id == scope.creditor), ""),
        "books": [
            (row.name, link("report", "journal", creditor=row.id, **query), row.id == scope.creditor) for row in books
        ],
        "exports": export_links(request),
    }
    return render(request, "web/reporting/journal.html", context)


def _goes_on(request: HttpRequest, scope: Scope, from_on: date, last: JournalRow) -> bool:
    """Return whether an entry follows the last one of a page."""
    return bool(journal(ctx_of(request), scope, from_on=from_on, after=(last.booked_on, last.entry_id), limit=1))


def _lines(rows: Sequence[JournalRow]) -> list[tuple[JournalRow, str, bool]]:
    """Return each line with the kind of its entry in words, and whether it is the entry's first."""
    befores = [None, *(row.entry_id for row in rows)]
    return [(row, kind_word(row.kind), row.entry_id != before) for row, before in zip(rows, befores, strict=False)]


def _after(state: ListState) -> tuple[date, UUID]:
    try:
        day, entry = state.cursor or ()
        return date.fromisoformat(str(day)), UUID(str(entry))
    except ValueError:
        return date.min, NIL
