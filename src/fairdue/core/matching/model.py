"""The values that matching takes and gives.

Amounts are whole minor units. A payment's amount and the cash part of an allocation are in the payment's
currency; residuals, adjustments and `settles` are in the item's. Confidence is in basis points: 9971 is
99.71 %.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.matching.codes import Codes
from fairdue.core.matching.tolerances import NONE, TOLERANCES, Tolerance

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

CERTAIN = 10_000


class Source(StrEnum):
    """What ties a payment to items, strongest first."""

    REMITTANCE = "remittance"
    """A remittance advice whose parts make up the payment."""
    REFERENCE = "reference"
    """A structured reference whose check digits agree."""
    END_TO_END = "end_to_end"
    """The end-to-end id of a direct debit of ours."""
    DOCUMENTS = "documents"
    """A structured list of documents from the payer."""
    NUMBERS = "numbers"
    """Invoice numbers in the remittance text."""
    ORDER = "order"
    """The customer's order number in the remittance text."""
    PAYER = "payer"
    """Nothing but who paid, and the amount."""
    RULE = "rule"
    """A rule that a person made for payments like this (`core.bankrules`)."""
    NONE = "none"


class Step(StrEnum):
    """How the amount is explained, in the order in which it is tried."""

    EXACT = "exact"
    DISCOUNT = "discount"
    CHARGE = "charge"
    WITHHOLDING = "withholding"
    DEDUCTION = "deduction"
    """The customer took something off under a code that the creditor grants."""
    CREDIT_NOTES = "credit_notes"
    SUBSET = "subset"
    COMPLETED = "completed"
    """Named items and more of the same customer: a list that was cut off, or a range."""
    TYPO = "typo"
    STALE = "stale"
    """A paid item is named, and another one over the same amount is open."""
    FOREIGN = "foreign"
    LATE_DISCOUNT = "late_discount"
    SMALL_DIFFERENCE = "small_difference"
    SHORT = "short"
    OVER = "over"
    EQUAL = "equal"
    DUE_RUN = "due_run"
    BALANCE = "balance"
    PAID_ALREADY = "paid_already"
    LUMP_SUM = "lump_sum"
    """Money on account by the payer's own word."""
    ON_ACCOUNT = "on_account"
    NOT_RECEIVABLE = "not_receivable"
    UNKNOWN = "unknown"


class AdjustmentKind(StrEnum):
    """Why an item is reduced by more than the cash."""

    NONE = ""
    DISCOUNT = "discount"
    BANK_CHARGE = "bank_charge"
    SMALL_DIFFERENCE = "small_difference"
    WITHHOLDING_TAX = "withholding_tax"


@dataclass(frozen=True, slots=True)
class Item:
    """An open item as matching sees it; the residual of a credit note is negative, of a paid item zero."""

    id: str
    number: str
    debtor: str
    currency: str
    residual: int
    due: dt.date
    references: tuple[str, ...] = ()
    order_number: str = ""
    end_to_end_id: str = ""
    discount: int = 0
    """Early-payment discount in minor units, if paid until `discount_until`."""
    discount_until: dt.date | None = None
    held: str = ""
    """Reason why no machine may post on the item (dispute, ceded ...); a person may."""
    amount: int = 0
    """What it was when it was issued; tells a paid item's amount."""
    head: str = ""
    """The customer that its customer belongs to, empty for none."""


@dataclass(frozen=True, slots=True)
class NamedDocument:
    """A document that the payer names in structured form, with its part of the payment if stated."""

    number: str
    amount: int | None = None


@dataclass(frozen=True, slots=True)
class AdvisedDocument:
    """A document of an advice with what is paid for it; a credit note that is taken off is negative."""

    number: str
    net: int
    discount: int = 0
    """Early-payment discount that the payer says he took."""
    reason: str = ""
    """The payer's own code or word for a difference."""


@dataclass(frozen=True, slots=True)
class Advice:
    """A remittance advice that belongs to a payment."""

    said: str
    """Which one it is, for a sentence."""
    documents: tuple[AdvisedDocument, ...] = ()
    """Empty where the advice does not say what is paid for each."""
    doubt: str = ""
    """Why no machine may post the payment: its advice does not add up, or is over another amount."""
    whose: str = "The payer's"
    """Who says so, at the start of a sentence."""


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that came in, with everything that was said about it."""

    id: str
    amount: int
    currency: str
    booked: dt.date
    texts: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    documents: tuple[NamedDocument, ...] = ()
    end_to_end_id: str = ""
    payer_name: str = ""
    payer_account: str = ""
    """Opaque key of the payer's account, equal for equal accounts."""
    on_behalf_of: str = ""
    charges: int = 0
    instructed: int | None = None
    instructed_currency: str = ""
    transaction_code: str = ""
    advice: Advice | None = None

    @property
    def text(self) -> str:
        """All remittance lines, one below the other; spans of evidence count in this text."""
        return self.texts[0] if len(self.texts) == 1 else "\n".join(self.texts)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing in a payment that speaks for one item; the span counts in `Payment.text`.

    Weak evidence (`strong` is false) needs support by the payer, by other evidence or by the exact amount.
    """

    source: Source
    item: str
    said: str
    start: int = -1
    end: int = -1
    strong: bool = True
    whole: bool = True
    """False where only digits agree: letters or marks of the number are not there."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Who a payer may be, how sure, why, and by what: account, group, name, alike."""

    debtor: str
    confidence: int
    why: str
    by: str = "account"


@dataclass(frozen=True, slots=True)
class Allocation:
    """Cash onto one item; negative cash uses up a credit note."""

    item: str
    amount: int
    adjustment: int = 0
    adjustment_kind: AdjustmentKind = AdjustmentKind.NONE
    settles: int | None = None
    """Reduction of the item in its own currency, where that is not the payment's."""
    why: str = ""
    """What the adjustment is, where its kind does not say it all: a customer's code with our reason."""

    @property
    def reduces(self) -> int:
        """How much the item's residual falls, in the item's currency."""
        return (self.amount if self.settles is None else self.settles) + self.adjustment


@dataclass(frozen=True, slots=True)
class Explanation:
    """One way in which items make up a payment."""

    step: Step
    allocations: tuple[Allocation, ...]
    arithmetic: str
    on_account: int = 0
    sure: str = ""
    """How sure a choice of items is: run, sure, fair or weak; or one of OPEN_TO_DOUBT; empty without a choice."""


@dataclass(frozen=True, slots=True)
class Deduction:
    """A part of an item that the payer kept back, with the word that he gave for it."""

    item: str
    amount: int
    reason: str
    said: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a payment should become; Σ allocation amounts + on_account = payment amount, always."""

    payment: str
    source: Source
    step: Step
    confidence: int
    reason: str
    arithmetic: str = ""
    allocations: tuple[Allocation, ...] = ()
    on_account: int = 0
    debtor: str = ""
    deductions: tuple[Deduction, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    automatic: bool = False
    alternatives: tuple[Proposal, ...] = ()
    grade: str = ""
    """How good the evidence is; confidence is counted for each grade of a rule."""

    @property
    def rule(self) -> str:
        """The rule's name: what tied the payment to items and how the amount was explained."""
        return f"{self.source}.{self.step}"

    @property
    def signature(self) -> str:
        """The rule with the grade of its evidence: what outcomes are counted under."""
        return f"{self.rule}/{self.grade}"

    @property
    def fingerprint(self) -> str:
        """What a refusal remembers: the items, or the debtor on whose account the money would go."""
        items = ",".join(sorted(allocation.item for allocation in self.allocations))
        return items or f"{self.step}:{self.debtor}"


@dataclass(frozen=True, slots=True)
class Policy:
    """The settings of a creditor for matching."""

    automatic_from: int = 9_800
    """Confidence in basis points from which a proposal is posted without a person (`threshold`)."""
    tolerances: Mapping[str, Tolerance] = field(default_factory=dict)
    """The creditor's own tolerances by currency; the others are those of `TOLERANCES`."""
    codes: Codes = field(default_factory=Codes)
    """What the customers' codes for deductions mean."""
    discount_grace_days: int = 3
    """Days after the discount date within which the discount still counts as taken in time."""
    late_discount_days: int = 14
    """Days after the grace within which a late discount is proposed; later it is a short payment."""
    late_discount_posted_days: int = 0
    """Days after the grace within which a late discount is posted without a person."""
    right: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Own experience by signature: (right, all) of the proposals that a person or a reversal has judged."""
    manual_rules: frozenset[str] = frozenset()
    """Signatures that are switched off: they propose and never post."""

    def tolerance(self, currency: str) -> Tolerance:
        """Return the tolerance of a currency: the creditor's own, else the shipped one, else none."""
        return self.tolerances.get(currency) or TOLERANCES.get(currency, NONE)
