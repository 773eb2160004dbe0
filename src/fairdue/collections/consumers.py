"""What collections answers: deductions become disputes, allocations settle promises, mails settle notices."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.collections.locks import lock_items
from fairdue.collections.models import Dispute, Notice
from fairdue.collections.services.disputes import open_dispute, resolve_dispute
from fairdue.collections.services.promises import reopen_promises, settle_promises
from fairdue.collections.services.tasks import open_task
from fairdue.foundation.facts import FactRow, NewFact, consume, record

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_DEDUCTED = {
    "complaint": "quality", "returned_goods": "returned", "shortage": "quantity", "price": "price", "bonus": "discount",
    "discount": "discount",
}  # fmt: skip
"""Reasons of cash for what was kept back that are reasons of a dispute; the others are a deduction."""
_WAYS = {"peppol": "Peppol", "portal": "the customer's portal"}
"""How an answer to an invoice came, in words."""


@consume("collections.open_disputes", "cash.deduction_recorded", batch=1)
def open_disputes(ctx: Ctx, facts: list[FactRow]) -> None:
    """Open a dispute over what a customer deducted; the fact is its source, so it is opened once.

    What was paid or credited since then is no longer contested; an item without residual opens nothing.
    """
    for fact in facts:
        payload = fact.payload
        rows = lock_items(ctx, [UUID(str(payload["item"]))])
        amount = min(int(payload["amount"]["minor"]), rows[0].residual if rows else 0)
        if amount > 0:
            open_dispute(
                ctx, item=rows[0].id, reason=_DEDUCTED.get(str(payload.get("code", "")), "deduction"), amount=amount,
                note=str(payload.get("reason", "")), source=fact.id, today=fact.happened_on,
            )  # fmt: skip


@consume("collections.withdraw_disputes", "cash.deduction_withdrawn", batch=1)
def withdraw_disputes(ctx: Ctx, facts: list[FactRow]) -> None:
    """End the dispute over a deduction whose payment was taken back; one that was resolved stays as it is."""
    for fact in facts:
        source = UUID(str(fact.payload["recorded"]))
        for row in Dispute.objects.filter(source_id=source, resolved_on__isnull=True).order_by("id"):
            resolve_dispute(
                ctx, dispute=row.id, outcome=Dispute.Outcome.WITHDRAWN, note="the payment was taken back",
                today=fact.happened_on,
            )  # fmt: skip


@consume(
    "collections.settle_promises", "item.allocated", "item.discounted", "item.written_off", "allocation.reversed"
)  # fmt: skip
def settle(ctx: Ctx, facts: list[FactRow]) -> None:
    """Look at the promises of customers whose money arrived or was taken back; each is known at once."""
    debtors = {fact.debtor_id for fact in facts if fact.debtor_id}
    today = max(fact.happened_on for fact in facts)
    back = {fact.debtor_id for fact in facts if fact.type == "allocation.reversed" and fact.debtor_id}
    if back:
        reopen_promises(ctx, debtors=sorted(back), today=today)
    settle_promises(ctx, debtors=sorted(debtors), today=today)


@consume("collections.settle_notices", "mail.sent", "mail.failed", "mail.cancelled", batch=1)
def settle_notices(ctx: Ctx, facts: list[FactRow]) -> None:
    """Note on the notice what became of its mail; one that failed asks for another address."""
    for fact in facts:
        if fact.payload.get("kind") == "collections.notice" and fact.type != "mail.cancelled":
            _settle_notice(ctx, fact)


def _settle_notice(ctx: Ctx, fact: FactRow) -> None:
    row = Notice.objects.select_for_update().get(id=UUID(fact.payload["context"]["notice"]))
    if row.state != Notice.State.PLANNED:
        return
    sent = fact.type == "mail.sent"
    row.state, row.settled_on = Notice.State.SENT if sent else Notice.State.FAILED, fact.happened_on
    row.state_reason = "" if sent else str(fact.payload.get("reason", ""))[:500]
    row.save(update_fields=["state", "state_reason", "settled_on"])
    if sent:
        payload = {"template": row.template, "level": row.level, "recipient": row.recipient}
        record(ctx, NewFact("notice.sent", fact.happened_on, row.id, row.creditor_id, row.debtor_id, payload))
        return
    open_task(
        ctx, debtor=row.debtor_id, kind="master_data", reason=f"mail to {row.recipient} failed: {row.state_reason}",
        due_on=fact.happened_on, today=fact.happened_on, dedup=f"failed:{row.id}", source=row.id,
    )  # fmt: skip


@consume("collections.find_address", "debtor.verified", batch=1)
def find_address(ctx: Ctx, facts: list[FactRow]) -> None:
    """Ask for another address where post or mail came back; once each time that one did."""
    for fact in facts:
        payload = fact.payload
        if payload.get("state") == "returned" and fact.debtor_id:
            value = str(payload.get("value", ""))
            why = str(payload.get("detail") or payload.get("source") or "")
            open_task(
                ctx, debtor=fact.debtor_id, kind="master_data", due_on=fact.happened_on, today=fact.happened_on,
                reason=f"{payload['what']} {value} came back: {why}", source=fact.id,
                dedup=f"returned:{fact.id}",
            )  # fmt: skip


def _told(fact: FactRow) -> str:
    """Return why an invoice was refused, and by which way that was told."""
    reason, source = str(fact.payload.get("reason", "")), str(fact.payload.get("source", ""))
    return f"{reason} (told through {_WAYS.get(source, source)})" if source else reason


@consume("collections.answer_refusals", "invoice.refused", "invoice.rejected", batch=1)
def answer_refusals(ctx: Ctx, facts: list[FactRow]) -> None:
    """Contest what the customer refuses, once for each answer; nobody reminds for it until that is settled.

    An invoice that the network rejected was never received: it is contested as an error on the invoice.
    """
    for fact in facts:
        rows = lock_items(ctx, [fact.subject_id]) if fact.subject_id else []
        if rows and rows[0].residual > 0:
            open_dispute(
                ctx, item=rows[0].id, reason="invoice_error" if fact.type == "invoice.rejected" else "other",
                note=_told(fact), source=fact.id, today=fact.happened_on,
            )  # fmt: skip
