"""Promises and payment plans: taken, cancelled, and settled from what was really allocated."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection

from fairdue.collections import formats
from fairdue.collections.locks import lock_items
from fairdue.collections.models import Instalment, Promise, PromiseItem
from fairdue.collections.services.tasks import open_task
from fairdue.core.contact import HoldReason
from fairdue.core.findings import refuse
from fairdue.core.money import Money
from fairdue.core.promise import (
    Frequency,
    PlanState,
    PromiseState,
    Receipt,
    add_bank_days,
    equal_instalments,
    plan_verdict,
    promise_verdict,
)
from fairdue.core.promise import Instalment as Part
from fairdue.core.promise import Promise as Pledge
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.foundation.sqlfiles import sql
from fairdue.foundation.tabular.dates import OTHER_AGE, is_of_another_age
from fairdue.receivables.services import HoldDraft, place_holds, release_holds

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from fairdue.collections.locks import LockedItem
    from fairdue.foundation.context import Ctx


@command("collections.take_promise", Permission.COLLECTIONS_ACT)
def take_promise(
    ctx: Ctx, *, items: Sequence[UUID], amount: int, promised_on: date, today: date, method: str = "",
    contact: str = "", note: str = "", key: str | None = None,
) -> UUID:  # fmt: skip
    """Take a promise to pay `amount` minor units for these items by a date; it pauses only those items.

    Refuses items of several debtors or currencies, more than is open, a date in the past, and items that
    have an open promise already.
    """
    del key
    rows = _promisable(ctx, items, amount, promised_on, today)
    promise = _create(
        ctx, rows, Promise.Kind.PROMISE, amount, promised_on, today, method=method, contact=contact, note=note
    )
    free = add_bank_days(promised_on, promise.grace_bank_days) + timedelta(days=1)
    _hold(ctx, rows, promise, HoldReason.PROMISE_TO_PAY, free, today)
    payload = {
        "amount": {"minor": amount, "currency": promise.currency}, "promised_on": promised_on.isoformat(),
        "items": [row.number for row in rows], "contact": contact, "item_ids": [str(row.id) for row in rows],
    }  # fmt: skip
    record(ctx, NewFact("promise.made", today, promise.id, promise.creditor_id, promise.debtor_id, payload))
    return UUID(str(promise.id))


@command("collections.agree_plan", Permission.COLLECTIONS_ACT)
def agree_plan(
    ctx: Ctx, *, items: Sequence[UUID], count: int, first_on: date, frequency: str, today: date,
    amount: int | None = None, note: str = "", method: str = "", key: str | None = None,
) -> UUID:  # fmt: skip
    """Agree a plan of equal instalments over these items (all that is open, or `amount` minor units).

    With the method `direct_debit` the instalments are collected under the customer's mandate.
    """
    del key
    _refuse_day(first_on, today)
    total = amount if amount is not None else sum(row.residual for row in lock_items(ctx, items))
    parts = equal_instalments(total, count, first_on, Frequency(frequency))
    last = parts[-1].due_on
    rows = _promisable(ctx, items, total, first_on, today)
    plan = _create(ctx, rows, Promise.Kind.PLAN, total, last, today, method=method, note=note)
    Instalment.objects.bulk_create(
        Instalment(
            tenant_id=ctx.tenant, creditor_id=plan.creditor_id, promise_id=plan.id, due_on=part.due_on,
            amount=part.amount_minor,
        )
        for part in parts
    )  # fmt: skip
    free = add_bank_days(last, plan.grace_bank_days) + timedelta(days=1)
    _hold(ctx, rows, plan, HoldReason.PAYMENT_PLAN, free, today)
    payload = {
        "amount": {"minor": total, "currency": plan.currency}, "count": count, "last_on": str(last), "method": method,
        "items": [str(row.id) for row in sorted(rows, key=lambda row: (row.due_on, row.id))],
        "instalments": [{"due_on": str(part.due_on), "minor": part.amount_minor} for part in parts],
    }  # fmt: skip
    record(ctx, NewFact("plan.agreed", today, plan.id, plan.creditor_id, plan.debtor_id, payload))
    return UUID(str(plan.id))


@command("collections.cancel_promise", Permission.COLLECTIONS_ACT)
def cancel_promise(ctx: Ctx, *, promise: UUID, today: date, key: str | None = None) -> UUID:
    """Take an open promise or plan back; its holds end today."""
    del key
    row = Promise.objects.select_for_update().get(id=promise)
    if row.verdict != PromiseState.OPEN:
        raise refuse("promise.settled", "promise", f"It is {row.verdict.replace('_', ' ')} already.")
    row.verdict, row.verdict_on, row.cancelled_on = PromiseState.CANCELLED, today, today
    row.save(update_fields=["verdict", "verdict_on", "cancelled_on"])
    release_holds(ctx, source=promise, today=today)
    _record(ctx, row, "promise.cancelled", 0, today)
    return promise


def _promisable(ctx: Ctx, items: Sequence[UUID], amount: int, first_on: date, today: date) -> list[LockedItem]:
    rows = lock_items(ctx, items)
    if not rows or len(rows) != len(set(items)):
        raise refuse("promise.items", "items", "Name the open items that the promise covers.")
    if len({(row.debtor_id, row.currency) for row in rows}) > 1:
        raise refuse("promise.items", "items", "A promise is of one customer in one currency.")
    _refuse_day(first_on, today)
    open_minor = sum(row.residual for row in rows)
    if not 0 < amount <= open_minor:
        open_text = Money(open_minor, rows[0].currency)
        raise refuse("promise.amount", "amount", f"The amount must be above zero and within the open {open_text}.")
    running = PromiseItem.objects.filter(
        item_id__in=[row.id for row in rows],
        promise_id__in=Promise.objects.filter(verdict="open").values("id"),
    )
    if running.exists():
        raise refuse("promise.twice", "items", "One of the items has an open promise already.")
    return rows


def _refuse_day(first_on: date, today: date) -> None:
    """Refuse a day that is over, and a system's “never”, from which no bank days can be counted."""
    if first_on < today:
        raise refuse("promise.date", "promised_on", "The promised date is in the past.")
    if is_of_another_age(first_on):
        raise refuse("promise.date", "promised_on", f"Nobody promises for another age: {OTHER_AGE}.")


def _create(
    ctx: Ctx, rows: Sequence[LockedItem], kind: str, amount: int, promised_on: date, today: date, **told: str
) -> Promise:
    first = rows[0]
    promise: Promise = Promise.objects.create(
        tenant_id=ctx.tenant, creditor_id=first.creditor_id, debtor_id=first.debtor_id, kind=kind,
        currency=first.currency, amount=amount, promised_on=promised_on, made_on=today, taken_by=ctx.actor, **told,
    )  # fmt: skip
    PromiseItem.objects.bulk_create(
        PromiseItem(tenant_id=ctx.tenant, creditor_id=row.creditor_id, promise_id=promise.id, item_id=row.id)
        for row in rows
    )
    return promise


def _hold(ctx: Ctx, rows: Sequence[LockedItem], promise: Promise, reason: HoldReason, free: date, today: date) -> None:
    holds = [HoldDraft(row.creditor_id, row.debtor_id, reason, today, row.id, free, source=promise.id) for row in rows]
    place_holds(ctx, holds=holds, today=today)


@command("collections.settle_promises")
def settle_promises(ctx: Ctx, *, today: date, debtors: Sequence[UUID] | None = None, key: str | None = None) -> int:
    """Derive every open promise and plan anew from the allocations; records what became of each, once.

    A broken one gives its items free at once and puts a task on today's worklist.
    """
    del key
    rows = Promise.objects.select_for_update().filter(verdict=PromiseState.OPEN).order_by("id")
    if debtors is not None:
        rows = rows.filter(debtor_id__in=list(debtors))
    promises = list(rows)
    settled = 0
    for row, verdict, missing in _judged(ctx, promises, today):
        if verdict != PromiseState.OPEN:
            _settle(ctx, row, verdict, missing, today)
            settled += 1
    return settled


@command("collections.reopen_promises")
def reopen_promises(ctx: Ctx, *, debtors: Sequence[UUID], today: date, key: str | None = None) -> int:
    """Derive kept promises and plans anew after money was taken back; returns how many are no longer kept.

    One whose last day is not over holds its items again. One whose day is over is broken (or partly kept)
    now: its items stay free and a task says so. A second time there is nothing left to reopen.
    """
    del key
    rows = Promise.objects.select_for_update().filter(verdict=PromiseState.KEPT, debtor_id__in=list(debtors))
    reopened = 0
    for row, verdict, missing in _judged(ctx, list(rows.order_by("id")), today):
        if verdict == PromiseState.KEPT:
            continue
        reopened += 1
        _record(ctx, row, "promise.reopened", missing, today)
        if verdict != PromiseState.OPEN:
            _settle(ctx, row, verdict, missing, today, again=f":{row.verdict_on}")
            continue
        row.verdict, row.verdict_on = PromiseState.OPEN, None
        row.save(update_fields=["verdict", "verdict_on"])
        _hold_again(ctx, row, today)
    return reopened


def _judged(ctx: Ctx, promises: Sequence[Promise], today: date) -> Iterator[tuple[Promise, str, int]]:
    """Yield each promise with its derived verdict and what is missing of it."""
    ids = [row.id for row in promises]
    receipts = receipts_of(ctx, ids)
    parts: dict[UUID, list[Part]] = defaultdict(list)
    for part in Instalment.objects.filter(promise_id__in=ids).order_by("due_on"):
        parts[part.promise_id].append(Part(part.due_on, part.amount))
    for row in promises:
        yield row, *verdict_of(row, receipts.get(row.id, []), parts.get(row.id, []), today)


def _hold_again(ctx: Ctx, row: Promise, today: date) -> None:
    items = PromiseItem.objects.filter(promise_id=row.id).values_list("item_id", flat=True)
    reason = HoldReason.PAYMENT_PLAN if row.kind == Promise.Kind.PLAN else HoldReason.PROMISE_TO_PAY
    free = add_bank_days(row.promised_on, row.grace_bank_days) + timedelta(days=1)
    _hold(ctx, lock_items(ctx, list(items)), row, reason, free, today)


def receipts_of(ctx: Ctx, promises: Sequence[UUID]) -> dict[UUID, list[Receipt]]:
    """Return what reached the items of promises, by promise: payments and their reversals, not write-offs."""
    found: dict[UUID, list[Receipt]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(sql("collections", "receipts"), {"tenant": ctx.tenant, "promises": list(promises)})
        for promise, on, amount in cursor.fetchall():
            found[promise].append(Receipt(on, int(amount)))
    return found


def verdict_of(row: Promise, receipts: Sequence[Receipt], parts: Sequence[Part], today: date) -> tuple[str, int]:
    """Return (verdict word, missing minor units) of a promise or plan as of a day."""
    if row.kind == Promise.Kind.PROMISE:
        pledge = Pledge(row.amount, row.promised_on, row.made_on, row.grace_bank_days)
        found = promise_verdict(pledge, receipts, today)
        return found.state.value, found.missing_minor
    plan = plan_verdict(tuple(parts), receipts, made_on=row.made_on, today=today, grace_bank_days=row.grace_bank_days)
    missing = max(row.amount - sum(r.minor for r in receipts if row.made_on <= r.on <= today), 0)
    words = {PlanState.RUNNING: PromiseState.OPEN, PlanState.COMPLETED: PromiseState.KEPT}
    return words.get(plan.state, PromiseState.BROKEN).value, missing


def _settle(ctx: Ctx, row: Promise, verdict: str, missing: int, today: date, again: str = "") -> None:
    row.verdict, row.verdict_on = verdict, today
    row.save(update_fields=["verdict", "verdict_on"])
    release_holds(ctx, source=row.id, today=today)
    is_plan = row.kind == Promise.Kind.PLAN
    name = {"kept": "completed"}.get(verdict, "broken") if is_plan else verdict
    _record(ctx, row, f"{'plan' if is_plan else 'promise'}.{name}", missing, today)
    if verdict in {PromiseState.BROKEN, PromiseState.PARTLY_KEPT}:
        amount = formats.amount(row.amount, row.currency, "en")
        left = formats.amount(missing, row.currency, "en")
        # The screens set the kind before the reason, "Broken promise", so the reason need not say it again.
        promised = f"{amount} {'in instalments' if is_plan else 'promised'} by {formats.day(row.promised_on, 'en')}"
        reason = f"{promised}, {left if missing != row.amount else 'all of it'} missing"
        open_task(ctx, debtor=row.debtor_id, kind="promise_broken", reason=reason, due_on=today, today=today,
                  dedup=f"promise:{row.id}{again}", source=row.id)  # fmt: skip


def _record(ctx: Ctx, row: Promise, fact: str, missing: int, today: date) -> None:
    payload = {
        "amount": {"minor": row.amount, "currency": row.currency},
        "missing": {"minor": missing, "currency": row.currency},
        "promised_on": row.promised_on.isoformat(),
    }
    record(ctx, NewFact(fact, today, row.id, row.creditor_id, row.debtor_id, payload))
