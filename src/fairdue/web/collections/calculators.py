"""The law as calculators, for the person on the phone: the same rules as `fairdue law`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.countries.registry import packs
from fairdue.core.invoice.rules import ASSUMED, rules
from fairdue.core.law import Claim, Dates, Kind, interest, known_countries, limitation, notice, regime_of
from fairdue.core.vat.supply import BuyerKind, Nature
from fairdue.foundation.permissions import Permission
from fairdue.web.collections.frame import minor_of, today_of
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import HttpRequest, HttpResponse

CALCULATORS = (
    ("interest", "Interest and compensation"), ("limitation", "Limitation"), ("notice", "Formal notice"),
    ("invoice", "Invoice"),
)  # fmt: skip
NAMES = {code: f"{regime_of(code, Kind.B2B).name} ({code})" for code in known_countries()}
_COUNTRIES = sorted(NAMES.items(), key=lambda pair: pair[1])
_SELLERS = sorted(((pack.country, f"{pack.name} ({pack.country})") for pack in packs()), key=lambda pair: pair[1])
_SUPPLIES = [("", "Goods and services"), *((one.value, one.replace("_", " ").capitalize()) for one in Nature)]


def _day(label: str, *, required: bool = True) -> forms.DateField:
    return forms.DateField(label=label, required=required, widget=forms.DateInput(attrs={"type": "date"}))


class LawForm(forms.Form):
    """Which law counts."""

    country = forms.ChoiceField(label="Law of", choices=_COUNTRIES, initial="DE")
    kind = forms.ChoiceField(label="Customer", choices=[("b2b", "Business"), ("b2c", "Consumer")])


class InterestForm(LawForm):
    """One late invoice."""

    principal = forms.CharField(label="Amount", max_length=30)
    due = _day("Due on")
    paid = _day("Paid on")
    contract_rate = forms.DecimalField(
        label="Contract rate, % a year", required=False, min_value=0, max_value=100, help_text="Instead of the law's."
    )


class LimitationForm(LawForm):
    """One claim."""

    due = _day("Due on")


class NoticeForm(LawForm):
    """One notice."""

    sent = _day("Sent on")


class InvoiceForm(forms.Form):
    """An invoice between two countries."""

    seller = forms.ChoiceField(label="Seller in", choices=_SELLERS, initial="DE")
    buyer = forms.CharField(label="Buyer in", min_length=2, max_length=2, help_text="Country code, such as FR.")
    kind = forms.ChoiceField(
        label="Buyer is", choices=[("b2b", "Business"), ("b2g", "Public body"), ("b2c", "Consumer")]
    )
    supply = forms.ChoiceField(label="Supply", choices=_SUPPLIES, required=False)
    place = forms.CharField(
        label="Place of supply", required=False, min_length=2, max_length=2,
        help_text="Where goods end or the service takes place, if not the buyer's country.",
    )  # fmt: skip
    on = _day("Supplied on")


FORMS: dict[str, type[forms.Form]] = {
    "interest": InterestForm, "limitation": LimitationForm, "notice": NoticeForm, "invoice": InvoiceForm,
}  # fmt: skip


@require_safe
@needs(Permission.WORKLIST_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show a calculator, and its answer when it was asked."""
    chosen = request.GET.get("calculator", "interest")
    chosen = chosen if chosen in FORMS else "interest"
    today = today_of(request)
    day = today.isoformat()
    initial = {"paid": day, "sent": day, "on": day, "country": "DE", "seller": "DE", "kind": "b2b"}
    asked = "country" in request.GET or "seller" in request.GET
    form = FORMS[chosen](request.GET if asked else None, initial=initial)
    context: dict[str, Any] = {"form": form, "chosen": chosen, "calculators": CALCULATORS}
    if asked and form.is_valid():
        try:
            context |= ANSWERS[chosen](form.cleaned_data, today)
        except RefusedError as refused:
            context["findings"] = refused.findings
    return render(request, "web/collections/law.html", context)


def _interest(data: dict[str, Any], today: date) -> dict[str, Any]:
    del today
    country, kind = data["country"], Kind(data["kind"])
    currency = regime_of(country, kind).currency
    principal = minor_of(data["principal"], currency, "principal")
    claim = Claim(principal, currency, Dates(data["due"]), contract_percent=data["contract_rate"])
    return {"interest": interest(country, kind, claim, paid=data["paid"]), "principal": principal}


def _limitation(data: dict[str, Any], today: date) -> dict[str, Any]:
    found = limitation(data["country"], Kind(data["kind"]), due=data["due"])
    return {"limitation": found, "barred": found.ends_on < today}


def _notice(data: dict[str, Any], today: date) -> dict[str, Any]:
    del today
    return {"notice": notice(data["country"], Kind(data["kind"]), sent_on=data["sent"])}


def _invoice(data: dict[str, Any], today: date) -> dict[str, Any]:
    del today
    natures = (Nature(data["supply"]),) if data["supply"] else ASSUMED
    found = rules(data["seller"], data["buyer"], data["place"], BuyerKind(data["kind"]), data["on"], natures=natures)
    return {"invoice": found}


ANSWERS: dict[str, Callable[[dict[str, Any], date], dict[str, Any]]] = {
    "interest": _interest,
    "limitation": _limitation,
    "notice": _notice,
    "invoice": _invoice,
}
