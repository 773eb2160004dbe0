"""The invariants of the cash room, recomputed from raw rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fairdue.cash.bulk import rows
from fairdue.core.findings import Finding
from fairdue.foundation.verifying import invariant

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@invariant("cash.lines")
def lines_hold(ctx: Ctx) -> Iterable[Finding]:
    """Name each line whose money, state or application does not fit the heart."""
    for row in rows(ctx, "verify"):
        yield Finding(f"verify.{row['code']}", row["path"], row["message"])
