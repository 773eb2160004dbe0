"""Declare jobs and put them into the queue, in the transaction that wants them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from procrastinate import JobContext
from procrastinate.contrib.django import app

from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.models import Tenant

log = logging.getLogger(__name__)
type Work = Callable[..., None]
RETRIES = 5
"""How often a job that failed is tried again."""


@dataclass(frozen=True, slots=True)
class Job:
    """A named kind of work."""

    name: str
    work: Work
    cron: str = ""
    spent: Work | None = None
    """Called as `spent(ctx, error, **payload)` when the last try has failed, so that somebody is told."""
    priority: int = 0
    """Ready jobs of a higher one go first; below 0 stands what may wait for all that follows from it."""


JOBS: dict[str, Job] = {}
FOR_ALL = -20
"""The priority of periodic jobs: they come for all tenants at once, and what a person waits for goes before them."""


def job(name: str, spent: Work | None = None, priority: int = 0) -> Callable[[Work], Work]:
    """Declare a job: `work(ctx, **payload)` opens its own transactions with `ctx.open()`; see `Job`."""

    def register(work: Work) -> Work:
        JOBS.setdefault(name, Job(name, work, spent=spent, priority=priority))
        return work

    return register


def periodic(name: str, cron: str) -> Callable[[Work], Work]:
    """Declare a job that is put into the queue for every tenant at the times of `cron` (UTC)."""

    def register(work: Work) -> Work:
        JOBS.setdefault(name, Job(name, work, cron, priority=FOR_ALL))
        return work

    return register


def defer(ctx: Ctx, name: str, **payload: Any) -> int:
    """Put a job of this tenant into the queue; it exists only if the running transaction commits."""
    if name not in JOBS:
        raise ValueError(f"there is no job {name}")
    ordered = run_job.configure(priority=JOBS[name].priority)
    return int(ordered.defer(name=name, tenant=ctx.tenant, payload=payload))


@app.task(name="fairdue.run_job", queue="default", retry=RETRIES, pass_context=True)
def run_job(context: JobContext, name: str, tenant: int, payload: dict[str, Any]) -> None:
    """Run one job in the name of the system; tell the job when its last try has failed."""
    found, ctx = JOBS[name], Ctx(TenantId(tenant))
    try:
        found.work(ctx, **payload)
    except Exception as error:
        if found.spent is not None and context.job.attempts >= RETRIES:
            give_up(found.spent, ctx, error, payload)
        raise


def give_up(spent: Work, ctx: Ctx, error: Exception, payload: dict[str, Any]) -> None:
    """Tell a job that its tries are spent; a fault in that is logged and hides nothing of the first one."""
    try:
        spent(ctx, error, **payload)
    except Exception:
        log.exception("a job whose tries are spent could not say so")


def defer_for_all_tenants(name: str) -> None:
    """Put a periodic job into the queue, once for each tenant, in one statement."""
    wanted = [{"name": name, "tenant": one, "payload": {}} for one in Tenant.objects.values_list("id", flat=True)]
    if wanted:
        run_job.configure(priority=JOBS[name].priority).batch_defer(*wanted)
