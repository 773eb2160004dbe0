"""The credit of a whole run: the bank books the collections of a file as one amount, spread here over their items."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.formats.remittance.checks import shown
from fairdue.cash.models import DebitRun, DirectDebit
from fairdue.core.matching import Advice, AdvisedDocument
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairdue.cash.models import BankLine
    from fairdue.foundation.context import Ctx

_REFERENCE = re.compile(r"DD[0-9]{6}[0-9A-F]{10}")
State = DirectDebit.State


def run_advices(ctx: Ctx, lines: Sequence[BankLine]) -> dict[UUID, Advice]:
    """Return for each line that names one of our runs what is collected of which item, as an advice of our own.

    A run of which something is paid or was refused counts with the rest. Where that is not the line's amount, no
    machine posts it.
    """
    named = {line.id: found for line in lines if (found := _named(line))}
    runs = {run.reference: run for run in DebitRun.objects.filter(reference__in=set(named.values()))}
    if not runs:
        return {}
    by_run: defaultdict[UUID, list[DirectDebit]] = defaultdict(list)
    ordered = DirectDebit.objects.filter(run_id__in=[run.id for run in runs.values()], state=State.ORDERED)
    for debit in ordered.order_by("end_to_end_id"):
        by_run[debit.run_id].append(debit)
    numbers = _numbers(ctx, [debit for found in by_run.values() for debit in found])
    return {
        line.id: _advice(runs[named[line.id]], by_run[runs[named[line.id]].id], numbers, line)
        for line in lines
        if named.get(line.id) in runs
    }


def _named(line: BankLine) -> str:
    """Return the reference of a run that a line names; one collection of it has an id of its own and is no batch."""
    if _REFERENCE.match(line.end_to_end_id) and line.end_to_end_id.count("-"):
        return ""
    texts = " ".join((line.remittance, line.end_to_end_id, line.bank_reference, line.information, *line.references))
    found = _REFERENCE.search("".join(texts.split()))
    return found[0] if found else ""


def _numbers(ctx: Ctx, debits: Iterable[DirectDebit]) -> dict[UUID, str]:
    ids = [debit.item_id for debit in debits]
    return {row.id: row.number for row in receivables.items(ctx, ids=ids, limit=max(1, len(ids)))}


def _advice(run: DebitRun, debits: Sequence[DirectDebit], numbers: dict[UUID, str], line: BankLine) -> Advice:
    documents = tuple(AdvisedDocument(numbers[debit.item_id], debit.amount) for debit in debits)
    total = sum(one.net for one in documents)
    said = f"direct debit run {run.reference} of {len(documents)} collections"
    doubt = (
        "" if total == line.amount else f"{shown(total, run.currency)} of the run is on its way, and the line is not"
    )
    return Advice(said, documents, doubt, whose="Our")
