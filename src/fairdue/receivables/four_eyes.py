"""Steps of the heart that a second person approves."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.foundation.approvals import approval
from fairdue.foundation.permissions import Permission
from fairdue.receivables.models import Allocation
from fairdue.receivables.services import Applied, allocate

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@approval("write_off", Permission.WRITE_OFF_APPROVE)
def carry_out_write_off(ctx: Ctx, payload: dict[str, Any], today: date) -> object:
    """Book the write-off that was approved."""
    line = Applied(
        UUID(payload["item"]), int(payload["amount"]), kind=Allocation.Kind.WRITE_OFF, reason=payload["reason"]
    )
    return allocate(ctx, lines=[line], effective_on=today, today=today)
