"""What is typed into a draft is kept by itself; what somebody else changed meanwhile is never written over unasked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from fairdue.core.findings import RefusedError
from fairdue.foundation.accounts.profile import actor_names
from fairdue.invoicing import selectors
from fairdue.invoicing.services.drafts import Editing, change_draft
from fairdue.web.invoicing import editor
from fairdue.web.invoicing.lists import today_of

if TYPE_CHECKING:
    from datetime import datetime

    from django.http import HttpRequest

    from fairdue.invoicing.selectors import DraftPage
    from fairdue.web.invoicing.editor import Judged

type Typed = tuple[dict[str, Any], str, str]
"""Content, payment term and currency, as they stand in the form."""
MEANWHILE = "draft.changed_meanwhile"


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of what was typed, and what the form carries so that its next save is known as its own."""

    page: str
    seen: str
    turn: int
    at: datetime
    """When the draft was last changed."""
    who: str = ""
    """Who changed it meanwhile; nothing where it was kept."""
    refused: str = ""
    """Why it is not kept; nothing where it was."""
    latest: str = ""
    """The stamp of what somebody else wrote: a save that names it replaces it, knowingly."""
    over: bool = False
    """Whether the draft is issued or discarded, so that nothing may be kept any more."""


def opened(row: DraftPage) -> Kept:
    """Return what a freshly opened editor carries."""
    return Kept(uuid4().hex, row.stamp, 0, row.changed_at)


def judged(request: HttpRequest, row: DraftPage, typed: Typed, *, kept: bool) -> Judged:
    """Return what the check says about what stands in the form."""
    return editor.judge(request.ctx, row, *typed, today_of(request), kept=kept)  # type: ignore[attr-defined]


def keep(request: HttpRequest, row: DraftPage, typed: Typed, *, by_itself: bool) -> Kept:
    """Keep what stands in the form, and tell whether it was kept or who was there before."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    form = request.POST
    turn = form.get("turn", "")
    page = form.get("page", "")[:32] or uuid4().hex
    seen = form.get("replaces", "") or form.get("seen", "") or row.stamp
    editing = Editing(page, seen, int(turn[:9]) if turn.isdecimal() else 0, by_itself=by_itself)
    content, term, currency = typed
    try:
        change_draft(
            ctx, draft=row.id, content=content, term=term, currency=currency, today=today_of(request), editing=editing
        )
    except RefusedError as refused:
        return _refused(ctx, row, editing, refused)
    now = selectors.draft(ctx, row.id) or row
    return Kept(page, seen, editing.turn, now.changed_at)


def _refused(ctx: Any, row: DraftPage, editing: Editing, refused: RefusedError) -> Kept:
    now = selectors.draft(ctx, row.id) or row
    meanwhile = refused.findings[0].code == MEANWHILE
    who = ""
    if meanwhile:
        own = now.changed_by == ctx.actor
        who = "You, in another window," if own else actor_names(ctx, {now.changed_by})[now.changed_by]
    sentence = " ".join(finding.message for finding in refused.findings)
    return Kept(
        editing.page, editing.seen, editing.turn, now.changed_at, who, sentence,
        now.stamp if meanwhile else "", now.state != "open",
    )  # fmt: skip
