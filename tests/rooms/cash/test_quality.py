"""The quality of cash application from stored decisions, and the payments behind each number."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fairdue.cash.models import CashRule
from fairdue.cash.quality.selectors import CLASSES, Asked, behind, quality
from fairdue.cash.services import accept, not_receivable, put_on_account, release_rule, reverse, set_rule
from fairdue.core.findings import RefusedError
from fairdue.foundation.models import Fact, Tenant
from tests import make
from tests.rooms.cash.conftest import TODAY, application, entry, matched, open_proposal
from tests.rooms.cash.test_returned_money import LATER, back, bring, paid, settle_returns

SIGNATURE = "numbers.exact/whole payer one"
SCOPE = {"since": TODAY - timedelta(days=60), "until": TODAY, "today": TODAY}


def day(bank):
    """Two postings of the machine, one taken back; one accepted, one by hand, one set aside, one that waits."""
    for at in range(2):
        make.item(bank.ctx, bank.books, 10000 + at, number=f"RE-2026-1000{at:02d}")
    make.item(bank.ctx, bank.books, 50000, number="RE-2026-200000")
    rows = matched(
        bank,
        entry("100.00", "RE-2026-100000"),
        entry("100.01", "RE-2026-100001"),
        entry("300.00", "RE-2026-200000", name="Fremd AG", iban="FR7630006000011234567890189"),
        entry("31.00", "x", name="Nobody", iban=""),
        entry("32.00", "y", name="Nobody Else", iban=""),
        entry("33.00", "z", name="Some Third", iban=""),
    )
    by_amount = {line.amount: line for line in rows}
    reverse(bank.ctx, application=application(by_amount[10001].id).id, reason="wrong item", today=TODAY)
    accept(bank.ctx, proposal=open_proposal(by_amount[30000].id).id, today=TODAY)
    put_on_account(bank.ctx, line=by_amount[3100].id, debtor=bank.debtor, today=TODAY)
    not_receivable(bank.ctx, line=by_amount[3200].id, reason="a grant", today=TODAY)
    return by_amount


def test_every_payment_is_in_one_class_and_the_sums_are_those_of_the_bank(bank):
    with bank.ctx.open():
        by_amount = day(bank)
        found = quality(bank.ctx, creditor=bank.creditor, **SCOPE)
        counts = {row.became: row.payments for row in found.classes}
        assert counts == {"automatic": 1, "wrong": 1, "accepted": 1, "by_hand": 2, "waiting": 1}
        assert sum(row.sums["EUR"] for row in found.classes) == sum(by_amount)
        assert found.straight_through == 10_000 // 6
        assert (found.precision.posted, found.precision.wrong, found.precision.share) == (2, 1, 5_000)
        assert (found.cost.wrong, found.cost.manual, found.cost.received, found.cost.total) == (1, 4, 6, 29)
        assert found.threshold == 9_800


def test_behind_each_number_stand_its_payments(bank):
    with bank.ctx.open():
        day(bank)
        found = quality(bank.ctx, **SCOPE)
        for row in found.classes:
            rows = behind(bank.ctx, Asked(classes=(row.became,)), **SCOPE)
            assert (len(rows), sum(one.amount for one in rows)) == (row.payments, sum(row.sums.values()))
        assert len(behind(bank.ctx, Asked(classes=CLASSES), limit=3, **SCOPE)) == 3
        (rule,) = [one for one in found.rules if one.rule == "numbers.exact"]
        posted = behind(bank.ctx, Asked(rule="numbers.exact", machine=True), **SCOPE)
        wrong = behind(bank.ctx, Asked(rule="numbers.exact", machine=True, wrong=True), **SCOPE)
        assert (len(posted), len(wrong)) == (rule.precision.posted, rule.precision.wrong)
        assert (wrong[0].became, wrong[0].reversal_reason) == ("taken back", "wrong item")
        (grade,) = found.grades["numbers.exact"]
        assert len(behind(bank.ctx, Asked(rule="numbers.exact", grade=grade.grade), **SCOPE)) == 2
        assert not behind(bank.ctx, Asked(rule="numbers.exact", grade="another"), **SCOPE)


def test_a_period_and_another_client_leave_out_what_is_not_theirs(bank):
    with bank.ctx.open():
        day(bank)
        other = make.books(bank.ctx, name="Anders GmbH")
        later = {**SCOPE, "since": TODAY + timedelta(days=1), "until": TODAY + timedelta(days=2)}
        assert quality(bank.ctx, **later).payments == 0
        assert quality(bank.ctx, **later).straight_through is None
        assert quality(bank.ctx, creditor=other.creditor, **SCOPE).payments == 0


def test_calibration_counts_what_was_judged_and_waits_two_weeks_for_the_machine(bank):
    with bank.ctx.open():
        day(bank)
        young = quality(bank.ctx, **SCOPE)
        assert sum(one.judged for one in young.bins) == 2  # taken back, and accepted
        old = quality(bank.ctx, **{**SCOPE, "today": TODAY + timedelta(days=14)})
        assert sum(one.judged for one in old.bins) == 3
        for one in old.bins:
            asked = Asked(judged=True, low=one.low, high=one.high)
            scope = {**SCOPE, "today": TODAY + timedelta(days=14)}
            assert len(behind(bank.ctx, asked, **scope)) == one.judged
        assert old.error is not None


def test_money_that_the_bank_took_back_does_not_blame_the_match(bank):
    with bank.ctx.open():
        paid(bank)
        bring(bank, back("119.00", end_to_end="E2E-7"))
        settle_returns(bank.ctx, today=LATER, creditor=bank.creditor)
        found = quality(bank.ctx, **{**SCOPE, "until": TODAY + timedelta(days=60)})
        assert {row.became for row in found.classes} == {"returned"}
        assert found.precision.wrong == 0


def test_shadow_mode_is_told_with_what_it_would_have_posted(bank):
    Tenant.objects.filter(id=bank.ctx.tenant).update(settings={"cash": {"shadow": True, "wrong_cost": 50}})
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "RE-2026-04711"))
        accept(bank.ctx, proposal=open_proposal(line.id).id, today=TODAY)
        found = quality(bank.ctx, **SCOPE)
        shadow = found.shadow
        assert (shadow.on, shadow.would_post, shadow.judged, shadow.share) == (True, 1, 1, 10_000)
        assert (found.cost.wrong_cost, found.threshold, found.precision.posted) == (50, 9_900, 0)
        assert len(behind(bank.ctx, Asked(shadow=True), **SCOPE)) == 1


def test_a_rule_is_switched_with_a_reason_and_given_back(bank):
    with bank.ctx.open():
        set_rule(
            bank.ctx, creditor=bank.creditor, signature=SIGNATURE, automatic=False, today=TODAY, reason="new numbers"
        )
        (rule,) = quality(bank.ctx, creditor=bank.creditor, **SCOPE).rules
        assert [(mode.posts, mode.reason, mode.decided_by) for mode in rule.modes] == [
            (False, "new numbers", bank.ctx.actor)
        ]
        assert Fact.objects.get(type="cash.rule_switched").payload["reason"] == "new numbers"
        release_rule(bank.ctx, creditor=bank.creditor, signature=SIGNATURE, today=TODAY)
        row = CashRule.objects.get()
        assert (row.mode, row.decided_by, row.reason) == ("automatic", "machine", "")
        release_rule(bank.ctx, creditor=bank.creditor, signature=SIGNATURE, today=TODAY)
        assert Fact.objects.filter(type="cash.rule_switched").count() == 2
        with pytest.raises(RefusedError, match="never switched"):
            release_rule(bank.ctx, creditor=bank.creditor, signature="x/y", today=TODAY)
