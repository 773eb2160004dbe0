"""The pillars over HTTP: each journey from its first call to its undo."""

from decimal import Decimal
from types import SimpleNamespace

import pytest

from fairdue.foundation.jobs import drain
from tests.api.calling import codes
from tests.api.test_heart import item, opened, recorded
from tests.rooms.cash.conftest import account_of, entry, statement
from tests.rooms.insurance import given

LINE = {"description": "Milling", "quantity": "2", "price": "50.00", "rate": "19"}


@pytest.fixture
def shop(api, books):
    """Master data that the law asks for on an invoice."""
    creditor = {
        "street": "Weg 1", "postcode": "10115", "city": "Berlin", "vat_id": "DE129273398",
        "email": "ar@nordwind.example", "iban": "DE75512108001245126199", "bic": "SOGEDEFF",
    }  # fmt: skip
    assert api.call("PATCH", f"/creditors/{books.creditor}", creditor).status_code == 200
    debtor = {"street": "Platz 2", "postcode": "20095", "city": "Hamburg"}
    assert api.call("PATCH", f"/debtors/{books.debtor}", debtor).status_code == 200
    return books


def draft(api, shop):
    order = {
        "creditor": str(shop.creditor), "debtor": str(shop.debtor), "number": "PO-1", "ordered_on": "2026-02-27",
        "currency": "EUR", "lines": [LINE],
    }  # fmt: skip
    made = api.post("/orders", {"orders": [order]}).json()["ids"][0]
    return api.post(f"/orders/{made}/draft", {}).json()["id"]


def test_an_order_becomes_a_draft_an_invoice_and_a_credit_note(api, shop):
    one = draft(api, shop)
    assert api.get(f"/drafts/{one}").json()["state"] == "open"
    preview = api.post("/drafts/preview", {"drafts": [one]}).json()["data"][0]
    if any(finding["severity"] == "error" for finding in preview["findings"]):
        content = api.get(f"/drafts/{one}").json()["content"] | {"delivery": {"day": "2026-03-01"}}
        assert api.call("PUT", f"/drafts/{one}", {"content": content}).status_code == 200
    issued = api.post("/invoices", {"drafts": [one]})
    assert issued.status_code == 201, issued.content
    invoice = issued.json()["ids"][0]
    shown = api.get(f"/invoices/{invoice}").json()
    assert (shown["gross"], shown["residual"], shown["number"]) == ("119.00", "119.00", "RE-2026-00001")
    assert [row["id"] for row in api.get("/invoices?state=open").json()["data"]] == [invoice]
    assert api.get(f"/open-items/{invoice}").json()["residual"] == "119.00"
    again = api.post("/invoices", {"drafts": [one]})
    assert (again.status_code, codes(again)) == (409, ["draft.closed"])
    credited = api.post(f"/invoices/{invoice}/credit", {"reason": "returned"})
    assert credited.status_code == 201, credited.content
    assert api.get(f"/open-items/{invoice}").json()["residual"] == "0.00"
    assert api.get(f"/invoices/{invoice}/documents/nothing").status_code == 404


def test_an_order_is_read_back_with_what_is_left_and_takes_its_deliveries(api, shop):
    order = {
        "creditor": str(shop.creditor), "debtor": str(shop.debtor), "number": "PO-7", "ordered_on": "2026-02-27",
        "currency": "EUR", "lines": [LINE | {"delivery_note": "LS-1", "delivered_on": "2026-02-26"}, LINE],
    }  # fmt: skip
    made = api.post("/orders", {"orders": [order]}).json()["ids"][0]
    assert [row["number"] for row in api.get("/orders?state=open&number=PO-7").json()["data"]] == ["PO-7"]
    first, second = api.get(f"/orders/{made}").json()["lines"]
    assert (first["delivery_note"], first["delivered_on"], first["position"]) == ("LS-1", "2026-02-26", 1)
    noted = {"line": second["id"], "delivery_note": "LS-2", "delivered_on": "2026-03-01"}
    answer = api.post(f"/orders/{made}/deliveries", {"deliveries": [noted]}).json()
    assert [line["delivery_note"] for line in answer["lines"]] == ["LS-1", "LS-2"]
    drafted = api.post(f"/orders/{made}/draft", {"quantities": {second["id"]: "1"}}).json()["id"]
    [line] = api.get(f"/drafts/{drafted}").json()["content"]["lines"]
    assert line["despatch"] == {"number": "LS-2", "day": "2026-03-01"}
    [_, second] = api.get(f"/orders/{made}").json()["lines"]
    assert Decimal(second["billed"]) == 1
    assert api.post(f"/orders/{made}/deliveries", {"deliveries": [noted | {"line": made}]}).status_code == 404


def test_a_draft_of_one_s_own_may_be_incomplete_and_is_then_not_issued(api, shop):
    body = {"creditor": str(shop.creditor), "debtor": str(shop.debtor), "currency": "EUR", "content": {}}
    one = api.post("/drafts", body).json()["id"]
    refused = api.post("/invoices", {"drafts": [one]})
    assert refused.status_code == 422
    assert refused.json()["findings"][0]["path"].startswith("drafts[0].")
    assert api.post(f"/drafts/{one}/discard", {"reason": "typing error"}).json()["state"] == "discarded"


def test_a_statement_is_imported_matched_accepted_and_taken_back(api, books):
    opened(api, books, number="RE-7001")
    content = statement(entry("119.00", "RE-7001"), entry("33.00", "who knows", name="Nobody"))
    made = api.upload(f"/bank-statements?creditor={books.creditor}", content, "statement.xml", key="bank-1")
    assert made.status_code == 201, made.content
    same = api.upload(f"/bank-statements?creditor={books.creditor}", content, "statement.xml", key="bank-1")
    assert same.json() == made.json()
    assert api.get("/bank-statements").json()["data"][0]["entries"] == 2
    api.post("/bank-lines/match", {"creditor": str(books.creditor)})
    waiting = api.get("/bank-lines").json()["data"]
    for row in waiting:
        if row["proposal"] and row["amount"] == "119.00":
            assert api.post(f"/proposals/{row['proposal']}/accept").status_code == 200
    left = [row for row in api.get("/bank-lines").json()["data"] if row["amount"] == "33.00"]
    put = api.post(f"/bank-lines/{left[0]['id']}/on-account", {"debtor": str(books.debtor)})
    assert put.status_code == 200, put.content
    done = api.get("/applications").json()["data"]
    assert sorted(row["amount"] for row in done) == ["119.00", "33.00"]
    back = api.post(f"/applications/{put.json()['id']}/reverse", {"reason": "wrong customer"})
    assert back.status_code == 200
    again = api.post(f"/applications/{put.json()['id']}/reverse", {"reason": "again"})
    assert again.status_code == 409


def test_a_file_that_is_no_statement_is_refused(api, books):
    refused = api.upload(f"/bank-statements?creditor={books.creditor}", b"<!DOCTYPE x []><x/>", "x.xml")
    assert refused.status_code == 422
    assert refused.json()["findings"]


def test_a_refund_waits_for_a_second_person(api, ctx, books):
    money = recorded(api, books)
    blocked = api.post("/refunds", {"credit": money, "amount": "50.00", "reason": "paid twice"})
    assert (blocked.status_code, codes(blocked)) == (422, ["refund.account"])
    task = api.post("/refunds/tasks", {"credit": money, "amount": "50.00", "reason": "paid twice"}).json()["id"]
    with ctx.open():
        account_of(SimpleNamespace(ctx=ctx, debtor=books.debtor))
    (check,) = api.get(f"/refunds/{task}/checks").json()["data"]
    assert [one["severity"] for one in check["findings"]] == ["warning"]
    asked = api.post("/refunds", {"credit": money, "amount": "50.00", "reason": "paid twice"})
    assert asked.status_code == 201, asked.content
    assert [row["state"] for row in api.get("/refunds").json()["data"]] == ["proposed"]
    assert asked.json()["approval"] in [row["id"] for row in api.get("/approvals").json()["data"]]


def test_a_promise_and_a_dispute_hold_what_they_are_about(api, books):
    one, other = opened(api, books), opened(api, books, number="RE-2")
    promise = api.post("/promises", {"items": [one], "amount": "119.00", "promised_on": "2026-03-10"})
    assert promise.status_code == 201, promise.content
    assert [row["state"] for row in api.get("/promises").json()["data"]] == ["open"]
    assert api.post(f"/promises/{promise.json()['id']}/cancel").status_code == 200
    dispute = api.post("/disputes", {"item": other, "reason": "price", "amount": "19.00"})
    assert dispute.status_code == 201, dispute.content
    shown = api.get("/disputes?state=open").json()["data"]
    assert [(row["item"], row["amount"]) for row in shown] == [(other, "19.00")]
    bad = api.post(f"/disputes/{shown[0]['id']}/resolve", {"outcome": "mood"})
    assert (bad.status_code, codes(bad)) == (422, ["dispute.outcome"])


def test_the_cadence_is_previewed_and_run_once(api, books):
    api.post("/open-items", {"items": [item(books, issued_on="2026-01-01", due_on="2026-01-31")]})
    before = api.post("/cadence-runs/preview", {}).json()
    assert before["state"] == "preview"
    ran = api.post("/cadence-runs", {}, key="tonight")
    assert (ran.status_code, ran.json()["state"]) == (200, "waiting")
    assert api.post("/cadence-runs", {}, key="tonight").json() == ran.json()
    assert drain(30)
    done = api.get(f"/cadence-runs/{ran.json()['id']}").json()
    assert done["state"] == "done"
    assert done["messages"] + done["calls"] == before["messages"] + before["calls"] >= 1
    again = api.post("/cadence-runs", {"debtors": [str(books.debtor)]}).json()
    assert (again["state"], again["messages"], again["id"]) == ("done", 0, None)
    assert api.get(f"/cadence-runs/{books.debtor}").status_code == 404
    assert api.get(f"/notices?debtor={books.debtor}").status_code == 200
    logged = api.post("/calls", {"debtor": str(books.debtor), "outcome": "no_answer"})
    assert logged.status_code in {201, 422}
    assert api.post("/worklist/snooze", {"debtor": str(books.debtor), "until": "2026-03-20"}).status_code == 200
    noted = api.post("/notes", {"debtor": str(books.debtor), "text": "Answers after ten."})
    assert (noted.status_code, noted.json()) == (201, {"debtor": str(books.debtor)})
    assert api.post("/notes", {"debtor": str(books.debtor), "text": " "}).status_code in {409, 422}
    assert api.get("/worklist").status_code == 200


def test_cover_limits_and_a_claim(api, ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)
    row = {"debtor": str(books.debtor), "acts_on": "2026-01-01", "change": "granted", "amount": "1000.00"}
    assert api.post(f"/policies/{policy}/limits", {"limits": [row]}).status_code == 201
    assert [one["number"] for one in api.get("/policies").json()["data"]] == ["TC-2026"]
    opened(api, books, delivered_on="2026-03-02")
    cover = api.get(f"/policies/{policy}/cover").json()["data"][0]
    assert (cover["limit"], cover["debtor"]) == ("1000.00", str(books.debtor))
    assert api.get(f"/policies/{policy}/duties").status_code == 200
    filed = api.post(f"/policies/{policy}/claims", {"debtor": str(books.debtor)})
    assert filed.status_code == 201, filed.content
    claim = filed.json()["id"]
    assert api.get(f"/claims/{claim}").json()["indemnity"] is None
    assert [one["id"] for one in api.get("/claims").json()["data"]] == [claim]
    assert api.post(f"/claims/{claim}/withdraw", {"reason": "paid"}).json()["withdrawn_on"] == "2026-03-02"


def test_reports_tell_the_same_sums_as_the_items(api, books):
    opened(api, books)
    aging = api.get("/reports/aging?as_of=2026-05-15").json()
    assert [(row["total"], row["overdue"]) for row in aging["data"]] == [("119.00", "119.00")]
    assert len(aging["data"][0]["buckets"]) == len(aging["buckets"])
    figures = api.get("/reports/figures?as_of=2026-03-31").json()["data"]
    assert [row["receivable"] for row in figures] == ["119.00"]
    weeks = api.get("/reports/expected?as_of=2026-03-31").json()["data"]
    assert [row["week"] for row in weeks][-3:] == ["week 13", "later", "doubtful"]
    (due,) = [row for row in weeks if row["amount"] != "0.00"]
    items = api.get(f"/reports/expected/items?as_of=2026-03-31&week={due['week'].removeprefix('week ')}").json()
    assert [(row["amount"], row["why"], row["week"]) for row in items["data"]] == [("119.00", "due", due["week"])]
    assert due["from_on"] <= items["data"][0]["expected_on"] <= due["to_on"]
    assert items["next"] is None


def test_a_file_is_tried_dry_and_then_imported(api, books):
    content = b"external_id,name,country\nK-1,Meyer KG,DE\nK-2,,DE\n"
    path = f"/imports/debtors?creditor={books.creditor}"
    dry = api.upload(f"{path}&dry_run=true", content)
    assert dry.status_code == 201, dry.content
    assert dry.json()["refused"] == 1
    assert [finding["row"] for finding in dry.json()["findings"] if finding["field"] == "name"] == [3]
    assert api.get("/debtors?external_id=K-1").json()["data"] == []
    done = api.upload(f"{path}&valid_only=true", content).json()
    assert (done["created"], done["refused"]) == (1, 1)
    assert api.get(f"/imports/runs/{done['id']}").json()["created"] == 1
    unknown = api.upload(f"/imports/dreams?creditor={books.creditor}", content)
    assert (unknown.status_code, codes(unknown)) == (422, ["import.kind"])


def test_a_queued_import_answers_at_once_and_tells_what_it_did_later(api, books):
    content = b"external_id,name,country\nQ1,Queue GmbH,DE\n"
    made = api.upload(f"/imports/debtors?creditor={books.creditor}&queued=true", content)
    assert (made.status_code, made.json()["state"]) == (201, "waiting")
    assert drain(30)
    done = api.get(f"/imports/runs/{made.json()['id']}").json()
    assert (done["state"], done["created"], done["rows_done"]) == ("done", 1, 1)


def test_a_payment_plan_is_agreed_shown_and_taken_back(api, books):
    one = opened(api, books, number="RE-P1")
    body = {"items": [one], "count": 3, "frequency": "monthly", "first_on": "2026-04-01"}
    made = api.post("/payment-plans", body)
    assert made.status_code == 201, made.content
    shown = api.get(f"/payment-plans/{made.json()['id']}").json()
    assert (shown["state"], [part["amount"] for part in shown["instalments"]]) == ("open", ["39.67", "39.67", "39.66"])
    assert {part["arrived"] for part in shown["instalments"]} == {"0.00"}
    assert api.post("/payment-plans", body | {"frequency": "never"}).status_code == 422
    assert api.post(f"/payment-plans/{made.json()['id']}/cancel").status_code == 200
    assert api.get(f"/payment-plans/{made.json()['id']}").json()["state"] == "cancelled"
    assert api.get(f"/payment-plans/{books.debtor}").status_code == 404
    assert api.post(f"/payment-plans/{books.debtor}/cancel").status_code == 404


def test_exchange_rates_are_recorded_and_a_missing_one_is_null(api):
    rate = {"base": "USD", "quote": "EUR", "valid_on": "2026-03-01", "rate": "0.92", "source": "ECB"}
    assert api.post("/exchange-rates", {"rates": [rate]}).json() == {"count": 1}
    api.post("/exchange-rates", {"rates": [rate | {"rate": "0.5"}]})
    found = api.get("/exchange-rates?base=USD&quote=EUR&on=2026-03-02").json()
    assert found["rate"].startswith("0.92")
    assert api.get("/exchange-rates?base=USD&quote=EUR&on=2026-05-02").json()["rate"] is None
    assert codes(api.post("/exchange-rates", {"rates": [rate | {"rate": "0"}]})) == ["rate.not_positive"]


def test_a_policy_is_taken_out_changed_declared_and_its_premium_booked_and_reversed(api, books):
    terms = {"number": "TC-API", "starts": "2026-01-01", "ends": "2026-12-31"}
    premium = {"rate_percent": "0.2", "estimate": "1000000.00", "tax_percent": "19"}
    body = {
        "creditor": str(books.creditor), "insurer": "Kreditschutz AG", "currency": "EUR", "terms": terms,
        "premium": premium,
    }  # fmt: skip
    made = api.post("/policies", body)
    assert made.status_code == 201, made.content
    policy = made.json()["id"]
    assert codes(api.post("/policies", body)) == ["policy.duplicate"]
    shown = api.get(f"/policies/{policy}").json()
    assert (shown["number"], shown["premium_due"], shown["premium_left"]) == ("TC-API", "1904.00", "1904.00")
    changed = api.post(f"/policies/{policy}/terms", {"valid_from": "2026-02-01", "terms": {"insured_percentage": "75"}})
    assert changed.status_code == 201, changed.content
    assert api.get("/policies").json()["data"][0]["insured_percentage"] == "75"
    assert api.post(f"/policies/{policy}/terms", {"valid_from": "2026-02-01", "terms": {"x": 1}}).status_code == 422
    period = {"starts_on": "2026-01-01", "ends_on": "2026-01-31", "turnover": "900000.00"}
    assert api.post(f"/policies/{policy}/declarations", period).status_code == 201
    assert api.get(f"/policies/{policy}/declarations").json()["data"][0]["turnover"] == "900000.00"
    booked = api.post(f"/policies/{policy}/premium-postings")
    assert booked.status_code == 201, booked.content
    (row,) = api.get(f"/policies/{policy}/premium-postings").json()["data"]
    assert (row["premium"], row["tax"], row["reversed"]) == ("1800.00", "342.00", False)
    assert codes(api.post(f"/policies/{policy}/premium-postings")) == ["premium.posted"]
    assert api.post(f"/premium-postings/{row['id']}/reverse").status_code == 200
    assert api.get(f"/policies/{policy}").json()["premium_left"] == "2142.00"
    assert api.get(f"/policies/{books.debtor}").status_code == 404


def test_the_insurer_pays_a_claim_and_a_recovery_is_shared(api, ctx, books):
    with ctx.open():
        policy = given.policy(ctx, books)
        given.limit(ctx, books, policy, 100_000_00)
        given.invoice(ctx, books, 11_900_00, net=10_000_00, on=given.START, days=10)
    filed = api.post(f"/policies/{policy}/claims", {"debtor": str(books.debtor)})
    assert filed.status_code == 201, filed.content
    claim = filed.json()["id"]
    customers = recorded(api, books, amount="5000.00")
    credit = recorded(api, books, amount="5000.00", number="PAY-I", debtor=None)
    early = api.post(f"/claims/{claim}/payouts", {"credit": credit, "amount": "10.00"})
    assert codes(early) == ["claim.not_indemnified"]
    with ctx.open():
        from fairdue.insurance.models import Claim

        loss = Claim.objects.get(id=claim).loss_on
        from fairdue.insurance.services import indemnify_claim

        indemnify_claim(ctx, claim=claim, today=loss)
    theirs = api.post(f"/claims/{claim}/payouts", {"credit": customers, "amount": "10.00"})
    assert codes(theirs) == ["claim.payer"]
    assert api.get(f"/credits/{customers}").json()["unapplied"] == "5000.00"
    paid = api.post(f"/claims/{claim}/payouts", {"credit": credit, "amount": "10.00"})
    assert paid.status_code == 201, paid.content
    assert api.get(f"/claims/{claim}").json()["received"] == "10.00"
    money = recorded(api, books, amount="100.00", number="PAY-2")
    shared = api.post(f"/claims/{claim}/recoveries", {"credit": money, "cost": "1.00"})
    assert shared.status_code == 201, shared.content
    sheet = api.get(f"/claims/{claim}/sheet").json()
    assert sheet["sheet"]["steps"]
    assert [row["amount"] for row in sheet["recoveries"]] == ["100.00"]
    first = api.get("/claims?limit=1").json()
    assert (len(first["data"]), first["next"]) == (1, None)
    assert api.get(f"/claims/{books.debtor}/sheet").status_code == 404
    assert api.post(f"/claims/{books.debtor}/payouts", {"credit": credit, "amount": "1.00"}).status_code == 404


def test_allocations_and_claims_come_in_pages(api, ctx, books):
    from fairdue.receivables.services import Applied, allocate
    from tests import make

    with ctx.open():
        one = make.item(ctx, books, 100_00)
        for _ in range(5):
            allocate(
                ctx, lines=[Applied(one, 10_00, make.payment(ctx, books, 10_00))], effective_on=make.TODAY,
                today=make.TODAY,
            )  # fmt: skip
    seen, cursor = [], ""
    while cursor is not None:
        page = api.get(f"/allocations?item={one}&limit=2" + (f"&cursor={cursor}" if cursor else "")).json()
        seen += [row["id"] for row in page["data"]]
        cursor = page["next"]
    assert len(seen) == len(set(seen)) == 5
    assert api.get(f"/allocations?item={one}&cursor=rubbish").status_code == 422
    assert api.get("/claims?cursor=rubbish").status_code == 422
