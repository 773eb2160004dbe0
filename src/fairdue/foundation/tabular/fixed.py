"""Fixed values of a profile: what a field holds where the file itself says nothing, read like any cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.findings import Severity
from fairdue.foundation.tabular.cells import CellError
from fairdue.foundation.tabular.columns import Manner, reader_of
from fairdue.foundation.tabular.findings import FILE_ROW, RowFinding
from fairdue.foundation.tabular.schema import FieldKind

if TYPE_CHECKING:
    from fairdue.foundation.tabular.profile import Profile
    from fairdue.foundation.tabular.schema import Field, Schema

NEVER = frozenset({FieldKind.MONEY, FieldKind.AMOUNTS})
"""Amounts differ from row to row; one that fills gaps would be an invention."""


def may_be_fixed(schema: Schema, field: Field) -> bool:
    """Tell whether a field can hold the same in every row: not what names a row, and no amount."""
    return field.name not in schema.unique and field.kind not in NEVER


def fixed_values(schema: Schema, profile: Profile) -> tuple[dict[str, object], list[RowFinding]]:
    """Return the fixed values of a profile as typed values by field, and what is wrong with the others."""
    values: dict[str, object] = {}
    findings: list[RowFinding] = []
    known = {field.name: field for field in schema.fields}
    how = Manner(profile.mark, profile.order, mark_named=True, order_named=True, guessed=False)
    for name, text in profile.fixed.items():
        field = known.get(name)
        if field is None or not may_be_fixed(schema, field):
            sentence = "Cannot be the same in every row; only a column of the file can give it."
            findings.append(RowFinding(FILE_ROW, name, text, "profile.fixed", sentence, Severity.ERROR))
            continue
        try:
            values[name] = reader_of(field, how)(text.strip())
        except CellError as error:
            sentence = f"The fixed value of the profile cannot be read: {error.message}"
            findings.append(RowFinding(FILE_ROW, name, text, error.code, sentence, Severity.ERROR))
    return values, findings
