"""Each report as a table: the same for the command line, the screens and the API."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.receivables.selectors import trial_balance
from fairdue.reporting.aging import AgingRow, ItemFilter, aging, bucket_names, open_items, top_debtors
from fairdue.reporting.expected import DOUBTFUL, LATER, SOON, WEEKS, WHY, cash_expected, expected_items, week_days
from fairdue.reporting.exports import Cell, Table, about, money
from fairdue.reporting.figures import MONTHS, Figures, days_late, figures, promises_kept
from fairdue.reporting.ledger import journal, kind_word
from fairdue.reporting.scope import Scope

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairdue.foundation.context import Ctx


def aging_table(ctx: Ctx, scope: Scope, *, by: str = "debtor", rows: list[AgingRow] | None = None) -> Table:
    """Return the aging by debtor, creditor or currency."""
    found = aging(ctx, scope, by=by) if rows is None else rows
    heads = {"debtor": ("Creditor", "Customer"), "creditor": ("Creditor",), "currency": ()}[by]
    columns = (*heads, "Currency", *bucket_names(scope), "Total", "Overdue", "Unapplied", "Oldest due")

    def line(row: AgingRow) -> list[Cell]:
        names = [row.creditor_name, row.debtor_name][: len(heads)]
        amounts = (*row.buckets, row.total, row.overdue, row.unapplied)
        return [*names, row.currency, *(money(one, row.currency) for one in amounts), row.oldest_due_on]

    return Table("aging", about(scope.as_of, scope.recorded, by=by), columns, [line(row) for row in found])


def top_table(ctx: Ctx, scope: Scope) -> Table:
    """Return the debtors with the most overdue."""
    return aging_table(ctx, scope, rows=top_debtors(ctx, scope))


def open_items_table(ctx: Ctx, scope: Scope, chosen: ItemFilter | None = None) -> Table:
    """Return every item open on the day."""
    columns = ("Creditor", "Customer", "Number", "Kind", "Issued", "Due", "Days late", "Currency", "Amount", "Open")
    rows: list[list[Cell]] = [
        [row.creditor_name, row.debtor_name, row.number, row.kind, row.issued_on, row.due_on,
         row.days_past_due(scope.as_of), row.currency, money(row.amount, row.currency), money(row.open, row.currency)]
        for row in open_items(ctx, scope, chosen, limit=None)
    ]  # fmt: skip
    return Table("open-items", about(scope.as_of, scope.recorded), columns, rows)


def arrears_table(ctx: Ctx, scope: Scope) -> Table:
    """Return every overdue item."""
    table = open_items_table(ctx, scope, ItemFilter(due_to=scope.ago(1)))
    return Table("arrears", table.about, table.columns, table.rows)


def dso_table(ctx: Ctx, scope: Scope) -> Table:
    """Return DSO, best possible DSO, ADD, count-back DSO and days late of what was paid, per currency."""
    late = days_late(ctx, scope)
    columns = (
        "Currency", "Months", "Days", "Receivable", "Not due", "Sales", "DSO", "Best possible DSO", "ADD",
        "Countback DSO", "Countback complete", "Days late of paid",
    )  # fmt: skip

    def line(row: Figures) -> list[Cell]:
        amounts = (money(one, row.currency) for one in (row.receivable, row.not_due, row.sales))
        complete = "yes" if row.countback.complete else "no"
        return [row.currency, row.months, row.days, *amounts, row.dso, row.best_possible, row.delinquent,
                row.countback.days, complete, late.get(row.currency)]  # fmt: skip

    formula = "receivable / sales x days; best possible: not due / sales x days; ADD: the difference"
    return Table(
        "dso", about(scope.as_of, scope.recorded, formula=formula), columns, [line(row) for row in figures(ctx, scope)]
    )


def cei_table(ctx: Ctx, scope: Scope) -> Table:
    """Return the collection effectiveness index with its parts and N, per currency."""
    columns = ("Currency", "N", "Beginning", "Sales", "Ending", "Ending current", "CEI")
    rows: list[list[Cell]] = [
        [row.currency, row.months,
         *(money(one, row.currency) for one in (row.beginning, row.sales, row.receivable, row.not_due)),
         row.effectiveness]
        for row in figures(ctx, scope)
    ]  # fmt: skip
    formula = f"(beginning + sales / N - ending) / (beginning + sales / N - ending current) x 100, N = {MONTHS}"
    return Table("cei", about(scope.as_of, scope.recorded, formula=formula), columns, rows)


def expected_table(ctx: Ctx, scope: Scope) -> Table:
    """Return the cash expected in each of thirteen weeks, later, and what is doubtful, per currency."""
    rows: list[list[Cell]] = []
    for currency, found in cash_expected(ctx, scope).items():
        for week, amount in enumerate(found.weeks):
            rows.append([currency, week_word(week), *week_days(scope.as_of, week), money(amount, currency)])
        rows.append([currency, "later", None, None, money(found.later, currency)])
        rows.append([currency, "doubtful", None, None, money(found.doubtful, currency)])
    columns = ("Currency", "Week", "From", "To", "Expected")
    return Table("expected", about(scope.as_of, scope.recorded), columns, rows)


def week_word(week: int) -> str:
    """Return a week as the reports name it: week 1, later, doubtful."""
    return {LATER: "later", DOUBTFUL: "doubtful"}.get(week, f"week {week + 1}")


def chosen_weeks(word: str) -> tuple[int, ...] | None:
    """Return the weeks that a word asks for: 1 to 13, soon (the first four), later, doubtful; None for all."""
    if word.isdecimal() and 1 <= int(word) <= WEEKS:
        return (int(word) - 1,)
    return {"soon": tuple(range(SOON)), "later": (LATER,), "doubtful": (DOUBTFUL,)}.get(word)


def expected_items_table(
    ctx: Ctx, scope: Scope, weeks: tuple[int, ...] | None = None, currency: str | None = None
) -> Table:
    """Return the items behind the weeks of cash expected, each with what its day rests on."""
    columns = ("Creditor", "Customer", "Number", "Due", "Expected on", "Week", "Because", "Currency", "Expected")
    rows: list[list[Cell]] = [
        [row.creditor_name, row.debtor_name, row.number, row.due_on, row.day if row.week != DOUBTFUL else None,
         week_word(row.week), WHY[row.why], row.currency, money(row.amount, row.currency)]
        for row in expected_items(ctx, scope, weeks=weeks, currency=currency, limit=None)
    ]  # fmt: skip
    return Table("expected-items", about(scope.as_of, scope.recorded), columns, rows)


def promises_table(ctx: Ctx, scope: Scope) -> Table:
    """Return promises due in the last ninety days and kept, per currency."""
    columns = ("Currency", "Due", "Kept", "Due amount", "Kept amount", "Kept %", "Kept % by value")
    rows: list[list[Cell]] = [
        [currency, found.due, found.kept, money(found.due_amount, currency), money(found.kept_amount, currency),
         found.by_count, found.by_value]
        for currency, found in promises_kept(ctx, scope).items()
    ]  # fmt: skip
    return Table("promises", about(scope.as_of, scope.recorded), columns, rows)


def trial_balance_table(ctx: Ctx, scope: Scope, currency: str) -> Table:
    """Return the trial balance of the scope's creditor in the currency of its books, with the total line."""
    creditor = _one_creditor(scope)
    found = trial_balance(ctx, creditor=creditor, as_of=scope.as_of, recorded=scope.recorded)
    rows: list[list[Cell]] = [
        [row.code, row.name, row.kind, *(money(one, currency) for one in (row.debit, row.credit, row.balance))]
        for row in found
    ]
    sums = [sum(row.debit for row in found), sum(row.credit for row in found), sum(row.balance for row in found)]
    rows.append(["Total", "", "", *(money(one, currency) for one in sums)])
    columns = ("Code", "Account", "Kind", "Debit", "Credit", "Balance")
    return Table("trial-balance", about(scope.as_of, scope.recorded, currency=currency), columns, rows)


def journal_table(ctx: Ctx, scope: Scope, from_on: date, currency: str) -> Table:
    """Return the journal of the scope's creditor from a day on; `currency` is that of its books."""
    _one_creditor(scope)
    columns = ("Booked", "Kind", "Text", "Account", "Name", "Customer", "Currency", "Debit", "Credit", "In books")
    rows: list[list[Cell]] = [
        [
            row.booked_on, kind_word(row.kind), row.text, row.account_code, row.account_name,
            row.debtor_name or "", row.currency, money(row.amount, row.currency) if row.amount > 0 else None,
            money(-row.amount, row.currency) if row.amount < 0 else None, money(row.functional, currency),
        ]
        for row in journal(ctx, scope, from_on=from_on, limit=None)
    ]  # fmt: skip
    named = (*about(scope.as_of, scope.recorded), ("from", from_on.isoformat()), ("books_in", currency))
    return Table("journal", named, columns, rows)


def _one_creditor(scope: Scope) -> UUID:
    if scope.creditor is None:
        raise refuse("report.creditor", "creditor", "Books belong to one creditor: name it.")
    return scope.creditor


SIMPLE: dict[str, Callable[[Ctx, Scope], Table]] = {
    "aging": aging_table,
    "top": top_table,
    "open-items": open_items_table,
    "arrears": arrears_table,
    "dso": dso_table,
    "cei": cei_table,
    "expected": expected_table,
    "expected-items": expected_items_table,
    "promises": promises_table,
}
"""Reports that need nothing but a scope."""
