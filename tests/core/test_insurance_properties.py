"""What is always true of cover, indemnity and recoveries."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.insurance.cover import Exclusion, InsuredItem, cover_debtor, headroom
from fairdue.core.insurance.indemnity import Cause, Loss, Year, indemnify
from fairdue.core.insurance.limits import LimitChange, LimitEvent, Limits
from fairdue.core.insurance.obligations import Duty, Standing, claim_is_due, obligations, standing
from fairdue.core.insurance.policy import (
    AggregateOn,
    Anchor,
    Attachment,
    ClaimFrom,
    FirstLossPlace,
    Policy,
    ReceiptOrder,
    RecoveryRule,
    WaitingFrom,
    check,
)
from fairdue.core.insurance.premium import balance_premium, declaration_due, experience
from fairdue.core.insurance.receipts import Receipt
from fairdue.core.insurance.recovery import Recovery, insurer_ratio, share_recoveries

START = date(2026, 1, 1)
LOSS_DAY = date(2026, 12, 1)
AMOUNTS = st.integers(0, 10**9)
DAYS = st.integers(0, 330).map(lambda days: START + timedelta(days=days))


@st.composite
def items(draw, size=6):
    found = []
    for place in range(draw(st.integers(1, size))):
        delivered = draw(DAYS)
        net = draw(st.integers(1, 10**8))
        found.append(
            InsuredItem(
                f"item {place}",
                delivered,
                delivered + timedelta(days=draw(st.integers(0, 40))),
                delivered + timedelta(days=draw(st.integers(10, 120))),
                net,
                draw(st.integers(0, net)),
                draw(st.sampled_from([0, 0, 0, net, net // 3])),
            )
        )
    return tuple(found)


POLICIES = st.builds(
    Policy,
    currency=st.just("EUR"),
    insured_percentage=st.sampled_from([Decimal(p) for p in ("60", "85", "90", "92.5", "100")]),
    vat_insured=st.booleans(),
    threshold=st.sampled_from([0, 50_000, 5_000_000]),
    each_and_every=st.sampled_from([0, 100_000]),
    each_and_every_place=st.sampled_from(FirstLossPlace),
    minimum_retention=st.sampled_from([0, 200_000]),
    aggregate_first_loss=st.sampled_from([0, 1_000_000]),
    aggregate_on=st.sampled_from(AggregateOn),
    maximum_liability=st.sampled_from([None, 4_000_000]),
    maximum_credit_days=st.sampled_from([None, 60]),
    maximum_invoicing_days=st.sampled_from([None, 30]),
    stop_deliveries=st.booleans(),
    receipt_order=st.sampled_from(ReceiptOrder),
    receipts_on_uninsured=st.booleans(),
    credit_advance_receipts=st.booleans(),
    recovery_rule=st.sampled_from(RecoveryRule),
)
EVENTS = st.lists(
    st.builds(
        LimitEvent,
        on=DAYS,
        change=st.sampled_from([LimitChange.GRANTED, LimitChange.REDUCED, LimitChange.WITHDRAWN]),
        amount=st.integers(0, 3 * 10**8),
    ),
    max_size=4,
).map(tuple)
RECOVERIES = st.lists(
    st.builds(Recovery, on=st.just(LOSS_DAY), amount=st.integers(0, 10**8), cost=st.integers(0, 10**6)),
    max_size=6,
).map(tuple)


@st.composite
def losses(draw):
    found = draw(items())
    named = st.sampled_from([None, *(item.id for item in found)])
    receipts = draw(st.lists(st.builds(Receipt, on=DAYS, gross=st.integers(1, 10**8), item=named), max_size=5))
    events = (LimitEvent(START, LimitChange.GRANTED, draw(st.integers(0, 3 * 10**8))), *draw(EVENTS))
    return Loss(
        LOSS_DAY,
        found,
        events,
        tuple(receipts),
        draw(RECOVERIES),
        draw(st.sampled_from(Cause)),
    )


@given(POLICIES, losses())
def test_indemnity_and_what_is_borne_are_the_loss_and_no_bound_is_passed(policy, loss):
    found = indemnify(policy, loss)
    assert found.indemnity + found.borne == found.loss
    assert found.indemnity >= 0
    assert found.borne >= 0
    eligible = sum(share.cover.eligible for share in found.items)
    insured = sum(share.cover.insured for share in found.items)
    assert found.indemnity <= Fraction(policy.insured_percentage) * insured / 100 + 1
    assert insured <= eligible <= found.loss
    assert insured <= max(event.amount for event in loss.limits)
    assert found.indemnity <= (policy.maximum_liability or found.indemnity)


@given(POLICIES, losses())
def test_the_shares_of_the_items_are_the_indemnity_and_only_insured_items_have_one(policy, loss):
    found = indemnify(policy, loss)
    assert sum(share.indemnity for share in found.items) == found.indemnity
    assert all(share.cover.is_insured for share in found.items if share.indemnity)


@given(POLICIES, losses())
def test_the_steps_lead_from_the_invoices_to_the_indemnity(policy, loss):
    found = indemnify(policy, loss)
    assert found.steps[0].amount == sum(item.net + item.vat for item in loss.items)
    assert found.steps[-1].amount == found.indemnity
    running = 0
    for step in found.steps:
        running = running + step.amount if step.amount < 0 else running
        if step.name in {"invoiced", "loss", "eligible_loss", "insured_loss", "percentage", "indemnity"}:
            assert running == step.amount or step.name in {"invoiced", "percentage"}
            running = step.amount


@given(POLICIES, losses(), st.randoms())
def test_the_order_of_items_and_receipts_does_not_matter(policy, loss, random):
    shuffled = list(loss.items)
    random.shuffle(shuffled)
    again = indemnify(policy, replace(loss, items=tuple(shuffled)))
    assert again.indemnity == indemnify(policy, loss).indemnity


@given(POLICIES, st.integers(0, 10**9), st.integers(0, 10**6), AMOUNTS)
def test_a_greater_loss_never_pays_less(policy, net, more, limit):
    policy = replace(policy, stop_deliveries=False, maximum_credit_days=None, maximum_invoicing_days=None)

    def paid(amount):
        item = InsuredItem("A", START, START, START, amount)
        return indemnify(policy, Loss(LOSS_DAY, (item,), (LimitEvent(START, LimitChange.GRANTED, limit),)))

    assert paid(net).indemnity <= paid(net + more).indemnity


@given(losses(), st.integers(1, 10**8))
def test_a_receipt_costs_at_most_its_size_times_the_percentage(loss, received):
    policy = Policy("EUR", stop_deliveries=False)
    without = indemnify(policy, loss).indemnity
    receipt = Receipt(LOSS_DAY, received)
    with_it = indemnify(policy, replace(loss, receipts=(*loss.receipts, receipt))).indemnity
    assert with_it <= without + 1
    assert without - with_it <= received + 1


@given(RECOVERIES, AMOUNTS, AMOUNTS, AMOUNTS, st.sampled_from(RecoveryRule))
def test_recoveries_lose_nothing_and_never_give_back_more_than_was_paid(rows, indemnity, more, covered, rule):
    loss = indemnity + more
    ratio = insurer_ratio(rule, indemnity=indemnity, loss=loss, covered=min(covered, loss))
    shared = share_recoveries(rows, ratio, indemnity)
    assert all(row.insurer + row.kept == row.recovery.amount - row.recovery.cost for row in shared)
    assert 0 <= sum(row.insurer for row in shared) <= indemnity
    assert indemnity or not any(row.insurer for row in shared)


@given(POLICIES, items(), EVENTS, DAYS)
def test_insured_exposure_fits_under_the_highest_limit_at_each_moment(policy, rows, events, day):
    limits = Limits(events)
    covers = cover_debtor(policy, rows, limits, day=day)
    insured = sum(found.insured for found in covers)
    assert insured <= max((event.amount for event in events), default=0)
    assert headroom(covers, limits, day) == limits.on(day).amount - insured
    for found in covers:
        assert found.reasons
        assert found.insured <= found.eligible <= found.open
        assert found.item.delivered <= day or not found.is_insured


def one(net=100_000, **more):
    return InsuredItem("A", START, START, START + timedelta(days=30), net, **more)


def grant(amount=10**7, **more):
    return LimitEvent(START, LimitChange.GRANTED, amount, **more)


@pytest.mark.parametrize(
    "item, policy, code",
    [
        (one(exclusion=Exclusion.PUBLIC), Policy("EUR"), "cover.excluded"),
        (one(), Policy("EUR", ends=date(2025, 12, 31)), "cover.period"),
        (one(), Policy("EUR", ends=date(2026, 6, 1), attachment=Attachment.LOSS), "cover.period"),
        (one(), Policy("EUR", maximum_credit_days=29), "cover.terms"),
        (
            replace(one(), invoiced=START + timedelta(days=31)),
            Policy("EUR", maximum_invoicing_days=30),
            "cover.invoiced_late",
        ),
        (replace(one(), delivered=START - timedelta(days=1)), Policy("EUR"), "cover.no_limit"),
        (replace(one(), delivered=LOSS_DAY + timedelta(days=1)), Policy("EUR"), "cover.insolvent"),
        (replace(one(), delivered=LOSS_DAY + timedelta(days=1)), Policy("EUR"), "cover.undelivered"),
        (one(), Policy("EUR", ends=date(2026, 6, 1)), "cover.insured"),
        (one(disputed=100_000), Policy("EUR"), "cover.disputed"),
    ],
)
def test_an_item_tells_why_it_is_or_is_not_insured(item, policy, code):
    found = indemnify(policy, Loss(LOSS_DAY, (item,), (grant(),), cause=Cause.INSOLVENCY))
    assert code in [reason.code for reason in found.items[0].cover.reasons]
    assert found.items[0].cover.is_insured is (code == "cover.insured")


@pytest.mark.parametrize(
    "event, day, amount",
    [
        (grant(until=date(2026, 2, 1)), date(2026, 2, 1), 10**7),
        (grant(until=date(2026, 2, 1)), date(2026, 2, 2), 0),
        (replace(grant(), change=LimitChange.REQUESTED), START, 0),
        (replace(grant(), change=LimitChange.REFUSED), START, 0),
        (replace(grant(500), change=LimitChange.DISCRETIONARY), START, 500),
        (replace(grant(501), change=LimitChange.DISCRETIONARY), START, 0),
        (grant(), START - timedelta(days=1), 0),
    ],
)
def test_the_limit_of_a_day(event, day, amount):
    assert Limits([event], discretionary_limit=500).on(day).amount == amount


def test_the_last_event_of_a_day_stands_and_a_withdrawal_is_known():
    limits = Limits([grant(), LimitEvent(START, LimitChange.WITHDRAWN)])
    assert limits.on(START).words == "withdrawn 2026-01-01"
    assert limits.withdrawn_on(START)
    assert not limits.withdrawn_on(date(2025, 1, 1))
    assert limits.on(date(2025, 1, 1)).words == "never asked for"


def test_limits_with_their_own_percentage_are_weighed_by_what_they_insure():
    events = (grant(), LimitEvent(date(2026, 2, 1), LimitChange.GRANTED, 10**7, Decimal(60)))
    second = replace(one(), id="B", delivered=date(2026, 2, 1))
    found = indemnify(Policy("EUR"), Loss(LOSS_DAY, (one(300_000), second), events))
    assert found.indemnity == 270_000 + 60_000
    assert "82.5 %" in next(step.note for step in found.steps if step.name == "percentage")


ADVANCE = Receipt(date(2026, 6, 1), 50_000, item="B", in_advance=True)


@pytest.mark.parametrize(
    "credited, receipt, indemnity",
    [
        (False, ADVANCE, 90_000),
        (True, ADVANCE, 45_000),
        (False, replace(ADVANCE, in_advance=False), 90_000),
        (False, replace(ADVANCE, item=None), 90_000),
        (False, replace(ADVANCE, on=date(2026, 6, 3), in_advance=False), 45_000),
        (False, replace(ADVANCE, item=None, in_advance=False), 45_000),
    ],
)
def test_cash_in_advance_after_a_withdrawal_spares_the_old_debt(credited, receipt, indemnity):
    late = replace(one(50_000), id="B", delivered=date(2026, 6, 2), due=date(2026, 6, 2))
    events = (grant(), LimitEvent(date(2026, 5, 1), LimitChange.WITHDRAWN))
    loss = Loss(LOSS_DAY, (one(), late), events, (receipt,))
    found = indemnify(Policy("EUR", credit_advance_receipts=credited), loss)
    assert found.indemnity == indemnity
    assert bool(found.set_aside) is (indemnity == 90_000)


@pytest.mark.parametrize(
    "order, on_uninsured, opens",
    [
        (ReceiptOrder.OLDEST, True, [0, 100_000, 70_000]),
        (ReceiptOrder.OLDEST, False, [100_000, 0, 70_000]),
        (ReceiptOrder.DESIGNATED, True, [70_000, 100_000, 0]),
    ],
)
def test_receipts_reduce_the_oldest_or_the_named_item(order, on_uninsured, opens):
    rows = (
        one(exclusion=Exclusion.RENT),
        replace(one(), id="B", due=date(2026, 3, 1)),
        replace(one(70_000), id="C", due=date(2026, 3, 2)),
    )
    policy = Policy("EUR", receipt_order=order, receipts_on_uninsured=on_uninsured, stop_deliveries=False)
    named = "A" if order is ReceiptOrder.OLDEST and not on_uninsured else "C"
    loss = Loss(LOSS_DAY, rows, (grant(),), (Receipt(date(2026, 4, 1), 100_000, 100_000, named),))
    assert [share.cover.open for share in indemnify(policy, loss).items] == opens


def test_gross_receipts_reduce_net_in_proportion_and_what_no_item_takes_is_set_aside():
    item = one(10_000, vat=1_900)
    loss = Loss(LOSS_DAY, (item,), (grant(),), (Receipt(START, 5_950), Receipt(START, 11_900)))
    found = indemnify(Policy("EUR"), replace(loss, receipts=loss.receipts[:1]))
    assert found.items[0].cover.open == 5_000
    full = indemnify(Policy("EUR"), loss)
    assert full.indemnity == 0
    assert full.set_aside == ((loss.receipts[1], 5_950),)


def test_receipts_after_the_date_of_loss_are_recoveries():
    late = (Receipt(date(2027, 1, 5), 11_900, 10_000), Receipt(date(2027, 1, 6), 10_000))
    found = indemnify(Policy("EUR"), Loss(LOSS_DAY, (one(),), (grant(),), late))
    assert [(row.insurer, row.kept) for row in found.recoveries] == [(9_000, 1_000), (9_000, 1_000)]
    vat = indemnify(Policy("EUR", vat_insured=True), Loss(LOSS_DAY, (one(),), (grant(),), late))
    assert vat.recoveries[0].recovery.amount == 11_900


def test_a_dispute_of_a_part_leaves_the_other_part_insured():
    found = indemnify(Policy("EUR"), Loss(LOSS_DAY, (one(disputed=40_000),), (grant(),)))
    assert (found.loss, found.indemnity) == (60_000, 54_000)


def test_liability_is_the_smaller_of_amount_and_multiple():
    policy = Policy("EUR", maximum_liability=1_000, liability_multiple=Decimal(25))
    assert policy.liability(30) == 750
    assert policy.liability(50) == 1_000
    assert Policy("EUR").liability(50) is None
    found = indemnify(policy, Loss(LOSS_DAY, (one(),), (grant(),)), Year(indemnified=600, premium_paid=30))
    assert found.indemnity == 150


def test_terms_out_of_range_are_findings():
    policy = Policy("EUR", starts=LOSS_DAY, ends=START, insured_percentage=Decimal(101), threshold=-1, payout_days=-1)
    codes = [finding.path for finding in check(policy)]
    assert codes == ["threshold", "payout_days", "insured_percentage", "ends"]
    assert check(Policy("EUR")) == ()


def test_no_period_of_a_policy_is_endless():
    endless = Policy("EUR", extension_days=3651, waiting_days=3650, claim_days=2**31)
    assert [(finding.code, finding.path) for finding in check(endless)] == [
        ("policy.days", "extension_days"), ("policy.days", "claim_days"),
    ]  # fmt: skip


EVERY = Policy("EUR", maximum_credit_days=60, maximum_invoicing_days=30, claim_not_before_days=90)


def test_every_date_of_an_item():
    found = {row.duty: row for row in obligations(EVERY, one())}
    assert found[Duty.INVOICE].on == START + timedelta(days=30)
    assert found[Duty.TERMS].on == START + timedelta(days=60)
    assert found[Duty.CLAIM].opens == START + timedelta(days=120)


def test_terms_that_do_not_exist_have_no_date():
    bare = Policy(
        "EUR",
        stop_deliveries=False,
        notification_days=None,
        mandate_days=None,
        claim_days=None,
        extension_from=Anchor.INVOICE,
    )
    found = obligations(bare, one())
    assert [row.duty for row in found] == [Duty.EXTENSION, Duty.LOSS, Duty.PAYOUT]
    assert found[0].on == START + timedelta(days=60)
    assert found[1].on == one().due + timedelta(days=180)


@pytest.mark.parametrize(
    "waiting, done, insolvent, loss_on",
    [
        (WaitingFrom.DUE, {}, None, date(2026, 1, 31) + timedelta(days=180)),
        (WaitingFrom.MANDATE, {Duty.MANDATE: date(2026, 4, 10)}, None, date(2026, 10, 7)),
        (WaitingFrom.CLAIM, {}, None, date(2026, 1, 31) + timedelta(days=60 + 180)),
        (WaitingFrom.CLAIM, {}, date(2026, 2, 2), date(2026, 2, 2)),
        (WaitingFrom.CLAIM, {}, date(2030, 2, 2), date(2026, 1, 31) + timedelta(days=60 + 180)),
    ],
)
def test_the_date_of_loss(waiting, done, insolvent, loss_on):
    policy = Policy("EUR", waiting_from=waiting, claim_from=ClaimFrom.DUE, claim_days=60)
    found = {row.duty: row.on for row in obligations(policy, one(), done=done, insolvent_on=insolvent)}
    assert found[Duty.LOSS] == loss_on
    assert found[Duty.PAYOUT] == loss_on + timedelta(days=30)


@pytest.mark.parametrize(
    "duty, today, done, expected",
    [
        (Duty.NOTIFY, date(2026, 4, 1), {}, Standing.LATER),
        (Duty.NOTIFY, date(2026, 4, 2), {}, Standing.DUE),
        (Duty.NOTIFY, date(2026, 5, 1), {}, Standing.DUE),
        (Duty.NOTIFY, date(2026, 5, 2), {}, Standing.LATE),
        (Duty.NOTIFY, date(2026, 5, 2), {Duty.NOTIFY: date(2026, 5, 1)}, Standing.DONE),
        (Duty.NOTIFY, date(2026, 5, 2), {Duty.NOTIFY: date(2026, 5, 2)}, Standing.DONE_LATE),
        (Duty.STOP_DELIVERIES, date(2026, 4, 1), {}, Standing.LATER),
        (Duty.STOP_DELIVERIES, date(2026, 4, 2), {}, Standing.DUE),
        (Duty.EXTENSION, date(2026, 3, 31), {}, Standing.LATER),
        (Duty.EXTENSION, date(2026, 4, 1), {}, Standing.PASSED),
    ],
)
def test_where_an_obligation_stands(duty, today, done, expected):
    found = {row.duty: row for row in obligations(EVERY, one())}
    assert standing(found[duty], today, done=done) is expected


@pytest.mark.parametrize(
    "terms, today, insolvent, due",
    [
        ({}, date(2026, 5, 30), None, False),
        ({}, date(2026, 5, 31), None, True),
        ({"claim_not_before_days": 150}, date(2026, 6, 29), None, False),
        ({"claim_not_before_days": 150}, date(2026, 6, 30), None, True),
        ({"claim_days": None}, date(2026, 4, 1), None, False),
        ({"claim_days": None}, date(2026, 4, 2), None, True),
        ({}, date(2026, 2, 1), date(2026, 2, 1), True),
        ({}, date(2026, 2, 1), date(2026, 2, 2), False),
    ],
)
def test_when_a_claim_is_to_be_filed(terms, today, insolvent, due):
    assert claim_is_due(Policy("EUR", **terms), one(), today, insolvent) is due


def test_an_insolvency_before_the_day_of_counting_ends_cover_on_its_own_day():
    late = replace(one(), id="B", delivered=date(2026, 11, 2), due=date(2026, 11, 30))
    loss = Loss(LOSS_DAY, (late,), (grant(),), cause=Cause.INSOLVENCY)
    assert indemnify(Policy("EUR"), loss).indemnity == 90_000
    assert indemnify(Policy("EUR"), replace(loss, insolvent_on=date(2026, 11, 1))).indemnity == 0


def test_declarations_are_due_by_the_twentieth():
    assert declaration_due(date(2026, 11, 30)) == date(2026, 12, 20)
    assert declaration_due(date(2026, 12, 31), 15) == date(2027, 1, 15)


def test_balances_and_an_empty_scale():
    assert balance_premium([1_000_000, 2_000_000, 3_000_000], Decimal("0.05")) == 3_000
    assert experience(0, 10, [experience_band()]) == 0
    with pytest.raises(RefusedError):
        experience(100, 10, [])


def experience_band():
    from fairdue.core.insurance.premium import Band

    return Band(Decimal(20), Decimal(-10))
