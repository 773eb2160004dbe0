"""The cadre de facturation of the French reform (BT-23): goods (B), services (S) or both (M), and how far paid.

Source: AFNOR XP Z12-012 with the rules of FNFE-MPE, BR-FR-08: B1, S1, M1 for an invoice, B4, S4, M4 for the final one
after a payment on account. It is proposed where every line says what it is; otherwise a person says it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.invoice.check.national import TIME_UNITS
from fairdue.core.vat.supply import BuyerKind, Nature

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Invoice, Line


def cadre(invoice: Invoice, kind: BuyerKind) -> str:
    """Return the cadre of an invoice between French companies, nothing elsewhere or where a line is undecided."""
    parties = {invoice.seller.address.country, invoice.buyer.address.country}
    letters = {_letter(line) for line in invoice.lines}
    if parties != {"FR"} or kind is not BuyerKind.B2B or not letters or "" in letters:
        return ""
    final = invoice.prepaid > 0 and bool(invoice.preceding)
    return f"{letters.pop() if len(letters) == 1 else 'M'}{4 if final else 1}"


def _letter(line: Line) -> str:
    if line.nature is None:
        return "S" if line.unit in TIME_UNITS else ""
    return "B" if line.nature is Nature.GOODS else "S"
