"""`fairdue tenant | user | key`: who runs their receivables here, who may sign in, which machines may call."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from fairdue.cli import base
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

type Subparsers = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - argparse gives it no other name


def register(subparsers: Subparsers) -> None:
    """Add the three groups."""
    _register_tenant(_group(subparsers, "tenant", "tenants of this installation"))
    _register_user(_group(subparsers, "user", "people and their roles"))
    _register_key(_group(subparsers, "key", "API keys"))


def _group(subparsers: Subparsers, name: str, words: str) -> Subparsers:
    parser = subparsers.add_parser(name, help=words, description=words)
    return parser.add_subparsers(dest=f"{name}_command", required=True, metavar="ACTION")


def _verb(
    group: Subparsers, name: str, words: str, run: Callable[[argparse.Namespace], int], *, scoped: bool = True
) -> argparse.ArgumentParser:
    parser = group.add_parser(name, help=words, description=words)
    if scoped:
        base.add_scope(parser)
    parser.set_defaults(run=run)
    return parser


def _register_tenant(group: Subparsers) -> None:
    create = _verb(group, "create", "make a tenant", create_tenant, scoped=False)
    create.add_argument("slug", help="the short name: lower-case letters, digits and hyphens")
    create.add_argument("--name", required=True)
    create.add_argument("--timezone", default="Europe/Berlin")
    create.add_argument("--language", default="en", choices=("en", "de", "fr"))
    create.add_argument("--shadow-days", type=int, default=base.WATCHED_DAYS, metavar="N", help="cash application only "
                        "proposes for so many days, whose outcomes are counted; 0 for none")  # fmt: skip
    create.add_argument("--json", action="store_true", help="answer as JSON")
    _verb(group, "list", "list the tenants", list_tenants, scoped=False).add_argument("--json", action="store_true")


def _register_user(group: Subparsers) -> None:
    invite = _verb(group, "invite", "give a person a role in a tenant", invite_user)
    invite.add_argument("email")
    invite.add_argument(
        "--role", required=True, help="admin, team_lead, collector, cash_clerk, … or a role of your own"
    )
    invite.add_argument("--name", default="", help="how the person is called on screens")
    invite.add_argument("--password-stdin", action="store_true", help="read the first password from standard input")
    change = _verb(group, "change", "give a member another role, or end the access", change_user)
    change.add_argument("email")
    change.add_argument("--role", help="the new role; the old one when left out")
    change.add_argument("--end", action="store_true", help="end the access at once")
    _verb(group, "list", "list the people of a tenant", list_users)


def _register_key(group: Subparsers) -> None:
    create = _verb(group, "create", "make an API key; its secret is printed once", create_key)
    create.add_argument("--name", required=True, help="what uses the key")
    create.add_argument("--scope", required=True, action="append", nargs="+", metavar="S", help="a permission, as on "
                        "the matrix of roles; may be repeated")  # fmt: skip
    create.add_argument("--expires", type=datetime.fromisoformat, metavar="DATE", help="the first day it is refused")
    revoke = _verb(group, "revoke", "end a key at once", revoke_key)
    revoke.add_argument("prefix", help="the part of the key after “fairdue_”")
    _verb(group, "list", "list the API keys of a tenant", list_keys)


def _print(args: argparse.Namespace, data: dict[str, Any] | list[dict[str, Any]], words: str) -> int:
    print(json.dumps(data, indent=2, ensure_ascii=False, default=str) if args.json else words)
    return 0


def create_tenant(args: argparse.Namespace) -> int:
    """Make a tenant."""
    base.start()
    from fairdue.cash.policies import first_weeks
    from fairdue.foundation import accounts, clock

    today = clock.today("UTC")
    tenant = accounts.create_tenant(
        slug=args.slug, name=args.name, timezone=args.timezone, language=args.language,
        today=today, actor="system:cli", chosen=first_weeks(today, args.shadow_days),
    )  # fmt: skip
    return _print(args, {"tenant": args.slug, "number": tenant}, f"tenant {args.slug} is there")


def list_tenants(args: argparse.Namespace) -> int:
    """List the tenants."""
    base.start()
    from fairdue.foundation.models import Tenant

    rows = [{"tenant": t.slug, "name": t.name, "timezone": t.timezone} for t in Tenant.objects.order_by("slug")]
    return _print(args, rows, "\n".join(f"{row['tenant']}\t{row['name']}" for row in rows))


def invite_user(args: argparse.Namespace) -> int:
    """Give a person a role."""
    password = sys.stdin.readline().rstrip("\r\n") if args.password_stdin else None
    with base.tenant_scope(args) as ctx:
        from fairdue.foundation import accounts

        user = accounts.invite_user(
            ctx, email=args.email, role=args.role, name=args.name, creditor=base.creditor_of(args, ctx),
            password=password, today=base.business_date(args, ctx),
        )  # fmt: skip
    hint = "" if password else "; they set a password by “Forgotten your password?” on the sign-in page"
    return _print(args, {"user": user, "email": args.email}, f"{args.email} is {args.role}{hint}")


def change_user(args: argparse.Namespace) -> int:
    """Give a member another role, or end the access."""
    with base.tenant_scope(args) as ctx:
        from fairdue.foundation import accounts

        member = next((row for row in accounts.members(ctx) if row.email == args.email.strip().lower()), None)
        if member is None:
            raise refuse("user.unknown", "email", f"{args.email} is not in this tenant.")
        accounts.change_membership(
            ctx, user=member.user_id, role=args.role or member.role, active=not args.end,
            creditor=base.creditor_of(args, ctx) or member.creditor_id, today=base.business_date(args, ctx),
        )  # fmt: skip
    words = "has no access any more" if args.end else f"is {args.role or member.role} now"
    return _print(args, {"user": member.user_id, "active": not args.end}, f"{args.email} {words}")


def list_users(args: argparse.Namespace) -> int:
    """List the people of a tenant."""
    with base.tenant_scope(args) as ctx:
        from fairdue.foundation import accounts

        rows = accounts.members(ctx)
    data = [{"email": r.email, "name": r.name, "role": r.role, "active": r.active} for r in rows]
    lines = (f"{r.email}\t{r.role}\t{'active' if r.active else 'ended'}" for r in rows)
    return _print(args, data, "\n".join(lines))


def create_key(args: argparse.Namespace) -> int:
    """Make an API key and print its secret, once."""
    scopes = [word for group in args.scope for word in group]
    expires = datetime.combine(args.expires.date(), time(), UTC) if args.expires else None
    with base.tenant_scope(args) as ctx:
        from fairdue.foundation import accounts

        made = accounts.create_api_key(
            ctx, name=args.name, scopes=scopes, creditor=base.creditor_of(args, ctx), expires_at=expires,
            today=base.business_date(args, ctx),
        )  # fmt: skip
    return _print(args, {"id": made.id, "secret": made.secret}, made.secret)


def revoke_key(args: argparse.Namespace) -> int:
    """End a key."""
    with base.tenant_scope(args) as ctx:
        row = _key_of(ctx, args.prefix)
        from fairdue.foundation import accounts

        accounts.revoke_api_key(ctx, api_key=row, today=base.business_date(args, ctx))
    return _print(args, {"revoked": args.prefix}, f"{args.prefix} is revoked")


def _key_of(ctx: Ctx, prefix: str) -> Any:
    from fairdue.foundation import accounts

    wanted = prefix.removeprefix("fairdue_").partition("_")[0]
    found = next((row.id for row in accounts.api_keys(ctx) if row.prefix == wanted), None)
    if found is None:
        raise refuse("api_key.unknown", "prefix", f"There is no key {wanted!r} in this tenant.")
    return found


def list_keys(args: argparse.Namespace) -> int:
    """List the API keys of a tenant; never their secrets."""
    with base.tenant_scope(args) as ctx:
        from fairdue.foundation import accounts

        rows = accounts.api_keys(ctx)
    data = [
        {"prefix": r.prefix, "name": r.name, "scopes": r.scopes, "last_used_at": r.last_used_at,
         "expires_at": r.expires_at, "revoked_at": r.revoked_at}
        for r in rows
    ]  # fmt: skip
    lines = (f"{r.prefix}\t{r.name}\t{'revoked' if r.revoked_at else ' '.join(r.scopes)}" for r in rows)
    return _print(args, data, "\n".join(lines))
