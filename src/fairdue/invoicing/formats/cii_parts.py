"""Parts of a CII document: dates, parties, references, delivery, adjustments."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fairdue.core.invoice.model import References
from fairdue.invoicing.formats.supporting import cii_documents, cii_object
from fairdue.invoicing.formats.xml import amount, attribute, group, leaf, number

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from fairdue.core.invoice.model import Adjustment, Delivery, Invoice, LineDocument, Period, VatCategory
    from fairdue.core.invoice.parties import Address, Identifier, Party, TaxRepresentative


_NO_REFERENCES = References()


def stamp(name: str, value: date | None, prefix: str = "udt") -> str:
    """Return a date in the form 102 (yyyymmdd)."""
    if value is None:
        return ""
    digits = value.isoformat().replace("-", "")
    return f'<{name}><{prefix}:DateTimeString format="102">{digits}</{prefix}:DateTimeString></{name}>'


def flag(*, value: bool) -> str:
    """Return the indicator that tells a charge (true) from an allowance."""
    word = "true" if value else "false"
    return f"<ram:ChargeIndicator><udt:Indicator>{word}</udt:Indicator></ram:ChargeIndicator>"


@lru_cache(maxsize=512)
def trade_tax(name: str, category: VatCategory, rate: Decimal | None) -> str:
    """Return a VAT category with its rate; few of them occur and are kept."""
    percent = "" if rate is None else leaf("ram:RateApplicablePercent", number(rate))
    return group(name, "<ram:TypeCode>VAT</ram:TypeCode>", leaf("ram:CategoryCode", category.value), percent)


def period(value: Period | None) -> str:
    """Return an invoicing period."""
    if value is None:
        return ""
    return group(
        "ram:BillingSpecifiedPeriod",
        stamp("ram:StartDateTime", value.start),
        stamp("ram:EndDateTime", value.end),
    )


def adjustment(item: Adjustment, currency: str) -> str:
    """Return an allowance or charge; only those of the document carry a VAT category."""
    return group(
        "ram:SpecifiedTradeAllowanceCharge",
        flag(value=item.charge),
        "" if item.percent is None else leaf("ram:CalculationPercent", number(item.percent)),
        "" if item.base is None else leaf("ram:BasisAmount", amount(item.base, currency)),
        leaf("ram:ActualAmount", amount(item.amount, currency)),
        leaf("ram:ReasonCode", item.reason_code),
        leaf("ram:Reason", item.reason),
        trade_tax("ram:CategoryTradeTax", item.category, item.rate) if item.category else "",
    )


def _address(address: Address) -> str:
    return group(
        "ram:PostalTradeAddress",
        leaf("ram:PostcodeCode", address.postcode),
        leaf("ram:LineOne", address.street),
        leaf("ram:LineTwo", address.extra),
        leaf("ram:LineThree", address.third),
        leaf("ram:CityName", address.city),
        leaf("ram:CountryID", address.country),
        leaf("ram:CountrySubDivisionName", address.subdivision),
    )


def global_id(value: Identifier | None) -> str:
    """Return an identifier as ID, or as GlobalID where it has a scheme."""
    if value is None:
        return ""
    if not value.scheme:
        return leaf("ram:ID", value.value)
    return leaf("ram:GlobalID", value.value, attribute("schemeID", value.scheme))


def organisation(registration: Identifier | None, trading_name: str = "") -> str:
    """Return the legal registration of a party."""
    number_ = leaf("ram:ID", registration.value, attribute("schemeID", registration.scheme)) if registration else ""
    return group("ram:SpecifiedLegalOrganization", number_, leaf("ram:TradingBusinessName", trading_name))


def _registration(value: str, scheme: str) -> str:
    return group("ram:SpecifiedTaxRegistration", leaf("ram:ID", value, attribute("schemeID", scheme)))


@lru_cache(maxsize=1024)
def _party(name: str, party: Party) -> str:
    """Return seller or buyer; the last thousand are kept for bulk runs."""
    contact = party.contact
    plain = sorted(party.identifiers, key=lambda item: bool(item.scheme))
    return group(
        name,
        *(global_id(item) for item in plain),
        leaf("ram:Name", party.name),
        leaf("ram:Description", party.legal_form),
        organisation(party.registration, party.trading_name),
        group(
            "ram:DefinedTradeContact",
            leaf("ram:PersonName", contact.name),
            group("ram:TelephoneUniversalCommunication", leaf("ram:CompleteNumber", contact.phone)),
            group("ram:EmailURIUniversalCommunication", leaf("ram:URIID", contact.email)),
        )
        if contact
        else "",
        _address(party.address),
        group(
            "ram:URIUniversalCommunication",
            leaf("ram:URIID", party.endpoint.value, attribute("schemeID", party.endpoint.scheme)),
        )
        if party.endpoint
        else "",
        _registration(party.vat_id, "VA"),
        _registration(party.tax_number, "FC"),
    )


def _representative(party: TaxRepresentative | None) -> str:
    if party is None:
        return ""
    return group(
        "ram:SellerTaxRepresentativeTradeParty",
        leaf("ram:Name", party.name),
        _address(party.address),
        _registration(party.vat_id, "VA"),
    )


def _document(name: str, number_: str, *more: str) -> str:
    return group(name, leaf("ram:IssuerAssignedID", number_), *more) if number_ else ""


def line_document(name: str, document: LineDocument | None, line: str = "") -> str:
    """Return the document that a line refers to: its number and day (EXTENDED only) and the line in it."""
    if document is None:
        return group(name, leaf("ram:LineID", line))
    return group(
        name,
        leaf("ram:IssuerAssignedID", document.number),
        leaf("ram:LineID", line),
        stamp("ram:FormattedIssueDateTime", document.day, "qdt"),
    )


def agreement(invoice: Invoice) -> str:
    """Return parties and references of the document."""
    given = invoice.references
    parties = (
        f"{_party('ram:SellerTradeParty', invoice.seller)}{_party('ram:BuyerTradeParty', invoice.buyer)}"
        f"{_representative(invoice.tax_representative)}"
    )
    if given == _NO_REFERENCES and not invoice.documents:
        return f"<ram:ApplicableHeaderTradeAgreement>{parties}</ram:ApplicableHeaderTradeAgreement>"
    return group(
        "ram:ApplicableHeaderTradeAgreement",
        leaf("ram:BuyerReference", given.buyer),
        parties,
        _document("ram:SellerOrderReferencedDocument", given.sales_order),
        _document("ram:BuyerOrderReferencedDocument", given.order),
        _document("ram:ContractReferencedDocument", given.contract),
        cii_documents(invoice.documents),
        _document("ram:AdditionalReferencedDocument", given.tender, "<ram:TypeCode>50</ram:TypeCode>"),
        cii_object(given.object),
        group(
            "ram:SpecifiedProcuringProject",
            leaf("ram:ID", given.project),
            leaf("ram:Name", given.project),
        ),
    )


def _ship_to(value: Delivery) -> str:
    if value.location is None and value.address is None and not value.name:
        return ""
    return group(
        "ram:ShipToTradeParty",
        global_id(value.location),
        leaf("ram:Name", value.name),
        _address(value.address) if value.address else "",
    )


def delivery(invoice: Invoice) -> str:
    """Return when and where the supply took place, with despatch and receipt."""
    value = invoice.delivery
    inner = (
        _ship_to(value) + group("ram:ActualDeliverySupplyChainEvent", stamp("ram:OccurrenceDateTime", value.day))
        if value
        else ""
    )
    despatch = _document("ram:DespatchAdviceReferencedDocument", invoice.references.despatch)
    receipt = _document("ram:ReceivingAdviceReferencedDocument", invoice.references.receipt)
    return f"<ram:ApplicableHeaderTradeDelivery>{inner}{despatch}{receipt}</ram:ApplicableHeaderTradeDelivery>"
