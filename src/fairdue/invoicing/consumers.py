"""Answers to facts: issued documents are rendered, rendered ones delivered, and the post's answer is noted."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.invoice.delivery import Way
from fairdue.foundation.facts import FactRow, consume
from fairdue.foundation.jobs import defer
from fairdue.invoicing import services
from fairdue.invoicing.channels import by_code, email
from fairdue.invoicing.jobs import CHUNK
from fairdue.invoicing.models import Invoice

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


@consume("invoicing.render", "invoice.issued", "credit_note.issued")
def render_issued(ctx: Ctx, facts: list[FactRow]) -> None:
    """Queue the rendering of what was issued, some at a time."""
    ids = [str(fact.subject_id) for fact in facts]
    for start in range(0, len(ids), CHUNK):
        defer(ctx, "invoicing.render", invoices=ids[start : start + CHUNK])


@consume("invoicing.route", "invoice.issued", "credit_note.issued")
def route_issued(ctx: Ctx, facts: list[FactRow]) -> None:
    """Have written what a channel carries beyond the usual formats; tell at once where no channel is left."""
    days = {fact.subject_id: fact.happened_on for fact in facts if fact.subject_id}
    ways = services.routed(ctx, list(days))
    for invoice, choice in ways.items():
        if choice.way is None:
            services.note_undeliverable(ctx, invoice=invoice, reason=choice.why, today=days[invoice], channel="none")
    ids = [str(invoice) for invoice, choice in ways.items() if choice.way not in {None, Way.EMAIL}]
    for start in range(0, len(ids), CHUNK):
        defer(ctx, "invoicing.route", invoices=ids[start : start + CHUNK])


@consume("invoicing.deliver", "document.rendered")
def deliver_rendered(ctx: Ctx, facts: list[FactRow]) -> None:
    """Deliver documents whose carrying format is there, where the creditor wants it and nothing was tried yet."""
    there = {(fact.subject_id, fact.payload["format"]): fact for fact in facts if fact.subject_id}
    ways = services.routed(ctx, [invoice for invoice, _ in there if invoice])
    untried = Invoice.objects.filter(id__in=list(ways), delivery=Invoice.Delivery.NONE)
    waiting = set(untried.values_list("id", flat=True))
    by_day: dict[date, dict[UUID, services.Asked]] = defaultdict(dict)
    for invoice, choice in ways.items():
        fact = there.get((invoice, by_code(choice.way).format)) if choice.way else None
        if fact is not None and choice.way and invoice in waiting:
            by_day[fact.happened_on][invoice] = services.Asked(choice.way, choice.why)
    for day, asked in by_day.items():
        services.deliver_invoices(ctx, asked=asked, today=day)


@consume("invoicing.delivery_ended", "mail.sent", "mail.failed", "mail.cancelled")
def note_outcome(ctx: Ctx, facts: list[FactRow]) -> None:
    """Note what became of the messages that carried invoices."""
    for fact in facts:
        delivery = fact.payload.get("context", {}).get("delivery")
        if fact.payload.get("kind") == email.KIND and delivery:
            reason = "" if fact.type == "mail.sent" else str(fact.payload.get("reason") or "not sent")
            services.end_delivery(ctx, delivery=UUID(delivery), reason=reason, today=fact.happened_on)
