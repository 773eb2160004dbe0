"""Drafts: from an order or by hand, changed as often as needed, issued or discarded once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import Finding, RefusedError, Severity, refuse
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.composing import compose, sums
from fairdue.invoicing.models import Draft, Order, OrderLine
from fairdue.invoicing.prepaid import refuse_twice

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from fairdue.foundation.context import Ctx


def measure(draft: Draft, seller: masterdata.Seller, buyer: masterdata.Buyer, today: date) -> None:
    """Set what lists show of a draft: its total and how many findings it has."""
    invoice, found = compose(draft.content, draft.currency, draft.term, seller, buyer, today)
    computed = sums(invoice)
    draft.gross = computed.gross if computed else None
    draft.errors = sum(finding.severity is Severity.ERROR for finding in found)
    draft.warnings = sum(finding.severity is Severity.WARNING for finding in found)


@command("invoicing.write_draft", Permission.INVOICES_DRAFT)
def write_draft(
    ctx: Ctx, *, creditor: UUID, debtor: UUID, content: dict[str, Any], currency: str, today: date,
    term: str | None = None, key: str | None = None,
) -> UUID:  # fmt: skip
    """Keep a draft written by hand; it may be incomplete. `content` is the JSON form without parties."""
    del key
    seller, buyer = masterdata.pair(ctx, creditor, debtor)
    draft = Draft(
        tenant_id=ctx.tenant, creditor_id=creditor, debtor_id=debtor, content=content, currency=currency,
        term=term or str(buyer.term_days), written_by=ctx.actor,
    )  # fmt: skip
    return keep(ctx, draft, seller, buyer, today)


def keep(ctx: Ctx, draft: Draft, seller: masterdata.Seller, buyer: masterdata.Buyer, today: date) -> UUID:
    """Keep a new draft with what lists show of it, inside the caller's transaction."""
    measure(draft, seller, buyer, today)
    draft.save(force_insert=True)
    record(ctx, NewFact("draft.written", today, draft.id, draft.creditor_id, draft.debtor_id))
    return draft.id


def _open(draft: UUID) -> Draft:
    row: Draft | None = Draft.objects.select_for_update().filter(id=draft).first()
    if row is None or row.state != Draft.State.OPEN:
        raise refuse("draft.closed", "draft", "This draft is issued or discarded and cannot be changed.")
    return row


@dataclass(frozen=True, slots=True)
class Editing:
    """One opened editor of a draft, and which of its saves this is."""

    page: str
    """Names the opened editor, so that its own saves never meet each other as those of a colleague."""
    seen: str
    """When the draft had last been changed as the editor was opened, as `changed_at.isoformat()`."""
    turn: int = 0
    by_itself: bool = False
    """A save that nobody asked for: it gives way to a later one of the same editor."""


def _late(row: Draft, editing: Editing) -> bool:
    """Tell whether a save arrives after a later one of the same editor; refuses to write over somebody else's."""
    if row.changed_in == editing.page:
        return editing.by_itself and editing.turn <= row.changed_turn
    if row.changed_at.isoformat() != editing.seen:
        sentence = "This draft was changed after you opened it. What you typed since is not kept."
        raise refuse("draft.changed_meanwhile", "draft", sentence)
    return False


@command("invoicing.change_draft", Permission.INVOICES_DRAFT)
def change_draft(
    ctx: Ctx, *, draft: UUID, content: dict[str, Any], today: date, currency: str | None = None,
    term: str | None = None, editing: Editing | None = None, key: str | None = None,
) -> UUID:  # fmt: skip
    """Replace the content of an open draft. Lines of an order are changed through a new draft.

    `editing` says from which opened editor: then nothing is written over what somebody else wrote meanwhile.
    """
    del key
    row = _open(draft)
    if row.billed and content.get("lines") != row.content.get("lines"):
        sentence = "These lines come from an order; discard the draft and bill other quantities."
        raise refuse("draft.from_order", "lines", sentence)
    if editing and _late(row, editing):
        return draft
    row.content, row.currency, row.term = content, currency or row.currency, term or row.term
    row.changed_at, row.changed_by = clock.now(), ctx.actor
    row.changed_in, row.changed_turn = (editing.page, editing.turn) if editing else ("", 0)
    measure(row, *masterdata.pair(ctx, row.creditor_id, row.debtor_id), today)
    row.save(
        update_fields=[
            "content", "currency", "term", "gross", "errors", "warnings", "changed_at", "changed_by", "changed_in",
            "changed_turn",
        ]
    )  # fmt: skip
    return draft


@command("invoicing.discard_draft", Permission.INVOICES_DRAFT)
def discard_draft(ctx: Ctx, *, draft: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Discard an open draft and give its quantities back to the order."""
    del key
    row = _open(draft)
    give_back(row.billed)
    row.state = Draft.State.DISCARDED
    row.save(update_fields=["state"])
    record(ctx, NewFact("draft.discarded", today, draft, row.creditor_id, row.debtor_id, {"reason": reason}))
    return draft


@command("invoicing.draft_from_order", Permission.INVOICES_DRAFT)
def draft_from_order(
    ctx: Ctx, *, order: UUID, today: date, quantities: dict[str, str] | None = None, term: str | None = None,
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Draft an invoice for an order: everything that is left, or `quantities` {line id: quantity as text}.

    Billing more than is left of a line is refused here and by the database, and so is what was prepaid.
    """
    del key
    row = open_order(order)
    billing = billing_of(row, quantities)
    refuse_twice([row])
    seller, buyer = masterdata.pair(ctx, row.creditor_id, row.debtor_id)
    draft = Draft(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, debtor_id=row.debtor_id, order_id=order,
        content=billing.content, currency=row.currency, term=term or str(buyer.term_days), written_by=ctx.actor,
        billed=billing.billed,
    )  # fmt: skip
    return keep(ctx, draft, seller, buyer, today)


@dataclass(frozen=True, slots=True)
class Billing:
    """What an invoice takes of one order: its lines and references, and the quantities by order line."""

    content: dict[str, Any]
    billed: list[list[str]]


def open_order(order: UUID) -> Order:
    """Return an order that may still be billed; refuses closed and unknown ones."""
    row: Order | None = Order.objects.filter(id=order, closed_on__isnull=True).first()
    if row is None:
        raise refuse("order.closed", "order", "There is no such open order.")
    return row


def billing_of(order: Order, quantities: Mapping[str, str] | None) -> Billing:
    """Take quantities of an order under lock: everything left, or `quantities`; refuses more than is left."""
    lines = list(OrderLine.objects.select_for_update().filter(order_id=order.id).order_by("id"))
    taken = _taken(lines, quantities)
    for line in lines:
        if line.id in taken:
            line.billed += taken[line.id]
    OrderLine.objects.bulk_update([line for line in lines if line.id in taken], ["billed"])
    content = _content(order, sorted(lines, key=lambda one: one.position), taken)
    return Billing(content, [[str(line), str(quantity)] for line, quantity in sorted(taken.items())])


def give_back(billed: Sequence[Sequence[str]]) -> None:
    """Give quantities back to their orders, inside the caller's transaction."""
    quantities = {UUID(line): Decimal(quantity) for line, quantity in billed}
    rows = list(OrderLine.objects.select_for_update().filter(id__in=list(quantities)).order_by("id"))
    for row in rows:
        row.billed -= quantities[row.id]
    OrderLine.objects.bulk_update(rows, ["billed"])


def _taken(lines: Sequence[OrderLine], quantities: Mapping[str, str] | None) -> dict[UUID, Decimal]:
    left = {line.id: line.quantity - line.billed for line in lines}
    if quantities is None:
        taken = {line: quantity for line, quantity in left.items() if quantity > 0}
    else:
        taken = {UUID(line): Decimal(quantity) for line, quantity in quantities.items() if Decimal(quantity)}
    named = {line.id: line.description for line in lines}
    found = [
        Finding(
            "order.over_billed", f"quantities.{line}",
            f"{named.get(line, line)}: {_plain(quantity)} is not within the {_plain(left.get(line, Decimal(0)))} "
            "left to bill.",
        )
        for line, quantity in taken.items()
        if not quantity.is_finite() or not 0 < quantity <= left.get(line, Decimal(0))
    ]  # fmt: skip
    if found:
        raise RefusedError(*found)
    if not taken:
        raise refuse("order.billed", "order", "Nothing of this order is left to bill.")
    return taken


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")


def _content(order: Order, lines: Sequence[OrderLine], taken: Mapping[UUID, Decimal]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for line in lines:
        if line.id not in taken:
            continue
        row = {
            "id": str(len(rows) + 1), "name": line.description, "quantity": _plain(taken[line.id]), "unit": line.unit,
            "price": _plain(line.price), "category": line.category, "order_line": str(line.position),
        }  # fmt: skip
        if line.nature:
            row["nature"] = line.nature
        if line.article:
            row["seller_item"] = line.article
        if line.rate is not None:
            row["rate"] = _plain(line.rate)
        if line.delivered_on:
            row["period"] = {"start": line.delivered_on.isoformat(), "end": line.delivered_on.isoformat()}
        if line.delivery_note:
            day = {"day": line.delivered_on.isoformat()} if line.delivered_on else {}
            row["despatch"] = {"number": line.delivery_note, **day}
        rows.append(row)
    content: dict[str, Any] = {"lines": rows, "references": {"order": order.number}}
    if order.buyer_reference:
        content["references"]["buyer"] = order.buyer_reference
    return content | supplied(rows)


def ordered_lines(order: Order) -> list[dict[str, Any]]:
    """Return all lines of an order as lines of an invoice: what a prepayment is for."""
    lines = list(OrderLine.objects.filter(order_id=order.id).order_by("position"))
    rows: list[dict[str, Any]] = _content(order, lines, {line.id: line.quantity for line in lines})["lines"]
    return rows


def supplied(rows: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return when the whole was supplied: on one day, else over a period in which each line keeps its own day."""
    days = {row["period"]["start"] for row in rows if "period" in row}
    if len(days) > 1:
        return {"period": {"start": min(days), "end": max(days)}}
    for row in rows:
        row.pop("period", None)
    return {"delivery": {"day": days.pop()}} if days else {}
