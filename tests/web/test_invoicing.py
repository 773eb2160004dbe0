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
from fairdue.invoicing.models import Delivery, Draft, Invoice, Order
from fairdue.invoicing.totals import Totals, totals
from fairdue.parties.models import Creditor, Debtor
from fairdue.receivables import selectors as heart
from fairdue.receivables.services import Applied, allocate
from tests import make
from tests.make import LINE

TODAY = date(2026, 3, 2)


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        make.able_to_bill(books)
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
    assert "This field is missing" not in page
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
    unclear = clerk.post(url, {"part": "all", "quantity-1": "1", "reason": "one came back"}, follow=True)
    assert "choose one of the two" in unclear.text
    (key,) = re.findall(r'name="key" value="([^"]+)"><p class="title">A credit note', unclear.text)
    one = {"part": "some", "quantity-1": "1,0", "reason": "one came back", "key": key}
    note = clerk.post(url, one, follow=True)
    assert clerk.post(url, one, follow=True).redirect_chain == note.redirect_chain
    assert "Credit note GS-2" in note.text
    assert "RE-2026-00001" in note.text
    clerk.post(reverse("web:invoice_deliver", args=[invoice]))
    clerk.post(reverse("web:invoice_check", args=[invoice]))


def test_a_quantity_that_is_typed_chooses_the_quantities(ctx, shop, open_page):
    page = open_page(reverse("web:invoice", args=[issued(ctx, shop)]))
    page.get_by_text("Credit note", exact=True).click()
    page.fill("input[name=quantity-1]", "1")
    assert page.eval_on_selector("input[name=part]:checked", "e => e.value") == "some"


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
    release = reverse("web:work_release", args=[shop.debtor, placed.id])
    assert release in held.text
    back = lead.post(release, {"next": reverse("web:invoice", args=[invoice])}, follow=True)
    assert "The hold is released" in back.text
    assert release not in back.text
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
    over = clerk.post(url, {f"quantity-{line}": "11"})
    assert over.status_code == 422
    assert ": 11 is not within the 10 left to bill." in over.text
    assert f'name="quantity-{line}" value="11"' in over.text
    assert "is not a quantity" in clerk.post(url, {f"quantity-{line}": "x"}, follow=True).text
    drafted = clerk.post(url, {f"quantity-{line}": "4"}, follow=True)
    assert "from the order" in drafted.text
    assert "95.20" in drafted.text
    clerk.post(drafted.redirect_chain[-1][0] + "/discard", {"reason": "later"})
    clerk.post(reverse("web:order_close", args=[order]), {"reason": "cancelled"})
    with ctx.open():
        assert Order.objects.get(id=order).closed_on is not None
    assert "closed" in clerk.get(reverse("web:order", args=[order])).text


def test_what_is_billed_from_the_page_of_an_order_carries_its_delivery_note(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    lines = (services.OrderLineDraft("Cutter", Decimal(10), Decimal("20.00"), Decimal(19)),)
    with ctx.open():
        made = services.OrderDraft(shop.creditor, shop.debtor, "PO-2", TODAY, "EUR", lines)
        order = services.accept_orders(ctx, today=TODAY, orders=[made])[0]
        line = services_line(order)
    url = reverse("web:order_bill", args=[order])
    delivered = {f"quantity-{line}": "4", f"note-{line}": "LS-8841"}
    wrong = clerk.post(url, delivered | {f"day-{line}": "yesterday"})
    assert wrong.status_code == 422
    assert "is not a day" in wrong.text
    drafted = clerk.post(url, delivered | {f"day-{line}": "2026-02-20"}, follow=True)
    assert drafted.status_code == 200
    page = clerk.get(reverse("web:order", args=[order])).text
    assert 'value="LS-8841"' in page
    assert re.search(r"Billed by.*/invoices/drafts/.*Not issued yet.*95\.20", page, re.DOTALL)
    assert "Partly billed" in page
    assert 'value="2026-02-20"' in page
    with ctx.open():
        content = Draft.objects.get(order_id=order).content
    assert content["lines"][0]["despatch"] == {"number": "LS-8841", "day": "2026-02-20"}
    assert content["delivery"] == {"day": "2026-02-20"}


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


def test_lines_move_and_carry_allowances_discounts_and_another_currency(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    clerk.post(address, form_of(clerk.get(address).text) | {"add": "1"})
    fields = form_of(clerk.get(address).text) | {"lines-1-name": "Turning", "lines-1-price": "10"}
    moved = clerk.post(address, fields | {"move": "up-1"})
    assert moved.url.endswith("#l0n")
    with ctx.open():
        assert [line["name"] for line in Draft.objects.get(id=one).content["lines"]] == ["Turning", "Milling"]
    clerk.post(address, form_of(clerk.get(address).text) | {"move": "down-1"})
    fields = form_of(clerk.get(address).text) | {
        "lines-1-adj-kind": "allowance", "lines-1-adj-amount": "10,00", "lines-1-adj-reason": "Loyal customer",
        "adj-0-kind": "charge", "adj-0-amount": "5.00", "adj-0-reason": "Freight",
        "early-0-percent": "2", "early-0-days": "14",
        "tax_currency": "sek", "tax_rate_of_exchange": "11,2", "tax_rate_source": "ECB 2026-02-27",
    }  # fmt: skip
    clerk.post(address, fields)
    with ctx.open():
        content = Draft.objects.get(id=one).content
    assert content["lines"][1]["adjustments"] == [{"amount": "10.00", "reason": "Loyal customer"}]
    [charge] = content["adjustments"]
    assert (charge["amount"], charge["charge"], charge["category"], charge["rate"]) == ("5.00", True, "S", "19")
    assert content["terms"] == {"early": [{"percent": "2", "days": 14}]}
    assert (content["tax_currency"], content["tax_rate_of_exchange"]) == ("SEK", "11.2")
    page = clerk.get(address).text
    assert "VAT in SEK" in page
    # 10 + 100 - 10 + 5 = 105.00 and 19 % of it, 19.95; in kronor 223.44.
    assert "223.44" in page
    cleared = form_of(page) | {"lines-1-adj-kind": "", "adj-0-kind": "", "early-0-percent": "", "early-0-days": ""}
    clerk.post(address, cleared | {"tax_currency": "", "tax_rate_of_exchange": "", "tax_rate_source": ""})
    with ctx.open():
        content = Draft.objects.get(id=one).content
    assert not {"adjustments", "terms", "tax_currency", "tax_rate_of_exchange"} & content.keys()
    assert "adjustments" not in content["lines"][1]


def test_a_percentage_gives_the_amount_of_an_allowance_and_follows_its_base(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    fields = form_of(clerk.get(address).text) | {
        "lines-0-adj-kind": "allowance", "lines-0-adj-percent": "12,5", "lines-0-adj-reason": "Volume",
        "adj-0-kind": "allowance", "adj-0-percent": "3", "adj-0-amount": "99", "adj-0-reason": "Loyal customer",
    }  # fmt: skip
    clerk.post(address, fields)
    with ctx.open():
        content = Draft.objects.get(id=one).content
    # 2 x 50.00 = 100.00 less 12.5 %; 3 % of the 87.50 that are left are 2.63, half up.
    assert content["lines"][0]["adjustments"] == [
        {"amount": "12.50", "reason": "Volume", "percent": "12.5", "base": "100.00"}
    ]
    [whole] = content["adjustments"]
    assert (whole["percent"], whole["base"], whole["amount"]) == ("3", "87.50", "2.63")
    clerk.post(address, form_of(clerk.get(address).text) | {"lines-0-quantity": "4"})
    with ctx.open():
        content = Draft.objects.get(id=one).content
    assert (content["lines"][0]["adjustments"][0]["amount"], content["adjustments"][0]["base"]) == ("25.00", "175.00")
    clerk.post(address, form_of(clerk.get(address).text) | {"adj-0-percent": "", "adj-0-amount": "7"})
    with ctx.open():
        [whole] = Draft.objects.get(id=one).content["adjustments"]
    assert whole["amount"] == "7"
    assert not {"percent", "base"} & whole.keys()
    live = clerk.post(address + "/check", form_of(clerk.get(address).text) | {"adj-0-percent": "a lot"}).text
    assert re.search(r'id="e-adj-0-percent" class="error"', live)
    live = clerk.post(address + "/check", form_of(clerk.get(address).text) | {"adj-0-percent": "5000"}).text
    assert "A percentage needs the amount that it is taken of" in live


def test_a_wrong_allowance_or_discount_is_told_beside_its_field(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    address = reverse("web:draft", args=[draft(ctx, shop)])
    fields = form_of(clerk.get(address).text) | {"adj-0-kind": "allowance", "adj-0-amount": "5", "early-0-percent": "2"}
    live = clerk.post(address + "/check", fields).text
    assert re.search(r'id="e-early-0-days" class="error"', live)
    fields = fields | {"early-0-days": "10"}
    live = clerk.post(address + "/check", fields).text
    assert re.search(r'id="e-adj-0-reason" class="error" hx-swap-oob="true">The reason of the allowance', live)
    assert "Business rules" in live


def test_the_preview_shows_what_stands_in_the_form_at_once(ctx, shop, sign_in):
    from base64 import b64decode

    clerk = sign_in("invoicing_clerk")
    address = reverse("web:draft", args=[draft(ctx, shop)])
    page = clerk.get(address).text

    def sheet(html):
        return b64decode(re.search(r'src="data:image/svg\+xml;base64,([^"]+)"', html)[1])

    live = clerk.post(address + "/check", form_of(page) | {"lines-0-name": "Grinding of shafts"}).text
    assert sheet(live) != sheet(page)
    assert sheet(clerk.get(address).text) == sheet(live)
    empty = clerk.post(address + "/check", form_of(page) | {"lines-0-price": "much"}).text
    assert "It cannot be shown before it can be computed." in empty


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_in_the_editor_with_everything_open(ctx, shop, open_page, axe, size, dark):
    with ctx.open():
        one = services.write_draft(
            ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY,
            content={"lines": [LINE | {"unit": "pieces", "adjustments": [{"amount": "1.00"}]}, LINE | {"id": "2"}]},
        )  # fmt: skip
    page = open_page(reverse("web:draft", args=[one]), size=size, dark=dark)
    page.evaluate("document.querySelectorAll('main details:not(.menu)').forEach(one => one.open = true)")
    assert axe(page) == []
    assert page.complaints == []


def test_findings_and_preview_follow_the_typing_and_the_focus_stays(ctx, shop, open_page):
    page = open_page(reverse("web:draft", args=[draft(ctx, shop)]))
    before = page.get_attribute("#live .paper img", "src")
    page.focus("#l0q")
    with page.expect_response("**/check"):
        page.keyboard.type("5")
    page.wait_for_function("before => document.querySelector('#live .paper img').src !== before", arg=before)
    assert page.evaluate("document.activeElement.id") == "l0q"
    assert page.input_value("#l0q") in {"52", "25"}
    page.fill("#l0p", "much")
    page.wait_for_selector("#live >> text=It cannot be computed yet.")
    assert page.complaints == []


def bare(ctx, shop, debtor=None, **content):
    with ctx.open():
        return services.write_draft(
            ctx, creditor=shop.creditor, debtor=debtor or shop.debtor, currency="EUR", today=TODAY,
            content={"lines": [LINE | {"price": "500.00"}], **content},
        )  # fmt: skip


def test_a_missing_day_of_supply_is_set_for_all_drafts_that_lack_it(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    ids = [bare(ctx, shop), bare(ctx, shop), draft(ctx, shop)]
    preview = clerk.post(reverse("web:issue_preview"), {"ids": ids}).text
    code = re.search(r'name="field" value="delivery.day"><input type="hidden" name="code" value="([^"]+)"', preview)[1]
    assert re.search(r"2\s*drafts", preview)
    sent = {"ids": ids, "field": "delivery.day", "code": code, "value": "2026-02-27"}
    after = clerk.post(reverse("web:drafts_mend"), sent).text
    assert 'value="delivery.day"' not in after
    assert "set for 2 drafts" in after
    with ctx.open():
        days = [Draft.objects.get(id=one).content["delivery"]["day"] for one in ids]
    assert days == ["2026-02-27", "2026-02-27", "2026-03-01"]
    wrong = clerk.post(reverse("web:drafts_mend"), sent | {"ids": [bare(ctx, shop)], "value": "soon"}).text
    assert "is not a date" in wrong
    assert 'value="delivery.day"' in wrong


def test_a_missing_vat_number_is_set_on_the_customer_and_issuing_goes_on(ctx, shop, sign_in):
    with ctx.open():
        Debtor.objects.filter(id=shop.debtor).update(country="FR", vat_id="")
    one = bare(ctx, shop, delivery={"day": "2026-03-01"}, lines=[
        {"id": "1", "name": "Advice", "quantity": "1", "unit": "HUR", "price": "500", "category": "AE", "rate": "0"}
    ])  # fmt: skip
    admin = sign_in()
    preview = admin.post(reverse("web:issue_preview"), {"ids": [one]}).text
    assert "Mend 1 draft" in preview
    code = re.search(r'name="field" value="buyer.vat_id"><input type="hidden" name="code" value="([^"]+)"', preview)[1]
    sent = {"ids": [one], "field": "buyer.vat_id", "code": code}
    refused = admin.post(reverse("web:drafts_mend"), sent | {f"value-{shop.debtor}": "FR1"}).text
    assert "Mend 1 draft" in refused
    mended = admin.post(reverse("web:drafts_mend"), sent | {f"value-{shop.debtor}": "FR40303265045"}).text
    assert "set for 1 customer." in mended
    assert "Issue 1 document" in mended


def test_lines_whose_vat_is_open_are_named_goods_or_services_together(ctx, shop, sign_in):
    with ctx.open():
        Debtor.objects.filter(id=shop.debtor).update(country="FR", vat_id="FR40303265045")
    line = {"id": "1", "name": "Milling", "quantity": "1", "unit": "C62", "price": "500"}
    ids = [bare(ctx, shop, delivery={"day": "2026-03-01"}, lines=[line]) for _ in range(2)]
    clerk = sign_in("invoicing_clerk")
    assert "Mend 2 drafts" in clerk.post(reverse("web:issue_preview"), {"ids": ids}).text
    sent = {"ids": ids, "field": "lines.nature", "code": "content.nature", "value": "services"}
    assert "Issue 2 documents" in clerk.post(reverse("web:drafts_mend"), sent).text
    assert "Say goods" in clerk.post(
        reverse("web:drafts_mend"), sent | {"ids": [bare(ctx, shop, lines=[line])], "value": "gold"}
    ).text  # fmt: skip


def test_mending_many_drafts_takes_no_more_queries_than_two(ctx, shop):
    def queries(count):
        from django.db import connection

        ids = [bare(ctx, shop) for _ in range(count)]
        with ctx.open(), CaptureQueriesContext(connection) as asked:
            services.mend_drafts(ctx, field="references.buyer", values=dict.fromkeys(ids, "04011000-1"), today=TODAY)
        return len(asked)

    assert queries(2) == queries(12)


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing_before_issuing_with_findings(ctx, shop, open_page, axe, size):
    bare(ctx, shop), draft(ctx, shop, unit="pieces")
    page = open_page(reverse("web:drafts"), size=size)
    for box in page.locator("td.pick input").all():
        box.click()
    page.click(".bulk button.primary")
    page.wait_for_selector("text=Set it and look again")
    assert axe(page) == []
    assert page.complaints == []


def test_figures_stand_over_the_list_and_lead_to_their_rows(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    assert "Paid in 30 days" not in clerk.get(reverse("web:invoices")).text
    first, _second = issued(ctx, shop), issued(ctx, shop)
    with ctx.open():
        make.item(ctx, shop, 77_00, issued_on=TODAY)
        paid = make.payment(ctx, shop, 19_00, on=TODAY)
        allocate(ctx, lines=[Applied(first, 19_00, paid)], effective_on=TODAY, today=TODAY)
        assert totals(ctx, today=date(2026, 3, 10)) == [Totals("EUR", 2, 219_00, 0, 0, 1, 19_00)]
        assert totals(ctx, today=date(2026, 5, 10)) == [Totals("EUR", 2, 219_00, 2, 219_00, 0, 0)]
        assert totals(ctx, today=TODAY, creditor=UUID(int=1)) == []
        services.credit_invoice(ctx, invoice=first, reason="r", today=TODAY)
        assert totals(ctx, today=TODAY) == [Totals("EUR", 1, 119_00, 0, 0, 1, 19_00)]
    page = clerk.get(reverse("web:invoices")).text
    band = page[page.index('class="band"') : page.index("</form>", page.index('class="band"'))]
    assert re.findall(r'href="([^"]+)"', band) == [f"/invoices?state={one}" for one in ("open", "overdue", "paid")]
    assert "119.00" in band


def test_an_invoice_opens_beside_the_list_without_its_picture(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    invoice = issued(ctx, shop)
    drain()
    url = reverse("web:invoice", args=[invoice])
    beside = clerk.get(url, headers={"HX-Request": "true", "HX-Target": "panel"}).text
    assert "<html" not in beside
    assert "RE-2026-00001" in beside
    assert reverse("web:invoice_file", args=[invoice, "factur-x"]) in beside
    assert ".svg" not in beside
    assert f'href="{url}"' in beside
    assert "<html" in clerk.get(url).text


def test_a_view_of_the_invoices_is_saved(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    issued(ctx, shop)
    kept = {"page": "invoices", "name": "Late ones", "query": "state=overdue&sort=due"}
    answer = clerk.post(reverse("web:view_save"), kept, follow=True)
    assert answer.redirect_chain == [("/invoices?state=overdue&sort=due", 302)]
    assert "Late ones" in clerk.get(reverse("web:invoices")).text


@pytest.mark.parametrize(("size", "dark"), [("desk", False), ("phone", True)])
def test_axe_finds_nothing_on_the_lists_and_in_the_panel_of_an_invoice(ctx, shop, open_page, axe, size, dark):
    issued(ctx, shop)
    page = open_page("/invoices", size=size, dark=dark)
    assert axe(page) == []
    page.locator("tbody th a").first.click()
    page.wait_for_selector("#panel .side-foot")
    page.locator("#panel details summary").first.click()
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    for path in ("/invoices/deliveries", f"/invoices/register/{shop.creditor}", f"/customers/{shop.debtor}"):
        page.goto(page.url.split("/invoices")[0].split("/customers")[0] + path)
        assert axe(page) == []
    assert page.complaints == []


def test_the_files_of_a_fresh_invoice_are_asked_for_until_they_are_there(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    address = reverse("web:invoice", args=[issued(ctx, shop)])
    asking = f'id="files" hx-get="{address}"'
    assert asking in clerk.get(address).text
    drain()
    page = clerk.get(address).text
    assert asking not in page
    assert page.count('id="file-links"') == page.count('id="standing"') == 1


def test_where_an_invoice_stands_is_asked_for_until_its_delivery_is_at_an_end(ctx, shop, sign_in):
    clerk, invoice = sign_in("invoicing_clerk"), issued(ctx, shop)
    address = reverse("web:invoice", args=[invoice])
    asking = f'id="standing" hx-get="{address}"'
    drain()
    with ctx.open():
        way = Delivery.objects.get(invoice_id=invoice)
        Delivery.objects.filter(id=way.id).update(state="queued")
    assert asking in clerk.get(address).text
    part = clerk.get(address, headers={"hx-request": "true", "hx-target": "standing"}).text
    assert asking in part
    assert "<html" not in part
    for state in ("failed", "delivered"):
        with ctx.open():
            Delivery.objects.filter(id=way.id).update(state=state)
        assert asking not in clerk.get(address).text
    with ctx.open():
        services.deliver_invoice(ctx, invoice=invoice, channel="print", today=TODAY)
    page = clerk.get(address).text
    assert "On its way" in page
    assert asking not in page


def test_the_cadre_of_a_french_seller_is_chosen_in_the_draft(ctx, shop, sign_in):
    clerk, one = sign_in("invoicing_clerk"), draft(ctx, shop)
    address = reverse("web:draft", args=[one])
    assert 'name="process"' not in clerk.get(address).text
    with ctx.open():
        Creditor.objects.filter(id=shop.creditor).update(country="FR")
    page = clerk.get(address).text
    assert '<option value="" selected>From the lines</option>' in page
    clerk.post(address, {**form_of(page), "process": "S5"})
    assert '<option value="S5" selected>' in clerk.get(address).text
    clerk.post(address, {**form_of(clerk.get(address).text), "process": ""})
    with ctx.open():
        assert "process" not in Draft.objects.get(id=one).content
