"""What the text says about money that was kept back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fairdue.core.matching.model import Deduction
from fairdue.core.matching.text import compact, digit_keys, normalise, numbers_in, tail_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.core.matching.codes import Coded
    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Explanation, Item, Payment, Policy

REASONS: dict[str, re.Pattern[str]] = {
    "complaint": re.compile(
        r"\b(REKLAMATION\w*|MANGEL\w*|MINDERUNG|BESCHA(E)?DIG\w*|DEFECT\w*|DAMAGE\w*|COMPLAINT|DEFECTUEUX|"
        r"RECLAM\w*|REKLAMAC\w*|LITIGE|DISPUTE\w*|ENDOMMAG\w*|ABIME\w*|CONTESTAZION\w*|DANNEGGIAT\w*|DANAD\w*|"
        r"USZKODZON\w*|KLACHT\w*)"
    ),
    "returned_goods": re.compile(r"\b(RETOURE\w*|RUCKSENDUNG|RETURNED|RETURNS?|RETOURS?)\b"),
    "shortage": re.compile(
        r"\b(SHORTAGE|SHORT (SHIP|DELIVER)\w*|FEHLMENGE\w*|MANQUANT\w*|MANCO|MANCANT\w*|FALTA\w*|NIEDOBOR\w*)"
    ),
    "freight": re.compile(r"\b(FRACHT\w*|FREIGHT|TRANSPORT\w*)"),
    "price": re.compile(
        r"\b(PREISDIFFERENZ|PREISABWEICHUNG|PRICE (DIFF\w*|QUERY)|PRICING|ECART DE PRIX|PRIJSVERSCHIL)"
    ),
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
_PERCENT = re.compile(r"\b([0-9]{1,2})(?:[.,]([0-9]))? ?%")
_AMOUNT = re.compile(r"(?<![0-9.,])[0-9]{1,3}(?:[.,' ]?[0-9]{3})*[.,][0-9]{2}(?![0-9]|[.,][0-9])")
"""An amount with two decimals, whatever its marks."""


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
    stated = (int(whole) * 10 + int(tenth or 0) for whole, tenth in _PERCENT.findall(payment.text))
    return any(abs(gap * _WHOLE - total * rate) <= _WHOLE for rate in {*_RATES, *stated})


class Stated(NamedTuple):
    """The item behind whose number the text states what is not paid, and whether no other number follows."""

    item: Item
    last: bool


def stated_for(payment: Payment, items: Sequence[Item], gap: int) -> Stated | None:
    """Return the item behind whose number the text states an amount that is the gap; None where it states none so."""
    behind = [hit.start() for hit in _AMOUNT.finditer(payment.text) if _minor(hit) == gap]
    if len(behind) != 1 or len(items) < 2:  # noqa: PLR2004 - with one item there is no choice
        return None
    numbers = numbers_in(payment.text)
    found = [*numbers.words, *numbers.digits, *numbers.tails]
    places = {item.id: [one.end for one in found if one.key in _names(item)] for item in items}
    ends = {item: max((end for end in own if end <= behind[0]), default=-1) for item, own in places.items()}
    nearest = max(items, key=lambda item: ends[item.id])
    if ends[nearest.id] < 0 or list(ends.values()).count(ends[nearest.id]) > 1:
        return None
    return Stated(nearest, all(end <= behind[0] for own in places.values() for end in own))


def _names(item: Item) -> set[str]:
    return {compact(item.number), *digit_keys(item.number), tail_key(item.number)}


def _minor(amount: re.Match[str]) -> int:
    return int(re.sub(r"\D", "", amount[0]))


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
