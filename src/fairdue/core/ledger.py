"""Double entry: the accounts that receivables need, and entries that balance or do not exist.

Positive amounts are debits, negative amounts credits; whole minor units of the document's currency and,
beside them, of the currency of the books. Source: general double-entry bookkeeping; realised exchange
differences as IAS 21.28.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.core.money import Rounding, decimal_of, round_minor, split


class AccountRole(StrEnum):
    """What an account is for; the product posts to roles, the creditor names the accounts."""

    BANK = "bank"
    RECEIVABLE = "receivable"
    UNAPPLIED_CASH = "unapplied_cash"
    INSURER = "insurer"
    FX_CLEARING = "fx_clearing"
    TAX = "tax"
    OPENING = "opening"
    REVENUE = "revenue"
    INTEREST_INCOME = "interest_income"
    FEE_INCOME = "fee_income"
    RECOVERY = "recovery"
    FX_GAIN = "fx_gain"
    FX_LOSS = "fx_loss"
    DISCOUNT = "discount"
    WRITE_OFF = "write_off"
    SMALL_DIFFERENCE = "small_difference"
    BANK_FEE = "bank_fee"
    WITHHELD_TAX = "withheld_tax"
    PREMIUM = "premium"
    INSURER_SHARE = "insurer_share"


CHART: tuple[tuple[str, str, str, AccountRole], ...] = (
    ("1200", "Bank", "asset", AccountRole.BANK),
    ("1400", "Trade receivables", "asset", AccountRole.RECEIVABLE),
    ("1460", "Receivables from insurers", "asset", AccountRole.INSURER),
    ("1490", "Exchange clearing", "asset", AccountRole.FX_CLEARING),
    ("1545", "Tax withheld by customers", "asset", AccountRole.WITHHELD_TAX),
    ("1590", "Unapplied cash", "liability", AccountRole.UNAPPLIED_CASH),
    ("1770", "Output tax", "liability", AccountRole.TAX),
    ("1780", "Payable to insurers", "liability", AccountRole.INSURER_SHARE),
    ("9000", "Opening balances", "liability", AccountRole.OPENING),
    ("4400", "Revenue", "income", AccountRole.REVENUE),
    ("4830", "Interest on late payment", "income", AccountRole.INTEREST_INCOME),
    ("4840", "Fees and compensation", "income", AccountRole.FEE_INCOME),
    ("4850", "Recoveries", "income", AccountRole.RECOVERY),
    ("4860", "Exchange gains", "income", AccountRole.FX_GAIN),
    ("6310", "Premiums of credit insurance", "expense", AccountRole.PREMIUM),
    ("6730", "Early-payment discounts", "expense", AccountRole.DISCOUNT),
    ("6855", "Bank fees", "expense", AccountRole.BANK_FEE),
    ("6880", "Exchange losses", "expense", AccountRole.FX_LOSS),
    ("6930", "Receivables written off", "expense", AccountRole.WRITE_OFF),
    ("6935", "Small differences", "expense", AccountRole.SMALL_DIFFERENCE),
)
"""The default chart of a creditor: code, name, kind, role."""


@dataclass(frozen=True, slots=True)
class Line:
    """One side of an entry."""

    role: AccountRole
    amount: int
    functional: int
    debtor: UUID | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A balanced entry in one document currency."""

    creditor: UUID
    booked_on: date
    kind: str
    currency: str
    lines: tuple[Line, ...]
    source: UUID | None = None
    text: str = ""
    reversal_of: UUID | None = None

    def __post_init__(self) -> None:
        """Refuse what does not balance."""
        if sum(line.amount for line in self.lines) or sum(line.functional for line in self.lines):
            raise refuse("journal.unbalanced", "lines", f"The entry “{self.kind}” does not balance.")


def functional_of(amount: int, currency: str, books: str, rate: Decimal | None) -> int:
    """Return `amount` minor units in the currency of the books at `rate` (books per unit), half up.

    The same currency needs no rate; a missing rate refuses, it is never 1.
    """
    if currency == books:
        return amount
    if rate is None:
        raise refuse("rate.missing", "currency", f"There is no exchange rate from {currency} to {books}.")
    return round_minor(decimal_of(amount, currency) * rate, books, Rounding.HALF_UP)


def against(
    role: AccountRole, debtor: UUID | None, amount: int, functional: int, contra: tuple[tuple[AccountRole, int], ...]
) -> tuple[Line, ...]:
    """Return one line of `amount` on `role` and its counterparts, whose shares of `functional` lose nothing.

    `contra` holds signed amounts that sum to minus `amount`; lines of nothing are left out.
    """
    if sum(part for _, part in contra) != -amount:
        raise refuse("journal.unbalanced", "contra", "The counter-accounts do not sum to the amount.")
    shares = _signed_shares(-functional, [part for _, part in contra])
    lines = [Line(role, amount, functional, debtor)]
    lines += [Line(r, part, share) for (r, part), share in zip(contra, shares, strict=True) if part or share]
    return tuple(lines)


def _signed_shares(total: int, parts: list[int]) -> list[int]:
    """Split `total` over signed parts: each sign's part of it in proportion, nothing lost."""
    whole = sum(parts)
    same = [part if part * whole > 0 else 0 for part in parts]
    other = [-part if part * whole < 0 else 0 for part in parts]
    if not any(other):
        return split(total, [abs(part) for part in parts])
    opposite = abs(total) * sum(abs(part) for part in other) // abs(whole)
    sign = 1 if total >= 0 else -1
    ups = split(sign * (abs(total) + opposite), [abs(part) for part in same])
    downs = split(-sign * opposite, [abs(part) for part in other])
    return [up + down for up, down in zip(ups, downs, strict=True)]


def exchange_line(difference: int) -> tuple[Line, ...]:
    """Return the realised exchange difference: a positive `difference` (functional) is a loss (debit)."""
    if not difference:
        return ()
    return (Line(AccountRole.FX_LOSS if difference > 0 else AccountRole.FX_GAIN, 0, difference),)


def carrying_part(part: int, residual: int, functional_residual: int) -> int:
    """Return the carrying amount of `part` of a residual: all of it for the last part, else pro rata, half up."""
    if part == residual:
        return functional_residual
    return (2 * functional_residual * part + residual) // (2 * residual)
