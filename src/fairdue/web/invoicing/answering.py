"""The inbox of answers: what networks, mail servers and customers said about invoices, and files taken in by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.contrib import messages
from django.db import transaction
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fairdue.core.findings import Finding, RefusedError
from fairdue.core.invoice.delivery import Told
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import monitor, services
from fairdue.web.invoicing.delivering import CHANNELS
from fairdue.web.invoicing.lists import tabs, today_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

LARGEST = 2_000_000
BOUNCE = "bounce"
ANSWERS = {
    Told.DELIVERED: ("Delivered", "done", "mail-check"),
    Told.OPENED: ("Opened", "accent", "mail-open"),
    Told.REJECTED: ("Rejected", "danger", "mail-x"),
    Told.REFUSED: ("Refused", "danger", "circle-x"),
    Told.APPROVED: ("Approved", "done", "circle-check"),
    Told.PAID: ("Says it is paid", "accent", "banknote"),
}
SPEC = ListSpec(
    sorts=("recorded",),
    descending=True,
    filters=(
        Filter("q", "Number or customer", kind="search"),
        Filter("kind", "Said", tuple((told.value, word) for told, (word, _, _) in ANSWERS.items())),
    ),
)
SOURCES = {
    "portal": "Customer, in the portal",
    "email": "Mail server",
    "person": "Somebody here",
    "bounce": "Mail server",
}
SENDERS = ("sdi", "ksef", "platform", "folder", "peppol")


class AnswerForm(forms.Form):
    """A file of answers, or a mail that came back."""

    channel = forms.ChoiceField(
        label="What it is",
        choices=((BOUNCE, "A mail that came back (bounce)"), *((way, f"Answer of {CHANNELS[way]}") for way in SENDERS)),
    )
    upload = forms.FileField(label="File")


def source_words(source: str) -> str:
    """Return who said something about an invoice, in words."""
    return SOURCES.get(source) or CHANNELS.get(source) or source.replace("_", " ").capitalize()


def in_words(row: monitor.AnswerLine | monitor.EventLine) -> tuple[Any, ...]:
    """Return an answer with its word, tone and icon, and who gave it."""
    return row, *ANSWERS[Told(row.kind)], source_words(row.source)


def _page(
    request: HttpRequest, form: AnswerForm | None = None, findings: Sequence[Finding] = (), status: int = 200
) -> HttpResponse:
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    state = read_state(request, SPEC)
    rows = monitor.answers(
        ctx, filters=state.filters, creditor=creditor_choice(request), after=state.cursor, limit=PAGE_SIZE + 1
    )
    shown = rows[:PAGE_SIZE]
    more = (shown[-1].recorded_at.isoformat(), str(shown[-1].id)) if len(rows) > PAGE_SIZE else None
    context = {
        "tabs": tabs("deliveries"), "state": state, "filtered": bool(state.filters), "findings": findings,
        "form": form or AnswerForm(), "may_issue": ctx.may(Permission.INVOICES_ISSUE),
        "page": Page([in_words(row) for row in shown], more),
    }  # fmt: skip
    return render(request, "web/invoicing/answers.html", context, status=status)


@require_safe
@needs(Permission.INVOICES_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show answers, newest first."""
    return _page(request)


@require_POST
@needs(Permission.INVOICES_ISSUE)
def take(request: HttpRequest) -> HttpResponse:
    """Take a file of answers or a delivery report in; all of it or nothing, with every reason."""
    form = AnswerForm(request.POST, request.FILES)
    if form.is_valid() and form.cleaned_data["upload"].size > LARGEST:
        form.add_error("upload", "The file is larger than 2 MB.")
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        with transaction.atomic():
            sentence = _taken(request, form.cleaned_data["channel"], form.cleaned_data["upload"])
    except RefusedError as refused:
        return _page(request, form, refused.findings, status=422)
    messages.success(request, sentence)
    return redirect("web:delivery_answers")


def _taken(request: HttpRequest, channel: str, upload: Any) -> str:
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    content, today = upload.read(), today_of(request)
    if channel == BOUNCE:
        found = services.take_bounce(ctx, content=content, today=today)
        return "The delivery failed, its address is unverified." if found else "It is about none of ours, or it passes."
    made = services.take_answers(ctx, channel=channel, name=upload.name or "answers", content=content, today=today)
    return f"{len(made)} answers are new." if len(made) != 1 else "One answer is new."
