"""The strongest hypothesis: a remittance advice says what is paid for each document, and that is the payment.

Each document is settled by its own part: what lacks is the discount that the item grants, a small difference, or stays
open with the payer's reason. What the advice pays for nothing open goes on account, and a person looks at it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from fairdue.core.matching.amounts import GRANTED, shown, sum_line
from fairdue.core.matching.by_items import SURE_PAYER, is_known
from fairdue.core.matching.confidence import of_rule
from fairdue.core.matching.deductions import REASONS
from fairdue.core.matching.keys import KeyKind
from fairdue.core.matching.model import (
    CERTAIN,
    AdjustmentKind,
    AdvisedDocument,
    Allocation,
    Deduction,
    Evidence,
    Proposal,
    Source,
    Step,
)
from fairdue.core.matching.text import compact, digit_keys, normalise

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fairdue.core.matching.ledger import Ledger
    from fairdue.core.matching.model import Identity, Item, Payment, Policy

_DOUBTFUL = 9_500
"""The most that an advice is trusted which names what is not open here, or a difference of somebody unknown."""
_ROUNDING = 1
"""Minor units by which a payer's discount may be off."""
_MANY_SHOWN = 4
_NEED_THE_PAYER = frozenset({Step.OVER, Step.SHORT, Step.LATE_DISCOUNT, Step.DEDUCTION})
_WORDS = {
    Step.EXACT: "each amount is what is open",
    Step.DISCOUNT: "each amount is what is open less its early-payment discount",
    Step.LATE_DISCOUNT: "a discount was taken late",
    Step.SMALL_DIFFERENCE: "the difference is small enough to be written off",
    Step.DEDUCTION: "what was taken off is granted by its code",
    Step.SHORT: "what was not paid stays open",
    Step.OVER: "the rest goes on account",
}


def judged(proposal: Proposal, payment: Payment) -> Proposal:
    """Return the proposal; one whose payment has a doubtful advice is left to a person, and says why."""
    if payment.advice is None or not payment.advice.doubt:
        return proposal
    reason = f"{proposal.reason} A person must decide: {payment.advice.doubt}."
    return replace(proposal, automatic=False, reason=reason)


def proposals(payment: Payment, ledger: Ledger, policy: Policy, payers: tuple[Identity, ...]) -> Iterator[Proposal]:
    """Yield the proposal of the payment's advice, where its parts are the payment and name at least one item."""
    advice = payment.advice
    if advice is None or advice.doubt or sum(one.net for one in advice.documents) != payment.amount:
        return
    told = _Told(payment, ledger, policy, {identity.debtor: identity for identity in payers})
    if told.read(advice.documents):
        yield told.proposal(f"{advice.whose} {advice.said}")


class _Told:
    """An advice as it is turned into allocations, document by document."""

    def __init__(self, payment: Payment, ledger: Ledger, policy: Policy, known: dict[str, Identity]) -> None:
        self.payment, self.ledger, self.policy, self.known = payment, ledger, policy, known
        self.items: list[Item] = []
        self.cash: dict[str, int] = {}
        self.adjusted: dict[str, tuple[int, AdjustmentKind, str]] = {}
        self.deductions: list[Deduction] = []
        self.evidence: list[Evidence] = []
        self.loose: list[AdvisedDocument] = []  # what the payer took off for no item of ours
        self.stray: list[str] = []  # documents that are paid and not open here
        self.steps: set[Step] = set()
        self.on_account = self.short = self.small = 0
        self.whole = True

    def read(self, documents: Sequence[AdvisedDocument]) -> bool:
        """Take every document in; tell whether that makes a proposal."""
        parts: dict[str, AdvisedDocument] = {}
        for one in documents:
            found = self._find(one.number)
            if len(found) > 1:
                return False
            if not found or (one.net < 0 <= self.ledger.left[found[0].id]):
                self._unknown(one)
                continue
            before = parts.get(found[0].id)
            parts[found[0].id] = one if before is None else _together(before, one)
        for item, part in parts.items():
            self._take(self.ledger.items[item], part)
        return bool(self.cash) and self._take_off()

    def _find(self, number: str) -> list[Item]:
        """Return the items that a number may mean: by letter, else by digits; the payer's own before others."""
        found = list(self.ledger.find(KeyKind.NUMBER, compact(number)))
        if not found:
            forms = sorted(digit_keys(number))
            found = list({item.id: item for form in forms for item in self.ledger.find(KeyKind.DIGITS, form)}.values())
            self.whole = self.whole and not found
        found = [item for item in found if item.currency == self.payment.currency]
        own = [item for item in found if is_known(item, self.known)] or found
        return [item for item in own if self.ledger.left[item.id]] or own

    def _unknown(self, one: AdvisedDocument) -> None:
        if one.net < 0:
            self.loose.append(one)
        elif one.net:
            self.on_account += one.net
            self.stray.append(one.number)

    def _take(self, item: Item, one: AdvisedDocument) -> None:
        left = self.ledger.left[item.id]
        if not left:
            self._unknown(one)
            return
        if left < 0:
            self._credit_note(item, one, left)
        elif one.net:
            self.cash[item.id] = min(one.net, left)
            self.on_account += max(0, one.net - left)
            if one.net < left:
                self._gap(item, one, left - one.net)
        if item.id in self.cash:
            self.items.append(item)
            self.evidence.append(Evidence(Source.REMITTANCE, item.id, one.number))

    def _credit_note(self, item: Item, one: AdvisedDocument, left: int) -> None:
        if one.net >= 0:
            self._unknown(one)
            return
        self.cash[item.id] = max(one.net, left)
        if one.net < left:
            self.loose.append(replace(one, net=one.net - left))

    def _gap(self, item: Item, one: AdvisedDocument, gap: int) -> None:
        """Explain what a document is paid less."""
        granted = self._granted(item, gap, one.discount)
        code = self.policy.codes.of(item.debtor, item.head, one.reason)
        if granted is not None:
            self.adjusted[item.id] = gap, AdjustmentKind.DISCOUNT, ""
            self.steps.add(granted)
        elif code is not None and not one.discount and code.grants(gap, item.currency):
            self.adjusted[item.id] = gap, GRANTED[code.treatment], f"{code.reason}: {one.reason}"
            self.steps.add(Step.DEDUCTION)
        elif not one.discount and not one.reason and self.small + gap <= self._small():
            self.small += gap
            self.adjusted[item.id] = gap, AdjustmentKind.SMALL_DIFFERENCE, ""
            self.steps.add(Step.SMALL_DIFFERENCE)
        else:
            self._keep_open(item, gap, one.reason or ("discount" if one.discount else ""), one.number)

    def _small(self) -> int:
        return self.policy.tolerance(self.payment.currency).small_difference

    def _granted(self, item: Item, gap: int, stated: int) -> Step | None:
        """Return how the gap is the discount that the item grants; None where it is more, too late or another sum."""
        off = gap - (stated or item.discount)
        if item.discount_until is None or not item.discount or abs(off) > _ROUNDING or gap > item.discount + _ROUNDING:
            return None
        grace = item.discount_until + timedelta(days=self.policy.discount_grace_days)
        if self.payment.booked <= grace:
            return Step.DISCOUNT
        late = grace + timedelta(days=self.policy.late_discount_days)
        return Step.LATE_DISCOUNT if self.payment.booked <= late else None

    def _keep_open(self, item: Item, gap: int, reason: str, number: str) -> None:
        self.steps.add(Step.SHORT)
        self.short += gap
        if reason:
            code = self.policy.codes.of(item.debtor, item.head, reason)
            ours = code.reason if code else _reason(reason)
            self.deductions.append(Deduction(item.id, gap, ours, f"{reason} ({number})"))

    def _take_off(self) -> bool:
        """Keep open on the largest item what was taken off for none of ours; tell whether there is one."""
        for one in self.loose:
            largest = max(self.items, key=lambda item: (self.cash[item.id], item.id))
            if self.cash[largest.id] + one.net <= 0:
                return False
            self.cash[largest.id] += one.net
            self._keep_open(largest, -one.net, one.reason or "deduction", one.number)
        return True

    def proposal(self, said: str) -> Proposal:
        """Return the proposal."""
        step = self._step()
        owners = "payer" if all(is_known(item, self.known) for item in self.items) else self._somebody()
        grade = f"{'whole' if self.whole else 'digits'} {owners} one"
        doubtful = bool(self.stray) or (owners != "payer" and step in _NEED_THE_PAYER)
        return Proposal(
            payment=self.payment.id,
            source=Source.REMITTANCE,
            step=step,
            confidence=min(_DOUBTFUL if doubtful else CERTAIN, of_rule(Source.REMITTANCE, step, grade, self.policy)),
            reason=self._reason(said, step),
            arithmetic=self._arithmetic(),
            allocations=tuple(self._allocation(item) for item in self.items),
            on_account=self.on_account,
            debtor=self.items[0].debtor,
            deductions=tuple(self.deductions),
            evidence=tuple(self.evidence),
            grade=grade,
        )

    def _step(self) -> Step:
        """Return the weakest explanation that was needed."""
        if self.on_account:
            return Step.OVER
        order = (Step.SHORT, Step.LATE_DISCOUNT, Step.SMALL_DIFFERENCE, Step.DEDUCTION, Step.DISCOUNT)
        return next((step for step in order if step in self.steps), Step.EXACT)

    def _somebody(self) -> str:
        return "other" if any(one.confidence >= SURE_PAYER for one in self.known.values()) else "nobody"

    def _allocation(self, item: Item) -> Allocation:
        adjustment, kind, why = self.adjusted.get(item.id, (0, AdjustmentKind.NONE, ""))
        return Allocation(item.id, self.cash[item.id], adjustment, kind, why=why)

    def _reason(self, said: str, step: Step) -> str:
        names = ", ".join(item.number for item in self.items[:_MANY_SHOWN])
        more = f" and {len(self.items) - _MANY_SHOWN} more" if len(self.items) > _MANY_SHOWN else ""
        stray = f" Not open here: {', '.join(self.stray[:_MANY_SHOWN])}." if self.stray else ""
        return f"{said} names {names}{more}; {_WORDS[step]}.{stray}"

    def _arithmetic(self) -> str:
        currency = self.payment.currency
        adjusted = sum(amount for amount, _, _ in self.adjusted.values())
        total = sum(self.cash.values()) + adjusted + self.short
        rest = [
            f"{sign} {word} {shown(amount, currency)}"
            for sign, word, amount in (
                ("\u2212", "discount and differences", adjusted),
                ("\u2212", "not paid", self.short),
                ("+", "on account", self.on_account),
            )
            if amount
        ]
        return sum_line(len(self.items), total, self.payment, *rest)


def _together(first: AdvisedDocument, second: AdvisedDocument) -> AdvisedDocument:
    """Return two lines of one document as one."""
    reason = first.reason or second.reason
    return AdvisedDocument(first.number, first.net + second.net, first.discount + second.discount, reason)


def _reason(said: str) -> str:
    """Return the reason of a deduction by the payer's word; a code of his own is unspecified."""
    if said in REASONS:
        return said
    text = normalise(said)
    return next((reason for reason, words in REASONS.items() if words.search(text)), "unspecified")
