"""What a run would collect and what it leaves out, before anything is made."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count, Q

from fairdue.cash.models import DirectDebit, Mandate
from fairdue.core import directdebit as rules
from fairdue.core.contact import Hold, HoldReason, Item, may_contact
from fairdue.parties import selectors as parties
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.receivables.selectors import HoldRow, ItemRow

State = DirectDebit.State
MOST = 100_000


@dataclass(frozen=True, slots=True)
class Collect:
    """An item that is collected: `amount` minor units under a mandate; `planned` when it was planned before."""

    item: ItemRow
    mandate: Mandate
    amount: int
    sequence: str
    note: str = ""
    planned: DirectDebit | None = None


@dataclass(frozen=True, slots=True)
class Excluded:
    """An item that is left out, and why."""

    item: ItemRow
    reason: str


@dataclass(frozen=True, slots=True)
class RunProposal:
    """What a run on a day would do; minor units of euros."""

    creditor: UUID
    scheme: str
    collect_on: date
    collects: tuple[Collect, ...]
    excluded: tuple[Excluded, ...]

    @property
    def amount(self) -> int:
        """What is collected in all."""
        return sum(one.amount for one in self.collects)


@dataclass(frozen=True, slots=True)
class _Case:
    """What the items of one proposal are decided by."""

    scheme: rules.Scheme
    on: date
    approved: set[UUID]
    holds: dict[UUID, list[HoldRow]]
    counted: dict[UUID, tuple[int, int]]
    planned: dict[UUID, DirectDebit]


def propose_run(ctx: Ctx, *, creditor: UUID, collect_on: date, today: date, scheme: str = "core") -> RunProposal:
    """Return what would be collected on a day from customers with a mandate, in a fixed number of statements."""
    mandates = _mandates(creditor, rules.Scheme(scheme))
    items = receivables.items(ctx, creditor=creditor, debtors=list(mandates), only_open=True, limit=MOST)
    due = [row for row in items if row.due_on <= collect_on]
    holds = _holds(ctx, list(mandates), today)
    approved = parties.approved_accounts([row.account_id for row in mandates.values()])
    counted = _counted([row.id for row in items])
    planned = {one.item_id: one for one in _planned(creditor, collect_on)}
    late = [row for row in items if row.due_on > collect_on and row.id in planned]
    case = _Case(rules.Scheme(scheme), collect_on, approved, holds, counted, planned)
    found = _one_by_one([_decided(case, row, mandates[row.debtor_id]) for row in (*due, *late)])
    collects = tuple(one for one in found if isinstance(one, Collect))
    left = tuple(one for one in found if isinstance(one, Excluded))
    return RunProposal(creditor, scheme, collect_on, collects, left)


def _mandates(creditor: UUID, scheme: rules.Scheme) -> dict[UUID, Mandate]:
    """Return one mandate of each customer: the active one of the scheme before all others."""
    found = Mandate.objects.filter(creditor_id=creditor).order_by("recorded_at", "id")
    ranked = sorted(found, key=lambda row: (row.state == Mandate.State.ACTIVE, row.scheme == scheme))
    return {row.debtor_id: row for row in ranked}


def _holds(ctx: Ctx, debtors: list[UUID], today: date) -> dict[UUID, list[HoldRow]]:
    by_debtor = defaultdict(list)
    for row in receivables.holds(ctx, debtors=debtors, on=today):
        by_debtor[row.debtor_id].append(row)
    return by_debtor


def _counted(items: list[UUID]) -> dict[UUID, tuple[int, int]]:
    """Return by item how many collections are on their way, and how many failed."""
    failed = Q(state__in=[State.REJECTED, State.RETURNED])
    rows = DirectDebit.objects.filter(item_id__in=items).values("item_id")
    found = rows.annotate(ordered=Count("id", filter=Q(state=State.ORDERED)), failed=Count("id", filter=failed))
    return {row["item_id"]: (row["ordered"], row["failed"]) for row in found}


def _planned(creditor: UUID, on: date) -> list[DirectDebit]:
    """Return what is planned until a day, the newest first, so that the oldest of an item counts."""
    found = DirectDebit.objects.filter(creditor_id=creditor, state=State.PLANNED, collect_on__lte=on)
    return list(found.order_by("-collect_on", "-id"))


def _decided(case: _Case, row: ItemRow, mandate: Mandate) -> Collect | Excluded:
    planned = case.planned.get(row.id)
    ordered, failed = case.counted.get(row.id, (0, 0))
    mine = [
        Hold(one.reason, one.from_on, one.until_on, one.item_id, one.amount)
        for one in case.holds.get(row.debtor_id, ())
        if planned is None or one.reason != HoldReason.PAYMENT_PLAN
    ]
    free = may_contact(Item(row.id, row.kind, row.due_on, row.residual, row.currency), mine, case.on)
    asked = rules.Due(
        residual=min(row.residual, planned.amount) if planned else row.residual, currency=row.currency,
        due_on=min(row.due_on, case.on) if planned else row.due_on, chaseable=free.chaseable_minor, held=free.reasons,
        ordered=ordered > 0, attempts=0 if planned else failed,
    )  # fmt: skip
    signed = mandate_of(mandate, approved=mandate.account_id in case.approved)
    decision = rules.decide(asked, signed, case.on, schemes=(case.scheme,))
    if not decision.amount:
        return Excluded(row, decision.reason)
    return Collect(row, mandate, decision.amount, rules.sequence_of(signed), decision.reason, planned)


def _one_by_one(found: list[Collect | Excluded]) -> list[Collect | Excluded]:
    """Let a first collection be first once, and a mandate for one collection serve once."""
    used: set[UUID] = set()
    checked: list[Collect | Excluded] = []
    for one in found:
        if not isinstance(one, Collect):
            checked.append(one)
        elif one.mandate.id not in used:
            used.add(one.mandate.id)
            checked.append(one)
        elif one.sequence == rules.Sequence.ONE_OFF:
            checked.append(Excluded(one.item, "the mandate is for one collection, and another item takes it"))
        else:
            checked.append(replace(one, sequence=rules.Sequence.RECURRENT))
    return checked


def mandate_of(row: Mandate, *, approved: bool) -> rules.Mandate:
    """Return a mandate as the core's."""
    stopped = row.state_reason or row.state if row.state != Mandate.State.ACTIVE else ""
    return rules.Mandate(row.signed_on, rules.Scheme(row.scheme), row.one_off, row.last_used_on, stopped, approved)
