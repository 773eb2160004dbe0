"""Duplicates and merging: which records are probably one, side by side, and what a merge would keep."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.core.findings import RefusedError
from fairdue.core.parties.merge import Winner
from fairdue.foundation import clock
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.parties.services import decide_not_duplicate, merge_debtors
from fairdue.parties.services.merging import preview_merge
from fairdue.receivables import selectors as books
from fairdue.web import formats
from fairdue.web.choices import country_name, language_name
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from fairdue.core.parties.merge import FieldPlan
    from fairdue.parties.selectors import DebtorRow

SHOWN_PAIRS = 100
LABELS = {
    "name": "Name",
    "external_id": "Customer number",
    "country": "Country",
    "language": "Language",
    "payment_terms_days": "Payment terms, days",
    "parent_id": "Parent",
    "credit_limit_minor": "Credit limit",
    "addresses": "Addresses",
    "contacts": "Contacts",
    "identifiers": "Identifiers",
    "ibans": "Bank accounts",
}
_WORDS = {"country": country_name, "language": language_name}
CHOOSABLE = ("name", "country", "language", "payment_terms_days", "credit_limit_minor")


@require_safe
@needs(Permission.CUSTOMERS_VIEW)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Show pairs of customers that are probably one, the surest first."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    pairs = parties.duplicates(ctx, creditor_id=creditor_choice(request))
    shown = pairs[:SHOWN_PAIRS]
    rows = parties.debtors(ctx, {UUID(one) for pair in shown for one in (pair.left, pair.right)})
    context = {
        "pairs": [(pair, rows[UUID(pair.left)], rows[UUID(pair.right)]) for pair in shown],
        "total": len(pairs),
        "may_edit": ctx.may(Permission.CUSTOMERS_EDIT),
    }
    return render(request, "web/parties/duplicates.html", context)


@require_POST
@needs(Permission.CUSTOMERS_EDIT)
def refuse_pair(request: HttpRequest) -> HttpResponse:
    """Remember that two records are not the same."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    try:
        one, other = UUID(request.POST.get("one", "")), UUID(request.POST.get("other", ""))
    except ValueError:
        raise Http404 from None
    decide_not_duplicate(ctx, one=one, other=other, today=_today(request))
    messages.success(request, "Remembered: they are not the same. The pair will not come again.")
    return redirect("web:duplicates")


def _today(request: HttpRequest) -> Any:
    return clock.today(request.seat.timezone)  # type: ignore[attr-defined]


def _choices(asked: Mapping[str, str]) -> dict[str, str]:
    allowed = {Winner.SURVIVOR.value, Winner.MERGED.value}
    return {name: asked[name] for name in CHOOSABLE if asked.get(name) in allowed}


def _shown(plan: FieldPlan, keep: DebtorRow, gone: DebtorRow, names: Mapping[str, str]) -> dict[str, Any]:
    """Return a line of the preview: values in words, who wins, whether a person may choose."""

    def word(value: str, row: DebtorRow) -> str:
        if plan.field == "credit_limit_minor" and value:
            return formats.money_text(int(value), row.currency, get_language() or "en")
        return _WORDS[plan.field](value) if plan.field in _WORDS and value else names.get(value, value)

    return {
        "field": plan.field,
        "label": LABELS[plan.field],
        "ours": word(plan.survivor, keep),
        "theirs": word(plan.merged, gone),
        "winner": plan.winner.value,
        "reason": plan.reason,
        "choosable": plan.field in CHOOSABLE and bool(plan.survivor and plan.merged) and plan.survivor != plan.merged,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CUSTOMERS_EDIT)
def merge(request: HttpRequest, survivor: UUID, merged: UUID) -> HttpResponse:
    """Show what a merge keeps, field by field; a confirmed POST carries it out."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    rows = parties.debtors(ctx, [survivor, merged])
    if len(rows) < 2:  # noqa: PLR2004 - a pair
        raise Http404
    asked = request.POST if request.method == "POST" else request.GET
    choices = _choices(asked)
    findings: Any = ()
    lines: list[dict[str, Any]] = []
    try:
        if request.method == "POST":
            with transaction.atomic():
                merge_debtors(ctx, survivor=survivor, merged=merged, choices=choices, today=_today(request))
            messages.success(
                request, f"{rows[merged].name} ({rows[merged].external_id}) is merged; its number leads here."
            )
            return redirect("web:customer", survivor)
        plan = preview_merge(ctx, survivor=survivor, merged=merged, choices={k: Winner(v) for k, v in choices.items()})
        names = {str(row.id): row.name for row in parties.debtors(ctx, _parents(rows)).values()}
        findings = plan.findings
        lines = [_shown(field, rows[survivor], rows[merged], names) for field in plan.fields]
    except RefusedError as refused:
        findings = refused.findings
    items = books.items(ctx, debtors=[merged], only_open=True)
    context = {
        "keep": rows[survivor], "gone": rows[merged], "lines": lines, "findings": findings, "items": len(items),
        "open": _sums(items), "refused": not lines,
    }  # fmt: skip
    return render(request, "web/parties/merge.html", context, status=409 if not lines else 200)


def _parents(rows: Mapping[UUID, DebtorRow]) -> list[UUID]:
    return [row.parent_id for row in rows.values() if row.parent_id]


def _sums(items: Any) -> dict[str, int]:
    sums: dict[str, int] = {}
    for item in items:
        sums[item.currency] = sums.get(item.currency, 0) + item.residual
    return sums
