"""The preview that stands before every bulk action: what will happen, to how many, and what stays out why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Excluded:
    """One thing that the action leaves out, with the reason in words."""

    label: str
    reason: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What a bulk action would do; rendered by `web/bulk_preview.html` and confirmed by a second POST."""

    title: str
    """What will be done, as a sentence: `Send 38 notices`."""
    verb: str
    """The word on the button: `Send notices`."""
    count: int
    sums: Mapping[str, int]
    """Minor units by currency."""
    action_url: str
    back_url: str
    hidden: Sequence[tuple[str, str]] = ()
    """Fields that the confirming POST repeats: the ids, the idempotency key."""
    excluded: Sequence[Excluded] = ()
    effects: Sequence[str] = ()
    """What else will happen, in sentences."""
    undo: str = ""
    """How it is taken back, or that it cannot be."""
    danger: bool = False
    out: int | None = None
    """How many are left out, where `excluded` does not name each."""

    @property
    def left_out(self) -> int:
        """How many are left out."""
        return len(self.excluded) if self.out is None else self.out
