"""A bulk run: chunks as jobs, refused drafts kept out with their findings, gapless, once, cancelled, taken up again."""

from __future__ import annotations

import signal
import subprocess
import sys
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import OperationalError
from tests import make
from tests.make import LINE

from fairdue.core.findings import RefusedError
from fairdue.foundation import clock
from fairdue.foundation.context import Ctx
from fairdue.foundation.jobs import defer, drain, running
from fairdue.foundation.jobs.queue import JOBS
from fairdue.foundation.models import Fact
from fairdue.foundation.verifying import INVARIANTS
from fairdue.invoicing import selectors, services
from fairdue.invoicing.models import Counter, Draft, Invoice, RunDraft
from fairdue.invoicing.runs import Stage
from fairdue.invoicing.services import chunks, documents, runs

ROOT = Path(__file__).parents[3]
TODAY = date(2026, 3, 2)
SOUND = {"lines": [LINE], "delivery": {"day": "2026-03-01"}}
BROKEN = {"lines": [LINE | {"unit": "nonsense"}], "delivery": {"day": "2026-03-01"}}


@pytest.fixture
def shop(ctx, books, monkeypatch):
    monkeypatch.setattr(runs, "CHUNK", 3)
    with ctx.open():
        make.able_to_bill(books, email="ar@nordwind.example", settings={"formats": ["ubl"], "delivery": "none"})
    return books


def draft(ctx, shop, content=SOUND):
    return services.write_draft(
        ctx, creditor=shop.creditor, debtor=shop.debtor, content=content, currency="EUR", today=TODAY
    )


def started(ctx, shop, contents, **options):
    with ctx.open():
        drafts = [draft(ctx, shop, one) for one in contents]
        return services.start_run(ctx, today=TODAY, **({"drafts": drafts} | options)), drafts


def progress(ctx, run):
    with ctx.open():
        return selectors.run_progress(ctx, run)


def chunk(ctx, run, number):
    JOBS["invoicing.issue_chunk"].work(Ctx(ctx.tenant), run=str(run), chunk=number)


def numbers(ctx, shop):
    with ctx.open():
        return list(
            Invoice.objects.filter(creditor_id=shop.creditor).order_by("counter").values_list("counter", flat=True)
        )


def test_a_run_issues_writes_and_judges_everything_by_jobs(ctx, shop):
    run, _ = started(ctx, shop, [SOUND] * 7)
    before = progress(ctx, run)
    assert (before.stage, before.row.waiting, before.row.drafts, before.wanted) == (Stage.ISSUING, 7, 7, 0)
    assert drain(120)
    after = progress(ctx, run)
    assert (after.stage, after.row.issued, after.valid, after.wanted, after.failed) == (Stage.DONE, 7, 7, 7, 0)
    assert after.row.ended_at is not None
    assert numbers(ctx, shop) == list(range(1, 8))
    with ctx.open():
        facts = Fact.objects.filter(type__startswith="issue_run.").order_by("id")
        assert [(one.type, one.payload) for one in facts] == [
            ("issue_run.started", {"count": 7}), ("issue_run.ended", {"issued": 7, "refused": 0}),
        ]  # fmt: skip
        assert set(Fact.objects.filter(type="invoice.issued").values_list("actor", flat=True)) == {ctx.actor}
        assert [finding for name in INVARIANTS for finding in INVARIANTS[name](ctx)] == []


def test_files_of_what_is_issued_are_written_before_the_next_chunk_is_issued(ctx, shop, monkeypatch):
    done = []

    def noted(name):
        def work(own, **_):
            if own.tenant == ctx.tenant:
                done.append(name)

        return work

    for name in ("invoicing.issue_chunk", "invoicing.render"):
        monkeypatch.setitem(JOBS, name, replace(JOBS[name], work=noted(name)))
    started(ctx, shop, [SOUND] * 7)  # its chunks are in the queue
    with ctx.open():
        defer(ctx, "invoicing.render", invoices=[])
    running.run_jobs_once()
    assert done == ["invoicing.render", *["invoicing.issue_chunk"] * 3]


def test_a_refused_draft_gets_no_number_and_stops_no_other(ctx, shop):
    run, drafts = started(ctx, shop, [SOUND, BROKEN, SOUND, BROKEN, SOUND])
    chunk(ctx, run, 0)
    chunk(ctx, run, 1)
    row = progress(ctx, run).row
    assert (row.waiting, row.issued, row.refused) == (0, 3, 2)
    assert numbers(ctx, shop) == [1, 2, 3]
    with ctx.open():
        [rule] = selectors.run_findings(ctx, run)
        assert (rule.place, rule.count, rule.left) == ("lines[].unit", 2, 2)
        assert {one.draft for one in rule.named} == {drafts[1], drafts[3]}
        assert Draft.objects.filter(id__in=[drafts[1], drafts[3]], state="open", invoice_id=None).count() == 2
        assert selectors.refused_drafts(ctx, run, limit=10) == [drafts[1], drafts[3]]


def test_refused_drafts_are_mended_and_go_on_in_another_run(ctx, shop):
    run, drafts = started(ctx, shop, [SOUND, BROKEN, BROKEN])
    chunk(ctx, run, 0)
    with ctx.open():
        services.change_draft(ctx, draft=drafts[1], content=SOUND, today=TODAY)
        second = services.repeat_run(ctx, run=run, today=TODAY)
    chunk(ctx, second, 0)
    row = progress(ctx, second).row
    assert (row.issued, row.refused) == (1, 1)
    assert numbers(ctx, shop) == [1, 2]


def test_a_chunk_that_runs_twice_issues_once(ctx, shop):
    run, _ = started(ctx, shop, [SOUND] * 3)
    for _ in range(3):
        chunk(ctx, run, 0)
    assert numbers(ctx, shop) == [1, 2, 3]
    with ctx.open():
        assert Fact.objects.filter(type="issue_run.ended").count() == 1


def test_what_somebody_issued_or_discarded_meanwhile_is_left_alone(ctx, shop):
    run, drafts = started(ctx, shop, [SOUND] * 3)
    with ctx.open():
        services.issue_invoice(ctx, draft=drafts[0], today=TODAY)
        services.discard_draft(ctx, draft=drafts[1], reason="Twice", today=TODAY)
    chunk(ctx, run, 0)
    row = progress(ctx, run).row
    assert (row.issued, row.gone) == (1, 2)
    assert numbers(ctx, shop) == [1, 2]


def test_a_draft_waits_in_one_run_only(ctx, shop):
    _, drafts = started(ctx, shop, [SOUND, SOUND])
    with ctx.open(), pytest.raises(RefusedError, match="No draft is left"):
        services.start_run(ctx, today=TODAY, drafts=drafts)
    with ctx.open():
        more = draft(ctx, shop)
        assert selectors.outlook(ctx, creditor=shop.creditor).drafts == 1
        second = services.start_run(ctx, today=TODAY, creditor=shop.creditor)
        assert list(RunDraft.objects.filter(run_id=second).values_list("draft_id", flat=True)) == [more]


def test_cancelling_keeps_what_has_not_begun_open(ctx, shop):
    run, drafts = started(ctx, shop, [SOUND] * 7)
    chunk(ctx, run, 0)
    with ctx.open():
        assert services.cancel_run(ctx, run=run, today=TODAY) == 4
    for number in (1, 2):
        chunk(ctx, run, number)
    after = progress(ctx, run).row
    assert (after.issued, after.cancelled, after.waiting) == (3, 4, 0)
    assert (after.cancelled_by, after.ended_at is not None) == (ctx.actor, True)
    with ctx.open():
        assert Draft.objects.filter(id__in=drafts, state="open").count() == 4
        assert services.cancel_run(ctx, run=run, today=TODAY) == 0
        assert Fact.objects.filter(type="issue_run.cancelled").count() == 1


def test_a_fault_of_one_draft_refuses_that_draft_only(ctx, shop, monkeypatch):
    run, drafts = started(ctx, shop, [SOUND] * 3)
    real = chunks.issue_invoices

    def faulty(ctx, *, drafts: list, today):
        if bad in drafts:
            raise ZeroDivisionError
        return real(ctx, drafts=drafts, today=today)

    bad = drafts[1]
    monkeypatch.setattr(chunks, "issue_invoices", faulty)
    chunk(ctx, run, 0)
    row = progress(ctx, run).row
    assert (row.issued, row.refused) == (2, 1)
    assert numbers(ctx, shop) == [1, 2]
    with ctx.open():
        [rule] = selectors.run_findings(ctx, run)
        assert (rule.code, rule.named[0].draft) == ("issue.fault", bad)


def test_a_draft_that_says_more_is_paid_than_is_on_account_is_refused_alone(ctx, shop):
    run, drafts = started(ctx, shop, [SOUND, SOUND | {"prepaid": "10.00"}, SOUND])
    chunk(ctx, run, 0)
    row = progress(ctx, run).row
    assert (row.issued, row.refused) == (2, 1)
    with ctx.open():
        [rule] = selectors.run_findings(ctx, run)
        assert (rule.code, rule.named[0].draft) == ("issue.prepaid", drafts[1])
        assert Counter.objects.get(creditor_id=shop.creditor).last == 2


def test_a_lost_database_leaves_the_chunk_to_the_next_try(ctx, shop, monkeypatch):
    run, _ = started(ctx, shop, [SOUND] * 2)

    def away(*_, **__):
        raise OperationalError("the server closed the connection")

    with monkeypatch.context() as patched:
        patched.setattr(chunks, "issue_invoices", away)
        with pytest.raises(OperationalError):
            chunk(ctx, run, 0)
    assert progress(ctx, run).row.waiting == 2
    chunk(ctx, run, 0)
    assert progress(ctx, run).row.issued == 2


def test_a_run_whose_jobs_are_lost_is_taken_up_again(ctx, shop):
    run, _ = started(ctx, shop, [SOUND] * 4)
    _lose_jobs(ctx)
    assert drain(30)
    assert progress(ctx, run).row.waiting == 4
    with ctx.open():
        assert services.resume_runs(ctx, before=clock.now() - timedelta(minutes=1)) == 0
        assert services.resume_runs(ctx, before=clock.now() + timedelta(minutes=1)) == 2
    assert drain(120)
    assert progress(ctx, run).row.issued == 4
    with ctx.open():
        assert services.resume_run(ctx, run=run, today=TODAY) == 0


def _lose_jobs(ctx):
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE (args->>'tenant')::bigint = %s", [ctx.tenant])


def test_several_creditors_and_their_series_go_in_one_run(ctx, shop):
    with ctx.open():
        other = make.books(ctx, name="Suedwind GmbH")
        make.able_to_bill(other, email="ar@sued.example", settings={"formats": ["ubl"], "delivery": "none"})
        for one in (shop, other, shop, other):
            draft(ctx, one)
        assert (selectors.outlook(ctx).sound, selectors.outlook(ctx).sums) == (4, {"EUR": 4 * 11900})
        run = services.start_run(ctx, today=TODAY)
    chunk(ctx, run, 0)
    chunk(ctx, run, 1)
    assert (numbers(ctx, shop), numbers(ctx, other)) == ([1, 2], [1, 2])
    with ctx.open():
        assert [(row.id, row.asked, row.issued) for row in selectors.runs(ctx)] == [(run, "all", 4)]


def test_another_tenant_sees_nothing_of_a_run(ctx, other_ctx, shop):
    run, _ = started(ctx, shop, [SOUND])
    assert progress(other_ctx, run) is None
    chunk_of_other = services.issue_chunk
    with other_ctx.open():
        assert chunk_of_other(other_ctx, run=run, chunk=0) == 0
    assert progress(ctx, run).row.waiting == 1


WORKER = """
import sys, time
import django
django.setup()
from fairdue.foundation.jobs.running import run_jobs_once
from fairdue.invoicing.services import chunks
real = chunks._note
def slow(ctx, run, outcomes):
    real(ctx, run, outcomes)
    print(f"numbered {len(outcomes)}", flush=True)
    time.sleep(60)
chunks._note = slow
run_jobs_once()
"""
"""A worker that stops between issuing a chunk and its commit: numbers are drawn, nothing is kept yet."""


def test_a_worker_killed_within_a_chunk_loses_and_doubles_nothing(ctx, shop, monkeypatch):
    run, drafts = started(ctx, shop, [SOUND] * 5)
    worker = subprocess.Popen([sys.executable, "-c", WORKER], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    try:
        assert worker.stdout.readline() == "numbered 3\n"
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.communicate()
    assert numbers(ctx, shop) == []
    assert progress(ctx, run).row.waiting == 5
    monkeypatch.setattr(running, "STALLED_SECONDS", 0)
    assert drain(120)
    after = progress(ctx, run)
    assert (after.row.issued, after.valid, after.stage) == (5, 5, Stage.DONE)
    assert numbers(ctx, shop) == [1, 2, 3, 4, 5]
    with ctx.open():
        assert Invoice.objects.filter(draft_id__in=drafts).values("draft_id").distinct().count() == 5
        assert Fact.objects.filter(type="invoice.issued").count() == 5
        assert [finding for name in INVARIANTS for finding in INVARIANTS[name](ctx)] == []


def _faulty(monkeypatch, number):
    real = documents.write

    def write(code, content, look):
        if content.number.endswith(number):
            raise OSError("no space left on device")
        return real(code, content, look)

    monkeypatch.setattr(documents, "write", write)


def test_a_file_that_fails_each_time_ends_the_run_by_name_and_is_written_again(ctx, shop, monkeypatch):
    run, _ = started(ctx, shop, [SOUND] * 3)
    with monkeypatch.context() as patched:
        _faulty(patched, "00002")
        assert drain(120)
    after = progress(ctx, run)
    assert (after.stage, after.valid, after.unwritten, after.failed) == (Stage.DONE, 2, 1, 1)
    with ctx.open():
        [one] = selectors.run_unwritten(ctx, run)
        assert (one.number[-5:], one.format, one.told) == ("00002", "ubl", "document.failed")
        assert one.reason == "it was tried 6 times, at last: OSError: no space left on device"
        assert services.retry_files(ctx, run=run, today=TODAY) == 1
    again = progress(ctx, run)
    assert (again.stage, again.unwritten) == (Stage.WRITING, 0)
    assert drain(120)
    done = progress(ctx, run)
    assert (done.stage, done.valid, done.unwritten) == (Stage.DONE, 3, 0)
    with ctx.open():
        assert selectors.run_unwritten(ctx, run) == []
        with pytest.raises(RefusedError, match="nothing to write again"):
            services.retry_files(ctx, run=run, today=TODAY)


def test_a_file_that_fails_after_a_retry_is_told_once_more(ctx, shop, monkeypatch):
    run, _ = started(ctx, shop, [SOUND] * 2)
    _faulty(monkeypatch, "00001")
    assert drain(120)
    with ctx.open():
        services.retry_files(ctx, run=run, today=TODAY)
    assert drain(120)
    after = progress(ctx, run)
    assert (after.stage, after.unwritten) == (Stage.DONE, 1)
    with ctx.open():
        assert Fact.objects.filter(type="document.failed").count() == 2


def test_a_job_that_fails_as_a_whole_names_each_of_its_files(ctx, shop, monkeypatch):
    run, _ = started(ctx, shop, [SOUND] * 2)

    def away(*_, **__):
        raise MemoryError("cannot allocate")

    monkeypatch.setattr(services, "keep_documents", away)
    assert drain(120)
    after = progress(ctx, run)
    assert (after.stage, after.unwritten) == (Stage.DONE, 2)
    with ctx.open():
        assert {one.reason for one in selectors.run_unwritten(ctx, run)} == {
            "it was tried 6 times, at last: MemoryError: cannot allocate"
        }
