"""Make a run: the file for the bank, the collections, the announcements. Or cancel it before it is sent."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Max, Q

from fairdue.cash.directdebit.announcing import Announced, announce
from fairdue.cash.directdebit.pain008 import Head, Order, write
from fairdue.cash.directdebit.proposing import Collect, RunProposal, propose_run
from fairdue.cash.models import BankAccount, DebitRun, DirectDebit, Mandate
from fairdue.cash.services.settings import settings_of
from fairdue.core import bankdays
from fairdue.core.directdebit import CURRENCY, NOTICE_DAYS, earliest, identifier_problem
from fairdue.core.findings import refuse
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.files import store
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.parties.services.accounts import reveal_accounts
from fairdue.receivables.services.ordering import set_end_to_end

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

State = DirectDebit.State


def notice_days(ctx: Ctx, creditor: UUID | None = None) -> int:
    """Return how many days before it a collection is announced: the creditor's setting, else 14."""
    return max(1, int(settings_of(ctx, creditor).get("prenotification_days", NOTICE_DAYS)))


def first_day(ctx: Ctx, today: date, creditor: UUID | None = None) -> date:
    """Return the first day on which a run of a creditor that is made today may collect."""
    return earliest(today, notice_days(ctx, creditor))


@command("cash.make_debit_run", Permission.CASH_APPLY)
def make_debit_run(
    ctx: Ctx, *, creditor: UUID, collect_on: date, today: date, scheme: str = "core",
    items: Collection[UUID] | None = None, key: str | None = None,
) -> UUID:  # fmt: skip
    """Order what is due (or some `items` of it) for a day; returns the run with its file.

    Refuses a day before the notice or on which banks are closed, a wrong creditor identifier, and a run of nothing.
    """
    del key
    first = first_day(ctx, today, creditor)
    if collect_on < first or collect_on != bankdays.on_or_after(collect_on):
        raise refuse(
            "debit_run.day", "collect_on",
            f"The first day after the notice is {first:%d %B %Y}; the day must be a bank day.",
        )  # fmt: skip
    identifier = _identifier(ctx, creditor)
    account = BankAccount.objects.filter(creditor_id=creditor, currency=CURRENCY).order_by("created_at").first()
    if account is None:
        raise refuse("debit_run.account", "creditor", f"The creditor has no bank account in {CURRENCY}.")
    Mandate.objects.select_for_update().filter(creditor_id=creditor).order_by("id").count()
    proposal = propose_run(ctx, creditor=creditor, collect_on=collect_on, today=today, scheme=scheme)
    chosen = [one for one in proposal.collects if items is None or one.item.id in items]
    if not chosen:
        raise refuse("debit_run.empty", "items", "There is nothing to collect on that day.")
    run_id = uuid7()
    reference = f"DD{collect_on:%y%m%d}{run_id.hex[-10:].upper()}"
    ids = {one.item.id: f"{reference}-{place:05d}" for place, one in enumerate(chosen, start=1)}
    content = _file(ctx, account, identifier, reference, proposal, chosen, ids)
    kept = store(ctx, content=content, name=f"{reference}.xml", media_type="application/xml", creditor=creditor)
    run = DebitRun.objects.create(
        tenant_id=ctx.tenant, id=run_id, creditor_id=creditor, bank_account_id=account.id, file_id=kept.id,
        reference=reference, scheme=scheme, collect_on=collect_on, count=len(chosen),
        amount=sum(one.amount for one in chosen), currency=CURRENCY, made_on=today, made_by=ctx.actor,
        excluded=[[str(one.item.id), one.item.number, one.reason] for one in proposal.excluded],
    )  # fmt: skip
    debits = _order(ctx, run, chosen, ids)
    set_end_to_end(ctx, ids=sorted(ids.items(), key=str), today=today)
    Mandate.objects.filter(id__in={one.mandate.id for one in chosen}).update(last_used_on=collect_on)
    told = [Announced(debit, one.item.number, one.mandate.reference) for debit, one in zip(debits, chosen, strict=True)]
    untold = announce(ctx, run, told, identifier)
    _tell(ctx, run, debits, untold, today)
    return run_id


def _identifier(ctx: Ctx, creditor: UUID) -> str:
    row = parties.creditor(ctx, creditor)
    if row is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    identifier = "".join(str(row.settings.get("creditor_identifier", "")).split()).upper()
    if problem := identifier_problem(identifier):
        raise refuse("debit_run.identifier", "creditor", problem)
    return identifier


def _file(
    ctx: Ctx, account: BankAccount, identifier: str, reference: str, proposal: RunProposal, chosen: list[Collect],
    ids: dict[UUID, str],
) -> bytes:  # fmt: skip
    creditor = parties.creditor(ctx, proposal.creditor)
    assert creditor is not None
    ibans = reveal_accounts(ctx, [one.mandate.account_id for one in chosen])
    head = Head(
        reference, creditor.name, account.number, creditor.bic if creditor.iban == account.number else "", identifier,
        proposal.scheme, proposal.collect_on, clock.now(),
    )  # fmt: skip
    return write(head, [
        Order(
            one.amount, one.item.debtor_name, ibans[one.mandate.account_id], one.mandate.reference,
            one.mandate.signed_on, one.sequence, ids[one.item.id], one.item.number,
        )
        for one in chosen
    ])  # fmt: skip


def _order(ctx: Ctx, run: DebitRun, chosen: list[Collect], ids: dict[UUID, str]) -> list[DirectDebit]:
    """Write the collections: those that were planned become ordered, the others are new; in the order of the file."""
    made = [_debit(ctx, run, one, ids[one.item.id]) for one in chosen]
    planned = [debit for debit, one in zip(made, chosen, strict=True) if one.planned is not None]
    fresh = [debit for debit, one in zip(made, chosen, strict=True) if one.planned is None]
    DirectDebit.objects.bulk_create(fresh)
    if planned:
        changed = ["state", "run_id", "amount", "collect_on", "end_to_end_id", "sequence", "mandate_id"]
        DirectDebit.objects.bulk_update(planned, changed)
    return made


def _debit(ctx: Ctx, run: DebitRun, one: Collect, end_to_end_id: str) -> DirectDebit:
    row = one.planned or DirectDebit(
        tenant_id=ctx.tenant, creditor_id=run.creditor_id, debtor_id=one.item.debtor_id, item_id=one.item.id,
        currency=run.currency,
    )  # fmt: skip
    row.state, row.run, row.amount, row.collect_on = State.ORDERED, run, one.amount, run.collect_on
    row.end_to_end_id, row.sequence, row.mandate = end_to_end_id, one.sequence, one.mandate
    return row


def _tell(ctx: Ctx, run: DebitRun, debits: list[DirectDebit], untold: tuple[UUID, ...], today: date) -> None:
    money = {"minor": run.amount, "currency": run.currency}
    payload: dict[str, Any] = {
        "count": run.count, "amount": money, "collect_on": run.collect_on, "reference": run.reference,
        "not_announced": [str(one) for one in untold], "bank_account": str(run.bank_account_id),
        "file": str(run.file_id),
    }  # fmt: skip
    record(ctx, NewFact("debit_run.made", today, run.id, run.creditor_id, None, payload))
    record_all(ctx, [
        NewFact("debit.ordered", today, one.id, one.creditor_id, one.debtor_id, {
            "amount": {"minor": one.amount, "currency": one.currency}, "collect_on": one.collect_on,
            "item": str(one.item_id), "end_to_end_id": one.end_to_end_id,
            "run": str(run.id), "mandate": str(one.mandate_id),
        })
        for one in debits
    ])  # fmt: skip


@command("cash.cancel_debit_run", Permission.CASH_APPLY)
def cancel_debit_run(ctx: Ctx, *, run: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Cancel a run whose file was not sent; announcements that have not gone out stay unsent.

    Refuses after its day, and once the bank has answered to it or money has come.
    """
    del key
    row = DebitRun.objects.select_for_update().filter(id=run, cancelled_on__isnull=True).first()
    if row is None or today >= row.collect_on:
        raise refuse("debit_run.cancelled", "run", "This run was cancelled already, or its day has come.")
    if not reason.strip():
        raise refuse("cash.reason", "reason", "Say why.")
    debits = DirectDebit.objects.select_for_update().filter(run_id=run).order_by("id")
    if any(one.state != State.ORDERED for one in debits):
        raise refuse("debit_run.answered", "run", "The bank has answered to this run; it cannot be cancelled any more.")
    row.cancelled_on, row.cancelled_by = today, ctx.actor
    row.save(update_fields=["cancelled_on", "cancelled_by"])
    mandates = {one.mandate_id for one in debits}
    DirectDebit.objects.filter(run_id=run).exclude(source_id=None).update(state=State.PLANNED, end_to_end_id="")
    DirectDebit.objects.filter(run_id=run, source_id=None).update(state=State.CANCELLED)
    DirectDebit.objects.filter(run_id=run, state=State.PLANNED).update(run_id=None)
    _unuse(mandates)
    payload = {"collect_on": row.collect_on, "reason": reason, "reference": row.reference}
    record(ctx, NewFact("debit_run.cancelled", today, row.id, row.creditor_id, None, payload))
    return run


def _unuse(mandates: set[UUID | None]) -> None:
    """Set the last use of mandates back to their last collection that was not cancelled."""
    used = ~Q(state__in=[State.CANCELLED, State.PLANNED])
    found = DirectDebit.objects.filter(used, mandate_id__in=mandates).values("mandate_id")
    last = {row["mandate_id"]: row["on"] for row in found.annotate(on=Max("collect_on"))}
    rows = list(Mandate.objects.filter(id__in=[one for one in mandates if one]))
    for row in rows:
        row.last_used_on = last.get(row.id)
    Mandate.objects.bulk_update(rows, ["last_used_on"])
