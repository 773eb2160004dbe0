"""Claims filed once and in time, indemnities posted with their sheet, recoveries shared."""

import json
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.insurance.obligations import Duty
from fairdue.core.insurance.policy import RecoveryRule, WaitingFrom
from fairdue.foundation.verifying import verify_tenant
from fairdue.insurance import selectors
from fairdue.insurance.books import policy_on
from fairdue.insurance.models import Claim, ClaimItem
from fairdue.insurance.services import (
    file_claim,
    file_due_claims,
    indemnify_claim,
    indemnify_due_claims,
    keep_duty,
    receive_indemnity,
    run,
    share_recovery,
    withdraw_claim,
)
from fairdue.receivables.selectors import trial_balance
from fairdue.receivables.services import HoldDraft, add_rates, place_holds
from fairdue.receivables.services.books import RateDraft
from tests import make
from tests.rooms.insurance import given as insured

DELIVERED = date(2026, 2, 1)
DUE = date(2026, 3, 3)
EXTENSION_END = DUE + timedelta(days=60)
LAST_CLAIM_DAY = EXTENSION_END + timedelta(days=90)


@pytest.fixture
def policy(ctx, books):
    with ctx.open():
        policy = insured.policy(ctx, books)
        insured.limit(ctx, books, policy, 100_000_00)
        return policy


def overdue(ctx, books, gross=11_900_00, net=10_000_00, **more):
    with ctx.open():
        return insured.invoice(ctx, books, gross, net=net, on=DELIVERED, days=30, **more)


def only_claim(ctx):
    (row,) = selectors.claims(ctx)
    return row


def accounts(ctx, books, day):
    rows = trial_balance(ctx, creditor=books.creditor, as_of=day)
    return {row.name: row.balance for row in rows}


def test_a_claim_is_filed_a_month_before_its_last_day_and_once(ctx, books, policy):
    item = overdue(ctx, books)
    early = LAST_CLAIM_DAY - timedelta(days=31)
    assert file_due_claims(ctx, today=early) == []
    assert len(file_due_claims(ctx, today=early + timedelta(days=1))) == 1
    assert file_due_claims(ctx, today=early + timedelta(days=2)) == []
    with ctx.open():
        row = only_claim(ctx)
        assert (row.number, row.state, row.claimed, row.cause) == ("TC-2026/001", "filed", 11_900_00, "default")
        assert row.last_day_on == LAST_CLAIM_DAY
        detail = selectors.claim_detail(ctx, row.id)
        assert [(one.item_id, one.insured) for one in detail.items] == [(item, 10_000_00)]


def test_a_missed_month_still_files_and_the_run_repeats_nothing(ctx, books, policy):
    overdue(ctx, books)
    late = LAST_CLAIM_DAY + timedelta(days=20)
    assert len(run(ctx, today=late).filed) == 1
    assert run(ctx, today=late) == run(ctx, today=late + timedelta(days=1))


def test_the_claimed_items_are_held(ctx, books, policy):
    from fairdue.receivables.selectors import holds

    item = overdue(ctx, books)
    file_due_claims(ctx, today=LAST_CLAIM_DAY)
    with ctx.open():
        (hold,) = holds(ctx, debtors=[books.debtor])
        assert (hold.item_id, hold.reason, hold.from_on) == (item, "filed_claim", LAST_CLAIM_DAY)
        claim = only_claim(ctx)
        with pytest.raises(RefusedError, match="reason"):
            withdraw_claim(ctx, claim=claim.id, reason=" ", today=LAST_CLAIM_DAY)
        withdraw_claim(ctx, claim=claim.id, reason="paid in full abroad", today=LAST_CLAIM_DAY)
        assert holds(ctx, debtors=[books.debtor]) == []
        assert only_claim(ctx).state == "withdrawn"
        with pytest.raises(RefusedError, match="waits"):
            withdraw_claim(ctx, claim=claim.id, reason="again", today=LAST_CLAIM_DAY)
        with pytest.raises(RefusedError, match="insured and unclaimed"):
            file_claim(ctx, policy=policy, debtor=books.debtor, today=LAST_CLAIM_DAY)
        with pytest.raises(RefusedError, match="closed"):
            indemnify_claim(ctx, claim=claim.id, today=LAST_CLAIM_DAY)


def test_the_database_refuses_a_second_claim_of_an_item(ctx, books, policy):
    overdue(ctx, books)
    file_due_claims(ctx, today=LAST_CLAIM_DAY)
    with ctx.open():
        row = ClaimItem.objects.get()
    with pytest.raises(IntegrityError, match="insurance_claim_item_once"), ctx.open():
        ClaimItem.objects.create(
            tenant_id=ctx.tenant, creditor_id=books.creditor, policy_id=policy, claim_id=row.claim_id,
            item_id=row.item_id, insured=1,
        )  # fmt: skip


def test_insolvency_is_claimed_at_once_and_pays_without_waiting(ctx, books, policy):
    overdue(ctx, books)
    day = date(2026, 3, 10)
    with ctx.open():
        place_holds(ctx, holds=[HoldDraft(books.creditor, books.debtor, "insolvency", day)], today=day)
    ran = run(ctx, today=day)
    assert len(ran.filed) == len(ran.indemnified) == 1
    with ctx.open():
        claim = only_claim(ctx)
        assert (claim.cause, claim.loss_on, claim.indemnity, claim.borne) == (
            "insolvency", day, 9_000_00, 1_000_00,
        )  # fmt: skip


def test_the_indemnity_waits_for_the_date_of_loss_and_is_posted_on_the_items(ctx, books, policy):
    item = overdue(ctx, books)
    with ctx.open():
        mandated = EXTENSION_END + timedelta(days=10)
        keep_duty(ctx, policy=policy, items=[item], duty=Duty.MANDATE, done_on=mandated, today=mandated)
    file_due_claims(ctx, today=LAST_CLAIM_DAY)
    loss_on = mandated + timedelta(days=180)
    assert indemnify_due_claims(ctx, today=loss_on - timedelta(days=1)) == []
    with ctx.open(), pytest.raises(RefusedError, match="date of loss"):
        indemnify_claim(ctx, claim=only_claim(ctx).id, today=loss_on - timedelta(days=1))
    assert len(indemnify_due_claims(ctx, today=loss_on)) == 1
    assert indemnify_due_claims(ctx, today=loss_on) == []
    with ctx.open():
        claim = only_claim(ctx)
        assert (claim.state, claim.loss, claim.indemnity, claim.borne) == (
            "indemnified", 10_000_00, 9_000_00, 1_000_00,
        )  # fmt: skip
        assert make.residual(item) == 2_900_00
        sheet = selectors.claim_detail(ctx, claim.id).sheet
        assert sheet["steps"][-1] == {"name": "indemnity", "amount": "9000.00", "note": "what the insurer pays"}
        balances = accounts(ctx, books, loss_on)
        assert balances["Receivables from insurers"] == 9_000_00
        assert balances["Trade receivables"] == 2_900_00
        assert balances.get("Unapplied cash", 0) == 0
    assert verify_tenant(ctx) == []


def test_an_indemnified_claim_never_changes(ctx, books, policy):
    overdue(ctx, books)
    run(ctx, today=LAST_CLAIM_DAY + timedelta(days=300))
    with ctx.open():
        assert only_claim(ctx).state == "indemnified"
    with pytest.raises(DatabaseError, match="calculation stands"), ctx.open():
        Claim.objects.update(indemnity=0, borne=0, loss=0)
    with pytest.raises(DatabaseError, match="permission denied"), ctx.open():
        ClaimItem.objects.update(insured=0)


def test_money_before_the_date_of_loss_reduces_the_oldest_item_whatever_it_was_put_on(ctx, books, policy):
    overdue(ctx, books, 60_000_00, 60_000_00)
    second = overdue(ctx, books, 70_000_00, 70_000_00)
    with ctx.open():
        insured.pay(ctx, books, 50_000_00, second, date(2026, 3, 10))
    run(ctx, today=date(2027, 3, 1))
    with ctx.open():
        claim = only_claim(ctx)
        detail = selectors.claim_detail(ctx, claim.id)
        assert claim.indemnity == 72_000_00
        assert [row["open"] for row in detail.sheet["items"]] == ["10000.00", "70000.00"]
        assert sum(one.residual for one in detail.items) == 80_000_00 - 72_000_00


def test_credit_notes_come_off_their_own_item(ctx, books, policy):
    from fairdue.core.ledger import AccountRole
    from fairdue.receivables.services import Applied, CreditDraft, allocate, record_credits

    item = overdue(ctx, books)
    with ctx.open():
        note = CreditDraft(
            books.creditor, books.debtor, "credit_note", "GS-1", "EUR", 5_950_00, DUE,
            ((AccountRole.REVENUE, 5_000_00), (AccountRole.TAX, 950_00)),
        )  # fmt: skip
        (credit,) = record_credits(ctx, credits_=[note], today=DUE)
        allocate(ctx, lines=[Applied(item, 5_950_00, credit)], effective_on=DUE, today=DUE)
    run(ctx, today=date(2027, 3, 1))
    with ctx.open():
        assert only_claim(ctx).indemnity == 4_500_00


def test_losses_of_a_year_share_its_first_loss_and_maximum(ctx, books):
    with ctx.open():
        policy = insured.policy(
            ctx, books, aggregate_first_loss=5_000_00, maximum_liability=12_000_00, waiting_from=WaitingFrom.DUE
        )
        for name in ("Alpha AG", "Beta AG", "Gamma AG"):
            one = make.Books(books.creditor, make.debtor(ctx, books.creditor, name=name))
            insured.limit(ctx, one, policy, 100_000_00)
            insured.invoice(ctx, one, 10_000_00, on=DELIVERED)
    run(ctx, today=date(2026, 12, 31))
    with ctx.open():
        assert sorted(row.indemnity for row in selectors.claims(ctx)) == [0, 4_000_00, 8_000_00]
        assert sum(row.indemnity for row in selectors.claims(ctx)) == 12_000_00
    assert verify_tenant(ctx) == []


def test_a_second_claim_of_a_debtor_finds_only_what_the_first_left_of_the_limit(ctx, books):
    with ctx.open():
        policy = insured.policy(ctx, books, stop_deliveries=False)
        insured.limit(ctx, books, policy, 15_000_00)
    overdue(ctx, books, 10_000_00, 10_000_00)
    file_due_claims(ctx, today=LAST_CLAIM_DAY)
    with ctx.open():
        insured.invoice(ctx, books, 10_000_00, on=LAST_CLAIM_DAY + timedelta(days=1), days=1)
    run(ctx, today=date(2027, 12, 31))
    with ctx.open():
        first, second = reversed(selectors.claims(ctx))
        assert (first.indemnity, second.indemnity) == (9_000_00, 4_500_00)


def test_an_indemnity_frees_no_limit(ctx, books):
    """What did not fit under the limit before the claim is not insured after the insurer has paid."""
    with ctx.open():
        policy = insured.policy(ctx, books)
        insured.limit(ctx, books, policy, 10_000_00)
    overdue(ctx, books, 10_000_00, 10_000_00)
    overdue(ctx, books, 8_000_00, 8_000_00, number="ZZ-LAST")
    day = date(2026, 3, 10)
    with ctx.open():
        place_holds(ctx, holds=[HoldDraft(books.creditor, books.debtor, "insolvency", day)], today=day)
    assert len(run(ctx, today=day).indemnified) == 1
    assert run(ctx, today=day + timedelta(days=1)).filed == ()
    with ctx.open():
        row = policy_on(ctx, policy, day)
        (cover,) = selectors.covers(ctx, row, day + timedelta(days=1))
        assert (cover.insured, cover.headroom) == (1_000_00, 0)
        assert [one.cover.insured for one in cover.items] == [1_000_00, 0]
        assert cover.items[0].cover.reasons[0].message == "in claim TC-2026/001"
        (before,) = selectors.covers(ctx, row, day - timedelta(days=1))
        assert before.insured == 10_000_00


def indemnified(ctx, books, **more):
    overdue(ctx, books, 107_100_00, 90_000_00, **more)
    run(ctx, today=date(2027, 3, 1))
    with ctx.open():
        return only_claim(ctx)


def test_a_recovery_is_shared_by_loss_net_of_cost_and_of_vat(ctx, books):
    with ctx.open():
        policy = insured.policy(ctx, books)
        insured.limit(ctx, books, policy, 60_000_00)
    claim = indemnified(ctx, books)
    assert claim.indemnity == 54_000_00
    day = date(2027, 4, 1)
    with ctx.open():
        credit = make.payment(ctx, books, 14_280_00, on=day)
        share_recovery(ctx, claim=claim.id, credit=credit, cost=1_500_00, today=day)
        (row,) = selectors.claim_detail(ctx, claim.id).recoveries
        assert (row.amount, row.cost, row.insurer, row.kept) == (14_280_00, 1_500_00, 6_300_00, 6_480_00)
        assert make.unapplied(credit) == 0
        assert accounts(ctx, books, day)["Payable to insurers"] == -6_300_00
        with pytest.raises(RefusedError, match="shared already"):
            share_recovery(ctx, claim=claim.id, credit=credit, today=day)
        whole = make.payment(ctx, books, 500_000_00, on=day)
        share_recovery(ctx, claim=claim.id, credit=whole, today=day)
        assert selectors.claims(ctx)[0].insurer_part == 54_000_00
    assert verify_tenant(ctx) == []


def test_recoveries_that_are_none_are_refused(ctx, books, policy):
    overdue(ctx, books)
    file_due_claims(ctx, today=LAST_CLAIM_DAY)
    with ctx.open():
        claim = only_claim(ctx)
        credit = make.payment(ctx, books, 100_00, on=LAST_CLAIM_DAY)
        with pytest.raises(RefusedError, match="ordinary payment"):
            share_recovery(ctx, claim=claim.id, credit=credit, today=LAST_CLAIM_DAY)
    run(ctx, today=date(2027, 3, 1))
    with ctx.open():
        other = make.Books(books.creditor, make.debtor(ctx, books.creditor, name="Andere"))
        foreign = make.payment(ctx, other, 100_00)
        with pytest.raises(RefusedError, match="another customer"):
            share_recovery(ctx, claim=claim.id, credit=foreign, today=date(2027, 3, 2))
        with pytest.raises(RefusedError, match="costs"):
            share_recovery(ctx, claim=claim.id, credit=credit, cost=100_01, today=date(2027, 3, 2))


def test_a_covered_share_and_the_insurer_first_rule(ctx, books):
    for rule, insurer in ((RecoveryRule.COVER_SHARE, 6_000_00), (RecoveryRule.INSURER_FIRST, 10_000_00)):
        with ctx.open():
            one = make.books(ctx)
            policy = insured.policy(ctx, one, recovery_rule=rule, vat_insured=True)
            insured.limit(ctx, one, policy, 60_000_00)
            insured.invoice(ctx, one, 90_000_00, on=DELIVERED)
        run(ctx, today=date(2027, 3, 1))
        with ctx.open():
            claim = selectors.claims(ctx, creditor=one.creditor)[0]
            credit = make.payment(ctx, one, 10_000_00, on=date(2027, 4, 1))
            share_recovery(ctx, claim=claim.id, credit=credit, today=date(2027, 4, 1))
            assert selectors.claims(ctx, claim=claim.id)[0].insurer_part == insurer


def test_the_insurers_money_settles_the_insurers_account(ctx, books, policy):
    overdue(ctx, books)
    day = date(2027, 3, 1)
    with ctx.open(), pytest.raises(RefusedError, match="no indemnity"):
        receive_indemnity(ctx, claim=policy, credit=policy, amount=1, today=day)
    run(ctx, today=day)
    with ctx.open():
        claim = only_claim(ctx)
        credit = make.payment(ctx, books, 9_000_00, on=day, debtor_known=False)
        with pytest.raises(RefusedError, match="still owes"):
            receive_indemnity(ctx, claim=claim.id, credit=credit, amount=9_000_01, today=day)
        add_rates(ctx, rates=[RateDraft("USD", "EUR", day, Decimal("0.90"), "test")])
        dollars = make.payment(ctx, books, 9_000_00, on=day, debtor_known=False, currency="USD")
        strangers = make.payment(ctx, make.books(ctx), 9_000_00, on=day, debtor_known=False)
        for wrong, code in (
            (make.payment(ctx, books, 9_000_00, on=day), "claim.payer"),
            (dollars, "claim.currency"),
            (strangers, "claim.payment"),
        ):
            with pytest.raises(RefusedError) as refused, transaction.atomic():
                receive_indemnity(ctx, claim=claim.id, credit=wrong, amount=9_000_00, today=day)
            assert [one.code for one in refused.value.findings] == [code]
            assert make.unapplied(wrong) == 9_000_00
        receive_indemnity(ctx, claim=claim.id, credit=credit, amount=9_000_00, today=day)
        assert only_claim(ctx).state == "paid"
        assert accounts(ctx, books, day)["Receivables from insurers"] == 0


def test_facts_tell_the_story_of_a_claim(ctx, books, policy):
    overdue(ctx, books)
    run(ctx, today=date(2027, 3, 1))
    with ctx.open(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT type, payload::text FROM fact WHERE tenant_id = %s AND type LIKE 'claim.%%' ORDER BY id",
            [ctx.tenant],
        )
        facts = {kind: json.loads(payload) for kind, payload in cursor.fetchall()}
    assert facts["claim.filed"]["amount"] == {"minor": 11_900_00, "currency": "EUR"}
    assert facts["claim.indemnified"]["borne"] == {"minor": 1_000_00, "currency": "EUR"}


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(0, 150), st.integers(10, 90), st.booleans()), min_size=1, max_size=5))
def test_narrowing_loses_no_claim(ctx, rows):
    """What SQL selects as candidates holds every debtor whose claim the rule finds due."""
    from fairdue.insurance.services.claims import _due_debtors, _dues

    today = date(2026, 8, 15)
    with ctx.open():
        books = make.books(ctx)
        policy = policy_on(ctx, insured.policy(ctx, books, number="P"), today)
        debtors = []
        for place, (offset, terms, insolvent) in enumerate(rows):
            one = make.Books(books.creditor, make.debtor(ctx, books.creditor, name=f"D{place}"))
            insured.limit(ctx, one, policy.id, 100_000_00)
            insured.invoice(ctx, one, 1_000_00, on=insured.START + timedelta(days=offset), days=terms)
            if insolvent:
                hold = HoldDraft(books.creditor, one.debtor, "insolvency", date(2026, 8, 1))
                place_holds(ctx, holds=[hold], today=date(2026, 8, 1))
            debtors.append(one.debtor)
        everyone = [
            due.debtor.debtor_id for due in _dues(ctx, policy, today, debtors) if due.rows and due.is_due(policy, today)
        ]
        assert set(_due_debtors(ctx, policy, today)) == set(everyone)


def test_percentages_of_single_limits_count(ctx, books):
    with ctx.open():
        policy = insured.policy(ctx, books)
        insured.limit(ctx, books, policy, 100_000_00, percentage=Decimal(80))
    overdue(ctx, books)
    run(ctx, today=date(2027, 3, 1))
    with ctx.open():
        assert only_claim(ctx).indemnity == 8_000_00
