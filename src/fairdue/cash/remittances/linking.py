"""Find the payments of advices that wait: SQL narrows, the core decides."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q

from fairdue.cash.bulk import rows
from fairdue.cash.models import Remittance, RemittanceLine
from fairdue.core.advices import AROUND, SHORTEST_REFERENCE, Came, Tie, Told, ties
from fairdue.core.matching import alias_of
from fairdue.core.matching.text import compact
from fairdue.foundation.facts import NewFact, record_all

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from fairdue.cash.models import BankLine
    from fairdue.foundation.context import Ctx

_MOST_WAITING = 5_000
_REMEMBERED = timedelta(days=400)
"""How long an advice is looked for; after that only a person links it."""


def may_have_advice(creditor: UUID, lines: Iterable[BankLine]) -> bool:
    """Tell whether an advice that waits is over the amount of one of the lines, or carries its reference."""
    known = list(lines)
    references = {one for line in known for one in (line.end_to_end_id, line.bank_reference)} - {""}
    waiting = Remittance.objects.filter(creditor_id=creditor, state=Remittance.State.WAITING)
    narrow = Q(amount__in={line.amount for line in known}) | Q(reference__in=references)
    return bool(waiting.filter(narrow).exists())


def link(ctx: Ctx, creditor: UUID, today: date) -> dict[UUID, str]:
    """Link the waiting advices of a creditor whose payment leaves no doubt; return the lines with their state."""
    waiting = list(
        Remittance.objects.select_for_update()
        .filter(creditor_id=creditor, state=Remittance.State.WAITING, imported_on__gte=today - _REMEMBERED)
        .order_by("-imported_on", "id")[:_MOST_WAITING]
    )
    money = _money(ctx, creditor, waiting) if waiting else []
    if not money:
        return {}
    found = ties(_told(ctx, creditor, waiting), [_came(row) for row in money])
    _write(ctx, {row.id: row for row in waiting}, found, today)
    states = {row["id"]: row["state"] for row in money}
    return {UUID(one.line): states[UUID(one.line)] for one in found}


def _money(ctx: Ctx, creditor: UUID, waiting: Sequence[Remittance]) -> list[dict[str, Any]]:
    days = [row.paid_on or row.imported_on for row in waiting]
    return rows(
        ctx, "remittance_money", creditor=creditor, since=min(days) - AROUND, until=max(days) + AROUND,
        amounts=sorted({row.amount for row in waiting if row.amount is not None}),
        references=sorted({row.reference for row in waiting if len(row.reference) >= SHORTEST_REFERENCE}),
    )  # fmt: skip


def _told(ctx: Ctx, creditor: UUID, waiting: Sequence[Remittance]) -> list[Told]:
    """Return the advices with the names and accounts under which their payer may pay."""
    ids = [row.id for row in waiting]
    documents: defaultdict[UUID, list[tuple[str, int | None]]] = defaultdict(list)
    for one, number, net in RemittanceLine.objects.filter(remittance_id__in=ids).values_list(
        "remittance_id", "number", "net"
    ):
        documents[one].append((compact(number), net))
    asked = sorted({(one, number) for one, found in documents.items() for number, _ in found})
    payers = rows(
        ctx, "remittance_payers", creditor=creditor, remittances=[one for one, _ in asked],
        keys=[number for _, number in asked],
    )  # fmt: skip
    names: defaultdict[UUID, set[str]] = defaultdict(set)
    accounts: defaultdict[UUID, set[str]] = defaultdict(set)
    for row in payers:
        (names if row["kind"] == "name" else accounts)[row["remittance"]].add(row["value"])
    return [
        Told(
            id=str(row.id), amount=row.amount, currency=row.currency, reference=row.reference, paid_on=row.paid_on,
            imported_on=row.imported_on,
            names=frozenset(map(alias_of, {row.payer_name, *names[row.id]})) - {""},
            accounts=frozenset({row.payer_blind, *accounts[row.id]}) - {""},
            content=repr((row.amount, sorted(documents[row.id], key=str))),
        )
        for row in waiting
    ]  # fmt: skip


def _came(row: dict[str, Any]) -> Came:
    return Came(
        id=str(row["id"]), amount=row["amount"], currency=row["currency"], booked=row["booked_on"],
        ids=frozenset({row["end_to_end_id"], row["bank_reference"]}) - {""}, text=row["remittance"],
        names=frozenset(map(alias_of, (row["payer_name"], row["on_behalf_of"]))) - {""}, account=row["payer_blind"],
    )  # fmt: skip


def _write(ctx: Ctx, waiting: dict[UUID, Any], found: Sequence[Tie], today: date) -> None:
    changed = []
    for one in found:
        row = waiting[UUID(one.advice)]
        row.state, row.line_id = Remittance.State.LINKED, UUID(one.line)
        row.link, row.linked_by = one.by.value, "machine"
        changed.append(row)
    if changed:
        Remittance.objects.bulk_update(changed, ["state", "line_id", "link", "linked_by"])
        record_all(ctx, [linked(row, today) for row in changed])


def linked(row: Remittance, today: date) -> NewFact:
    """Return the fact that an advice has its payment."""
    payload = {"payer": row.payer_name or "an unknown payer", "by": row.link, "line": str(row.line_id)}
    return NewFact("remittance.linked", today, row.id, row.creditor_id, None, payload)
