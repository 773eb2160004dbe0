"""Open items behind a figure, and one item with what reduced it."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from fairdue.cash import selectors as cash
from fairdue.foundation.permissions import Permission
from fairdue.invoicing.selectors import invoice
from fairdue.receivables import selectors
from fairdue.reporting.aging import NIL, ItemFilter, bucket_filter, bucket_names, currencies, open_items
from fairdue.reporting.expected import DOUBTFUL, SOON, WEEKS, WHY, expected_items, week_days
from fairdue.reporting.tables import chosen_weeks, expected_items_table, open_items_table
from fairdue.web import formats
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, ListState, Page, read_state
from fairdue.web.panels import render_panel
from fairdue.web.permit import needs
from fairdue.web.reporting.frame import ctx_of, export_links, exported, link, link_if, scope_of, today_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fairdue.receivables.selectors import AllocationRow
    from fairdue.reporting.expected import Key
    from fairdue.reporting.scope import Scope

KEPT = ("asof", "debtor", "creditor", "recorded")


def _spec(scope: Scope, known: list[str]) -> ListSpec:
    buckets = tuple(
        (str(place), name if place == 0 else f"{name} days") for place, name in enumerate(bucket_names(scope))
    )
    return ListSpec(
        sorts=("due",),
        filters=(
            Filter("bucket", "Past due", buckets),
            Filter("overdue", "Only overdue", kind="check"),
            Filter("currency", "Currency", tuple((one, one) for one in known)),
        ),
        keep=KEPT,
    )


def _chosen(state: ListState, scope: Scope) -> ItemFilter:
    """Return the items that the URL asks for, from the cursor on."""
    wanted = state.filters.get("bucket", "")
    currency = state.filters.get("currency")
    chosen = bucket_filter(scope, int(wanted), currency) if wanted else ItemFilter(currency=currency)
    if state.filters.get("overdue"):
        chosen = replace(chosen, due_to=min(chosen.due_to, scope.as_of - timedelta(days=1)))
    return replace(chosen, after=_after(state.cursor))


def _after(cursor: tuple[object, ...] | None) -> tuple[date, UUID]:
    try:
        due, item = cursor or ()
        return date.fromisoformat(str(due)), UUID(str(item))
    except ValueError:
        return date.min, NIL


@require_safe
@needs(Permission.REPORTS_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show open items, the oldest due first, a page at a time; or all of them as a file."""
    ctx, scope = ctx_of(request), scope_of(request)
    state = read_state(request, _spec(scope, currencies(ctx, scope)))
    chosen = _chosen(state, scope)
    if request.GET.get("format"):
        response = exported(request, open_items_table(ctx, scope, replace(chosen, after=(date.min, NIL))))
        if response is not None:
            return response
    rows = open_items(ctx, scope, chosen, limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    following = (shown[-1].due_on.isoformat(), str(shown[-1].item_id)) if len(rows) > PAGE_SIZE else None
    sums: dict[str, int] = {}
    for row in shown:
        sums[row.currency] = sums.get(row.currency, 0) + row.open
    context = {
        "state": state,
        "page": Page(shown, following),
        "sums": sums,
        "uniform": next(iter(sums)) if len(sums) == 1 else "",
        "scope": scope,
        "exports": export_links(request),
        "customer": shown[0].debtor_name if scope.debtor and shown else "",
        "clients": len({row.creditor_id for row in shown}) > 1,
    }
    return render(request, "web/reporting/items.html", context)


def _weeks(scope: Scope) -> tuple[tuple[str, str], ...]:
    """Return what may be asked of cash expected, each week with its days."""
    language = get_language() or "en"
    days = [(week, [formats.day_text(day, language) for day in week_days(scope.as_of, week)]) for week in range(WEEKS)]
    named = [(str(week + 1), f"Week {week + 1}: {first} to {last}") for week, (first, last) in days]
    return (("soon", f"The coming {SOON} weeks"), *named, ("later", "Later"), ("doubtful", "Doubtful"))


@require_safe
@needs(Permission.REPORTS_VIEW)
def expected(request: HttpRequest) -> HttpResponse:
    """Show what is expected of which item on which day and why, or hand all of it out as a file."""
    ctx, scope = ctx_of(request), scope_of(request)
    known = tuple((one, one) for one in currencies(ctx, scope))
    filters = (Filter("week", "Expected", _weeks(scope)), Filter("currency", "Currency", known))
    state = read_state(request, ListSpec(sorts=("day",), filters=filters, keep=KEPT))
    weeks, currency = chosen_weeks(state.filters.get("week", "")), state.filters.get("currency")
    if request.GET.get("format"):
        response = exported(request, expected_items_table(ctx, scope, weeks, currency))
        if response is not None:
            return response
    rows = expected_items(
        ctx, scope, weeks=weeks, currency=currency, after=_after_key(state.cursor), limit=PAGE_SIZE + 1
    )
    shown, more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
    sums: Counter[str] = Counter()
    for row in shown:
        sums[row.currency] += row.amount
    day, item_id, week = shown[-1].key if shown else (None, None, None)
    context = {
        "state": state, "page": Page(shown, (str(day), str(item_id), week) if more else None), "scope": scope,
        "sums": dict(sums), "uniform": next(iter(sums)) if len(sums) == 1 else "", "exports": export_links(request),
        "clients": len({row.creditor_id for row in shown}) > 1,
        "rows": [(row, WHY[row.why], row.week == DOUBTFUL) for row in shown],
    }  # fmt: skip
    return render(request, "web/reporting/expected.html", context)


def _after_key(cursor: tuple[object, ...] | None) -> Key | None:
    """Return where the page begins; a cursor that is no such key is the first page."""
    try:
        day, item_id, week = cursor or ()
        return date.fromisoformat(str(day)), UUID(str(item_id)), int(str(week))
    except ValueError:
        return None


@require_safe
@needs(Permission.REPORTS_VIEW)
def item(request: HttpRequest, item: UUID) -> HttpResponse:
    """Show one item: what it was, what reduced it, what holds it."""
    ctx = ctx_of(request)
    found = selectors.items(ctx, ids=[item])
    if not found:
        raise Http404
    row = found[0]
    holds = [
        hold
        for hold in selectors.holds(ctx, debtors=[row.debtor_id], on=today_of(request))
        if hold.item_id in {None, item}
    ]
    issued = row.kind == "invoice" and invoice(ctx, item, today=today_of(request)) is not None
    context = {
        "row": row,
        "imported": row.kind == "invoice" and not issued,
        "allocations": _reduced(ctx, item),
        "holds": holds,
        "invoice_url": link_if("invoice", item) if issued else "",
        "customer_url": link_if("customer", row.debtor_id),
        "facts_url": f"{link_if('audit')}?subject={item}" if ctx.may(Permission.AUDIT_VIEW) else "",
    }
    return render_panel(request, "web/reporting/item_page.html", "web/reporting/item_panel.html", context)


def _reduced(ctx: Any, item: UUID) -> list[tuple[AllocationRow, str]]:
    """Return what reduced an item, each with the address of its bank line for who may see it, else nothing."""
    rows = selectors.allocations(ctx, item=item)
    paid = [row.credit_id for row in rows if row.credit_id]
    lines = cash.lines_of(ctx, paid) if paid and ctx.may(Permission.CASH_VIEW) else {}
    return [(row, link("cash_line", lines[row.credit_id]) if row.credit_id in lines else "") for row in rows]
