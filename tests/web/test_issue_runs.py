"""Bulk runs on the screens: outlook, start, progress that asks again, findings by rule, mending, cancelling."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from django.urls import reverse

from fairdue.foundation.context import Ctx
from fairdue.foundation.jobs.queue import JOBS
from fairdue.invoicing import selectors, services
from fairdue.invoicing.models import Draft, Invoice, IssueRun
from fairdue.parties.models import Debtor
from tests import make
from tests.make import LINE

TODAY = date(2026, 3, 2)


@pytest.fixture
def shop(ctx, books):
    with ctx.open():
        make.able_to_bill(books, settings={"formats": ["ubl"], "delivery": "none"})
    return books


def drafts(ctx, shop, *units, line=LINE):
    with ctx.open():
        return [
            services.write_draft(
                ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY,
                content={"lines": [line | {"unit": unit}], "delivery": {"day": "2026-03-01"}},
            )
            for unit in units
        ]  # fmt: skip


def carried_out(ctx, run):
    JOBS["invoicing.issue_chunk"].work(Ctx(ctx.tenant), run=str(run), chunk=0)


def the_run(ctx):
    with ctx.open():
        return IssueRun.objects.order_by("-started_at").first().id


def test_all_open_drafts_are_issued_as_a_run_after_a_preview(ctx, shop, sign_in):
    drafts(ctx, shop, "C62", "C62", "pieces")
    clerk = sign_in("invoicing_clerk")
    assert reverse("web:issue_run_new") in clerk.get(reverse("web:drafts")).text
    preview = clerk.get(reverse("web:issue_run_new")).text
    assert "Issue 3 open drafts as a run" in preview
    assert "238.00" in preview
    assert "1 with errors" in preview
    assert re.findall(r"<dt>(Included|Left out)</dt><dd>(\d+)</dd>", preview) == [("Included", "2"), ("Left out", "1")]
    with ctx.open():
        assert IssueRun.objects.count() == 0
    confirmed = {"confirmed": "1", "key": "once"}
    first = clerk.post(reverse("web:issue_run_new"), confirmed)
    assert clerk.post(reverse("web:issue_run_new"), confirmed).url == first.url
    page = clerk.get(first.url).text
    assert "0 of 3 drafts had their turn" in page
    assert 'hx-trigger="every 2s"' in page
    run = the_run(ctx)
    assert clerk.get(reverse("web:issue_runs")).text.count(reverse("web:issue_run", args=[run])) == 1
    carried_out(ctx, run)
    page = clerk.get(first.url).text
    assert "3 of 3 drafts had their turn" in page
    assert "Refused, by rule" in page
    assert "not a known unit" in page
    with ctx.open():
        assert Invoice.objects.count() == 2


def test_the_waiting_page_asks_for_the_progress_and_is_read_again_when_the_stage_changes(ctx, shop, sign_in):
    [one] = drafts(ctx, shop, "C62")
    with ctx.open():
        run = services.start_run(ctx, drafts=[one], today=TODAY)
    clerk = sign_in("invoicing_clerk")
    address = reverse("web:issue_run", args=[run])
    polled = clerk.get(f"{address}?stage=issuing", HTTP_HX_REQUEST="true")
    assert polled.text.lstrip().startswith('<section class="panel" id="progress"')
    carried_out(ctx, run)
    polled = clerk.get(f"{address}?stage=issuing", HTTP_HX_REQUEST="true")
    assert (polled["HX-Refresh"], polled.text) == ("true", "")
    with ctx.open():
        invoice = Invoice.objects.get().id
    JOBS["invoicing.render"].work(ctx, invoices=[str(invoice)])
    page = clerk.get(address).text
    assert "1 of 1 files written" in page
    assert "hx-trigger" not in page[page.index('id="progress"') : page.index("</section>", page.index('id="progress"'))]


def test_refused_drafts_of_a_rule_are_mended_on_the_spot_and_go_on(ctx, shop, sign_in):
    with ctx.open():
        Debtor.objects.filter(id=shop.debtor).update(country="FR", vat_id="FR40303265045")
    undecided = {name: text for name, text in LINE.items() if name not in {"category", "rate"}}
    missing = drafts(ctx, shop, "C62", "C62", line=undecided)
    with ctx.open():
        run = services.start_run(ctx, drafts=missing, today=TODAY)
    carried_out(ctx, run)
    with ctx.open():
        rules = selectors.run_findings(ctx, run)
    [rule] = [one for one in rules if one.code == "content.nature"]
    clerk = sign_in("invoicing_clerk")
    page = clerk.get(reverse("web:issue_run", args=[run])).text
    assert f'name="code" value="{rule.code}"' in page
    mending = clerk.post(reverse("web:issue_run_mend", args=[run]), {"code": rule.code}).text
    with ctx.open():
        name = Debtor.objects.get(id=shop.debtor).name
    assert mending.count(f">{html.escape(name)}</a>") == 4  # by name, though nothing can be composed yet
    fields = {
        "ids": re.findall(r'name="ids" value="([^"]+)"', mending), "field": "lines.nature", "code": rule.code,
        "value": "services",
    }  # fmt: skip
    assert set(fields["ids"]) == {str(one) for one in missing}
    assert "Issue 2 documents" in clerk.post(reverse("web:drafts_mend"), fields).text
    answer = clerk.post(reverse("web:issue_run_repeat", args=[run]), {})
    second = the_run(ctx)
    assert answer.url == reverse("web:issue_run", args=[second])
    carried_out(ctx, second)
    with ctx.open():
        assert Draft.objects.filter(state="issued").count() == 2
    gone = clerk.post(reverse("web:issue_run_mend", args=[run]), {"code": rule.code}, follow=True)
    assert "None of these drafts is open any more" in gone.text


def test_unknown_units_are_mended_word_by_word_and_lead_back_to_the_run(ctx, shop, sign_in):
    made = drafts(ctx, shop, "Stk", "Stk", "boxes")
    with ctx.open():
        run = services.start_run(ctx, drafts=made, today=TODAY)
    carried_out(ctx, run)
    clerk = sign_in("invoicing_clerk")
    page = clerk.post(reverse("web:issue_run_mend", args=[run]), {"code": "BR-CL-23"}).text
    assert "Mend 3 drafts" in page
    assert "Nothing can be issued yet" in page
    assert f'href="{reverse("web:issue_run", args=[run])}">Back' in page
    said = html.unescape(re.search(r'name="said" value="([^"]*Stk[^"]*)"', page)[1])
    fields = {
        "ids": [str(one) for one in made], "field": "lines.unit", "code": "BR-CL-23", "said": said, "value": "HUR",
        "run": str(run),
    }  # fmt: skip
    page = clerk.post(reverse("web:drafts_mend"), fields).text
    assert "Issue 2 documents" in page
    assert f'href="{reverse("web:issue_run", args=[run])}">Back' in page
    assert "boxes" in page
    with ctx.open():
        units = {one.id: one.content["lines"][0]["unit"] for one in Draft.objects.all()}
    assert [units[one] for one in made] == ["HUR", "HUR", "boxes"]
    refused = clerk.post(
        reverse("web:drafts_mend"), fields | {"value": "no unit", "said": said.replace("Stk", "boxes")}
    )
    assert "is not a known unit" in refused.text


def test_a_draft_with_two_unknown_units_is_left_to_a_person_and_missing_names_are_set(ctx, shop, sign_in):
    with ctx.open():
        lines = [LINE | {"unit": "Stk"}, LINE | {"id": "2", "unit": "boxes"}, LINE | {"id": "3", "name": ""}]
        draft = services.write_draft(
            ctx, creditor=shop.creditor, debtor=shop.debtor, currency="EUR", today=TODAY,
            content={"lines": lines, "delivery": {"day": "2026-03-01"}},
        )  # fmt: skip
        services.mend_drafts(ctx, field="lines.unit", values={draft: "C62"}, today=TODAY)
        services.mend_drafts(ctx, field="lines.name", values={draft: "Turning"}, today=TODAY)
        found = Draft.objects.get(id=draft).content["lines"]
    assert [(one["unit"], one["name"]) for one in found] == [
        ("Stk", "Milling"), ("boxes", "Milling"), ("C62", "Turning"),
    ]  # fmt: skip


def test_a_file_that_was_given_up_is_named_with_its_reason_and_written_again(ctx, shop, sign_in):
    [one] = drafts(ctx, shop, "C62")
    with ctx.open():
        run = services.start_run(ctx, drafts=[one], today=TODAY)
    carried_out(ctx, run)
    with ctx.open():
        invoice = Invoice.objects.get()
        services.note_unwritten(ctx, invoice=invoice.id, code="ubl", reason="No room <b>.", today=TODAY, fault=True)
    clerk = sign_in("invoicing_clerk")
    address = reverse("web:issue_run", args=[run])
    page = clerk.get(address).text
    assert f"{invoice.number}</a> for" in page
    assert "as ubl: No room &lt;b&gt;." in page
    assert "hx-trigger" not in page[page.index('id="progress"') : page.index("</section>", page.index('id="progress"'))]
    retry = reverse("web:issue_run_retry", args=[run])
    assert retry in page
    answer = clerk.post(retry, follow=True).text
    assert "1 file is written again." in answer
    assert "No room" not in answer
    JOBS["invoicing.render"].work(ctx, invoices=[str(invoice.id)])
    assert "1 of 1 files written" in clerk.get(address).text
    assert "there is nothing to write again" in clerk.post(retry, follow=True).text


def test_what_has_not_begun_is_cancelled(ctx, shop, sign_in):
    some = drafts(ctx, shop, "C62", "C62")
    with ctx.open():
        run = services.start_run(ctx, drafts=some, today=TODAY)
    clerk = sign_in("invoicing_clerk")
    answer = clerk.post(reverse("web:issue_run_cancel", args=[run]), follow=True)
    assert "2 drafts stay open" in answer.text
    assert "cancelled" in answer.text
    again = clerk.post(reverse("web:issue_run_cancel", args=[run]), follow=True)
    assert "Nothing was left to cancel" in again.text
    with ctx.open():
        assert Draft.objects.filter(state="open").count() == 2


def test_many_picked_drafts_go_as_a_run_few_are_issued_at_once(ctx, shop, sign_in, monkeypatch):
    monkeypatch.setattr("fairdue.web.invoicing.issuing.AT_ONCE", 1)
    some = drafts(ctx, shop, "C62", "C62", "C62")
    clerk = sign_in("invoicing_clerk")
    sent = {"ids": [str(one) for one in some[:2]], "confirmed": "1", "key": "many"}
    assert clerk.post(reverse("web:issue"), sent).url == reverse("web:issue_run", args=[the_run(ctx)])
    with ctx.open():
        assert Invoice.objects.count() == 0
    clerk.post(reverse("web:issue"), {"ids": str(some[2]), "confirmed": "1", "key": "few"})
    with ctx.open():
        assert Invoice.objects.count() == 1


def test_a_run_of_another_tenant_is_not_found_and_a_reader_may_not_start_one(ctx, other_ctx, shop, sign_in):
    clerk = sign_in("invoicing_clerk")
    strange = reverse("web:issue_run", args=[other_ctx.actor.partition(":")[2]])
    assert clerk.get(strange).status_code == 404
    auditor = sign_in("auditor")
    assert auditor.get(reverse("web:issue_runs")).status_code == 200
    assert auditor.post(reverse("web:issue_run_new"), {"confirmed": "1"}).status_code == 403
