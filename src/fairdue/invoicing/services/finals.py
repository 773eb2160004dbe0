"""Prepayment invoices on an order, and the final invoice that deducts them.

Source: VAT Directive Art. 65 and 226(7); UStG section 14(5): a final invoice deducts the payments received
before the supply and the tax on them. Only prepayments that are paid in full are deducted; one that is open
must be paid or credited first, so that no tax is shown twice.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.core.invoice.model import DocumentType, VatCategory
from fairdue.core.invoice.totals import VatLine, tax_of, totals
from fairdue.core.invoice.wire import from_wire
from fairdue.core.money import Rounding, decimal_of, round_minor
from fairdue.core.vat.prepayment import Prepaid, prepayable, remainders
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.documents.words import words
from fairdue.invoicing.models import Draft, Invoice, Order, OrderLine, Settlement
from fairdue.invoicing.prepaid import DEDUCTS_TOO_LITTLE, cleared_numbers, number_of, undeducted
from fairdue.invoicing.services.drafts import billing_of, keep, open_order, ordered_lines
from fairdue.receivables import selectors as heart

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.core.invoice.model import Invoice as Content
    from fairdue.foundation.context import Ctx

type Kind = tuple[str, Decimal | None]
"""Category and rate of VAT."""
WHOLE = Decimal(100)
_SENTENCES = {
    "final.unpaid": "The prepayment invoice {} is not paid in full; wait for the money or credit it first.",
    "final.settled": "The prepayment invoice {} is deducted from another final invoice already.",
    "final.credited": "The prepayment invoice {} was credited in part; credit the rest of it first.",
    "final.currency": "{} is no prepayment invoice in this currency.",
}


@dataclass(frozen=True, slots=True)
class Settled:
    """A prepayment invoice that a final invoice deducts; minor units of their currency."""

    id: UUID
    number: str
    day: date
    net: int
    tax: int
    gross: int
    vat: tuple[VatLine, ...]
    cleared: str = ""
    """The number that a clearance system gave it."""


@command("invoicing.draft_prepayment", Permission.INVOICES_DRAFT)
def draft_prepayment(
    ctx: Ctx, *, order: UUID, percent: str, today: date, term: str | None = None, key: str | None = None
) -> UUID:
    """Draft a prepayment invoice (386) over `percent` of an open order, one line for each VAT rate.

    Refuses more than the order is worth after earlier prepayments; open drafts of them count.
    """
    del key
    row = open_order(order)
    share = Decimal(percent)
    if not 0 < share <= WHOLE:
        raise refuse("prepayment.percent", "percent", "The share is above 0 and at most 100 percent.")
    parts = _parts(row, share)
    seller, buyer = masterdata.pair(ctx, row.creditor_id, row.debtor_id)
    text = words(buyer.language)["prepayment_on"].format(percent=words(buyer.language).short(share), order=row.number)
    content: dict[str, Any] = {
        "type": DocumentType.PREPAYMENT.value,
        "lines": [
            _line(place, text, kind, net, row.currency) | _nature(order)
            for place, (kind, net) in enumerate(parts.items(), 1)
        ],
        "ordered": ordered_lines(row),
        "references": {"order": row.number},
        "delivery": {"day": today.isoformat()},
    }
    if row.buyer_reference:
        content["references"]["buyer"] = row.buyer_reference
    draft = Draft(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, debtor_id=row.debtor_id, order_id=order, content=content,
        currency=row.currency, term=term or str(buyer.term_days), written_by=ctx.actor,
    )  # fmt: skip
    return keep(ctx, draft, seller, buyer, today)


def _parts(order: Order, share: Decimal) -> dict[Kind, int]:
    """Return what to prepay of each category and rate, in minor units; refuses more than the order is worth.

    The last prepayment may ask for some minor units less than its share, so that net and tax of all of them together
    never exceed those of the final invoice (docs/rules/prepayment.md).
    """
    worth, whole = _worth(order)
    before = _prepaid(order)
    wanted = {
        kind: round_minor(value * share / WHOLE, order.currency, Rounding.HALF_UP) for kind, value in worth.items()
    }
    left = sum(whole.values()) - sum(row.basis for rows in before.values() for row in rows)
    slack = sum(len(rows) + 1 for rows in before.values()) or len(worth)
    parts = {kind: prepayable(net, whole[kind], kind[1], before.get(kind, ())) for kind, net in wanted.items()}
    parts = {kind: net for kind, net in parts.items() if net}
    if sum(wanted.values()) > left + slack or not parts:
        shown = decimal_of(max(left, 0), order.currency)
        sentence = f"Only {shown} {order.currency} of the order are left to prepay (net)."
        raise refuse("prepayment.exceeds", "percent", sentence)
    return parts


def _worth(order: Order) -> tuple[dict[Kind, Decimal], dict[Kind, int]]:
    """Return what each category and rate of an order is worth: exactly, and as its lines will be rounded."""
    worth: dict[Kind, Decimal] = defaultdict(Decimal)
    whole: dict[Kind, int] = defaultdict(int)
    for line in OrderLine.objects.filter(order_id=order.id).order_by("position"):
        value = line.quantity * line.price
        worth[line.category, line.rate] += value
        whole[line.category, line.rate] += round_minor(value, order.currency, Rounding.HALF_UP)
    return worth, whole


def _line(place: int, text: str, kind: Kind, net: int, currency: str) -> dict[str, Any]:
    category, rate = kind
    found = {
        "id": str(place), "name": text, "quantity": "1", "unit": "C62", "price": str(decimal_of(net, currency)),
        "category": category,
    }  # fmt: skip
    return found if rate is None else {**found, "rate": format(rate.normalize(), "f")}


def _nature(order: UUID) -> dict[str, str]:
    """Return what a prepayment is for, where all lines of the order supply the same."""
    found = set(OrderLine.objects.filter(order_id=order).values_list("nature", flat=True))
    return {"nature": found.pop()} if len(found) == 1 and "" not in found else {}


def _prepaid(order: Order) -> dict[Kind, list[VatLine]]:
    """Return the VAT rows of the prepayments of an order: issued ones, credit notes on them below zero, and drafts."""
    found: dict[Kind, list[VatLine]] = defaultdict(list)
    issued = list(Invoice.objects.filter(order_id=order.id, type=DocumentType.PREPAYMENT))
    ids = [row.id for row in issued]
    notes = Invoice.objects.filter(preceding_id__in=ids, type=DocumentType.CREDIT_NOTE)
    for row, sign in (*((row, 1) for row in issued), *((row, -1) for row in notes)):
        for vat in _breakdown(row):
            found[vat.category, vat.rate].append(VatLine(vat.category, vat.rate, sign * vat.basis, sign * vat.tax))
    for content in Draft.objects.filter(order_id=order.id, state=Draft.State.OPEN).values_list("content", flat=True):
        if content.get("type") == DocumentType.PREPAYMENT:
            for line in content["lines"]:
                vat = _drafted(line, order.currency)
                found[vat.category, vat.rate].append(vat)
    return found


def _drafted(line: dict[str, Any], currency: str) -> VatLine:
    """Return the VAT row of a line of a draft; what nobody can read yet counts as nothing until it is issued."""
    rate = number_of(line.get("rate"))
    basis = round_minor(number_of(line.get("price")) or Decimal(0), currency, Rounding.HALF_UP)
    known = line.get("category") in set(VatCategory)
    return VatLine(VatCategory(line["category"]) if known else VatCategory.STANDARD, rate, basis, tax_of(basis, rate))


@command("invoicing.draft_final", Permission.INVOICES_DRAFT)
def draft_final(ctx: Ctx, *, order: UUID, today: date, term: str | None = None, key: str | None = None) -> UUID:
    """Draft the final invoice of an order: everything left to bill, less its prepayment invoices.

    Refuses while one of them is not paid in full; its finding names it.
    """
    del key
    row = open_order(order)
    wanted = [one.id for one in undeducted([order])]
    settled = _checked(ctx, wanted, row.currency)
    if not settled:
        raise refuse("final.none", "order", "This order has no prepayment invoice to deduct; bill it as usual.")
    billing = billing_of(row, None)
    seller, buyer = masterdata.pair(ctx, row.creditor_id, row.debtor_id)
    text = words(buyer.language)
    content = {
        **billing.content,
        "prepaid": str(decimal_of(sum(one.gross for one in settled), row.currency)),
        "preceding": [_named(one) for one in settled],
        "advances": [_named(one) | {"rows": _taxed(one, row.currency)} for one in settled],
        "notes": [{"text": _sentence(one, row.currency, text), "subject": "AAI"} for one in settled],
    }
    draft = Draft(
        tenant_id=ctx.tenant, creditor_id=row.creditor_id, debtor_id=row.debtor_id, order_id=order, content=content,
        currency=row.currency, term=term or str(buyer.term_days), written_by=ctx.actor, billed=billing.billed,
        settles=[str(one.id) for one in settled],
    )  # fmt: skip
    return keep(ctx, draft, seller, buyer, today)


def _named(one: Settled) -> dict[str, str]:
    known = {"number": one.number, "day": one.day.isoformat()}
    return known | {"cleared": one.cleared} if one.cleared else known


def _taxed(one: Settled, currency: str) -> list[dict[str, str]]:
    """Return net and tax of a prepayment invoice rate by rate, in the JSON form."""
    return [
        {"category": vat.category.value, "basis": str(decimal_of(vat.basis, currency)),
         "tax": str(decimal_of(vat.tax, currency))}
        | ({} if vat.rate is None else {"rate": format(vat.rate.normalize(), "f")})
        for vat in one.vat
    ]  # fmt: skip


def _sentence(one: Settled, currency: str, text: Any) -> str:
    shown = {name: text.number(decimal_of(getattr(one, name), currency)) for name in ("net", "tax", "gross")}
    return text["less_prepayment"].format(number=one.number, date=text.date(one.day), currency=currency, **shown)


def _checked(ctx: Ctx, ids: Sequence[UUID], currency: str) -> tuple[Settled, ...]:
    """Return what these prepayment invoices come to; refuses open, credited, settled and foreign ones."""
    rows = list(Invoice.objects.select_for_update().filter(id__in=list(ids)).order_by("id"))
    open_ = {item.id: item.residual for item in heart.items(ctx, ids=[row.id for row in rows])}
    used = set(
        Settlement.objects.filter(prepayment_id__in=[row.id for row in rows]).values_list("prepayment_id", flat=True)
    )
    noted = set(
        Invoice.objects.filter(preceding_id__in=[row.id for row in rows]).values_list("preceding_id", flat=True)
    )
    found = [
        Finding(code, "settles", _SENTENCES[code].format(row.number), source="UStG section 14(5)")
        for row in rows
        for code, wrong in (
            ("final.unpaid", open_.get(row.id, 0) > 0),
            ("final.settled", row.id in used),
            ("final.credited", row.id in noted),
            ("final.currency", row.currency != currency or row.type != DocumentType.PREPAYMENT),
        )
        if wrong
    ]
    if found or len(rows) < len(ids):
        raise RefusedError(*found or [Finding("final.unknown", "settles", "A prepayment invoice is gone.")])
    numbers = cleared_numbers([row.id for row in rows])
    return tuple(
        Settled(
            row.id, row.number, row.issued_on, row.net, row.tax, row.gross, _breakdown(row), numbers.get(row.id, "")
        )
        for row in rows
    )


def _breakdown(row: Invoice) -> tuple[VatLine, ...]:
    frozen, _ = from_wire(row.content)
    return totals(frozen).vat if frozen else ()


def settled_by(ctx: Ctx, draft: Draft, invoice: Content, net: int, tax: int) -> tuple[Settled, ...]:
    """Return what a draft deducts, checked once more when it is issued; `net` and `tax` are its own totals.

    A prepayment at a rate that the supply does not have is refused: its invoice must be corrected first.
    """
    if not draft.settles:
        return ()
    found = _checked(ctx, [UUID(one) for one in draft.settles], draft.currency)
    remainders(totals(invoice).vat, [Prepaid(one.number, one.day, one.vat) for one in found])
    if invoice.prepaid < sum(one.gross for one in found):
        raise refuse("final.prepaid", "prepaid", DEDUCTS_TOO_LITTLE)
    if sum(one.net for one in found) > net or sum(one.tax for one in found) > tax:
        sentence = "The prepayment invoices show more net or tax than the final invoice; credit one of them first."
        raise refuse("final.exceeds", "prepaid", sentence, "UStG section 14(5)")
    return found


def keep_settlements(ctx: Ctx, creditor: UUID, final: UUID, settled: Sequence[Settled]) -> None:
    """Note which prepayment invoices a final invoice deducts; each is deducted once."""
    Settlement.objects.bulk_create([
        Settlement(
            tenant_id=ctx.tenant, creditor_id=creditor, final_id=final, prepayment_id=one.id, net=one.net,
            tax=one.tax, gross=one.gross,
        )
        for one in settled
    ])  # fmt: skip
