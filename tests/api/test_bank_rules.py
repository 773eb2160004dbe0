"""Bank rules, the quality of cash application, and taking many back, over HTTP."""

from __future__ import annotations

from fairdue.cash.models import CashApplication
from tests.api.calling import codes
from tests.rooms.cash.conftest import bank  # noqa: F401
from tests.rooms.cash.test_quality import day


def test_a_rule_is_previewed_made_switched_and_removed(api, bank):  # noqa: F811
    with bank.ctx.open():
        day(bank)
    body = {
        "creditor": str(bank.creditor), "name": "Nobody", "action": "not_receivable", "payer": "Nobody",
        "nature": "salary", "least": "30.00", "most": "31.50", "currency": "EUR",
    }  # fmt: skip
    shown = api.post("/bank-rules/preview", body).json()
    assert (shown["lines"], shown["waiting"], shown["contrary"], len(shown["newest"])) == (1, 0, 1, 1)
    assert codes(api.post("/bank-rules", {**body, "payer": ""})) == ["bank_rule.empty"]
    assert api.post("/bank-rules", {**body, "creditor": str(bank.debtor)}).status_code == 404
    made = api.post("/bank-rules", body)
    assert made.status_code == 201, made.content
    (row,) = api.get("/bank-rules").json()["data"]
    assert (row["id"], row["active"], row["nature"], row["used"]) == (made.json()["id"], True, "salary", 0)
    assert api.post(f"/bank-rules/{row['id']}/switch", {"active": False}).status_code == 200
    assert not api.get("/bank-rules").json()["data"][0]["active"]
    assert api.post(f"/bank-rules/{row['id']}/remove", {}).status_code == 200
    assert api.post(f"/bank-rules/{row['id']}/remove", {}).status_code == 404


def test_quality_is_measured_and_many_are_taken_back(api, bank):  # noqa: F811
    with bank.ctx.open():
        day(bank)
        standing = [str(one) for one in CashApplication.objects.filter(reversed_on=None).values_list("id", flat=True)]
    found = api.get("/cash-quality?since=2026-01-01&until=2026-12-31").json()
    assert (found["payments"], found["straight_through"], found["precision"], found["cost"]) == (6, 1666, 5000, 29)
    assert found["rules"][0]["rule"] == "numbers.exact"
    answer = api.post("/application-reversals", {"applications": standing, "reason": "wrong file"})
    assert answer.status_code == 200, answer.content
    assert sorted(answer.json()["ids"]) == sorted(standing)
    again = api.post("/application-reversals", {"applications": standing, "reason": "wrong file"})
    assert codes(again) == ["cash.reversed"]
