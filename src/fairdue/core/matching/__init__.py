"""Matching payments with open items: proposals with confidence, reason, arithmetic and text spans.

Pure and deterministic: the same payments and items give the same proposals in any order. `Ledger` indexes
items, `Payers` knows who pays, `match` proposes, `narrow` says which items the database has to load.
"""

from __future__ import annotations

from fairdue.core.matching.amounts import shown
from fairdue.core.matching.codes import Coded, Codes, Treatment, code_key
from fairdue.core.matching.confidence import Verdict, lower_bound, may_post, of_counts, of_rule, threshold
from fairdue.core.matching.engine import Refusals, match, narrow
from fairdue.core.matching.funding import Funded, fund
from fairdue.core.matching.keys import Key, KeyKind, item_keys, payment_keys
from fairdue.core.matching.ledger import Ledger
from fairdue.core.matching.model import (
    CERTAIN,
    AdjustmentKind,
    Advice,
    AdvisedDocument,
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
from fairdue.core.matching.payers import Payers, alias_of
from fairdue.core.matching.tolerances import TOLERANCES, Tolerance

__all__ = [
    "CERTAIN",
    "TOLERANCES",
    "AdjustmentKind",
    "Advice",
    "AdvisedDocument",
    "Allocation",
    "Coded",
    "Codes",
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
    "Tolerance",
    "Treatment",
    "Verdict",
    "alias_of",
    "code_key",
    "fund",
    "item_keys",
    "lower_bound",
    "match",
    "may_post",
    "narrow",
    "of_counts",
    "of_rule",
    "payment_keys",
    "shown",
    "threshold",
]
