"""Remittance advices: bring them in, see what they say, and to which payment they belong."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fairdue.cash.formats.remittance.written import MOST_BYTES
from fairdue.cash.remittances import selectors
from fairdue.cash.remittances.importing import import_remittances, link_remittance
from fairdue.core.findings import Finding, RefusedError, Severity, refuse
from fairdue.core.money import CURRENCIES
from fairdue.foundation.files import store
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.web.cash.shown import today_of
from fairdue.web.creditors import creditor_choices
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

STATES = {
    "waiting": ("Waits for its payment", "attention"),
    "linked": ("Linked", "done"),
    "set_aside": ("Set aside", ""),
}
LINKS = {"reference": "by its reference", "payer": "by payer, amount and day", "person": "by hand"}
SPEC = ListSpec(
    sorts=("imported",), descending=True,
    filters=(
        Filter("q", "Payer, reference or document", kind="search"),
        Filter("state", "State", tuple((code, word) for code, (word, _) in STATES.items())),
    ),
)  # fmt: skip


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CASH_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """List the advices, newest first; a POST brings a file in."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    findings: tuple[Finding, ...] = ()
    if request.method == "POST":
        if not ctx.may(Permission.CASH_APPLY):
            raise refuse("permission.missing", "", "You may look at advices, but not import them.")
        try:
            with transaction.atomic():
                made = _imported(request, ctx)
        except RefusedError as refused:
            findings = refused.findings
        else:
            return redirect("web:cash_remittance", made[0]) if len(made) == 1 else redirect("web:cash_remittances")
    state = read_state(request, SPEC)
    rows = selectors.remittances(
        ctx, creditor=creditor_choice(request), state=state.filters.get("state", ""), q=state.filters.get("q", ""),
        after=_after(state.cursor), limit=PAGE_SIZE + 1,
    )  # fmt: skip
    shown = rows[:PAGE_SIZE]
    following = (shown[-1].imported_at.isoformat(), str(shown[-1].id)) if len(rows) > PAGE_SIZE else None
    context = {
        "state": state,
        "page": Page([{"row": row, "word": STATES[row.state], "currency": _currency(row)} for row in shown], following),
        "filtered": bool(state.filters),
        "findings": findings,
        "creditors": creditor_choices(ctx),
        "creditor": str(creditor_choice(request) or request.POST.get("creditor", "")),
        "may": ctx.may(Permission.CASH_APPLY),
    }
    return render(request, "web/cash/remittances.html", context, status=422 if findings else 200)


def _currency(row: selectors.RemittanceRow) -> str:
    """Return a currency to show amounts in; a file that names none has hundredths."""
    return row.currency if row.currency in CURRENCIES else "EUR"


def _after(cursor: tuple[Any, ...] | None) -> tuple[datetime, UUID] | None:
    try:
        return (datetime.fromisoformat(str(cursor[0])), UUID(str(cursor[1]))) if cursor else None
    except (ValueError, IndexError):
        return None


def _imported(request: HttpRequest, ctx: Any) -> list[UUID]:
    sent = request.FILES.get("upload")
    if sent is None or sent.size is None:
        raise refuse("file.missing", "upload", "Choose a file first.")
    if sent.size > MOST_BYTES:
        raise refuse("file.too_large", "upload", "The file is larger than 25 MB.")
    choices = [code for code, _ in creditor_choices(ctx)]
    chosen = request.POST.get("creditor") or str(creditor_choice(request) or "")
    creditor = chosen if chosen in choices else choices[0] if len(choices) == 1 else ""
    if not creditor:
        raise refuse("creditor.missing", "creditor", "Say which client the advice was sent to.")
    stored = store(ctx, content=sent.read(), name=(sent.name or "advice")[:200], media_type="application/octet-stream")
    made = import_remittances(ctx, file=UUID(str(stored.id)), creditor=UUID(creditor), today=today_of(request))
    messages.success(request, "Advice imported." if len(made) == 1 else f"{len(made)} advices imported.")
    return made


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CASH_VIEW)
def show(request: HttpRequest, remittance: UUID) -> HttpResponse:
    """Show an advice with its documents and its payment; a POST links it or takes the link away."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    view = selectors.remittance(ctx, remittance)
    if view is None:
        raise Http404
    if request.method == "POST":
        return _linked(request, ctx, remittance)
    row = view.row
    may = ctx.may(Permission.CASH_APPLY)
    context = {
        "view": view,
        "row": row,
        "word": STATES[row.state],
        "link": LINKS.get(row.link, ""),
        "currency": _currency(row),
        "found": [Finding(one["code"], one["path"], one["message"], Severity(one["severity"])) for one in row.findings],
        "may": may,
        "choices": selectors.may_pay(ctx, row) if may and row.line_id is None else [],
    }
    return render(request, "web/cash/remittance.html", context)


def _linked(request: HttpRequest, ctx: Any, remittance: UUID) -> HttpResponse:
    chosen = request.POST.get("line", "")
    try:
        line = UUID(chosen) if chosen else None
    except ValueError:
        raise Http404 from None
    try:
        link_remittance(ctx, remittance=remittance, line=line, today=today_of(request))
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    else:
        messages.success(request, "Linked; the payment was matched anew." if line else "The link was taken away.")
    return redirect("web:cash_remittance", remittance)
