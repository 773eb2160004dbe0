"""Premium: the worked formula, what was declared, and what the books count for a period."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fairdue.core.findings import RefusedError
from fairdue.core.insurance.premium import declaration_due
from fairdue.core.money import Money
from fairdue.foundation.permissions import Permission
from fairdue.insurance import selectors
from fairdue.insurance.services import declare_turnover, post_premium, reverse_premium
from fairdue.web.amounts import AmountField
from fairdue.web.insurance.frame import Frame, frame_of
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.http import HttpRequest


class DeclareForm(forms.Form):
    """A period and, if it differs from the books, the turnover."""

    starts_on = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    ends_on = forms.DateField(label="To", widget=forms.DateInput(attrs={"type": "date"}))
    turnover = AmountField(
        label="Turnover",
        required=False,
        min_value=Decimal(0),
        max_digits=17,
        decimal_places=2,
        help_text="Left empty: as counted from the books.",
    )


def _last_month(day: date) -> tuple[date, date]:
    end = day.replace(day=1) - timedelta(days=1)
    return end.replace(day=1), end


def _owed(ends_on: date, declared: Sequence[date]) -> date:
    """Return the end of the month that is owed next: the last one, or the one after what is declared already."""
    latest = max(declared, default=date.min)
    if latest < ends_on:
        return ends_on
    following = (latest.replace(day=1) + timedelta(days=32)).replace(day=1)
    return (following + timedelta(days=31)).replace(day=1) - timedelta(days=1)


@require_safe
@needs(Permission.INSURANCE_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the premium of the policy year with every step."""
    frame = frame_of(request)
    if frame.policy is None:
        return render(request, "web/insurance/first.html", frame.context("insurance_premium"))
    starts_on, ends_on = _last_month(frame.as_of)
    return _show(request, frame, DeclareForm(initial={"starts_on": starts_on, "ends_on": ends_on}))


def _show(request: HttpRequest, frame: Frame, form: DeclareForm) -> HttpResponse:
    assert frame.policy is not None
    form["turnover"].label = f"Turnover, {frame.policy.currency}"
    starts_on, ends_on = _last_month(frame.as_of)
    counted = selectors.insurable_turnover(frame.ctx, frame.policy, starts_on, ends_on)
    premium = selectors.premium_of(frame.policy)
    declared = selectors.declarations(frame.policy.id)
    context = frame.context(
        "insurance_premium",
        form=form,
        steps=[] if premium is None else [(step.name.replace("_", " ").capitalize(), step) for step in premium.steps],
        starts_on=starts_on,
        ends_on=ends_on,
        declarations=list(reversed(declared)),
        due_on=declaration_due(_owed(ends_on, [row.ends_on for row in declared])),
        counted=sorted(counted, key=lambda row: (row.left_out != "", -row.net))[:50],
        count=len(counted),
        insurable=sum(row.net for row in counted if not row.left_out),
        left_out=sum(row.net for row in counted if row.left_out),
        may_edit=frame.ctx.may(Permission.INSURANCE_EDIT),
        posted=selectors.premiums_posted(frame.policy.id),
        left=selectors.premium_left(frame.policy),
        may_ledger=frame.ctx.may(Permission.LEDGER_VIEW),
    )
    return render(request, "web/insurance/premium.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Permission.INSURANCE_EDIT)
def declare(request: HttpRequest) -> HttpResponse:
    """Declare the turnover of a period."""
    frame = frame_of(request)
    if frame.policy is None:
        return redirect("web:insurance_premium")
    form = DeclareForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data["turnover"]
        with shown_on(form):
            declare_turnover(
                frame.ctx,
                policy=frame.policy.id,
                starts_on=form.cleaned_data["starts_on"],
                ends_on=form.cleaned_data["ends_on"],
                today=frame.today,
                turnover=None if given is None else Money.parse(given, frame.policy.currency).minor,
            )
    if form.errors:
        return _show(request, frame, form)
    messages.success(request, "Declared. A later declaration of the same period corrects it.")
    return redirect(f"{reverse('web:insurance_premium')}?policy={frame.policy.id}")


@require_POST
@needs(Permission.INSURANCE_EDIT)
def book(request: HttpRequest) -> HttpResponse:
    """Book what the premium is beyond what stands in the books."""
    frame = frame_of(request)
    if frame.policy is None:
        return redirect("web:insurance_premium")
    try:
        post_premium(frame.ctx, policy=frame.policy.id, today=frame.today)
        messages.success(request, "Booked. It is taken back by a reversal.")
    except RefusedError as refused:
        messages.error(request, refused.findings[0].message)
    return redirect(f"{reverse('web:insurance_premium')}?policy={frame.policy.id}")


@require_POST
@needs(Permission.INSURANCE_EDIT)
def unbook(request: HttpRequest, posting: UUID) -> HttpResponse:
    """Take a booking of premium back by its mirror."""
    frame = frame_of(request)
    try:
        reverse_premium(frame.ctx, posting=posting, today=frame.today)
        messages.success(request, "Taken back by a reversal.")
    except RefusedError as refused:
        messages.error(request, refused.findings[0].message)
    return redirect(f"{reverse('web:insurance_premium')}?policy={request.GET.get('policy', '')}")
