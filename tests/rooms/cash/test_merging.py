"""When two records of a customer are merged, what is known of who pays for it belongs to the record that stays."""

from __future__ import annotations

import pytest

from fairdue.cash.models import CashApplication, CashProposal, PayerAccount, PayerMemory
from fairdue.cash.services import Chosen, change, put_on_account, reverse, run_matching
from fairdue.foundation.jobs import drain
from fairdue.parties.services import merge_debtors
from tests import make
from tests.rooms.cash.conftest import TODAY, application, entry, import_file, lines, statement, verified

CENTRE = {"name": "Shared Service Center", "iban": "NL91ABNA0417164300"}


@pytest.fixture
def two(bank):
    """Kaufmann was recorded twice, and a shared service center has paid once for each record."""
    with bank.ctx.open():
        other = make.debtor(bank.ctx, bank.creditor, name="Kaufmann Handels KG")
        import_file(bank.ctx, statement(entry("50.00", "a", **CENTRE), entry("60.00", "b", reference="2", **CENTRE)))
        first, second = lines(bank.creditor)
        item = make.item(bank.ctx, bank.books, 5_000, number="RE-2026-04711")
        change(bank.ctx, line=first.id, chosen=[Chosen(item, 5_000)], today=TODAY)
        put_on_account(bank.ctx, line=second.id, debtor=other, today=TODAY)
    bank.other, bank.first, bank.second = other, first, second
    return bank


def known(model, **given):
    return dict(model.objects.filter(**given).values_list("debtor_id", "times"))


@pytest.mark.parametrize("into_the_other", [False, True])
def test_accounts_and_names_belong_to_the_record_that_stays(two, into_the_other):
    survivor, merged = (two.other, two.debtor) if into_the_other else (two.debtor, two.other)
    with two.ctx.open():
        merge_debtors(two.ctx, survivor=survivor, merged=merged, today=TODAY)
    drain()
    with two.ctx.open():
        for counts in (known(PayerAccount), known(PayerMemory, kind="name")):
            assert counts == {survivor: 2, merged: 0}
        # Who made what of which line is history and is not written anew.
        assert set(CashApplication.objects.values_list("debtor_id", flat=True)) == {two.debtor, two.other}
        due = make.item(two.ctx, make.Books(two.creditor, survivor), 7_700, number="RE-2026-04999")
        import_file(two.ctx, statement(entry("77.00", "thanks", name=CENTRE["name"], iban=""), opening="110.00"))
        run_matching(two.ctx, creditor=two.creditor, today=TODAY)
        (proposal,) = CashProposal.objects.filter(source="payer")
        assert (proposal.debtor_id, proposal.step, proposal.grade) == (survivor, "exact", "alias")
        assert [part["item"] for part in proposal.allocations] == [str(due)]


@pytest.mark.parametrize("into_the_other", [False, True])
def test_what_is_taken_back_after_a_merge_is_unlearnt_where_it_is_known_now(two, into_the_other):
    survivor, merged = (two.other, two.debtor) if into_the_other else (two.debtor, two.other)
    with two.ctx.open():
        merge_debtors(two.ctx, survivor=survivor, merged=merged, today=TODAY)
    drain()
    with two.ctx.open():
        for left, line in ((1, two.first), (0, two.second)):
            reverse(two.ctx, application=application(line.id).id, reason="wrong customer", today=TODAY)
            assert known(PayerAccount)[survivor] == known(PayerMemory, kind="name")[survivor] == left
        assert verified(two.ctx) == []
