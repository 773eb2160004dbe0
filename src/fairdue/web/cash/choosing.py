"""Find and match: choose items by hand, with the remainder in view until it is nothing or named."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from fairdue.cash import selectors
from fairdue.cash.services import Chosen, change
from fairdue.core.findings import RefusedError, refuse
from fairdue.core.matching import AdjustmentKind
from fairdue.core.money import decimal_of, minor_digits
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.receivables.services import propose_write_off
from fairdue.web.cash.reasons import REASON_WORDS
from fairdue.web.cash.shown import line_context, minor_of, today_of
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse, QueryDict

    from fairdue.cash.selectors import FoundItem, LineView

DIFFERENCES = (
    ("", "stays open"),
    ("discount", "is a discount"),
    ("bank_charge", "is a bank charge"),
    ("small_difference", "is written off"),
    ("ask", "is written off, if a second person agrees"),
    *((f"deduction.{code}", f"is contested: {words.lower()}") for code, words in REASON_WORDS.items()),
)
_MOST_CUSTOMERS = 8


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CASH_APPLY)
def find(request: HttpRequest, line: UUID) -> HttpResponse:
    """Show open items to choose from; a POST allocates the line to the chosen ones."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = selectors.line(ctx, line)
    if found is None:
        raise Http404
    if request.method == "POST":
        try:
            _apply(request, ctx, found)
        except RefusedError as refused:
            messages.error(request, " ".join(finding.message for finding in refused.findings))
        else:
            messages.success(request, f"{decimal_of(found.amount, found.currency):,} {found.currency} applied.")
            return redirect("web:cash")
    status = 422 if request.method == "POST" else 200
    return render(request, "web/cash/find.html", _context(request, ctx, found), status=status)


def _apply(request: HttpRequest, ctx: Any, line: LineView) -> None:
    """Allocate the line; where a colleague is asked, the write-off of what is lacking is proposed."""
    chosen, asked = _chosen(request, line)
    change(ctx, line=line.id, chosen=chosen, today=today_of(request), key=request.POST.get("key") or None)
    if asked is not None:
        item, gap = asked
        why = f"left of the payment of {line.payer_name or 'an unknown payer'}"
        propose_write_off(ctx, item=item.item, amount=gap, reason=why, today=today_of(request))
        messages.info(request, "A second person decides about the write-off under Approvals.")


def _context(request: HttpRequest, ctx: Any, line: LineView) -> dict[str, Any]:
    q = request.GET.get("q", "").replace("\0", "").strip()[:100]
    likely = [line.proposal.debtor_id] if line.proposal and line.proposal.debtor_id else []
    items = selectors.find_items(
        ctx, creditor=line.creditor_id, currency=line.currency, amount=line.amount, q=q, debtors=likely
    )
    proposed = {part.item: part.amount for part in line.proposal.parts} if line.proposal else {}
    customers = parties.search(ctx, q, creditor_id=line.creditor_id, limit=_MOST_CUSTOMERS) if q else []
    return {
        **line_context(line),
        "q": q,
        "rows": [
            _row(item, line, proposed, request.POST) for item in sorted(items, key=lambda one: one.id not in proposed)
        ],
        "difference": request.POST.get("difference", ""),
        "customers": customers,
        "differences": DIFFERENCES,
        "digits": minor_digits(line.currency),
        "key": uuid4(),
    }


def _row(item: FoundItem, line: LineView, proposed: dict[UUID, int], sent: QueryDict) -> dict[str, Any]:
    """Return an item as the table shows it: as a refused form was sent, else as it is proposed."""
    amount = proposed.get(item.id, min(item.residual, line.amount))
    ticked = str(item.id) in sent.getlist("item") if sent else item.id in proposed
    return {
        "item": item,
        "ticked": ticked,
        "amount": sent.get(f"amount-{item.id}") or str(decimal_of(amount, item.currency)),
        "residual": str(decimal_of(item.residual, item.currency)),
    }


def _chosen(request: HttpRequest, line: LineView) -> tuple[list[Chosen], tuple[Chosen, int] | None]:
    """Return the ticked items with their amounts, the gap of the largest one named; and what a colleague is asked."""
    chosen: list[Chosen] = []
    residuals: dict[UUID, int] = {}
    for one in request.POST.getlist("item"):
        amount = minor_of(request.POST.get(f"amount-{one}", ""), line.currency)
        if amount is None or amount == 0:
            raise refuse("cash.amount", "amount", "An amount could not be read; write it as 1500.00.")
        item = _uuid(one)
        chosen.append(Chosen(item, amount))
        residuals[item] = minor_of(request.POST.get(f"residual-{one}", ""), line.currency) or amount
    kind = request.POST.get("difference", "")
    if kind not in dict(DIFFERENCES):
        raise Http404
    gap = _gap(chosen, residuals)
    if kind and gap is not None:
        largest, left = gap
        reason = kind.partition("deduction.")[2]
        if reason:
            named = replace(largest, deduction=reason)
        else:
            named = (
                largest if kind == "ask" else replace(largest, adjustment=left, adjustment_kind=AdjustmentKind(kind))
            )
        chosen = [named if one is largest else one for one in chosen]
    return chosen, gap if kind == "ask" else None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Http404 from None


def _gap(chosen: list[Chosen], residuals: dict[UUID, int]) -> tuple[Chosen, int] | None:
    """Return the largest chosen item and what it lacks, None where it lacks nothing."""
    largest = max(chosen, key=lambda one: one.amount, default=None)
    left = residuals[largest.item] - largest.amount if largest else 0
    return (largest, left) if largest and left > 0 else None
