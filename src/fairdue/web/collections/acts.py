"""What a collector does from the worklist; each act answers with the next customer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from fairdue.collections import services
from fairdue.collections.services.notices import compose
from fairdue.core.contact import HoldReason
from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.receivables import selectors as receivables
from fairdue.receivables.services import propose_write_off, release_holds
from fairdue.web.collections.forms import (
    CallForm,
    MessageForm,
    NoteForm,
    dispute_form,
    plan_form,
    promise_form,
    snooze_form,
    write_off_form,
)
from fairdue.web.collections.frame import ctx_of, minor_of, today_of
from fairdue.web.collections.place import in_worklist, token_of
from fairdue.web.collections.undoing import Step, note_of, step, tell
from fairdue.web.collections.worklist import may_release, next_url, render_customer
from fairdue.web.panels import announce, render_panel, wants_panel
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on

if TYPE_CHECKING:
    from django.forms import Form
    from django.http import HttpRequest, HttpResponse


def _task(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST.get("task", ""))
    except ValueError:
        return None


def _answer(
    request: HttpRequest, debtor: UUID, name: str, form: Form, said: str, steps: list[Step] | None = None
) -> HttpResponse:
    """Return the form with its errors, or go on to the next customer and say what was done, with the way back."""
    if form.errors:
        return render_customer(request, debtor, bound={name: form})
    undo = note_of(request, steps or [], debtor)
    if not in_worklist(request):
        return _stay(request, debtor, said, undo)
    onward = next_url(request, debtor)
    if not wants_panel(request):
        tell(request, said, undo)
        return redirect(onward or "web:worklist")
    response = render(
        request,
        "web/collections/next.html",
        {"said": said, "next_url": onward, "debtor": debtor, "place": token_of(request)},
    )
    return announce(response, said, "rows-changed", undo=undo)


def _stay(request: HttpRequest, debtor: UUID, said: str, undo: str = "") -> HttpResponse:
    """Show the customer again and say what was done."""
    if wants_panel(request):
        return announce(render_customer(request, debtor, done=said), said, "rows-changed", undo=undo)
    tell(request, said, undo)
    return redirect("web:work", debtor)


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def call(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Log a call with its outcome."""
    form, steps = CallForm(request.POST, prefix="call"), list[Step]()
    if form.is_valid():
        with shown_on(form):
            made = services.log_call(
                ctx_of(request), debtor=debtor, task=_task(request), today=today_of(request), **form.cleaned_data
            )
            steps.append(step("call", made))
    return _answer(request, debtor, "call", form, "Call logged.", steps)


def _items(request: HttpRequest, debtor: UUID) -> list[receivables.ItemRow]:
    return receivables.items(ctx_of(request), debtors=[debtor], only_open=True)


def _log_with(request: HttpRequest, debtor: UUID, outcome: str, spoke_with: str = "") -> list[Step]:
    """Log the call during which a promise or dispute was taken, if a task asked for it; returns how to undo that."""
    task = _task(request)
    if task is None:
        return []
    made = services.log_call(
        ctx_of(request), debtor=debtor, outcome=outcome, task=task, today=today_of(request), spoke_with=spoke_with
    )
    return [step("call", made)]


def _amount(form: Form, ids: list[str], items: list[receivables.ItemRow]) -> int:
    currencies = {item.currency for item in items if str(item.id) in ids}
    if len(currencies) != 1:
        raise refuse("promise.items", "items", "Choose items of one currency.")
    return minor_of(form.cleaned_data["amount"], currencies.pop(), "amount")


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def promise(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Take a promise to pay."""
    items, today = _items(request, debtor), today_of(request)
    form, steps = promise_form(items, today, request.POST), list[Step]()
    if form.is_valid():
        data = form.cleaned_data
        with shown_on(form):
            made = services.take_promise(
                ctx_of(request), items=[UUID(id_) for id_ in data["items"]], promised_on=data["promised_on"],
                amount=_amount(form, data["items"], items), contact=data["contact"], today=today,
            )  # fmt: skip
            steps = [step("promise", made), *_log_with(request, debtor, "promise", data["contact"])]
    return _answer(request, debtor, "promise", form, "Promise taken. Its items are left alone until it is due.", steps)


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def plan(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Agree a payment plan."""
    items, today = _items(request, debtor), today_of(request)
    form, steps = plan_form(items, today, request.POST), list[Step]()
    if form.is_valid():
        data = form.cleaned_data
        with shown_on(form):
            made = services.agree_plan(
                ctx_of(request), items=[UUID(id_) for id_ in data["plan_items"]], count=data["count"],
                frequency=data["frequency"], first_on=data["first_on"], today=today,
            )  # fmt: skip
            steps = [step("promise", made), *_log_with(request, debtor, "promise")]
    said = "Payment plan agreed. Its items are left alone while it is kept."
    return _answer(request, debtor, "plan", form, said, steps)


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def dispute(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Open a dispute over an item or a part of it."""
    items, today = _items(request, debtor), today_of(request)
    form = dispute_form(items, request.POST)
    if form.is_valid():
        data = form.cleaned_data
        with shown_on(form):
            services.open_dispute(
                ctx_of(request), item=UUID(data["item"]), reason=data["reason"], note=data["note"], today=today,
                amount=_amount(form, [data["item"]], items) if data["amount"] else None,
            )  # fmt: skip
            _log_with(request, debtor, "dispute")
    return _answer(request, debtor, "dispute", form, "Dispute opened. Only the contested part is held.")


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def snooze(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Leave a customer, or one of its items, alone until a day."""
    form, steps = snooze_form(_items(request, debtor), today_of(request), request.POST), list[Step]()
    if form.is_valid():
        told = form.cleaned_data
        with shown_on(form):
            held = services.snooze(
                ctx_of(request), debtor=debtor, today=today_of(request), until=told["until"], note=told["note"],
                item=UUID(told["item"]) if told["item"] else None,
            )  # fmt: skip
            steps.append(step("snooze", held))
    said = "Snoozed: no reminders and no calls until that day."
    if form.is_valid() and form.cleaned_data["item"]:
        said = "The item rests until that day; the others are chased."
    return _answer(request, debtor, "snooze", form, said, steps)


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def note(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Keep a note; the customer stays in view."""
    form = NoteForm(request.POST, prefix="note")
    if form.is_valid():
        with shown_on(form):
            services.write_note(ctx_of(request), debtor=debtor, today=today_of(request), **form.cleaned_data)
    if form.errors:
        return render_customer(request, debtor, bound={"note": form})
    return _stay(request, debtor, "Note kept.")


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def write_off(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Ask a second person to write off an item or a part of it; the customer stays in view."""
    items = _items(request, debtor)
    form, steps = write_off_form(items, request.POST), list[Step]()
    if form.is_valid():
        told = form.cleaned_data
        with shown_on(form):
            chosen = next(item for item in items if str(item.id) == told["item"])
            amount = minor_of(told["amount"], chosen.currency, "amount") if told["amount"] else chosen.residual
            asked = propose_write_off(
                ctx_of(request), item=chosen.id, amount=amount, reason=told["reason"], today=today_of(request)
            )
            steps.append(step("write_off", asked))
    if form.errors:
        return render_customer(request, debtor, bound={"write_off": form})
    said = "Asked for. A second person decides under Approvals; until then the item stays open."
    return _stay(request, debtor, said, note_of(request, steps, debtor))


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def release(request: HttpRequest, debtor: UUID, hold: UUID) -> HttpResponse:
    """Release a hold that a person placed; one that is no snooze asks for the right that placed it."""
    ctx, today = ctx_of(request), today_of(request)
    row = next((one for one in receivables.holds(ctx, debtors=[debtor]) if one.id == hold), None)
    if row is None:
        raise Http404
    if not may_release(ctx, row):
        raise PermissionDenied
    if row.reason == HoldReason.SNOOZE:
        services.unsnooze(ctx, holds=[hold], today=today)
    else:
        release_holds(ctx, holds=[hold], today=today)
    said = "The hold is released: reminders go on, and what it had moved is due again."
    onward = request.POST.get("next", "")
    if not wants_panel(request) and url_has_allowed_host_and_scheme(onward, {request.get_host()}, request.is_secure()):
        messages.success(request, said)
        return redirect(onward)
    return _stay(request, debtor, said)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.COLLECTIONS_ACT)
def message(request: HttpRequest, debtor: UUID) -> HttpResponse:
    """Show the message that would go out now; a POST sends it."""
    ctx, today = ctx_of(request), today_of(request)
    form = MessageForm(request.POST or {"message-template": request.GET.get("template", "notice")}, prefix="message")
    if request.method == "POST":
        if form.is_valid():
            with shown_on(form):
                services.send_notice(ctx, debtor=debtor, template=form.cleaned_data["template"], today=today)
                _finish(request)
        return _answer(request, debtor, "message", form, "Message queued. It is checked once more before it leaves.")
    row = parties.debtor(ctx, debtor)
    if row is None:
        raise Http404
    context: dict[str, Any] = {
        "form": form,
        "debtor": row,
        "debtor_id": debtor,
        "task": request.GET.get("task", ""),
        "place": token_of(request),
    }
    if form.is_valid():
        try:
            planned, written = compose(ctx, debtor=debtor, template=form.cleaned_data["template"], today=today)
            context |= {"planned": planned, "written": written}
        except RefusedError as refused:
            context |= {"findings": refused.findings}
    return render_panel(request, "web/collections/message_page.html", "web/collections/message_panel.html", context)


def _finish(request: HttpRequest) -> None:
    task = _task(request)
    if task:
        services.finish_task(ctx_of(request), task=task, outcome="message sent", today=today_of(request))


@require_POST
@needs(Permission.COLLECTIONS_ACT)
def done(request: HttpRequest, task: UUID) -> HttpResponse:
    """End a task; a letter that waited for a hand is sent or noted as posted."""
    from fairdue.collections import selectors

    ctx, today, steps = ctx_of(request), today_of(request), list[Step]()
    row = selectors.task(ctx, id_=task)
    if row.kind == "letter" and row.source_id and request.POST.get("how") in {"send", "posted"}:
        services.release_notice(ctx, notice=row.source_id, posted=request.POST["how"] == "posted", today=today)
        said = "Noted as posted." if request.POST["how"] == "posted" else "Message queued."
    else:
        services.finish_task(ctx, task=task, outcome="done", today=today)
        said, steps = "Task done.", [step("task", task)]
    undo = note_of(request, steps, row.debtor_id)
    if not wants_panel(request):
        tell(request, said, undo)
        return redirect(reverse("web:worklist"))
    context = {
        "said": said,
        "next_url": next_url(request, row.debtor_id),
        "debtor": row.debtor_id,
        "place": token_of(request),
    }
    return announce(render(request, "web/collections/next.html", context), said, "rows-changed", undo=undo)
