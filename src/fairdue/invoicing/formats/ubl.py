"""UBL 2.1 Invoice and CreditNote with the content of EN 16931-1 (syntax binding CEN/TS 16931-3-2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.invoice.categories import exemption
from fairdue.invoicing.formats.supporting import ubl_object
from fairdue.invoicing.formats.terms import terms_text
from fairdue.invoicing.formats.ubl_parts import (
    adjustment,
    category,
    delivery,
    line_documents,
    money,
    payee,
    payment_means,
    period,
    references,
    representative,
    supplier,
    tagged_party,
)
from fairdue.invoicing.formats.xml import HEADER, attribute, day, escape, group, leaf, number

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Invoice, Line
    from fairdue.core.invoice.totals import Totals

NAMESPACES = (
    ' xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"'
    ' xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2"'
)
ROOT = "urn:oasis:names:specification:ubl:schema:xsd:"


def write(invoice: Invoice, totals: Totals) -> bytes:
    """Return the UBL document of `invoice`; equal input gives equal bytes."""
    kind = "CreditNote" if invoice.type.is_credit else "Invoice"
    lines = "".join([_line(line, net, invoice, kind) for line, net in zip(invoice.lines, totals.lines, strict=True)])
    text = (
        f'{HEADER}<{kind} xmlns="{ROOT}{kind}-2"{NAMESPACES}>'
        f"{_head(invoice, kind)}{references(invoice, kind)}{_parties(invoice)}"
        f"{_payment(invoice, kind)}{_tax(invoice, totals)}{_sums(invoice, totals)}{lines}</{kind}>\n"
    )
    return text.encode()


def _head(invoice: Invoice, kind: str) -> str:
    tax_point = leaf("cbc:TaxPointDate", day(invoice.tax_point))
    notes = "".join(
        leaf("cbc:Note", f"#{note.subject}#{note.text}" if note.subject else note.text) for note in invoice.notes
    )
    if kind == "CreditNote":
        dated = f"{tax_point}{leaf('cbc:CreditNoteTypeCode', invoice.type.value)}{notes}"
    else:
        due = leaf("cbc:DueDate", day(invoice.terms.due))
        dated = f"{due}{leaf('cbc:InvoiceTypeCode', invoice.type.value)}{notes}{tax_point}"
    return "".join(
        (
            leaf("cbc:CustomizationID", invoice.specification),
            leaf("cbc:ProfileID", invoice.process),
            leaf("cbc:ID", invoice.number),
            leaf("cbc:IssueDate", day(invoice.issued)),
            dated,
            leaf("cbc:DocumentCurrencyCode", invoice.currency),
            leaf("cbc:TaxCurrencyCode", invoice.tax_currency),
            leaf("cbc:AccountingCost", invoice.references.accounting),
            leaf("cbc:BuyerReference", invoice.references.buyer),
            period(invoice.period, invoice.tax_point_code),
        )
    )


def _parties(invoice: Invoice) -> str:
    return (
        f"{supplier(invoice)}{tagged_party('cac:AccountingCustomerParty', invoice.buyer)}"
        f"{payee(invoice)}{representative(invoice.tax_representative)}{delivery(invoice.delivery)}"
    )


def _payment(invoice: Invoice, kind: str) -> str:
    terms = group("cac:PaymentTerms", leaf("cbc:Note", terms_text(invoice)))
    adjustments = "".join(adjustment(item, invoice.currency) for item in invoice.adjustments)
    return f"{payment_means(invoice, kind)}{terms}{adjustments}"


def _tax(invoice: Invoice, totals: Totals) -> str:
    currency = invoice.currency
    rows = []
    for row in totals.vat:
        why = exemption(invoice, row.category)
        reasons = (
            (leaf("cbc:TaxExemptionReasonCode", why.code) + leaf("cbc:TaxExemptionReason", why.reason)) if why else ""
        )
        rows.append(
            f"<cac:TaxSubtotal>{money('TaxableAmount', row.basis, currency)}"
            f"{money('TaxAmount', row.tax, currency)}"
            f"{category('cac:TaxCategory', row.category, row.rate, reasons)}</cac:TaxSubtotal>"
        )
    total = group("cac:TaxTotal", money("TaxAmount", totals.tax, currency), *rows)
    if totals.tax_in_tax_currency is None:
        return total
    return total + group("cac:TaxTotal", money("TaxAmount", totals.tax_in_tax_currency, invoice.tax_currency))


def _sums(invoice: Invoice, totals: Totals) -> str:
    kinds = {item.charge for item in invoice.adjustments}
    amounts = (
        ("LineExtensionAmount", totals.line_sum, True),
        ("TaxExclusiveAmount", totals.net, True),
        ("TaxInclusiveAmount", totals.gross, True),
        ("AllowanceTotalAmount", totals.allowances, False in kinds),
        ("ChargeTotalAmount", totals.charges, True in kinds),
        ("PrepaidAmount", invoice.prepaid, bool(invoice.prepaid)),
        ("PayableRoundingAmount", invoice.rounding, bool(invoice.rounding)),
        ("PayableAmount", totals.due, True),
    )
    parts = (money(name, value, invoice.currency) for name, value, stated in amounts if stated)
    return group("cac:LegalMonetaryTotal", *parts)


def _line(line: Line, net: int, invoice: Invoice, kind: str) -> str:
    name = f"cac:{kind}Line"
    quantity = "cbc:CreditedQuantity" if kind == "CreditNote" else "cbc:InvoicedQuantity"
    currency = invoice.currency
    adjustments = "".join(adjustment(item, currency) for item in line.adjustments) if line.adjustments else ""
    named = ubl_object("cac:DocumentReference", line.object) if line.object else ""
    named_by = line.order_line or line.order or line.despatch
    order = line_documents(line, invoice.specification) if named_by else ""
    span = period(line.period) if line.period else ""
    return (
        f"<{name}>{leaf('cbc:ID', line.id)}{leaf('cbc:Note', line.note)}"
        f'<{quantity} unitCode="{escape(line.unit)}">{number(line.quantity)}</{quantity}>'
        f"{money('LineExtensionAmount', net, currency)}{leaf('cbc:AccountingCost', line.accounting_reference)}"
        f"{span}{order}{named}{adjustments}{_item(line)}{_price(line, currency)}</{name}>"
    )


def _item(line: Line) -> str:
    tax = category("cac:ClassifiedTaxCategory", line.category, line.rate)
    properties = _properties(line) if line.attributes else ""
    identified = _identified(line) if _is_identified(line) else ""
    return (
        f"<cac:Item>{leaf('cbc:Description', line.description)}{leaf('cbc:Name', line.name)}"
        f"{identified}{tax}{properties}</cac:Item>"
    )


def _properties(line: Line) -> str:
    return "".join(
        group("cac:AdditionalItemProperty", leaf("cbc:Name", item.name), leaf("cbc:Value", item.value))
        for item in line.attributes
    )


def _is_identified(line: Line) -> bool:
    return bool(
        line.buyer_item or line.seller_item or line.standard_item or line.origin_country or line.classifications
    )


def _identified(line: Line) -> str:
    """Return the numbers, the origin and the classes of an item."""
    standard = line.standard_item
    classes = (
        group(
            "cac:CommodityClassification",
            leaf(
                "cbc:ItemClassificationCode",
                item.code,
                attribute("listID", item.scheme) + attribute("listVersionID", item.version),
            ),
        )
        for item in line.classifications
    )
    return "".join(
        (
            group("cac:BuyersItemIdentification", leaf("cbc:ID", line.buyer_item)),
            group("cac:SellersItemIdentification", leaf("cbc:ID", line.seller_item)),
            group(
                "cac:StandardItemIdentification",
                leaf("cbc:ID", standard.value, attribute("schemeID", standard.scheme)) if standard else "",
            ),
            group("cac:OriginCountry", leaf("cbc:IdentificationCode", line.origin_country)),
            *classes,
        )
    )


def _price(line: Line, currency: str) -> str:
    price = f'<cbc:PriceAmount currencyID="{escape(currency)}">{number(line.price)}</cbc:PriceAmount>'
    if line.gross_price is None and line.price_quantity == 1:
        return f"<cac:Price>{price}</cac:Price>"
    unit = attribute("currencyID", currency)
    discount = ""
    if line.gross_price is not None:
        discount = group(
            "cac:AllowanceCharge",
            "<cbc:ChargeIndicator>false</cbc:ChargeIndicator>",
            leaf("cbc:Amount", number(line.gross_price - line.price), unit),
            leaf("cbc:BaseAmount", number(line.gross_price), unit),
        )
    base = ""
    if line.price_quantity != 1:
        base = leaf("cbc:BaseQuantity", number(line.price_quantity), attribute("unitCode", line.unit))
    return f"<cac:Price>{price}{base}{discount}</cac:Price>"
