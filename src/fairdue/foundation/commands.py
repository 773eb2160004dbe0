"""What makes a function a command: one transaction, and a repeatable answer when a key is given.

The grammar (DESIGN §2): load and lock, translate to core types, ask the core, write state and append
facts, return. A command takes `ctx` first and everything else by keyword.
"""

from __future__ import annotations

import functools
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Concatenate
from uuid import UUID

from django.db import connection, transaction

from fairdue.core.findings import refuse
from fairdue.foundation.context import Ctx
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission

_CLAIM_KEY = """
INSERT INTO idempotency_key (tenant_id, id, key, command, input_hash) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (tenant_id, key) DO NOTHING
"""
_KNOWN_KEY = "SELECT command, input_hash, result::text FROM idempotency_key WHERE tenant_id = %s AND key = %s"
_KEEP_RESULT = "UPDATE idempotency_key SET result = %s WHERE tenant_id = %s AND key = %s"


def command[**P, R](
    name: str, permission: Permission | None = None
) -> Callable[[Callable[Concatenate[Ctx, P], R]], Callable[Concatenate[Ctx, P], R]]:
    """Declare a command. With `key="…"` a repeated call gives the first answer again.

    The same key with another input is refused (`idempotency.conflict`); the actor must hold
    `permission`, whichever edge the call came through.
    """

    def declare(function: Callable[Concatenate[Ctx, P], R]) -> Callable[Concatenate[Ctx, P], R]:
        @functools.wraps(function)
        def run(ctx: Ctx, /, *args: P.args, **kwargs: P.kwargs) -> R:
            if permission is not None and not ctx.may(permission):
                raise refuse("permission.missing", "", f"You may not do this: it needs “{permission.value}”.")
            key = kwargs.get("key")
            with transaction.atomic():
                if not key:
                    return function(ctx, *args, **kwargs)
                return _once(ctx, name, str(key), kwargs, lambda: function(ctx, *args, **kwargs))

        return run

    return declare


def _once[R](ctx: Ctx, name: str, key: str, kwargs: dict[str, Any], call: Callable[[], R]) -> R:
    digest = hashlib.sha256(_canonical({k: v for k, v in kwargs.items() if k != "key"})).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_CLAIM_KEY, [ctx.tenant, uuid7(), key, name, digest])
        if cursor.rowcount == 0:
            cursor.execute(_KNOWN_KEY, [ctx.tenant, key])
            row = cursor.fetchone()
            if row is None or (row[0], row[1]) != (name, digest):
                raise refuse("idempotency.conflict", "key", f"The key {key!r} was used for another request already.")
            return _decode(json.loads(row[2]))
        result = call()
        cursor.execute(_KEEP_RESULT, [json.dumps(_encode(result)), ctx.tenant, key])
        return result


def _canonical(value: Any) -> bytes:
    return json.dumps(value, sort_keys=True, default=_plain, ensure_ascii=False).encode()


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    if isinstance(value, UUID | date | datetime | Decimal):
        return str(value)
    if isinstance(value, bytes):
        return hashlib.sha256(value).hexdigest()
    if isinstance(value, set | frozenset):
        return sorted(map(str, value))
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _encode(result: Any) -> Any:
    if isinstance(result, UUID):
        return {"uuid": str(result)}
    if isinstance(result, list | tuple):
        return {"list": [_encode(one) for one in result]}
    if result is None or isinstance(result, str | int):
        return {"plain": result}
    raise TypeError(f"a command with a key returns ids, not {type(result).__name__}")


def _decode(kept: dict[str, Any]) -> Any:
    if "uuid" in kept:
        return UUID(kept["uuid"])
    if "list" in kept:
        return [_decode(one) for one in kept["list"]]
    return kept["plain"]
