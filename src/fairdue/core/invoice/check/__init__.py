"""All findings that an invoice can earn before its number is drawn.

`check` never stops at the first finding. Its codes are the rule numbers of EN 16931-1 where the standard
has the rule, and `content.*` where the VAT Directive or the law of a country asks for more. Amounts are only
computed when every number is of a sane size, so that a typing error becomes a finding and not an overflow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.findings import Severity
from fairdue.core.invoice.check.adjustments import adjustment_findings
from fairdue.core.invoice.check.amounts import amount_findings, insane_numbers
from fairdue.core.invoice.check.classes import FindingClass, class_of
from fairdue.core.invoice.check.content import content_findings
from fairdue.core.invoice.check.document import document_findings
from fairdue.core.invoice.check.lines import line_findings
from fairdue.core.invoice.check.national import national_findings
from fairdue.core.invoice.check.parties import party_findings
from fairdue.core.invoice.check.payment import payment_findings
from fairdue.core.invoice.check.text import text_findings
from fairdue.core.invoice.check.vat import vat_findings
from fairdue.core.invoice.totals import totals
from fairdue.core.money import CURRENCIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice
    from fairdue.core.vat.supply import BuyerKind

__all__ = ["FindingClass", "check", "class_of"]

_WEIGHT = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def check(
    invoice: Invoice, *, numbered: bool = False, kind: BuyerKind | None = None, ours: bool = False
) -> tuple[Finding, ...]:
    """Return every finding on `invoice`, errors first; `numbered` asks for the number (BR-02) as well.

    `kind` says who buys; where nobody said it, only what is wrong for every kind of buyer is found. `ours` says that
    the invoice is still to be written here, by formats that leave out what the standard forbids them (BR-O-02), and put
    the code of the country before a number that has none (BR-CO-09).
    """
    found: list[Finding] = [
        *document_findings(invoice, numbered=numbered),
        *party_findings(invoice, ours=ours),
        *content_findings(invoice),
        *text_findings(invoice),
    ]
    found += insane if (insane := insane_numbers(invoice)) else _numeric(invoice, kind, ours=ours)
    return tuple(sorted(found, key=lambda finding: _WEIGHT[finding.severity]))


def _numeric(invoice: Invoice, kind: BuyerKind | None, *, ours: bool) -> Iterator[Finding]:
    yield from line_findings(invoice)
    yield from adjustment_findings(invoice)
    yield from vat_findings(invoice, ours=ours)
    yield from payment_findings(invoice)
    if invoice.currency in CURRENCIES:
        computed = totals(invoice)
        yield from amount_findings(invoice, computed)
        yield from national_findings(invoice, computed, kind)
