"""Peppol BIS Billing 3.0 for Greek sellers: the number from myDATA, the MARK and Greek tax numbers (GR-R).

Source: OpenPeppol, Peppol BIS Billing 3.0.19, rules GR-R-001 to GR-R-010, GR-S-008 and GR-S-011.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding
from fairdue.core.invoice.check.rules import broken, doubtful
from fairdue.core.invoice.formats.peppol_numbers import greek
from fairdue.core.invoice.formats.shared import PEPPOL

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.invoice.model import Invoice, SupportingDocument
    from fairdue.core.invoice.parties import Party

SEGMENTS = 6
KINDS = frozenset({"1.1", "1.6", "2.1", "2.4", "5.1", "5.2"})
"""Greek kinds of documents in the fourth part of a number."""
ENDPOINT = "9933"
MARK, ADDRESS = "##M.AR.K##", "##INVOICE|URL##"


def greek_findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield what Peppol asks of an invoice whose seller is Greek."""
    yield from (broken(*one, PEPPOL) for one in (*_number(invoice), *_seller(invoice), *_mark(invoice)))
    yield from (broken(*one, PEPPOL) for one in _buyer(invoice))
    addresses = _described(invoice, ADDRESS)
    if not addresses:
        sentence = "Name the address at which the invoice can be verified."
        yield doubtful("GR-S-008-1", "documents", sentence, PEPPOL)


def _number(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with a number of six parts; a series here draws numbers of one part."""
    parts = invoice.number.split("|")
    if len(parts) != SEGMENTS:
        sentence = "A Greek number has six parts: tax number, day, branch, kind, series, number. A series here has one."
        yield "GR-R-001-1", "number", sentence
        return
    own = {invoice.seller.vat_id[2:]}
    own |= {invoice.tax_representative.vat_id[2:]} if invoice.tax_representative else set()
    day = f"{invoice.issued:%d/%m/%Y}" if invoice.issued else ""
    for at, right, sentence in (
        (0, greek(parts[0]) and parts[0] in own, "The first part is the tax number of the seller."),
        (1, parts[1] == day, "The second part is the day of issue, such as 30/11/2026."),
        (2, re.fullmatch("[0-9]+", parts[2]), "The third part is a whole number."),
        (3, parts[3] in KINDS, f"The fourth part is one of {', '.join(sorted(KINDS))}."),
        (4, parts[4], "The fifth part is missing."),
        (5, parts[5], "The sixth part is missing."),
    ):
        if not right:
            yield f"GR-R-001-{at + 2}", "number", sentence


def _seller(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    seller = invoice.seller
    if not seller.trading_name.strip():
        yield "GR-R-002", "seller.trading_name", "A Greek seller states the name under which it is registered."
    if not _taxed(seller):
        yield "GR-R-003", "seller.vat_id", "A Greek VAT number is EL and a tax number of nine digits."
    if not _reached(seller):
        yield "GR-R-009", "seller.endpoint", f"A Greek seller is reached by its tax number, {ENDPOINT}."


def _buyer(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    buyer = invoice.buyer
    if not buyer.trading_name.strip():
        yield "GR-R-005", "buyer.trading_name", "A Greek seller states the full name of the buyer."
    if buyer.address.country != "GR":
        return
    if not _taxed(buyer):
        yield "GR-R-006", "buyer.vat_id", "A Greek buyer is named with EL and its tax number of nine digits."
    if not _reached(buyer):
        yield "GR-R-010", "buyer.endpoint", f"A Greek buyer is reached by its tax number, {ENDPOINT}."


def _mark(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    marks, addresses = _described(invoice, MARK), _described(invoice, ADDRESS)
    if len(marks) != 1:
        yield "GR-R-004-1", "documents", f"Name the MARK of myDATA once, as a document described {MARK}."
    if any(re.match("[1-9][0-9]*", one.reference) is None for one in marks):
        yield "GR-R-004-2", "documents", "The MARK of myDATA is a whole number."
    if len(addresses) > 1:
        yield "GR-R-008-2", "documents", "The address at which the invoice can be verified is named once."
    if any(not one.location.strip() for one in addresses):
        yield "GR-R-008-3", "documents", "The address at which the invoice can be verified is missing."


def _described(invoice: Invoice, description: str) -> list[SupportingDocument]:
    return [one for one in invoice.documents if one.description == description]


def _taxed(party: Party) -> bool:
    return party.vat_id.startswith("EL") and greek(party.vat_id[2:])


def _reached(party: Party) -> bool:
    return party.endpoint is not None and party.endpoint.scheme == ENDPOINT and greek(party.endpoint.value)
