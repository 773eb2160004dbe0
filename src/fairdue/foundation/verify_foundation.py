"""The invariants of the foundation room."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection

from fairdue.core.findings import Finding
from fairdue.foundation.facts.witness import CUSTOMER, witness
from fairdue.foundation.files import FileDamagedError, read_content
from fairdue.foundation.models import StoredFile
from fairdue.foundation.verifying import invariant

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

witness("approval", "approval.proposed", subject="subject_id", figures={**CUSTOMER, "id": "approval"})
witness("approval", "approval.approved", subject="subject_id", figures={"id": "approval"}, only="t.state = 'approved'")
_OUTBOX = """
SELECT o.id, o.consumer, o.state, o.error FROM outbox o
LEFT JOIN fact f ON f.tenant_id = o.tenant_id AND f.id = o.fact_id
WHERE o.tenant_id = %s AND (f.id IS NULL OR o.state = 'dead')
"""


@invariant("foundation.stored_files")
def stored_files_are_whole(ctx: Ctx) -> Iterable[Finding]:
    """Read every stored file and compare its hash."""
    for row in StoredFile.objects.filter(tenant_id=ctx.tenant).iterator(chunk_size=500):
        try:
            read_content(row.sha256)
        except FileDamagedError as error:
            yield Finding("verify.file", f"stored_file {row.id}", str(error))


@invariant("foundation.outbox")
def outbox_is_answered(ctx: Ctx) -> Iterable[Finding]:
    """Name outbox rows that gave up, or whose fact is gone."""
    with connection.cursor() as cursor:
        cursor.execute(_OUTBOX, [ctx.tenant])
        for row, consumer, state, error in cursor.fetchall():
            sentence = f"{consumer} gave up: {error}" if state == "dead" else "Its fact is gone."
            yield Finding("verify.outbox", f"outbox {row}", sentence)
