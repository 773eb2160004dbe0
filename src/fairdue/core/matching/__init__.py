"""Matching payments with open items: proposals with confidence, reason, arithmetic and text spans.

Pure and deterministic: the same payments and items give the same proposals in any order. `Ledger` indexes
items, `Payers` knows who pays, `match` proposes, `narrow` says which items the database has to load.
"""

from __future__ import annotations

from fairdue.core.matching.amounts import shown
from fairdue.core.matching.confidence import of_counts, of_rule
from fairdue.core.matching.engine import Refusals, match, narrow
from fairdue.core.matching.funding import Funded, fund
from fairdue.core.matching.keys import Key, KeyKind, item_keys, payment_keys
from fairdue.core.matching.ledger import Ledger
from fairdue.core.matching.model import (
    CERTAIN,
    AdjustmentKind,
    Allocation,
    Deduction,
    Evidence,
    Identity,
    Item,
    NamedDocument,
    Payment,
    Policy,
    Proposal,
    Source,
    Step,
)
from fairdue.core.matching.payers import Payers

__all__ = [
    "CERTAIN",
    "AdjustmentKind",
    "Allocation",
    "Deduction",
    "Evidence",
    "Funded",
    "Identity",
    "Item",
    "Key",
    "KeyKind",
    "Ledger",
    "NamedDocument",
    "Payers",
    "Payment",
    "Policy",
    "Proposal",
    "Refusals",
    "Source",
    "Step",
    "fund",
    "item_keys",
    "match",
    "narrow",
    "of_counts",
    "of_rule",
    "payment_keys",
    "shown",
]
