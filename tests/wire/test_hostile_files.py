"""Damaged files of every format: refused or told, never a crash, and never silently whole."""

from __future__ import annotations

import io
import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.wire.camt_files import Detail, Ntry, Stmt, camt
from tests.wire.test_bai2 import PAID, bai2
from tests.wire.test_bank_xlsx import GOOD as SHEET
from tests.wire.test_mt940 import GERMAN, mt940
from tests.wire.test_national import TOLD, cfonb, coda, movement, n43
from tests.wire.test_ofx_qif import QIF, SGML, TRANSACTION
from tests.wire.test_pain002 import TX, pain
from tests.wire.test_remittance_messages import REMADV, UBL, X12
from tests.wire.test_remittance_written import HTML, TEXT, message, pdf
from tests.wire.test_us_files import LAYOUTS, lockbox, nacha, slip

from fairdue.cash.formats import FORMATS, Line, read
from fairdue.cash.formats.pain002 import read_statuses
from fairdue.cash.formats.remittance import READERS, read_remittance
from fairdue.core.findings import RefusedError
from fairdue.core.money import LARGEST

BATCH = Ntry("150.00", details=(Detail("100.00"), Detail("50.00")))
FILES = {
    "camt": camt(8, Stmt((BATCH, Ntry("5.00")), closing="1155.00")),
    "mt940": mt940(GERMAN),
    "bai2": bai2(PAID),
    "lockbox": lockbox((11900, "ACME INC", [slip(LAYOUTS[0], ("INV-4711", 11900))])),
    "nacha": nacha(("26", 11900, "ACME INC", "R01")),
    "ofx": SGML.format(TRANSACTION).encode(),
    "qif": QIF.format("25/03/2026").encode(),
    "coda": coda(movement(1, 11900, "RE-1"), movement(2, -50, structured="101090933755493")),
    "cfonb120": cfonb((11900, "VIR RECU", TOLD)),
    "norma43": n43((11900, ["FACTURA"])),
    "csv": b"date,amount,currency,name,balance\n2026-03-02,119.00,EUR,A,119.00\n2026-03-03,-1.00,EUR,B,118.00\n",
    "xlsx": SHEET,
}  # fmt: skip
ADVICES = {
    "x12.820": X12.encode(),
    "remadv": REMADV.encode(),
    "ubl": UBL.encode(),
    "pdf": pdf("RE-2026-04711   1,209.87", "Total  1,209.87"),
    "xlsx": SHEET,
    "html": HTML.format("").encode(),
    "mail": message(TEXT, ("a.csv", b"Invoice;Net\nRE-1001;98,00\n"), html=HTML.format("")),
    "csv": b"Invoice;Net\nRE-1001;98,00\n",
    "text": TEXT.encode(),
}
damage = st.lists(
    st.tuples(st.integers(0, 10**6), st.sampled_from(["cut", "drop", "set", "twice"]), st.binary(max_size=4)),
    min_size=1,
    max_size=4,
)


def damaged(content: bytes, steps) -> bytes:
    for place, what, data in steps:
        at = place % (len(content) + 1)
        if what == "cut":
            content = content[:at]
        elif what == "drop":
            content = content[:at] + content[at + 1 + place % 9 :]
        elif what == "set":
            content = content[:at] + data + content[at + len(data) :]
        else:
            content = content[:at] + content[at : at + 40] + content[at:]
    return content


def test_every_format_is_attacked():
    assert FILES.keys() | {"qif.dmy", "qif.mdy", "csv.de", "xlsx.de"} == FORMATS.keys()
    assert ADVICES.keys() == {reader.code for reader in READERS}


@pytest.mark.parametrize("code", FILES)
def test_a_damaged_bank_file_is_refused_or_told(code):
    @settings(max_examples=150, deadline=None)
    @given(damage)
    def holds(steps):
        with suppress(RefusedError):
            list(read(io.BytesIO(damaged(FILES[code], steps)), code))

    holds()


@pytest.mark.parametrize("code", ADVICES)
def test_a_damaged_advice_is_refused_or_told(code):
    @settings(max_examples=150, deadline=None)
    @given(damage)
    def holds(steps):
        with suppress(RefusedError):
            read_remittance(damaged(ADVICES[code], steps), f"advice.{code}")

    holds()


@settings(max_examples=150, deadline=None)
@given(damage)
def test_a_damaged_answer_is_refused_or_told(steps):
    with suppress(RefusedError):
        list(read_statuses(io.BytesIO(damaged(pain(TX.format(e2e="DD-1")), steps))))


@settings(deadline=None)
@given(st.binary(max_size=400))
def test_noise_is_refused_by_every_reader(noise):
    for code in FORMATS:
        with suppress(RefusedError):
            list(read(io.BytesIO(noise), code))
    with suppress(RefusedError):
        read_remittance(noise, "noise")


NO_NUMBERS = ("\u00b2\u00b3".encode(), b"\xb2", b"7" * 5000, b"9" * 19)
"""Digits to a careless reader: raised ones, more than Python turns into a number, more than the database holds."""


def with_odd_numbers(content: bytes):
    for match in re.finditer(rb"[0-9]+", content):
        for odd in NO_NUMBERS:
            yield content[: match.start()] + odd + content[match.end() :]


@pytest.mark.parametrize("code", sorted(FILES.keys() - {"xlsx"}))
def test_what_is_no_number_or_too_large_a_one_ends_no_bank_file(code):
    seen = 0
    for content in with_odd_numbers(FILES[code]):
        with suppress(RefusedError):
            amounts = [abs(event.amount) for event in read(io.BytesIO(content), code) if isinstance(event, Line)]
            assert max(amounts, default=0) <= LARGEST
        seen += 1
    assert seen >= len(NO_NUMBERS)


@pytest.mark.parametrize("code", sorted(ADVICES.keys() - {"xlsx", "pdf", "mail"}))
def test_what_is_no_number_or_too_large_a_one_ends_no_advice(code):
    for content in with_odd_numbers(ADVICES[code]):
        with suppress(RefusedError):
            advices = read_remittance(content, f"advice.{code}")
            amounts = [abs(line.net or 0) for advice in advices for line in advice.lines]
            assert max(amounts, default=0) <= LARGEST


@pytest.mark.parametrize("count", ["\u00b2", "7" * 5000, "02", "one"])
def test_a_count_of_entries_that_is_none_is_told(count):
    summary = f"<TxsSummry><TtlNtries><NbOfNtries>{count}</NbOfNtries></TtlNtries></TxsSummry>".encode()
    whole = camt(8, Stmt((BATCH,), closing="1150.00"))
    assert b"<Ntry>" in whole
    found = list(read(io.BytesIO(whole.replace(b"<Ntry>", summary + b"<Ntry>", 1)), "camt"))
    assert "camt.summary.entries" in [getattr(event, "code", "") for event in found]
