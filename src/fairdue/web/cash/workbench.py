"""The workbench: lines that wait on the left, the proposal of one of them on the right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_POST, require_safe

from fairdue.cash import selectors
from fairdue.cash.policies import watching
from fairdue.cash.services import match_again, run_matching
from fairdue.foundation import figures
from fairdue.foundation.jobs import defer
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.web import creditors, panels
from fairdue.web.cash.accepting import ticked
from fairdue.web.cash.quality import shadow_settings
from fairdue.web.cash.returned import returned_context
from fairdue.web.cash.shown import LIKELY, SURE, line_context, rule_words, sureness, today_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from fairdue.cash.selectors import BandRow, WaitingRow

DAYS = 30
"""How far back the band looks for what came in."""
SPEC = ListSpec(
    sorts=("booked",),
    filters=(
        Filter("q", "Payer, text or reference", kind="search"),
        Filter("sure", "Proposal", (("sure", "Sure, 98 % and more"), ("likely", "Likely"), ("weak", "Weak or none"))),
    ),
)
_BOUNDS = {"sure": (SURE, None), "likely": (LIKELY, SURE), "weak": (None, LIKELY)}


@require_safe
@needs(Permission.CASH_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the lines that wait, the first of them beside the list."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    state, creditor, today = read_state(request, SPEC), creditor_choice(request), today_of(request)
    least, most = _BOUNDS.get(state.filters.get("sure", ""), (None, None))
    rows = selectors.waiting(
        ctx, creditor=creditor, q=state.filters.get("q", ""), least=least, most=most, after=_after(state.cursor),
        limit=PAGE_SIZE + 1,
    )  # fmt: skip
    shown = rows[:PAGE_SIZE]
    following = (shown[-1].booked_on, shown[-1].id) if len(rows) > PAGE_SIZE else None
    chosen = _chosen(request, shown)
    line = selectors.line(ctx, chosen) if chosen else None
    watched = watching(ctx, today)
    found = selectors.band(ctx, since=today - timedelta(days=DAYS), creditor=creditor)
    may = ctx.may(Permission.CASH_APPLY)
    context = {
        "state": state,
        "page": Page([_row(one, ticked(request)) for one in shown], following, _total(state, found)),
        "bands": [_figures(row) for row in found],
        "chosen": chosen,
        "may": may,
        "filtered": bool(state.filters),
        "watched": _watched(ctx, watched, creditor),
        "ever": bool(shown) or bool(selectors.statements(ctx, creditor=creditor, limit=1)),
        **({**line_context(line), **returned_context(ctx, line)} if line else {}),
    }
    return render(request, "web/cash/index.html", context)


def _watched(ctx: Any, ends: Mapping[UUID, date | None], creditor: UUID | None) -> dict[str, Any] | None:
    """Return of which clients payments are only proposed so far, and until when where one day holds for all."""
    of = {one: end for one, end in ends.items() if creditor in {None, one}}
    if not of:
        return None
    names, days = creditors.names(ctx), set(of.values())
    return {
        "names": ", ".join(sorted(names.get(one, "") for one in of)) if len(names) > len(of) else "",
        "until": days.pop() if len(days) == 1 else None,
        "settings_url": shadow_settings(ctx, creditor or (next(iter(of)) if len(of) == 1 else None)),
    }


def _after(cursor: tuple[Any, ...] | None) -> tuple[date, UUID] | None:
    try:
        return (date.fromisoformat(str(cursor[0])), UUID(str(cursor[1]))) if cursor else None
    except (ValueError, IndexError):
        return None


def _chosen(request: HttpRequest, rows: list[WaitingRow]) -> UUID | None:
    """Return the line that the URL names, else the first."""
    wanted = request.GET.get("line", "")
    return next((row.id for row in rows if str(row.id) == wanted), rows[0].id if rows else None)


def _total(state: Any, found: list[BandRow]) -> int | None:
    return None if state.filters else sum(row.waiting_count + row.returned_count for row in found)


def _row(row: WaitingRow, chosen: set[str]) -> dict[str, Any]:
    rule = f"{row.source}.{row.step}" if row.source else "none.unknown"
    words = "Returned by the bank" if row.amount < 0 else rule_words(rule)
    url = reverse("web:cash_line", args=[row.id])
    return {
        "row": row, "sure": sureness(row.confidence, row.step), "rule": words, "url": url,
        "ticked": str(row.id) in chosen,
    }  # fmt: skip


def _figures(row: BandRow) -> list[dict[str, object]]:
    locale = get_language() or "en"

    def figure(label: str, minor: int, note: str, tone: str = "", url: str = "") -> dict[str, object]:
        value = figures.money_text(minor, row.currency, locale, code=False)
        return {"label": label, "value": value, "cur": row.currency, "note": note, "tone": tone, "url": url}

    def lines(count: int) -> str:
        return "1 line" if count == 1 else f"{count} lines"

    share = f", {100 * row.automatic_count // row.received_count} %" if row.received_count else ""
    gone = figure("Taken back, to review", row.returned, lines(row.returned_count), "attention", "#review")
    return [
        figure(f"Received in {DAYS} days", row.received, lines(row.received_count), url=reverse("web:cash_import")),
        figure(
            "Matched automatically", row.automatic, f"{lines(row.automatic_count)}{share}", "done",
            f"{reverse('web:cash_history')}?how=automatic",
        ),
        figure(
            "To review", row.waiting, lines(row.waiting_count), "attention" if row.waiting_count else "",
            "#review" if row.waiting_count else "",
        ),
        figure(
            "Unapplied", row.unapplied, f"{lines(row.unapplied_count)}, on account included",
            url=reverse("web:cash_account"),
        ),
        *([gone] if row.returned_count else []),
    ]  # fmt: skip


@require_safe
@needs(Permission.CASH_VIEW)
def show(request: HttpRequest, line: UUID) -> HttpResponse:
    """Show one line with its proposal, in the side panel or as a page."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = selectors.line(ctx, line)
    if found is None:
        raise Http404
    done = [row for row in selectors.history(ctx, line_id=line) if row.reversed_on is None]
    context = {
        **line_context(found),
        **returned_context(ctx, found),
        "may": ctx.may(Permission.CASH_APPLY),
        "done": done[0] if done else None,
    }
    return panels.render_panel(request, "web/cash/line_page.html", "web/cash/line_panel.html", context)


@require_POST
@needs(Permission.CASH_APPLY)
def match(request: HttpRequest) -> HttpResponse:
    """Match everything that waits anew; more than one chunk goes on in the background."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today, chosen = today_of(request), creditor_choice(request)
    creditors = [chosen] if chosen else [row.id for row in parties.creditors(ctx)]
    matched = 0
    for creditor in creditors:
        match_again(ctx, creditor=creditor, today=today)
        count = run_matching(ctx, creditor=creditor, today=today)
        matched += count
        if count:
            defer(ctx, "cash.match", creditor=str(creditor), today=today.isoformat())
    left = selectors.waiting_count(ctx, creditor=chosen)
    said = "1 line was" if matched == 1 else f"{matched} lines were"
    messages.success(request, f"{said} matched again; {left} {'waits' if left == 1 else 'wait'} for you.")
    return redirect("web:cash")
