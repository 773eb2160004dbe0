"""Reports: aging and the figures of collection, on both axes."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.paging import DEFAULT_LIMIT, Cursor, Limit, Page, decode, page
from fairdue.api.routing import Call, Resource
from fairdue.foundation.permissions import Permission
from fairdue.reporting import aging as reporting
from fairdue.reporting.expected import DOUBTFUL, LATER, ExpectedRow, cash_expected, expected_items, week_days
from fairdue.reporting.figures import figures
from fairdue.reporting.scope import Scope
from fairdue.reporting.tables import chosen_weeks, week_word

reports = Resource("/reports", "reports")
RESOURCES = [reports]


class AgingOut(BaseModel):
    """Open amounts of one line by bucket; what is really owed is total less unapplied."""

    creditor: UUID | None
    creditor_name: str
    debtor: UUID | None
    debtor_name: str
    currency: str
    buckets: list[values.Amount]
    total: values.Amount
    overdue: values.Amount
    unapplied: values.Amount
    items: int
    oldest_due_on: date | None


class Aging(BaseModel):
    """The aging report; `buckets` names the columns."""

    as_of: date
    buckets: list[str]
    data: list[AgingOut]


class FiguresOut(BaseModel):
    """DSO, best possible DSO, average days delinquent and CEI of one currency; days as decimal strings."""

    currency: str
    ends_on: date
    months: int
    sales: values.Amount
    receivable: values.Amount
    overdue: values.Amount
    dso: str | None
    best_possible: str | None
    delinquent: str | None
    effectiveness: str | None


class FiguresList(BaseModel):
    """The figures, one row a currency."""

    data: list[FiguresOut]


class WeekOut(BaseModel):
    """What a week brings; its days are null for what comes later and what is doubtful."""

    currency: str
    week: str
    from_on: date | None
    to_on: date | None
    amount: values.Amount


class Weeks(BaseModel):
    """Cash expected by week from the day after `as_of`; the rows of a currency sum to what is open."""

    as_of: date
    data: list[WeekOut]


class ExpectedItemOut(BaseModel):
    """What of an item is expected on a day; `why`: promise, habit, due, doubtful or held."""

    item: UUID
    number: str
    creditor: UUID
    debtor: UUID
    due_on: date
    expected_on: date | None
    week: str
    why: str
    currency: str
    amount: values.Amount


type WeekWord = Literal[
    "", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "soon", "later", "doubtful"
]


@reports.get("/aging", Permission.REPORTS_VIEW, Aging)
def get_aging(
    call: Call, by: Literal["debtor", "creditor", "currency"] = "debtor", as_of: values.Day | None = None,
    recorded: values.Instant | None = None, creditor: UUID | None = None, debtor: UUID | None = None,
) -> Aging:  # fmt: skip
    """Get the aging of what was open on a day, as it was known at an instant; the largest overdue first."""
    scope = Scope(as_of or call.today, recorded, creditor, debtor)
    rows = reporting.aging(call.ctx, scope, by=by)
    data = [
        values.wire(
            AgingOut, row, row.currency, ("total", "overdue", "unapplied"),
            buckets=[values.amount(bucket, row.currency) for bucket in row.buckets],
        )
        for row in rows
    ]  # fmt: skip
    return Aging(as_of=scope.as_of, buckets=list(reporting.bucket_names(scope)), data=data)


def _days(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"


@reports.get("/figures", Permission.REPORTS_VIEW, FiguresList)
def get_figures(
    call: Call, as_of: values.Day | None = None, recorded: values.Instant | None = None, creditor: UUID | None = None
) -> FiguresList:
    """Get DSO, best possible DSO, days delinquent and CEI on a day."""
    rows = figures(call.ctx, Scope(as_of or call.today, recorded, creditor))
    return FiguresList(
        data=[
            values.wire(
                FiguresOut, row, row.currency, ("sales", "receivable", "overdue"), dso=_days(row.dso),
                best_possible=_days(row.best_possible), delinquent=_days(row.delinquent),
                effectiveness=_days(row.effectiveness),
            )
            for row in rows
        ]
    )  # fmt: skip


@reports.get("/expected", Permission.REPORTS_VIEW, Weeks)
def get_expected(
    call: Call, as_of: values.Day | None = None, recorded: values.Instant | None = None, creditor: UUID | None = None
) -> Weeks:
    """Get the cash expected in each of thirteen weeks, later, and what is doubtful."""
    scope = Scope(as_of or call.today, recorded, creditor)
    rows = []
    for currency, found in cash_expected(call.ctx, scope).items():
        for week, minor in (*enumerate(found.weeks), (LATER, found.later), (DOUBTFUL, found.doubtful)):
            first, last = week_days(scope.as_of, week) if week >= 0 else (None, None)
            amount = values.amount(minor, currency)
            rows.append(WeekOut(currency=currency, week=week_word(week), from_on=first, to_on=last, amount=amount))
    return Weeks(as_of=scope.as_of, data=rows)


def _expected(row: ExpectedRow) -> ExpectedItemOut:
    return ExpectedItemOut(
        item=row.item_id, number=row.number, creditor=row.creditor_id, debtor=row.debtor_id, due_on=row.due_on,
        expected_on=row.day if row.week != DOUBTFUL else None, week=week_word(row.week), why=row.why,
        currency=row.currency, amount=values.amount(row.amount, row.currency),
    )  # fmt: skip


@reports.get("/expected/items", Permission.REPORTS_VIEW, Page[ExpectedItemOut])
def list_expected_items(
    call: Call, week: WeekWord = "", currency: values.Currency | None = None, as_of: values.Day | None = None,
    recorded: values.Instant | None = None, creditor: UUID | None = None, cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
) -> Page[ExpectedItemOut]:  # fmt: skip
    """List the items behind the weeks of cash expected, by the day on which they are expected."""
    rows = expected_items(
        call.ctx, Scope(as_of or call.today, recorded, creditor), weeks=chosen_weeks(week), currency=currency,
        after=decode(cursor, date, UUID, int), limit=limit + 1,
    )  # fmt: skip
    return page(rows, limit, _expected, lambda row: row.key)
