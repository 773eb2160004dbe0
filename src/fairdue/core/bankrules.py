"""Rules that a person makes from a bank line: what a payment must look like, and what becomes of it.

Pure: `first_hit` finds the first rule that fits a payment, `proposal_of` says what it proposes, `RuledPayers` lets a
rule say who pays. docs/rules/bank-rules.md has worked examples. Amounts are whole minor units, confidence is in basis
points.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding
from fairdue.core.matching import CERTAIN, Evidence, Identity, Payers, Proposal, Source, Step, Verdict, lower_bound

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from fairdue.core.matching import Payment, Policy

START_RIGHT, START_JUDGED = 198, 200
"""A person's rule starts with the trust of 200 judged proposals of which two were wrong."""
SLACK = 200
"""Basis points below the threshold up to which the lower bound of a rule may fall before it stops posting."""
_SURE_PAYER = 9_990
_SHORTEST = 3
"""Fewer characters than these stand in too many texts."""


class RuleAction(StrEnum):
    """What becomes of a payment that a rule fits."""

    PAYER = "payer"
    """The money is this customer's; the items are found as for every payment of theirs."""
    ON_ACCOUNT = "on_account"
    """The whole payment goes on account of this customer."""
    NOT_RECEIVABLE = "not_receivable"
    """The money is no customer's."""


class Nature(StrEnum):
    """What money is that no customer owes."""

    BANK_CHARGES = "bank_charges"
    TAX = "tax"
    SALARY = "salary"
    SOCIAL_INSURANCE = "social_insurance"
    LOAN = "loan"
    PROCESSOR = "processor"
    """A payout of a card or payment service over many sales."""
    INSURER = "insurer"
    OWN_TRANSFER = "own_transfer"
    OTHER = "other"


NATURE_WORDS = {
    Nature.BANK_CHARGES: "bank charges and interest",
    Nature.TAX: "tax office",
    Nature.SALARY: "salaries and wages",
    Nature.SOCIAL_INSURANCE: "social insurance",
    Nature.LOAN: "loan",
    Nature.PROCESSOR: "payout of a payment service",
    Nature.INSURER: "insurer",
    Nature.OWN_TRANSFER: "transfer between own accounts",
    Nature.OTHER: "other money that no customer owes",
}


@dataclass(frozen=True, slots=True)
class BankRule:
    """One rule. Every condition that is given must hold; at least one of text, payer, account and code is given."""

    id: str
    name: str
    action: RuleAction
    text: str = ""
    """Stands in the remittance text; case and line breaks do not matter."""
    payer: str = ""
    """Stands in the payer's name."""
    account: str = ""
    """Opaque key of the counterparty account, equal for equal accounts."""
    code: str = ""
    """The bank's transaction code begins with it."""
    least: int | None = None
    most: int | None = None
    currency: str = ""
    nature: Nature = Nature.OTHER
    debtor: str = ""
    priority: int = 100
    """The lower number is asked first."""
    posts: bool = True
    """Posts by itself; otherwise it only proposes."""

    @property
    def signature(self) -> str:
        """What the outcomes of the rule are counted under."""
        return f"{Source.RULE}.{_STEPS[self.action]}/{self.id}"


_STEPS = {
    RuleAction.PAYER: Step.EXACT,
    RuleAction.ON_ACCOUNT: Step.ON_ACCOUNT,
    RuleAction.NOT_RECEIVABLE: Step.NOT_RECEIVABLE,
}


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that fits a payment, with the words for it and the places in the remittance text."""

    rule: BankRule
    why: tuple[str, ...]
    spans: tuple[tuple[int, int], ...] = ()

    @property
    def sentence(self) -> str:
        """Why the rule applies, for the explanation."""
        return f"Your rule \u201c{self.rule.name}\u201d applies: {' and '.join(self.why)}."


def check(rule: BankRule) -> list[Finding]:
    """Return everything that is wrong with a rule as a person wrote it."""
    return [*_conditions(rule), *_outcome(rule)]


def _conditions(rule: BankRule) -> list[Finding]:
    found = []
    if not (rule.text or rule.payer or rule.account or rule.code):
        found.append(Finding("bank_rule.empty", "text", "Say at least one thing by which such payments are known."))
    for path, words in (("text", rule.text), ("payer", rule.payer)):
        if words and len("".join(words.split())) < _SHORTEST:
            said = f"\u201c{words}\u201d is too short: it stands in too many lines. Use {_SHORTEST} characters or more."
            found.append(Finding("bank_rule.short", path, said))
    if rule.least is not None and rule.most is not None and rule.least > rule.most:
        found.append(Finding("bank_rule.amounts", "most", "The largest amount is below the smallest."))
    if (rule.least is not None or rule.most is not None) and not rule.currency:
        found.append(Finding("bank_rule.currency", "currency", "Say in which currency the amounts are."))
    return found


def _outcome(rule: BankRule) -> list[Finding]:
    if not rule.name.strip():
        return [Finding("bank_rule.name", "name", "Give the rule a name; it is shown with every payment it decides.")]
    if rule.action is not RuleAction.NOT_RECEIVABLE and not rule.debtor:
        return [Finding("bank_rule.debtor", "debtor", "Say which customer such payments belong to.")]
    return []


def first_hit(rules: Iterable[BankRule], payment: Payment) -> Hit | None:
    """Return the hit of the rule that is asked first (priority, then id), None when no rule fits."""
    ordered = sorted(rules, key=lambda rule: (rule.priority, rule.id))
    return next((hit for rule in ordered if (hit := hit_of(rule, payment)) is not None), None)


def hit_of(rule: BankRule, payment: Payment) -> Hit | None:
    """Return how a rule fits a payment, None when one of its conditions does not hold or it has none."""
    if not _amount_fits(rule, payment):
        return None
    why: list[str] = []
    spans: list[tuple[int, int]] = []
    if rule.text:
        place = places(rule.text, payment.text)
        if place is None:
            return None
        spans.append(place)
        why.append(f"the text contains \u201c{rule.text}\u201d")
    for fits, words in _of_payer(rule, payment):
        if not fits:
            return None
        why.append(words)
    return Hit(rule, tuple(why), tuple(spans)) if why else None


def _of_payer(rule: BankRule, payment: Payment) -> list[tuple[bool, str]]:
    """Return for each given condition whether it holds, and the words for it."""
    asked = []
    if rule.payer:
        held = places(rule.payer, payment.payer_name) is not None
        asked.append((held, f"the payer's name contains \u201c{rule.payer}\u201d"))
    if rule.account:
        asked.append((rule.account == payment.payer_account, "it came from the rule's account"))
    if rule.code:
        asked.append((payment.transaction_code.startswith(rule.code), f"the bank's code begins with {rule.code}"))
    return asked


def _amount_fits(rule: BankRule, payment: Payment) -> bool:
    if payment.amount <= 0 or (rule.currency and rule.currency != payment.currency):
        return False
    low = payment.amount if rule.least is None else rule.least
    high = payment.amount if rule.most is None else rule.most
    return low <= payment.amount <= high


def places(words: str, text: str) -> tuple[int, int] | None:
    """Return where words stand in a text: case does not matter, and a line break is as good as a blank."""
    wanted = r"\s+".join(map(re.escape, words.split()))
    found = re.search(wanted, text, re.IGNORECASE) if wanted else None
    return found.span() if found else None


def confidence(right: int, judged: int) -> int:
    """Return how sure a rule is: a person's word, corrected by what became of its own proposals."""
    return (START_RIGHT + right) * CERTAIN // (START_JUDGED + judged)


def may_post(right: int, judged: int, from_: int) -> Verdict:
    """Say whether a rule may post by its outcomes, as `core.matching.may_post` says it of the shipped rules."""
    lower = lower_bound(START_RIGHT + right, START_JUDGED + judged)
    return Verdict(lower >= from_ - SLACK, lower)


def proposal_of(hit: Hit, payment: Payment, policy: Policy) -> Proposal:
    """Return what a rule makes of the whole payment: on account of a customer, or not a receivable."""
    rule = hit.rule
    right, judged = policy.right.get(rule.signature, (0, 0))
    sure = confidence(right, judged)
    aside = rule.action is RuleAction.NOT_RECEIVABLE
    outcome = f"Not a receivable: {NATURE_WORDS[rule.nature]}." if aside else "The whole payment goes on account."
    posts = rule.posts and sure >= policy.automatic_from and rule.signature not in policy.manual_rules
    return Proposal(
        payment=payment.id,
        source=Source.RULE,
        step=_STEPS[rule.action],
        confidence=sure,
        reason=f"{hit.sentence} {outcome}",
        on_account=payment.amount,
        debtor="" if aside else rule.debtor,
        evidence=_marks(hit),
        automatic=posts,
        grade=rule.id,
    )


def _marks(hit: Hit) -> tuple[Evidence, ...]:
    return tuple(Evidence(Source.RULE, "", hit.rule.text, start, end) for start, end in hit.spans)


def explained(proposal: Proposal, hit: Hit) -> Proposal:
    """Return a proposal for a payment whose payer a rule names, with the rule in its explanation."""
    automatic = proposal.automatic and hit.rule.posts
    reason = f"{hit.sentence} {proposal.reason}"
    return replace(proposal, reason=reason, evidence=(*proposal.evidence, *_marks(hit)), automatic=automatic)


_NAMED = frozenset({Source.REMITTANCE, Source.REFERENCE, Source.END_TO_END, Source.DOCUMENTS, Source.NUMBERS})
OVERRULED_FROM = 9_000


def overrules(named: Proposal) -> bool:
    """Tell whether a payment names open items so surely that no rule may take it away from them."""
    return named.source in _NAMED and bool(named.allocations) and named.confidence >= OVERRULED_FROM


def disputed(named: Proposal, ruled: Proposal, hit: Hit) -> Proposal:
    """Return what the payment's own words propose, left to a person because a rule says otherwise."""
    reason = f"{named.reason} A person must decide: your rule \u201c{hit.rule.name}\u201d says otherwise."
    return replace(named, automatic=False, reason=reason, alternatives=(ruled, *named.alternatives[:2]))


class RuledPayers(Payers):
    """Who pays, where a rule of a person comes before every memory and name."""

    def __init__(self, known: Payers, hits: Mapping[str, Hit]) -> None:  # the parent is asked, not built anew
        """Take who is known, and the hits by payment; those that name a payer count."""
        self._known = known
        self._ruled = {one: hit.rule.debtor for one, hit in hits.items() if hit.rule.action is RuleAction.PAYER}

    def identify(self, payment: Payment) -> tuple[Identity, ...]:
        """Return the customer of the rule, else who is known."""
        debtor = self._ruled.get(payment.id)
        if debtor is None:
            return self._known.identify(payment)
        return (Identity(debtor, _SURE_PAYER, "your rule says whose money this is", "account"),)

    def is_stranger(self, payment: Payment) -> bool:
        """Tell whether the payer's money was no customer's before; a rule says otherwise."""
        return payment.id not in self._ruled and self._known.is_stranger(payment)

    def is_own(self, payment: Payment) -> bool:
        """Tell whether the creditor itself pays; a rule says otherwise."""
        return payment.id not in self._ruled and self._known.is_own(payment)
