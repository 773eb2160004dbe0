"""What the editor shows of one field."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Shown:
    """One field: its name, value and what is wrong with it."""

    name: str
    value: str
    id: str
    error: str = ""
    warning: str = ""
