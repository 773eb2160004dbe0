"""Rules on how and when to pay."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from fairdue.core.invoice import code_lists
from fairdue.core.invoice.check.rules import broken, coded, doubtful, given
from fairdue.core.invoice.iban import iban_valid, looks_like_iban

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import CreditTransfer, Invoice, PaymentMeans, PaymentTerms

CREDIT_TRANSFERS = frozenset({"30", "58"})
SEPA_DEBIT = "59"
MOST_CARD_DIGITS = 10
HUNDRED = Decimal(100)


def payment_findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield findings on payment means and terms."""
    if invoice.payment is not None:
        yield from _means(invoice.payment)
    elif not invoice.type.is_credit:
        sentence = "Say how to pay; an invoice without an account is paid late."
        yield doubtful("content.payment", "payment", sentence, "good practice")
    yield from _terms(invoice.terms)


def _means(means: PaymentMeans) -> Iterator[Finding]:
    yield from given("BR-49", "payment.code", means.code, "The payment means code")
    yield from coded("BR-CL-16", "payment.code", means.code, code_lists.PAYMENT_MEANS, "payment means")
    if means.code in CREDIT_TRANSFERS and not means.transfers:
        sentence = "A credit transfer needs the account to pay into."
        yield broken("BR-61", "payment.transfers", sentence)
    if means.code == SEPA_DEBIT and (means.debit is None or not means.debit.mandate.strip()):
        yield broken("BR-DEBIT", "payment.debit.mandate", "A direct debit needs the mandate reference.")
    if means.card is not None and sum(one.isdigit() for one in means.card.number) > MOST_CARD_DIGITS:
        sentence = "Of a card number only the first six and the last four digits may stand on an invoice."
        yield doubtful("BR-51", "payment.card.number", sentence)
    for index, transfer in enumerate(means.transfers):
        yield from _account(transfer, f"payment.transfers[{index}].account")


def _account(transfer: CreditTransfer, path: str) -> Iterator[Finding]:
    yield from given("BR-50", path, transfer.account, "The account")
    if looks_like_iban(transfer.account) and not iban_valid(transfer.account):
        yield broken("content.iban", path, "The check digits of this IBAN are wrong.", "ISO 13616 (mod 97-10)")


def _terms(terms: PaymentTerms) -> Iterator[Finding]:
    for index, early in enumerate(terms.early):
        path = f"terms.early[{index}]"
        if not 0 < early.percent < HUNDRED:
            yield broken("content.discount", f"{path}.percent", "A discount is above 0 and below 100 %.")
        if early.days < 0:
            yield broken("content.discount", f"{path}.days", "A discount period is not negative.")
