"""The transaction in which one tenant's rows exist.

`SET LOCAL` ends with the transaction, so a pooled connection can never carry a tenant to its next user.
A real `SET LOCAL` statement is used, not `set_config`, because only that reaches the shards of Citus.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connections, transaction

from fairdue.foundation.database import role

if TYPE_CHECKING:
    from collections.abc import Iterator

_CURRENT: ContextVar[tuple[int, UUID | None] | None] = ContextVar("fairdue_tenant", default=None)


class TenantContextError(RuntimeError):
    """Tenant data was asked for outside a tenant context, or a context was widened from within."""


def current_tenant() -> int | None:
    """Return the tenant of the running context, if any."""
    scope = _CURRENT.get()
    return scope[0] if scope else None


def _statements(scope: tuple[int, UUID | None] | None) -> str:
    """Return the settings of `scope`; None is the state without a tenant."""
    tenant = f"{scope[0]:d}" if scope else ""
    creditor = str(scope[1]) if scope and scope[1] else ""
    chosen = f'"{role("client")}"' if creditor else "NONE"
    return f"SET LOCAL fairdue.tenant = '{tenant}'; SET LOCAL fairdue.creditor = '{creditor}'; SET LOCAL ROLE {chosen}"


@contextmanager
def tenant_context(tenant: int, creditor: UUID | None = None, *, using: str = DEFAULT_DB_ALIAS) -> Iterator[None]:
    """Run the block in one transaction that sees the rows of `tenant` only.

    With `creditor` the weaker client role is taken on, which sees that creditor's rows only; such a
    context cannot be widened from within. Nested contexts restore the outer scope when they end; inside a
    plain transaction that is the scope without rows.
    """
    outer = _CURRENT.get()
    if outer is not None and outer[1] is not None and (tenant, creditor) != outer:
        raise TenantContextError("a context of one creditor cannot be widened from within")
    if not isinstance(tenant, int) or (creditor is not None and not isinstance(creditor, UUID)):
        raise TenantContextError("a tenant is a number, a creditor a UUID")
    token = _CURRENT.set((tenant, creditor))
    connection = connections[using]
    nested = connection.in_atomic_block
    try:
        with transaction.atomic(using=using):
            with connection.cursor() as cursor:
                cursor.execute(_statements((tenant, creditor)))
            yield
            # An error rolls the savepoint back and the settings with it; success must restore them.
            if nested and outer != (tenant, creditor) and not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute(_statements(outer))
    finally:
        _CURRENT.reset(token)
