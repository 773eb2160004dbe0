"""What every remittance advice is read into, whoever wrote it in whatever format."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from fairdue.cash.formats.lines import NOBODY, Party
from fairdue.core.findings import Finding


@dataclass(frozen=True, slots=True)
class RemittanceLine:
    """One document that the payer names. Amounts are minor units of the advice's currency, as the payer sees them.

    `net` is what is paid for it; a credit note that is taken off is negative. None means that it is not said.
    """

    number: str
    net: int | None = None
    gross: int | None = None
    discount: int = 0
    adjustment: int = 0
    """Other differences, signed: negative lowers what is paid."""
    reason: str = ""
    """The payer's own code or word for the difference."""
    kind: str = ""
    """What the number is: "invoice", "credit_note", "order" or empty."""
    issued_on: dt.date | None = None
    place: str = ""
    """Where it stands in the file, for a person."""


@dataclass(frozen=True, slots=True)
class Remittance:
    """An advice: who pays which documents with one payment."""

    format: str
    lines: tuple[RemittanceLine, ...]
    payer: Party = NOBODY
    paid_on: dt.date | None = None
    currency: str = ""
    total: int | None = None
    reference: str = ""
    """The payment's own number: trace number, end-to-end id, document number of the advice."""
    text: str = ""
    """Free text in which document numbers may still be searched."""
    findings: tuple[Finding, ...] = ()

    @property
    def complete(self) -> bool:
        """Every line says what is paid for it, and together they are the total that the advice states."""
        paid = [line.net for line in self.lines if line.net is not None]
        return bool(self.lines) and len(paid) == len(self.lines) and sum(paid) == self.total
