"""Bank files that come packed are read as their contents; what is damaged, locked or nested is refused."""

from __future__ import annotations

import gzip
import io
import zipfile

import pytest

from fairdue.cash.formats import Line, packed, read
from fairdue.core.findings import RefusedError

ONE = b"date,amount,currency\n2026-03-02,119.00,EUR\n"
TWO = b"date,amount,currency\n2026-03-03,238.00,EUR\n"


def amounts(content: bytes) -> list[int]:
    return [event.amount for event in read(io.BytesIO(content)) if isinstance(event, Line)]


def archive(**files: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in files.items():
            target.writestr(name.replace("__", "."), content)
    return made.getvalue()


def refused(content: bytes) -> str:
    with pytest.raises(RefusedError) as refusal:
        amounts(content)
    return refusal.value.findings[0].code


def test_gzip_is_read_as_its_content_and_parts_as_one():
    assert amounts(gzip.compress(ONE)) == [11900]
    assert amounts(gzip.compress(ONE) + gzip.compress(b"2026-03-04,1.00,EUR\n")) == [11900, 100]


def test_gzip_unpacks_as_it_is_read():
    rows = ONE + b"".join(b"2026-03-04,%d.00,EUR\n" % at for at in range(30_000))
    assert len(amounts(gzip.compress(rows))) == 30_001


def test_the_files_of_an_archive_are_read_by_name():
    assert amounts(archive(b__csv=TWO, a__csv=ONE)) == [11900, 23800]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (gzip.compress(ONE)[:-20], "packed.damaged"),
        (gzip.compress(ONE)[:12] + b"damage" * 9, "packed.damaged"),
        (gzip.compress(gzip.compress(ONE)), "bank.unknown_format"),
        (archive(), "bank.unknown_format"),
        (archive(__DS_Store=b"x"), "packed.files"),
        (archive(a__zip=archive(a__csv=ONE)), "file.format"),
        (archive(**{f"n{at}": ONE for at in range(201)}), "packed.files"),
    ],
    ids=("cut", "damaged", "twice", "empty", "hidden", "nested", "many"),  # the bytes tell the time of packing
)
def test_what_is_no_plain_archive_is_refused(content, code):
    assert refused(content) == code


def test_a_damaged_or_locked_file_of_an_archive_is_refused():
    good = archive(a__csv=ONE * 50)
    at = good.index(b"a.csv") + 20
    assert refused(good[:at] + b"\xff\xff\xff\xff" + good[at + 4 :]) == "packed.damaged"
    locked = bytearray(archive(a__csv=ONE))
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    assert refused(bytes(locked)) == "packed.locked"


def test_a_bomb_ends_at_the_limit_of_its_format(monkeypatch):
    monkeypatch.setattr("fairdue.cash.formats.csv_profile._MOST_BYTES", 100_000)
    bomb = gzip.compress(ONE + b"2026-03-04,1.00,EUR\n" * 100_000)
    assert refused(bomb) == "csv.too_large"
    assert packed.Unpacked(io.BytesIO(bomb)).read(10) == ONE[:10]
