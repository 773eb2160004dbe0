"""Jobs: one chunk of invoices rendered and judged; each may run twice and does nothing the second time."""

from __future__ import annotations

from uuid import UUID

from fairdue.foundation import clock
from fairdue.foundation.context import Ctx
from fairdue.foundation.jobs import job
from fairdue.foundation.models import Tenant
from fairdue.invoicing import services

CHUNK = 50
"""Invoices a job: a few seconds of work, so that a stopped worker loses little."""


@job("invoicing.render")
def render(ctx: Ctx, invoices: list[str]) -> None:
    """Write each invoice in the formats of its creditor that are missing, and judge the files."""
    for invoice in map(UUID, invoices):
        with ctx.open():
            today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
            codes = services.missing_formats(ctx, invoice)
        for code in codes:
            with ctx.open():
                written, verdict = services.rendered(ctx, invoice, code)
            with ctx.open():
                services.keep_document(ctx, invoice=invoice, code=code, written=written, verdict=verdict, today=today)


@job("invoicing.check")
def check(ctx: Ctx, document: str) -> None:
    """Ask the official rules once more about one stored file."""
    with ctx.open():
        today = clock.today(Tenant.objects.get(id=ctx.tenant).timezone)
        services.check_document_again(ctx, document=UUID(document), today=today)
