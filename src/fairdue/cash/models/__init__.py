"""The tables of the cash room."""

from fairdue.cash.models.lines import BankAccount, BankLine, BankStatement
from fairdue.cash.models.matching import (
    CashApplication,
    CashProposal,
    CashRefusal,
    CashRule,
    OpenItemKey,
    PayerAccount,
    PayerMemory,
)

__all__ = [
    "BankAccount",
    "BankLine",
    "BankStatement",
    "CashApplication",
    "CashProposal",
    "CashRefusal",
    "CashRule",
    "OpenItemKey",
    "PayerAccount",
    "PayerMemory",
]
