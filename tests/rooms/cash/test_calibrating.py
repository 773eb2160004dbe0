"""Rules are judged by what became of their proposals; shadow mode proposes only; payers are learnt."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from fairdue.cash.models import BankLine, CashProposal, CashRule, PayerMemory
from fairdue.cash.policies import first_weeks, in_shadow, watching
from fairdue.cash.posting.policies import policy_settings, set_policy
from fairdue.cash.services import accept, not_receivable, recalibrate, reverse, run_matching, set_rule
from fairdue.foundation.models import Fact, Tenant
from tests import make
from tests.rooms.cash.conftest import TODAY, application, entry, import_file, lines, matched, open_proposal, statement

SIGNATURE = "numbers.exact/whole payer one"


def settings(bank, **cash):
    Tenant.objects.filter(id=bank.ctx.tenant).update(settings={"cash": cash})


def test_in_shadow_mode_a_run_proposes_and_says_what_it_would_have_posted(bank):
    settings(bank, shadow=True)
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "RE-2026-04711"))
        proposal = open_proposal(line.id)
        assert (line.state, proposal.automatic, proposal.shadow) == ("proposed", True, True)
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, lines=[line.id], post=True)
        assert lines(bank.creditor)[0].state == "applied"


@pytest.mark.parametrize(("until", "state"), [(TODAY, "proposed"), (TODAY - timedelta(days=1), "applied")])
def test_shadow_mode_ends_on_its_day(bank, until, state):
    settings(bank, shadow_until=until.isoformat())
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "RE-2026-04711"))
        assert line.state == state


def test_shadow_mode_is_of_one_client_where_it_is_set_there(bank):
    with bank.ctx.open():
        policy = policy_settings(bank.ctx, bank.creditor)
        watched = replace(policy, shadow_until=TODAY)
        set_policy(bank.ctx, creditor=bank.creditor, policy=watched, today=TODAY)
        assert (watching(bank.ctx, TODAY), in_shadow(bank.ctx, TODAY)) == ({bank.creditor: TODAY}, False)
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "RE-2026-04711"))
        assert line.state == "proposed"
        set_policy(bank.ctx, creditor=bank.creditor, policy=policy, today=TODAY)
        assert watching(bank.ctx, TODAY) == {}
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY, lines=[line.id])
        assert lines(bank.creditor)[0].state == "applied"
        told = [fact.payload["changed"] for fact in Fact.objects.filter(type="cash.policy_set").order_by("recorded_at")]
        assert told == ["end of shadow mode", "end of shadow mode"]


def test_a_new_tenant_watches_for_the_days_that_are_given_and_not_at_all_for_none():
    assert first_weeks(TODAY, 2) == {"cash": {"shadow_until": (TODAY + timedelta(days=2)).isoformat()}}
    assert first_weeks(TODAY, 0) == {}


def test_the_cost_of_a_wrong_posting_moves_the_threshold(bank):
    settings(bank, wrong_cost=100_000)
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "RE-2026-04711"))
        assert line.state == "proposed"


def test_outcomes_are_counted_once_postings_have_stood_for_two_weeks(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        matched(bank, entry("119.00", "RE-2026-04711"))
        assert recalibrate(bank.ctx, creditor=bank.creditor, today=TODAY) == 0
        assert recalibrate(bank.ctx, creditor=bank.creditor, today=TODAY + timedelta(days=14)) == 1
        rule = CashRule.objects.get()
        assert (rule.signature, rule.was_right, rule.judged, rule.mode) == (SIGNATURE, 1, 1, "automatic")


def test_what_a_person_accepts_counts_at_once(bank):
    settings(bank, shadow=True)
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "RE-2026-04711"))
        accept(bank.ctx, proposal=open_proposal(line.id).id, today=TODAY)
        recalibrate(bank.ctx, creditor=bank.creditor, today=TODAY)
        assert CashRule.objects.get().was_right == 1


def test_reversals_switch_a_rule_off_at_once_and_a_fact_tells(bank):
    with bank.ctx.open():
        for at in range(12):
            make.item(bank.ctx, bank.books, 10000 + at, number=f"RE-2026-1000{at:02d}")
        entries = [entry(f"{(10000 + at) / 100:.2f}", f"RE-2026-1000{at:02d}") for at in range(12)]
        for line in matched(bank, *entries)[:11]:
            reverse(bank.ctx, application=application(line.id).id, reason="wrong customer", today=TODAY)
        rule = CashRule.objects.get(signature=SIGNATURE)
        assert (rule.was_right, rule.judged, rule.mode) == (0, 11, "manual")
        assert Fact.objects.filter(type="cash.rule_switched").count() == 1
        make.item(bank.ctx, bank.books, 7700, number="RE-2026-200000")
        import_file(bank.ctx, statement(entry("77.00", "RE-2026-200000"), opening="1200.66"))
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        last = BankLine.objects.get(amount=7700)
        assert (last.state, open_proposal(last.id).automatic) == ("proposed", False)


def test_a_persons_switch_stays(bank):
    with bank.ctx.open():
        set_rule(bank.ctx, creditor=bank.creditor, signature=SIGNATURE, automatic=False, today=TODAY)
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        (line,) = matched(bank, entry("119.00", "RE-2026-04711"))
        accept(bank.ctx, proposal=open_proposal(line.id).id, today=TODAY)
        recalibrate(bank.ctx, creditor=bank.creditor, today=TODAY)
        rule = CashRule.objects.get()
        assert (rule.mode, rule.judged) == ("manual", 1)


def test_money_of_no_customer_is_remembered_by_payer_and_set_aside_the_next_time(bank):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("80.00", "a", name="Umweltfonds Nord")))
        (line,) = lines(bank.creditor)
        done = not_receivable(bank.ctx, line=line.id, reason="a grant", today=TODAY)
        import_file(bank.ctx, statement(entry("81.00", "b", name="Umweltfonds Nord"), opening="80.00"))
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        proposal = CashProposal.objects.get(step="not_receivable")
        assert (proposal.grade, proposal.on_account) == ("memory", 8100)
        reverse(bank.ctx, application=done, reason="it was a customer", today=TODAY)
        assert set(PayerMemory.objects.filter(key="nord umweltfonds").values_list("times", flat=True)) <= {0, 1}


def test_a_name_that_paid_once_is_known_the_next_time(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        make.item(bank.ctx, bank.books, 7700, number="RE-2026-04999")
        matched(bank, entry("119.00", "RE-2026-04711", name="Shared Service Center", iban=""))
        import_file(
            bank.ctx, statement(entry("77.00", "thanks", name="SHARED SERVICE CENTER", iban=""), opening="119.00")
        )
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        (proposal,) = CashProposal.objects.filter(source="payer")
        assert (proposal.step, proposal.grade) == ("exact", "alias")


def test_tax_withheld_has_an_account_of_its_own(bank):
    from fairdue.receivables import selectors

    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 10000, number="RE-2026-04711")
        matched(bank, entry("90.00", "RE-2026-04711 WHT 10%"))
        assert make.residual(item) == 0
        rows = selectors.trial_balance(bank.ctx, creditor=bank.creditor, as_of=TODAY + timedelta(days=40))
        assert {row.code: row.balance for row in rows if row.balance} == {"1200": 9000, "1545": 1000, "4400": -10000}
