"""What was paid before an invoice: money on account for it, and the prepayment invoices that it deducts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Sum

from fairdue.core.findings import Finding, RefusedError
from fairdue.core.invoice.formats.ksef import cleared
from fairdue.core.invoice.model import DocumentType
from fairdue.core.money import decimal_of
from fairdue.invoicing.models import Draft, Invoice, InvoiceEvent, Order, OrderLine, Settlement
from fairdue.receivables import selectors as heart

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from fairdue.foundation.context import Ctx

MOST_CREDITS = 100_000
DEDUCTS_TOO_LITTLE = "The amount paid already is less than the prepayment invoices that are deducted."


@dataclass(frozen=True, slots=True)
class Claim:
    """What a draft says is paid already beyond its prepayment invoices; minor units."""

    creditor: UUID
    debtor: UUID
    currency: str
    amount: int


@dataclass(frozen=True, slots=True)
class Deducted:
    """A prepayment invoice that a draft deducts; minor units."""

    invoice_id: UUID
    number: str
    day: date
    gross: int


@dataclass(frozen=True, slots=True)
class Advance:
    """What a draft may deduct: money on account of its customer in its currency, and its prepayment invoices."""

    on_account: int
    deducted: tuple[Deducted, ...]
    currency: str

    @property
    def claimed(self) -> int:
        """What the prepayment invoices come to."""
        return sum(one.gross for one in self.deducted)

    def findings(self, paid: int) -> tuple[Finding, ...]:
        """Return what is wrong with saying that `paid` is paid already."""
        if paid < self.claimed:
            return (Finding("final.prepaid", "prepaid", DEDUCTS_TOO_LITTLE),)
        missing = paid - self.claimed - self.on_account
        return (not_covered(missing, self.currency),) if missing > 0 else ()


@dataclass(frozen=True, slots=True)
class Prepayment:
    """A prepayment of an order: a draft, or an invoice with what is open of it; minor units."""

    id: UUID
    number: str
    day: date
    gross: int | None
    state: str
    """draft, open, paid, credited or deducted."""
    final_id: UUID | None = None
    final_number: str = ""


def not_covered(minor: int, currency: str) -> Finding:
    """Return the finding for money that is said to be paid and is not on account."""
    amount = f"{decimal_of(minor, currency)} {currency}"
    sentence = f"The invoice says more is paid than is on account of this customer; {amount} are missing."
    return Finding("issue.prepaid", "prepaid", sentence)


def lacking(ctx: Ctx, claims: Sequence[Claim | None]) -> list[Finding | None]:
    """Return the finding of each claim that money on account does not cover; one customer's share it in order."""
    left: dict[tuple[UUID, UUID, str], int] = defaultdict(int)
    for one in _on_account(ctx, {claim.debtor for claim in claims if claim}):
        if one.debtor_id is not None:
            left[one.creditor_id, one.debtor_id, one.currency] += one.unapplied
    found: list[Finding | None] = []
    for claim in claims:
        place = (claim.creditor, claim.debtor, claim.currency) if claim else None
        missing = claim.amount - left[place] if claim and place else 0
        if claim and place:
            left[place] = max(-missing, 0)
        found.append(not_covered(missing, claim.currency) if claim and missing > 0 else None)
    return found


def _on_account(ctx: Ctx, debtors: Iterable[UUID]) -> list[heart.CreditRow]:
    wanted = list(debtors)
    return heart.credits_(ctx, debtors=wanted, limit=MOST_CREDITS) if wanted else []


def claimed_by(settles: Iterable[str]) -> dict[UUID, int]:
    """Return what each of these prepayment invoices comes to."""
    ids = [UUID(one) for one in settles]
    return dict(Invoice.objects.filter(id__in=ids).values_list("id", "gross")) if ids else {}


def advance(ctx: Ctx, draft: UUID, currency: str) -> Advance:
    """Return what a draft may deduct."""
    row = (
        Draft.objects.filter(tenant_id=ctx.tenant, id=draft).values_list("creditor_id", "debtor_id", "settles").first()
    )
    if row is None:
        return Advance(0, (), currency)
    creditor, debtor, settles = row
    free = [
        one.unapplied for one in _on_account(ctx, [debtor]) if (one.creditor_id, one.currency) == (creditor, currency)
    ]
    rows = Invoice.objects.filter(id__in=[UUID(one) for one in settles]).order_by("issued_on", "number")
    return Advance(
        sum(free), tuple(Deducted(*one) for one in rows.values_list("id", "number", "issued_on", "gross")), currency
    )


def prepayments(ctx: Ctx, order: UUID) -> list[Prepayment]:
    """Return the prepayments of an order: its invoices in order of issue, then open drafts."""
    rows = list(
        Invoice.objects.filter(tenant_id=ctx.tenant, order_id=order, type=DocumentType.PREPAYMENT).order_by(
            "issued_on", "number"
        )
    )
    ids = [row.id for row in rows]
    open_ = {item.id: item.residual for item in heart.items(ctx, ids=ids)} if ids else {}
    noted = set(
        Invoice.objects.filter(preceding_id__in=ids, type=DocumentType.CREDIT_NOTE).values_list(
            "preceding_id", flat=True
        )
    )
    used = {
        one.prepayment_id: one.final for one in Settlement.objects.filter(prepayment_id__in=ids).select_related("final")
    }

    def state(row: Invoice) -> str:
        if row.id in used:
            return "deducted"
        if row.id in noted:
            return "credited"
        return "open" if open_.get(row.id) else "paid"

    found = [
        Prepayment(
            row.id, row.number, row.issued_on, row.gross, state(row),
            used[row.id].id if row.id in used else None, used[row.id].number if row.id in used else "",
        )
        for row in rows
    ]  # fmt: skip
    drafts = Draft.objects.filter(tenant_id=ctx.tenant, order_id=order, state=Draft.State.OPEN).order_by("created_at")
    return found + [
        Prepayment(row.id, "", row.created_at.date(), row.gross, "draft")
        for row in drafts
        if row.content.get("type") == DocumentType.PREPAYMENT
    ]


def undeducted(orders: Sequence[UUID]) -> list[Invoice]:
    """Return the prepayment invoices of orders that no final invoice deducts and no credit note took back whole."""
    rows = Invoice.objects.filter(order_id__in=list(orders), type=DocumentType.PREPAYMENT)
    found = list(rows.order_by("issued_on", "number"))
    ids = [row.id for row in found]
    used = set(Settlement.objects.filter(prepayment_id__in=ids).values_list("prepayment_id", flat=True))
    taken = dict(_credited(ids).annotate(sum=Sum("gross")))
    return [row for row in found if row.id not in used and taken.get(row.id, 0) < row.gross]


def _credited(ids: Sequence[UUID]) -> QuerySet[Any, Any]:
    notes = Invoice.objects.filter(preceding_id__in=ids, type=DocumentType.CREDIT_NOTE)
    return notes.values_list("preceding_id")


def refuse_twice(orders: Sequence[Order]) -> None:
    """Refuse to bill so much of orders that what is left of one no longer covers what was prepaid on it, net.

    The final invoice bills what is left and deducts the prepayments; without room for that they would be billed twice.
    Call it after the quantities are taken. Drafts of prepayments count: they may be issued at any time.
    """
    prepaid = _prepaid_net([order.id for order in orders])
    if not prepaid:
        return
    left: dict[UUID, Decimal] = defaultdict(Decimal)
    for line in OrderLine.objects.filter(order_id__in=list(prepaid)):
        left[line.order_id] += (line.quantity - line.billed) * line.price
    found = [
        Finding(
            "order.prepaid", "orders",
            f"{prepaid[order.id]} {order.currency} (net) of order {order.number} are billed by prepayment invoices "
            "already. Draft the final invoice, which deducts them, or bill less.",
            source="UStG section 14(5)",
        )
        for order in orders
        if order.id in prepaid and left[order.id] < prepaid[order.id]
    ]  # fmt: skip
    if found:
        raise RefusedError(*found)


def _prepaid_net(orders: Sequence[UUID]) -> dict[UUID, Decimal]:
    """Return what prepayments of orders come to net, those that are deducted or credited left out."""
    found: dict[UUID, Decimal] = defaultdict(Decimal)
    rows = undeducted(orders)
    taken = dict(_credited([row.id for row in rows]).annotate(sum=Sum("net")))
    for row in rows:
        found[row.order_id] += decimal_of(row.net - taken.get(row.id, 0), row.currency)
    drafts = Draft.objects.filter(order_id__in=list(orders), state=Draft.State.OPEN)
    for order, content in drafts.values_list("order_id", "content"):
        if content.get("type") == DocumentType.PREPAYMENT:
            found[order] += sum((number_of(line.get("price")) or Decimal(0) for line in content["lines"]), Decimal(0))
    return {order: net for order, net in found.items() if net > 0}


def cleared_numbers(invoices: Sequence[UUID]) -> dict[UUID, str]:
    """Return the numbers that a clearance system gave to invoices, as its answers name them (KSeF)."""
    rows = InvoiceEvent.objects.filter(invoice_id__in=list(invoices)).order_by("recorded_at", "id")
    return {id_: text for id_, text in rows.values_list("invoice_id", "reference") if cleared(text)}


def number_of(text: Any) -> Decimal | None:
    """Return the finite number that a field of a draft holds; None for anything else."""
    try:
        value = Decimal(str(text))
    except DecimalException:
        return None
    return value if value.is_finite() else None
