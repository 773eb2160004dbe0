"""A sealed value opens in its own place only; a stored file is what was stored, or an error."""

import hashlib
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.foundation import crypto, files
from fairdue.foundation.models import StoredFile
from fairdue.foundation.verifying import INVARIANTS

HERE = {"tenant": 7, "column": "bank_account.iban", "row": UUID(int=9)}
IBAN = "DE02120300000000202051"


@given(text=st.text(max_size=60))
def test_what_is_sealed_opens_again_and_never_looks_the_same_twice(text):
    one, two = crypto.encrypt(text, **HERE), crypto.encrypt(text, **HERE)
    assert crypto.decrypt(one, **HERE) == crypto.decrypt(memoryview(two), **HERE) == text
    assert one != two
    assert text.encode() not in one or len(text) < 3


@pytest.mark.parametrize(
    "elsewhere", [{"tenant": 8}, {"column": "bank_account.bic"}, {"column": "creditor.iban"}, {"row": UUID(int=10)}]
)
def test_a_sealed_value_that_was_moved_does_not_open(elsewhere):
    with pytest.raises(crypto.DecryptionError, match="moved or changed"):
        crypto.decrypt(crypto.encrypt(IBAN, **HERE), **HERE | elsewhere)


def test_every_bit_of_a_sealed_value_counts():
    sealed = crypto.encrypt(IBAN, **HERE)
    for position in range(len(sealed)):
        changed = bytearray(sealed)
        changed[position] ^= 1
        with pytest.raises(crypto.DecryptionError):
            crypto.decrypt(bytes(changed), **HERE)
    with pytest.raises(crypto.DecryptionError):
        crypto.decrypt(sealed[:-1], **HERE)


def test_a_blind_index_finds_within_a_tenant_and_a_purpose_only():
    own = crypto.blind(IBAN, tenant=7, purpose="iban")
    assert own == crypto.blind(IBAN, tenant=7, purpose="iban")
    others = [(IBAN, 8, "iban"), (IBAN, 7, "bic"), (IBAN[:-1] + "2", 7, "iban")]
    assert own not in {crypto.blind(text, tenant=t, purpose=p) for text, t, p in others}


def stored(ctx, content=None):
    with ctx.open():
        return files.store(ctx, content=content or uuid4().bytes, name="a.pdf", media_type="application/pdf")


def named(ctx):
    with ctx.open():
        return [(f.code, f.path) for f in INVARIANTS["foundation.stored_files"](ctx)]


def test_a_file_comes_back_as_it_was_stored(ctx):
    content = uuid4().bytes
    row = stored(ctx, content)
    with ctx.open():
        loaded, again = files.load(ctx, row.id)
    assert (loaded.name, loaded.size, again) == ("a.pdf", 16, content)
    assert named(ctx) == []


def test_a_file_of_the_machine_is_stored_and_found_without_being_held(ctx, tmp_path):
    source = tmp_path / "bank.xml"
    source.write_bytes(uuid4().bytes * 10_000)
    with ctx.open():
        row, again = (files.store_file(ctx, source=source, media_type="application/xml") for _ in range(2))
        loaded, place = files.load_place(ctx, row.id)
    assert (loaded.name, loaded.size, loaded.sha256) == ("bank.xml", 160_000, again.sha256)
    assert place.read_bytes() == source.read_bytes()
    assert named(ctx) == []


@pytest.mark.parametrize("door", [files.load, files.load_place])
@pytest.mark.parametrize("damage", ["changed", "gone", "cut"])
def test_a_file_that_was_touched_is_refused_and_named(ctx, damage, door):
    row = stored(ctx)
    path = files.place_of(row.sha256)
    if damage == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-1] + (b"x" if damage == "changed" else b""))
    with pytest.raises(files.FileDamagedError, match="missing|changed"), ctx.open():  # noqa: RUF043 - either word
        door(ctx, row.id)
    assert named(ctx) == [("verify.file", f"stored_file {row.id}")]


def test_the_files_of_another_tenant_are_not_there(ctx, other_ctx):
    row = stored(ctx)
    with other_ctx.open(), pytest.raises(StoredFile.DoesNotExist):
        files.load(other_ctx, row.id)


def test_a_file_is_whole_or_absent(ctx, monkeypatch):
    def full(_):
        raise OSError(28, "No space left on device")

    content = uuid4().bytes
    place = files.place_of(hashlib.sha256(content).hexdigest())
    others = set(place.parent.glob("*"))  # a folder is shared by all files whose digests begin alike
    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        stored(ctx, content)
    monkeypatch.undo()
    with ctx.open():
        assert StoredFile.objects.count() == 0
    assert set(place.parent.iterdir()) == others
    row = stored(ctx, content)
    assert named(ctx) == []
    assert files.read_content(row.sha256) == content


NAMES = [
    # name as it came                    name that is kept       how it is handed out
    ("RE-2026-00001.pdf",                "RE-2026-00001.pdf",    'attachment; filename="RE-2026-00001.pdf"'),
    ("../../etc/passwd",                 "passwd",               'attachment; filename="passwd"'),
    ("C:\\Users\\a\\b.csv",              "b.csv",                'attachment; filename="b.csv"'),
    ("a\r\nX-Evil: 1.csv",               "aX-Evil: 1.csv",       'attachment; filename="aX-Evil: 1.csv"'),
    ("a\0b\u202efdp.exe",                "abfdp.exe",            'attachment; filename="abfdp.exe"'),
    ('a"; filename="b.exe',              'a"; filename="b.exe',  'attachment; filename="a\\"; filename=\\"b.exe"'),
    ("Rachunek Łódź.pdf",                "Rachunek Łódź.pdf",
     "attachment; filename*=utf-8''Rachunek%20%C5%81%C3%B3d%C5%BA.pdf"),
    ("x" * 300,                          "x" * 200,              f'attachment; filename="{"x" * 200}"'),
    ("\u200b\n",                         "file",                 'attachment; filename="file"'),
]  # fmt: skip


@pytest.mark.parametrize(("name", "kept", "header"), NAMES)
def test_a_file_is_kept_and_handed_out_under_a_plain_name(ctx, name, kept, header):
    with ctx.open():
        assert files.store(ctx, content=b"x", name=name, media_type="text/plain").name == kept
    assert files.disposition(name) == header
    assert files.disposition(name, inline=True) == header.replace("attachment", "inline")
