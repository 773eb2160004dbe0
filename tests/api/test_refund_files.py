"""A machine orders approved refunds: it is given the file for the bank."""

from __future__ import annotations

from uuid import uuid4

from fairdue.cash.refunding.tasks import open_refund
from tests.rooms.cash.conftest import TODAY, account_of, bank, lines  # noqa: F401 - a fixture
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


def test_refunds_come_a_page_at_a_time_those_that_wait_first(api, bank):  # noqa: F811
    with bank.ctx.open():
        account_of(bank)
        approved(bank, 4_000, 2_550)
        credit = lines(bank.creditor)[0].credit_id
        open_refund(bank.ctx, credit=credit, amount=1_000, reason="too much", today=TODAY)
    whole = api.get("/refunds").json()
    assert [row["state"] for row in whole["data"]] == ["open", "paid", "paid"]
    assert whole["next"] is None
    paged, cursor = [], ""
    for _ in range(3):
        answer = api.get(f"/refunds?limit=1{cursor}").json()
        paged += answer["data"]
        cursor = f"&cursor={answer['next']}"
    assert (paged, answer["next"]) == (whole["data"], None)
    assert api.get("/refunds?cursor=nonsense").status_code == 422


def test_the_refunds_of_a_creditor_that_nobody_has_are_not_ordered(api, bank):  # noqa: F811
    assert api.post("/refunds/files", {"creditor": str(uuid4())}).status_code == 404


def test_a_machine_brings_the_banks_answer_and_names_a_bank(api, bank):  # noqa: F811
    from fairdue.cash.models import Refund
    from tests.rooms.cash.test_refund_answers import answer, in_francs

    with bank.ctx.open():
        account_of(bank)
        approved(bank, 4_000)
        swiss = in_francs(bank)
        euro, francs = Refund.objects.get(currency="EUR"), Refund.objects.get(currency="CHF")
    reference = api.post("/refunds/files", {"creditor": str(bank.creditor)}).json()["name"].removesuffix(".xml")
    said = api.upload("/refunds/answers", answer(reference, (1, "RJCT", "AC04", "")), name="a.xml")
    assert (said.status_code, said.json()) == (200, {"accepted": [], "rejected": [str(euro.id)], "waiting": []})
    assert api.post(f"/refunds/{francs.id}/agent", {"agent": "INGDDEFF"}).status_code == 200
    made = api.post("/refunds/files", {"creditor": str(swiss.creditor), "currency": "CHF"}).json()
    assert (made["currency"], made["amount"], made["count"]) == ("CHF", "40.00", 1)
