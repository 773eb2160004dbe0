"""The channel monitor: every delivery with its state and reason, retry in bulk, batches of the print shop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.delivery import Way
from fairdue.core.mailauth.status import words_of
from fairdue.foundation.files import disposition, load
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import monitor, services
from fairdue.web.bulk import Excluded, Preview
from fairdue.web.creditors import names
from fairdue.web.invoicing.lists import tabs, today_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest

CHANNELS: dict[str, str] = {
    Way.EMAIL: "E-mail", Way.PORTAL: "Portal link", Way.PRINT: "Print and post", Way.FOLDER: "Transmitter folder",
    Way.PEPPOL: "Peppol", Way.SDI: "SdI (transmitter)", Way.KSEF: "KSeF (transmitter)",
    Way.PLATFORM: "French platform (transmitter)",
}  # fmt: skip
STATES = {
    "queued": ("On its way", "accent", "send"),
    "sent": ("Handed over", "accent", "package-check"),
    "delivered": ("Delivered", "done", "mail-check"),
    "failed": ("Not delivered", "danger", "mail-x"),
}
SPEC = ListSpec(
    sorts=("created",),
    descending=True,
    filters=(
        Filter("q", "Number or customer", kind="search"),
        Filter("state", "State", tuple((code, word) for code, (word, _, _) in STATES.items())),
        Filter("channel", "Channel", tuple((str(way), name) for way, name in CHANNELS.items())),
    ),
)


BATCHES = ListSpec(sorts=("made",), descending=True)


@require_safe
@needs(Permission.INVOICES_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show deliveries, newest first."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    state = read_state(request, SPEC)
    creditor = creditor_choice(request)
    rows = monitor.deliveries(
        ctx, filters=state.filters, creditor=creditor, after=state.cursor, limit=PAGE_SIZE + 1
    )  # fmt: skip
    shown = rows[:PAGE_SIZE]
    more = (shown[-1].created_at.isoformat(), str(shown[-1].id)) if len(rows) > PAGE_SIZE else None
    known = names(ctx)
    issues = ctx.may(Permission.INVOICES_ISSUE)
    context = {
        "tabs": tabs("deliveries"),
        "state": state,
        "page": Page([(row, CHANNELS.get(row.channel, "No channel"), *STATES[row.state], words_of(row.reason))
                      for row in shown], more),
        "filtered": bool(state.filters),
        "may_issue": issues,
        "may_open": ctx.may(Permission.CUSTOMERS_VIEW),
        "waiting": [(one, known.get(one, ""), n) for one, n in monitor.waiting_for_print(ctx).items()
                    if issues and creditor in {None, one}],
        "batches": [(file, known.get(one, ""), n) for file, one, n in monitor.print_batches(ctx, creditor=creditor)
                    if issues],
    }  # fmt: skip
    return render(request, "web/invoicing/deliveries.html", context)


def _ids(request: HttpRequest) -> list[UUID]:
    """Return the invoices that were picked; the button of one row means that row alone."""
    found = []
    for text in request.POST.getlist("only") or [*request.POST.getlist("id"), *request.POST.getlist("ids")]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


@require_POST
@needs(Permission.INVOICES_ISSUE)
def retry(request: HttpRequest) -> HttpResponse:
    """Show what would be delivered again, then deliver it; each one by the channel that is right today."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    chosen = _ids(request)
    rows = monitor.failed(ctx, chosen)
    if request.POST.get("confirmed") == "1":
        return _retried(request, [row.invoice_id for row in rows])
    kept = {row.invoice_id for row in rows}
    sums: dict[str, int] = {}
    for row in rows:
        sums[row.currency] = sums.get(row.currency, 0) + row.payable
    title = f"Deliver {rows[0].number} again" if len(rows) == 1 else f"Deliver {len(rows)} invoices again"
    preview = Preview(
        title, "Deliver again", len(rows), sums, reverse("web:deliveries_retry"),
        reverse("web:deliveries"), tuple(("ids", str(row.invoice_id)) for row in rows),
        tuple(Excluded("One invoice", "its last delivery did not fail") for one in chosen if one not in kept),
        ("Each goes by the channel that law and wishes choose today.",), "A delivery cannot be taken back.",
    )  # fmt: skip
    return render(request, "web/bulk_preview.html", {"preview": preview})


def _retried(request: HttpRequest, invoices: list[UUID]) -> HttpResponse:
    done, refusals = 0, []
    lacking = services.wanted_formats(request.ctx, invoices)  # type: ignore[attr-defined]
    for one in invoices:
        try:
            done += len(services.retry_deliveries(request.ctx, invoices=[one], today=today_of(request)))  # type: ignore[attr-defined]
        except RefusedError as refused:
            refusals.append(" ".join(finding.message for finding in refused.findings))
    if done:
        messages.success(request, f"{done} on their way." if done > 1 else "One invoice is on its way.")
    if lacking:
        who = "One invoice is" if len(lacking) == 1 else f"{len(lacking)} invoices are"
        messages.success(request, f"{who} written for the channel first, then sent.")
    for sentence in dict.fromkeys(refusals):
        messages.error(request, sentence)
    return redirect("web:deliveries")


@require_POST
@needs(Permission.INVOICES_ISSUE)
def batch(request: HttpRequest, creditor: UUID) -> HttpResponse:
    """Bind what waits for the print shop."""
    try:
        services.make_print_batch(request.ctx, creditor=creditor, today=today_of(request))  # type: ignore[attr-defined]
        messages.success(request, "The batch is bound; download it, post it, then confirm.")
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    return redirect("web:print_batches")


@require_POST
@needs(Permission.INVOICES_ISSUE)
def posted(request: HttpRequest, file: UUID) -> HttpResponse:
    """Say that a batch is in the post."""
    try:
        services.confirm_print_batch(request.ctx, batch=file, today=today_of(request))  # type: ignore[attr-defined]
        messages.success(request, "The invoices of the batch are delivered.")
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
    return redirect("web:print_batches")


@require_safe
@needs(Permission.INVOICES_ISSUE)
def batches(request: HttpRequest) -> HttpResponse:
    """Show the batches of the print shop: what waits, what is bound, what is in the post."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    creditor, known = creditor_choice(request), names(ctx)
    state = read_state(request, BATCHES)
    rows = monitor.batches(ctx, creditor=creditor, after=state.cursor, limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    more = (shown[-1].made_at.isoformat(), str(shown[-1].file)) if len(rows) > PAGE_SIZE else None
    context = {
        "tabs": tabs("deliveries"),
        "state": state,
        "waiting": [(one, known.get(one, ""), n) for one, n in monitor.waiting_for_print(ctx).items()
                    if creditor in {None, one}],
        "page": Page([(row, known.get(row.creditor_id, "")) for row in shown], more),
    }  # fmt: skip
    return render(request, "web/invoicing/batches.html", context)


@require_safe
@needs(Permission.INVOICES_ISSUE)
def batch_file(request: HttpRequest, file: UUID) -> HttpResponse:
    """Return a batch of the print shop; it stays as evidence when it is in the post."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    if not monitor.batches(ctx, file=file):
        raise Http404("There is no such batch.")
    row, content = load(ctx, file)
    response = HttpResponse(content, content_type=row.media_type)
    response["Content-Disposition"] = disposition(row.name)
    return response
