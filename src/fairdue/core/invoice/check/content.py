"""What tax law asks for beyond the standard: date of supply, tax in local currency, number of the buyer.

Source: VAT Directive 2006/112/EC Art. 226 and 230.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.invoice.check.rules import broken, doubtful
from fairdue.core.invoice.model import CHARGED
from fairdue.core.vat.area import tax_currencies, tax_currency

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice


def content_findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield findings on mandatory contents."""
    yield from _supply(invoice)
    yield from _local_tax(invoice)


def _supply(invoice: Invoice) -> Iterator[Finding]:
    dated = (invoice.delivery and invoice.delivery.day) or invoice.period or invoice.tax_point
    if dated or invoice.type.is_credit or (invoice.lines and all(line.period for line in invoice.lines)):
        return
    sentence = "The date of supply is missing; where it is the date of issue, say so."
    yield doubtful("content.supply", "delivery.day", sentence, "VAT Directive 2006/112/EC Art. 226(7)")


def _local_tax(invoice: Invoice) -> Iterator[Finding]:
    country, day = invoice.seller.address.country, invoice.issued
    if day is None or not any(line.category in CHARGED for line in invoice.lines):
        return
    local = tax_currency(country, day)
    if not local or tax_currencies(country, day) & {invoice.currency, invoice.tax_currency}:
        return
    sentence = f"The VAT must also be shown in {local}: give the tax currency and the rate of exchange."
    yield broken("content.tax_currency", "tax_currency", sentence, "VAT Directive 2006/112/EC Art. 230")
