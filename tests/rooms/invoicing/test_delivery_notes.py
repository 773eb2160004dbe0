"""Orders and delivery notes of the lines, from the order to every file that leaves the house."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from tests import make
from tests.core.pages import table

from fairdue.core.findings import RefusedError, errors
from fairdue.core.invoice.check import check
from fairdue.core.invoice.model import LineDocument
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.foundation.models import Fact
from fairdue.invoicing import selectors, services
from fairdue.invoicing.documents.sheet import Look, sheet
from fairdue.invoicing.formats.registry import read, write
from fairdue.invoicing.linedocuments import told
from fairdue.invoicing.models import Draft, Invoice, OrderLine
from fairdue.invoicing.services import Delivered, OrderDraft, OrderLineDraft
from fairdue.invoicing.validation.pool import validate

ROOT = Path(__file__).parents[3]
ROWS = table(ROOT / "docs" / "rules" / "delivery-notes.md", "notes of the lines")
SAMPLES = ROOT / "tests" / "golden"
TODAY = date(2026, 3, 6)


def sample(name="domestic_de", folder="invoices"):
    return from_wire(json.loads((SAMPLES / folder / f"{name}.json").read_text("utf-8")))[0]


def documents(cell):
    found = []
    for one in cell.split(", "):
        number, _, day = one.partition("/")
        found.append(None if one == "-" else LineDocument(number, date.fromisoformat(f"2026-{day}") if day else None))
    return found


def with_documents(invoice, orders, despatches):
    lines = [
        replace(line, order=order, despatch=despatch, note="", order_line="")
        for line, order, despatch in zip(invoice.lines, orders, despatches, strict=False)
    ]
    references = replace(invoice.references, order="", despatch="")
    return replace(invoice, lines=tuple(lines), references=references)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['orders']} with {row['delivery notes']}")
def test_what_lines_share_stands_above_and_what_differs_in_words(row):
    given = with_documents(sample(), documents(row["orders"]), documents(row["delivery notes"]))
    found = told(given)
    assert (found.references.order, found.references.despatch) == (row["BT-13"], row["BT-16"])
    assert [line.note or "-" for line in found.lines] == row["notes of the lines"].split(", ")
    assert told(found) == found


def several():
    invoice = sample()
    orders = [LineDocument("A-1", date(2026, 3, 1)), LineDocument("A-2"), *[None] * 8]
    notes = [LineDocument("L-1", date(2026, 3, 2)), LineDocument("L-2", date(2026, 3, 4)), *[None] * 8]
    count = len(invoice.lines)
    return told(with_documents(invoice, orders[:count], notes[:count]))


@pytest.mark.parametrize("code", ["factur-x-extended", "ctc-fr-ubl", "ctc-fr-cii"])
def test_extended_profiles_carry_them_on_the_line_and_the_official_rules_agree(code):
    content = write(code, several()).content
    record, plain = (validate(one, code=code) for one in (content, write(code, sample()).content))
    assert record.state == plain.state != "not_checked"
    assert {one.code for one in record.findings} == {one.code for one in plain.findings}
    back, _ = read(content)
    assert [(line.order, line.despatch) for line in back.lines] == [
        (line.order, line.despatch) for line in several().lines
    ]


def test_the_italian_and_the_polish_file_name_every_delivery_note():
    invoice = sample("italy_invoice", "national")
    notes = [LineDocument("L-1", date(2026, 11, 2)), LineDocument("L-2"), *[None] * 8]
    orders = [LineDocument("A-1", date(2026, 11, 1)), None, *[None] * 8]
    given = replace(
        with_documents(invoice, orders[: len(invoice.lines)], notes[: len(invoice.lines)]),
        delivery=replace(invoice.delivery, day=date(2026, 11, 3)),
    )
    back, findings = read(write("fatturapa", given).content)
    assert not errors(findings)
    assert [line.order for line in back.lines] == orders[: len(back.lines)]
    assert back.lines[0].despatch == notes[0]
    assert back.lines[1].despatch == LineDocument("L-2", date(2026, 11, 3))
    shared = write("fatturapa", replace(given, lines=tuple(replace(one, despatch=notes[0]) for one in given.lines)))
    assert b"<DatiDDT><NumeroDDT>L-1</NumeroDDT><DataDDT>2026-11-02</DataDDT></DatiDDT>" in shared.content
    polish = sample("poland_invoice", "national")
    content = write("ksef-fa3", with_documents(polish, [None] * 8, notes)).content
    assert b"<WZ>L-1</WZ>" in content


@pytest.mark.parametrize("code", ["ubl", "cii", "xrechnung-ubl", "xrechnung-cii"])
def test_plain_profiles_carry_them_in_the_note_of_the_line(code):
    content = write(code, several()).content
    assert b"Lieferschein L-1 vom 02.03.2026" in content
    assert b"Auftrag A-1 vom 01.03.2026" in content
    assert b"DespatchLineReference" not in content
    back, _ = read(content)
    assert [line.despatch for line in back.lines] == [None] * len(several().lines)


def test_the_printed_invoice_shows_them():
    shown = sheet(several(), totals(several()), Look())
    assert any("Lieferschein L-1 vom 02.03.2026" in line for row in shown["rows"] for line in row["details"])
    shared = replace(sample(), references=replace(sample().references, despatch="L-9"))
    assert ["Lieferschein", "L-9"] in sheet(shared, totals(shared), Look())["meta"]


def test_a_document_without_a_number_is_a_finding():
    invoice = with_documents(sample(), [LineDocument(" ")], [LineDocument("")])
    assert {one.path for one in check(invoice) if one.code == "content.line_document"} == {
        "lines[0].order.number", "lines[0].despatch.number",
    }  # fmt: skip


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        make.able_to_bill(books, email="ar@nordwind.example", settings={"formats": ["ubl"], "delivery": "none"})
    return books


def ordered(ctx, shop, number="A-1", **more):
    lines = (
        OrderLineDraft("Head", Decimal(4), Decimal("250.00"), Decimal(19), **more),
        OrderLineDraft("Book", Decimal(10), Decimal("10.00"), Decimal(7)),
    )
    made = OrderDraft(shop.creditor, shop.debtor, number, date(2026, 3, 1), "EUR", lines)
    return services.accept_orders(ctx, orders=[made], today=TODAY)[0]


def test_partial_deliveries_are_billed_with_their_own_notes(ctx, shop):
    with ctx.open():
        order = ordered(ctx, shop)
        head, book = (line.id for line in selectors.order_lines(ctx, order))
        first = Delivered(head, " LS-1 ", date(2026, 3, 2))
        assert services.note_deliveries(ctx, deliveries=[first], today=TODAY) == 1
        assert services.note_deliveries(ctx, deliveries=[first], today=TODAY) == 0
        part = services.draft_from_order(ctx, order=order, quantities={str(head): "2"}, today=TODAY)
        services.note_deliveries(
            ctx, today=TODAY,
            deliveries=[Delivered(head, "LS-2", date(2026, 3, 4)), Delivered(book, "LS-3", date(2026, 3, 5))],
        )  # fmt: skip
        rest = services.draft_from_order(ctx, order=order, today=TODAY)
        one, two = (
            Invoice.objects.get(id=services.issue_invoice(ctx, draft=draft, today=TODAY)).content
            for draft in (part, rest)
        )
        assert one["references"] == {"order": "A-1", "despatch": "LS-1"}
        assert one["delivery"] == {"day": "2026-03-02"}
        assert "despatch" not in two["references"]
        assert two["period"] == {"start": "2026-03-04", "end": "2026-03-05"}
        assert [line["note"] for line in two["lines"]] == [
            "Lieferschein LS-2 vom 04.03.2026", "Lieferschein LS-3 vom 05.03.2026",
        ]  # fmt: skip
        assert [line["period"]["end"] for line in two["lines"]] == ["2026-03-04", "2026-03-05"]
        told_ = Fact.objects.filter(type="order.delivered", subject_id=order).order_by("id")
        assert [fact.payload["notes"] for fact in told_] == ["LS-1", "LS-2, LS-3"]


def test_a_collective_invoice_names_order_and_delivery_note_of_each_line(ctx, shop):
    with ctx.open():
        orders = [
            ordered(ctx, shop, f"A-{day}", delivered_on=date(2026, 3, day), delivery_note=f"LS-{day}") for day in (2, 3)
        ]
        draft = services.draft_from_orders(ctx, orders=orders, today=TODAY)
        content = Invoice.objects.get(id=services.issue_invoice(ctx, draft=draft, today=TODAY)).content
        assert content["lines"][2]["despatch"] == {"number": "LS-3", "day": "2026-03-03"}
        assert content["lines"][2]["note"] == "Auftrag A-3 vom 01.03.2026\nLieferschein LS-3 vom 03.03.2026"
        assert content["lines"][3]["note"] == "Auftrag A-3 vom 01.03.2026"


def test_lines_of_closed_orders_and_endless_numbers_are_refused(ctx, shop):
    with ctx.open():
        order = ordered(ctx, shop)
        [line, _] = selectors.order_lines(ctx, order)
        with pytest.raises(RefusedError, match="at most 60"):
            services.note_deliveries(ctx, deliveries=[Delivered(line.id, "9" * 61)], today=TODAY)
        with pytest.raises(RefusedError, match="at most 60"):
            ordered(ctx, shop, "A-9", delivery_note="9" * 61)
        services.close_order(ctx, order=order, reason="no", today=TODAY)
        with pytest.raises(RefusedError, match="no open order"):
            services.note_deliveries(ctx, deliveries=[Delivered(line.id, "LS-1")], today=TODAY)
        assert set(OrderLine.objects.values_list("delivery_note", flat=True)) == {""}
        assert not Draft.objects.exists()
