"""Two hands on the same money at the same moment: one is answered, one is refused, and the books agree."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import date, timedelta

import pytest

from fairdue.cash.models import BankLine, Refund
from fairdue.cash.refunding import tasks
from fairdue.cash.refunding.tasks import dismiss_refund, open_refund, propose_refund
from fairdue.cash.services import put_on_account, reverse, reversing
from fairdue.core.findings import RefusedError
from fairdue.foundation.accounts import invite_user
from fairdue.foundation.approvals import decide
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.verifying import verify_tenant
from fairdue.insurance import selectors as insurance
from fairdue.insurance.models import Claim, PayoutReceived, Recovery
from fairdue.insurance.services import (
    file_due_claims,
    indemnify_claim,
    receive_indemnity,
    recoveries,
    run,
    share_recovery,
)
from fairdue.invoicing.models import Draft, Invoice
from fairdue.invoicing.services import (
    OrderDraft,
    OrderLineDraft,
    accept_orders,
    credit_invoice,
    draft_from_order,
    issue_invoice,
    write_draft,
)
from fairdue.receivables.models import Credit
from fairdue.receivables.services import Applied, allocate, propose_write_off
from tests import make
from tests.at_once import at_once
from tests.make import LINE
from tests.rooms.cash.conftest import account_of, application, bank, entry, lines, matched  # noqa: F401 - a fixture
from tests.rooms.insurance import given as insured

TODAY = make.TODAY
ROUNDS = 4


def refused(answers):
    """Return the codes of the refusals; anything else that was raised is a fault."""
    faults = [one for one in answers if isinstance(one, Exception) and not isinstance(one, RefusedError)]
    assert faults == []
    return sorted(one.findings[0].code for one in answers if isinstance(one, RefusedError))


def inside(ctx, act, **given):
    """Return `act` as one transaction of its own, with the context that it is called with."""

    def work():
        with ctx.open():
            return act(ctx, **given)

    return work


def colleague(ctx, role, name):
    with ctx.open():
        user = invite_user(ctx, email=f"{name}-{ctx.tenant}@fairdue.example", role=role, today=TODAY)
    return replace(ctx, actor=f"user:{user}")


@pytest.fixture
def overpaid(bank):  # noqa: F811
    """A payment that is on account of a customer with an approved account."""
    with bank.ctx.open():
        account_of(bank)
        (line,) = matched(bank, entry("100.00", "too much"))
        if line.state != BankLine.State.ON_ACCOUNT:
            put_on_account(bank.ctx, line=line.id, debtor=bank.debtor, today=TODAY)
    return bank, line


def proposed(bank, line):  # noqa: F811
    with bank.ctx.open():
        return propose_refund(bank.ctx, credit=line.credit_id, amount=10000, reason="too much", today=TODAY)


def test_a_refund_is_proposed_once_by_four_people(overpaid):
    bank, line = overpaid  # noqa: F811
    asked = {"credit": line.credit_id, "amount": 10000, "reason": "too much", "today": TODAY}
    answers = at_once(*[inside(bank.ctx, propose_refund, **asked)] * 4)
    assert len(refused(answers)) == 3
    with bank.ctx.open():
        assert [row.state for row in Refund.objects.all()] == ["proposed"]


def test_a_refund_is_approved_once_however_many_approve_reject_and_dismiss_it(overpaid):
    bank, line = overpaid  # noqa: F811
    waits = proposed(bank, line)
    with bank.ctx.open():
        task = Refund.objects.get().id
    others = [replace(bank.ctx, actor=f"user:00000000-0000-0000-0000-00000000001{n}") for n in range(3)]
    answers = at_once(
        inside(others[0], decide, approval=waits, approve=True, today=TODAY),
        inside(others[1], decide, approval=waits, approve=True, today=TODAY),
        inside(others[2], decide, approval=waits, approve=False, today=TODAY, note="no"),
        inside(bank.ctx, dismiss_refund, refund=task, reason="stays", today=TODAY),
    )
    codes = refused(answers)
    relay_all()
    with bank.ctx.open():
        row, left = Refund.objects.get(), make.unapplied(line.credit_id)
        assert (row.state, left) in {("paid", 0), ("dismissed", 10000), ("open", 10000)}
    assert len(codes) >= 2
    assert verify_tenant(bank.ctx) == []


def test_a_payment_that_is_paid_back_is_not_taken_back_at_the_same_moment(overpaid, monkeypatch):
    """Taking back looks whether the money is whole; while it looks, the refund is approved."""
    bank, line = overpaid  # noqa: F811
    waits = proposed(bank, line)
    looked, paid = threading.Event(), threading.Event()
    must_be_whole = reversing._must_be_whole

    def look_and_wait(ctx, row):
        must_be_whole(ctx, row)
        looked.set()
        paid.wait(1)  # with the payment locked the other cannot pay meanwhile, and this goes on

    monkeypatch.setattr(reversing, "_must_be_whole", look_and_wait)
    with bank.ctx.open():
        applied = application(line.id).id
    other = replace(bank.ctx, actor="user:00000000-0000-0000-0000-00000000000b")

    def approve():
        looked.wait(10)
        try:
            return inside(other, decide, approval=waits, approve=True, today=TODAY)()
        finally:
            paid.set()

    answers = at_once(inside(bank.ctx, reverse, application=applied, reason="wrong", today=TODAY), approve)
    assert len(refused(answers)) == 1
    with bank.ctx.open():
        row = BankLine.objects.get(id=line.id)
        assert (row.state, make.unapplied(line.credit_id)) in {("received", 10000), ("on_account", 0)}
    assert verify_tenant(bank.ctx) == []


def test_nobody_approves_his_own_by_another_role_or_by_a_key(overpaid):
    bank, line = overpaid  # noqa: F811
    clerk = colleague(bank.ctx, "admin", "clerk")
    with bank.ctx.open():
        waits = propose_refund(clerk, credit=line.credit_id, amount=10000, reason="too much", today=TODAY)
    promoted = replace(clerk, permissions=bank.ctx.permissions)
    answers = at_once(*[inside(promoted, decide, approval=waits, approve=True, today=TODAY)] * 2)
    assert refused(answers) == ["approval.same_person"] * 2
    with bank.ctx.open():
        assert make.unapplied(line.credit_id) == 10000


def test_money_that_is_paid_back_is_not_applied_too(overpaid):
    bank, line = overpaid  # noqa: F811
    waits = proposed(bank, line)
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 10000)
    other = replace(bank.ctx, actor="user:00000000-0000-0000-0000-00000000000b")
    answers = at_once(
        inside(other, decide, approval=waits, approve=True, today=TODAY),
        inside(bank.ctx, allocate, lines=[Applied(item, 10000, line.credit_id)], effective_on=TODAY, today=TODAY),
    )
    assert len(refused(answers)) == 1
    with bank.ctx.open():
        assert (make.unapplied(line.credit_id), Refund.objects.get().state == "paid", make.residual(item)) in {
            (0, True, 10000), (0, False, 0)
        }  # fmt: skip
    assert verify_tenant(bank.ctx) == []


def test_the_task_of_a_refund_is_one_however_many_open_it(overpaid):
    bank, line = overpaid  # noqa: F811
    asked = {"credit": line.credit_id, "amount": 500, "reason": "too much", "today": TODAY}
    refused(at_once(*[inside(bank.ctx, open_refund, **asked)] * 4))
    with bank.ctx.open():
        assert Refund.objects.filter(state__in=tasks.WAITS).count() == 1


DELIVERED, FILED, LOST = date(2026, 2, 1), date(2026, 7, 31), date(2027, 3, 1)


@pytest.fixture
def claim(ctx, books):
    """A claim over two items whose date of loss has come."""
    with ctx.open():
        insured.limit(ctx, books, insured.policy(ctx, books), 100_000_00)
        items = [insured.invoice(ctx, books, 11_900_00, net=10_000_00, on=DELIVERED, days=30) for _ in range(2)]
    file_due_claims(ctx, today=FILED)
    relay_all()
    with ctx.open():
        return insurance.claims(ctx)[0].id, items


def test_a_claim_is_indemnified_once_while_its_customer_pays(ctx, books, claim):
    row, items = claim
    with ctx.open():
        money = make.payment(ctx, books, 11_900_00, on=LOST)
    pay = inside(ctx, allocate, lines=[Applied(items[0], 11_900_00, money)], effective_on=LOST, today=LOST)
    refused(at_once(*[inside(ctx, indemnify_claim, claim=row, today=LOST)] * 3, pay))
    relay_all()
    with ctx.open():
        assert Credit.objects.filter(kind="indemnity").count() <= 1
    run(ctx, today=LOST)
    with ctx.open():
        assert Credit.objects.filter(kind="indemnity").count() == 1
        assert Claim.objects.get().indemnified_on == LOST
    assert verify_tenant(ctx) == []


def test_the_insurer_pays_once_and_a_recovery_is_shared_once(ctx, books, claim):
    row, _ = claim
    run(ctx, today=LOST)
    with ctx.open():
        indemnity = Claim.objects.get().indemnity
        paid = make.payment(ctx, books, indemnity, on=LOST, debtor_known=False)
        came = make.payment(ctx, books, 1_000_00, on=LOST)
    refused(at_once(
        *[inside(ctx, receive_indemnity, claim=row, credit=paid, amount=indemnity, today=LOST)] * 2,
        *[inside(ctx, share_recovery, claim=row, credit=came, today=LOST)] * 2,
    ))  # fmt: skip
    with ctx.open():
        assert [one.amount for one in PayoutReceived.objects.all()] == [indemnity]
        (shared,) = Recovery.objects.all()
        assert shared.insurer + shared.kept == 1_000_00
    assert verify_tenant(ctx) == []


def test_a_recovery_is_not_shared_of_money_that_is_spent_meanwhile(ctx, books, claim, monkeypatch):
    """While the insurer's part is computed, the same money pays something else; nothing is left to keep it for."""
    row, items = claim
    run(ctx, today=LOST)
    with ctx.open():
        open_ = [(item, left) for item in items if (left := make.residual(item))]
        lines = [Applied(item, left, make.payment(ctx, books, left, on=LOST)) for item, left in open_]
        allocate(ctx, lines=lines, effective_on=LOST, today=LOST)
        other = make.item(ctx, books, 50_00, issued_on=LOST)
        came = make.payment(ctx, books, 1_000_00, on=LOST)
    compute = recoveries._insurer_part

    def spend_meanwhile(*given):
        computed = compute(*given)
        spent = [Applied(other, 50_00, came)]
        assert refused(at_once(inside(ctx, allocate, lines=spent, effective_on=LOST, today=LOST))) == []
        return computed

    monkeypatch.setattr(recoveries, "_insurer_part", spend_meanwhile)
    share = inside(ctx, share_recovery, claim=row, credit=came, today=LOST)
    assert refused(at_once(share)) == ["recovery.moved"]
    with ctx.open():
        assert not Recovery.objects.exists()
        assert make.unapplied(came) == 950_00
    assert verify_tenant(ctx) == []


@pytest.fixture
def invoiced(ctx, books):
    with ctx.open():
        make.able_to_bill(books, email="ar@nordwind.example", bic="SOGEDEFF", settings={"formats": ["ubl"]})
        content = {"lines": [LINE], "delivery": {"day": "2026-03-01"}}
        draft = write_draft(
            ctx, creditor=books.creditor, debtor=books.debtor, currency="EUR", today=TODAY, content=content
        )
        return issue_invoice(ctx, draft=draft, today=TODAY)


def test_an_invoice_is_credited_once_while_it_is_paid(ctx, books, invoiced):
    with ctx.open():
        money = make.payment(ctx, books, 11900)
    credit = inside(ctx, credit_invoice, invoice=invoiced, reason="wrong", today=TODAY)
    pay = inside(ctx, allocate, lines=[Applied(invoiced, 11900, money)], effective_on=TODAY, today=TODAY)
    refused(at_once(credit, credit, pay))
    with ctx.open():
        assert Invoice.objects.filter(type="381").count() <= 1
        assert make.residual(invoiced) == 0
    assert verify_tenant(ctx) == []


def test_an_order_is_billed_once_by_four_drafts(ctx, books):
    from decimal import Decimal

    with ctx.open():
        make.able_to_bill(books, email="ar@nordwind.example", bic="SOGEDEFF", settings={"formats": ["ubl"]})
        line = OrderLineDraft("Milling", Decimal(3), Decimal("50.00"), Decimal(19))
        order = OrderDraft(books.creditor, books.debtor, "PO-1", TODAY, "EUR", (line,))
        accept_orders(ctx, orders=[order], today=TODAY)
    answers = at_once(*[inside(ctx, draft_from_order, order=order.id, today=TODAY)] * 4)
    assert len(refused(answers)) == 3
    with ctx.open():
        assert Draft.objects.count() == 1
    assert verify_tenant(ctx) == []


def test_a_step_is_proposed_once_by_four_people(ctx, books):
    with ctx.open():
        item = make.item(ctx, books, 50000)
    asked = {"item": item, "amount": 50000, "reason": "insolvent", "today": TODAY}
    answers = at_once(*[inside(ctx, propose_write_off, **asked)] * 4)
    assert refused(answers) == ["approval.pending"] * 3


def test_every_door_to_the_same_item_leaves_it_paid_once(ctx, books, invoiced):
    """A credit note, a payment, an indemnity-sized payment and a discount, all for one item, in many rounds."""
    for _ in range(ROUNDS):
        with ctx.open():
            item = make.item(ctx, books, 1000)
            money = [make.payment(ctx, books, 700) for _ in range(3)]
        works = [
            inside(ctx, allocate, lines=[Applied(item, 700, one)], effective_on=TODAY + timedelta(days=1), today=TODAY)
            for one in money
        ]
        assert len(refused(at_once(*works))) == 2
        with ctx.open():
            assert make.residual(item) == 300
    assert verify_tenant(ctx) == []
