"""Lockbox files and NACHA returns: fixed records with totals."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.wire.camt_files import events, findings, heads, lines, tails

from fairdue.cash.formats import StatementKind
from fairdue.cash.formats.lockbox import LAYOUTS
from fairdue.core.findings import RefusedError


def lockbox(*cheques, total=None, count=None, records=None, batch=None) -> bytes:
    """Each cheque is (cents, name, slips)."""
    rows = ["101BANK      CLIENT    2603020600", "2CLIENT    BANK      0000000001400104   1"]
    rows.append("5001001" + "0068751" + "260302" + "CLIENT    BANK      ")
    for at, (cents, name, slips) in enumerate(cheques, start=1):
        rows.append(f"6001{at:03d}{cents:010d}0910000190000123456{at:010d}260301{name:<30}")
        rows += [f"4001{at:03d}6{number:02d}{9 if slip is slips[-1] else 0}{slip}" for number, slip in enumerate(slips)]
    paid = sum(cents for cents, _, _ in cheques)
    rows.append(f"7001{len(cheques):03d}0068751260302{len(cheques):03d}{paid if batch is None else batch:010d}")
    said = len(cheques) if count is None else count
    rows.append(f"80000000068751260302{said:04d}{paid if total is None else total:010d}")
    rows.append(f"9{records or len(rows) + 1:06d}")
    return "\n".join(rows).encode()


def slip(layout, *invoices) -> str:
    return "".join(f"{number:<{layout.number}}{cents:0{layout.amount}d}" for number, cents in invoices)


@pytest.mark.parametrize("layout", LAYOUTS)
def test_invoices_are_read_by_the_layout_under_which_they_add_up(layout):
    slips = [slip(layout, ("INV-4711", 10000)), slip(layout, ("INV-4712", 1900))]
    content = lockbox((11900, "ACME INC", slips))
    (line,) = lines(content)
    assert (line.amount, line.currency, line.party.name) == (11900, "USD", "ACME INC")
    assert [(one.number, one.amount) for one in line.documents] == [("INV-4711", 10000), ("INV-4712", 1900)]
    assert line.booked_on == dt.date(2026, 3, 2)
    assert heads(content)[0].kind is StatementKind.NOTIFICATION
    assert tails(content)[0].complete


def test_slips_that_do_not_add_up_stay_text():
    (line,) = lines(lockbox((11900, "ACME INC", [slip(LAYOUTS[0], ("INV-4711", 10001))])))
    assert line.documents == ()
    assert line.remittance == (slip(LAYOUTS[0], ("INV-4711", 10001)),)


def test_the_cheques_of_a_box_are_one_deposit():
    content = lockbox((100, "A", []), (200, "B", []))
    assert [(line.entry, line.detail, line.amount) for line in lines(content)] == [(1, 1, 100), (1, 2, 200)]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (lockbox((100, "A", []), total=101), "line 6: the total is 101 cents"),
        (lockbox((100, "A", []), batch=99), "line 5: the total is 99 cents"),
        (lockbox((100, "A", []), count=2), "announces 0002 cheques"),
        (lockbox((100, "A", []), records=99), "announces 000099 records"),
        (lockbox((100, "A", [])).rsplit(b"\n", 1)[0], "without its trailer"),
        (lockbox((100, "A", [])).replace(b"\n8", b"\n3"), "record type '3'"),
        (lockbox((100, "A", [])).replace(b"\n6", b"\n4"), "before any cheque"),
        (lockbox((100, "A", [])).replace(b"260302CLIENT", b"261302CLIENT"), "is not a day"),
    ],
)
def test_a_lockbox_that_does_not_add_up_is_refused_with_its_line(content, sentence):
    with pytest.raises(RefusedError, match=f"(?i){sentence}"):
        events(content)


def nacha(*returned, **change) -> bytes:
    """Each entry is (code, cents, name, reason)."""
    rows = ["101 0910000191234567890260302060094A094101" + "BANK".ljust(23) + "CLIENT".ljust(31)]
    rows.append(
        "5200" + "ACME".ljust(36) + "1234567890" + "CCDINVOICES  ".ljust(19) + "260302" + "061109100001" + "1".zfill(7)
    )
    routing = credit = debit = 0
    for at, (code, cents, name, reason) in enumerate(returned, start=1):
        routing += 9100001
        credit, debit = (credit + cents, debit) if code[1] in "01234" else (credit, debit + cents)
        rows.append(f"6{code}091000019{'123456789':<17}{cents:010d}{'INV-1':<15}{name:<22}  1091000010{at:06d}")
        if reason:
            rows.append(f"799{reason}091000010{at:06d}      09100001{'INSUFFICIENT FUNDS':<44}091000010{at:06d}")
    count = len(rows) - 2
    control = f"{count:06d}{routing:010d}{debit:012d}{credit:012d}"
    rows.append(f"8200{change.get('batch', control)}".ljust(94))
    rows.append(f"9{change.get('batches', 1):06d}000001{count:08d}{control[6:]}".ljust(94))
    return "\n".join([*rows, "9" * 94]).encode()


def test_a_returned_debit_is_money_out_with_its_reason():
    content = nacha(("26", 11900, "ACME INC", "R01"))
    (line,) = lines(content)
    assert (line.amount, line.currency, line.return_code, line.return_reason) == (
        -11900,
        "USD",
        "R01",
        "INSUFFICIENT FUNDS",
    )
    assert (line.party.name, line.party.account, line.reversal) == ("ACME INC", "091000019123456789", True)
    assert line.end_to_end_id == "091000010000001"
    assert tails(content)[0].complete


def test_an_entry_without_return_is_told():
    content = nacha(("26", 11900, "ACME INC", "R01"), ("26", 100, "OTHER", ""))
    assert [line.amount for line in lines(content)] == [-11900]
    assert [finding.code for finding in findings(content)] == ["nacha.no_return"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (nacha(("26", 100, "A", "R01"), batch="0000020000000001000000000100000000000000"), "an entry hash"),
        (nacha(("26", 100, "A", "R01"), batches=2), "announces 000002 batches"),
        (nacha(("26", 100, "A", "R01")).replace(b"\n7", b"\n4"), "record '4'"),
        (nacha(("26", 100, "A", "R01")).replace(b"\n5200", b"\n6200"), "before any batch"),
        (b"\n".join(nacha(("26", 100, "A", "R01")).split(b"\n")[:4]), "without its control record"),
        (nacha(("26", 100, "A", "R01")).replace(b"ACME ", b"ACME " * 30), "longer than 94"),
    ],
)
def test_a_return_file_that_does_not_add_up_is_refused(content, sentence):
    with pytest.raises(RefusedError, match=sentence):
        events(content)


@given(st.lists(st.tuples(st.sampled_from(["26", "36", "21"]), st.integers(1, 10**8)), min_size=1, max_size=8))
def test_every_return_is_read(returned):
    content = nacha(*((code, cents, "A", "R02") for code, cents in returned))
    assert [line.amount for line in lines(content)] == [cents if code == "21" else -cents for code, cents in returned]
