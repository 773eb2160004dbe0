"""The invoicing screens as a clerk uses them: draft, see findings, issue together, read, credit, bill an order."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fairdue.foundation.jobs import drain
from fairdue.invoicing import services
from fairdue.invoicing.models import Draft, Invoice, Order
from fairdue.parties.models import Creditor, Debtor
from fairdue.receivables import selectors as heart

TODAY = date(2026, 3, 2)
LINE = {"id": "1", "name": "Milling", "quantity": "2", "unit": "C62", "price": "50.00", "category": "S", "rate": "19"}


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(
            street="Weg 1", postcode="10115", city="Berlin", vat_id="DE129273398", iban="DE75512108001245126199"
        )
        Debtor.objects.filter(id=books.debtor).update(street="Platz 2", postcode="20095", city="Hamburg")
    return books


def draft(ctx, shop, **line):
    with ctx.open():
        return services.write_draft(
            ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY,
            content={"lines": [LINE | line], "delivery": {"day": "2026-03-01"}},
        )  # fmt: skip


def issued(ctx, shop):
    one = draft(ctx, shop)
    with ctx.open():
        return services.issue_invoice(ctx, draft=one, today=TODAY)


def form_of(html):
    """Return the names and values of the fields of the editor."""
    fields = dict(re.findall(r'<input[^>]*?name="([^"]+)"[^>]*?value="([^"]*)"', html))
    chosen = re.findall(r'<select[^>]*name="([^"]+)".*?<option value="([^"]*)" selected', html, re.DOTALL)
    return {
        k: v
        for k, v in fields.items()
        if not k.endswith("-remove") and k not in {"ids", "reason", "next", "csrfmiddlewaretoken"}
    } | dict(chosen)


def test_a_clerk_writes_a_draft_and_sees_findings_beside_the_field(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    page = clerk.get(reverse("web:invoice_new"), {"q": "kauf"})
    assert "Kaufmann KG" in page.text
    started = clerk.post(reverse("web:invoice_new"), {"debtor": shop.debtor})
    page = clerk.get(started.url)
    assert "The name of the item is missing." in page.text
    fields = form_of(page.text) | {"lines-0-name": "Milling", "lines-0-price": "50,00", "lines-0-unit": "pieces"}
    live = clerk.post(started.url + "/check", fields)
    assert re.search(
        r'id="e-lines-0-unit" class="error" hx-swap-oob="true">&#x27;pieces&#x27; is not a known unit', live.text
    )
    assert 'id="e-lines-0-name" hx-swap-oob="true"></span>' in live.text
    assert ">59.50" in live.text.replace("</span>", "")
    saved = clerk.post(started.url, fields | {"lines-0-unit": "C62", "add": "1"}, follow=True)
    assert saved.text.count('<fieldset class="line"') == 2
    with ctx.open():
        kept = Draft.objects.get()
        assert (kept.content["lines"][0]["price"], kept.content["lines"][1]["id"]) == ("50.00", "2")
    fields = form_of(saved.text) | {"lines-1-remove": "1"}
    clerk.post(started.url, fields)
    with ctx.open():
        assert len(Draft.objects.get().content["lines"]) == 1
        assert Draft.objects.get().gross == 5950


def test_a_category_left_to_the_law_is_told_with_its_reason(ctx, shop, sign_in):
    with ctx.open():
        Debtor.objects.filter(id=shop.debtor).update(country="FR", vat_id="FR40303265045")
    clerk = sign_in("invoicing_clerk")
    one = draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    fields = form_of(clerk.get(address).text)
    assert "Decided by law" in clerk.get(address).text
    clerk.post(address, fields | {"lines-0-category": "", "lines-0-rate": "19"})
    page = clerk.get(address).text
    assert "Say whether this line is goods or services" in page
    assert "lines-0-rate" in page
    clerk.post(address, fields | {"lines-0-category": "", "lines-0-nature": "services", "add": "1"})
    page = clerk.get(address).text
    assert "Proposed: AE 0 %" in page
    with ctx.open():
        [first, second] = Draft.objects.get(id=one).content["lines"]
    assert ("category" in first, "rate" in first, first["nature"]) == (False, False, "services")
    assert ("category" in second, "rate" in second) == (False, False)


def test_drafts_are_issued_together_and_the_rest_says_why_not(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    sound, broken = draft(ctx, shop), draft(ctx, shop, unit="pieces")
    assert re.search(r"1\s*error", clerk.get(reverse("web:drafts")).text)
    preview = clerk.post(reverse("web:issue_preview"), {"ids": [sound, broken, "x"]})
    assert "Issue 1 document" in preview.text
    assert "119.00" in preview.text
    assert "BR-CL-23" in preview.text
    with ctx.open():
        assert Invoice.objects.count() == 0
    fields = {"ids": str(sound), "confirmed": "1", "key": "one"}
    first = clerk.post(reverse("web:issue"), fields)
    assert clerk.post(reverse("web:issue"), fields).url == first.url
    assert "RE-2" in clerk.get(first.url).text
    refused = clerk.post(reverse("web:issue"), {"ids": str(broken), "confirmed": "1", "key": "two"}, follow=True)
    assert "not a known unit" in refused.text
    assert clerk.post(reverse("web:issue"), {"ids": str(broken)}).url == reverse("web:drafts")


def test_the_page_of_an_invoice_shows_document_rules_and_life(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    invoice = issued(ctx, shop)
    assert "Being written and checked" in clerk.get(reverse("web:invoice", args=[invoice])).text
    drain()
    page = clerk.get(reverse("web:invoice", args=[invoice])).text
    for words in ("RE-2026-00001", "Valid", "EN 16931 UBL 1.3.16", "Delivered", "Overdue", "RF", "SHA-256"):
        assert words in page
    image = clerk.get(reverse("web:invoice_page", args=[invoice, 1]))
    assert image["Content-Type"] == "image/svg+xml"
    assert image.content.startswith(b"<svg")
    assert clerk.get(reverse("web:invoice_page", args=[invoice, 2])).status_code == 404
    pdf = clerk.get(reverse("web:invoice_file", args=[invoice, "factur-x"]))
    assert pdf.content.startswith(b"%PDF")
    assert "RE-2026-00001.pdf" in pdf["Content-Disposition"]
    assert clerk.get(reverse("web:invoice_file", args=[invoice, "nothing"])).status_code == 404
    assert clerk.get(reverse("web:invoice", args=[UUID(int=1)])).status_code == 404


def test_a_credit_note_is_issued_from_the_page(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    invoice = issued(ctx, shop)
    url = reverse("web:invoice_credit", args=[invoice])
    too_much = clerk.post(url, {"part": "some", "quantity-1": "3", "reason": "r"}, follow=True)
    assert "not within the quantity" in too_much.text
    assert "is not a quantity" in clerk.post(url, {"part": "some", "quantity-1": "many"}, follow=True).text
    note = clerk.post(url, {"part": "some", "quantity-1": "1,0", "reason": "one came back"}, follow=True)
    assert "Credit note GS-2" in note.text
    assert "RE-2026-00001" in note.text
    clerk.post(reverse("web:invoice_deliver", args=[invoice]))
    clerk.post(reverse("web:invoice_check", args=[invoice]))


def test_a_hold_is_placed_from_the_page_and_shown(ctx, shop, sign_in):
    lead = sign_in("team_lead")
    invoice = issued(ctx, shop)
    url = reverse("web:invoice_hold", args=[invoice])
    past = lead.post(url, {"until": "2020-01-01", "note": "asked for time"}, follow=True)
    assert "ends after today" in past.text
    assert "asked for" not in past.text
    held = lead.post(url, {"until": "", "note": "asked for time"}, follow=True)
    assert "asked for time" in held.text
    with ctx.open():
        [placed] = heart.holds(ctx, debtors=[shop.debtor])
    assert placed.reason == "manual"
    assert sign_in("invoicing_clerk").post(url, {"note": "x"}).status_code == 403


def test_an_order_is_billed_in_parts_from_its_page(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    lines = (services.OrderLineDraft("Cutter", Decimal(10), Decimal("20.00"), Decimal(19)),)
    with ctx.open():
        order = services.accept_orders(
            ctx, today=TODAY, orders=[services.OrderDraft(shop.creditor, shop.debtor, "PO-1", TODAY, "EUR", lines)]
        )[0]
        line = services_line(order)
    assert "PO-1" in clerk.get(reverse("web:orders"), {"state": "open"}).text
    url = reverse("web:order_bill", args=[order])
    assert "left to bill" in clerk.post(url, {f"quantity-{line}": "11"}, follow=True).text
    assert "is not a quantity" in clerk.post(url, {f"quantity-{line}": "x"}, follow=True).text
    drafted = clerk.post(url, {f"quantity-{line}": "4"}, follow=True)
    assert "from the order" in drafted.text
    assert "95.20" in drafted.text
    clerk.post(drafted.redirect_chain[-1][0] + "/discard", {"reason": "later"})
    clerk.post(reverse("web:order_close", args=[order]), {"reason": "cancelled"})
    with ctx.open():
        assert Order.objects.get(id=order).closed_on is not None
    assert "closed" in clerk.get(reverse("web:order", args=[order])).text


def services_line(order):
    from fairdue.invoicing.models import OrderLine

    return OrderLine.objects.get(order_id=order).id


def test_the_register_shows_that_no_number_is_missing(ctx, shop, sign_in):
    admin = sign_in("admin")
    issued(ctx, shop)
    page = admin.get(reverse("web:series")).text
    assert "RE-{yyyy}-{n:5}" in page
    assert "None" in page
    bad = admin.post(
        reverse("web:series_new"), {"creditor": shop.creditor, "kind": "invoice", "pattern": "x", "year_starts": 1}
    )
    assert bad.status_code == 422
    assert "exactly one counter" in bad.text
    good = {"creditor": shop.creditor, "kind": "invoice", "pattern": "NW{yy}-{n:4}", "year_starts": 1, "yearly": "on"}
    assert "NW{yy}-{n:4}" in admin.post(reverse("web:series_new"), good, follow=True).text


def test_the_lists_filter_sort_and_page(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    assert "No invoice yet" in clerk.get(reverse("web:invoices")).text
    with ctx.open():
        drafts = [
            services.write_draft(
                ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY,
                content={"lines": [LINE], "delivery": {"day": "2026-03-01"}},
            )
            for _ in range(60)
        ]  # fmt: skip
        services.issue_invoices(ctx, drafts=drafts, today=TODAY)
    for sort in ("issued", "-due", "number", "-gross"):
        page = clerk.get(reverse("web:invoices"), {"sort": sort}).text
        following = re.search(r'href="([^"]*after=[^"]*)"', page)[1].replace("&amp;", "&")
        seen = set(re.findall(r"RE-2026-\d{5}", page)) | set(re.findall(r"RE-2026-\d{5}", clerk.get(following).text))
        assert len(seen) == 60, sort
    assert "RE-2026-00007" in clerk.get(reverse("web:invoices"), {"q": "re-2026-00007"}).text
    assert "No document fits" in clerk.get(reverse("web:invoices"), {"state": "paid"}).text
    assert "Overdue" in clerk.get(reverse("web:invoices"), {"state": "overdue", "since": "2026-03-01"}).text


def test_the_number_of_queries_does_not_grow_with_the_list(ctx, shop, sign_in):
    from django.db import connection

    clerk = sign_in("invoicing_clerk")
    counts = []
    for _ in range(2):
        for _ in range(4):
            issued(ctx, shop)
        clerk.get(reverse("web:invoices"))
        with CaptureQueriesContext(connection) as queries:
            clerk.get(reverse("web:invoices"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_reader_may_look_and_nothing_more(ctx, shop, sign_in):
    reader = sign_in("auditor")
    invoice = issued(ctx, shop)
    page = reader.get(reverse("web:invoice", args=[invoice]))
    assert page.status_code == 200
    assert "Issue the credit note" not in page.text
    assert reader.post(reverse("web:invoice_credit", args=[invoice])).status_code == 403
    assert reader.get(reverse("web:invoice_new")).status_code == 403
    assert reader.post(reverse("web:issue"), {}).status_code == 403


def test_an_invoice_is_found_by_its_number(ctx, shop, sign_in):
    issued(ctx, shop)
    assert "RE-2026-00001" in sign_in("admin").get(reverse("web:search"), {"q": "RE-2026-0"}).text


def test_a_new_draft_offers_whom_was_billed_last_and_leaves_the_vat_of_a_fresh_line_to_the_law(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    assert "Nobody was billed yet" in clerk.get("/invoices/new").content.decode()
    issued(ctx, shop)
    offered = clerk.get("/invoices/new").content.decode()
    assert "Billed last" in offered
    debtor = re.search(r'name="debtor" value="([^"]+)"', offered)[1]
    page = clerk.post("/invoices/new", {"debtor": debtor}, follow=True).content.decode()
    assert '<option value="" selected>Decided by law</option>' in page
    assert '<option value="C62" selected>pcs</option>' in page
