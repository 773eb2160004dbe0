"""What every bank format is read into: statement heads, lines, tails and findings, in the file's order.

Amounts are whole minor units of the line's currency, signed from the account holder's side: money in
is positive. Dates are business dates as the bank wrote them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from fairdue.core.findings import Finding

if TYPE_CHECKING:
    import datetime as dt


class Readable(Protocol):
    """Whatever bytes can be read from, block by block."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, everything that is left for a negative one, nothing at the end."""
        ...


class StatementKind(StrEnum):
    """What a message is to the books of the bank."""

    STATEMENT = "statement"
    """The books: what it says is booked."""
    NOTIFICATION = "notification"
    """Booked entries told apart from the statement, often with more details; the statement tells them again."""
    INTRADAY = "intraday"
    """Provisional: no money until the statement has it."""


class LineStatus(StrEnum):
    """Whether the bank has booked the money."""

    BOOKED = "booked"
    PENDING = "pending"
    INFORMATION = "information"


class LineKind(StrEnum):
    """What a line is a part of."""

    ENTRY = "entry"
    """The whole entry of the statement."""
    DETAIL = "detail"
    """One payment of a batch entry."""
    CHARGE = "charge"
    """The bank's charge that was booked within a batch entry."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A structured reference as the file gives it: its declared type (SCOR, QRR ...) and value."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Document:
    """A document that the payer names in structured form; `amount` in minor units of `currency`."""

    number: str
    kind: str = ""
    amount: int | None = None
    currency: str = ""


class Party(NamedTuple):
    """The other side of a line."""

    name: str = ""
    account: str = ""
    bank: str = ""


NOBODY = Party()


class Line(NamedTuple):
    """One movement of money on an account; a named tuple, because a file has a hundred thousand of them."""

    key: str
    """Idempotency key: equal for the same movement in any copy of the statement."""
    account: str
    amount: int
    currency: str
    booked_on: dt.date
    value_on: dt.date
    status: LineStatus = LineStatus.BOOKED
    kind: LineKind = LineKind.ENTRY
    entry: int = 0
    """Ordinal of the entry in its statement, from 1."""
    detail: int = 0
    """Ordinal of the payment in its entry, from 1; 0 for a whole entry."""
    source_line: int = 0
    """Line of the file where the entry begins."""
    reversal: bool = False
    bank_reference: str = ""
    transaction_code: str = ""
    party: Party = NOBODY
    on_behalf_of: Party = NOBODY
    remittance: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    documents: tuple[Document, ...] = ()
    end_to_end_id: str = ""
    mandate_id: str = ""
    instructed_amount: int | None = None
    instructed_currency: str = ""
    charges: int = 0
    return_code: str = ""
    return_reason: str = ""
    information: str = ""
    entry_reference: str = ""
    """The bank's reference of the whole entry, where a payment of it has one of its own."""


@dataclass(frozen=True, slots=True)
class StatementHead:
    """The beginning of one statement."""

    format: str
    statement_id: str
    account: str
    currency: str
    sequence: str = ""
    opening: int | None = None
    closing: int | None = None
    opening_on: dt.date | None = None
    closing_on: dt.date | None = None
    owner: str = ""
    identity: str = ""
    """Content-based identity: equal for a re-export under another statement id."""
    kind: StatementKind = StatementKind.STATEMENT


@dataclass(frozen=True, slots=True)
class StatementTail:
    """The end of one statement: what was read, and whether it adds up."""

    statement_id: str
    entries: int
    booked: int
    """Sum of the booked entries, signed, in the account's currency."""
    held_back: int
    """Number of entries that the bank has not booked."""
    complete: bool
    """Balances were given and agree with the entries, and no entry was unreadable."""


Event = StatementHead | Line | Finding | StatementTail
