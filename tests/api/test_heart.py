"""The heart over HTTP: open, record, allocate, reverse, hold, balance, in one tenant."""

import pytest

from tests import make
from tests.api.calling import Machine, codes


def item(books, number="RE-1", amount="119.00", **fields):
    return {
        "creditor": str(books.creditor), "debtor": str(books.debtor), "number": number, "currency": "EUR",
        "amount": amount,
        "net_amount": "100.00" if amount == "119.00" else None, "issued_on": "2026-03-02", "due_on": "2026-04-01",
    } | fields  # fmt: skip


def payment(books, number="PAY-1", amount="150.00", **fields):
    return {
        "creditor": str(books.creditor), "debtor": str(books.debtor), "number": number, "currency": "EUR",
        "amount": amount,
        "received_on": "2026-03-02",
    } | fields  # fmt: skip


def opened(api, books, **fields):
    return api.post("/open-items", {"items": [item(books, **fields)]}).json()["ids"][0]


def recorded(api, books, **fields):
    return api.post("/credits", {"credits": [payment(books, **fields)]}).json()["ids"][0]


def test_an_item_is_opened_paid_and_taken_back(api, books):
    one, money = opened(api, books), recorded(api, books)
    shown = api.get(f"/open-items/{one}").json()
    assert (shown["residual"], shown["net_amount"], shown["days_overdue"]) == ("119.00", "100.00", 0)
    made = api.post("/allocations", {"lines": [{"item": one, "credit": money, "amount": "119.00"}]})
    assert made.status_code == 201
    assert api.get(f"/open-items/{one}").json()["residual"] == "0.00"
    assert api.get(f"/credits/{money}").json()["unapplied"] == "31.00"
    listed = api.get(f"/allocations?item={one}").json()["data"]
    assert [(row["amount"], row["reversed"]) for row in listed] == [("119.00", False)]
    undone = api.post(f"/allocations/{made.json()['group']}/reverse", {"reason": "wrong customer"})
    assert undone.status_code == 200
    assert api.get(f"/open-items/{one}").json()["residual"] == "119.00"
    again = api.post(f"/allocations/{made.json()['group']}/reverse", {"reason": "again"})
    assert (again.status_code, codes(again)) == (409, ["allocation.nothing_to_reverse"])


def test_more_than_the_residual_is_a_conflict_that_names_the_line(api, books):
    one, money = opened(api, books), recorded(api, books)
    refused = api.post("/allocations", {"lines": [{"item": one, "credit": money, "amount": "120.00"}]})
    assert refused.status_code == 409
    assert refused["Content-Type"] == "application/problem+json"
    finding = refused.json()["findings"][0]
    assert (finding["code"], finding["path"]) == ("allocation.exceeds_item", "lines[0].amount")
    assert "119.00 EUR" in finding["message"]


def test_a_bulk_names_every_row_that_is_wrong_and_books_none(api, books):
    rows = [
        item(books, "A"), item(books, "B", amount="1.999"), item(books, "C", net_amount="120.00"),
        item(books, "D", debtor=None, debtor_number="unknown"), item(books, "E", debtor_number="both"),
        item(books, "F", creditor=str(books.debtor)),
    ]  # fmt: skip
    refused = api.post("/open-items", {"items": rows})
    assert refused.status_code == 422
    assert [(f["code"], f["path"]) for f in refused.json()["findings"]] == [
        ("amount.invalid", "items[1].amount"), ("open_item.net", "items[2].net_amount"),
        ("debtor.unknown", "items[3].debtor"),
        ("debtor.named", "items[4].debtor"), ("creditor.unknown", "items[5].creditor"),
    ]  # fmt: skip
    assert api.get("/open-items").json()["data"] == []


def test_customers_may_be_named_by_their_number(api, books):
    number = api.get(f"/debtors/{books.debtor}").json()["external_id"]
    one = opened(api, books, debtor=None, debtor_number=number)
    assert api.get(f"/open-items/{one}").json()["debtor"] == str(books.debtor)


def test_a_customer_of_another_creditor_of_the_same_tenant_is_refused(api, ctx, books):
    with ctx.open():
        other = make.books(ctx)
    refused = api.post("/open-items", {"items": [item(books, debtor=str(other.debtor))]})
    assert (refused.status_code, codes(refused)) == (422, ["debtor.unknown"])
    money = recorded(api, books)
    refused = api.post(f"/credits/{money}/assign", {"debtor": str(other.debtor)})
    assert (refused.status_code, codes(refused)) == (422, ["debtor.unknown"])


def test_unapplied_cash_waits_without_a_customer_and_can_be_assigned(api, books):
    money = recorded(api, books, debtor=None)
    assert api.get(f"/credits/{money}").json()["debtor"] is None
    assert api.post(f"/credits/{money}/assign", {"debtor": str(books.debtor)}).json()["debtor"] == str(books.debtor)


def test_a_credit_note_lowers_revenue_and_tax(api, books):
    opened(api, books)
    recorded(api, books, kind="credit_note", amount="119.00", net_amount="100.00")
    accounts = api.get(f"/creditors/{books.creditor}/trial-balance").json()["accounts"]
    assert {row["balance"] for row in accounts} == {"0.00"}
    assert sum(float(row["debit"]) for row in accounts) == pytest.approx(238.0)


def test_balances_are_told_on_both_axes(api, books):
    one, money = opened(api, books), recorded(api, books)
    before = api.get("/facts?limit=1").json()["data"][0]["recorded_at"].replace("+", "%2B")
    api.post("/allocations", {"lines": [{"item": one, "credit": money, "amount": "119.00"}]})
    now = api.get("/balances?as_of=2026-03-02").json()["data"]
    then = api.get(f"/balances?as_of=2026-03-02&recorded={before}").json()["data"]
    assert [(row["open"], row["unapplied"]) for row in now] == [("0.00", "31.00")]
    assert [(row["open"], row["unapplied"]) for row in then] == [("119.00", "150.00")]
    assert api.get("/balances?as_of=2026-03-01").json()["data"] == []


def test_a_closed_month_is_a_conflict(api, books):
    opened(api, books, issued_on="2026-01-05")
    assert api.post(f"/creditors/{books.creditor}/periods/2026-01/close").json()["status"] == "closed"
    refused = api.post("/open-items", {"items": [item(books, "late", issued_on="2026-01-31")]})
    assert (refused.status_code, codes(refused)) == (409, ["period.closed"])
    assert refused.json()["findings"][0]["message"].startswith("January 2026 is closed, so nothing can be booked")
    assert (
        api.post(f"/creditors/{books.creditor}/periods/2026-01/reopen", {"reason": "late invoice"}).status_code == 200
    )
    opened(api, books, number="late", issued_on="2026-01-31")
    assert api.post(f"/creditors/{books.creditor}/periods/2026-13/close").status_code == 422


def test_holds_are_placed_listed_and_released(api, books):
    one = opened(api, books)
    row = {"debtor": str(books.debtor), "item": one, "reason": "dispute", "amount": "19.00", "note": "short"}
    made = api.post("/holds", {"holds": [row, {"debtor": str(books.debtor), "reason": "manual"}]}).json()["ids"]
    listed = api.get(f"/holds?debtor={books.debtor}").json()["data"]
    assert {h["id"]: h["amount"] for h in listed} == {made[0]: "19.00", made[1]: None}
    assert api.post("/holds/release", {"holds": made}).json()["ids"] == sorted(made)
    assert api.get("/holds").json()["data"] == []
    refused = api.post("/holds", {"holds": [row | {"reason": "mood"}, row | {"item": None}]})
    assert refused.status_code == 422


def test_a_large_write_off_needs_a_second_person(api, ctx, books):
    one = opened(api, books)
    refused = api.post(f"/open-items/{one}/write-off", {"amount": "119.00", "reason": "insolvent"})
    assert (refused.status_code, codes(refused)) == (422, ["write_off.needs_approval"])
    asked = api.post(f"/open-items/{one}/propose-write-off", {"amount": "119.00", "reason": "insolvent"}).json()[
        "approval"
    ]
    assert [row["id"] for row in api.get("/approvals").json()["data"]] == [asked]
    own = api.post(f"/approvals/{asked}/approve")
    assert (own.status_code, codes(own)) == (409, ["approval.same_person"])
    assert Machine(ctx).post(f"/approvals/{asked}/approve").json()["state"] == "approved"
    assert api.get(f"/open-items/{one}").json()["residual"] == "0.00"
    assert api.post(f"/approvals/{asked}/reject").status_code == 409


def test_what_may_change_about_an_item_changes_and_the_rest_is_refused(api, books):
    one = opened(api, books)
    changed = api.call("PATCH", f"/open-items/{one}", {"due_on": "2026-05-01", "discount_percent": "2.5"})
    assert changed.json()["due_on"] == "2026-05-01"
    assert api.call("PATCH", f"/open-items/{one}", {"amount": "1.00"}).status_code == 422
    early = api.call("PATCH", f"/open-items/{one}", {"due_on": "2026-01-01"})
    assert (early.status_code, codes(early)) == (422, ["open_item.due"])


def test_pages_by_cursor_give_every_row_once_while_rows_are_added(api, books):
    api.post("/open-items", {"items": [item(books, f"N{n}") for n in range(7)]})
    seen, cursor = [], None
    for _ in range(20):
        answer = api.get(f"/open-items?limit=3{f'&cursor={cursor}' if cursor else ''}").json()
        seen += [row["number"] for row in answer["data"]]
        if len(seen) == 3:
            opened(api, books, number="later")
        cursor = answer["next"]
        if cursor is None:
            break
    assert sorted(seen) == [*(f"N{n}" for n in range(7)), "later"]


@pytest.mark.parametrize("cursor", ["x", "W10", "%00", "WyJ4Il0", "WzFd", "bnVsbA", "W1siYSJdXQ", "-_-_"])
def test_a_cursor_that_no_page_gave_is_refused(api, cursor):
    assert api.get(f"/open-items?cursor={cursor}").status_code == 422
    assert api.get(f"/facts?cursor={cursor}").status_code == 422
    assert api.get(f"/changes?cursor={cursor}").status_code == 422


def test_the_change_feed_gives_every_fact_once_in_order(api, ctx, books):
    from fairdue.foundation.models import Fact

    opened(api, books)
    seen, cursor = [], None
    for _ in range(50):
        answer = api.get(f"/changes?limit=2{f'&cursor={cursor}' if cursor else ''}").json()
        if not answer["data"]:
            break
        seen += [row["id"] for row in answer["data"]]
        cursor = answer["next"]
    with ctx.open():
        assert seen == [str(one) for one in Fact.objects.order_by("recorded_at", "id").values_list("id", flat=True)]
    assert api.get(f"/changes?cursor={cursor}").json() == {"data": [], "next": cursor}


def test_a_customer_s_timeline_tells_what_happened(api, books):
    opened(api, books)
    types = [row["type"] for row in api.get(f"/debtors/{books.debtor}/timeline").json()["data"]]
    assert types == ["open_item.opened", "debtor.created"]
    assert api.get(f"/debtors/{books.debtor}/timeline?area=payments").json()["data"] == []
