"""The reports: aging with links into its items, and the plain tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from fairdue.foundation.permissions import Permission
from fairdue.parties.selectors import creditors
from fairdue.reporting import tables
from fairdue.reporting.aging import AgingRow, aging, aging_page, bucket_names, top_debtors
from fairdue.reporting.scope import Scope
from fairdue.web import formats
from fairdue.web.lists import PAGE_SIZE, ListSpec, ListState, Page, read_state
from fairdue.web.permit import needs
from fairdue.web.reporting.drilling import Links, drill
from fairdue.web.reporting.frame import ctx_of, day_query, export_links, exported, link, scope_of
from fairdue.web.reporting.journal import journal_page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

    from fairdue.reporting.exports import Cell, Table

LISTED = (
    (
        "Receivables",
        (
            ("report_aging", (), "Aging", "What is open by days past due: by customer, client or currency."),
            ("report_items", (), "Open items", "Every open item, the oldest due first."),
            ("report", ("arrears",), "Arrears", "Every overdue item."),
            ("report", ("top",), "Top customers", "Who owes most that is overdue."),
        ),
    ),
    (
        "Figures",
        (
            ("report", ("dso",), "DSO", "Days sales outstanding, best possible, average days delinquent, count-back."),
            ("report", ("cei",), "CEI", "Collection effectiveness, with its parts and N."),
            ("report", ("expected",), "Cash expected", "The coming thirteen weeks, later, and what is doubtful."),
            ("report_expected", (), "Items expected", "Every open item by the day on which it is expected, and why."),
            ("report", ("promises",), "Promises", "Due in the last ninety days, and kept."),
        ),
    ),
    (
        "Books",
        (
            ("report", ("trial-balance",), "Trial balance", "Every account of a client at the end of a day."),
            ("report", ("journal",), "Journal", "Every entry of a client, a month at a time."),
        ),
    ),
)
TITLES = {args[0]: (title, words) for _, rows in LISTED for _, args, title, words in rows if args}
BOOKS = frozenset({"trial-balance", "journal"})
ELSEWHERE = frozenset({"arrears", "trial-balance"})
"""Reports whose page is another one: overdue open items, the ledger."""
BY = (("debtor", "Customer"), ("creditor", "Client"), ("currency", "Currency"))
_MOST_ROWS = 1000
_MOST_LINES = 10**9
AGING = ListSpec(sorts=("overdue",), keep=("asof", "recorded", "creditor", "debtor", "by"))


@require_safe
@needs(Permission.REPORTS_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show what there is to report."""
    groups = [(head, [(title, words, link(name, *args)) for name, args, title, words in rows]) for head, rows in LISTED]
    return render(request, "web/reporting/reports.html", {"groups": groups})


@require_safe
@needs(Permission.REPORTS_VIEW)
def aging_report(request: HttpRequest) -> HttpResponse:
    """Show the aging; every amount leads to its items."""
    ctx, scope = ctx_of(request), scope_of(request)
    by = request.GET.get("by", "debtor")
    by = by if by in dict(BY) else "debtor"
    if request.GET.get("format"):
        response = exported(request, tables.aging_table(ctx, scope, by=by))
        if response is not None:
            return response
    state = read_state(request, AGING)
    query = {name: value for name, value in state.kept.items() if name in {"creditor", "debtor"}}
    query |= day_query(request, scope)
    page, totals = _aging_rows(ctx, scope, by, state)
    shown = [_aging_line(row, by, query) for row in page.rows]
    for before, line in zip([None, *shown], shown, strict=False):
        line["first"] = by != "currency" and (before is None or before["row"].currency != line["row"].currency)
    context = {
        "by": by,
        "choices": [(code, word, link("report_aging", by=code, **query)) for code, word in BY],
        "buckets": bucket_names(scope),
        "columns": len(bucket_names(scope)) + 5,
        "rows": shown,
        "state": state,
        "page": page,
        "totals": [_aging_line(row, "currency", query) for row in totals],
        "scope": scope,
        "exports": export_links(request),
        "clients": len({row.creditor_id for row in page.rows}) > 1,
    }
    return render(request, "web/reporting/aging.html", context)


def _aging_rows(ctx: Any, scope: Scope, by: str, state: ListState) -> tuple[Page, list[AgingRow]]:
    """Return the lines of the page and the sums of all lines by currency."""
    if by != "debtor":
        rows = aging(ctx, scope, by=by)
        totals = rows if by == "currency" else aging(ctx, scope, by="currency")
        return Page(rows, total=len(rows)), sorted(totals, key=lambda row: row.currency)
    skip = _skipped(state)
    found = aging_page(ctx, scope, skip=skip, limit=PAGE_SIZE)
    end = skip + len(found.rows)
    return Page(found.rows, (end,) if end < found.count else None, found.count), found.totals


def _skipped(state: ListState) -> int:
    """Return how many lines come before the page; a cursor that is no such number is the first page."""
    first = (state.cursor or (0,))[0]
    return first if isinstance(first, int) and 0 <= first < _MOST_LINES else 0


def _aging_line(row: AgingRow, by: str, query: dict[str, str]) -> dict[str, Any]:
    narrowed: dict[str, object] = {"currency": row.currency, **query}
    if by != "currency":
        narrowed |= {"debtor": row.debtor_id} if by == "debtor" else {"creditor": row.creditor_id}
    names = bucket_names(Scope(date.min))
    cells = [
        (name, amount, link("report_items", bucket=place, **narrowed))
        for place, (name, amount) in enumerate(zip(names, row.buckets, strict=True))
    ]
    name = {"debtor": row.debtor_name or "payer unknown", "creditor": row.creditor_name, "currency": row.currency}[by]
    unknown = by == "debtor" and row.debtor_id is None
    return {"row": row, "name": name, "cells": cells, "url": "" if unknown else link("report_items", **narrowed)}


@require_safe
@needs(Permission.REPORTS_VIEW)
def report(request: HttpRequest, name: str) -> HttpResponse:
    """Show one of the plain reports, or hand it out as a file."""
    if name not in TITLES:
        raise Http404
    ctx, scope = ctx_of(request), scope_of(request)
    books = creditors(ctx) if name in BOOKS else []
    if books and scope.creditor not in {row.id for row in books}:
        scope = replace(scope, creditor=books[0].id)
    currency = next((row.currency for row in books if row.id == scope.creditor), "")
    if name in ELSEWHERE and not request.GET.get("format"):
        return _elsewhere(request, name, scope)
    if name == "journal" and not request.GET.get("format"):
        return journal_page(request, scope, books, _month(request, scope))
    top = top_debtors(ctx, scope) if name == "top" else []
    table = tables.aging_table(ctx, scope, rows=top) if top else _table(request, ctx, name, scope, currency)
    response = exported(request, replace(table, name=name))
    if response is not None:
        return response
    title, words = TITLES[name]
    query = day_query(request, scope)
    context = {
        "title": title,
        "words": words,
        "name": name,
        "table": table,
        "scope": scope,
        "columns": [(_heading(column), _numeric(table, place)) for place, column in enumerate(table.columns)],
        "lines": _lines(table, drill(name, table, query, top)),
        "count": len(table.rows),
        "most": _MOST_ROWS,
        "exports": export_links(request),
        "about": [
            (key.replace("_", " ").capitalize(), value) for key, value in table.about if key not in {"as_of", "by"}
        ],
        "books": [
            (row.name, link("report", name, creditor=row.id, **query), row.id == scope.creditor) for row in books
        ],
    }
    return render(request, "web/reporting/report.html", context)


def _elsewhere(request: HttpRequest, name: str, scope: Scope) -> HttpResponse:
    """Send the reader to the page that shows the same with links into its parts; the file stays here."""
    query = day_query(request, scope)
    if name == "trial-balance":
        return redirect(link("ledger", creditor=scope.creditor, **query))
    return redirect(link("report_items", overdue="1", **query))


def _table(request: HttpRequest, ctx: Any, name: str, scope: Scope, currency: str) -> Table:
    if name == "trial-balance":
        return tables.trial_balance_table(ctx, scope, currency)
    if name == "journal":
        return tables.journal_table(ctx, scope, _month(request, scope), currency)
    return tables.SIMPLE[name](ctx, scope)


def _month(request: HttpRequest, scope: Scope) -> date:
    """Return the first day of the journal: as asked, else of the month of the day."""
    try:
        return date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return scope.as_of.replace(day=1)


def _heading(column: str) -> str:
    """Return the head of a column in the words of the screen: a creditor is a client there."""
    return "Client" if column == "Creditor" else column


def _numeric(table: Table, place: int) -> bool:
    cells = [row[place] for row in table.rows if row[place] is not None]
    return bool(cells) and all(isinstance(cell, int | Decimal) for cell in cells)


def _heads(columns: Sequence[str]) -> int:
    """Return the place of the column that names a row: the customer or the week, never what many rows have alike."""
    return next((columns.index(name) for name in ("Customer", "Week") if name in columns), 0)


def _lines(table: Table, links: list[Links]) -> list[list[dict[str, Any]]]:
    """Return the first rows as the page shows them; a column of numbers stays one where a cell is empty.

    Of a customer what is nothing is left out, as in the aging: an empty bucket is no line of a card.
    """
    numeric = [_numeric(table, place) for place in range(len(table.columns))]
    names = [_heading(column) for column in table.columns]
    heads = _heads(table.columns)
    customers = "Customer" in table.columns
    return [
        [
            _shown(cell, numeric[place])
            | {"url": there.get(place, ""), "label": names[place], "main": place == heads}
            | ({"text": "", "url": ""} if customers and numeric[place] and cell == 0 else {})
            for place, cell in enumerate(row)
        ]
        for row, there in zip(table.rows[:_MOST_ROWS], links, strict=False)
    ]


def _shown(cell: Cell, numeric: bool) -> dict[str, Any]:  # noqa: FBT001 - one fact of the column
    """Return a cell as the page shows it: numbers to the right in the reader's locale."""
    number = isinstance(cell, int | Decimal) or (cell is None and numeric)
    text: object = cell
    if isinstance(cell, Decimal):
        places = max(0, -int(cell.as_tuple().exponent))
        text = formats.number_text(cell, get_language() or "en", places)
    elif isinstance(cell, int):
        text = formats.number_text(cell, get_language() or "en")
    return {"text": text, "number": number, "day": cell if isinstance(cell, date) else None}
