from __future__ import annotations

import hashlib
import threading
from datetime import date
from decimal import Decimal
from uuid import UUID

import psycopg
import pytest
from django.core import mail
from django.db import DatabaseError, connection, connections, transaction
from tests import make
from tests.make import LINE

from fairdue.core.findings import RefusedError
from fairdue.foundation.files import load
from fairdue.foundation.jobs import drain
from fairdue.foundation.models import Fact
from fairdue.foundation.verifying import INVARIANTS
from fairdue.invoicing import services
from fairdue.invoicing.channels import Channel, by_code, register
from fairdue.invoicing.formats.registry import read
from fairdue.invoicing.models import Counter, Delivery, Document, Draft, Invoice, OrderLine, Series
from fairdue.invoicing.services import OrderDraft, OrderLineDraft
from fairdue.parties.models import Creditor, Debtor
from fairdue.receivables import selectors as heart

TODAY = date(2026, 3, 2)


def content(**more):
    return {"lines": [dict(LINE)], "delivery": {"day": "2026-03-01"}, **more}


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(
            street="Weg 1", postcode="10115", city="Berlin", vat_id="DE129273398", email="ar@nordwind.example",
            iban="DE75512108001245126199", bic="SOGEDEFF", settings={"formats": ["ubl", "factur-x"]},
        )  # fmt: skip
        Debtor.objects.filter(id=books.debtor).update(
            street="Platz 2", postcode="20095", city="Hamburg", email=f"ap{ctx.tenant}@kaufmann.example"
        )
    return books


def draft(ctx, shop, **more):
    return services.write_draft(
        ctx, creditor=shop.creditor, debtor=shop.debtor, content=content(**more), currency="EUR", today=TODAY
    )


def issued(ctx, shop, **more):
    return services.issue_invoice(ctx, draft=draft(ctx, shop, **more), today=TODAY)


def verified(ctx):
    return [finding for name in INVARIANTS if name.startswith("invoicing") for finding in INVARIANTS[name](ctx)]


def test_issuing_numbers_freezes_opens_the_item_and_posts(ctx, shop):
    with ctx.open():
        invoice = Invoice.objects.get(id=issued(ctx, shop))
        assert (invoice.number, invoice.gross, invoice.tax) == ("RE-2026-00001", 11900, 1900)
        assert invoice.content["buyer"]["name"] == "Kaufmann KG"
        assert invoice.content["payment"]["reference"].startswith("RF")
        [item] = heart.items(ctx, ids=[invoice.id])
        assert (item.number, item.residual, item.net_amount) == ("RE-2026-00001", 11900, 10000)
        assert item.due_on == invoice.due_on == date(2026, 4, 1)
        assert item.reference == invoice.content["payment"]["reference"]
        balance = {
            row.code: row.debit - row.credit for row in heart.trial_balance(ctx, creditor=shop.creditor, as_of=TODAY)
        }
        assert (balance["1400"], balance["4400"], balance["1770"]) == (11900, -10000, -1900)
        assert Fact.objects.filter(type="invoice.issued", subject_id=invoice.id).count() == 1
        assert verified(ctx) == []


def test_findings_refuse_before_a_number_is_drawn(ctx, shop):
    with ctx.open():
        sound, broken = draft(ctx, shop), draft(ctx, shop, lines=[LINE | {"unit": "pieces"}])
        assert Draft.objects.get(id=broken).errors == 1
        with pytest.raises(RefusedError) as refused, transaction.atomic():
            services.issue_invoices(ctx, drafts=[sound, broken], today=TODAY)
        assert [(one.code, one.path) for one in refused.value.findings] == [("BR-CL-23", "drafts[1].lines[0].unit")]
        assert not Counter.objects.exists()
        assert Invoice.objects.count() == 0
        previews = services.preview_issue(ctx, drafts=[sound, broken], today=TODAY)
        assert [(one.refused, one.gross) for one in previews] == [(False, 11900), (True, 11900)]


def test_a_draft_that_cannot_be_read_is_kept_and_says_why(ctx, shop):
    with ctx.open():
        kept = draft(ctx, shop, lines=[LINE | {"price": "cheap"}])
        assert (Draft.objects.get(id=kept).errors, Draft.objects.get(id=kept).gross) == (1, None)
        with pytest.raises(RefusedError, match="not a number"):
            services.issue_invoice(ctx, draft=kept, today=TODAY)
        services.change_draft(ctx, draft=kept, content=content(), today=TODAY)
        assert (Draft.objects.get(id=kept).errors, Draft.objects.get(id=kept).gross) == (0, 11900)
        services.change_draft(ctx, draft=kept, content=content(), term="soon", today=TODAY)
        with pytest.raises(RefusedError, match="payment term"):
            services.issue_invoice(ctx, draft=kept, today=TODAY)


def test_a_draft_is_issued_once_and_a_repeated_key_gives_the_same_invoice(ctx, shop):
    with ctx.open():
        one = draft(ctx, shop)
        first = services.issue_invoices(ctx, drafts=[one], today=TODAY, key="k1")
        assert services.issue_invoices(ctx, drafts=[one], today=TODAY, key="k1") == first
        with pytest.raises(RefusedError, match="issued or discarded"):
            services.issue_invoices(ctx, drafts=[one], today=TODAY)
        with pytest.raises(RefusedError, match="cannot be changed"):
            services.change_draft(ctx, draft=one, content=content(), today=TODAY)
        two = draft(ctx, shop)
        with pytest.raises(RefusedError, match="named twice"):
            services.issue_invoices(ctx, drafts=[two, two], today=TODAY)


def test_a_rollback_gives_the_numbers_back(ctx, shop):
    with ctx.open():
        issued(ctx, shop)

        def crashing():
            with transaction.atomic():
                issued(ctx, shop)
                raise RuntimeError("crash")

        with pytest.raises(RuntimeError, match="crash"):
            crashing()
        assert Invoice.objects.get(id=issued(ctx, shop)).number == "RE-2026-00002"
        assert verified(ctx) == []


def test_numbers_are_gapless_when_sixteen_issue_at_once(ctx, shop):
    with ctx.open():
        drafts = [draft(ctx, shop) for _ in range(32)]
    failures = []

    def work(mine):
        try:
            for one in mine:
                with ctx.open():
                    services.issue_invoice(ctx, draft=one, today=TODAY)
        except Exception as error:  # noqa: BLE001 - whatever happens in a thread must reach the assertion
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(drafts[start::16],)) for start in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with ctx.open():
        numbers = sorted(Invoice.objects.values_list("number", flat=True))
        assert numbers == [f"RE-2026-{n:05}" for n in range(1, 33)]
        assert verified(ctx) == []


def test_a_series_is_per_creditor_and_year_and_its_pattern_never_repeats(ctx, shop):
    with ctx.open():
        services.open_series(ctx, creditor=shop.creditor, kind="invoice", pattern="NW{yy}-{n:4}", today=TODAY)
        assert Invoice.objects.get(id=issued(ctx, shop)).number == "NW26-0001"
        services.open_series(ctx, creditor=shop.creditor, kind="invoice", pattern="A{yy}-{n:1}", today=TODAY)
        assert Invoice.objects.get(id=issued(ctx, shop)).number == "A26-1"
        for pattern, words in (("NW{yy}-{n:4}", "used by this creditor before"), ("R{n:5}", "year must stand")):
            with pytest.raises(RefusedError, match=words):
                services.open_series(ctx, creditor=shop.creditor, kind="invoice", pattern=pattern, today=TODAY)
        assert Series.objects.get(active=True, kind="invoice").pattern == "A{yy}-{n:1}"


def test_a_series_that_is_used_up_refuses_and_never_wraps(ctx, shop):
    with ctx.open():
        services.open_series(ctx, creditor=shop.creditor, kind="invoice", pattern="A{yy}-{n:1}", today=TODAY)
        services.issue_invoices(ctx, drafts=[draft(ctx, shop) for _ in range(9)], today=TODAY)
        with pytest.raises(RefusedError, match="does not fit"), transaction.atomic():
            issued(ctx, shop)
        assert verified(ctx) == []


FORBIDDEN = [
    "UPDATE invoice SET gross = 1, net = 1, tax = 0",
    "UPDATE invoice SET content = '{}'",
    "UPDATE invoice SET number = 'X'",
    "DELETE FROM invoice",
    "TRUNCATE invoice CASCADE",
    "ALTER TABLE invoice DISABLE TRIGGER ALL",
    "UPDATE number_counter SET last = 1",
    "UPDATE number_counter SET last = last - 1",
    "DELETE FROM number_counter",
    "UPDATE number_series SET pattern = 'X'",
    "UPDATE invoice_document SET sha256 = 'x'",
    "DELETE FROM invoice_document",
    "UPDATE invoice_draft SET content = '{}'",
]


@pytest.mark.parametrize("statement", FORBIDDEN)
def test_the_database_refuses_to_change_what_is_issued(ctx, shop, statement):
    with ctx.open():
        services.issue_invoices(ctx, drafts=[draft(ctx, shop), draft(ctx, shop)], today=TODAY)
    drain()
    with ctx.open(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


OWNED_TOO = [
    "UPDATE invoice SET currency = 'USD'",
    "UPDATE invoice SET sha256 = 'x'",
    "DELETE FROM invoice",
    "UPDATE number_counter SET last = last - 1",
    "UPDATE invoice_document SET file_id = id",
]


@pytest.mark.parametrize("statement", OWNED_TOO)
def test_not_even_the_owner_changes_an_issued_invoice_by_mistake(ctx, shop, statement):
    with ctx.open():
        services.issue_invoices(ctx, drafts=[draft(ctx, shop), draft(ctx, shop)], today=TODAY)
    drain()
    with connections["owner"].cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"SET LOCAL fairdue.tenant = '{ctx.tenant}'")
        with pytest.raises(DatabaseError) as refused:
            cursor.execute(statement)
        cursor.execute("ROLLBACK")
    assert isinstance(refused.value.__cause__, psycopg.Error)


def test_another_tenant_sees_nothing(ctx, other_ctx, shop):
    with ctx.open():
        issued(ctx, shop)
    with other_ctx.open():
        assert Invoice.objects.count() == 0
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM invoice")
            assert cursor.fetchone() == (0,)


def test_an_issued_invoice_is_rendered_judged_and_delivered(ctx, shop):
    mail.outbox.clear()
    with ctx.open():
        invoice = issued(ctx, shop)
    drain()
    with ctx.open():
        documents = {row.format: row for row in Document.objects.filter(invoice_id=invoice)}
        assert {code: row.state for code, row in documents.items()} == {"ubl": "valid", "factur-x": "valid"}
        assert documents["ubl"].record["rules"][0]["name"] == "EN 16931 UBL"
        row, content_ = load(ctx, documents["factur-x"].file_id)
        assert row.name == "RE-2026-00001.pdf"
        assert hashlib.sha256(content_).hexdigest() == documents["factur-x"].sha256
        assert read(content_)[0].number == "RE-2026-00001"
        assert Invoice.objects.get(id=invoice).delivery == "delivered"
        assert Fact.objects.filter(type="invoice.delivered", subject_id=invoice).count() == 1
        assert verified(ctx) == []
    [message] = [one for one in mail.outbox if one.to == [f"ap{ctx.tenant}@kaufmann.example"]]
    assert message.subject == "Rechnung RE-2026-00001 von Nordwind GmbH"
    assert "119,00\u00a0EUR, fällig am 01.04.2026" in message.body
    assert [name for name, _, _ in message.attachments] == ["RE-2026-00001.pdf"]
    drain()
    with ctx.open():
        assert Delivery.objects.count() == 1
        assert Document.objects.count() == 2


def test_a_buyer_without_address_is_a_visible_failure_and_no_lost_invoice(ctx, shop):
    with ctx.open():
        Debtor.objects.filter(id=shop.debtor).update(email="")
        invoice = issued(ctx, shop)
    drain()
    with ctx.open():
        assert Invoice.objects.get(id=invoice).delivery == "failed"
        [fact] = Fact.objects.filter(type="delivery.failed")
        assert "no e-mail address" in fact.payload["reason"]
        services.deliver_invoice(ctx, invoice=invoice, recipient="else@kaufmann.example", today=TODAY)
    drain()
    with ctx.open():
        assert Invoice.objects.get(id=invoice).delivery == "delivered"


def test_a_document_that_the_rules_refuse_is_not_delivered(ctx, shop):
    with ctx.open():
        invoice = issued(ctx, shop)
        written, verdict = services.rendered(ctx, invoice, "factur-x")
        from dataclasses import replace

        from fairdue.invoicing.validation.record import State

        services.keep_document(
            ctx, invoice=invoice, code="factur-x", written=written, verdict=replace(verdict, state=State.INVALID),
            today=TODAY,
        )  # fmt: skip
        again = services.keep_document(
            ctx, invoice=invoice, code="factur-x", written=written, verdict=verdict, today=TODAY
        )
        assert again is None
    drain()
    with ctx.open():
        assert Invoice.objects.get(id=invoice).delivery == "failed"
        document = Document.objects.get(invoice_id=invoice, format="factur-x")
        services.check_document_again(ctx, document=document.id, today=TODAY)
        assert Document.objects.get(id=document.id).state == "valid"
        services.deliver_invoice(ctx, invoice=invoice, today=TODAY)


def test_a_credit_note_takes_back_the_rest_and_settles_the_item(ctx, shop):
    with ctx.open():
        invoice = issued(ctx, shop)
        part = services.credit_invoice(
            ctx, invoice=invoice, reason="one came back", quantities={"1": "1"}, today=date(2026, 3, 9)
        )
        row = Invoice.objects.get(id=part)
        assert (row.number, row.type, row.gross, row.preceding_id) == ("GS-2026-00001", "381", 5950, invoice)
        assert row.content["preceding"] == [{"number": "RE-2026-00001", "day": "2026-03-02"}]
        assert heart.items(ctx, ids=[invoice])[0].residual == 5950
        with pytest.raises(RefusedError, match="left to credit"), transaction.atomic():
            services.credit_invoice(ctx, invoice=invoice, reason="all", today=date(2026, 3, 9))
        services.credit_invoice(ctx, invoice=invoice, reason="rest", quantities={"1": "1"}, today=date(2026, 3, 9))
        assert heart.items(ctx, ids=[invoice])[0].residual == 0
        balance = {
            row.code: row.debit - row.credit
            for row in heart.trial_balance(ctx, creditor=shop.creditor, as_of=date(2026, 3, 9))
        }
        assert balance.get("1400", 0) == balance.get("4400", 0) == balance.get("1770", 0) == 0
        assert verified(ctx) == []
        for bad in (part, UUID(int=1)):
            with pytest.raises(RefusedError, match="Only an issued invoice"), transaction.atomic():
                services.credit_invoice(ctx, invoice=bad, reason="x", today=TODAY)
        for much in ("3", "NaN", "Infinity", "1e400"):
            with pytest.raises(RefusedError, match="quantity of the line"), transaction.atomic():
                services.credit_invoice(ctx, invoice=invoice, reason="x", quantities={"1": much}, today=TODAY)


def test_a_credit_note_is_rendered_valid_and_delivered(ctx, shop):
    with ctx.open():
        note = services.credit_invoice(ctx, invoice=issued(ctx, shop), reason="returned", today=TODAY)
    drain()
    with ctx.open():
        assert set(Document.objects.filter(invoice_id=note).values_list("state", flat=True)) == {"valid"}
        assert Invoice.objects.get(id=note).delivery == "delivered"


def test_a_paid_invoice_credited_leaves_money_on_account(ctx, shop):
    with ctx.open():
        invoice = issued(ctx, shop)
        paid = make.payment(ctx, shop, 11900, on=TODAY)
        from fairdue.receivables.services import Applied, allocate

        allocate(ctx, lines=[Applied(invoice, 11900, paid)], effective_on=TODAY, today=TODAY)
        note = services.credit_invoice(ctx, invoice=invoice, reason="goodwill", today=TODAY)
        assert make.unapplied(note) == 11900
        assert verified(ctx) == []


def test_a_prepayment_comes_from_money_on_account_or_refuses(ctx, shop):
    with ctx.open():
        prepaid = draft(ctx, shop, prepaid="40.00")
        with pytest.raises(RefusedError, match=r"40\.00 EUR are missing"), transaction.atomic():
            services.issue_invoice(ctx, draft=prepaid, today=TODAY)
        payment = make.payment(ctx, shop, 5000, on=TODAY)
        invoice = services.issue_invoice(ctx, draft=prepaid, today=TODAY)
        assert heart.items(ctx, ids=[invoice])[0].residual == 7900 == Invoice.objects.get(id=invoice).payable
        assert make.unapplied(payment) == 1000


def test_an_invoice_over_nothing_is_issued_without_item(ctx, shop):
    with ctx.open():
        free = issued(ctx, shop, lines=[LINE | {"price": "0"}])
        assert heart.items(ctx, ids=[free]) == []
        assert verified(ctx) == []


@pytest.fixture
def order(ctx, shop):
    lines = (
        OrderLineDraft("Cutter", Decimal(10), Decimal("20.00"), Decimal(19), article="FK"),
        OrderLineDraft("Book", Decimal(4), Decimal("10.00"), Decimal(7), delivered_on=date(2026, 2, 27)),
    )
    with ctx.open():
        return services.accept_orders(
            ctx, orders=[OrderDraft(shop.creditor, shop.debtor, "PO-1", TODAY, "EUR", lines, "ref-9")], today=TODAY
        )[0]


def line_ids(order):
    return [str(row.id) for row in OrderLine.objects.filter(order_id=order).order_by("position")]


def test_an_order_is_billed_in_parts_and_never_beyond(ctx, order):
    with ctx.open():
        cutter, book = line_ids(order)
        part = services.draft_from_order(ctx, order=order, quantities={cutter: "6", book: "4"}, today=TODAY)
        invoice = Invoice.objects.get(id=services.issue_invoice(ctx, draft=part, today=TODAY))
        assert (invoice.net, invoice.tax, invoice.order_id) == (16000, 2280 + 280, order)
        assert invoice.content["references"] == {"order": "PO-1", "buyer": "ref-9"}
        assert invoice.content["delivery"] == {"day": "2026-02-27"}
        for quantities in ({cutter: "5"}, {cutter: "NaN"}, {book: "1"}, {cutter: "-1"}, {str(UUID(int=5)): "1"}):
            with pytest.raises(RefusedError, match="left to bill"), transaction.atomic():
                services.draft_from_order(ctx, order=order, quantities=quantities, today=TODAY)
        rest = services.draft_from_order(ctx, order=order, today=TODAY)
        assert Draft.objects.get(id=rest).content["lines"][0]["quantity"] == "4"
        with pytest.raises(RefusedError, match="Nothing of this order"), transaction.atomic():
            services.draft_from_order(ctx, order=order, today=TODAY)
        assert verified(ctx) == []


def test_a_discarded_draft_gives_its_quantities_back(ctx, order):
    with ctx.open():
        first = services.draft_from_order(ctx, order=order, today=TODAY)
        with pytest.raises(RefusedError, match="come from an order"):
            services.change_draft(ctx, draft=first, content=content(), today=TODAY)
        services.discard_draft(ctx, draft=first, reason="too early", today=TODAY)
        assert verified(ctx) == []
        again = services.draft_from_order(ctx, order=order, today=TODAY)
        assert Draft.objects.get(id=again).gross == 20000 + 3800 + 4000 + 280


def test_the_database_refuses_to_bill_more_than_was_ordered(ctx, order):
    with ctx.open(), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE order_line SET billed = 11")


def test_a_closed_order_is_not_billed(ctx, order):
    with ctx.open():
        services.close_order(ctx, order=order, reason="cancelled", today=TODAY)
        for again in (
            lambda: services.draft_from_order(ctx, order=order, today=TODAY),
            lambda: services.close_order(ctx, order=order, reason="x", today=TODAY),
        ):
            with pytest.raises(RefusedError, match="no such open order"):
                again()


def test_every_fault_of_an_order_is_named_at_once(ctx, shop, order):
    bad = OrderLineDraft(" ", Decimal(0), Decimal(-1), unit="box", category="X")
    orders = [
        OrderDraft(shop.creditor, shop.debtor, " ", TODAY, "EUX", ()),
        OrderDraft(shop.creditor, UUID(int=1), "PO-1", TODAY, "EUR", (bad,)),
        OrderDraft(shop.creditor, shop.debtor, "PO-1", TODAY, "EUR", (bad,)),
    ]
    with ctx.open(), pytest.raises(RefusedError) as refused:
        services.accept_orders(ctx, orders=orders, today=TODAY)
    codes = {finding.code for finding in refused.value.findings}
    assert codes == {
        "order.number", "order.currency", "order.lines", "order.quantity", "order.price", "order.unit",
        "order.category", "order.description", "debtor.unknown", "order.duplicate",
    }  # fmt: skip


def test_a_draft_needs_a_customer_of_the_creditor(ctx, shop):
    with ctx.open():
        other = make.creditor(ctx)
        for creditor, debtor in ((other, shop.debtor), (UUID(int=1), shop.debtor), (shop.creditor, UUID(int=1))):
            with pytest.raises(RefusedError, match="no such c"):
                services.write_draft(
                    ctx, creditor=creditor, debtor=debtor, content=content(), currency="EUR", today=TODAY
                )


def test_many_invoices_take_the_same_number_of_statements_as_one(ctx, shop):
    from django.test.utils import CaptureQueriesContext

    with ctx.open():
        issued(ctx, shop)
        counts = []
        for size in (2, 40):
            drafts = [draft(ctx, shop) for _ in range(size)]
            with CaptureQueriesContext(connection) as queries:
                services.issue_invoices(ctx, drafts=drafts, today=TODAY)
            counts.append(len(queries))
        assert counts[0] == counts[1]


def test_tampering_as_the_owner_shows_in_verify(ctx, shop):
    with ctx.open():
        invoice = issued(ctx, shop)
    with connections["owner"].cursor() as cursor:
        cursor.execute("BEGIN")
        cursor.execute(f"SET LOCAL fairdue.tenant = '{ctx.tenant}'")
        cursor.execute("ALTER TABLE invoice DISABLE TRIGGER invoice_frozen")
        cursor.execute(
            "UPDATE invoice SET content = jsonb_set(content, '{buyer,name}', '\"Other\"') WHERE id = %s", [invoice]
        )
        changed = cursor.rowcount
        cursor.execute("ALTER TABLE invoice ENABLE TRIGGER invoice_frozen")
        cursor.execute("COMMIT")
    assert changed == 1
    with ctx.open():
        assert [finding.path for finding in verified(ctx)] == [f"invoice/{invoice}"]


def test_channels_are_checked_when_they_register():
    class Half:
        code = "half"

    with pytest.raises(TypeError, match="lacks a part"):
        register(Half())
    assert isinstance(by_code("email"), Channel)
    with pytest.raises(RefusedError, match="there are email"):
        by_code("pigeon")
