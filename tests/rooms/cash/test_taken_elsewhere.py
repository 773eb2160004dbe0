"""Money of a waiting line that another room takes: an insurer's indemnity leaves no line that nobody can close."""

from __future__ import annotations

import pytest

from fairdue.cash import selectors
from fairdue.cash.models import BankLine, CashApplication, CashProposal, PayerMemory
from fairdue.cash.services import reverse, run_matching
from fairdue.core.findings import RefusedError
from fairdue.core.ledger import AccountRole
from fairdue.foundation.facts.outbox import relay_all
from fairdue.receivables.services import withdraw_credit
from tests.rooms.cash.conftest import TODAY, entry, import_file, matched, open_proposal, statement, verified

INSURER = "NL91ABNA0417164300"


def insured(bank):
    """Return the waiting line of an insurer's payment of 90.00."""
    return matched(bank, entry("90.00", "Schaden 26-4711", name="ATRADIUS", iban=INSURER))[0]


def take(bank, line, amount):
    with bank.ctx.open():
        withdraw_credit(
            bank.ctx, credit=line.credit_id, amount=amount, effective_on=TODAY, today=TODAY,
            reason="indemnity of claim TC-9/001", contra=AccountRole.INSURER,
        )  # fmt: skip
    relay_all()


def waiting(bank):
    with bank.ctx.open():
        return [row.id for row in selectors.waiting(bank.ctx, creditor=bank.creditor)]


def test_an_insurer_of_receivables_waits_for_a_person_and_its_line_closes_with_the_indemnity(bank):
    with bank.ctx.open():
        line = insured(bank)
        assert (line.state, open_proposal(line.id).automatic) == ("proposed", False)
    take(bank, line, 9000)
    assert waiting(bank) == []
    with bank.ctx.open():
        assert BankLine.objects.get(id=line.id).state == "not_receivable"
        assert CashProposal.objects.get(line_id=line.id).state == "superseded"
        (row,) = selectors.history(bank.ctx, line_id=line.id)
        assert (row.how, row.amount) == ("not_receivable", 9000)
        assert verified(bank.ctx) == []


def test_a_part_that_was_taken_leaves_the_rest_waiting(bank):
    with bank.ctx.open():
        line = insured(bank)
    take(bank, line, 4000)
    assert waiting(bank) == [line.id]
    take(bank, line, 5000)
    assert waiting(bank) == []


def test_nothing_is_learned_of_an_insurer_whose_money_was_taken(bank):
    with bank.ctx.open():
        line = insured(bank)
    take(bank, line, 9000)
    with bank.ctx.open():
        assert not PayerMemory.objects.filter(creditor_id=bank.creditor, times__gt=0).exists()
        following = entry("33.00", "Schaden 26-4712", name="ATRADIUS", iban=INSURER)
        import_file(bank.ctx, statement(following, opening="90.00", name="2026-03-03/1"))
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        (again,) = BankLine.objects.filter(amount=3300)
        assert again.state == "proposed"


def test_what_was_taken_elsewhere_is_not_taken_back_from_the_line(bank):
    with bank.ctx.open():
        line = insured(bank)
    take(bank, line, 9000)
    with bank.ctx.open():
        done = CashApplication.objects.get(line_id=line.id)
        with pytest.raises(RefusedError, match="applied on another page; take that back first"):
            reverse(bank.ctx, application=done.id, reason="mistake", today=TODAY)


def test_a_line_that_a_person_decided_stays_as_decided(bank):
    from fairdue.cash.services import put_on_account

    with bank.ctx.open():
        line = insured(bank)
        put_on_account(bank.ctx, line=line.id, debtor=bank.debtor, today=TODAY)
    take(bank, line, 9000)
    with bank.ctx.open():
        assert BankLine.objects.get(id=line.id).state == "on_account"
