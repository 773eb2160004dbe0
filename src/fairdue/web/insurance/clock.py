"""The claims clock: what must be done for insured items, and how many days are left."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from fairdue.core.insurance.obligations import Duty, Standing
from fairdue.foundation.permissions import Permission
from fairdue.insurance import selectors
from fairdue.insurance.services import keep_duty
from fairdue.web import formats
from fairdue.web.bulk import Excluded, Preview
from fairdue.web.insurance.frame import Frame, frame_of
from fairdue.web.lists import PAGE_SIZE, Filter, ListSpec, Page, read_state
from fairdue.web.permit import needs

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from fairdue.insurance.selectors import DutyRow

WORDS = {
    Duty.STOP_DELIVERIES: "Stop deliveries",
    Duty.NOTIFY: "Report to the insurer",
    Duty.MANDATE: "Mandate collection",
    Duty.CLAIM: "File the claim",
    Duty.INVOICE: "Invoice",
    Duty.TERMS: "Due date",
    Duty.EXTENSION: "Extension ends",
    Duty.LOSS: "Date of loss",
    Duty.PAYOUT: "Pay-out",
}
BY_HAND = (Duty.STOP_DELIVERIES, Duty.NOTIFY, Duty.MANDATE)
SPEC = ListSpec(
    sorts=("on",),
    filters=(
        Filter("q", "Customer or number", kind="search"),
        Filter("duty", "Duty", tuple((duty.value, WORDS[duty]) for duty in (*BY_HAND, Duty.CLAIM))),
        Filter("late", "Only late", kind="check"),
    ),
    keep=("asof", "policy"),
)


def shown(row: DutyRow, frame: Frame) -> dict[str, Any]:
    """Return a row with its words."""
    late = row.standing is Standing.LATE
    days = row.days_left(frame.as_of)
    near = 7
    return {
        "row": row,
        "word": WORDS[row.duty],
        "days": days,
        "late": late,
        "by_hand": row.duty in BY_HAND,
        "tone": "danger" if late else "attention" if days <= near else "",
        "left": f"{-days} days late" if late else "last day" if days == 0 else f"{days} days left",
    }


@require_safe
@needs(Permission.INSURANCE_VIEW)
def index(request: HttpRequest) -> HttpResponse:
    """Show what is due, the nearest last day first."""
    frame = frame_of(request)
    if frame.policy is None:
        return render(request, "web/insurance/first.html", frame.context("insurance_clock"))
    state = read_state(request, SPEC)
    rows = [shown(row, frame) for row in selectors.duties(frame.ctx, frame.policy, frame.as_of)]
    query = state.filters.get("q", "").casefold()
    found = [
        one
        for one in rows
        if query in f"{one['row'].debtor_name} {one['row'].number}".casefold()
        and state.filters.get("duty", one["row"].duty) == one["row"].duty
        and (not state.filters.get("late") or one["late"])
    ]
    start = state.cursor[0] if state.cursor and isinstance(state.cursor[0], int) else 0
    following = (start + PAGE_SIZE,) if len(found) > start + PAGE_SIZE else None
    page = Page(found[start : start + PAGE_SIZE], following, len(found))
    late = sum(one["late"] for one in rows)
    context = frame.context(
        "insurance_clock",
        state=state,
        page=page,
        due=len(rows),
        late=late,
        may_edit=frame.ctx.may(Permission.INSURANCE_EDIT) and frame.as_of == frame.today,
    )
    return render(request, "web/insurance/clock.html", context)


@require_POST
@needs(Permission.INSURANCE_EDIT)
def done(request: HttpRequest) -> HttpResponse:
    """Preview, then record, that the chosen duties are done today."""
    frame = frame_of(request, UUID(request.POST["policy"]))
    assert frame.policy is not None
    rows = {f"{row.item_id}:{row.duty}": row for row in selectors.duties(frame.ctx, frame.policy, frame.today)}
    chosen = [rows[key] for key in request.POST.getlist("id") if key in rows]
    back = f"{reverse('web:insurance_clock')}?policy={frame.policy.id}"
    if request.POST.get("confirmed") != "1":
        return render(request, "web/bulk_preview.html", {"preview": _preview(frame, chosen, back)})
    by_duty: dict[Duty, list[UUID]] = defaultdict(list)
    for row in chosen:
        if row.duty in BY_HAND:
            by_duty[row.duty].append(row.item_id)
    for duty, items in by_duty.items():
        keep_duty(
            frame.ctx,
            policy=frame.policy.id,
            items=items,
            duty=duty,
            done_on=frame.today,
            today=frame.today,
            key=f"{request.POST.get('key', '')}:{duty}",
        )
    messages.success(request, f"Recorded for {formats.plural_text(sum(map(len, by_duty.values())), 'item')}.")
    return redirect(back)


def _preview(frame: Frame, rows: list[DutyRow], back: str) -> Preview:
    assert frame.policy is not None
    included = [row for row in rows if row.duty in BY_HAND]
    words = sorted({WORDS[row.duty].lower() for row in included})
    return Preview(
        title=f"Record as done today: {', '.join(words)}" if included else "Nothing to record",
        verb="Record as done",
        count=len(included),
        sums={frame.policy.currency: sum({row.item_id: row.open for row in included}.values())} if included else {},
        action_url=reverse("web:insurance_done"),
        back_url=back,
        hidden=[
            ("policy", str(frame.policy.id)),
            ("key", str(uuid4())),
            *(("id", f"{row.item_id}:{row.duty}") for row in included),
        ],
        excluded=[
            Excluded(
                f"{row.debtor_name}, {row.number}", "A claim is filed on the customer's page or by the nightly run."
            )
            for row in rows
            if row.duty not in BY_HAND
        ],
        effects=["The waiting period runs from a mandate that is recorded."]
        if Duty.MANDATE in {r.duty for r in included}
        else [],
        undo="What is recorded stays in the audit and is not taken back.",
    )
