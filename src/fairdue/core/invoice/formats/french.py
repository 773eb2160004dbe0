"""The French reform: what its platforms take (XP Z12-012, BR-FR). What else is missing the law of France finds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.totals import Totals

SOURCE = "CGI art. 289 bis and 290; XP Z12-012"


def french_findings(invoice: Invoice, totals: Totals) -> Iterator[Finding]:
    """Yield what keeps an invoice out of the French platforms."""
    del totals
    if {invoice.seller.address.country, invoice.buyer.address.country} != {"FR"}:
        sentence = "French platforms carry invoices between French companies; one over the border is reported instead."
        yield Finding("format.ctc_fr", "buyer.address.country", sentence, source=SOURCE)
        return
    if not invoice.process:
        sentence = "Say of each line whether it is goods or services: the cadre follows from it."
        yield Finding("BR-FR-08", "process", sentence, source=SOURCE)
    for path, party in (("seller", invoice.seller), ("buyer", invoice.buyer)):
        if party.registration is None or party.registration.scheme != "0002":
            yield Finding("BR-FR-10", f"{path}.registration", "The SIREN (nine digits) is missing.", source=SOURCE)
        if party.endpoint is None:
            yield Finding("BR-FR-12", f"{path}.endpoint", "The electronic address is missing.", source=SOURCE)
