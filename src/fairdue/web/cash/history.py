"""What was done with the money, and taking it back."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import urls
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.cash import selectors
from fairdue.cash.services import reverse as take_back
from fairdue.cash.services import reverse_many
from fairdue.core.findings import RefusedError
from fairdue.core.money import decimal_of
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.receivables import selectors as receivables
from fairdue.web.bulk import Excluded, Preview
from fairdue.web.cash.shown import HOW, rule_words, sureness, today_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fairdue.cash.selectors import HistoryRow

SPEC = ListSpec(
    sorts=("recorded",), descending=True, keep=("batch",),
    filters=(
        Filter("q", "Payer, text or customer", kind="search"),
        Filter("how", "How", tuple((code, word) for code, (word, _) in HOW.items())),
        Filter("from", "From", kind="date"),
        Filter("to", "To", kind="date"),
    ),
)  # fmt: skip
_MOST = 500


@require_safe
@needs(Permission.CASH_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show applications, newest first."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    state = read_state(request, SPEC)
    batch, filters = _uuid(state.kept.get("batch", "")), state.filters
    rows = selectors.history(
        ctx, creditor=creditor_choice(request), how=filters.get("how", ""), before=_before(state.cursor), batch=batch,
        q=filters.get("q", ""), days=(_day(filters.get("from", "")), _day(filters.get("to", ""))),
        limit=PAGE_SIZE + 1,
    )  # fmt: skip
    shown = rows[:PAGE_SIZE]
    following = (shown[-1].recorded_at.isoformat(),) if len(rows) > PAGE_SIZE else None
    who = actor_names(ctx, {row.applied_by for row in shown} | {row.reversed_by for row in shown if row.reversed_by})
    context = {
        "state": state, "page": Page([_row(row, who) for row in shown], following), "filtered": bool(filters),
        "batch": batch, "may": ctx.may(Permission.CASH_APPLY), "stands": any(row.reversed_on is None for row in shown),
    }  # fmt: skip
    return render(request, "web/cash/history.html", context)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_POST
@needs(Permission.CASH_APPLY)
def undo(request: HttpRequest) -> HttpResponse:
    """Show what taking back would do, a batch or what was ticked; the confirming POST takes it back, all or none."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    if request.POST.get("confirmed"):
        return _undone(request, ctx)
    batch, ids = _uuid(request.POST.get("batch", "")), [_uuid(one) for one in request.POST.getlist("id")[:_MOST]]
    known = None if batch else [one for one in ids if one]
    rows = selectors.history(ctx, creditor=creditor_choice(request), batch=batch, ids=known, limit=_MOST)
    return render(request, "web/cash/undo.html", {"preview": _preview(rows), "reason": request.POST.get("reason", "")})


def _preview(rows: list[HistoryRow]) -> Preview:
    sums: dict[str, int] = {}
    chosen = [row for row in rows if row.reversed_on is None]
    for row in chosen:
        sums[row.currency] = sums.get(row.currency, 0) + row.amount
    left = [Excluded(_label(row), f"taken back already: {row.reversal_reason}") for row in rows if row.reversed_on]
    items = sum(row.items for row in chosen)
    return Preview(
        title=f"Take back {len(chosen)} {'payment' if len(chosen) == 1 else 'payments'}",
        verb="Take back by reversal",
        count=len(chosen),
        sums=sums,
        action_url=urls.reverse("web:cash_history_undo"),
        back_url=urls.reverse("web:cash_history"),
        hidden=[("key", str(uuid4())), *(("id", str(row.id)) for row in chosen)],
        excluded=left,
        effects=[
            *(
                [f"{items} {'item is' if items == 1 else 'items are'} open again with the old due dates."]
                if items
                else []
            ),
            "The lines wait again, and the same matches are not proposed again.",
            "The rules that made them answer for it.",
        ],
        undo="Accepting or choosing anew applies them again.",
        danger=True,
    )


def _label(row: HistoryRow) -> str:
    return f"{row.payer_name or 'Unknown payer'}, {decimal_of(row.amount, row.currency):,} {row.currency}"


def _undone(request: HttpRequest, ctx: Any) -> HttpResponse:
    """Take back what the preview showed."""
    ids = [one for text in request.POST.getlist("id")[:_MOST] if (one := _uuid(text))]
    reason, key = request.POST.get("reason", ""), request.POST.get("key") or None
    try:
        done = reverse_many(ctx, applications=ids, reason=reason, today=today_of(request), key=key)
        said = "1 payment was" if len(done) == 1 else f"{len(done)} payments were"
        messages.success(request, f"{said} taken back by reversal. The lines wait again.")
    except RefusedError as refused:
        said = " ".join(finding.message for finding in refused.findings)
        messages.error(request, f"{said} Nothing was taken back.")
        rows = selectors.history(ctx, creditor=creditor_choice(request), ids=ids, limit=_MOST)
        context = {"preview": _preview(rows), "reason": reason}
        return render(request, "web/cash/undo.html", context, status=422)
    return redirect("web:cash_history")


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
        "who": "Fairdue" if row.machine else who.get(row.applied_by, row.applied_by),
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
        "can": row.reversed_on is None and ctx.may(Permission.CASH_APPLY), "why": request.POST.get("reason", ""),
    }  # fmt: skip
    status = 422 if request.method == "POST" else 200
    return render(request, "web/cash/application.html", context, status=status)
