"""The state of a list lives in its URL, and nothing but what the list allows."""

from __future__ import annotations

import pytest
from django.test import RequestFactory
from hypothesis import given
from hypothesis import strategies as st

from fairdue.web.lists import Filter, ListSpec, decode_cursor, encode_cursor, read_state

pytestmark = pytest.mark.no_database

SPEC = ListSpec(
    sorts=("due", "customer"),
    filters=(
        Filter("q", "Number", kind="search"),
        Filter("state", "State", (("open", "Open"), ("paid", "Paid"))),
        Filter("move", "Move", (("ours", "Ours"), ("all", "All")), default="ours"),
    ),
)


def state(query=""):
    return read_state(RequestFactory().get(f"/items{query}"), SPEC)


@pytest.mark.parametrize(
    ("query", "sort", "descending", "filters"),
    [
        ("", "due", False, {}),
        ("?sort=-customer", "customer", True, {}),
        ("?sort=password", "due", False, {}),
        ("?state=open&q=%20RE-1%20", "due", False, {"state": "open", "q": "RE-1"}),
        ("?state=secret&x=1", "due", False, {}),
    ],
)
def test_only_what_the_list_allows_is_read(query, sort, descending, filters):
    found = state(query)
    assert (found.sort, found.descending, found.filters) == (sort, descending, filters)


def test_sorting_again_turns_the_direction_round_and_says_so():
    once = state("?sort=customer&state=open")
    assert once.aria_sort("customer") == "ascending"
    assert once.aria_sort("due") == ""
    assert once.sort_url("customer") == "/items?state=open&sort=-customer"
    assert state("?sort=-customer").sort_url("customer") == "/items?sort=customer"


def test_the_default_order_leaves_no_trace_in_the_url():
    assert state("?sort=due").url() == "/items"


def test_filters_can_be_taken_back_one_by_one_and_all_at_once():
    found = state("?state=open&q=RE&asof=2026-10-31")
    assert found.active() == [
        ("Number", "RE", "/items?asof=2026-10-31&state=open"),
        ("State", "Open", "/items?asof=2026-10-31&q=RE"),
    ]
    assert found.clear_url() == "/items?asof=2026-10-31"


def test_a_day_is_shown_as_people_write_it_and_a_tick_needs_no_value():
    spec = ListSpec(
        sorts=("due",), filters=(Filter("since", "From", kind="date"), Filter("late", "Only late", kind="check"))
    )
    request = RequestFactory().get("/items?since=2026-10-31&late=1")
    assert [(name, value) for name, value, _ in read_state(request, spec).active()] == [
        ("From", "31 Oct 2026"), ("Only late", ""),
    ]  # fmt: skip
    assert read_state(RequestFactory().get("/items?since=soon"), spec).active()[0][1] == "soon"


@given(st.lists(st.one_of(st.integers(), st.text(max_size=20), st.none()), max_size=4))
def test_a_cursor_comes_back_as_it_went(values):
    assert decode_cursor(encode_cursor(tuple(values))) == tuple(values)


@given(st.text(max_size=60))
def test_a_cursor_from_outside_is_a_tuple_of_plain_values_or_nothing(token):
    found = decode_cursor(token)
    assert found is None or all(isinstance(value, str | int | None) for value in found)


@pytest.mark.parametrize("token", ["", "x" * 3000, "W3siYSI6MX1d", "bnVsbA", "!!!"])
def test_a_broken_cursor_is_the_first_page(token):
    assert decode_cursor(token) is None


@pytest.mark.parametrize(("query", "asked"), [("", "ours"), ("?move=all", "all"), ("?move=rubbish", "ours")])
def test_a_default_counts_and_is_shown_while_the_address_says_nothing(query, asked):
    from fairdue.web.templatetags.fairdue_ui import filters

    found = state(query)
    assert found.asked("move") == asked
    assert found.asked("state") == ""
    shown = {item.name: value for item, value in filters(found)["fields"]}
    assert shown == {"q": "", "state": "", "move": asked}
    assert found.active() == ([("Move", "All", "/items")] if query == "?move=all" else [])
