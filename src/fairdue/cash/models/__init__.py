"""The tables of the cash room."""

from fairdue.cash.models.answers import DebitAnswer, Recall, RefundAnswer
from fairdue.cash.models.directdebit import DebitRun, DirectDebit, Mandate
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
from fairdue.cash.models.posting import CreditUse, DeductionCode, Refund
from fairdue.cash.models.remittances import Remittance, RemittanceLine
from fairdue.cash.models.returned import CashReturn
from fairdue.cash.models.rules import BankRule, StatementRun

__all__ = [
    "BankAccount",
    "BankLine",
    "BankRule",
    "BankStatement",
    "CashApplication",
    "CashProposal",
    "CashRefusal",
    "CashReturn",
    "CashRule",
    "CreditUse",
    "DebitAnswer",
    "DebitRun",
    "DeductionCode",
    "DirectDebit",
    "Mandate",
    "OpenItemKey",
    "PayerAccount",
    "PayerMemory",
    "Recall",
    "Refund",
    "RefundAnswer",
    "Remittance",
    "RemittanceLine",
    "StatementRun",
]
