"""Which lines of the worklist stay ticked on the way back to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from fairdue.web.typed import typed

if TYPE_CHECKING:
    from django.http import HttpRequest


def ticked(request: HttpRequest) -> set[str]:
    """Return the lines that were ticked for a preview which was left, or that was refused."""
    found = (typed(request, reverse(name)) for name in ("web:work_snooze_many", "web:work_assign_many"))
    return {line for one in found for line in one.get("all", {}).get("id", ())}
