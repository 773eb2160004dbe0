"""The worklist: what to do next and why, with everything to do it beside the list."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_safe

from fairdue.collections import selectors, services
from fairdue.collections.services.assigning import may_hand
from fairdue.core.contact import HoldReason
from fairdue.foundation import approvals
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.receivables import selectors as receivables
from fairdue.web.collections import place
from fairdue.web.collections.forms import SNOOZE_DAYS, forms_for
from fairdue.web.collections.frame import ctx_of, today_of
from fairdue.web.collections.ticks import ticked
from fairdue.web.creditors import names
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.panels import render_panel
from fairdue.web.permit import needs
from fairdue.web.spoken import hold_words

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date

    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

    from fairdue.collections.selectors import WorkRow
    from fairdue.foundation.context import Ctx
    from fairdue.receivables.selectors import HoldRow, ItemRow
    from fairdue.web.collections.place import Place

SPEC = ListSpec(
    sorts=("priority",),
    filters=(
        Filter("q", "Customer", kind="search"),
        Filter("kind", "Kind", tuple(selectors.KINDS.items())),
        Filter("mine", "Mine only", kind="check"),
    ),
    descending=True,
    keep=(),
)
NOTES_SHOWN = 3
NO_ITEM = UUID(int=0)
"""Asked about besides the items, so that a customer without any takes as many questions as the others."""
WAITS = "write-off waits for approval"
WORK_KINDS = ("promise_broken", "dispute", "call", "follow_up", "letter", "master_data")


def waiting(request: HttpRequest) -> int:
    """Return how many lines wait in the worklist."""
    counts = selectors.work_counts(ctx_of(request), today=today_of(request))
    return sum(counts.get(kind, 0) for kind in WORK_KINDS)


@require_safe
@needs(Permission.WORKLIST_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show what waits for a person, most urgent first."""
    ctx, today = ctx_of(request), today_of(request)
    state = read_state(request, SPEC)
    mine = UUID(str(request.user.pk)) if state.filters.get("mine") else None
    rows = selectors.worklist(
        ctx, today=today, creditor=creditor_choice(request), kind=state.filters.get("kind", ""), owner=mine,
        q=state.filters.get("q", ""), after=place.read_row(state.cursor), limit=PAGE_SIZE + 1,
    )  # fmt: skip
    following = None
    if len(rows) > PAGE_SIZE:
        rows = rows[:PAGE_SIZE]
        following = (rows[-1].priority, rows[-1].overdue, str(rows[-1].id))
    counts = selectors.work_counts(ctx, today=today)
    here = place.found_by(state.filters)
    people = services.colleagues(ctx) if ctx.may(Permission.COLLECTIONS_ACT) else []
    called, chosen = {one.id: one.name for one in people}, ticked(request)
    lines = [
        (
            row,
            line_url(row, here),
            _call_url(row, here),
            called.get(row.owner_id, "") if row.owner_id else "",
            str(row.id) in chosen,
        )
        for row in rows
    ]
    context = {
        "state": state, "page": Page(lines, following), "counts": counts,
        "may_act": ctx.may(Permission.COLLECTIONS_ACT), "first_use": not names(ctx),
        "people": _givable(ctx, people), "rest_until": today + timedelta(days=SNOOZE_DAYS),
        "due": sum(counts.get(kind, 0) for kind in WORK_KINDS),
    }  # fmt: skip
    return render(request, "web/collections/worklist.html", context)


def _givable(ctx: Ctx, people: Sequence[services.Colleague]) -> list[services.Colleague]:
    """Return to whom the reader may give work: the lead to everybody, the others to themselves."""
    return [one for one in people if may_hand(ctx, None, one.id)]


@require_safe
@needs(Permission.WORKLIST_VIEW)
def customer(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Show one customer with the reason, the open items, and everything that can be done now."""
    return render_customer(request, debtor)


def render_customer(
    request: HttpRequest, debtor: UUID, *, bound: dict[str, Form] | None = None, done: str = ""
) -> HttpResponse:
    """Return the panel of a customer; `bound` are forms with errors, `done` says what just happened."""
    ctx, today = ctx_of(request), today_of(request)
    row = parties.debtor(ctx, debtor)
    if row is None:
        raise Http404
    items = receivables.items(ctx, debtors=[debtor], only_open=True)
    asked = waiting_write_offs(ctx, items)
    holds = receivables.holds(ctx, debtors=[debtor], on=today)
    numbers = {item.id: item.number for item in items}
    context = {
        "debtor": row, "items": marked_items(items, holds, asked), "today": today,
        "whole_holds": [(hold, may_release(ctx, hold)) for hold in holds if hold.item_id is None],
        "item_holds": [
            (hold, numbers[hold.item_id]) for hold in holds if hold.item_id in numbers and may_release(ctx, hold)
        ],
        "overdue": overdue_of(items, today), "oldest": min((i.due_on for i in items if i.due_on < today), default=None),
        "tasks": selectors.tasks(ctx, debtor=debtor), "calls": selectors.calls(ctx, debtor=debtor, limit=4),
        "notices": [row for row in selectors.notices(ctx, debtor=debtor, limit=20) if row.state != "cancelled"][:4],
        "promises": selectors.promises(ctx, today=today, debtor=debtor, state="open"),
        "disputes": selectors.disputes(ctx, debtor=debtor, state="open"),
        "contacts": parties.contacts(ctx, debtor), "outcomes": list(enumerate(selectors.OUTCOMES, start=1)),
        "forms": forms_for(items, today, asked) | (bound or {}), "done": done, "customer_url": _customer_url(debtor),
        "task": request.GET.get("task") or request.POST.get("task") or "", "place": place.token_of(request),
        "may_act": ctx.may(Permission.COLLECTIONS_ACT), "notes": last_notes(ctx, debtor),
        "goes_on": place.in_worklist(request), "may_open": ctx.may(Permission.REPORTS_VIEW),
        "open_form": next(iter(bound), "") if bound else request.GET.get("open", ""),
        "creditor_name": names(ctx).get(row.creditor_id, ""),
        "people": _givable(ctx, services.colleagues(ctx)),
    }  # fmt: skip
    return render_panel(
        request, "web/collections/customer_page.html", "web/collections/customer_panel.html", context,
        status=422 if bound else 200,
    )  # fmt: skip


def last_notes(ctx: Ctx, debtor: UUID) -> list[tuple[date, str]]:
    """Return the newest notes about a customer."""
    found = logged_facts(ctx, FactFilter(debtor=debtor, type="note.written"), limit=NOTES_SHOWN)
    return [(fact.happened_on, str(fact.payload.get("note", ""))) for fact in found]


def may_release(ctx: Ctx, hold: HoldRow) -> bool:
    """Return whether the reader may end a hold by hand; one behind a promise, dispute or claim ends with that."""
    if hold.source_id is not None:
        return False
    return ctx.may(Permission.COLLECTIONS_ACT if hold.reason == HoldReason.SNOOZE else Permission.CREDIT_EDIT)


def waiting_write_offs(ctx: Ctx, items: Sequence[ItemRow]) -> frozenset[UUID]:
    """Return the items whose write-off somebody proposed and nobody decided yet."""
    asked = approvals.pending(ctx, kind="write_off", subjects={item.id for item in items} | {NO_ITEM})
    return frozenset(row.subject_id for row in asked)


def marked_items(items: list[ItemRow], holds: list[HoldRow], asked: Collection[UUID]) -> list[tuple[ItemRow, str]]:
    """Return each item with what holds it, in words; `asked` are those whose write-off waits for approval."""
    words: dict[UUID, list[str]] = {item: [WAITS] for item in asked}
    for hold in holds:
        if hold.item_id is not None:
            words.setdefault(hold.item_id, []).append(hold_words(hold.reason))
    return [(item, ", ".join(sorted(set(words.get(item.id, []))))) for item in items]


def overdue_of(items: list[ItemRow], today: date) -> dict[str, int]:
    """Return what is late by currency, minor units."""
    sums: dict[str, int] = {}
    for item in items:
        if item.due_on < today:
            sums[item.currency] = sums.get(item.currency, 0) + item.residual
    return sums


def _customer_url(debtor: UUID) -> str:
    try:
        return reverse("web:customer", args=[debtor])
    except NoReverseMatch:
        return ""


def line_url(row: WorkRow, here: Place) -> str:
    """Return where a line leads: to the dispute itself, or to the customer with the task in hand."""
    if row.source == "dispute":
        return reverse("web:dispute", args=[row.id])
    return f"{reverse('web:work', args=[row.debtor_id])}?{here.query(row)}"


def _call_url(row: WorkRow, here: Place) -> str:
    """Return the call screen of a line; a call to be made brings its task along."""
    return f"{reverse('web:work_calling', args=[row.debtor_id])}?{here.query(row)}"


def next_url(request: HttpRequest, besides: UUID) -> str:
    """Return the address of the line that comes next, empty when all is done."""
    found = place.onward(request, besides)
    return line_url(*found) if found else ""
