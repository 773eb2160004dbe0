"""Recalls: the payer's bank asks for a payment back (camt.056). Two people decide; nothing goes back by itself."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from fairdue.cash.formats.camt056 import REFUSALS, RecallAnswer, RecallRequest, read_recalls, write_answer
from fairdue.cash.models import BankAccount, BankLine, CashApplication, Recall
from fairdue.core import bankdays
from fairdue.core.findings import refuse
from fairdue.core.money import Money
from fairdue.core.returned import reason_of
from fairdue.foundation import clock
from fairdue.foundation.accounts import person_behind
from fairdue.foundation.approvals import approval, decide, propose
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.files import load, store
from fairdue.foundation.ids import uuid7
from fairdue.foundation.models import Approval
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

ANSWER_DAYS = 15
"""Bank days until the answer is due (SCT rulebook EPC125-05; not confirmed at the source)."""
AROUND = timedelta(days=10)
OURS = (BankLine.State.RECEIVED, BankLine.State.PROPOSED, BankLine.State.APPLIED, BankLine.State.ON_ACCOUNT)
"""States of a payment that we hold."""
_WAITS = (Recall.State.UNKNOWN, Recall.State.ASKED)


@command("cash.propose_recall", Permission.REFUND_PROPOSE)
def propose_recall(ctx: Ctx, *, line: UUID, code: str, today: date, key: str | None = None) -> UUID:
    """Ask a second person whether a payment may go back as its bank asks; returns the approval that waits.

    Refuses what is no payment that we hold, and a second request while one waits.
    """
    del key
    row = BankLine.objects.filter(id=line).first()
    if row is None or row.state not in OURS or row.credit_id is None:
        raise refuse("recall.line", "line", "This is no payment that we hold.")
    reason = reason_of(code)
    applied = CashApplication.objects.filter(line_id=line, reversed_on__isnull=True).first()
    money = Money(row.amount, row.currency)
    return propose(
        ctx, kind="recall", subject=line, title=f"Let {money} of {row.payer_name or 'an unknown payer'} go back",
        payload={"line": str(line), "code": reason.code, "reason": reason.words}, today=today,
        creditor=row.creditor_id, debtor=applied.debtor_id if applied else None,
    )  # fmt: skip


@approval("recall", Permission.REFUND_APPROVE)
def agree_to_recall(ctx: Ctx, payload: dict[str, Any], today: date) -> object:
    """Record that the payment may go back; the items open when the bank has taken the money (its line says FOCR)."""
    row = BankLine.objects.get(id=UUID(str(payload["line"])))
    if row.state not in OURS:
        raise refuse("recall.line", "line", "The payment went back already.")
    about = {"amount": {"minor": row.amount, "currency": row.currency}, "code": payload["code"],
             "reason": payload["reason"]}  # fmt: skip
    record(ctx, NewFact("payment.recall_agreed", today, row.id, row.creditor_id, None, about))
    for asked in Recall.objects.select_for_update().filter(line_id=row.id, state=Recall.State.ASKED).order_by("id"):
        _answer(ctx, asked, Recall.State.AGREED, "", "", today)
    return row.id


@command("cash.import_recalls", Permission.CASH_APPLY)
def import_recalls(
    ctx: Ctx, *, file: UUID, today: date, creditor: UUID | None = None, key: str | None = None
) -> list[UUID]:
    """Keep the requests of a stored camt.056 file; one whose payment leaves no doubt asks a second person at once.

    The same request again changes nothing. `creditor` is needed where the file names none of our accounts.
    """
    del key
    stored, content = load(ctx, file)
    made = []
    for asked in read_recalls(io.BytesIO(content)):
        owner = _creditor(ctx, asked, creditor)
        same = {"creditor_id": owner, "message_id": asked.message_id, "cancellation_id": asked.cancellation_id}
        if Recall.objects.filter(**same).exists():
            continue
        line = _line(owner, asked)
        row = Recall.objects.create(
            tenant_id=ctx.tenant, id=uuid7(), **same, file_id=stored.id, received_on=today,
            answer_by=bankdays.after(today, ANSWER_DAYS), recorded_by=ctx.actor, **_said(asked),
        )  # fmt: skip
        about = {"amount": {"minor": row.amount, "currency": row.currency}, "payer": row.payer or "an unknown payer",
                 "reason": reason_of(row.code).words}  # fmt: skip
        record(ctx, NewFact("payment.recall_asked", today, row.id, owner, None, about))
        if line is not None:
            _ask(ctx, row, line, today)
        made.append(UUID(str(row.id)))
    return made


def _said(asked: RecallRequest) -> dict[str, Any]:
    names = ("case_id", "asked_by", "asked_of", "original_message", "original_kind", "end_to_end_id",
             "transaction_id", "amount", "currency", "settled_on", "payer", "code", "words")  # fmt: skip
    most = {"payer": 140, "words": 300, "asked_by": 60, "asked_of": 60}
    values = {name: getattr(asked, name) for name in names}
    return {name: value[: most.get(name, 40)] if isinstance(value, str) else value for name, value in values.items()}


def _creditor(ctx: Ctx, asked: RecallRequest, creditor: UUID | None) -> UUID:
    account = (
        BankAccount.objects.filter(number="".join(asked.account.split()).upper()).first() if asked.account else None
    )
    if account is not None:
        return UUID(str(account.creditor_id))
    known = parties.creditors(ctx)
    if creditor is None and len(known) != 1:
        raise refuse("recall.creditor", "creditor", "The file names none of our accounts: say whose payment it is.")
    return creditor or known[0].id


def _line(creditor: UUID, asked: RecallRequest) -> UUID | None:
    """Return the payment that is asked back if just one of ours fits: the amount, and an id or payer and day."""
    found = BankLine.objects.filter(
        creditor_id=creditor, amount=asked.amount, currency=asked.currency, state__in=OURS, credit_id__isnull=False
    )
    ids = {asked.end_to_end_id, asked.transaction_id} - {""}
    named = list(found.filter(Q(end_to_end_id__in=ids) | Q(bank_reference__in=ids))[:2]) if ids else []
    if not named and asked.settled_on and asked.payer:
        near = (asked.settled_on - AROUND, asked.settled_on + AROUND)
        named = list(found.filter(payer_name__iexact=asked.payer, booked_on__range=near)[:2])
    return UUID(str(named[0].id)) if len(named) == 1 else None


def _ask(ctx: Ctx, row: Recall, line: UUID, today: date) -> None:
    waits = propose_recall(ctx, line=line, code=row.code, today=today)
    Recall.objects.filter(id=row.id).update(approval_id=waits, line_id=line, state=Recall.State.ASKED)


@command("cash.link_recall", Permission.CASH_APPLY)
def link_recall(ctx: Ctx, *, recall: UUID, line: UUID, today: date, key: str | None = None) -> UUID:
    """Say which payment a request means; a second person is asked. Refuses another amount and a decided request."""
    del key
    row = _waiting(recall)
    found = BankLine.objects.filter(id=line, creditor_id=row.creditor_id).first()
    if found is None or (found.amount, found.currency) != (row.amount, row.currency):
        raise refuse("recall.line", "line", f"No payment of this creditor over {Money(row.amount, row.currency)}.")
    _ask(ctx, row, line, today)
    return recall


@command("cash.refuse_recall", Permission.REFUND_APPROVE)
def refuse_recall(ctx: Ctx, *, recall: UUID, code: str, today: date, note: str = "", key: str | None = None) -> UUID:
    """Answer a request with no, with a code of the answer; returns the stored answer (camt.029).

    What waits for a second person is decided by it: nobody can agree to what the bank was refused.
    """
    del key
    row = _waiting(recall)
    if code not in REFUSALS:
        raise refuse("recall.refusal", "code", f"An answer is one of {', '.join(REFUSALS)}.")
    kept = _refused(ctx, row, code, note, today)
    if Approval.objects.filter(id=row.approval_id, state=Approval.State.PENDING).exists():
        decide(ctx, approval=row.approval_id, approve=False, today=today, note=REFUSALS[code])
    return kept


def follow_rejection(ctx: Ctx, *, waits: UUID, by: str, today: date) -> None:
    """Answer the bank when the second person said no; a proposal taken back by its own person asks again which payment.

    The note of the second person is for the proposer and stays here.
    """
    row = Recall.objects.select_for_update().filter(approval_id=waits, state=Recall.State.ASKED).first()
    if row is None:
        return
    if person_behind(by) == person_behind(Approval.objects.get(id=waits).proposed_by):
        Recall.objects.filter(id=row.id).update(state=Recall.State.UNKNOWN, line_id=None, approval_id=None)
    else:
        _refused(replace(ctx, actor=by), row, "CUST", "", today)


def _refused(ctx: Ctx, row: Recall, code: str, note: str, today: date) -> UUID:
    kept = _answer(ctx, row, Recall.State.REFUSED, code, note, today)
    about = {"amount": {"minor": row.amount, "currency": row.currency}, "reason": REFUSALS[code]}
    record(ctx, NewFact("payment.recall_refused", today, row.id, row.creditor_id, None, about))
    return kept


def _waiting(recall: UUID) -> Recall:
    row: Recall | None = Recall.objects.select_for_update().filter(id=recall, state__in=_WAITS).first()
    if row is None:
        raise refuse("recall.decided", "recall", "This request is decided already, or was never received.")
    return row


def _answer(ctx: Ctx, row: Recall, state: str, refusal: str, note: str, today: date) -> UUID:
    """Write the answer for the bank, and keep it; returns the stored file."""
    creditor = parties.creditor(ctx, row.creditor_id)
    asked = RecallRequest(
        row.message_id, row.asked_by, row.asked_of, row.amount, row.currency, row.case_id, row.cancellation_id,
        row.original_message, row.original_kind, row.end_to_end_id, row.transaction_id, row.settled_on,
    )  # fmt: skip
    answer_id = f"RA{today:%y%m%d}{row.id.hex[-12:].upper()}"
    said = RecallAnswer(asked, answer_id, clock.now(), creditor.name if creditor else "")
    content = write_answer(replace(said, refusal=refusal, note=note))
    kept = store(ctx, content=content, name=f"{answer_id}.xml", media_type="application/xml", creditor=row.creditor_id)
    Recall.objects.filter(id=row.id).update(
        state=state, refusal=refusal, note=note[:300], answer_id=kept.id, answered_on=today, answered_by=ctx.actor
    )
    return UUID(str(kept.id))
