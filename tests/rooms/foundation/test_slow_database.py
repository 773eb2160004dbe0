"""A statement that runs into its time limit is told in words by the command line."""

from __future__ import annotations

import pytest

from fairdue.cli import main as command_line


class _TimeoutError(Exception):
    """What the database says of a statement that took too long."""

    sqlstate = "57014"


def _fail(cause: Exception):
    def run(_args):
        raise RuntimeError("the driver's words") from cause

    return run


def test_a_step_that_took_too_long_is_told_without_a_traceback(monkeypatch, capsys):
    monkeypatch.setattr("fairdue.cli.law.register", _command(_fail(_TimeoutError())))
    assert command_line.main(["slow"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("error: the database ")
    assert "took too long" in said
    assert "[database.slow]" in said


def test_any_other_error_is_not_hidden(monkeypatch):
    monkeypatch.setattr("fairdue.cli.law.register", _command(_fail(ValueError("other"))))
    with pytest.raises(RuntimeError):
        command_line.main(["slow"])


def _command(run):
    return lambda subparsers: subparsers.add_parser("slow").set_defaults(run=run)
