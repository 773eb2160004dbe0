"""The advice of a payer as the strongest hypothesis, worked by hand on docs/rules/remittances.md."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.matching import (
    AdjustmentKind,
    Advice,
    AdvisedDocument,
    Coded,
    Codes,
    Item,
    Ledger,
    NamedDocument,
    Payers,
    Payment,
    Policy,
    Source,
    Step,
    Treatment,
    code_key,
    match,
)
from fairdue.core.money import Money, decimal_of
from tests.core.pages import table

PAGE = Path(__file__).parents[2] / "docs/rules/remittances.md"
DAY = dt.date(2026, 3, 10)
PAYERS = Payers([("1", "Muster GmbH"), ("2", "Beispiel AG")], {"ACC-1": {"1": 3}})
A = Item("A", "RE-2026-00001", "1", "EUR", 10000, DAY, discount=200, discount_until=dt.date(2026, 3, 12))
B = Item("B", "RE-2026-00002", "1", "EUR", 11900, DAY)
C = Item("C", "GS-2026-00003", "1", "EUR", -1000, DAY)
OTHERS = Item("D", "RE-2026-00004", "2", "EUR", 5000, DAY)
PAID = Item("E", "RE-2026-00005", "1", "EUR", 0, DAY, amount=700)
DOLLARS = Item("F", "RE-2026-00006", "1", "USD", 900, DAY)
ITEMS = (A, B, C, OTHERS, PAID, DOLLARS)


def cents(text: str) -> int:
    return Money.parse(text, "EUR").minor


def advised(*documents, amount=None, items=ITEMS, policy=Policy(), doubt="", text="", **given):  # noqa: B008 - frozen
    parts = tuple(AdvisedDocument(*one) for one in documents)
    total = sum(one.net for one in parts) if amount is None else amount
    payment = Payment(
        "P", total, "EUR", DAY, texts=(text,), payer_account="ACC-1",
        documents=tuple(NamedDocument(one.number) for one in parts),
        advice=Advice("advice ZA-77", parts, doubt),
    )  # fmt: skip
    payment = replace(payment, **given)
    ledger = Ledger(items)
    before = dict(ledger.left)
    (proposal,) = match([payment], ledger, PAYERS, policy)
    assert sum(part.amount for part in proposal.allocations) + proposal.on_account == payment.amount
    for part in proposal.allocations:
        assert abs(part.reduces) <= abs(before[part.item])
        assert part.reduces * before[part.item] > 0
    return proposal, ledger


@pytest.mark.parametrize("row", table(PAGE, "open on A"))
def test_the_worked_advices_are_settled_document_by_document(row):
    parts = [(item.number, cents(row[item.id])) for item in (A, B, C) if row[item.id]]
    proposal, ledger = advised(*parts, amount=cents(row["paid"]), booked=dt.date(2026, 3, int(row["on the"])))
    assert (proposal.source, proposal.step) == (Source.REMITTANCE, row["step"])
    assert [str(decimal_of(ledger.left[one], "EUR")) for one in "AB"] == [row["open on A"], row["open on B"]]
    assert str(decimal_of(proposal.on_account, "EUR")) == row["on account"]
    assert proposal.automatic == (row["posted"] == "yes")


CODES = Codes({
    ("1", code_key(code)): Coded(code, reason, Treatment(treatment), cents(most), "EUR")
    for code, reason, treatment, most in (
        ("D-07", "freight", "fee", "12.00"), ("PROMO", "bonus", "discount", "30.00"),
        ("QC", "complaint", "dispute", "0.00"),
    )
})  # fmt: skip


@pytest.mark.parametrize("row", table(PAGE, "adjusted"))
def test_the_worked_codes_of_a_customer_are_granted_or_contested(row):
    part = (B.number, cents(row["paid"]), 0, row["code"])
    proposal, ledger = advised(part, policy=Policy(codes=CODES))
    (made,) = proposal.allocations
    said = f"{made.adjustment_kind or '-'} {decimal_of(made.adjustment, 'EUR')}"
    assert (proposal.step, said) == (row["step"], row["adjusted"])
    assert str(decimal_of(ledger.left["B"], "EUR")) == row["open"]
    assert [one.reason for one in proposal.deductions] == ([row["contested as"]] if row["contested as"] else [])
    assert proposal.automatic


def test_a_code_of_the_head_office_and_one_of_everybody_count_after_the_customers_own():
    mine, head, everybody = (Coded("X", one) for one in ("freight", "price", "bonus"))
    known = {("1", "X"): mine, ("9", "X"): head, ("", "X"): everybody}
    assert Codes(known).of("1", "9", "x ") is mine
    assert Codes(known).of("2", "9", "X") is head
    assert Codes(known).of("2", "", "X") is everybody
    assert Codes(known).of("2", "", " - ") is None
    assert Codes().of("1", "", "X") is None


def test_a_granted_code_says_what_it_is_and_a_stated_discount_is_no_code():
    proposal, _ = advised((B.number, 11000, 0, "d 07"), policy=Policy(codes=CODES))
    assert proposal.allocations[0].why == "freight: d 07"
    proposal, _ = advised((B.number, 11000, 900, "d 07"), policy=Policy(codes=CODES))
    assert (proposal.step, proposal.deductions[0].reason) == (Step.SHORT, "freight")


def test_an_advice_comes_before_what_the_text_says():
    proposal, _ = advised((B.number, 10000), text=A.number)
    assert (proposal.rule, [part.item for part in proposal.allocations]) == ("remittance.short", ["B"])
    assert proposal.alternatives[0].allocations[0].item == "A"
    assert "advice ZA-77 names RE-2026-00002; what was not paid stays open" in proposal.reason


def test_the_payers_reason_becomes_a_deduction():
    proposal, _ = advised((A.number, 10000), (B.number, 10000, 0, "freight"))
    (one,) = proposal.deductions
    assert (one.item, one.amount, one.reason, one.said) == ("B", 1900, "freight", "freight (RE-2026-00002)")
    assert proposal.arithmetic == "2 items 219.00 \u2212 not paid 19.00 = 200.00 EUR"


@pytest.mark.parametrize(("code", "reason"), [("05", "unspecified"), ("Retoure", "returned_goods")])
def test_a_debit_note_of_the_payer_stays_open_on_the_largest_item(code, reason):
    proposal, ledger = advised((A.number, 10000), (B.number, 11900), ("DM-991", -1500, 0, code))
    assert (proposal.step, ledger.left["A"], ledger.left["B"]) == (Step.SHORT, 0, 1500)
    assert (proposal.deductions[0].reason, proposal.deductions[0].said) == (reason, f"{code} (DM-991)")


def test_a_discount_that_the_item_does_not_grant_stays_open():
    proposal, ledger = advised((B.number, 11662, 238))
    assert (proposal.step, ledger.left["B"], proposal.deductions[0].reason) == (Step.SHORT, 238, "discount")
    late, ledger = advised((A.number, 9800, 200), booked=dt.date(2026, 5, 2))
    assert (late.step, ledger.left["A"]) == (Step.SHORT, 200)
    more, ledger = advised((A.number, 9700, 300))
    assert (more.step, ledger.left["A"]) == (Step.SHORT, 300)


def test_a_discount_in_part_is_granted_as_the_payer_says():
    proposal, _ = advised((A.number, 9900, 100))
    (part,) = proposal.allocations
    assert (proposal.step, part.adjustment, part.adjustment_kind) == (Step.DISCOUNT, 100, AdjustmentKind.DISCOUNT)


def test_what_is_not_open_here_goes_on_account_and_waits_for_a_person():
    proposal, _ = advised((A.number, 10000), ("RE-9999-12345", 4000), (PAID.number, 700))
    assert (proposal.step, proposal.on_account, proposal.automatic) == (Step.OVER, 4700, False)
    assert proposal.reason.endswith("Not open here: RE-9999-12345, RE-2026-00005.")


def test_two_lines_of_one_document_are_one_part():
    proposal, ledger = advised((B.number, 10000), (B.number, 1900))
    assert (proposal.step, len(proposal.allocations), ledger.left["B"]) == (Step.EXACT, 1, 0)


def test_a_credit_note_gives_no_more_than_it_has():
    proposal, ledger = advised((B.number, 11900), (C.number, -1500))
    assert (ledger.left["C"], ledger.left["B"], proposal.step) == (0, 500, Step.SHORT)
    part, ledger = advised((B.number, 11900), (C.number, -400))
    assert (ledger.left["C"], part.step) == (-600, Step.EXACT)


def test_a_credit_note_that_is_paid_is_not_believed():
    proposal, ledger = advised((B.number, 11900), (C.number, 1000))
    assert (proposal.on_account, ledger.left["C"], proposal.automatic) == (1000, -1000, False)


def test_a_document_for_which_nothing_is_paid_is_left_alone():
    proposal, ledger = advised((B.number, 11900), (A.number, 0), ("RE-NEW-1", 0))
    assert (proposal.step, ledger.left["A"]) == (Step.EXACT, 10000)


def test_digits_alone_name_the_document_too():
    proposal, _ = advised(("2026/00002", 11900))
    assert (proposal.rule, proposal.grade) == ("remittance.exact", "digits payer one")


def test_somebody_elses_short_payment_waits():
    proposal, _ = advised((OTHERS.number, 4000))
    assert (proposal.grade, proposal.step, proposal.automatic) == ("whole other one", Step.SHORT, False)
    nobody, _ = advised((OTHERS.number, 5000), payer_account="")
    assert (nobody.grade, nobody.automatic) == ("whole nobody one", True)


def test_an_advice_that_does_not_make_up_the_payment_is_only_a_list_of_numbers():
    proposal, _ = advised((A.number, 9000), (B.number, 11900), amount=21900)
    assert proposal.rule == "documents.exact"


@pytest.mark.parametrize(
    "documents",
    [
        [("DM-1", -100), ("RE-UNKNOWN-7", 5000)],
        [(B.number, 11900), ("DM-1", -11900), ("RE-UNKNOWN-7", 5000)],
        [(DOLLARS.number, 900)],
    ],
)
def test_an_advice_that_settles_nothing_proves_nothing(documents):
    assert advised(*documents)[0].source is not Source.REMITTANCE


def test_a_number_of_several_customers_means_the_payers_or_nothing():
    twin = replace(B, id="T", debtor="2")
    assert advised((B.number, 11900), items=(*ITEMS, twin))[0].allocations[0].item == "B"
    double = replace(B, id="T")
    assert advised((B.number, 11900), items=(*ITEMS, double))[0].source is not Source.REMITTANCE


def test_a_doubtful_advice_leaves_the_payment_to_a_person():
    proposal, _ = advised((B.number, 11900), doubt="the advice is over 1.00", text=B.number)
    assert (proposal.automatic, proposal.source) == (False, Source.DOCUMENTS)
    assert proposal.reason.endswith("A person must decide: the advice is over 1.00.")


def test_many_documents_are_told_by_the_first_four():
    many = tuple(replace(B, id=str(at), number=f"RE-2026-1000{at}") for at in range(6))
    proposal, _ = advised(*((one.number, 11900) for one in many), items=many)
    assert "RE-2026-10003 and 2 more" in proposal.reason


@given(st.permutations([(A.number, 9800), (B.number, 10000, 0, "price"), (C.number, -1000), ("X-99-1234", 300)]))
def test_the_order_of_the_documents_changes_nothing(documents):
    proposal, ledger = advised(*documents)
    plain, other = advised(*sorted(documents))
    assert ledger.left == other.left
    assert (proposal.confidence, proposal.on_account, proposal.step) == (
        plain.confidence, plain.on_account, plain.step,
    )  # fmt: skip
