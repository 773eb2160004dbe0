"""Why customers keep money back, in words."""

from __future__ import annotations

REASON_WORDS = {
    "complaint": "Complaint", "returned_goods": "Goods returned", "shortage": "Short delivery", "freight": "Freight",
    "price": "Price differs", "bonus": "Bonus or promotion", "discount": "Discount", "unspecified": "Not specified",
}  # fmt: skip
"""Each reason of `core.matching.deductions`."""


def reason_words(code: str, said: str) -> str:
    """Return a reason as a person reads it, with the payer's own words where they say more than the reason itself."""
    word = REASON_WORDS.get(code, code.replace("_", " ").capitalize())
    said = said.strip()
    return f"{word} (“{said}”)" if said and said.casefold() != word.casefold() else word
