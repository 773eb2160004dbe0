"""What lies ahead: tonight's run without running it, and one customer's way up a ladder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections import bulk
from fairdue.collections.ladders import BUILT_IN, load_ladders
from fairdue.collections.planning import taken_on
from fairdue.collections.services.run import RunResult, preview_run
from fairdue.core.cadence import Cadence, next_step, planned_days
from fairdue.core.contact import may_contact

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fairdue.collections.loaded import LoadedItem
    from fairdue.collections.planning import Planned, Skipped
    from fairdue.core.cadence import Step, Verdict
    from fairdue.foundation.context import Ctx

FAR = 400
"""Days ahead within which a customer's items are shown."""


@dataclass(frozen=True, slots=True)
class TonightRow:
    """One contact of tonight's run."""

    debtor_id: UUID
    debtor_name: str
    template: str
    channel: str
    level: int
    automatic: bool
    numbers: Sequence[str]
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A customer who is left out tonight, and why."""

    debtor_id: UUID
    debtor_name: str
    reason: str
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Tonight:
    """What would run: the sums of all, the first rows, and who is left out and why."""

    result: RunResult
    rows: Sequence[TonightRow]
    skipped: Sequence[SkippedRow]

    @property
    def totals(self) -> dict[str, int]:
        """The sum to chase by currency, minor units."""
        return dict(self.result.totals)

    @property
    def left_out(self) -> dict[str, int]:
        """How many customers are left out, by reason."""
        return dict(self.result.skipped)


def tonight(ctx: Ctx, *, today: date, creditor: UUID | None = None, limit: int = 50) -> Tonight:
    """Return what a run on `today` would do; nothing is written."""
    result = RunResult()
    rows: list[TonightRow] = []
    left: list[SkippedRow] = []
    for planned, skipped in preview_run(ctx, today=today, creditor=creditor):
        result.add(planned, skipped)
        rows += [_row(one) for one in planned[: max(limit - len(rows), 0)]]
        left += [_skipped(one) for one in skipped[: max(limit - len(left), 0)]]
    return Tonight(result, rows, left)


def _row(one: Planned) -> TonightRow:
    step = one.contact.step
    numbers = [one.items[line.item.id].number for line in one.contact.lines]  # type: ignore[index]
    return TonightRow(
        one.debtor.id, one.debtor.name, step.template, step.channel, step.level, step.automatic, numbers,
        one.contact.totals,
    )  # fmt: skip


def _skipped(one: Skipped) -> SkippedRow:
    return SkippedRow(one.debtor.id, one.debtor.name, one.reason, one.totals)


@dataclass(frozen=True, slots=True)
class Way:
    """One item's way up a ladder: what it took, what is due, why it waits, and the days still ahead."""

    number: str
    due_on: date
    currency: str
    residual: int
    chaseable: int
    taken: Sequence[tuple[int, date]]
    due: Step | None
    reasons: Sequence[str]
    ahead: Sequence[tuple[Step, date]]


def ways(ctx: Ctx, *, debtor: UUID, today: date, ladder: Cadence | None = None) -> list[Way]:
    """Return the way of each open item of a debtor, on a given ladder or on its own (none: an empty list)."""
    row = bulk.load_debtors(ctx, [debtor])[debtor]
    ladders = load_ladders()
    newest = ladders.of(row.creditor_id, debtor)
    if newest is None and ladder is None:
        return []
    holds = bulk.load_holds(ctx, [debtor], today).get(debtor, [])
    found = []
    for item in bulk.load_items(ctx, [debtor], today, FAR).get(debtor, []):
        chosen = ladder or ladders.for_item(newest or BUILT_IN, item).ladder
        taken = taken_on(chosen, item.rungs)
        verdict = next_step(chosen, item.as_item(), taken, holds, last_contact_on=row.last_contact_on, today=today)
        chaseable = may_contact(item.as_item(), holds, today).chaseable_minor
        found.append(_way(chosen, item, verdict, chaseable, today))
    return found


def _way(ladder: Cadence, item: LoadedItem, verdict: Verdict, chaseable: int, today: date) -> Way:
    highest = max((offset for offset, _, _ in item.rungs), default=None)
    ahead = [
        (step, day)
        for step, day in planned_days(ladder, item.due_on)
        if day > today and (highest is None or step.offset_days > highest) and step is not verdict.step
    ]
    return Way(
        item.number, item.due_on, item.currency, item.residual, chaseable,
        [(offset, day) for offset, day, superseded in item.rungs if not superseded], verdict.step, verdict.reasons,
        ahead,
    )  # fmt: skip
