"""Charts tell the truth, in words and in a table, and carry nothing that the content policy refuses."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.web import charts
from fairdue.web.charts import Favourable, Point

pytestmark = pytest.mark.no_database

VALUES = st.lists(st.integers(-(10**15), 10**15), min_size=1, max_size=30)


def points(values):
    return [Point(f"P{at}", value, f"{value} days") for at, value in enumerate(values)]


def tree(html):
    return ET.fromstring(html)


@given(VALUES)
def test_every_value_stands_in_the_table_of_every_chart(values):
    for chart in (charts.bar_chart, charts.line_chart, charts.aging_bar):
        figure = tree(chart("Cash", points(values)))
        rows = [cell.text for cell in figure.iter("td")]
        assert rows in ([], [f"{value} days" for value in values])
        drawn = [child for child in figure.iter("svg") if len(child)]
        assert bool(rows) == bool(drawn)


@given(VALUES)
def test_no_shape_leaves_its_drawing(values):
    figure = tree(charts.bar_chart("Cash", points(values)))
    for rect in figure.iter("rect"):
        top, height = float(rect.get("y")), float(rect.get("height"))
        assert 0 <= top <= top + height <= 135
        left, width = float(rect.get("x")[:-1]), float(rect.get("width")[:-1])
        assert 0 <= left <= left + width <= 100.1


@given(st.lists(st.integers(0, 10**12), min_size=1, max_size=6).filter(any))
def test_the_parts_of_an_aging_bar_fill_it(values):
    figure = tree(charts.aging_bar("Age", points(values)))
    bar = next(figure.iter("svg"))
    widths = sum(float(rect.get("width")[:-1]) for rect in bar.iter("rect"))
    assert 97 < widths < 103


def test_bars_of_double_value_are_of_double_height():
    heights = [float(rect.get("height")) for rect in tree(charts.bar_chart("Cash", points([50, 100]))).iter("rect")]
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.02)


def test_a_negative_bar_hangs_under_the_line():
    up, down = tree(charts.bar_chart("Cash", points([100, -50]))).iter("rect")
    assert float(down.get("y")) == pytest.approx(float(up.get("y")) + float(up.get("height")), abs=0.02)


def test_a_chart_without_values_says_so():
    assert "Nothing to draw yet." in charts.bar_chart("Cash", points([0, 0]))
    assert "Nothing to draw yet." in charts.line_chart("DSO", points([4]))
    assert "Nothing to draw yet." in charts.aging_bar("Age", points([0]))
    assert charts.sparkline([1], "DSO") == ""


def test_words_from_outside_are_escaped_everywhere():
    evil = '"><script>alert(1)</script>'
    html = "".join(
        [
            charts.bar_chart(evil, [Point(evil, 3, evil, evil)], unit=evil),
            charts.line_chart(
                evil, [Point(evil, 3, evil), Point(evil, 4, evil)], reference=[1, 2], reference_name=evil
            ),
            charts.aging_bar(evil, [Point(evil, 3, evil, evil)]),
            charts.sparkline([1, 2], evil),
            charts.meter(1, 2, evil),
        ]
    )
    assert "<script" not in html


def test_charts_carry_no_inline_style_and_no_handler():
    html = charts.bar_chart("Cash", [Point("A", 3, "3", "/x")]) + charts.meter(3, 4, "three of four")
    assert not re.search(r"\s(style|on\w+)=", html)


@pytest.mark.parametrize(
    ("before", "now", "favourable", "words"),
    [
        (50, 47, Favourable.DOWN, "down, which is better"),
        (50, 52, Favourable.DOWN, "up, which is worse"),
        (50, 52, Favourable.UP, "up, which is better"),
        (50, 52, Favourable.NEITHER, "up"),
        (50, 50, Favourable.UP, "unchanged"),
    ],
)
def test_a_move_is_named_by_what_it_means(before, now, favourable, words):
    assert charts.trend_text(before, now, favourable) == words
    assert f"Last move: {words}." in charts.line_chart("DSO", points([before, now]), favourable=favourable)


@pytest.mark.parametrize(
    ("used", "limit", "tone", "width"),
    [
        (10, 100, "", "10%"),
        (80, 100, "attention", "80%"),
        (130, 100, "danger", "100%"),
        (5, 0, "danger", "100%"),
    ],
)
def test_a_meter_warns_before_the_limit_and_never_overflows(used, limit, tone, width):
    svg = tree(charts.meter(used, limit, "of the limit"))
    assert svg.get("class") == f"meter {tone}"
    assert list(svg)[1].get("width") == width


@given(st.integers(0, 10**9), st.integers(0, 10**9))
def test_work_that_is_done_never_warns_and_fills_its_bar_at_the_end(done, total):
    svg = tree(charts.progress(done, total, "rows read"))
    width = int(svg[1].get("width").rstrip("%"))
    assert svg.get("class").strip() == "meter"
    assert 0 <= width <= 100
    assert (width == 100) == (0 < total <= done)
