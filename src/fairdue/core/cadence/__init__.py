"""The cadence: who is reminded when, how, in which tone. Derived from facts each time it is asked."""

from __future__ import annotations

from fairdue.core.cadence.consolidate import Contact, Line, consolidate
from fairdue.core.cadence.ladder import (
    DEFAULT,
    Cadence,
    Channel,
    Step,
    Template,
    Tone,
    check_cadence,
    planned_days,
)
from fairdue.core.cadence.next_step import Taken, Verdict, is_running, next_step

__all__ = [
    "DEFAULT",
    "Cadence",
    "Channel",
    "Contact",
    "Line",
    "Step",
    "Taken",
    "Template",
    "Tone",
    "Verdict",
    "check_cadence",
    "consolidate",
    "is_running",
    "next_step",
    "planned_days",
]
