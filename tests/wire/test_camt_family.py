"""camt.052 and camt.054 beside the statement; sums that are announced; account numbers of several countries."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.wire.camt_files import Detail, Ntry, Stmt, camt, findings, heads, lines, other_message, tails

from fairdue.cash.formats import LineStatus, StatementKind, accounts

ENTRIES = (Ntry("150.00", details=(Detail("100.00", name="A"), Detail("50.00", name="B"))), Ntry("5.00", sign="DBIT"))
SUMS = (
    "<TxsSummry><TtlNtries><NbOfNtries>{}</NbOfNtries><Sum>{}</Sum></TtlNtries>"
    "<TtlCdtNtries><NbOfNtries>{}</NbOfNtries><Sum>{}</Sum></TtlCdtNtries>"
    "<TtlDbtNtries><NbOfNtries>{}</NbOfNtries><Sum>{}</Sum></TtlDbtNtries></TxsSummry>"
)
RIGHT = (2, "155.00", 1, "150.00", 1, "5.00")


def message(kind, version=8, sums=None, entries=ENTRIES):
    whole = camt(version, Stmt(entries, closing="1145.00", extra=SUMS.format(*sums) if sums else ""))
    return whole if kind == "053" else other_message(whole, kind)


@pytest.mark.parametrize("version", [2, 3, 4, 6, 8, 10, 13, 14])
@pytest.mark.parametrize(
    ("kind", "means", "status"),
    [
        ("052", StatementKind.INTRADAY, LineStatus.PENDING),
        ("053", StatementKind.STATEMENT, LineStatus.BOOKED),
        ("054", StatementKind.NOTIFICATION, LineStatus.BOOKED),
    ],
)
def test_each_message_of_every_version_is_read(kind, means, status, version):
    content = message(kind, version)
    (head,) = heads(content)
    assert (head.kind, head.format) == (means, f"camt.{kind}.001.{version:02d}")
    found = lines(content)
    assert [line.amount for line in found] == [10000, 5000, -500]
    assert {line.status for line in found} == {status}


@pytest.mark.parametrize("kind", ["052", "053", "054"])
def test_sums_that_agree_prove_a_message_whole(kind):
    content = message(kind, sums=RIGHT)
    assert findings(content) == []
    assert tails(content)[0].complete


def test_a_message_without_sums_and_balances_is_not_proven():
    assert not tails(message("054"))[0].complete
    assert findings(message("054")) == []


@pytest.mark.parametrize(
    ("place", "value", "sentence"),
    [
        (0, 3, "announces 3 entries and contains 2"),
        (1, "156.00", "entries of 156.00 and they come to 155.00 EUR"),
        (2, 2, "announces 2 credits and contains 1"),
        (3, "1.00", "credits of 1.00 and they come to 150.00 EUR"),
        (5, "6.00", "debits of 6.00 and they come to 5.00 EUR"),
        (5, "x", "sum of the debits is unreadable"),
    ],
)
def test_a_sum_that_is_not_what_was_read_is_an_error(place, value, sentence):
    sums = [*RIGHT]
    sums[place] = value
    content = message("054", sums=sums)
    (finding,) = findings(content)
    assert sentence in finding.message
    assert not tails(content)[0].complete


def test_a_sum_over_several_currencies_is_no_sum():
    entries = (Ntry("150.00"), Ntry("5.00", currency="USD"))
    content = message("054", sums=(2, "1.00", 2, "1.00", 0, "0.00"), entries=entries)
    assert [finding.code for finding in findings(content)] == ["camt.entry.currency"]


def test_an_entry_without_a_day_takes_that_of_the_message():
    content = message("054").replace(b"<BookgDt><Dt>2026-03-02</Dt></BookgDt><ValDt><Dt>2026-03-02</Dt></ValDt>", b"")
    assert lines(content) == []
    dated = content.replace(b"<Acct>", b"<CreDtTm>2026-03-04T09:00:00+01:00</CreDtTm><Acct>")
    assert {line.booked_on for line in lines(dated)} == {dt.date(2026, 3, 4)}
    broken = content.replace(b"<Acct>", b"<CreDtTm>soon</CreDtTm><Acct>")
    assert findings(broken)[0].code == "camt.created.unreadable"


def test_a_batch_without_details_says_how_many_payments_it_is():
    content = camt(8, Stmt((Ntry("150.00"),))).replace(
        b"<NtryDtls>", b"<NtryDtls><Btch><NbOfTxs>25</NbOfTxs></Btch>"
    )  # fmt: skip
    assert lines(content)[0].information == "a batch of 25 payments without details"


@pytest.mark.parametrize(
    ("made", "number"),
    [
        (accounts.belgian("539007547034"), "BE68539007547034"),
        (accounts.french("20041", "01005", "0500013M026"), "FR1420041010050500013M02606"),
        (accounts.spanish("2100", "0418", "0200051332"), "ES9121000418450200051332"),
    ],
)
def test_a_national_account_becomes_its_iban(made, number):
    assert made == number
    assert accounts.is_iban(number)


@pytest.mark.parametrize(
    ("written", "forms"),
    [
        ("37040044/532013000EUR", ("37040044/532013000EUR", "37040044/532013000", "DE89370400440532013000")),
        ("37040044/0532013000", ("37040044/0532013000", "DE89370400440532013000")),
        ("123456789/USD", ("123456789/USD", "123456789")),
        ("DE89370400440532013000", ("DE89370400440532013000",)),
        ("", ("",)),
    ],
)
def test_an_account_is_known_under_every_form(written, forms):
    assert accounts.forms(written) == forms


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("VAN NL91 ABNA 0417 1643 00 JANSEN", "NL91ABNA0417164300"),
        ("NL91ABNA0417164300", "NL91ABNA0417164300"),
        ("NL92ABNA0417164300", ""),
        ("NO ACCOUNT", ""),
    ],
)
def test_an_account_is_found_in_text(text, found):
    assert accounts.iban_in(text) == found
