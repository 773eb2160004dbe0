"""Checks at start-up: the app's role must be one that row-level security binds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections

_BINDING = """
SELECT r.rolsuper, r.rolbypassrls,
       EXISTS (SELECT 1 FROM pg_class c WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p'))
FROM pg_roles r WHERE r.rolname = current_user
"""


def binding_errors(alias: str = "default") -> list[str]:
    """Say why row-level security would not bind the role of a connection; empty when it does."""
    with connections[alias].cursor() as cursor:
        cursor.execute(_BINDING)
        row = cursor.fetchone()
        assert row is not None
        reasons = ("is a superuser", "bypasses row-level security", "owns tables")
        return [reason for wrong, reason in zip(row, reasons, strict=True) if wrong]


@register(Tags.database)
def app_role_is_bound(app_configs: object, databases: Sequence[str] | None, **kwargs: Any) -> list[Error]:
    """Refuse to start on a role for which the tenant policies would not hold."""
    del app_configs, kwargs
    if not databases or "default" not in databases:
        return []
    return [
        Error(f"The application's database role {reason}; tenant isolation would not hold.", id="fairdue.E001")
        for reason in binding_errors()
    ]
