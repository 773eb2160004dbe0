"""The markdown tables of the rule and law pages, so that their numbers run as tests."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

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


_GONE = re.compile(r"no `([^`]+)`")
_CHANGED = re.compile(r"`([^`]+)` = ")
_DECODER = json.JSONDecoder()


def _target(data: Any, path: str) -> tuple[Any, Any]:
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    for step in way:
        data = data[step]
    return data, last


def broken(data: Any, cell: str) -> Any:
    """Return `data` as the cell of a page breaks it: "no `path`" takes away, "`path` = JSON" writes."""
    for path in _GONE.findall(cell):
        target, last = _target(data, path)
        target.pop(last, None)
    for match in _CHANGED.finditer(cell):
        target, last = _target(data, match[1])
        target[last], _ = _DECODER.raw_decode(cell[match.end() :])
    return data
