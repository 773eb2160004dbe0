"""The insurance screens: cover, clock, claims, premium, policies, calculators, as a person uses them."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fairdue.core.insurance.limits import LimitChange
from fairdue.core.insurance.policy import Policy
from fairdue.core.insurance.premium import PremiumTerms
from fairdue.insurance import selectors
from fairdue.insurance.services import LimitDraft, PolicyDraft, decide_limits, run, take_out_policy
from tests import make

TODAY = date(2026, 11, 22)
PAGES = (
    "/insurance", "/insurance/clock", "/insurance/claims", "/insurance/premium", "/insurance/calculators",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())


@pytest.fixture
def insured(ctx, books):
    """A policy, a limit of 10,000 and an invoice of 11,900 that is unpaid beyond its extension period."""
    with ctx.open():
        terms = Policy("EUR", date(2026, 1, 1), date(2026, 12, 31), "TC-9")
        premium = PremiumTerms(Decimal("0.18"), 24_000_000_00)
        policy = take_out_policy(
            ctx, policy=PolicyDraft(books.creditor, "Kreditschutz AG", terms, premium), today=TODAY
        )
        draft = LimitDraft(books.debtor, date(2026, 1, 1), LimitChange.GRANTED, 10_000_00)
        decide_limits(ctx, policy=policy, limits=[draft], today=TODAY)
        item = make.item(ctx, books, 11_900_00, net=10_000_00, issued_on=date(2026, 8, 1), number="RE-77")
    return policy, books, item


def text(response, status=200):
    assert response.status_code == status, response.content.decode()[:2000]
    return response.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_every_page_reads_with_and_without_a_policy(sign_in, insured, other_ctx, path):
    from fairdue.foundation.models import Membership

    client = sign_in("credit_manager")
    assert "TC-9" in text(client.get(path))
    Membership.objects.filter(user=client.user).update(tenant_id=other_ctx.tenant)
    page = text(client.get(path))
    assert "TC-9" not in page
    assert "No policy yet" in page or "calculators" in path


def test_cover_shows_the_customer_and_its_panel_the_reasons(sign_in, insured):
    policy, books, _ = insured
    client = sign_in("credit_manager")
    page = text(client.get("/insurance"))
    assert "Kaufmann KG" in page
    assert "Stop deliveries" in page
    url = f"/insurance/customers/{policy}/{books.debtor}"
    panel = text(client.get(url, headers={"HX-Request": "true", "HX-Target": "panel"}))
    assert "<html" not in panel
    assert "RE-77" in panel
    assert "<html" in text(client.get(url))
    assert "Kaufmann KG" not in text(client.get("/insurance?state=none"))
    assert "No customer matches" in text(client.get("/insurance?q=nobody"))
    for sort in ("customer", "-limit", "exposure", "-insured", "headroom"):
        assert "Kaufmann KG" in text(client.get(f"/insurance?sort={sort}"))


def test_a_decision_on_a_limit_is_recorded_or_refused_beside_its_field(sign_in, insured, ctx):
    policy, books, _ = insured
    client = sign_in("credit_manager")
    url = f"/insurance/customers/{policy}/{books.debtor}/limit"
    form = {"change": "reduced", "acts_on": "2026-11-22", "amount": "5000.00"}
    assert client.post(url, form).status_code == 302
    with ctx.open():
        assert [event.amount for event in selectors.limit_history(policy, books.debtor)] == [10_000_00, 5_000_00]
    page = text(client.post(url, form | {"until_on": "2020-01-01"}), 422)
    assert "end before it acts" in page


def test_duties_are_recorded_after_a_preview_and_only_once(sign_in, insured, ctx):
    policy, _, item = insured
    client = sign_in("credit_manager")
    page = text(client.get("/insurance/clock"))
    assert "Report to the insurer" in page
    rows = {"policy": str(policy), "id": [f"{item}:notify", f"{item}:mandate", f"{item}:claim"]}
    preview = text(client.post("/insurance/clock/done", rows))
    assert "Nothing has happened yet" in preview
    assert "nightly run" in preview
    with ctx.open():
        before = len(selectors.duties(ctx, selectors.policy_on(ctx, policy, TODAY), TODAY))
    confirm = rows | {"confirmed": "1", "key": "k1"}
    assert client.post("/insurance/clock/done", confirm).status_code == 302
    assert client.post("/insurance/clock/done", confirm).status_code == 302
    with ctx.open():
        assert len(selectors.duties(ctx, selectors.policy_on(ctx, policy, TODAY), TODAY)) == before - 2
    assert "Nothing to record" in text(client.post("/insurance/clock/done", {"policy": str(policy), "id": ["x"]}))


def test_a_claim_from_filing_to_recovery(sign_in, insured, ctx, books):
    policy, _, item = insured
    client = sign_in("credit_manager")
    url = f"/insurance/claims/new/{policy}/{books.debtor}"
    assert "11,900.00" in text(client.get(url))
    response = client.post(url, {"confirmed": "1", "key": "file-1"})
    assert response.status_code == 302
    assert client.post(url, {"confirmed": "1", "key": "file-1"}).url == response.url
    claim = response.url
    assert "Waiting for the date of loss" in text(client.get(claim))
    refused = client.post(f"{claim}/act", {"do": "indemnify"}, follow=True)
    assert "date of loss of TC-9/001" in text(refused)
    run(ctx, today=date(2027, 8, 1))
    page = text(client.get(claim))
    assert "9,000.00" in page
    assert "Calculation" in page
    assert "No bank line without a customer waits" in page
    assert "/cash/history?how=not_receivable&amp;q=Kreditschutz%20AG" in page
    with ctx.open():
        insurer = make.payment(ctx, books, 9_000_00, on=TODAY, debtor_known=False)
        recovered = make.payment(ctx, books, 1_190_00, on=TODAY)
    assert "1,190.00" in text(client.get(claim))
    page = text(client.get(claim))
    assert f'<option value="{insurer}"' in page
    with ctx.open():
        other = make.debtor(ctx, books.creditor, name="Somebody else AG")
        theirs = make.payment(ctx, replace(books, debtor=other), 500_00, on=TODAY)
    assert str(theirs) not in text(client.get(claim))
    taken = {"do": "payout", "p-credit": str(theirs), "p-amount": "500.00"}
    assert "is a customer" in text(client.post(f"{claim}/act", taken, follow=True))
    with ctx.open():
        assert make.unapplied(theirs) == 500_00
    too_much = {"do": "payout", "p-credit": str(insurer), "p-amount": "9000.01"}
    assert "still owes" in text(client.post(f"{claim}/act", too_much, follow=True))
    unread = {"do": "payout", "p-credit": str(insurer), "p-amount": "all of it"}
    assert "could not be read" in text(client.post(f"{claim}/act", unread, follow=True))
    for unnamed in ({"do": "payout"}, {"do": "payout", "p-credit": "x", "p-amount": "1.00"}):
        assert "Choose the payment" in text(client.post(f"{claim}/act", unnamed, follow=True))
    payout = {"do": "payout", "p-credit": str(insurer), "p-amount": ""}
    assert "money is recorded" in text(client.post(f"{claim}/act", payout, follow=True))
    unreadable = {"do": "recovery", "r-credit": str(recovered), "r-amount": "much"}
    assert "could not be read" in text(client.post(f"{claim}/act", unreadable, follow=True))
    share = {"do": "recovery", "r-credit": str(recovered), "r-amount": "100.00"}
    assert "Recovery shared" in text(client.post(f"{claim}/act", share, follow=True))
    page = text(client.get(claim))
    assert "810.00" in page
    assert "TC-9/001" in text(client.get("/insurance/claims"))
    with ctx.open():
        assert make.residual(item) == 11_900_00 - 9_000_00 - 380_00


def test_the_preview_of_a_claim_names_its_items_and_those_not_due_yet(sign_in, insured, ctx, books):
    policy, _, _ = insured
    client = sign_in("credit_manager")
    url = f"/insurance/claims/new/{policy}/{books.debtor}"
    page = text(client.get(url))
    assert "Claimed: RE-77." in page
    assert "Not due yet" not in page
    with ctx.open():
        young = make.debtor(ctx, books.creditor, name="Young debt AG")
        draft = LimitDraft(young, date(2026, 2, 1), LimitChange.GRANTED, 50_000_00)
        decide_limits(ctx, policy=policy, limits=[draft], today=TODAY)
        make.item(ctx, replace(books, debtor=young), 1_190_00, net=1_000_00, issued_on=TODAY, number="RE-78")
    page = text(client.get(f"/insurance/claims/new/{policy}/{young}"))
    assert "Not due yet, and claimed with the rest: RE-78." in page


def test_terms_are_said_in_words_with_their_units(sign_in, insured):
    policy, _, _ = insured
    client = sign_in("credit_manager")
    page = text(client.get(f"/insurance/policies/{policy}")).replace("\xa0", " ")
    for words in ("90 %", "60 days", "the mandate to collect", "the shares of the loss", "the oldest item first"):
        assert words in page, words
    for code in ("loss share", "loss_share", "not_before", ">2026-12-31<"):
        assert code not in page, code
    form = text(client.get("/insurance/policies/new"))
    assert ">the end of the extension period<" not in form
    assert ">after the insured percentage<" in form


def test_a_customer_under_a_policy_leads_to_its_items_and_is_claimed_once(sign_in, insured, books, ctx):
    policy, _, item = insured
    client = sign_in("credit_manager")
    url, file = f"/insurance/customers/{policy}/{books.debtor}", f"/insurance/claims/new/{policy}/{books.debtor}"
    page = text(client.get(url))
    assert f'href="/reports/items/{item}"' in page
    assert f'href="/customers/{books.debtor}"' in page
    assert file in page
    claim = client.post(file, {"confirmed": "1"}).url
    assert file not in text(client.get(url))
    assert "in a claim already" in text(client.get(file))
    assert f'href="/reports/items/{item}"' in text(client.get(claim))
    assert "Choose the payment" in text(client.post(f"{claim}/act", {"do": "recovery"}, follow=True))
    assert "Choose what to do" in text(client.post(f"{claim}/act", {}, follow=True))
    assert "RE-77" in text(client.get("/insurance/clock"))
    run(ctx, today=date(2027, 8, 1))
    assert "RE-77" not in text(client.get("/insurance/clock"))


def test_a_claim_is_withdrawn_with_a_reason(sign_in, insured, ctx, books):
    policy, _, _ = insured
    client = sign_in("credit_manager")
    claim = client.post(f"/insurance/claims/new/{policy}/{books.debtor}", {"confirmed": "1"}).url
    done = client.post(f"{claim}/act", {"do": "withdraw", "reason": "paid abroad"}, follow=True)
    assert "Claim withdrawn" in text(done)
    assert "Nothing of this customer" in text(
        client.post(f"/insurance/claims/new/{policy}/{books.debtor}", {"confirmed": "1"}), 409
    )


def test_turnover_is_declared_and_the_formula_shown(sign_in, insured, ctx):
    policy, _, _ = insured
    client = sign_in("credit_manager")
    url = f"/insurance/premium/declare?policy={policy}"
    form = {"starts_on": "2026-10-01", "ends_on": "2026-10-31", "turnover": "22500000.00"}
    assert client.post(url, form).status_code == 302
    page = text(client.get("/insurance/premium"))
    assert "40,500.00" in page
    assert "20 Dec 2026" in page
    assert "declared turnover x 0.18 %" in page
    assert "end before it starts" in text(client.post(url, form | {"ends_on": "2026-09-01"}), 422)


def test_the_premium_is_booked_from_its_page_and_taken_back(sign_in, insured, ctx):
    client = sign_in("credit_manager")
    policy = insured[0]
    page = text(client.get("/insurance/premium"))
    assert "is due and not booked yet" in page
    assert client.post(f"/insurance/premium/book?policy={policy}").status_code == 302
    page = text(client.get("/insurance/premium"))
    assert "stands in the books" in page
    assert "34,560.00" in page
    assert 'aria-label="Reverse the booking of <' not in page
    client.post(f"/insurance/premium/book?policy={policy}")
    with ctx.open():
        (row,) = selectors.premiums_posted(policy)
    assert client.post(f"/insurance/premium/{row.id}/reverse?policy={policy}").status_code == 302
    client.post(f"/insurance/premium/{row.id}/reverse?policy={policy}")
    assert "Reversal" in text(client.get("/insurance/premium"))
    assert sign_in("auditor").post(f"/insurance/premium/book?policy={policy}").status_code == 403


def test_a_policy_is_taken_out_and_wrong_terms_are_told_beside_their_fields(sign_in, insured, ctx, books):
    client = sign_in("credit_manager")
    page = text(client.get("/insurance/policies/new"))
    assert "Insured percentage" in page
    form = {
        "creditor": str(books.creditor), "insurer": "Atlas", "number": "NEW-1", "currency": "EUR",
        "starts": "2026-01-01", "ends": "2026-12-31", "insured_percentage": "85", "extension_days": "60",
        "extension_from": "due", "notification_days": "30", "mandate_days": "", "claim_days": "90",
        "waiting_days": "180", "waiting_from": "claim", "payout_days": "30", "each_and_every_place": "after",
        "aggregate_on": "loss", "receipt_order": "oldest", "recovery_rule": "loss_share",
        "threshold": "500.00", "rate_percent": "0.2", "estimate": "1000000",
    }  # fmt: skip
    wrong = form | {"insured_percentage": "101", "threshold": "-1", "currency": "XXZ", "estimate": "x"}
    page = text(client.post("/insurance/policies/new", wrong | {"currency": "EUR"}), 422)
    assert "not between 0 and 100" in page
    assert "is below zero" in page
    assert text(client.post("/insurance/policies/new", wrong), 422)
    response = client.post("/insurance/policies/new", form)
    assert response.status_code == 302
    page = text(client.get(response.url))
    assert "NEW-1" in page
    assert "not in this policy" in page
    assert "recorded already" in text(client.post("/insurance/policies/new", form), 422)


def test_the_calculators_answer_and_tell_what_is_wrong(sign_in):
    client = sign_in("collector")
    assert "123,250.00" in text(client.get("/insurance/calculators"))
    for kind, answer in (
        ("price", "24,876.23"), ("premium", "5,940.00"), ("top-up", "1,000.00"), ("dates", "12 Jul 2027"),
    ):  # fmt: skip
        assert answer in text(client.get(f"/insurance/calculators?kind={kind}")), kind
    page = text(client.post("/insurance/calculators", {"kind": "cover", "text": '{"currency": "EUR"}'}), 422)
    assert "Loss, date" in page
    assert "not JSON" in text(client.post("/insurance/calculators", {"kind": "price", "text": "{"}), 422)


def test_a_calculator_is_asked_in_a_form_and_its_answer_is_an_address(sign_in):
    client = sign_in("collector")
    asked = {
        "kind": "cover", "currency": "EUR", "insured_percentage": "85", "limit": "150000,00", "loss_on": "2026-12-01",
        "cause": "insolvency", "item0_invoiced": "2026-03-01", "item0_due": "2026-03-31", "item0_net": "165 000",
    }  # fmt: skip
    page = text(client.get("/insurance/calculators", asked))
    assert "127,500.00" in page
    assert "&quot;net&quot;: &quot;165000&quot;" in page
    missing = text(client.get("/insurance/calculators", asked | {"loss_on": ""}), 422)
    assert "Mend what is marked in the form" in missing
    wrong = text(client.get("/insurance/calculators", asked | {"limit": "much"}), 422)
    assert "is not a number" in wrong
    factors = {"kind": "price", "currency": "EUR", "base_rate_percent": "0.15", "turnover": "12000000"}
    assert "18,000.00" in text(client.get("/insurance/calculators", factors))


def test_who_may_only_look_cannot_act(sign_in, insured, books):
    policy, _, _ = insured
    client = sign_in("auditor")
    assert "Record a decision" not in text(client.get(f"/insurance/customers/{policy}/{books.debtor}"))
    assert client.post(f"/insurance/customers/{policy}/{books.debtor}/limit", {}).status_code == 403
    assert client.post(f"/insurance/claims/new/{policy}/{books.debtor}").status_code == 403
    assert client.get("/insurance/policies/new").status_code == 403


def test_strange_addresses_are_not_found(sign_in, insured, books):
    policy, _, _ = insured
    client = sign_in("credit_manager")
    nobody = "00000000-0000-7000-8000-000000000000"
    assert client.get(f"/insurance/customers/{policy}/{nobody}").status_code == 404
    assert client.get(f"/insurance/customers/{nobody}/{books.debtor}").status_code == 404
    assert client.get(f"/insurance/claims/{nobody}").status_code == 404
    assert client.post(f"/insurance/claims/{nobody}/act").status_code == 404
    assert client.get(f"/insurance/policies/{nobody}").status_code == 404


def test_the_cover_page_asks_the_same_number_of_statements_for_more_customers(sign_in, insured, ctx, books):
    policy, _, _ = insured
    client = sign_in("credit_manager")

    def statements():
        with CaptureQueriesContext(connection) as caught:
            assert client.get("/insurance").status_code == 200
        return len(caught)

    statements()
    few = statements()
    with ctx.open():
        for number in range(12):
            one = make.Books(books.creditor, make.debtor(ctx, books.creditor, name=f"Kunde {number}"))
            draft = LimitDraft(one.debtor, date(2026, 1, 1), LimitChange.GRANTED, 1_000_00)
            decide_limits(ctx, policy=policy, limits=[draft], today=TODAY)
            make.item(ctx, one, 500_00, issued_on=TODAY - timedelta(days=5))
    assert statements() == few


@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing_and_nothing_is_too_wide_on_the_insurance_pages(
    open_page, axe, insured, sign_in, books, size
):
    policy, _, _ = insured
    client = sign_in("credit_manager")
    claim = client.post(f"/insurance/claims/new/{policy}/{books.debtor}", {"confirmed": "1"}).url
    page = open_page("/insurance", size=size, client=client)
    site = page.url.removesuffix("/insurance")
    paths = [*PAGES, "/insurance/policies/new", f"/insurance/policies/{policy}", claim]
    for path in [*paths, f"/insurance/customers/{policy}/{books.debtor}"]:
        page.goto(f"{site}{path}")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), path


def test_money_after_the_indemnity_is_shared_from_the_list_of_approvals(sign_in, insured, ctx):
    from fairdue.foundation.jobs import drain
    from fairdue.receivables.services import Applied, allocate

    policy, books, item = insured
    client = sign_in("credit_manager")
    client.post(f"/insurance/claims/new/{policy}/{books.debtor}", {"confirmed": "1"})
    run(ctx, today=date(2027, 8, 1))
    with ctx.open():
        (claim,) = selectors.claims(ctx)
        day = date(2027, 9, 2)
        credit = make.payment(ctx, books, 500_00, on=day)
        allocate(ctx, lines=[Applied(item, 500_00, credit)], effective_on=day, today=day)
    drain()
    assert "to share money with the insurer" in text(sign_in("cash_clerk").get("/approvals"))
    page = text(client.get("/approvals"))
    assert "Share 500.00 EUR of" in page.replace("\xa0", " ")
    assert "Kreditschutz AG" in page
    assert "waits to be shared" in text(client.get(f"/insurance/claims/{claim.id}"))
    with ctx.open():
        from fairdue.foundation.approvals import pending

        (task,) = pending(ctx, kind="recovery")
    client.post(f"/approvals/{task.id}", {"decision": "approve"})
    page = text(client.get(f"/insurance/claims/{claim.id}"))
    assert "waits to be shared" not in page
    with ctx.open():
        (shared,) = selectors.claim_detail(ctx, claim.id).recoveries
    assert shared.amount == 500_00
