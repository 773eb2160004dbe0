"""The list of customers: who owes what, found by any part of a name or number, filtered in the URL."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.shortcuts import render
from django.views.decorators.http import require_safe

from fairdue.foundation import clock
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.receivables.customers import SORTS, cursor_of, customers
from fairdue.web.choices import country_name
from fairdue.web.creditors import names
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, ListState, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

COUNTRIES = "AT BE FR DE IT NL PL ES CH GB US".split()
"""Those that are offered, by their English names."""
SPEC = ListSpec(
    sorts=("name", "overdue", "open"),
    filters=(
        Filter("q", "Name, number, VAT, e-mail", kind="search"),
        Filter(
            "state",
            "Balance",
            (("overdue", "Overdue"), ("open", "Open"), ("over_limit", "Over the limit"), ("clear", "Nothing open")),
        ),
        Filter("kind", "Kind", (("business", "Business"), ("consumer", "Consumer"), ("public", "Public body"))),
        Filter("country", "Country", tuple((code, country_name(code)) for code in COUNTRIES)),
    ),
    keep=(),
)


def _after(state: ListState) -> tuple[Any, UUID] | None:
    """Return where the page begins; a cursor that does not fit the order is the first page."""
    try:
        value, row = state.cursor or ()
        return (str(value) if SORTS[state.sort][1] == "text" else int(str(value))), UUID(str(row))
    except ValueError:
        return None


@require_safe
@needs(Permission.CUSTOMERS_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show one page of customers with what is open and overdue of each."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today = clock.today(request.seat.timezone)  # type: ignore[attr-defined]
    state = read_state(request, SPEC)
    creditor = creditor_choice(request)
    rows = customers(
        ctx, today=today, sort=state.sort, descending=state.descending, filters=state.filters, creditor=creditor,
        after=_after(state), limit=PAGE_SIZE + 1,
    )  # fmt: skip
    shown = rows[:PAGE_SIZE]
    following = cursor_of(shown[-1], state.sort) if len(rows) > PAGE_SIZE else None
    currencies = {row.owed_in for row in shown}
    context = {
        "state": state,
        "page": Page(shown, (following[0], str(following[1])) if following else None),
        "uniform": next(iter(currencies)) if len(currencies) == 1 else "",
        "clients": creditor is None and len(names(ctx)) > 1,
        "may_edit": ctx.may(Permission.CUSTOMERS_EDIT),
        "first_use": not names(ctx),
        "may_work": ctx.may(Permission.WORKLIST_VIEW),
    }
    return render(request, "web/parties/index.html", context)
