"""The journal of a period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.reporting.aging import NIL
from fairdue.reporting.scope import Scope, rows_of

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


def kind_word(kind: str) -> str:
    """Return the kind of an entry in words: `record_payment` is "payment recorded"."""
    verb, _, noun = kind.partition("_")
    done = {"open": "opened", "record": "recorded"}.get(verb)
    return f"{noun} {done}".replace("_", " ") if done and noun else kind.replace("_", " ")


@dataclass(frozen=True, slots=True)
class JournalRow:
    """One line of an entry: positive is debit; `functional` is in the currency of the books."""

    entry_id: UUID
    booked_on: date
    kind: str
    text: str
    currency: str
    account_code: str
    account_name: str
    amount: int
    functional: int
    debtor_name: str | None
    posted_at: datetime

    @property
    def debit(self) -> int:
        """The amount on the debit side, zero on the other."""
        return max(self.amount, 0)

    @property
    def credit(self) -> int:
        """The amount on the credit side, zero on the other."""
        return max(-self.amount, 0)


def journal(
    ctx: Ctx, scope: Scope, *, from_on: date, after: tuple[date, UUID] = (date.min, NIL), limit: int | None = 200
) -> list[JournalRow]:
    """Return the lines booked from `from_on` to the day in the books of the scope's creditor, in order.

    Lines of one entry stay together; a page may end within an entry, so the last entry of a full page is
    left to the next one.
    """
    assert scope.creditor is not None
    parameters = scope.parameters(ctx, from_on=from_on, after_on=after[0], after_id=after[1], limit=limit)
    rows = [JournalRow(*row) for row in rows_of("journal", parameters)]
    if limit is None or len(rows) < limit:
        return rows
    whole = [row for row in rows if row.entry_id != rows[-1].entry_id]
    return whole or rows
