"""Runs that were asked for, read from their facts; and payment plans with their instalments."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections.models import Instalment, Promise
from fairdue.collections.services.promises import receipts_of, verdict_of
from fairdue.collections.services.run import RunResult
from fairdue.core.promise import Instalment as Part
from fairdue.foundation.facts.reading import FactFilter, logged_facts

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class CadenceRun:
    """A run that was asked for; `result` is None while the job is at work."""

    id: UUID
    result: RunResult | None


@dataclass(frozen=True, slots=True)
class PlanPart:
    """An instalment and what of it has arrived, the earliest filled first."""

    due_on: date
    amount: int
    arrived: int


@dataclass(frozen=True, slots=True)
class PlanRow:
    """A payment plan, judged as of a day."""

    id: UUID
    creditor_id: UUID
    debtor_id: UUID
    currency: str
    amount: int
    made_on: date
    state: str
    parts: tuple[PlanPart, ...]


def cadence_run(ctx: Ctx, run: UUID) -> CadenceRun | None:
    """Return what is known of a run, None when nobody asked for it."""
    facts = {fact.type: fact.payload for fact in logged_facts(ctx, FactFilter(subject=run))}
    if "cadence_run.queued" not in facts:
        return None
    told = facts.get("cadence_run.done")
    if told is None:
        return CadenceRun(run, None)
    result = RunResult(
        told["messages"], told["calls"], told["items"], Counter(told["totals"]), Counter(told["skipped"])
    )
    return CadenceRun(run, result)


def plan(ctx: Ctx, *, id_: UUID, today: date) -> PlanRow | None:
    """Return a payment plan with its instalments, None when there is none."""
    row = Promise.objects.filter(id=id_, kind=Promise.Kind.PLAN).first()
    if row is None:
        return None
    parts = [Part(one.due_on, one.amount) for one in Instalment.objects.filter(promise_id=id_).order_by("due_on")]
    receipts = receipts_of(ctx, [id_]).get(id_, [])
    state = row.verdict if row.verdict != "open" else verdict_of(row, receipts, parts, today)[0]
    left = sum(receipt.minor for receipt in receipts if row.made_on <= receipt.on <= today)
    shown = []
    for part in parts:
        arrived = max(0, min(left, part.amount_minor))
        left -= arrived
        shown.append(PlanPart(part.due_on, part.amount_minor, arrived))
    return PlanRow(row.id, row.creditor_id, row.debtor_id, row.currency, row.amount, row.made_on, state, tuple(shown))
