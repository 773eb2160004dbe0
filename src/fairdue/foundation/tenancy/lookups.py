"""How lists of identifiers reach the database."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import EmptyResultSet
from django.db.models import UUIDField
from django.db.models.lookups import In

from fairdue.foundation.arrays import array


@UUIDField.register_lookup
class InArray(In):
    """`id__in` of a list as `id = ANY(array)`: one parameter, however many identifiers a set command has.

    Planned like IN; as a thousand parameters the statement took longer to be put together than to be answered. A list
    of one stays with Django: the database makes an equality of it, which keeps the order of an index.
    """

    def process_rhs(self, compiler: Any, connection: Any) -> Any:
        """Return the array; anything but a plain list of identifiers (a query, an expression) stays Django's."""
        if not self.rhs_is_direct_value():
            return super().process_rhs(compiler, connection)
        wanted = [one for one in self.rhs if one is not None]
        if not wanted:
            raise EmptyResultSet
        if len(wanted) == 1 or not all(isinstance(one, UUID) for one in wanted):
            return super().process_rhs(compiler, connection)
        return "ANY(%s::uuid[])", (array(wanted),)

    def get_rhs_op(self, connection: Any, rhs: str) -> str:
        """Return the comparison."""
        return f"= {rhs}" if rhs.startswith("ANY(") else super().get_rhs_op(connection, rhs)
