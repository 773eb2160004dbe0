"""A debtor with open items and a personal link to them."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest

from tests import make


@pytest.fixture(autouse=True)
def _business_day(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", make.TODAY.isoformat())


@pytest.fixture
def debtor_books(database, ctx):
    """Books with three open items: one late, one due today, one in another currency."""
    with ctx.open():
        books = make.books(ctx, name="Nordwind GmbH")
        day = make.TODAY
        late = make.item(ctx, books, 119_000, number="RE-1", issued_on=day - timedelta(40), days=30)
        due = make.item(ctx, books, 50_000, number="RE-2", issued_on=day - timedelta(30), days=30)
    return SimpleNamespace(books=books, late=late, due=due, debtor=books.debtor, creditor=books.creditor)


@pytest.fixture
def link(ctx, debtor_books):
    """The personal link of the debtor, as a path."""
    from fairdue.foundation.portal import portal_links

    with ctx.open():
        made = portal_links(ctx, debtors=[debtor_books.debtor], today=make.TODAY)
    return urlsplit(made[debtor_books.debtor]).path


@pytest.fixture
def guest(link):
    """A browser in which the link was opened, in English."""
    from django.test import Client

    client = Client()
    client.cookies["fairdue_visit_language"] = "en"
    client.get(link)
    return client
