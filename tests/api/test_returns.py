"""Returned money over HTTP, from the line to the undo."""

from __future__ import annotations

from fairdue.cash.models import BankLine
from tests.api.calling import codes
from tests.rooms.cash.conftest import bank  # noqa: F401
from tests.rooms.cash.test_returned_money import back, bring, paid


def test_a_return_is_found_settled_and_undone(api, bank):  # noqa: F811
    with bank.ctx.open():
        item = paid(bank)
        (line,) = bring(bank, back("119.00", "MD06"))
        original = str(BankLine.objects.get(amount__gt=0).id)
    assert api.post("/returns/recalls", {"line": original, "code": "DUPL"}).status_code == 201
    found = api.get(f"/returns/candidates/{line.id}").json()["data"]
    assert [(one["line"], one["sure"], one["fee"]) for one in found] == [(original, False, "0.00")]
    assert api.post("/returns/settle", {}).json() == {"ids": []}
    made = api.post("/returns", {"line": str(line.id), "original": original})
    assert made.status_code == 201, made.content
    assert api.get(f"/open-items/{item}").json()["residual"] == "119.00"
    (row,) = api.get("/returns").json()["data"]
    assert (row["id"], row["code"], row["step"], row["amount"]) == (made.json()["id"], "MD06", "dispute", "119.00")
    undone = api.post(f"/returns/{row['id']}/undo", {"reason": "another payment"})
    assert undone.json() == {"id": original}
    again = api.post(f"/returns/{row['id']}/undo", {"reason": "another payment"})
    assert (again.status_code, codes(again)) == (409, ["return.undone"])
