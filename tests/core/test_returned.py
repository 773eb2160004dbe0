"""What a bank takes back: the reason, the next step, and the payment that it undoes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.returned import (
    MOST_FEE,
    MOST_RETRIES_EVER,
    REASONS,
    NextStep,
    Received,
    Returned,
    fee_of,
    find_undone,
    reason_of,
    retry_on,
)

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "returned-payments.md"
DAY = date(2026, 3, 10)


def table(title):
    lines = PAGE.read_text("utf-8").partition(f"## {title}")[2].partition("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return rows[2:]


@pytest.mark.parametrize("code, step", table("Next step by reason code"))
def test_the_step_of_each_reason_on_the_rules_page(code, step):
    assert reason_of(code).step == step


@pytest.mark.parametrize("returned, attempts, expected", table("Payday"))
def test_the_paydays_of_the_rules_page(returned, attempts, expected):
    found = retry_on(date.fromisoformat(returned), int(attempts))
    assert (found.isoformat() if found else "none") == expected


def test_every_reason_is_listed_once_and_says_something():
    assert all(reason.code == code and reason.title for code, reason in REASONS.items())
    assert {reason.step for reason in REASONS.values()} == set(NextStep) - {NextStep.ASK}


def test_an_unknown_reason_asks_a_person_and_names_the_code():
    assert reason_of(" zz9 ").title == "reason ZZ9 is not known"
    assert reason_of("").title == "no reason given"


def test_what_was_not_read_at_its_source_says_so():
    assert reason_of("R01").words == "insufficient funds (not confirmed)"
    assert reason_of("AM04").words == "insufficient funds"
    assert reason_of("am04") == REASONS["AM04"]


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.integers(1, 31), st.integers(0, 10))
def test_a_retry_is_a_bank_day_after_its_notice_within_two_months(returned, payday, lead):
    found = retry_on(returned, 1, payday=payday, lead=lead)
    assert found is not None
    assert found.weekday() < 5
    assert returned < found + timedelta(days=1)
    assert found - returned <= timedelta(days=62)


@given(st.integers(MOST_RETRIES_EVER + 1, 50), st.integers(0, 99))
def test_no_setting_retries_without_end(attempts, most):
    assert retry_on(DAY, attempts, most=most) is None


ORIGINAL = Received("a", 100_00, date(2026, 3, 2), "E2E-1", "M-1", "REF-1", "blind", ("RE-2026-00042",))


@pytest.mark.parametrize(
    "given_, evidence, sure",
    [
        ({"end_to_end_id": "E2E-1"}, "end-to-end id", True),
        ({"bank_reference": "REF-1"}, "the bank's reference", True),
        ({"mandate_id": "M-1"}, "mandate and amount", True),
        ({"text": "Rückgabe re-2026- 00042"}, "invoice number and amount", True),
        ({"payer": "blind"}, "payer and amount", False),
    ],
)
def test_each_kind_of_evidence_finds_the_payment(given_, evidence, sure):
    other = Received("b", 100_00, date(2026, 3, 2))
    (found,) = find_undone(Returned(100_00, DAY, **given_), [other, ORIGINAL])
    assert (found.payment, found.fee, found.evidence, found.sure) == ("a", 0, evidence, sure)


def test_nothing_is_found_without_evidence_or_before_the_payment():
    assert find_undone(Returned(100_00, DAY), [ORIGINAL]) == ()
    assert find_undone(Returned(100_00, date(2026, 3, 1), end_to_end_id="E2E-1"), [ORIGINAL]) == ()


def test_two_that_fit_are_left_to_a_person():
    found = find_undone(Returned(100_00, DAY, mandate_id="M-1"), [ORIGINAL, replace(ORIGINAL, id="b")])
    assert [(one.payment, one.sure) for one in found] == [("a", False), ("b", False)]


@pytest.mark.parametrize(
    "amount, charges, stated, fee",
    [
        (100_00, 0, None, 0),
        (103_50, 3_50, None, 3_50),
        (100_00, 3_50, None, 0),
        (103_50, 0, 100_00, 3_50),
        (103_50, 0, None, None),
        (99_00, 0, 100_00, None),
        (100_00 + MOST_FEE, 0, 100_00, MOST_FEE),
        (100_01 + MOST_FEE, 0, 100_00, None),
    ],
)
def test_only_a_fee_may_lie_between_what_came_and_what_went_back(amount, charges, stated, fee):
    assert fee_of(Returned(amount, DAY, charges, stated), 100_00) == fee


@given(st.permutations([ORIGINAL, replace(ORIGINAL, id="b", amount=99_00), replace(ORIGINAL, id="c", mandate_id="")]))
def test_the_order_of_the_payments_does_not_matter(payments):
    (found,) = find_undone(Returned(100_00, DAY, mandate_id="M-1"), payments)
    assert found.payment == "a"
