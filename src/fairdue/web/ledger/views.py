"""Trial balance, accounts, entries and months. Nothing is changed here: corrections are reversals."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from fairdue.core.findings import RefusedError
from fairdue.foundation import clock
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.receivables import journal, selectors
from fairdue.receivables.services import close_period, reopen_period
from fairdue.reporting.ledger import kind_word
from fairdue.web.lists import PAGE_SIZE, ListSpec, ListState, Page, read_state
from fairdue.web.panels import render_panel
from fairdue.web.permit import needs
from fairdue.web.shell import read_as_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

    from fairdue.parties.selectors import CreditorRow
    from fairdue.receivables.selectors import TrialBalanceRow

KINDS = (("asset", "Assets"), ("liability", "Liabilities"), ("income", "Income"), ("expense", "Expenses"))
SPEC = ListSpec(sorts=("booked",), descending=True)


def _today(request: HttpRequest) -> date:
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]


def _books(request: HttpRequest) -> tuple[list[CreditorRow], CreditorRow | None]:
    """Return the creditors and the one whose books are shown: of the URL, else of the switch, else the first."""
    known = parties.creditors(request.ctx)  # type: ignore[attr-defined]
    wanted = request.GET.get("creditor", "") or str(creditor_choice(request) or "")
    chosen = next((row for row in known if str(row.id) == wanted), known[0] if known else None)
    return known, chosen


@require_safe
@needs(Permission.LEDGER_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the trial balance of one client's books."""
    known, books = _books(request)
    as_of = read_as_of(request, _today(request))
    rows = selectors.trial_balance(request.ctx, creditor=books.id, as_of=as_of) if books else []  # type: ignore[attr-defined]
    context = {
        "creditors": known,
        "books": books,
        "as_of": as_of,
        "groups": [(title, [row for row in rows if row.kind == kind]) for kind, title in KINDS],
        "debit": sum(row.debit for row in rows),
        "credit": sum(row.credit for row in rows),
        "balance": sum(row.balance for row in rows),
        "moved": any(row.debit or row.credit for row in rows),
        "profit": _result(rows),
    }
    return render(request, "web/ledger/index.html", context)


def _result(rows: list[TrialBalanceRow]) -> int:
    """Return income less expenses, minor units of the books: what the year has earned so far."""
    return -sum(row.balance for row in rows if row.kind in {"income", "expense"})


@require_safe
@needs(Permission.LEDGER_VIEW)
def account(request: HttpRequest, account: UUID) -> HttpResponse:
    """Show the lines of one account, newest first."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = journal.account(ctx, account)
    if found is None:
        raise Http404("There is no such account.")
    as_of, state = read_as_of(request, _today(request)), read_state(request, SPEC)
    rows = journal.account_lines(ctx, account=account, as_of=as_of, after=_cursor(state), limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    following = (shown[-1].booked_on.isoformat(), str(shown[-1].id)) if len(rows) > PAGE_SIZE else None
    balance = next(
        row
        for row in selectors.trial_balance(ctx, creditor=found.creditor_id, as_of=as_of)
        if row.account_id == account
    )
    context = {
        "account": found,
        "books": parties.creditor(ctx, found.creditor_id),
        "state": state,
        "page": Page(shown, next_cursor=following),
        "balance": balance,
    }
    return render(request, "web/ledger/account.html", context)


def _cursor(state: ListState) -> tuple[date, UUID] | None:
    try:
        day, line = state.cursor or ()
        return date.fromisoformat(str(day)), UUID(str(line))
    except ValueError:
        return None


@require_safe
@needs(Permission.LEDGER_VIEW)
def entry(request: HttpRequest, entry: UUID) -> HttpResponse:
    """Show one entry: both sides, what it books, and its reversal if there is one."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = journal.entry(ctx, entry)
    if found is None:
        raise Http404("There is no such entry.")
    context = {
        "entry": found,
        "books": parties.creditor(ctx, found.creditor_id),
        "kind": kind_word(found.kind),
        "item": next(iter(selectors.items(ctx, ids=[found.source_id])), None) if found.source_id else None,
        "may_audit": ctx.may(Permission.AUDIT_VIEW),
    }
    return render_panel(request, "web/ledger/entry.html", "web/ledger/entry_panel.html", context)


@require_safe
@needs(Permission.LEDGER_VIEW)
def months(request: HttpRequest) -> HttpResponse:
    """Show the months of one client's books and whether they are closed."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    known, books = _books(request)
    rows = journal.months(ctx, creditor=books.id) if books else []
    names = actor_names(ctx, {row.closed_by for row in rows if row.closed_by})
    context = {
        "creditors": known,
        "books": books,
        "rows": [(row, names.get(row.closed_by, "")) for row in rows],
        "may_close": ctx.may(Permission.PERIOD_CLOSE),
        "this_month": _today(request).replace(day=1),
    }
    return render(request, "web/ledger/months.html", context)


@require_POST
@needs(Permission.PERIOD_CLOSE)
def close(request: HttpRequest) -> HttpResponse:
    """Close a month: from then on the database refuses entries into it."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today = _today(request)
    return _turn(request, "closed", lambda books, month: close_period(ctx, creditor=books, month=month, today=today))


@require_POST
@needs(Permission.PERIOD_CLOSE)
def reopen(request: HttpRequest) -> HttpResponse:
    """Open a closed month again; the reason is a fact."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today, reason = _today(request), request.POST.get("reason", "")
    return _turn(
        request, "open again",
        lambda books, month: reopen_period(ctx, creditor=books, month=month, reason=reason, today=today),
    )  # fmt: skip


def _turn(request: HttpRequest, done: str, command: Callable[[UUID, date], object]) -> HttpResponse:
    """Run a command on the month of the form and say how it went."""
    try:
        books, month = UUID(request.POST.get("creditor", "")), date.fromisoformat(request.POST.get("month", ""))
    except ValueError:
        raise Http404("There is no such month.") from None
    if parties.creditor(request.ctx, books) is None:  # type: ignore[attr-defined]
        raise Http404("There is no such client.")
    try:
        command(books, month)
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    else:
        messages.success(request, f"{month:%B %Y} is {done}.")
    response = redirect("web:ledger_months")
    response["Location"] += f"?creditor={books}"
    return response
