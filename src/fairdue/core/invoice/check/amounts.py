"""Rules on computed amounts, and on the size of the numbers that they are computed from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.invoice.check.rules import broken
from fairdue.core.money import LARGEST, minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from decimal import Decimal

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Adjustment, Invoice
    from fairdue.core.invoice.totals import Totals

LARGEST_EXPONENT = 12
MOST_DECIMALS = 12
STANDARD_DECIMALS = 2
"""EN 16931-1 allows two decimals in amounts, whatever the currency has (BR-DEC)."""


def _numbers(invoice: Invoice) -> Iterator[tuple[str, Decimal | None]]:
    yield "tax_rate_of_exchange", invoice.tax_rate_of_exchange
    for index, early in enumerate(invoice.terms.early):
        yield f"terms.early[{index}].percent", early.percent
    for index, adjustment in enumerate(invoice.adjustments):
        yield f"adjustments[{index}].rate", adjustment.rate
        yield f"adjustments[{index}].percent", adjustment.percent
    for index, line in enumerate(invoice.lines):
        yield f"lines[{index}].quantity", line.quantity
        yield f"lines[{index}].price", line.price
        yield f"lines[{index}].price_quantity", line.price_quantity
        yield f"lines[{index}].gross_price", line.gross_price
        yield f"lines[{index}].rate", line.rate


def _is_sane(value: Decimal) -> bool:
    if not value.is_finite() or value.adjusted() > LARGEST_EXPONENT:
        return False
    exponent = value.as_tuple().exponent
    return isinstance(exponent, int) and -MOST_DECIMALS <= exponent <= LARGEST_EXPONENT


def insane_numbers(invoice: Invoice) -> list[Finding]:
    """Return a finding for every number that nobody can have meant: endless, huge or far too fine."""
    sentence = "This is not a number that can stand on an invoice (13 digits and 12 decimals at most)."
    wrong = [path for path, value in _numbers(invoice) if value is not None and not _is_sane(value)]
    return [broken("format.number", path, sentence) for path in wrong]


def amount_findings(invoice: Invoice, totals: Totals) -> Iterator[Finding]:
    """Yield findings on the totals of an invoice."""
    if max(abs(totals.gross), abs(totals.line_sum), abs(totals.due)) > LARGEST:
        yield broken("format.number", "lines", "The total is larger than any ledger can hold.")
    yield from _direction(invoice, totals)
    yield from _decimals(invoice, totals)


def _direction(invoice: Invoice, totals: Totals) -> Iterator[Finding]:
    if totals.gross < 0:
        other = "an invoice" if invoice.type.is_credit else "a credit note"
        yield broken("content.negative", "lines", f"The total is below zero; write {other} instead.", "BT-112")
    if invoice.prepaid < 0 or (invoice.prepaid > 0 and invoice.prepaid > totals.gross + invoice.rounding):
        sentence = "What is paid already is neither below zero nor more than the total."
        yield broken("content.prepaid", "prepaid", sentence, "BT-113")


def _decimals(invoice: Invoice, totals: Totals) -> Iterator[Finding]:
    step = 10 ** max(minor_digits(invoice.currency) - STANDARD_DECIMALS, 0)
    if step > 1:
        yield from (_too_fine(code, path) for code, path, value in _amounts(invoice, totals) if value % step)
    local = totals.tax_in_tax_currency
    if local is not None and local % 10 ** max(minor_digits(invoice.tax_currency) - STANDARD_DECIMALS, 0):
        yield _too_fine("BR-DEC-15", "tax_currency")


def _too_fine(code: str, path: str) -> Finding:
    return broken(code, path, "EN 16931 allows two decimals; round so that no amount needs a third.")


def _amounts(invoice: Invoice, totals: Totals) -> Iterator[tuple[str, str, int]]:
    """Yield every amount of the document with the rule on its decimals and its place; all others are their sums."""
    for index, value in enumerate(totals.lines):
        yield "BR-DEC-23", f"lines[{index}]", value
    for row in totals.vat:
        yield "BR-DEC-20", "lines", row.tax
    yield "BR-DEC-16", "prepaid", invoice.prepaid
    yield "BR-DEC-17", "rounding", invoice.rounding
    for index, item in enumerate(invoice.adjustments):
        yield from _adjusted(item, f"adjustments[{index}]", ("BR-DEC-05", "BR-DEC-06", "BR-DEC-01", "BR-DEC-02"))
    for number, line in enumerate(invoice.lines):
        for index, item in enumerate(line.adjustments):
            path = f"lines[{number}].adjustments[{index}]"
            yield from _adjusted(item, path, ("BR-DEC-27", "BR-DEC-28", "BR-DEC-24", "BR-DEC-25"))


def _adjusted(item: Adjustment, path: str, codes: tuple[str, str, str, str]) -> Iterator[tuple[str, str, int]]:
    amount, base = codes[:2] if item.charge else codes[2:]
    yield amount, f"{path}.amount", item.amount
    if item.base is not None:
        yield base, f"{path}.base", item.base
