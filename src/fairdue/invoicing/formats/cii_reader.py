"""Cross Industry Invoice back into the model, by way of the JSON form as in `ubl_reader`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairdue.invoicing.formats.supporting import cii_object_of, cii_read
from fairdue.invoicing.formats.tree import Node, coded, exchange_rate, filled

if TYPE_CHECKING:
    from lxml import etree

URN = "urn:un:unece:uncefact:data:"
NAMES = {
    "rsm": f"{URN}standard:CrossIndustryInvoice:100",
    "ram": f"{URN}standard:ReusableAggregateBusinessInformationEntity:100",
    "qdt": f"{URN}standard:QualifiedDataType:100",
    "udt": f"{URN}standard:UnqualifiedDataType:100",
}
LENGTH_102 = 8


def read(root: etree._Element) -> dict[str, Any]:
    """Return the JSON form of the invoice in a CII document."""
    doc = Node(root, NAMES)
    head, context = doc.at("rsm:ExchangedDocument"), doc.at("rsm:ExchangedDocumentContext")
    trade = doc.at("rsm:SupplyChainTradeTransaction")
    agreement = trade.at("ram:ApplicableHeaderTradeAgreement")
    settled = trade.at("ram:ApplicableHeaderTradeSettlement")
    transport = trade.at("ram:ApplicableHeaderTradeDelivery")
    found = filled(
        number=head.text("ram:ID"),
        issued=_day(head, "ram:IssueDateTime"),
        type=head.text("ram:TypeCode"),
        specification=context.text("ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"),
        process=context.text("ram:BusinessProcessSpecifiedDocumentContextParameter/ram:ID"),
        references=_references(agreement, transport, settled),
        documents=cii_read(agreement.all("ram:AdditionalReferencedDocument")),
        notes=[
            filled(text=node.text("ram:Content"), subject=node.text("ram:SubjectCode"))
            for node in head.all("ram:IncludedNote")
        ],
        tax_representative=_representative(agreement.at("ram:SellerTaxRepresentativeTradeParty")),
        delivery=_delivery(transport),
        **_settlement(settled),
    )
    return {
        **(found or {}),
        "currency": settled.text("ram:InvoiceCurrencyCode"),
        "seller": _party(agreement.at("ram:SellerTradeParty")),
        "buyer": _party(agreement.at("ram:BuyerTradeParty")),
        "lines": [_line(node) for node in trade.all("ram:IncludedSupplyChainTradeLineItem")],
    }


def _iso(text: str) -> str:
    """Return a date of form 102 in ISO 8601; anything else stays as it is and will be refused."""
    return f"{text[:4]}-{text[4:6]}-{text[6:]}" if len(text) == LENGTH_102 and text.isdigit() else text


def _day(node: Node, path: str, prefix: str = "udt") -> str:
    return _iso(node.text(f"{path}/{prefix}:DateTimeString"))


def _references(agreement: Node, transport: Node, settled: Node) -> dict[str, Any] | None:
    def number(node: Node, name: str) -> str:
        return node.text(f"ram:{name}ReferencedDocument/ram:IssuerAssignedID")

    tenders = (
        node.text("ram:IssuerAssignedID")
        for node in agreement.all("ram:AdditionalReferencedDocument")
        if node.text("ram:TypeCode") == "50"
    )
    return filled(
        buyer=agreement.text("ram:BuyerReference"),
        project=agreement.text("ram:SpecifiedProcuringProject/ram:ID"),
        contract=number(agreement, "Contract"),
        order=number(agreement, "BuyerOrder"),
        sales_order=number(agreement, "SellerOrder"),
        receipt=number(transport, "ReceivingAdvice"),
        despatch=number(transport, "DespatchAdvice"),
        tender=next(tenders, ""),
        accounting=settled.text("ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"),
        object=cii_object_of(agreement.all("ram:AdditionalReferencedDocument")),
    )


def _settlement(node: Node) -> dict[str, Any]:
    sums = node.at("ram:SpecifiedTradeSettlementHeaderMonetarySummation")
    taxes = {one.attribute("currencyID"): one.value for one in sums.all("ram:TaxTotalAmount")}
    currency, tax_currency = node.text("ram:InvoiceCurrencyCode"), node.text("ram:TaxCurrencyCode")
    tax = node.at("ram:ApplicableTradeTax")
    return {
        "preceding": [
            filled(number=one.text("ram:IssuerAssignedID"), day=_day(one, "ram:FormattedIssueDateTime", "qdt"))
            for one in node.all("ram:InvoiceReferencedDocument")
        ],
        "payee": _payee(node.at("ram:PayeeTradeParty")),
        "period": _period(node.at("ram:BillingSpecifiedPeriod")),
        "terms": filled(
            due=_day(node, "ram:SpecifiedTradePaymentTerms/ram:DueDateDateTime"),
            note=node.text("ram:SpecifiedTradePaymentTerms/ram:Description"),
        ),
        "payment": _payment(node),
        "adjustments": [_adjustment(one) for one in node.all("ram:SpecifiedTradeAllowanceCharge")],
        "exemptions": _exemptions(node),
        "prepaid": sums.text("ram:TotalPrepaidAmount"),
        "rounding": sums.text("ram:RoundingAmount"),
        "tax_point": _iso(tax.text("ram:TaxPointDate/udt:DateString")),
        "tax_point_code": tax.text("ram:DueDateTypeCode"),
        "tax_currency": tax_currency,
        "tax_rate_of_exchange": exchange_rate(taxes, currency, tax_currency),
    }


def _global_ids(node: Node) -> list[dict[str, Any] | None]:
    return [coded(one) for kind in ("ID", "GlobalID") for one in node.all(f"ram:{kind}")]


def _address(node: Node) -> dict[str, Any]:
    found = filled(
        street=node.text("ram:LineOne"),
        extra=node.text("ram:LineTwo"),
        third=node.text("ram:LineThree"),
        postcode=node.text("ram:PostcodeCode"),
        city=node.text("ram:CityName"),
        subdivision=node.text("ram:CountrySubDivisionName"),
    )
    return {**(found or {}), "country": node.text("ram:CountryID")}


def _tax_ids(node: Node) -> dict[str, str]:
    ids = node.all("ram:SpecifiedTaxRegistration/ram:ID")
    return {one.attribute("schemeID"): one.value for one in ids}


def _party(node: Node) -> dict[str, Any]:
    taxes = _tax_ids(node)
    contact = node.at("ram:DefinedTradeContact")
    found = filled(
        trading_name=node.text("ram:SpecifiedLegalOrganization/ram:TradingBusinessName"),
        identifiers=_global_ids(node),
        registration=coded(node.at("ram:SpecifiedLegalOrganization/ram:ID")),
        vat_id=taxes.get("VA", ""),
        tax_number=taxes.get("FC", ""),
        legal_form=node.text("ram:Description"),
        endpoint=coded(node.at("ram:URIUniversalCommunication/ram:URIID")),
        contact=filled(
            name=contact.text("ram:PersonName"),
            phone=contact.text("ram:TelephoneUniversalCommunication/ram:CompleteNumber"),
            email=contact.text("ram:EmailURIUniversalCommunication/ram:URIID"),
        ),
    )
    address = _address(node.at("ram:PostalTradeAddress"))
    return {**(found or {}), "name": node.text("ram:Name"), "address": address}


def _payee(node: Node) -> dict[str, Any] | None:
    return filled(
        name=node.text("ram:Name"),
        identifier=next(iter(_global_ids(node)), None),
        registration=coded(node.at("ram:SpecifiedLegalOrganization/ram:ID")),
    )


def _representative(node: Node) -> dict[str, Any] | None:
    if not node:
        return None
    address = _address(node.at("ram:PostalTradeAddress"))
    return {"name": node.text("ram:Name"), "vat_id": _tax_ids(node).get("VA", ""), "address": address}


def _delivery(node: Node) -> dict[str, Any] | None:
    target = node.at("ram:ShipToTradeParty")
    address = target.at("ram:PostalTradeAddress")
    return filled(
        day=_day(node, "ram:ActualDeliverySupplyChainEvent/ram:OccurrenceDateTime"),
        name=target.text("ram:Name"),
        location=next(iter(_global_ids(target)), None),
        address=_address(address) if address else None,
    )


def _period(node: Node) -> dict[str, Any] | None:
    return filled(start=_day(node, "ram:StartDateTime"), end=_day(node, "ram:EndDateTime"))


def _payment(node: Node) -> dict[str, Any] | None:
    first = node.at("ram:SpecifiedTradeSettlementPaymentMeans")
    mandate = node.text("ram:SpecifiedTradePaymentTerms/ram:DirectDebitMandateID")
    debtor = first.text("ram:PayerPartyDebtorFinancialAccount/ram:IBANID")
    return filled(
        code=first.text("ram:TypeCode"),
        text=first.text("ram:Information"),
        reference=node.text("ram:PaymentReference"),
        transfers=[
            transfer for one in node.all("ram:SpecifiedTradeSettlementPaymentMeans") if (transfer := _transfer(one))
        ],
        debit=filled(mandate=mandate, creditor_id=node.text("ram:CreditorReferenceID"), debtor_account=debtor),
        card=filled(
            number=first.text("ram:ApplicableTradeSettlementFinancialCard/ram:ID"),
            holder=first.text("ram:ApplicableTradeSettlementFinancialCard/ram:CardholderName"),
        ),
    )


def _transfer(node: Node) -> dict[str, Any] | None:
    account = node.at("ram:PayeePartyCreditorFinancialAccount")
    return filled(
        account=account.text("ram:IBANID") or account.text("ram:ProprietaryID"),
        name=account.text("ram:AccountName"),
        bic=node.text("ram:PayeeSpecifiedCreditorFinancialInstitution/ram:BICID"),
    )


def _adjustment(node: Node) -> dict[str, Any]:
    found = filled(
        charge=node.text("ram:ChargeIndicator/udt:Indicator") == "true",
        base=node.text("ram:BasisAmount"),
        percent=node.text("ram:CalculationPercent"),
        reason=node.text("ram:Reason"),
        reason_code=node.text("ram:ReasonCode"),
        category=node.text("ram:CategoryTradeTax/ram:CategoryCode"),
        rate=node.text("ram:CategoryTradeTax/ram:RateApplicablePercent"),
    )
    return {**(found or {}), "amount": node.text("ram:ActualAmount")}


def _exemptions(node: Node) -> list[dict[str, Any] | None]:
    return [
        filled(
            category=one.text("ram:CategoryCode"),
            reason=one.text("ram:ExemptionReason"),
            code=one.text("ram:ExemptionReasonCode"),
        )
        for one in node.all("ram:ApplicableTradeTax")
        if one.text("ram:ExemptionReason") or one.text("ram:ExemptionReasonCode")
    ]


def _line(node: Node) -> dict[str, Any]:
    product = node.at("ram:SpecifiedTradeProduct")
    prices = node.at("ram:SpecifiedLineTradeAgreement")
    net = prices.at("ram:NetPriceProductTradePrice")
    quantity = node.at("ram:SpecifiedLineTradeDelivery/ram:BilledQuantity")
    settled = node.at("ram:SpecifiedLineTradeSettlement")
    found = filled(
        rate=settled.text("ram:ApplicableTradeTax/ram:RateApplicablePercent"),
        price_quantity=net.text("ram:BasisQuantity"),
        gross_price=prices.text("ram:GrossPriceProductTradePrice/ram:ChargeAmount"),
        note=node.text("ram:AssociatedDocumentLineDocument/ram:IncludedNote/ram:Content"),
        period=_period(settled.at("ram:BillingSpecifiedPeriod")),
        order_line=prices.text("ram:BuyerOrderReferencedDocument/ram:LineID"),
        order=_document(prices.at("ram:BuyerOrderReferencedDocument")),
        despatch=_document(node.at("ram:SpecifiedLineTradeDelivery/ram:DespatchAdviceReferencedDocument")),
        accounting_reference=settled.text("ram:ReceivableSpecifiedTradeAccountingAccount/ram:ID"),
        adjustments=[_adjustment(one) for one in settled.all("ram:SpecifiedTradeAllowanceCharge")],
        object=cii_object_of(settled.all("ram:AdditionalReferencedDocument")),
        **_item(product),
    )
    return {
        **(found or {}),
        "id": node.text("ram:AssociatedDocumentLineDocument/ram:LineID"),
        "name": product.text("ram:Name"),
        "quantity": quantity.value,
        "unit": quantity.attribute("unitCode"),
        "price": net.text("ram:ChargeAmount"),
        "category": settled.text("ram:ApplicableTradeTax/ram:CategoryCode"),
    }


def _document(node: Node) -> dict[str, Any] | None:
    """Return the document that a line refers to; a reference to a line alone names none."""
    number = node.text("ram:IssuerAssignedID")
    return filled(number=number, day=_day(node, "ram:FormattedIssueDateTime", "qdt")) if number else None


def _item(product: Node) -> dict[str, Any]:
    return {
        "description": product.text("ram:Description"),
        "seller_item": product.text("ram:SellerAssignedID"),
        "buyer_item": product.text("ram:BuyerAssignedID"),
        "standard_item": coded(product.at("ram:GlobalID")),
        "classifications": [
            filled(code=one.value, scheme=one.attribute("listID"), version=one.attribute("listVersionID"))
            for one in product.all("ram:DesignatedProductClassification/ram:ClassCode")
        ],
        "origin_country": product.text("ram:OriginTradeCountry/ram:ID"),
        "attributes": [
            filled(name=one.text("ram:Description"), value=one.text("ram:Value"))
            for one in product.all("ram:ApplicableProductCharacteristic")
        ],
    }
