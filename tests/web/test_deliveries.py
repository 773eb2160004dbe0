"""The channel monitor: state and reason of every delivery, retry in bulk after a preview, print batches."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fairdue.foundation.jobs import drain
from fairdue.invoicing import services
from fairdue.invoicing.models import Delivery, Invoice
from fairdue.parties.models import Creditor, Debtor
from tests import make
from tests.make import LINE

TODAY = date(2026, 3, 2)


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        make.able_to_bill(books, settings={"formats": ["factur-x"], "delivery": "print"})
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
    assert "wait for the print shop" in clerk.get(reverse("web:deliveries")).text
    assert "wait for the print shop" in clerk.get(reverse("web:print_batches")).text
    clerk.post(reverse("web:print_batch", args=[shop.creditor]))
    assert "Handed over" in clerk.get(reverse("web:deliveries")).text
    page = clerk.get(reverse("web:print_batches")).text
    assert "Not in the post yet" in page
    [address] = set(re.findall(r'href="(/invoices/deliveries/batches/[^"]+)"', page))
    assert clerk.get(address).content.startswith(b"PK")
    assert "In the post" in clerk.post(f"{address}/posted", follow=True).text
    with ctx.open():
        assert Invoice.objects.get(id=invoice).delivery == "delivered"
    assert clerk.get(address).content.startswith(b"PK")  # it stays as evidence
    assert "in the post already" in clerk.post(f"{address}/posted", follow=True).text


def test_one_row_is_tried_again_by_its_own_button(ctx, shop, sign_in):
    one, other = issued(ctx, shop), issued(ctx, shop)
    drain()
    with ctx.open():
        for row in Delivery.objects.filter(invoice_id__in=[one, other]):
            services.end_delivery(ctx, delivery=row.id, reason="550 5.1.1 no such user", today=TODAY)
    clerk = sign_in("invoicing_clerk")
    page = clerk.get(reverse("web:deliveries")).text
    assert page.count('name="only"') == 2
    assert "The mailbox does not exist." in page
    preview = clerk.post(reverse("web:deliveries_retry"), {"only": str(one), "ids": [str(other)]}).text
    assert str(one) in preview
    assert str(other) not in preview


def test_answers_and_bounces_are_taken_in_by_hand_and_listed(ctx, shop, sign_in):
    with ctx.open():
        Creditor.objects.filter(id=shop.creditor).update(settings={"formats": ["ubl"], "delivery": "none"})
    invoice = issued(ctx, shop)
    drain()
    with ctx.open():
        row = Delivery.objects.create(
            tenant_id=ctx.tenant, creditor_id=shop.creditor, invoice_id=invoice, channel="folder", recipient="x",
            attempt=1, state="sent", reference="a.xml",
        )  # fmt: skip
        other = Delivery.objects.create(
            tenant_id=ctx.tenant, creditor_id=shop.creditor, invoice_id=invoice, channel="email",
            recipient="ap@kaufmann.example", attempt=2, state="delivered",
        )  # fmt: skip
    clerk = sign_in("invoicing_clerk")
    url = reverse("web:delivery_answers_take")

    def sent(channel, name, content):
        return clerk.post(url, {"channel": channel, "upload": SimpleUploadedFile(name, content)}, follow=True)

    table = b"reference,code,reason,date,id\na.xml,RE,wrong order number,2026-03-02,m1\n"
    assert "One answer is new." in sent("folder", "a.csv", table).text
    assert "0 answers are new." in sent("folder", "a.csv", table).text
    refused = sent("folder", "b.csv", table.replace(b"a.xml", b"b.xml"))
    assert (refused.status_code, "as b.xml" in refused.text) == (422, True)
    bounce = (
        f"To: bounce+{other.id.hex}@mail.example\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="B"\n\n--B\n'
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        "Final-Recipient: rfc822; ap@kaufmann.example\nAction: failed\nStatus: 5.1.1\n--B--\n"
    ).encode()
    assert "its address is unverified" in sent("bounce", "a.eml", bounce).text
    assert "no delivery report" in sent("bounce", "a.eml", b"Subject: away\n\n").text
    page = clerk.get(reverse("web:delivery_answers")).text
    assert "wrong order number" in page
    assert "Refused" in page
    assert "wrong order number" not in clerk.get(reverse("web:delivery_answers") + "?kind=approved").text
    with ctx.open():
        row.refresh_from_db()
        assert Debtor.objects.get(id=shop.debtor).email_state == "returned"


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
    assert reverse("web:print_batches") not in page
    assert "Deliver again" not in page
    assert auditor.post(reverse("web:deliveries_retry"), {"ids": []}).status_code == 403
    assert auditor.post(reverse("web:print_batch", args=[shop.creditor])).status_code == 403
    assert auditor.get(reverse("web:print_batches")).status_code == 403
    assert auditor.post(reverse("web:delivery_answers_take"), {}).status_code == 403
    assert "Take it in" not in auditor.get(reverse("web:delivery_answers")).text


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
