"""Rules on allowances and charges, of the document and of its lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.invoice import code_lists
from fairdue.core.invoice.check.rules import broken, coded
from fairdue.core.invoice.totals import percent_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Adjustment, Invoice


def adjustment_findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield findings on every allowance and charge."""
    for index, adjustment in enumerate(invoice.adjustments):
        path = f"adjustments[{index}]"
        yield from _adjustment(adjustment, path, "BR-38" if adjustment.charge else "BR-33")
        if adjustment.category is None:
            code = "BR-37" if adjustment.charge else "BR-32"
            yield broken(code, f"{path}.category", "The VAT category is missing.")
    for number, line in enumerate(invoice.lines):
        for index, adjustment in enumerate(line.adjustments):
            path = f"lines[{number}].adjustments[{index}]"
            yield from _adjustment(adjustment, path, "BR-44" if adjustment.charge else "BR-42")


def _adjustment(adjustment: Adjustment, path: str, reason: str) -> Iterator[Finding]:
    word = "charge" if adjustment.charge else "allowance"
    if not (adjustment.reason.strip() or adjustment.reason_code):
        yield broken(reason, f"{path}.reason", f"The reason of the {word} is missing.")
    if adjustment.amount < 0:
        sentence = f"The amount of a {word} is not negative; write it as the opposite kind."
        yield broken("BR-ADJUSTMENT", f"{path}.amount", sentence)
    known = code_lists.CHARGE_REASONS if adjustment.charge else code_lists.ALLOWANCE_REASONS
    code = "BR-CL-20" if adjustment.charge else "BR-CL-19"
    yield from coded(code, f"{path}.reason_code", adjustment.reason_code, known, f"reason of a {word}")
    yield from _percentage(adjustment, path)


def _percentage(adjustment: Adjustment, path: str) -> Iterator[Finding]:
    percent, base = adjustment.percent, adjustment.base
    if percent is None:
        return
    if base is None:
        yield broken("BR-ADJUSTMENT", f"{path}.base", "A percentage needs the amount that it is taken of.")
    elif percent_of(base, percent) != adjustment.amount:
        sentence = "The amount is not the percentage of its base."
        yield broken("BR-ADJUSTMENT", f"{path}.amount", sentence)
