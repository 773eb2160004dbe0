"""How good cash application is: rates, rules with their switch, calibration, cost, and the payments behind each."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fairdue.cash.bankrules.selectors import bank_rules
from fairdue.cash.quality.selectors import CLASSES, Asked, behind, quality
from fairdue.cash.services import release_rule, set_rule
from fairdue.core.findings import RefusedError
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.foundation.tabular.dates import is_of_another_age
from fairdue.web import creditors
from fairdue.web.cash.plot import calibration_plot, points_text
from fairdue.web.cash.shown import rule_words, sureness, today_of
from fairdue.web.permit import needs
from fairdue.web.typed import refused_back

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fairdue.cash.quality.selectors import ModeRow, Quality, RuleQuality

DAYS = 90
_MOST = 150
BECAME = {
    "automatic": ("Straight through", "done"),
    "wrong": ("Posted automatically, taken back", "danger"),
    "accepted": ("Accepted by a person", "accent"),
    "by_hand": ("Decided by hand", "accent"),
    "imported": ("Imported as paid", ""),
    "returned": ("Taken back by the bank", "attention"),
    "aside": ("Set aside by the bank's code", ""),
    "waiting": ("Waits for a person", "attention"),
}
_OUTCOMES = {"accepted": ("Kept", "done"), "changed": ("Done otherwise", "attention"),
             "refused": ("Refused", "attention"), "taken back": ("Taken back", "danger")}  # fmt: skip


def _period(request: HttpRequest) -> tuple[date, date]:
    """Return the period that is asked for, by default the last ninety days; never one that runs backwards."""
    today = today_of(request)
    until = _day(request.GET.get("to", "")) or today
    since = _day(request.GET.get("from", "")) or until - timedelta(days=DAYS)
    return min(since, until), until


def _day(text: str) -> date | None:
    """Return a day of the books' age, from which a period can be counted; none for anything else."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return None if is_of_another_age(day) else day


@require_safe
@needs(Permission.CASH_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the figures of a period."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    (since, until), names = _period(request), creditors.names(ctx)
    creditor = creditor_choice(request) or (next(iter(names)) if len(names) == 1 else None)
    found = quality(ctx, since=since, until=until, today=today_of(request), creditor=creditor)
    link = _Links(since, until)
    context = {
        "since": since, "until": until, "found": found, "figures": _figures(found, link),
        "classes": [(row, *BECAME[row.became], link.to(became=row.became)) for row in found.classes],
        "rules": _rules(ctx, found, link), "plot": calibration_plot(found.bins) if found.bins else "",
        "bins": [_bin(one, link) for one in found.bins], "may": ctx.may(Permission.SETTINGS_EDIT),
        "error": points_text(found.error) if found.error is not None else "", "shadow_url": link.to(shadow="1"),
        "shadow_share": _share(found.shadow.share), "creditor": creditor,
        "threshold": points_text(found.threshold) if creditor else "the threshold of each client",
        "several": len(names) > 1,
        "watching": ", ".join(names.get(one, "") for one in found.shadow.creditors) if len(names) > 1 else "",
        "settings_url": shadow_settings(ctx, creditor),
    }  # fmt: skip
    return render(request, "web/cash/quality.html", context)


def shadow_settings(ctx: Any, creditor: UUID | None) -> str:
    """Return where the reader sets what is posted for the client, else the list of clients; empty where he may not."""
    if not ctx.may(Permission.SETTINGS_EDIT):
        return ""
    return (
        f"{reverse('web:settings_posting', args=[creditor])}#matching"
        if creditor
        else reverse("web:settings_creditors")
    )


class _Links:
    """Addresses of the payments behind a number, in the same period."""

    def __init__(self, since: date, until: date) -> None:
        self._period = {"from": since.isoformat(), "to": until.isoformat()}

    def to(self, **asked: str) -> str:
        return f"{reverse('web:cash_quality_payments')}?{urlencode({**asked, **self._period})}"


def _share(share: int | None) -> str:
    return "\u2013" if share is None else points_text(share)


def _figures(found: Quality, link: _Links) -> list[dict[str, Any]]:
    precision, cost = found.precision, found.cost
    counts = {row.became: row.payments for row in found.classes}
    return [
        {
            "label": "Straight through", "value": _share(found.straight_through), "url": link.to(became="automatic"),
            "note": f"{counts.get('automatic', 0):,} of {found.payments:,} payments, whole and without a person",
        },
        {
            "label": "Precision", "value": _share(precision.share), "url": link.to(became="wrong"),
            "tone": ("danger" if precision.wrong else "done") if precision.posted else "",
            "note": f"{precision.wrong:,} of {precision.posted:,} taken back; at least {points_text(precision.lower)}"
            if precision.posted else "nothing was posted automatically",
        },
        {
            "label": "Calibration error", "value": _share(found.error),
            "note": "predicted against kept, over what was judged",
        },
        {
            "label": "Cost", "value": f"{cost.total:,}",
            "note": f"looks; by hand it would be {cost.received:,}. A wrong posting costs {cost.wrong_cost}",
        },
    ]  # fmt: skip


def _rules(ctx: Any, found: Quality, link: _Links) -> list[dict[str, Any]]:
    names = {str(row.id): row.name for row in bank_rules(ctx)}
    who = actor_names(ctx, {mode.decided_by for row in found.rules for mode in row.modes} - {"machine"})
    clients = creditors.names(ctx)
    return [
        {
            **_rule(row, link), "words": rule_words(row.rule),
            "grades": [
                {
                    **_rule(one, link), "words": names.get(one.grade, one.grade) or "any evidence",
                    "modes": [_mode(mode, who, clients) for mode in one.modes],
                }
                for one in found.grades[row.rule]
            ],
            "off": sum(not mode.posts for mode in row.modes),
        }
        for row in found.rules
    ]  # fmt: skip


def _rule(row: RuleQuality, link: _Links) -> dict[str, Any]:
    asked = {"rule": row.rule, "grade": row.grade} if row.grade else {"rule": row.rule}
    return {
        "row": row, "share": _share(row.precision.share), "url": link.to(machine="1", **asked),
        "lower": points_text(row.precision.lower) if row.precision.posted else "",
        "wrong_url": link.to(machine="1", wrong="1", **asked), "all_url": link.to(**asked),
    }  # fmt: skip


def _mode(mode: ModeRow, who: dict[str, str], clients: dict[Any, str]) -> dict[str, Any]:
    machine = mode.decided_by == "machine"
    counted = f"{mode.was_right:,} of {mode.judged:,} right, at least {points_text(mode.lower)} with what is shipped"
    said = counted if machine else f"{who.get(mode.decided_by, mode.decided_by)}: {mode.reason or 'no reason given'}"
    return {"mode": mode, "said": said, "machine": machine, "client": clients.get(mode.creditor_id, "")}


def _bin(one: Any, link: _Links) -> dict[str, Any]:
    top = min(one.high, 10_000)
    return {
        "label": f"{points_text(one.low)} to {points_text(top)}", "predicted": points_text(one.predicted),
        "kept": points_text(one.share), "gap": points_text(one.gap), "row": one,
        "url": link.to(judged="1", low=str(one.low), high=str(one.high)),
    }  # fmt: skip


@require_safe
@needs(Permission.CASH_VIEW)
def payments(request: HttpRequest) -> HttpResponse:
    """Show the payments behind a number."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    since, until = _period(request)
    asked, title = _asked(request)
    rows = behind(
        ctx,
        asked,
        since=since,
        until=until,
        today=today_of(request),
        creditor=creditor_choice(request),
        limit=_MOST + 1,
    )
    shown = [
        {
            "row": row, "badge": {**BECAME, **_OUTCOMES}[row.became] if not asked.classes else BECAME[row.became],
            "sure": sureness(row.confidence, row.step),
            "rule": rule_words(f"{row.source}.{row.step}") if row.source else "",
        }
        for row in rows[:_MOST]
    ]  # fmt: skip
    context = {"rows": shown, "title": title, "since": since, "until": until, "more": len(rows) > _MOST}
    return render(request, "web/cash/quality_payments.html", context)


def _asked(request: HttpRequest) -> tuple[Asked, str]:
    """Return what the address asks for, and the words for it."""
    get = request.GET
    became = get.get("became", "")
    if became in CLASSES:
        return Asked(classes=(became,)), BECAME[became][0]
    try:
        low, high = int(get.get("low", "0")), int(get.get("high", "10001"))
    except ValueError:
        raise Http404 from None
    if not 0 <= low <= high <= 10_001:  # noqa: PLR2004 - basis points, and one more
        raise Http404
    rule, grade = get.get("rule", "").replace("\0", ""), get.get("grade", "").replace("\0", "")
    flags: dict[str, Any] = {name: get.get(name) == "1" for name in ("machine", "wrong", "judged", "shadow")}
    said = rule_words(rule) if rule else "Decided proposals"
    said += " \u00b7 posted automatically" if flags["machine"] else ""
    said += ", taken back" if flags["wrong"] else ""
    said = "What would have been posted in shadow mode" if flags["shadow"] else said
    return Asked(rule=rule, grade=grade, low=low, high=high, **flags), said


@require_POST
@needs(Permission.SETTINGS_EDIT)
def switch(request: HttpRequest) -> HttpResponse:
    """Let a rule post, only propose, or leave it to the machine again; for the chosen client."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    creditor, post, today = creditor_choice(request), request.POST, today_of(request)
    signature, do = post.get("signature", "")[:120].replace("\0", ""), post.get("do")
    back = redirect(
        f"{reverse('web:cash_quality')}?{urlencode({'from': post.get('from', ''), 'to': post.get('to', '')})}"
    )
    known = list(creditors.names(ctx))
    owner = creditor or (known[0] if len(known) == 1 else None)
    if owner is None or "/" not in signature or do not in {"on", "off", "machine"}:
        messages.error(request, "Choose the client at the top of the page first.")
        return back
    try:
        if do == "machine":
            release_rule(ctx, creditor=owner, signature=signature, today=today)
        else:
            reason = post.get("reason", "")
            set_rule(ctx, creditor=owner, signature=signature, automatic=do == "on", today=today, reason=reason)
        messages.success(request, "Kept. It holds from the next matching on.")
    except RefusedError as refused:
        return refused_back(request, refused, back.url)
    return back
