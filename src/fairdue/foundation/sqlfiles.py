"""Read the SQL files of a room; each is kept beside the room's code."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


@cache
def sql(room: str, name: str) -> str:
    """Return the text of `sql/<name>.sql` of a room."""
    return files(f"fairdue.{room}").joinpath("sql", f"{name}.sql").read_text("utf-8")
