"""Master data: create and change a customer, its contacts, addresses, identifiers and accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.money import LARGEST, MoneyError
from fairdue.core.parties.models import Address, AddressKind
from fairdue.foundation import clock
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.parties import services
from fairdue.parties.services.details import ContactDraft
from fairdue.web.amounts import read_money
from fairdue.web.creditors import creditor_choices
from fairdue.web.parties.customer import render_customer
from fairdue.web.parties.looking import Seen, seen
from fairdue.web.parties.master_forms import (
    AccountForm,
    AddressForm,
    ContactForm,
    CustomerForm,
    IdentifierForm,
    NewCustomerForm,
    TermsForm,
    VerifyForm,
    say,
)
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CUSTOMERS_EDIT)
def new(request: HttpRequest) -> HttpResponse:
    """Create a customer."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    choices = creditor_choices(ctx)
    chosen = str(creditor_choice(request) or (choices[0][0] if choices else ""))
    form = NewCustomerForm(request.POST or None, initial={"creditor": chosen, **_home(ctx, chosen)})
    cast("forms.ChoiceField", form.fields["creditor"]).choices = choices
    if request.method == "POST" and form.is_valid():
        values = dict(form.cleaned_data)
        creditor = parties.creditor(ctx, UUID(values.pop("creditor")))
        assert creditor is not None
        draft = services.DebtorDraft(creditor.id, currency=creditor.currency, source="typed", **values)
        try:
            with transaction.atomic():
                made = services.create_debtors(ctx, debtors=[draft], today=_today(request))[0]
        except RefusedError as refused:
            say(form, refused)
        else:
            messages.success(request, f"{draft.name} is a customer now.")
            return redirect("web:customer", made)
    status = 422 if form.errors else 200
    return render(request, "web/parties/new.html", {"form": form, "clients": len(choices) > 1}, status=status)


def _home(ctx: Any, chosen: str) -> dict[str, str]:
    row = parties.creditor(ctx, UUID(chosen)) if chosen else None
    return {"country": row.country, "language": row.language} if row else {}


def _today(request: HttpRequest) -> Any:
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CUSTOMERS_EDIT)
def edit(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Change the particulars of a customer."""
    look = seen(request, debtor)
    known = {name: getattr(look.debtor, name) for name in CustomerForm.base_fields}
    form = CustomerForm(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                services.change_debtor(look.ctx, debtor=debtor, changes=form.cleaned_data, today=look.today)
        except RefusedError as refused:
            say(form, refused)
        else:
            return redirect(master_url(debtor))
    context = {"form": form, "debtor": look.debtor}
    return render(request, "web/parties/edit.html", context, status=422 if form.errors else 200)


def master_url(debtor: UUID) -> str:
    """Return the address of the master data of a customer."""
    return f"{reverse('web:customer', args=[debtor])}?tab=master"


def act_on(
    request: HttpRequest, debtor: UUID, name: str, form: forms.Form, act: Callable[[Seen, dict[str, Any]], object]
) -> HttpResponse:
    """Carry out one form of the master data tab; what is wrong stands beside its field."""
    look = seen(request, debtor)
    if form.is_valid():
        try:
            with transaction.atomic():
                act(look, form.cleaned_data)
        except RefusedError as refused:
            say(form, refused)
        else:
            return redirect(master_url(debtor))
    request.bound_forms = {name: form, "open": name}  # type: ignore[attr-defined]
    return render_customer(request, look, "master", status=422)


@require_POST
@needs(Permission.CREDIT_EDIT)
def terms(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Change payment terms and credit limit."""

    def act(look: Seen, values: dict[str, Any]) -> None:
        text = values["credit_limit"]
        try:
            limit = read_money(text, look.debtor.currency).minor if text else None
        except MoneyError:
            sentence = (
                f"Is not an amount in {look.debtor.currency}, such as 5000.00 (at most {len(str(LARGEST))} digits)."
            )
            raise refuse("amount.unreadable", "credit_limit", sentence) from None
        changes = {**values, "credit_limit": limit}
        services.change_debtor(look.ctx, debtor=debtor, changes=changes, today=look.today)

    return act_on(request, debtor, "terms", TermsForm(request.POST, auto_id="terms_%s"), act)


@require_POST
@needs(Permission.CUSTOMERS_EDIT)
def contact_new(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Add a contact."""
    return act_on(
        request, debtor, "contact", ContactForm(request.POST, auto_id="contact_%s"),
        lambda look, values: services.add_contact(
            look.ctx, debtor=debtor, contact=ContactDraft(**values), today=look.today
        ),
    )  # fmt: skip


@require_POST
@needs(Permission.CUSTOMERS_EDIT)
def address_new(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Add an address."""

    def act(look: Seen, values: dict[str, Any]) -> None:
        kind = AddressKind(values.pop("kind"))
        address = Address(kind, **values)
        services.add_address(look.ctx, debtor=debtor, address=address, today=look.today)

    return act_on(request, debtor, "address", AddressForm(request.POST, auto_id="address_%s"), act)


@require_POST
@needs(Permission.CUSTOMERS_EDIT)
def identifier_new(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Record an identifier."""
    country = seen(request, debtor).debtor.country
    return act_on(
        request, debtor, "identifier", IdentifierForm(country, request.POST, auto_id="identifier_%s"),
        lambda look, values: services.set_identifier(look.ctx, debtor=debtor, today=look.today, **values),
    )  # fmt: skip


@require_POST
@needs(Permission.BANK_DETAILS_PROPOSE)
def account_new(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Propose a bank account; somebody else approves."""

    def act(look: Seen, values: dict[str, Any]) -> None:
        services.propose_account(look.ctx, debtor=debtor, today=look.today, **values)
        messages.success(request, "Proposed. Somebody else approves it before it is used.")

    return act_on(request, debtor, "account", AccountForm(request.POST, auto_id="account_%s"), act)


@require_POST
@needs(Permission.CUSTOMERS_EDIT)
def verify(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Record how far the address or the e-mail is trusted."""
    return act_on(
        request, debtor, "verify", VerifyForm(request.POST, auto_id="verify_%s"),
        lambda look, values: services.verify_value(look.ctx, debtor=debtor, today=look.today, **values),
    )  # fmt: skip


_REMOVERS: dict[str, tuple[Callable[..., object], str]] = {
    "contact": (services.remove_contact, "contact"),
    "address": (services.remove_address, "address"),
    "identifier": (services.remove_identifier, "identifier"),
}


@require_POST
@needs(Permission.CUSTOMERS_EDIT)
def remove(request: HttpRequest, debtor: UUID, what: str, row: UUID) -> HttpResponse:
    """Remove a contact, address or identifier of this customer."""
    look = seen(request, debtor)
    readers: dict[str, Callable[..., list[Any]]] = {
        "contact": parties.contacts,
        "address": parties.addresses,
        "identifier": parties.identifiers,
    }
    if what not in _REMOVERS or all(known.id != row for known in readers[what](look.ctx, debtor)):
        raise Http404
    command, argument = _REMOVERS[what]
    command(look.ctx, today=look.today, **{argument: row})
    return redirect(master_url(debtor))
