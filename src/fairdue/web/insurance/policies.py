"""Policies: take one out, read its terms."""

from __future__ import annotations

from dataclasses import fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fairdue.core.insurance.fields import Node
from fairdue.core.insurance.files import read_policy
from fairdue.core.insurance.policy import (
    AggregateOn,
    Anchor,
    FirstLossPlace,
    Policy,
    ReceiptOrder,
    RecoveryRule,
    WaitingFrom,
)
from fairdue.core.insurance.premium import PremiumTerms
from fairdue.core.money import Money, MoneyError
from fairdue.foundation.permissions import Permission
from fairdue.insurance.services import PolicyDraft, take_out_policy
from fairdue.web.amounts import AmountText
from fairdue.web.creditors import creditor_choices
from fairdue.web.insurance.frame import frame_of, today_of
from fairdue.web.insurance.terms import choices_of, terms_shown
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_DATE = {"type": "date"}


def _amount(label: str, help_text: str = "") -> forms.CharField:
    return AmountText(label=label, required=False, max_length=30, help_text=help_text)


def _days(label: str, initial: int | None = None, *, required: bool = False) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=required, min_value=0, max_value=3650, initial=initial)


class PolicyForm(forms.Form):
    """The terms of a policy as its schedule lists them; what is left empty does not exist in the policy."""

    creditor = forms.TypedChoiceField(label="Client", coerce=UUID)
    insurer = forms.CharField(label="Insurer", max_length=120)
    number = forms.CharField(label="Policy number", max_length=60)
    currency = forms.CharField(label="Currency", max_length=3, min_length=3, initial="EUR")
    starts = forms.DateField(label="From", widget=forms.DateInput(attrs=_DATE))
    ends = forms.DateField(label="To", widget=forms.DateInput(attrs=_DATE))
    insured_percentage = forms.DecimalField(
        label="Insured percentage", initial=Decimal(90), max_digits=6, decimal_places=3
    )
    vat_insured = forms.BooleanField(label="VAT is insured", required=False)
    maximum_credit_days = _days("Maximum payment term, days")
    maximum_invoicing_days = _days("Delivery to invoice, days")
    extension_days = _days("Maximum extension period, days", 60, required=True)
    extension_from = forms.ChoiceField(label="Extension counted from", choices=choices_of("extension_from", Anchor))
    notification_days = _days("Notice after extension, days", 30)
    mandate_days = _days("Mandate after extension, days", 30)
    claim_days = _days("Claim after extension, days", 90)
    waiting_days = _days("Waiting period, days", 180, required=True)
    waiting_from = forms.ChoiceField(
        label="Waiting counted from", choices=choices_of("waiting_from", WaitingFrom), initial=WaitingFrom.MANDATE
    )
    payout_days = _days("Pay-out after date of loss, days", 30, required=True)
    threshold = _amount("Threshold", "A loss at or below it does not count.")
    each_and_every = _amount("First loss of every loss")
    each_and_every_place = forms.ChoiceField(
        label="First loss taken off",
        choices=choices_of("each_and_every_place", FirstLossPlace),
        initial=FirstLossPlace.AFTER,
    )
    minimum_retention = _amount("Minimum retention")
    aggregate_first_loss = _amount("First loss of the year")
    aggregate_on = forms.ChoiceField(
        label="First loss of the year eroded by",
        choices=choices_of("aggregate_on", AggregateOn),
        initial=AggregateOn.INDEMNITY,
    )
    maximum_liability = _amount("Maximum of the year")
    liability_multiple = forms.DecimalField(
        label="Maximum, premium times", required=False, max_digits=6, decimal_places=2
    )
    discretionary_limit = _amount("Discretionary limit", "Most that you may grant by your own check.")
    receipt_order = forms.ChoiceField(label="Money reduces", choices=choices_of("receipt_order", ReceiptOrder))
    recovery_rule = forms.ChoiceField(
        label="Recoveries are shared by", choices=choices_of("recovery_rule", RecoveryRule)
    )
    rate_percent = forms.DecimalField(label="Premium rate, %", required=False, max_digits=8, decimal_places=5)
    estimate = _amount("Estimated turnover")
    minimum_percent = forms.DecimalField(
        label="Minimum premium, %", initial=Decimal(80), required=False, max_digits=6, decimal_places=3
    )

    def __init__(self, ctx: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["creditor"].choices = creditor_choices(ctx)  # type: ignore[attr-defined]

    def terms(self) -> Policy:
        """Return the terms, each refused one as an error on its field."""
        data, names = self.cleaned_data, {term.name for term in fields(Policy)} - {"currency"}
        plain: dict[str, object] = {}
        for name in names & data.keys():
            value = data[name]
            if value not in (None, ""):
                plain[name] = value if isinstance(value, bool | int) else str(value)
            elif name.endswith("_days") and name not in {"extension_days", "waiting_days", "payout_days"}:
                plain[name] = None
        node = Node(plain, "", [], data["currency"])
        try:
            terms = read_policy(node)
        except MoneyError as error:
            self.add_error("currency", str(error))
            return Policy("EUR")
        for finding in node.found:
            self.add_error(finding.path if finding.path in self.fields else None, finding.message)
        return terms

    def premium(self) -> PremiumTerms | None:
        """Return the premium terms when a rate is given."""
        data = self.cleaned_data
        if data["rate_percent"] is None:
            return None
        try:
            estimate = Money.parse(data["estimate"] or "0", data["currency"]).minor
        except MoneyError as error:
            self.add_error("estimate", str(error))
            return None
        return PremiumTerms(
            data["rate_percent"],
            estimate,
            data["minimum_percent"] or Decimal(0),
            liability_multiple=data["liability_multiple"],
        )


SECTIONS = (
    ("The policy", "creditor insurer number currency starts ends"),
    (
        "What is insured",
        "insured_percentage vat_insured maximum_credit_days maximum_invoicing_days discretionary_limit",
    ),
    (
        "What must be done by when",
        "extension_days extension_from notification_days mandate_days claim_days waiting_days waiting_from payout_days",
    ),
    (
        "What you bear",
        (
            "threshold each_and_every each_and_every_place minimum_retention aggregate_first_loss aggregate_on "
            "maximum_liability liability_multiple"
        ),
    ),
    ("Money and recoveries", "receipt_order recovery_rule"),
    ("Premium", "rate_percent estimate minimum_percent"),
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.INSURANCE_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Take out a policy."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today = today_of(request)
    start = {"starts": today.replace(month=1, day=1), "ends": today.replace(month=12, day=31)}
    form = PolicyForm(ctx, request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        terms, premium = form.terms(), form.premium()
        if not form.errors:
            with shown_on(form):
                draft = PolicyDraft(form.cleaned_data["creditor"], form.cleaned_data["insurer"], terms, premium)
                policy = take_out_policy(ctx, policy=draft, today=today)
                messages.success(request, "Policy recorded. Now record the limits that the insurer granted.")
                return redirect("web:insurance_policy", policy)
    sections = [(title, [form[name] for name in names.split()]) for title, names in SECTIONS]
    return render(
        request,
        "web/insurance/policy_new.html",
        {"form": form, "sections": sections},
        status=422 if form.errors else 200,
    )


LABELS = {name: str(field.label) for name, field in PolicyForm.base_fields.items()}


@require_safe
@needs(Permission.INSURANCE_VIEW)
def show(request: HttpRequest, policy: UUID) -> HttpResponse:
    """Show the terms in force on the day."""
    frame = frame_of(request, policy)
    assert frame.policy is not None
    sections = terms_shown(frame.policy, LABELS)
    return render(request, "web/insurance/policy.html", frame.context("insurance_policy", sections=sections))
