"""Which payment an advice belongs to: worked on docs/rules/remittances.md."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.advices import By, Came, Told, ties
from fairdue.core.money import Money
from tests.core.pages import table

PAGE = Path(__file__).parents[2] / "docs/rules/remittances.md"
DAY = dt.date(2026, 3, 2)
ADVICE = Told("1", 21600, "EUR", "", DAY, DAY, frozenset({"KAUFMANN"}), frozenset({"ACC"}), "a")
LINE = Came("9", 21600, "EUR", DAY, frozenset(), "", frozenset({"KAUFMANN"}), "")


def cents(text: str) -> int:
    return Money.parse(text, "EUR").minor


def told(words: str) -> Told:
    what, amount = words.rsplit(", ", 1)
    kind, _, value = what.partition(" ")
    given = {"reference": value, "names": frozenset()} if kind == "reference" else {"names": frozenset({value})}
    return replace(ADVICE, amount=cents(amount), accounts=frozenset(), **given)


def came(words: str, days: str) -> Came:
    what, amount = words.rsplit(", ", 1)
    plain = replace(LINE, amount=cents(amount), booked=DAY + dt.timedelta(days=int(days)), names=frozenset())
    if what.startswith("end-to-end id "):
        return replace(plain, ids=frozenset({what.removeprefix("end-to-end id ")}))
    if what.startswith("text "):
        return replace(plain, text=what.removeprefix("text ").strip('"'))
    return replace(plain, names=frozenset({what.removeprefix("payer ")}))


@pytest.mark.parametrize("row", table(PAGE, "link"))
def test_the_worked_links(row):
    found = ties([told(row["advice"])], [came(row["line"], row["days after"])])
    assert [one.by for one in found] == ([] if row["link"] == "none" else [row["link"]])


def test_of_two_lines_with_the_reference_the_one_over_the_amount_is_meant():
    lines = [replace(LINE, id=one, amount=amount, ids=frozenset({"TRACE"})) for one, amount in (("8", 1), ("9", 21600))]
    assert ties([replace(ADVICE, reference="TRACE")], lines) == [("1", "9", By.REFERENCE)]
    both = [replace(line, amount=1) for line in lines]
    assert ties([replace(ADVICE, reference="TRACE")], both) == []


def test_a_short_reference_ties_nothing():
    assert ties([replace(ADVICE, reference="77", names=frozenset())], [replace(LINE, ids=frozenset({"77"}))]) == []


def test_two_lines_that_fit_are_left_to_a_person():
    assert ties([ADVICE], [LINE, replace(LINE, id="8")]) == []


def test_two_different_advices_for_one_line_are_left_to_a_person_and_equal_ones_are_one():
    assert ties([ADVICE, replace(ADVICE, id="2", content="b")], [LINE]) == []
    assert ties([replace(ADVICE, id="2"), ADVICE], [LINE]) == [("1", "9", By.PAYER)]


def test_what_is_tied_by_reference_is_not_tied_again():
    named = replace(ADVICE, id="2", reference="TRACE", names=frozenset(), accounts=frozenset())
    traced = replace(LINE, id="8", ids=frozenset({"TRACE"}))
    assert ties([ADVICE, named], [LINE, traced]) == [("2", "8", By.REFERENCE), ("1", "9", By.PAYER)]


def test_another_currency_is_another_payment():
    assert ties([replace(ADVICE, currency="USD", reference="TRACE")], [replace(LINE, ids=frozenset({"TRACE"}))]) == []
    assert ties([replace(ADVICE, currency="")], [LINE]) == [("1", "9", By.PAYER)]


def test_the_account_of_the_payer_is_enough():
    assert ties([ADVICE], [replace(LINE, names=frozenset(), account="ACC")]) == [("1", "9", By.PAYER)]


@pytest.mark.parametrize(("days", "linked"), [(30, True), (31, False), (-30, True), (-31, False)])
def test_an_advice_without_a_day_looks_around_its_import(days, linked):
    line = replace(LINE, booked=DAY + dt.timedelta(days=days))
    assert bool(ties([replace(ADVICE, paid_on=None)], [line])) is linked


@pytest.mark.parametrize(("days", "linked"), [(-5, True), (-6, False)])
def test_the_bank_may_book_a_few_days_before_the_stated_day(days, linked):
    assert bool(ties([ADVICE], [replace(LINE, booked=DAY + dt.timedelta(days=days))])) is linked


MANY = st.lists(
    st.tuples(st.sampled_from([100, 200]), st.sampled_from(["", "TRACE-1", "TRACE-2"]), st.sampled_from("AB")),
    min_size=1,
    max_size=6,
)


@given(MANY, MANY, st.randoms())
def test_links_are_one_to_one_and_the_order_changes_nothing(advices, lines, random):
    waiting = [
        replace(ADVICE, id=f"a{at}", amount=amount, reference=said, names=frozenset({name}), content=name)
        for at, (amount, said, name) in enumerate(advices)
    ]
    money = [
        replace(LINE, id=f"l{at}", amount=amount, ids=frozenset({said} - {""}), names=frozenset({name}))
        for at, (amount, said, name) in enumerate(lines)
    ]
    found = ties(waiting, money)
    assert len({one.advice for one in found}) == len({one.line for one in found}) == len(found)
    random.shuffle(waiting)
    random.shuffle(money)
    assert ties(waiting, money) == found
