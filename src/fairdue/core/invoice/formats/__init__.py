"""What single formats ask of an invoice beyond EN 16931, so that it is found before a number is drawn.

One function a format yields the findings that its official rules would give the file: the codes are theirs where they
have one. The writers refuse by the same functions.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.invoice.formats.fattura import fattura_findings
from fairdue.core.invoice.formats.french import french_findings
from fairdue.core.invoice.formats.ksef import ksef_findings
from fairdue.core.invoice.formats.peppol import peppol_findings
from fairdue.core.invoice.formats.xrechnung import xrechnung_findings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.totals import Totals

RULES: Mapping[str, Callable[[Invoice, Totals], Iterator[Finding]]] = {
    "xrechnung-ubl": xrechnung_findings,
    "xrechnung-cii": xrechnung_findings,
    "xrechnung-pdf": xrechnung_findings,
    "peppol-bis": peppol_findings,
    "ctc-fr-ubl": french_findings,
    "ctc-fr-cii": french_findings,
    "ctc-fr-pdf": french_findings,
    "fatturapa": fattura_findings,
    "ksef-fa3": ksef_findings,
}


def format_findings(invoice: Invoice, totals: Totals, code: str) -> tuple[Finding, ...]:
    """Return everything that keeps `invoice` from being a sound file of the format `code`."""
    rules = RULES.get(code)
    return tuple(rules(invoice, totals)) if rules else ()
