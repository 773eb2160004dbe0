"""The styleguide, its side panel and its bulk preview."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fairdue.foundation.permissions import Permission
from fairdue.web import charts, formats
from fairdue.web.lists import Filter, ListSpec, Page, read_state
from fairdue.web.panels import render_panel
from fairdue.web.permit import needs
from fairdue.web.styleguide import samples

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse
    from django.utils.safestring import SafeString

SPEC = ListSpec(
    sorts=("due", "customer", "residual"),
    filters=(
        Filter("q", "Number or customer", kind="search"),
        Filter("state", "State", (("overdue", "Overdue"), ("hold", "On hold"), ("paid", "Paid"))),
        Filter("client", "Client", (("nord", "Nordwerk GmbH"), ("lac", "Lac & Fils SA"))),
    ),
)
_BEST_DSO = (36, 36, 35, 35, 34, 35, 34, 34, 33, 33, 33, 33)


@require_safe
@needs(Permission.OWN_ACCOUNT)
def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component."""
    rows = samples.items()
    context = {
        "state": read_state(request, SPEC),
        "page": Page(rows, next_cursor=("2026-12-12", "RE-2026-04355"), total=412),
        "today": samples.TODAY,
        "total": sum(item.residual for item in rows),
        "figures": samples.figures(),
        "charts": _charts(),
        "timeline": samples.life(),
        "findings": samples.findings(),
        "form": samples.sample_form(),
        "themes": ("light", "dark"),
    }
    return render(request, "web/styleguide/index.html", context)


def _charts() -> list[SafeString]:
    short = partial(formats.short_money_text, currency="EUR")
    return [
        charts.aging_bar("Open by age", samples.aging()),
        charts.bar_chart("Cash by week", samples.weeks(), unit="EUR, expected in grey", axis=short),
        charts.line_chart(
            "DSO", samples.dso(), unit="days", favourable=charts.Favourable.DOWN,
            reference=_BEST_DSO, reference_name="best possible",
        ),
    ]  # fmt: skip


@require_safe
@needs(Permission.OWN_ACCOUNT)
def panel(request: HttpRequest, number: str) -> HttpResponse:
    """Show one sample item in the side panel, or as a page."""
    found = [item for item in samples.items() if item.number == number]
    if not found:
        raise Http404("There is no sample with this number.")
    context = {"item": found[0], "today": samples.TODAY, "timeline": samples.life()}
    return render_panel(request, "web/styleguide/item.html", "web/styleguide/panel.html", context)


@require_safe
@needs(Permission.OWN_ACCOUNT)
def preview(request: HttpRequest) -> HttpResponse:
    """Show what stands before a bulk action."""
    return render(request, "web/bulk_preview.html", {"preview": samples.preview()})
