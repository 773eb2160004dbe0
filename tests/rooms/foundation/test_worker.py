"""The worker: what ends its jobs without being asked is an error, after which it begins again."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from fairdue.foundation.jobs import queue, running


class Jobs:
    """What procrastinate gives to the worker, as far as it is used: `end` says how its jobs end."""

    def __init__(self, end):
        self.end, self.begun, self.cancelled = end, 0, 0
        self.job_manager = self

    async def get_stalled_jobs(self, **_how):
        return []

    async def run_worker_async(self, **_how):
        self.begun += 1
        try:
            await self.end()
        except asyncio.CancelledError:
            self.cancelled += 1
            raise


async def for_ever():
    await asyncio.Event().wait()


async def at_once():
    """Return, as a worker does whose connection is gone."""


async def broken():
    raise ConnectionError("the database is away")


def work(jobs, *, asked=False):
    async def main():
        stop = asyncio.Event()
        if asked:
            stop.set()
        await running._work(jobs, stop)

    asyncio.run(main())


def test_jobs_end_quietly_only_when_they_are_asked_to():
    jobs = Jobs(for_ever)
    work(jobs, asked=True)
    assert (jobs.begun, jobs.cancelled) == (1, 1)


@pytest.mark.parametrize("end", [at_once, broken])
def test_jobs_that_end_by_themselves_are_an_error(end):
    with pytest.raises(running.WorkerEndedError) as raised:
        work(Jobs(end))
    assert isinstance(raised.value.__cause__, ConnectionError) is (end is broken)


def test_the_worker_begins_again_until_it_is_stopped(database, monkeypatch):
    begun, stopped = [], threading.Event()

    async def fails_twice(_working, stop):
        begun.append(stop)
        if len(begun) < 3:
            raise running.WorkerEndedError("the jobs ended by themselves")
        stopped.set()
        await stop.wait()

    monkeypatch.setattr(running, "_work", fails_twice)
    monkeypatch.setattr(running, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(running.time, "sleep", lambda _seconds: None)
    running.run_worker(stopped)
    assert len(begun) == 3


def test_the_night_of_all_tenants_is_one_statement_and_goes_behind_what_a_person_waits_for(ctx, other_ctx):
    """Nothing of it stays: the queue is looked at inside a transaction that does not end."""
    mine = [ctx.tenant, other_ctx.tenant]
    with ctx.open(), transaction.atomic():
        with CaptureQueriesContext(connection) as asked:
            queue.defer_for_all_tenants("foundation.seal_facts")
        waited_for = queue.defer(ctx, "cash.match", creditor="x")
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, args->>'name' FROM procrastinate_jobs WHERE (args->>'tenant')::bigint = ANY(%s)"
                " ORDER BY priority DESC, id",
                [mine],
            )
            (first, *nights) = cursor.fetchall()
        transaction.set_rollback(True)
    assert first[0] == waited_for
    assert [name for _, name in nights] == ["foundation.seal_facts"] * 2
    assert len(asked) == 2


def test_draining_begins_no_job_after_its_time_and_leaves_the_rest_in_the_queue(ctx, monkeypatch):
    done = []

    def slow(_ctx, number):
        time.sleep(0.3)
        done.append(number)

    monkeypatch.setitem(queue.JOBS, "test.slow", queue.Job("test.slow", slow))
    for number in range(60):
        queue.defer(ctx, "test.slow", number=number)
    assert running.drain(timeout=1.0) is False
    waiting = running._open_jobs()
    assert waiting >= 1
    assert len(done) + waiting == 60
    monkeypatch.setitem(queue.JOBS, "test.slow", queue.Job("test.slow", lambda _ctx, number: done.append(number)))
    assert running.drain() is True
    assert sorted(done) == list(range(60))
