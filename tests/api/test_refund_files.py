"""A machine orders approved refunds: it is given the file for the bank."""

from __future__ import annotations

from uuid import uuid4

from tests.rooms.cash.conftest import account_of, bank  # noqa: F401 - a fixture
from tests.rooms.cash.test_refund_files import approved


def test_a_machine_is_given_the_file_once(api, bank):  # noqa: F811
    with bank.ctx.open():
        account_of(bank)
        approved(bank, 4_000, 2_550)
    made = api.post("/refunds/files", {"creditor": str(bank.creditor)})
    assert made.status_code == 201, made.content
    body = made.json()
    assert (body["count"], body["amount"], body["left_out"]) == (2, "65.50", [])
    assert body["name"].endswith(".xml")
    assert "<CtrlSum>65.50</CtrlSum>" in body["content"]
    again = api.post("/refunds/files", {"creditor": str(bank.creditor)})
    assert (again.status_code, again.json()["findings"][0]["code"]) == (422, "refund_file.empty")


def test_the_refunds_of_a_creditor_that_nobody_has_are_not_ordered(api, bank):  # noqa: F811
    assert api.post("/refunds/files", {"creditor": str(uuid4())}).status_code == 404
