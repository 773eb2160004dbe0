"""The words of each message: what is shipped, what the tenant or a client says instead, and how it will look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.collections import selectors, services
from fairdue.collections.sample import write_sample
from fairdue.collections.wording import LANGUAGES, TABLES, TEMPLATES, VALUES, Wording
from fairdue.core.findings import RefusedError
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.permissions import Permission
from fairdue.web.collections.frame import ctx_of, today_of
from fairdue.web.creditors import creditor_choices
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on
from fairdue.web.spoken import TEMPLATE_WORDS

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

LANGUAGE_WORDS = {"en": "English", "de": "German", "fr": "French"}
SOURCES = {"creditor": ("The client's own", "accent"), "tenant": ("Ours", "accent"), "built_in": ("Shipped", "")}


class WordingForm(forms.Form):
    """Subject and body of a message."""

    subject = forms.CharField(label="Subject", max_length=200)
    body = forms.CharField(label="Message", max_length=10_000, widget=forms.Textarea(attrs={"rows": 18}))


def _creditor(request: HttpRequest) -> UUID | None:
    """Return the client whose wording is meant; None is everybody's."""
    text = request.POST.get("creditor", request.GET.get("creditor", ""))
    try:
        return UUID(text) if text else None
    except ValueError:
        raise Http404 from None


@require_safe
@needs(Permission.WORKLIST_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show whose words count for each message in each language."""
    ctx, creditor = ctx_of(request), _creditor(request)
    found = {(row.template, row.language): row for row in selectors.wordings(ctx, creditor=creditor)}
    rows = [
        (
            TEMPLATE_WORDS[template],
            [
                (LANGUAGE_WORDS[tongue], *SOURCES[found[template, tongue].source], _url(template, tongue, creditor))
                for tongue in LANGUAGES
            ],
        )
        for template in TEMPLATES
    ]
    context = {
        "rows": rows, "languages": [LANGUAGE_WORDS[one] for one in LANGUAGES], "creditors": creditor_choices(ctx),
        "creditor": str(creditor or ""), "words": LANGUAGE_WORDS,
        "may_edit": ctx.may(Permission.CADENCE_EDIT),
    }  # fmt: skip
    return render(request, "web/collections/wordings.html", context)


def _url(template: str, language: str, creditor: UUID | None) -> str:
    return reverse("web:wording", args=[template, language]) + (f"?creditor={creditor}" if creditor else "")


def _row(request: HttpRequest, template: str, language: str) -> selectors.WordingRow:
    rows = selectors.wordings(ctx_of(request), creditor=_creditor(request))
    row = next((row for row in rows if (row.template, row.language) == (template, language)), None)
    if row is None:
        raise Http404
    return row


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CADENCE_EDIT)
def edit(request: HttpRequest, template: str, language: str) -> HttpResponse:
    """Show a wording with its preview and its history; a POST saves it."""
    row = _row(request, template, language)
    initial = {"subject": row.wording.subject, "body": row.wording.body}
    form = WordingForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            services.save_wording(
                ctx_of(request), template=template, language=language, creditor=row.creditor_id,
                today=today_of(request), **form.cleaned_data,
            )  # fmt: skip
        if not form.errors:
            messages.success(request, "Saved. The next message says it so.")
            return redirect(_url(template, language, row.creditor_id))
    return render(
        request, "web/collections/wording.html", _context(request, row, form), status=422 if form.errors else 200
    )


def _context(request: HttpRequest, row: selectors.WordingRow, form: WordingForm) -> dict[str, Any]:
    ctx = ctx_of(request)
    told = selectors.wording_history(ctx, template=row.template, language=row.language, creditor=row.creditor_id)
    people = actor_names(ctx, {change.actor for change in told})
    clients = dict(creditor_choices(ctx))
    word, tone = SOURCES[row.source]
    own = row.source == ("creditor" if row.creditor_id else "tenant")
    return {
        "row": row, "form": form, "title": TEMPLATE_WORDS[row.template], "language": LANGUAGE_WORDS[row.language],
        "own": own,
        "source": word, "tone": tone, "history": [(change, people[change.actor]) for change in told],
        "client": clients.get(str(row.creditor_id), "") if row.creditor_id else "",
        "values": sorted(VALUES), "tables": sorted(TABLES),
        "sample": _sample(request, row, form.data or form.initial),
    }  # fmt: skip


def _sample(request: HttpRequest, row: selectors.WordingRow, told: Any) -> dict[str, Any]:
    wording = Wording(told.get("subject", "").strip()[:200], told.get("body", "").replace("\r\n", "\n")[:10_000])
    try:
        written = write_sample(
            ctx_of(request), template=row.template, language=row.language, wording=wording,
            creditor=row.creditor_id, today=today_of(request),
        )  # fmt: skip
    except RefusedError as refused:
        return {"findings": refused.findings}
    return {"letter": written.letter}


@require_POST
@needs(Permission.CADENCE_EDIT)
def preview(request: HttpRequest, template: str, language: str) -> HttpResponse:
    """Show how the words as they stand in the form would look; saves nothing."""
    row = _row(request, template, language)
    context = {"sample": _sample(request, row, request.POST), "row": row}
    return render(request, "web/collections/wording_sample.html", context)


@require_POST
@needs(Permission.CADENCE_EDIT)
def withdraw(request: HttpRequest, template: str, language: str) -> HttpResponse:
    """Take the own wording back; the shipped one counts again."""
    creditor = _creditor(request)
    services.withdraw_wording(
        ctx_of(request), template=template, language=language, creditor=creditor, today=today_of(request)
    )
    messages.success(request, "Taken back. What is shipped, or said for everybody, counts again.")
    return redirect(_url(template, language, creditor))
