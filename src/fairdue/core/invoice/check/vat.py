"""Rules on VAT categories: rates, identifiers that a category needs, reasons of exemption, mixtures."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fairdue.core.invoice import code_lists
from fairdue.core.invoice.categories import NO_REASON, RULES, exemption
from fairdue.core.invoice.check.rules import broken, coded, doubtful
from fairdue.core.invoice.model import CHARGED, VatCategory

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Adjustment, Invoice

LARGEST_RATE = 100
LEAST_RATE = Decimal("0.5")
"""The rules of EN 16931 round the rate to whole percent before they ask whether there is tax (BR-CO-17)."""
_ISLANDS = frozenset({VatCategory.CANARY, VatCategory.CEUTA_MELILLA})
"""Categories whose rate may be nothing or more (BR-AF-05, BR-AG-05)."""


def used_categories(invoice: Invoice) -> dict[VatCategory, str]:
    """Return the VAT categories in use, each with the last digit of its rule on identifiers.

    The digit tells where the category first stands: 2 line, 3 allowance, 4 charge.
    """
    used: dict[VatCategory, str] = {}
    for line in invoice.lines:
        used.setdefault(line.category, "2")
    for adjustment in invoice.adjustments:
        if adjustment.category is not None:
            used.setdefault(adjustment.category, "4" if adjustment.charge else "3")
    return used


def vat_findings(invoice: Invoice, *, ours: bool = False) -> Iterator[Finding]:
    """Yield findings on the tax side of the invoice; `ours` as in `check`."""
    for index, line in enumerate(invoice.lines):
        yield from _rate(line.category, line.rate, f"lines[{index}].rate", "5")
    for index, adjustment in enumerate(invoice.adjustments):
        yield from _adjustment_rate(adjustment, f"adjustments[{index}].rate")
    used = used_categories(invoice)
    for category, digit in used.items():
        yield from _identifiers(invoice, category, f"BR-{RULES[category].infix}-0{digit}", ours=ours)
        yield from _reason(invoice, category)
    for index, item in enumerate(invoice.exemptions):
        path = f"exemptions[{index}].code"
        yield from coded("BR-CL-22", path, item.code, code_lists.VATEX, "reason of exemption (VATEX)")
    if VatCategory.OUTSIDE_SCOPE in used and len(used) > 1:
        yield from _mixed(invoice)
    if VatCategory.SPLIT in used:
        yield from _split(invoice, used)


def _split(invoice: Invoice, used: Collection[VatCategory]) -> Iterator[Finding]:
    countries = (invoice.seller.address.country, invoice.buyer.address.country)
    if countries != ("IT", "IT"):
        yield broken("BR-B-01", "lines", "Split payment (B) stands on invoices within Italy only.")
    if VatCategory.STANDARD in used:
        sentence = "Tax under split payment (B) and ordinary tax (S) do not stand on one invoice."
        yield broken("BR-B-02", "lines", sentence)
    if invoice.prepaid:
        sentence = (
            "Under split payment (B) nothing is deducted as paid already: what the buyer paid to the seller and "
            "what to the treasury cannot be told apart. Credit the prepayment invoice and bill the whole."
        )
        yield broken("split.prepaid", "prepaid", sentence, "DPR 633/1972 art. 17-ter")


def _mixed(invoice: Invoice) -> Iterator[Finding]:
    """Yield what stands beside a category that must stand alone: once for the document, once for each place."""
    sentence = "What is outside the scope of VAT stands alone; put the other lines on another invoice."
    yield broken("BR-O-11", "lines", sentence)
    for index, line in enumerate(invoice.lines):
        if line.category is not VatCategory.OUTSIDE_SCOPE:
            yield broken("BR-O-12", f"lines[{index}].category", sentence)
    for index, adjustment in enumerate(invoice.adjustments):
        if adjustment.category not in {None, VatCategory.OUTSIDE_SCOPE}:
            code = "BR-O-14" if adjustment.charge else "BR-O-13"
            yield broken(code, f"adjustments[{index}].category", sentence)


def _adjustment_rate(adjustment: Adjustment, path: str) -> Iterator[Finding]:
    if adjustment.category is not None:
        yield from _rate(adjustment.category, adjustment.rate, path, "7" if adjustment.charge else "6")


def _rate(category: VatCategory, rate: Decimal | None, path: str, digit: str) -> Iterator[Finding]:
    rule = RULES[category]
    code = f"BR-{rule.infix}-0{digit}"
    if category is VatCategory.OUTSIDE_SCOPE:
        if rate is not None:
            yield broken(code, path, "Outside the scope of VAT there is no rate; leave it empty.")
    elif rate is None:
        yield broken("BR-48", path, "The VAT rate is missing; write 0 where no tax is due.")
    elif 0 < rate < LEAST_RATE and category in CHARGED:
        sentence = "The official rules read a rate below 0.5 % as none and refuse its tax in UBL and CII."
        yield doubtful("BR-CO-17", path, sentence)
    elif category in _ISLANDS:
        if not 0 <= rate < LARGEST_RATE:
            yield broken(code, path, f"The rate of {rule.label['en']} is nothing, or above and below 100 %.")
        elif category is VatCategory.CANARY and not rate:
            sentence = "In CII the official rules refuse IGIC of 0 %, in UBL they take it; Z or E says it everywhere."
            yield doubtful(code, path, sentence)
    elif rule.taxed and not 0 < rate < LARGEST_RATE:
        sentence = "A standard rated line has a rate above 0 and below 100 %; zero needs another category."
        yield broken(code, path, sentence)
    elif not rule.taxed and rate != 0:
        yield broken(code, path, f"Category {category} bears no tax; its rate is 0.")


def _identifiers(invoice: Invoice, category: VatCategory, code: str, *, ours: bool) -> Iterator[Finding]:
    if category is VatCategory.OUTSIDE_SCOPE:
        yield from _no_vat_ids(invoice, code, ours=ours)
        return
    representative = invoice.tax_representative is not None and bool(invoice.tax_representative.vat_id)
    seller_vat = bool(invoice.seller.vat_id) or representative
    strict = category in {VatCategory.INTRA_COMMUNITY, VatCategory.EXPORT}
    if not (seller_vat or (invoice.seller.tax_number and not strict)):
        need = "VAT identifier" if strict else "VAT identifier or tax number"
        yield broken(code, "seller.vat_id", f"Category {category} needs the {need} of the seller.")
    buyer = invoice.buyer
    if category is VatCategory.INTRA_COMMUNITY and not buyer.vat_id:
        sentence = "An intra-Community supply needs the VAT identifier of the buyer."
        yield broken(code, "buyer.vat_id", sentence)
    if category is VatCategory.REVERSE_CHARGE and not (buyer.vat_id or buyer.registration):
        sentence = "Reverse charge needs the VAT identifier or the registration number of the buyer."
        yield broken(code, "buyer.vat_id", sentence)
    if category is VatCategory.INTRA_COMMUNITY:
        yield from _transport(invoice)


def _no_vat_ids(invoice: Invoice, code: str, *, ours: bool) -> Iterator[Finding]:
    sentence = "An invoice outside the scope of VAT carries no VAT identifier."
    if invoice.seller.vat_id and not ours:
        yield broken(code, "seller.vat_id", sentence)
    if invoice.buyer.vat_id and not ours:
        yield broken(code, "buyer.vat_id", sentence)
    if invoice.tax_representative is not None and invoice.tax_representative.vat_id:
        yield broken(code, "tax_representative.vat_id", sentence)


def _transport(invoice: Invoice) -> Iterator[Finding]:
    delivery = invoice.delivery
    if not (delivery and delivery.day) and invoice.period is None:
        sentence = "An intra-Community supply needs its delivery date or the period of the invoice."
        yield broken("BR-IC-11", "delivery.day", sentence)
    if not (delivery and delivery.address):
        sentence = "An intra-Community supply needs the country that the goods went to."
        yield broken("BR-IC-12", "delivery.address.country", sentence)


def _reason(invoice: Invoice, category: VatCategory) -> Iterator[Finding]:
    code = f"BR-{RULES[category].infix}-10"
    if category in NO_REASON:
        if any(item.category is category for item in invoice.exemptions):
            yield broken(code, "exemptions", f"Category {category} carries no reason of exemption.")
    elif exemption(invoice, category) is None:
        sentence = "Say which exemption applies: its article in words or its VATEX code."
        yield broken(code, "exemptions", sentence)
