"""Recurring invoices: starting a plan, changing, pausing and ending it, and the nightly run over all that are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import Finding, RefusedError, Severity, errors, refuse
from fairdue.core.invoice.recurring import Every, Span, due_spans
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.composing import compose
from fairdue.invoicing.documents.words import words
from fairdue.invoicing.models import Draft, Plan, PlanRun
from fairdue.invoicing.services.drafts import measure

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

AT_ONCE = 200
"""Plans that one transaction runs."""
SPANS_AT_ONCE = 60
"""Spans of one plan that one run catches up with; the next run goes on."""
MOST_COUNT = 60


@dataclass(frozen=True, slots=True)
class Made:
    """A draft that a plan made, and whether it is to be issued at once."""

    draft: UUID
    issues: bool


@dataclass(frozen=True, slots=True)
class PlanDraft:
    """A recurring invoice about to begin; `content` is that of a draft, without parties."""

    creditor: UUID
    debtor: UUID
    name: str
    content: dict[str, Any]
    currency: str
    every: str
    starts_on: date
    count: int = 1
    ends_on: date | None = None
    issues: bool = False
    """Whether its drafts are issued at once."""
    term: str | None = None


@command("invoicing.start_plan", Permission.INVOICES_DRAFT)
def start_plan(ctx: Ctx, *, plan: PlanDraft, today: date, key: str | None = None) -> UUID:
    """Start a plan; refuses what could not be issued on its first day, with every finding.

    `{from}`, `{to}` and `{period}` in names, descriptions and notes become the days of each span.
    """
    del key
    seller, buyer = masterdata.pair(ctx, plan.creditor, plan.debtor)
    if plan.issues:
        _may_issue(ctx)
    found = _refusals(plan)
    term = plan.term or str(buyer.term_days)
    if not found:
        start = plan.starts_on
        [span] = due_spans(start, Every(plan.every), plan.count, start.day, start, None)
        sample = spanned(plan.content, span, buyer.language)
        found += errors(compose(sample, plan.currency, term, seller, buyer, start)[1])
    if found:
        raise RefusedError(*found)
    row = Plan.objects.create(
        tenant_id=ctx.tenant, creditor_id=plan.creditor, debtor_id=plan.debtor, name=plan.name.strip(),
        content=plan.content, currency=plan.currency, term=term, every=plan.every, count=plan.count,
        starts_on=plan.starts_on, next_on=plan.starts_on, ends_on=plan.ends_on, issues=plan.issues,
        started_by=ctx.actor,
    )  # fmt: skip
    payload = {"name": row.name, "every": plan.every}
    record(ctx, NewFact("plan.started", today, row.id, plan.creditor, plan.debtor, payload))
    return row.id


def _may_issue(ctx: Ctx) -> None:
    if not ctx.may(Permission.INVOICES_ISSUE):
        raise refuse("permission.missing", "issues", "A plan that issues by itself is started by who may issue.")


def _refusals(plan: PlanDraft) -> list[Finding]:
    over = plan.ends_on is not None and plan.ends_on < plan.starts_on
    wrong = {
        "name": (not plan.name.strip(), "A plan has a name."),
        "every": (plan.every not in set(Every), f"{plan.every!r} is none of {', '.join(Every)}."),
        "count": (not 0 < plan.count <= MOST_COUNT, f"A plan counts 1 to {MOST_COUNT} of its unit."),
        "ends_on": (over, "A plan ends after it begins."),
    }
    return [
        Finding("plan.invalid", path, sentence, Severity.ERROR) for path, (broken, sentence) in wrong.items() if broken
    ]


@command("invoicing.set_plan_state", Permission.INVOICES_DRAFT)
def set_plan_state(ctx: Ctx, *, plan: UUID, state: str, reason: str, today: date, key: str | None = None) -> UUID:
    """Pause, resume or end a plan. What a paused plan missed is billed when it goes on; an ended one stays ended."""
    del key
    row: Plan | None = Plan.objects.select_for_update().filter(id=plan).first()
    if row is None or row.state == Plan.State.ENDED or state not in Plan.State.values:
        raise refuse("plan.closed", "plan", "There is no such plan, or it has ended.")
    row.state, row.changed_at = state, clock.now()
    row.save(update_fields=["state", "changed_at"])
    payload = {"name": row.name, "state": state, "reason": reason}
    record(ctx, NewFact("plan.changed", today, plan, row.creditor_id, row.debtor_id, payload))
    return plan


@command("invoicing.run_plans")
def run_plans(ctx: Ctx, *, today: date, key: str | None = None) -> list[Made]:
    """Draft what active plans owe by today, once for each span; returns the drafts. Running it again makes none."""
    del key
    due = Plan.objects.select_for_update(skip_locked=True).filter(state=Plan.State.ACTIVE, next_on__lte=today)
    plans = list(due.order_by("next_on", "id")[:AT_ONCE])
    if not plans:
        return []
    sellers = masterdata.sellers(ctx, [row.creditor_id for row in plans])
    buyers = masterdata.buyers(ctx, [row.debtor_id for row in plans])
    drafts: list[Draft] = []
    runs: list[PlanRun] = []
    facts: list[NewFact] = []
    for row in plans:
        every = Every(row.every)
        spans = due_spans(row.next_on, every, row.count, row.starts_on.day, today, row.ends_on)[:SPANS_AT_ONCE]
        for span in spans:
            draft = _drafted(ctx, row, span, sellers[row.creditor_id], buyers[row.debtor_id], today)
            drafts.append(draft)
            runs.append(_run(ctx, row, span, draft.id))
            facts += _facts(row, span, draft.id, today)
        row.next_on = _after(row, spans)
        if row.ends_on is not None and row.next_on > row.ends_on:
            row.state = Plan.State.ENDED
    Draft.objects.bulk_create(drafts)
    PlanRun.objects.bulk_create(runs)
    Plan.objects.bulk_update(plans, ["next_on", "state"])
    record_all(ctx, facts)
    issuing = {row.id: row.issues for row in plans}
    return [Made(run.draft_id, issuing[run.plan_id]) for run in runs]


def _after(row: Plan, spans: Sequence[Span]) -> date:
    """Return the first day after the last of `spans`; with none, the plan's end has passed."""
    if not spans:
        assert row.ends_on is not None
        return max(row.next_on, row.ends_on + timedelta(days=1))
    return spans[-1].end + timedelta(days=1)


def _drafted(ctx: Ctx, row: Plan, span: Span, seller: masterdata.Seller, buyer: masterdata.Buyer, today: date) -> Draft:
    draft = Draft(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, debtor_id=row.debtor_id, currency=row.currency,
        content=spanned(row.content, span, buyer.language), term=row.term, written_by=f"plan {row.name}"[:120],
    )  # fmt: skip
    measure(draft, seller, buyer, today)
    return draft


def _run(ctx: Ctx, row: Plan, span: Span, draft: UUID) -> PlanRun:
    return PlanRun(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, plan_id=row.id, starts_on=span.start, ends_on=span.end,
        draft_id=draft,
    )  # fmt: skip


def _facts(row: Plan, span: Span, draft: UUID, today: date) -> list[NewFact]:
    payload = {"name": row.name, "from": span.start.isoformat(), "to": span.end.isoformat(), "draft": str(draft)}
    return [
        NewFact("plan.drafted", today, row.id, row.creditor_id, row.debtor_id, payload),
        NewFact("draft.written", today, draft, row.creditor_id, row.debtor_id),
    ]


def spanned(content: dict[str, Any], span: Span, language: str) -> dict[str, Any]:
    """Return the content of a plan for one span: its days as the period of supply and in the texts."""
    text = words(language)
    start, end = text.date(span.start), text.date(span.end)
    places = {"{from}": start, "{to}": end, "{period}": f"{start} \u2013 {end}"}
    filled: dict[str, Any] = _filled(content, places)
    filled["period"] = {"start": span.start.isoformat(), "end": span.end.isoformat()}
    filled.pop("delivery", None)
    return filled


def _filled(value: Any, places: dict[str, str]) -> Any:
    if isinstance(value, str):
        for place, text in places.items():
            value = value.replace(place, text)
        return value
    if isinstance(value, list):
        return [_filled(one, places) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, places) for name, one in value.items()}
    return value
