"""The channel of an invoice: the worked rows of docs/rules/delivery-channel.md, and what networks answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from fairdue.core.invoice.countries.shape import Mandate
from fairdue.core.invoice.delivery import Reach, Told, Way, choose, told_by
from fairdue.core.vat.supply import BuyerKind

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "delivery-channel.md"
WORKED = [
    [cell.strip() for cell in row.strip("| ").split("|")]
    for row in PAGE.read_text().splitlines()
    if row.startswith("| ") and row[2].isdigit()
]
WHOM = {"every": "every business established there", "turnover": "turnover above PLN 200m"}


def mandate(text, duty="issue", *, confirmed=True):
    whom, network = text.split(", ")
    return Mandate(BuyerKind.B2B, duty, WHOM[whom], "a format", network, date(2026, 1, 1), "Law 1", confirmed)


def reach(text):
    ways = frozenset() if text == "–" else frozenset(map(Way, text.split(", ")))
    return Reach(Way.EMAIL in ways, Way.PRINT in ways, Way.PEPPOL in ways, ways)


def test_the_page_has_its_worked_rows():
    assert len(WORKED) == 11


@pytest.mark.parametrize("row", WORKED, ids=[row[0] for row in WORKED])
def test_the_worked_rows_of_the_page(row):
    _, law, large, buyer, seller, known, answer = row
    mandates = [] if law == "–" else [mandate(law)]
    choice = choose(mandates, reach(known), buyer=buyer.strip("–"), seller=seller.strip("–"), large=large == "yes")
    assert (choice.way or "none") == answer
    assert choice.why.endswith(".")


def test_the_reason_names_the_law_and_what_is_not_confirmed():
    choice = choose([mandate("every, SdI", confirmed=False)], Reach(ready=frozenset({Way.SDI})))
    assert choice.why == "Law 1: a format by SdI is compulsory since 2026-01-01 (not confirmed)."
    choice = choose([mandate("every, KSeF")], Reach(email=True))
    assert choice.why.endswith("and no transmitter for KSeF is set up.")


def test_a_duty_to_receive_prescribes_nothing():
    assert choose([mandate("every, Peppol", "receive")], Reach(email=True)).way is Way.EMAIL


def test_an_unmet_wish_is_told():
    choice = choose([], Reach(email=True), buyer="peppol", seller="folder")
    assert choice.why.startswith("The customer wants it by peppol, but there is no Peppol id")
    assert "The client wants it by folder, but no transmitter is set up." in choice.why


@pytest.mark.parametrize(
    ("code", "answer"),
    [("AP", Told.APPROVED), ("re", Told.REFUSED), ("213", Told.REJECTED), ("NS", Told.REJECTED),
     ("Opened", Told.OPENED), ("EC02", Told.REFUSED), ("211", Told.PAID), ("XX", None), ("", None)],
)  # fmt: skip
def test_answers_of_networks_are_words_of_ours(code, answer):
    assert told_by(code) is answer
