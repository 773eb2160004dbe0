"""Why customers keep money back, in words."""

from __future__ import annotations

REASON_WORDS = {
    "complaint": "Complaint", "returned_goods": "Goods returned", "shortage": "Short delivery", "freight": "Freight",
    "price": "Price differs", "bonus": "Bonus or promotion", "discount": "Discount", "unspecified": "Not specified",
}  # fmt: skip
"""Each reason of `core.matching.deductions`."""
