"""UN/CEFACT Cross Industry Invoice with the content of EN 16931-1 (CEN/TS 16931-3-3).

The documents use only elements that D16B and D22B share, so they fit XRechnung and Factur-X alike.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.invoicing.formats.cii_parts import (
    adjustment,
    agreement,
    delivery,
    flag,
    period,
    stamp,
    trade_tax,
)
from fairdue.invoicing.formats.cii_settlement import settlement
from fairdue.invoicing.formats.xml import HEADER, amount, attribute, group, leaf, number

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Invoice, Line
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
    text = (
        f"{HEADER}<rsm:CrossIndustryInvoice{NAMESPACES}>{_context(invoice)}{_document(invoice)}"
        f"<rsm:SupplyChainTradeTransaction>{lines}{agreement(invoice)}{delivery(invoice)}"
        f"{settlement(invoice, totals)}</rsm:SupplyChainTradeTransaction></rsm:CrossIndustryInvoice>\n"
    )
    return text.encode()


def _context(invoice: Invoice) -> str:
    return group(
        "rsm:ExchangedDocumentContext",
        group("ram:BusinessProcessSpecifiedDocumentContextParameter", leaf("ram:ID", invoice.process)),
        group("ram:GuidelineSpecifiedDocumentContextParameter", leaf("ram:ID", invoice.specification)),
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
    return group(
        "ram:IncludedSupplyChainTradeLineItem",
        group(
            "ram:AssociatedDocumentLineDocument",
            leaf("ram:LineID", line.id),
            group("ram:IncludedNote", leaf("ram:Content", line.note)),
        ),
        _product(line),
        _prices(line),
        group(
            "ram:SpecifiedLineTradeDelivery",
            leaf("ram:BilledQuantity", number(line.quantity), attribute("unitCode", line.unit)),
        ),
        _line_settlement(line, net, invoice.currency),
    )


def _product(line: Line) -> str:
    standard = line.standard_item
    return group(
        "ram:SpecifiedTradeProduct",
        leaf("ram:GlobalID", standard.value, attribute("schemeID", standard.scheme)) if standard else "",
        leaf("ram:SellerAssignedID", line.seller_item),
        leaf("ram:BuyerAssignedID", line.buyer_item),
        leaf("ram:Name", line.name),
        leaf("ram:Description", line.description),
        *(
            group(
                "ram:ApplicableProductCharacteristic",
                leaf("ram:Description", item.name),
                leaf("ram:Value", item.value),
            )
            for item in line.attributes
        ),
        *(
            group(
                "ram:DesignatedProductClassification",
                leaf(
                    "ram:ClassCode",
                    item.code,
                    attribute("listID", item.scheme) + attribute("listVersionID", item.version),
                ),
            )
            for item in line.classifications
        ),
        group("ram:OriginTradeCountry", leaf("ram:ID", line.origin_country)),
    )


def _prices(line: Line) -> str:
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
    order = group("ram:BuyerOrderReferencedDocument", leaf("ram:LineID", line.order_line))
    return group("ram:SpecifiedLineTradeAgreement", order, gross, net)


def _line_settlement(line: Line, net: int, currency: str) -> str:
    return group(
        "ram:SpecifiedLineTradeSettlement",
        trade_tax("ram:ApplicableTradeTax", line.category, line.rate),
        period(line.period),
        "".join(adjustment(item, currency) for item in line.adjustments),
        group(
            "ram:SpecifiedTradeSettlementLineMonetarySummation",
            leaf("ram:LineTotalAmount", amount(net, currency)),
        ),
        group("ram:ReceivableSpecifiedTradeAccountingAccount", leaf("ram:ID", line.accounting_reference)),
    )
