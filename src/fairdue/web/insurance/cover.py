"""Cover: limit, exposure and headroom of every customer, and why an item is or is not insured."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fairdue.core.findings import Severity
from fairdue.core.insurance.limits import LimitChange
from fairdue.foundation.permissions import Permission
from fairdue.insurance import selectors
from fairdue.insurance.services import LimitDraft, decide_limits
from fairdue.web.amounts import AmountField
from fairdue.web.insurance.frame import Frame, frame_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.panels import render_panel
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from fairdue.insurance.selectors import DebtorCover

SPEC = ListSpec(
    sorts=("uninsured", "customer", "limit", "exposure", "insured", "headroom"),
    filters=(
        Filter("q", "Customer", kind="search"),
        Filter(
            "state",
            "State",
            (
                ("exceeded", "Limit exceeded"),
                ("stopped", "Deliveries stopped"),
                ("uninsured", "Partly uninsured"),
                ("none", "No limit"),
            ),
        ),
    ),
    descending=True,
    keep=("asof", "policy"),
)
_KEYS: dict[str, Callable[[DebtorCover], Any]] = {
    "uninsured": lambda row: row.uninsured,
    "customer": lambda row: row.debtor_name.casefold(),
    "limit": lambda row: row.limit,
    "exposure": lambda row: row.exposure,
    "insured": lambda row: row.insured,
    "headroom": lambda row: row.headroom,
}
_STATES: dict[str, Callable[[DebtorCover], bool]] = {
    "exceeded": lambda row: row.exposure > row.limit > 0,
    "stopped": lambda row: row.stopped_since is not None,
    "uninsured": lambda row: row.uninsured > 0,
    "none": lambda row: row.limit == 0,
}


def state_of(row: DebtorCover) -> tuple[str, str]:
    """Return the word and tone of what matters most about a customer's cover."""
    if row.insolvent_on is not None:
        return "Insolvent", "danger"
    if row.stopped_since is not None:
        return "Stop deliveries", "danger"
    if row.exposure > row.limit > 0:
        return "Limit exceeded", "danger"
    if row.limit == 0 and row.exposure:
        return "No limit" if row.limit_words == "never asked for" else "Limit withdrawn", "attention"
    if row.uninsured:
        return "Partly uninsured", "attention"
    return ("Insured", "done") if row.exposure else ("Free", "")


@require_safe
@needs(Permission.INSURANCE_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the cover of every customer under the chosen policy."""
    frame = frame_of(request)
    if frame.policy is None:
        return render(request, "web/insurance/first.html", frame.context("insurance"))
    rows = selectors.covers(frame.ctx, frame.policy, frame.as_of)
    state = read_state(request, SPEC)
    query, wanted = state.filters.get("q", "").casefold(), _STATES.get(state.filters.get("state", ""))
    found = [row for row in rows if query in row.debtor_name.casefold() and (wanted is None or wanted(row))]
    found.sort(key=_KEYS[state.sort], reverse=state.descending)
    start = state.cursor[0] if state.cursor and isinstance(state.cursor[0], int) else 0
    shown = found[start : start + PAGE_SIZE]
    following = (start + PAGE_SIZE,) if len(found) > start + PAGE_SIZE else None
    page = Page([(row, *state_of(row)) for row in shown], following, len(found))
    return render(
        request,
        "web/insurance/cover.html",
        frame.context("insurance", state=state, page=page, band=_band(rows, frame.policy.currency)),
    )


def _band(rows: list[DebtorCover], currency: str) -> dict[str, Any]:
    return {
        "currency": currency,
        "exposure": sum(row.exposure for row in rows),
        "insured": sum(row.insured for row in rows),
        "uninsured": sum(row.uninsured for row in rows),
        "stopped": sum(row.stopped_since is not None for row in rows),
        "limits": sum(row.limit for row in rows),
    }


class LimitForm(forms.Form):
    """A decision on a limit."""

    change = forms.ChoiceField(
        label="Decision",
        choices=[
            (LimitChange.GRANTED, "Granted"),
            (LimitChange.REDUCED, "Reduced"),
            (LimitChange.WITHDRAWN, "Withdrawn"),
            (LimitChange.REFUSED, "Refused"),
            (LimitChange.REQUESTED, "Requested"),
            (LimitChange.DISCRETIONARY, "Own check (discretionary)"),
        ],
    )
    acts_on = forms.DateField(label="From", widget=forms.DateInput(attrs={"type": "date"}))
    amount = AmountField(label="Limit", min_value=Decimal(0), required=False, max_digits=17, decimal_places=2)
    percentage = forms.DecimalField(
        label="Insured percentage, %",
        required=False,
        max_digits=6,
        decimal_places=3,
        help_text="Only if it differs from the policy.",
    )
    until_on = forms.DateField(label="Until", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    note = forms.CharField(label="Note", required=False, max_length=300)


@require_safe
@needs(Permission.INSURANCE_VIEW)
def customer(request: HttpRequest, policy: UUID, debtor: UUID) -> HttpResponse:
    """Show one customer's cover: each item with its reason, the decisions on the limit."""
    frame = frame_of(request, policy)
    return _customer(request, frame, debtor, LimitForm(initial={"acts_on": frame.today}))


def _customer(request: HttpRequest, frame: Frame, debtor: UUID, form: LimitForm) -> HttpResponse:
    assert frame.policy is not None
    form["amount"].label = f"Limit, {frame.policy.currency}"
    rows = selectors.covers(frame.ctx, frame.policy, frame.as_of, [debtor])
    if not rows:
        raise Http404
    word, tone = state_of(rows[0])
    items = [
        (item, [reason for reason in item.cover.reasons if reason.severity is not Severity.INFO])
        for item in rows[0].items
    ]
    context = frame.context(
        "insurance",
        row=rows[0],
        word=word,
        tone=tone,
        items=items,
        form=form,
        events=list(reversed(selectors.limit_history(frame.policy.id, debtor))),
        dates=selectors.duties(frame.ctx, frame.policy, frame.today, debtors=[debtor]),
        claims=selectors.claims(frame.ctx, policy=frame.policy.id, debtor=debtor),
        may_edit=frame.ctx.may(Permission.INSURANCE_EDIT),
        claimable=bool(selectors.claimable(frame.policy.id, rows[0])),
    )
    return render_panel(
        request,
        "web/insurance/customer_page.html",
        "web/insurance/customer_panel.html",
        context,
        status=422 if form.errors else 200,
    )


@require_POST
@needs(Permission.INSURANCE_EDIT)
def decide(request: HttpRequest, policy: UUID, debtor: UUID) -> HttpResponse:
    """Record a decision on a customer's limit."""
    frame = frame_of(request, policy)
    assert frame.policy is not None
    form = LimitForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            decide_limits(
                frame.ctx, policy=policy, limits=[_draft(form, debtor, frame.policy.currency)], today=frame.today
            )
    if form.errors:
        return _customer(request, frame, debtor, form)
    messages.success(
        request, "Decision recorded. It acts on deliveries from its day; what was delivered before runs off."
    )
    return redirect(reverse("web:insurance_customer", args=[policy, debtor]))


def _draft(form: LimitForm, debtor: UUID, currency: str) -> LimitDraft:
    from fairdue.core.money import Money

    data = form.cleaned_data
    return LimitDraft(
        debtor,
        data["acts_on"],
        LimitChange(data["change"]),
        Money.parse(data["amount"] or Decimal(0), currency).minor,
        data["percentage"],
        data["until_on"],
        data["note"],
    )
