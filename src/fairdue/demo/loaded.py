"""What the parts of the demo hand to each other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from fairdue.demo.plan import Plan
    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class Loaded:
    """What the stories need to know of the loaded history."""

    ctx: Ctx
    plan: Plan
    creditors: dict[str, UUID]
    debtors: dict[str, UUID]
    items: dict[str, UUID]
