"""A deduction falls with its payment: once the payment is taken back, nothing of it was kept back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.models import Fact

if TYPE_CHECKING:
    from fairdue.cash.models import BankLine, CashApplication
    from fairdue.foundation.context import Ctx


def withdraw_deductions(ctx: Ctx, application: CashApplication, line: BankLine, today: date) -> None:
    """Record for each deduction of an application that it does not stand any more; `recorded` names its fact."""
    told = Fact.objects.filter(
        tenant_id=ctx.tenant, subject_id=line.id, type="cash.deduction_recorded",
        recorded_at__gte=application.recorded_at,
    ).order_by("recorded_at", "id")  # fmt: skip
    record_all(ctx, [
        NewFact("cash.deduction_withdrawn", today, line.id, one.creditor_id, one.debtor_id, {
            "item": one.payload["item"], "number": one.payload["number"], "amount": one.payload["amount"],
            "recorded": str(one.id),
        })
        for one in told
    ])  # fmt: skip
