"""The tables of the receivables room."""

from fairdue.receivables.models.items import Allocation, Credit, Hold, OpenItem
from fairdue.receivables.models.ledger import Account, ExchangeRate, JournalEntry, JournalLine, Period

__all__ = [
    "Account",
    "Allocation",
    "Credit",
    "ExchangeRate",
    "Hold",
    "JournalEntry",
    "JournalLine",
    "OpenItem",
    "Period",
]
