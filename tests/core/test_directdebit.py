"""Who may collect what, under which mandate, and when."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.directdebit import (
    MOST,
    Due,
    Mandate,
    Scheme,
    Sequence,
    decide,
    earliest,
    identifier_problem,
    lapses_on,
    mandate_problem,
    reference_problem,
    sequence_of,
)

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "direct-debit.md"
ON = date(2026, 3, 16)
SIGNED = Mandate(date(2025, 1, 10))
ITEM = Due(100_00, "EUR", date(2026, 3, 10), 100_00)


def table(title):
    lines = PAGE.read_text("utf-8").partition(f"## {title}")[2].partition("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return rows[2:]


@pytest.mark.parametrize("identifier, right", table("Creditor identifiers"))
def test_the_identifiers_of_the_rules_page(identifier, right):
    assert (identifier_problem(identifier) == "") == (right == "yes")


@given(st.integers(0, 10), st.sampled_from("0123456789"))
def test_one_wrong_digit_of_the_national_number_is_found(place, digit):
    right = "DE98ZZZ09999999999"
    wrong = right[: 7 + place] + digit + right[8 + place :]
    assert (identifier_problem(wrong) == "") == (wrong == right)


@pytest.mark.parametrize("announced, notice, first", table("Days"))
def test_the_days_of_the_rules_page(announced, notice, first):
    assert earliest(date.fromisoformat(announced), int(notice)) == date.fromisoformat(first)


@pytest.mark.parametrize("signed, used, lapses", table("Mandates"))
def test_the_mandates_of_the_rules_page(signed, used, lapses):
    mandate = Mandate(date.fromisoformat(signed), last_used_on=date.fromisoformat(used) if used else None)
    assert lapses_on(mandate) == date.fromisoformat(lapses)
    assert mandate_problem(mandate, lapses_on(mandate) - timedelta(days=1)) == ""
    assert "lapsed" in mandate_problem(mandate, lapses_on(mandate))


@pytest.mark.parametrize("reference", ["", "x" * 36, "/a", "a/", "a//b", "Ünter", " a"])
def test_a_reference_that_a_bank_would_refuse(reference):
    assert reference_problem(reference)


def test_a_plain_reference_is_right():
    assert reference_problem("M-2026/0001 (A)") == ""


def test_the_sequence_follows_the_life_of_the_mandate():
    assert sequence_of(SIGNED) is Sequence.FIRST
    assert sequence_of(replace(SIGNED, last_used_on=ON)) is Sequence.RECURRENT
    assert sequence_of(replace(SIGNED, one_off=True)) is Sequence.ONE_OFF


@pytest.mark.parametrize(
    "item, mandate, amount, reason",
    [
        (ITEM, SIGNED, 100_00, ""),
        (replace(ITEM, chaseable=60_00, held=("disputed in part",)), SIGNED, 60_00, "disputed in part"),
        (replace(ITEM, chaseable=0, held=("disputed",)), SIGNED, 0, "disputed"),
        (replace(ITEM, chaseable=0, residual=0), SIGNED, 0, "nothing of it is open"),
        (replace(ITEM, ordered=True), SIGNED, 0, "a collection is on its way"),
        (replace(ITEM, due_on=ON + timedelta(days=1)), SIGNED, 0, "it is not due by then"),
        (replace(ITEM, currency="USD"), SIGNED, 0, "direct debits are in EUR"),
        (replace(ITEM, attempts=1), SIGNED, 0, "a collection went back: it is planned anew, or chased"),
        (replace(ITEM, residual=MOST + 1, chaseable=MOST + 1), SIGNED, 0, "the amount is too large"),
        (ITEM, None, 0, "there is no mandate"),
        (ITEM, replace(SIGNED, scheme=Scheme.B2B), 0, "the mandate is for the other scheme (B2B)"),
        (ITEM, replace(SIGNED, stopped="account closed"), 0, "the mandate is stopped: account closed"),
        (ITEM, replace(SIGNED, signed_on=ON + timedelta(days=1)), 0, "the mandate is not signed yet"),
        (
            ITEM, replace(SIGNED, one_off=True, last_used_on=date(2026, 1, 1)), 0,
            "the mandate was for one collection and is used",
        ),
        (ITEM, replace(SIGNED, account_approved=False), 0, "nobody has approved the customer's account"),
    ],
)  # fmt: skip
def test_what_is_collected_and_why_not_the_rest(item, mandate, amount, reason):
    found = decide(item, mandate, ON)
    assert (found.amount, found.reason) == (amount, reason)


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.booleans())
def test_never_more_than_is_open_and_free(residual, chaseable, ordered):
    found = decide(replace(ITEM, residual=residual, chaseable=chaseable, ordered=ordered), SIGNED, ON)
    assert 0 <= found.amount <= min(residual, chaseable)


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 40))
def test_the_first_day_keeps_the_notice(today, notice):
    found = earliest(today, notice)
    assert found >= today + timedelta(days=max(notice, 1))
    assert found.isoweekday() < 6
