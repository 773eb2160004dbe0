"""Open items behind a figure, and one item with what reduced it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fairdue.foundation.permissions import Permission
from fairdue.invoicing.selectors import invoice
from fairdue.receivables import selectors
from fairdue.reporting.aging import NIL, ItemFilter, bucket_filter, bucket_names, currencies, open_items
from fairdue.reporting.tables import open_items_table
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, ListState, Page, read_state
from fairdue.web.panels import render_panel
from fairdue.web.permit import needs
from fairdue.web.reporting.frame import ctx_of, export_links, exported, link_if, scope_of, today_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fairdue.reporting.scope import Scope


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
        keep=("asof", "debtor", "creditor", "recorded"),
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
        "allocations": selectors.allocations(ctx, item=item),
        "holds": holds,
        "invoice_url": link_if("invoice", item) if issued else "",
        "customer_url": link_if("customer", row.debtor_id),
        "facts_url": f"{link_if('audit')}?subject={item}" if ctx.may(Permission.AUDIT_VIEW) else "",
    }
    return render_panel(request, "web/reporting/item_page.html", "web/reporting/item_panel.html", context)
