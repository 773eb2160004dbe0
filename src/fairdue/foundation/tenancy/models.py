"""The base of every table that holds a tenant's data."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from fairdue.foundation.ids import uuid7
from fairdue.foundation.tenancy.constraints import ForeignKeyConstraint, TenantSecurity
from fairdue.foundation.tenancy.context import TenantContextError, current_tenant
from fairdue.foundation.tenancy.fields import TenantForeignKey


@dataclass(frozen=True, slots=True)
class Access:
    """What the roles may do with a table's rows.

    `app`: privileges of the app role; `update`: the columns it may change (empty: all, if "update" is
    in `app`); `creditor`: the column by which client users are narrowed, empty for tables that they
    never see; `client`: privileges of the client role.
    """

    app: str = "select insert update delete"
    update: tuple[str, ...] = ()
    creditor: str = ""
    client: str = "select"


APPEND_ONLY = "select insert"


class TenantManager[M: models.Model](models.Manager[M]):
    """Names the tenant in every query: row-level security is the second wall, not the only one."""

    def get_queryset(self) -> models.QuerySet[M]:
        """Return the rows of the current tenant; refuse outside a tenant context."""
        tenant = current_tenant()
        if tenant is None:
            raise TenantContextError(f"{self.model.__name__} was asked for outside a tenant context")
        return super().get_queryset().filter(tenant_id=tenant)


class _TenantBase(models.base.ModelBase):
    """Adds the database constraints of the tenancy kit to each concrete model."""

    def __new__(cls, name: str, bases: tuple[type, ...], namespace: dict[str, Any], **kwargs: Any) -> Any:
        model: Any = super().__new__(cls, name, bases, namespace, **kwargs)
        if model._meta.abstract or model._meta.proxy or namespace.get("__module__") == "__fake__":
            return model
        table = model._meta.db_table
        access: Access = model.access
        added: list[models.BaseConstraint] = [
            TenantSecurity(
                name=f"{table}_tenant", app=access.app, update=access.update,
                creditor=access.creditor, client=access.client,
            )
        ]  # fmt: skip
        added += [
            ForeignKeyConstraint(name=f"{table}_{field.name}_fk", field=field.name)
            for field in (*model._meta.private_fields, *model._meta.local_fields)
            if isinstance(field, TenantForeignKey)
        ]
        model._meta.constraints = [*model._meta.constraints, *added]
        model._meta.original_attrs["constraints"] = model._meta.constraints
        return model


class TenantModel(models.Model, metaclass=_TenantBase):
    """A row of one tenant: primary key (tenant_id, id), forced row-level security, tenant-first keys."""

    access: ClassVar[Access] = Access()

    pk = models.CompositePrimaryKey("tenant_id", "id")
    tenant = models.ForeignKey(
        "foundation.Tenant", on_delete=models.PROTECT, db_index=False, related_name="+", default=current_tenant
    )
    id = models.UUIDField(default=uuid7, editable=False)

    objects: ClassVar[TenantManager[Any]] = TenantManager()

    class Meta:
        abstract = True

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Let the checker accept the `<name>_id` columns that `TenantForeignKey` adds."""
