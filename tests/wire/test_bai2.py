"""BAI2 balance reports: totals on three levels, continuations, types of funds."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.wire.camt_files import events, findings, heads, lines, tails

from fairdue.cash.formats import LineStatus, StatementKind
from fairdue.core.findings import RefusedError

ACCOUNT = "03,107049924,USD,010,100000,,,015,111900,,/"


def bai2(*transactions, account=ACCOUNT, modifier="2", status="1", total=None, count=None, closing=True) -> bytes:
    body = [account, *(line for one in transactions for line in one.split("\n"))]
    amounts = 211900 if account == ACCOUNT else 0
    amounts += sum(int(one.split(",")[2] or 0) for one in body if one.startswith("16,"))
    amounts = amounts if total is None else total
    parts = [
        "01,BANK,CLIENT,260302,0600,1,,,2/",
        f"02,CLIENT,BANK,{status},260302,2359,USD,{modifier}/",
        *body,
        f"49,{amounts},{count or len(body) + 1}/",
        f"98,{amounts},1,{len(body) + 3}/",
    ]
    return "\r\n".join([*parts, f"99,{amounts},1,{len(body) + 5}/"] if closing else parts).encode()


PAID = "16,142,11900,V,260303,,BANK-7,CUST-9,ACME INC, PAYS RE-2026-04711\n88,AND RE-2026-04712"


def test_a_transaction_is_read_with_its_text_over_several_records():
    (line,) = lines(bai2(PAID))
    assert (line.amount, line.currency, line.account) == (11900, "USD", "107049924")
    assert (line.booked_on, line.value_on) == (dt.date(2026, 3, 2), dt.date(2026, 3, 3))
    assert line.remittance == ("ACME INC, PAYS RE-2026-04711", "AND RE-2026-04712")
    assert (line.bank_reference, line.end_to_end_id, line.transaction_code) == ("BANK-7", "CUST-9", "BAI-142")
    assert findings(bai2(PAID)) == []
    assert tails(bai2(PAID))[0].complete


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("16,142,11900,,B,C,TEXT/", ("TEXT",)),
        ("16,142,11900,Z,B,C,TEXT", ("TEXT",)),
        ("16,142,11900,S,1,2,3,B,C,TEXT", ("TEXT",)),
        ("16,142,11900,D,2,0,5000,1,6900,B,C,TEXT", ("TEXT",)),
        ("16,142,11900,Z,B,C/\n88,TEXT", ("TEXT",)),
        ("16,142,11900,Z,B,C,PAYS 2026\nAND MORE/", ("PAYS 2026", "AND MORE")),
    ],
)
def test_every_type_of_funds_leaves_the_text_in_its_place(written, text):
    (line,) = lines(bai2(written))
    assert (line.bank_reference, line.remittance) == ("B", text)


@pytest.mark.parametrize(("code", "amount"), [("142", 100), ("451", -100), ("935", 100), ("970", -100)])
def test_the_type_says_credit_or_debit(code, amount):
    (line,) = lines(bai2(f"16,{code},100,Z,B,C,X", account="03,1,USD,,,,/"))
    assert line.amount == amount


def test_a_returned_item_names_its_reason():
    (line,) = lines(bai2("16,557,100,Z,B,C,RETURN Reason: R01", account="03,1,USD,,,,/"))
    assert (line.amount, line.reversal, line.return_code) == (-100, True, "R01")


def test_marked_texts_name_the_payer():
    (line,) = lines(bai2("16,142,11900,Z,B,,ACH\n88,DBNM: ACME INC\n88,EREF: E-1\n88,DACT: 4711"))
    assert (line.party.name, line.party.account, line.end_to_end_id) == ("ACME INC", "4711", "E-1")


def test_an_interim_report_is_provisional():
    content = bai2(PAID, modifier="3")
    assert heads(content)[0].kind is StatementKind.INTRADAY
    assert [line.status for line in lines(content)] == [LineStatus.PENDING]


def test_several_records_on_one_line_are_told_apart():
    content = bai2(PAID).replace(b"2/\r\n02,", b"2/  02,", 1)
    assert [line.amount for line in lines(content)] == [11900]


def test_a_transaction_without_money_is_told():
    content = bai2("16,890,,Z,B,C,SEE ADVICE", account="03,1,USD,,,,/")
    assert lines(content) == []
    assert [finding.code for finding in findings(content)] == ["bai2.information"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (bai2(PAID, total=211900), "bai2.sum"),
        (bai2(PAID, count=9), "bai2.records"),
        (bai2(PAID).replace(b"98,223800,1", b"98,223801,1"), "bai2.totals"),
        (bai2(PAID).replace(b"99,223800,1", b"99,223800,2"), "bai2.totals"),
        (bai2(PAID, status="4"), "bai2.status"),
        (bai2("16,142,11900,Z,B,C,X", account="03,1,USD,010,100,,,015,200,,/", total=12200), "bai2.balance.mismatch"),
        (bai2("16,142,1,Z,B,C,X", account="03,1,USD,,,,/", total=0).replace(b"142,1,", b"142,1x,"), "bai2.unreadable"),
        (bai2("16,750,1,Z,B,C,X", account="03,1,USD,,,,/", total=0), "bai2.unreadable"),
    ],
)
def test_what_does_not_add_up_is_an_error(content, code):
    assert code in {finding.code for finding in findings(content)}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (bai2(PAID, closing=False), "without its trailer"),
        (bai2(PAID).replace(b"16,142", b"17,142"), "Line 4: '17,142"),
        (bai2(PAID).replace(b"03,107", b"16,107"), "stands before any account"),
        (bai2(PAID).replace(b",USD,010", b",XXX,010"), "is not a currency"),
        (bai2(PAID).replace(b"1,260302", b"1,261302"), "is not a day"),
    ],
)
def test_a_file_that_is_none_is_refused_with_its_line(content, sentence):
    with pytest.raises(RefusedError, match=sentence):
        events(content)
