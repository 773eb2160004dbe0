"""The payment code against another encoder, against the standard's layout, and at its limits."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.documents import qr
from fairdue.invoicing.documents.payment import LONGEST_CODE, epc_svg, epc_text

INVOICES = Path(__file__).parent / "invoices"
ROOM = (14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331)
"""Bytes in byte mode at error correction M (ISO/IEC 18004, table 7), versions 1 to 13."""


@pytest.mark.parametrize("version", range(1, 14))
@settings(max_examples=4, deadline=None)
@given(data=st.data())
def test_a_full_code_is_the_one_that_another_encoder_draws(version, data):
    content = data.draw(st.binary(min_size=ROOM[version - 1], max_size=ROOM[version - 1]))
    code = segno.make(content, error="m", boost_error=False, micro=False, mode="byte", mask=qr.MASK)
    assert code.designator == f"{version}-M"
    assert ["".join(map(str, row)) for row in code.matrix] == qr.rows(content)


def read(rows):
    """Return mode, count, data and what follows, read as the standard says from the modules of one block."""
    side = len(rows)
    version = (side - 17) // 4
    taken = qr._patterns(version, side)
    path = [at for at in qr._path(side) if at not in taken]
    bits = "".join(str(int(rows[row][column]) ^ ((row + column) % 3 == 0)) for row, column in path)
    text = int(bits[: len(bits) // 8 * 8], 2).to_bytes(len(bits) // 8).hex()
    count = int(text[1:3], 16)
    return text[0], count, bytes.fromhex(text[3 : 3 + 2 * count]), text[3 + 2 * count :]


@given(st.binary(max_size=42))
def test_a_code_with_room_to_spare_is_ended_and_padded_as_the_standard_says(content):
    rows = qr.rows(content)
    mode, count, data, rest = read(rows)
    room = next(room for room in ROOM if room >= len(content))
    assert (mode, count, data) == ("4", len(content), content)
    assert rest[: 1 + 2 * (room - len(content))] == "0" + ("ec11" * room)[: 2 * (room - len(content))]


def test_what_no_payment_code_holds_is_refused():
    assert len(qr.rows(b"x" * 331)) == 69
    with pytest.raises(RefusedError, match="larger than its standard"):
        qr.rows(b"x" * 332)


def test_names_stand_in_the_code_in_the_alphabet_that_it_declares():
    invoice = from_wire(json.loads((INVOICES / "domestic_de.json").read_text()))[0]
    transfer = replace(invoice.payment.transfers[0], name="Müller & Söhne")
    invoice = replace(invoice, payment=replace(invoice.payment, transfers=(transfer,)))
    content = epc_text(invoice, totals(invoice))
    assert content.split("\n")[2] == "1"  # UTF-8
    dark = sum(int(length) for length in re.findall(r"h(\d+)", epc_svg(content)))
    assert dark == sum(row.count("1") for row in qr.rows(content.encode("utf-8")))
    assert dark != sum(row.count("1") for row in qr.rows(content.encode("latin-1")))


def test_an_invoice_whose_code_would_be_too_large_has_none():
    invoice = from_wire(json.loads((INVOICES / "domestic_de.json").read_text()))[0]
    transfer = replace(invoice.payment.transfers[0], name="名" * 70)
    long = replace(invoice, payment=replace(invoice.payment, transfers=(transfer,), reference="r" * 140))
    assert epc_text(long, totals(long)) == ""
    short = replace(long, payment=replace(long.payment, reference="r"))
    assert 0 < len(epc_text(short, totals(short)).encode()) <= LONGEST_CODE
