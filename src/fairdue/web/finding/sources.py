"""What search and palette answer: customers, items, things to begin, screens to go to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import NoReverseMatch, reverse
from django.utils.translation import get_language

from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.receivables.searching import find_items
from fairdue.web import formats, navigation
from fairdue.web.finding import recent
from fairdue.web.palette import MOST_HITS, Hit, register_source
from fairdue.web.permit import reachable
from fairdue.web.shell import NEW_ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from uuid import UUID

    from django.http import HttpRequest


def register() -> None:
    """Hang the fixed sources into the palette: below records, above nothing."""
    register_source("Looked at last", recent.hits, order=5)
    register_source("Customers", customers, order=10)
    register_source("Invoices and items", items, order=20)
    register_source("Start something", beginnings, order=80)
    register_source("Go to", screens, order=90)


def screens(request: HttpRequest, query: str) -> Iterator[Hit]:
    """Return the screens of the navigation whose name holds the query."""
    for _, entries in navigation.groups_for(request, request.ctx.may):  # type: ignore[attr-defined]
        for item in entries:
            if query.casefold() in item.entry.label.casefold():
                yield Hit(item.entry.label, item.url, icon=item.entry.icon, keys=f"g {item.entry.letter}")


def beginnings(request: HttpRequest, query: str) -> Iterator[Hit]:
    """Return what the reader may begin and matches the query."""
    for action in NEW_ACTIONS:
        label = f"New: {action.label}"
        url = reachable(request, f"web:{action.name}")
        if url and query.casefold() in label.casefold():
            yield Hit(label, url, icon=action.icon)


def customers(request: HttpRequest, query: str) -> Iterator[Hit]:
    """Return customers by any part of name, number, VAT number or e-mail address."""
    ctx = request.ctx  # type: ignore[attr-defined]
    if not query or not ctx.may(Permission.CUSTOMERS_VIEW):
        return
    for row in parties.search(ctx, query, creditor_id=creditor_choice(request), limit=MOST_HITS):
        url = _record("customer", debtor=row.id)
        if url:
            yield Hit(row.name, url, f"{row.city} \N{MIDDLE DOT} {row.external_id}", icon="building-2")


def items(request: HttpRequest, query: str) -> Iterator[Hit]:
    """Return invoices and other items by the beginning of their number, or by their open amount."""
    ctx = request.ctx  # type: ignore[attr-defined]
    if not query or not ctx.may(Permission.INVOICES_VIEW):
        return
    for row in find_items(ctx, query, creditor=creditor_choice(request), limit=MOST_HITS):
        url = _record("invoice", invoice=row.id) or _record("customer", debtor=row.debtor_id)
        if url:
            amount = formats.money_text(row.residual, row.currency, get_language() or "en")
            yield Hit(row.number, url, row.debtor_name, f"{amount} open" if row.residual else "paid", "file-text")


def _record(name: str, **which: UUID) -> str:
    """Return the page of a record, nothing where that area does not exist."""
    try:
        return reverse(f"web:{name}", kwargs=which)
    except NoReverseMatch:
        return ""
