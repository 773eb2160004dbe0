"""A draft says what the law decides: category, wording, notes, and what the country still misses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from fairdue.core.findings import RefusedError
from fairdue.invoicing import selectors, services
from fairdue.invoicing.services import OrderDraft, OrderLineDraft
from fairdue.parties.models import Creditor, Debtor

TODAY = date(2026, 3, 2)


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(
            street="Weg 1", postcode="10115", city="Berlin", vat_id="DE129273398", email="ar@nordwind.example",
            iban="DE75512108001245126199", bic="SOGEDEFF", settings={"delivery": "none"},
        )  # fmt: skip
        Debtor.objects.filter(id=books.debtor).update(street="Quai 2", postcode="69002", city="Lyon", country="FR",
                                                      language="fr", vat_id="FR40303265045")  # fmt: skip
    return books


def draft(ctx, shop, **line):
    one = {"id": "1", "name": "Milling", "quantity": "2", "unit": "C62", "price": "50.00"} | line
    content = {"lines": [one], "delivery": {"day": "2026-03-01", "address": {"country": "FR", "city": "Lyon"}}}
    return services.write_draft(
        ctx, creditor=shop.creditor, debtor=shop.debtor, content=content, currency="EUR", today=TODAY
    )


def findings(ctx, one):
    [preview] = services.preview_issue(ctx, drafts=[one], today=TODAY)
    return {finding.code: finding for finding in preview.findings}


def test_a_draft_without_category_is_issued_as_the_law_decides(ctx, shop):
    with ctx.open():
        one = draft(ctx, shop, nature="goods")
        told = findings(ctx, one)
        assert told["content.vat_proposed"].message.startswith("Proposed: K 0 %.")
        assert "Art. 138 (1)" in told["content.vat_proposed"].source
        assert told["content.de.register"].source == "GmbHG § 35a; AktG § 80; HGB § 37a"
        invoice = services.issue_invoice(ctx, draft=one, today=TODAY)
        page = selectors.invoice(ctx, invoice, today=TODAY)
    assert (page.row.tax, page.row.gross) == (0, 10000)
    [why] = page.content["exemptions"]
    assert why["code"] == "VATEX-EU-IC"
    assert why["reason"].startswith("Livraison intracommunautaire")
    assert why["reason"].endswith("§ 6a UStG")


def test_a_line_that_nobody_can_decide_draws_no_number(ctx, shop):
    with ctx.open():
        one = draft(ctx, shop)
        assert findings(ctx, one)["content.nature"].path == "lines[0].category"
        with pytest.raises(RefusedError, match="goods or services"):
            services.issue_invoice(ctx, draft=one, today=TODAY)
        assert selectors.series(ctx) == []


def test_tax_that_the_law_would_not_charge_is_said_before_it_is_charged(ctx, shop):
    with ctx.open():
        told = findings(ctx, draft(ctx, shop, category="S", rate="19", nature="goods"))
    assert "the rules give K" in told["content.vat_treatment"].message


def test_who_buys_decides(ctx, shop):
    with ctx.open():
        Debtor.objects.filter(id=shop.debtor).update(kind="consumer", vat_id="")
        told = findings(ctx, draft(ctx, shop, nature="goods"))
    assert told["content.vat_proposed"].message.startswith("Proposed: S 19 %.")
    assert "Art. 59c" in told["content.vat_proposed"].source


def test_a_creditor_that_is_a_small_business_charges_no_tax(ctx, shop):
    with ctx.open():
        Creditor.objects.filter(id=shop.creditor).update(settings={"vat_scheme": "small_business"})
        Debtor.objects.filter(id=shop.debtor).update(country="DE", language="de", vat_id="")
        one = services.write_draft(
            ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY,
            content={"lines": [{"id": "1", "name": "n", "quantity": "1", "unit": "C62", "price": "10"}],
                     "delivery": {"day": "2026-03-01"}},
        )  # fmt: skip
        invoice = services.issue_invoice(ctx, draft=one, today=TODAY)
        page = selectors.invoice(ctx, invoice, today=TODAY)
    assert page.row.tax == 0
    assert page.content["exemptions"][0]["reason"] == "Steuerfreier Umsatz nach § 19 UStG (Kleinunternehmer)"


def test_an_order_line_without_category_is_decided_when_it_is_drafted(ctx, shop):
    line = OrderLineDraft("Consulting", Decimal(2), Decimal(50), Decimal(0), category="", unit="HUR")
    with ctx.open():
        [order] = services.accept_orders(
            ctx, today=TODAY, orders=[OrderDraft(shop.creditor, shop.debtor, "PO-1", TODAY, "EUR", (line,))]
        )
        told = findings(ctx, services.draft_from_order(ctx, order=order, today=TODAY))
    assert told["content.vat_proposed"].message.startswith("Proposed: AE 0 %.")


def test_an_unknown_scheme_in_the_settings_changes_nothing(ctx, shop):
    with ctx.open():
        Creditor.objects.filter(id=shop.creditor).update(settings={"vat_scheme": "none of ours"})
        assert findings(ctx, draft(ctx, shop, nature="goods"))["content.vat_proposed"].message.startswith("Proposed: K")
