"""Bank statements in: the upload, what was found, and what came of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from fairdue.cash import selectors
from fairdue.cash.formats import FORMATS
from fairdue.cash.services import import_statements, run_matching
from fairdue.cash.statement_queue import queue_statements, run_of
from fairdue.core.findings import Finding, RefusedError, Severity, refuse
from fairdue.foundation.accounts.profile import actor_names
from fairdue.foundation.files import store
from fairdue.foundation.jobs import defer
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.web.cash.shown import today_of
from fairdue.web.creditors import creditor_choices
from fairdue.web.panels import wants_fragment
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.http import HttpRequest

MOST_BYTES = 200 * 1024 * 1024
_FINAL = re.compile(
    r"(xml|bank|bank_account|file|rate|period|permission|creditor)\."
    r"|.*\.(binary|broken|dates|encoding|header|no_statement|not_a_statement|other_document|too_large|version)"
)
"""Codes of what no person can wave through: the file as a whole cannot be read, or nothing could be booked."""
_KNOWN = "Already read: every line of it came in before. Nothing was changed."
LOOKED_BACK = 400
"""Imports among which the one is looked for that brought the lines of a statement."""
AT_ONCE = 512 * 1024
"""Files up to this are imported while the person waits, about 500 lines; larger ones go into the queue."""


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CASH_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the upload and the latest statements; a POST imports a file whole or not at all."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    findings: tuple[Finding, ...] = ()
    file: UUID | None = None
    if request.method == "POST":
        if not ctx.may(Permission.CASH_APPLY):
            raise refuse("permission.missing", "", "You may look at statements, but not import them.")
        try:
            file = _file(request, ctx)
            if _is_large(request):
                return redirect("web:cash_statement_run", _queued(request, ctx, file))
            with transaction.atomic():
                made = _imported(request, ctx, file)
        except RefusedError as refused:
            findings = refused.findings
        else:
            return redirect("web:cash_statement", made[0]) if made else redirect("web:cash")
    context = {
        "rows": selectors.statements(ctx, creditor=creditor_choice(request)),
        "findings": findings,
        "wrong": sum(one.severity is Severity.ERROR for one in findings),
        "file": file,
        "readable": file is not None and _may_be_taken(findings),
        "no_rate": any(one.code == "rate.missing" for one in findings) and ctx.may(Permission.IMPORTS_RUN),
        "creditors": creditor_choices(ctx),
        "creditor": str(creditor_choice(request) or request.POST.get("creditor", "")),
        "formats": [(known.code, known.name) for known in FORMATS.values()],
        "format": request.POST.get("format", ""),
        "may": ctx.may(Permission.CASH_APPLY),
    }
    return render(request, "web/cash/statements.html", context, status=422 if findings else 200)


def _may_be_taken(findings: Sequence[Finding]) -> bool:
    """Tell whether a person may import the file as it is: it was read, and what is wrong is in its statements."""
    wrong = [one for one in findings if one.severity is Severity.ERROR]
    return bool(wrong) and not any(_FINAL.match(one.code) for one in wrong)


def _creditor(request: HttpRequest) -> UUID | None:
    """Return the client of the form, else that of the switch."""
    named = request.POST.get("creditor", "")
    try:
        return UUID(named) if named else creditor_choice(request)
    except ValueError:
        raise Http404 from None


def _file(request: HttpRequest, ctx: Any) -> UUID:
    """Return the stored file: the one that was just sent, or the one that a person takes as it is."""
    again = request.POST.get("file", "")
    if again:
        try:
            return UUID(again)
        except ValueError:
            raise Http404 from None
    sent = request.FILES.get("upload")
    if sent is None or sent.size is None:
        raise refuse("file.missing", "upload", "Choose a file first.")
    if sent.size > MOST_BYTES:
        raise refuse("file.too_large", "upload", "The file is larger than 200 MB.")
    stored = store(
        ctx, content=sent.read(), name=(sent.name or "statement")[:200], media_type="application/octet-stream"
    )
    return UUID(str(stored.id))


def _is_large(request: HttpRequest) -> bool:
    """Tell whether a file is sent to the queue: it was sent just now and is large, or it came from there."""
    sent = request.FILES.get("upload")
    return request.POST.get("queue") == "1" or (sent is not None and (sent.size or 0) > AT_ONCE)


def _queued(request: HttpRequest, ctx: Any, file: UUID) -> UUID:
    """Put the import into the queue; its page tells how far it is."""
    post, code = request.POST, request.POST.get("format", "")
    return queue_statements(
        ctx, file=file, today=today_of(request), creditor=_creditor(request), take_findings=post.get("take") == "1",
        format_code=code if code in FORMATS else "",
    )  # fmt: skip


@require_safe
@needs(Permission.CASH_VIEW)
def run(request: HttpRequest, run: UUID) -> HttpResponse:
    """Show how far an import is, or what became of it; a page that waits asks every second."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    row = run_of(ctx, run)
    if row is None:
        raise Http404
    if wants_fragment(request):
        if row.waiting:
            return render(request, "web/cash/statement_progress.html", {"run": row})
        response = HttpResponse()
        response["HX-Refresh"] = "true"
        return response
    found = selectors.statements(ctx, ids=row.statements, limit=len(row.statements) or 1)
    context = {
        "run": row, "rows": found, "who": actor_names(ctx, {row.actor}).get(row.actor, row.actor),
        "wrong": sum(one.severity is Severity.ERROR for one in row.findings),
        "again": _may_be_taken(row.findings) and ctx.may(Permission.CASH_APPLY),
    }  # fmt: skip
    return render(request, "web/cash/statement_run.html", context)


def _imported(request: HttpRequest, ctx: Any, file: UUID) -> list[UUID]:
    """Import and match; the first lines at once, the rest in the background."""
    today, post = today_of(request), request.POST
    creditor, code = _creditor(request), post.get("format", "")
    made = import_statements(
        ctx, file=file, today=today, creditor=creditor, take_findings=post.get("take") == "1",
        format_code=code if code in FORMATS else "",
    )  # fmt: skip
    rows = selectors.statements(ctx, ids=made, limit=len(made))
    for owner in sorted({row.creditor_id for row in rows}):
        run_matching(ctx, creditor=owner, today=today)
        defer(ctx, "cash.match", creditor=str(owner), today=today.isoformat())
    new = sum(row.new_lines for row in rows)
    said = "1 new line" if new == 1 else f"{new} new lines"
    messages.success(request, f"{said} imported and matched." if new else _KNOWN)
    return made


def _first_import(ctx: Any, row: selectors.StatementRow) -> selectors.StatementRow | None:
    """Return the import that brought the lines of a statement that was read already."""
    earlier = selectors.statements(ctx, creditor=row.creditor_id, limit=LOOKED_BACK)
    return next((one for one in earlier if one.new_lines and one.tells_the_same(row)), None)


@require_safe
@needs(Permission.CASH_VIEW)
def show(request: HttpRequest, statement: UUID) -> HttpResponse:
    """Show a statement with its sums, findings and lines."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    rows = selectors.statements(ctx, ids=[statement], limit=1)
    if not rows:
        raise Http404
    lines = selectors.statement_lines(ctx, statement)
    found = [Finding(one["code"], one["path"], one["message"], Severity(one["severity"])) for one in rows[0].findings]
    first = _first_import(ctx, rows[0]) if rows[0].already_read else None
    context = {"row": rows[0], "lines": lines, "found": found, "shown": len(lines), "first": first}
    return render(request, "web/cash/statement.html", context)
