"""Verify as a job: how far it is while it runs, and what it found as a fact that is kept.

A person does not wait for a hundred thousand items. The progress is a value that every process sees; the result is
a fact, so that it cannot be changed afterwards and says who asked.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.core.cache import cache

from fairdue.core.findings import Finding, Severity, refuse
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import FactType, NewFact, declare, record
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.jobs import defer, job, periodic
from fairdue.foundation.permissions import Permission
from fairdue.foundation.verifying import INVARIANTS

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

JOB = "foundation.verify"
FACT = "books.verified"
MOST_KEPT = 200
"""Findings that the fact names one by one; their number is always whole."""
_WAITS_SECONDS = 3600
"""So long a run that tells nothing counts as waiting; afterwards it can be started again."""

declare(FactType(FACT, "Books verified: {invariants} invariants recomputed, {findings} findings", "ledger"))


@dataclass(frozen=True, slots=True)
class Progress:
    """A run that waits or is at work: how many invariants are done, and which one is recomputed now."""

    done: int
    total: int
    now: str
    failed: str = ""
    """What went wrong, where every try has failed."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A run that ended: findings by invariant, the first of them named."""

    at: datetime
    actor: str
    counts: dict[str, int]
    findings: tuple[Finding, ...]

    @property
    def total(self) -> int:
        """All findings, those that are not named too."""
        return sum(self.counts.values())


def _key(ctx: Ctx) -> str:
    return f"verify:{ctx.tenant}"


def progress(ctx: Ctx) -> Progress | None:
    """Return how far the run of this tenant is; None where none waits or works."""
    told = cache.get(_key(ctx))
    return Progress(**told) if told else None


@command("books.verify", Permission.AUDIT_VIEW)
def start_verifying(ctx: Ctx, *, today: date, key: str | None = None) -> bool:
    """Put a run into the queue; False where one waits or works already. Refused to who sees one client only."""
    del key
    if ctx.creditor is not None:
        raise refuse("verify.narrowed", "", "The books are verified as a whole, by somebody who sees all clients.")
    told = progress(ctx)
    if told is not None and told.failed:
        cache.delete(_key(ctx))
    if not cache.add(_key(ctx), asdict(Progress(0, len(INVARIANTS), "")), _WAITS_SECONDS):
        return False
    defer(ctx, JOB, today=today.isoformat(), actor=ctx.actor)
    return True


def _give_up(ctx: Ctx, error: Exception, **payload: Any) -> None:
    """Say on the page that no try came to an end."""
    del payload
    told = Progress(0, len(INVARIANTS), "", failed=type(error).__name__)
    with ctx.open():
        cache.set(_key(ctx), asdict(told), _WAITS_SECONDS)


@job(JOB, spent=_give_up)
def verify_books(ctx: Ctx, *, today: str, actor: str = "") -> None:
    """Recompute each invariant in a transaction of its own, tell how far it is, and keep what was found."""
    found: dict[str, list[Finding]] = {}
    for at, (name, check) in enumerate(sorted(INVARIANTS.items())):
        with ctx.open():
            cache.set(_key(ctx), asdict(Progress(at, len(INVARIANTS), name)), _WAITS_SECONDS)
        with ctx.open():
            found[name] = list(check(ctx))
    asked_by = replace(ctx, actor=actor or ctx.actor)
    with ctx.open():
        record(asked_by, NewFact(FACT, date.fromisoformat(today), payload=_payload(found)))
        cache.delete(_key(ctx))


@periodic("foundation.verify_nightly", "0 5 * * *")
def verify_nightly(ctx: Ctx) -> None:
    """Verify the books of each tenant after the work of the night."""
    verify_books(ctx, today=clock.today("UTC").isoformat())


def _payload(found: dict[str, list[Finding]]) -> dict[str, Any]:
    named = [one for findings in found.values() for one in findings][:MOST_KEPT]
    return {
        "invariants": len(found), "findings": sum(map(len, found.values())),
        "by": [[name, len(findings)] for name, findings in found.items()],
        "named": [{"code": one.code, "path": one.path, "message": one.message} for one in named],
    }  # fmt: skip


def verifications(ctx: Ctx, *, limit: int = 10) -> list[Verification]:
    """Return the runs that ended, the newest first."""
    rows = logged_facts(ctx, FactFilter(type=FACT), limit=limit)
    return [
        Verification(
            row.recorded_at,
            row.actor,
            {name: int(count) for name, count in row.payload["by"]},
            tuple(Finding(**one, severity=Severity.ERROR) for one in row.payload["named"]),
        )
        for row in rows
    ]
