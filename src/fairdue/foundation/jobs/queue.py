"""Declare jobs and put them into the queue, in the transaction that wants them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from procrastinate.contrib.django import app

from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.models import Tenant

type Work = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Job:
    """A named kind of work."""

    name: str
    work: Work
    cron: str = ""


JOBS: dict[str, Job] = {}


def job(name: str) -> Callable[[Work], Work]:
    """Declare a job: `work(ctx, **payload)` opens its own transactions with `ctx.open()`."""

    def register(work: Work) -> Work:
        JOBS.setdefault(name, Job(name, work))
        return work

    return register


def periodic(name: str, cron: str) -> Callable[[Work], Work]:
    """Declare a job that is put into the queue for every tenant at the times of `cron` (UTC)."""

    def register(work: Work) -> Work:
        JOBS.setdefault(name, Job(name, work, cron))
        return work

    return register


def defer(ctx: Ctx, name: str, **payload: Any) -> int:
    """Put a job of this tenant into the queue; it exists only if the running transaction commits."""
    if name not in JOBS:
        raise ValueError(f"there is no job {name}")
    return int(run_job.defer(name=name, tenant=ctx.tenant, payload=payload))


@app.task(name="fairdue.run_job", queue="default", retry=5, pass_context=False)
def run_job(name: str, tenant: int, payload: dict[str, Any]) -> None:
    """Run one job in the name of the system."""
    JOBS[name].work(Ctx(TenantId(tenant)), **payload)


def defer_for_all_tenants(name: str) -> None:
    """Put a periodic job into the queue, once for each tenant."""
    for tenant in Tenant.objects.values_list("id", flat=True):
        run_job.defer(name=name, tenant=tenant, payload={})
