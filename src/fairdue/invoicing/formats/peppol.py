"""What Peppol BIS Billing 3 asks beyond EN 16931 of every document: participants, one note, its own codes of types.

Source: Peppol BIS Billing 3.0, rules PEPPOL-EN16931-R002 (one note), R010 and R020 (electronic addresses), CL008
(schemes of the EAS list without e-mail), P0100 and P0112 (types; 326 and 384 between German parties only).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.formats.peppol import participants
from fairdue.core.invoice.model import DocumentType, Note

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Invoice, PaymentMeans

GERMAN_ONLY = frozenset({DocumentType.CORRECTED, DocumentType.PARTIAL})
"""Types that only German parties may send each other; a corrected invoice goes as 380 with the one that it corrects."""
TRANSFER, DANISH_TRANSFER, UNDEFINED = "30", "42", "1"
"""UNTDID 4461: a credit transfer, a payment to an account by its registration number, a way that no code says."""
_DANISH = re.compile(r"DK\d{2}(\d{4})(\d{10})")


def _german(invoice: Invoice) -> bool:
    return {invoice.seller.address.country, invoice.buyer.address.country} == {"DE"}


def fitted(invoice: Invoice) -> Invoice:
    """Return `invoice` with its notes joined and its type as Peppol knows it; refuses who is no participant."""
    found = tuple(participants(invoice))
    if found:
        raise RefusedError(*found)
    if invoice.type in GERMAN_ONLY and not _german(invoice):
        invoice = replace(invoice, type=DocumentType.INVOICE)
    if invoice.seller.address.country == "DK":
        invoice = _danish(invoice)
    if len(invoice.notes) < 2:  # noqa: PLR2004 - one note needs no joining
        return invoice
    return replace(invoice, notes=(Note("\n".join(note.text for note in invoice.notes)),))


def _danish(invoice: Invoice) -> Invoice:
    """Return the invoice of a Danish seller: identifiers with a scheme (DK-R-013), and its own codes of payment."""
    seller, buyer = (
        replace(one, identifiers=tuple(number for number in one.identifiers if number.scheme))
        for one in (invoice.seller, invoice.buyer)
    )
    return replace(invoice, seller=seller, buyer=buyer, payment=_danish_means(invoice.payment))


def _danish_means(means: PaymentMeans | None) -> PaymentMeans | None:
    """Return a plain credit transfer as DK-R-005 knows it: by registration number and account, which the IBAN holds."""
    if means is None or means.code != TRANSFER:
        return means
    account = means.transfers[0] if means.transfers else None
    found = _DANISH.fullmatch(account.account.replace(" ", "")) if account else None
    if account is None or found is None:
        return replace(means, code=UNDEFINED)
    return replace(means, code=DANISH_TRANSFER, transfers=(replace(account, account=found[2], bic=found[1]),))
