"""Make, change, switch and remove bank rules; each of it is a fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cash.models import BankLine, BankRule
from fairdue.core.bankrules import NATURE_WORDS, Nature, RuleAction, check
from fairdue.core.bankrules import BankRule as Rule
from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.parties.services.accounts import blind_iban
from fairdue.parties.validation.money import masked

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_OUTCOMES = {RuleAction.PAYER: "belongs to a customer", RuleAction.ON_ACCOUNT: "on account of a customer"}
_LONGEST = {"name": 100, "text": 140, "payer": 140, "code": 40}


@dataclass(frozen=True, slots=True)
class RuleDraft:
    """A rule as a person writes it; amounts in minor units of `currency`.

    The counterparty's account is that of a bank line (`account_of`), or `account` as typed, or kept as it is.
    """

    name: str
    action: RuleAction
    text: str = ""
    payer: str = ""
    account: str = ""
    account_of: UUID | None = None
    keep_account: bool = False
    code: str = ""
    least: int | None = None
    most: int | None = None
    currency: str = ""
    nature: Nature = Nature.OTHER
    debtor: UUID | None = None
    priority: int = 100
    posts: bool = True


def rule_of(row: BankRule) -> Rule:
    """Return a stored rule as the core sees it."""
    return Rule(
        id=str(row.id), name=row.name, action=RuleAction(row.action), text=row.text, payer=row.payer,
        account=row.blind, code=row.code, least=row.least, most=row.most, currency=row.currency,
        nature=Nature(row.nature or Nature.OTHER), debtor=str(row.debtor_id or ""), priority=row.priority,
        posts=row.posts,
    )  # fmt: skip


def rules_of(creditor: UUID) -> list[Rule]:
    """Return the rules of a creditor that are in force."""
    found = BankRule.objects.filter(creditor_id=creditor, active=True, removed_on__isnull=True)
    return [rule_of(row) for row in found.order_by("priority", "id")]


def row_of(ctx: Ctx, creditor: UUID, draft: RuleDraft, known: BankRule | None = None) -> BankRule:
    """Return an unsaved row, or the known one, with what the draft says; refuses with every finding."""
    row: Any = known or BankRule(tenant_id=ctx.tenant, id=uuid7(), creditor_id=creditor, made_by=ctx.actor)
    for name, longest in _LONGEST.items():
        setattr(row, name, " ".join(str(getattr(draft, name)).replace("\0", "").split())[:longest])
    row.action, row.priority, row.posts = draft.action.value, draft.priority, draft.posts
    row.least, row.most, row.currency = draft.least, draft.most, draft.currency
    aside = draft.action is RuleAction.NOT_RECEIVABLE
    row.nature, row.debtor_id = (draft.nature.value, None) if aside else ("", draft.debtor)
    if not draft.keep_account:
        row.blind, row.masked = _account(ctx, creditor, draft)
    findings = check(rule_of(row))
    if findings:
        raise RefusedError(*findings)
    _check_debtor(ctx, row)
    made: BankRule = row
    return made


def _account(ctx: Ctx, creditor: UUID, draft: RuleDraft) -> tuple[str, str]:
    """Return the key and the mask of the counterparty's account."""
    if draft.account_of is not None:
        line = BankLine.objects.filter(id=draft.account_of, creditor_id=creditor).first()
        return (line.payer_blind, line.payer_masked) if line else ("", "")
    plain = "".join(draft.account.split()).upper()
    return (blind_iban(ctx, plain), masked(plain)) if plain else ("", "")


def _check_debtor(ctx: Ctx, row: BankRule) -> None:
    if row.debtor_id is None:
        return
    known = parties.debtor(ctx, row.debtor_id)
    if known is None or known.creditor_id != row.creditor_id:
        raise refuse("bank_rule.debtor", "debtor", "This is no customer of this client.")


@command("cash.add_bank_rule", Permission.CASH_APPLY)
def add_bank_rule(ctx: Ctx, *, creditor: UUID, draft: RuleDraft, today: date, key: str | None = None) -> UUID:
    """Make a rule; it is asked from the next matching run on. Returns the rule."""
    del key
    if parties.creditor(ctx, creditor) is None:
        raise refuse("bank_rule.creditor", "creditor", "There is no such client.")
    row = row_of(ctx, creditor, draft)
    row.save(force_insert=True)
    _record(ctx, "bank_rule.added", row, today, outcome=outcome_words(row))
    return UUID(str(row.id))


@command("cash.change_bank_rule", Permission.CASH_APPLY)
def change_bank_rule(ctx: Ctx, *, rule: UUID, draft: RuleDraft, today: date, key: str | None = None) -> UUID:
    """Change a rule; what it did so far stays. Returns the rule."""
    del key
    known = _locked(rule)
    row = row_of(ctx, known.creditor_id, draft, known)
    return _saved(ctx, row, "bank_rule.changed", today, outcome=outcome_words(row))


@command("cash.switch_bank_rule", Permission.CASH_APPLY)
def switch_bank_rule(ctx: Ctx, *, rule: UUID, active: bool, today: date, key: str | None = None) -> UUID:
    """Switch a rule on or off. Returns the rule."""
    del key
    row = _locked(rule)
    row.active = active
    return _saved(ctx, row, "bank_rule.switched", today, word="on" if active else "off")


@command("cash.remove_bank_rule", Permission.CASH_APPLY)
def remove_bank_rule(ctx: Ctx, *, rule: UUID, today: date, key: str | None = None) -> UUID:
    """Remove a rule; what it did stays, and still names it. Returns the rule."""
    del key
    row = _locked(rule)
    row.active, row.removed_on = False, today
    return _saved(ctx, row, "bank_rule.removed", today)


def outcome_words(row: BankRule) -> str:
    """Return what a rule does, in words without the customer's name."""
    action = RuleAction(row.action)
    return _OUTCOMES.get(action, "") or f"not a receivable, {NATURE_WORDS[Nature(row.nature or Nature.OTHER)]}"


def _locked(rule: UUID) -> BankRule:
    row = BankRule.objects.select_for_update().filter(id=rule, removed_on__isnull=True).first()
    if row is None:
        raise refuse("bank_rule.gone", "rule", "There is no such rule, or it was removed.")
    return row


def _saved(ctx: Ctx, row: BankRule, kind: str, today: date, **words: Any) -> UUID:
    row.changed_by, row.changed_at = ctx.actor, clock.now()
    row.save(update_fields=list(BankRule.access.update))
    _record(ctx, kind, row, today, **words)
    return UUID(str(row.id))


def _record(ctx: Ctx, kind: str, row: BankRule, today: date, **words: Any) -> None:
    record(ctx, NewFact(kind, today, row.id, row.creditor_id, row.debtor_id, {"name": row.name, **words}))
