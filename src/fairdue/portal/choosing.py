"""The debtor's own open items, those that were chosen, and what is said about each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.collections import selectors as collections
from fairdue.core.contact import HoldReason
from fairdue.foundation.figures import day_text, money_text
from fairdue.portal.documents import having_documents
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from django.http import HttpRequest

    from fairdue.portal.guests import Frame
    from fairdue.receivables.selectors import HoldRow, ItemRow

MOST_ITEMS = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """An open item as its debtor sees it."""

    item: ItemRow
    kind: str
    lateness: str
    overdue: bool
    states: tuple[str, ...]
    chosen: bool
    has_document: bool


def own_items(frame: Frame) -> list[ItemRow]:
    """Return the open items of this debtor and nobody else, oldest first."""
    ctx = frame.guest.reading
    return receivables.items(ctx, debtors=[frame.debtor.id], only_open=True, limit=MOST_ITEMS)


def chosen_ids(request: HttpRequest) -> set[UUID]:
    """Return the ids that the request names; what is not an id is ignored."""
    asked = request.POST if request.method == "POST" else request.GET
    return {found for text in asked.getlist("i")[:MOST_ITEMS] if (found := _uuid(text))}


def chosen_items(request: HttpRequest, frame: Frame) -> list[ItemRow]:
    """Return the chosen items among the debtor's own; ids of others do not exist here."""
    wanted = chosen_ids(request)
    return [item for item in own_items(frame) if item.id in wanted]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def lines(frame: Frame, items: Sequence[ItemRow], chosen: set[UUID]) -> list[Line]:
    """Return the items with kind, lateness and state in words."""
    ctx = frame.guest.reading
    holds = receivables.holds(ctx, debtors=[frame.debtor.id], on=frame.today)
    promised = {row.id: row.promised_on for row in collections.promises(ctx, today=frame.today, debtor=frame.debtor.id)}
    files = having_documents(ctx, items)
    return [
        Line(
            item, frame.say(f"kind.{item.kind}"), lateness(frame, item.due_on), item.due_on < frame.today,
            _states(frame, item, holds, promised), item.id in chosen or len(items) == 1, item.id in files,
        )
        for item in items
    ]  # fmt: skip


def lateness(frame: Frame, due_on: date) -> str:
    """Return how a due date lies to today, in the debtor's language."""
    days = (frame.today - due_on).days
    if days == 0:
        return frame.say("list.today")
    key = "list.late" if days > 0 else "list.soon"
    return frame.say(f"{key}_one" if abs(days) == 1 else key, days=abs(days))


def _states(frame: Frame, item: ItemRow, holds: Sequence[HoldRow], promised: dict[UUID, date]) -> tuple[str, ...]:
    """Return why this item rests where the debtor did it; how a collector plans his work is not the debtor's matter."""
    mine = [hold for hold in holds if hold.item_id in {None, item.id}]
    disputed = [_disputed(frame, hold, item) for hold in mine if hold.reason == HoldReason.DISPUTE]
    days = [day_text(promised[hold.source_id], frame.language) for hold in mine if hold.source_id in promised]
    said = [*disputed, *(frame.say("list.promised", day=day) for day in days)]
    if not said and any(hold.reason == HoldReason.PLAUSIBLE_PAYMENT for hold in mine):
        said = [frame.say("list.claimed")]
    return tuple(dict.fromkeys(said))


def _disputed(frame: Frame, hold: HoldRow, item: ItemRow) -> str:
    """Return that an item is contested, or how much of it."""
    if hold.amount is None or hold.amount >= item.residual:
        return frame.say("list.disputed")
    return frame.say("list.disputed_part", sum=money_text(hold.amount, item.currency, frame.language))


def sums(items: Sequence[ItemRow]) -> dict[str, int]:
    """Return the residuals by currency, minor units."""
    found: dict[str, int] = {}
    for item in items:
        found[item.currency] = found.get(item.currency, 0) + item.residual
    return found


def sums_text(frame: Frame, items: Sequence[ItemRow]) -> str:
    """Return the sums as a person reads them: `1,240.00 EUR + 80.00 CHF`."""
    return " + ".join(money_text(minor, currency, frame.language) for currency, minor in sums(items).items())


def last_promise_day(today: date, days: int) -> date:
    """Return the last day that may be promised without a call."""
    return today + timedelta(days=days)


def setting(frame: Frame, name: str, default: int) -> int:
    """Return a whole number from the creditor's portal settings."""
    values: Any = frame.creditor.settings.get("portal", {})
    value = values.get(name, default) if isinstance(values, dict) else default
    return value if isinstance(value, int) and value > 0 else default
