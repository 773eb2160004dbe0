"""The sender of a client: whose name its mail carries, the key that signs it, and what receivers see in the DNS."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from fairdue.core.findings import RefusedError
from fairdue.foundation import clock
from fairdue.foundation.mail import authentic
from fairdue.foundation.permissions import Permission
from fairdue.parties import senders, services
from fairdue.parties.services.mailkeys import KEPT
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on
from fairdue.web.settings.menu import menu

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from django.http import HttpRequest

STANDS = {
    "valid": ("Valid", "done", "circle-check"),
    "weak": ("Weak", "attention", "triangle-alert"),
    "wrong": ("Wrong", "danger", "circle-x"),
    "not_checked": ("Not checked", "attention", "circle-question-mark"),
}


class SenderForm(forms.Form):
    """Whose name mail carries, and where it comes back to."""

    mail_from = forms.CharField(
        label="Visible sender", max_length=254, required=False,
        help_text="Such as Nordwind <invoices@nordwind.example>. Empty is the sender of this installation.",
    )  # fmt: skip
    bounce_address = forms.CharField(
        label="Mailbox for bounces", max_length=254, required=False,
        help_text="Takes sub-addresses: bounce+number@… tells which invoice came back.",
    )  # fmt: skip


class KeyForm(forms.Form):
    """Which key is to be made."""

    domain = forms.CharField(label="Domain", max_length=253)
    selector = forms.CharField(label="Selector", max_length=63, help_text="A name for this key; each key has its own.")


def _row(request: HttpRequest, creditor: UUID) -> senders.SenderRow:
    row = senders.sender(request.ctx, creditor)  # type: ignore[attr-defined]
    if row is None:
        raise Http404("There is no such client.")
    return row


def _today(request: HttpRequest) -> date:
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]


def _key_form(row: senders.SenderRow, today: date) -> KeyForm:
    """Return the form with the domain of the sender and a selector that no earlier key has."""
    domain = authentic.domain_of(row.mail_from)
    taken = {one.selector for one in (row.signing, row.waiting) if one}
    plain = f"fairdue{today:%Y%m}"
    selector = next(name for name in (plain, *(f"{plain}-{n}" for n in range(2, 9))) if name not in taken)
    return KeyForm(initial={"domain": domain, "selector": selector}, auto_id="key_%s")


def _page(
    request: HttpRequest, row: senders.SenderRow, form: SenderForm | None = None, key_form: KeyForm | None = None
) -> HttpResponse:
    today = _today(request)
    context = {
        "menu": menu(request), "row": row, "creditor": row.creditor,
        "form": form or SenderForm(initial={"mail_from": row.mail_from, "bounce_address": row.bounce_address}),
        "key_form": key_form or _key_form(row, today),
        "checks": [(one, *STANDS[one.stand.value]) for one in row.checks],
        "asked": authentic.asked(), "sending": authentic.sending(), "installation": settings.DEFAULT_FROM_EMAIL,
        "retired": [(one, one.retired_on + KEPT, today >= one.retired_on + KEPT) for one in row.retired],
    }  # fmt: skip
    wrong = any(one is not None and one.errors for one in (form, key_form))
    return render(request, "web/settings/sender.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SETTINGS_EDIT)
def show(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Show and set the sender of a client."""
    row = _row(request, creditor)
    if request.method != "POST":
        return _page(request, row)
    form = SenderForm(request.POST)
    if form.is_valid():
        with shown_on(form):
            services.set_sender(request.ctx, creditor=creditor, today=_today(request), **form.cleaned_data)  # type: ignore[attr-defined]
        if not form.errors:
            messages.success(request, f"{row.name}: kept. Check the records of the domain now.")
            return redirect("web:settings_sender", creditor)
    return _page(request, row, form)


@require_POST
@needs(Permission.SETTINGS_EDIT)
def key_new(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Make a key; it waits until its record is published."""
    row = _row(request, creditor)
    form = KeyForm(request.POST, auto_id="key_%s")
    if form.is_valid():
        with shown_on(form):
            services.make_mail_key(request.ctx, creditor=creditor, today=_today(request), **form.cleaned_data)  # type: ignore[attr-defined]
        if not form.errors:
            messages.success(request, "The key is made. Publish its record, then sign with it.")
            return redirect("web:settings_sender", creditor)
    return _page(request, row, key_form=form)


def _done(request: HttpRequest, creditor: UUID, sentence: str, act: Callable[[Any, date], object]) -> HttpResponse:
    try:
        act(request.ctx, _today(request))  # type: ignore[attr-defined]
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    else:
        messages.success(request, sentence)
    return redirect("web:settings_sender", creditor)


@require_POST
@needs(Permission.SETTINGS_EDIT)
def key_use(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Sign with the key that waits, if it is published."""
    row = _row(request, creditor)
    if row.waiting is None:
        messages.error(request, "No key waits to be used.")
        return redirect("web:settings_sender", creditor)
    said = authentic.published(row.waiting.published)
    sentence = "Mail is signed with the new key from now on."
    if said.stand.value == "not_checked":
        sentence += " Whether it is published was not checked."
    return _done(
        request, creditor, sentence,
        lambda ctx, today: services.use_mail_key(ctx, creditor=creditor, published=said, today=today),
    )  # fmt: skip


@require_POST
@needs(Permission.SETTINGS_EDIT)
def key_retire(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Sign no more."""
    _row(request, creditor)
    return _done(
        request, creditor, "Mail is not signed any more.",
        lambda ctx, today: services.retire_mail_key(ctx, creditor=creditor, today=today),
    )  # fmt: skip


@require_POST
@needs(Permission.SETTINGS_EDIT)
def check(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Ask the domain name system, and keep what it says with the day."""
    found = authentic.examine(_row(request, creditor).asked_about)
    return _done(
        request, creditor, "Checked. What was found stands below.",
        lambda ctx, today: services.keep_mail_check(ctx, creditor=creditor, checks=found, today=today),
    )  # fmt: skip
