"""The installation's secret is read once, and anew when its file is another one."""

from __future__ import annotations

from pathlib import Path

import pytest

from fairdue.foundation.database import derive, keep_secret, known_secret, secret_key


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.delenv("FAIRDUE_SECRET_KEY", raising=False)
    monkeypatch.setenv("FAIRDUE_DATA", str(tmp_path))
    return tmp_path


def test_a_secret_that_was_restored_is_in_force_at_once(folder):
    assert known_secret() is None
    keep_secret("the first secret")
    first = derive("a purpose")
    (folder / "secret_key").rename(folder / "secret_key.until-today")
    keep_secret("another secret")
    assert secret_key() == "another secret"
    assert derive("a purpose") != first
    (folder / "secret_key").unlink()
    assert known_secret() is None


def test_many_purposes_read_the_file_once(folder, monkeypatch):
    keep_secret("one secret")
    read, readings = Path.read_text, []
    monkeypatch.setattr(Path, "read_text", lambda path, *given: readings.append(path) or read(path, *given))
    assert len({derive(f"purpose {at}") for at in range(50)}) == 50
    assert readings == [folder / "secret_key"]


def test_a_secret_of_the_environment_goes_before_the_file(folder, monkeypatch):
    keep_secret("that of the file")
    of_file = derive("a purpose")
    monkeypatch.setenv("FAIRDUE_SECRET_KEY", "that of the environment")
    assert (secret_key(), derive("a purpose") == of_file) == ("that of the environment", False)
