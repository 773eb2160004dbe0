"""Prepayment, final, corrected, self-billed, collective, recurring, pro forma invoices; cancelling; voided numbers."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import DatabaseError, connection, transaction
from tests import make
from tests.make import LINE

from fairdue.cli.main import main
from fairdue.core.findings import RefusedError
from fairdue.foundation.jobs import drain
from fairdue.foundation.jobs.queue import JOBS
from fairdue.foundation.models import Fact
from fairdue.foundation.verifying import INVARIANTS
from fairdue.invoicing import selectors, services
from fairdue.invoicing.models import Counter, Document, Draft, Invoice, OrderLine, Plan, PlanRun, Settlement
from fairdue.invoicing.services import OrderDraft, OrderLineDraft
from fairdue.parties.models import Creditor
from fairdue.receivables import selectors as heart
from fairdue.receivables import services as receivables

TODAY = date(2026, 3, 2)


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        make.able_to_bill(
            books, email="ar@nordwind.example", bic="SOGEDEFF", settings={"formats": ["ubl"], "delivery": "none"}
        )
    return books


def content(**more):
    return {"lines": [dict(LINE)], "delivery": {"day": "2026-03-01"}, **more}


def issued(ctx, shop, **more):
    draft = services.write_draft(
        ctx, creditor=shop.creditor, debtor=shop.debtor, content=content(**more), currency="EUR", today=TODAY
    )
    return services.issue_invoice(ctx, draft=draft, today=TODAY)


def order(ctx, shop, number="A-1", on=TODAY, debtor=None, currency="EUR"):
    lines = (
        OrderLineDraft("Fräskopf", Decimal(4), Decimal("250.00"), Decimal(19), delivered_on=on),
        OrderLineDraft("Buch", Decimal(10), Decimal("10.00"), Decimal(7), delivered_on=on),
    )
    made = OrderDraft(shop.creditor, debtor or shop.debtor, number, on, currency, lines)
    return services.accept_orders(ctx, orders=[made], today=TODAY)[0]


def verified(ctx):
    return [finding for name in INVARIANTS for finding in INVARIANTS[name](ctx)]


def paid(ctx, shop, invoice, today=TODAY):
    row = Invoice.objects.get(id=invoice)
    credit = make.payment(ctx, shop, row.payable, on=today)
    receivables.allocate(
        ctx, lines=[receivables.Applied(invoice, row.payable, credit)], effective_on=today, today=today
    )


def balances(ctx, shop):
    rows = heart.trial_balance(ctx, creditor=shop.creditor, as_of=date(2026, 12, 31))
    return {row.code: row.debit - row.credit for row in rows if row.debit != row.credit}


def test_prepayments_are_deducted_from_the_final_invoice_with_their_net_and_tax(ctx, shop):
    with ctx.open():
        one = order(ctx, shop)
        draft = services.draft_prepayment(ctx, order=one, percent="30", today=TODAY)
        first = services.issue_invoice(ctx, draft=draft, today=TODAY)
        row = Invoice.objects.get(id=first)
        assert (row.type, row.number, row.net, row.tax) == ("386", "RE-2026-00001", 33000, 5910)
        assert [line["name"] for line in row.content["lines"]] == ["Anzahlung von 30 % auf Auftrag A-1"] * 2
        with pytest.raises(RefusedError, match="RE-2026-00001 is not paid in full") as refused, transaction.atomic():
            services.draft_final(ctx, order=one, today=TODAY)
        assert refused.value.findings[0].code == "final.unpaid"
        paid(ctx, shop, first)
        final = services.issue_invoice(ctx, draft=services.draft_final(ctx, order=one, today=TODAY), today=TODAY)
        row = Invoice.objects.get(id=final)
        assert (row.net, row.tax, row.gross, row.payable) == (110000, 19700, 129700, 129700 - 38910)
        assert row.content["preceding"] == [{"number": "RE-2026-00001", "day": "2026-03-02"}]
        assert "netto 330,00, USt 59,10, gesamt 389,10 EUR" in row.content["notes"][0]["text"]
        [item] = heart.items(ctx, ids=[final])
        assert (item.amount, item.net_amount, item.residual) == (90790, 77000, 90790)
        assert Settlement.objects.get().gross == 38910
        assert balances(ctx, shop)["4400"] == -110000
        assert balances(ctx, shop)["1770"] == -19700
        assert verified(ctx) == []


PAGE = Path(__file__).parents[3] / "docs" / "rules" / "prepayment.md"
WORKED = [
    [cell.strip() for cell in row.strip("| ").split("|")]
    for row in PAGE.read_text().splitlines()
    if row.startswith("| ") and row[2].isdigit()
]


def test_the_page_has_its_worked_rows():
    assert len(WORKED) == 4


@pytest.mark.parametrize("row", WORKED, ids=[row[0] for row in WORKED])
def test_the_worked_numbers_of_the_page(ctx, shop, row):
    def cents(text):
        return int(Decimal(text) * 100)

    percent, net, tax, gross, left, posted_net, posted_tax = row
    with ctx.open():
        one = order(ctx, shop)
        draft = services.draft_prepayment(ctx, order=one, percent=percent, today=TODAY)
        first = services.issue_invoice(ctx, draft=draft, today=TODAY)
        found = Invoice.objects.get(id=first)
        assert (found.net, found.tax, found.gross) == (cents(net), cents(tax), cents(gross))
        paid(ctx, shop, first)
        final = services.issue_invoice(ctx, draft=services.draft_final(ctx, order=one, today=TODAY), today=TODAY)
        assert Invoice.objects.get(id=final).payable == cents(left)
        assert sum(item.amount for item in heart.items(ctx, ids=[final])) == cents(left)
        booked = balances(ctx, shop)
        assert -booked["4400"] - found.net == cents(posted_net)
        assert -booked["1770"] - found.tax == cents(posted_tax)


def test_no_more_than_the_order_is_prepaid_and_a_prepayment_is_deducted_once(ctx, shop):
    with ctx.open():
        one = order(ctx, shop)
        for percent, code in (("0", "prepayment.percent"), ("101", "prepayment.percent")):
            with pytest.raises(RefusedError) as refused, transaction.atomic():
                services.draft_prepayment(ctx, order=one, percent=percent, today=TODAY)
            assert refused.value.findings[0].code == code
        draft = services.draft_prepayment(ctx, order=one, percent="60", today=TODAY)
        with pytest.raises(RefusedError, match=r"Only 440\.00 EUR"), transaction.atomic():
            services.draft_prepayment(ctx, order=one, percent="41", today=TODAY)
        first = services.issue_invoice(ctx, draft=draft, today=TODAY)
        with pytest.raises(RefusedError, match=r"Only 440\.00 EUR"), transaction.atomic():
            services.draft_prepayment(ctx, order=one, percent="41", today=TODAY)
        paid(ctx, shop, first)
        final = services.draft_final(ctx, order=one, today=TODAY)
        services.issue_invoice(ctx, draft=final, today=TODAY)
        with pytest.raises(RefusedError, match="deducted from RE-2026-00002"):
            services.credit_invoice(ctx, invoice=first, reason="no", today=TODAY)
        with pytest.raises(RefusedError, match="no prepayment invoice"), transaction.atomic():
            services.draft_final(ctx, order=order(ctx, shop, "A-2"), today=TODAY)
        assert verified(ctx) == []


def test_what_was_prepaid_is_not_billed_a_second_time(ctx, shop):
    with ctx.open():
        one, two = order(ctx, shop), order(ctx, shop, "A-2")
        lines = list(OrderLine.objects.filter(order_id=one).order_by("position"))
        draft = services.draft_prepayment(ctx, order=one, percent="30", today=TODAY)
        for bill in (
            lambda: services.draft_from_order(ctx, order=one, today=TODAY),
            lambda: services.draft_from_orders(ctx, orders=[two, one], today=TODAY),
            lambda: services.draft_from_order(ctx, order=one, quantities={str(lines[0].id): "4"}, today=TODAY),
        ):
            with (
                pytest.raises(RefusedError, match=r"330\.00 EUR \(net\) of order A-1") as refused,
                transaction.atomic(),
            ):
                bill()
            assert [finding.code for finding in refused.value.findings] == ["order.prepaid"]
        assert list(OrderLine.objects.filter(order_id=one).exclude(billed=0)) == []
        services.draft_from_order(ctx, order=one, quantities={str(lines[0].id): "3"}, today=TODAY)  # 350.00 stay
        services.draft_from_orders(ctx, orders=[two], today=TODAY)
        first = services.issue_invoice(ctx, draft=draft, today=TODAY)
        with pytest.raises(RefusedError, match="Draft the final invoice"), transaction.atomic():
            services.draft_from_order(ctx, order=one, today=TODAY)
        services.credit_invoice(ctx, invoice=first, reason="no prepayment after all", today=TODAY)
        services.draft_from_order(ctx, order=one, today=TODAY)
        assert all(line.billed == line.quantity for line in OrderLine.objects.filter(order_id=one))


def test_a_final_invoice_is_checked_once_more_when_it_is_issued(ctx, shop):
    with ctx.open():
        one = order(ctx, shop)
        first = services.issue_invoice(
            ctx, draft=services.draft_prepayment(ctx, order=one, percent="50", today=TODAY), today=TODAY
        )
        paid(ctx, shop, first)
        final = services.draft_final(ctx, order=one, today=TODAY)
        body = Draft.objects.get(id=final).content
        services.change_draft(ctx, draft=final, content={**body, "prepaid": "1.00"}, today=TODAY)
        with pytest.raises(RefusedError, match="less than the prepayment"), transaction.atomic():
            services.issue_invoice(ctx, draft=final, today=TODAY)
        services.change_draft(ctx, draft=final, content=body, today=TODAY)
        services.credit_invoice(ctx, invoice=first, reason="cancelled", today=TODAY)
        with pytest.raises(RefusedError, match="credited in part"), transaction.atomic():
            services.issue_invoice(ctx, draft=final, today=TODAY)
        assert Counter.objects.get(series__kind="invoice").last == 1
        assert verified(ctx) == []


def test_a_prepayment_at_a_rate_that_the_supply_does_not_have_is_corrected_first(ctx, shop):
    with ctx.open():
        one = order(ctx, shop)
        prepayment = services.draft_prepayment(ctx, order=one, percent="30", today=TODAY)
        body = Draft.objects.get(id=prepayment).content
        body["lines"] = [line | {"category": "S", "rate": "16"} for line in body["lines"]]
        services.change_draft(ctx, draft=prepayment, content=body, today=TODAY)
        paid(ctx, shop, services.issue_invoice(ctx, draft=prepayment, today=TODAY))
        final = services.draft_final(ctx, order=one, today=TODAY)
        with pytest.raises(RefusedError, match="invoiced as S at 16 %") as refused, transaction.atomic():
            services.issue_invoice(ctx, draft=final, today=TODAY)
        assert refused.value.findings[0].code == "content.prepayment_rate"
        assert Counter.objects.get(series__kind="invoice").last == 1


def test_a_prepayment_of_all_leaves_nothing_open(ctx, shop):
    with ctx.open():
        one = order(ctx, shop)
        first = services.issue_invoice(
            ctx, draft=services.draft_prepayment(ctx, order=one, percent="100", today=TODAY), today=TODAY
        )
        paid(ctx, shop, first)
        final = services.issue_invoice(ctx, draft=services.draft_final(ctx, order=one, today=TODAY), today=TODAY)
        assert Invoice.objects.get(id=final).payable == 0
        assert heart.items(ctx, ids=[final]) == []
        assert verified(ctx) == []


def test_a_corrected_invoice_takes_the_place_of_the_original_and_keeps_what_was_paid(ctx, shop):
    with ctx.open():
        original = issued(ctx, shop)
        credit = make.payment(ctx, shop, 5000)
        receivables.allocate(ctx, lines=[receivables.Applied(original, 5000, credit)], effective_on=TODAY, today=TODAY)
        draft = services.draft_correction(ctx, invoice=original, reason="Falsche Menge", today=TODAY)
        with pytest.raises(RefusedError, match="being written already"), transaction.atomic():
            services.draft_correction(ctx, invoice=original, reason="again", today=TODAY)
        body = Draft.objects.get(id=draft).content
        assert (body["type"], body["notes"][0]["text"]) == ("384", "Falsche Menge")
        services.change_draft(ctx, draft=draft, content={**body, "lines": [LINE | {"quantity": "1"}]}, today=TODAY)
        corrected = services.issue_invoice(ctx, draft=draft, today=TODAY)
        row = Invoice.objects.get(id=corrected)
        assert (row.type, row.gross, row.preceding_id) == ("384", 5950, original)
        assert [item.residual for item in heart.items(ctx, ids=[original, corrected])] in ([0, 950], [950, 0])
        assert make.residual(original) == 0
        assert balances(ctx, shop)["4400"] == -5000
        for action in (
            lambda: services.draft_correction(ctx, invoice=original, reason="x", today=TODAY),
            lambda: services.credit_invoice(ctx, invoice=original, reason="x", today=TODAY),
        ):
            with pytest.raises(RefusedError, match="replaced by a corrected invoice"), transaction.atomic():
                action()
        again = services.draft_correction(ctx, invoice=corrected, reason="Noch einmal", today=TODAY)
        services.issue_invoice(ctx, draft=again, today=TODAY)
        assert verified(ctx) == []


def test_a_correction_stays_in_its_currency_and_credited_invoices_are_not_corrected(ctx, shop):
    with ctx.open():
        original = issued(ctx, shop)
        draft = services.draft_correction(ctx, invoice=original, reason="x", today=TODAY)
        body = Draft.objects.get(id=draft).content
        services.change_draft(
            ctx, draft=draft, today=TODAY, currency="USD",
            content={**body, "tax_currency": "EUR", "tax_rate_of_exchange": "0.9"},
        )  # fmt: skip
        with pytest.raises(RefusedError, match="is in EUR; so is its correction"), transaction.atomic():
            services.issue_invoice(ctx, draft=draft, today=TODAY)
        services.discard_draft(ctx, draft=draft, reason="no", today=TODAY)
        note = services.cancel_invoice(ctx, invoice=original, reason="Storno", today=TODAY)
        for wrong in (original, note):
            with pytest.raises(RefusedError), transaction.atomic():
                services.draft_correction(ctx, invoice=wrong, reason="x", today=TODAY)


def test_cancelling_credits_all_and_gives_quantities_back_to_the_order(ctx, shop):
    with ctx.open():
        one = order(ctx, shop)
        invoice = services.issue_invoice(ctx, draft=services.draft_from_order(ctx, order=one, today=TODAY), today=TODAY)
        with pytest.raises(RefusedError, match="Nothing of this order"), transaction.atomic():
            services.draft_from_order(ctx, order=one, today=TODAY)
        with pytest.raises(RefusedError, match="needs a reason"):
            services.cancel_invoice(ctx, invoice=invoice, reason=" ", today=TODAY)
        note = services.cancel_invoice(ctx, invoice=invoice, reason="Falscher Kunde", today=TODAY)
        assert Invoice.objects.get(id=note).preceding_id == invoice
        assert make.residual(invoice) == 0
        assert Draft.objects.get(invoice_id=invoice).state == "cancelled"
        services.draft_from_order(ctx, order=one, today=TODAY)
        with pytest.raises(RefusedError, match="not within"), transaction.atomic():
            services.cancel_invoice(ctx, invoice=invoice, reason="Noch einmal", today=TODAY)
        assert verified(ctx) == []


def test_an_issued_draft_may_only_become_cancelled(ctx, shop):
    with ctx.open():
        invoice = issued(ctx, shop)
        for change in ({"state": "open"}, {"state": "cancelled", "term": "99"}, {"state": "discarded"}):
            with pytest.raises(DatabaseError, match="cannot be changed"), transaction.atomic():
                Draft.objects.filter(invoice_id=invoice).update(**change)


def test_a_collective_invoice_bills_many_orders_and_names_each(ctx, shop):
    with ctx.open():
        orders = [order(ctx, shop, f"A-{day}", date(2026, 3, day)) for day in (1, 2)]
        draft = services.draft_from_orders(ctx, orders=orders, today=TODAY)
        body = Draft.objects.get(id=draft).content
        assert [line["id"] for line in body["lines"]] == ["1", "2", "3", "4"]
        assert [line["order"] for line in body["lines"]][::2] == [
            {"number": "A-1", "day": "2026-03-01"}, {"number": "A-2", "day": "2026-03-02"},
        ]  # fmt: skip
        assert [line["period"]["start"] for line in body["lines"]][::2] == ["2026-03-01", "2026-03-02"]
        assert body["period"] == {"start": "2026-03-01", "end": "2026-03-02"}
        invoice = Invoice.objects.get(id=services.issue_invoice(ctx, draft=draft, today=TODAY))
        assert invoice.net == 220000
        assert [line["note"] for line in invoice.content["lines"]][::2] == [
            "Auftrag A-1 vom 01.03.2026", "Auftrag A-2 vom 02.03.2026",
        ]  # fmt: skip
        with pytest.raises(RefusedError), transaction.atomic():
            services.draft_from_orders(ctx, orders=orders, today=TODAY)
        assert verified(ctx) == []


def test_a_collective_invoice_is_for_one_customer_and_discarding_gives_all_back(ctx, shop):
    with ctx.open():
        stranger = make.debtor(ctx, shop.creditor)
        mixed = [order(ctx, shop, "A-1"), order(ctx, shop, "A-2", debtor=stranger)]
        with pytest.raises(RefusedError, match="one customer"):
            services.draft_from_orders(ctx, orders=mixed, today=TODAY)
        with pytest.raises(RefusedError, match="closed or unknown"):
            services.draft_from_orders(ctx, orders=[], today=TODAY)
        draft = services.draft_from_orders(ctx, orders=[mixed[0], order(ctx, shop, "A-3")], today=TODAY)
        services.discard_draft(ctx, draft=draft, reason="no", today=TODAY)
        assert not OrderLine.objects.exclude(billed=0).exists()


def test_a_self_billed_invoice_and_each_type_may_have_a_series_of_its_own(ctx, shop):
    with ctx.open():
        services.open_series(ctx, creditor=shop.creditor, kind="self_billed", pattern="SB-{yyyy}-{n:4}", today=TODAY)
        own, plain = issued(ctx, shop, type="389"), issued(ctx, shop)
        numbers = dict(Invoice.objects.values_list("id", "number"))
        assert (numbers[own], numbers[plain]) == ("SB-2026-0001", "RE-2026-00001")
        with pytest.raises(RefusedError, match="none of invoice"):
            services.open_series(ctx, creditor=shop.creditor, kind="other", pattern="X-{yyyy}-{n:4}", today=TODAY)
        assert verified(ctx) == []


def test_a_voided_number_is_explained_in_the_register_and_leaves_no_gap(ctx, shop):
    with ctx.open():
        issued(ctx, shop)
        number = services.void_number(
            ctx, creditor=shop.creditor, kind="invoice", reason="Spoiled form", today=TODAY, key="v1"
        )
        assert number == "RE-2026-00002"
        issued(ctx, shop)
        register = selectors.register(ctx, creditor=shop.creditor)
        assert [(row.number, row.reason) for row in register] == [
            ("RE-2026-00001", ""), ("RE-2026-00002", "Spoiled form"), ("RE-2026-00003", ""),
        ]  # fmt: skip
        [series] = selectors.series(ctx, creditor=shop.creditor)
        assert (series.last, series.count, series.voided, series.gapless) == (3, 2, 1, True)
        for wrong in ({"reason": " "}, {"kind": "other"}):
            with pytest.raises(RefusedError):
                services.void_number(
                    ctx, **{"creditor": shop.creditor, "kind": "invoice", "reason": "x", "today": TODAY, **wrong}
                )
        assert verified(ctx) == []
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("DELETE FROM number_voided")


def plan(ctx, shop, **more):
    body = content(lines=[LINE | {"name": "Wartung {from} bis {to}"}])
    fields = {"name": "Wartung", "content": body, "currency": "EUR", "every": "month", "starts_on": date(2026, 1, 31)}
    return services.start_plan(
        ctx, plan=services.PlanDraft(shop.creditor, shop.debtor, **{**fields, **more}), today=TODAY
    )


def test_a_plan_drafts_each_span_once_and_catches_up(ctx, shop):
    with ctx.open():
        one = plan(ctx, shop)
        made = services.run_plans(ctx, today=TODAY)
        assert len(made) == 2
        spans = list(PlanRun.objects.order_by("starts_on").values_list("starts_on", "ends_on"))
        assert spans == [
            (date(2026, 1, 31), date(2026, 2, 27)), (date(2026, 2, 28), date(2026, 3, 30)),
        ]  # fmt: skip
        body = Draft.objects.get(id=made[0].draft).content
        assert body["lines"][0]["name"] == "Wartung 31.01.2026 bis 27.02.2026"
        assert body["period"] == {"start": "2026-01-31", "end": "2026-02-27"}
        assert services.run_plans(ctx, today=TODAY) == []
        assert Plan.objects.get(id=one).next_on == date(2026, 3, 31)
        assert Fact.objects.filter(type="plan.drafted").count() == 2


def test_the_nightly_job_issues_what_the_plan_says_and_leaves_what_has_findings(ctx, shop):
    with ctx.open():
        plan(ctx, shop, issues=True, starts_on=date(2026, 2, 1), every="quarter", name="Miete")
        broken = plan(ctx, shop, issues=True, starts_on=date(2026, 2, 1), name="Kaputt")
        Plan.objects.filter(id=broken).update(content=content(lines=[LINE | {"unit": "box"}]))
        plan(ctx, shop, starts_on=date(2099, 1, 1), name="Später")
    JOBS["invoicing.plans"].work(ctx)
    JOBS["invoicing.plans"].work(ctx)
    drain()
    with ctx.open():
        assert Invoice.objects.count() >= 1
        assert Draft.objects.filter(state="open", errors__gt=0).exists()
        assert not Draft.objects.filter(state="open", errors=0).exists()
        assert verified(ctx) == []


def test_a_plan_pauses_resumes_ends_and_is_refused_with_every_reason(ctx, shop):
    with ctx.open():
        one = plan(ctx, shop, ends_on=date(2026, 2, 27))
        services.set_plan_state(ctx, plan=one, state="paused", reason="Urlaub", today=TODAY)
        assert services.run_plans(ctx, today=TODAY) == []
        services.set_plan_state(ctx, plan=one, state="active", reason="", today=TODAY)
        assert len(services.run_plans(ctx, today=TODAY)) == 1
        assert Plan.objects.get(id=one).state == "ended"
        with pytest.raises(RefusedError, match="has ended"):
            services.set_plan_state(ctx, plan=one, state="active", reason="", today=TODAY)
        with pytest.raises(RefusedError) as refused:
            plan(ctx, shop, name=" ", every="moon", count=0, ends_on=date(2020, 1, 1))
        assert [one.path for one in refused.value.findings] == ["name", "every", "count", "ends_on"]
        with pytest.raises(RefusedError) as refused:
            plan(ctx, shop, content=content(lines=[LINE | {"unit": "box"}]))
        assert refused.value.findings[0].code == "BR-CL-23"
        assert [row.name for row in selectors.plans(ctx)] == ["Wartung"]


def test_a_pro_forma_has_no_number_and_writes_nothing(ctx, shop):
    with ctx.open():
        draft = services.write_draft(
            ctx, creditor=shop.creditor, debtor=shop.debtor, content=content(), currency="EUR", today=TODAY
        )
        facts = Fact.objects.count()
        pdf = services.pro_forma(ctx, draft=draft, today=TODAY)
        assert pdf.startswith(b"%PDF-")
        assert (Fact.objects.count(), Counter.objects.count(), Invoice.objects.count()) == (facts, 0, 0)
        services.change_draft(ctx, draft=draft, content=content(lines=[LINE | {"price": "x"}]), today=TODAY)
        with pytest.raises(RefusedError, match="not a number"):
            services.pro_forma(ctx, draft=draft, today=TODAY)
        services.discard_draft(ctx, draft=draft, reason="no", today=TODAY)
        with pytest.raises(RefusedError, match="discarded"):
            services.pro_forma(ctx, draft=draft, today=TODAY)


def test_a_format_that_cannot_carry_the_invoice_is_told_once_and_loses_nothing(ctx, shop):
    with ctx.open():
        Creditor.objects.filter(id=shop.creditor).update(
            settings={"formats": ["peppol-bis", "ubl"], "delivery": "none"}
        )
        invoice = issued(ctx, shop)
    drain()
    JOBS["invoicing.render"].work(ctx, invoices=[str(invoice)])
    with ctx.open():
        assert list(Document.objects.filter(invoice_id=invoice).values_list("format", flat=True)) == ["ubl"]
        [fact] = Fact.objects.filter(type="document.refused", subject_id=invoice)
        assert "has no Peppol participant" in fact.payload["reason"]


def test_the_command_line_does_what_the_screens_do(ctx, shop, capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("fairdue.cli.invoice_documents.ctx_of", lambda args: ctx)

    def called(ctx, *arguments):
        return main(["invoice", *arguments, "--today", "2026-03-02"])

    with ctx.open():
        issued(ctx, shop)
        order(ctx, shop, "A-1")
        order(ctx, shop, "A-2")
        code = Creditor.objects.get(id=shop.creditor).code
    own = ("--creditor", code)
    assert called(ctx, "correct", "RE-2026-00001", "--reason", "x", *own) == 0
    assert called(ctx, "cancel", "RE-2026-00001", "--reason", "Storno", *own) == 0
    assert "GS-2026-00001" in capsys.readouterr().out
    assert called(ctx, "cancel", "RE-2099-00001", "--reason", "x", *own) == 1
    assert called(ctx, "prepay", "A-1", "--percent", "20", *own, "--json") == 0
    draft = json.loads(capsys.readouterr().out)["draft"]
    target = tmp_path / "pro-forma.pdf"
    assert called(ctx, "pro-forma", draft, "--out", str(target), *own) == 0
    assert target.read_bytes()[:5] == b"%PDF-"
    assert called(ctx, "final", "A-1", *own) == 1
    assert called(ctx, "bill", "A-1", "--line", "9:1", *own) == 1
    assert called(ctx, "bill", "A-1", "--line", "one", *own) == 1
    delivered = ("--delivery-note", "LS-1", "--delivered", "2026-03-01")
    assert called(ctx, "bill", "A-1", "--line", "1:1.5", *delivered, *own) == 0
    with ctx.open():
        [line] = Draft.objects.order_by("-id")[0].content["lines"]
    assert (line["quantity"], line["despatch"]) == ("1.5", {"number": "LS-1", "day": "2026-03-01"})
    assert called(ctx, "collect", "A-2", *own) == 0
    assert called(ctx, "collect", "A-1", *own) == 1  # prepaid in part: its final invoice deducts that
    assert called(ctx, "collect", "A-9", *own) == 1
    assert called(ctx, "void", "--reason", "Spoiled form", *own) == 0
    assert called(ctx, "run-plans", *own) == 0
    capsys.readouterr()
    assert called(ctx, "register", *own) == 0
    shown = capsys.readouterr().out
    assert "RE-2026-00002  2026-03-02  Spoiled form" in shown
    assert called(ctx, "register") == 1


def test_two_halves_whose_taxes_round_up_end_in_a_final_invoice_of_what_is_left(ctx, shop):
    with ctx.open():
        lines = (OrderLineDraft("Klammer", Decimal(1), Decimal("0.06"), Decimal(19), delivered_on=TODAY),)
        made = OrderDraft(shop.creditor, shop.debtor, "A-9", TODAY, "EUR", lines)
        one = services.accept_orders(ctx, orders=[made], today=TODAY)[0]
        sums = []
        for _ in range(2):
            draft = services.draft_prepayment(ctx, order=one, percent="50", today=TODAY)
            first = services.issue_invoice(ctx, draft=draft, today=TODAY)
            paid(ctx, shop, first)
            row = Invoice.objects.get(id=first)
            sums.append((row.net, row.tax))
        assert sums == [(3, 1), (2, 0)]
        with pytest.raises(RefusedError, match=r"Only 0\.01 EUR"), transaction.atomic():
            services.draft_prepayment(ctx, order=one, percent="100", today=TODAY)
        final = services.issue_invoice(ctx, draft=services.draft_final(ctx, order=one, today=TODAY), today=TODAY)
        row = Invoice.objects.get(id=final)
        assert (row.net, row.tax, row.payable) == (6, 1, 1)
        assert verified(ctx) == []


def test_a_drafted_prepayment_that_nobody_can_read_yet_counts_for_nothing(ctx, shop):
    with ctx.open():
        one = order(ctx, shop)
        draft = services.draft_prepayment(ctx, order=one, percent="60", today=TODAY)
        body = Draft.objects.get(id=draft).content
        body["lines"] = [{key: line[key] for key in ("id", "name", "quantity", "unit")} for line in body["lines"]]
        services.change_draft(ctx, draft=draft, content=body, today=TODAY)
        again = services.draft_prepayment(ctx, order=one, percent="100", today=TODAY)
        assert sum(Decimal(line["price"]) for line in Draft.objects.get(id=again).content["lines"]) == 1100
