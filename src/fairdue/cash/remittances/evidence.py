"""Give the advices of payments to matching."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.directdebit.batches import run_advices
from fairdue.cash.formats.remittance.checks import shown
from fairdue.cash.loading import payment_of
from fairdue.cash.models import Remittance, RemittanceLine
from fairdue.cash.remittances.linking import link, may_have_advice
from fairdue.core.matching import Advice, AdvisedDocument, NamedDocument

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.cash.models import BankLine
    from fairdue.core.matching import Payment
    from fairdue.foundation.context import Ctx


def payments_of(ctx: Ctx, creditor: UUID, lines: Sequence[BankLine], today: date) -> list[Payment]:
    """Return bank lines as matching sees them, with the advices that belong to them; links those that wait."""
    if may_have_advice(creditor, lines):
        link(ctx, creditor, today)
    advices = {row.line_id: row for row in Remittance.objects.filter(line_id__in=[line.id for line in lines])}
    runs = run_advices(ctx, [line for line in lines if line.id not in advices])
    if not advices:
        return [_collected(payment_of(line), runs.get(line.id)) for line in lines]
    parts: defaultdict[UUID, list[RemittanceLine]] = defaultdict(list)
    ids = [row.id for row in advices.values()]
    for part in RemittanceLine.objects.filter(remittance_id__in=ids).order_by("remittance_id", "position"):
        parts[part.remittance_id].append(part)
    return [
        _advised(payment_of(line), advices[line.id], parts[advices[line.id].id])
        if line.id in advices
        else _collected(payment_of(line), runs.get(line.id))
        for line in lines
    ]


def _collected(payment: Payment, advice: Advice | None) -> Payment:
    """Return a payment that is the credit of one of our runs with what was collected."""
    if advice is None:
        return payment
    documents = tuple(NamedDocument(one.number, one.net) for one in advice.documents)
    return replace(payment, advice=advice, documents=(*payment.documents, *documents))


def _advised(payment: Payment, advice: Remittance, parts: Sequence[RemittanceLine]) -> Payment:
    """Return the payment with its advice; the documents stand beside those that the bank line names."""
    documents = tuple(
        AdvisedDocument(part.number, part.net, part.discount, part.reason) for part in parts if part.net is not None
    )
    doubt = doubt_of(advice, [part.net for part in parts], payment.amount)
    return replace(
        payment,
        documents=(*payment.documents, *(NamedDocument(part.number, part.net) for part in parts)),
        advice=Advice(_said(advice, len(parts)), documents if len(documents) == len(parts) else (), doubt),
    )


def _said(advice: Remittance, count: int) -> str:
    name = f"advice {advice.reference}" if advice.reference else "advice"
    return f"{name} of {'1 document' if count == 1 else f'{count} documents'}"


def doubt_of(advice: Remittance, nets: Sequence[int | None], amount: int | None) -> str:
    """Return why nobody should post by this advice: its lines are not its total, or not the payment's amount."""
    told = [net for net in nets if net is not None]
    whole = sum(told) if told and len(told) == len(nets) else None
    if whole is not None and advice.total is not None and whole != advice.total:
        stated, lines = shown(advice.total, advice.currency), shown(whole, advice.currency)
        return f"the lines of the advice come to {lines}, and it states {stated}"
    if amount is not None and advice.amount is not None and advice.amount != amount:
        return f"the advice is over {shown(advice.amount, advice.currency)}, and the payment is not"
    return ""
