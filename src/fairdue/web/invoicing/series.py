"""The register of number series: what was drawn, that nothing is missing, and opening the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors, services
from fairdue.web.creditors import creditor_choices
from fairdue.web.invoicing.lists import tabs, today_of
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


class SeriesForm(forms.Form):
    """A new number series."""

    creditor = forms.TypedChoiceField(label="Client", coerce=UUID)
    kind = forms.ChoiceField(label="For", choices=tuple(services.SERIES_WORDS.items()))
    pattern = forms.CharField(
        label="Pattern",
        max_length=40,
        initial="RE-{yyyy}-{n:5}",
        help_text="{yyyy} or {yy}, {mm}, and one counter {n:5}; at most 16 characters of A-Z, 0-9, hyphen and slash.",
    )
    yearly = forms.BooleanField(label="Starts again at 1 each year", required=False, initial=True)
    year_starts = forms.IntegerField(label="First month of the fiscal year", min_value=1, max_value=12, initial=1)


@require_safe
@needs(Permission.INVOICES_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show every series with its periods."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    context = {
        "tabs": tabs("series"),
        "rows": [
            (row, services.SERIES_WORDS[row.kind]) for row in selectors.series(ctx, creditor=creditor_choice(request))
        ],
        "may_edit": ctx.may(Permission.SETTINGS_EDIT),
    }
    return render(request, "web/invoicing/series.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.SETTINGS_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Open a series."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    form = SeriesForm(request.POST or None)
    form.fields["creditor"].choices = creditor_choices(ctx)  # type: ignore[attr-defined]
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            services.open_series(ctx, today=today_of(request), **form.cleaned_data)
        if form.is_valid():
            messages.success(request, "The series is open; the next document takes its first number.")
            return redirect("web:series")
    status = 422 if form.errors else 200
    return render(request, "web/invoicing/series_new.html", {"form": form, "tabs": tabs("series")}, status=status)
