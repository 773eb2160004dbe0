"""The kinds of file that Fairdue imports: debtors, open items, orders, past payments and exchange rates."""

from __future__ import annotations

from fairdue.foundation.tabular.formats.debtors import DEBTORS, DebtorRow
from fairdue.foundation.tabular.formats.open_items import OPEN_ITEMS, OpenItemRow
from fairdue.foundation.tabular.formats.orders import ORDERS, OrderRow
from fairdue.foundation.tabular.formats.payments import PAYMENTS, PaymentRow
from fairdue.foundation.tabular.formats.rates import RATES, RateRow

SCHEMAS = {schema.kind: schema for schema in (DEBTORS, OPEN_ITEMS, ORDERS, PAYMENTS, RATES)}
"""Every schema by the word of the command line."""

__all__ = [
    "DEBTORS",
    "OPEN_ITEMS",
    "ORDERS",
    "PAYMENTS",
    "RATES",
    "SCHEMAS",
    "DebtorRow",
    "OpenItemRow",
    "OrderRow",
    "PaymentRow",
    "RateRow",
]
