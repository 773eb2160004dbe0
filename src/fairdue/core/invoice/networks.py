"""Where the network of a country finds the buyer, and the place that its routing id takes on an invoice.

Sources: XRechnung 3.0.2, BT-10 (Leitweg-ID; ERechV section 5 (1) no. 1); Chorus Pro, code service in BT-10; Specifiche
tecniche FatturaPA 1.8, 1.1.4 and 1.1.6 (codice destinatario, PEC), with the EAS schemes 0201, 0205 and 0202.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairdue.core.invoice.parties import Identifier
from fairdue.core.vat.supply import BuyerKind

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Invoice

OFFICE, PEC, RECEIVER = "0201", "0202", "0205"
"""EAS schemes of an Italian address: office of the administration, certified mail, code of the receiver."""
OFFICE_LENGTH, RECEIVER_LENGTH = 6, 7
REFERENCED = frozenset({"DE", "FR"})
"""Countries whose routing id is the buyer reference of an invoice to a public body."""


def routed(invoice: Invoice, kind: BuyerKind, routing: str, pec: str) -> Invoice:
    """Return `invoice` with the routing id of its buyer in its place; what a person wrote stays."""
    country = invoice.buyer.address.country
    if country == "IT" and invoice.seller.address.country == "IT":
        endpoint = _italian(routing, pec) or invoice.buyer.endpoint
        return replace(invoice, buyer=replace(invoice.buyer, endpoint=endpoint))
    if country in REFERENCED and kind is BuyerKind.B2G and routing and not invoice.references.buyer:
        return replace(invoice, references=replace(invoice.references, buyer=routing))
    return invoice


def _italian(routing: str, pec: str) -> Identifier | None:
    if routing:
        return Identifier(routing, OFFICE if len(routing) == OFFICE_LENGTH else RECEIVER)
    return Identifier(pec, PEC) if pec else None
