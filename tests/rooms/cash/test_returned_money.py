"""Money that the bank takes back: the items are open as they were, the fee is booked, and it can be undone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from fairdue.cash.models import BankLine, CashApplication, CashReturn, PayerAccount
from fairdue.cash.returns.finding import candidates
from fairdue.cash.returns.settling import settle_returns, waiting_returns
from fairdue.cash.returns.taking_back import take_back, undo_return
from fairdue.cash.services import run_matching
from fairdue.collections.models import Dispute, Promise, Task
from fairdue.core.findings import RefusedError
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.models import Fact
from fairdue.receivables import selectors
from fairdue.receivables.models import Hold, OpenItem
from tests import make
from tests.rooms.cash.conftest import TODAY, entry, import_file, lines, matched, statement, verified
from tests.wire.camt_files import Detail, Ntry

LATER = TODAY + timedelta(days=4)


def back(amount, code="AM04", *, text="", fee="", end_to_end="NOTPROVIDED", reference="", stated="", **given):
    detail = Detail(
        amount, text=(text,) if text else (), returned=code, charge=fee, end_to_end=end_to_end, name="Kaufmann KG",
        instructed=(stated, "EUR") if stated else None, place="TxAmt", **given,
    )  # fmt: skip
    total = f"{float(amount) + float(fee or 0):.2f}"
    return Ntry(total, sign="DBIT", details=(detail,), reference=reference, booked=LATER.isoformat())


def paid(bank, *entries, **fields):
    item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711", **fields)
    matched(bank, *(entries or (entry("119.00", "Rechnung RE-2026-04711", end_to_end="E2E-7"),)))
    return item


def bring(bank, *entries, name="2026-03-06/1"):
    import_file(bank.ctx, statement(*entries, name=name), today=LATER)
    return waiting_returns(bank.creditor)


def books_of(bank):
    rows = selectors.trial_balance(bank.ctx, creditor=bank.creditor, as_of=LATER + timedelta(days=40))
    return {row.code: row.balance for row in rows if row.balance}


def test_a_returned_debit_opens_the_item_with_its_own_due_date_and_books_the_fee(bank):
    with bank.ctx.open():
        item = paid(bank)
        due = OpenItem.objects.get(id=item).due_on
        assert make.residual(item) == 0
        bring(bank, back("119.00", fee="3.50", end_to_end="E2E-7"))
        (made,) = settle_returns(bank.ctx, today=LATER, creditor=bank.creditor)
        row = CashReturn.objects.get(id=made)
        assert (row.amount, row.fee, row.code, row.step, row.evidence) == (
            11900, 350, "AM04", "retry", "end-to-end id",
        )  # fmt: skip
        again = OpenItem.objects.get(id=item)
        assert (again.residual, again.due_on) == (11900, due)
        assert {line.state for line in lines(bank.creditor)} == {"returned"}
        assert books_of(bank) == {"1200": -350, "1400": 11900, "4400": -11900, "6855": 350}
        assert verified(bank.ctx) == []


def test_the_fact_says_why_and_a_second_settlement_finds_nothing(bank):
    with bank.ctx.open():
        item = paid(bank)
        bring(bank, back("119.00", "AC04", end_to_end="E2E-7"))
        settle_returns(bank.ctx, today=LATER)
        fact = Fact.objects.get(type="payment.returned")
        assert fact.payload["items"] == [str(item)]
        assert (fact.payload["code"], fact.payload["step"], fact.debtor_id) == ("AC04", "new_details", bank.debtor)
        assert settle_returns(bank.ctx, today=LATER) == []


def test_a_returned_payment_teaches_nothing_against_the_match(bank):
    with bank.ctx.open():
        paid(bank)
        before = PayerAccount.objects.get().times
        bring(bank, back("119.00", end_to_end="E2E-7"))
        settle_returns(bank.ctx, today=LATER)
        assert PayerAccount.objects.get().times == before
        assert CashApplication.objects.get().reversal_reason == "returned by the bank: AM04 insufficient funds"


def test_without_proof_a_person_chooses_and_may_charge_the_fee_on(bank):
    with bank.ctx.open():
        item = paid(bank)
        (line,) = bring(bank, back("119.00", "MS03", fee="5.00", iban="DE02500105170137075030"))
        assert settle_returns(bank.ctx, today=LATER) == []
        (found,) = candidates(bank.ctx, [line])[line.id]
        assert (found.evidence, found.sure, found.numbers, found.fee) == (
            "payer and amount", False, ("RE-2026-04711",), 500,
        )  # fmt: skip
        made = take_back(bank.ctx, line=line.id, original=found.line, today=LATER, charge_fee=True)
        fee = OpenItem.objects.get(id=CashReturn.objects.get(id=made).fee_item_id)
        assert (fee.kind, fee.amount, fee.parent_id, fee.debtor_id) == ("fee", 500, item, bank.debtor)
        assert verified(bank.ctx) == []


def test_a_payment_that_still_waits_goes_back_without_an_application(bank):
    with bank.ctx.open():
        matched(bank, entry("77.00", "unknown", end_to_end="E2E-8"))
        bring(bank, back("77.00", end_to_end="E2E-8"))
        (made,) = settle_returns(bank.ctx, today=LATER)
        assert CashReturn.objects.get(id=made).application_id is None
        assert books_of(bank) == {}
        assert run_matching(bank.ctx, creditor=bank.creditor, today=LATER) == 0
        assert verified(bank.ctx) == []


def test_one_payment_of_a_collection_goes_back_and_the_others_stand(bank):
    from fairdue.cash.services import Chosen, change

    with bank.ctx.open():
        first = make.item(bank.ctx, bank.books, 10000, number="A-1001")
        second = make.item(bank.ctx, bank.books, 5000, number="A-1002")
        (line,) = matched(bank, entry("150.00", "collection"))
        change(bank.ctx, line=line.id, chosen=[Chosen(first, 10000), Chosen(second, 5000)], today=TODAY) if (
            line.state != "applied"
        ) else None
        (out,) = bring(bank, back("53.00", "AC06"))
        take_back(bank.ctx, line=out.id, original=line.id, items=[second], today=LATER)
        assert (make.residual(first), make.residual(second)) == (0, 5000)
        assert CashReturn.objects.get().fee == 300
        assert BankLine.objects.get(id=line.id).state == "applied"
        assert verified(bank.ctx) == []


def test_an_undo_puts_both_lines_back_and_the_books_are_as_before(bank):
    with bank.ctx.open():
        item = paid(bank)
        (out,) = bring(bank, back("119.00", fee="3.50", end_to_end="E2E-7"))
        original = BankLine.objects.get(amount__gt=0)
        made = take_back(bank.ctx, line=out.id, original=original.id, today=LATER, charge_fee=True)
        undo_return(bank.ctx, returned=made, reason="the wrong payment", today=LATER)
        assert {line.state for line in lines(bank.creditor)} == {"received"}
        assert books_of(bank) == {"1200": 11900, "1400": 11900, "1590": -11900, "4400": -11900}
        run_matching(bank.ctx, creditor=bank.creditor, today=LATER)
        assert make.residual(item) == 0
        assert take_back(bank.ctx, line=out.id, original=original.id, today=LATER)
        assert verified(bank.ctx) == []
        with pytest.raises(RefusedError, match="undone already"):
            undo_return(bank.ctx, returned=made, reason="twice", today=LATER)


def test_what_does_not_fit_is_refused_and_changes_nothing(bank):
    with bank.ctx.open():
        item = paid(bank)
        original = BankLine.objects.get()
        (out,) = bring(bank, back("100.00"))
        with pytest.raises(RefusedError, match=r"less than the €119\.00|less than the"):
            take_back(bank.ctx, line=out.id, original=original.id, today=LATER)
        with pytest.raises(RefusedError, match="no line on which money went back"):
            take_back(bank.ctx, line=original.id, original=out.id, today=LATER)
        assert make.residual(item) == 0


def told():
    """Carry every fact to its answers, and the facts of those answers to theirs."""
    for _ in range(3):
        relay_all()


def answered(bank, code, **fields):
    with bank.ctx.open():
        item = paid(bank, **fields)
        bring(bank, back("119.00", code, end_to_end="E2E-7"))
    told()
    return item


@pytest.mark.parametrize(
    "code, kind, words",
    [
        ("AM04", "follow_up", "call and agree on how it will be paid"),
        ("AC04", "master_data", "ask for a new account or mandate"),
        ("MD06", "follow_up", "ask what is contested"),
        ("XX99", "follow_up", "find out why and decide on the next step"),
    ],
)
def test_collections_opens_the_task_that_the_reason_asks_for(bank, code, kind, words):
    answered(bank, code)
    with bank.ctx.open():
        task = Task.objects.get()
        assert (task.kind, task.debtor_id) == (kind, bank.debtor)
        assert task.reason.endswith(words)
        assert "RE-2026-04711" in task.reason


def test_a_contested_debit_becomes_a_dispute_over_the_item(bank):
    item = answered(bank, "MD06")
    told()
    with bank.ctx.open():
        dispute = Dispute.objects.get()
        assert (dispute.item_id, dispute.note) == (item, "payment returned: refund asked for by the payer")


def test_a_deceased_payer_is_held_until_the_return_is_undone(bank):
    answered(bank, "MD07")
    with bank.ctx.open():
        hold = Hold.objects.get()
        assert (hold.item_id, hold.reason, hold.note) == (None, "manual", "payer deceased, told by the bank")
        undo_return(bank.ctx, returned=CashReturn.objects.get().id, reason="another person", today=LATER)
    told()
    with bank.ctx.open():
        assert Hold.objects.get().released_on == LATER


def test_a_promise_that_the_payment_kept_is_open_again(bank):
    from fairdue.collections.services import take_promise

    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        take_promise(bank.ctx, items=[item], amount=11900, promised_on=date(2026, 3, 20), today=TODAY)
        matched(bank, entry("119.00", "Rechnung RE-2026-04711", end_to_end="E2E-7"))
    told()
    with bank.ctx.open():
        assert Promise.objects.get().verdict == "kept"
        bring(bank, back("119.00", end_to_end="E2E-7"))
    told()
    with bank.ctx.open():
        assert Promise.objects.get().verdict == "open"


def test_a_recall_waits_for_a_second_person_and_books_nothing(bank):
    from dataclasses import replace

    from fairdue.cash.returns.recalls import propose_recall
    from fairdue.foundation.approvals import decide, pending

    with bank.ctx.open():
        item = paid(bank)
        line = BankLine.objects.get().id
        asked = propose_recall(bank.ctx, line=line, code="DUPL", today=LATER)
        with pytest.raises(RefusedError, match="waits for approval"):
            propose_recall(bank.ctx, line=line, code="DUPL", today=LATER)
        with pytest.raises(RefusedError, match="Somebody else"):
            decide(bank.ctx, approval=asked, approve=True, today=LATER)
        assert [row.title for row in pending(bank.ctx)] == ["Let 119.00 EUR of Kaufmann KG go back"]
    other = replace(bank.ctx, actor="user:00000000-0000-0000-0000-00000000000f")
    with other.open():
        decide(other, approval=asked, approve=True, today=LATER)
        assert Fact.objects.get(type="payment.recall_agreed").payload["reason"] == "duplicate payment"
        assert make.residual(item) == 0
        bring(bank, back("119.00", "FOCR", end_to_end="E2E-7"))
        settle_returns(bank.ctx, today=LATER)
        assert make.residual(item) == 11900
        with pytest.raises(RefusedError, match="no payment that we hold"):
            propose_recall(bank.ctx, line=line, code="DUPL", today=LATER)
