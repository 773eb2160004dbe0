"""The table of customers' codes for money that they take off: set, remove, list, and which codes nobody has mapped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.bulk import rows
from fairdue.cash.models import DeductionCode
from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.core.matching import Treatment, code_key
from fairdue.core.matching.deductions import REASONS
from fairdue.core.money import CURRENCIES
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

LONGEST = 60


@dataclass(frozen=True, slots=True)
class CodeDraft:
    """What a code means; `most` minor units of `currency` are granted on one document, nothing for a dispute."""

    creditor: UUID
    code: str
    reason: str
    treatment: str = Treatment.DISPUTE.value
    most: int = 0
    currency: str = ""
    debtor: UUID | None = None
    """None for every customer of the creditor."""
    words: str = ""


@dataclass(frozen=True, slots=True)
class CodeRow:
    """A code with its customer; minor units of `currency`."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID | None
    debtor_name: str
    code: str
    reason: str
    treatment: str
    most: int
    currency: str
    words: str
    made_by: str


@dataclass(frozen=True, slots=True)
class UnknownCode:
    """A word that stands in advices as the reason of a difference and means nothing yet."""

    code: str
    creditor_id: UUID
    debtor_id: UUID | None
    debtor_name: str | None
    times: int
    last_on: date


@command("cash.set_code", Permission.SETTINGS_EDIT)
def set_code(ctx: Ctx, *, draft: CodeDraft, today: date, key: str | None = None) -> UUID:
    """Say what a code means from now on, in place of what it meant; returns its row. Refuses with every reason."""
    del key
    wrong = tuple(Finding("deduction_code.wrong", path, sentence) for path, sentence in _wrong(ctx, draft))
    if wrong:
        raise RefusedError(*wrong)
    same = DeductionCode.objects.select_for_update().filter(
        creditor_id=draft.creditor, debtor_id=draft.debtor, key=code_key(draft.code), removed_on__isnull=True
    )
    same.update(removed_on=today, removed_by=ctx.actor)
    grants = draft.treatment != Treatment.DISPUTE
    row = DeductionCode.objects.create(
        tenant_id=ctx.tenant, creditor_id=draft.creditor, debtor_id=draft.debtor, code=draft.code.strip(),
        key=code_key(draft.code), reason=draft.reason, treatment=draft.treatment, words=draft.words.strip()[:200],
        most=draft.most if grants else 0, currency=draft.currency if grants else "", made_by=ctx.actor,
    )  # fmt: skip
    payload = {"code": row.code, "reason": row.reason, "treatment": row.treatment, "most": row.most,
               "currency": row.currency}  # fmt: skip
    record(ctx, NewFact("deduction_code.set", today, row.id, row.creditor_id, row.debtor_id, payload))
    return UUID(str(row.id))


def _wrong(ctx: Ctx, draft: CodeDraft) -> Iterator[tuple[str, str]]:
    if parties.creditor(ctx, draft.creditor) is None:
        yield "creditor", "There is no such creditor."
    whose = parties.debtor(ctx, draft.debtor) if draft.debtor else None
    if draft.debtor and (whose is None or whose.creditor_id != draft.creditor):
        yield "debtor", "This creditor has no such customer."
    if not code_key(draft.code) or len(draft.code) > LONGEST:
        yield "code", f"A code has letters or digits, {LONGEST} characters at most."
    if draft.reason not in REASONS:
        yield "reason", f"Reasons are {', '.join(REASONS)}."
    if draft.treatment not in set(Treatment):
        yield "treatment", f"A code is one of {', '.join(Treatment)}."
    elif draft.treatment != Treatment.DISPUTE and (draft.most <= 0 or draft.currency not in CURRENCIES):
        yield "most", "Say up to which amount, in which currency, it is granted on one document."


@command("cash.remove_code", Permission.SETTINGS_EDIT)
def remove_code(ctx: Ctx, *, code: UUID, today: date, key: str | None = None) -> UUID:
    """Let a code mean nothing any more; what was posted under it stays. Refuses a second time."""
    del key
    row = DeductionCode.objects.select_for_update().filter(id=code, removed_on__isnull=True).first()
    if row is None:
        raise refuse("deduction_code.unknown", "code", "There is no such code.")
    row.removed_on, row.removed_by = today, ctx.actor
    row.save(update_fields=["removed_on", "removed_by"])
    record(ctx, NewFact("deduction_code.removed", today, row.id, row.creditor_id, row.debtor_id, {"code": row.code}))
    return UUID(str(row.id))


def codes(ctx: Ctx, *, creditor: UUID | None = None) -> list[CodeRow]:
    """Return the codes that stand, those of every customer first."""
    found = DeductionCode.objects.filter(removed_on__isnull=True).order_by("debtor_id", "code")
    kept = list(found.filter(creditor_id=creditor) if creditor else found)
    names = parties.debtors(ctx, {row.debtor_id for row in kept if row.debtor_id})
    made = [
        CodeRow(
            row.id, row.creditor_id, row.debtor_id, names[row.debtor_id].name if row.debtor_id else "", row.code,
            row.reason, row.treatment, row.most, row.currency, row.words, row.made_by,
        )
        for row in kept
    ]  # fmt: skip
    return sorted(made, key=lambda row: (row.debtor_id is not None, row.debtor_name, row.code))


def unknown_codes(ctx: Ctx, *, creditor: UUID | None = None, limit: int = 50) -> list[UnknownCode]:
    """Return words of advices that stand for a difference and are in no table, the most frequent first."""
    found = [UnknownCode(**row) for row in rows(ctx, "unknown_codes", creditor=creditor, limit=limit)]
    known = {(row.debtor_id, code_key(row.code)) for row in codes(ctx, creditor=creditor)}
    return [
        one
        for one in found
        if (key := code_key(one.code)) and (one.debtor_id, key) not in known and (None, key) not in known
    ]
