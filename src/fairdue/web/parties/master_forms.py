"""The forms of master data, and what they offer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms

from fairdue.core.findings import RefusedError
from fairdue.core.money import decimal_of
from fairdue.parties.validation import ROUTING
from fairdue.web.choices import country_field, language_field

if TYPE_CHECKING:
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
