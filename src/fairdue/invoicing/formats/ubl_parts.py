"""Parts of a UBL document that both its head and its lines use: parties, references, adjustments, tax."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fairdue.core.invoice.model import References
from fairdue.invoicing.formats.profiles import has_line_documents
from fairdue.invoicing.formats.supporting import ubl_documents, ubl_object
from fairdue.invoicing.formats.xml import amount, attribute, day, group, leaf, number

if TYPE_CHECKING:
    from decimal import Decimal

    from fairdue.core.invoice.model import (
        Adjustment,
        CreditTransfer,
        Delivery,
        Invoice,
        Line,
        LineDocument,
        PaymentCard,
        Period,
        VatCategory,
    )
    from fairdue.core.invoice.parties import Address, Identifier, Party, TaxRepresentative

_NO_REFERENCES = References()
TAX_POINT_CODES = {"5": "3", "29": "35", "72": "432"}
"""UNTDID 2475 of the model to UNTDID 2005 of UBL (BT-8)."""
VAT = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
NOT_AVAILABLE = "NA"
"""Stands where UBL wants an order number and only the seller's is known (BT-14 without BT-13), or the line of a
document of which only the number is known."""
DIRECT_DEBIT_SCHEME = "SEPA"


def money(name: str, minor: int, currency: str) -> str:
    """Return an amount with its currency."""
    return f'<cbc:{name} currencyID="{currency}">{amount(minor, currency)}</cbc:{name}>'


@lru_cache(maxsize=512)
def category(name: str, code: VatCategory, rate: Decimal | None, reasons: str = "") -> str:
    """Return a VAT category with its rate; few of them occur and are kept."""
    percent = "" if rate is None else leaf("cbc:Percent", number(rate))
    return group(name, leaf("cbc:ID", code.value), percent, reasons, VAT)


def identifier(name: str, value: Identifier | None) -> str:
    """Return an identifier with its scheme."""
    return leaf(name, value.value, attribute("schemeID", value.scheme)) if value else ""


def period(value: Period | None, tax_point_code: str = "") -> str:
    """Return an invoicing period, with the tax point code on document level."""
    if value is None and not tax_point_code:
        return ""
    return group(
        "cac:InvoicePeriod",
        leaf("cbc:StartDate", day(value.start)) if value else "",
        leaf("cbc:EndDate", day(value.end)) if value else "",
        leaf("cbc:DescriptionCode", TAX_POINT_CODES.get(tax_point_code, tax_point_code)),
    )


def references(invoice: Invoice, kind: str) -> str:
    """Return all references of the document in the order of its kind."""
    given = invoice.references
    if given == _NO_REFERENCES and not invoice.preceding and not invoice.documents:
        return ""
    order = given.order or (NOT_AVAILABLE if given.sales_order else "")
    preceding = (
        group(
            "cac:BillingReference",
            group(
                "cac:InvoiceDocumentReference",
                leaf("cbc:ID", item.number),
                leaf("cbc:IssueDate", day(item.day)),
            ),
        )
        for item in invoice.preceding
    )
    common = "".join(
        (
            group("cac:OrderReference", leaf("cbc:ID", order), leaf("cbc:SalesOrderID", given.sales_order)),
            *preceding,
            _document("cac:DespatchDocumentReference", given.despatch),
            _document("cac:ReceiptDocumentReference", given.receipt),
        )
    )
    tender = _document("cac:OriginatorDocumentReference", given.tender)
    contract = _document("cac:ContractDocumentReference", given.contract)
    further = ubl_object("cac:AdditionalDocumentReference", given.object) + ubl_documents(invoice.documents)
    if kind == "CreditNote":
        project = group(
            "cac:AdditionalDocumentReference",
            leaf("cbc:ID", given.project),
            "<cbc:DocumentTypeCode>50</cbc:DocumentTypeCode>" if given.project else "",
        )
        return f"{common}{contract}{further}{project}{tender}"
    return f"{common}{tender}{contract}{further}{_document('cac:ProjectReference', given.project)}"


def _document(name: str, number_: str) -> str:
    return group(name, leaf("cbc:ID", number_))


def _address(name: str, address: Address) -> str:
    return group(
        name,
        leaf("cbc:StreetName", address.street),
        leaf("cbc:AdditionalStreetName", address.extra),
        leaf("cbc:CityName", address.city),
        leaf("cbc:PostalZone", address.postcode),
        leaf("cbc:CountrySubentity", address.subdivision),
        group("cac:AddressLine", leaf("cbc:Line", address.third)),
        group("cac:Country", leaf("cbc:IdentificationCode", address.country)),
    )


def _tax_scheme(company: str, scheme: str) -> str:
    if not company:
        return ""
    return group(
        "cac:PartyTaxScheme",
        leaf("cbc:CompanyID", company),
        group("cac:TaxScheme", leaf("cbc:ID", scheme)),
    )


@lru_cache(maxsize=1024)
def tagged_party(name: str, party: Party, creditor_id: str = "") -> str:
    """Return seller or buyer inside the element `name`; `creditor_id` is the one for direct debits.

    The last thousand are kept: a bulk run writes the same seller again and again.
    """
    contact = party.contact
    return group(
        name,
        group(
            "cac:Party",
            identifier("cbc:EndpointID", party.endpoint),
            *(group("cac:PartyIdentification", identifier("cbc:ID", item)) for item in party.identifiers),
            _creditor(creditor_id),
            group("cac:PartyName", leaf("cbc:Name", party.trading_name)),
            _address("cac:PostalAddress", party.address),
            _tax_scheme(party.vat_id, "VAT"),
            _tax_scheme(party.tax_number, "FC"),
            group(
                "cac:PartyLegalEntity",
                leaf("cbc:RegistrationName", party.name),
                identifier("cbc:CompanyID", party.registration),
                leaf("cbc:CompanyLegalForm", party.legal_form),
            ),
            group(
                "cac:Contact",
                leaf("cbc:Name", contact.name),
                leaf("cbc:Telephone", contact.phone),
                leaf("cbc:ElectronicMail", contact.email),
            )
            if contact
            else "",
        ),
    )


def _creditor(creditor_id: str) -> str:
    scheme = attribute("schemeID", DIRECT_DEBIT_SCHEME)
    return group("cac:PartyIdentification", leaf("cbc:ID", creditor_id, scheme))


def supplier(invoice: Invoice) -> str:
    """Return the seller; where no payee collects, he carries the creditor identifier (BT-90)."""
    debit = invoice.payment.debit if invoice.payment else None
    creditor_id = debit.creditor_id if debit and invoice.payee is None else ""
    return tagged_party("cac:AccountingSupplierParty", invoice.seller, creditor_id)


def payee(invoice: Invoice) -> str:
    """Return the payee with the creditor identifier of his direct debits."""
    party = invoice.payee
    if party is None:
        return ""
    debit = invoice.payment.debit if invoice.payment else None
    return group(
        "cac:PayeeParty",
        group("cac:PartyIdentification", identifier("cbc:ID", party.identifier)),
        _creditor(debit.creditor_id if debit else ""),
        group("cac:PartyName", leaf("cbc:Name", party.name)),
        group("cac:PartyLegalEntity", identifier("cbc:CompanyID", party.registration)),
    )


def representative(party: TaxRepresentative | None) -> str:
    """Return the tax representative of the seller."""
    if party is None:
        return ""
    return group(
        "cac:TaxRepresentativeParty",
        group("cac:PartyName", leaf("cbc:Name", party.name)),
        _address("cac:PostalAddress", party.address),
        _tax_scheme(party.vat_id, "VAT"),
    )


def delivery(value: Delivery | None) -> str:
    """Return when and where the supply took place."""
    if value is None:
        return ""
    return group(
        "cac:Delivery",
        leaf("cbc:ActualDeliveryDate", day(value.day)),
        group(
            "cac:DeliveryLocation",
            identifier("cbc:ID", value.location),
            _address("cac:Address", value.address) if value.address else "",
        ),
        group("cac:DeliveryParty", group("cac:PartyName", leaf("cbc:Name", value.name))),
    )


def payment_means(invoice: Invoice, kind: str) -> str:
    """Return the payment instructions, one element for each account to pay into; their text stands once (UBL-SR-46)."""
    means = invoice.payment
    due = day(invoice.terms.due) if kind == "CreditNote" else ""
    if means is None:
        return ""
    transfers: tuple[CreditTransfer | None, ...] = means.transfers or (None,)
    return "".join(
        group(
            "cac:PaymentMeans",
            leaf("cbc:PaymentMeansCode", means.code, "" if place else attribute("name", means.text)),
            leaf("cbc:PaymentDueDate", due),
            leaf("cbc:PaymentID", means.reference),
            _card(means.card),
            _account(transfer) if transfer else "",
            group(
                "cac:PaymentMandate",
                leaf("cbc:ID", means.debit.mandate),
                group("cac:PayerFinancialAccount", leaf("cbc:ID", means.debit.debtor_account)),
            )
            if means.debit
            else "",
        )
        for place, transfer in enumerate(transfers)
    )


def _card(card: PaymentCard | None) -> str:
    if card is None:
        return ""
    return group(
        "cac:CardAccount",
        leaf("cbc:PrimaryAccountNumberID", card.number),
        leaf("cbc:NetworkID", card.network or NOT_AVAILABLE),
        leaf("cbc:HolderName", card.holder),
    )


def _account(transfer: CreditTransfer) -> str:
    return group(
        "cac:PayeeFinancialAccount",
        leaf("cbc:ID", transfer.account),
        leaf("cbc:Name", transfer.name),
        group("cac:FinancialInstitutionBranch", leaf("cbc:ID", transfer.bic)),
    )


def line_documents(line: Line, specification: str) -> str:
    """Return the order line, and where the profile has places for them the order and the delivery note of a line."""
    if not (line.order or line.despatch) or not has_line_documents(specification):
        return group("cac:OrderLineReference", leaf("cbc:LineID", line.order_line)) if line.order_line else ""
    order, despatch = _numbered(line.order, "cac:OrderReference"), _numbered(line.despatch, "cac:DocumentReference")
    named = leaf("cbc:LineID", line.order_line or (NOT_AVAILABLE if order else ""))
    unknown = leaf("cbc:LineID", NOT_AVAILABLE)
    return group("cac:OrderLineReference", named, order) + (
        group("cac:DespatchLineReference", unknown, despatch) if despatch else ""
    )


def _numbered(document: LineDocument | None, name: str) -> str:
    if document is None:
        return ""
    return group(name, leaf("cbc:ID", document.number), leaf("cbc:IssueDate", day(document.day)))


def adjustment(item: Adjustment, currency: str) -> str:
    """Return an allowance or charge; only those of the document carry a VAT category."""
    return group(
        "cac:AllowanceCharge",
        f"<cbc:ChargeIndicator>{'true' if item.charge else 'false'}</cbc:ChargeIndicator>",
        leaf("cbc:AllowanceChargeReasonCode", item.reason_code),
        leaf("cbc:AllowanceChargeReason", item.reason),
        "" if item.percent is None else leaf("cbc:MultiplierFactorNumeric", number(item.percent)),
        money("Amount", item.amount, currency),
        "" if item.base is None else money("BaseAmount", item.base, currency),
        category("cac:TaxCategory", item.category, item.rate) if item.category else "",
    )
