"""The further documents on the screens: prepay and settle an order, correct, cancel, collect, repeat, void a number."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from uuid import uuid4

import pytest
from django.urls import reverse

from fairdue.foundation import clock
from fairdue.foundation.approvals import decide
from fairdue.invoicing import services
from fairdue.invoicing.models import Draft, Invoice, Plan, VoidedNumber
from fairdue.receivables import services as receivables
from tests import make
from tests.make import LINE

TODAY = date(2026, 3, 2)


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        make.able_to_bill(books)
    return books


def write(ctx, shop):
    with ctx.open():
        return services.write_draft(
            ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY,
            content={"lines": [LINE], "delivery": {"day": "2026-03-01"}},
        )  # fmt: skip


def issued(ctx, shop):
    one = write(ctx, shop)
    with ctx.open():
        return services.issue_invoice(ctx, draft=one, today=TODAY)


def order(ctx, shop, number):
    line = services.OrderLineDraft("Head", Decimal(4), Decimal("250.00"), Decimal(19), delivered_on=TODAY)
    made = services.OrderDraft(shop.creditor, shop.debtor, number, TODAY, "EUR", (line,))
    with ctx.open():
        return services.accept_orders(ctx, orders=[made], today=TODAY)[0]


def test_an_order_is_prepaid_and_settled_from_its_page(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = order(ctx, shop, "PO-1")
    page = reverse("web:order", args=[one])
    assert "Draft the prepayment invoice" in clerk.get(page).text
    wrong = clerk.post(reverse("web:order_prepay", args=[one]), {"percent": "much"}, follow=True)
    assert "number of percent" in wrong.text
    drafted = clerk.post(reverse("web:order_prepay", args=[one]), {"percent": "30"})
    assert "Anzahlung von 30 %" in clerk.get(drafted.url).text
    with ctx.open():
        first = services.issue_invoice(ctx, draft=Draft.objects.get().id, today=TODAY)
        assert Invoice.objects.get(id=first).type == "386"
    refused = clerk.post(reverse("web:order_settle", args=[one]), follow=True)
    assert "not paid in full" in refused.text
    assert "Prepayment invoice" in clerk.get(reverse("web:invoice", args=[first])).text
    with ctx.open():
        credit = make.payment(ctx, shop, 35700)
        line = receivables.Applied(first, 35700, credit)
        receivables.allocate(ctx, lines=[line], effective_on=TODAY, today=TODAY)
    assert "Paid, to deduct" in clerk.get(page).text
    final = clerk.post(reverse("web:order_settle", args=[one]))
    shown = clerk.get(final.url).text
    assert "Prepayment invoices that this one deducts" in shown
    assert 'name="prepaid" value="357.00"' in shown
    with ctx.open():
        drafted = Draft.objects.get(state="open")
        assert drafted.content["prepaid"] == "357.00"
    form = {"prepaid": "300", "currency": "EUR", "term": "30"}
    less = clerk.post(reverse("web:draft_check", args=[drafted.id]), form)
    assert "less than the prepayment invoices that are deducted" in less.text
    clerk.post(reverse("web:draft_check", args=[drafted.id]), form | {"prepaid": "357.00", "delivery": "2026-03-01"})
    with ctx.open():
        number = Invoice.objects.get(id=services.issue_invoice(ctx, draft=drafted.id, today=TODAY)).number
    deducted = clerk.get(page).text
    assert "Deducted" in deducted
    assert number in deducted


def test_what_is_paid_already_is_typed_beside_what_is_on_account(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = write(ctx, shop)
    page = reverse("web:draft", args=[one])
    assert "Nothing is on account of this customer." in clerk.get(page).text
    form = {
        "count": "1", "lines-0-name": "Milling", "lines-0-quantity": "2", "lines-0-price": "50", "lines-0-unit": "C62",
        "lines-0-category": "S", "lines-0-rate": "19", "currency": "EUR", "term": "30", "delivery": "2026-03-01",
        "prepaid": "40,00",
    }  # fmt: skip
    told = clerk.post(reverse("web:draft_check", args=[one]), form).text.replace("\xa0", " ")
    assert told.count("40.00 EUR are missing") == 2  # beside the field and among the findings
    clerk.post(page, form)
    refused = clerk.post(reverse("web:issue_preview"), {"ids": [one]}).text.replace("\xa0", " ")
    assert "40.00 EUR are missing" in refused
    assert "Mend 1 draft" in refused
    with ctx.open():
        make.payment(ctx, shop, 5000)
    shown = clerk.get(page).text
    assert "50.00" in shown
    assert "are missing" not in shown
    with ctx.open():
        invoice = services.issue_invoice(ctx, draft=one, today=TODAY)
        assert Invoice.objects.get(id=invoice).payable == 7900


def test_money_on_account_is_counted_once_for_drafts_that_are_issued_together(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    drafts = [write(ctx, shop), write(ctx, shop)]
    with ctx.open():
        make.payment(ctx, shop, 5000)
        for one in drafts:
            row = Draft.objects.get(id=one)
            services.change_draft(ctx, draft=one, content={**row.content, "prepaid": "40.00"}, today=TODAY)
    page = clerk.post(reverse("web:issue_preview"), {"ids": drafts}).text.replace("\xa0", " ")
    assert "Issue 1 document" in page
    assert "30.00 EUR are missing" in page


def test_a_correction_is_written_then_issued_and_lines_may_be_changed(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = issued(ctx, shop)
    assert "Write the correction" in clerk.get(reverse("web:invoice", args=[one])).text
    drafted = clerk.post(reverse("web:invoice_correct", args=[one]), {"reason": "Wrong price"})
    page = clerk.get(drafted.url).text
    assert "Wrong price" in page
    assert "takes the place of" in page
    assert reverse("web:invoice", args=[one]) in page
    assert 'name="lines-0-price"' in page
    again = clerk.post(reverse("web:invoice_correct", args=[one]), {"reason": "x"}, follow=True)
    assert "being written already" in again.text


def test_cancelling_needs_a_reason_and_happens_once(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = issued(ctx, shop)
    url = reverse("web:invoice_cancel", args=[one])
    assert "needs a reason" in clerk.post(url, {"reason": ""}, follow=True).text
    done = clerk.post(url, {"reason": "Wrong customer", "key": "c1"}, follow=True)
    assert "Credit note" in done.text
    clerk.post(url, {"reason": "Wrong customer", "key": "c1"})
    with ctx.open():
        assert Invoice.objects.filter(type="381").count() == 1


def test_a_write_off_that_waits_stands_on_the_invoice(ctx, shop, sign_in):
    one = issued(ctx, shop)
    url, said = reverse("web:invoice", args=[one]), "Write-off asked for"
    assert said not in sign_in("auditor").get(url).text
    with ctx.open():
        approval = receivables.propose_write_off(ctx, item=one, amount=1_00, reason="freight", today=TODAY)
    text = sign_in("client", creditor=shop.creditor).get(url).text
    assert said in text
    assert "freight" in text
    with ctx.open():
        decide(replace(ctx, actor=f"user:{uuid4()}"), approval=approval, approve=False, today=TODAY)
    assert said not in sign_in("auditor").get(url).text


def test_orders_are_chosen_and_drafted_together(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    chosen = [order(ctx, shop, "PO-1"), order(ctx, shop, "PO-2")]
    assert "Draft one invoice over the chosen orders" in clerk.get(reverse("web:orders")).text
    drafted = clerk.post(reverse("web:orders_collect"), {"ids": [*chosen, "x"]})
    assert "PO-2" not in drafted.url
    with ctx.open():
        assert len(Draft.objects.get().content["lines"]) == 2
    assert "closed or unknown" in clerk.post(reverse("web:orders_collect"), follow=True).text


def test_a_draft_is_repeated_paused_and_ended(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = write(ctx, shop)
    url = reverse("web:draft_repeat", args=[one])
    assert "has a first day" in clerk.post(url, {"name": "Care"}, follow=True).text
    start = (clock.today() + timedelta(days=3)).isoformat()
    fields = {"name": "Care", "every": "month", "count": "1", "starts_on": start, "issues": "1"}
    assert "plan counts" in clerk.post(url, fields | {"count": "x"}, follow=True).text
    assert "Care" in clerk.post(url, fields, follow=True).text
    with ctx.open():
        plan = Plan.objects.get()
        assert plan.issues
    change = reverse("web:plan_state", args=[plan.id])
    assert "Paused" in clerk.post(change, {"state": "paused"}, follow=True).text
    assert "does not begin again" in clerk.post(change, {"state": "ended"}).text
    with ctx.open():
        assert Plan.objects.get().state == "paused"
    assert "Active" in clerk.post(change, {"state": "active"}, follow=True).text
    assert "Ended" in clerk.post(change, {"state": "ended", "confirmed": "1"}, follow=True).text
    assert "has ended" in clerk.post(change, {"state": "active"}, follow=True).text


def _key(page):
    return re.findall(r'name="key" value="([0-9a-f-]{36})"', page)[-1]


def test_two_clicks_on_an_order_make_one_draft_and_another_share_makes_another(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = order(ctx, shop, "PO-1")
    page = reverse("web:order", args=[one])
    prepay, asked = reverse("web:order_prepay", args=[one]), {"percent": "30", "key": _key(clerk.get(page).text)}
    assert clerk.post(prepay, asked).url == clerk.post(prepay, asked).url
    with ctx.open():
        assert Draft.objects.count() == 1
    assert "Draft" in clerk.post(prepay, asked | {"percent": "20"}, follow=True).text
    with ctx.open():
        assert Draft.objects.count() == 2
    other = order(ctx, shop, "PO-2")
    together, chosen = (
        reverse("web:orders_collect"),
        {"id": [other], "key": _key(clerk.get(reverse("web:orders")).text)},
    )
    assert clerk.post(together, chosen).url == clerk.post(together, chosen).url
    third = reverse("web:order", args=[order(ctx, shop, "PO-3")])
    settle, key = third + "/settle", {"key": _key(clerk.get(third).text)}
    assert clerk.post(settle, key).url == clerk.post(settle, key).url


def test_two_clicks_start_one_recurring_invoice(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = write(ctx, shop)
    key = _key(clerk.get(reverse("web:draft", args=[one])).text)
    start = (clock.today() + timedelta(days=3)).isoformat()
    fields = {"name": "Care", "every": "month", "count": "1", "starts_on": start, "key": key}
    for _ in range(2):
        assert "is started" in clerk.post(reverse("web:draft_repeat", args=[one]), fields, follow=True).text
    with ctx.open():
        assert Plan.objects.count() == 1


def test_a_pro_forma_is_downloaded_and_a_broken_draft_says_why_not(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = write(ctx, shop)
    answer = clerk.get(reverse("web:pro_forma", args=[one]))
    assert (answer["Content-Type"], answer.content[:5]) == ("application/pdf", b"%PDF-")
    with ctx.open():
        services.change_draft(ctx, draft=one, content={"lines": [LINE | {"price": "x"}]}, today=TODAY)
    assert "not a number" in clerk.get(reverse("web:pro_forma", args=[one]), follow=True).text


def test_the_register_explains_a_voided_number(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    issued(ctx, shop)
    page = reverse("web:register", args=[shop.creditor])
    url = reverse("web:number_void", args=[shop.creditor])
    assert "needs a reason" in clerk.post(url, {"kind": "invoice"}, follow=True).text
    clerk.post(url, {"kind": "invoice", "reason": "Spoiled form"})
    shown = clerk.get(page).text
    assert "Spoiled form" in shown
    assert re.search(r'[0-9a-f-]{36}">Invoice</a>', shown)
    assert "Missing" not in shown
    only = clerk.get(page, {"what": "voided", "kind": "invoice"}).text
    assert ("Spoiled form" in only, re.search(r'[0-9a-f-]{36}">Invoice</a>', only)) == (True, None)
    assert "No number fits" in clerk.get(page, {"kind": "credit_note"}).text
    assert "Spoiled form" in clerk.get(page, {"after": "bm9uc2Vuc2U"}).text
    assert "1 voided" in clerk.get(reverse("web:series")).text
    with ctx.open():
        assert VoidedNumber.objects.get().reason == "Spoiled form"


def test_a_number_that_vanished_stands_in_the_register_as_missing(ctx, shop, sign_in, monkeypatch):
    from fairdue.web.invoicing import register

    for _ in range(3):
        issued(ctx, shop)
    with ctx.open():
        rows = register.selectors.register(ctx, creditor=shop.creditor)
        series = register.selectors.series(ctx, creditor=shop.creditor)
    shown = list(register._with_gaps([rows[0], rows[2]], series, None, ended=True))
    assert [getattr(one, "first", None) for one in shown] == [None, 2, None]
    tail = list(register._with_gaps(rows[:1], series, None, ended=True))
    assert [(one.first, one.last) for one in tail[1:]] == [(2, 3)]
    second = list(register._with_gaps(rows[2:], series, register._key(rows[1]), ended=True))
    assert second == rows[2:]
    monkeypatch.setattr(register, "PAGE_SIZE", 2)
    clerk = sign_in("invoicing_clerk")
    page = clerk.get(reverse("web:register", args=[shop.creditor])).text
    assert rows[1].number in page
    assert rows[2].number not in page
    follow = re.search(r'href="[^"]*[?&;](after=[^"&]+)', page)[1]
    assert rows[2].number in clerk.get(reverse("web:register", args=[shop.creditor]) + "?" + follow).text


def test_a_note_with_a_subject_survives_the_editor(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = write(ctx, shop)
    with ctx.open():
        body = Draft.objects.get().content
        notes = [{"text": "Law", "subject": "AAI"}, {"text": "Hello"}]
        services.change_draft(ctx, draft=one, content={**body, "notes": notes}, today=TODAY)
    page = clerk.get(reverse("web:draft", args=[one])).text
    assert ">Hello</textarea>" in page
    fields = {"count": "1", "note": "Bye", "delivery": "2026-03-01", "currency": "EUR", "term": "30"}
    line = {f"lines-0-{name}": value for name, value in LINE.items()}
    clerk.post(reverse("web:draft", args=[one]), fields | line)
    with ctx.open():
        kept = Draft.objects.get().content["notes"]
    assert kept == [{"text": "Bye"}, {"text": "Law", "subject": "AAI"}]


def test_a_draft_says_what_it_becomes_unless_it_is_a_plain_invoice(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    asked = {"debtor": str(shop.debtor), "type": "389"}
    assert "Self-billed invoice" in clerk.post(reverse("web:invoice_new"), asked, follow=True).text
    assert "Self-billed invoice" not in clerk.get(reverse("web:draft", args=[write(ctx, shop)])).text


def test_a_recurring_invoice_that_is_due_says_that_it_is_drafted_tonight(ctx, shop, sign_in):
    clerk, one = sign_in("invoicing_clerk"), write(ctx, shop)
    today = clock.today("Europe/Berlin")
    form = {"name": "Rent", "count": "1", "every": "month", "starts_on": str(today - timedelta(days=3))}
    page = clerk.post(reverse("web:draft_repeat", args=[one]), form, follow=True).text
    assert "its first draft is written tonight" in page
    assert page.count("drafted tonight") == 1
    later = form | {"name": "Later", "starts_on": str(today + timedelta(days=9))}
    page = clerk.post(reverse("web:draft_repeat", args=[one]), later, follow=True).text
    assert "it drafts by itself" in page
    assert page.count("drafted tonight") == 1
