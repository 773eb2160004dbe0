"""What is checked of every advice, and the amounts that several readers share."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, Severity
from fairdue.core.money import CURRENCIES, Money, MoneyError, decimal_of

if TYPE_CHECKING:
    from fairdue.cash.formats.remittance.model import Remittance

_PLAIN_DECIMALS = 2


def minor(text: str, currency: str) -> int:
    """Return a plain decimal ("-1234.50") in minor units; an unknown currency has hundredths."""
    if not text.isascii() or any(mark in text for mark in "eE_") or not any(c.isdigit() for c in text):
        raise MoneyError(f"{text!r} is not an amount")
    return Money.parse(text, currency if currency in CURRENCIES else "EUR").minor


def shown(amount: int, currency: str) -> str:
    """Return minor units as a person reads them."""
    known = currency if currency in CURRENCIES else "EUR"
    return f"{decimal_of(amount, known)} {currency}".strip()


def checked(advice: Remittance) -> Remittance:
    """Return the advice with a finding when its lines are not its total; nothing is mended."""
    paid = [line.net for line in advice.lines if line.net is not None]
    if advice.total is None or len(paid) < len(advice.lines) or not paid or sum(paid) == advice.total:
        return advice
    said = (
        f"the lines come to {shown(sum(paid), advice.currency)} and the advice states "
        f"{shown(advice.total, advice.currency)}"
    )
    finding = Finding("remittance.total", "advice", f"The advice does not add up: {said}.", Severity.WARNING)
    return replace(advice, findings=(*advice.findings, finding))
