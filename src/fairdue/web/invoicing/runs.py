"""Bulk runs: what a run would take, how far it is, what it refused by rule, and going on from there."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.foundation import clock
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import selectors, services
from fairdue.web.bulk import Excluded, Preview
from fairdue.web.creditors import names
from fairdue.web.invoicing.issuing import show_preview
from fairdue.web.invoicing.lists import tabs, today_of
from fairdue.web.lists import PAGE_SIZE, ListSpec, Page, read_state
from fairdue.web.panels import wants_fragment
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest

    from fairdue.invoicing.selectors import Progress

SPEC = ListSpec(sorts=("started",), descending=True)
MEND_MOST = 500
"""Refused drafts of one rule that are mended together on one page."""
SILENCE = timedelta(minutes=1)
"""How long nothing may happen before the page asks whether a worker runs."""
DONE = "done"


def _ctx(request: HttpRequest) -> Any:
    return request.ctx  # type: ignore[attr-defined]


@require_safe
@needs(Permission.INVOICES_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the last runs."""
    ctx = _ctx(request)
    state = read_state(request, SPEC)
    found = selectors.runs(ctx, creditor=creditor_choice(request), after=state.cursor, limit=PAGE_SIZE + 1)
    rows = found[:PAGE_SIZE]
    more = (rows[-1].started_at.isoformat(), str(rows[-1].id)) if len(found) > PAGE_SIZE else None
    people = actor_names(ctx, {row.started_by for row in rows})
    clients = names(ctx)
    context = {
        "tabs": tabs("issue_runs"),
        "state": state,
        "page": Page([(row, people[row.started_by], _client(clients, row.creditor_id)) for row in rows], more),
    }
    return render(request, "web/invoicing/runs.html", context)


def _client(clients: dict[UUID, str], creditor: UUID | None) -> str:
    return clients.get(creditor, "") if creditor else "All clients"


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.INVOICES_ISSUE)
def new(request: HttpRequest) -> HttpResponse:
    """Show what a run over all open drafts would take; a confirmed POST starts it."""
    ctx, creditor = _ctx(request), creditor_choice(request)
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        key = request.POST.get("key") or None
        return redirect("web:issue_run", services.start_run(ctx, creditor=creditor, today=today_of(request), key=key))
    seen = selectors.outlook(ctx, creditor=creditor)
    noun = "draft" if seen.drafts == 1 else "drafts"
    held_back = Excluded(
        f"{seen.refused} with errors",
        "Their findings refuse them; they get no number and stay drafts. The run shows them by rule.",
        f"{reverse('web:drafts')}?state=errors",
    )
    preview = Preview(
        title=f"Issue {seen.drafts} open {noun} as a run",
        verb="Start the run",
        count=seen.sound,
        sums=seen.sums,
        action_url=reverse("web:issue_run_new"),
        back_url=reverse("web:drafts"),
        hidden=[("key", str(uuid4()))],
        excluded=[held_back] if seen.refused else [],
        out=seen.refused,
        effects=(
            f"{_client(names(ctx), creditor)}: each sound draft gets the next number of its series.",
            "It goes on in the background: you may leave, and cancel what has not begun.",
            "The documents are written, checked by the official rules and delivered as they are ready.",
        ),
        undo="An issued invoice cannot be changed; it is corrected by a credit note.",
    )
    return render(request, "web/bulk_preview.html", {"preview": preview})


def _found(request: HttpRequest, run: UUID) -> Progress:
    found = selectors.run_progress(_ctx(request), run)
    if found is None:
        raise Http404("There is no such run.")
    return found


@require_safe
@needs(Permission.INVOICES_VIEW)
def show(request: HttpRequest, run: UUID) -> HttpResponse:
    """Show how far a run is; the page asks again by itself until all files are there."""
    ctx, found = _ctx(request), _found(request, run)
    silent = not found.row.decided and clock.now() - found.row.started_at > SILENCE
    context: dict[str, Any] = {"run": found, "row": found.row, "silent": silent, "done": found.stage == DONE}
    if wants_fragment(request):
        if request.GET.get("stage") == found.stage:
            return render(request, "web/invoicing/run_progress.html", context)
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    people = actor_names(ctx, {found.row.started_by, *filter(None, [found.row.cancelled_by])})
    rules = selectors.run_findings(ctx, run) if found.row.refused else []
    context |= {
        "client": _client(names(ctx), found.row.creditor_id),
        "who": people[found.row.started_by],
        "canceller": people.get(found.row.cancelled_by, ""),
        "rules": rules,
        "unwritten": selectors.run_unwritten(ctx, run) if found.unwritten else [],
        "again": bool(selectors.refused_drafts(ctx, run, limit=1)) if rules else False,
        "may_issue": ctx.may(Permission.INVOICES_ISSUE),
        "may_draft": ctx.may(Permission.INVOICES_DRAFT),
    }
    return render(request, "web/invoicing/run.html", context)


@require_POST
@needs(Permission.INVOICES_ISSUE)
def cancel(request: HttpRequest, run: UUID) -> HttpResponse:
    """Take out of a run what has not begun."""
    _found(request, run)
    count = services.cancel_run(_ctx(request), run=run, today=today_of(request))
    noun = "draft stays" if count == 1 else "drafts stay"
    messages.success(request, f"{count} {noun} open." if count else "Nothing was left to cancel.")
    return redirect("web:issue_run", run)


@require_POST
@needs(Permission.INVOICES_ISSUE)
def repeat(request: HttpRequest, run: UUID) -> HttpResponse:
    """Start another run with what this one refused."""
    _found(request, run)
    key = f"repeat:{request.POST.get('key') or uuid4()}"
    return redirect("web:issue_run", services.repeat_run(_ctx(request), run=run, today=today_of(request), key=key))


@require_POST
@needs(Permission.INVOICES_ISSUE)
def retry(request: HttpRequest, run: UUID) -> HttpResponse:
    """Write again the files of a run that were given up."""
    _found(request, run)
    count = services.retry_files(_ctx(request), run=run, today=today_of(request))
    messages.success(request, f"{count} {'file is' if count == 1 else 'files are'} written again.")
    return redirect("web:issue_run", run)


@require_POST
@needs(Permission.INVOICES_ISSUE)
def mend(request: HttpRequest, run: UUID) -> HttpResponse:
    """Show the refused drafts of one rule as the page before issuing, where they are mended on the spot."""
    _found(request, run)
    ids = selectors.refused_drafts(_ctx(request), run, code=request.POST.get("code", "")[:60], limit=MEND_MOST)
    if not ids:
        messages.info(request, "None of these drafts is open any more.")
        return redirect("web:issue_run", run)
    return show_preview(request, ids, run)
