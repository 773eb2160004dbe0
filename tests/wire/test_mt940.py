"""SWIFT MT940 and MT942 as banks of several countries write them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.wire.camt_files import events, findings, heads, lines, tails

from fairdue.cash.formats import LineStatus, StatementKind, recognise
from fairdue.core.findings import RefusedError, Severity

HEAD = ":20:STARTUMS\r\n:25:37040044/532013000\r\n:28C:5/1\r\n:60F:C260301EUR1000,00\r\n"


def mt940(*entries, closing="C260302EUR{}", total="1119,00", head=HEAD) -> bytes:
    return f"{head}{''.join(entries)}:62F:{closing.format(total)}\r\n-\r\n".encode()


def entry(line, *details) -> str:
    return f":61:{line}\r\n" + (":86:" + "\r\n".join(details) + "\r\n" if details else "")


GERMAN = entry(
    "2603020302CR119,00N166NONREF//BANK-7",
    "166?00GUTSCHRIFT?109310?20EREF+E2E-4711?21SVWZ+RE-2026-04711 KUNDE ?2212?30COBADEFFXXX?31DE025001051701370",
    "75030?32MUSTER GMBH UND SOEHNE KG A?33M RHEIN?34000",
)


def test_the_german_structure_tells_who_paid_what_for_what():
    (line,) = lines(mt940(GERMAN))
    assert (line.amount, line.currency, line.account) == (11900, "EUR", "37040044/532013000")
    assert (line.booked_on, line.value_on) == (dt.date(2026, 3, 2), dt.date(2026, 3, 2))
    assert line.party == ("MUSTER GMBH UND SOEHNE KG AM RHEIN", "DE02500105170137075030", "COBADEFFXXX")
    assert (line.end_to_end_id, line.remittance) == ("E2E-4711", ("RE-2026-04711 KUNDE 12",))
    assert (line.bank_reference, line.transaction_code, line.information) == ("BANK-7", "GVC-166-000", "GUTSCHRIFT")
    assert findings(mt940(GERMAN)) == []
    assert tails(mt940(GERMAN))[0].complete


def test_a_number_that_is_cut_by_a_full_subfield_is_joined_without_blank():
    details = "166?00X?20SVWZ+" + "RECHNUNG 12345678901RE" + "?21-2026-04711?32A"
    (line,) = lines(mt940(entry("260302C119,00NTRF", details)))
    assert line.remittance == ("RECHNUNG 12345678901RE-2026-04711",)


def test_a_direct_debit_that_comes_back_names_mandate_and_reason():
    details = "109?00RUECKLASTSCHRIFT?20EREF+DD-1?21MREF+M-9?22COAM+EUR3,00?23SVWZ+RETURN AM04?32B?34906"
    (line,) = lines(mt940(entry("260302D80,00NRTI", details), total="920,00"))
    assert (line.amount, line.return_code, line.mandate_id, line.end_to_end_id) == (-8000, "AM04", "M-9", "DD-1")
    assert (line.reversal, line.charges) == (True, 300)
    (bare,) = lines(mt940(entry("260302D80,00NRTI", "109?20SVWZ+ZURUECK?34912"), total="920,00"))
    assert bare.return_code == "TSE912"


def test_swift_code_words_are_read():
    details = (
        "/TRTP/SEPA OVERBOEKING/CNTP/NL91ABNA0417164300/ABNANL2A/Jansen BV///REMI/USTD//Factuur 2026",
        "0471/EREF/E-1/MARF/M-1/OCMT/USD125,00",
    )
    (line,) = lines(mt940(entry("260302C119,00NTRFEREF//B1", *details)))
    assert line.party == ("Jansen BV", "NL91ABNA0417164300", "ABNANL2A")
    assert line.remittance == ("Factuur 20260471",)
    assert (line.end_to_end_id, line.mandate_id) == ("E-1", "M-1")
    assert (line.instructed_amount, line.instructed_currency) == (12500, "USD")


def test_a_structured_reference_in_code_words_is_a_reference():
    (line,) = lines(mt940(entry("260302C119,00NTRFNONREF", "/REMI/STRD/CUR/RF18539007547034/NAME/A/IBAN/NL1")))
    assert (line.references[0].kind, line.references[0].value) == ("CUR", "RF18539007547034")
    assert line.remittance == ()


def test_free_text_names_account_and_party_where_they_are_marked():
    (line,) = lines(mt940(entry("260302C119,00NTRF", "FACTUUR 201403110", "REK: NL91ABNA0417164300/NAAM: PICQER")))
    assert line.remittance == ("FACTUUR 201403110", "REK: NL91ABNA0417164300/NAAM: PICQER")
    assert line.party == ("PICQER", "NL91ABNA0417164300", "")


@pytest.mark.parametrize(
    ("written", "amount", "reversal"),
    [
        ("2603020302CR119,NTRFX", 11900, False),
        ("260302C119NTRFX", 11900, False),
        ("260302    C119,00NTRFX", 11900, False),
        ("260302CD0000000119,0NTRFX", 11900, False),
        ("260302RD119,00NTRFX", 11900, True),
        ("260302C,50NTRF", 50, False),
        ("260302D119,00NTRFX", -11900, False),
        ("260302RC119,00NTRFX", -11900, True),
        ("260302C119,00FMSC01916//NONREF", 11900, False),
        ("260302C119,00", 11900, False),
        ("260302C119,00NOVBNL47INGB9999999999", 11900, False),
    ],
)
def test_an_entry_is_read_in_every_way_that_banks_write_it(written, amount, reversal):
    total = f"{(100000 + amount) // 100},{(100000 + amount) % 100:02d}"
    (line,) = lines(mt940(entry(written), total=total))
    assert (line.amount, line.reversal) == (amount, reversal)
    assert tails(mt940(entry(written), total=total))[0].complete


@pytest.mark.parametrize("written", ["260302X119,00NTRF", "261302C119,00NTRF", "260302C1.119,00NTRF",
                                     "260302C119,005NTRF", "260302CNTRF", "26030C1,00"])  # fmt: skip
def test_an_entry_that_cannot_be_read_is_an_error_with_its_line(written):
    content = mt940(entry(written), entry("260302C1,00NTRF"), total="1001,00")
    assert [line.amount for line in lines(content)] == [100]
    (finding,) = findings(content)
    assert (finding.severity, finding.path) == (Severity.ERROR, "statement 1, line 5")
    assert not tails(content)[0].complete


def test_an_entry_day_belongs_to_the_nearest_year():
    (line,) = lines(mt940(entry("2601021231C119,00NTRF")))
    assert (line.booked_on, line.value_on) == (dt.date(2025, 12, 31), dt.date(2026, 1, 2))


def test_a_thirtieth_of_february_is_read_and_told():
    content = mt940(entry("2602300301C119,00NTRF"))
    assert lines(content)[0].value_on == dt.date(2026, 2, 28)
    assert [finding.code for finding in findings(content)] == ["mt940.day"]


def test_a_time_of_day_in_a_wrapped_text_is_no_field():
    (line,) = lines(mt940(entry("260302C119,00NTRF", "166?20SVWZ+TERMIN 2026-03-02T13", ":20:11?32A")))
    assert line.remittance == ("TERMIN 2026-03-02T13:20:11",)


def test_balances_that_do_not_follow_are_an_error():
    (finding,) = findings(mt940(GERMAN, total="1119,01"))
    assert finding.code == "mt940.balance.mismatch"
    assert "0.01 EUR is unexplained" in finding.message


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (HEAD.replace(":60F:C260301EUR1000,00\r\n", ""), "no opening balance"),
        (HEAD.replace(":25:37040044/532013000\r\n", "") + ":25", "does not name its account"),
        (HEAD + ":61:260302C1,00NTRF\r\n:25:166?00X\r\n", "line 6: field :25: may not follow an entry"),
        (HEAD + ":62F:C260302USD1000,00", "differ in currency"),
        (HEAD + ":62F:C260302EUR1000,00\r\n-\r\n:61:260302C1,00NTRF\r\n", "line 7: an entry"),
        (HEAD + ":62F:soon", "is not a balance"),
        (":25:1\r\n:28C:1\r\n" + HEAD, "stands before any :20:"),
    ],
)
def test_a_file_in_no_right_order_is_refused_with_its_line(content, sentence):
    with pytest.raises(RefusedError, match=f"(?i){sentence}"):
        events(content.encode())


@pytest.mark.parametrize("piece", [b":60F:C100318EUR0,12\n", b":25:1234/5678\n", b"\r\n:86:a text\n"])
def test_a_piece_of_a_statement_is_refused_as_one_and_not_as_a_table(piece):
    assert recognise(piece).code == "mt940"
    with pytest.raises(RefusedError, match="stands before any :20:"):
        events(piece)


def test_a_statement_that_is_cut_off_is_an_error():
    found = findings((HEAD + GERMAN).encode())
    assert [finding.code for finding in found] == ["mt940.closing", "mt940.balance.missing"]
    assert not tails((HEAD + GERMAN).encode())[0].complete


def test_every_message_of_a_file_is_a_statement_and_envelopes_are_no_text():
    one = mt940(GERMAN).decode()
    content = f"{{1:F01BANKDEFFXXXX0000000000}}{{2:O940BANKDEFFXXXXN}}{{4:\r\n{one}-}}\r\nABNANL2A\r\n940\r\n{one}"
    assert len(heads(content.encode())) == 2
    assert findings(content.encode()) == []


def test_text_outside_of_a_statement_is_told():
    content = mt940(GERMAN) + b"Dear customer, we (the bank) changed our fees!\r\n" + mt940(GERMAN)
    assert [finding.code for finding in findings(content)] == ["mt940.text"]


def test_an_interim_report_is_provisional_and_checked_by_its_sums():
    head = ":20:X\r\n:25:DE02120300000000202051\r\n:28C:1/1\r\n:34F:EUR0,\r\n:13D:2603021200+0100\r\n"
    body = ":61:260302C119,00NTRFNONREF//B7\r\n:86:RE-1\r\n:90D:0EUR0,\r\n:90C:1EUR{}\r\n-\r\n"
    content = (head + body.format("119,00")).encode()
    assert (heads(content)[0].format, heads(content)[0].kind) == ("MT942", StatementKind.INTRADAY)
    assert [line.status for line in lines(content)] == [LineStatus.PENDING]
    assert tails(content)[0].complete
    wrong = (head + body.format("119,01")).encode()
    assert [finding.code for finding in findings(wrong)] == ["mt940.sum"]


def test_a_second_export_has_the_same_keys_and_twins_stay_two():
    twin = entry("260302C119,00NTRF", "RE-1")
    keys = [line.key for line in lines(mt940(twin, twin, total="1238,00"))]
    assert len(set(keys)) == 2
    assert keys == [line.key for line in lines(mt940(twin, twin, total="1238,00").replace(b"STARTUMS", b"AGAIN"))]


@given(st.lists(st.integers(-(10**9), 10**9).filter(bool), max_size=12))
def test_the_lines_of_any_statement_are_its_movement(amounts):
    def money(amount):
        return f"{abs(amount) // 100},{abs(amount) % 100:02d}"

    total = 100000 + sum(amounts)
    closing = f"{'D' if total < 0 else 'C'}260302EUR{{}}"
    written = [entry(f"260302{'D' if one < 0 else 'C'}{money(one)}NTRFNONREF", "TEXT") for one in amounts]
    content = mt940(*written, closing=closing, total=money(total))
    assert [line.amount for line in lines(content)] == amounts
    assert tails(content)[0].complete


def test_a_mark_of_utf_8_before_the_first_field_is_no_part_of_it():
    content = b"\xef\xbb\xbf" + mt940(GERMAN)
    assert recognise(content).code == "mt940"
    assert [line.amount for line in lines(content)] == [11900]
