"""Put together what the core asks before a refund: the money, where it is to go, and whose account that is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.models import BankLine, DirectDebit, PayerAccount, Recall
from fairdue.cash.policies import settings_of
from fairdue.core.refunds import QUIET_DAYS, Account, Asked, check
from fairdue.foundation.models import Approval
from fairdue.parties.paying_out import PayableAccount, payable_accounts
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from fairdue.core.findings import Finding
    from fairdue.foundation.context import Ctx
    from fairdue.receivables.selectors import CreditRow


@dataclass(frozen=True, slots=True)
class Checked:
    """An account with everything that speaks against paying to it today."""

    account: PayableAccount | None
    findings: tuple[Finding, ...]


def checked(ctx: Ctx, credit: CreditRow, amount: int, today: date) -> list[Checked]:
    """Return every account of the customer of a credit with its findings; one row without account if it has none."""
    line = BankLine.objects.filter(credit_id=credit.id).first()
    asked = _asked(ctx, credit, line, amount, today)
    quiet = int(settings_of(ctx, credit.creditor_id).get("refund_quiet_days", QUIET_DAYS))
    accounts = payable_accounts(ctx, credit.debtor_id) if credit.debtor_id else []
    if not accounts:
        return [Checked(None, check(asked, None, today, quiet))]
    return [
        Checked(one, check(asked, _account(credit, line, one), today, quiet))
        for one in accounts
    ]  # fmt: skip


def _asked(ctx: Ctx, credit: CreditRow, line: BankLine | None, amount: int, today: date) -> Asked:
    return Asked(
        amount, credit.unapplied, credit.currency, _overdue(ctx, credit, today), credit.debtor_id is not None,
        line is not None and _recalled(line.id), _debited_on(line) if line else None,
    )  # fmt: skip


def _overdue(ctx: Ctx, credit: CreditRow, today: date) -> int:
    """Return what the customer owes and is due, in the currency of the credit."""
    if credit.debtor_id is None:
        return 0
    items = receivables.items(ctx, debtors=[credit.debtor_id], only_open=True, limit=10_000)
    return sum(row.residual for row in items if row.currency == credit.currency and row.due_on < today)


def _recalled(line: UUID) -> bool:
    waits = Approval.objects.filter(kind="recall", subject_id=line, state=Approval.State.PENDING)
    asked = Recall.objects.filter(line_id=line, state__in=[Recall.State.ASKED, Recall.State.AGREED])
    return bool(waits.exists() or asked.exists())


def _debited_on(line: BankLine) -> date | None:
    """Return the day on which the money was collected, None for money that the payer sent."""
    if line.end_to_end_id:
        found = DirectDebit.objects.filter(end_to_end_id=line.end_to_end_id).values_list("collect_on", flat=True)
        if (day := found.first()) is not None:
            return day
    return line.booked_on if line.mandate_id else None


def _account(credit: CreditRow, line: BankLine | None, one: PayableAccount) -> Account:
    used = PayerAccount.objects.filter(creditor_id=credit.creditor_id, blind=one.blind, times__gt=0)
    times = dict(used.values_list("debtor_id", "times"))
    return Account(
        approved=one.approved, rests_since=one.rests_since, holder_is_customer=one.holder_is_customer,
        paid_this=line is not None and line.payer_blind == one.blind,
        paid_times=times.get(credit.debtor_id, 0) if credit.debtor_id else 0, paid_for=len(times),
    )  # fmt: skip
