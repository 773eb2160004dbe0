"""Side panels and fragments: one view serves the panel for htmx and the whole page for everybody else."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse


def wants_panel(request: HttpRequest) -> bool:
    """Say whether htmx asks for the content of the side panel."""
    return request.headers.get("HX-Target") == "panel"


def wants_fragment(request: HttpRequest) -> bool:
    """Say whether htmx asks for a part of the page and not for a page restored from history."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def render_panel(
    request: HttpRequest, page: str, panel: str, context: Mapping[str, Any], status: int = 200
) -> HttpResponse:
    """Render `panel` (extends `web/panel.html`) into the side panel, or `page` as a page of its own."""
    template = panel if wants_panel(request) else page
    response = render(request, template, dict(context), status=status)
    response["Vary"] = "HX-Request, HX-Target, Cookie"
    return response


def announce(response: HttpResponse, message: str, *events: str, undo: str = "", at_once: bool = False) -> HttpResponse:
    """Say `message` in the live region after the swap and raise further client events (`rows-changed`).

    With `undo`, a note of `web.collections.undoing`, the line offers the way back; `at_once` does not wait for a swap.
    """
    said: Any = {"value": message, "undo": undo, "url": reverse("web:undo")} if undo else message
    raised: dict[str, Any] = {"fairdue:say": said, **dict.fromkeys(events, "")}
    response["HX-Trigger" if at_once else "HX-Trigger-After-Settle"] = json.dumps(raised)
    return response
