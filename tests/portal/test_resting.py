"""What a debtor reads about items that rest: his own doing, and nothing of how a collector plans his work."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fairdue.receivables.services import HoldDraft, place_holds
from tests import make

SAID = ("We look for your payment", "Paused", "Contested", "snooze", "Snooze")


@pytest.mark.parametrize(
    ("reason", "shown"), [("snooze", ""), ("manual", ""), ("moratorium", ""), ("plausible_payment", SAID[0])]
)
def test_a_debtor_reads_what_he_understands_or_nothing(ctx, debtor_books, guest, reason, shown):
    day = make.TODAY
    with ctx.open():
        drafts = [HoldDraft(debtor_books.creditor, debtor_books.debtor, reason, day, None, day + timedelta(days=9))]
        place_holds(ctx, holds=drafts, today=day)
    page = guest.get("/p/").content.decode()
    assert "RE-1" in page
    assert [said for said in SAID if said in page] == ([shown] if shown else [])
