"""Charts as SVG made on the server: no script, no inline style, printable, light and dark by classes.

Every chart is a `<figure>` with a title, a description for readers who do not see it, and its numbers as
a table. Widths are percentages of the container and heights are pixels, so that text keeps its size.
Values are whole numbers (minor units, days, counts); `text` is how the caller wants a value written.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING
from zlib import crc32

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PLOT = 132
_FOOT = 22
_GUTTER = 11.0
"""Percent of the width that is kept for the words of the axis."""


class Favourable(StrEnum):
    """The direction in which a figure should move."""

    UP = "up"
    DOWN = "down"
    NEITHER = "neither"


class Tone(StrEnum):
    """What a bar means beyond its height."""

    PLAIN = "s1"
    PAST = "s2"
    DANGER = "t-danger"
    ATTENTION = "t-attention"
    DONE = "t-done"


@dataclass(frozen=True, slots=True)
class Point:
    """One value of a series: what it is called, how much, how that is written, where a click leads."""

    label: str
    value: int
    text: str
    href: str = ""
    tone: Tone = Tone.PLAIN


def bar_chart(title: str, points: Sequence[Point], *, unit: str = "", axis: Callable[[int], str] = str) -> SafeString:
    """Return upright bars on one axis from zero; values below zero hang under the line."""
    high, low = _bounds(points)
    if high == low:
        return _nothing(title)
    slot = (100 - _GUTTER) / len(points)
    bars = format_html_join(
        "", "{}", ((_bar(point, _GUTTER + at * slot, slot, high, low),) for at, point in enumerate(points))
    )
    body = format_html("{}{}{}", _grid(high, low, axis), bars, _labels(points, slot))
    return _figure(title, unit, _describe(points), _svg(body, _PLOT + _FOOT), points)


def line_chart(
    title: str,
    points: Sequence[Point],
    *,
    unit: str = "",
    favourable: Favourable = Favourable.NEITHER,
    reference: Sequence[int] = (),
    reference_name: str = "",
    axis: Callable[[int], str] = str,
) -> SafeString:
    """Return a line whose last move is named better or worse; `reference` is a second, dashed line."""
    if len(points) < 2:  # noqa: PLR2004  # a line needs two ends
        return _nothing(title)
    values = [point.value for point in points] + list(reference)
    high, low = _padded(max(values), min(values))
    slot = (100 - _GUTTER) / len(points)
    lines = [_polyline([point.value for point in points], slot, high, low, "l1")]
    if reference:
        lines.insert(0, _polyline(reference, slot, high, low, "l2"))
    last = format_html(
        '<circle class="dot" cx="{}%" cy="{}" r="3.5"/>',
        _n(100 - slot / 2),
        _n(_y(points[-1].value, high, low)),
    )
    body = format_html(
        "{}{}{}{}",
        _grid(high, low, axis),
        format_html_join("", "{}", ((line,) for line in lines)),
        last,
        _labels(points, slot),
    )
    trend = trend_text(points[-2].value, points[-1].value, favourable)
    note = f"{unit} · dashed: {reference_name}" if reference_name else unit
    return _figure(title, note, f"{_describe(points)} Last move: {trend}.", _svg(body, _PLOT + _FOOT), points)


def aging_bar(title: str, buckets: Sequence[Point]) -> SafeString:
    """Return one stacked bar, youngest bucket left, with a legend that carries every figure as a link."""
    total = sum(bucket.value for bucket in buckets if bucket.value > 0)
    if total == 0:
        return _nothing(title)
    parts: list[SafeString] = []
    left = 0.0
    for at, bucket in enumerate(buckets):
        width = max(bucket.value, 0) * 100 / total
        if width:
            parts.append(_segment(bucket, at, left, width))
        left += width
    body = format_html_join("", "{}", ((part,) for part in parts))
    legend = format_html_join("", "{}", ((_legend(bucket, at, total),) for at, bucket in enumerate(buckets)))
    below = format_html('<ul class="legend">{}</ul>', legend)
    return _figure(title, "", _describe(buckets), _svg(body, 20), buckets, below)


def sparkline(values: Sequence[int], label: str) -> SafeString:
    """Return a line of the size of a word; `label` says in words what it shows."""
    if len(values) < 2:  # noqa: PLR2004  # a line needs two ends
        return SafeString("")
    high, low = _padded(max(values), min(values))
    step = 80 / (len(values) - 1)
    spots = [(2 + at * step, 3 + 18 * (high - value) / (high - low)) for at, value in enumerate(values)]
    path = " ".join(f"{_n(x)},{_n(y)}" for x, y in spots)
    return format_html(
        '<svg class="spark" viewBox="0 0 84 24" role="img" aria-label="{}"><polyline class="l1" points="{}"/>'
        '<circle class="end" cx="{}" cy="{}" r="2.2"/></svg>',
        label,
        path,
        _n(spots[-1][0]),
        _n(spots[-1][1]),
    )


def meter(used: int, limit: int, label: str) -> SafeString:
    """Return how much of a limit is used; from 80 % it draws attention, above 100 % it is a danger."""
    share = min(100, used * 100 // limit) if limit > 0 else 100
    tone = "danger" if used > limit else "attention" if share >= 80 else ""  # noqa: PLR2004
    return _filled(share, tone, label)


def progress(done: int, total: int, label: str) -> SafeString:
    """Return how much of a piece of work is done; the end of it is good news."""
    return _filled(min(100, done * 100 // total) if total > 0 else 0, "", label)


def _filled(share: int, tone: str, label: str) -> SafeString:
    return format_html(
        '<svg class="meter {}" role="img" aria-label="{}"><rect class="track" width="100%" height="6" rx="3"/>'
        '<rect class="fill" width="{}%" height="6" rx="3"/></svg>',
        tone,
        label,
        max(share, 0),
    )


def trend_text(before: int, now: int, favourable: Favourable) -> str:
    """Return the move in words: `up, which is worse`."""
    if now == before:
        return "unchanged"
    direction = Favourable.UP if now > before else Favourable.DOWN
    if favourable is Favourable.NEITHER:
        return direction.value
    return f"{direction.value}, which is {'better' if direction is favourable else 'worse'}"


def _n(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _bounds(points: Sequence[Point]) -> tuple[int, int]:
    values = [point.value for point in points]
    return max([0, *values]), min([0, *values])


def _padded(high: int, low: int) -> tuple[int, int]:
    """Return bounds with air around them; a flat line runs through the middle."""
    air = max((high - low) // 6, 1)
    return high + air, low - air


def _y(value: int, high: int, low: int) -> float:
    return 6 + (_PLOT - 6) * (high - value) / (high - low)


def _bar(point: Point, left: float, slot: float, high: int, low: int) -> SafeString:
    zero, tip = _y(0, high, low), _y(point.value, high, low)
    rect = format_html(
        '<rect class="{}" x="{}%" width="{}%" y="{}" height="{}" rx="2"><title>{}: {}</title></rect>',
        point.tone.value,
        _n(left + slot * 0.16),
        _n(slot * 0.68),
        _n(min(zero, tip)),
        _n(max(abs(zero - tip), 1 if point.value else 0)),
        point.label,
        point.text,
    )
    return _linked(rect, point)


def _segment(bucket: Point, at: int, left: float, width: float) -> SafeString:
    rect = format_html(
        '<rect class="a{}" x="{}%" width="{}%" height="20"><title>{}: {}</title></rect>',
        min(at, 5),
        _n(left),
        _n(max(width - 0.25, 0.25)),
        bucket.label,
        bucket.text,
    )
    return _linked(rect, bucket)


def _linked(rect: SafeString, point: Point) -> SafeString:
    """Return the shape as a link; its numbers stand in the legend and table, so it takes no tab stop."""
    return format_html('<a href="{}" tabindex="-1">{}</a>', point.href, rect) if point.href else rect


def _legend(bucket: Point, at: int, total: int) -> SafeString:
    value = format_html('<a href="{}">{}</a>', bucket.href, bucket.text) if bucket.href else bucket.text
    return format_html(
        '<li><svg aria-hidden="true"><rect class="a{}" width="10" height="10" rx="2"/></svg>'
        '<span class="name">{}</span><span class="value">{} <span class="cur">{}%</span></span></li>',
        min(at, 5),
        bucket.label,
        value,
        (max(bucket.value, 0) * 200 + total) // (2 * total),
    )


def _polyline(values: Sequence[int], slot: float, high: int, low: int, css: str) -> SafeString:
    """Return a line as segments, because only single segments may be placed in percent."""
    spots = [(_GUTTER + slot * (at + 0.5), _y(value, high, low)) for at, value in enumerate(values)]
    return format_html_join(
        "",
        '<line class="{}" x1="{}%" y1="{}" x2="{}%" y2="{}"/>',
        ((css, _n(a[0]), _n(a[1]), _n(b[0]), _n(b[1])) for a, b in pairwise(spots)),
    )


def _nice_step(span: int) -> int:
    """Return the largest of 1, 2, 5 times 10**n that gives at least two lines in `span`."""
    power = int("1" + "0" * (len(str(span)) - 1))
    steps = [power * factor // 10 for factor in (2, 5, 10, 20, 50)]
    return max([step for step in steps if step and span // step >= 2] or [1])  # noqa: PLR2004  # two lines make a scale


def _grid(high: int, low: int, axis: Callable[[int], str]) -> SafeString:
    step = _nice_step(high - low)
    first = -(-low // step) * step
    lines = (
        (
            "axis" if value == 0 else "grid",
            _n(_y(value, high, low)),
            _n(_y(value, high, low) - 4),
            axis(value),
        )
        for value in range(first, high + 1, step)
    )
    return format_html_join(
        "", '<line class="{0}" x1="0" x2="100%" y1="{1}" y2="{1}"/><text x="0" y="{2}">{3}</text>', lines
    )


def _labels(points: Sequence[Point], slot: float) -> SafeString:
    every = max(1, -(-len(points) // 13))
    return format_html_join(
        "",
        '<text x="{}%" y="{}" text-anchor="middle"{}>{}</text>',
        (
            (
                _n(_GUTTER + slot * (at + 0.5)),
                _PLOT + 17,
                SafeString(' class="alt"') if (len(points) - 1 - at) % (2 * every) else "",
                point.label,
            )
            for at, point in enumerate(points)
            if (len(points) - 1 - at) % every == 0
        ),
    )


def _svg(body: SafeString, height: int) -> SafeString:
    return format_html('<svg height="{}" aria-hidden="true">{}</svg>', height, body)


def _describe(points: Sequence[Point]) -> str:
    """Return one sentence with the ends and the extremes; the table below holds every value."""
    top = max(points, key=lambda point: point.value)
    first, last = points[0], points[-1]
    return f"{first.label}: {first.text}. {last.label}: {last.text}. Highest: {top.label} with {top.text}."


def _nothing(title: str) -> SafeString:
    return format_html(
        '<figure class="chart"><figcaption>{}</figcaption><p class="muted small">Nothing to draw yet.</p></figure>',
        title,
    )


def _figure(
    title: str,
    unit: str,
    description: str,
    drawing: SafeString,
    points: Sequence[Point],
    below: SafeString | str = "",
) -> SafeString:
    number = crc32(f"{title}|{description}".encode())
    rows = format_html_join(
        "",
        '<tr><th scope="row">{}</th><td class="num">{}</td></tr>',
        ((point.label, point.text) for point in points),
    )
    return format_html(
        '<figure class="chart" role="group" aria-labelledby="chart-{0}" aria-describedby="chart-{0}-d">'
        '<figcaption id="chart-{0}">{1} <span>{2}</span></figcaption>'
        '<p class="sr" id="chart-{0}-d">{3}</p>{4}{5}'
        '<details class="no-print"><summary>Numbers</summary><table class="table compact keep"><thead><tr>'
        '<th scope="col">{1}</th><th scope="col" class="num">Value</th></tr></thead><tbody>{6}</tbody></table>'
        "</details></figure>",
        number,
        title,
        unit,
        description,
        drawing,
        below,
        rows,
    )
