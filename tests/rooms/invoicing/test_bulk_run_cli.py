"""`fairdue invoice run`: start, wait while it works, tell why drafts are refused, cancel, repeat, resume."""

from __future__ import annotations

import json

import pytest
from tests.rooms.invoicing.test_bulk_run import BROKEN, SOUND, TODAY, draft
from tests.rooms.invoicing.test_bulk_run import shop as shop  # noqa: PLC0414 - a fixture, found by its name

from fairdue.cli import invoice_runs
from fairdue.cli.main import main
from fairdue.foundation.jobs import running
from fairdue.invoicing import services
from fairdue.invoicing.models import Invoice, RunDraft
from fairdue.invoicing.services import documents
from fairdue.parties.models import Creditor


@pytest.fixture
def run(ctx, shop, capsys, monkeypatch):
    """Call the command line; returns exit code and answer.

    Its worker leaves out the night of the tenants that other tests have made: this one would wait for all of them.
    """
    monkeypatch.setattr(running, "start_periodic", lambda: None)
    monkeypatch.setattr("fairdue.cli.invoice_runs.ctx_of", lambda args: ctx)

    def call(*arguments, as_json=True):
        extra = ["--json"] if as_json else []
        code = main(["invoice", "run", "--today", TODAY.isoformat(), *arguments, *extra])
        out = capsys.readouterr().out
        return code, json.loads(out) if as_json and out else out

    return call


def test_a_run_is_waited_for_and_tells_what_it_refused(ctx, shop, run, monkeypatch):
    monkeypatch.setattr(invoice_runs, "LOOK_SECONDS", 0.05)
    with ctx.open():
        code = Creditor.objects.get(id=shop.creditor).code
        for content in (SOUND, BROKEN, SOUND, SOUND):
            draft(ctx, shop, content)
    exit_code, told = run("--creditor", code, "--wait")
    assert (exit_code, told["stage"], told["issued"], told["refused"]) == (1, "done", 3, 1)
    assert told["files"]["valid"] == 3
    assert [one["place"] for one in told["refused_by"]] == ["lines[].unit"]
    with ctx.open():
        assert sorted(Invoice.objects.values_list("counter", flat=True)) == [1, 2, 3]
    plain, words = run("--run", told["run"], as_json=False)
    assert plain == 1
    assert "4 drafts: 3 issued, 1 refused" in words
    again, repeated = run("--run", told["run"], "--repeat")
    assert (again, repeated["waiting"]) == (0, 1)


def test_a_run_is_cancelled_and_taken_up_again_by_its_id(ctx, shop, run):
    with ctx.open():
        drafts = [draft(ctx, shop) for _ in range(2)]
        started = str(services.start_run(ctx, drafts=drafts, today=TODAY))
    assert run("--run", started, "--resume")[1]["waiting"] == 2
    assert run("--run", started, "--cancel")[1]["cancelled"] == 2
    with ctx.open():
        assert RunDraft.objects.filter(state="waiting").count() == 0
    assert run("--cancel")[0] == 1
    assert run("--run", "00000000-0000-7000-8000-000000000000")[0] == 1
    assert run("--run", started, as_json=False)[0] == 0


def test_waiting_ends_when_a_file_is_given_up_and_the_file_is_written_again_by_its_run(ctx, shop, run, monkeypatch):
    monkeypatch.setattr(invoice_runs, "LOOK_SECONDS", 0.05)
    with ctx.open():
        started = str(services.start_run(ctx, drafts=[draft(ctx, shop)], today=TODAY))
    with monkeypatch.context() as patched:
        patched.setattr(documents, "write", _no_room)
        exit_code, told = run("--run", started, "--wait")
    assert (exit_code, told["stage"], told["files"]["unwritten"]) == (1, "done", 1)
    [failed] = told["failed_files"]
    assert (failed["format"], failed["reason"][-9:]) == ("ubl", "disk full")
    assert "as ubl: it was tried 6 times" in run("--run", started, as_json=False)[1]
    exit_code, told = run("--run", started, "--retry", "--wait")
    assert (exit_code, told["files"]["valid"], told["failed_files"]) == (0, 1, [])


def _no_room(*_):
    raise OSError("disk full")
