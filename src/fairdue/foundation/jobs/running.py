"""The worker: relays the outbox, runs jobs, starts the periodic ones, returns jobs of dead workers."""

from __future__ import annotations

import asyncio
import logging
import signal
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.db import OperationalError, close_old_connections, connection, connections, transaction
from procrastinate import App
from procrastinate.contrib.django import app

from fairdue.foundation.facts.outbox import due, relay_all
from fairdue.foundation.jobs.queue import JOBS, defer_for_all_tenants

log = logging.getLogger(__name__)
PAUSE_SECONDS = 0.5
STALLED_SECONDS = 60
STALLED_CHECK_SECONDS = 20
_OPEN_JOBS = """
SELECT count(*) FROM procrastinate_jobs
WHERE status = 'doing' OR status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())
"""
_LAST_RUN = """
INSERT INTO periodic_run (name, slot) VALUES (%s, %s) ON CONFLICT DO NOTHING
"""


def _each_turn() -> list[Callable[[], object]]:
    from fairdue.foundation.mail.sending import send_due

    return [relay_all, send_due, start_periodic]


def turn() -> None:
    """Do once what the worker does over and over beside its jobs; a fault of one does not stop the others."""
    for work in _each_turn():
        try:
            work()
        except OperationalError:
            log.warning("the database is away; trying again")
            close_old_connections()
            time.sleep(1)
        except Exception:
            log.exception("worker: %s", getattr(work, "__name__", work))


def start_periodic() -> None:
    """Queue each periodic job whose time has come; a row per slot makes sure of once, whoever asks."""
    from croniter import croniter

    now = datetime.now(UTC)
    for job in JOBS.values():
        if not job.cron:
            continue
        slot = croniter(job.cron, now).get_prev(datetime)
        # One transaction: a worker that dies here has neither taken the slot nor queued half of the tenants.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(_LAST_RUN, [job.name, slot])
            if cursor.rowcount:
                defer_for_all_tenants(job.name)


def _worker_connector() -> Any:
    connector: Any = app.connector
    return connector.get_worker_connector()


async def _return_stalled(working: App) -> None:
    for stalled in await working.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await working.job_manager.retry_job(stalled)


class WorkerEndedError(RuntimeError):
    """The worker stopped although nobody asked it to."""


async def _work(working: App, stop: asyncio.Event) -> None:
    """Run jobs until `stop`; raise what ended them before, so that the caller begins again."""
    worker = asyncio.create_task(
        working.run_worker_async(
            concurrency=2, install_signal_handlers=False, delete_jobs="successful", fetch_job_polling_interval=1.0
        )
    )
    asked = asyncio.create_task(stop.wait())
    try:
        while not asked.done() and not worker.done():
            await _return_stalled(working)
            await asyncio.wait({asked, worker}, timeout=STALLED_CHECK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
    finally:
        asked.cancel()
        worker.cancel()
        (ended,) = await asyncio.gather(worker, return_exceptions=True)
    if not stop.is_set():
        raise WorkerEndedError("the jobs ended by themselves") from (ended if isinstance(ended, Exception) else None)


def _relay_until(stopped: threading.Event) -> None:
    while not stopped.is_set():
        turn()
        stopped.wait(PAUSE_SECONDS)
    connections.close_all()


def run_worker(stopped: threading.Event | None = None) -> None:
    """Work until a signal (or `stopped`): jobs in this thread, the outbox in another."""
    ended = stopped or threading.Event()
    relay = threading.Thread(target=_relay_until, args=(ended,), name="outbox", daemon=True)
    relay.start()

    async def main() -> None:
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        if stopped is None:
            for number in (signal.SIGTERM, signal.SIGINT):
                loop.add_signal_handler(number, stop.set)
        watcher = asyncio.create_task(_forward(ended, stop))
        with app.replace_connector(_worker_connector()) as working:
            async with working.open_async():
                await _work(working, stop)
        ended.set()
        await watcher

    while not ended.is_set():
        try:
            asyncio.run(main())
        except Exception:
            if ended.is_set():
                break
            log.exception("worker: starting again")
            time.sleep(2)
        else:
            break
    ended.set()
    relay.join(timeout=30)


async def _forward(ended: threading.Event, stop: asyncio.Event) -> None:
    """Pass an event of threads on; no thread waits for it, for a loop that fails would wait for that thread."""
    while not ended.is_set():  # noqa: ASYNC110 - the event is one of threads
        await asyncio.sleep(PAUSE_SECONDS)
    stop.set()


def _open_jobs() -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN_JOBS)
        row: Any = cursor.fetchone()
        return int(row[0])


def run_jobs_once(longest: float | None = None) -> None:
    """Run the jobs that are due now, in this process, and return; after `longest` seconds no further one begins."""

    async def main() -> None:
        with app.replace_connector(_worker_connector()) as working:
            async with working.open_async():
                await _return_stalled(working)
                worker = asyncio.create_task(
                    working.run_worker_async(
                        wait=False, concurrency=1, install_signal_handlers=False, delete_jobs="successful"
                    )
                )
                _, late = await asyncio.wait({worker}, timeout=longest)
                if late:
                    worker.cancel()  # it ends the job that it is at
                    await asyncio.wait(late)
                else:
                    worker.result()

    asyncio.run(main())


def drain(timeout: float = 60.0) -> bool:
    """Work until no job, outbox row or mail is due; False if that took longer than `timeout` seconds.

    What was begun by then is ended; what was not stays in the queue.
    """
    from fairdue.foundation.mail.sending import mail_due, send_due

    end = time.monotonic() + timeout
    while True:
        done = relay_all() + send_due()
        if _open_jobs():
            run_jobs_once(max(0.0, end - time.monotonic()))
        if not due() and not mail_due() and not _open_jobs():
            return True
        if time.monotonic() > end:
            return False
        if not done:  # another process is at it
            time.sleep(PAUSE_SECONDS)
