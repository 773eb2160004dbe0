"""The door out: the rules with what they did, and which past lines a rule would have fitted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.bankrules.making import RuleDraft, row_of, rule_of
from fairdue.cash.bulk import rows
from fairdue.core.bankrules import RuleAction, hit_of
from fairdue.core.matching import Payment

if TYPE_CHECKING:
    from fairdue.core.bankrules import BankRule
    from fairdue.foundation.context import Ctx

LOOKED_BACK = timedelta(days=400)
MOST_LINES = 20_000
"""So many lines are looked at for a preview, the newest first."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule with what it did; amounts in minor units."""

    id: UUID
    creditor_id: UUID
    name: str
    text: str
    payer: str
    masked: str
    code: str
    least: int | None
    most: int | None
    currency: str
    action: str
    nature: str
    debtor_id: UUID | None
    debtor_name: str | None
    priority: int
    posts: bool
    active: bool
    made_by: str
    made_at: datetime
    changed_by: str
    changed_at: datetime | None
    used: int
    """Applications that stand."""
    undone: int
    last_on: date | None
    waiting: int
    stopped: bool
    """Its payments were taken back too often, or a person switched its posting off."""


@dataclass(frozen=True, slots=True)
class FittingLine:
    """A past line that a rule fits, with what became of it."""

    id: UUID
    amount: int
    currency: str
    booked_on: date
    payer_name: str
    remittance: str
    state: str
    how: str | None
    items: int
    debtor_name: str | None

    @property
    def waits(self) -> bool:
        """Whether it still waits for a decision."""
        return self.state in {"received", "proposed"}


@dataclass(frozen=True, slots=True)
class Fitting:
    """What a rule would have fitted: the lines, newest first, and how many of them say otherwise."""

    lines: tuple[FittingLine, ...]
    since: date
    cut: bool
    """More lines were there than are looked at."""
    contrary: int
    """Lines with which a person or the machine did something else than the rule would."""

    @property
    def waiting(self) -> int:
        """How many of them wait now."""
        return sum(line.waits for line in self.lines)

    @property
    def sums(self) -> dict[str, int]:
        """What came in by currency."""
        found: dict[str, int] = {}
        for line in self.lines:
            found[line.currency] = found.get(line.currency, 0) + line.amount
        return found


def bank_rules(ctx: Ctx, *, creditor: UUID | None = None, rule: UUID | None = None) -> list[RuleRow]:
    """Return the rules that are not removed: those in force first, in the order in which they are asked."""
    return [RuleRow(**row) for row in rows(ctx, "bank_rules", creditor=creditor, rule=rule)]


def fitting(ctx: Ctx, *, creditor: UUID, draft: RuleDraft, today: date, rule: UUID | None = None) -> Fitting:
    """Return which past lines a draft would have fitted; refuses a draft that could not be saved.

    `rule` is the rule that the draft would change; its account is kept where the draft says so.
    """
    from fairdue.cash.models import BankRule as Row

    known = Row.objects.filter(id=rule, creditor_id=creditor).first() if rule else None
    return _fitting(ctx, creditor, rule_of(row_of(ctx, creditor, draft, known)), today)


def _fitting(ctx: Ctx, creditor: UUID, rule: BankRule, today: date) -> Fitting:
    since = today - LOOKED_BACK
    found = rows(
        ctx, "rule_lines", creditor=creditor, since=since, blind=rule.account, code=rule.code, currency=rule.currency,
        least=rule.least, most=rule.most, words=rule.text.lower().split(), names=rule.payer.lower().split(),
        limit=MOST_LINES,
    )  # fmt: skip
    lines = tuple(_line(row) for row in found if hit_of(rule, _payment(row)) is not None)
    contrary = sum(_otherwise(line, rule) for line in lines)
    return Fitting(lines, since, len(found) == MOST_LINES, contrary)


def _payment(row: dict[str, Any]) -> Payment:
    return Payment(
        str(row["id"]), row["amount"], row["currency"], row["booked_on"], texts=tuple(row["remittance"].split("\n")),
        payer_name=row["payer_name"], payer_account=row["payer_blind"], transaction_code=row["transaction_code"],
    )  # fmt: skip


def _line(row: dict[str, Any]) -> FittingLine:
    wanted = ("id", "amount", "currency", "booked_on", "payer_name", "remittance", "state", "how", "debtor_name")
    return FittingLine(**{name: row[name] for name in wanted}, items=row["items"] or 0)


def _otherwise(line: FittingLine, rule: BankRule) -> bool:
    """Tell whether what was done with a line is not what the rule would have done."""
    if line.how is None:
        return False
    aside = rule.action is RuleAction.NOT_RECEIVABLE
    return aside != (line.how == "not_receivable")
