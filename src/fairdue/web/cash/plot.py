"""The calibration plot as SVG: predicted against kept, a mark for each bin, and the line where both agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.html import format_html, format_html_join

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.utils.safestring import SafeString

    from fairdue.core.calibration import Bin

_HEIGHT, _FOOT, _TOP, _GUTTER = 190, 22, 8, 9.0
_WHOLE = 10_000
_TICKS = 5
_LARGEST, _SMALLEST = 9, 3


def points_text(basis_points: int) -> str:
    """Return basis points as a percentage: 9971 is `99.71 %`."""
    sign = "\u2212" if basis_points < 0 else ""
    whole, rest = divmod(abs(basis_points), 100)
    return f"{sign}{whole}.{rest:02d} %"


def calibration_plot(bins: Sequence[Bin]) -> SafeString:
    """Return the drawing; its numbers stand in the table beside it, so it is hidden from ears."""
    low = min(min(one.predicted, one.share) for one in bins) // 1_000 * 1_000
    low = min(low, 9_000)
    body = format_html("{}{}{}", _grid(low), _diagonal(low), _marks(bins, low))
    return format_html('<svg class="calibration" height="{}" aria-hidden="true">{}</svg>', _HEIGHT + _FOOT, body)


def _x(value: int, low: int) -> str:
    return f"{_GUTTER + (98 - _GUTTER) * (value - low) / (_WHOLE - low):.2f}"


def _y(value: int, low: int, down: int = 0) -> str:
    return f"{down + _TOP + (_HEIGHT - _TOP) * (_WHOLE - value) / (_WHOLE - low):.1f}"


def _grid(low: int) -> SafeString:
    step = (_WHOLE - low) // _TICKS
    ticks = [low + step * at for at in range(_TICKS + 1)]
    return format_html_join(
        "",
        '<line class="grid" x1="{0}%" x2="98%" y1="{1}" y2="{1}"/><text x="0" y="{2}">{3}</text>'
        '<text x="{4}%" y="{5}" text-anchor="middle">{3}</text>',
        ((_GUTTER, _y(tick, low), _y(tick, low, 4), f"{tick // 100} %", _x(tick, low), _HEIGHT + 17) for tick in ticks),
    )


def _diagonal(low: int) -> SafeString:
    return format_html(
        '<line class="l2" x1="{}%" y1="{}" x2="{}%" y2="{}"/>',
        _x(low, low), _y(low, low), _x(_WHOLE, low), _y(_WHOLE, low),
    )  # fmt: skip


def _marks(bins: Sequence[Bin], low: int) -> SafeString:
    """Return a mark for each bin; the more was judged, the larger, by the number of digits."""
    return format_html_join(
        "",
        '<circle class="dot" cx="{}%" cy="{}" r="{}"><title>{}</title></circle>',
        (
            (
                _x(one.predicted, low), _y(one.share, low), min(_LARGEST, _SMALLEST + 2 * len(str(one.judged)) - 2),
                f"predicted {points_text(one.predicted)}, kept {points_text(one.share)} of {one.judged}",
            )
            for one in bins
        ),
    )  # fmt: skip
