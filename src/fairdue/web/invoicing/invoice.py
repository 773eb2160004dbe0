"""The page of one issued document: the document, its law and its life."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fairdue.core.contact import HoldReason
from fairdue.core.findings import Finding, RefusedError, Severity, refuse
from fairdue.core.invoice.check import FindingClass
from fairdue.core.invoice.delivery import Way
from fairdue.foundation import approvals, clock
from fairdue.foundation.facts.reading import FactFilter, facts_by_day
from fairdue.foundation.files import disposition, load
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import monitor, selectors, services
from fairdue.invoicing.formats.registry import by_code
from fairdue.receivables import selectors as heart
from fairdue.receivables.services import HoldDraft, place_holds
from fairdue.web.collections.worklist import may_release
from fairdue.web.creditors import names
from fairdue.web.factwords import timeline_days
from fairdue.web.invoicing.answering import in_words
from fairdue.web.invoicing.delivering import CHANNELS
from fairdue.web.invoicing.lists import status_of, today_of
from fairdue.web.panels import render_panel, wants_panel
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

    from fairdue.invoicing.selectors import DocumentRow, InvoicePage

KINDS = {
    "380": "Invoice",
    "381": "Credit note",
    "384": "Corrected invoice",
    "386": "Prepayment invoice",
    "389": "Self-billed invoice",
}
VERDICTS = {
    "valid": ("Valid", "done", "circle-check"),
    "invalid": ("Not valid", "danger", "circle-x"),
    "not_checked": ("Not checked", "attention", "circle-question-mark"),
}
DELIVERIES = {
    "none": ("Not sent", "", "mail"),
    "queued": ("On its way", "accent", "send"),
    "sent": ("Handed over", "accent", "package-check"),
    "delivered": ("Delivered", "done", "mail-check"),
    "failed": ("Not delivered", "danger", "mail-x"),
}

SOON = timedelta(minutes=1)
"""How long after its files are written a document without a delivery is looked at again."""


def _page(request: HttpRequest, invoice: UUID) -> InvoicePage:
    page = selectors.invoice(request.ctx, invoice, today=today_of(request))  # type: ignore[attr-defined]
    if page is None:
        raise Http404("There is no such document.")
    return page


def _findings(document: DocumentRow) -> list[Finding]:
    by_class: dict[str, list[dict[str, str]]] = document.record.get("findings", {})
    return [
        Finding(one["code"], one["path"], one["message"], Severity(one["severity"]), kind)
        for kind in (item.value for item in FindingClass)
        for one in by_class.get(kind, [])
    ]


def _files(page: InvoicePage) -> list[dict[str, Any]]:
    return [
        {
            "row": one,
            "name": by_code(one.format).name,
            "url": reverse("web:invoice_file", args=[page.row.id, one.format]),
            "verdict": VERDICTS[one.state],
            "rules": [f"{rule['name']} {rule['version']}" for rule in one.record.get("rules", [])],
            "reason": one.record.get("reason", ""),
            "issued": parse_day(one.record.get("issued") or ""),
            "findings": _findings(one),
        }
        for one in page.documents
    ]


@require_safe
@needs(Permission.INVOICES_VIEW)
def show(request: HttpRequest, invoice: UUID) -> HttpResponse:
    """Show one document with what happened to it; beside a list without its picture."""
    page = _page(request, invoice)
    if request.headers.get("HX-Target") == "standing":
        return _moved(request, page)
    context = _context(request, page) | ({} if wants_panel(request) else _paper(request, page))
    return render_panel(request, "web/invoicing/invoice.html", "web/invoicing/invoice_panel.html", context)


def _moved(request: HttpRequest, page: InvoicePage) -> HttpResponse:
    """Return where a document that is on its way stands now, and what happened to it."""
    response = render(request, "web/invoicing/invoice_moved.html", _context(request, page))
    response["Vary"] = "HX-Request, HX-Target, Cookie"
    return response


def _moving(page: InvoicePage) -> bool:
    """Tell whether the delivery will change without anybody here: print waits for a person, the rest is at an end."""
    last = page.deliveries[-1] if page.deliveries else None
    if last is None:
        written = max((one.checked_at for one in page.documents if one.checked_at), default=None)
        return written is not None and clock.now() - written < SOON
    return last.state == "queued" and last.channel != Way.PRINT


def _context(request: HttpRequest, page: InvoicePage) -> dict[str, Any]:
    """Return where a document stands and what may be done with it."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today, row = today_of(request), page.row
    applied = heart.allocations(ctx, credit=row.id) if row.credit else heart.allocations(ctx, item=row.id)
    zone = ZoneInfo(request.seat.timezone)  # type: ignore[attr-defined]
    holds = [one for one in heart.holds(ctx, debtors=[row.debtor_id], on=today) if one.item_id in {None, row.id}]
    return {
        "page": page,
        "row": row,
        "kind": KINDS[row.type],
        "status": status_of(row, today),
        "delivery": DELIVERIES[row.delivery],
        "moving": _moving(page),
        "answers": [in_words(one) for one in monitor.events(ctx, row.id)],
        "today": today,
        "creditor": names(ctx).get(row.creditor_id, ""),
        "files": _files(page),
        "applied": applied,
        "holds": [(one, may_release(ctx, one)) for one in holds],
        "write_offs": approvals.pending(ctx, kind="write_off", subjects=[row.id]),
        "timeline": timeline_days(ctx, facts_by_day(ctx, FactFilter(subject=row.id), limit=40), zone),
        "reference": page.content.get("payment", {}).get("reference", ""),
        "may_issue": ctx.may(Permission.INVOICES_ISSUE),
        "may_hold": ctx.may(Permission.CREDIT_EDIT) and not row.credit and bool(row.residual),
        "may_open_customer": ctx.may(Permission.CUSTOMERS_VIEW),
    }


def _paper(request: HttpRequest, page: InvoicePage) -> dict[str, Any]:
    """Return what the page of its own shows besides: the document as it looks, and how to correct it."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = page.row
    images = selectors.page_images(ctx, page.content, row.creditor_id)
    return {
        "channels": [(str(way), name) for way, name in CHANNELS.items()],
        "images": [reverse("web:invoice_page", args=[row.id, number]) for number in range(1, len(images) + 1)],
        "creditable": not row.credit and row.gross > sum(gross for _, _, gross in page.credit_notes),
        "correctable": not row.credit and row.type != "386" and not page.credit_notes,
        "may_draft": ctx.may(Permission.INVOICES_DRAFT),
        "key": f"cancel:{row.id}",
        "credit_key": uuid4(),
        "lines": page.content.get("lines", []),
    }


@require_safe
@needs(Permission.INVOICES_VIEW)
def page_image(request: HttpRequest, invoice: UUID, page: int) -> HttpResponse:
    """Return one page of the document as a picture."""
    found = _page(request, invoice)
    images = selectors.page_images(request.ctx, found.content, found.row.creditor_id)  # type: ignore[attr-defined]
    return picture(images, page)


def picture(images: tuple[bytes, ...], page: int) -> HttpResponse:
    """Return page number `page` of a set of SVG pages."""
    if not 1 <= page <= len(images):
        raise Http404("There is no such page.")
    response = HttpResponse(images[page - 1], content_type="image/svg+xml")
    response["Cache-Control"] = "private, no-cache"
    return response


@require_safe
@needs(Permission.INVOICES_VIEW)
def download(request: HttpRequest, invoice: UUID, code: str) -> HttpResponse:
    """Return a stored file of the document, checked against its hash."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = selectors.document(ctx, invoice, code)
    if row is None:
        raise Http404("This document is not written in that format.")
    file, content = load(ctx, row.file_id)
    response = HttpResponse(content, content_type=file.media_type)
    response["Content-Disposition"] = disposition(file.name)
    return response


def _quantities(request: HttpRequest, lines: list[dict[str, Any]]) -> dict[str, str] | None:
    """Return the quantities to credit; none means everything. Refuses quantities beside the word everything."""
    picked: dict[str, str] = {}
    for line in lines:
        text = request.POST.get(f"quantity-{line['id']}", "").strip().replace(",", ".")
        try:
            if text and Decimal(text):
                picked[line["id"]] = text
        except DecimalException:
            finding = Finding("credit.quantity", f"quantities.{line['id']}", f"{text!r} is not a quantity.")
            raise RefusedError(finding) from None
    if request.POST.get("part") == "some":
        return picked
    if picked:
        raise refuse("credit.part", "part", "Quantities stand there, but everything is chosen: choose one of the two.")
    return None


@require_POST
@needs(Permission.INVOICES_ISSUE)
def credit(request: HttpRequest, invoice: UUID) -> HttpResponse:
    """Issue a credit note on the invoice."""
    page = _page(request, invoice)
    try:
        note = services.credit_invoice(
            request.ctx,  # type: ignore[attr-defined]
            invoice=invoice,
            reason=request.POST.get("reason", "")[:500],
            today=today_of(request),
            quantities=_quantities(request, page.content.get("lines", [])),
            key=request.POST.get("key") or None,
        )
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
        return redirect("web:invoice", invoice)
    messages.success(request, "The credit note is issued and applied.")
    return redirect("web:invoice", note)


@require_POST
@needs(Permission.INVOICES_ISSUE)
def deliver(request: HttpRequest, invoice: UUID) -> HttpResponse:
    """Send the document again, to the customer's address or to another one."""
    try:
        services.deliver_invoice(
            request.ctx,  # type: ignore[attr-defined]
            invoice=invoice,
            recipient=request.POST.get("recipient", "").strip()[:254],
            channel=request.POST.get("channel", "")[:20],
            today=today_of(request),
        )
        messages.success(request, "The document is on its way.")
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    return redirect("web:invoice", invoice)


@require_POST
@needs(Permission.CREDIT_EDIT)
def hold(request: HttpRequest, invoice: UUID) -> HttpResponse:
    """Place a hold on the invoice, so that nobody reminds until it ends."""
    row = _page(request, invoice).row
    today = today_of(request)
    until = parse_day(request.POST.get("until", ""))
    note = request.POST.get("note", "").strip()[:300]
    if until is not None and until <= today:
        messages.error(request, "A hold ends after today; leave the day empty for an open one.")
        return redirect("web:invoice", invoice)
    draft = HoldDraft(
        row.creditor_id, row.debtor_id, HoldReason.MANUAL.value, today, item=invoice, until_on=until, note=note
    )
    place_holds(request.ctx, holds=[draft], today=today)  # type: ignore[attr-defined]
    messages.success(request, "The invoice is on hold; nobody reminds for it.")
    return redirect("web:invoice", invoice)


@require_POST
@needs(Permission.INVOICES_ISSUE)
def check_again(request: HttpRequest, invoice: UUID) -> HttpResponse:
    """Queue another look of the official rules at the stored files."""
    services.request_check(request.ctx, invoice=invoice, today=today_of(request))  # type: ignore[attr-defined]
    messages.success(request, "The official rules are asked again; reload in a moment.")
    return redirect("web:invoice", invoice)


def parse_day(text: str) -> date | None:
    """Return a date from a field, none where it is empty or unreadable."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
