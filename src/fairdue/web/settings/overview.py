"""The first page of the settings, and what a person sets for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fairdue.foundation.accounts.profile import change_profile, second_steps
from fairdue.foundation.permissions import Permission
from fairdue.web.permit import needs
from fairdue.web.settings.checklist import checklist
from fairdue.web.settings.menu import menu

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@needs(Permission.OWN_ACCOUNT)
def index(request: HttpRequest) -> HttpResponse:
    """Show what is set up, with the proof, and what is not yet."""
    points = checklist(request)
    context = {"menu": menu(request), "points": points, "done": sum(point.done for point in points)}
    return render(request, "web/settings/index.html", context)


class ProfileForm(forms.Form):
    """Name and language."""

    name = forms.CharField(label="Name", max_length=150, help_text="Shown beside what you do.")
    language = forms.ChoiceField(label="Language of figures and dates", choices=settings.LANGUAGES)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.OWN_ACCOUNT)
def you(request: HttpRequest) -> HttpResponse:
    """Show and keep one's own name and language, and how safe the sign-in is."""
    user: Any = request.user
    form = ProfileForm(request.POST or None, initial={"name": user.name, "language": user.language})
    if request.method == "POST" and form.is_valid():
        change_profile(user.pk, **form.cleaned_data)
        messages.success(request, "Kept.")
        response = redirect("web:settings_you")
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, form.cleaned_data["language"], samesite="Lax")
        return response
    types = second_steps(user.pk)
    context = {"menu": menu(request), "form": form, "types": types, "second_step": types - {"recovery_codes"}}
    return render(request, "web/settings/you.html", context, status=422 if form.errors else 200)
