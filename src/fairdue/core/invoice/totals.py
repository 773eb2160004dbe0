"""Totals of an invoice by EN 16931-1: lines, document level, VAT per category and rate, amount due.

Source: EN 16931-1, 6.4 (BR-CO-10 to BR-CO-17). Each line is rounded once, the tax is rounded once for each
category and rate, always half away from zero; every further figure is a sum, so nothing drifts. Countries that
round elsewhere (`Invoice.vat_rounding`) take the rows of `fairdue.core.vat.rounding`.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, localcontext

from fairdue.core.invoice.model import Invoice, Line, Minor, VatCategory
from fairdue.core.money import CURRENCIES, EXACT, Rounding, minor_digits, round_minor
from fairdue.core.vat.rounding import VatRounding, taxes

ZERO = Decimal(0)
ONE = Decimal(1)
PERCENT = 100


@dataclass(frozen=True, slots=True)
class VatLine:
    """One row of the VAT breakdown (BG-23)."""

    category: VatCategory
    rate: Decimal | None
    basis: int
    tax: int


@dataclass(frozen=True, slots=True)
class Totals:
    """Every computed amount of an invoice in minor units of its currency."""

    lines: tuple[int, ...]  # BT-131, in order
    line_sum: int  # BT-106
    allowances: int  # BT-107
    charges: int  # BT-108
    net: int  # BT-109
    tax: int  # BT-110
    gross: int  # BT-112
    due: int  # BT-115
    vat: tuple[VatLine, ...]
    tax_in_tax_currency: int | None  # BT-111, minor units of the tax currency

    @property
    def split_tax(self) -> int:
        """VAT that the buyer pays to the treasury, not to the seller (category B; DPR 633/1972 art. 17-ter)."""
        return sum(row.tax for row in self.vat if row.category is VatCategory.SPLIT)

    @property
    def payable(self) -> int:
        """What the buyer pays to the seller: the amount due (BT-115) without tax under split payment."""
        return self.due - self.split_tax


def quotient(amount: Decimal, divisor: Decimal, currency: str) -> int:
    """Return `amount / divisor` (major units) in minor units of `currency`, half away from zero, exactly."""
    above, below = amount.as_integer_ratio()
    over, under = divisor.as_integer_ratio()
    scale: int = 10 ** minor_digits(currency)
    numerator = above * under * scale
    denominator = below * over
    if denominator < 0:
        numerator, denominator = -numerator, -denominator
    half_up = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -half_up if numerator < 0 else half_up


def line_net(line: Line, currency: str) -> int:
    """Return the net amount of a line (BT-131) in minor units: price x quantity, then adjustments."""
    gross = EXACT.multiply(line.price, line.quantity)
    if line.price_quantity == ONE or not line.price_quantity:
        net = round_minor(gross, currency, Rounding.HALF_UP)
    else:
        net = quotient(gross, line.price_quantity, currency)
    for adjustment in line.adjustments:
        net += adjustment.amount if adjustment.charge else -adjustment.amount
    return net


def tax_of(basis: int, rate: Decimal | None) -> int:
    """Return the tax on `basis` minor units at `rate` percent, half away from zero (BR-CO-17)."""
    if not rate or not basis:
        return 0
    above, below = rate.as_integer_ratio()
    numerator, denominator = basis * above, below * PERCENT
    half_up = (2 * abs(numerator) + denominator) // (2 * denominator)
    return -half_up if numerator < 0 else half_up


def breakdown(invoice: Invoice, lines: tuple[int, ...]) -> tuple[VatLine, ...]:
    """Return the VAT breakdown (BG-23), one row for each category and rate, in order of appearance."""
    parts: dict[tuple[VatCategory, Decimal | None], list[int]] = {}
    last: tuple[VatCategory, Decimal | None] | None = None
    amounts: list[int] = []
    for line, amount in zip(invoice.lines, lines, strict=True):
        if last is None or line.rate != last[1] or line.category is not last[0]:
            # Hashing a decimal is dear, and most lines are taxed like the one before.
            last = (line.category, line.rate)
            amounts = parts.setdefault(last, [])
        amounts.append(amount)
    for adjustment in invoice.adjustments:
        if adjustment.category is not None:
            signed = adjustment.amount if adjustment.charge else -adjustment.amount
            parts.setdefault((adjustment.category, adjustment.rate), []).append(signed)
    if invoice.vat_rounding is VatRounding.PER_RATE:
        return tuple(VatLine(*key, basis := sum(amounts), tax_of(basis, key[1])) for key, amounts in parts.items())
    found = taxes([(rate, amounts) for (_, rate), amounts in parts.items()], invoice.vat_rounding)
    return tuple(VatLine(*key, sum(amounts), tax) for (key, amounts), tax in zip(parts.items(), found, strict=True))


def in_tax_currency(invoice: Invoice, tax: int) -> int | None:
    """Return the VAT total in the tax currency (BT-111), or none where no rate or known currency is given."""
    if not invoice.tax_currency or invoice.tax_currency == invoice.currency:
        return None
    if invoice.tax_rate_of_exchange is None or invoice.tax_currency not in CURRENCIES:
        return None
    with localcontext(EXACT):
        major = Decimal(tax).scaleb(-minor_digits(invoice.currency)) * invoice.tax_rate_of_exchange
    return round_minor(major, invoice.tax_currency, Rounding.HALF_UP)


def totals(invoice: Invoice) -> Totals:
    """Return all totals of `invoice`; refuses unknown currencies (MoneyError)."""
    lines = tuple(line_net(line, invoice.currency) for line in invoice.lines)
    allowances = sum(item.amount for item in invoice.adjustments if not item.charge)
    charges = sum(item.amount for item in invoice.adjustments if item.charge)
    vat = breakdown(invoice, lines)
    tax = sum(row.tax for row in vat)
    net = sum(lines) - allowances + charges
    gross = net + tax
    return Totals(
        lines=lines,
        line_sum=sum(lines),
        allowances=allowances,
        charges=charges,
        net=net,
        tax=tax,
        gross=gross,
        due=gross - invoice.prepaid + invoice.rounding,
        vat=vat,
        tax_in_tax_currency=in_tax_currency(invoice, tax),
    )


def percent_of(base: int, percent: Decimal) -> Minor:
    """Return `percent` of `base` minor units, half away from zero: the amount of an allowance or charge."""
    return Minor(tax_of(base, percent))
