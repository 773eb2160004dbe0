"""The key with which the mail of a creditor is signed (DKIM): made here, sealed to its row, never shown again."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.foundation.commands import command
from fairdue.foundation.crypto import decrypt, encrypt
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.mail.signing import Key, make_key, record_of, register_keys
from fairdue.foundation.permissions import Permission
from fairdue.parties.models import Creditor

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

PLACE = "creditor.dkim"


@command("parties.make_mail_key", Permission.SETTINGS_EDIT)
def make_mail_key(ctx: Ctx, *, creditor: UUID, domain: str, selector: str, today: date, key: str | None = None) -> str:
    """Make a signing key for a domain of the creditor; returns the text record that its DNS must publish.

    It stands at `<selector>._domainkey.<domain>`. An earlier key is replaced.
    """
    del key
    row = Creditor.objects.select_for_update().get(id=creditor)
    private, public = make_key()
    sealed = encrypt(private, tenant=ctx.tenant, column=PLACE, row=creditor).hex()
    kept = {"domain": domain.lower(), "selector": selector, "sealed": sealed, "public": public}
    row.settings = {**row.settings, "dkim": kept}
    row.save(update_fields=["settings"])
    payload = {"name": row.name, "changes": f"mail key of {domain}"}
    record(ctx, NewFact("creditor.changed", today, creditor, creditor, None, payload))
    return record_of(public)


def mail_key(ctx: Ctx, creditor: UUID) -> Key | None:
    """Return the signing key of a creditor, none where it has none."""
    row = Creditor.objects.filter(id=creditor).first()
    kept = (row.settings.get("dkim") if row else None) or {}
    if not kept.get("sealed"):
        return None
    private = decrypt(bytes.fromhex(kept["sealed"]), tenant=ctx.tenant, column=PLACE, row=creditor)
    return Key(kept["domain"], kept["selector"], private)


register_keys(mail_key)
