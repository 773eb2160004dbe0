"""The cadence editor: the ladder on its time axis, what would run tonight, and one customer's way up."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.views.decorators.http import require_POST, require_safe

from fairdue.collections import outlook, selectors, services
from fairdue.core.cadence import Cadence, Channel, Step, Template, Tone
from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation.figures import plural_text
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.web.collections.frame import ctx_of, today_of
from fairdue.web.creditors import creditor_choices
from fairdue.web.permit import needs
from fairdue.web.spoken import TEMPLATE_WORDS

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse, QueryDict
    from django.utils.safestring import SafeString

WEEKDAYS = ((1, "Mon"), (2, "Tue"), (3, "Wed"), (4, "Thu"), (5, "Fri"), (6, "Sat"), (7, "Sun"))
SPARE_ROWS = 3
GLANCE, WHOLE = 8, 1000
"""Customers of the next run that the editor and the page of the run show."""


@require_safe
@needs(Permission.WORKLIST_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show a cadence to read and edit."""
    return _page(request)


def _page(request: HttpRequest, edited: dict[str, Any] | None = None, status: int = 200) -> HttpResponse:
    ctx, today = ctx_of(request), today_of(request)
    rows = selectors.cadences(ctx)
    chosen = next((row for row in rows if str(row.id) == request.GET.get("cadence")), rows[0])
    shown = edited["ladder"] if edited and edited.get("ladder") else chosen.ladder
    context = {
        "rows": rows, "chosen": chosen, "axis": axis(shown), "weekdays": WEEKDAYS, "words": TEMPLATE_WORDS,
        "ladder": shown, "steps": [*shown.steps, *([None] * SPARE_ROWS)], "channels": list(Channel),
        "tones": list(Tone),
        "rungs": [(step, _when(step.offset_days), TEMPLATE_WORDS[step.template]) for step in shown.steps],
        "may_edit": ctx.may(Permission.CADENCE_EDIT), "edited": edited, "today": today,
        "assigned": selectors.assignments(ctx), "creditors": creditor_choices(ctx),
        "versions": selectors.cadence_versions(ctx, chosen.id) if chosen.id else [],
    } | _tried(request, chosen.ladder)  # fmt: skip
    return render(request, "web/collections/cadences.html", context, status=status)


def _when(offset: int) -> str:
    """Return a day of the ladder in words."""
    if offset == 0:
        return "On the due date"
    days = plural_text(abs(offset), "day")
    return f"{days} before" if offset < 0 else f"{days} after"


def _tried(request: HttpRequest, ladder: Cadence) -> dict[str, Any]:
    """Return the way of the customer that the reader wants to try the ladder on."""
    text = request.GET.get("customer", "").strip()
    if not text:
        return {"customer": ""}
    ctx = ctx_of(request)
    found = parties.search(ctx, text, creditor_id=creditor_choice(request), limit=1)
    if not found:
        return {"customer": text, "tried": None}
    ways = outlook.ways(ctx, debtor=found[0].id, today=today_of(request), ladder=ladder)
    told = [
        {
            "number": way.number, "residual": way.residual, "currency": way.currency, "due_on": way.due_on,
            "reasons": way.reasons, "due_word": TEMPLATE_WORDS[way.due.template].lower() if way.due else "",
            "later": [(TEMPLATE_WORDS[step.template].lower(), on) for step, on in way.ahead],
        }
        for way in ways
    ]  # fmt: skip
    return {"customer": text, "tried": found[0], "ways": told}


def axis(ladder: Cadence) -> SafeString:
    """Return the ladder drawn on a time axis around the due date; the table beside it says the same in words."""
    offsets = [0, *(step.offset_days for step in ladder.steps)]
    low, high = min(offsets), max(*offsets, 1)

    def place(offset: int) -> int:
        return 30 + (offset - low) * 940 // max(high - low, 1)

    marks = format_html_join(
        "",
        '<circle cx="{0}" cy="26" r="{1}" fill="currentColor"/><text x="{0}" y="{2}" text-anchor="middle" '
        'font-size="13" fill="currentColor">{3}</text>',
        (
            (
                place(step.offset_days),
                5 + (step.template is Template.FORMAL_NOTICE) * 2,
                52,
                f"{step.offset_days:+d}" if step.offset_days else "0",
            )
            for step in ladder.steps
        ),
    )
    words = ", ".join(f"day {step.offset_days:+d} {TEMPLATE_WORDS[step.template].lower()}" for step in ladder.steps)
    return format_html(
        '<svg viewBox="0 0 1000 64" role="img" aria-label="{}" width="100%"><line x1="30" y1="26" x2="970" y2="26" '
        'stroke="currentColor" stroke-opacity="0.3"/><line x1="{}" y1="8" x2="{}" y2="44" stroke="currentColor" '
        'stroke-width="2"/>{}</svg>',
        words, place(0), place(0), marks,
    )  # fmt: skip


@require_safe
@needs(Permission.WORKLIST_VIEW)
def tonight(request: HttpRequest) -> HttpResponse:
    """Show what the next run would do, as a part of the page or as a page of its own."""
    ctx, today = ctx_of(request), today_of(request)
    on = _next_run(selectors.cadences(ctx)[0].ladder, today)
    part = request.headers.get("HX-Request") == "true"
    found = outlook.tonight(ctx, today=on, creditor=creditor_choice(request), limit=GLANCE if part else WHOLE)
    rows = [(row, TEMPLATE_WORDS[row.template]) for row in found.rows]
    template = "web/collections/tonight.html" if part else "web/collections/tonight_page.html"
    planned = found.result.notices + found.result.calls
    context = {"tonight": found, "rows": rows, "on": on, "part": part, "planned": planned,
               "more": planned - len(rows)}  # fmt: skip
    return render(request, template, context)


def _next_run(ladder: Cadence, today: date) -> date:
    """Return today, or the next day on which the ladder sends."""
    while today.isoweekday() not in ladder.weekdays:
        today += timedelta(days=1)
    return today


@require_POST
@needs(Permission.CADENCE_EDIT)
def save(request: HttpRequest) -> HttpResponse:
    """Save the ladder as a new version; the page comes back with every finding if it cannot be."""
    name, ladder = request.POST.get("name", ""), None
    try:
        ladder = read_ladder(request.POST)
        cadence = services.save_cadence(
            ctx_of(request), name=name, ladder=ladder, today=today_of(request),
            default=request.POST.get("default") == "on",
            move_running=request.POST.get("move_running") == "on",
        )  # fmt: skip
    except RefusedError as refused:
        return _page(request, {"findings": refused.findings, "name": name, "ladder": ladder}, status=422)
    messages.success(request, f"Cadence {name} saved. What begins from now on climbs it.")
    return redirect(f"{reverse('web:cadences')}?cadence={cadence}")


def read_ladder(posted: QueryDict) -> Cadence:
    """Return the ladder that was filled in, ordered by day; rows without a day fall away."""
    columns = [posted.getlist(name) for name in ("offset", "channel", "template", "tone", "automatic")]
    if len({len(column) for column in columns}) > 1:
        raise refuse("cadence.rows", "steps", "The steps do not hang together; load the page again.")
    drafts = [(_number(row[0], "steps"), *row[1:]) for row in zip(*columns, strict=True) if row[0].strip()]
    drafts.sort(key=lambda row: row[0])
    try:
        steps = tuple(
            Step(level, offset, Channel(channel), Template(template), Tone(tone), automatic == "1")
            for level, (offset, channel, template, tone, automatic) in enumerate(drafts, start=1)
        )
    except ValueError as error:
        raise refuse("cadence.word", "steps", f"A step could not be read: {error}.") from error
    weekdays = frozenset(_number(day, "weekdays") for day in posted.getlist("weekday"))
    return Cadence(steps, _number(posted.get("minimum_days", ""), "minimum_days"), weekdays)


def _number(text: str, path: str) -> int:
    try:
        return int(text.strip().replace("\N{MINUS SIGN}", "-"))
    except ValueError as error:
        words = f"“{text}” is not a whole number." if text.strip() else "Enter a whole number."
        raise refuse("cadence.number", path, words) from error
