"""UBL 2.1 Invoice and CreditNote back into the model.

The document is turned into the JSON form of the invoice and read by `core.invoice.wire`, so that every
value that cannot be read is named and none becomes nothing or zero.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fairdue.invoicing.formats.supporting import PROJECT, ubl_object_of, ubl_read
from fairdue.invoicing.formats.tree import Node, coded, exchange_rate, filled
from fairdue.invoicing.formats.ubl_parts import DIRECT_DEBIT_SCHEME, NOT_AVAILABLE, TAX_POINT_CODES

if TYPE_CHECKING:
    from lxml import etree

NAMES = {
    "cac": "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2",
    "cbc": "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2",
}
_SUBJECT = re.compile(r"#([A-Z]{3})#(.*)\Z", re.DOTALL)
_TAX_POINTS = {ubl: code for code, ubl in TAX_POINT_CODES.items()}


def read(root: etree._Element) -> dict[str, Any]:
    """Return the JSON form of the invoice in a UBL document."""
    doc = Node(root, NAMES)
    supplier = doc.at("cac:AccountingSupplierParty/cac:Party")
    currency = doc.text("cbc:DocumentCurrencyCode")
    tax_currency = doc.text("cbc:TaxCurrencyCode")
    return {
        **(
            filled(
                number=doc.text("cbc:ID"),
                issued=doc.text("cbc:IssueDate"),
                type=doc.text("cbc:InvoiceTypeCode") or doc.text("cbc:CreditNoteTypeCode"),
                specification=doc.text("cbc:CustomizationID"),
                process=doc.text("cbc:ProfileID"),
                references=_references(doc),
                preceding=_preceding(doc),
                documents=ubl_read(
                    doc.all("cac:AdditionalDocumentReference"),
                    kind="CreditNote" if doc.text("cbc:CreditNoteTypeCode") else "Invoice",
                ),
                notes=[_note(node.value) for node in doc.all("cbc:Note")],
                payee=_payee(doc.at("cac:PayeeParty")),
                tax_representative=_representative(doc.at("cac:TaxRepresentativeParty")),
                delivery=_delivery(doc.at("cac:Delivery")),
                period=_period(doc.at("cac:InvoicePeriod")),
                terms=_terms(doc),
                payment=_payment(doc),
                adjustments=[_adjustment(node) for node in doc.all("cac:AllowanceCharge")],
                exemptions=_exemptions(doc),
                prepaid=doc.text("cac:LegalMonetaryTotal/cbc:PrepaidAmount"),
                rounding=doc.text("cac:LegalMonetaryTotal/cbc:PayableRoundingAmount"),
                tax_point=doc.text("cbc:TaxPointDate"),
                tax_point_code=_tax_point_code(doc.text("cac:InvoicePeriod/cbc:DescriptionCode")),
                tax_currency=tax_currency,
                tax_rate_of_exchange=exchange_rate(
                    {node.attribute("currencyID"): node.value for node in doc.all("cac:TaxTotal/cbc:TaxAmount")},
                    currency,
                    tax_currency,
                ),
            )
            or {}
        ),
        "currency": currency,
        "seller": _party(supplier),
        "buyer": _party(doc.at("cac:AccountingCustomerParty/cac:Party")),
        "lines": [_line(node) for kind in ("Invoice", "CreditNote") for node in doc.all(f"cac:{kind}Line")],
    }


def _tax_point_code(code: str) -> str:
    return _TAX_POINTS.get(code, code)


def _note(text: str) -> dict[str, Any]:
    match = _SUBJECT.match(text)
    return {"text": match[2], "subject": match[1]} if match else {"text": text}


def _references(doc: Node) -> dict[str, Any] | None:
    order = doc.text("cac:OrderReference/cbc:ID")
    sales = doc.text("cac:OrderReference/cbc:SalesOrderID")
    additional = (
        node.text("cbc:ID")
        for node in doc.all("cac:AdditionalDocumentReference")
        if node.text("cbc:DocumentTypeCode") == PROJECT and doc.text("cbc:CreditNoteTypeCode")
    )
    return filled(
        buyer=doc.text("cbc:BuyerReference"),
        project=doc.text("cac:ProjectReference/cbc:ID") or next(additional, ""),
        contract=doc.text("cac:ContractDocumentReference/cbc:ID"),
        order="" if order == NOT_AVAILABLE and sales else order,
        sales_order=sales,
        receipt=doc.text("cac:ReceiptDocumentReference/cbc:ID"),
        despatch=doc.text("cac:DespatchDocumentReference/cbc:ID"),
        tender=doc.text("cac:OriginatorDocumentReference/cbc:ID"),
        accounting=doc.text("cbc:AccountingCost"),
        object=ubl_object_of(doc.all("cac:AdditionalDocumentReference")),
    )


def _preceding(doc: Node) -> list[dict[str, Any] | None]:
    return [
        filled(number=node.text("cbc:ID"), day=node.text("cbc:IssueDate"))
        for node in doc.all("cac:BillingReference/cac:InvoiceDocumentReference")
    ]


def _address(node: Node) -> dict[str, Any]:
    found = filled(
        street=node.text("cbc:StreetName"),
        extra=node.text("cbc:AdditionalStreetName"),
        third=node.text("cac:AddressLine/cbc:Line"),
        postcode=node.text("cbc:PostalZone"),
        city=node.text("cbc:CityName"),
        subdivision=node.text("cbc:CountrySubentity"),
    )
    return {**(found or {}), "country": node.text("cac:Country/cbc:IdentificationCode")}


def _tax_ids(node: Node) -> tuple[str, str]:
    vat = other = ""
    for scheme in node.all("cac:PartyTaxScheme"):
        if scheme.text("cac:TaxScheme/cbc:ID") == "VAT":
            vat = scheme.text("cbc:CompanyID")
        else:
            other = scheme.text("cbc:CompanyID")
    return vat, other


def _party(node: Node) -> dict[str, Any]:
    vat_id, tax_number = _tax_ids(node)
    legal = node.text("cac:PartyLegalEntity/cbc:RegistrationName")
    trading = node.text("cac:PartyName/cbc:Name")
    found = filled(
        trading_name=trading if legal else "",
        identifiers=[
            coded(item)
            for item in node.all("cac:PartyIdentification/cbc:ID")
            if item.attribute("schemeID") != DIRECT_DEBIT_SCHEME
        ],
        registration=coded(node.at("cac:PartyLegalEntity/cbc:CompanyID")),
        vat_id=vat_id,
        tax_number=tax_number,
        legal_form=node.text("cac:PartyLegalEntity/cbc:CompanyLegalForm"),
        endpoint=coded(node.at("cbc:EndpointID")),
        contact=filled(
            name=node.text("cac:Contact/cbc:Name"),
            phone=node.text("cac:Contact/cbc:Telephone"),
            email=node.text("cac:Contact/cbc:ElectronicMail"),
        ),
    )
    return {**(found or {}), "name": legal or trading, "address": _address(node.at("cac:PostalAddress"))}


def _creditor_id(node: Node) -> str:
    ids = node.all("cac:PartyIdentification/cbc:ID")
    return next((item.value for item in ids if item.attribute("schemeID") == DIRECT_DEBIT_SCHEME), "")


def _payee(node: Node) -> dict[str, Any] | None:
    ids = node.all("cac:PartyIdentification/cbc:ID")
    own = (item for item in ids if item.attribute("schemeID") != DIRECT_DEBIT_SCHEME)
    return filled(
        name=node.text("cac:PartyName/cbc:Name"),
        identifier=coded(next(own, Node(None, NAMES))),
        registration=coded(node.at("cac:PartyLegalEntity/cbc:CompanyID")),
    )


def _representative(node: Node) -> dict[str, Any] | None:
    if not node:
        return None
    vat_id, _ = _tax_ids(node)
    name = node.text("cac:PartyName/cbc:Name")
    return {"name": name, "vat_id": vat_id, "address": _address(node.at("cac:PostalAddress"))}


def _delivery(node: Node) -> dict[str, Any] | None:
    address = node.at("cac:DeliveryLocation/cac:Address")
    return filled(
        day=node.text("cbc:ActualDeliveryDate"),
        name=node.text("cac:DeliveryParty/cac:PartyName/cbc:Name"),
        location=coded(node.at("cac:DeliveryLocation/cbc:ID")),
        address=_address(address) if address else None,
    )


def _period(node: Node) -> dict[str, Any] | None:
    return filled(start=node.text("cbc:StartDate"), end=node.text("cbc:EndDate"))


def _terms(doc: Node) -> dict[str, Any] | None:
    due = doc.text("cbc:DueDate") or doc.text("cac:PaymentMeans/cbc:PaymentDueDate")
    return filled(due=due, note=doc.text("cac:PaymentTerms/cbc:Note"))


def _payment(doc: Node) -> dict[str, Any] | None:
    first = doc.at("cac:PaymentMeans")
    code = first.at("cbc:PaymentMeansCode")
    creditor = _creditor_id(doc.at("cac:PayeeParty")) or _creditor_id(doc.at("cac:AccountingSupplierParty/cac:Party"))
    mandate = first.at("cac:PaymentMandate")
    return filled(
        code=code.value,
        text=code.attribute("name"),
        reference=first.text("cbc:PaymentID"),
        transfers=[_transfer(node) for node in doc.all("cac:PaymentMeans/cac:PayeeFinancialAccount")],
        debit=filled(
            mandate=mandate.text("cbc:ID"),
            creditor_id=creditor,
            debtor_account=mandate.text("cac:PayerFinancialAccount/cbc:ID"),
        )
        if mandate
        else None,
        card=_card(first.at("cac:CardAccount")),
    )


def _card(node: Node) -> dict[str, Any] | None:
    network = node.text("cbc:NetworkID")
    return filled(
        number=node.text("cbc:PrimaryAccountNumberID"),
        holder=node.text("cbc:HolderName"),
        network="" if network == NOT_AVAILABLE else network,
    )


def _transfer(node: Node) -> dict[str, Any] | None:
    return filled(
        account=node.text("cbc:ID"),
        name=node.text("cbc:Name"),
        bic=node.text("cac:FinancialInstitutionBranch/cbc:ID"),
    )


def _adjustment(node: Node) -> dict[str, Any]:
    found = filled(
        charge=node.text("cbc:ChargeIndicator") == "true",
        base=node.text("cbc:BaseAmount"),
        percent=node.text("cbc:MultiplierFactorNumeric"),
        reason=node.text("cbc:AllowanceChargeReason"),
        reason_code=node.text("cbc:AllowanceChargeReasonCode"),
        category=node.text("cac:TaxCategory/cbc:ID"),
        rate=node.text("cac:TaxCategory/cbc:Percent"),
    )
    return {**(found or {}), "amount": node.text("cbc:Amount")}


def _exemptions(doc: Node) -> list[dict[str, Any] | None]:
    return [
        filled(
            category=node.text("cbc:ID"),
            reason=node.text("cbc:TaxExemptionReason"),
            code=node.text("cbc:TaxExemptionReasonCode"),
        )
        for node in doc.all("cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory")
        if node.text("cbc:TaxExemptionReason") or node.text("cbc:TaxExemptionReasonCode")
    ]


def _order_line(node: Node) -> str:
    """Return the line of an order; the stand-in for an unknown one is none."""
    line = node.text("cbc:LineID")
    return "" if line == NOT_AVAILABLE and node.text("cac:OrderReference/cbc:ID") else line


def _document(node: Node) -> dict[str, Any] | None:
    number = node.text("cbc:ID")
    return filled(number=number, day=node.text("cbc:IssueDate")) if number else None


def _line(node: Node) -> dict[str, Any]:
    quantity = node.at("cbc:InvoicedQuantity") or node.at("cbc:CreditedQuantity")
    item, price = node.at("cac:Item"), node.at("cac:Price")
    found = filled(
        rate=item.text("cac:ClassifiedTaxCategory/cbc:Percent"),
        price_quantity=price.text("cbc:BaseQuantity"),
        gross_price=price.text("cac:AllowanceCharge/cbc:BaseAmount"),
        description=item.text("cbc:Description"),
        note=node.text("cbc:Note"),
        period=_period(node.at("cac:InvoicePeriod")),
        order_line=_order_line(node.at("cac:OrderLineReference")),
        order=_document(node.at("cac:OrderLineReference/cac:OrderReference")),
        despatch=_document(node.at("cac:DespatchLineReference/cac:DocumentReference")),
        accounting_reference=node.text("cbc:AccountingCost"),
        seller_item=item.text("cac:SellersItemIdentification/cbc:ID"),
        buyer_item=item.text("cac:BuyersItemIdentification/cbc:ID"),
        standard_item=coded(item.at("cac:StandardItemIdentification/cbc:ID")),
        classifications=[
            filled(code=one.value, scheme=one.attribute("listID"), version=one.attribute("listVersionID"))
            for one in item.all("cac:CommodityClassification/cbc:ItemClassificationCode")
        ],
        origin_country=item.text("cac:OriginCountry/cbc:IdentificationCode"),
        attributes=[
            filled(name=one.text("cbc:Name"), value=one.text("cbc:Value"))
            for one in item.all("cac:AdditionalItemProperty")
        ],
        adjustments=[_adjustment(one) for one in node.all("cac:AllowanceCharge")],
        object=ubl_object_of(node.all("cac:DocumentReference")),
    )
    return {
        **(found or {}),
        "id": node.text("cbc:ID"),
        "name": item.text("cbc:Name"),
        "quantity": quantity.value,
        "unit": quantity.attribute("unitCode"),
        "price": price.text("cbc:PriceAmount"),
        "category": item.text("cac:ClassifiedTaxCategory/cbc:ID"),
    }
