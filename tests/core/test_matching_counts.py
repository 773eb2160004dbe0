"""How counts bound a confidence, and when a rule goes off and comes back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.matching import (
    Policy,
    Source,
    Step,
    lower_bound,
    may_post,
    of_rule,
    threshold,
)
from fairdue.core.money import decimal_of
from tests.core.matched import table


@pytest.mark.parametrize(("right", "judged", "bound"), table("| right | of | lower bound |"))
def test_the_page_says_the_lower_bound(right, judged, bound):
    assert str(decimal_of(lower_bound(int(right), int(judged)), "EUR")) == bound


@pytest.mark.parametrize(("cost", "threshold_"), table("| cost of a wrong posting | posted from |"))
def test_the_page_says_from_where_posting_pays(cost, threshold_):
    assert str(decimal_of(threshold(int(cost)), "EUR")) == threshold_


@given(st.integers(0, 400), st.integers(1, 400))
def test_a_lower_bound_is_below_the_share_and_rises_with_it(right, judged):
    right = min(right, judged)
    bound = lower_bound(right, judged)
    assert 0 <= bound <= right * 10_000 // judged
    assert bound <= lower_bound(min(right + 1, judged), judged)
    assert lower_bound(0, 0) == 0


def test_a_rule_goes_off_by_its_errors_and_comes_back_by_its_successes():
    signature = "numbers.exact/whole payer one"
    assert may_post(signature, 20, 20, 9_800, was_on=True).on
    assert not may_post(signature, 15, 20, 9_800, was_on=True).on
    assert not may_post(signature, 95, 100, 9_800, was_on=False).on
    assert may_post(signature, 400, 400, 9_800, was_on=False).on
    assert not may_post("numbers.exact/never seen", 0, 3, 9_800, was_on=True).on


def test_a_rule_that_was_never_counted_leans_on_its_like():
    assert of_rule(Source.DOCUMENTS, Step.SHORT, "whole payer one", Policy()) > 9_000
    assert of_rule(Source.NONE, Step.UNKNOWN, "", Policy()) == 5_000
