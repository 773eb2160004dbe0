"""Clients: the creditors whose receivables are kept here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fairdue.foundation import clock
from fairdue.foundation.approvals import pending
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors as invoicing
from fairdue.parties import selectors as parties
from fairdue.parties.services.creditors import CreditorDraft, change_creditor, create_creditor
from fairdue.receivables.services import open_books
from fairdue.web.choices import country_field, currencies
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on
from fairdue.web.settings.menu import menu

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from fairdue.parties.selectors import CreditorRow

LONGEST_PROMISE = 90


class ClientForm(forms.Form):
    """The particulars of a client."""

    name = forms.CharField(label="Name", max_length=200, help_text="As the register writes it.")
    country = country_field()
    language = forms.ChoiceField(label="Language of its letters", choices=settings.LANGUAGES)
    street = forms.CharField(label="Street", max_length=200, required=False)
    postcode = forms.CharField(label="Postcode", max_length=20, required=False)
    city = forms.CharField(label="City", max_length=100, required=False)
    email = forms.CharField(label="E-mail for replies", max_length=254, required=False)
    phone = forms.CharField(label="Phone", max_length=40, required=False, help_text="Customers see it in the portal.")
    vat_id = forms.CharField(label="VAT number", max_length=20, required=False)
    register_id = forms.CharField(label="Register number", max_length=60, required=False)
    iban = forms.CharField(label="IBAN", max_length=42, required=False, help_text="Printed on invoices and letters.")
    bic = forms.CharField(label="BIC", max_length=11, required=False)
    promise_days = forms.IntegerField(
        label="Days that customers may promise ahead", min_value=1, max_value=LONGEST_PROMISE, initial=14,
        help_text="In the portal, without a call.",
    )  # fmt: skip

    def clean_iban(self) -> str:
        """Take the blanks of a printed IBAN out."""
        return "".join(str(self.cleaned_data["iban"]).split()).upper()


class NewClientForm(ClientForm):
    """Code and currency stand for ever, so they are asked once."""

    code = forms.CharField(label="Code", max_length=20, help_text="Short, for lists and files; stands for ever.")
    currency = forms.ChoiceField(
        label="Currency of its books", choices=currencies, initial="EUR",
        help_text="Stands for ever.",
    )  # fmt: skip
    field_order = ("name", "code", "country", "currency")


@require_safe
@needs(Permission.SETTINGS_EDIT)
def index(request: HttpRequest) -> HttpResponse:
    """Show the clients and what each still lacks."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    numbered = {row.creditor_id for row in invoicing.series(ctx) if row.active}
    rows = [(row, _lacks(row), row.id in numbered) for row in parties.creditors(ctx)]
    return render(request, "web/settings/clients.html", {"menu": menu(request), "rows": rows})


def _lacks(row: CreditorRow) -> str:
    named = (("IBAN", row.iban), ("VAT number", row.vat_id), ("e-mail", row.email))
    return ", ".join(word for word, there in named if not there)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS_EDIT)
def create(request: HttpRequest) -> HttpResponse:
    """Add a client and open its books."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    form = NewClientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = _particulars(form.cleaned_data, {})
        with shown_on(form):
            creditor = create_creditor(ctx, draft=CreditorDraft(**given), today=_today(request))
            open_books(ctx, creditor=creditor)
        if not form.errors:
            messages.success(request, f"{given['name']} is here, with a chart of accounts. Next: its number series.")
            return redirect("web:settings_creditors")
    context = {"menu": menu(request), "form": form, "title": "New client"}
    return render(request, "web/settings/client.html", context, status=422 if form.errors else 200)


def _particulars(given: dict[str, Any], known: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a creditor; the days of a promise lie among its settings."""
    portal = {**known.get("portal", {}), "promise_days": given["promise_days"]}
    fields = {name: value for name, value in given.items() if name != "promise_days"}
    return {**fields, "settings": {**known, "portal": portal}}


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS_EDIT)
def change(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Change the particulars of a client; code and currency stand."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = parties.creditor(ctx, creditor)
    if row is None:
        raise Http404("There is no such client.")
    known = {name: getattr(row, name) for name in ClientForm.base_fields if name != "promise_days"}
    days = row.settings.get("portal", {}).get("promise_days", 14)
    form = ClientForm(request.POST or None, initial={**known, "promise_days": days})
    if request.method == "POST" and form.is_valid():
        changes = _particulars(form.cleaned_data, row.settings)
        with shown_on(form):
            change_creditor(ctx, creditor=creditor, changes=changes, today=_today(request))
        if not form.errors:
            messages.success(request, f"{row.name}: kept. The change stands in the audit.")
            if row.iban and changes["iban"] != row.iban:
                messages.info(request, "The new account waits for a second person under Approvals.")
            return redirect("web:settings_creditors")
    waits = [one.title for one in pending(ctx, kind="creditor_account", subjects=[row.id])]
    context = {"menu": menu(request), "form": form, "title": row.name, "row": row, "waits": waits}
    return render(request, "web/settings/client.html", context, status=422 if form.errors else 200)


def _today(request: HttpRequest) -> date:
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]
