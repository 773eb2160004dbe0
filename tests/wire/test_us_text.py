"""Texts of US banks behind ACH and wire credits: the payer, his company id and his words apart from the bank's."""

from __future__ import annotations

import pytest
from tests.wire.camt_files import lines
from tests.wire.test_bai2 import bai2

from fairdue.cash.formats.us_text import told_in


@pytest.mark.parametrize(
    ("pieces", "payer", "account", "says"),
    [
        (
            [
                "ORIG CO NAME:ACME FOODS INC. ORIG ID:1234567890 DESC DATE:260608 CO ENTRY DESCR:PAYMENT SEC:CCD ",
                "TRACE#:758238992676163 EED:260608 IND ID:98522 IND NAME:OUR CO PMT INFO:INV 25991/26011",
            ],
            "ACME FOODS INC.", "ACH1234567890", ("98522", "INV 25991/26011"),
        ),
        (
            ["ACME FOODS DES:PAYMENT ID:55858 INDN:OUR CO INC CO ID:1234567890 CCD PMT INFO:INV0026214"],
            "ACME FOODS", "ACH1234567890", ("55858", "INV0026214"),
        ),
        (
            ["FEDWIRE CREDIT VIA: WELLS FARGO BANK/121000248 B/O: ACME FOODS REF: CHASE NYC BNF=OUR CO OBI=INV 4711"],
            "ACME FOODS", "", ("CHASE NYC", "INV 4711"),
        ),
        (["ORIG:1/ACME FOODS OBI=INV 4711"], "ACME FOODS", "", ("INV 4711",)),
        (["ACME FOODS INC VENDOR PAY 260608 56351 OUR CO INV 4711"], "ACME FOODS INC", "", ("56351 OUR CO INV 4711",)),
        (["ACME & CO EDI PYMNTS 260608 7"], "ACME & CO", "", ("7",)),
    ],
)  # fmt: skip
def test_payer_company_and_words_are_told_apart(pieces, payer, account, says):
    told = told_in(pieces)
    assert told is not None
    assert (told.payer, told.account, told.says) == (payer, account, says)


def test_a_text_is_cut_anywhere_and_the_cut_stays_a_line_break():
    told = told_in(
        ["ORIG CO NAME:ACME FOODS INC. ORIG ID:1234567890 C", "O ENTRY DESCR:PAYMENT PMT INFO:INV00", "25991"]
    )
    assert told is not None
    assert (told.payer, told.says) == ("ACME FOODS INC.", ("INV00\n25991",))


def test_a_name_that_is_cut_stays_whole_with_its_blank():
    assert told_in(["REF: 12 B/O: AC", "ME FOODS", " OBI=INV 4711"]).payer == "ACME FOODS"
    assert told_in(["B/O: ACME FOODS", "INC OBI=INV 471", "1"]).payer == "ACME FOODSINC"
    assert told_in(["B/O: ACME FOODS", "INC OBI=INV 4711"]).payer == "ACME FOODS INC"


@pytest.mark.parametrize(
    "text", ["", "ACME FOODS", "Danke", "ACME: PAYS", "ACME 260608 INV 4711", "PAID: 12 OBI=INV 4711"]
)
def test_what_is_written_otherwise_is_left_as_it_is(text):
    assert told_in([text]) is None


@pytest.mark.parametrize(("code", "payer"), [("142", "ACME"), ("195", "ACME"), ("451", ""), ("475", "")])
def test_only_credits_have_a_payer_in_their_text(code, payer):
    (line,) = lines(bai2(f"16,{code},11900,Z,B,C,ORIG CO NAME:ACME ORIG ID:1234567890 PMT INFO:INV 4711/"))
    assert line.party.name == payer
    assert line.remittance == (("INV 4711",) if payer else ("ORIG CO NAME:ACME ORIG ID:1234567890 PMT INFO:INV 4711",))
    assert line.information == ("ORIG CO NAME:ACME ORIG ID:1234567890 PMT INFO:INV 4711" if payer else "")


def test_a_payer_that_the_file_names_in_a_field_is_not_looked_for():
    (line,) = lines(bai2("16,142,11900,Z,B,C\n88,DBNM: ACME INC\n88,ORIG CO NAME:OTHER ORIG ID:1234567890/"))
    assert line.party.name == "ACME INC"
