"""A plausible payment that nobody has posted keeps its items from being chased, for a few days and no longer."""

from __future__ import annotations

from datetime import date

import pytest

from fairdue.cash.services import accept, match_again, put_on_account, refuse_proposal, run_matching
from fairdue.foundation.facts.outbox import relay_all
from fairdue.receivables.models import Hold
from tests import make
from tests.rooms.cash.conftest import TODAY, entry, matched, open_proposal


@pytest.fixture
def unsure(bank):
    """A payment of a stranger that names an item and falls short of it: proposed, not posted."""
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(
            bank, entry("60.00", "Rechnung RE-2026-04711", name="Fremd AG", iban="FR7630006000011234567890189")
        )
        assert (line.state, make.residual(item)) == ("proposed", 11900)
    relay_all()
    return bank, item, line


def test_the_item_is_held_for_five_bank_days(unsure):
    bank, item, line = unsure
    with bank.ctx.open():
        hold = Hold.objects.get()
        assert (hold.item_id, hold.source_id, hold.reason) == (item, line.id, "plausible_payment")
        assert (hold.from_on, hold.until_on) == (TODAY, date(2026, 3, 9))


def test_matching_again_does_not_hold_it_for_longer(unsure):
    bank, _, _ = unsure
    with bank.ctx.open():
        match_again(bank.ctx, creditor=bank.creditor, today=date(2026, 3, 12))
        run_matching(bank.ctx, creditor=bank.creditor, today=date(2026, 3, 12))
    relay_all()
    with bank.ctx.open():
        assert Hold.objects.get().until_on == date(2026, 3, 9)


@pytest.mark.parametrize("decide", ["accept", "account", "refuse"])
def test_a_decision_lets_the_item_go(unsure, decide):
    bank, _, line = unsure
    with bank.ctx.open():
        proposal = open_proposal(line.id).id
        if decide == "accept":
            accept(bank.ctx, proposal=proposal, today=TODAY)
        elif decide == "account":
            put_on_account(bank.ctx, line=line.id, debtor=bank.debtor, today=TODAY)
        else:
            refuse_proposal(bank.ctx, proposal=proposal, today=TODAY)
    relay_all()
    with bank.ctx.open():
        assert Hold.objects.get(item_id__isnull=False, source_id=line.id).released_on == TODAY


def test_what_was_posted_at_once_holds_nothing(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        matched(bank, entry("119.00", "Rechnung RE-2026-04711"))
    relay_all()
    with bank.ctx.open():
        assert Hold.objects.count() == 0
