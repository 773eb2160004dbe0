"""Which seat a signed-in person has: the tenant, the role, the permissions, the creditor of a client."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest

from fairdue.foundation.models import CustomRole, Membership
from fairdue.foundation.permissions import ROLES, Permission, permissions_of
from fairdue.foundation.tenancy import tenant_context

SESSION_KEY = "tenant"


@dataclass(frozen=True, slots=True)
class Seat:
    """One membership with what it allows."""

    tenant_id: int
    tenant_name: str
    timezone: str
    role: str
    creditor_id: UUID | None
    permissions: frozenset[Permission]
    others: tuple[tuple[int, str], ...] = ()
    """The other tenants that the person may change to: (id, name)."""


def seat_of(request: HttpRequest) -> Seat | None:
    """Return the seat of the signed-in person: the chosen tenant, else the first; None without any.

    Memberships are read at each request, so that a revoked one ends at once.
    """
    rows = list(
        Membership.objects.filter(user_id=request.user.pk, active=True).select_related("tenant").order_by("created_at")
    )
    if not rows:
        return None
    wanted = request.session.get(SESSION_KEY)
    chosen = next((row for row in rows if row.tenant.pk == wanted), rows[0])
    others = tuple((row.tenant.pk, row.tenant.name) for row in rows if row is not chosen)
    return Seat(
        chosen.tenant.pk, chosen.tenant.name, chosen.tenant.timezone, chosen.role, chosen.creditor_id,
        seat_permissions(chosen), others,
    )  # fmt: skip


def seat_permissions(membership: Membership) -> frozenset[Permission]:
    """Return what a seat allows, by its role or the tenant's own."""
    return permissions_of(membership.role, _custom(membership))


def _custom(membership: Membership) -> frozenset[str]:
    if membership.role in ROLES:
        return frozenset()
    with tenant_context(membership.tenant.pk):
        row = CustomRole.objects.filter(name=membership.role).first()
        return frozenset(row.permissions if row else ())
