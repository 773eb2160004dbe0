"""The settlement part of a CII document: payment, tax, terms and totals."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from fairdue.core.invoice.categories import exemption
from fairdue.core.invoice.iban import looks_like_iban
from fairdue.invoicing.formats.cii_parts import adjustment, global_id, organisation, period, stamp
from fairdue.invoicing.formats.terms import terms_text
from fairdue.invoicing.formats.xml import amount, attribute, escape, group, leaf, number

if TYPE_CHECKING:
    from fairdue.core.invoice.model import CreditTransfer, Invoice, PaymentCard, PaymentMeans
    from fairdue.core.invoice.totals import Totals


def settlement(invoice: Invoice, totals: Totals) -> str:
    """Return the settlement of the document."""
    means = invoice.payment
    creditor = means.debit.creditor_id if means and means.debit else ""
    adjustments = "".join([adjustment(item, invoice.currency) for item in invoice.adjustments])
    account = invoice.references.accounting
    return (
        f"<ram:ApplicableHeaderTradeSettlement>{leaf('ram:CreditorReferenceID', creditor)}"
        f"{leaf('ram:PaymentReference', means.reference if means else '')}"
        f"{leaf('ram:TaxCurrencyCode', invoice.tax_currency)}{leaf('ram:InvoiceCurrencyCode', invoice.currency)}"
        f"{_payee(invoice)}{_means(means) if means else ''}{_tax(invoice, totals)}{period(invoice.period)}"
        f"{adjustments}{_terms(invoice)}{_sums(invoice, totals)}{_preceding(invoice) if invoice.preceding else ''}"
        f"{group('ram:ReceivableSpecifiedTradeAccountingAccount', leaf('ram:ID', account)) if account else ''}"
        "</ram:ApplicableHeaderTradeSettlement>"
    )


def _preceding(invoice: Invoice) -> str:
    return "".join(
        group(
            "ram:InvoiceReferencedDocument",
            leaf("ram:IssuerAssignedID", item.number),
            stamp("ram:FormattedIssueDateTime", item.day, "qdt"),
        )
        for item in invoice.preceding
    )


def _payee(invoice: Invoice) -> str:
    party = invoice.payee
    if party is None:
        return ""
    return group(
        "ram:PayeeTradeParty",
        global_id(party.identifier),
        leaf("ram:Name", party.name),
        organisation(party.registration),
    )


def _means(means: PaymentMeans) -> str:
    debtor = (
        group(
            "ram:PayerPartyDebtorFinancialAccount",
            leaf("ram:IBANID", means.debit.debtor_account),
        )
        if means.debit
        else ""
    )
    head = f"{leaf('ram:TypeCode', means.code)}{leaf('ram:Information', means.text)}{_card(means.card)}{debtor}"
    accounts = [_account(transfer) for transfer in means.transfers] or [""]
    return "".join([group("ram:SpecifiedTradeSettlementPaymentMeans", head, account) for account in accounts])


def _card(card: PaymentCard | None) -> str:
    if card is None:
        return ""
    return group(
        "ram:ApplicableTradeSettlementFinancialCard",
        leaf("ram:ID", card.number),
        leaf("ram:CardholderName", card.holder),
    )


@lru_cache(maxsize=1024)
def _account(transfer: CreditTransfer) -> str:
    """Return the account to pay into; a creditor has few, and they are kept for bulk runs."""
    iban = looks_like_iban(transfer.account)
    return group(
        "ram:PayeePartyCreditorFinancialAccount",
        leaf("ram:IBANID", transfer.account) if iban else "",
        leaf("ram:AccountName", transfer.name),
        "" if iban else leaf("ram:ProprietaryID", transfer.account),
    ) + group("ram:PayeeSpecifiedCreditorFinancialInstitution", leaf("ram:BICID", transfer.bic))


def _tax(invoice: Invoice, totals: Totals) -> str:
    point = leaf("ram:DueDateTypeCode", invoice.tax_point_code)
    if invoice.tax_point:
        day = f'<udt:DateString format="102">{invoice.tax_point:%Y%m%d}</udt:DateString>'
        point = f"<ram:TaxPointDate>{day}</ram:TaxPointDate>{point}"
    rows = []
    for row in totals.vat:
        why = exemption(invoice, row.category)
        rate = "" if row.rate is None else leaf("ram:RateApplicablePercent", number(row.rate))
        rows.append(
            "<ram:ApplicableTradeTax>"
            f"<ram:CalculatedAmount>{amount(row.tax, invoice.currency)}</ram:CalculatedAmount>"
            f"<ram:TypeCode>VAT</ram:TypeCode>{leaf('ram:ExemptionReason', why.reason) if why else ''}"
            f"<ram:BasisAmount>{amount(row.basis, invoice.currency)}</ram:BasisAmount>"
            f"<ram:CategoryCode>{row.category.value}</ram:CategoryCode>"
            f"{leaf('ram:ExemptionReasonCode', why.code) if why else ''}{point}{rate}"
            "</ram:ApplicableTradeTax>"
        )
        point = ""  # The tax point stands once, whatever the number of rates (CII-SR-461, -462).
    return "".join(rows)


def _terms(invoice: Invoice) -> str:
    debit = invoice.payment.debit if invoice.payment else None
    return group(
        "ram:SpecifiedTradePaymentTerms",
        leaf("ram:Description", terms_text(invoice)),
        stamp("ram:DueDateDateTime", invoice.terms.due),
        leaf("ram:DirectDebitMandateID", debit.mandate if debit else ""),
    )


def _sums(invoice: Invoice, totals: Totals) -> str:
    currency = invoice.currency
    unit = escape(currency)
    tax = f'<ram:TaxTotalAmount currencyID="{unit}">{amount(totals.tax, currency)}</ram:TaxTotalAmount>'
    if totals.tax_in_tax_currency is not None:
        other = invoice.tax_currency
        local = amount(totals.tax_in_tax_currency, other)
        tax += leaf("ram:TaxTotalAmount", local, attribute("currencyID", other))
    return (
        "<ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
        f"<ram:LineTotalAmount>{amount(totals.line_sum, currency)}</ram:LineTotalAmount>"
        f"{_adjusted('ram:ChargeTotalAmount', totals.charges, invoice, charge=True)}"
        f"{_adjusted('ram:AllowanceTotalAmount', totals.allowances, invoice, charge=False)}"
        f"<ram:TaxBasisTotalAmount>{amount(totals.net, currency)}</ram:TaxBasisTotalAmount>{tax}"
        f"{_given('ram:RoundingAmount', invoice.rounding, currency)}"
        f"<ram:GrandTotalAmount>{amount(totals.gross, currency)}</ram:GrandTotalAmount>"
        f"{_given('ram:TotalPrepaidAmount', invoice.prepaid, currency)}"
        f"<ram:DuePayableAmount>{amount(totals.due, currency)}</ram:DuePayableAmount>"
        "</ram:SpecifiedTradeSettlementHeaderMonetarySummation>"
    )


def _adjusted(name: str, minor: int, invoice: Invoice, *, charge: bool) -> str:
    """Return a sum of allowances or charges wherever there are some, even if they come to nothing (BR-CO-11, -12)."""
    some = bool(invoice.adjustments) and any(item.charge is charge for item in invoice.adjustments)
    return f"<{name}>{amount(minor, invoice.currency)}</{name}>" if some else ""


def _given(name: str, minor: int, currency: str) -> str:
    return f"<{name}>{amount(minor, currency)}</{name}>" if minor else ""
