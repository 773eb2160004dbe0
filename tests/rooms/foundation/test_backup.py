"""Backup and restore as an operator does them: whole or not at all, with the right key, and nobody is written to."""

import json
import os
import resource
import shutil
import subprocess
import sys
from dataclasses import replace

import psycopg
import pytest

from fairdue.foundation.backup.archive import DUMP, FILES, Reader, Writer
from fairdue.foundation.database import Address

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
LARGE = 300_000
FILL = f"""
from fairdue.cli import base
base.start()
from fairdue.foundation import files, crypto
from fairdue.foundation.context import Ctx
from fairdue.foundation.mail import Mail, queue_mail
from fairdue.foundation.models import Tenant
from fairdue.parties.models import Creditor, Debtor
tenant = Tenant.objects.get()
ctx = Ctx(tenant.pk)
with ctx.open():
    creditor = Creditor.objects.first()
    for content in (b"small", b"large" * {LARGE // 5}):
        files.store(ctx, content=content, name="a.pdf", media_type="application/pdf")
    sealed = crypto.encrypt("DE02120300000000202051", tenant=tenant.pk, column="a.b", row=creditor.id)
    tenant.settings = {{"sealed": sealed.hex(), "row": str(creditor.id)}}
    tenant.save()
    queue_mail(ctx, [Mail("note", "m1", creditor.id, "ap@kaufmann.example", "Hello", "text")])
"""
READ = """
import json, sys
from uuid import UUID
from fairdue.cli import base
base.start()
from fairdue.foundation import crypto, files
from fairdue.foundation.context import Ctx
from fairdue.foundation.models import StoredFile, OutgoingMail, Tenant
from fairdue.receivables.models import OpenItem
tenant = Tenant.objects.get()
with Ctx(tenant.pk).open():
    place = {"tenant": tenant.pk, "column": "a.b", "row": UUID(tenant.settings["row"])}
    print(json.dumps({
        "iban": crypto.decrypt(bytes.fromhex(tenant.settings["sealed"]), **place),
        "sizes": sorted(len(files.read_content(row.sha256)) for row in StoredFile.objects.all()),
        "items": OpenItem.objects.count(), "mails": [mail.state for mail in OutgoingMail.objects.all()],
    }))
"""


class House:
    """An installation of its own on the server of the test run: own roles, own database, own folder and key."""

    def __init__(self, folder, name):
        self.folder, self.name = folder, f"fairdue_backup_{name}_{os.getpid()}"
        kept = {k: v for k, v in os.environ.items() if k not in {"FAIRDUE_SECRET_KEY", "FAIRDUE_PREPARED"}}
        self.environment = kept | {
            "FAIRDUE_DATA": str(folder), "FAIRDUE_DATABASE": self.name, "FAIRDUE_ROLE_PREFIX": self.prefix(),
        }  # fmt: skip

    @staticmethod
    def prefix():
        return f"fairdue_backup_{os.getpid()}"

    def run(self, *arguments, limit=None, check=0):
        def limited():
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        done = subprocess.run(
            [sys.executable, *arguments], env=self.environment, capture_output=True, text=True, check=False,
            preexec_fn=limited if limit else None,
        )  # fmt: skip
        assert done.returncode == check, done.stdout + done.stderr
        return done

    def fairdue(self, *arguments, **options):
        return self.run("-m", "fairdue", *map(str, arguments), **options)

    def state(self):
        return json.loads(self.run("-c", READ).stdout)

    def rows(self, statement):
        place = replace(Address.parse(os.environ["DATABASE_URL"]), name=self.name)
        with psycopg.connect(place.url(), autocommit=True) as admin:
            done = admin.execute(statement)
            return done.fetchall() if done.description else []

    def files(self):
        return sorted(path.name for path in (self.folder / "files").rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def houses(database, tmp_path_factory):
    """Make installations; they and their roles are gone afterwards."""
    made = []

    def make(name):
        made.append(House(tmp_path_factory.mktemp(name), name))
        return made[-1]

    yield make
    with psycopg.connect(os.environ["DATABASE_URL"], dbname="postgres", autocommit=True) as admin:
        for house in made:
            admin.execute(f"DROP DATABASE IF EXISTS {house.name} WITH (FORCE)")
        for kind in ("app", "client", "loader", "owner"):
            admin.execute(f"DROP ROLE IF EXISTS {House.prefix()}_{kind}")


@pytest.fixture(scope="module")
def source(houses, tmp_path_factory):
    """An installation with a tenant, files, a sealed value and a mail that waits; its archive and its key."""
    house = houses("source")
    house.fairdue("migrate")
    house.fairdue("seed", "--tenants", 1, "--debtors", 5, "--items", 20)
    house.run("-c", FILL)
    out = tmp_path_factory.mktemp("out")
    house.archive, house.key = out / "one.fairdue", out / "key"
    said = house.fairdue("backup", house.archive, "--key-out", house.key).stdout
    assert "2 stored files" in said
    assert "The key is not in the archive" in said
    return house


@pytest.fixture(scope="module")
def target(houses, source):
    """An installation into which the archive was restored."""
    house = houses("target")
    said = house.fairdue("restore", source.archive, "--key", source.key).stdout
    assert "Every invariant holds." in said
    return house


def rewritten(source, path, change=lambda manifest: manifest, dump=lambda content: content):
    """Write the archive again with other content, sealed by the right key."""
    reader = Reader(source.archive)
    with path.open("wb") as stream:
        writer = Writer(stream)
        writer.add(DUMP, [dump(b"".join(reader.pieces(DUMP)))])
        for name in reader.names():
            writer.add(FILES + name, reader.pieces(FILES + name))
        manifest = change(replace(reader.manifest, parts=dict(writer.parts)))
        writer.finish(replace(manifest, seal=manifest.sealed_by(source.key.read_text().strip())))
    return path


def test_an_archive_brings_everything_back_and_nobody_is_written_to(source, target):
    expected = {"iban": "DE02120300000000202051", "sizes": [5, LARGE], "items": 20, "mails": ["planned"]}
    assert source.state() == expected
    target.fairdue("drain", "--timeout", 30)
    assert {**target.state(), "iban": expected["iban"]} == expected
    assert target.files() == source.files()
    told = json.loads(target.fairdue("mail", "waiting", "--json").stdout)
    assert "restored from the backup" in next(iter(told["held"].values()))
    assert [(row["kind"], row["count"]) for row in told["waiting"]] == [("note", 1)]


def test_held_mail_is_cancelled_or_goes_when_a_person_says_so(houses, source):
    house = houses("mail")
    house.fairdue("restore", source.archive, "--key", source.key)
    house.fairdue("mail", "release", "--cancel-waiting")
    assert house.state()["mails"] == ["cancelled"]
    house.fairdue("restore", source.archive, "--replace")
    house.fairdue("mail", "release")
    house.fairdue("drain", "--timeout", 30)
    assert house.state()["mails"] == ["sent"]
    assert len(list((house.folder / "mail").iterdir())) == 1


def test_what_is_there_is_not_replaced_unasked(source, target):
    before = target.state()
    refused = target.fairdue("restore", source.archive, check=1)
    assert "[backup.target]" in refused.stderr
    assert target.state() == before
    target.rows("UPDATE tenant SET name = 'changed since'")
    target.fairdue("restore", source.archive, "--replace")
    assert target.rows("SELECT count(*) FROM tenant WHERE name = 'changed since'") == [(0,)]


def test_nothing_is_replaced_while_somebody_works(source, target):
    place = replace(Address.parse(os.environ["DATABASE_URL"]), name=target.name)
    with psycopg.connect(place.url()):
        refused = target.fairdue("restore", source.archive, "--replace", check=1)
    assert f"Others are using it ({place.user})" in refused.stderr


def test_a_wrong_key_is_refused_and_leaves_no_trace(houses, source, tmp_path):
    house = houses("wrong")
    other = tmp_path / "key"
    other.write_text("0" * 96)
    for arguments in (["--key", other], []):
        refused = house.fairdue("restore", source.archive, *arguments, check=1)
        assert "[backup.key]" in refused.stderr
    assert list(house.folder.iterdir()) == []
    house.run("-c", "from fairdue.foundation.database import secret_key; secret_key()")
    refused = house.fairdue("restore", source.archive, "--key", source.key, check=1)
    assert "another key than the archive" in refused.stderr
    assert [path.name for path in house.folder.iterdir()] == ["secret_key"]


def test_a_damaged_archive_changes_nothing(source, target, tmp_path):
    before, files = target.state(), target.files()
    damaged = tmp_path / "damaged.fairdue"
    content = bytearray(source.archive.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    assert "[backup.damaged]" in target.fairdue("restore", damaged, "--replace", check=1).stderr
    damaged.write_bytes(source.archive.read_bytes()[:-500])
    assert "[backup.damaged]" in target.fairdue("restore", damaged, "--replace", check=1).stderr
    assert (target.state(), target.files()) == (before, files)


def test_a_restore_that_fails_in_the_middle_leaves_what_was_there(source, target, tmp_path):
    before = target.state()
    for path in (target.folder / "files").rglob("*"):
        if path.is_file():
            path.unlink()
    half = rewritten(source, tmp_path / "half.fairdue", dump=lambda content: content[: len(content) // 2])
    refused = target.fairdue("restore", half, "--replace", check=1)
    assert "[backup.failed]" in refused.stderr
    assert target.files() == []
    target.fairdue("restore", source.archive, "--replace")
    assert target.state() == before


def test_an_archive_of_a_newer_release_is_refused(source, target, tmp_path):
    def newer(manifest):
        return replace(manifest, migrations=(*manifest.migrations, "foundation.9999_tomorrow"))

    refused = target.fairdue("restore", rewritten(source, tmp_path / "newer.fairdue", newer), "--replace", check=1)
    assert "foundation.9999_tomorrow" in refused.stderr


def test_a_full_disk_leaves_nothing_half_done(source, target, houses, tmp_path):
    refused = source.fairdue("backup", tmp_path / "big.fairdue", "--key-out", tmp_path / "key", limit=100_000, check=1)
    assert "could not be written: File too large" in refused.stderr
    assert list(tmp_path.iterdir()) == []
    empty = houses("full")
    refused = empty.fairdue("restore", source.archive, "--key", source.key, limit=LARGE // 2, check=1)
    assert "could not be brought back: File too large" in refused.stderr
    assert empty.files() == []
    assert empty.rows("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    assert not (empty.folder / "secret_key").exists()


def test_a_backup_never_overwrites_and_names_a_damaged_file(source, tmp_path):
    assert "[backup.exists]" in source.fairdue("backup", source.archive, check=1).stderr
    name = source.files()[0]
    path = source.folder / "files" / name[:2] / name[2:4] / name
    aside = shutil.copy(path, tmp_path / "aside")
    path.write_bytes(b"changed")
    try:
        done = source.fairdue("backup", tmp_path / "two.fairdue", "--with-key", "--json", check=1)
    finally:
        shutil.copy(aside, path)
    answer = json.loads(done.stdout)
    assert (answer["damaged"], answer["files"], answer["key"]) == ([name], 1, "in the archive")
    assert "key is the right one" in source.fairdue("restore", tmp_path / "two.fairdue", "--check").stdout
