"""What the database itself holds for a tenant table, as constraints that migrations detect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import models

from fairdue.foundation.database import role

TENANT_IS_CURRENT = "tenant_id = nullif(current_setting('fairdue.tenant', true), '')::bigint"
CREDITOR_IS_CURRENT = "{column} = nullif(current_setting('fairdue.creditor', true), '')::uuid"


class _Statements(models.BaseConstraint):
    """A constraint made of several statements."""

    create_statements: Callable[..., list[str]]
    """Return the statements that put the constraint up, of (model, editor)."""
    remove_statements: Callable[..., list[str]]
    """Return the statements that take the constraint down, of (model, editor)."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> str:
        """Put the statements behind the table's creation."""
        schema_editor.deferred_sql.extend(self.create_statements(model, schema_editor))
        return ""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        """Return all statements as one text; the editor runs it without parameters."""
        return ";\n".join(self.create_statements(model, schema_editor))

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """Return all statements as one text; the editor runs it without parameters."""
        return ";\n".join(self.remove_statements(model, schema_editor))

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """Leave it to the database."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, type(self)) and other.deconstruct() == self.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class TenantSecurity(_Statements):
    """Forced row-level security and the grants of the app, client and loader roles for one table.

    `app` lists the privileges of the app role ("select insert"), `update` the columns it may change
    (all when empty and "update" is listed). `creditor` names the column that narrows the table for the
    client role, which gets `client` privileges; without one the client role gets nothing.
    """

    def __init__(self, *, name: str, app: str, update: tuple[str, ...], creditor: str, client: str) -> None:
        super().__init__(name=name)
        self.app, self.update, self.creditor, self.client = app, tuple(update), creditor, client

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Return what a migration needs to build the constraint again."""
        path, args, kwargs = super().deconstruct()
        kwargs |= {"app": self.app, "update": self.update, "creditor": self.creditor, "client": self.client}
        return path, tuple(args), kwargs

    def create_statements(self, model: Any, editor: Any) -> list[str]:
        """Enable and force row-level security, make the policies, give the grants."""
        table = editor.quote_name(model._meta.db_table)
        policy, narrow = editor.quote_name(self.name), editor.quote_name(f"{self.name}_client")
        statements = [
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
            f"CREATE POLICY {policy} ON {table} USING ({TENANT_IS_CURRENT}) WITH CHECK ({TENANT_IS_CURRENT})",
            f"GRANT SELECT, INSERT, UPDATE, DELETE ON {table} TO {role('loader')}",
            f"GRANT {self._privileges(editor)} ON {table} TO {role('app')}",
        ]
        if self.creditor:
            condition = CREDITOR_IS_CURRENT.format(column=editor.quote_name(self.creditor))
            statements += [
                (
                    f"CREATE POLICY {narrow} ON {table} AS RESTRICTIVE TO {role('client')} "
                    f"USING ({condition}) WITH CHECK ({condition})"
                ),
                f"GRANT {', '.join(self.client.upper().split())} ON {table} TO {role('client')}",
            ]
        return statements

    def _privileges(self, editor: Any) -> str:
        columns = ", ".join(editor.quote_name(column) for column in self.update)
        return ", ".join(
            f"UPDATE ({columns})" if word == "update" and columns else word.upper() for word in self.app.split()
        )

    def remove_statements(self, model: Any, editor: Any) -> list[str]:
        """Take grants and policies away; row-level security stays forced, so nothing is seen."""
        table = editor.quote_name(model._meta.db_table)
        names = (self.name, f"{self.name}_client")
        return [
            f"REVOKE ALL ON {table} FROM {role('app')}, {role('client')}, {role('loader')}",
            *(f"DROP POLICY IF EXISTS {editor.quote_name(name)} ON {table}" for name in names),
        ]


class ForeignKeyConstraint(_Statements):
    """FOREIGN KEY (tenant_id, <field>_id) REFERENCES target (tenant_id, id)."""

    def __init__(self, *, name: str, field: str) -> None:
        super().__init__(name=name)
        self.field = field

    def deconstruct(self) -> tuple[str, tuple[Any, ...], dict[str, Any]]:
        """Return what a migration needs to build the constraint again."""
        path, args, kwargs = super().deconstruct()
        return path, tuple(args), kwargs | {"field": self.field}

    def create_statements(self, model: Any, editor: Any) -> list[str]:
        """Add the composite key."""
        quote = editor.quote_name
        field = model._meta.get_field(self.field)
        target = quote(field.remote_field.model._meta.db_table)
        return [
            (
                f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} FOREIGN KEY "
                f"(tenant_id, {quote(f'{self.field}_id')}) REFERENCES {target} (tenant_id, id) ON DELETE RESTRICT"
            )
        ]

    def remove_statements(self, model: Any, editor: Any) -> list[str]:
        """Drop the composite key."""
        quote = editor.quote_name
        return [f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"]
