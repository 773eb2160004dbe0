"""Steps around the due date, and the lawful default ladder."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from fairdue.core.findings import Finding


class Channel(StrEnum):
    """How a step reaches the debtor."""

    EMAIL = "email"
    CALL = "call"
    LETTER = "letter"


class Template(StrEnum):
    """What a step says."""

    REMINDER = "reminder"
    """Before the due date."""
    DUE_TODAY = "due_today"
    NOTICE = "notice"
    FIRM_NOTICE = "firm_notice"
    CALL = "call"
    FORMAL_NOTICE = "formal_notice"
    """With statutory interest, compensation and a last date; never the first word about an item."""


NOTICES = frozenset({Template.NOTICE, Template.FIRM_NOTICE, Template.CALL, Template.FORMAL_NOTICE})
"""Templates that say that a payment is late; they never go out before or on the due date."""


class Tone(StrEnum):
    """How a step says it."""

    COURTEOUS = "courteous"
    FRIENDLY = "friendly"
    FIRM = "firm"
    FORMAL = "formal"


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: `offset_days` from the due date (negative before); its level is its place in the ladder."""

    level: int
    offset_days: int
    channel: Channel
    template: Template
    tone: Tone
    automatic: bool = True
    """False: the step waits in the worklist for a person."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """A ladder with its guards: fewest days between two contacts of a debtor, and the days for sending."""

    steps: tuple[Step, ...]
    minimum_days: int = 3
    weekdays: frozenset[int] = frozenset({1, 2, 3, 4, 5})
    """ISO weekdays, Monday is 1."""


def _default() -> Cadence:
    rungs = (
        (-7, Channel.EMAIL, Template.REMINDER, Tone.COURTEOUS),
        (0, Channel.EMAIL, Template.DUE_TODAY, Tone.COURTEOUS),
        (3, Channel.EMAIL, Template.NOTICE, Tone.FRIENDLY),
        (10, Channel.EMAIL, Template.FIRM_NOTICE, Tone.FIRM),
        (20, Channel.CALL, Template.CALL, Tone.FIRM),
        (30, Channel.EMAIL, Template.FIRM_NOTICE, Tone.FIRM),
        (45, Channel.EMAIL, Template.FORMAL_NOTICE, Tone.FORMAL),
    )
    return Cadence(
        tuple(
            Step(level, offset, channel, template, tone, automatic=channel is not Channel.CALL)
            for level, (offset, channel, template, tone) in enumerate(rungs, start=1)
        )
    )


DEFAULT = _default()
"""-7 reminder, 0 due today, +3 notice, +10 firm notice, +20 call, +30 firm notice, +45 formal notice."""

_LONGEST = 366


def check_cadence(cadence: Cadence) -> tuple[Finding, ...]:
    """Return every finding that speaks against using `cadence`."""
    offsets = [step.offset_days for step in cadence.steps]
    findings = [*_step_findings(cadence)]
    if not cadence.steps:
        findings.append(Finding("cadence.empty", "steps", "A cadence needs at least one step"))
    if offsets != sorted(set(offsets)):
        findings.append(Finding("cadence.order", "steps", "Each step must come later than the one before"))
    if [step.level for step in cadence.steps] != list(range(1, len(offsets) + 1)):
        findings.append(Finding("cadence.level", "steps", "Levels must count 1, 2, 3 …"))
    if not cadence.weekdays or not cadence.weekdays <= set(range(1, 8)):
        findings.append(Finding("cadence.weekdays", "weekdays", "Name at least one day of the week, 1 to 7"))
    if cadence.minimum_days < 1:
        findings.append(
            Finding("cadence.minimum_days", "minimum_days", "At least one day must lie between two contacts")
        )
    return tuple(findings)


def _step_findings(cadence: Cadence) -> list[Finding]:
    findings = []
    for step in cadence.steps:
        path = f"steps.{step.level}"
        if abs(step.offset_days) > _LONGEST:
            findings.append(Finding("cadence.offset", path, "A step lies within a year of the due date"))
        if step.template in NOTICES and step.offset_days <= 0:
            message = "A notice, call or formal notice comes after the due date"
            findings.append(Finding("cadence.too_early", path, message))
        if (step.channel is Channel.CALL) is not (step.template is Template.CALL):
            findings.append(Finding("cadence.call", path, "A call has the call script, and only a call has it"))
        if step.channel is Channel.CALL and step.automatic:
            findings.append(Finding("cadence.call_by_hand", path, "A call is made by a person"))
    return findings


def planned_days(cadence: Cadence, due_on: date) -> tuple[tuple[Step, date], ...]:
    """Return each step with the first sending day on or after its offset, as if no night were missed."""
    return tuple((step, _sending_day(cadence, due_on + timedelta(days=step.offset_days))) for step in cadence.steps)


def _sending_day(cadence: Cadence, day: date) -> date:
    while day.isoweekday() not in cadence.weekdays:
        day += timedelta(days=1)
    return day
