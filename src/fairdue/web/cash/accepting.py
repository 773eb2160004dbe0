"""Decide: accept one or many, use another match, put on account, set aside, say no."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from fairdue.cash import selectors
from fairdue.cash.services import accept, accept_all, not_receivable, put_on_account, refuse_proposal
from fairdue.core.findings import RefusedError
from fairdue.core.matching import CERTAIN
from fairdue.core.money import decimal_of
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.web.bulk import Excluded, Preview
from fairdue.web.cash.shown import rule_words, sureness, today_of
from fairdue.web.permit import needs
from fairdue.web.typed import forget, keep, refused_back, typed

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from fairdue.cash.selectors import AcceptableRow, LineView, WaitingRow

_MOST = 500
_NEVER = {"unknown": "nothing was found"}


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
        return refused_back(request, refused, f"{reverse('web:cash')}?{urlencode({'line': str(line)})}")
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
    """Show what accepting many proposals would do: those that were ticked, or all from a confidence on."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    creditor, percent = creditor_choice(request), request.POST.get("above", "")
    if percent:
        least = _least(percent)
        if least is None:
            keep(request)
            messages.error(request, "Write the confidence as a percentage from 0 to 100, for example 97.5.")
            return redirect("web:cash")
        rows = selectors.waiting(ctx, creditor=creditor, least=least, limit=_MOST + 1)
        below = [row for row in selectors.acceptable(ctx, least=least, creditor=creditor) if not row.above]
        notes = _below(below, least) + ([f"Only the oldest {_MOST} go at once."] if len(rows) > _MOST else [])
    else:
        keep(request)
        rows, notes = _ticked(ctx, creditor, set(request.POST.getlist("id"))), []
    rows = [row for row in rows[:_MOST] if row.proposal_id]
    left = [(row, _NEVER[row.step]) for row in rows if row.step in _NEVER]
    chosen = [row for row in rows if row.step not in _NEVER]
    context = {
        "preview": _preview(chosen, left, notes, _back(request)),
        "rows": [(row, rule_words(f"{row.source}.{row.step}"), sureness(row.confidence, row.step)) for row in chosen],
    }
    return render(request, "web/cash/accept_preview.html", context)


def _back(request: HttpRequest) -> str:
    """Return the list that the lines were ticked on, with its filters and its page."""
    onward = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if safe else reverse("web:cash")


def ticked(request: HttpRequest) -> set[str]:
    """Return the lines that were ticked for a preview which was left, or whose acceptance was refused."""
    found = (typed(request, reverse("web:cash_accept")), typed(request, reverse("web:cash_accept_confirmed")))
    chosen, refused = (one.get("all", {}) for one in found)
    return {*chosen.get("id", ()), *refused.get("line", ())}


def _ticked(ctx: Any, creditor: UUID | None, ids: set[str]) -> list[WaitingRow]:
    return [row for row in selectors.waiting(ctx, creditor=creditor, limit=_MOST) if str(row.id) in ids]


def _least(percent: str) -> int | None:
    """Return a percentage as a person writes it in basis points; None where it cannot be read."""
    try:
        points = Decimal(percent.strip().removesuffix("%").strip().replace(",", ".")) * 100
    except InvalidOperation:
        return None
    return int(points) if points.is_finite() and 0 <= points <= CERTAIN else None


def _below(rows: list[AcceptableRow], least: int) -> list[str]:
    """Say what is left: what is less sure, and what nothing was found for."""
    found = [row for row in rows if row.step not in _NEVER]
    nothing = [row for row in rows if row.step in _NEVER]
    said = [f"{_lines(found)} left: less sure than {sureness(least).word}."] if found else []
    return said + ([f"{_lines(nothing)} left: nothing was found."] if nothing else [])


def _lines(rows: list[AcceptableRow]) -> str:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.amount
    money = " and ".join(f"{decimal_of(minor, code):,} {code}" for code, minor in sorted(sums.items()))
    count = sum(row.lines for row in rows)
    return f"1 line over {money} is" if count == 1 else f"{count:,} lines over {money} are"


def _preview(chosen: list[WaitingRow], left: list[tuple[WaitingRow, str]], notes: list[str], back_url: str) -> Preview:
    sums: dict[str, int] = {}
    for row in chosen:
        sums[row.currency] = sums.get(row.currency, 0) + row.amount
    count = len(chosen)
    return Preview(
        title=f"Accept {count} {'proposal' if count == 1 else 'proposals'}",
        verb="Accept and post",
        count=count,
        sums=sums,
        action_url=reverse("web:cash_accept_confirmed"),
        back_url=back_url,
        hidden=[
            ("key", str(uuid4())),
            ("next", back_url),
            *(("id", str(row.proposal_id)) for row in chosen),
            *(("line", str(row.id)) for row in chosen),
        ],
        excluded=[Excluded(_label(row), why, reverse("web:cash_line", args=[row.id])) for row, why in left],
        effects=[*_by_rule(chosen), *notes],
        undo="All of it is taken back by one act from the history, or each on its own: a reversal, nothing is erased.",
    )


def _by_rule(chosen: list[WaitingRow]) -> list[str]:
    """Return one line for each rule and currency: how many, and how much."""
    found: dict[tuple[str, str], list[int]] = {}
    for row in chosen:
        place = found.setdefault((rule_words(f"{row.source}.{row.step}"), row.currency), [0, 0])
        place[0] += 1
        place[1] += row.amount
    return [
        f"{words}: {count}, {decimal_of(minor, code):,} {code}"
        for (words, code), (count, minor) in sorted(found.items())
    ]


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
            made = accept_all(ctx, proposals=ids, today=today_of(request), key=request.POST.get("key") or None)
            forget(request)
            messages.success(request, f"{len(ids)} {'payment' if len(ids) == 1 else 'payments'} applied.")
            batch = selectors.history(ctx, ids=made[:1])[0].batch_id
            return redirect(f"{reverse('web:cash_history')}?{urlencode({'batch': str(batch)})}")
    except RefusedError as refused:
        said = " ".join(sorted({finding.message for finding in refused.findings}))
        keep(request)
        messages.error(request, f"{said} Nothing was posted; your ticks stand, look at the list again.")
    return redirect(_back(request))
