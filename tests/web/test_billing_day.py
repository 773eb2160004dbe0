"""What an invoicing clerk stumbled over: nothing typed is lost, what is picked is meant, lists go on."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from fairdue.core.findings import Finding, RefusedError
from fairdue.foundation.jobs import drain
from fairdue.invoicing import monitor, selectors, services
from fairdue.invoicing.models import Delivery, Draft, Plan
from fairdue.invoicing.registers import plan_key
from fairdue.invoicing.services.delivering import told
from fairdue.web.invoicing import delivering, documents
from fairdue.web.invoicing.editor import vat_word
from tests import make
from tests.make import LINE

TODAY = date(2026, 3, 2)
FORM = {
    "count": "1", "lines-0-name": "Turning", "lines-0-quantity": "3", "lines-0-price": "70", "lines-0-unit": "C62",
    "lines-0-category": "S", "lines-0-rate": "19", "currency": "EUR", "term": "30", "delivery": "2026-03-01",
}  # fmt: skip


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        make.able_to_bill(books, settings={"formats": ["factur-x"], "delivery": "print"})
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


def test_what_is_typed_is_kept_before_it_is_issued(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = write(ctx, shop)
    page = reverse("web:draft", args=[one])
    preview = clerk.post(page, FORM | {"then": "issue"})
    assert "Issue 1 document" in preview.text
    assert "249.90" in preview.text
    assert f'href="{page}"' in preview.text  # back to the draft, not to the list
    with ctx.open():
        assert Draft.objects.get(id=one).content["lines"][0]["name"] == "Turning"


def test_a_pro_forma_prints_what_stands_in_the_form(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = write(ctx, shop)
    answer = clerk.post(reverse("web:draft", args=[one]), FORM | {"then": "pro_forma"}, follow=True)
    assert answer["Content-Type"] == "application/pdf"
    with ctx.open():
        assert Draft.objects.get(id=one).content["lines"][0]["price"] == "70"


def test_one_who_may_draft_but_not_issue_only_saves(ctx, shop, sign_in):
    with ctx.open():
        one = services.write_draft(
            ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY, content={"lines": [LINE]}
        )
    auditor = sign_in("auditor")
    assert auditor.post(reverse("web:draft", args=[one]), FORM | {"then": "issue"}).status_code == 403


def test_a_finding_leads_to_its_field(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = write(ctx, shop)
    wrong = {"lines-0-name": "", "lines-0-unit": "pieces", "delivery": ""}
    told_ = clerk.post(reverse("web:draft_check", args=[one]), FORM | wrong).text
    assert {"#l0u", "#delivery"} <= set(re.findall(r'href="(#[^"]+)"', told_))
    page = clerk.get(reverse("web:draft", args=[one])).text
    assert {'id="l0u"', 'id="l0n"', 'id="delivery"'} <= set(re.findall(r'id="(?:l0u|l0n|delivery)"', page))


def test_a_line_goes_with_one_click(ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    one = write(ctx, shop)
    page = reverse("web:draft", args=[one])
    assert '<button class="button small quiet" name="lines-0-remove" value="1">' in clerk.get(page).text
    clerk.post(page, FORM | {"lines-0-remove": "1"})
    with ctx.open():
        assert Draft.objects.get(id=one).content["lines"] == []


@pytest.mark.parametrize(
    ("category", "rate", "shown"),
    [
        ("S", Decimal("19.000"), "19 %"), ("S", "8.10", "8.1 %"), ("AE", "0", "Reverse charge"),
        ("K", None, "Intra-EU goods"),
        ("G", Decimal(0), "Export"), ("Z", "0", "Zero rated"), ("", None, "Decided by law"),
    ],
)  # fmt: skip
def test_the_vat_of_a_line_is_told_in_words(category, rate, shown):
    assert vat_word(category, rate) == shown


def test_rows_that_are_picked_are_those_that_are_delivered_again(ctx, shop, sign_in):
    one, other = issued(ctx, shop), issued(ctx, shop)
    drain()
    with ctx.open():
        for invoice in (one, other):
            services.note_undeliverable(ctx, invoice=invoice, reason="Mailbox full", today=TODAY)
    clerk = sign_in("invoicing_clerk")
    page = clerk.get(reverse("web:deliveries"), {"state": "failed"}).text
    [name] = set(re.findall(rf'<input type="checkbox" name="(\w+)" value="(?:{one}|{other})"', page))
    preview = clerk.post(reverse("web:deliveries_retry"), {name: [one, other]})
    assert "Deliver 2 invoices again" in preview.text


def test_a_failed_delivery_says_why_without_the_field_and_leads_to_the_customer(ctx, shop, sign_in):
    refused = RefusedError(Finding("delivery.recipient", "recipient", "Kaufmann KG has no e-mail address."))
    assert told(refused) == "Kaufmann KG has no e-mail address."
    issued(ctx, shop)
    drain()
    page = sign_in("invoicing_clerk").get(reverse("web:deliveries")).text
    assert reverse("web:customer", args=[shop.debtor]) in page


def test_what_the_customer_answered_stands_in_words_on_the_invoice(ctx, shop, sign_in):
    invoice = issued(ctx, shop)
    with ctx.open():
        services.note_event(
            ctx, invoice=invoice, code="refused", source="portal", reference="x", reason="No order number.",
            happened_on=TODAY, today=TODAY,
        )  # fmt: skip
    page = sign_in("invoicing_clerk").get(reverse("web:invoice", args=[invoice])).text
    assert "Customer, in the portal: No order number." in page
    assert "Refused" in page


def test_a_credit_note_stands_below_zero_in_the_list(ctx, shop, sign_in):
    invoice = issued(ctx, shop)
    with ctx.open():
        services.credit_invoice(ctx, invoice=invoice, reason="goodwill", today=TODAY)
    page = sign_in("invoicing_clerk").get(reverse("web:invoices")).text
    assert re.search(r'<td class="num sum">−<span[^>]*>119\.00', page)


def test_the_register_names_customer_and_amount(ctx, shop, sign_in):
    issued(ctx, shop)
    page = sign_in("invoicing_clerk").get(reverse("web:register", args=[shop.creditor])).text
    assert "</a> to Kaufmann KG" in page
    assert "119.00" in page


def test_orders_that_are_picked_are_drafted_together(ctx, shop, sign_in):
    line = services.OrderLineDraft("Head", Decimal(4), Decimal("250.00"), Decimal(19), delivered_on=TODAY)
    with ctx.open():
        orders = services.accept_orders(
            ctx, today=TODAY,
            orders=[services.OrderDraft(shop.creditor, shop.debtor, n, TODAY, "EUR", (line,)) for n in ("A", "B")],
        )  # fmt: skip
    clerk = sign_in("invoicing_clerk")
    page = clerk.get(reverse("web:orders")).text
    [name] = set(re.findall(rf'<input type="checkbox" name="(\w+)" value="(?:{orders[0]}|{orders[1]})"', page))
    clerk.post(reverse("web:orders_collect"), {name: orders})
    with ctx.open():
        assert len(Draft.objects.get().content["lines"]) == 2


def test_recurring_invoices_go_on_over_the_page(ctx, shop, sign_in, monkeypatch):
    monkeypatch.setattr(documents, "PAGE_SIZE", 2)
    with ctx.open():
        made = [
            services.start_plan(
                ctx, today=TODAY,
                plan=services.PlanDraft(
                    shop.creditor, shop.debtor, f"Plan {n}", {"lines": [LINE]}, "EUR", "month", date(2026, 4, n + 1)
                ),
            )
            for n in range(5)
        ]  # fmt: skip
        services.set_plan_state(ctx, plan=made[0], state="ended", reason="x", today=TODAY)
        found, after = [], None
        while rows := selectors.plans(ctx, after=after, limit=2):
            found += [row.id for row in rows]
            after = plan_key(rows[-1])
        assert found == [*made[1:], made[0]]  # what ended stands last
        assert [row.id for row in selectors.plans(ctx, plan=made[3])] == [made[3]]
        assert Plan.objects.count() == 5
    clerk = sign_in("invoicing_clerk")
    first = clerk.get(reverse("web:plans"))
    [more] = set(re.findall(r'href="([^"]*after=[^"]+)"', first.text))
    second = clerk.get(reverse("web:plans") + "?" + more.replace("&amp;", "&").partition("?")[2])
    assert "Plan 1" in first.text
    assert "Plan 1" not in second.text
    assert "Plan 3" in second.text


def test_batches_of_the_print_shop_go_on_and_an_old_one_is_still_there(ctx, shop, sign_in, monkeypatch):
    monkeypatch.setattr(delivering, "PAGE_SIZE", 1)
    clerk = sign_in("invoicing_clerk")
    for _ in range(2):
        issued(ctx, shop)
        drain()
        clerk.post(reverse("web:print_batch", args=[shop.creditor]))
    with ctx.open():
        new, old = monitor.batches(ctx)
        assert monitor.batches(ctx, limit=1) == [new]
        assert monitor.batches(ctx, after=(new.made_at, new.file)) == [old]
        assert monitor.batches(ctx, file=old.file) == [old]
        assert {file for file, _, _ in monitor.print_batches(ctx)} == {new.file, old.file}
        Delivery.objects.filter(reference=str(old.file)).update(state="delivered")
        assert [file for file, _, _ in monitor.print_batches(ctx)] == [new.file]
    page = clerk.get(reverse("web:print_batches")).text
    assert str(new.file) in page
    assert str(old.file) not in page
    assert "Next page" in page
    assert clerk.get(reverse("web:print_batch_file", args=[old.file])).content.startswith(b"PK")
