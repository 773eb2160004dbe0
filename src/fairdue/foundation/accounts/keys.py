"""API keys: made once, shown once, checked at each call, revoked at once.

A key reads `fairdue_<prefix>_<secret>`: the prefix finds the row, the SHA-256 of the 32 random bytes is
compared in constant time. A fast hash is right here: nobody guesses 256 random bits. A key stands for the person who
made it: it never outlives their seat, nor what their role allows.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from fairdue.core.findings import refuse
from fairdue.foundation import clock
from fairdue.foundation.access import seat_permissions
from fairdue.foundation.accounts import facts  # noqa: F401 - declares what is recorded here
from fairdue.foundation.accounts.roles import known_permissions, within_own
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.models import ApiKey, Membership, User
from fairdue.foundation.permissions import Permission, permissions_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

BRAND = "fairdue"
SECRET_BYTES = 32
LAST_USED_STEP = timedelta(minutes=1)
"""`last_used_at` is written at most once in this time, so that reading does not become writing."""
_PREFIX_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"
_PREFIX_LENGTH = 10
_NOBODY = "0" * 64


@dataclass(frozen=True, slots=True)
class NewApiKey:
    """A key just made; `secret` is shown this once and is not kept."""

    id: UUID
    secret: str


@dataclass(frozen=True, slots=True)
class ApiKeyRow:
    """A key as lists show it."""

    id: UUID
    name: str
    prefix: str
    scopes: tuple[str, ...]
    creditor_id: UUID | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    revoked_at: datetime | None
    orphaned: bool = False
    """Who made it has no seat any more, so it opens nothing."""


@dataclass(frozen=True, slots=True)
class KeyHolder:
    """Who calls with a valid key, for which tenant, and what the key allows."""

    id: UUID
    tenant_id: int
    timezone: str
    creditor_id: UUID | None
    permissions: frozenset[Permission]


def api_keys(ctx: Ctx) -> list[ApiKeyRow]:
    """Return the tenant's keys, newest first."""
    rows: Any = ApiKey.objects.filter(tenant_id=ctx.tenant).order_by("-created_at", "id")
    if ctx.creditor:
        rows = rows.filter(creditor_id=ctx.creditor)
    seats = Membership.objects.filter(tenant_id=ctx.tenant, active=True, user__is_active=True)
    seated = {None, *seats.values_list("user_id", flat=True)}
    return [
        ApiKeyRow(
            r.id, r.name, r.prefix, tuple(r.scopes), r.creditor_id, r.created_at, r.expires_at, r.last_used_at,
            r.revoked_at, r.created_by_id not in seated,
        )
        for r in rows
    ]  # fmt: skip


@command("foundation.create_api_key", Permission.USERS_EDIT)
def create_api_key(
    ctx: Ctx, *, name: str, scopes: Sequence[str], today: date, creditor: UUID | None = None,
    expires_at: datetime | None = None,
) -> NewApiKey:  # fmt: skip
    """Make a key with scopes (permissions) and record `api_key.created`; the secret is returned once.

    Scopes beyond the maker's own permissions are refused; a key of a narrowed maker is narrowed alike.
    """
    if not name.strip():
        raise refuse("api_key.name", "name", "A key needs a name that says what uses it.")
    if expires_at is not None and expires_at <= clock.now():
        raise refuse("api_key.expiry", "expires_at", "The key would have expired already.")
    if ctx.creditor is not None and creditor not in {None, ctx.creditor}:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    given = known_permissions(scopes, "scopes")
    within_own(ctx, given, "scopes")
    secret = secrets.token_urlsafe(SECRET_BYTES)
    row = ApiKey.objects.create(
        tenant_id=ctx.tenant, creditor_id=creditor or ctx.creditor, name=name.strip()[:100],
        prefix="".join(secrets.choice(_PREFIX_LETTERS) for _ in range(_PREFIX_LENGTH)), secret_hash=_hash(secret),
        scopes=sorted(given), created_by_id=_user(ctx), expires_at=expires_at,
    )  # fmt: skip
    payload = {"name": row.name, "prefix": row.prefix, "scopes": ", ".join(row.scopes)}
    record(ctx, NewFact("api_key.created", today, row.id, payload=payload))
    return NewApiKey(row.id, f"{BRAND}_{row.prefix}_{secret}")


def person_behind(actor: str) -> str:
    """Return who answers for what an actor does: for a key the person who made it, however many keys lie between.

    A key that the operator made on the command line answers for itself.
    """
    kind, _, name = actor.partition(":")
    if kind != "key":
        return actor
    made_by = ApiKey.objects.filter(id=UUID(name)).values_list("created_by_id", flat=True).first()
    return f"user:{made_by}" if made_by else actor


def _user(ctx: Ctx) -> UUID | None:
    kind, _, name = person_behind(ctx.actor).partition(":")
    return User.objects.filter(id=UUID(name)).values_list("id", flat=True).first() if kind == "user" else None


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@command("foundation.revoke_api_key", Permission.USERS_EDIT)
def revoke_api_key(ctx: Ctx, *, api_key: UUID, today: date, key: str | None = None) -> UUID:
    """End a key: its next call is refused. A key that was revoked stays as it is."""
    del key
    rows = ApiKey.objects.select_for_update(of=("self",)).filter(tenant_id=ctx.tenant, id=api_key)
    row = (rows.filter(creditor_id=ctx.creditor) if ctx.creditor else rows).first()
    if row is None:
        raise refuse("api_key.unknown", "api_key", "There is no such key.")
    if row.revoked_at is None:
        row.revoked_at = clock.now()
        row.save(update_fields=["revoked_at"])
        record(ctx, NewFact("api_key.revoked", today, row.id, payload={"name": row.name, "prefix": row.prefix}))
    return row.id


def authenticate_api_key(token: str) -> KeyHolder | None:
    """Return whose key `token` is, or None: unknown, wrong, revoked and expired look the same from outside."""
    brand, _, rest = token.partition("_")
    prefix, _, secret = rest.partition("_")
    rows = ApiKey.objects.select_related("tenant").filter(prefix=prefix)
    row: Any = rows.first() if brand == BRAND else None
    right = hmac.compare_digest(_hash(secret), row.secret_hash if row else _NOBODY)
    now = clock.now()
    if row is None or not right or row.revoked_at is not None or (row.expires_at is not None and row.expires_at <= now):
        return None
    permissions = _allowed(row)
    if permissions is None:
        return None
    stale = Q(last_used_at__isnull=True) | Q(last_used_at__lt=now - LAST_USED_STEP)
    if row.last_used_at is None or row.last_used_at < now - LAST_USED_STEP:
        ApiKey.objects.filter(stale, id=row.id).update(last_used_at=now)
    return KeyHolder(row.id, row.tenant_id, row.tenant.timezone, row.creditor_id, permissions)


def _allowed(row: Any) -> frozenset[Permission] | None:
    """Return what a key may do today: its scopes, as far as its maker may still do them; None without a seat.

    A key that the operator made on the command line answers for itself.
    """
    scopes = permissions_of("", frozenset(row.scopes))
    if row.created_by_id is None:
        return scopes
    seats = Membership.objects.filter(
        tenant_id=row.tenant_id, user_id=row.created_by_id, active=True, user__is_active=True
    )
    seat = seats.first()
    if seat is None or seat.creditor_id not in {None, row.creditor_id}:
        return None
    return scopes & seat_permissions(seat)
