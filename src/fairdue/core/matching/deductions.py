"""What the text says about money that was kept back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairdue.core.matching.model import Deduction
from fairdue.core.matching.text import normalise

if TYPE_CHECKING:
    from fairdue.core.matching.codes import Coded
    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Explanation, Item, Payment, Policy

REASONS: dict[str, re.Pattern[str]] = {
    "complaint": re.compile(
        r"\b(REKLAMATION\w*|MANGEL\w*|DEFECT\w*|DAMAGE\w*|COMPLAINT|DEFECTUEUX|RECLAMATION\w*|LITIGE|DISPUTE\w*)"
    ),
    "returned_goods": re.compile(r"\b(RETOURE\w*|RUCKSENDUNG|RETURNED|RETURNS?|RETOURS?)\b"),
    "shortage": re.compile(r"\b(SHORTAGE|SHORT SHIP\w*|FEHLMENGE|MANQUANT)"),
    "freight": re.compile(r"\b(FRACHT\w*|FREIGHT|TRANSPORT\w*)"),
    "price": re.compile(r"\b(PREISDIFFERENZ|PRICE DIFF\w*|PRICING|ECART DE PRIX)"),
    "bonus": re.compile(r"\b(BONUS|REBATE|RABATT|RISTOURNE|CO-?OP|PROMO\w*)\b"),
    "discount": re.compile(r"\b(SKONTO|CASH DISCOUNT|ESCOMPTE)\b"),
    "unspecified": re.compile(r"\b(ABZUG|KURZUNG|GEKURZT|DEDUCT\w*|DEDUCTION|INHOUDING|RETENUE)\b"),
}
"""Reason by the words that stand for it, in plain capitals; the first that is found counts."""
_WITHHELD = re.compile(
    r"\b(WHT|WITHH\w*|QUELLENSTEUER|QUELLENST|RITENUTA|RETENCION\w*|RETENUE A LA SOURCE|BRONBELASTING|TDS|ABZUGSTEUER|"
    r"BAUABZUG\w*)\b"
)
_RATES = (20, 25, 30, 50, 75, 80, 100, 125, 150, 175, 190, 200, 210, 250, 260, 300)
"""Rates of tax withheld on trade, in tenths of a percent."""
_WHOLE = 1000


def reason_in(payment: Payment) -> tuple[str, str] | None:
    """Return (reason, the payer's word for it) of the first reason that the text gives."""
    text = normalise(payment.text)
    for reason, words in REASONS.items():
        if match := words.search(text):
            return reason, payment.text[match.start() : match.end()]
    return None


def withheld(payment: Payment, total: int, gap: int) -> bool:
    """Tell whether the payer says that tax was withheld, and the gap is a usual rate of it on the total."""
    if not _WITHHELD.search(normalise(payment.text)):
        return False
    return any(abs(gap * _WHOLE - total * rate) <= _WHOLE for rate in _RATES)


def code_in(payment: Payment, item: Item, policy: Policy) -> tuple[Coded, str] | None:
    """Return what the customer's own code in the text or in a structured reference means, with the code."""
    return policy.codes.named_in(item.debtor, item.head, (*payment.texts, *payment.references))


def deductions(payment: Payment, explanation: Explanation, ledger: Ledger, policy: Policy) -> tuple[Deduction, ...]:
    """Return what stays open on the paid items, if a code of the customer or a word of the text gives a reason."""
    found, told = [], reason_in(payment)
    for allocation in explanation.allocations:
        left = ledger.left[allocation.item] - allocation.reduces
        code = code_in(payment, ledger.items[allocation.item], policy)
        reason = (code[0].reason, code[1]) if code else told
        if left > 0 and reason:
            found.append(Deduction(allocation.item, left, *reason))
    return tuple(found)
