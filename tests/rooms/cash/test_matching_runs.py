"""Matching runs over the database: what they propose, post, remember and take back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fairdue.cash import bulk
from fairdue.cash.bulk import index_missing, items_in
from fairdue.cash.models import BankLine, CashApplication, CashProposal, PayerAccount
from fairdue.cash.services import (
    Chosen,
    accept,
    accept_all,
    change,
    not_receivable,
    propose_refund,
    put_on_account,
    refuse_proposal,
    reverse,
    run_matching,
)
from fairdue.core.findings import RefusedError
from fairdue.core.ledger import AccountRole
from fairdue.foundation.jobs import drain
from fairdue.foundation.models import Fact
from fairdue.receivables import selectors
from fairdue.receivables.services import Applied, CreditDraft, allocate, change_item, record_credits
from tests import make
from tests.rooms.cash.conftest import (
    TODAY,
    account_of,
    application,
    entry,
    import_file,
    lines,
    matched,
    open_proposal,
    statement,
    verified,
)


def balances(ctx, creditor):
    rows = selectors.trial_balance(ctx, creditor=creditor, as_of=TODAY + timedelta(days=40))
    return {row.code: row.balance for row in rows if row.balance}


def unapplied(line):
    return make.unapplied(BankLine.objects.get(id=line.id).credit_id)


def test_a_sure_payment_is_posted_at_once(bank):
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "Rechnung RE-2026-04711"))
        assert (line.state, make.residual(item), unapplied(line)) == ("applied", 0, 0)
        done = application(line.id)
        assert (done.how, done.amount, done.debtor_id) == ("automatic", 11900, bank.debtor)
        assert balances(bank.ctx, bank.creditor) == {"1200": 11900, "4400": -11900}
        assert Fact.objects.filter(type="cash.allocated", subject_id=line.id).count() == 1
    assert verified(bank.ctx) == []


def test_a_payment_by_structured_reference_with_discount_books_the_discount(bank):
    with bank.ctx.open():
        item = make.item(
            bank.ctx, bank.books, 11900, number="X1", reference="RF18539007547034",
            discount_percent=Decimal(2), discount_until=TODAY + timedelta(days=5),
        )  # fmt: skip
        matched(bank, entry("116.62", "RF18 5390 0754 7034", name="Somebody else"))
        assert make.residual(item) == 0
        assert balances(bank.ctx, bank.creditor) == {"1200": 11662, "4400": -11900, "6730": 238}


def test_a_bank_charge_and_a_small_difference_have_their_own_accounts(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 10000, number="RE-2026-10001")
        make.item(bank.ctx, bank.books, 5000, number="RE-2026-10002")
        matched(bank, entry("92.00", "RE-2026-10001"), entry("49.70", "RE-2026-10002"))
        assert balances(bank.ctx, bank.creditor) == {"1200": 14170, "4400": -15000, "6855": 800, "6935": 30}


def test_credit_notes_are_used_up_with_the_payment(bank):
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 10000, number="RE-2026-10001")
        draft = CreditDraft(
            bank.creditor, bank.debtor, "credit_note", "GS-2026-10009", "EUR", 3000, TODAY,
            ((AccountRole.REVENUE, 3000),),
        )  # fmt: skip
        note = record_credits(bank.ctx, credits_=[draft], today=TODAY)[0]
        matched(bank, entry("70.00", "RE-2026-10001 abzgl. GS-2026-10009"))
        assert (make.residual(item), make.unapplied(note)) == (0, 0)
    assert verified(bank.ctx) == []


def test_a_credit_note_is_loaded_once_by_id_and_debtor_and_a_used_one_by_id_alone(bank):
    def note(number, amount):
        draft = CreditDraft(
            bank.creditor, bank.debtor, "credit_note", number, "EUR", amount, TODAY, ((AccountRole.REVENUE, amount),)
        )
        return record_credits(bank.ctx, credits_=[draft], today=TODAY)[0]

    def loaded(ids, debtors):
        return sorted((one.number, one.residual) for one in items_in(bank.ctx, bank.creditor, ids, debtors))

    with bank.ctx.open():
        open_, used = note("GS-1", 3000), note("GS-2", 500)
        item = make.item(bank.ctx, bank.books, 500, number="RE-2026-10001")
        allocate(bank.ctx, lines=[Applied(item, 500, used)], effective_on=TODAY, today=TODAY)
        assert loaded([open_, used], [bank.debtor]) == [("GS-1", -3000), ("GS-2", 0)]
        assert loaded([], [bank.debtor]) == [("GS-1", -3000)]
        assert loaded([], []) == []


def test_a_text_that_is_the_number_of_one_item_and_the_order_of_another_finds_both(bank):
    with bank.ctx.open():
        by_number = make.item(bank.ctx, bank.books, 11900, number="AB-77012")
        by_order = make.item(bank.ctx, bank.books, 5000, number="RE-2026-10002", order_number="AB-77012")
        (line,) = matched(bank, entry("50.00", "AB-77012", name="Fremd AG"))
        found = CashProposal.objects.get(line_id=line.id)
        meant = {part["item"] for other in found.alternatives for part in other["allocations"]}
        meant |= {part["item"] for part in found.allocations}
        assert meant == {str(by_number), str(by_order)}


def test_an_unsure_payment_waits_with_its_reason(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("60.00", "RE-2026-04711", name="Fremd AG"))
        proposal = open_proposal(line.id)
        assert (line.state, proposal.source, proposal.step, proposal.automatic) == (
            "proposed", "numbers", "short", False,
        )  # fmt: skip
        assert "RE-2026-04711" in proposal.reason
        assert proposal.evidence[0]["start"] == 0
        assert unapplied(line) == 6000


def test_accepting_posts_and_a_second_acceptance_is_refused(bank):
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("60.00", "RE-2026-04711", name="Fremd AG"))
        proposal = open_proposal(line.id)
        accept(bank.ctx, proposal=proposal.id, today=TODAY)
        assert (make.residual(item), unapplied(line)) == (5900, 0)
        with pytest.raises(RefusedError, match="decided already"):
            accept(bank.ctx, proposal=proposal.id, today=TODAY)


def test_the_same_key_gives_the_same_answer(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("60.00", "RE-2026-04711", name="Fremd AG"))
        proposal = open_proposal(line.id).id
        first = accept(bank.ctx, proposal=proposal, today=TODAY, key="click-1")
        assert accept(bank.ctx, proposal=proposal, today=TODAY, key="click-1") == first
        assert CashApplication.objects.count() == 1


def test_taking_back_opens_the_item_and_the_same_is_not_proposed_again(bank):
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "RE-2026-04711"))
        assert PayerAccount.objects.get().times == 1
        reverse(bank.ctx, application=application(line.id).id, reason="wrong customer", today=TODAY)
        assert (make.residual(item), unapplied(line), lines(bank.creditor)[0].state) == (11900, 11900, "received")
        assert PayerAccount.objects.get().times == 0
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        assert open_proposal(line.id).fingerprint != str(item)
        done = CashApplication.objects.get(line_id=line.id)
        with pytest.raises(RefusedError, match="already"):
            reverse(bank.ctx, application=done.id, reason="again", today=TODAY)
        assert balances(bank.ctx, bank.creditor) == {"1200": 11900, "1400": 11900, "1590": -11900, "4400": -11900}
    assert verified(bank.ctx) == []


def test_a_refused_proposal_gives_way_to_the_next_best(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("60.00", "RE-2026-04711", name="Kaufmann KG"), today=TODAY)
        done = application(line.id)  # a known customer's short payment is sure enough
        reverse(bank.ctx, application=done.id, reason="not this one", today=TODAY)
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        second = open_proposal(line.id)
        assert second.step == "on_account"
        refuse_proposal(bank.ctx, proposal=second.id, today=TODAY)
        third = open_proposal(line.id)
        assert third.step == "unknown"
        assert CashProposal.objects.get(id=second.id).state == "refused"


def test_a_person_may_choose_other_items_and_leave_the_rest_on_account(bank):
    with bank.ctx.open():
        first = make.item(bank.ctx, bank.books, 5000, number="A-1")
        second = make.item(bank.ctx, bank.books, 2000, number="A-2")
        import_file(bank.ctx, statement(entry("80.00", "?", name="Unknown")))
        (line,) = lines(bank.creditor)
        change(bank.ctx, line=line.id, chosen=[Chosen(first, 5000), Chosen(second, 2000)], today=TODAY)
        assert (make.residual(first), make.residual(second), unapplied(line)) == (0, 0, 1000)
        credit = selectors.credits_(bank.ctx, ids=[lines(bank.creditor)[0].credit_id])[0]
        assert (credit.debtor_id, credit.unapplied) == (bank.debtor, 1000)


def test_more_than_the_payment_is_refused(bank):
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 9000, number="A-1")
        import_file(bank.ctx, statement(entry("80.00", "?")))
        (line,) = lines(bank.creditor)
        with pytest.raises(RefusedError, match="more than the payment"):
            change(bank.ctx, line=line.id, chosen=[Chosen(item, 9000)], today=TODAY)
        with pytest.raises(RefusedError, match="No open item is chosen"):
            change(bank.ctx, line=line.id, chosen=[], today=TODAY)
        with pytest.raises(RefusedError, match="no such open item"):
            change(bank.ctx, line=line.id, chosen=[Chosen(line.id, 100)], today=TODAY)
        assert make.residual(item) == 9000


def test_money_goes_on_account_and_back(bank):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("80.00", "a conto")))
        (line,) = lines(bank.creditor)
        done = put_on_account(bank.ctx, line=line.id, debtor=bank.debtor, today=TODAY)
        assert lines(bank.creditor)[0].state == "on_account"
        assert selectors.credits_(bank.ctx, debtors=[bank.debtor])[0].unapplied == 8000
        reverse(bank.ctx, application=done, reason="other customer", today=TODAY)
        assert selectors.credits_(bank.ctx, debtors=[bank.debtor]) == []


def test_money_that_is_no_receivable_leaves_unapplied_cash(bank):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("80.00", "tax refund")))
        (line,) = lines(bank.creditor)
        done = not_receivable(bank.ctx, line=line.id, reason="tax refund", today=TODAY)
        assert (lines(bank.creditor)[0].state, balances(bank.ctx, bank.creditor)) == ("not_receivable", {})
        reverse(bank.ctx, application=done, reason="it was a customer after all", today=TODAY)
        assert (lines(bank.creditor)[0].state, unapplied(line)) == ("received", 8000)
        assert balances(bank.ctx, bank.creditor) == {"1200": 8000, "1590": -8000}
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        put_on_account(bank.ctx, line=line.id, debtor=bank.debtor, today=TODAY)
    assert verified(bank.ctx) == []


def test_a_deduction_becomes_a_fact_for_others_to_answer(bank):
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        matched(bank, entry("100.00", "RE-2026-04711 Reklamation Bruch"))
        (fact,) = Fact.objects.filter(type="cash.deduction_recorded")
        assert fact.payload["item"] == str(item)
        assert fact.payload["amount"] == {"minor": 1900, "currency": "EUR"}
        assert fact.payload["reason"] == "Complaint (“Reklamation”)"


def test_an_account_that_paid_once_is_known_the_next_time(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        make.item(bank.ctx, bank.books, 7700, number="RE-2026-04999")
        matched(bank, entry("119.00", "RE-2026-04711", name="Shared Service Center"))
        import_file(bank.ctx, statement(entry("77.00", "thanks", name="Shared Service Center"), opening="119.00"))
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        proposals = CashProposal.objects.filter(source="payer")
        assert [(one.step, one.automatic) for one in proposals] == [("exact", True)]


def test_an_item_on_dispute_is_left_to_a_person(bank):
    from fairdue.receivables.services import HoldDraft, place_holds

    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        hold = HoldDraft(bank.creditor, bank.debtor, "dispute", TODAY, item)
        place_holds(bank.ctx, holds=[hold], today=TODAY)
        (line,) = matched(bank, entry("119.00", "RE-2026-04711"))
        assert line.state == "proposed"
        assert "disputed" in open_proposal(line.id).reason


def test_a_changed_reference_is_found_by_its_new_name(bank):
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="X-1", reference="RF18539007547034")
    drain()
    with bank.ctx.open():
        change_item(bank.ctx, item=item, changes={"reference": "RF45G72UUR"}, today=TODAY)
    drain()
    with bank.ctx.open():
        matched(bank, entry("119.00", "RF45 G72U UR", name="Fremd AG"), entry("1.00", "RF18539007547034", name="F"))
        assert make.residual(item) == 0
        assert lines(bank.creditor)[1].state == "proposed"


def test_the_threshold_is_a_setting(bank):
    from fairdue.foundation.models import Tenant

    Tenant.objects.filter(id=bank.ctx.tenant).update(settings={"cash": {"automatic_from": 10001}})
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "RE-2026-04711"))
        assert line.state == "proposed"
        done = accept_all(bank.ctx, proposals=[open_proposal(line.id).id], today=TODAY)
        assert len(done) == 1


def test_a_refund_needs_a_second_person(bank):
    from dataclasses import replace

    from fairdue.foundation.approvals import decide

    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("80.00", "twice")))
        (line,) = lines(bank.creditor)
        put_on_account(bank.ctx, line=line.id, debtor=bank.debtor, today=TODAY)
        credit = lines(bank.creditor)[0].credit_id
        with pytest.raises(RefusedError, match=r"Only 80\.00 EUR"):
            propose_refund(bank.ctx, credit=credit, amount=8001, reason="paid twice", today=TODAY)
        with pytest.raises(RefusedError, match="No account is chosen"):
            propose_refund(bank.ctx, credit=credit, amount=8000, reason="paid twice", today=TODAY)
        account_of(bank)
        asked = propose_refund(bank.ctx, credit=credit, amount=8000, reason="paid twice", today=TODAY)
        assert make.unapplied(credit) == 8000
        with pytest.raises(RefusedError):
            decide(bank.ctx, approval=asked, approve=True, today=TODAY)
        second = replace(bank.ctx, actor="user:00000000-0000-0000-0000-000000000009")
        decide(second, approval=asked, approve=True, today=TODAY)
        assert make.unapplied(credit) == 0
        assert Fact.objects.filter(type="cash.refund_paid").count() == 1


def test_a_run_of_two_hundred_takes_as_many_statements_as_a_run_of_ten(bank):
    counts, opening = [], 0
    for size in (10, 200):
        with bank.ctx.open():
            for at in range(size):
                make.item(bank.ctx, bank.books, 1000 + at, number=f"RE-{size}-{10000 + at}")
            entries = [entry(f"{(1000 + at) / 100:.2f}", f"RE-{size}-{10000 + at}") for at in range(size)]
            import_file(bank.ctx, statement(*entries, opening=f"{opening / 100:.2f}"))
            opening += sum(1000 + at for at in range(size))
        with bank.ctx.open(), CaptureQueriesContext(connection) as queries:
            assert run_matching(bank.ctx, creditor=bank.creditor, today=TODAY) == size
        counts.append(len(queries))
    with bank.ctx.open():
        assert BankLine.objects.filter(state="applied").count() == 210
    assert counts[1] <= counts[0]  # the first run also writes the keys of the customer's name
    assert counts[0] <= 50


def test_a_foreign_payment_settles_a_foreign_invoice_with_its_exchange_difference(bank):
    from fairdue.receivables.services import add_rates
    from fairdue.receivables.services.books import RateDraft

    with bank.ctx.open():
        add_rates(bank.ctx, rates=[RateDraft("USD", "EUR", TODAY - timedelta(days=20), Decimal("0.90"), "test")])
        item = make.item(bank.ctx, bank.books, 12500, currency="USD", number="US-2026-7788",
                         issued_on=TODAY - timedelta(days=20))  # fmt: skip
        (line,) = matched(bank, entry("115.30", "US-2026-7788", instructed=("125.00", "USD")))
        assert (make.residual(item), unapplied(line)) == (0, 0)
        assert balances(bank.ctx, bank.creditor)["4860"] == -280
    assert verified(bank.ctx) == []


def test_a_chunk_takes_the_oldest_day_and_in_it_the_payments_of_one_payer_together(bank):
    with bank.ctx.open():
        names = ["Zeder AG", "Ahorn KG", "ZEDER AG", "Birke SE", "Eiche"]
        entries = [entry(f"{at}.00", "Danke", name=name, reference=f"R{at}") for at, name in enumerate(names, start=1)]
        entries[-1] = replace(entries[-1], booked="2026-03-01")
        import_file(bank.ctx, statement(*entries))
        order = []
        while run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, most=1):
            done = CashProposal.objects.exclude(line_id__in=[line for line, _ in order]).get()
            order.append((done.line_id, BankLine.objects.get(id=done.line_id).payer_name))
    assert [name for _, name in order] == ["Eiche", "Ahorn KG", "Birke SE", "Zeder AG", "ZEDER AG"]


def test_a_run_that_follows_another_does_not_look_for_new_items_again(bank):
    """The keys of an item that was opened in between come with its fact, or with the next run that catches up."""
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        import_file(bank.ctx, statement(entry("119.00", "Rechnung RE-2026-04711", name="Unbekannt", reference="R1")))
        (line,) = lines(bank.creditor)
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, indexed=True)
        assert not open_proposal(line.id).allocations
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, lines=[line.id])
        assert application(line.id).items == 1


def test_what_is_posted_at_once_is_decided_by_whoever_runs_and_tells_its_moment(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "Rechnung RE-2026-04711"))
        proposal = CashProposal.objects.get(line_id=line.id)
        assert (proposal.state, proposal.decided_by, proposal.automatic) == ("accepted", bank.ctx.actor, True)
        assert proposal.decided_at is not None
        assert application(line.id).proposal_id == proposal.id


@pytest.mark.parametrize("text", ["Danke", "Rg 4722", "RE-2026-04722 u. RE-2026-04712", "4722 und 4713"])
@pytest.mark.parametrize("amount", ["10.00", "20.00", "50.00", "90.00", "150.00", "7.00"])
def test_a_head_is_matched_alike_whether_all_items_of_its_branches_are_loaded_or_those_that_count(
    bank, monkeypatch, text, amount
):
    with bank.ctx.open():
        head = make.debtor(bank.ctx, bank.creditor, name="Holding Mitte AG")
        for at in (1, 2):
            branch = make.debtor(bank.ctx, bank.creditor, name=f"Filiale {at} OHG", parent_id=head)
            books = SimpleNamespace(creditor=bank.creditor, debtor=branch)
            for number in (1, 2, 3):
                make.item(bank.ctx, books, 1000 * number + 4000 * (at - 1), number=f"RE-2026-047{at}{number}")
        import_file(bank.ctx, statement(entry(amount, text, name="Holding Mitte AG", reference="R1")))
        (line,) = lines(bank.creditor)
        found = []
        for most in (1_000, 1):
            monkeypatch.setattr("fairdue.cash.services.candidates.MOST_OF_GROUP", most)
            run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, lines=[line.id], post=False)
            one = open_proposal(line.id)
            found.append((one.source, one.step, one.confidence, one.allocations, one.on_account, one.evidence))
    first, few = found
    # Of what is neither named nor due first only the amount is searched, and that as far as items are loaded.
    assert few == first or first[0] == "payer"
    assert first[0] != "none"


def test_of_a_head_with_more_items_than_are_loaded_those_due_first_are_searched(bank, monkeypatch):
    monkeypatch.setattr("fairdue.cash.services.candidates.MOST_OF_GROUP", 2)
    with bank.ctx.open():
        head = make.debtor(bank.ctx, bank.creditor, name="Holding Mitte AG")
        branch = make.debtor(bank.ctx, bank.creditor, name="Filiale OHG", parent_id=head)
        books = SimpleNamespace(creditor=bank.creditor, debtor=branch)
        for number in (3, 1, 2):
            make.item(bank.ctx, books, 1000 * number, number=f"RE-2026-0471{number}")
        entries = [entry(f"{at}0.00", "Danke", name="Holding Mitte AG", reference=f"R{at}") for at in (1, 2, 3)]
        import_file(bank.ctx, statement(*entries))
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, post=False)
        steps = [open_proposal(line.id).step for line in lines(bank.creditor)]
    assert steps == ["exact", "exact", "on_account"]


def test_keys_are_looked_up_alike_for_a_tenant_that_the_statistics_have_not_seen(ctx):
    """A tenant without rows at the last ANALYZE seems to have one row: the wrong index then served each key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attstattarget FROM pg_attribute "
            "WHERE attrelid = 'open_item_key'::regclass AND attname = 'tenant_id'"
        )
        assert cursor.fetchall() == [(0,)]


def statements_of(run):
    with CaptureQueriesContext(connection) as captured:
        run()
    return [query["sql"] for query in captured]


def test_a_run_looks_for_items_without_keys_only_while_facts_wait(bank):
    """A ledger of 500,000 items that came in at once cost a second of each bank file."""
    drain(timeout=60)
    with bank.ctx.open():
        told = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
    drain(timeout=60)
    with bank.ctx.open():
        untold = statements_of(lambda: index_missing(bank.ctx, bank.creditor))
        assert not any("no key leads to" in one for one in untold)
        fresh = make.item(bank.ctx, bank.books, 4700, number="RE-2026-04712")
        waiting = statements_of(lambda: index_missing(bank.ctx, bank.creditor))
        assert any("no key leads to" in one for one in waiting)
        import_file(
            bank.ctx, statement(entry("119.00", "RE-2026-04711"), entry("47.00", "RE-2026-04712", reference="2"))
        )
        assert run_matching(bank.ctx, creditor=bank.creditor, today=TODAY) == 2
        assert [make.residual(told), make.residual(fresh)] == [0, 0]


def test_where_more_wait_than_are_asked_for_all_are_found(bank, monkeypatch):
    monkeypatch.setattr(bulk, "_MOST_UNTOLD", 2)
    with bank.ctx.open():
        items = [make.item(bank.ctx, bank.books, 100 + n, number=f"RE-2026-0471{n}") for n in range(5)]
        paid = [entry(f"1.0{n}", f"RE-2026-0471{n}", reference=str(n)) for n in range(5)]
        import_file(bank.ctx, statement(*paid))
        assert run_matching(bank.ctx, creditor=bank.creditor, today=TODAY) == 5
        assert [make.residual(item) for item in items] == [0] * 5
