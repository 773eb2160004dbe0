"""What may be posted by whom, what customers' codes mean, money that goes back, money on account that meets an item."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from fairdue.cash.account import selectors as account
from fairdue.cash.account.uses import accept_use, propose_uses, refuse_use, reverse_use
from fairdue.cash.models import BankLine, CreditUse, Refund
from fairdue.cash.posting.codes import CodeDraft, codes, remove_code, set_code, unknown_codes
from fairdue.cash.posting.policies import CashPolicy, policy_settings, set_policy, shown_tolerances
from fairdue.cash.refunding import selectors as refunding
from fairdue.cash.refunding.tasks import dismiss_refund, open_refund, propose_refund
from fairdue.cash.remittances.importing import import_remittances
from fairdue.cash.returns.taking_back import take_back
from fairdue.cash.services import Chosen, change, put_on_account, reverse, run_matching
from fairdue.collections.models import Dispute
from fairdue.core.findings import RefusedError
from fairdue.core.matching import AdjustmentKind, Tolerance
from fairdue.foundation.approvals import decide
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.files import store
from fairdue.foundation.models import Approval, Fact, Membership, User
from fairdue.receivables.models import Hold
from fairdue.receivables.services import propose_write_off, write_off, write_off_limit
from fairdue.receivables.services.books import RateDraft
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

OTHER = "user:00000000-0000-0000-0000-00000000000b"


def told():
    for _ in range(3):
        relay_all()


def as_role(ctx, role):
    """Return the context of a person in a role."""
    user = User.objects.create(email=f"{role}-{ctx.tenant}@posting.example")
    Membership.objects.create(user=user, tenant_id=ctx.tenant, role=role)
    return replace(ctx, actor=f"user:{user.id}")


def on_account(bank, amount="100.00", text="a conto", **given):
    import_file(bank.ctx, statement(entry(amount, text, **given)))
    line = BankLine.objects.get(creditor_id=bank.creditor, state="received")
    put_on_account(bank.ctx, line=line.id, debtor=bank.debtor, today=TODAY)
    return BankLine.objects.get(id=line.id)


@pytest.mark.parametrize("role, most", [("cash_clerk", 500), ("team_lead", 5000), ("admin", 10000)])
def test_a_person_gives_away_as_much_as_the_role_may_whatever_it_is_called(bank, role, most):
    with bank.ctx.open():
        ctx = as_role(bank.ctx, role)
        assert write_off_limit(ctx, bank.creditor).minor == most
        item = make.item(bank.ctx, bank.books, 50000, number="RE-2026-04711")
        (line,) = matched(bank, entry("200.00", "something"))
        for kind in (AdjustmentKind.SMALL_DIFFERENCE, AdjustmentKind.BANK_CHARGE, AdjustmentKind.DISCOUNT):
            with pytest.raises(RefusedError, match="a second person must approve"), ctx.open():
                change(ctx, line=line.id, chosen=[Chosen(item, 20000, most + 1, kind)], today=TODAY)
        change(ctx, line=line.id, chosen=[Chosen(item, 20000, most, AdjustmentKind.SMALL_DIFFERENCE)], today=TODAY)
        with pytest.raises(RefusedError, match="a second person must approve"), ctx.open():
            write_off(ctx, item=item, amount=1, reason="more", effective_on=TODAY, today=TODAY)
        asked = propose_write_off(ctx, item=item, amount=9999, reason="goodwill", today=TODAY)
        decide(replace(bank.ctx, actor=OTHER), approval=asked, approve=True, today=TODAY)
        assert make.residual(item) == 50000 - 20000 - most - 9999


def test_the_limit_is_the_creditors_own_and_in_the_currency_of_its_books(bank):
    from fairdue.receivables.services import add_rates

    with bank.ctx.open():
        clerk = as_role(bank.ctx, "cash_clerk")
        policy = policy_settings(bank.ctx, bank.creditor)
        set_policy(bank.ctx, creditor=bank.creditor, policy=replace(policy, limits={"cash_clerk": 700}), today=TODAY)
        assert write_off_limit(clerk, bank.creditor).minor == 700
        assert policy_settings(bank.ctx, bank.creditor).limits["cash_clerk"] == 700
        add_rates(bank.ctx, rates=[RateDraft("USD", "EUR", TODAY, Decimal("0.50"), "test")])
        item = make.item(bank.ctx, bank.books, 10000, currency="USD")
        with pytest.raises(RefusedError, match=r"Above 7\.00 EUR"), clerk.open():
            write_off(clerk, item=item, amount=1401, reason="x", effective_on=TODAY, today=TODAY)
        write_off(clerk, item=item, amount=1400, reason="x", effective_on=TODAY, today=TODAY)
        assert make.residual(item) == 8600


def test_the_settings_of_posting_are_checked_kept_and_told(bank):
    with bank.ctx.open():
        policy = policy_settings(bank.ctx, bank.creditor)
        assert (policy.late_discount_days, policy.late_discount_posted_days) == (14, 0)
        wrong = replace(
            policy, late_discount_posted_days=15, payday=0,
            tolerances={"XXX": Tolerance(1, 1), "EUR": Tolerance(-1, 0)},
            limits={"admin": -1},
        )  # fmt: skip
        with pytest.raises(RefusedError) as refused:
            set_policy(bank.ctx, creditor=bank.creditor, policy=wrong, today=TODAY)
        assert [one.path for one in refused.value.findings] == [
            "payday", "late_discount_posted_days", "tolerances", "tolerances", "limits",
        ]  # fmt: skip
        right = replace(policy, late_discount_posted_days=14, tolerances={"EUR": Tolerance(0, 0)})
        for _ in range(2):
            set_policy(bank.ctx, creditor=bank.creditor, policy=right, today=TODAY)
        kept = policy_settings(bank.ctx, bank.creditor)
        assert (kept.late_discount_posted_days, kept.tolerances) == (14, {"EUR": Tolerance(0, 0)})
        assert shown_tolerances(kept)["EUR"] == (Tolerance(0, 0), True)
        (fact,) = Fact.objects.filter(type="cash.policy_set")
        assert fact.payload["changed"] == "late discounts posted, small differences"
        item = make.item(bank.ctx, bank.books, 10000, number="RE-2026-04711")
        matched(bank, entry("99.99", "RE-2026-04711"))
        assert make.residual(item) == 1


def test_a_late_discount_waits_for_a_person_until_the_creditor_says_otherwise(bank):
    with bank.ctx.open():
        late = {"discount_percent": Decimal(2), "discount_until": TODAY - timedelta(days=10)}
        first = make.item(bank.ctx, bank.books, 12340, number="RE-2026-04711", issued_on=TODAY - timedelta(20), **late)
        (line,) = matched(bank, entry("120.93", "RE-2026-04711"))
        assert (line.state, make.residual(first)) == ("proposed", 12340)
        proposal = open_proposal(line.id)
        assert proposal.step == "late_discount"
        assert "the discount was taken late" in proposal.reason
        policy = replace(policy_settings(bank.ctx, bank.creditor), late_discount_posted_days=7)
        set_policy(bank.ctx, creditor=bank.creditor, policy=policy, today=TODAY)
        run_matching(bank.ctx, creditor=bank.creditor, lines=[line.id], today=TODAY)
        assert make.residual(first) == 0


def advise(bank, code, net, number="RE-2026-04711", name="advice.csv"):
    content = f"Invoice;Gross;Reason;Net\n{number};119,00;{code};{net}\n".encode()
    file = store(bank.ctx, content=content, name=name, media_type="text/csv")
    return import_remittances(bank.ctx, file=file.id, creditor=bank.creditor, today=TODAY)


def test_a_customers_code_is_granted_or_contested_as_the_table_says(bank):
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        draft = CodeDraft(bank.creditor, "D-07", "freight", "fee", 1200, "EUR", bank.debtor, "pallets")
        set_code(bank.ctx, draft=draft, today=TODAY)
        advise(bank, "d07", "110,00")
        (line,) = matched(bank, entry("110.00", "as advised"))
        assert (line.state, make.residual(item)) == ("applied", 0)
        reverse(bank.ctx, application=application(line.id).id, reason="again", today=TODAY)
        (row,) = codes(bank.ctx, creditor=bank.creditor)
        assert (row.debtor_name, row.treatment, row.most) == ("Kaufmann KG", "fee", 1200)
        set_code(bank.ctx, draft=replace(draft, reason="complaint", treatment="dispute"), today=TODAY)
        assert [row.treatment for row in codes(bank.ctx)] == ["dispute"]
    told()
    with bank.ctx.open():
        other = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04712")
        advise(bank, "D-07", "110,00", "RE-2026-04712", "second.csv")
        import_file(bank.ctx, statement(entry("110.00", "as advised too"), opening="110.00", name="2"))
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        assert make.residual(other) == 900
    told()
    with bank.ctx.open():
        dispute = Dispute.objects.get(item_id=other)
        assert (dispute.reason, dispute.amount, dispute.resolved_on) == ("quality", None, None)
        done = BankLine.objects.get(creditor_id=bank.creditor, remittance="as advised too")
        reverse(bank.ctx, application=application(done.id).id, reason="wrong", today=TODAY)
    told()
    with bank.ctx.open():
        assert Dispute.objects.get(item_id=other).outcome == "withdrawn"
        assert not Hold.objects.filter(item_id=other, reason="dispute", released_on__isnull=True).exists()
        assert verified(bank.ctx) == []


def test_the_table_of_codes_refuses_nonsense_and_says_what_nobody_has_mapped(bank):
    with bank.ctx.open():
        draft = CodeDraft(bank.creditor, " - ", "because", "later", debtor=bank.creditor)
        with pytest.raises(RefusedError) as refused:
            set_code(bank.ctx, draft=draft, today=TODAY)
        assert [one.path for one in refused.value.findings] == ["debtor", "code", "reason", "treatment"]
        with pytest.raises(RefusedError, match="up to which amount"):
            set_code(bank.ctx, draft=CodeDraft(bank.creditor, "X1", "freight", "fee"), today=TODAY)
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        advise(bank, "QC-3", "110,00")
        matched(bank, entry("110.00", "as advised"))
        (unknown,) = unknown_codes(bank.ctx, creditor=bank.creditor)
        assert (unknown.code, unknown.debtor_name, unknown.times) == ("QC-3", "Kaufmann KG", 1)
        code = set_code(bank.ctx, draft=CodeDraft(bank.creditor, "qc 3", "complaint"), today=TODAY)
        assert unknown_codes(bank.ctx) == []
        remove_code(bank.ctx, code=code, today=TODAY)
        assert (codes(bank.ctx), len(unknown_codes(bank.ctx))) == ([], 1)
        with pytest.raises(RefusedError, match="no such code"):
            remove_code(bank.ctx, code=code, today=TODAY)


def test_a_short_payment_that_a_person_codes_opens_a_dispute_over_the_rest(bank):
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("100.00", "unknown words"))
        with pytest.raises(RefusedError, match="Reasons are"), bank.ctx.open():
            change(bank.ctx, line=line.id, chosen=[Chosen(item, 10000, deduction="mood")], today=TODAY)
        change(bank.ctx, line=line.id, chosen=[Chosen(item, 10000, deduction="price")], today=TODAY)
    told()
    with bank.ctx.open():
        dispute = Dispute.objects.get()
        assert (dispute.item_id, dispute.reason, dispute.currency) == (item, "price", "EUR")
        assert make.residual(item) == 1900


def test_a_payment_that_came_twice_opens_a_refund_and_two_people_let_it_go(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        matched(bank, entry("119.00", "RE-2026-04711"))
        import_file(bank.ctx, statement(entry("119.00", "RE-2026-04711"), opening="119.00", name="2"))
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        twice = BankLine.objects.get(state="on_account")
    told()
    told()
    with bank.ctx.open():
        (row,) = refunding.refunds(bank.ctx, creditor=bank.creditor)
        assert (row.kind, row.amount, row.state, row.debtor_name) == ("duplicate", 11900, "open", "Kaufmann KG")
        (none,) = refunding.against(bank.ctx, row, TODAY)
        assert [one.code for one in none.findings] == ["refund.account"]
        account_of(bank, since=TODAY - timedelta(days=29))
        with pytest.raises(RefusedError, match="new or was changed"):
            propose_refund(bank.ctx, credit=row.credit_id, amount=11900, reason="twice", today=TODAY)
        later = TODAY + timedelta(days=1)
        waits = propose_refund(bank.ctx, credit=row.credit_id, amount=11900, reason="twice", today=later)
        with pytest.raises(RefusedError, match="waits for approval"):
            propose_refund(bank.ctx, credit=row.credit_id, amount=11900, reason="twice", today=later)
        assert "to DE" in Approval.objects.get(id=waits).title
        decide(replace(bank.ctx, actor=OTHER), approval=waits, approve=True, today=later)
        (row,) = refunding.refunds(bank.ctx)
        assert (row.state, row.unapplied) == ("paid", 0)
        with pytest.raises(RefusedError, match="paid back or applied on another page"):
            reverse(bank.ctx, application=application(twice.id).id, reason="x", today=later)
        assert verified(bank.ctx) == []


def test_a_refund_is_checked_again_when_it_is_approved_and_waits_again_when_it_is_not(bank):
    with bank.ctx.open():
        line = on_account(bank)
        mine = account_of(bank)
        waits = propose_refund(bank.ctx, credit=line.credit_id, amount=4000, reason="too much", today=TODAY)
        decide(replace(bank.ctx, actor=OTHER), approval=waits, approve=False, today=TODAY, note="ask first")
    told()
    with bank.ctx.open():
        assert Refund.objects.get().state == "open"
        waits = propose_refund(
            bank.ctx, credit=line.credit_id, amount=4000, reason="too much", today=TODAY, account=mine
        )
        from fairdue.parties.services.accounts import retire_account

        retire_account(bank.ctx, account=mine, reason="closed", today=TODAY)
        with pytest.raises(RefusedError, match="no such account"):
            decide(replace(bank.ctx, actor=OTHER), approval=waits, approve=True, today=TODAY)
        assert make.unapplied(line.credit_id) == 10000


def test_a_refund_falls_with_its_payment_and_can_be_dismissed_once(bank):
    with bank.ctx.open():
        line = on_account(bank)
        task = open_refund(bank.ctx, credit=line.credit_id, amount=10000, reason="too much", today=TODAY)
        assert open_refund(bank.ctx, credit=line.credit_id, amount=5, reason="again", today=TODAY) == task
        reverse(bank.ctx, application=application(line.id).id, reason="somebody else's", today=TODAY)
        assert Refund.objects.get().state == "dismissed"
        with pytest.raises(RefusedError, match="decided already"):
            dismiss_refund(bank.ctx, refund=task, reason="x", today=TODAY)
        put_on_account(bank.ctx, line=line.id, debtor=bank.debtor, today=TODAY)
        second = open_refund(bank.ctx, credit=line.credit_id, amount=10000, reason="too much", today=TODAY)
        dismiss_refund(bank.ctx, refund=second, reason="it stays", today=TODAY)
        assert Fact.objects.filter(type="refund.dismissed").count() == 2


def test_an_advance_is_proposed_for_the_invoice_that_comes_after_it(bank):
    with bank.ctx.open():
        line = on_account(bank, "500.00", "Vorauskasse Auftrag PO-88123")
    told()
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 20000, number="RE-2026-04710")
        item = make.item(bank.ctx, bank.books, 50000, number="RE-2026-04711", order_number="PO-88123")
    told()
    with bank.ctx.open():
        (use,) = account.uses(bank.ctx, creditor=bank.creditor)
        assert [(part["number"], part["amount"]) for part in use.allocations] == [("RE-2026-04711", 50000)]
        assert use.rule == "order.exact"
        assert Hold.objects.get(item_id=item, released_on__isnull=True).reason == "plausible_payment"
        accept_use(bank.ctx, use=use.id, today=TODAY)
        assert (make.residual(item), make.unapplied(line.credit_id)) == (0, 0)
        with pytest.raises(RefusedError, match="decided already"):
            accept_use(bank.ctx, use=use.id, today=TODAY)
    told()
    with bank.ctx.open():
        assert not Hold.objects.filter(item_id=item, released_on__isnull=True).exists()
        reverse_use(bank.ctx, use=use.id, reason="the wrong one", today=TODAY)
        assert (make.residual(item), make.unapplied(line.credit_id)) == (50000, 50000)
        with pytest.raises(RefusedError, match="taken back already"):
            reverse_use(bank.ctx, use=use.id, reason="again", today=TODAY)
        assert verified(bank.ctx) == []


def test_money_on_account_that_names_nothing_pays_the_oldest_and_a_refusal_is_remembered(bank):
    with bank.ctx.open():
        line = on_account(bank, "150.00", "Danke")
        old = make.item(bank.ctx, bank.books, 10000, number="A-1", days=10)
        new = make.item(bank.ctx, bank.books, 10000, number="A-2", days=20)
        (use,) = propose_uses(bank.ctx, debtors=[bank.debtor], today=TODAY)
        row = CreditUse.objects.get(id=use)
        assert [(part["item"], part["amount"]) for part in row.allocations] == [(str(old), 10000), (str(new), 5000)]
        assert propose_uses(bank.ctx, debtors=[bank.debtor], today=TODAY) == []
        refuse_use(bank.ctx, use=use, today=TODAY)
        assert propose_uses(bank.ctx, debtors=[bank.debtor], today=TODAY) == []
        make.item(bank.ctx, bank.books, 1000, number="A-0", days=1)
        (again,) = propose_uses(bank.ctx, debtors=[bank.debtor], today=TODAY)
        assert len(CreditUse.objects.get(id=again).allocations) == 3
        assert [row.unapplied for row in account.on_account(bank.ctx)] == [15000]
        assert line.credit_id == account.on_account(bank.ctx)[0].credit_id


def test_a_use_falls_with_its_payment_whether_it_is_taken_back_or_returned_by_the_bank(bank):
    from tests.rooms.cash.test_returned_money import back, bring

    with bank.ctx.open():
        line = on_account(bank, "100.00", "a conto", end_to_end="E2E-9")
        item = make.item(bank.ctx, bank.books, 10000, number="A-1")

        def used():
            (use,) = propose_uses(bank.ctx, debtors=[bank.debtor], today=TODAY)
            accept_use(bank.ctx, use=use, today=TODAY)
            assert make.residual(item) == 0

        used()
        reverse(bank.ctx, application=application(line.id).id, reason="wrong", today=TODAY)
        assert (make.residual(item), make.unapplied(line.credit_id)) == (10000, 10000)
        put_on_account(bank.ctx, line=line.id, debtor=bank.debtor, today=TODAY)
        other = make.item(bank.ctx, bank.books, 500, number="A-0", days=1)
        (use,) = propose_uses(bank.ctx, debtors=[bank.debtor], today=TODAY)
        accept_use(bank.ctx, use=use, today=TODAY)
        (out,) = bring(bank, back("100.00", end_to_end="E2E-9"))
        take_back(bank.ctx, line=out.id, original=line.id, today=TODAY + timedelta(days=4))
        assert (make.residual(item), make.residual(other)) == (10000, 500)
        assert {row.state for row in lines(bank.creditor)} == {"returned"}
        assert verified(bank.ctx) == []


def test_the_refund_of_money_that_was_used_is_dismissed(bank):
    with bank.ctx.open():
        line = on_account(bank, "100.00")
        open_refund(bank.ctx, credit=line.credit_id, amount=10000, reason="too much", today=TODAY)
        make.item(bank.ctx, bank.books, 4000, number="A-1")
        (use,) = propose_uses(bank.ctx, debtors=[bank.debtor], today=TODAY)
        accept_use(bank.ctx, use=use, today=TODAY)
        assert Refund.objects.get().state == "dismissed"


def test_one_overpaid_item_never_blocks_the_others(bank):
    with bank.ctx.open():
        items = [make.item(bank.ctx, bank.books, 10000 + at, number=f"RE-2026-1000{at}") for at in range(4)]
        paid = matched(
            bank,
            entry("100.00", "RE-2026-10000"), entry("100.00", "RE-2026-10000", reference="second"),
            entry("150.01", "RE-2026-10001"), entry("100.02", "RE-2026-10002"), entry("100.03", "RE-2026-10003"),
        )  # fmt: skip
        assert [make.residual(one) for one in items] == [0, 0, 0, 0]
        assert sorted(row.state for row in paid) == ["applied", "applied", "applied", "applied", "on_account"]
        over = next(row for row in paid if row.amount == 15001)
        assert make.unapplied(over.credit_id) == 5000


def test_a_policy_of_nobody_is_refused(bank):
    with bank.ctx.open():
        with pytest.raises(RefusedError, match="no such creditor"):
            policy_settings(bank.ctx, bank.debtor)
        with pytest.raises(RefusedError, match="no such creditor"):
            set_policy(bank.ctx, creditor=bank.debtor, policy=CashPolicy(), today=TODAY)
