"""Asking a machine of somebody else over HTTP: what it answers is read, where it points to is not followed.

A redirect would carry a token, or a question about a customer, to an address that nobody set up: to a host of the
peer's choice, or into the house's own network.
"""

from __future__ import annotations

import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from http.client import HTTPResponse


class _Stay(urllib.request.HTTPRedirectHandler):
    """Leaves an answer of the 300s what it is: an `HTTPError` with its status."""

    def redirect_request(self, *_args: Any, **_more: Any) -> None:
        """Follow nothing."""


_OPENER = urllib.request.build_opener(_Stay)


def ask(request: urllib.request.Request, seconds: float) -> HTTPResponse:
    """Return the answer, to be closed by the caller; `HTTPError` for any status but the 200s, `OSError` without one."""
    answer: HTTPResponse = _OPENER.open(request, timeout=seconds)
    return answer
