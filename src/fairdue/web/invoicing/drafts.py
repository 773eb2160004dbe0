"""Drafts: the list, the editor with its findings beside the fields, the way to a new one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors, services
from fairdue.parties import selectors as parties
from fairdue.web.creditors import names
from fairdue.web.invoicing import editor, keeping
from fairdue.web.invoicing.invoice import KINDS, picture
from fairdue.web.invoicing.issuing import show_preview
from fairdue.web.invoicing.lists import tabs, today_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.panels import announce
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fairdue.invoicing.selectors import DraftPage
    from fairdue.parties.selectors import DebtorRow
    from fairdue.web.invoicing.editor import Judged
    from fairdue.web.invoicing.keeping import Kept, Typed

INVOICE = "380"
"""UNTDID 1001: a plain invoice, of which nothing needs to be said."""
SELF_BILLED = "389"
"""UNTDID 1001: an invoice that the customer writes in the client's name."""
RECENT = 10
"""Customers who are offered before anything is searched."""
SPEC = ListSpec(
    sorts=("created",),
    descending=True,
    filters=(
        Filter("q", "Customer or order", kind="search"),
        Filter("state", "State", (("ready", "Ready to issue"), ("errors", "With errors"))),
    ),
)


@require_safe
@needs(Permission.INVOICES_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show open drafts, to be issued together."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    state = read_state(request, SPEC)
    creditor = creditor_choice(request)
    rows = selectors.drafts(ctx, filters=state.filters, creditor=creditor, after=state.cursor, limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    known = names(ctx)
    context = {
        "tabs": tabs("drafts"),
        "state": state,
        "page": Page(
            [(row, known.get(row.creditor_id, "")) for row in shown],
            (shown[-1].id,) if len(rows) > PAGE_SIZE else None,
        ),
        "filtered": bool(state.filters),
        "several": len(known) > 1 and creditor is None,
        "may_issue": ctx.may(Permission.INVOICES_ISSUE),
        "may_draft": ctx.may(Permission.INVOICES_DRAFT),
    }
    return render(request, "web/invoicing/drafts.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.INVOICES_DRAFT)
def new(request: HttpRequest) -> HttpResponse:
    """Choose a customer, then start a draft for him."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    if request.method == "POST":
        debtor = parties.debtor(ctx, UUID(request.POST.get("debtor", "")))
        if debtor is None:
            raise Http404("There is no such customer.")
        draft = services.write_draft(
            ctx,
            creditor=debtor.creditor_id,
            debtor=debtor.id,
            content=_first_content(request),
            currency=debtor.currency,
            today=today_of(request),
        )
        return redirect("web:draft", draft)
    query = request.GET.get("q", "").replace("\0", "")[:100]
    found = parties.search(ctx, query, creditor_id=creditor_choice(request)) if query.strip() else _recent(request)
    context = {"query": query.strip(), "found": found, "creditors": names(ctx), "tabs": tabs("drafts")}
    return render(request, "web/invoicing/new.html", context)


def _recent(request: HttpRequest) -> list[DebtorRow]:
    """Return the customers who were billed last, the latest first."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    rows = selectors.invoices(ctx, today=today_of(request), creditor=creditor_choice(request), limit=50)
    ids = list(dict.fromkeys(row.debtor_id for row in rows))[:RECENT]
    known = parties.debtors(ctx, ids)
    return [known[id_] for id_ in ids if id_ in known]


def _first_content(request: HttpRequest) -> dict[str, Any]:
    """Return what a fresh draft begins with: one line, supplied today, of the chosen kind."""
    content: dict[str, Any] = {"lines": [editor.empty_line(1)], "delivery": {"day": today_of(request).isoformat()}}
    if request.POST.get("type") == SELF_BILLED:
        content["type"] = SELF_BILLED
    return content


def _draft(request: HttpRequest, draft: UUID) -> DraftPage:
    row = selectors.draft(request.ctx, draft)  # type: ignore[attr-defined]
    if row is None:
        raise Http404("There is no such draft.")
    return row


@require_http_methods(["GET", "POST"])
@needs(Permission.INVOICES_DRAFT)
def edit(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Edit a draft: save, add a line, or go on to issuing it."""
    row = _draft(request, draft)
    if row.state == "issued" and row.invoice_id:
        return redirect("web:invoice", row.invoice_id)
    if row.state != "open":
        messages.info(request, "This draft was discarded.")
        return redirect("web:drafts")
    if request.method == "POST":
        return _saved(request, row)
    state = keeping.judged(request, row, (row.content, row.term, row.currency), kept=True)
    return _editor(request, row, (row.content, row.term, row.currency), state, keeping.opened(row))


def _editor(request: HttpRequest, row: DraftPage, form: Typed, state: Judged, kept: Kept) -> HttpResponse:
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    context = {
        "draft": row,
        "debtor": parties.debtor(ctx, row.debtor_id),
        "creditor": names(ctx).get(row.creditor_id, ""),
        "kind": "" if (code := str(row.content.get("type") or INVOICE)) == INVOICE else KINDS.get(code, ""),
        "form": _fields(ctx, row, form, state),
        "live": state,
        "kept": kept,
        "may_issue": ctx.may(Permission.INVOICES_ISSUE),
        "repeat_key": uuid4(),
    }
    return render(request, "web/invoicing/draft.html", context, status=409 if kept.refused else 200)


def _fields(ctx: Any, row: DraftPage, typed: Typed, state: Judged) -> dict[str, Any]:
    seller = parties.creditor(ctx, row.creditor_id)
    return editor.fields_of(row, *typed, state, country=seller.country if seller else "")


def _saved(request: HttpRequest, row: DraftPage) -> HttpResponse:
    """Keep what stands in the form, then go where its button leads: issuing, pro forma, or the draft again."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    typed = editor.read(request.POST, row)
    kept = keeping.keep(request, row, typed, by_itself=False)
    if kept.refused:
        state = keeping.judged(request, row, typed, kept=False)
        return _editor(request, row, typed, state, kept)
    then = request.POST.get("then", "")
    if then == "issue" and ctx.may(Permission.INVOICES_ISSUE):
        return show_preview(request, [row.id])
    if then == "pro_forma":
        return redirect("web:pro_forma", row.id)
    if not {"add", "move"} & request.POST.keys():
        messages.success(request, "The draft is saved.")
    return redirect(reverse("web:draft", args=[row.id]) + editor.place_after(request.POST))


@require_POST
@needs(Permission.INVOICES_DRAFT)
def check(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Keep what stands in the form now and return its findings, totals and pages."""
    row = _draft(request, draft)
    typed = editor.read(request.POST, row)
    kept = keeping.keep(request, row, typed, by_itself=True)
    now = row if kept.refused else _draft(request, draft)
    state = keeping.judged(request, now, typed, kept=not kept.refused)
    form = _fields(request.ctx, row, typed, state)  # type: ignore[attr-defined]
    context = {"live": state, "form": form, "draft": now, "kept": kept, "swap": True}
    response = render(request, "web/invoicing/live.html", context)
    return announce(response, kept.refused) if kept.refused else response


@require_POST
@needs(Permission.INVOICES_DRAFT)
def discard(request: HttpRequest, draft: UUID) -> HttpResponse:
    """Discard a draft; its quantities go back to the order."""
    reason = request.POST.get("reason", "")[:200] or "not needed"
    services.discard_draft(request.ctx, draft=draft, reason=reason, today=today_of(request))  # type: ignore[attr-defined]
    messages.success(request, "The draft is discarded; nothing was numbered.")
    return redirect("web:drafts")


@require_safe
@needs(Permission.INVOICES_VIEW)
def page_image(request: HttpRequest, draft: UUID, page: int) -> HttpResponse:
    """Return one page of the draft as a picture."""
    return picture(selectors.draft_images(request.ctx, draft, today=today_of(request)), page)  # type: ignore[attr-defined]
