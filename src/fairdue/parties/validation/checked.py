"""The answer of a check: the value in its stored form, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from fairdue.core.findings import Finding, Severity


@dataclass(frozen=True, slots=True)
class Checked:
    """`value` is normalised if it could be, else as given; `findings` is empty if all is well."""

    value: str
    findings: tuple[Finding, ...] = ()

    @property
    def valid(self) -> bool:
        """True if nothing refuses the value."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)


def wrong(value: str, code: str, path: str, message: str, source: str = "") -> Checked:
    """Return the value with one error."""
    return Checked(value, (Finding(code, path, message, Severity.ERROR, source),))


def doubtful(value: str, code: str, path: str, message: str, source: str = "") -> Checked:
    """Return the value with one warning."""
    return Checked(value, (Finding(code, path, message, Severity.WARNING, source),))
