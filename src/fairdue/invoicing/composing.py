"""From a draft to the invoice that would be issued today: master data, terms, payment, references."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fairdue.core import refs
from fairdue.core.findings import Finding, RefusedError, errors
from fairdue.core.invoice import atcud
from fairdue.core.invoice.check import check
from fairdue.core.invoice.document_types import ISSUED
from fairdue.core.invoice.model import CreditTransfer, Invoice, Note, PaymentMeans
from fairdue.core.invoice.networks import routed
from fairdue.core.invoice.proposing import categorised, complemented
from fairdue.core.invoice.terms import due_date, parse_term
from fairdue.core.invoice.totals import Totals, totals
from fairdue.core.invoice.wire import from_wire
from fairdue.core.money import CURRENCIES
from fairdue.invoicing import linedocuments
from fairdue.invoicing.fitting import fit_findings

if TYPE_CHECKING:
    from datetime import date

    from fairdue.invoicing.masterdata import Buyer, Seller

_ANYBODY = {"name": "-", "address": {"country": "-"}}
SEPA_TRANSFER, TRANSFER = "58", "30"
UNISSUED = "Documents of type {code} are read here, not issued; use 380, 381, 384, 386 or 389."
OWNED = ("seller", "buyer", "number", "issued", "currency")
"""Fields that a draft does not decide: they come from master data, the series and the day of issue."""


def compose(
    content: dict[str, Any], currency: str, term: str, seller: Seller, buyer: Buyer, today: date
) -> tuple[Invoice | None, tuple[Finding, ...]]:
    """Return the invoice of a draft as of `today` with every finding on it; none where it cannot be read.

    What the draft leaves open and the law decides (category, wording, standing notes) is proposed.
    """
    data = {key: value for key, value in content.items() if key not in OWNED}
    rates = seller.settings.get("sales_tax_rates")
    parties = (seller.party, buyer.party, buyer.kind, today, seller.scheme, rates)
    data, told = categorised(data, *parties)
    if data.get("ordered"):
        data["ordered"] = categorised({**data, "lines": data["ordered"]}, *parties)[0]["lines"]
    invoice, found = from_wire({**data, "currency": currency, "seller": _ANYBODY, "buyer": _ANYBODY})
    if invoice is None:
        undecided = {one.path for one in told}
        return None, (*told, *(one for one in found if one.path not in undecided))
    if invoice.type not in ISSUED:
        return None, (Finding("content.type", "type", UNISSUED.format(code=invoice.type.value), source="UNTDID 1001"),)
    try:
        due = invoice.terms.due or due_date(parse_term(term), today)
    except RefusedError as error:
        return None, error.findings
    credit = invoice.type.is_credit
    invoice = replace(
        invoice,
        seller=seller.party,
        buyer=buyer.party,
        issued=today,
        language=content.get("language") or buyer.language,
        terms=invoice.terms if credit else replace(invoice.terms, due=due, early=invoice.terms.early or buyer.early),
        payment=invoice.payment or (None if credit else _payment(seller, currency)),
    )
    invoice = routed(invoice, buyer.kind, buyer.routing, buyer.pec)
    invoice = linedocuments.told(coded(complemented(invoice, buyer.kind, seller.scheme), seller))
    found = check(invoice, kind=buyer.kind, ours=True)
    return invoice, (*found, *(() if errors(found) else fit_findings(invoice, seller, buyer, today)), *told)


def coded(invoice: Invoice, seller: Seller) -> Invoice:
    """Return a Portuguese invoice with its document code, as far as it is known before the number is drawn."""
    if seller.party.address.country != atcud.COUNTRY:
        return invoice
    text = atcud.pending(invoice, seller.settings.get("atcud") or {})
    return replace(invoice, notes=(*invoice.notes, Note(text))) if text else invoice


def _payment(seller: Seller, currency: str) -> PaymentMeans | None:
    if not seller.iban:
        return None
    code = SEPA_TRANSFER if currency == "EUR" else TRANSFER
    return PaymentMeans(code, transfers=(CreditTransfer(seller.iban, seller.party.name, seller.bic),))


def numbered(invoice: Invoice, number: str) -> Invoice:
    """Return `invoice` with its number and the payment reference that follows from it."""
    payment = invoice.payment
    if payment is not None and not payment.reference:
        payment = replace(payment, reference=payment_reference(number, invoice))
    if invoice.seller.address.country == atcud.COUNTRY:
        notes = tuple(replace(note, text=atcud.completed(note.text, number)) for note in invoice.notes)
        invoice = replace(invoice, notes=notes)
    return replace(invoice, number=number, payment=payment)


def payment_reference(number: str, invoice: Invoice) -> str:
    """Return the payment reference of the debtor's country, ISO 11649 without one (docs/rules/references.md)."""
    transfers = invoice.payment.transfers if invoice.payment else ()
    account = transfers[0].account if transfers else ""
    return refs.for_invoice(number, invoice.buyer.address.country, invoice.currency, account)


def sums(invoice: Invoice | None) -> Totals | None:
    """Return the totals of an invoice, none where they cannot be computed."""
    if invoice is None or invoice.currency not in CURRENCIES:
        return None
    if any(one.code == "format.number" for one in check(invoice)):
        return None
    return totals(invoice)
