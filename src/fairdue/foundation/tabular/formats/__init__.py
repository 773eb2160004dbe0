"""The four kinds of file that Fairdue imports: debtors, open items, orders and past payments."""

from __future__ import annotations

from fairdue.foundation.tabular.formats.debtors import DEBTORS, DebtorRow
from fairdue.foundation.tabular.formats.open_items import OPEN_ITEMS, OpenItemRow
from fairdue.foundation.tabular.formats.orders import ORDERS, OrderRow
from fairdue.foundation.tabular.formats.payments import PAYMENTS, PaymentRow

SCHEMAS = {schema.kind: schema for schema in (DEBTORS, OPEN_ITEMS, ORDERS, PAYMENTS)}
"""Every schema by the word of the command line."""

__all__ = [
    "DEBTORS",
    "OPEN_ITEMS",
    "ORDERS",
    "PAYMENTS",
    "SCHEMAS",
    "DebtorRow",
    "OpenItemRow",
    "OrderRow",
    "PaymentRow",
]
