"""CODA (Belgium), CFONB 120 (France), Norma 43 (Spain): fixed records that must add up."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.wire.camt_files import events, findings, heads, lines, tails

from fairdue.cash.formats import LineKind
from fairdue.core.findings import RefusedError

# --- CODA


def movement(sequence, cents, text="", *, detail=0, structured="", name="", account="", end_to_end="", returned=""):
    told = f"1{structured}" if structured else f"0{text}"
    told = told[0] + told[1:].ljust(146)
    sign = "1" if cents < 0 else "0"
    first = (
        f"21{sequence:04d}{detail:04d}{f'BANK{sequence}-{detail}':<21}{sign}{abs(cents) * 10:015d}02032600150000"
        f"{told[0]}{told[1:54]}020326001{'0'}1 0"
    )
    second = f"22{sequence:04d}{detail:04d}{told[54:107]}{end_to_end:<35}{'GEBABEBB':<11}    {returned:<4}{'':8}1 0"
    third = f"23{sequence:04d}{detail:04d}{account:<34}EUR{name:<35}{told[107:150]:<43}0 0"
    return [row.ljust(128)[:128] for row in (first, second, third)]


def coda(*movements, closing=None, records=None, debit=None, credit=None, moved=None) -> bytes:
    rows = [row for one in movements for row in one]
    own = [int(row[32:46]) * (-1 if row[31] == "1" else 1) for row in rows if row[:2] == "21" and row[6:10] == "0000"]
    moved = sum(own) if moved is None else moved
    new = 100000 + moved if closing is None else closing
    old = f"12001{'BE68539007547034':<31}   EUR0{1000000:015d}010326{'ACME NV':<26}{'ACCOUNT':<35}001"
    end = f"8001{'BE68539007547034':<34}EUR{'1' if new < 0 else '0'}{abs(new) * 10:015d}020326"
    debits = sum(-one for one in own if one < 0) if debit is None else debit
    credits_ = sum(one for one in own if one > 0) if credit is None else credit
    count = len(rows) + 2 if records is None else records
    header = "0000002032653905" + " " * 8 + f"{'REF':<10}{'ACME NV':<26}{'GEBABEBB':<11}00403019261 00000"
    trailer = f"9{'':15}{count:06d}{debits * 10:015d}{credits_ * 10:015d}".ljust(127) + "2"
    whole = [header.ljust(127) + "2", old.ljust(128), *rows, end.ljust(128), trailer]
    return "\n".join(whole).encode()


def test_a_coda_movement_tells_who_paid_what_for_what():
    one = movement(1, 11900, "RE-2026-04711 KLANT 12", name="JANSEN BV", account="BE02500105170137", end_to_end="E2E-1")
    content = coda(one)
    (line,) = lines(content)
    assert (line.amount, line.currency, line.account) == (11900, "EUR", "BE68539007547034")
    assert line.party == ("JANSEN BV", "BE02500105170137", "GEBABEBB")
    assert (line.remittance, line.end_to_end_id) == (("RE-2026-04711 KLANT 12",), "E2E-1")
    assert (line.booked_on, line.bank_reference) == (dt.date(2026, 3, 2), "BANK1-0")
    assert findings(content) == []
    assert tails(content)[0].complete


def test_a_coda_payment_reference_is_a_reference():
    (line,) = lines(coda(movement(1, 11900, structured="101090933755493")))
    assert [(one.kind, one.value) for one in line.references] == [("OGM", "090933755493")]


def test_a_long_coda_communication_is_joined_over_its_records():
    text = "FACTUUR 2026-04711 " + "X" * 40 + " 2026-04712 " + "Y" * 40 + " 2026-04713"
    (line,) = lines(coda(movement(1, 11900, text)))
    assert line.remittance == (text,)


def test_a_returned_coda_direct_debit_names_mandate_and_reason():
    told = "127" + "020326" + "110" + f"{'BE00CREDITOR':<35}{'MANDATE-9':<35}{'INVOICE 4711':<62}" + "2" + "AM04"
    (line,) = lines(coda(movement(1, -11900, structured=told, returned="AM04")))
    assert (line.amount, line.mandate_id, line.return_code, line.reversal) == (-11900, "MANDATE-9", "AM04", True)
    assert line.remittance == ("INVOICE 4711",)


def test_details_that_add_up_take_the_place_of_a_globalised_movement():
    details = [movement(1, 10000, "A", detail=1), movement(1, 1900, "B", detail=2)]
    found = lines(coda(movement(1, 11900, "TOTAL"), *details))
    assert [(line.amount, line.remittance, line.kind) for line in found] == [
        (10000, ("A",), LineKind.DETAIL),
        (1900, ("B",), LineKind.DETAIL),
    ]
    off = lines(coda(movement(1, 11900, "TOTAL"), movement(1, 10000, "A", detail=1)))
    assert [(line.amount, line.remittance) for line in off] == [(11900, ("TOTAL", "A"))]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (coda(movement(1, 100), closing=1), "coda.balance.mismatch"),
        (coda(movement(1, 100), records=9), "coda.records"),
        (coda(movement(1, 100), credit=1), "coda.credits"),
        (coda(movement(1, -100), debit=1), "coda.debits"),
        (coda(movement(1, 100)).replace(b"000000000001000", b"000000000001005", 1), "coda.unreadable"),
    ],
)
def test_a_coda_that_does_not_add_up_is_an_error(content, code):
    assert code in {finding.code for finding in findings(content)}
    assert not tails(content)[0].complete


# --- CFONB 120


def signed(cents) -> str:
    digits = f"{abs(cents):014d}"
    return digits[:-1] + ("}JKLMNOPQR" if cents < 0 else "{ABCDEFGHI")[int(digits[-1])]


def cfonb(*movements, closing=None, gap="\n") -> bytes:
    """Each movement is (cents, label, complements)."""
    key = "20041    01005EUR2 0500013M026"
    rows = [f"01{key}  010326".ljust(90) + signed(100000)]
    for cents, label, complements in movements:
        rows.append(f"04{key}05020326  020326{label:<31}  0000000  " + signed(cents) + f"{'REF-7':<16}")
        rows += [f"05{key}05020326     {name:<3}{text:<70}" for name, text in complements]
    new = 100000 + sum(cents for cents, _, _ in movements) if closing is None else closing
    rows.append(f"07{key}  020326".ljust(90) + signed(new))
    return gap.join(row.ljust(120)[:120] for row in rows).encode()


TOLD = (("NPY", "SOCIETE DUPONT"), ("LCC", "FACTURE 2026-04711"), ("LC2", "ET 2026-04712"), ("RCN", "E2E-1"))


@pytest.mark.parametrize("gap", ["\n", "\r\n", ""], ids=["lines", "dos", "no ends of lines"])
def test_a_french_movement_tells_who_paid_what_for_what(gap):
    content = cfonb((11900, "VIR RECU", TOLD), (-500, "FRAIS", ()), gap=gap)
    first, second = lines(content)
    assert (first.amount, first.currency, first.account) == (11900, "EUR", "FR1420041010050500013M02606")
    assert (first.party.name, first.end_to_end_id, first.bank_reference) == ("SOCIETE DUPONT", "E2E-1", "REF-7")
    assert first.remittance == ("VIR RECU", "FACTURE 2026-04711", "ET 2026-04712", "E2E-1")
    assert (second.amount, second.transaction_code) == (-500, "CFONB-05")
    assert findings(content) == []
    assert tails(content)[0].complete


@given(st.lists(st.integers(-(10**9), 10**9), max_size=8))
def test_every_signed_amount_of_france_is_read(amounts):
    content = cfonb(*((cents, "X", ()) for cents in amounts))
    assert [line.amount for line in lines(content)] == amounts
    assert tails(content)[0].complete


# --- Norma 43


def n43(*movements, closing=None, debit=None, records=None, end="88") -> bytes:
    """Each movement is (cents, texts)."""
    key = "210004180200051332"
    rows = [f"11{key}2603012603022{100000:014d}9783{'ACME SA':<26}   "]
    for cents, texts in movements:
        side = "1" if cents < 0 else "2"
        rows.append(f"22    04182603022603020200{'9'}{side}{abs(cents):014d}0000000077{'REF1':<12}{'REF2':<16}")
        rows += [f"23{at:02d}{text:<76}" for at, text in enumerate(texts, start=1)]
    out = [-cents for cents, _ in movements if cents < 0]
    into = [cents for cents, _ in movements if cents >= 0]
    new = 100000 + sum(into) - sum(out) if closing is None else closing
    debits = sum(out) if debit is None else debit
    balance = f"{'1' if new < 0 else '2'}{abs(new):014d}978    "
    rows.append(f"33{key}{len(out):05d}{debits:014d}{len(into):05d}{sum(into):014d}{balance}")
    rows.append(f"{end}{'9' * 18}{len(rows) if records is None else records:06d}")
    return "\n".join(rows).encode()


def test_a_spanish_movement_tells_what_was_paid_for_what():
    content = n43((11900, ["FACTURA 2026-04711", "CLIENTE 12"]), (-500, []))
    first, second = lines(content)
    assert (first.amount, first.currency, first.account) == (11900, "EUR", "ES9121000418450200051332")
    assert (first.booked_on, first.bank_reference) == (dt.date(2026, 3, 2), "0000000077")
    assert first.remittance == ("FACTURA 2026-04711", "CLIENTE 12", "REF1", "REF2")
    assert second.amount == -500
    assert (heads(content)[0].owner, findings(content)) == ("ACME SA", [])
    assert tails(content)[0].complete


@pytest.mark.parametrize(
    ("content", "code"),
    [(n43((100, []), closing=1), "norma43.balance.mismatch"), (n43((-100, []), debit=1), "norma43.debits")],
)
def test_a_spanish_statement_that_does_not_add_up_is_an_error(content, code):
    assert code in {finding.code for finding in findings(content)}


# --- refusals


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (coda(movement(1, 100)).rsplit(b"\n", 1)[0], "without its trailer"),
        (coda(movement(1, 100)).replace(b"\n8001", b"\n5001"), "record '50' is not known"),
        (coda(movement(1, 100)).replace(b"\n21", b"\n22", 1), "before any movement"),
        (coda(movement(1, 100)).replace(b"\n12001", b"\n42001"), "old .* or new balance"),
        (coda(movement(1, 100)) + b"\n" + b"0" * 129, "longer than 128"),
        (cfonb((100, "X", ())).rsplit(b"\n", 1)[0], r"new balance \(record 07\) is missing"),
        (cfonb((100, "X", ())).replace(b"\n04", b"\n06"), "line 2: record '06'"),
        (n43((100, [])).rsplit(b"\n", 1)[0], "without record 88"),
        (n43((100, []), records=9), "announces 000009 records"),
        (n43((100, [])).replace(b"\n22", b"\n25"), "record '25' is not allowed"),
        (n43((100, [])) + b"\nmore", "behind the end"),
    ],
)
def test_a_file_that_is_cut_or_mixed_up_is_refused(content, sentence):
    with pytest.raises(RefusedError, match=f"(?i){sentence}"):
        events(content)


@pytest.mark.parametrize(
    "content",
    [coda(movement(1, 100), movement(2, -50)), cfonb((100, "X", TOLD)), n43((100, ["X"]))],
    ids=["coda", "cfonb", "n43"],
)
def test_a_file_cut_off_anywhere_is_never_complete(content):
    assert tails(content)[0].complete
    for at in range(130, len(content) - 128, 37):
        try:
            found = events(content[:at])
        except RefusedError:
            continue
        assert not all(getattr(event, "complete", True) for event in found)
