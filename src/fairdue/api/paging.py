"""Pages by cursor: the key of the last row seen, so that pages stay right while rows come and go."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import date, datetime
from http import HTTPStatus
from typing import Annotated, Any
from uuid import UUID

from ninja import Query
from pydantic import BaseModel

from fairdue.api.problems import Refusal

# Annotations here are read at run time by pydantic; they are therefore not postponed.
Limit = Annotated[int, Query(ge=1, le=500, description="rows on a page")]
Cursor = Annotated[str | None, Query(max_length=500, description="`next` of the page before")]
DEFAULT_LIMIT = 100


class Page[T](BaseModel):
    """Rows in a stable order; `next` is the cursor of the following page, null on the last."""

    data: list[T]
    next: str | None = None


def encode(*key: object) -> str:
    """Return the opaque cursor of a row's key."""
    return base64.urlsafe_b64encode(json.dumps([str(part) for part in key]).encode()).decode().rstrip("=")


def decode(cursor: str | None, *types: type) -> tuple[Any, ...] | None:
    """Return the key inside a cursor, each part of its type; refuse what no page ever gave."""
    if cursor is None:
        return None
    readers: dict[type, Callable[[str], Any]] = {
        UUID: UUID, int: int, datetime: datetime.fromisoformat, date: date.fromisoformat, str: str,
    }  # fmt: skip
    try:
        parts = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        return tuple(readers[kind](part) for kind, part in zip(types, parts, strict=True))
    except (ValueError, TypeError, AttributeError, binascii.Error, RecursionError) as error:
        raise Refusal(HTTPStatus.UNPROCESSABLE_ENTITY, "This is not a cursor of this list.") from error


def page[R, T](
    rows: Sequence[R], limit: int, show: Callable[[R], T], key: Callable[[R], tuple[object, ...]]
) -> Page[T]:
    """Return a page from `limit` + 1 rows: the extra one only tells that there is more."""
    shown = rows[:limit]
    more = encode(*key(shown[-1])) if len(rows) > limit else None
    return Page(data=[show(row) for row in shown], next=more)
