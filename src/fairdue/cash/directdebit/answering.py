"""What becomes of collections: refused by the bank, returned by it, collected; and the next attempt."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.directdebit.mandates import stop_mandate
from fairdue.cash.formats.pain002 import Level, PaymentStatus, read_statuses
from fairdue.cash.models import DebitAnswer, DebitRun, DirectDebit, Mandate
from fairdue.cash.services.settings import settings_of
from fairdue.core.findings import refuse
from fairdue.core.returned import MOST_RETRIES, PAYDAY, STOPS_DEBIT, NextStep, Reason, reason_of, retry_on
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.files import load
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.models import StoredFile

State = DirectDebit.State
_FAILABLE = (State.ORDERED, State.COLLECTED)


@command("cash.read_debit_answers", Permission.CASH_APPLY)
def read_debit_answers(ctx: Ctx, *, file: UUID, today: date, key: str | None = None) -> list[UUID]:
    """Read a stored pain.002 file; returns the collections that it refuses. The same file again changes nothing.

    Refuses a file that answers none of our runs.
    """
    del key
    stored, content = load(ctx, file)
    answers = list(read_statuses(io.BytesIO(content)))
    runs = {run.reference: run for run in DebitRun.objects.filter(reference__in={one.message_id for one in answers})}
    if not runs:
        raise refuse("debit_run.unknown", "file", "The file answers none of our direct debit runs.")
    refused: list[UUID] = []
    kept: list[DebitAnswer] = []
    for place, one in enumerate(answers, start=1):
        if one.message_id not in runs:
            continue
        found = _answered(runs[one.message_id], one) if one.rejected else []
        refused += [debit.id for debit in found]
        fail(ctx, found, one.reason, State.REJECTED, today)
        kept.append(_kept(ctx, runs[one.message_id], one, (stored, place), len(found), today))
    DebitAnswer.objects.bulk_create(kept, ignore_conflicts=True)  # the same file again is known
    return refused


def _kept(
    ctx: Ctx, run: DebitRun, one: PaymentStatus, told: tuple[StoredFile, int], refused: int, today: date
) -> DebitAnswer:
    file, place = told
    return DebitAnswer(
        tenant_id=ctx.tenant, creditor_id=run.creditor_id, run_id=run.id, file_id=file.id, sha256=file.sha256,
        place=place, level=one.level.value, status=one.status[:8], code=one.reason[:40], sentence=one.sentence[:300],
        batch_id=one.batch_id[:40], end_to_end_id=one.end_to_end_id[:40], refused=refused, read_on=today,
        read_by=ctx.actor,
    )  # fmt: skip


def _answered(run: DebitRun, one: PaymentStatus) -> list[DirectDebit]:
    """Return the collections on their way that an answer is about: one, those of a batch, or all."""
    found = DirectDebit.objects.select_for_update().filter(run_id=run.id, state=State.ORDERED).order_by("id")
    if one.level is Level.PAYMENT:
        found = found.filter(end_to_end_id=one.end_to_end_id)
    if one.level is Level.BATCH:
        order = list(dict.fromkeys(DirectDebit.objects.filter(run_id=run.id).order_by("end_to_end_id")
                                   .values_list("sequence", flat=True)))  # fmt: skip
        place = one.batch_id.rpartition("-")[2]
        wanted = order[int(place[:9]) - 1] if place.isdecimal() and 0 < int(place[:9]) <= len(order) else ""
        found = found.filter(sequence=wanted)
    return list(found)


def fail(ctx: Ctx, debits: Sequence[DirectDebit], code: str, state: str, today: date) -> None:
    """Note that collections failed for a reason, stop mandates or plan the next attempt as the reason asks for."""
    if not debits:
        return
    reason = reason_of(code)
    for debit in debits:
        debit.state, debit.code = state, reason.code
    DirectDebit.objects.bulk_update(list(debits), ["state", "code"])
    if state == State.REJECTED:
        _tell(ctx, debits, reason, today)
    if reason.step in STOPS_DEBIT:
        _stop(ctx, {one.mandate_id for one in debits if one.mandate_id}, reason, today)
    if reason.step is NextStep.RETRY:
        _plan_again(ctx, debits, today)


def _stop(ctx: Ctx, mandates: set[UUID], reason: Reason, today: date) -> None:
    for row in Mandate.objects.filter(id__in=mandates, state=Mandate.State.ACTIVE).order_by("id"):
        stop_mandate(ctx, mandate=row.id, reason=f"{reason.code} {reason.words}", today=today)


def _plan_again(ctx: Ctx, debits: Sequence[DirectDebit], today: date) -> None:
    own = settings_of(ctx, debits[0].creditor_id)
    most, payday = int(own.get("debit_retries", MOST_RETRIES)), int(own.get("payday", PAYDAY))
    planned = [
        DirectDebit(
            tenant_id=ctx.tenant, creditor_id=one.creditor_id, debtor_id=one.debtor_id, item_id=one.item_id,
            mandate_id=one.mandate_id, amount=one.amount, currency=one.currency, collect_on=day,
            attempt=one.attempt + 1, state=State.PLANNED, source_id=one.id,
        )
        for one in debits
        if (day := retry_on(today, one.attempt, most=most, payday=payday)) is not None
    ]  # fmt: skip
    plan(ctx, planned, today)


def plan(ctx: Ctx, planned: Sequence[DirectDebit], today: date) -> None:
    """Write planned collections and record that they are."""
    DirectDebit.objects.bulk_create(list(planned))
    record_all(ctx, [
        NewFact("debit.planned", today, one.id, one.creditor_id, one.debtor_id, {
            "amount": {"minor": one.amount, "currency": one.currency}, "collect_on": one.collect_on,
            "item": str(one.item_id), "attempt": one.attempt,
        })
        for one in planned
    ])  # fmt: skip


def _tell(ctx: Ctx, debits: Sequence[DirectDebit], reason: Reason, today: date) -> None:
    """Record that the bank refused collections; the money never came, so nothing is taken back."""
    rows = receivables.items(ctx, ids=[one.item_id for one in debits], limit=len(debits))
    numbers = {row.id: row.number for row in rows}
    record_all(ctx, [
        NewFact("debit.rejected", today, one.id, one.creditor_id, one.debtor_id, {
            "amount": {"minor": one.amount, "currency": one.currency}, "code": reason.code, "reason": reason.words,
            "step": reason.step.value, "items": [str(one.item_id)], "numbers": numbers[one.item_id],
            "end_to_end_id": one.end_to_end_id,
        })
        for one in debits
    ])  # fmt: skip


def returned(ctx: Ctx, items: Sequence[UUID], code: str, today: date) -> None:
    """Note that collected money of items went back."""
    found = DirectDebit.objects.select_for_update().filter(item_id__in=list(items), state__in=_FAILABLE)
    newest = {one.item_id: one for one in found.order_by("collect_on", "id")}
    fail(ctx, list(newest.values()), code, State.RETURNED, today)


def collected(items: Sequence[UUID], on: date) -> None:
    """Note that the money of ordered collections of items has come."""
    DirectDebit.objects.filter(item_id__in=list(items), state=State.ORDERED, collect_on__lte=on).update(
        state=State.COLLECTED
    )
