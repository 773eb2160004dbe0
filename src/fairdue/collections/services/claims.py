"""Book what a formal notice claimed: late interest and compensation as open items of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.collections.locks import lock_items
from fairdue.collections.models import Notice, NoticeLine
from fairdue.core.findings import refuse
from fairdue.core.ledger import AccountRole
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.permissions import Permission
from fairdue.receivables.services import OpenItemDraft, open_items

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from uuid import UUID

    from fairdue.collections.locks import LockedItem
    from fairdue.foundation.context import Ctx


@command("collections.book_claim", Permission.COLLECTIONS_ACT)
def book_claim(ctx: Ctx, *, notice: UUID, today: date, key: str | None = None) -> list[UUID]:
    """Open items for the interest and compensation of a sent formal notice; returns their ids.

    The items follow from the invoice (`parent`), are due by the notice's answer date, and name the notice.
    Refuses a notice that was not sent, claims nothing, or was booked already (its numbers are used).
    """
    del key
    row = Notice.objects.select_for_update().filter(id=notice).first()
    if row is None:
        raise refuse("notice.unknown", "notice", "There is no such message.")
    if row.state != Notice.State.SENT:
        raise refuse("claim.not_sent", "notice", "Only a notice that was sent can be booked.")
    if logged_facts(ctx, FactFilter(subject=notice, type="claim.booked"), limit=1):
        raise refuse("claim.booked", "notice", "Its interest and compensation are open items already.")
    lines = list(NoticeLine.objects.filter(notice_id=notice).order_by("id"))
    invoices = {item.id: item for item in lock_items(ctx, [line.item_id for line in lines])}
    drafts = [draft for line in lines for draft in _drafts(row, line, invoices[line.item_id], today)]
    if not drafts:
        raise refuse("claim.nothing", "notice", "The notice claims neither interest nor compensation.")
    ids = open_items(ctx, items=drafts, today=today)
    totals: dict[str, int] = {}
    for draft in drafts:
        totals[draft.currency] = totals.get(draft.currency, 0) + draft.amount
    for currency, minor in sorted(totals.items()):
        payload = {"amount": {"minor": minor, "currency": currency}, "items": [d.number for d in drafts]}
        record(ctx, NewFact("claim.booked", today, row.id, row.creditor_id, row.debtor_id, payload))
    return ids


def _drafts(notice: Notice, line: NoticeLine, invoice: LockedItem, today: date) -> Iterator[OpenItemDraft]:
    """Yield the drafts of one line: interest numbered -INT, compensation numbered -COMP."""
    for kind, suffix, minor, role in (
        ("interest", "INT", line.interest, AccountRole.INTEREST_INCOME),
        ("compensation", "COMP", line.compensation, AccountRole.FEE_INCOME),
    ):
        if minor:
            yield OpenItemDraft(
                notice.creditor_id, notice.debtor_id, kind, f"{invoice.number}-{suffix}"[:60], line.currency, minor,
                minor, today, max(notice.reply_by or today, today), ((role, minor),), parent=invoice.id,
                notes=f"Formal notice of {notice.run_on}",
            )  # fmt: skip
