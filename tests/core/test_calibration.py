"""How good matching is: the worked rows of docs/rules/cash-quality.md, and what holds for all outcomes."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.calibration import EDGES, Bin, Cost, Judged, Precision, bins, calibration_error, share

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "cash-quality.md"


def tables(title):
    lines = PAGE.read_text("utf-8").partition(f"## {title}\n")[2].partition("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    starts = [at for at, row in enumerate(rows) if set(row[0]) == {"-"}]
    ends = [at - 1 for at in starts[1:]] + [len(rows)]
    return [rows[start + 1 : end] for start, end in zip(starts, ends, strict=True)]


def points(text):
    return None if text == "–" else int(Decimal(text) * 100)


@pytest.mark.parametrize(("posted", "wrong", "precision", "lower"), tables("Precision")[0])
def test_precision_on_the_rules_page(posted, wrong, precision, lower):
    found = Precision(int(posted), int(wrong))
    assert (found.share, found.lower) == (points(precision), points(lower))


@pytest.mark.parametrize(("received", "wrong", "manual", "costs", "total", "saved"), tables("Cost")[0])
def test_cost_on_the_rules_page(received, wrong, manual, costs, total, saved):
    found = Cost(int(wrong), int(manual), int(received), int(costs))
    assert (found.total, found.saved) == (int(total), int(saved))


def test_calibration_on_the_rules_page():
    given_, wanted = tables("Calibration")
    found = bins(Judged(points(sure), int(kept), int(judged)) for sure, judged, kept in given_)
    assert [(one.low, one.predicted, one.share, one.gap) for one in found] == [
        tuple(map(points, row)) for row in wanted
    ]
    said = PAGE.read_text("utf-8").partition("error of ")[2].partition(" points")[0]
    assert calibration_error(found) == points(said)


def test_nothing_judged_has_no_error_and_nothing_has_no_share():
    assert bins([]) == []
    assert calibration_error([]) is None
    assert share(0, 0) is None


@given(st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 50), st.integers(0, 50))))
def test_bins_lose_no_outcome_and_hold_their_mean(outcomes):
    judged = [Judged(sure, min(one, other), max(one, other)) for sure, one, other in outcomes]
    found = bins(judged)
    assert sum(one.judged for one in found) == sum(one.judged for one in judged)
    assert sum(one.kept for one in found) == sum(one.kept for one in judged)
    assert all(one.low <= one.predicted < one.high for one in found)
    assert [one.low for one in found] == sorted(one.low for one in found)
    assert set(EDGES) >= {one.low for one in found}


def test_a_confidence_that_is_kept_exactly_has_no_gap():
    assert calibration_error([Bin(9_000, 9_500, 9_000, 9, 10)]) == 0
