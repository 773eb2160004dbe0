"""Whether the work is done: a worker that is alive, jobs, facts on their way, mail."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connections

from fairdue.foundation.doctor import Sign, examine, fail, ok, warn
from fairdue.foundation.mail.holding import held
from fairdue.foundation.models import Tenant

ALIVE_SECONDS = 120
LATE_MINUTES = 15
_WORKERS = """
SELECT count(*) FILTER (WHERE last_heartbeat > now() - make_interval(secs => %s)), count(*)
FROM procrastinate_workers
"""
_JOBS = """
SELECT count(*) FILTER (WHERE status = 'failed'),
       count(*) FILTER (WHERE status = 'todo'
                        AND coalesce(scheduled_at, e.at, now()) < now() - make_interval(mins => %s)),
       count(*) FILTER (WHERE status = 'doing' AND NOT EXISTS (
           SELECT 1 FROM procrastinate_workers w
           WHERE w.id = j.worker_id AND w.last_heartbeat > now() - make_interval(secs => %s)))
FROM procrastinate_jobs j LEFT JOIN LATERAL (
    SELECT min(at) AS at FROM procrastinate_events e WHERE e.job_id = j.id) e ON true
"""
_CONSUMERS = """
SELECT t.slug, o.consumer, count(*) FILTER (WHERE o.state = 'dead'),
       count(*) FILTER (WHERE o.state = 'pending' AND o.next_at < now() - make_interval(mins => %s)), max(o.error)
FROM outbox o JOIN tenant t ON t.id = o.tenant_id WHERE o.state <> 'done' GROUP BY 1, 2 ORDER BY 1, 2
"""
_MAIL = """
SELECT count(*) FILTER (WHERE state = 'failed' AND m.created_at > now() - interval '7 days'),
       count(*) FILTER (WHERE state IN ('planned', 'sending') AND next_at < now() - make_interval(mins => %s)
                        AND NOT t.settings ? 'mail_held')
FROM outgoing_mail m JOIN tenant t ON t.id = m.tenant_id
"""


def _rows(statement: str, parameters: list[Any]) -> list[Any]:
    with connections["loader"].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


@examine("worker")
def a_worker_lives() -> Iterator[Sign]:
    """Look for a heartbeat of the last two minutes."""
    ((alive, known),) = _rows(_WORKERS, [ALIVE_SECONDS])
    if alive:
        yield ok("worker", f"{alive} alive")
    else:
        words = "none is alive" + (f", {known} left without a word" if known else "")
        yield warn("worker", words, "Start `fairdue worker`, or `fairdue serve --with-worker`.")


@examine("jobs")
def jobs_are_done() -> Iterator[Sign]:
    """Look for jobs that failed, wait too long or belong to a worker that is gone."""
    ((failed, late, stalled),) = _rows(_JOBS, [LATE_MINUTES, ALIVE_SECONDS])
    if late:
        yield fail("jobs", f"{late} wait longer than {LATE_MINUTES} minutes", "Start a worker, or one more.")
    if stalled:
        yield warn(
            "jobs", f"{stalled} belong to a worker that is gone", "A running worker takes them on within a minute."
        )
    if failed:
        yield warn(
            "jobs", f"{failed} failed after five tries", "The worker's log names them; they are not tried again."
        )
    if not (failed or late or stalled):
        yield ok("jobs", "none waits or failed")


@examine("consumers")
def facts_arrive() -> Iterator[Sign]:
    """Look for facts that a consumer gave up on, or that wait too long."""
    well = True
    for tenant, consumer, dead, late, error in _rows(_CONSUMERS, [LATE_MINUTES]):
        if dead:
            well = False
            words = f"{consumer} gave up on {dead} facts of {tenant}: {(error or '').splitlines()[0][:160]}"
            yield fail("consumers", words, "Mend the cause, then `fairdue drain --again`.")
        if late:
            well = False
            yield warn("consumers", f"{late} facts of {tenant} wait for {consumer}", "Start a worker.")
    if well:
        yield ok("consumers", "every fact was answered")


@examine("mail")
def mail_leaves() -> Iterator[Sign]:
    """Look for mail that is held, waits too long, or failed this week."""
    ((failed, late),) = _rows(_MAIL, [LATE_MINUTES])
    for slug, reason in held().items():
        advice = f"`fairdue mail waiting`, then `fairdue mail release --tenant {slug}`."
        yield warn("mail", f"the mail of {slug} is held back: {reason}", advice)
    if late:
        yield fail(
            "mail", f"{late} messages wait longer than {LATE_MINUTES} minutes", "Start a worker; check the mail server."
        )
    if failed:
        yield warn(
            "mail", f"{failed} messages of this week failed", "Each stands on its customer's timeline with the reason."
        )
    if not (failed or late or held()):
        yield ok("mail", "nothing is overdue")


@examine("tenants")
def somebody_lives_here() -> Iterator[Sign]:
    """Count the tenants."""
    count = Tenant.objects.count()
    if count:
        yield ok("tenants", f"{count}")
    else:
        yield warn("tenants", "there is none", "`fairdue tenant create`, or `fairdue demo` to look around.")
