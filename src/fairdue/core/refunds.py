"""May money go back to an account? The checks before a refund, each with a sentence that says why it is blocked.

A refund is the easiest way to steal from a ledger: bank details are changed, and money that nobody misses is paid to
them. So the account must be approved by two people, must have rested since, and must be the customer's: money came from
it, or its holder is the customer. Amounts are whole minor units of one currency. Rules: docs/rules/refunds.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, Severity
from fairdue.core.money import Money

if TYPE_CHECKING:
    from collections.abc import Iterator

QUIET_DAYS = 30
"""So long an account rests after it was added or approved, where the creditor says nothing else."""
DEBIT_RETURN_DAYS = 56
"""Eight weeks: so long a consumer's bank takes a direct debit back without a reason (EPC016-06, PT-04.16)."""
SHARED_FROM = 40
"""An account that paid for so many customers belongs to a payment service."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The money that is to go back, and what is known about it."""

    amount: int
    unapplied: int
    currency: str
    overdue: int = 0
    """What the customer owes and is due, same currency."""
    customer_known: bool = True
    recalled: bool = False
    """The payer's bank asks for the payment, and that is not decided."""
    debited_on: date | None = None
    """The day of the direct debit by which it came."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where it is to go. `rests_since` is the later day of being added and approved, None when not known."""

    approved: bool
    rests_since: date | None
    holder_is_customer: bool = False
    paid_this: bool = False
    """The payment came from it."""
    paid_times: int = 0
    """How often it paid for the customer, from payments that stand."""
    paid_for: int = 0
    """For how many customers it paid."""

    @property
    def shared(self) -> bool:
        """It belongs to a payment service: what comes from it proves nothing."""
        return self.paid_for >= SHARED_FROM


def check(asked: Asked, account: Account | None, today: date, quiet_days: int = QUIET_DAYS) -> tuple[Finding, ...]:
    """Return everything that speaks against a refund today; an error blocks it, a warning is for the second person."""
    found = [*_money(asked, today)]
    if account is None:
        found.append(_error("refund.account", "No account is chosen. Add one to the customer, and have it approved."))
    else:
        found += _account(account, today, quiet_days)
    return tuple(found)


def _money(asked: Asked, today: date) -> Iterator[Finding]:
    if not asked.customer_known:
        yield _error("refund.customer", "Nobody knows whose money this is; say so first.")
    if not 0 < asked.amount <= asked.unapplied:
        yield _error("refund.amount", f"Only {Money(asked.unapplied, asked.currency)} is not applied.")
    if asked.recalled:
        yield _error("refund.recalled", "The payer's bank asks for this payment; decide about that first.")
    if asked.debited_on is not None:
        until = asked.debited_on + timedelta(days=DEBIT_RETURN_DAYS)
        if today < until:
            yield _error(
                "refund.debit", f"It came by direct debit, which the payer may take back until {until:%d %B %Y}."
            )
    if asked.overdue > 0:
        owed = Money(asked.overdue, asked.currency)
        yield _warning("refund.overdue", f"The customer owes {owed} that is overdue; applying it may be better.")


def _account(account: Account, today: date, quiet_days: int) -> Iterator[Finding]:
    if not account.approved:
        yield _error("refund.not_approved", "Two people have not approved this account yet.")
    if account.rests_since is None:
        yield _error("refund.age", "It is not known since when this account stands.")
    else:
        until = account.rests_since + timedelta(days=quiet_days)
        if today < until:
            yield _error(
                "refund.fresh", f"The account is new or was changed: nothing is paid to it before {until:%d %B %Y}."
            )
    yield from _owner(account)


def _owner(account: Account) -> Iterator[Finding]:
    paid = (account.paid_this or account.paid_times > 0) and not account.shared
    if paid:
        return
    if account.shared and not account.holder_is_customer:
        yield _error("refund.shared", "Many customers pay from this account: it belongs to a payment service.")
    elif not account.holder_is_customer:
        yield _error(
            "refund.owner",
            "Nothing shows that the account is the customer's: no payment came from it, and its holder is not the"
            " customer by name.",
        )  # fmt: skip
    else:
        yield _warning("refund.name_only", "Only the holder's name speaks for the account; no payment came from it.")


def _error(code: str, sentence: str) -> Finding:
    return Finding(code, "account" if code not in _OF_MONEY else "amount", sentence)


def _warning(code: str, sentence: str) -> Finding:
    return Finding(code, "account" if code not in _OF_MONEY else "amount", sentence, severity=Severity.WARNING)


_OF_MONEY = frozenset({"refund.customer", "refund.amount", "refund.recalled", "refund.debit", "refund.overdue"})
