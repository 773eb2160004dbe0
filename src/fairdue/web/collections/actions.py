"""What the palette offers on the record that the reader looks at: its actions come before everything else."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from uuid import UUID

from django.urls import reverse

from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.web.collections.frame import ctx_of
from fairdue.web.palette import Hit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

_CUSTOMER = re.compile(r"/(?:customers|w)/([0-9a-f-]{36})(?:/|$)")
_ACTIONS = (
    ("Call", "phone", "work_calling", "", Permission.COLLECTIONS_ACT, "c"),
    ("Add promise", "handshake", "work", "?open=promise", Permission.COLLECTIONS_ACT, "p"),
    ("Open dispute", "message-square-warning", "work", "?open=dispute", Permission.COLLECTIONS_ACT, "d"),
    ("Agree payment plan", "calendar-range", "work", "?open=plan", Permission.COLLECTIONS_ACT, "i"),
    ("Snooze", "alarm-clock", "work", "?open=snooze", Permission.COLLECTIONS_ACT, "s"),
    ("Write a message", "mail", "work", "?open=message", Permission.COLLECTIONS_ACT, "e"),
    ("Send statement", "send", "statement_send", "", Permission.COLLECTIONS_ACT, ""),
    ("Write a note", "sticky-note", "work", "?open=note", Permission.COLLECTIONS_ACT, "o"),
    ("Give to somebody", "user-round-pen", "work", "?open=assign", Permission.COLLECTIONS_ACT, "a"),
    ("Ask for a write-off", "eraser", "work", "?open=write_off", Permission.COLLECTIONS_ACT, "w"),
    ("Download statement", "download", "customer_statement", "", Permission.CUSTOMERS_VIEW, ""),
    ("Master data", "pencil", "customer", "?tab=master", Permission.CUSTOMERS_VIEW, ""),
    ("Timeline", "history", "customer", "?tab=timeline", Permission.CUSTOMERS_VIEW, ""),
)


def here(request: HttpRequest, query: str) -> Iterator[Hit]:
    """Yield the actions on the customer that the reader looks at; htmx tells the address of the page."""
    found = _CUSTOMER.search(urlsplit(request.headers.get("HX-Current-URL", "")).path)
    if found is None:
        return
    ctx = ctx_of(request)
    try:
        debtor = parties.debtor(ctx, UUID(found[1]))
    except ValueError:
        return
    if debtor is None:
        return
    for label, icon, name, extra, permission, keys in _ACTIONS:
        if ctx.may(permission) and query.casefold() in label.casefold():
            url = reverse(f"web:{name}", args=[debtor.id]) + extra
            yield Hit(label, url, note=debtor.name, icon=icon, keys=keys)
