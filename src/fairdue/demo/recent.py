"""The last weeks: orders accepted, invoices issued as documents, a credit note, drafts that wait."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.demo.history import currency_of
from fairdue.demo.plan import Plan, PlannedInvoice
from fairdue.invoicing.services import (
    OrderDraft,
    OrderLineDraft,
    accept_orders,
    credit_invoice,
    draft_from_order,
    issue_invoices,
    open_series,
    write_draft,
)

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

GOODS = {
    "NORD": ("Milling head FK 40", "Drill set HSS", "Clamping chuck", "Service on site", "Cooling lubricant, 20 l"),
    "ATLF": ("Lampadaire Seine", "Suspension Loire", "Applique Nuit", "Pose et réglage", "Ampoules LED, lot de 10"),
    "HART": ("Oak worktop", "Hinge set", "Shelving bay", "Delivery and fitting", "Varnish, 5 l"),
    "ALPE": ("Mineralwasser 24 x 0.5 l", "Apfelschorle 24 x 0.33 l", "Kühlschrank Miete", "Lieferung", "Leergut"),
}
HOME = {"NORD": "DE", "ATLF": "FR", "HART": "GB", "ALPE": "CH"}
RATES = {"NORD": "19", "ATLF": "20", "HART": "20", "ALPE": "8.1"}
UNION = frozenset({"DE", "AT", "FR", "BE", "NL", "IT", "ES", "PL", "IE"})


@dataclass(frozen=True, slots=True)
class Issued:
    """What was issued, by the plan's number, with what waits as drafts."""

    invoices: dict[str, UUID]
    drafts: tuple[UUID, ...]


def category_of(invoice: PlannedInvoice) -> str:
    """Return the VAT category: domestic, intra-Community supply, or export."""
    home, there = HOME[invoice.debtor.creditor], invoice.debtor.country.code
    if home == there:
        return "S"
    return "K" if {home, there} <= UNION else "G"


def content_of(invoice: PlannedInvoice, rng: random.Random) -> dict[str, Any]:
    """Return the draft's content: one to four lines that sum to the planned net amount."""
    category = category_of(invoice)
    rate = RATES[invoice.debtor.creditor] if category == "S" else "0"
    goods = GOODS[invoice.debtor.creditor]
    count = rng.randint(1, 4)
    parts = [invoice.net // (count + 1) // 100 * 100 for _ in range(count - 1)]
    parts.append(invoice.net - sum(parts))
    day = invoice.issued_on.isoformat()
    delivery: dict[str, Any] = {"day": day}
    if category == "K":
        delivery["address"] = {
            "street": invoice.debtor.street, "postcode": invoice.debtor.postcode, "city": invoice.debtor.city,
            "country": invoice.debtor.country.code,
        }  # fmt: skip
    return {
        "lines": [
            {"id": str(n), "name": goods[(n + count) % len(goods)], "quantity": "1", "unit": "C62",
             "price": f"{Decimal(part).scaleb(-2)}", "category": category, "rate": rate}
            for n, part in enumerate(parts, 1)
        ],
        "delivery": delivery,
    }  # fmt: skip


def issue_recent(
    ctx: Ctx, plan: Plan, invoices: list[PlannedInvoice], creditors: dict[str, UUID], debtors: dict[str, UUID]
) -> Issued:
    """Issue the recent invoices, a day at a time, and leave today's drafts open."""
    rng = random.Random(11)  # noqa: S311 - invention, not secrets
    for code, creditor in creditors.items():
        open_series(ctx, creditor=creditor, kind="invoice", pattern=f"{code[0]}R-{{yyyy}}-{{n:5}}", today=plan.today)
    found: dict[str, UUID] = {}
    for day, group in groupby(invoices, key=lambda invoice: invoice.issued_on):
        todays = list(group)
        drafts = [
            write_draft(
                ctx, creditor=creditors[invoice.debtor.creditor], debtor=debtors[invoice.debtor.external_id],
                content=content_of(invoice, rng), currency=currency_of(invoice), today=day,
                term=str(invoice.debtor.terms_days),
            )
            for invoice in todays
        ]  # fmt: skip
        issued = issue_invoices(ctx, drafts=drafts, today=day)
        found |= dict(zip((invoice.number for invoice in todays), issued, strict=True))
    return Issued(found, ())


def orders_of_today(ctx: Ctx, plan: Plan, creditors: dict[str, UUID], debtors: dict[str, UUID]) -> None:
    """Accept orders; half of them stand as drafts to be issued today."""
    chosen = [debtor for debtor in plan.debtors if debtor.country.code == HOME[debtor.creditor]][3::27]
    orders = [
        OrderDraft(
            creditors[d.creditor], debtors[d.external_id], f"PO-{7700 + n}", plan.today - timedelta(days=n % 5 + 1),
            "EUR" if d.creditor in {"NORD", "ATLF"} else d.country.currency,
            tuple(
                OrderLineDraft(
                    GOODS[d.creditor][(n + k) % 5], Decimal(k + 2), Decimal(d.size // (k + 3)).scaleb(-2),
                    Decimal(RATES[d.creditor]), delivered_on=plan.today,
                )
                for k in range(n % 3 + 1)
            ),
        )
        for n, d in enumerate(chosen)
    ]  # fmt: skip
    accepted = accept_orders(ctx, orders=orders, today=plan.today)
    for order in accepted[::2]:
        draft_from_order(ctx, order=order, today=plan.today)


def credit_one(ctx: Ctx, issued: Issued, today: date) -> None:
    """Give a credit note on the newest invoice: a part of the goods came back."""
    newest = issued.invoices[max(issued.invoices)]
    credit_invoice(ctx, invoice=newest, reason="Goods returned", today=today)
