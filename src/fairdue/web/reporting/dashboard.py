"""Management in one minute: five figures with their trend, aging, top customers, promises, cash expected."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from fairdue.core.kpi.figures import percentage
from fairdue.foundation.permissions import Permission
from fairdue.reporting.aging import AgingRow, bucket_names, standing
from fairdue.reporting.expected import SOON, trend_and_expected, week_days
from fairdue.reporting.figures import MONTHS, Figures, promises_kept
from fairdue.web import charts, formats
from fairdue.web.charts import Favourable, Point, Tone
from fairdue.web.permit import needs
from fairdue.web.reporting.frame import ctx_of, day_query, link, link_if, scope_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.http import HttpRequest, HttpResponse

    from fairdue.core.kpi.expected import Expected
    from fairdue.reporting.scope import Scope

_TIMES, _LESS, _NONE = "\N{MULTIPLICATION SIGN}", "\N{MINUS SIGN}", "\N{EN DASH}"
FORMULAS = (
    ("Overdue", "Open items past their due date."),
    ("DSO", f"Receivables (less unapplied) ÷ credit sales of {MONTHS} months {_TIMES} their days."),
    ("Best possible DSO", "The same with only what is not yet due: the DSO if everybody paid on the due date."),
    (
        "CEI",
        f"(beginning + sales ÷ N {_LESS} ending) ÷ (the same {_LESS} only what is not due) {_TIMES} 100, N = {MONTHS}.",
    ),
    (
        "Cash expected",
        "Promises by their day, the rest by due date plus the customer's habit; held items are left out.",
    ),
    ("Unapplied", "Money and credit notes that no item has taken."),
)


@require_safe
@needs(Permission.REPORTS_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the dashboard of one currency, the one with the most open by default."""
    ctx, scope = ctx_of(request), scope_of(request)
    totals, top = standing(ctx, scope)
    rows = sorted(totals, key=lambda row: -row.total)
    if not rows:
        return render(request, "web/reporting/dashboard.html", {"rows": rows})
    chosen = next((row for row in rows if row.currency == request.GET.get("currency")), rows[0])
    query = day_query(request, scope)
    currency = chosen.currency
    trends, expectations = trend_and_expected(ctx, scope)
    months, expected = trends.get(currency, []), expectations.get(currency)
    promised = promises_kept(ctx, scope).get(currency)
    late = [f"{name} days" for name in bucket_names(scope)[1:]]
    context = {
        "rows": rows,
        "currency": currency,
        "currencies": [(row.currency, link("dashboard", currency=row.currency, **query)) for row in rows],
        "figures": _figures(chosen, months, expected, query, _unapplied(ctx, query)),
        "formulas": FORMULAS,
        "aging": _aging_bar(scope, chosen, query),
        "dso": _dso_chart(months),
        "cash": _cash_chart(scope, currency, expected, query),
        "beyond": [
            (word, link("report_expected", week=word, currency=currency, **query)) for word in ("later", "doubtful")
        ],
        "expected": expected,
        "top": [
            (
                row,
                link("report_items", debtor=row.debtor_id, currency=currency, **query),
                zip(late, row.buckets[1:], strict=True),
            )
            for row in top
            if row.currency == currency
        ],
        "buckets": late,
        "promised": promised,
        "aging_url": link("report_aging", **query),
    }
    return render(request, "web/reporting/dashboard.html", context)


def _unapplied(ctx: Any, query: dict[str, str]) -> str:
    """Return where unapplied money leads: to cash for who may open it, else to the aging, which has it by customer."""
    return (link_if("cash") if ctx.may(Permission.CASH_VIEW) else "") or link("report_aging", **query)


def _figures(
    row: AgingRow, months: Sequence[Figures], expected: Expected | None, query: dict[str, str], unapplied_url: str
) -> list[dict[str, Any]]:
    """Return the five figures: value, move since the month before, the line of the year, where a click leads."""
    currency = row.currency
    now = months[-1] if months else None
    soon = sum(expected.weeks[:SOON]) if expected else 0
    return [
        {
            "label": "Overdue",
            "value": _money(row.overdue, currency),
            "cur": currency,
            "url": link("report_items", currency=currency, overdue="1", **query),
            **_move(months, lambda one: Decimal(one.overdue), Favourable.DOWN, _in_percent),
        },
        {
            "label": "DSO",
            "value": _days(now.dso if now else None),
            "url": link("report", "dso", **query),
            **_move(
                months,
                lambda one: one.dso,
                Favourable.DOWN,
                lambda before, after: f"{abs(after - before):.1f}",
                f"best {_number(now.best_possible if now else None)}",
            ),
        },
        {
            "label": "Collection effectiveness",
            "value": _percent(now.effectiveness if now else None),
            "url": link("report", "cei", **query),
            **_move(
                months,
                lambda one: one.effectiveness,
                Favourable.UP,
                lambda before, after: f"{abs(after - before):.1f} points",
            ),
        },
        {
            "label": f"Cash expected, {SOON} weeks",
            "value": _money(soon, currency),
            "cur": currency,
            "url": link("report_expected", week="soon", currency=currency, **query),
            "note": _share(soon, row.total),
            "tone": "",
        },
        {
            "label": "Unapplied",
            "value": _money(row.unapplied, currency),
            "cur": currency,
            "url": unapplied_url,
            "note": "waits for an item" if row.unapplied else "everything is applied",
            "tone": "attention" if row.unapplied else "done",
            "icon": "triangle-alert" if row.unapplied else "circle-check",
        },
    ]


def _move(
    months: Sequence[Figures],
    value: Callable[[Figures], Decimal | None],
    favourable: Favourable,
    words: Callable[[Decimal, Decimal], str],
    beside: str = "",
) -> dict[str, Any]:
    """Return the move since the month before in words, better or worse, and the line of the year."""
    values = [found for one in months if (found := value(one)) is not None]
    if len(values) < 2:  # noqa: PLR2004 - a move has two ends
        return {"note": beside, "tone": ""}
    before, now = values[-2:]
    spark = charts.sparkline([int(one * 100) for one in values], "the last twelve months")
    tail = f"; {beside}" if beside else ""
    if before == now:
        return {"note": f"unchanged{tail}", "tone": "", "spark": spark}
    up = now > before
    better = up == (favourable is Favourable.UP)
    return {
        "note": f"{words(before, now)} {'better' if better else 'worse'}{tail}",
        "tone": "done" if better else "danger",
        "icon": "trending-up" if up else "trending-down",
        "spark": spark,
    }


def _in_percent(before: Decimal, now: Decimal) -> str:
    share = percentage(abs(int(now - before)), abs(int(before)))
    return "from nothing," if share is None else f"{share:.0f} %"


def _share(part: int, whole: int) -> str:
    share = percentage(part, whole)
    return "" if share is None else f"{share:.0f} % of what is open"


def _money(minor: int, currency: str) -> str:
    return formats.money_text(minor, currency, get_language() or "en", code=False)


def _days(value: Decimal | None) -> str:
    return _NONE if value is None else f"{value:.1f} days"


def _number(value: Decimal | None) -> str:
    return _NONE if value is None else f"{value:.1f}"


def _percent(value: Decimal | None) -> str:
    return _NONE if value is None else f"{value:.1f} %"


def _aging_bar(scope: Scope, row: AgingRow, query: dict[str, str]) -> str:
    points = [
        Point(
            name if place == 0 else f"{name} days",
            amount,
            formats.money_text(amount, row.currency, get_language() or "en", code=False),
            link("report_items", currency=row.currency, bucket=place, **query),
        )
        for place, (name, amount) in enumerate(zip(bucket_names(scope), row.buckets, strict=True))
    ]
    return charts.aging_bar(f"Open by days past due, {row.currency}", points)


def _dso_chart(months: Sequence[Figures]) -> str:
    known = [one for one in months if one.dso is not None and one.best_possible is not None]
    points = [Point(_month(one.ends_on), int(one.dso or 0), f"{one.dso} days") for one in known]
    best = [int(one.best_possible or 0) for one in known]
    return charts.line_chart(
        "DSO", points, unit="days", favourable=Favourable.DOWN, reference=best, reference_name="best possible"
    )


def _month(day: date) -> str:
    return f"{day:%b}"


def _cash_chart(scope: Scope, currency: str, expected: Expected | None, query: dict[str, str]) -> str:
    weeks = expected.weeks if expected else ()
    language = get_language() or "en"
    points = [
        Point(
            f"W{week_days(scope.as_of, week)[0].isocalendar().week}",
            amount,
            formats.money_text(amount, currency, language),
            link("report_expected", week=week + 1, currency=currency, **query) if amount else "",
            tone=Tone.PLAIN if week < SOON else Tone.PAST,
        )
        for week, amount in enumerate(weeks)
    ]
    return charts.bar_chart(
        "Cash expected by calendar week",
        points,
        unit=currency,
        axis=lambda minor: formats.short_money_text(minor, currency, language),
    )
