"""What was done with the money, and taking it back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fairdue.cash import selectors
from fairdue.cash.services import reverse as take_back
from fairdue.core.findings import RefusedError
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors as receivables
from fairdue.web.cash.shown import HOW, rule_words, sureness, today_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fairdue.cash.selectors import HistoryRow

SPEC = ListSpec(
    sorts=("recorded",), descending=True,
    filters=(Filter("how", "How", tuple((code, word) for code, (word, _) in HOW.items())),),
)  # fmt: skip


@require_safe
@needs(Permission.CASH_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show applications, newest first."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    state = read_state(request, SPEC)
    rows = selectors.history(
        ctx, creditor=creditor_choice(request), how=state.filters.get("how", ""), before=_before(state.cursor),
        limit=PAGE_SIZE + 1,
    )  # fmt: skip
    shown = rows[:PAGE_SIZE]
    following = (shown[-1].recorded_at.isoformat(),) if len(rows) > PAGE_SIZE else None
    who = actor_names(ctx, {row.applied_by for row in shown} | {row.reversed_by for row in shown if row.reversed_by})
    page = Page([_row(row, who) for row in shown], following)
    return render(request, "web/cash/history.html", {"state": state, "page": page, "filtered": bool(state.filters)})


def _before(cursor: tuple[Any, ...] | None) -> datetime | None:
    try:
        return datetime.fromisoformat(str(cursor[0])) if cursor else None
    except ValueError:
        return None


def _row(row: HistoryRow, who: dict[str, str]) -> dict[str, Any]:
    word, tone = HOW[row.how]
    return {
        "row": row,
        "how": "Taken back" if row.reversed_on else word,
        "tone": "attention" if row.reversed_on else tone,
        "who": "Fairdue" if row.how == "automatic" else who.get(row.applied_by, row.applied_by),
        "more": max(0, row.items - 3),
        "reversed_by": who.get(row.reversed_by, row.reversed_by),
        "rule": rule_words(f"{row.source}.{row.step}") if row.source else "",
        "sure": sureness(row.confidence, row.step),
    }


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CASH_VIEW)
def show(request: HttpRequest, application: UUID) -> HttpResponse:
    """Show what was done with a line; a POST with a reason takes it back, if the command allows the reader."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = selectors.application(ctx, application)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            take_back(
                ctx, application=application, reason=request.POST.get("reason", ""), today=today_of(request),
                key=request.POST.get("key") or None,
            )  # fmt: skip
        except RefusedError as refused:
            messages.error(request, " ".join(finding.message for finding in refused.findings))
        else:
            messages.success(request, "Taken back by a reversal. The items are open and the line waits again.")
            return redirect("web:cash_history")
    row, group = found
    who = actor_names(ctx, {row.applied_by, row.reversed_by} - {""})
    line = selectors.line(ctx, row.line_id)
    parts = receivables.allocations(ctx, credit=line.credit_id) if line and line.credit_id else []
    context = {
        **_row(row, who), "line": line, "parts": [part for part in parts if part.group_id == group],
        "can": row.reversed_on is None and row.how != "not_receivable" and ctx.may(Permission.CASH_APPLY),
    }  # fmt: skip
    return render(request, "web/cash/application.html", context)
