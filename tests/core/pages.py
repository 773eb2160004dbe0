"""The markdown tables of the rule and law pages, so that their numbers run as tests."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_RULER = re.compile(r"[|\s:-]+")


def _plain(cell: str) -> str:
    whole = cell.startswith("`") and cell.endswith("`") and cell.count("`") == 2
    return cell[1:-1] if whole else cell


def tables(page: Path) -> list[list[dict[str, str]]]:
    """Return the tables of a page as rows by column head; code marks around a whole cell are taken off."""
    found: list[list[dict[str, str]]] = []
    head: list[str] = []
    for line in page.read_text("utf-8").splitlines():
        cells = [_plain(cell.strip()) for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            head = []
        elif not head:
            head = cells
            found.append([])
        elif not _RULER.fullmatch(line):
            found[-1].append(dict(zip(head, cells, strict=True)))
    return found


def table(page: Path, column: str) -> list[dict[str, str]]:
    """Return the one table of a page that has `column`."""
    [rows] = [rows for rows in tables(page) if rows and column in rows[0]]
    return rows
