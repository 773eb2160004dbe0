"""Findings are values: what is wrong, where, how bad, and what a person does about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """How much a finding weighs."""

    ERROR = "error"
    """The step is refused."""
    WARNING = "warning"
    """The step may go on; a person should look."""
    INFO = "info"
    """Worth knowing."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation of a check: a stable code, the path of the field, a sentence a person understands."""

    code: str
    path: str
    message: str
    severity: Severity = Severity.ERROR
    source: str = ""
    """Article, business rule or standard that the finding rests on."""


class RefusedError(Exception):
    """A command that cannot be carried out, with every finding that speaks against it."""

    def __init__(self, *findings: Finding) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{one.path}: {one.message}" if one.path else one.message for one in findings))


def refuse(code: str, path: str, message: str, source: str = "") -> RefusedError:
    """Return the refusal that carries one error finding."""
    return RefusedError(Finding(code, path, message, Severity.ERROR, source))


def errors(findings: tuple[Finding, ...] | list[Finding]) -> tuple[Finding, ...]:
    """Return the findings that refuse the step."""
    return tuple(finding for finding in findings if finding.severity is Severity.ERROR)
