"""Hold back a tenant's outgoing mail, and let it go again.

After a restore the database believes that what went out since the backup is still to be sent. Until a person has
looked, nothing of that tenant leaves the house.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connections, transaction

from fairdue.foundation.models import Tenant

KEY = "mail_held"
_WAITING = """
SELECT t.slug, m.kind, count(*), min(m.created_at) FROM outgoing_mail m JOIN tenant t ON t.id = m.tenant_id
WHERE m.state IN ('planned', 'sending') GROUP BY 1, 2 ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many messages of a kind wait in a tenant, and since when the oldest."""

    tenant: str
    kind: str
    count: int
    since: datetime


def waiting() -> list[Waiting]:
    """Return what is still to be sent, read by the platform role."""
    with connections["loader"].cursor() as cursor:
        cursor.execute(_WAITING)
        return [Waiting(*row) for row in cursor.fetchall()]


def held() -> dict[str, str]:
    """Return why the mail of a tenant is held back, by the tenant's short name."""
    rows = Tenant.objects.filter(settings__has_key=KEY).values_list("slug", "settings")
    return {slug: settings[KEY] for slug, settings in rows}


def hold(reason: str) -> int:
    """Hold back the mail of every tenant; returns of how many."""
    with transaction.atomic():
        tenants = list(Tenant.objects.select_for_update())
        for tenant in tenants:
            tenant.settings = {**tenant.settings, KEY: reason}
        Tenant.objects.bulk_update(tenants, ["settings"])
    return len(tenants)


def release(tenant: int) -> None:
    """Let the mail of a tenant go again."""
    with transaction.atomic():
        row = Tenant.objects.select_for_update().get(id=tenant)
        row.settings = {name: value for name, value in row.settings.items() if name != KEY}
        row.save(update_fields=["settings"])
