"""The law as a calculator: what an invoice between two countries must say, and how VAT treats it."""

from datetime import date

from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.routing import Call, Resource
from fairdue.core.invoice.answer import rules_answer
from fairdue.core.invoice.rules import ASSUMED, rules
from fairdue.core.vat.supply import BuyerKind, Nature
from fairdue.foundation.permissions import Permission

law = Resource("/law", "law")
RESOURCES = [law]


class Governing(BaseModel):
    """Whose law governs the invoice, and why."""

    country: str
    name: str
    law: str
    why: str


class Condition(BaseModel):
    """What must be there or be proven for a treatment to hold."""

    field: str
    sentence: str


class TreatmentOut(BaseModel):
    """How VAT treats one kind of supply; the rate is none outside the scope of VAT."""

    nature: str
    treatment: str
    category: str
    rate: str | None
    taxed_in: str
    why: str
    articles: list[str]
    wording: str
    wording_article: str
    wording_confirmed: bool
    vatex: str
    conditions: list[Condition]
    flags: list[str]
    confirmed: bool


class ContentOut(BaseModel):
    """One thing that must stand on the invoice, and the finding that says it is missing."""

    field: str
    what: str
    article: str
    finding: str
    above: str | None
    confirmed: bool
    refuses: bool


class SimplifiedOut(BaseModel):
    """Up to which total with tax an invoice may say less."""

    up_to: values.Amount
    currency: str
    article: str
    confirmed: bool


class NumberingOut(BaseModel):
    """What a number must look like."""

    rule: str
    longest: int
    gapless: bool
    pattern: str
    article: str
    confirmed: bool


class RoundingOut(BaseModel):
    """Where tax is rounded."""

    mode: str
    article: str
    confirmed: bool


class TaxCurrencyOut(BaseModel):
    """In which currency the tax must also stand, and at which rate of exchange."""

    currency: str
    rate: str
    article: str
    confirmed: bool


class RetentionOut(BaseModel):
    """For how long the invoice is kept."""

    years: int
    rule: str
    article: str
    confirmed: bool


class MandateOut(BaseModel):
    """An electronic invoice that is compulsory, or will be."""

    since: date
    in_force: bool
    duty: str
    whom: str
    format: str
    network: str
    source: str
    confirmed: bool


class InvoiceLaw(BaseModel):
    """The rules for an invoice; what nobody read in a primary source is not confirmed and is listed."""

    seller: str
    buyer: str
    place: str
    kind: BuyerKind
    on: date
    governing: Governing
    treatments: list[TreatmentOut]
    contents: list[ContentOut]
    simplified: SimplifiedOut | None
    numbering: NumberingOut
    rounding: RoundingOut
    tax_currency: TaxCurrencyOut | None
    retention: RetentionOut
    mandates: list[MandateOut]
    remarks: list[str]
    buyer_known: bool
    unconfirmed: list[str]
    confirmed: bool


@law.get("/invoice", Permission.INVOICES_VIEW, InvoiceLaw)
def invoice_law(
    call: Call, seller: values.Country, buyer: values.Country, kind: BuyerKind = BuyerKind.B2B,
    on: values.Day | None = None, place: values.Country | None = None, supply: Nature | None = None,
) -> InvoiceLaw:  # fmt: skip
    """Say what an invoice between two countries must contain, its VAT, format, network and retention, with articles."""
    natures = (supply,) if supply else ASSUMED
    found = rules(seller, buyer, place or "", kind, on or call.today, natures=natures)
    return InvoiceLaw.model_validate(rules_answer(found))
