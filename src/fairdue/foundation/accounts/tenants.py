"""Make a tenant. This is platform work: there is no tenant yet whose member could do it."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.conf import settings
from django.db import IntegrityError, transaction

from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.foundation.accounts import facts  # noqa: F401 - declares what is recorded here
from fairdue.foundation.context import SYSTEM, Ctx, TenantId
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.models import Tenant

SHORTEST, LONGEST = 2, 60


def create_tenant(
    *, slug: str, name: str, today: date, timezone: str = "Europe/Berlin", language: str = "en", actor: str = SYSTEM,
    chosen: dict[str, Any] | None = None,
) -> TenantId:  # fmt: skip
    """Make a tenant and record `tenant.created`; returns its number. `chosen` are its first settings, by room.

    Refuses a short name that is taken or not made of lower-case letters, digits and hyphens, an unknown
    time zone and a language without a translation.
    """
    findings = _findings(slug, name, timezone, language)
    if findings:
        raise RefusedError(*findings)
    try:
        with transaction.atomic():
            row = Tenant.objects.create(
                slug=slug, name=name.strip(), timezone=timezone, language=language, settings=chosen or {}
            )
    except IntegrityError as error:
        raise refuse("tenant.duplicate", "slug", f"There is a tenant {slug!r} already.") from error
    ctx = Ctx(TenantId(row.pk), actor)
    with ctx.open():
        record(ctx, NewFact("tenant.created", today, payload={"slug": slug, "name": row.name}))
    return ctx.tenant


def _findings(slug: str, name: str, timezone: str, language: str) -> list[Finding]:
    languages = {code for code, _ in settings.LANGUAGES}
    plain = slug.replace("-", "")
    checks = (
        (
            plain.isascii() and plain.isalnum() and slug == slug.lower() and SHORTEST <= len(slug) <= LONGEST,
            Finding("tenant.slug", "slug", "A short name has 2 to 60 lower-case letters, digits or hyphens."),
        ),
        (bool(name.strip()), Finding("tenant.name", "name", "A tenant needs a name.")),
        (_is_timezone(timezone), Finding("tenant.timezone", "timezone", f"There is no time zone {timezone!r}.")),
        (
            language in languages,
            Finding("tenant.language", "language", f"Languages are {', '.join(sorted(languages))}."),
        ),
    )
    return [finding for right, finding in checks if not right]


def _is_timezone(name: str) -> bool:
    return name in available_timezones() and bool(ZoneInfo(name))
