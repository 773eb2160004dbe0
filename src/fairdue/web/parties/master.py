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

from fairdue.core.findings import RefusedError
from fairdue.core.money import LARGEST, Money, MoneyError, decimal_of
from fairdue.core.parties.models import Address, AddressKind
from fairdue.foundation import clock
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.parties import services
from fairdue.parties.services.details import ContactDraft
from fairdue.parties.validation import ROUTING
from fairdue.web.choices import country_field, language_field
from fairdue.web.creditors import creditor_choices
from fairdue.web.parties.customer import Seen, render_customer, seen
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from fairdue.parties.selectors import DebtorRow

KINDS = (("business", "Business"), ("consumer", "Consumer"), ("public", "Public body"))
ROLES = (
    ("accounts_payable", "Accounts payable"),
    ("buyer", "Buyer"),
    ("management", "Management"),
    ("disputes", "Disputes"),
    ("legal", "Legal"),
    ("other", "Other"),
)
SCHEMES = {
    "register": "Company register", "peppol": "Peppol id", "routing": "Routing id of its network",
    "pec": "Certified mailbox (PEC)", "gln": "GLN", "eori": "EORI", "lei": "LEI", "tax": "Tax number",
}  # fmt: skip
REGISTERS = {
    "FR": "SIREN or SIRET", "DE": "Handelsregister, with court", "GB": "Company number", "NL": "KvK number",
    "CH": "UID", "IT": "Partita IVA", "BE": "Enterprise number", "AT": "Firmenbuch number", "DK": "CVR number",
    "NO": "Organisation number",
}  # fmt: skip
"""What the companies register of a country calls its number."""


def scheme_names(country: str) -> dict[str, str]:
    """Return the numbers that a customer of a country may have, as people there name them; PEC is Italian."""
    here = {"register": REGISTERS.get(country, SCHEMES["register"])}
    if country in ROUTING:
        here["routing"] = ROUTING[country][0]
    named = SCHEMES | here
    return named if country == "IT" else {code: name for code, name in named.items() if code != "pec"}


STATES = (
    ("confirmed", "Confirmed with the customer"),
    ("delivered", "Something arrived there"),
    ("matched", "A register says the same"),
    ("returned", "Post or mail came back"),
)


class CustomerForm(forms.Form):
    """The particulars of a customer."""

    name = forms.CharField(label="Name", max_length=200)
    kind = forms.ChoiceField(label="Kind", choices=KINDS)
    street = forms.CharField(label="Street and number", max_length=200, required=False)
    postcode = forms.CharField(label="Postcode", max_length=20, required=False)
    city = forms.CharField(label="City", max_length=100, required=False)
    region = forms.CharField(label="State or province", max_length=100, required=False)
    country = country_field()
    language = language_field()
    email = forms.CharField(label="E-mail for invoices", max_length=254, required=False)
    phone = forms.CharField(label="Telephone", max_length=40, required=False)
    vat_id = forms.CharField(label="VAT number", max_length=20, required=False)
    sector = forms.CharField(label="Sector", max_length=60, required=False)
    mandate_id = forms.CharField(label="SEPA mandate", max_length=35, required=False)


class NewCustomerForm(CustomerForm):
    """A customer that is not there yet."""

    creditor = forms.ChoiceField(label="Client")
    external_id = forms.CharField(label="Customer number", max_length=60)
    field_order = ("creditor", "external_id", "name", "kind")


class TermsForm(forms.Form):
    """What was agreed about payment and credit."""

    payment_terms_days = forms.IntegerField(label="Payment terms, days", min_value=0, max_value=365)
    discount_percent = forms.DecimalField(label="Discount, %", required=False, min_value=0, max_value=100)
    discount_days = forms.IntegerField(label="Discount within, days", required=False, min_value=0, max_value=365)
    credit_limit = forms.CharField(label="Credit limit", required=False, max_length=20, help_text="Empty is no limit.")


class ContactForm(forms.Form):
    """A person or mailbox."""

    name = forms.CharField(label="Name", required=False, max_length=120)
    role = forms.ChoiceField(label="Role", choices=ROLES)
    email = forms.CharField(label="E-mail", required=False, max_length=254)
    phone = forms.CharField(label="Telephone", required=False, max_length=40)
    language = language_field(required=False)


class AddressForm(forms.Form):
    """A further address."""

    kind = forms.ChoiceField(label="For", choices=(("ship_to", "Deliveries"), ("registered", "Registered seat")))
    street = forms.CharField(label="Street and number", max_length=200)
    postcode = forms.CharField(label="Postcode", max_length=20, required=False)
    city = forms.CharField(label="City", max_length=100)
    country = country_field()


class IdentifierForm(forms.Form):
    """A number in a register."""

    scheme = forms.ChoiceField(label="Which number")
    value = forms.CharField(label="Number", max_length=80, help_text="Form and check digits are checked at once.")

    def __init__(self, country: str, *args: Any, **kwargs: Any) -> None:
        """Offer the numbers by the names of the customer's country."""
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["scheme"]).choices = list(scheme_names(country).items())


class AccountForm(forms.Form):
    """A bank account for refunds and direct debits."""

    iban = forms.CharField(label="IBAN", max_length=42)
    holder = forms.CharField(label="Account holder", max_length=140)


class VerifyForm(forms.Form):
    """How far the address or the e-mail is trusted."""

    what = forms.ChoiceField(label="What", choices=(("address", "Address"), ("email", "E-mail")))
    state = forms.ChoiceField(label="State", choices=STATES)
    source = forms.CharField(label="How do you know", max_length=120)


def forms_for(debtor: DebtorRow) -> dict[str, forms.Form]:
    """Return the forms of the master data tab, filled with what is known."""
    limit = debtor.credit_limit
    terms = {
        "payment_terms_days": debtor.payment_terms_days,
        "discount_percent": debtor.discount_percent,
        "discount_days": debtor.discount_days,
        "credit_limit": "" if limit is None else decimal_of(limit, debtor.currency),
    }
    return {
        "terms": TermsForm(initial=terms, auto_id="terms_%s"),
        "contact": ContactForm(auto_id="contact_%s"),
        "address": AddressForm(initial={"country": debtor.country}, auto_id="address_%s"),
        "identifier": IdentifierForm(debtor.country, auto_id="identifier_%s"),
        "account": AccountForm(initial={"holder": debtor.name}, auto_id="account_%s"),
        "verify": VerifyForm(auto_id="verify_%s"),
    }


def say(form: forms.Form, refused: RefusedError) -> None:
    """Put each finding beside its field, or above the form where it has none."""
    for finding in refused.findings:
        name = finding.path.rpartition(".")[2]
        form.add_error(name if name in form.fields else None, finding.message)


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
        text = values["credit_limit"].replace(" ", "").replace("\u00a0", "")
        try:
            limit = Money.parse(text, look.debtor.currency).minor if text else None
        except MoneyError:
            from fairdue.core.findings import refuse

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
