"""What Peppol BIS Billing 3 asks beyond EN 16931 of every document: participants, one note, its own codes of types.

Source: Peppol BIS Billing 3.0, rules PEPPOL-EN16931-R002 (one note), R010 and R020 (electronic addresses), CL008
(schemes of the EAS list without e-mail), P0100 and P0112 (types; 326 and 384 between German parties only).
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, RefusedError
from fairdue.core.invoice.model import DocumentType, Note

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Invoice

EMAIL = "EM"
GERMAN_ONLY = frozenset({DocumentType.CORRECTED, DocumentType.PARTIAL})
"""Types that only German parties may send each other; a corrected invoice goes as 380 with the one that it corrects."""
SELF_BILLING = frozenset({DocumentType.SELF_BILLED, DocumentType.SELF_BILLED_CREDIT})
NO_PARTICIPANT = "has no Peppol participant identifier such as 9930:DE136695976."


def _german(invoice: Invoice) -> bool:
    return {invoice.seller.address.country, invoice.buyer.address.country} == {"DE"}


def fitted(invoice: Invoice) -> Invoice:
    """Return `invoice` with its notes joined and its type as Peppol knows it; refuses who is no participant."""
    found = [
        Finding("format.peppol", f"{name}.endpoint", f"{party.name} {NO_PARTICIPANT}", source="PEPPOL-EN16931-CL008")
        for name, party in (("seller", invoice.seller), ("buyer", invoice.buyer))
        if party.endpoint is None or party.endpoint.scheme in {"", EMAIL}
    ]
    if invoice.type in SELF_BILLING:
        sentence = "Self-billed invoices go by the Peppol self-billing specification, which is not written here."
        found.append(Finding("format.peppol", "type", sentence, source="PEPPOL-EN16931-P0100"))
    if found:
        raise RefusedError(*found)
    if invoice.type in GERMAN_ONLY and not _german(invoice):
        invoice = replace(invoice, type=DocumentType.INVOICE)
    if len(invoice.notes) < 2:  # noqa: PLR2004 - one note needs no joining
        return invoice
    return replace(invoice, notes=(Note("\n".join(note.text for note in invoice.notes)),))
