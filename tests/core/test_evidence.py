"""How far an address is trusted: the worked rows of docs/rules/verified-address.md, and properties."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.parties.evidence import Evidence, Layer, Outcome, agrees, rank, state_of
from fairdue.core.parties.models import VerificationState

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "verified-address.md"
WORKED = [
    [cell.strip() for cell in row.strip("| ").split("|")]
    for row in PAGE.read_text().splitlines()
    if row.startswith("| ") and row[2].isdigit()
]
VALUE = "Platz 2, 20095 Hamburg, DE"
LOOKS = st.lists(st.builds(Evidence, st.just("address"), st.sampled_from(Layer), st.sampled_from(Outcome),
                           st.sampled_from([VALUE, "elsewhere"]), st.just("test")), max_size=8)  # fmt: skip


def look(text):
    layer, outcome = text.split()
    value = "elsewhere" if outcome.startswith("old-") else VALUE
    return Evidence("address", Layer(layer), Outcome(outcome.removeprefix("old-")), value, "test")


def test_the_page_has_its_worked_rows():
    assert len(WORKED) == 12


@pytest.mark.parametrize("row", WORKED, ids=[row[0] for row in WORKED])
def test_the_worked_rows_of_the_page(row):
    _, looks, answer = row
    evidence = [look(text.strip()) for text in looks.split(",")] if looks != "–" else []
    assert state_of(VALUE, evidence) is VerificationState(answer)


@given(LOOKS)
def test_what_was_not_checked_changes_nothing(looks):
    told = [one for one in looks if one.outcome is not Outcome.NOT_CHECKED and one.value == VALUE]
    assert state_of(VALUE, looks) is state_of(VALUE, told)


@given(LOOKS)
def test_a_bounce_is_always_believed_and_a_confirmation_after_it_too(looks):
    bounced = [*looks, Evidence("address", Layer.DELIVERY, Outcome.FAILED, VALUE, "bounce")]
    assert state_of(VALUE, bounced) is VerificationState.RETURNED
    asked = [*bounced, Evidence("address", Layer.PERSON, Outcome.PASSED, VALUE, "call")]
    assert state_of(VALUE, asked) is VerificationState.CONFIRMED


@pytest.mark.parametrize(
    ("name", "postcode", "found", "code", "answer"),
    [
        ("Müller GmbH", "20095", "MUELLER GMBH", "20095", "passed"),
        ("Acme Ltd", "SW1A 1AA", "ACME LIMITED", "sw1a1aa", "passed"),
        ("Acme Ltd", "SW1A 1AA", "ACME LIMITED", "SW1A 2AA", "failed"),
        ("Acme Ltd", "SW1A 1AA", "BETA LIMITED", "SW1A 1AA", "failed"),
        ("Acme Ltd", "SW1A 1AA", "ACME LIMITED", "", "not_checked"),
        ("Acme Ltd", "", "ACME LIMITED", "SW1A 1AA", "not_checked"),
    ],
)
def test_a_register_agrees_by_name_and_postcode(name, postcode, found, code, answer):
    assert agrees(name, postcode, found, code) is Outcome(answer)


def test_states_rise_from_returned_to_confirmed():
    assert [rank(state) for state in VerificationState] == [0, 1, 2, 3, 4, 5]
