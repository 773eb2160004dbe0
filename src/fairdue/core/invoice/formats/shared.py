"""What XRechnung and Peppol BIS Billing 3 ask alike: the Peppol rules that KoSIT took over (PEPPOL-EN16931-R)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.invoice.check.rules import broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Adjustment, Invoice, Line, Period

PEPPOL = "Peppol BIS Billing 3.0"


def common_findings(invoice: Invoice, source: str) -> Iterator[Finding]:
    """Yield what both profiles find, with `source` as their publisher."""
    for code, path, party in (("R020", "seller", invoice.seller), ("R010", "buyer", invoice.buyer)):
        if party.endpoint is None:
            sentence = f"The {path} has no electronic address: record an e-mail or a Peppol id."
            yield broken(f"PEPPOL-EN16931-{code}", f"{path}.endpoint", sentence, source)
    if invoice.tax_currency and invoice.tax_currency == invoice.currency:
        sentence = "The tax currency is that of the invoice; leave it out."
        yield broken("PEPPOL-EN16931-R005", "tax_currency", sentence, source)
    for path, adjustment in _adjustments(invoice):
        if adjustment.base is not None and adjustment.percent is None:
            yield broken(
                "PEPPOL-EN16931-R042", f"{path}.percent", "An amount that is a share needs its percentage.", source
            )
    for index, line in enumerate(invoice.lines):
        yield from _period(invoice.period, line, f"lines[{index}].period", source)


def _adjustments(invoice: Invoice) -> Iterator[tuple[str, Adjustment]]:
    for index, one in enumerate(invoice.adjustments):
        yield f"adjustments[{index}]", one
    for number, line in enumerate(invoice.lines):
        for index, one in enumerate(line.adjustments):
            yield f"lines[{number}].adjustments[{index}]", one


def _period(whole: Period | None, line: Line, path: str, source: str) -> Iterator[Finding]:
    part = line.period
    if whole is None or part is None:
        return
    if part.start and whole.start and part.start < whole.start:
        sentence = "The period of the line begins before that of the invoice."
        yield broken("PEPPOL-EN16931-R110", f"{path}.start", sentence, source)
    if part.end and whole.end and part.end > whole.end:
        yield broken(
            "PEPPOL-EN16931-R111", f"{path}.end", "The period of the line ends after that of the invoice.", source
        )
