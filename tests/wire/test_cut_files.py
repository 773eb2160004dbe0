"""Bank files that were cut off: refused, told, or read to their last line; never less in silence."""

from __future__ import annotations

import io

import pytest
from tests.wire.test_bank_csv import SPARKASSE
from tests.wire.test_hostile_files import FILES
from tests.wire.test_ofx_qif import QIF, SGML, TRANSACTION
from tests.wire.test_us_files import LAYOUTS, lockbox, nacha, slip

from fairdue.cash.formats import FORMATS, Line, StatementTail, read
from fairdue.core.findings import Finding, RefusedError, Severity

SECOND = TRANSACTION.replace("119.00", "50.00").replace("<FITID>", "<FITID>2")
SLIPS = [slip(LAYOUTS[0], ("INV-4711", 11900))]
WHOLE = FILES | {
    "ofx": SGML.format(TRANSACTION + SECOND).encode(),
    "nacha": nacha(("26", 11900, "ACME INC", "R01"), ("26", 500, "B INC", "R01")),
    "lockbox": lockbox((11900, "ACME INC", SLIPS), (500, "B INC", [slip(LAYOUTS[0], ("INV-4712", 500))])),
    "csv.de": SPARKASSE.encode(),
}
HEAD = b"date,name,amount\n"


def look(content: bytes, code: str) -> tuple[list[Line], list[str], bool] | None:
    """Return lines, codes of errors and whether the file proves itself; None if it is refused."""
    try:
        events = list(read(io.BytesIO(content), code))
    except RefusedError:
        return None
    errors = [one.code for one in events if isinstance(one, Finding) and one.severity is Severity.ERROR]
    proven = all(one.complete for one in events if isinstance(one, StatementTail))
    return [one for one in events if isinstance(one, Line)], errors, proven


def test_every_format_is_cut():
    assert WHOLE.keys() | {"qif.dmy", "qif.mdy", "xlsx.de"} == FORMATS.keys()


@pytest.mark.parametrize("code", WHOLE)
def test_a_file_cut_off_anywhere_is_refused_told_or_whole(code):
    content = WHOLE[code]
    whole = look(content, code)
    assert whole is not None
    assert whole[0]
    assert not whole[1]
    step = 10 if len(content) > 400 else 1
    ends = {at + 1 for at, byte in enumerate(content) if byte in b"\r\n"} if code.startswith("csv") else set()
    told = 0
    for at in range(0, len(content), step):
        seen = look(content[:at], code)
        # A table cut between two rows is a table: nothing in it says that more was to come.
        if seen is not None and not seen[1] and at not in ends and at + 1 not in ends and at + 2 not in ends:
            assert [line.amount for line in seen[0]] == [line.amount for line in whole[0]], content[:at][-40:]
        told += seen is None or bool(seen[1])
    assert told > len(content) // step // 2


CUT = [
    # last row                                   file                                              told
    ("an amount without its decimals",           HEAD + b"2026-03-02,A,1",                         True),
    ("an amount with one of two decimals",       HEAD + b"2026-03-02,A,119.5",                     True),
    ("an amount with all its decimals",          HEAD + b"2026-03-02,A,119.50",                    False),
    ("an amount with an end of line",            HEAD + b"2026-03-02,A,119\n",                     False),
    ("an end of line of an old machine",         HEAD + b"2026-03-02,A,119\r",                     False),
    ("an end of file of an older machine",       HEAD + b"2026-03-02,A,119\r\n\x1a",               False),
    ("a quoted amount",                          HEAD + b'"2026-03-02","A","119"',                 False),
    ("a text",                                   b"date,amount,text\n2026-03-02,119.00,RE-1",      True),
    ("a column that nobody reads",               b"date,amount,mood\n2026-03-02,119,go",           False),
    ("a currency",                               b"date,amount,currency\n2026-03-02,119.00,EUR",   False),
    ("a currency without decimals, amount last", b"date,currency,amount\n2026-03-02,JPY,119",      False),
    ("a currency of three decimals",             b"date,currency,amount\n2026-03-02,KWD,1.25",     True),
    ("a balance that follows",           b"date,amount,balance\n2026-03-02,9,9\n2026-03-03,1,10",  False),
    ("a balance that does not follow",   b"date,amount,balance\n2026-03-02,9,9\n2026-03-03,1,1",   True),
    ("a balance of one row alone",               b"date,amount,balance\n2026-03-02,9,9",           True),
    ("the oldest row of a falling balance",
     b"date,balance,amount\n2026-03-03,10,1\n2026-03-02,9,9",                                      True),
]  # fmt: skip


@pytest.mark.parametrize(("content", "told"), [row[1:] for row in CUT], ids=[row[0] for row in CUT])
def test_a_last_row_that_nothing_ends_is_told_unless_it_proves_itself(content, told):
    seen = look(content, "csv")
    assert seen is not None
    lines, errors, proven = seen
    assert lines
    assert bool(errors) is told
    assert not (told and proven)


def test_what_is_told_names_the_line_and_what_to_do():
    events = list(read(io.BytesIO(HEAD + b"2026-03-02,A,119.00\n2026-03-03,B,2"), "csv"))
    found = next(one for one in events if getattr(one, "code", "") == "csv.cut")
    assert found.path == "line 3"
    assert "Line 3 is the last one and nothing ends it" in found.message


def test_each_account_is_told_of_its_own_last_row_only():
    head = b"own_account,date,amount\n"
    rows = b"DE89370400440532013000,2026-03-02,119\nDE02120300000000202051,2026-03-03,5"
    events = list(read(io.BytesIO(head + rows), "csv"))
    tails = [at for at, one in enumerate(events) if isinstance(one, StatementTail)]
    cut = [at for at, one in enumerate(events) if getattr(one, "code", "") == "csv.cut"]
    assert len(tails) == 2
    assert len(cut) == 1
    assert tails[0] < cut[0] < tails[1]


@pytest.mark.parametrize("content", [HEAD, HEAD.strip(), HEAD + b"\n\n", HEAD.strip() + b",curr"])
def test_a_header_without_a_row_is_refused_with_words(content):
    with pytest.raises(RefusedError) as refused:
        list(read(io.BytesIO(content), "csv"))
    assert [finding.code for finding in refused.value.findings] == ["csv.no_statement"]
    assert "no entries" in str(refused.value)


def test_transactions_of_quicken_cut_between_two_of_them_are_not_called_complete():
    content = (QIF.format("25/03/2026") + "D26/03/2026\nT50.00\nPB\n^\n").encode()
    seen = look(content[: content.index(b"D26")], "qif")
    assert seen is not None
    assert not seen[2]
