"""Decide: accept one or many, use another match, put on account, set aside, say no."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from fairdue.cash import selectors
from fairdue.cash.services import accept, accept_all, not_receivable, put_on_account, refuse_proposal
from fairdue.core.findings import RefusedError
from fairdue.core.money import decimal_of
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.web.bulk import Excluded, Preview
from fairdue.web.cash.shown import rule_words, today_of
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from fairdue.cash.selectors import LineView, WaitingRow

_MOST = 500
_NEVER = {"unknown": "nothing was found", "not_receivable": "it is no customer's payment"}


@require_POST
@needs(Permission.CASH_APPLY)
def act(request: HttpRequest, line: UUID) -> HttpResponse:
    """Do one thing with one line and go on to the next; a refusal is told and changes nothing."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = selectors.line(ctx, line)
    if found is None:
        raise Http404
    following = _next(ctx, found, creditor_choice(request))
    try:
        words, stays = _acted(request, ctx, found, today_of(request))
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
        stays = True
    else:
        messages.success(request, words)
    return redirect(f"{reverse('web:cash')}?{urlencode({'line': str(line if stays else following or line)})}")


def _next(ctx: Any, line: LineView, creditor: UUID | None) -> UUID | None:
    rows = selectors.waiting(ctx, creditor=creditor, after=(line.booked_on, line.id), limit=1)
    return rows[0].id if rows else None


def _acted(request: HttpRequest, ctx: Any, line: LineView, today: date) -> tuple[str, bool]:
    """Carry out what the button says; return the words for it, and whether the line stays in view."""
    post, key = request.POST, request.POST.get("key") or None
    said = f"{decimal_of(line.amount, line.currency):,} {line.currency}"
    match post.get("do"):
        case "accept":
            accept(ctx, proposal=_uuid(post.get("proposal")), today=today, key=key)
            return f"{said} applied.", False
        case "other":
            place = int(post["place"]) if post.get("place", "").isdecimal() else -1
            accept(ctx, proposal=_uuid(post.get("proposal")), alternative=place, today=today, key=key)
            return f"{said} applied as you chose.", False
        case "account":
            put_on_account(ctx, line=line.id, debtor=_uuid(post.get("debtor")), today=today, key=key)
            return f"{said} put on account.", False
        case "aside":
            not_receivable(ctx, line=line.id, reason=post.get("reason", ""), today=today, key=key)
            return f"{said} set aside; it is no receivable.", False
        case "wrong":
            refuse_proposal(ctx, proposal=_uuid(post.get("proposal")), today=today, key=key)
            return "Refused for good. This is the next best.", True
    raise Http404


def _uuid(text: str | None) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise Http404 from None


@require_POST
@needs(Permission.CASH_APPLY)
def preview(request: HttpRequest) -> HttpResponse:
    """Show what accepting many proposals would do: those that were ticked, or all above a confidence."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    rows = selectors.waiting(ctx, creditor=creditor_choice(request), limit=_MOST)
    percent = request.POST.get("above", "")
    ticked = set(request.POST.getlist("id"))
    if percent:
        least = min(10_000, 100 * int(percent)) if percent.isdecimal() else 9_500
        chosen = [row for row in rows if row.proposal_id]
        left = [(row, f"less sure than {least // 100} %") for row in chosen if (row.confidence or 0) < least]
        chosen = [row for row in chosen if (row.confidence or 0) >= least]
    else:
        chosen = [row for row in rows if str(row.id) in ticked and row.proposal_id]
        left = []
    left += [(row, _NEVER[row.step]) for row in chosen if row.step in _NEVER]
    chosen = [row for row in chosen if row.step not in _NEVER]
    return render(request, "web/bulk_preview.html", {"preview": _preview(chosen, left)})


def _preview(chosen: list[WaitingRow], left: list[tuple[WaitingRow, str]]) -> Preview:
    sums: dict[str, int] = {}
    for row in chosen:
        sums[row.currency] = sums.get(row.currency, 0) + row.amount
    rules: dict[str, int] = {}
    for row in chosen:
        words = rule_words(f"{row.source}.{row.step}")
        rules[words] = rules.get(words, 0) + 1
    count = len(chosen)
    return Preview(
        title=f"Accept {count} {'proposal' if count == 1 else 'proposals'}",
        verb="Accept and post",
        count=count,
        sums=sums,
        action_url=reverse("web:cash_accept_confirmed"),
        back_url=reverse("web:cash"),
        hidden=[("key", str(uuid4())), *(("id", str(row.proposal_id)) for row in chosen)],
        excluded=[Excluded(_label(row), why, reverse("web:cash_line", args=[row.id])) for row, why in left],
        effects=[f"{words}: {number}" for words, number in sorted(rules.items())],
        undo="Each of them can be taken back later by a reversal.",
    )


def _label(row: WaitingRow) -> str:
    return f"{row.payer_name or 'Unknown payer'}, {decimal_of(row.amount, row.currency):,} {row.currency}"


@require_POST
@needs(Permission.CASH_APPLY)
def confirmed(request: HttpRequest) -> HttpResponse:
    """Accept what the preview showed, all or none."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    ids = [_uuid(one) for one in request.POST.getlist("id")[:_MOST]]
    try:
        if ids:
            accept_all(ctx, proposals=ids, today=today_of(request), key=request.POST.get("key") or None)
            messages.success(request, f"{len(ids)} {'payment' if len(ids) == 1 else 'payments'} applied.")
    except RefusedError as refused:
        said = " ".join(sorted({finding.message for finding in refused.findings}))
        messages.error(request, f"{said} Nothing was posted; look at the list again.")
    return redirect("web:cash")
