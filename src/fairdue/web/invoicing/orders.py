"""Orders: what was agreed, what is billed, and drafting the rest."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors, services
from fairdue.invoicing.billed import billings
from fairdue.invoicing.prepaid import prepayments
from fairdue.web.creditors import names
from fairdue.web.invoicing.documents import once
from fairdue.web.invoicing.editor import vat_word
from fairdue.web.invoicing.extras import number
from fairdue.web.invoicing.lists import tabs, today_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

SPEC = ListSpec(
    sorts=("ordered",),
    descending=True,
    filters=(
        Filter("q", "Number or customer", kind="search"),
        Filter("state", "State", (("open", "To bill"), ("billed", "Billed"), ("closed", "Closed"))),
    ),
)


@require_safe
@needs(Permission.INVOICES_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show orders with what is left to bill."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    state = read_state(request, SPEC)
    creditor = creditor_choice(request)
    rows = selectors.orders(ctx, filters=state.filters, creditor=creditor, after=state.cursor, limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    known = names(ctx)
    more = (shown[-1].ordered_on, shown[-1].id) if len(rows) > PAGE_SIZE else None
    context = {
        "tabs": tabs("orders"),
        "state": state,
        "page": Page([(row, known.get(row.creditor_id, "")) for row in shown], more),
        "filtered": bool(state.filters),
        "several": len(known) > 1 and creditor is None,
        "may_draft": ctx.may(Permission.INVOICES_DRAFT),
        "key": uuid4(),
    }
    return render(request, "web/invoicing/orders.html", context)


@require_safe
@needs(Permission.INVOICES_VIEW)
def show(request: HttpRequest, order: UUID) -> HttpResponse:
    """Show one order with its lines."""
    return _page(request, order, {})


def _page(request: HttpRequest, order: UUID, typed: dict[str, str]) -> HttpResponse:
    """Return the page of an order; `typed` are quantities that were refused, so that they need not be typed again."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    rows = selectors.orders(ctx, order=order)
    if not rows:
        raise Http404("There is no such order.")
    lines = selectors.order_lines(ctx, order)
    context = {
        "order": rows[0],
        "lines": [
            (line, vat_word(line.category, line.rate), typed.get(str(line.id), line.left_text)) for line in lines
        ],
        "prepayments": prepayments(ctx, order),
        "billings": billings(ctx, order, rows[0].debtor_id),
        "creditor": names(ctx).get(rows[0].creditor_id, ""),
        "billable": rows[0].closed_on is None and any(line.left > 0 for line in lines),
        "may_draft": ctx.may(Permission.INVOICES_DRAFT),
        "key": uuid4(),
    }
    return render(request, "web/invoicing/order.html", context, status=422 if typed else 200)


@require_POST
@needs(Permission.INVOICES_DRAFT)
def bill(request: HttpRequest, order: UUID) -> HttpResponse:
    """Draft an invoice for the quantities in the form."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    typed = {
        str(line.id): request.POST.get(f"quantity-{line.id}", "").strip()[:40]
        for line in selectors.order_lines(ctx, order)
    }
    quantities: dict[str, str] = {}
    for line, text in typed.items():
        plain = number(text)
        try:
            if plain and Decimal(plain):
                quantities[line] = plain
        except DecimalException:
            messages.error(request, f"{text!r} is not a quantity.")
            return _page(request, order, typed)
    try:
        if deliveries := _deliveries(request, order):
            services.note_deliveries(ctx, deliveries=deliveries, today=today_of(request))
        key = once(request, "bill", repr(sorted(quantities.items())))
        draft = services.draft_from_order(ctx, order=order, quantities=quantities, today=today_of(request), key=key)
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
        return _page(request, order, typed)
    return redirect("web:draft", draft)


def _deliveries(request: HttpRequest, order: UUID) -> list[services.Delivered]:
    """Return what the form says of deliveries, for the lines that it has fields for; refuses a day that is none."""
    found = []
    for line in selectors.order_lines(request.ctx, order):  # type: ignore[attr-defined]
        note, day = request.POST.get(f"note-{line.id}"), request.POST.get(f"day-{line.id}", "").strip()
        if note is None:
            continue
        try:
            found.append(services.Delivered(line.id, note, date.fromisoformat(day) if day else None))
        except ValueError:
            raise refuse("order.delivered_on", f"day-{line.id}", f"{day!r} is not a day.") from None
    return found


@require_POST
@needs(Permission.INVOICES_DRAFT)
def close(request: HttpRequest, order: UUID) -> HttpResponse:
    """Decide that the rest of the order is not billed."""
    reason = request.POST.get("reason", "")[:200] or "not billed"
    services.close_order(request.ctx, order=order, reason=reason, today=today_of(request))  # type: ignore[attr-defined]
    messages.success(request, "The order is closed.")
    return redirect("web:order", order)
