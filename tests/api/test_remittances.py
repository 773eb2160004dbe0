"""Advices over HTTP: upload, list, one with its documents, links."""

from __future__ import annotations

from tests.api.calling import codes
from tests.rooms.cash.conftest import bank, entry  # noqa: F401
from tests.rooms.cash.test_remittances import TABLE, pay, two


def test_an_advice_comes_in_is_linked_and_taken_away(api, bank):  # noqa: F811
    with bank.ctx.open():
        two(bank)
        (line,) = pay(bank, entry("200.00", "x", name="Fremd AG"))
    made = api.upload(f"/remittances?creditor={bank.creditor}", TABLE.encode(), "advice.csv")
    assert made.status_code == 201, made.content
    (one,) = made.json()["ids"]
    (row,) = api.get("/remittances?state=waiting").json()["data"]
    assert (row["id"], row["total"], row["complete"], row["line"]) == (one, None, False, None)
    shown = api.get(f"/remittances/{one}").json()
    assert [(part["number"], part["discount"], part["net"]) for part in shown["documents"]] == [
        ("RE-2026-04711", "2.00", "98.00"), ("RE-2026-04712", "0.00", "119.00"),
    ]  # fmt: skip
    assert api.post(f"/remittances/{one}/link", {"line": str(line.id)}).json() == {"id": one}
    assert api.get(f"/remittances/{one}").json()["doubt"].startswith("the advice is over 217.00")
    assert api.get(f"/remittances?line={line.id}").json()["data"][0]["link"] == "person"
    assert api.post(f"/remittances/{one}/link", {"line": None}).json() == {"id": one}
    assert api.get("/remittances?state=set_aside").json()["data"][0]["id"] == one
    wrong = api.post(f"/remittances/{one}/link", {"line": one})
    assert (wrong.status_code, codes(wrong)) == (422, ["remittance.line"])
    assert api.get(f"/remittances/{line.id}").status_code == 404
