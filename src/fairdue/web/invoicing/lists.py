"""The list of issued documents."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.views.decorators.http import require_safe

from fairdue.foundation import clock
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors
from fairdue.web import formats
from fairdue.web.creditors import names
from fairdue.web.invoicing.band import figures
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from fairdue.invoicing.selectors import InvoiceRow

TABS = (
    ("invoices", "Issued"),
    ("drafts", "Drafts"),
    ("issue_runs", "Bulk runs"),
    ("orders", "Orders"),
    ("plans", "Recurring"),
    ("deliveries", "Deliveries"),
    ("series", "Number series"),
    ("validate_files", "Check files"),
)
SPEC = ListSpec(
    sorts=("issued", "due", "number", "gross"),
    descending=True,
    filters=(
        Filter("q", "Number or customer", kind="search"),
        Filter(
            "state",
            "State",
            (
                ("open", "Open"),
                ("overdue", "Overdue"),
                ("paid", "Settled"),
                ("credit", "Credit notes"),
                ("invalid", "Not valid or not checked"),
            ),
        ),
        Filter(
            "delivery",
            "Delivery",
            (
                ("none", "Not sent"),
                ("queued", "On its way"),
                ("sent", "Handed over"),
                ("delivered", "Delivered"),
                ("failed", "Failed"),
            ),
        ),
        Filter("since", "Issued from", kind="date"),
        Filter("until", "to", kind="date"),
    ),
)


def today_of(request: HttpRequest) -> date:
    """Return the tenant's business date."""
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]


def amount_text(row: InvoiceRow) -> str:
    """Return the amount of a document as people read it."""
    return formats.money_text(row.gross, row.currency)


def status_of(row: InvoiceRow, today: date) -> tuple[str, str]:
    """Return the state of a document in a word, and its tone."""
    if row.credit:
        return ("Credit left", "attention") if row.residual else ("Applied", "done")
    if not row.residual:
        return ("Settled", "done")
    if row.due_on < today:
        return ("Overdue", "danger")
    return ("Part paid", "accent") if row.residual < row.gross else ("Open", "")


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """Return the tabs of the area: URL name, label, whether it is this one."""
    return [(f"web:{name}", label, name == current) for name, label in TABS]


@require_safe
@needs(Permission.INVOICES_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show issued invoices and credit notes."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today = today_of(request)
    state = read_state(request, SPEC)
    rows = selectors.invoices(
        ctx,
        today=today,
        sort=state.sort,
        descending=state.descending,
        filters=state.filters | ({"kind": "381"} if state.filters.get("state") == "credit" else {}),
        creditor=creditor_choice(request),
        after=state.cursor,
        limit=PAGE_SIZE + 1,
    )
    shown = rows[:PAGE_SIZE]
    more = selectors.cursor_of(shown[-1], state.sort) if len(rows) > PAGE_SIZE else None
    known = names(ctx)
    context = {
        "tabs": tabs("invoices"),
        "state": state,
        "figures": figures(ctx, state, today=today, creditor=creditor_choice(request)),
        "page": Page([(row, *status_of(row, today), known.get(row.creditor_id, "")) for row in shown], more),
        "filtered": bool(state.filters),
        "today": today,
        "several": len(known) > 1 and creditor_choice(request) is None,
        "may_draft": ctx.may(Permission.INVOICES_DRAFT),
    }
    return render(request, "web/invoicing/index.html", context)
