"""May we contact this debtor about this item today."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.contact import Hold, HoldReason, Item, may_contact
from fairdue.core.money import Money

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "contact.md"
TODAY = date(2026, 4, 1)


def table():
    lines = PAGE.read_text("utf-8").partition("## Worked numbers")[2].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]


def minor(text):
    return Money.parse(text, "EUR").minor


def hold(text):
    reason, first, until, amount = text.split(":")
    return Hold(
        reason,
        date.fromisoformat(first),
        None if until == "-" else date.fromisoformat(until),
        "A",
        None if amount == "-" else minor(amount),
    )


def item(residual=100_00, kind="invoice", id_="A"):
    return Item(id_, kind, date(2026, 3, 1), residual, "EUR")


@pytest.mark.parametrize("row", table(), ids=lambda row: row["holds"] or row["kind"])
def test_the_worked_rows_of_the_rules_page(row):
    holds = [hold(text) for text in row["holds"].split()]
    found = may_contact(item(minor(row["residual"]), row["kind"]), holds, TODAY)
    assert found.allowed is (row["allowed"] == "yes")
    assert found.chaseable_minor == minor(row["chaseable"])
    assert found.allowed or found.reasons


DAYS = st.dates(date(2026, 3, 1), date(2026, 5, 1))
HOLDS = st.lists(
    st.builds(
        Hold,
        st.sampled_from(HoldReason),
        DAYS,
        st.none() | DAYS,
        st.sampled_from([None, "A", "B"]),
        st.none() | st.integers(1, 200_00),
    ),
    max_size=6,
)


@given(st.integers(0, 200_00), HOLDS, st.randoms())
def test_more_holds_never_free_more_and_their_order_does_not_matter(residual, holds, chance):
    free = may_contact(item(residual), [], TODAY)
    held = may_contact(item(residual), holds, TODAY)
    mixed = list(holds)
    chance.shuffle(mixed)
    assert held == may_contact(item(residual), mixed, TODAY)
    assert 0 <= held.chaseable_minor <= free.chaseable_minor == residual
    assert held.allowed is (held.chaseable_minor > 0)


def test_a_hold_on_the_whole_debtor_holds_each_item_and_one_on_another_item_none():
    assert not may_contact(item(), [Hold(HoldReason.INSOLVENCY, TODAY)], TODAY).allowed
    assert may_contact(item(), [Hold(HoldReason.DISPUTE, TODAY, None, "B")], TODAY).allowed


def test_reasons_are_told_in_words():
    found = may_contact(item(), [hold("dispute:2026-03-10:2026-05-01:40.00")], TODAY)
    assert found.reasons == ("dispute of 40.00 EUR since 2026-03-10, until 2026-05-01",)
