"""Official rules brought in over a screen: proposed by one person, imported when another approves.

A pack serves every tenant of the machine and brings programs (XSLT) that run in the validation worker. So a screen may
only do it where the whole machine belongs to one tenant, or where the operator says so (`FAIRDUE_RULE_UPLOAD=1`).
"""

from __future__ import annotations

import os
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.foundation.approvals import approval, propose
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.files import load, store
from fairdue.foundation.models import Tenant
from fairdue.foundation.permissions import Permission
from fairdue.invoicing.validation import store as packs

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

KIND = "rule_pack"
SHOWN = 16
"""Characters of a hash that a title shows; the whole one stands in the payload."""


def may_upload() -> bool:
    """Tell whether packs may come in over a screen of this machine."""
    said = os.environ.get("FAIRDUE_RULE_UPLOAD", "")
    return said == "1" if said else Tenant.objects.count() == 1


def _refuse_elsewhere() -> None:
    if not may_upload():
        raise refuse("rules.operator", "upload", "Several tenants share this machine: its operator imports rules.")


@command("invoicing.propose_rule_pack", Permission.SETTINGS_EDIT)
def propose_rule_pack(ctx: Ctx, *, content: bytes, name: str, today: date, key: str | None = None) -> UUID:
    """Propose a zip of official rules; returns the proposal, which another person approves.

    Refuses with every reason what is no pack: manifest, hashes of the files, form, size, a version that is taken.
    """
    del key
    _refuse_elsewhere()
    manifest = packs.described(content)
    file = store(ctx, content=content, name=name[:200] or "rules.zip", media_type="application/zip")
    span = f"valid from {manifest.get('valid_from') or 'ever'} to {manifest.get('valid_to') or 'no end'}"
    what = f"{manifest.get('name') or manifest['rule_set']} {manifest['version']} ({manifest['syntax']})"
    title = f"Import the rules {what}, {span}, SHA-256 {file.sha256[:SHOWN]}…"
    payload = {"file": str(file.id), "sha256": file.sha256, "name": what, "version": manifest["version"]}
    return propose(ctx, kind=KIND, subject=UUID(str(file.id)), title=title, payload=payload, today=today)


@approval(KIND, Permission.SETTINGS_EDIT)
def carry_out_rule_pack(ctx: Ctx, payload: dict[str, Any], today: date) -> object:
    """Import the very file that was proposed; it is checked again."""
    _refuse_elsewhere()
    file, content = load(ctx, UUID(str(payload["file"])))
    made = packs.add(content)
    told = {"name": made.name, "version": made.version, "sha256": file.sha256}
    record(ctx, NewFact("rule_pack.imported", today, UUID(str(file.id)), None, None, told))
    return file.id
