"""What a call needs to know, in the order in which it goes: who, about what, what was said, what to ask for.

Every sentence is a fact of the books; nothing is made up for the occasion.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.collections import formats

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from fairdue.collections.selectors import CallRow, DisputeRow, NoticeRow, PromiseRow
    from fairdue.parties.selectors import ContactRow, DebtorRow
    from fairdue.receivables.selectors import ItemRow

SHOWN_ITEMS = 4


@dataclass(frozen=True, slots=True)
class Said:
    """What is known of a customer before the call."""

    debtor: DebtorRow
    contacts: Sequence[ContactRow]
    items: Sequence[ItemRow]
    promises: Sequence[PromiseRow]
    disputes: Sequence[DisputeRow]
    calls: Sequence[CallRow]
    notices: Sequence[NoticeRow]


@dataclass(frozen=True, slots=True)
class Beat:
    """One step of the script: its heading and its sentences."""

    title: str
    lines: tuple[str, ...]


def script(said: Said, today: date) -> tuple[Beat, ...]:
    """Return the script of a call: identify, reference, what was said, ask, obstacles, confirm."""
    beats = (
        ("Ask for", _who(said)),
        ("It is about", _items(said, today)),
        ("What was said before", _before(said)),
        ("Ask for date, amount and way of paying", _ask(said, today)),
        ("In the way", _obstacles(said)),
        ("Before you hang up", ("Say amount and date back, and whom you spoke with.",)),
    )
    return tuple(Beat(title, tuple(lines)) for title, lines in beats if lines)


def _who(said: Said) -> list[str]:
    named = [f"{one.name or one.email}, {one.role.replace('_', ' ')}" for one in said.contacts if one.name or one.email]
    payable = [line for line in named if "accounts payable" in line]
    return payable or named[:2] or [f"the person who pays the invoices of {said.debtor.name}"]


def _late(said: Said, today: date) -> list[ItemRow]:
    return [item for item in said.items if item.due_on < today]


def _items(said: Said, today: date) -> list[str]:
    late = _late(said, today)
    lines = [
        f"{item.number}: {formats.amount(item.residual, item.currency, 'en')} open, "
        f"{(today - item.due_on).days} days late"
        for item in late[:SHOWN_ITEMS]
    ]
    more = len(late) - SHOWN_ITEMS
    return lines + ([f"and {more} more"] if more > 0 else [])


def _before(said: Said) -> list[str]:
    lines = [_promise(row) for row in said.promises[:2]]
    lines += [
        f"{formats.day(row.called_on, 'en')}: {row.outcome.lower()}{f' ({row.spoke_with})' if row.spoke_with else ''}"
        for row in said.calls[:2]
    ]
    sent = [row for row in said.notices if row.state == "sent"]
    lines += [f"{formats.day(row.run_on, 'en')}: message sent, {row.subject}" for row in sent[:1]]
    return lines


def _promise(row: PromiseRow) -> str:
    amount = formats.amount(row.amount, row.currency, "en")
    who = f" by {row.contact}" if row.contact else ""
    state = row.state.replace("_", " ")
    return f"{formats.day(row.made_on, 'en')}: {amount} promised{who} for {formats.day(row.promised_on, 'en')}, {state}"


def _ask(said: Said, today: date) -> list[str]:
    sums = _sums(_late(said, today))
    return [f"{formats.amounts(sums, 'en')} is late in all."] if sums else []


def _sums(items: Iterable[ItemRow]) -> dict[str, int]:
    sums: dict[str, int] = {}
    for item in items:
        sums[item.currency] = sums.get(item.currency, 0) + item.residual
    return sums


def _obstacles(said: Said) -> list[str]:
    return [
        f"{formats.amount(row.amount, row.currency, 'en')} of {row.number} is contested: {row.reason_word.lower()}, "
        + ("our move" if row.clock == "ours" else "their move")
        for row in said.disputes
    ]
