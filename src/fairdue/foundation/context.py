"""Who acts, for whom: the first argument of every command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NewType
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Iterator

from contextlib import contextmanager

from fairdue.foundation.permissions import Permission
from fairdue.foundation.tenancy import tenant_context

TenantId = NewType("TenantId", int)
SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Ctx:
    """The tenant, the actor and what the actor may do.

    `actor` is `user:<uuid>`, `key:<uuid>`, `portal:<debtor uuid>` or `system`. `creditor` narrows a
    client user to one creditor. `cause` is the fact that a consumer answers.
    """

    tenant: TenantId
    actor: str = SYSTEM
    creditor: UUID | None = None
    permissions: frozenset[Permission] = frozenset(Permission)
    cause: UUID | None = None
    request_id: str = ""

    def may(self, permission: Permission) -> bool:
        """Tell whether the actor holds `permission`."""
        return permission in self.permissions

    def because_of(self, fact: UUID) -> Ctx:
        """Return the context of an answer to `fact`."""
        return replace(self, cause=fact)

    @contextmanager
    def open(self) -> Iterator[Ctx]:
        """Open the transaction in which this tenant's rows (of this creditor) exist."""
        with tenant_context(self.tenant, self.creditor):
            yield self
