"""Bulk issue: a preview with count, sum and exclusions by rule, then the act itself."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from fairdue.core.findings import RefusedError, errors
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import services
from fairdue.web.bulk import Excluded, Preview
from fairdue.web.invoicing import mending
from fairdue.web.invoicing.lists import today_of
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest, HttpResponse

MOST = 5000
AT_ONCE = 50
"""Drafts that are issued while the person waits; more of them go as a run."""


def chosen(request: HttpRequest) -> list[UUID]:
    """Return the drafts that the form names, each once: the rows picked in a list, or the ids that a page repeats."""
    found: list[UUID] = []
    for text in [*request.POST.getlist("id"), *request.POST.getlist("ids")][:MOST]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


@require_POST
@needs(Permission.INVOICES_ISSUE)
def preview(request: HttpRequest) -> HttpResponse:
    """Show what issuing the chosen drafts would do; nothing happens."""
    return show_preview(request, chosen(request))


EFFECTS = (
    "Each gets the next number of its series, is frozen, opens an open item and is posted.",
    "The documents are written, checked by the official rules and sent by the channel of each customer.",
)


def _back(ids: Sequence[UUID], run: UUID | None) -> str:
    if run is not None:
        return reverse("web:issue_run", args=[run])
    return reverse("web:draft", args=[ids[0]]) if len(ids) == 1 else reverse("web:drafts")


def show_preview(request: HttpRequest, ids: Sequence[UUID], run: UUID | None = None) -> HttpResponse:
    """Return the page before issuing: count, sum, what stays out by rule, and what can be mended on the spot.

    Those that a bulk run refused lead back to the `run`. Where nothing is sound yet, the page is about mending.
    """
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = services.preview_issue(ctx, drafts=ids, today=today_of(request))
    sound = [one for one in found if not one.refused]
    sums: dict[str, int] = defaultdict(int)
    for one in sound:
        sums[one.currency] += one.gross or 0
    noun = "document" if len(sound) == 1 else "documents"
    refused = f"Mend {len(found)} {'draft' if len(found) == 1 else 'drafts'}"
    shown = Preview(
        title=f"Issue {len(sound)} {noun}" if sound else refused,
        verb=f"Issue {len(sound)} {noun}",
        count=len(sound),
        sums=dict(sums),
        action_url=reverse("web:issue"),
        back_url=_back(ids, run),
        hidden=[("key", str(uuid4())), *(("ids", str(one.draft)) for one in sound)],
        excluded=[
            Excluded(
                one.debtor_name or "Draft",
                "; ".join(dict.fromkeys(finding.message for finding in errors(one.findings))),
                reverse("web:draft", args=[one.draft]),
            )
            for one in found
            if one.refused
        ],
        effects=EFFECTS if sound else ("None of them can be issued as it stands; what each lacks stands below.",),
        undo="An issued invoice cannot be changed; it is corrected by a credit note." if sound else "",
    )
    context = {
        "preview": shown,
        "groups": mending.grouped(found, ctx),
        "ids": ids,
        "natures": mending.NATURES,
        "units": mending.UNIT_WORDS,
        "run": run,
    }
    return render(request, "web/invoicing/issue_preview.html", context)


@require_POST
@needs(Permission.INVOICES_ISSUE)
def issue(request: HttpRequest) -> HttpResponse:
    """Issue the drafts that the preview showed."""
    ids = chosen(request)
    if request.POST.get("confirmed") != "1" or not ids:
        return redirect("web:drafts")
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today, key = today_of(request), request.POST.get("key") or None
    try:
        if len(ids) > AT_ONCE:
            return redirect("web:issue_run", services.start_run(ctx, drafts=ids, today=today, key=key))
        done = services.issue_invoices(ctx, drafts=ids, today=today, key=key)
    except RefusedError as refused:
        messages.error(request, " ".join(dict.fromkeys(finding.message for finding in refused.findings)))
        return redirect("web:drafts")
    if len(done) == 1:
        messages.success(request, "Issued.")
        return redirect("web:invoice", done[0])
    messages.success(request, f"{len(done)} documents are issued.")
    return redirect("web:invoices")


@require_POST
@needs(Permission.INVOICES_DRAFT)
def mend(request: HttpRequest) -> HttpResponse:
    """Set what a rule misses for the drafts it speaks of, then show the preview again."""
    ids = chosen(request)
    wanted = next((one for one in mending.MENDS if one.field == request.POST.get("field")), None)
    if wanted is not None:
        try:
            count = mending.mended(request, wanted, ids)
            noun = "draft" if wanted.field in services.MENDS else "customer"
            messages.success(request, f"{wanted.label}: set for {count} {noun}{'' if count == 1 else 's'}.")
        except RefusedError as refused:
            messages.error(request, " ".join(one.message for one in refused.findings))
    return show_preview(request, ids, _run(request))


def _run(request: HttpRequest) -> UUID | None:
    """Return the bulk run that the person came from, none where it was another page."""
    try:
        return UUID(request.POST.get("run", ""))
    except ValueError:
        return None
