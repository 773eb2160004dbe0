"""The doctor says what is not well and what to do; a healthy installation gets no bad sign."""

import shutil
from uuid import uuid4

import pytest
from django.db import connection, connections

from fairdue.cli import doctor as command
from fairdue.cli.main import main
from fairdue.foundation import doctor
from fairdue.foundation.doctor import EXAMINATIONS, Status, base, host, work
from fairdue.foundation.facts.outbox import replay_dead
from fairdue.foundation.ids import uuid7
from fairdue.foundation.mail import holding
from fairdue.foundation.models import OutboxRow, Tenant


def bad(about):
    look, _ = EXAMINATIONS[about]
    return [(sign.status.value, sign.sentence) for sign in look() if sign.status is not Status.OK]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("FAIRDUE_DATA", str(tmp_path))
    monkeypatch.delenv("FAIRDUE_SECRET_KEY", raising=False)
    return tmp_path


def test_a_healthy_installation_gets_no_bad_sign_from_what_it_is_made_of(database):
    for about in ("database", "roles", "migrations", "clock", "rules", "fonts", "address"):
        assert bad(about) == [], about
    assert len(EXAMINATIONS) >= 14


def test_the_test_server_is_told_to_be_unsafe_because_it_is(database):
    """The embedded server of a test run forgets on purpose; another server may be durable."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW fsync")
        expected = [] if cursor.fetchone() == ("on",) else ["fail"]
    assert [status for status, _ in bad("durability")] == expected


def test_a_folder_and_a_key_that_others_may_read_are_named(folder):
    folder.chmod(0o777)
    assert bad("data folder") == [("fail", f"others may write into {folder}")]
    folder.chmod(0o755)
    (folder / "files").mkdir(mode=0o755)
    assert bad("data folder") == [("warn", f"others may read {folder / 'files'}")]
    assert [status for status, _ in bad("key")] == ["warn"]
    (folder / "secret_key").write_text("x")
    (folder / "secret_key").chmod(0o644)
    assert bad("key") == [("fail", f"others may read {folder / 'secret_key'}")]
    (folder / "secret_key").chmod(0o600)
    assert bad("key") == []


@pytest.mark.parametrize("free, expected", [(900_000_000, {"fail"}), (4_000_000_000, {"warn"}), (6_000_000_000, set())])
def test_a_disk_without_room_is_named(folder, monkeypatch, free, expected):
    monkeypatch.setattr(host.shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10**12, 10**12 - free, free))
    assert {status for status, _ in bad("disk")} == expected


def test_an_open_address_is_named(settings_of):
    settings_of(BASE_URL="http://ar.example.org", HTTPS=False, DEBUG=True)
    assert [status for status, _ in bad("address")] == ["fail", "fail"]
    settings_of(BASE_URL="https://ar.example.org", HTTPS=True, DEBUG=False)
    assert bad("address") == []


@pytest.fixture
def settings_of(monkeypatch):
    from django.conf import settings

    def change(**values):
        for name, value in values.items():
            monkeypatch.setattr(settings, name, value)

    return change


def test_a_mail_server_that_does_not_answer_is_named(monkeypatch, settings_of):
    assert "mail is written to" in bad("mail server")[0][1]
    options = {"host": "127.0.0.1", "port": 1, "username": "", "password": "", "use_ssl": False}
    monkeypatch.setenv("FAIRDUE_SMTP_URL", "smtp://127.0.0.1:1")
    settings_of(MAILERS={"default": {"OPTIONS": options}}, DEFAULT_FROM_EMAIL="ar@house.test")
    assert [status for status, _ in bad("mail server")] == ["fail"]


def test_roles_that_are_missing_or_not_bound_are_named(database, monkeypatch):
    monkeypatch.setattr(base, "binding_errors", lambda: ["is a superuser"])
    assert bad("roles")[0][1].endswith("app is a superuser")
    monkeypatch.setattr(base, "role", lambda kind: f"nobody_{kind}")
    sentences = [sentence for _, sentence in bad("roles")]
    assert "nobody_loader does not exist" in sentences
    assert "nobody_app is a member of nothing, not of nobody_client alone" in sentences


def test_a_database_of_another_release_of_fairdue_is_named(database):
    with connections["owner"].cursor() as cursor:
        cursor.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('cash', '9999_tomorrow', now())")
        try:
            assert bad("migrations") == [("fail", "unknown: cash.9999_tomorrow")]
        finally:
            cursor.execute("DELETE FROM django_migrations WHERE name = '9999_tomorrow'")


def test_a_tenant_in_no_zone_is_named(ctx):
    Tenant.objects.filter(id=ctx.tenant).update(timezone="Europe/Atlantis")
    try:
        assert any("Europe/Atlantis" in sentence for _, sentence in bad("clock"))
    finally:
        Tenant.objects.filter(id=ctx.tenant).update(timezone="Europe/Berlin")


def test_a_fact_that_nobody_could_answer_is_named(ctx):
    slug = Tenant.objects.get(id=ctx.tenant).slug
    with ctx.open():
        row = OutboxRow.objects.create(
            tenant_id=ctx.tenant, fact_id=uuid7(), consumer="cash.keys", subject_id=uuid4(), state="dead",
            error="ValueError: no\nmore",
        )  # fmt: skip
    assert ("fail", f"cash.keys gave up on 1 facts of {slug}: ValueError: no") in bad("consumers")
    assert replay_dead() >= 1
    with ctx.open():
        assert OutboxRow.objects.get(id=row.id).state == "pending"
        OutboxRow.objects.filter(id=row.id).delete()


def test_a_worker_lives_as_long_as_its_heart_beats(database):
    def beats(seconds):
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_workers")
            statement = "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))"
            cursor.execute(statement, [seconds])

    beats(10)
    assert bad("worker") == []
    beats(work.ALIVE_SECONDS + 10)
    assert bad("worker") == [("warn", "none is alive, 1 left without a word")]
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_workers")


def test_held_mail_is_shown_until_it_is_released(ctx):
    slug = Tenant.objects.get(id=ctx.tenant).slug
    Tenant.objects.filter(id=ctx.tenant).update(settings={holding.KEY: "a rehearsal", "other": 1})
    assert ("warn", f"the mail of {slug} is held back: a rehearsal") in bad("mail")
    holding.release(ctx.tenant)
    assert slug not in holding.held()
    assert Tenant.objects.get(id=ctx.tenant).settings == {"other": 1}


def test_an_examination_that_breaks_is_itself_a_bad_sign(monkeypatch):
    def breaks():
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(doctor, "EXAMINATIONS", {"thing": (breaks, False), "rows": (breaks, True)})
    [sign] = doctor.signs(database=False)
    assert (sign.status, sign.about) == (Status.FAIL, "thing")
    assert "No space left" in sign.sentence


def test_the_command_fails_when_something_fails(database, capsys, monkeypatch):
    monkeypatch.setattr(doctor, "EXAMINATIONS", {"a": (lambda: [doctor.ok("a", "well")], True)})
    assert main(["doctor"]) == 0
    assert capsys.readouterr().out == "ok   a            well\n"
    monkeypatch.setattr(command, "_away", lambda: "nobody answers")
    assert main(["doctor", "--json"]) == 1
    assert '"status": "fail"' in capsys.readouterr().out
