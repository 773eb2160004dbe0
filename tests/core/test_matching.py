"""What the page of the rule says a payment becomes, and what a proposal says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from fairdue.core.matching import (
    Ledger,
    NamedDocument,
    Policy,
    Step,
    match,
    of_counts,
)
from fairdue.core.money import decimal_of
from tests.core.matched import DAY, ITEMS, PAYERS, item, one, paid, table, told


@pytest.mark.parametrize(
    ("amount", "text", "by", "rule", "allocations", "on_account", "automatic"), table("| amount | text | by |")
)
def test_the_page_says_what_a_payment_becomes(amount, text, by, rule, allocations, on_account, automatic):
    proposal = one(paid(amount, text, by))
    said = (proposal.rule, told(proposal), str(decimal_of(proposal.on_account, "EUR")))
    assert said == (rule, allocations, on_account)
    assert ("yes" if proposal.automatic else "no") == automatic


@pytest.mark.parametrize(("right", "judged", "confidence"), table("| right | judged |"))
def test_the_page_says_how_sure_counts_make(right, judged, confidence):
    assert str(decimal_of(of_counts(int(right), int(judged)), "EUR")) == confidence


def test_the_reason_says_in_words_what_was_found_and_where():
    payment = paid("857.00", "Zahlung RE-2026-04711, 04713 u. 04720", "A")
    proposal = one(payment)
    assert proposal.reason == (
        "The text “RE-2026-04711” names RE-2026-04711, RE-2026-04713, RE-2026-04720; the amount is exact."
    )
    assert proposal.arithmetic == "3 items 857.00 = 857.00 EUR"
    spans = [payment.text[evidence.start : evidence.end] for evidence in proposal.evidence]
    assert spans == ["RE-2026-04711", "04713", "04720"]


def test_a_short_payment_with_a_reason_is_a_deduction():
    (deduction,) = one(paid("200.00", "RE-2026-04713 abzgl. Reklamation", "A")).deductions
    assert (deduction.item, deduction.amount, deduction.reason) == ("RE-2026-04713", 3800, "complaint")
    assert deduction.said == "Reklamation"
    assert one(paid("200.00", "RE-2026-04713", "A")).deductions == ()


def test_a_rule_that_is_switched_off_proposes_and_does_not_post():
    off = Policy(manual_rules=frozenset({"numbers.exact/whole payer one"}))
    assert one(paid("119.00", "RE-2026-04711", "A")).automatic
    assert not one(paid("119.00", "RE-2026-04711", "A"), policy=off).automatic


def test_an_item_on_hold_is_never_posted_by_a_machine():
    held = [replace(one_, held="disputed") if one_.number == "RE-2026-04711" else one_ for one_ in ITEMS]
    proposal = one(paid("119.00", "RF18539007547034"), held)
    assert not proposal.automatic
    assert proposal.reason.endswith("A person must decide: disputed.")


def test_a_refused_proposal_does_not_come_again_and_the_next_best_does():
    payment = paid("119.00", "RE-2026-04711")
    first = one(payment)
    second = one(payment, refused=frozenset({("P1", first.fingerprint)}))
    assert second.fingerprint != first.fingerprint
    assert second.step is Step.UNKNOWN


def test_the_next_best_explanations_are_offered():
    proposal = one(paid("1000.00", "", "account B"))
    assert [other.step for other in proposal.alternatives] == [Step.ON_ACCOUNT]


def test_strong_evidence_claims_an_item_before_an_earlier_weak_guess():
    weak = replace(paid("77.70", "", "account C"), id="P1", booked=DAY - dt.timedelta(days=5))
    strong = replace(paid("77.70", "FA-9001"), id="P2")
    proposals = {one_.payment: one_ for one_ in match([strong, weak], Ledger(ITEMS), PAYERS, Policy())}
    assert proposals["P2"].rule == "numbers.exact"
    assert proposals["P1"].rule == "payer.on_account"


def test_a_second_payment_of_an_item_goes_on_account():
    twice = [replace(paid("119.00", "RE-2026-04711", "A"), id=name) for name in ("P1", "P2")]
    first, second = match(twice, Ledger(ITEMS), PAYERS, Policy())
    assert first.rule == "numbers.exact"
    assert (second.step, second.on_account) == (Step.PAID_ALREADY, 11900)


@pytest.mark.parametrize(("amount", "code"), [("-5.00", ""), ("0.00", ""), ("7.00", "ACMT-MDOP-INTR")])
def test_what_is_no_customer_money_is_no_receivable(amount, code):
    proposal = one(paid(amount, "RE-2026-04711", transaction_code=code))
    assert (proposal.rule, proposal.automatic) == ("none.not_receivable", True)


def test_a_direct_debit_is_found_by_its_end_to_end_id():
    items = [item("X1", 5000, end_to_end_id="E2E-9")]
    assert one(paid("50.00", end_to_end_id="E2E-9"), items).rule == "end_to_end.exact"


def test_a_document_list_is_followed():
    named = (NamedDocument("RE-2026-04711", 11900), NamedDocument("2026/04713"))
    proposal = one(paid("357.00", "", "A", documents=named))
    assert (proposal.rule, len(proposal.allocations)) == ("documents.exact", 2)


def test_a_reference_field_counts_without_print_marks():
    proposal = one(paid("119.00", references=("RF18 5390 0754 7034",)))
    assert proposal.rule == "reference.exact"


def test_a_foreign_invoice_is_paid_by_the_instructed_amount():
    items = [replace(item("US-100200", 12500), currency="USD")]
    proposal = one(paid("115.30", "US-100200", "A", instructed=12500, instructed_currency="USD"), items)
    (allocation,) = proposal.allocations
    assert proposal.step is Step.FOREIGN
    assert (allocation.amount, allocation.settles, allocation.reduces) == (11530, 12500, 12500)
    assert proposal.arithmetic == "125.00 USD came in as 115.30 EUR"
    short = one(paid("115.30", "US-100200", "A", instructed=12400, instructed_currency="USD"), items)
    assert short.step is not Step.FOREIGN
