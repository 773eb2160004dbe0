"""What the database must be: reachable, of a release that we know, roles that bind, migrated, on time, safe."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from fairdue.foundation.checks import binding_errors
from fairdue.foundation.database import role
from fairdue.foundation.doctor import Sign, examine, fail, ok, warn
from fairdue.foundation.models import Tenant

OLDEST, NEWEST = 15, 18
MANY = 5
_ROLES = """
SELECT rolname, rolsuper, rolbypassrls, rolcreaterole OR rolcreatedb FROM pg_roles WHERE rolname = ANY(%s)
"""
_MEMBERS = """
SELECT g.rolname FROM pg_auth_members m JOIN pg_roles g ON g.oid = m.roleid JOIN pg_roles u ON u.oid = m.member
WHERE u.rolname = %s ORDER BY 1
"""
_SETTINGS = "SELECT name, setting FROM pg_settings WHERE name = ANY(%s)"
DURABLE = ("fsync", "full_page_writes", "synchronous_commit")


def _rows(statement: str, parameters: list[Any], alias: str = "default") -> list[Any]:
    with connections[alias].cursor() as cursor:
        cursor.execute(statement, parameters)
        return cursor.fetchall()


@examine("database")
def release_is_known() -> Iterator[Sign]:
    """Compare the server's release with those that are tested."""
    major = _rows("SELECT current_setting('server_version_num')::int / 10000", [])[0][0]
    place = connections["default"].settings_dict
    words = f"PostgreSQL {major}, database {place['NAME']}"
    if major < OLDEST:
        yield fail("database", words, f"Move to PostgreSQL {OLDEST} or newer.")
    elif major > NEWEST:
        yield warn("database", words, f"Releases up to {NEWEST} are tested.")
    else:
        yield ok("database", words)


@examine("durability")
def what_is_written_stays() -> Iterator[Sign]:
    """Refuse a server that may forget what it acknowledged: numbers would be given out twice."""
    loose = [name for name, value in _rows(_SETTINGS, [list(DURABLE)]) if value == "off"]
    if loose:
        advice = "Switch it on in postgresql.conf: a crash could give an invoice number to two invoices."
        yield fail("durability", f"{', '.join(sorted(loose))} is off", advice)
    else:
        yield ok("durability", "what is acknowledged is on the disk")


@examine("roles")
def roles_are_bound() -> Iterator[Sign]:
    """Look whether row-level security binds the roles that must be bound."""
    rights = {name: rest for name, *rest in _rows(_ROLES, [[role(k) for k in ("owner", "app", "client", "loader")]])}
    wrong = [f"{role('app')} {reason}" for reason in binding_errors()]
    for kind in ("owner", "client", "loader"):
        if role(kind) not in rights:
            wrong.append(f"{role(kind)} does not exist")
            continue
        superuser, bypass, makes = rights[role(kind)]
        wrong += [f"{role(kind)} is a superuser"] * superuser + [f"{role(kind)} makes roles or databases"] * makes
        if bypass != (kind == "loader"):
            wrong.append(f"{role(kind)} must {'' if kind == 'loader' else 'not '}bypass row-level security")
    members = [row[0] for row in _rows(_MEMBERS, [role("app")])]
    if members != [role("client")]:
        wrong.append(f"{role('app')} is a member of {', '.join(members) or 'nothing'}, not of {role('client')} alone")
    for words in wrong:
        yield fail("roles", words, "See “Bring your own PostgreSQL”: without this, tenants are not kept apart.")
    if not wrong:
        yield ok("roles", "row-level security binds the application")


@examine("migrations")
def tables_fit_the_code() -> Iterator[Sign]:
    """Compare applied migrations with those of this release."""
    executor = MigrationExecutor(connections["owner"])
    waiting = [f"{one.app_label}.{one.name}" for one, _ in executor.migration_plan(executor.loader.graph.leaf_nodes())]
    newer = [".".join(key) for key in executor.loader.applied_migrations if key not in executor.loader.disk_migrations]
    if waiting:
        yield fail(
            "migrations", f"{len(waiting)} are not applied: {', '.join(waiting[:MANY])}", "Run `fairdue migrate`."
        )
    if newer:
        advice = "This release is older than the database; install the newer one."
        yield fail("migrations", f"unknown: {', '.join(sorted(newer)[:MANY])}", advice)
    if not waiting and not newer:
        yield ok("migrations", "the tables are those of this release")


@examine("clock")
def clocks_agree() -> Iterator[Sign]:
    """Compare the clocks of this machine and the database, and look at the zones."""
    before = datetime.now(UTC)
    theirs, zone = _rows("SELECT clock_timestamp(), current_setting('TimeZone')", [])[0]
    apart = max((before - theirs).total_seconds(), (theirs - datetime.now(UTC)).total_seconds(), 0)
    if zone != "UTC":
        yield fail("clock", f"the connection's time zone is {zone}", "Let no role or database setting override it.")
    if apart > 60:  # noqa: PLR2004 - a minute apart, links and tokens expire early
        yield fail("clock", f"this machine and the database are {apart:.0f} s apart", "Set both by NTP.")
    elif apart > 2:  # noqa: PLR2004 - seconds are noticed by nobody yet
        yield warn("clock", f"this machine and the database are {apart:.0f} s apart", "Set both by NTP.")
    else:
        yield ok("clock", "this machine and the database agree")
    for slug, name in Tenant.objects.values_list("slug", "timezone"):
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            yield fail("clock", f"the tenant {slug} lives in the unknown zone {name!r}", "Correct it in the settings.")
