"""Claims: the list, the page with its calculation sheet, filing, the insurer's money, recoveries."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from fairdue.cash.selectors import payer_names
from fairdue.core.findings import RefusedError, refuse
from fairdue.core.money import Money, decimal_of
from fairdue.foundation.approvals import pending
from fairdue.foundation.permissions import Permission
from fairdue.insurance import selectors
from fairdue.insurance.services import (
    file_claim,
    indemnify_claim,
    receive_indemnity,
    share_recovery,
    withdraw_claim,
)
from fairdue.receivables.selectors import credits_
from fairdue.web.amounts import read_minor
from fairdue.web.bulk import Excluded, Preview
from fairdue.web.formats import day_text
from fairdue.web.insurance.frame import Frame, frame_of, today_of
from fairdue.web.permit import needs
from fairdue.web.typed import refused_back, typed

if TYPE_CHECKING:
    from datetime import date

    from django.http import HttpRequest, HttpResponse

    from fairdue.foundation.approvals import ApprovalRow
    from fairdue.insurance.selectors import ClaimDetail, ClaimRow, CoverRow
    from fairdue.receivables.selectors import CreditRow

TONES = {"filed": "attention", "indemnified": "accent", "paid": "done", "closed": "", "withdrawn": ""}
CAUSES = {"insolvency": "Insolvency", "default": "Protracted default"}


@require_safe
@needs(Permission.INSURANCE_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show the claims of the chosen policy."""
    frame = frame_of(request)
    if frame.policy is None:
        return render(request, "web/insurance/first.html", frame.context("insurance_claims"))
    rows = selectors.claims(frame.ctx, policy=frame.policy.id)
    context = frame.context(
        "insurance_claims",
        rows=[(row, TONES[row.state], CAUSES[row.cause]) for row in rows],
        claimed=sum(row.claimed for row in rows if row.state == "filed"),
        owed=sum((row.indemnity or 0) - row.received for row in rows if row.state == "indemnified"),
        indemnified=sum(row.indemnity or 0 for row in rows),
        recovered=sum(row.recovered for row in rows),
        waiting=sum(row.state == "filed" for row in rows),
    )
    return render(request, "web/insurance/claims.html", context)


class MoneyForm(forms.Form):
    """A payment out of which the insurer's money or a recovery is taken."""

    credit = forms.TypedChoiceField(label="Payment", coerce=UUID)
    amount = forms.CharField(label="Amount", max_length=30, required=False)

    def __init__(self, choices: list[tuple[str, str]], label: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credit"].choices = choices  # type: ignore[attr-defined]
        self.fields["amount"].label = label


def _detail(frame: Frame, claim: UUID) -> ClaimDetail:
    found = selectors.claim_detail(frame.ctx, claim)
    if found is None:
        raise Http404
    return found


def _payments(frame: Frame, row: ClaimRow, *, of_debtor: bool) -> list[tuple[str, str]]:
    """Return unapplied payments to choose from: of the customer, or of nobody known; an insurer is no customer.

    Of an insurer's, the amount nearest to what it owes comes first.
    """
    found = credits_(frame.ctx, creditor=row.creditor_id, debtors=[row.debtor_id] if of_debtor else None, limit=200)
    if not of_debtor:
        owed = (row.indemnity or 0) - row.received
        found = sorted(found, key=lambda one: abs(one.unapplied - owed))
    fit = [
        one
        for one in found
        if one.kind == "payment" and one.currency == row.currency and (of_debtor or one.debtor_id is None)
    ]
    payers = payer_names(frame.ctx, [one.id for one in fit])
    return [(str(one.id), _payment_words(one, payers.get(one.id, ""))) for one in fit]


def _payment_words(one: CreditRow, payer: str) -> str:
    """Say a payment in the order in which a person looks for it: how much, whose, of when."""
    amount = f"{decimal_of(one.unapplied, one.currency):,} {one.currency}"
    return f"{amount}, {one.debtor_name or payer or 'payer unknown'}, {day_text(one.received_on)} ({one.number})"


def _to_share(frame: Frame, row: ClaimRow, noticed: list[ApprovalRow]) -> list[tuple[str, str]]:
    """Return the payments to share: those noticed, also when they are on the claimed items, and what is unapplied."""
    first = [(str(one.subject_id), f"{one.title}: noticed") for one in noticed]
    known = {credit for credit, _ in first}
    return first + [one for one in _payments(frame, row, of_debtor=True) if one[0] not in known]


@require_safe
@needs(Permission.INSURANCE_VIEW)
def show(request: HttpRequest, claim: UUID) -> HttpResponse:
    """Show a claim with its calculation sheet."""
    row = selectors.claims(request.ctx, claim=claim)  # type: ignore[attr-defined]
    if not row:
        raise Http404
    frame = frame_of(request, row[0].policy_id)
    detail = _detail(frame, claim)
    return render(
        request, "web/insurance/claim.html", frame.context("insurance_claims", **_context(request, frame, detail))
    )


def _context(request: HttpRequest, frame: Frame, detail: ClaimDetail) -> dict[str, Any]:
    row = detail.row
    currency = row.currency
    sheet = detail.sheet or {"steps": [], "items": []}
    totals = {"invoiced", "loss", "eligible_loss", "insured_loss", "percentage", "indemnity"}
    steps = [
        {
            "name": _step_word(step["name"]),
            "amount": Money.parse(step["amount"], currency).minor,
            "note": step["note"],
            "total": step["name"] in totals,
        }
        for step in sheet["steps"]
        if step["name"] in totals or Decimal(step["amount"])
    ]
    items = {
        item["id"]: {
            "open": Money.parse(item["open"], currency).minor,
            "insured": Money.parse(item["insured"], currency).minor,
            "indemnity": Money.parse(item["indemnity"], currency).minor,
            "reasons": [one["message"] for one in item["reasons"] if one["code"] != "cover.insured"],
        }
        for item in sheet["items"]
    }
    may = frame.ctx.may(Permission.INSURANCE_EDIT)
    said = typed(request, reverse("web:insurance_claim_act", args=[row.id]))
    noticed = [one for one in pending(frame.ctx, kind="recovery") if one.payload["claim"] == str(row.id)]
    payments = _to_share(frame, row, noticed) if may and row.state in {"indemnified", "paid"} else []
    insurers = _payments(frame, row, of_debtor=False) if may and row.state == "indemnified" else []
    return {
        "claim": row,
        "tone": TONES[row.state],
        "cause": CAUSES[row.cause],
        "steps": steps,
        "items": [(item, items.get(item.number)) for item in detail.items],
        "reasons": any(found["reasons"] for found in items.values()),
        "others": [
            (number, found)
            for number, found in items.items()
            if found["open"] and number not in {one.number for one in detail.items}
        ],
        "recoveries": detail.recoveries,
        "noticed": noticed,
        "days_to_loss": (row.loss_on - frame.today).days,
        "may_edit": may,
        "recovery_form": _money_form(payments, f"Cost of recovery, {currency}", "r", said),
        "payout_form": _money_form(insurers, f"Amount, {currency}", "p", said),
        "said": said,
        "owed": (row.indemnity or 0) - row.received,
        "key": uuid4(),
    }


def _money_form(choices: list[tuple[str, str]], label: str, prefix: str, said: dict[str, Any]) -> MoneyForm | None:
    """Return the form to choose a payment, with what was typed before a refusal; none where no payment waits."""
    if not choices:
        return None
    known = {name: said[f"{prefix}-{name}"] for name in ("credit", "amount") if f"{prefix}-{name}" in said}
    return MoneyForm(choices, label, prefix=prefix, initial=known)


def _step_word(name: str) -> str:
    return {"vat": "VAT", "percentage": "Insured percentage"}.get(name) or name.replace("_", " ").capitalize()


@require_POST
@needs(Permission.INSURANCE_EDIT)
def act(request: HttpRequest, claim: UUID) -> HttpResponse:
    """Indemnify, withdraw, take the insurer's money, or share a recovery; a refusal is told and changes nothing."""
    today = today_of(request)
    ctx: Any = request.ctx  # type: ignore[attr-defined]
    rows = selectors.claims(ctx, claim=claim)
    if not rows:
        raise Http404
    try:
        words = _acted(request, ctx, rows[0], today)
    except RefusedError as refused:
        return refused_back(request, refused, "web:insurance_claim", claim)
    messages.success(request, words)
    return redirect("web:insurance_claim", claim)


def _acted(request: HttpRequest, ctx: Any, row: ClaimRow, today: Any) -> str:
    post, key = request.POST, request.POST.get("key") or None
    if post.get("do") == "indemnify":
        indemnify_claim(ctx, claim=row.id, today=today, key=key)
        return "Indemnity computed and posted."
    if post.get("do") == "withdraw":
        withdraw_claim(ctx, claim=row.id, reason=post.get("reason", ""), today=today, key=key)
        return "Claim withdrawn. Its items are chased again."
    if post.get("do") == "payout":
        written = post.get("p-amount", "").strip()
        amount = read_minor(written, row.currency) if written else (row.indemnity or 0) - row.received
        if amount is None:
            raise refuse("claim.payout", "amount", "The amount could not be read; write it as 1500.00.")
        receive_indemnity(
            ctx,
            claim=row.id,
            credit=_chosen(post.get("p-credit", "")),
            amount=amount,
            today=today,
            key=key,
        )
        return "The insurer's money is recorded."
    if post.get("do") != "recovery":
        raise refuse("claim.act", "", "Choose what to do with the claim.")
    cost = read_minor(post.get("r-amount", "") or "0", row.currency)
    if cost is None:
        raise refuse("recovery.cost", "cost", "The cost could not be read; write it as 1500.00.")
    share_recovery(ctx, claim=row.id, credit=_chosen(post.get("r-credit", "")), cost=cost, today=today, key=key)
    return "Recovery shared. The insurer's part is owed to it; the rest is on the claimed items."


def _chosen(text: str) -> UUID:
    """Return the payment that the form names; a form that names none is refused."""
    try:
        return UUID(text)
    except ValueError:
        raise refuse("recovery.credit", "credit", "Choose the payment that came in.") from None


def _claimed_words(rows: list[CoverRow], today: date) -> list[str]:
    """Return the sentences that name the items a claim would hold, and those that are not even due."""
    if not rows:
        return []
    early = [row.number for row in rows if row.due_on > today]
    words = [f"Claimed: {', '.join(row.number for row in rows)}."]
    return [*words, f"Not due yet, and claimed with the rest: {', '.join(early)}."] if early else words


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.INSURANCE_EDIT)
def file(request: HttpRequest, policy: UUID, debtor: UUID) -> HttpResponse:
    """Preview, then file, a claim for everything insured of a customer."""
    frame = frame_of(request, policy)
    assert frame.policy is not None
    if request.method == "POST" and request.POST.get("confirmed") == "1":
        claim = file_claim(
            frame.ctx, policy=policy, debtor=debtor, today=frame.today, key=request.POST.get("key") or None
        )
        messages.success(request, "Claim filed. Its items are on hold.")
        return redirect("web:insurance_claim", claim)
    rows = selectors.covers(frame.ctx, frame.policy, frame.today, [debtor])
    if not rows:
        raise Http404
    included = selectors.claimable(policy, rows[0])
    left = [row for row in rows[0].items if row not in included]
    preview = Preview(
        title=f"File a claim for {rows[0].debtor_name}",
        verb="File the claim",
        count=len(included),
        sums={frame.policy.currency: sum(row.open for row in included)} if included else {},
        action_url=request.path,
        back_url=reverse("web:insurance_customer", args=[policy, debtor]),
        hidden=[("key", str(uuid4()))],
        excluded=[
            Excluded(row.number, "in a claim already" if row.cover.is_insured else row.cover.reasons[0].message)
            for row in left
        ],
        effects=[
            *_claimed_words(included, frame.today),
            f"{frame.policy.insurer} is asked under policy {frame.policy.number}.",
            "The items are held: nobody chases them.",
        ],
        undo="A claim can be withdrawn, but an item can be claimed only once under a policy.",
    )
    return render(request, "web/bulk_preview.html", {"preview": preview})
