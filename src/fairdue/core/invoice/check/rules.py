"""How a check writes down a broken rule of EN 16931-1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

STANDARD = "EN 16931-1"


def broken(code: str, path: str, sentence: str, source: str = "") -> Finding:
    """Return the error that rule `code` is broken at `path`."""
    return Finding(code, path, sentence, Severity.ERROR, source or f"{STANDARD} {code}")


def doubtful(code: str, path: str, sentence: str, source: str = "") -> Finding:
    """Return the warning that a person should look at `path`."""
    return Finding(code, path, sentence, Severity.WARNING, source or f"{STANDARD} {code}")


def given(code: str, path: str, value: object, what: str) -> Iterator[Finding]:
    """Yield a finding when `value` is empty; `what` names it in the sentence."""
    empty = not value.strip() if isinstance(value, str) else value is None
    if empty:
        yield broken(code, path, f"{what} is missing.")


def coded(code: str, path: str, value: str, codes: Collection[str], what: str) -> Iterator[Finding]:
    """Yield a finding when a given `value` is not one of `codes`."""
    if value and value not in codes:
        yield broken(code, path, f"{value!r} is not a known {what}.")
