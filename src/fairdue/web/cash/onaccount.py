"""Money on account: what is proposed of it, what lies there, and what should go back."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.cash.account import selectors as account
from fairdue.cash.account.uses import accept_use, refuse_use, reverse_use
from fairdue.cash.refunding import selectors
from fairdue.cash.refunding.ordering import to_order
from fairdue.cash.refunding.tasks import dismiss_refund, name_agent, open_refund, propose_refund
from fairdue.core.findings import RefusedError, Severity
from fairdue.core.returned import reason_of
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.web.cash.shown import minor_of, sureness, today_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs
from fairdue.web.typed import refused_back

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fairdue.cash.refunding.checks import Checked

STATES = {
    "open": ("To decide", "attention"), "proposed": ("Waits for approval", "accent"), "paid": ("Paid back", "done"),
    "dismissed": ("Stays", ""),
}  # fmt: skip
KINDS = {"duplicate": "Paid twice", "overpayment": "Paid too much", "other": "Other"}
STATUSES = {
    "ACCP": "Accepted", "ACCC": "Credited to the customer's account", "ACSC": "Settled", "ACSP": "Accepted",
    "ACTC": "Accepted", "ACFC": "Accepted", "ACWC": "Accepted with a change", "PART": "Accepted in part",
    "PDNG": "Not decided yet", "RCVD": "Received", "RJCT": "Refused", "CANC": "Cancelled",
}  # fmt: skip
"""What a status of a pain.002 file means (ISO 20022, ExternalPaymentTransactionStatus1Code)."""
ANSWERED = {"PDNG": ("Ordered, not decided yet", "accent"), "RCVD": ("Ordered, received", "accent")} | dict.fromkeys(
    ("ACCP", "ACCC", "ACSC", "ACSP", "ACTC", "ACFC", "ACWC"), ("Taken by the bank", "done")
)
_SHOWN = 100
REFUNDS = ListSpec(
    sorts=("opened",), descending=True, filters=(Filter("state", "State", tuple((k, v[0]) for k, v in STATES.items())),)
)


@require_safe
@needs(Permission.CASH_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show what money on account is proposed for, what was applied lately, and all that lies there."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    creditor = creditor_choice(request)
    context = {
        "proposed": [(row, sureness(row.confidence)) for row in account.uses(ctx, creditor=creditor, limit=_SHOWN)],
        "applied": account.uses(ctx, creditor=creditor, states=("accepted",), limit=20),
        "rows": account.on_account(ctx, creditor=creditor, limit=_SHOWN), "key": uuid4(),
        "may": ctx.may(Permission.CASH_APPLY), "may_refund": ctx.may(Permission.REFUND_PROPOSE),
    }  # fmt: skip
    return render(request, "web/cash/on_account.html", context)


@require_POST
@needs(Permission.CASH_APPLY)
def use(request: HttpRequest, use: UUID) -> HttpResponse:
    """Accept, refuse or take back one use of money on account."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today, key = today_of(request), request.POST.get("key") or None
    try:
        match request.POST.get("do"):
            case "accept":
                accept_use(ctx, use=use, today=today, key=key)
                messages.success(request, "Applied. It can be taken back on this page.")
            case "refuse":
                refuse_use(ctx, use=use, today=today)
                messages.success(request, "It stays on account; these items are not proposed for it again.")
            case "reverse":
                reverse_use(ctx, use=use, reason=request.POST.get("reason", ""), today=today)
                messages.success(request, "Taken back by a reversal. The money is on account again.")
            case _:
                raise Http404
    except RefusedError as refused:
        return refused_back(request, refused, "web:cash_account")
    return redirect("web:cash_account")


@require_POST
@needs(Permission.REFUND_PROPOSE)
def start(request: HttpRequest, credit: UUID) -> HttpResponse:
    """Open the task to pay money on account back."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    amount = minor_of(request.POST.get("amount", ""), request.POST.get("currency", "EUR"))
    try:
        made = open_refund(
            ctx, credit=credit, amount=amount or 0, reason=request.POST.get("reason", ""), today=today_of(request)
        )
    except RefusedError as refused:
        return refused_back(request, refused, "web:cash_account")
    return redirect("web:cash_refund", made)


@require_safe
@needs(Permission.CASH_VIEW)
def refunds(request: HttpRequest) -> HttpResponse:
    """List refunds, those that wait first."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    state = read_state(request, REFUNDS)
    chosen = state.filters.get("state", "")
    rows = selectors.refunds(
        ctx, creditor=creditor_choice(request), states=(chosen,) if chosen else (), after=_after(state.cursor),
        limit=PAGE_SIZE + 1,
    )  # fmt: skip
    page = rows[:PAGE_SIZE]
    closed, at, last = page[-1].key if page else (0, None, None)
    following = (closed, str(at), str(last)) if len(rows) > PAGE_SIZE else None
    shown = [{"row": row, "state": state_of(row), "kind": KINDS[row.kind]} for row in page]
    orders = to_order(ctx, creditor_choice(request)) if ctx.may(Permission.CASH_APPLY) else []
    context = {"rows": shown, "orders": orders, "state": state, "page": Page(page, following),
               "may_apply": ctx.may(Permission.CASH_APPLY)}  # fmt: skip
    return render(request, "web/cash/refunds.html", context)


def _after(cursor: tuple[Any, ...] | None) -> selectors.Key | None:
    """Return where the page begins; a cursor that is no such key is the first page."""
    try:
        closed, at, last = cursor or ()
        found = int(bool(closed)), datetime.fromisoformat(str(at)), UUID(str(last))
    except ValueError:
        return None
    return found if found[1].tzinfo else None


def state_of(row: selectors.RefundRow) -> tuple[str, str]:
    """Return the state in words with its tone: with what the bank has said of the order."""
    if row.state == "open" and row.bank_words:
        return "The bank refused it", "danger"
    if row.state != "paid":
        return STATES[row.state]
    if not row.ordered:
        return "Approved, to be ordered", "attention"
    return ANSWERED.get(row.bank_status, ("Ordered", "accent"))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CASH_VIEW)
def refund(request: HttpRequest, refund: UUID) -> HttpResponse:
    """Show a refund with what speaks against each account; propose it or let the money stay."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = selectors.refunds(ctx, refund=refund)
    if not found:
        raise Http404
    row = found[0]
    if request.method == "POST":
        return _decide(request, ctx, row)
    waits = row.state in {"open", "proposed"}
    context = {
        "row": row, "state": state_of(row), "kind": KINDS[row.kind], "key": uuid4(),
        "answers": [(one, STATUSES.get(one.status, one.status), reason_of(one.code).words if one.code else "")
                    for one in selectors.answers(ctx, refund=refund)],
        "foreign": row.currency != "EUR",
        "may_name": row.currency != "EUR" and row.state == "paid" and not row.ordered
        and ctx.may(Permission.REFUND_PROPOSE),
        "accounts": [_account(one) for one in selectors.against(ctx, row, today_of(request))] if waits else [],
        "may": waits and ctx.may(Permission.REFUND_PROPOSE),
    }  # fmt: skip
    return render(request, "web/cash/refund.html", context)


def _account(one: Checked) -> dict[str, Any]:
    blocked = any(finding.severity is Severity.ERROR for finding in one.findings)
    plain = tuple(replace(finding, path="") for finding in one.findings)  # they stand under the account they are about
    return {"account": one.account, "findings": plain, "blocked": blocked}


def _decide(request: HttpRequest, ctx: Any, row: selectors.RefundRow) -> HttpResponse:
    post, today = request.POST, today_of(request)
    try:
        match post.get("do"):
            case "propose":
                propose_refund(
                    ctx, credit=row.credit_id, amount=row.amount, reason=row.reason, today=today,
                    account=UUID(post["account"]), agent=post.get("agent", ""), key=post.get("key") or None,
                )  # fmt: skip
                messages.success(request, "A second person decides under Approvals; the checks run again then.")
            case "agent":
                name_agent(ctx, refund=row.id, agent=post.get("agent", ""), today=today)
                messages.success(request, "The bank of the account is noted; the refund can be ordered.")
            case "dismiss":
                dismiss_refund(ctx, refund=row.id, reason=post.get("reason", ""), today=today)
                messages.success(request, "The money stays where it is.")
            case _:
                raise Http404
    except ValueError:
        raise Http404 from None
    except RefusedError as refused:
        return refused_back(request, refused, "web:cash_refund", row.id)
    return redirect("web:cash_refund", row.id)
