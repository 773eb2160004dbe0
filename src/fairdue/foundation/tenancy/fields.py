"""The foreign key between two tables of one tenant."""

from __future__ import annotations

from typing import Any

from django.db import models


class TenantForeignKey(models.ForeignObject):  # type: ignore[type-arg] # no subscript at run time
    """A key (tenant_id, <name>_id) to the target's (tenant_id, id); it brings its own column.

    The database constraint is emitted by `ForeignKeyConstraint`, which `TenantModel` adds.
    """

    requires_unique_target = False

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, *, null: bool = False, **kwargs: Any) -> None:
        self.column_null = null
        kwargs.setdefault("from_fields", ["tenant_id", "?"])
        kwargs["to_fields"] = ["tenant_id", "id"]
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete, null=null, **kwargs)

    def deconstruct(self) -> tuple[str, str, list[Any], dict[str, Any]]:
        """Return what a migration needs to build the field again."""
        name, path, args, kwargs = super().deconstruct()
        kwargs["from_fields"] = list(self.from_fields)
        kwargs.pop("to_fields", None)
        if self.column_null:
            kwargs["null"] = True
        return name, path, list(args), kwargs

    def contribute_to_class(self, cls: Any, name: str, private_only: bool = False, **kwargs: Any) -> None:  # noqa: FBT001, FBT002 - Django's
        """Add the column before the relation."""
        column = f"{name}_id"
        self.from_fields = ["tenant_id", column]
        known = {field.name for field in cls._meta.local_fields}
        if not cls._meta.abstract and column not in known:
            models.UUIDField(null=self.column_null, blank=self.column_null, db_index=False).contribute_to_class(
                cls, column
            )
        super().contribute_to_class(cls, name, private_only=private_only, **kwargs)
