"""What a debtor does for himself: promise a date, contest an item. Each step names his own items again."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

from fairdue.collections import selectors as collections
from fairdue.collections.services.disputes import open_dispute
from fairdue.collections.services.promises import take_promise
from fairdue.core.findings import RefusedError
from fairdue.foundation.amounts import has_two_meanings, read_minor
from fairdue.foundation.figures import day_text
from fairdue.portal.choosing import last_promise_day, setting, sums, sums_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.portal.guests import Frame
    from fairdue.receivables.selectors import ItemRow

PROMISE_DAYS = 14
"""Unless the creditor sets `portal.promise_days`: a debtor cannot pause his own collection for long."""
BROKEN_DAYS = 90
"""After a broken promise a person talks with the debtor before the next one."""
LONGEST_NOTE = 1000
REASONS = ("price quantity quality not_delivered returned no_order invoice_error discount other").split()


def last_day(frame: Frame) -> date:
    """Return the last day that this debtor may promise here."""
    return last_promise_day(frame.today, setting(frame, "promise_days", PROMISE_DAYS))


def promise_problem(frame: Frame, items: Sequence[ItemRow], text: str) -> tuple[date | None, str]:
    """Return the promised day, or what speaks against it in the debtor's words."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, frame.say("promise.unreadable")
    if day < frame.today:
        return None, frame.say("promise.past")
    if day > last_day(frame):
        return None, frame.say("promise.too_late", last=day_text(last_day(frame), frame.language))
    return (None, frame.say("promise.broken")) if has_broken(frame, items) else (day, "")


def has_broken(frame: Frame, items: Sequence[ItemRow]) -> bool:
    """Say whether a promise for one of these items was broken of late."""
    numbers = {item.number for item in items}
    since = frame.today - timedelta(days=BROKEN_DAYS)
    rows = collections.promises(frame.guest.reading, today=frame.today, debtor=frame.debtor.id, limit=200)
    return any(
        row.state in {"broken", "partly_kept"} and row.promised_on >= since and numbers & set(row.numbers.split(", "))
        for row in rows
    )


def promise(frame: Frame, items: Sequence[ItemRow], day: date, note: str) -> str:
    """Take one promise a currency; return what is refused, empty if all went in."""
    ctx = frame.guest.acting
    try:
        with ctx.open():
            for currency, minor in sums(items).items():
                chosen = [item.id for item in items if item.currency == currency]
                take_promise(
                    ctx, items=chosen, amount=minor, promised_on=day, today=frame.today, method="portal",
                    contact=frame.debtor.email, note=clean(note),
                )  # fmt: skip
    except RefusedError:
        return frame.say("promise.refused")
    return ""


def contested(frame: Frame, item: ItemRow, text: str) -> tuple[int | None, str]:
    """Return the contested minor units (None is all), or what is wrong with the amount."""
    if not text.strip():
        return None, ""
    if has_two_meanings(text, item.currency):
        return None, frame.say("dispute.two_meanings", sum=sums_text(frame, [item]))
    minor = read_minor(text, item.currency)
    if minor is None or not 0 < minor <= item.residual:
        return None, frame.say("dispute.bad_amount", sum=sums_text(frame, [item]))
    return minor, ""


def dispute(frame: Frame, item: ItemRow, reason: str, amount: int | None, note: str) -> str:
    """Open a dispute; return what is refused, empty if it went in."""
    ctx = frame.guest.acting
    try:
        with ctx.open():
            open_dispute(ctx, item=item.id, reason=reason, amount=amount, note=clean(note), today=frame.today)
    except RefusedError:
        return frame.say("dispute.refused")
    return ""


def clean(note: str) -> str:
    """Return a note without control characters, cut to what a person reads."""
    kept = "".join(letter for letter in note if letter.isprintable() or letter == "\n")
    return kept.strip()[:LONGEST_NOTE]
