"""Posting of a client: tolerances by currency, limits by role, late discounts, and what customers' codes mean."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from fairdue.cash.posting.codes import CodeDraft, codes, remove_code, set_code, unknown_codes
from fairdue.cash.posting.policies import CashPolicy, policy_settings, set_policy, shown_tolerances
from fairdue.core.findings import RefusedError, refuse
from fairdue.core.matching import TOLERANCES, Tolerance, threshold
from fairdue.core.matching.deductions import REASONS
from fairdue.core.money import CURRENCIES, MoneyError, decimal_of
from fairdue.foundation import clock
from fairdue.foundation.permissions import ROLE_TITLES, Permission
from fairdue.parties import selectors as parties
from fairdue.web.amounts import read_money
from fairdue.web.cash.plot import points_text
from fairdue.web.cash.reasons import REASON_WORDS
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on
from fairdue.web.settings.menu import menu

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from fairdue.parties.selectors import CreditorRow

TREATMENTS = (
    ("dispute", "stays open and is contested"), ("discount", "is granted as a discount"),
    ("fee", "is granted as a fee"),
)  # fmt: skip
_PARTS = ("small", "charge", "step")
MATCHING = ("wrong_cost", "automatic_from", "shadow_until", "shadow")


class PolicyForm(forms.Form):
    """What the machine and each role may post."""

    wrong_cost = forms.IntegerField(label="Cost of a wrong posting")
    automatic_from = forms.DecimalField(
        label="Posts from this confidence on, %", required=False, min_value=50, max_value=100, decimal_places=2,
        help_text="Empty: as the cost says. A value of your own stands in its place.",
    )  # fmt: skip
    shadow_until = forms.DateField(
        label="Only propose until", required=False, widget=forms.DateInput({"type": "date"}),
        help_text="For a new client: nothing is posted up to this day, and Quality shows what would have been.",
    )  # fmt: skip
    shadow = forms.BooleanField(
        label="Only propose, with no end", required=False, help_text="Shadow mode: a person accepts every payment."
    )
    discount_grace_days = forms.IntegerField(
        label="Days of grace for a discount", help_text="So long after its date it still counts as taken in time."
    )
    late_discount_days = forms.IntegerField(
        label="Days that a late discount is proposed", help_text="A person grants it; later it is a short payment."
    )
    late_discount_posted_days = forms.IntegerField(
        label="Days that a late discount is posted", help_text="Without a person. 0: never."
    )
    refund_quiet_days = forms.IntegerField(
        label="Days that an account rests before a refund", help_text="After it was added or approved."
    )
    prenotification_days = forms.IntegerField(label="Days of notice before a direct debit")
    payday = forms.IntegerField(label="Day of the month to try a debit again")
    debit_retries = forms.IntegerField(label="How often a debit is tried again")
    charge_return_fees = forms.BooleanField(label="Charge the bank's fee for a return on", required=False)

    def __init__(self, policy: CashPolicy, books: str, *args: Any, **kwargs: Any) -> None:
        """Add a field for each role, and three for each currency with a tolerance."""
        initial = {name: getattr(policy, name) for name in self.base_fields}
        if policy.automatic_from is not None:
            initial["automatic_from"] = f"{Decimal(policy.automatic_from) / 100:.2f}"
        super().__init__(*args, **{**kwargs, "initial": initial})
        self.policy, self.books = policy, books
        sure = points_text(threshold(policy.wrong_cost))
        self.fields["wrong_cost"].help_text = f"In payments decided by hand. So it posts from {sure} confidence on."
        for role, minor in policy.limits.items():
            field = forms.CharField(label=ROLE_TITLES.get(role, role), initial=str(decimal_of(minor, books)))
            self.fields[f"limit-{role}"] = field
        self.currencies = list(shown_tolerances(policy))
        for code, (one, _) in shown_tolerances(policy).items():
            for part, minor in zip(_PARTS, (one.small_difference, one.largest_charge, one.charge_step), strict=True):
                shown = forms.TextInput({"class": "input num", "inputmode": "decimal"})
                field = forms.CharField(label=f"{code} {part}", initial=str(decimal_of(minor, code)), widget=shown)
                self.fields[f"{part}-{code}"] = field

    @property
    def roles(self) -> list[forms.BoundField]:
        """The limits."""
        return [self[f"limit-{role}"] for role in self.policy.limits]

    @property
    def plain(self) -> list[forms.BoundField]:
        """The fields that are there for everybody."""
        return [self[name] for name in self.base_fields if name not in MATCHING]

    @property
    def matching(self) -> list[forms.BoundField]:
        """From where on the machine posts, and whether it does."""
        return [self[name] for name in MATCHING]

    @property
    def tolerances(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The three amounts of each currency."""
        return [(code, [self[f"{part}-{code}"] for part in _PARTS]) for code in self.currencies]

    def chosen(self) -> CashPolicy:
        """Return what was chosen; refuses amounts that cannot be read."""
        given = self.cleaned_data
        limits = {role: self._minor(f"limit-{role}", self.books) for role in self.policy.limits}
        found = {code: Tolerance(*(self._minor(f"{part}-{code}", code) for part in _PARTS)) for code in self.currencies}
        own = {code: one for code, one in found.items() if one != TOLERANCES.get(code)}
        chosen = given["automatic_from"]
        plain = {name: given[name] for name in self.base_fields}
        plain["automatic_from"] = None if chosen is None else int(chosen * 100)
        return replace(self.policy, tolerances=own, limits=limits, **plain)

    def _minor(self, name: str, currency: str) -> int:
        try:
            return read_money(self.cleaned_data[name], currency).minor
        except MoneyError as error:
            self.add_error(name, str(error))
            return 0


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS_EDIT)
def show(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Show and set what may be posted for a client, with its customers' codes below."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = _creditor(ctx, creditor)
    form = PolicyForm(policy_settings(ctx, creditor), row.currency, request.POST or None)
    if request.method == "POST" and form.is_valid():
        policy = form.chosen()
        if not form.errors:
            with shown_on(form):
                set_policy(ctx, creditor=creditor, policy=policy, today=_today(request))
        if not form.errors:
            messages.success(request, f"{row.name}: kept. It holds for what is posted from now on.")
            return redirect("web:settings_posting", creditor)
    context = {
        "menu": menu(request), "form": form, "row": row, "reasons": [(code, REASON_WORDS[code]) for code in REASONS],
        "treatments": TREATMENTS, "currencies": sorted(CURRENCIES),
        "unknown": unknown_codes(ctx, creditor=creditor, limit=20),
        "codes": [
            (one, REASON_WORDS[one.reason], dict(TREATMENTS)[one.treatment]) for one in codes(ctx, creditor=creditor)
        ],
    }  # fmt: skip
    return render(request, "web/settings/posting.html", context, status=422 if form.errors else 200)


@require_POST
@needs(Permission.SETTINGS_EDIT)
def code(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Say what a code means, or let it mean nothing."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row, post, today = _creditor(ctx, creditor), request.POST, _today(request)
    try:
        if post.get("do") == "remove":
            remove_code(ctx, code=UUID(post.get("id", "")), today=today)
            messages.success(request, "The code means nothing any more.")
        else:
            set_code(ctx, draft=_draft(ctx, row, post), today=today)
            messages.success(request, "Kept. Advices are read with it from now on.")
    except ValueError:
        raise Http404 from None
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    return redirect("web:settings_posting", creditor)


def _draft(ctx: Any, row: CreditorRow, post: Any) -> CodeDraft:
    """Return the draft of the form; the customer is named by its number."""
    number = post.get("customer", "").strip()
    found = parties.debtors_by_external_id(ctx, row.id, {number}) if number else {}
    if number and number not in found:
        raise refuse("debtor.unknown", "customer", f"There is no customer {number}.")
    currency = post.get("currency") or row.currency
    try:
        most = read_money(post.get("most", "") or "0", currency).minor
    except MoneyError:
        most = 0
    return CodeDraft(
        row.id, post.get("code", ""), post.get("reason", ""), post.get("treatment", ""), most, currency,
        found.get(number), post.get("words", ""),
    )  # fmt: skip


def _creditor(ctx: Any, creditor: UUID) -> CreditorRow:
    row = parties.creditor(ctx, creditor)
    if row is None:
        raise Http404("There is no such client.")
    return row


def _today(request: HttpRequest) -> date:
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]
