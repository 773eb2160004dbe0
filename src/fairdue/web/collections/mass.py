"""Many lines of the worklist at once: let their customers rest, or give the lines to a person; first a preview."""

from __future__ import annotations

from datetime import date, timedelta
from functools import wraps
from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.views.decorators.http import require_POST

from fairdue.collections import selectors, services
from fairdue.collections.services.assigning import may_hand
from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation.figures import day_text
from fairdue.foundation.permissions import Permission
from fairdue.web.bulk import Excluded, Preview
from fairdue.web.collections.forms import SNOOZE_DAYS
from fairdue.web.collections.frame import ctx_of, today_of
from fairdue.web.collections.undoing import note_of, step, tell
from fairdue.web.collections.worklist import render_customer
from fairdue.web.panels import announce, wants_panel
from fairdue.web.permit import needs
from fairdue.web.typed import forget, keep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.http import HttpRequest, HttpResponse

    from fairdue.collections.selectors import WorkRow

NOBODY = "nobody"


def _chosen(request: HttpRequest) -> tuple[list[UUID], list[WorkRow]]:
    """Return the ids that were ticked and those of their lines that still wait."""
    ids = []
    for text in request.POST.getlist("id"):
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    if not ids:
        raise refuse("work.lines", "lines", "Tick the lines first.")
    return ids, selectors.work_lines(ctx_of(request), today=today_of(request), ids=ids)


def _back(request: HttpRequest) -> str:
    onward = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(onward, {request.get_host()}, require_https=request.is_secure())
    return onward if safe else reverse("web:worklist")


def _staying(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Answer a refusal on the list that it came from, with its reason above the rows and its ticks."""

    @wraps(view)
    def stays(request: HttpRequest) -> HttpResponse:
        keep(request)  # until it is done: a preview that is left finds its ticks again, too
        try:
            return view(request)
        except RefusedError as refused:
            messages.error(request, " ".join(finding.message for finding in refused.findings))
            return redirect(_back(request))

    return stays


def _sums(rows: Iterable[WorkRow]) -> dict[str, int]:
    """Return what is overdue of the customers of lines, each customer once, by currency."""
    sums: dict[str, int] = {}
    for row in {row.debtor_id: row for row in rows}.values():
        if row.owed:
            sums[row.owed_in] = sums.get(row.owed_in, 0) + row.owed
    return sums


def _ended(ids: list[UUID], rows: list[WorkRow]) -> list[Excluded]:
    gone = len(set(ids)) - len(rows)
    words = "1 line" if gone == 1 else f"{gone} lines"
    return [Excluded(words, "Somebody dealt with it meanwhile.")] if gone else []


def _until(request: HttpRequest) -> date:
    """Return the day of the form, a week from now where it says none."""
    try:
        return date.fromisoformat(request.POST.get("until", ""))
    except ValueError:
        return today_of(request) + timedelta(days=SNOOZE_DAYS)


@require_POST
@needs(Permission.COLLECTIONS_ACT)
@_staying
def snooze(request: HttpRequest) -> HttpResponse:
    """Show what letting these customers rest would do; the confirmed form does it."""
    ids, rows = _chosen(request)
    until, note = _until(request), request.POST.get("note", "").strip()
    if until <= today_of(request):
        raise refuse("snooze.until", "until", "Choose a day after today.")
    resting = [row for row in rows if row.source == "task"]
    debtors = list(dict.fromkeys(row.debtor_id for row in resting))
    if request.POST.get("confirmed") == "1" and debtors:
        held = services.snooze_debtors(
            ctx_of(request), debtors=debtors, until=until, note=note, today=today_of(request)
        )
        forget(request)
        said = f"{_customers(len(held))} left alone until {_day(until)}."
        tell(request, said, note_of(request, [step("snooze", *held)]))
        return redirect(_back(request))
    disputes = [row for row in rows if row.source == "dispute"]
    preview = Preview(
        title=f"Snooze {_customers(len(debtors))} until {_day(until)}", verb="Snooze", count=len(debtors),
        sums=_sums(resting), action_url=request.path, back_url=_back(request),
        hidden=[*(("id", str(row.id)) for row in resting), ("until", until.isoformat()), ("note", note),
                ("next", _back(request))],
        excluded=[
            *(Excluded(row.debtor_name, "A dispute waits for our answer; a rest does not stop its clock.")
              for row in disputes),
            *_ended(ids, rows),
        ],
        effects=["No reminders and no calls to these customers before that day.",
                 "Their tasks that are due before move to that day."],
        undo="It can be undone: the tasks are due again when they were.",
    )  # fmt: skip
    return render(request, "web/bulk_preview.html", {"preview": preview})


def _day(day: date) -> str:
    return day_text(day, get_language() or "en")


def _customers(count: int) -> str:
    return "1 customer" if count == 1 else f"{count} customers"


def _lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def _owner(request: HttpRequest) -> tuple[UUID | None, str]:
    """Return who gets the work and how they are called; None is nobody."""
    told = request.POST.get("owner", "")
    if told == NOBODY:
        return None, "nobody"
    for one in services.colleagues(ctx_of(request)):
        if str(one.id) == told:
            return one.id, one.name
    raise refuse("work.owner", "owner", "Choose who gets the work.")


@require_POST
@needs(Permission.COLLECTIONS_ACT)
@_staying
def assign(request: HttpRequest) -> HttpResponse:
    """Show what giving these lines to a person would do; the confirmed form does it."""
    ids, rows = _chosen(request)
    ctx, (owner, name) = ctx_of(request), _owner(request)
    moving = [row for row in rows if row.owner_id != owner and may_hand(ctx, row.owner_id, owner)]
    if request.POST.get("confirmed") == "1" and moving:
        given = services.assign_work(ctx, lines=[row.id for row in moving], owner=owner, today=today_of(request))
        forget(request)
        back = note_of(request, [step("work", *(part for row in moving for part in (row.id, row.owner_id)))])
        tell(request, f"{_lines(len(given))} given to {name}.", back)
        return redirect(_back(request))
    theirs = [row for row in rows if row.owner_id == owner]
    others = [row for row in rows if row.owner_id != owner and not may_hand(ctx, row.owner_id, owner)]
    preview = Preview(
        title=f"Give {_lines(len(moving))} to {name}", verb="Give", count=len(moving), sums=_sums(moving),
        action_url=request.path, back_url=_back(request),
        hidden=[*(("id", str(row.id)) for row in moving), ("owner", str(owner or NOBODY)), ("next", _back(request))],
        excluded=[
            *(Excluded(row.debtor_name, f"It is with {name} already.") for row in theirs),
            *(Excluded(row.debtor_name, "Only a team lead takes work from others or gives it to them.")
              for row in others),
            *_ended(ids, rows),
        ],
        effects=["They find these lines under “Mine only”. Nothing is sent."],
        undo="It can be undone: each line goes back to whom it belonged.",
    )  # fmt: skip
    return render(request, "web/bulk_preview.html", {"preview": preview})


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def assign_one(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Give everything that waits about one customer to a person; the customer stays in view."""
    ctx, today, (owner, name) = ctx_of(request), today_of(request), _owner(request)
    rows = selectors.work_lines(ctx, today=today, debtor=debtor)
    if not rows:
        raise refuse("work.lines", "owner", "Nothing waits about this customer.")
    services.assign_work(ctx, lines=[row.id for row in rows], owner=owner, today=today)
    undo = note_of(request, [step("work", *(part for row in rows for part in (row.id, row.owner_id)))], debtor)
    said = f"Given to {name}."
    if wants_panel(request):
        return announce(render_customer(request, debtor, done=said), said, "rows-changed", undo=undo)
    tell(request, said, undo)
    return redirect("web:work", debtor)
