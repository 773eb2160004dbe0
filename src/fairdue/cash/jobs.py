"""Jobs of the cash room."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.services import run_matching
from fairdue.foundation.jobs import defer, job

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@job("cash.match")
def match_chunk(ctx: Ctx, creditor: str, today: str) -> None:
    """Match one chunk of waiting lines and ask for the next while there are any."""
    with ctx.open():
        if run_matching(ctx, creditor=UUID(creditor), today=date.fromisoformat(today)):
            defer(ctx, "cash.match", creditor=creditor, today=today)
