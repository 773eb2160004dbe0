"""Rules that people make from bank lines: they decide, are explained, counted, switched, and never lose a payment."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

import pytest

from fairdue.cash.bankrules.making import (
    RuleDraft,
    add_bank_rule,
    change_bank_rule,
    remove_bank_rule,
    switch_bank_rule,
)
from fairdue.cash.bankrules.selectors import bank_rules, fitting
from fairdue.cash.models import BankLine, BankRule, CashApplication, CashProposal, CashRule
from fairdue.cash.services import reverse, run_matching
from fairdue.core.bankrules import Nature, RuleAction
from fairdue.core.findings import RefusedError
from fairdue.foundation.models import Fact, Tenant
from tests import make
from tests.rooms.cash.conftest import (
    TODAY,
    application,
    entry,
    import_file,
    lines,
    matched,
    open_proposal,
    statement,
    verified,
)

WAGES = RuleDraft("Wages", RuleAction.NOT_RECEIVABLE, text="Lohn", nature=Nature.SALARY)


def added(bank, draft=WAGES):
    return add_bank_rule(bank.ctx, creditor=bank.creditor, draft=draft, today=TODAY)


def test_a_rule_takes_a_line_out_of_the_queue_with_its_reason(bank):
    with bank.ctx.open():
        rule = added(bank)
        (line,) = matched(bank, entry("50.00", "Erstattung LOHN 03", name="Somebody"))
        done = application(line.id)
        proposal = CashProposal.objects.get(id=done.proposal_id)
        assert (line.state, done.how, proposal.rule_id) == ("not_receivable", "not_receivable", rule)
        assert proposal.reason == (
            "Your rule “Wages” applies: the text contains “Lohn”. Not a receivable: salaries and wages."
        )
        assert proposal.evidence[0]["said"] == "Lohn"
        assert Fact.objects.get(type="cash.set_aside").payload["reason"] == proposal.reason
        assert not verified(bank.ctx)


def test_a_rule_puts_payments_on_account_of_a_customer(bank):
    with bank.ctx.open():
        added(bank, RuleDraft("Club", RuleAction.ON_ACCOUNT, payer="Somebody", debtor=bank.debtor))
        (line,) = matched(bank, entry("50.00", "x", name="Mr Somebody"))
        done = application(line.id)
        assert (line.state, done.how, done.debtor_id, done.on_account) == ("on_account", "automatic", bank.debtor, 5000)
        assert not verified(bank.ctx)


def test_a_rule_says_who_pays_and_the_items_are_found(bank):
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 5000, number="RE-2026-04711")
        make.item(bank.ctx, bank.books, 7000, number="RE-2026-04712")
        added(bank, RuleDraft("Club", RuleAction.PAYER, text="Beitrag", debtor=bank.debtor))
        (line,) = matched(bank, entry("50.00", "Beitrag", name="Wholly Unknown", iban=""))
        proposal = CashProposal.objects.get(line_id=line.id, rule_id__isnull=False)
        assert (f"{proposal.source}.{proposal.step}", proposal.allocations[0]["item"]) == ("payer.exact", str(item))
        assert proposal.reason.startswith("Your rule “Club” applies: the text contains “Beitrag”. ")
        assert "your rule says whose money this is" in proposal.reason.lower()


def test_a_payment_that_names_an_invoice_is_never_taken_away_by_a_rule(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 5000, number="RE-2026-04711")
        added(bank, RuleDraft("Wages", RuleAction.NOT_RECEIVABLE, text="RE-2026"))
        (line,) = matched(bank, entry("50.00", "RE-2026-04711"))
        proposal = open_proposal(line.id)
        assert (line.state, proposal.source, proposal.automatic) == ("proposed", "numbers", False)
        assert proposal.reason.endswith("A person must decide: your rule “Wages” says otherwise.")
        assert proposal.alternatives[0]["rule"] == "rule.not_receivable"


def test_a_rule_that_was_taken_back_does_not_come_again_on_that_line(bank):
    with bank.ctx.open():
        added(bank)
        (line,) = matched(bank, entry("50.00", "Lohn", name="Somebody"))
        reverse(bank.ctx, application=application(line.id).id, reason="a customer after all", today=TODAY)
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        assert not CashProposal.objects.filter(line_id=line.id, state="open", source="rule").exists()
        assert BankLine.objects.get(id=line.id).state in {"received", "proposed"}


def test_a_rule_stops_posting_when_its_payments_are_taken_back_and_comes_on_a_word(bank):
    with bank.ctx.open():
        rule = added(bank)
        entries = [entry(f"{50 + at}.00", f"Lohn {at}", name="Somebody") for at in range(4)]
        for line in matched(bank, *entries)[:3]:
            reverse(bank.ctx, application=application(line.id).id, reason="wrong", today=TODAY)
        assert CashRule.objects.get(signature=f"rule.not_receivable/{rule}").mode == "manual"
        import_file(bank.ctx, statement(entry("99.00", "Lohn again", name="Somebody"), opening="206.00"))
        run_matching(bank.ctx, creditor=bank.creditor, today=TODAY)
        assert BankLine.objects.get(amount=9900).state == "proposed"


def test_in_shadow_mode_a_rule_only_proposes(bank):
    Tenant.objects.filter(id=bank.ctx.tenant).update(settings={"cash": {"shadow": True}})
    with bank.ctx.open():
        added(bank)
        (line,) = matched(bank, entry("50.00", "Lohn", name="Somebody"))
        assert (line.state, open_proposal(line.id).automatic) == ("proposed", True)


@pytest.mark.parametrize("how", ["switch", "remove"])
def test_a_rule_that_is_off_or_removed_is_not_asked(bank, how):
    with bank.ctx.open():
        rule = added(bank)
        if how == "switch":
            switch_bank_rule(bank.ctx, rule=rule, active=False, today=TODAY)
        else:
            remove_bank_rule(bank.ctx, rule=rule, today=TODAY)
        (line,) = matched(bank, entry("50.00", "Lohn", name="Somebody"))
        assert not CashProposal.objects.filter(line_id=line.id, source="rule").exists()
        wanted = ["bank_rule.added", f"bank_rule.{'switched' if how == 'switch' else 'removed'}"]
        assert list(Fact.objects.filter(subject_id=rule).order_by("id").values_list("type", flat=True)) == wanted


def test_a_removed_rule_stays_removed(bank):
    with bank.ctx.open():
        rule = added(bank)
        remove_bank_rule(bank.ctx, rule=rule, today=TODAY)
        for call in (
            lambda: remove_bank_rule(bank.ctx, rule=rule, today=TODAY),
            lambda: change_bank_rule(bank.ctx, rule=rule, draft=WAGES, today=TODAY),
            lambda: switch_bank_rule(bank.ctx, rule=rule, active=True, today=TODAY),
        ):
            with pytest.raises(RefusedError, match="removed"):
                call()


def test_a_rule_is_changed_and_keeps_the_account_that_nobody_can_read(bank):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("50.00", "x", name="Somebody")))
        (line,) = lines(bank.creditor)
        rule = added(bank, RuleDraft("Somebody", RuleAction.NOT_RECEIVABLE, account_of=line.id))
        kept = BankRule.objects.get(id=rule)
        assert (kept.blind, kept.masked) == (line.payer_blind, line.payer_masked)
        draft = RuleDraft("Other", RuleAction.ON_ACCOUNT, keep_account=True, debtor=bank.debtor, priority=5)
        change_bank_rule(bank.ctx, rule=rule, draft=draft, today=TODAY)
        row = BankRule.objects.get(id=rule)
        assert (row.name, row.blind, row.action, row.nature) == ("Other", line.payer_blind, "on_account", "")
        typed = added(bank, RuleDraft("Typed", RuleAction.NOT_RECEIVABLE, account="de02 5001 0517 0137 0750 30"))
        assert BankRule.objects.get(id=typed).blind == line.payer_blind


@pytest.mark.parametrize(
    ("draft", "code"),
    [
        (RuleDraft("Empty", RuleAction.NOT_RECEIVABLE), "bank_rule.empty"),
        (RuleDraft("Nobody", RuleAction.PAYER, text="Lohn"), "bank_rule.debtor"),
        (RuleDraft("Stranger", RuleAction.PAYER, text="Lohn", debtor=uuid4()), "bank_rule.debtor"),
    ],
)
def test_a_rule_that_cannot_work_is_refused(bank, draft, code):
    with bank.ctx.open(), pytest.raises(RefusedError) as refused:
        added(bank, draft)
    assert [finding.code for finding in refused.value.findings] == [code]


def test_a_rule_of_an_unknown_client_is_refused(bank):
    with bank.ctx.open(), pytest.raises(RefusedError, match="no such client"):
        add_bank_rule(bank.ctx, creditor=uuid4(), draft=WAGES, today=TODAY)


def test_of_two_rules_the_lower_priority_decides(bank):
    with bank.ctx.open():
        added(bank)
        first = added(bank, RuleDraft("Loan", RuleAction.NOT_RECEIVABLE, text="Lohn", nature=Nature.LOAN, priority=1))
        matched(bank, entry("50.00", "Lohn", name="Somebody"))
        assert CashProposal.objects.get(source="rule").rule_id == first
        assert CashApplication.objects.count() == 1


def test_a_preview_shows_past_lines_and_those_that_say_otherwise(bank):
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 5000, number="RE-2026-04711")
        matched(
            bank,
            entry("50.00", "RE-2026-04711 Beitrag"),
            entry("60.00", "Ihr Beitrag\n3", name="Nobody", iban=""),
            entry("70.00", "Gehalt", name="Nobody", iban=""),
        )
        found = fitting(bank.ctx, creditor=bank.creditor, draft=replace(WAGES, text="BEITRAG"), today=TODAY)
        assert [(line.amount, line.waits) for line in found.lines] == [(6000, True), (5000, False)]
        assert (found.contrary, found.waiting, found.sums, found.cut) == (1, 1, {"EUR": 11000}, False)
        with pytest.raises(RefusedError):
            fitting(bank.ctx, creditor=bank.creditor, draft=replace(WAGES, text=""), today=TODAY)


@pytest.mark.parametrize(
    ("draft", "fits"),
    [
        (RuleDraft("A", RuleAction.NOT_RECEIVABLE, text="über  uns"), True),
        (RuleDraft("A", RuleAction.NOT_RECEIVABLE, text="uns über"), False),
        (RuleDraft("A", RuleAction.NOT_RECEIVABLE, payer="ÖL und"), True),
        (RuleDraft("A", RuleAction.NOT_RECEIVABLE, payer="öl u", least=5000, most=5000, currency="EUR"), True),
        (RuleDraft("A", RuleAction.NOT_RECEIVABLE, payer="öl u", least=5001, currency="EUR"), False),
        (RuleDraft("A", RuleAction.NOT_RECEIVABLE, payer="öl u", currency="CHF"), False),
        (RuleDraft("A", RuleAction.NOT_RECEIVABLE, account="DE02500105170137075030"), True),
        (RuleDraft("A", RuleAction.NOT_RECEIVABLE, code="XXXX"), False),
    ],
)
def test_the_preview_narrows_to_what_the_rule_fits(bank, draft, fits):
    with bank.ctx.open():
        import_file(bank.ctx, statement(entry("50.00", "Neues ÜBER\nuns", name="Öl und Gas")))
        found = fitting(bank.ctx, creditor=bank.creditor, draft=draft, today=TODAY)
        assert bool(found.lines) == fits


def test_a_rule_tells_how_often_it_was_used_and_by_whom_it_was_made(bank):
    with bank.ctx.open():
        rule = added(bank)
        entries = [entry(f"{50 + at}.00", f"Lohn {at}", name="Somebody") for at in range(3)]
        last = matched(bank, *entries)[-1]
        reverse(bank.ctx, application=application(last.id).id, reason="wrong", today=TODAY)
        (row,) = bank_rules(bank.ctx, creditor=bank.creditor)
        assert (row.id, row.used, row.undone, row.last_on, row.stopped) == (rule, 2, 1, TODAY, False)
        assert (row.made_by, row.active, row.waiting) == (bank.ctx.actor, True, 0)
        remove_bank_rule(bank.ctx, rule=rule, today=TODAY)
        assert not bank_rules(bank.ctx)
