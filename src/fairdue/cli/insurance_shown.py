"""How the calculators of credit insurance print what they answer and what they refuse."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from fairdue.core.findings import RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fairdue.core.insurance.answers import Plain

DONE, REFUSED, USAGE = 0, 1, 2


def show_answer(compute: Callable[[], Plain], *, as_json: bool) -> int:
    """Print what a calculator answers; what it refuses goes to standard error."""
    try:
        answer = compute()
    except RefusedError as refusal:
        return show_findings(refusal, as_json=as_json)
    shown = json.dumps(answer, indent=2, ensure_ascii=False) if as_json else "\n".join(as_lines(answer))
    sys.stdout.write(shown + "\n")
    return DONE


def show_findings(refusal: RefusedError, *, as_json: bool) -> int:
    """Print what was refused: rows with code, path and sentence; returns the exit code."""
    rows = [{"code": row.code, "path": row.path, "message": row.message} for row in refusal.findings]
    if as_json:
        sys.stdout.write(json.dumps({"findings": rows}, indent=2, ensure_ascii=False) + "\n")
    for row in rows:
        sys.stderr.write(f"{row['path'] or 'file'}: {row['message']} [{row['code']}]\n")
    return REFUSED


def as_lines(answer: Mapping[str, object], depth: int = 0) -> list[str]:
    """Return an answer as lines for people: steps as columns, the rest as name and value."""
    lines = []
    pad = "  " * depth
    for name, value in answer.items():
        label = name.replace("_", " ")
        if isinstance(value, dict):
            lines += [f"{pad}{label}:", *as_lines(value, depth + 1)]
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            lines.append(f"{pad}{label}:")
            for row in value:
                lines += _row(row, depth + 1)
        elif value not in (None, []):
            shown = ", ".join(map(str, value)) if isinstance(value, list) else value
            lines.append(f"{pad}{label}: {shown}")
    return lines


def _row(row: Mapping[str, object], depth: int) -> list[str]:
    """Return one row of a list: its flat values on one line, what is nested below."""
    flat = [str(value) for value in row.values() if not isinstance(value, list | dict | None)]
    nested = {name: value for name, value in row.items() if isinstance(value, list | dict)}
    return ["  " * depth + "  ".join(flat), *as_lines(nested, depth + 1)]
