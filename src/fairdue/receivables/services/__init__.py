"""The door in: every command of the heart."""

from fairdue.receivables.services.allocations import (
    Applied,
    allocate,
    propose_write_off,
    reverse_allocations,
    withdraw_credit,
    write_off,
)
from fairdue.receivables.services.alone import SETTING as LIMITS_SETTING
from fairdue.receivables.services.alone import stay_within_limit, write_off_limit
from fairdue.receivables.services.books import add_rates, open_books
from fairdue.receivables.services.credits import CreditDraft, assign_credit, assign_credits, record_credits
from fairdue.receivables.services.holds import HoldDraft, place_holds, release_holds
from fairdue.receivables.services.items import OpenItemDraft, change_item, open_items, open_within
from fairdue.receivables.services.periods import close_period, reopen_period
from fairdue.receivables.services.posting import post
from fairdue.receivables.services.withdrawals import restore_credit, withdraw_credits

__all__ = [
    "LIMITS_SETTING",
    "Applied",
    "CreditDraft",
    "HoldDraft",
    "OpenItemDraft",
    "add_rates",
    "allocate",
    "assign_credit",
    "assign_credits",
    "change_item",
    "close_period",
    "open_books",
    "open_items",
    "open_within",
    "place_holds",
    "post",
    "propose_write_off",
    "record_credits",
    "release_holds",
    "reopen_period",
    "restore_credit",
    "reverse_allocations",
    "stay_within_limit",
    "withdraw_credit",
    "withdraw_credits",
    "write_off",
    "write_off_limit",
]
