"""Reports: aging and the figures of collection, on both axes."""

from datetime import date
from decimal import Decimal
from typing import Literal
from uuid import UUID

from pydantic import BaseModel

from fairdue.api import values
from fairdue.api.routing import Call, Resource
from fairdue.foundation.permissions import Permission
from fairdue.reporting import aging as reporting
from fairdue.reporting.figures import figures
from fairdue.reporting.scope import Scope

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
