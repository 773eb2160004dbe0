"""Further documents over HTTP: prepay, settle, correct, cancel, collect, repeat, void; each refusal in words."""

import pytest

from tests.api.calling import codes
from tests.api.test_rooms import LINE, draft
from tests.api.test_rooms import shop as shop  # noqa: PLC0414 - a fixture, found by its name


def order(api, shop, number):
    one = {
        "creditor": str(shop.creditor), "debtor": str(shop.debtor), "number": number, "ordered_on": "2026-02-27",
        "currency": "EUR", "lines": [LINE],
    }  # fmt: skip
    return api.post("/orders", {"orders": [one]}).json()["ids"][0]


def issued(api, one):
    content = api.get(f"/drafts/{one}").json()["content"]
    if "delivery" not in content and "period" not in content:
        assert (
            api.call("PUT", f"/drafts/{one}", {"content": {**content, "delivery": {"day": "2026-03-01"}}}).status_code
            == 200
        )
    answer = api.post("/invoices", {"drafts": [one]})
    assert answer.status_code == 201, answer.content
    return answer.json()["ids"][0]


def test_an_order_is_prepaid_and_not_settled_before_the_money_is_there(api, shop):
    one = order(api, shop, "PO-1")
    drafted = api.post(f"/orders/{one}/prepayment", {"percent": "30"})
    assert drafted.status_code == 201, drafted.content
    invoice = issued(api, drafted.json()["id"])
    assert api.get(f"/invoices/{invoice}").json()["type"] == "386"
    refused = api.post(f"/orders/{one}/final", {})
    assert codes(refused) == ["final.unpaid"]
    assert api.post("/orders/00000000-0000-7000-8000-000000000000/final", {}).status_code == 404


def test_an_invoice_is_corrected_by_a_draft_or_cancelled_by_a_document(api, shop):
    first, second = issued(api, draft(api, shop)), None
    corrected = api.post(f"/invoices/{first}/correct", {"reason": "Wrong price"})
    assert corrected.status_code == 201
    second = issued(api, corrected.json()["id"])
    assert api.get(f"/invoices/{second}").json()["type"] == "384"
    assert codes(api.post(f"/invoices/{first}/cancel", {"reason": "x"})) == ["credit.replaced"]
    note = api.post(f"/invoices/{second}/cancel", {"reason": "Wrong customer"})
    assert api.get(f"/invoices/{note.json()['id']}").json()["type"] == "381"
    assert api.get(f"/invoices/{second}/documents/ubl/validation").status_code in {200, 404}


def test_many_orders_become_one_draft_and_a_draft_a_pro_forma(api, shop):
    orders = [order(api, shop, "PO-1"), order(api, shop, "PO-2")]
    drafted = api.post("/orders/collective", {"orders": orders}).json()["id"]
    assert len(api.get(f"/drafts/{drafted}").json()["content"]["lines"]) == 2
    answer = api.get(f"/drafts/{drafted}/pro-forma")
    assert answer.content[:5] == b"%PDF-"


def test_a_plan_is_started_listed_and_ended(api, shop):
    body = {
        "creditor": str(shop.creditor), "debtor": str(shop.debtor), "currency": "EUR", "name": "Care",
        "starts_on": "2026-04-01", "every": "month",
        "content": {"lines": [{"id": "1", "name": "Care {period}", "quantity": "1", "unit": "C62", "price": "10.00",
                               "category": "S", "rate": "19"}]},
    }  # fmt: skip
    made = api.post("/invoice-plans", body)
    assert made.status_code == 201, made.content
    [row] = api.get("/invoice-plans").json()["data"]
    assert (row["name"], row["next_on"], row["state"], row["drafted"]) == ("Care", "2026-04-01", "active", 0)
    assert api.post(f"/invoice-plans/{row['id']}/state", {"state": "ended"}).status_code == 200
    assert codes(api.post(f"/invoice-plans/{row['id']}/state", {"state": "active"})) == ["plan.closed"]
    assert codes(api.post("/invoice-plans", {**body, "every": "moon"})) == ["plan.invalid"]


def test_a_number_is_voided_with_a_reason_and_stands_in_the_register(api, shop):
    issued(api, draft(api, shop))
    voided = api.post("/invoice-numbers/void", {"creditor": str(shop.creditor), "reason": "Spoiled form"})
    assert voided.json() == {"number": "RE-2026-00002"}
    rows = api.get(f"/invoice-numbers?creditor={shop.creditor}").json()["data"]
    assert [(row["number"], row["reason"]) for row in rows] == [
        ("RE-2026-00001", ""), ("RE-2026-00002", "Spoiled form"),
    ]  # fmt: skip


@pytest.mark.parametrize("path", ["correct", "cancel"])
def test_what_is_not_there_is_not_found(api, shop, path):
    answer = api.post(f"/invoices/00000000-0000-7000-8000-000000000000/{path}", {"reason": "x"})
    assert answer.status_code == 404
