"""API keys: made once, shown once, revoked at once."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.core.findings import RefusedError
from fairdue.foundation import clock
from fairdue.foundation.accounts import NewApiKey, api_keys, create_api_key, revoke_api_key
from fairdue.foundation.permissions import Permission
from fairdue.web.creditors import creditor_choices
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on
from fairdue.web.settings.menu import menu
from fairdue.web.settings.roles import permission_choices

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def _scope_choices() -> list[tuple[str, str]]:
    """Return what a program may be allowed; it has no name and no sign-in of its own."""
    return [choice for choice in permission_choices() if choice[0] != Permission.OWN_ACCOUNT]


class KeyForm(forms.Form):
    """What uses the key, what it may do, and until when."""

    name = forms.CharField(label="Name", max_length=100, help_text="What uses it: “Shop”, “Data warehouse”.")
    expires_on = forms.DateField(
        label="Valid until", required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text="The end of this day, UTC. Keys that end are safer than keys that are forgotten.",
    )  # fmt: skip
    creditor = forms.TypedChoiceField(label="Only for this client", required=False, coerce=UUID, empty_value=None)
    scopes = forms.MultipleChoiceField(label="May", choices=_scope_choices, widget=forms.CheckboxSelectMultiple)

    def __init__(self, ctx: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["creditor"].choices = [("", "All clients"), *creditor_choices(ctx)]  # type: ignore[attr-defined]


@require_safe
@needs(Permission.USERS_EDIT)
def index(request: HttpRequest) -> HttpResponse:
    """Show the keys, newest first; revoked ones stay as evidence."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    context = {"menu": menu(request), "rows": api_keys(ctx), "now": clock.now()}
    return render(request, "web/settings/keys.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.USERS_EDIT)
def create(request: HttpRequest) -> HttpResponse:
    """Make a key; its secret stands on the answer and nowhere else."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    form = KeyForm(ctx, request.POST or None)
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            made = _make(request, form.cleaned_data)
            return render(request, "web/settings/key_made.html", {"menu": menu(request), "secret": made.secret})
    return render(
        request, "web/settings/key.html", {"menu": menu(request), "form": form}, status=422 if form.errors else 200
    )


def _make(request: HttpRequest, given: dict[str, Any]) -> NewApiKey:
    day = given["expires_on"]
    return create_api_key(
        request.ctx,  # type: ignore[attr-defined]
        name=given["name"],
        scopes=given["scopes"],
        creditor=given["creditor"],
        today=clock.today(request.seat.timezone),  # type: ignore[attr-defined]
        expires_at=datetime.combine(day, time.max, UTC) if day else None,
    )


@require_POST
@needs(Permission.USERS_EDIT)
def revoke(request: HttpRequest, api_key: UUID) -> HttpResponse:
    """End a key; its next call is refused."""
    try:
        revoke_api_key(request.ctx, api_key=api_key, today=clock.today(request.seat.timezone))  # type: ignore[attr-defined]
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    else:
        messages.success(request, "Revoked. The next call with this key is refused.")
    return redirect("web:settings_keys")
