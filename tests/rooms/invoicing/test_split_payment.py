"""Split payment in Italy: the tax that the public buyer pays to the treasury is never owed to the seller."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection
from tests.core.pages import table

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.model import CreditTransfer, PaymentMeans
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.core.money import decimal_of
from fairdue.foundation.verifying import INVARIANTS
from fairdue.invoicing import services
from fairdue.invoicing.documents.payment import epc_text
from fairdue.invoicing.documents.sheet import Look, sheet
from fairdue.invoicing.formats.registry import write
from fairdue.invoicing.models import Invoice
from fairdue.parties.models import Creditor, Debtor
from fairdue.receivables import selectors as heart

TODAY = date(2026, 3, 2)
PAGE = Path(__file__).parents[3] / "docs/rules/split-payment.md"
_LINES = """
SELECT a.role, sum(l.amount) FROM journal_line l
JOIN journal_entry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
JOIN account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id
WHERE l.tenant_id = %s GROUP BY a.role
"""


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(
            country="IT", street="Via Roma 1", postcode="20121", city="Milano", vat_id="IT00743110157",
            email="ar@nord.example", iban="IT60X0542811101000000123456",
            legal={"rea": "MI-123456", "capital": "10000"}, settings={"formats": ["ubl"], "delivery": "none"},
        )  # fmt: skip
        Debtor.objects.filter(id=books.debtor).update(
            country="IT", street="Piazza 2", postcode="00187", city="Roma", vat_id="IT06363391001"
        )
    return books


def lines(text):
    found = []
    for number, part in enumerate(text.split(";"), 1):
        price, category, rate = part.split()
        found.append(
            {"id": str(number), "name": "Consulenza", "quantity": "1", "unit": "C62", "price": price,
             "category": category, "rate": rate}
        )  # fmt: skip
    return found


def issued(ctx, shop, text, **more):
    exempt = [{"category": "E", "reason": "Esente, art. 10 DPR 633/72 (N4)"}] if " E " in text else []
    draft = services.write_draft(
        ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY,
        content={"lines": lines(text), "delivery": {"day": "2026-03-01"}, "exemptions": exempt, **more},
    )  # fmt: skip
    return services.issue_invoice(ctx, draft=draft, today=TODAY)


def booked(ctx):
    with connection.cursor() as cursor:
        cursor.execute(_LINES, [ctx.tenant])
        return dict(cursor.fetchall())


def money(minor):
    return str(decimal_of(minor, "EUR"))


def verified(ctx):
    return [finding for name in INVARIANTS for finding in INVARIANTS[name](ctx)]


@pytest.mark.parametrize("row", table(PAGE, "open item"), ids=lambda row: row["lines: net and category at rate"])
def test_the_worked_numbers_hold(ctx, shop, row):
    with ctx.open():
        one = Invoice.objects.get(id=issued(ctx, shop, row["lines: net and category at rate"]))
        assert [money(value) for value in (one.net, one.tax, one.gross)] == [row["net"], row["tax"], row["gross"]]
        [item] = heart.items(ctx, ids=[one.id])
        assert [money(item.residual), money(one.payable)] == [row["open item"]] * 2
        sums = booked(ctx)
        assert money(sums["receivable"]) == row["receivable"]
        assert (money(-sums["revenue"]), money(-sums.get("tax", 0))) == (row["revenue"], row["tax account"])
        assert verified(ctx) == []


def test_a_cancelled_invoice_leaves_nothing_open_and_nothing_in_the_books(ctx, shop):
    with ctx.open():
        one = issued(ctx, shop, "1000.00 B 22")
        note = services.cancel_invoice(ctx, invoice=one, reason="Wrong body", today=TODAY)
        assert heart.items(ctx, ids=[one])[0].residual == 0
        assert (Invoice.objects.get(id=note).gross, Invoice.objects.get(id=note).payable) == (122000, 100000)
        assert set(booked(ctx).values()) == {0}
        assert verified(ctx) == []


def test_a_corrected_invoice_takes_the_place_of_the_net_amount(ctx, shop):
    with ctx.open():
        one = issued(ctx, shop, "1000.00 B 22")
        draft = services.draft_correction(ctx, invoice=one, reason="Price", today=TODAY)
        services.change_draft(
            ctx, draft=draft, content={"lines": lines("900.00 B 22"), "delivery": {"day": "2026-03-01"}}, today=TODAY
        )
        second = services.issue_invoice(ctx, draft=draft, today=TODAY)
        assert [item.residual for item in heart.items(ctx, ids=[one, second])] in ([0, 90000], [90000, 0])
        sums = booked(ctx)
        assert (sums["receivable"], sums["revenue"], sums.get("tax", 0)) == (90000, -90000, 0)
        assert verified(ctx) == []


def test_nothing_is_deducted_as_paid_already(ctx, shop):
    with ctx.open(), pytest.raises(RefusedError) as refused:
        issued(ctx, shop, "1000.00 B 22", prepaid="100.00")
    assert "split.prepaid" in {one.code for one in refused.value.findings}


def test_paper_code_and_fattura_ask_for_the_rest(ctx, shop):
    with ctx.open():
        row = Invoice.objects.get(id=issued(ctx, shop, "1000.00 B 22"))
    invoice, _ = from_wire(row.content)
    transfer = CreditTransfer("IT60X0542811101000000123456", "Nord")
    invoice = replace(invoice, payment=PaymentMeans("58", "", "R1", (transfer,)))
    sums = totals(invoice)
    assert (sums.due, sums.split_tax, sums.payable) == (122000, 22000, 100000)
    page = sheet(invoice, sums, Look())
    [split] = [pair for pair in page["sums"] if "scissione dei pagamenti" in pair[0]]
    assert Decimal(split[1].replace("\u2212", "-").replace(",", ".")) == Decimal(-220)
    assert page["due"][1] in {"1,000.00\u00a0EUR", "1.000,00\u00a0EUR"}
    assert "EUR1000.00" in epc_text(invoice, sums)
    fattura = write("fatturapa", invoice).content.decode()
    assert "<EsigibilitaIVA>S</EsigibilitaIVA>" in fattura
    assert "<ImportoPagamento>1000.00</ImportoPagamento>" in fattura
    assert "<ImportoTotaleDocumento>1220.00</ImportoTotaleDocumento>" in fattura
    assert ">1220.00</cbc:PayableAmount>" in write("ubl", invoice).content.decode()
