"""Roles that a tenant puts together itself, and the rule that nobody gives away more than they hold."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import IntegrityError, transaction

from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.foundation.accounts import facts  # noqa: F401 - declares what is recorded here
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.models import CustomRole
from fairdue.foundation.permissions import ROLES, Permission, permissions_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class RoleRow:
    """A role of the tenant's own."""

    id: UUID
    name: str
    title: str
    permissions: tuple[str, ...]


def custom_roles(ctx: Ctx) -> list[RoleRow]:
    """Return the tenant's own roles by name; call inside the tenant's context."""
    rows = CustomRole.objects.filter(tenant_id=ctx.tenant).order_by("name")
    return [RoleRow(row.id, row.name, row.title, tuple(row.permissions)) for row in rows]


def known_permissions(words: Iterable[str], path: str) -> frozenset[Permission]:
    """Return the permissions that `words` name; refuse unknown ones and none at all."""
    known = {permission.value: permission for permission in Permission}
    words = list(words)
    findings = [
        Finding("permission.unknown", f"{path}[{index}]", f"There is no permission {word!r}.")
        for index, word in enumerate(words)
        if word not in known
    ]
    if not words:
        findings = [Finding("permission.none", path, "Name at least one permission.")]
    if findings:
        raise RefusedError(*findings)
    return frozenset(known[word] for word in words)


def within_own(ctx: Ctx, given: frozenset[Permission], path: str) -> None:
    """Refuse to give away permissions that the actor does not hold."""
    beyond = sorted(permission.value for permission in given - ctx.permissions)
    if beyond:
        raise refuse("permission.beyond_own", path, f"You cannot give what you do not hold: {', '.join(beyond)}.")


def permissions_of_role(ctx: Ctx, role: str) -> frozenset[Permission]:
    """Return what a role of this tenant allows; refuse an unknown role."""
    if role in ROLES:
        return permissions_of(role)
    row = CustomRole.objects.filter(tenant_id=ctx.tenant, name=role).first()
    if row is None:
        raise refuse("role.unknown", "role", f"There is no role {role!r}.")
    return permissions_of(role, frozenset(row.permissions))


@command("foundation.create_custom_role", Permission.USERS_EDIT)
def create_custom_role(
    ctx: Ctx, *, name: str, title: str, permissions: Sequence[str], today: date, key: str | None = None
) -> UUID:
    """Make a role from permissions and record `role.created`; returns its id."""
    del key
    _check_name(name, title)
    given = known_permissions(permissions, "permissions")
    within_own(ctx, given, "permissions")
    try:
        with transaction.atomic():
            row = CustomRole.objects.create(
                tenant_id=ctx.tenant, name=name, title=title.strip(), permissions=sorted(given)
            )
    except IntegrityError as error:
        raise refuse("role.duplicate", "name", f"There is a role {name!r} already.") from error
    record(ctx, NewFact("role.created", today, row.id, payload={"name": name, "permissions": ", ".join(sorted(given))}))
    return row.id


def _check_name(name: str, title: str) -> None:
    if name in ROLES:
        raise refuse("role.duplicate", "name", f"{name!r} is a role that every tenant has.")
    if not name.replace("_", "").isalnum() or not name.isascii() or len(name) > 60:  # noqa: PLR2004 - the column's
        raise refuse("role.name", "name", "A role's name has letters, digits and underscores, 60 at most.")
    if not title.strip():
        raise refuse("role.title", "title", "A role needs a title.")


@command("foundation.change_custom_role", Permission.USERS_EDIT)
def change_custom_role(
    ctx: Ctx, *, role: UUID, title: str, permissions: Sequence[str], today: date, key: str | None = None
) -> UUID:
    """Give a role another title or other permissions; it holds for its members from their next request on."""
    del key
    given = known_permissions(permissions, "permissions")
    row = CustomRole.objects.select_for_update().filter(tenant_id=ctx.tenant, id=role).first()
    if row is None:
        raise refuse("role.unknown", "role", "There is no such role.")
    within_own(ctx, given | permissions_of(row.name, frozenset(row.permissions)), "permissions")
    row.title, row.permissions = title.strip() or row.title, sorted(given)
    row.save(update_fields=["title", "permissions"])
    payload = {"name": row.name, "permissions": ", ".join(sorted(given))}
    record(ctx, NewFact("role.changed", today, row.id, payload=payload))
    return row.id
