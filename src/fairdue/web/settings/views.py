"""The first page of the settings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.views.decorators.http import require_safe

from fairdue.foundation.permissions import Permission
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
@needs(Permission.OWN_ACCOUNT)
def index(request: HttpRequest) -> HttpResponse:
    """Show what can be set."""
    return render(request, "web/settings/index.html")
