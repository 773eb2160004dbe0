"""The invariants of invoicing, recomputed from raw rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import connection

from fairdue.core.findings import Finding
from fairdue.foundation.facts.witness import CUSTOMER, witness
from fairdue.foundation.sqlfiles import sql
from fairdue.foundation.verifying import invariant
from fairdue.invoicing.models import Invoice
from fairdue.invoicing.services.issuing import canonical

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

CHUNK = 500


@invariant("invoicing.rows")
def rows_hold(ctx: Ctx) -> Iterable[Finding]:
    """Name each row at which numbers, items, credits, billed quantities or files break."""
    with connection.cursor() as cursor:
        cursor.execute(sql("invoicing", "verify"), {"tenant": ctx.tenant})
        for code, path, message in cursor.fetchall():
            yield Finding(f"verify.{code}", path, message)


@invariant("invoicing.frozen")
def contents_hold(ctx: Ctx) -> Iterable[Finding]:
    """Name each invoice whose content is not the one that was hashed when it was issued."""
    found = Invoice.objects.filter(tenant_id=ctx.tenant).values_list("id", "number", "content", "sha256")
    for invoice, number, content, digest in found.iterator(chunk_size=CHUNK):
        if hashlib.sha256(canonical(content).encode()).hexdigest() != digest:
            yield Finding("verify.content", f"invoice/{invoice}", f"invoice {number} is not what was issued")


witness(
    "invoice", "invoice.issued", "credit_note.issued",
    figures={
        "gross": "amount,minor", "currency": "amount,currency", "net": "net,minor", "payable": "payable,minor?",
        "number": "number", **CUSTOMER, "issued_on": "@happened_on", "due_on": "due_on", "sha256": "sha256?",
        "draft_id": "draft?",
    },
)  # fmt: skip
