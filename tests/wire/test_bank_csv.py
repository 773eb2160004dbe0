from __future__ import annotations

import datetime as dt
import io

import pytest

from fairdue.cash.formats import Line, StatementHead, StatementTail, csv_profile, read, recognise
from fairdue.cash.formats.csv_profile import AUTOMATIC, GERMAN, CsvProfile
from fairdue.core.findings import Finding, RefusedError

OURS = (
    "payment_ref,date,currency,amount,payer_name,payer_iban,remittance\n"
    "P1,2026-03-02,EUR,119.00,Muster GmbH,DE02 5001 0517 0137 0750 30,RE-2026-04711\n"
    "P2,2026-03-03,JPY,1200,Tokyo KK,,INV 7\n"
)
SPARKASSE = (
    "Kontoumsätze;;;\n"
    "Auftragskonto;Buchungstag;Wertstellung;Verwendungszweck;Zahlungspflichtiger;Betrag;Saldo\n"
    "DE02120300000000202051;02.03.2026;03.03.2026;RE 4711;Müller;1.234,50;2.234,50\n"
    "DE02120300000000202051;03.03.2026;;Gebühr;Bank;-34,50;2.200,00\n"
)


def events(text: str, profile: CsvProfile = AUTOMATIC, encoding: str = "utf-8"):
    return list(csv_profile.read(io.BytesIO(text.encode(encoding)), profile))


def parted(text: str, profile: CsvProfile = AUTOMATIC, encoding: str = "utf-8"):
    found = events(text, profile, encoding)
    return (
        [event for event in found if isinstance(event, Line)],
        [event for event in found if isinstance(event, Finding)],
        next(event for event in found if isinstance(event, StatementTail)),
    )


def test_our_own_columns_need_no_profile():
    lines, findings, tail = parted(OURS)
    assert [(line.bank_reference, line.amount, line.currency) for line in lines] == [
        ("P1", 11900, "EUR"),
        ("P2", 1200, "JPY"),
    ]
    assert (lines[0].party.name, lines[0].party.account) == ("Muster GmbH", "DE02500105170137075030")
    assert (lines[0].remittance, lines[0].booked_on) == (("RE-2026-04711",), dt.date(2026, 3, 2))
    assert (findings, tail.entries) == ([], 1)  # each currency is a statement of its own
    assert not tail.complete  # without balances nothing proves that no row is missing


def test_columns_that_nobody_reads_are_told_and_common_names_are_known():
    text = "Booking date;Payer;Purpose;Amount;Currency;Branch\n2026-03-02;Kaufmann KG;RE-2026-04711;119.00;EUR;7\n"
    (line,), (finding,), tail = parted(text)
    assert (line.party.name, line.remittance) == ("Kaufmann KG", ("RE-2026-04711",))
    assert (finding.code, finding.path, finding.severity) == ("csv.columns", "line 1", "info")
    assert "Branch" in finding.message
    assert tail.complete == parted(text.replace(";Branch", "").replace(";7", ""))[2].complete


def test_a_file_is_recognised_as_csv_by_its_first_bytes():
    assert [type(event).__name__ for event in read(io.BytesIO(OURS.encode()))] == [
        "StatementHead", "Line", "StatementTail", "StatementHead", "Line", "StatementTail",
    ]  # fmt: skip


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_german_file_with_preamble_and_running_balance(encoding):
    lines, findings, tail = parted(SPARKASSE, GERMAN, encoding)
    assert [line.amount for line in lines] == [123450, -3450]
    assert [line.value_on for line in lines] == [dt.date(2026, 3, 3), dt.date(2026, 3, 3)]
    assert lines[0].party.name == "Müller"
    assert lines[0].account == "DE02120300000000202051"
    assert findings == []
    assert tail.complete


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_a_german_file_is_recognised_by_its_content(encoding):
    found = [event for event in read(io.BytesIO(SPARKASSE.encode(encoding))) if isinstance(event, Line)]
    assert [(line.amount, line.currency, line.booked_on) for line in found] == [
        (123450, "EUR", dt.date(2026, 3, 2)), (-3450, "EUR", dt.date(2026, 3, 3)),
    ]  # fmt: skip


def test_a_german_day_may_have_a_short_year():
    text = SPARKASSE.replace(".2026", ".26")
    assert recognise(text.encode()).code == "csv.de"
    lines, findings, _ = parted(text, GERMAN)
    assert (lines[0].booked_on, findings) == (dt.date(2026, 3, 2), [])


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (OURS, "csv"),
        ("date;amount\n02.03.2026;119.00\n", "csv"),
        ("date;amount\n2026-03-02;119,00\n", "csv"),
        ("date;amount\n02.03.2026;119,00\n2026-03-02;119,00\n", "csv"),
        ('date,amount,text\n02.03.2026,"1.119,00",x\n', "csv.de"),
        ("date,amount,text\n02.03.2026,1.10,22\n", "csv"),
        ("date;amount\n02.03.2026;119,00", "csv"),  # one row, and it may be cut off
        ("date;amount\n02.03.2026;119,00\n02.0", "csv.de"),
    ],
)
def test_what_may_be_read_in_two_ways_is_not_taken_for_german(text, code):
    assert recognise(text.encode()).code == code


def test_the_newest_row_may_stand_first():
    rows = SPARKASSE.splitlines(keepends=True)
    *_, tail = parted("".join([*rows[:2], rows[3], rows[2]]), GERMAN)
    assert tail.complete


def test_a_balance_that_does_not_follow_is_an_error_that_names_the_line():
    _, findings, tail = parted(SPARKASSE.replace("2.200,00", "2.201,00"), GERMAN)
    assert [finding.message for finding in findings] == [
        "Line 4: the balance is not the balance before plus the amount."
    ]
    assert not tail.complete


def test_debit_and_credit_columns_make_the_sign():
    text = "date,credit,debit,currency\n2026-03-02,10.00,,EUR\n2026-03-02,,4.00,EUR\n2026-03-02,1,1,EUR\n"
    lines, findings, _ = parted(text)
    assert [line.amount for line in lines] == [1000, -400]
    assert [finding.path for finding in findings] == ["row 3, line 4, credit"]


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ("P9,02.03.2026,EUR,1.00,,,", "'02.03.2026' is no date like 2026-12-31"),
        ("P9,,EUR,1.00,,,", "the date is empty"),
        ('P9,2026-03-02,EUR,"1,5",,,', "'1,5' is not an amount with the decimal mark '.'"),
        ("P9,2026-03-02,EUR,,,,", "the amount is empty"),
        ("P9,2026-03-02,EUR,1.005,,,", "more decimals than EUR allows"),
        ("P9,2026-03-02,EURO,1.00,,,", "not a currency"),
        ("P9,2026-03-02,,1.00,,,", "the currency is missing"),
        ("P9,2026-03-02,EUR", "the row ends before this column"),
        ("P9,2026-03-02,EUR,=1+1,,,", "'=1+1' is not an amount"),
    ],
)
def test_a_cell_that_cannot_be_read_is_named_and_its_neighbours_go_in(row, says):
    lines, findings, tail = parted(OURS + row + "\n")
    assert len(lines) == 2
    assert says in findings[0].message
    assert "Row 3, line 4" in findings[0].message
    assert not tail.complete


def test_a_profile_names_its_columns():
    profile = CsvProfile(columns={"date": "When", "amount": "How much"}, currency="USD", account="12-34", delimiter="|")
    head, line, _ = events("When|How much|remittance\n2026-03-02|1,250.75|x\n", profile)
    assert isinstance(head, StatementHead)
    assert (head.account, line.amount, line.remittance) == ("12-34", 125075, ("x",))


def test_structured_references_and_end_to_end_ids_are_read():
    header = "date,amount,currency,structured_reference,end_to_end_id\n"
    text = header + "2026-03-02,1.00,EUR,RF18 5390 0754 7034,NOTPROVIDED\n"
    (line,), _, _ = parted(text)
    assert (line.references[0].value, line.end_to_end_id) == ("RF18539007547034", "")


def test_true_twins_stay_two_and_a_copy_has_the_same_keys():
    row = "2026-03-02,1.00,EUR,x\n"
    text = "date,amount,currency,remittance\n" + row + row
    keys = [line.key for line in parted(text)[0]]
    assert len(set(keys)) == 2
    assert keys == [line.key for line in parted(text)[0]]


@pytest.mark.parametrize(
    ("text", "code"),
    [("a,b\n1,2\n", "csv.header"), ('date,amount\n"x', "csv.broken"), ("", "csv.header")],
)
def test_a_file_without_sense_is_refused(text, code):
    with pytest.raises(RefusedError) as refusal:
        events(text)
    assert refusal.value.findings[0].code == code


def test_an_encoding_that_does_not_fit_is_refused():
    with pytest.raises(RefusedError, match="not written in utf-8"):
        list(csv_profile.read(io.BytesIO(b"date,amount\xff"), CsvProfile(encodings=("utf-8",))))


def test_a_file_that_is_too_long_is_refused(monkeypatch):
    monkeypatch.setattr(csv_profile, "_MOST_BYTES", 10)
    with pytest.raises(RefusedError, match="longer than 10 bytes"):
        events(OURS)


def test_a_long_file_is_read_to_its_end():
    rows = "".join(f"2026-03-02,1.00,EUR,Payer {number},RE-{number}\n" for number in range(2000))
    content = ("date,amount,currency,name,remittance\n" + rows).encode()
    found = [event for event in read(io.BytesIO(content)) if isinstance(event, Line)]
    assert len(found) == 2000
    assert found[-1].remittance == ("RE-1999",)


def test_each_account_in_each_currency_is_a_statement_of_its_own():
    text = (
        "date,amount,currency,own_account,name,payment ref,balance\n"
        "2026-03-02,10.00,EUR,DE89 3704 0044 0532 0130 00,A,R1,110.00\n"
        "2026-03-02,500,JPY,DE89370400440532013000,B,R2,500\n"
        "2026-03-03,20.00,EUR,DE89370400440532013000,C,R3,130.00\n"
        "2026-03-03,7.50,CHF,CH9300762011623852957,D,R4,7.50\n"
        "2026-03-04,3.00,,,E,R5,10.50\n"
    )
    events = list(read(io.BytesIO(text.encode()), "csv"))
    heads = [(one.account, one.currency) for one in events if isinstance(one, StatementHead)]
    assert heads == [
        ("DE89370400440532013000", "EUR"), ("DE89370400440532013000", "JPY"), ("CH9300762011623852957", "CHF"),
    ]  # fmt: skip
    tails = [(one.entries, one.booked, one.complete) for one in events if isinstance(one, StatementTail)]
    assert tails == [(2, 30_00, True), (1, 500, True), (2, 7_50, False)]
    (left_out,) = [one for one in events if isinstance(one, Finding)]
    assert "currency is missing" in left_out.message
    assert left_out.path.startswith("row 5, line 6")
    assert [one.bank_reference for one in events if isinstance(one, Line)] == ["R1", "R3", "R2", "R4"]


def test_a_line_has_the_same_key_whether_its_currency_stands_alone_in_the_file_or_not():
    head = "date,amount,currency,own_account,name\n"
    euro, franc = "2026-03-02,10.00,EUR,X1,A\n", "2026-03-02,10.00,CHF,X1,A\n"

    def keys(*rows):
        return [one.key for one in read(io.BytesIO((head + "".join(rows)).encode()), "csv") if isinstance(one, Line)]

    assert set(keys(euro, franc, euro)) == set(keys(euro, euro)) | set(keys(franc))
    assert len(set(keys(euro, franc, euro))) == 3
