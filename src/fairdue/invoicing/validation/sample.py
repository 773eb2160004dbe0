"""The sound invoice that the self-test of the validator starts from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from fairdue.core.invoice.model import Delivery, Invoice, Line, PaymentTerms, VatCategory
from fairdue.core.invoice.parties import Address, Party


def sample() -> Invoice:
    """Return a small invoice that breaks no rule."""
    return Invoice(
        seller=Party("Seller Ltd", Address("DE", "Street 1", postcode="10115", city="Berlin"), vat_id="DE129273398"),
        buyer=Party("Buyer Ltd", Address("DE", "Street 2", postcode="20095", city="Hamburg")),
        currency="EUR",
        number="TEST-1",
        issued=date(2026, 1, 15),
        delivery=Delivery(date(2026, 1, 14)),
        terms=PaymentTerms(date(2026, 2, 14)),
        lines=(
            Line("1", "Item", Decimal(3), "C62", Decimal("9.99"), VatCategory.STANDARD, Decimal(19)),
            Line("2", "Book", Decimal(1), "C62", Decimal("20.00"), VatCategory.STANDARD, Decimal(7)),
        ),
    )
