"""`fairdue report aging|dso|cei|arrears ...`: the reports of the product as table, CSV, XLSX or JSON.

Exit 0 done, 1 refused with findings, 2 usage.
"""

from __future__ import annotations

import sys
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from fairdue.cli import base
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    import argparse

    from fairdue.foundation.context import Ctx
    from fairdue.reporting.exports import Table
    from fairdue.reporting.scope import Scope

REPORTS = {
    "aging": "open amounts by days past due",
    "top": "customers with the most overdue",
    "open-items": "every open item",
    "arrears": "every overdue item",
    "dso": "DSO, best possible DSO, ADD, count-back DSO",
    "cei": "collection effectiveness index with N",
    "expected": "cash expected in the coming thirteen weeks",
    "expected-items": "the items behind the weeks of cash expected",
    "promises": "promises due and kept",
    "trial-balance": "accounts of a creditor's books",
    "journal": "entries of a creditor's books",
}

WEEK_WORDS = [*(str(week) for week in range(1, 14)), "soon", "later", "doubtful"]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `report` with its reports to the command line."""
    parser = subparsers.add_parser("report", help="aging, DSO, CEI, arrears and other reports")
    reports = parser.add_subparsers(dest="report", required=True, metavar="REPORT")
    for name, words in REPORTS.items():
        report = reports.add_parser(name, help=words, description=words)
        base.add_scope(report)
        report.add_argument("--as-of", type=date.fromisoformat, help="the business date, by default --today")
        report.add_argument("--recorded", type=_instant, help="as known at this instant (ISO 8601 with offset)")
        report.add_argument("--format", choices=["table", "csv", "xlsx", "json"], help="by default table")
        report.add_argument("--out", metavar="FILE", help="write to a file; needed for xlsx on a terminal")
        if name == "aging":
            report.add_argument("--by", choices=["debtor", "creditor", "currency"], default="debtor")
        if name == "expected-items":
            report.add_argument("--week", choices=WEEK_WORDS, metavar="WEEK", help=f"one of {', '.join(WEEK_WORDS)}")
        if name == "journal":
            report.add_argument("--from", dest="from_on", type=date.fromisoformat, help="first day booked")
        report.set_defaults(run=run)


def _instant(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError(text)
    return found


def run(args: argparse.Namespace) -> int:
    """Write the report that the arguments name."""
    with base.tenant_scope(args) as ctx:
        from fairdue.reporting.exports import Format, written
        from fairdue.reporting.scope import Scope

        as_of = args.as_of or base.business_date(args, ctx)
        table = _table(args, ctx, Scope(as_of, args.recorded, base.creditor_of(args, ctx)))
        content = written(table, Format(args.format or ("json" if args.json else "table")))
    if args.out:
        Path(args.out).write_bytes(content)
        return 0
    if args.format == "xlsx" and sys.stdout.isatty():
        raise refuse("report.terminal", "--out", "A workbook cannot be shown on a terminal: name a file.")
    sys.stdout.buffer.write(content)
    return 0


def _table(args: argparse.Namespace, ctx: Ctx, scope: Scope) -> Table:
    from fairdue.reporting import tables

    if args.report == "aging":
        return tables.aging_table(ctx, scope, by=args.by)
    if args.report == "expected-items":
        return tables.expected_items_table(ctx, scope, tables.chosen_weeks(args.week or ""))
    if args.report == "trial-balance":
        return tables.trial_balance_table(ctx, scope, _books_currency(ctx, scope))
    if args.report == "journal":
        return tables.journal_table(ctx, scope, args.from_on or scope.as_of.replace(day=1), _books_currency(ctx, scope))
    return tables.SIMPLE[args.report](ctx, scope)


def _books_currency(ctx: Ctx, scope: Scope) -> str:
    """Return the currency of the books of the scope's creditor."""
    from fairdue.parties.selectors import creditor

    if scope.creditor is None:
        raise refuse("report.creditor", "--creditor", "Books belong to one creditor: name it with --creditor.")
    row = creditor(ctx, scope.creditor)
    assert row is not None
    return row.currency
