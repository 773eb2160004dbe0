"""axe on the pages of the cash desk with the demo's data, and nothing covered on a phone."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from fairdue.cash.directdebit import selectors as debiting
from fairdue.cash.remittances import selectors as advising
from fairdue.cash.returns.recalls import import_recalls
from fairdue.demo.desk import ACCOUNT, keep_desk
from fairdue.foundation import clock
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.files import store
from tests import make
from tests.rooms.cash.test_banks_ask_back import request

COVERED = """() => [...document.querySelectorAll("td.acts")].flatMap(cell => {
  const mine = cell.getBoundingClientRect();
  return [...cell.parentElement.querySelectorAll("th.main, td.why, td.sum")].filter(other => {
    const box = other.getBoundingClientRect();
    return box.width && mine.width && box.left < mine.right - 1 && mine.left < box.right - 1
      && box.top < mine.bottom - 1 && mine.top < box.bottom - 1;
  }).map(other => other.textContent.trim());
})"""
"""What of a row lies under its buttons."""


@pytest.fixture
def pages(ctx, monkeypatch):
    """The desk as the demo keeps it, with a recall that nobody knows."""
    with ctx.open():
        seller = make.creditor(ctx)
    keep_desk(SimpleNamespace(ctx=ctx, plan=SimpleNamespace(today=make.TODAY), creditors={"NORD": seller}))
    for _ in range(3):
        relay_all()
    with ctx.open():
        content = request(account=ACCOUNT)
        file = store(ctx, content=content, name="camt056.xml", media_type="application/xml", creditor=seller)
        import_recalls(ctx, file=file.id, today=make.TODAY - timedelta(days=1))
        (run,) = debiting.runs(ctx, creditor=seller)
        (advice,) = advising.remittances(ctx, creditor=seller)
    monkeypatch.setattr(clock, "today", lambda *_: make.TODAY)
    return [
        "/cash/returns", "/cash/remittances", f"/cash/remittances/{advice.id}", "/cash/debits",
        f"/cash/debits/{run.id}", "/cash/mandates", "/cash/refunds", "/cash/recalls", "/cash/account", "/cash/rules",
    ]  # fmt: skip


@pytest.mark.parametrize(("size", "dark"), [("desk", False), ("phone", True)])
def test_axe_finds_nothing_and_no_button_lies_over_a_row_of_the_desk(pages, open_page, sign_in, axe, size, dark):
    client = sign_in("admin")
    found = []
    for path in pages:
        page = open_page(path, size=size, dark=dark, client=client)
        found += [(path, words) for words in (*axe(page), *page.complaints, *page.evaluate(COVERED))]
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        found += [(path, f"{wide} px too wide")] * (wide > 0)
    assert found == []
