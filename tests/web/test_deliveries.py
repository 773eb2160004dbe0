"""The channel monitor: state and reason of every delivery, retry in bulk after a preview, print batches."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fairdue.foundation.jobs import drain
from fairdue.invoicing import services
from fairdue.invoicing.models import Delivery, Invoice
from fairdue.parties.models import Creditor, Debtor

TODAY = date(2026, 3, 2)
LINE = {"id": "1", "name": "Milling", "quantity": "2", "unit": "C62", "price": "50.00", "category": "S", "rate": "19"}


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(
            street="Weg 1", postcode="10115", city="Berlin", vat_id="DE129273398", iban="DE75512108001245126199",
            settings={"formats": ["factur-x"], "delivery": "print"},
        )  # fmt: skip
        Debtor.objects.filter(id=books.debtor).update(street="Platz 2", postcode="20095", city="Hamburg")
    return books


def issued(ctx, shop):
    with ctx.open():
        draft = services.write_draft(
            ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY,
            content={"lines": [LINE], "delivery": {"day": "2026-03-01"}},
        )  # fmt: skip
        return services.issue_invoice(ctx, draft=draft, today=TODAY)


def test_a_batch_is_bound_downloaded_and_confirmed(ctx, shop, sign_in):
    invoice = issued(ctx, shop)
    drain()
    clerk = sign_in("invoicing_clerk")
    page = clerk.get(reverse("web:deliveries")).content.decode()
    assert "wait for the print shop" in page
    clerk.post(reverse("web:print_batch", args=[shop.creditor]))
    page = clerk.get(reverse("web:deliveries")).content.decode()
    assert "Handed over" in page
    [address] = set(re.findall(r'href="(/invoices/deliveries/batches/[^"]+)"', page))
    assert clerk.get(address).content.startswith(b"PK")
    clerk.post(f"{address}/posted")
    with ctx.open():
        assert Invoice.objects.get(id=invoice).delivery == "delivered"
    assert clerk.get(address).status_code == 404


def test_failed_deliveries_are_tried_again_after_a_preview(ctx, shop, sign_in):
    one, other = issued(ctx, shop), issued(ctx, shop)
    drain()
    with ctx.open():
        for row in Delivery.objects.filter(invoice_id=one):
            services.end_delivery(ctx, delivery=row.id, reason="the letter came back", today=TODAY)
    clerk = sign_in("invoicing_clerk")
    page = clerk.get(reverse("web:deliveries") + "?state=failed").content.decode()
    assert "the letter came back" in page
    assert str(other) not in page
    sent = {"ids": [str(one), str(other), "nonsense"]}
    preview = clerk.post(reverse("web:deliveries_retry"), sent).content.decode()
    assert "its last delivery did not fail" in preview
    with ctx.open():
        assert Delivery.objects.filter(invoice_id=one).count() == 1
    clerk.post(reverse("web:deliveries_retry"), sent | {"confirmed": "1"})
    with ctx.open():
        assert list(Delivery.objects.filter(invoice_id=one).order_by("attempt").values_list("state", flat=True)) == [
            "failed", "queued",
        ]  # fmt: skip
        assert Delivery.objects.filter(invoice_id=other).count() == 1


def test_the_page_of_an_invoice_shows_what_the_buyer_says(ctx, shop, sign_in):
    invoice = issued(ctx, shop)
    with ctx.open():
        services.note_event(ctx, invoice=invoice, code="RE", source="peppol", reference="r", happened_on=TODAY,
                            reason="wrong order number", today=TODAY)  # fmt: skip
    page = sign_in("invoicing_clerk").get(reverse("web:invoice", args=[invoice])).content.decode()
    assert "Refused" in page
    assert "wrong order number" in page


def test_an_auditor_reads_and_may_not_deliver(ctx, shop, sign_in):
    issued(ctx, shop)
    drain()
    auditor = sign_in("auditor")
    page = auditor.get(reverse("web:deliveries")).content.decode()
    assert "Print and post" in page
    assert "Bind a batch" not in page
    assert "Deliver again" not in page
    assert auditor.post(reverse("web:deliveries_retry"), {"ids": []}).status_code == 403
    assert auditor.post(reverse("web:print_batch", args=[shop.creditor])).status_code == 403


def test_the_list_asks_the_same_number_of_questions_for_many_rows(ctx, shop, sign_in):
    from django.db import connection

    clerk = sign_in("invoicing_clerk")
    counts = []
    for _ in range(2):
        issued(ctx, shop)
        issued(ctx, shop)
        drain()
        with CaptureQueriesContext(connection) as asked:
            clerk.get(reverse("web:deliveries"))
        counts.append(len(asked))
    assert counts[1] <= counts[0]  # the first page also fills caches
