"""The columns of a debtor file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.foundation.tabular.schema import Field, FieldKind, Problem, Schema

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

_KIND_WORDS = {
    "business": "business company b2b firma unternehmen société societe entreprise organisation",
    "consumer": "consumer person private b2c privat privatperson particulier personne",
    "public": "public authority b2g behörde öffentlich administration",
}
KINDS = {word: kind for kind, words in _KIND_WORDS.items() for word in words.split()}


@dataclass(frozen=True, slots=True)
class DebtorRow:
    """One debtor of a file; empty text means not given (an update leaves the stored value)."""

    external_id: str
    name: str
    kind: str
    country: str
    city: str
    street: str
    postcode: str
    region: str
    language: str
    email: str
    phone: str
    contact_name: str
    vat_id: str
    register_id: str
    eori: str
    peppol_id: str
    lei: str
    ibans: tuple[str, ...]
    parent_external_id: str
    payment_terms_days: int | None
    discount_percent: Decimal | None
    discount_days: int | None
    mandate_id: str
    credit_limit: int | None
    """Minor units of `currency`."""
    currency: str


def _check(values: Mapping[str, object]) -> tuple[dict[str, object], list[Problem]]:
    """Check the fields of a debtor against each other."""
    problems: list[Problem] = []
    if values["parent_external_id"] and values["parent_external_id"] == values["external_id"]:
        problems.append(("parent_external_id", "debtor.own_parent", "Names the debtor itself as its parent."))
    percent, days = values["discount_percent"], values["discount_days"]
    if (percent is None) != (days is None) and percent != 0:
        sentence = "A discount needs both a percentage and days."
        problems.append(("discount_percent", "discount.incomplete", sentence))
    terms = values["payment_terms_days"]
    for name, low in (("payment_terms_days", 0), ("discount_days", 0), ("credit_limit", 0)):
        value = values[name]
        if isinstance(value, int) and value < low:
            problems.append((name, "number.negative", "Must not be negative."))
    if isinstance(terms, int) and isinstance(days, int) and days > terms:
        problems.append(("discount_days", "discount.late", "The discount ends after the payment is due."))
    return {}, problems


DEBTORS = Schema(
    "debtors",
    (
        Field(
            "external_id",
            required=True,
            max_length=64,
            help="Your own number of the customer; the same number again updates the customer.",
        ),
        Field(
            "name",
            required=True,
            help="Full name with legal form, as an invoice must print it.",
        ),
        Field(
            "kind",
            FieldKind.WORD,
            words=KINDS,
            default="business",
            help="business, consumer or public; business if empty.",
        ),
        Field(
            "country",
            FieldKind.COUNTRY,
            default="",
            help="Code or name: DE, Germany, Deutschland, Allemagne.",
        ),
        Field(
            "city",
            max_length=100,
            default="",
        ),
        Field(
            "street",
            default="",
            help="Street and number.",
        ),
        Field(
            "postcode",
            max_length=20,
            default="",
            help="Keep leading zeros: format the column as text.",
        ),
        Field(
            "region",
            max_length=100,
            default="",
        ),
        Field(
            "language",
            max_length=10,
            default="",
            help="ISO 639-1, e.g. de; letters go out in it.",
        ),
        Field(
            "email",
            max_length=254,
            default="",
            help="Where invoices and reminders go.",
        ),
        Field(
            "phone",
            max_length=40,
            default="",
            help="With country code, or in the national form of the country column.",
        ),
        Field(
            "contact_name",
            max_length=120,
            default="",
        ),
        Field(
            "vat_id",
            max_length=20,
            default="",
        ),
        Field(
            "register_id",
            max_length=60,
            default="",
            help="Company register number (HRB, SIREN/SIRET, KvK, company number).",
        ),
        Field(
            "eori",
            max_length=20,
            default="",
        ),
        Field(
            "peppol_id",
            max_length=60,
            default="",
            help="scheme:value, e.g. 0208:0123456789.",
        ),
        Field(
            "lei",
            max_length=20,
            default="",
        ),
        Field(
            "ibans",
            FieldKind.LIST,
            max_length=42,
            default=(),
            help="Accounts the customer pays from, several with | between them.",
        ),
        Field(
            "parent_external_id",
            max_length=64,
            default="",
            help="The customer who pays for this one.",
        ),
        Field(
            "payment_terms_days",
            FieldKind.INTEGER,
            help="Days from invoice to due date.",
        ),
        Field(
            "discount_percent",
            FieldKind.PERCENT,
        ),
        Field(
            "discount_days",
            FieldKind.INTEGER,
        ),
        Field(
            "mandate_id",
            max_length=35,
            default="",
            help="SEPA mandate reference.",
        ),
        Field(
            "credit_limit",
            FieldKind.MONEY,
            help="Needs the currency column.",
        ),
        Field(
            "currency",
            FieldKind.CURRENCY,
            default="",
        ),
    ),
    DebtorRow,
    ("external_id",),
    _check,
)
