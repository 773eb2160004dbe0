"""The call screen: one call, no hunting. Script, timer, outcome in one key, promise in the same panel."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fairdue.collections import selectors, services
from fairdue.collections.calling import Said, script
from fairdue.foundation import clock
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.receivables import selectors as receivables
from fairdue.web.collections import place
from fairdue.web.collections.forms import CallForm, promise_form
from fairdue.web.collections.frame import ctx_of, minor_of, today_of
from fairdue.web.collections.undoing import Step, note_of, step, tell
from fairdue.web.collections.worklist import render_customer
from fairdue.web.panels import announce, render_panel, wants_panel
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse

BY_FORM = frozenset({"promise", "dispute"})
"""Outcomes that bring a form of their own."""


@require_safe
@needs(Permission.COLLECTIONS_ACT)
def show(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Open the call: who, about what, what was said, and the outcomes."""
    return _show(request, debtor)


def _show(request: HttpRequest, debtor: UUID, **bound: Form) -> HttpResponse:
    ctx, today = ctx_of(request), today_of(request)
    row = parties.debtor(ctx, debtor)
    if row is None:
        raise Http404("There is no such customer.")
    items = receivables.items(ctx, debtors=[debtor], only_open=True)
    said = Said(
        row, parties.contacts(ctx, debtor), items, selectors.promises(ctx, today=today, debtor=debtor)[::-1],
        selectors.disputes(ctx, debtor=debtor, state="open"), selectors.calls(ctx, debtor=debtor, limit=2),
        selectors.notices(ctx, debtor=debtor, limit=4),
    )  # fmt: skip
    told = request.POST or request.GET
    context: dict[str, Any] = {
        "debtor": row, "said": said, "beats": script(said, today), "today": today, "items": items,
        "outcomes": _outcomes(),
        "call": bound.get("call") or CallForm(prefix="call"),
        "promise": bound.get("promise") or promise_form(items, today),
        "task": told.get("task", ""), "place": place.token_of(request),
        "started": _started(told.get("started", "")) or int(clock.now().timestamp()),
    }  # fmt: skip
    return render_panel(
        request, "web/collections/call_page.html", "web/collections/call_panel.html", context,
        status=422 if bound else 200,
    )  # fmt: skip


def _outcomes() -> list[tuple[str, str, str]]:
    """Return key, code and word of each outcome that one key logs: 1 to 9."""
    plain = [(code, word) for code, word in selectors.OUTCOMES if code not in BY_FORM]
    return [(str(number), code, word) for number, (code, word) in enumerate(plain, start=1)]


def _started(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 10 else None  # noqa: PLR2004 - seconds since 1970


def _seconds(request: HttpRequest) -> int | None:
    """Return how long the call took by the clock of the server, None when the start is not known."""
    started = _started(request.POST.get("started", ""))
    return None if started is None else max(0, int(clock.now().timestamp()) - started)


def _task(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("task", ""))
    except ValueError:
        return None


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def log(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Log the call with the outcome whose key was pressed; the next call follows."""
    form, steps = CallForm(request.POST, prefix="call"), list[Step]()
    if form.is_valid():
        with shown_on(form):
            made = services.log_call(
                ctx_of(request), debtor=debtor, task=_task(request), today=today_of(request),
                seconds=_seconds(request), **form.cleaned_data,
            )  # fmt: skip
            steps.append(step("call", made))
    if form.errors:
        return _show(request, debtor, call=form)
    return _onward(request, debtor, "Call logged.", steps)


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def promise(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Take the promise made on the telephone and log the call with it."""
    ctx, today = ctx_of(request), today_of(request)
    items = receivables.items(ctx, debtors=[debtor], only_open=True)
    form, steps = promise_form(items, today, request.POST), list[Step]()
    if form.is_valid():
        told = form.cleaned_data
        currencies = {item.currency for item in items if str(item.id) in told["items"]}
        if len(currencies) != 1:
            form.add_error("items", "Choose items of one currency.")
        else:
            with shown_on(form):
                promised = services.take_promise(
                    ctx, items=[UUID(id_) for id_ in told["items"]], promised_on=told["promised_on"], today=today,
                    amount=minor_of(told["amount"], currencies.pop(), "amount"), contact=told["contact"],
                )  # fmt: skip
                called = services.log_call(
                    ctx, debtor=debtor, outcome="promise", task=_task(request), today=today,
                    spoke_with=told["contact"], seconds=_seconds(request),
                )  # fmt: skip
                steps = [step("promise", promised), step("call", called)]
    if form.errors:
        return _show(request, debtor, promise=form)
    return _onward(request, debtor, "Promise taken and call logged.", steps)


def _onward(request: HttpRequest, debtor: UUID, said: str, steps: list[Step]) -> HttpResponse:
    """Go on to the next customer to be called; a call from elsewhere leads back to its customer."""
    undo = note_of(request, steps, debtor)
    if not place.in_worklist(request):
        if wants_panel(request):
            return announce(render_customer(request, debtor, done=said), said, "rows-changed", undo=undo)
        tell(request, said, undo)
        return redirect("web:work", debtor)
    onward = next_call(request, debtor)
    if not wants_panel(request):
        tell(request, said, undo)
        return redirect(onward or "web:worklist")
    response = render(
        request,
        "web/collections/next.html",
        {"said": said, "next_url": onward, "debtor": debtor, "place": place.token_of(request)},
    )
    return announce(response, said, "rows-changed", undo=undo)


def next_call(request: HttpRequest, besides: UUID) -> str:
    """Return the call screen of the line that comes next, empty when all is done."""
    found = place.onward(request, besides, source="task")
    if found is None:
        return ""
    row, here = found
    return f"{reverse('web:work_calling', args=[row.debtor_id])}?{here.query(row)}"
