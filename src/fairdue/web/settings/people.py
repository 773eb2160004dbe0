"""People: who has a seat, in which role, for which client."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fairdue.foundation import clock
from fairdue.foundation.accounts import MemberRow, change_membership, custom_roles, invite_user, members
from fairdue.foundation.permissions import ROLE_TITLES, ROLES, Permission
from fairdue.web.creditors import creditor_choices
from fairdue.web.permit import needs
from fairdue.web.refusals import shown_on
from fairdue.web.settings.menu import menu

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def role_choices(ctx: Any) -> list[tuple[str, str]]:
    """Return the roles of every tenant, then the tenant's own."""
    return [*((name, ROLE_TITLES[name]) for name in ROLES), *((row.name, row.title) for row in custom_roles(ctx))]


class SeatForm(forms.Form):
    """Role and, for a client user, the client."""

    role = forms.ChoiceField(label="Role")
    creditor = forms.TypedChoiceField(
        label="Only for this client", required=False, coerce=UUID, empty_value=None,
        help_text="A client user sees the books of one client only; the database holds them to it.",
    )  # fmt: skip

    def __init__(self, ctx: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = role_choices(ctx)  # type: ignore[attr-defined]
        self.fields["creditor"].choices = [("", "All clients"), *creditor_choices(ctx)]  # type: ignore[attr-defined]


class InviteForm(SeatForm):
    """An address and a seat."""

    email = forms.EmailField(label="E-mail", help_text="They set their password by “Forgotten your password?”.")
    name = forms.CharField(label="Name", max_length=150, required=False)
    field_order = ("email", "name", "role", "creditor")


@require_safe
@needs(Permission.USERS_EDIT)
def index(request: HttpRequest) -> HttpResponse:
    """Show everybody with a seat, and whether a second step protects their sign-in."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    people = members(ctx)
    titles, clients, steps = dict(role_choices(ctx)), dict(creditor_choices(ctx)), _second_steps(people)
    rows = [
        {
            "row": row,
            "role": titles.get(row.role, row.role),
            "client": clients.get(str(row.creditor_id), ""),
            "steps": steps[row.user_id],
        }
        for row in people
    ]
    context = {"menu": menu(request), "rows": rows, "active": sum(row.active for row in people)}
    return render(request, "web/settings/people.html", context)


def _second_steps(people: list[MemberRow]) -> dict[UUID, list[str]]:
    words = {"totp": "App", "webauthn": "Passkey"}
    found: dict[UUID, list[str]] = defaultdict(list)
    rows = Authenticator.objects.filter(user_id__in=[row.user_id for row in people], type__in=words)
    for user, kind in rows.values_list("user_id", "type").distinct().order_by("type"):
        found[user].append(words[kind])
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.USERS_EDIT)
def invite(request: HttpRequest) -> HttpResponse:
    """Give a person a seat."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    form = InviteForm(ctx, request.POST or None, initial={"role": "collector"})
    if request.method == "POST" and form.is_valid():
        with shown_on(form):
            invite_user(ctx, today=_today(request), **form.cleaned_data)
        if not form.errors:
            messages.success(
                request,
                f"{form.cleaned_data['email']} may sign in now. “Forgotten your password?” sets the first password.",
            )
            return redirect("web:settings_people")
    context = {"menu": menu(request), "form": form, "title": "Invite a person", "verb": "Invite"}
    return render(request, "web/settings/seat.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.USERS_EDIT)
def change(request: HttpRequest, user: UUID) -> HttpResponse:
    """Change a seat, or end it; ending is a fact, and a new invitation gives it back."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    person = next((row for row in members(ctx) if row.user_id == user), None)
    if person is None:
        raise Http404("There is no such person in this organisation.")
    initial = {"role": person.role, "creditor": person.creditor_id and str(person.creditor_id)}
    form = SeatForm(ctx, request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        active = request.POST.get("do") != "end"
        with shown_on(form):
            change_membership(ctx, user=user, active=active, today=_today(request), **form.cleaned_data)
        if not form.errors:
            messages.success(request, f"{person.email}: {'access changed' if active else 'access ended'}.")
            return redirect("web:settings_people")
    context = {"menu": menu(request), "form": form, "person": person, "title": person.name or person.email}
    return render(request, "web/settings/seat.html", context, status=422 if form.errors else 200)


def _today(request: HttpRequest) -> Any:
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]
