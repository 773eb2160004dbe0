"""An archive is whole and ours, or it is refused before anything is believed."""

import hashlib
import io
from contextlib import suppress
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.foundation.backup.archive import DUMP, FILES, Manifest, Reader, Writer, key_check, names_digest

pytestmark = pytest.mark.no_database
SECRET = "the secret of this installation"
CONTENTS = (b"one" * 50, b"two" * 70)


def written(change=lambda manifest: manifest, secret=SECRET):
    stream = io.BytesIO()
    writer = Writer(stream)
    writer.add(DUMP, [b"rows and ", b"rows" * 40])
    names = [hashlib.sha256(content).hexdigest() for content in CONTENTS]
    for name, content in zip(names, CONTENTS, strict=True):
        writer.add(FILES + name, [content])
    manifest = Manifest(
        "1.0", "2026-03-02T10:00:00+00:00", 18, 18, "fairdue", ("foundation.0001_initial",), ("demo",),
        dict(writer.parts), 2, sum(map(len, CONTENTS)), names_digest(names), key_check(secret),
    )  # fmt: skip
    manifest = replace(manifest, seal=manifest.sealed_by(secret))
    writer.finish(change(manifest))
    return stream.getvalue()


ARCHIVE = written()


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    return tmp_path_factory.mktemp("archives") / "one.fairdue"


def opened(path, content):
    path.write_bytes(content)
    reader = Reader(path)
    reader.check()
    reader.check_seal(SECRET)
    return reader


def held(reader):
    names = [DUMP, *(FILES + name for name in reader.names())]
    return reader.manifest, {name: b"".join(reader.pieces(name)) for name in names}


def test_an_archive_comes_back_as_it_was_written(path):
    manifest, parts = held(opened(path, ARCHIVE))
    assert (manifest.tenants, manifest.files, parts[DUMP]) == (("demo",), 2, b"rows and " + b"rows" * 40)
    assert sorted(parts.values()) == sorted([parts[DUMP], *CONTENTS])


@given(at=st.integers(0, len(ARCHIVE) - 1), bit=st.integers(0, 7))
def test_a_changed_bit_is_noticed_or_changes_nothing(path, at, bit):
    changed = bytearray(ARCHIVE)
    changed[at] ^= 1 << bit
    found = None
    with suppress(RefusedError):
        found = held(opened(path, bytes(changed)))
    path.write_bytes(ARCHIVE)
    assert found is None or found == held(Reader(path))


@given(length=st.integers(0, len(ARCHIVE) - 1))
def test_an_archive_that_was_cut_short_is_refused(path, length):
    with pytest.raises(RefusedError, match="damaged|not an archive"):  # noqa: RUF043 - either word
        opened(path, ARCHIVE[:length])


@pytest.mark.parametrize(
    "change, words",
    [
        (lambda m: replace(m, tenants=("other",)), "changed after it was sealed"),
        (lambda m: replace(m, migrations=()), "changed after it was sealed"),
        (lambda m: replace(m, files=1), "list of stored files"),
        (lambda m: replace(m, parts={DUMP: replace(m.parts[DUMP], sha256="0" * 64)}), "database.dump is not what"),
        (lambda m: replace(m, format=2), "format 2"),
    ],
)
def test_a_manifest_that_somebody_rewrote_is_refused(path, change, words):
    with pytest.raises(RefusedError, match=words):
        opened(path, written(change))


def test_the_key_of_another_installation_is_refused(path):
    with pytest.raises(RefusedError, match="not the one of this archive"):
        opened(path, written(secret="another secret"))


def test_what_is_no_archive_is_refused(path, tmp_path):
    with pytest.raises(RefusedError, match="cannot be read"):
        Reader(tmp_path / "none")
    other = io.BytesIO()
    Writer(other).zip.close()
    with pytest.raises(RefusedError, match="not an archive"):
        opened(path, other.getvalue())
