"""Further documents from the screens: correct, cancel, prepay, settle, collect, repeat, pro forma, void a number."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fairdue.core.findings import RefusedError
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors, services
from fairdue.invoicing.registers import plan_key
from fairdue.web.bulk import Preview
from fairdue.web.creditors import names
from fairdue.web.invoicing.invoice import parse_day
from fairdue.web.invoicing.lists import tabs, today_of
from fairdue.web.lists import PAGE_SIZE, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

LONGEST_REASON = 300
PLANS = ListSpec(sorts=("next",))


def _done(request: HttpRequest, deed: Callable[[Any], UUID], fine: str, *back: Any) -> HttpResponse:
    """Do one deed and go to what came of it; a refusal is told where one came from."""
    try:
        made = deed(request.ctx)  # type: ignore[attr-defined]
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
        return redirect(*back)
    return redirect(fine, made)


def once(request: HttpRequest, *asked: str) -> str | None:
    """Return the idempotency key of a form: two clicks make one draft; what is asked otherwise is another deed."""
    token = request.POST.get("key", "")[:40]
    return f"{token}:{sha256(chr(0).join(asked).encode()).hexdigest()[:16]}" if token else None


def _reason(request: HttpRequest) -> str:
    return request.POST.get("reason", "").strip()[:LONGEST_REASON]


@require_POST
@needs(Permission.INVOICES_DRAFT)
def correct(request: HttpRequest, invoice: UUID) -> HttpResponse:
    """Draft the corrected invoice that will replace this one."""
    reason, today = _reason(request), today_of(request)
    return _done(
        request,
        lambda ctx: services.draft_correction(
            ctx, invoice=invoice, reason=reason, today=today, key=once(request, "correct", reason)
        ),
        "web:draft", "web:invoice", invoice,
    )  # fmt: skip


@require_POST
@needs(Permission.INVOICES_ISSUE)
def cancel(request: HttpRequest, invoice: UUID) -> HttpResponse:
    """Take back the whole invoice by a credit note; its orders may be billed again."""
    reason, today, key = _reason(request), today_of(request), request.POST.get("key") or None
    return _done(
        request,
        lambda ctx: services.cancel_invoice(ctx, invoice=invoice, reason=reason, today=today, key=key),
        "web:invoice", "web:invoice", invoice,
    )  # fmt: skip


@require_POST
@needs(Permission.INVOICES_DRAFT)
def prepay(request: HttpRequest, order: UUID) -> HttpResponse:
    """Draft a prepayment invoice over a share of the order."""
    percent, today = request.POST.get("percent", "").strip().replace(",", "."), today_of(request)
    if not percent.replace(".", "", 1).isdecimal():
        messages.error(request, "The share is a number of percent, such as 30.")
        return redirect("web:order", order)
    return _done(
        request,
        lambda ctx: services.draft_prepayment(
            ctx, order=order, percent=percent, today=today, key=once(request, "prepay", percent)
        ),
        "web:draft", "web:order", order,
    )  # fmt: skip


@require_POST
@needs(Permission.INVOICES_DRAFT)
def settle(request: HttpRequest, order: UUID) -> HttpResponse:
    """Draft the final invoice of the order, less its paid prepayment invoices."""
    today = today_of(request)
    return _done(
        request,
        lambda ctx: services.draft_final(ctx, order=order, today=today, key=once(request, "settle")),
        "web:draft", "web:order", order,
    )  # fmt: skip


@require_POST
@needs(Permission.INVOICES_DRAFT)
def collect(request: HttpRequest) -> HttpResponse:
    """Draft one invoice over the chosen orders."""
    asked = dict.fromkeys([*request.POST.getlist("id"), *request.POST.getlist("ids")])
    chosen = [UUID(text) for text in asked if _is_id(text)]
    today = today_of(request)
    key = once(request, "collect", *map(str, chosen))
    return _done(
        request,
        lambda ctx: services.draft_from_orders(ctx, orders=chosen, today=today, key=key),
        "web:draft", "web:orders",
    )  # fmt: skip


def _is_id(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True


@require_safe
@needs(Permission.INVOICES_VIEW)
def pro_forma(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Return the draft as a pro forma PDF."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    if selectors.draft(ctx, draft) is None:
        raise Http404("There is no such draft.")
    try:
        content = services.pro_forma(ctx, draft=draft, today=today_of(request))
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
        return redirect("web:draft", draft)
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = 'attachment; filename="pro-forma.pdf"'
    return response


@require_POST
@needs(Permission.INVOICES_DRAFT)
def repeat(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Start a recurring invoice from a draft; the draft itself stays."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = selectors.draft(ctx, draft)
    starts_on = parse_day(request.POST.get("starts_on", ""))
    if row is None:
        raise Http404("There is no such draft.")
    if row.billed or starts_on is None:
        messages.error(request, "A recurring invoice has a first day and lines of its own, not those of an order.")
        return redirect("web:draft", draft)
    count = request.POST.get("count", "1")
    plan = services.PlanDraft(
        row.creditor_id, row.debtor_id, request.POST.get("name", "")[:120], row.content, row.currency,
        request.POST.get("every", ""), starts_on, int(count) if count.isdecimal() else 0,
        parse_day(request.POST.get("ends_on", "")), "issues" in request.POST, row.term,
    )  # fmt: skip
    try:
        services.start_plan(ctx, plan=plan, today=today_of(request), key=once(request, repr(plan)))
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
        return redirect("web:draft", draft)
    first = "its first draft is written tonight" if starts_on <= today_of(request) else "it drafts by itself"
    messages.success(
        request, f"The recurring invoice is started: {first}. Discard this draft if it was only a pattern."
    )
    return redirect("web:plans")


@require_safe
@needs(Permission.INVOICES_VIEW)
def plans(request: HttpRequest) -> HttpResponse:
    """Show recurring invoices, those due next first."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    known, state = names(ctx), read_state(request, PLANS)
    rows = selectors.plans(ctx, creditor=creditor_choice(request), after=state.cursor, limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    context = {
        "tabs": tabs("plans"),
        "state": state,
        "page": Page(
            [(row, known.get(row.creditor_id, "")) for row in shown],
            plan_key(shown[-1]) if len(rows) > PAGE_SIZE else None,
        ),
        "may_draft": ctx.may(Permission.INVOICES_DRAFT),
    }
    return render(request, "web/invoicing/plans.html", context)


@require_POST
@needs(Permission.INVOICES_DRAFT)
def plan_state(request: HttpRequest, plan: UUID) -> HttpResponse:
    """Pause, resume or end a recurring invoice; what cannot be taken back is shown before it happens."""
    state, today = request.POST.get("state", ""), today_of(request)
    if state == "ended" and request.POST.get("confirmed") != "1":
        preview = Preview(
            title="End the recurring invoice", verb="End it", count=1, sums={}, action_url=request.path,
            back_url=reverse("web:plans"), hidden=[("state", "ended")], danger=True,
            effects=["Nothing more is drafted by it. Drafts and invoices that it made stay."],
            undo="An ended one does not begin again; pause it instead, or start another from a draft.",
        )  # fmt: skip
        return render(request, "web/bulk_preview.html", {"preview": preview})
    try:
        services.set_plan_state(request.ctx, plan=plan, state=state, reason=_reason(request), today=today)  # type: ignore[attr-defined]
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    return redirect("web:plans")


@require_POST
@needs(Permission.INVOICES_ISSUE)
def void(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Void the next number of a series of this client."""
    kind, reason, today = request.POST.get("kind", ""), _reason(request), today_of(request)
    try:
        number = services.void_number(request.ctx, creditor=creditor, kind=kind, reason=reason, today=today)  # type: ignore[attr-defined]
        messages.success(request, f"Number {number} is voided; the register keeps the reason.")
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    return redirect("web:register", creditor)
