"""Files that people download from their bank: OFX 1 and 2, QIF."""

from __future__ import annotations

import datetime as dt
import io

import pytest
from tests.wire.camt_files import events, findings, heads, lines, tails

from fairdue.cash.formats import Line, read
from fairdue.core.findings import RefusedError

SGML = """OFXHEADER:100
DATA:OFXSGML
VERSION:102
ENCODING:USASCII
CHARSET:1252

<OFX><SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS></SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>USD
<BANKACCTFROM><BANKID>1<ACCTID>12 345</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20260301<DTEND>20260331
{}</BANKTRANLIST>
<LEDGERBAL><BALAMT>500.00<DTASOF>20260331</LEDGERBAL></STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
"""
TRANSACTION = (
    "<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>20260302120000[-5:EST]<TRNAMT>119.00<FITID>F1<NAME>ACME &amp; SONS"
    "<MEMO>INV 4711 & 4712<CHECKNUM>77</STMTTRN>\n"
)


def as_xml(sgml: str) -> bytes:
    """Close every element and take an XML header, as OFX 2 does."""
    import re

    body = sgml[sgml.index("<OFX>") :]
    closed = re.sub(r"<([A-Z]+)>([^<\n]+)(?=\n|<)(?!</\1>)", r"<\1>\2</\1>", body)
    return ('<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211"?>\n' + closed).encode()


@pytest.mark.parametrize("content", [SGML.format(TRANSACTION).encode(), as_xml(SGML.format(TRANSACTION))],
                         ids=["SGML", "XML"])  # fmt: skip
def test_both_ways_of_writing_tell_the_same(content):
    (line,) = lines(content)
    assert (line.amount, line.currency, line.account, line.bank_reference) == (11900, "USD", "12345", "F1")
    assert line.booked_on == dt.date(2026, 3, 2)
    assert (line.party.name, line.remittance, line.information) == ("ACME & SONS", ("INV 4711 & 4712",), "check 77")
    assert line.transaction_code == "OFX-CREDIT"
    assert heads(content)[0].closing == 50000
    assert not tails(content)[0].complete


@pytest.mark.parametrize(
    ("written", "amount"),
    [("-119.00", -11900), ("+1", 100), ("119,00", 11900), ("1,119.00", 111900), ("-.50", -50), ("119.000", 11900)],
)
def test_amounts_are_read_as_banks_write_them(written, amount):
    (line,) = lines(SGML.format(TRANSACTION.replace("119.00", written)).encode())
    assert line.amount == amount


@pytest.mark.parametrize(
    "change",
    [("119.00", "119.005"), ("119.00", "1e3"), ("119.00", "1.119,00"), ("20260302", "20260231"),
     ("<DTPOSTED>20260302120000[-5:EST]", ""), ("<FITID>F1", "<FITID>F1<CORRECTFITID>F0<CORRECTACTION>DELETE")],
)  # fmt: skip
def test_what_cannot_be_read_is_an_error_with_its_line(change):
    content = SGML.format(TRANSACTION.replace(*change) + TRANSACTION).encode()
    assert len(lines(content)) == 1
    assert (findings(content)[0].code, findings(content)[0].path) == ("ofx.unreadable", "statement 1, line 11")


def test_a_second_download_adds_nothing_and_twins_stay_two():
    first = SGML.format(TRANSACTION + TRANSACTION).encode()
    keys = [line.key for line in lines(first)]
    assert len(set(keys)) == 2
    assert keys == [line.key for line in lines(first.replace(b"20260331", b"20260401"))]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (SGML.format("").replace("STMTRS", "OTHER"), "no bank statement"),
        (
            SGML.format("").replace("<SEVERITY>INFO", "<SEVERITY>ERROR<MESSAGE>Bad day").replace("STMTRS", "X"),
            "Bad day",
        ),
        (SGML.format("").replace("STMTRS", "INVSTMTRS"), "of a securities account"),
        (SGML.format("").replace("<CURDEF>USD", ""), "currency"),
        (SGML.format(TRANSACTION)[:-40], "cut off"),
        ("OFXHEADER:100\n<HTML>", "no OFX element"),
        (SGML.format("").replace("<OFX>", "<!DOCTYPE x [<!ENTITY a 'b'>]><OFX>"), "DOCTYPE"),
    ],
)
def test_a_file_that_is_none_is_refused(content, sentence):
    with pytest.raises(RefusedError, match=sentence):
        events(content.encode())


def test_entities_are_not_expanded_and_long_runs_end():
    content = SGML.format(TRANSACTION.replace("&amp;", "&xxe;&a;")).encode()
    assert lines(content)[0].party.name == "ACME &xxe;&a; SONS"
    assert lines(SGML.format("<" * 200_000 + TRANSACTION).encode())[0].amount == 11900


QIF = "!Type:Bank\nD{}\nT1,119.00\nPACME INC\nMINV 4711\nN77\n^\n"


def qif(content: str, code="") -> list[Line]:
    return [event for event in read(io.BytesIO(content.encode()), code) if isinstance(event, Line)]


@pytest.mark.parametrize(
    ("written", "day"),
    [("25/03/2026", (2026, 3, 25)), ("3/25'26", (2026, 3, 25)), ("03/25/26", (2026, 3, 25)),
     ("2026-03-25", (2026, 3, 25)), ("25.3.2026", (2026, 3, 25))],
)  # fmt: skip
def test_a_date_that_can_be_read_in_one_way_is_read(written, day):
    (line,) = qif(QIF.format(written))
    assert (line.booked_on, line.amount, line.party.name) == (dt.date(*day), 111900, "ACME INC")
    assert (line.remittance, line.information) == (("INV 4711",), "number 77")


def test_dates_that_can_be_read_in_two_ways_ask_a_person():
    with pytest.raises(RefusedError, match=r"name the format qif\.dmy or qif\.mdy"):
        qif(QIF.format("02/03/2026"))
    assert qif(QIF.format("02/03/2026"), "qif.dmy")[0].booked_on == dt.date(2026, 3, 2)
    assert qif(QIF.format("02/03/2026"), "qif.mdy")[0].booked_on == dt.date(2026, 2, 3)
    assert qif(QIF.format("02/03/2026") + "D25/03/2026\nT1\n^\n")[0].booked_on == dt.date(2026, 3, 2)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (QIF.format("25/03/2026")[:-2], "is not ended"),
        (QIF.format("25/03/2026").replace("PACME", "?ACME"), "line 4: '\\?ACME"),
        (QIF.format("25/03/2026") + "D03/25/2026\nT1\n^\n", "in two orders"),
        (QIF.format("soon"), "is not a date"),
        ("!Type:Cat\nNFood\n^\n", "no transactions"),
    ],
)
def test_a_qif_file_that_is_none_is_refused(content, sentence):
    with pytest.raises(RefusedError, match=f"(?i){sentence}"):
        qif(content)


def test_an_amount_that_is_none_is_an_error():
    content = QIF.format("25/03/2026").replace("T1,119.00", "T1.119.00").encode()
    assert next(finding.code for finding in findings(content)) == "qif.unreadable"


@pytest.mark.parametrize(
    ("written", "minor"),
    [
        ("1.119,00", 111900), ("-1.119,5", -111950), ("12345,60", 1234560), ("1.234.567,89", 123456789),
        ("1,119.00", 111900), ("-12345.6", -1234560), ("1,119", 111900), ("119", 11900),
    ],
)  # fmt: skip
def test_the_decimal_sign_of_a_qif_file_is_what_stands_before_its_last_digits(written, minor):
    assert qif(QIF.format("25/03/2026").replace("1,119.00", written))[0].amount == minor


def test_one_amount_with_decimals_tells_how_the_others_of_a_qif_file_are_meant():
    paid = QIF.format("25/03/2026").replace("1,119.00", "1.119") + "D26/03/2026\nT7,50\n^\n"
    assert [line.amount for line in qif(paid)] == [111900, 750]


def test_a_qif_file_with_decimal_signs_of_two_countries_is_refused():
    with pytest.raises(RefusedError, match="decimal points and decimal commas"):
        qif(QIF.format("25/03/2026") + "D26/03/2026\nT7,50\n^\n")


def test_a_point_before_three_digits_is_no_amount_where_nothing_else_tells():
    content = QIF.format("25/03/2026").replace("1,119.00", "1.119").encode()
    assert next(finding.code for finding in findings(content)) == "qif.unreadable"
