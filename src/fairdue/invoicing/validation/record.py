"""The record of a validation: what was checked with which rules, when, and what was found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from fairdue.core.findings import Severity
from fairdue.core.invoice.check import FindingClass, class_of

if TYPE_CHECKING:
    from datetime import date, datetime

    from fairdue.core.findings import Finding
    from fairdue.invoicing.validation.packs import Pack


class State(StrEnum):
    """The verdict of the official rules; what could not be asked is never "valid"."""

    VALID = "valid"
    INVALID = "invalid"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True, slots=True)
class Record:
    """The evidence that is kept beside a document."""

    state: State
    format: str
    sha256: str
    """Of the file that was checked."""
    packs: tuple[Pack, ...]
    findings: tuple[Finding, ...]
    checked_at: datetime
    reason: str = ""
    """Why the rules could not be asked."""
    issued: date | None = None
    """The day of issue that the document states; the packs were chosen by it."""

    def of_class(self, wanted: FindingClass) -> tuple[Finding, ...]:
        """Return the findings of one class."""
        return tuple(finding for finding in self.findings if class_of(finding.code) is wanted)

    def to_wire(self) -> dict[str, Any]:
        """Return the record as plain JSON types, findings in their three classes."""
        return {
            "state": self.state.value,
            "reason": self.reason,
            "format": self.format,
            "sha256": self.sha256,
            "checked_at": self.checked_at.isoformat(),
            "issued": self.issued.isoformat() if self.issued else None,
            "rules": [pack_to_wire(one) for one in self.packs],
            "findings": {
                kind.value: [finding_to_wire(finding) for finding in self.of_class(kind)] for kind in FindingClass
            },
        }


def pack_to_wire(pack: Pack) -> dict[str, str | None]:
    """Return one rule pack as plain JSON types."""
    return {
        "name": pack.name,
        "version": pack.version,
        "sha256": pack.sha256,
        "origin": pack.origin,
        "valid_from": pack.valid_from.isoformat() if pack.valid_from else None,
        "valid_to": pack.valid_to.isoformat() if pack.valid_to else None,
    }


def finding_to_wire(finding: Finding) -> dict[str, str]:
    """Return one finding as plain JSON types."""
    return {
        "code": finding.code,
        "path": finding.path,
        "message": finding.message,
        "severity": finding.severity.value,
        "source": finding.source,
    }


def verdict(findings: tuple[Finding, ...]) -> State:
    """Return what the official findings amount to."""
    broken = any(finding.severity is Severity.ERROR for finding in findings)
    return State.INVALID if broken else State.VALID
