"""Files of rows from outside: read, typed, and every problem named by row and field.

Doors: `open_reading(path, schema, profile)` → `Reading` (file findings, `rows()`, `resolved()`),
`write_findings(path, header, rejected)`, `Profile.from_json/as_json`, `formats.SCHEMAS`.
"""

from __future__ import annotations

from fairdue.foundation.tabular.findings import RowFinding, write_findings
from fairdue.foundation.tabular.profile import Profile
from fairdue.foundation.tabular.reading import Reading, Row, open_reading
from fairdue.foundation.tabular.schema import Field, FieldKind, Schema

__all__ = [
    "Field",
    "FieldKind",
    "Profile",
    "Reading",
    "Row",
    "RowFinding",
    "Schema",
    "open_reading",
    "write_findings",
]
