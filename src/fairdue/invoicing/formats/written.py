"""What writing a format gives: the file, and what had to be changed to write it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fairdue.core.findings import Finding


@dataclass(frozen=True, slots=True)
class Written:
    """A file that carries an invoice, and what had to be changed to write it."""

    content: bytes
    findings: tuple[Finding, ...] = field(default=())
