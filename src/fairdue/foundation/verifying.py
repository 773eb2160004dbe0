"""`fairdue verify`: every room registers its invariants; each is recomputed from raw rows."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from fairdue.core.findings import Finding
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.models import Tenant

type Invariant = Callable[[Ctx], Iterable[Finding]]
INVARIANTS: dict[str, Invariant] = {}


def invariant(name: str) -> Callable[[Invariant], Invariant]:
    """Register an invariant; it yields one finding a broken row, the path naming table and id."""

    def register(check: Invariant) -> Invariant:
        INVARIANTS[name] = check
        return check

    return register


def verify_each(ctx: Ctx) -> dict[str, list[Finding]]:
    """Check one tenant in one transaction, so that all figures are of one moment; findings by invariant."""
    with ctx.open():
        return {name: list(check(ctx)) for name, check in INVARIANTS.items()}


def verify_tenant(ctx: Ctx) -> list[Finding]:
    """Return every finding of one tenant."""
    return [finding for found in verify_each(ctx).values() for finding in found]


def verify(tenant: str | None = None) -> list[Finding]:
    """Check every tenant, or the one of this short name."""
    tenants = Tenant.objects.order_by("id")
    if tenant:
        tenants = tenants.filter(slug=tenant)
    return [finding for row in tenants for finding in verify_tenant(Ctx(TenantId(row.pk)))]
