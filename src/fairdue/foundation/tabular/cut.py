"""A text file that ends within its last row: what was cut off would be read as less, so it is told."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairdue.foundation.tabular.schema import NUMBERS, FieldKind

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from fairdue.foundation.tabular.cells import Cell
    from fairdue.foundation.tabular.schema import Field

_ENDS = (b"\n", b"\r", b'"', b"\x1a")
"""What ends the last row of a whole file; a quoted cell has its end by itself."""
_CODES = frozenset({FieldKind.CURRENCY, FieldKind.WORD})
_WHOLE_NUMBER = re.compile(r".*[.,][0-9]{2,}", re.ASCII)
_WHOLE_DAY = re.compile(r".*[0-9]{4}|[0-9]{4}.*[0-9]{2}", re.ASCII)


def ends_open(path: Path) -> bool:
    """Tell whether nothing ends the last row of a text file in any encoding."""
    with path.open("rb") as stream:
        stream.seek(max(0, path.stat().st_size - 4))
        return not stream.read().rstrip(b"\0").endswith(_ENDS)


def field_cut(cells: Sequence[Cell], fields: Mapping[int, Field]) -> Field | None:
    """Return the field whose cell may go on in what was written; none where nothing could be added to it.

    That is so where a cell that nobody reads stands behind it, after the decimals of an amount, and after a day; a part
    of a word or a code is refused as none.
    """
    at = len(cells) - 1
    field = fields.get(at)
    if field is None or field.kind in _CODES:
        return None
    whole = _WHOLE_NUMBER if field.kind in NUMBERS else _WHOLE_DAY if field.kind is FieldKind.DATE else None
    return None if whole is not None and whole.fullmatch(str(cells[at]).strip()) else field
