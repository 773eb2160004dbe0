"""The register of a client: every number in order with its document, the reason why none carries it, or the gap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors, services
from fairdue.web.creditors import names
from fairdue.web.invoicing.invoice import KINDS
from fairdue.web.invoicing.lists import tabs
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpRequest, HttpResponse

    from fairdue.invoicing.selectors import RegisterRow, SeriesRow

CURSOR = 3
"""Series, period and counter."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Numbers that were drawn, stand on no document and are not explained."""

    first: int
    last: int
    pattern: str
    period: str


def _spec(periods: Iterable[str]) -> ListSpec:
    return ListSpec(
        sorts=("number",),
        filters=(
            Filter("kind", "For", tuple(services.SERIES_WORDS.items())),
            Filter("period", "Period", tuple((one, one) for one in periods)),
            Filter("what", "Numbers", (("voided", "Voided only"),)),
        ),
    )


@require_safe
@needs(Permission.INVOICES_VIEW)
def show(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Show the numbers of a client by type and period; what is missing stands where it would."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    known = names(ctx)
    if creditor not in known:
        raise Http404("There is no such client.")
    series = selectors.series(ctx, creditor=creditor)
    state = read_state(request, _spec(sorted({row.period for row in series if row.period}, reverse=True)))
    voided, after = state.filters.get("what") == "voided", _after(state.cursor)
    rows = selectors.register(
        ctx, creditor=creditor, kind=state.filters.get("kind", ""), period=state.filters.get("period", ""),
        voided=voided, after=after, limit=PAGE_SIZE + 1,
    )  # fmt: skip
    shown, last = rows[:PAGE_SIZE], rows[-1] if rows else None
    more = last is not None and len(rows) > PAGE_SIZE
    context = {
        "tabs": tabs("series"),
        "creditor": creditor,
        "name": known[creditor],
        "state": state,
        "page": Page(
            shown if voided else list(_with_gaps(shown, series, after, ended=not more)),
            _key(shown[-1]) if more else None,
        ),
        "filtered": bool(state.filters),
        "gaps": [row for row in series if not row.gapless],
        "kinds": services.SERIES_WORDS,
        "words": KINDS,
        "people": actor_names(ctx, {row.by for row in shown if row.by}),
        "may_void": ctx.may(Permission.INVOICES_ISSUE),
    }
    return render(request, "web/invoicing/register.html", context)


def _key(row: RegisterRow) -> tuple[Any, ...]:
    return str(row.series_id), row.period, row.counter


def _after(cursor: tuple[Any, ...] | None) -> tuple[Any, ...] | None:
    """Return the place after which a page begins, none where somebody made it up."""
    try:
        series, period, counter = cursor or ()
        return str(UUID(str(series))), str(period), int(counter)
    except ValueError:
        return None


def _with_gaps(
    rows: Iterable[RegisterRow], series: Iterable[SeriesRow], after: tuple[Any, ...] | None, *, ended: bool
) -> Iterator[RegisterRow | Gap]:
    """Yield the rows with a gap wherever the counter leaps, and after the last one where more was drawn."""
    drawn = {(str(one.id), one.period or ""): (one.last or 0, one.pattern) for one in series}
    where, counter = (after[:2], after[2]) if after else (None, 0)
    for row in rows:
        key = _key(row)[:2]
        if key != where:
            yield from _gap(where, counter + 1, drawn.get(where, (0, ""))[0], drawn) if where else ()
            where, counter = key, 0
        yield from _gap(key, counter + 1, row.counter - 1, drawn)
        yield row
        counter = row.counter
    if ended and where:
        yield from _gap(where, counter + 1, drawn.get(where, (0, ""))[0], drawn)


def _gap(where: tuple[Any, ...], first: int, last: int, drawn: dict[Any, tuple[int, str]]) -> Iterator[Gap]:
    if last >= first:
        yield Gap(first, last, drawn.get(where, (0, ""))[1], where[1])
