"""The bank's answer to a file of transfers (pain.002): what it took, what it refused, and why.

A refused transfer never left the account, so its refund did not happen: the money is on account again, and the task
waits again with the reason in words, for two people as before. An answer finds a refund by the message and the
end-to-end id of its last order; an answer read again, or one to an order that was refused before, finds nothing.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.formats.pain002 import Level, PaymentStatus, read_statuses
from fairdue.cash.models import Refund, RefundAnswer
from fairdue.cash.refunding.tasks import WAITS
from fairdue.core.findings import refuse
from fairdue.core.returned import reason_of
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.files import load
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors as receivables
from fairdue.receivables.services import restore_credit

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.models import StoredFile

TOOK = frozenset({"ACTC", "ACCP", "ACSP", "ACSC", "ACCC", "ACWC", "ACFC"})
"""Statuses by which a bank takes an order (ISO 20022, ExternalPaymentTransactionStatus1Code)."""
CANCELLED = "CANC"
"""The order was cancelled on request: nothing leaves the account."""


@dataclass(frozen=True, slots=True)
class Answered:
    """Refunds by what the bank said of them; `waiting` are those that it has not decided."""

    accepted: tuple[UUID, ...]
    rejected: tuple[UUID, ...]
    waiting: tuple[UUID, ...]


@command("cash.read_refund_answers", Permission.CASH_APPLY)
def read_refund_answers(ctx: Ctx, *, file: UUID, today: date, key: str | None = None) -> Answered:
    """Read a stored pain.002 file about files of refunds. The same file again changes nothing.

    Refuses a file that answers none of our files.
    """
    del key
    stored, content = load(ctx, file)
    answers = list(read_statuses(io.BytesIO(content)))
    _known({one.message_id for one in answers})
    last: dict[UUID, str] = {}
    for place, one in enumerate(answers, start=1):
        for row in _about(one):
            _keep(ctx, row, one, (stored, place), today)
            last[row.id] = _follow(ctx, row, one, today)
    by = {word: tuple(id_ for id_, said in last.items() if said == word) for word in ("took", "refused", "open")}
    return Answered(by["took"], by["refused"], by["open"])


def _known(messages: set[str]) -> None:
    """Refuse where no message is one of ours, ordered now or answered before."""
    names = messages - {""}
    if any(Refund.objects.filter(end_to_end_id__startswith=f"{name}-").exists() for name in names):
        return
    if not RefundAnswer.objects.filter(reference__in=names).exists():
        raise refuse("refund_file.unknown", "file", "The file answers none of our files of refunds.")


def _about(one: PaymentStatus) -> list[Refund]:
    """Return the ordered refunds that an answer is about: one, or all of the file, whose only batch it is."""
    if not one.message_id:
        return []
    found = Refund.objects.select_for_update().filter(
        state=Refund.State.PAID, file_id__isnull=False, end_to_end_id__startswith=f"{one.message_id}-"
    )
    if one.level is Level.PAYMENT:
        found = found.filter(end_to_end_id=one.end_to_end_id)
    elif one.status not in TOOK and not _refuses(one):
        return []  # accepted in part, or not decided: the payments say themselves what became of them
    return list(found.order_by("id"))


def _refuses(one: PaymentStatus) -> bool:
    return one.rejected or one.status == CANCELLED


def _keep(ctx: Ctx, row: Refund, one: PaymentStatus, told: tuple[StoredFile, int], today: date) -> None:
    file, place = told
    RefundAnswer.objects.get_or_create(
        tenant_id=ctx.tenant, refund_id=row.id, sha256=file.sha256, place=place,
        defaults={
            "creditor_id": row.creditor_id, "file_id": file.id, "reference": one.message_id[:35],
            "level": one.level.value, "status": one.status[:8], "code": one.reason[:40],
            "sentence": one.sentence[:300], "end_to_end_id": row.end_to_end_id, "read_on": today, "read_by": ctx.actor,
        },
    )  # fmt: skip


def _follow(ctx: Ctx, row: Refund, one: PaymentStatus, today: date) -> str:
    """Note what the bank said; what it refused waits again. Returns took, refused or open."""
    before = row.bank_status
    row.bank_status, row.bank_code, row.answered_on = one.status[:8], one.reason[:40], today
    if _refuses(one):
        _reopen(ctx, row, one, today)
        return "refused"
    row.save(update_fields=["bank_status", "bank_code", "answered_on"])
    if one.status not in TOOK:
        return "open"
    if before not in TOOK:
        record(ctx, NewFact("refund.accepted", today, row.id, row.creditor_id, row.debtor_id, {
            "amount": {"minor": row.amount, "currency": row.currency}, "reference": one.message_id,
        }))  # fmt: skip
    return "took"


def _reopen(ctx: Ctx, row: Refund, one: PaymentStatus, today: date) -> None:
    """Bring the money back on account, once, and let the task wait again, or end it where another one waits."""
    words = _words(one)
    ordered, reference = row.end_to_end_id, one.message_id
    restore_credit(ctx, group=_withdrawn(ctx, row), today=today, reason=f"the bank refused the refund: {words}")
    other = Refund.objects.filter(credit_id=row.credit_id, state__in=WAITS).exists()
    row.state = Refund.State.DISMISSED if other else Refund.State.OPEN
    row.file_id, row.approval_id, row.end_to_end_id, row.bank_words = None, None, "", words[:300]
    if not other:
        row.decided_on, row.decided_by = None, ""
    row.save(update_fields=["state", "file_id", "approval_id", "end_to_end_id", "bank_status", "bank_code",
                            "bank_words", "answered_on", "decided_on", "decided_by"])  # fmt: skip
    record(ctx, NewFact("refund.rejected", today, row.id, row.creditor_id, row.debtor_id, {
        "amount": {"minor": row.amount, "currency": row.currency}, "reason": words, "code": one.reason,
        "end_to_end_id": ordered, "reference": reference, "credit": str(row.credit_id),
    }))  # fmt: skip


def _words(one: PaymentStatus) -> str:
    """Return why, in words: the meaning of the code, and what the bank wrote."""
    meant = "the order was cancelled" if one.status == CANCELLED and not one.reason else reason_of(one.reason).words
    return f"{meant} ({one.sentence})" if one.sentence else meant


def _withdrawn(ctx: Ctx, row: Refund) -> UUID:
    """Return the group by which the money of a refund left the books."""
    found = [
        part.group_id
        for part in receivables.allocations(ctx, credit=row.credit_id)
        if part.kind == "withdrawal" and part.amount == row.amount and not part.reversed and not part.is_reversal
        and part.reason.startswith("refund: ")
    ]  # fmt: skip
    if not found:
        raise refuse("refund.gone", "refund", "What this refund took out of the payment is not there any more.")
    return found[0]
