"""UN/CEFACT Cross Industry Invoice with the content of EN 16931-1 (CEN/TS 16931-3-3).

The documents use only elements that D16B and D22B share, so they fit XRechnung and Factur-X alike.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fairdue.invoicing.formats.cii_parts import (
    adjustment,
    agreement,
    delivery,
    flag,
    line_document,
    period,
    stamp,
    trade_tax,
)
from fairdue.invoicing.formats.cii_settlement import settlement
from fairdue.invoicing.formats.profiles import has_line_documents
from fairdue.invoicing.formats.supporting import cii_object
from fairdue.invoicing.formats.xml import HEADER, amount, attribute, escape, group, leaf, number

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Invoice, Line, LineDocument
    from fairdue.core.invoice.totals import Totals

URN = "urn:un:unece:uncefact:data:"
NAMESPACES = (
    f' xmlns:rsm="{URN}standard:CrossIndustryInvoice:100"'
    f' xmlns:ram="{URN}standard:ReusableAggregateBusinessInformationEntity:100"'
    f' xmlns:qdt="{URN}standard:QualifiedDataType:100"'
    f' xmlns:udt="{URN}standard:UnqualifiedDataType:100"'
)


def write(invoice: Invoice, totals: Totals) -> bytes:
    """Return the CII document of `invoice`; equal input gives equal bytes."""
    lines = "".join(_line(line, net, invoice) for line, net in zip(invoice.lines, totals.lines, strict=True))
    context = _context(invoice.process, invoice.specification)
    text = (
        f"{HEADER}<rsm:CrossIndustryInvoice{NAMESPACES}>{context}{_document(invoice)}"
        f"<rsm:SupplyChainTradeTransaction>{lines}{agreement(invoice)}{delivery(invoice)}"
        f"{settlement(invoice, totals)}</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>\n"
    )
    return text.encode()


@lru_cache(maxsize=64)
def _context(process: str, specification: str) -> str:
    """Return the process and the specification; few of them occur and are kept."""
    return group(
        "rsm:ExchangedDocumentContext",
        group("ram:BusinessProcessSpecifiedDocumentContextParameter", leaf("ram:ID", process)),
        group("ram:GuidelineSpecifiedDocumentContextParameter", leaf("ram:ID", specification)),
    )


def _document(invoice: Invoice) -> str:
    notes = (
        group("ram:IncludedNote", leaf("ram:Content", note.text), leaf("ram:SubjectCode", note.subject))
        for note in invoice.notes
    )
    return group(
        "rsm:ExchangedDocument",
        leaf("ram:ID", invoice.number),
        leaf("ram:TypeCode", invoice.type.value),
        stamp("ram:IssueDateTime", invoice.issued),
        *notes,
    )


def _line(line: Line, net: int, invoice: Invoice) -> str:
    order, delivered = None, ""
    if (line.order or line.despatch) and has_line_documents(invoice.specification):
        order, delivered = line.order, line_document("ram:DespatchAdviceReferencedDocument", line.despatch)
    note = group("ram:IncludedNote", leaf("ram:Content", line.note)) if line.note else ""
    unit = escape(line.unit)
    return (
        "<ram:IncludedSupplyChainTradeLineItem><ram:AssociatedDocumentLineDocument>"
        f"{leaf('ram:LineID', line.id)}{note}</ram:AssociatedDocumentLineDocument>{_product(line)}"
        f"{_prices(line, order)}"
        f'<ram:SpecifiedLineTradeDelivery><ram:BilledQuantity unitCode="{unit}">{number(line.quantity)}'
        f"</ram:BilledQuantity>{delivered}"
        f"</ram:SpecifiedLineTradeDelivery>{_line_settlement(line, net, invoice.currency)}"
        "</ram:IncludedSupplyChainTradeLineItem>"
    )


def _product(line: Line) -> str:
    numbers = _numbers(line) if line.standard_item or line.seller_item or line.buyer_item else ""
    further = _further(line) if line.attributes or line.classifications or line.origin_country else ""
    return (
        f"<ram:SpecifiedTradeProduct>{numbers}{leaf('ram:Name', line.name)}"
        f"{leaf('ram:Description', line.description)}{further}</ram:SpecifiedTradeProduct>"
    )


def _numbers(line: Line) -> str:
    standard = line.standard_item
    return "".join(
        (
            leaf("ram:GlobalID", standard.value, attribute("schemeID", standard.scheme)) if standard else "",
            leaf("ram:SellerAssignedID", line.seller_item),
            leaf("ram:BuyerAssignedID", line.buyer_item),
        )
    )


def _further(line: Line) -> str:
    """Return the properties, the classes and the origin of an item."""
    properties = (
        group(
            "ram:ApplicableProductCharacteristic",
            leaf("ram:Description", item.name),
            leaf("ram:Value", item.value),
        )
        for item in line.attributes
    )
    classes = (
        group(
            "ram:DesignatedProductClassification",
            leaf(
                "ram:ClassCode",
                item.code,
                attribute("listID", item.scheme) + attribute("listVersionID", item.version),
            ),
        )
        for item in line.classifications
    )
    return "".join((*properties, *classes, group("ram:OriginTradeCountry", leaf("ram:ID", line.origin_country))))


def _prices(line: Line, order: LineDocument | None) -> str:
    if line.price_quantity == 1 and line.gross_price is None and not line.order_line and order is None:
        return (
            "<ram:SpecifiedLineTradeAgreement><ram:NetPriceProductTradePrice><ram:ChargeAmount>"
            f"{number(line.price)}</ram:ChargeAmount></ram:NetPriceProductTradePrice></ram:SpecifiedLineTradeAgreement>"
        )
    base = ""
    if line.price_quantity != 1:
        base = leaf("ram:BasisQuantity", number(line.price_quantity), attribute("unitCode", line.unit))
    gross = ""
    if line.gross_price is not None:
        gross = group(
            "ram:GrossPriceProductTradePrice",
            leaf("ram:ChargeAmount", number(line.gross_price)),
            base,
            group(
                "ram:AppliedTradeAllowanceCharge",
                flag(value=False),
                leaf("ram:ActualAmount", number(line.gross_price - line.price)),
            ),
        )
    net = group("ram:NetPriceProductTradePrice", leaf("ram:ChargeAmount", number(line.price)), base)
    ordered = line_document("ram:BuyerOrderReferencedDocument", order, line.order_line)
    return group("ram:SpecifiedLineTradeAgreement", ordered, gross, net)


def _line_settlement(line: Line, net: int, currency: str) -> str:
    adjustments = "".join(adjustment(item, currency) for item in line.adjustments) if line.adjustments else ""
    account = line.accounting_reference
    booked = group("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", account)) if account else ""
    return (
        f"<ram:SpecifiedLineTradeSettlement>{trade_tax('ram:ApplicableTradeTax', line.category, line.rate)}"
        f"{period(line.period)}{adjustments}<ram:SpecifiedTradeSettlementLineMonetarySummation><ram:LineTotalAmount>"
        f"{amount(net, currency)}</ram:LineTotalAmount></ram:SpecifiedTradeSettlementLineMonetarySummation>"
        f"{cii_object(line.object)}{booked}"
        "</ram:SpecifiedLineTradeSettlement>"
    )
