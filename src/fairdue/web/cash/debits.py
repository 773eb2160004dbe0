"""Direct debits: what a run would collect, the run itself with its file, the bank's answer, and mandates."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.cash.directdebit import selectors
from fairdue.cash.directdebit.answering import read_debit_answers
from fairdue.cash.directdebit.making import cancel_debit_run, first_day, make_debit_run
from fairdue.cash.directdebit.mandates import add_mandate, cancel_mandate, release_mandate, stop_mandate
from fairdue.cash.directdebit.proposing import propose_run
from fairdue.core.findings import RefusedError
from fairdue.core.returned import reason_of
from fairdue.foundation.files import disposition, load, store
from fairdue.foundation.middleware import creditor_choice
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.web.cash.shown import today_of
from fairdue.web.lists import PAGE_SIZE, ListSpec, Page, read_state
from fairdue.web.permit import needs
from fairdue.web.typed import refused_back

if TYPE_CHECKING:
    from django.http import HttpRequest

SCHEMES = (("core", "SEPA Core"), ("b2b", "SEPA B2B"))
STATES = {
    "planned": "", "ordered": "accent", "collected": "done", "rejected": "danger", "returned": "danger",
    "cancelled": "",
}  # fmt: skip
"""Each state of a collection with its tone."""
ANSWERS = {
    "ACCP": "Accepted", "ACCC": "Accepted", "ACSC": "Accepted", "ACSP": "Accepted", "ACTC": "Accepted",
    "ACWC": "Accepted with a change", "PART": "Accepted in part", "PDNG": "Not decided yet", "RCVD": "Received",
    "RJCT": "Rejected",
}  # fmt: skip
"""What a status of a pain.002 file means (ISO 20022, ExternalPaymentTransactionStatus1Code)."""
SEQUENCES = {"FRST": "first", "RCUR": "recurring", "FNAL": "last", "OOFF": "once"}
"""What a sequence of SEPA means."""
MANDATES = ListSpec(sorts=("recorded",), descending=True, filters=())
_SHOWN = 200


@require_safe
@needs(Permission.CASH_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show what a run would collect on a day and what it leaves out, and the runs that were made."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    creditor, today = _creditor(request, ctx), today_of(request)
    first = first_day(ctx, today, creditor)
    on, scheme = _day(request.GET.get("on", "")) or first, request.GET.get("scheme", "core")
    scheme = scheme if scheme in dict(SCHEMES) else "core"
    proposal = propose_run(ctx, creditor=creditor, collect_on=on, today=today, scheme=scheme) if creditor else None
    context = {
        "creditors": [(str(row.id), row.name) for row in parties.creditors(ctx)], "creditor": str(creditor or ""),
        "on": on, "scheme": scheme, "schemes": SCHEMES, "proposal": proposal, "first": first,
        "collects": [(one, SEQUENCES[one.sequence]) for one in proposal.collects[:_SHOWN]] if proposal else (),
        "excluded": proposal.excluded[:_SHOWN] if proposal else (),
        "runs": selectors.runs(ctx, creditor=creditor), "planned": selectors.planned(ctx, creditor=creditor),
        "may": ctx.may(Permission.CASH_APPLY), "key": uuid4(),
    }  # fmt: skip
    return render(request, "web/cash/debits.html", context)


def _creditor(request: HttpRequest, ctx: Any) -> UUID | None:
    """Return the creditor of the form, of the switch, else the one whose mandate came last, else the first."""
    known = [row.id for row in parties.creditors(ctx)]
    wanted = (request.GET.get("creditor") or request.POST.get("creditor") or "").strip()
    named = next((one for one in known if str(one) == wanted), None)
    chosen = named or creditor_choice(request)
    if chosen is None and (newest := selectors.mandates(ctx, limit=1)):
        chosen = newest[0].creditor_id
    return chosen or (known[0] if known else None)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


@require_POST
@needs(Permission.CASH_APPLY)
def make(request: HttpRequest) -> HttpResponse:
    """Order what the page showed."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    creditor, on = _creditor(request, ctx), _day(request.POST.get("on", ""))
    if creditor is None or on is None:
        raise Http404
    try:
        run = make_debit_run(
            ctx, creditor=creditor, collect_on=on, today=today_of(request), scheme=request.POST.get("scheme", "core"),
            key=request.POST.get("key") or None,
        )  # fmt: skip
    except RefusedError as refused:
        asked = {"on": on.isoformat(), "creditor": str(creditor), "scheme": request.POST.get("scheme", "core")}
        return refused_back(request, refused, f"{reverse('web:cash_debits')}?{urlencode(asked)}")
    messages.success(request, "Ordered. Download the file and give it to the bank; the customers are told by mail.")
    return redirect("web:cash_debit_run", run)


@require_safe
@needs(Permission.CASH_VIEW)
def run(request: HttpRequest, run: UUID) -> HttpResponse:
    """Show a run with its collections."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    found = selectors.runs(ctx, run=run)
    if not found:
        raise Http404
    rows = [{"row": one, "tone": STATES[one.state], "why": _why(one.code)} for one in selectors.debits(ctx, run=run)]
    context = {
        "run": found[0], "rows": rows, "may": ctx.may(Permission.CASH_APPLY), "today": today_of(request),
        "answers": [
            {"row": one, "word": ANSWERS.get(one.status, one.status), "why": _why(one.code)}
            for one in selectors.answers(ctx, run=run)
        ],
        "open": found[0].cancelled_on is None and today_of(request) < found[0].collect_on,
    }  # fmt: skip
    return render(request, "web/cash/debit_run.html", context)


def _why(code: str) -> str:
    return reason_of(code).words if code else ""


@require_safe
@needs(Permission.CASH_APPLY)
def file(request: HttpRequest, run: UUID) -> HttpResponse:
    """Hand out the pain.008 file of a run."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    kept = selectors.file_of(run)
    if kept is None:
        raise Http404
    row, content = load(ctx, kept)
    answer = HttpResponse(content, content_type="application/xml")
    answer["Content-Disposition"] = disposition(row.name)
    return answer


@require_POST
@needs(Permission.CASH_APPLY)
def cancel(request: HttpRequest, run: UUID) -> HttpResponse:
    """Cancel a run whose file was not sent."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    try:
        cancel_debit_run(ctx, run=run, reason=request.POST.get("reason", ""), today=today_of(request))
        messages.success(request, "Cancelled. Do not give the file to the bank any more.")
    except RefusedError as refused:
        return refused_back(request, refused, "web:cash_debit_run", run)
    return redirect("web:cash_debit_run", run)


def _answered(rejected: int) -> str:
    """Return what a bank's answer changed, in words."""
    if not rejected:
        return "Read. The bank rejects nothing that was not known already; nothing changed."
    said = "1 collection was" if rejected == 1 else f"{rejected} collections were"
    return f"{said} rejected; what follows is on the worklist."


@require_POST
@needs(Permission.CASH_APPLY)
def answers(request: HttpRequest) -> HttpResponse:
    """Read the bank's answer (pain.002)."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    upload = request.FILES.get("upload")
    if upload is None or isinstance(upload, list):
        messages.error(request, "Choose the bank's file first.")
        return redirect("web:cash_debits")
    try:
        kept = store(ctx, content=upload.read(), name=(upload.name or "answer")[:200], media_type="application/xml")
        refused = read_debit_answers(ctx, file=UUID(str(kept.id)), today=today_of(request))
        messages.success(request, _answered(len(refused)))
    except RefusedError as error:
        messages.error(request, " ".join(finding.message for finding in error.findings))
    return redirect("web:cash_debits")


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.CASH_APPLY)
def mandates(request: HttpRequest) -> HttpResponse:
    """List mandates and record a new one for a customer's account."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    q = request.GET.get("q", "").replace("\0", "").strip()[:100]
    debtor = _debtor(ctx, request.GET.get("debtor") or request.POST.get("debtor") or "")
    if request.method == "POST" and debtor is not None and _added(request, ctx, debtor.id):
        return redirect("web:cash_mandates")
    creditor, state = creditor_choice(request), read_state(request, MANDATES)
    rows = selectors.mandates(ctx, creditor=creditor, before=_before(state.cursor), limit=PAGE_SIZE + 1)
    shown = rows[:PAGE_SIZE]
    following = (shown[-1].recorded_at.isoformat(), str(shown[-1].id)) if len(rows) > PAGE_SIZE else None
    context = {
        "q": q, "debtor": debtor, "state": state, "page": Page(shown, following), "schemes": SCHEMES,
        "given": request.POST,
        "accounts": parties.accounts(ctx, debtor.id) if debtor else (), "today": today_of(request),
        "customers": parties.search(ctx, q, creditor_id=creditor, limit=8) if q else (),
    }  # fmt: skip
    return render(request, "web/cash/mandates.html", context)


def _before(cursor: tuple[Any, ...] | None) -> tuple[datetime, UUID] | None:
    try:
        return (datetime.fromisoformat(str(cursor[0])), UUID(str(cursor[1]))) if cursor else None
    except (ValueError, IndexError):
        return None


def _debtor(ctx: Any, text: str) -> Any:
    try:
        return parties.debtor(ctx, UUID(text)) if text else None
    except ValueError:
        raise Http404 from None


def _added(request: HttpRequest, ctx: Any, debtor: UUID) -> bool:
    """Record the mandate of the form; a refusal is told."""
    post, signed = request.POST, _day(request.POST.get("signed_on", ""))
    try:
        account = UUID(post.get("account", ""))
    except ValueError:
        account = None
    if account is None or signed is None:
        messages.error(request, "Choose the account, and give the day of the signature.")
        return False
    try:
        add_mandate(
            ctx, debtor=debtor, account=account, signed_on=signed, today=today_of(request),
            reference=post.get("reference", ""), scheme=post.get("scheme", "core"), one_off=bool(post.get("one_off")),
        )  # fmt: skip
    except RefusedError as refused:
        messages.error(request, " ".join(finding.message for finding in refused.findings))
        return False
    messages.success(request, "The mandate is recorded.")
    return True


@require_POST
@needs(Permission.CASH_APPLY)
def move(request: HttpRequest, mandate: UUID) -> HttpResponse:
    """Stop, release or take back a mandate."""
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    today, reason = today_of(request), request.POST.get("reason", "")
    try:
        match request.POST.get("do"):
            case "stop":
                stop_mandate(ctx, mandate=mandate, reason=reason, today=today)
                messages.success(request, "Stopped. Nothing is collected under it until it is released.")
            case "release":
                release_mandate(ctx, mandate=mandate, today=today)
                messages.success(request, "Released. What is due is collected under it again.")
            case "cancel":
                cancel_mandate(ctx, mandate=mandate, reason=reason, today=today)
                messages.success(request, "Taken back. Nothing is collected under it any more.")
            case _:
                raise Http404
    except RefusedError as refused:
        return refused_back(request, refused, "web:cash_mandates")
    return redirect("web:cash_mandates")
