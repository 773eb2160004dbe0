"""Allocations: credits on items, discounts, write-offs, withdrawals, and taking each of them back.

Locks are taken in one order, items before credits, each by id, so that two commands never wait for each
other in a circle; the database's CHECKs bound every residual whatever happens here.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import refuse
from fairdue.core.ledger import AccountRole, Entry, Line, carrying_part, exchange_line
from fairdue.core.money import decimal_of
from fairdue.foundation.approvals import propose
from fairdue.foundation.arrays import array, columns
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.receivables.models import Allocation, Credit, OpenItem
from fairdue.receivables.services.alone import stay_within_limit
from fairdue.receivables.services.credits import account_of
from fairdue.receivables.services.posting import post

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from fairdue.foundation.context import Ctx

_COLUMNS = (
    ("id", "uuid"), ("creditor_id", "uuid"), ("debtor_id", "uuid"), ("kind", "text"), ("item_id", "uuid"),
    ("credit_id", "uuid"), ("amount", "bigint"), ("credit_amount", "bigint"), ("functional_item", "bigint"),
    ("functional_credit", "bigint"), ("effective_on", "date"), ("reversal_of_id", "uuid"), ("group_id", "uuid"),
    ("reason", "text"), ("account_role", "text"),
)  # fmt: skip
_INSERT = (
    f"INSERT INTO allocation (tenant_id, {', '.join(name for name, _ in _COLUMNS)}) "
    f"SELECT %s, a.* FROM unnest({', '.join(f'%s::{kind}[]' for _, kind in _COLUMNS)}) AS a"
)
WITHOUT_CREDIT = {
    Allocation.Kind.DISCOUNT: AccountRole.DISCOUNT,
    Allocation.Kind.WRITE_OFF: AccountRole.WRITE_OFF,
}


@dataclass(frozen=True, slots=True)
class Applied:
    """One line of an allocation: `amount` minor units of the item, from a credit or as a discount or write-off.

    `credit_amount` (minor units of the credit) is needed only when the currencies differ. `account` names
    another expense account for a write-off (small differences, bank fees).
    """

    item: UUID
    amount: int
    credit: UUID | None = None
    credit_amount: int | None = None
    kind: str = Allocation.Kind.APPLIED
    reason: str = ""
    account: AccountRole | None = None
    group: UUID | None = None
    """Where one call applies many payments: the group by which this line is undone."""


@dataclass(frozen=True, slots=True)
class _Priced:
    """A line with its credit part and both carrying amounts."""

    line: Applied
    credit_amount: int
    functional_item: int
    functional_credit: int


class _Ledger:
    """The locked items and credits of one command with what is left of each as lines are taken."""

    def __init__(self, items: Iterable[UUID], credits_: Iterable[UUID]) -> None:
        rows = OpenItem.objects.select_for_update().filter(id__in=set(items)).order_by("id")
        self.items = {row.id: row for row in rows}
        credit_rows = Credit.objects.select_for_update().filter(id__in=set(credits_)).order_by("id")
        self.credits = {row.id: row for row in credit_rows}

    def take(self, line: Applied, path: str) -> _Priced:
        """Take a line off what is left; refuse more than there is."""
        item = self.items.get(line.item)
        if item is None:
            raise refuse("allocation.item", f"{path}.item", "There is no such open item.")
        if not 0 < line.amount <= item.residual:
            left = decimal_of(item.residual, item.currency)
            raise refuse(
                "allocation.exceeds_item", f"{path}.amount",
                f"{decimal_of(line.amount, item.currency)} is not within the residual {left} {item.currency} "
                f"of {item.number}.",
            )  # fmt: skip
        functional = carrying_part(line.amount, item.residual, item.functional_residual)
        item.residual -= line.amount
        item.functional_residual -= functional
        if line.kind in WITHOUT_CREDIT:
            return _Priced(line, 0, functional, 0)
        return self._from_credit(line, item, functional, path)

    def _from_credit(self, line: Applied, item: OpenItem, functional: int, path: str) -> _Priced:
        credit = self.credits.get(line.credit) if line.credit else None
        if credit is None:
            raise refuse("allocation.credit", f"{path}.credit", "There is no such payment or credit note.")
        if credit.creditor_id != item.creditor_id:
            raise refuse("allocation.creditor", f"{path}.credit", "The payment belongs to another creditor's books.")
        amount = line.amount if credit.currency == item.currency else line.credit_amount
        if amount is None:
            raise refuse(
                "allocation.currency", f"{path}.credit_amount",
                f"{credit.currency} on {item.currency}: say how much of the payment is used.",
            )  # fmt: skip
        if not 0 < amount <= credit.unapplied:
            left = decimal_of(credit.unapplied, credit.currency)
            raise refuse(
                "allocation.exceeds_credit", f"{path}.credit_amount",
                f"{decimal_of(amount, credit.currency)} is not within the unapplied {left} {credit.currency} "
                f"of {credit.number}.",
            )  # fmt: skip
        carried = carrying_part(amount, credit.unapplied, credit.functional_unapplied)
        credit.unapplied -= amount
        credit.functional_unapplied -= carried
        return _Priced(line, amount, functional, carried)


@command("receivables.allocate")
def allocate(
    ctx: Ctx, *, lines: Sequence[Applied], effective_on: date, today: date, group: UUID | None = None,
    key: str | None = None,
) -> UUID:  # fmt: skip
    """Allocate credits to items, many to many, with discounts and write-offs; returns the group for an undo.

    Nothing is over-allocated, nothing is lost: what a credit has left stays on account. An unknown payer
    becomes known when all lines of the credit are of one debtor. A line takes effect on `effective_on`, but
    not before both its item is issued and its credit received.
    """
    del key
    if not lines:
        raise refuse("allocation.empty", "lines", "There is nothing to allocate.")
    ledger = _Ledger((line.item for line in lines), (line.credit for line in lines if line.credit))
    priced = [ledger.take(line, f"lines[{index}]") for index, line in enumerate(lines)]
    group = group or uuid7()
    insert_allocations(ctx, [_row(ledger, one, effective_on, one.line.group or group) for one in priced])
    _know_payers(ctx, ledger, priced, today)
    post(ctx, [entry for one in priced for entry in _posted(ledger, one, effective_on, group)])
    record_all(ctx, [fact for one in priced for fact in _facts(ledger, one, today, one.line.group or group)])
    record_all(ctx, _settled(ledger, today))
    return group


def _posted(ledger: _Ledger, one: _Priced, on: date, group: UUID) -> list[Entry]:
    return _entries(ledger, one, _effective(ledger, one, on), one.line.group or group)


_NAME_PAYERS = (
    "UPDATE credit c SET debtor_id = k.debtor FROM unnest(%s::uuid[], %s::uuid[]) AS k(id, debtor) "
    "WHERE c.tenant_id = %s AND c.id = k.id"
)


def insert_allocations(ctx: Ctx, rows: list[tuple[Any, ...]]) -> None:
    """Write rows of allocations; balances follow in the database."""
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [ctx.tenant, *columns(rows)])


def _effective(ledger: _Ledger, one: _Priced, on: date) -> date:
    """Return the first day from `on` on which both sides exist; else an as-of balance would lose money."""
    credit = ledger.credits[one.line.credit] if one.line.credit else None
    return max(on, ledger.items[one.line.item].issued_on, credit.received_on if credit else on)


def _row(ledger: _Ledger, one: _Priced, on: date, group: UUID) -> tuple[Any, ...]:
    item, effective_on = ledger.items[one.line.item], _effective(ledger, one, on)
    return (
        uuid7(), item.creditor_id, item.debtor_id, one.line.kind, item.id, one.line.credit, one.line.amount,
        one.credit_amount, one.functional_item, one.functional_credit, effective_on, None, group,
        one.line.reason[:200], _account(one.line),
    )  # fmt: skip


def _account(line: Applied) -> str:
    """Return the expense account of a line without credit, nothing for one with."""
    default = WITHOUT_CREDIT.get(Allocation.Kind(line.kind))
    return (line.account or default).value if default else ""


def _know_payers(ctx: Ctx, ledger: _Ledger, priced: list[_Priced], today: date) -> None:
    """Name the payer of each credit whose lines are all of one debtor, in one statement."""
    debtors: defaultdict[UUID, set[UUID]] = defaultdict(set)
    for one in priced:
        if one.line.credit is not None:
            debtors[one.line.credit].add(ledger.items[one.line.item].debtor_id)
    known = [credit for credit in ledger.credits.values() if credit.debtor_id is None and len(debtors[credit.id]) == 1]
    for credit in known:
        credit.debtor_id = debtors[credit.id].pop()
    if known:
        with connection.cursor() as cursor:
            cursor.execute(
                _NAME_PAYERS,
                [array(credit.id for credit in known), array(credit.debtor_id for credit in known), ctx.tenant],
            )
    record_all(ctx, [
        NewFact("credit.assigned", today, credit.id, credit.creditor_id, credit.debtor_id, {"number": credit.number})
        for credit in known
    ])  # fmt: skip


def _entries(ledger: _Ledger, one: _Priced, on: date, group: UUID, sign: int = 1) -> list[Entry]:
    """Return the entries of a line: against the credit's account, or the expense; FX difference apart."""
    item = ledger.items[one.line.item]
    receivable = Line(AccountRole.RECEIVABLE, -sign * one.line.amount, -sign * one.functional_item, item.debtor_id)
    kind = ("" if sign > 0 else "reverse_") + one.line.kind
    if one.line.kind in WITHOUT_CREDIT:
        expense = Line(AccountRole(_account(one.line)), sign * one.line.amount, sign * one.functional_item)
        return [Entry(item.creditor_id, on, kind, item.currency, (expense, receivable), group, item.number)]
    assert one.line.credit is not None
    credit = ledger.credits[one.line.credit]
    waiting = Line(account_of(credit.kind), sign * one.credit_amount, sign * one.functional_credit, credit.debtor_id)
    difference = exchange_line(sign * (one.functional_item - one.functional_credit))
    if credit.currency == item.currency:
        return [
            Entry(item.creditor_id, on, kind, item.currency, (waiting, receivable, *difference), group, item.number)
        ]
    out = Line(AccountRole.FX_CLEARING, -sign * one.credit_amount, -sign * one.functional_credit)
    back = Line(AccountRole.FX_CLEARING, sign * one.line.amount, sign * one.functional_credit)
    return [
        Entry(item.creditor_id, on, kind, credit.currency, (waiting, out), group, item.number),
        Entry(item.creditor_id, on, kind, item.currency, (back, receivable, *difference), group, item.number),
    ]


_FACT_OF = {
    Allocation.Kind.APPLIED: "item.allocated",
    Allocation.Kind.DISCOUNT: "item.discounted",
    Allocation.Kind.WRITE_OFF: "item.written_off",
}


def _facts(ledger: _Ledger, one: _Priced, today: date, group: UUID) -> list[NewFact]:
    item = ledger.items[one.line.item]
    payload = {
        "number": item.number, "amount": {"minor": one.line.amount, "currency": item.currency},
        "credit": str(one.line.credit) if one.line.credit else None, "group": str(group),
        "reason": one.line.reason, "residual": item.residual,
    }  # fmt: skip
    kind = _FACT_OF[Allocation.Kind(one.line.kind)]
    return [NewFact(kind, today, item.id, item.creditor_id, item.debtor_id, payload)]


def _settled(ledger: _Ledger, today: date) -> list[NewFact]:
    return [
        NewFact("item.settled", today, item.id, item.creditor_id, item.debtor_id, {"number": item.number})
        for item in ledger.items.values()
        if item.residual == 0
    ]


@command("receivables.write_off", Permission.WRITE_OFF)
def write_off(
    ctx: Ctx, *, item: UUID, amount: int, reason: str, effective_on: date, today: date, key: str | None = None
) -> UUID:
    """Write off a part of an item, all parts up to the tenant's limit; above it `propose_write_off` asks another."""
    del key
    _for_write_off(item, amount, reason)
    line = Applied(item, amount, kind=Allocation.Kind.WRITE_OFF, reason=reason)
    group = allocate(ctx, lines=[line], effective_on=effective_on, today=today)
    stay_within_limit(ctx, [item], "amount")
    return group


@command("receivables.propose_write_off")
def propose_write_off(ctx: Ctx, *, item: UUID, amount: int, reason: str, today: date, key: str | None = None) -> UUID:
    """Propose a write-off of any amount for somebody else's approval; returns the approval.

    Who collects may ask, too: asking gives nothing away.
    """
    del key
    if not (ctx.may(Permission.WRITE_OFF) or ctx.may(Permission.COLLECTIONS_ACT)):
        raise refuse("permission.missing", "", f"You may not do this: it needs “{Permission.WRITE_OFF.value}”.")
    row = _for_write_off(item, amount, reason)
    title = f"Write off {decimal_of(amount, row.currency)} {row.currency} of {row.number}"
    return propose(
        ctx, kind="write_off", subject=item, title=title, today=today, creditor=row.creditor_id,
        debtor=row.debtor_id, payload={"item": str(item), "amount": amount, "reason": reason},
    )  # fmt: skip


def _for_write_off(item: UUID, amount: int, reason: str) -> OpenItem:
    row = OpenItem.objects.filter(id=item).first()
    if row is None:
        raise refuse("allocation.item", "item", "There is no such open item.")
    if not 0 < amount <= row.residual:
        raise refuse("allocation.exceeds_item", "amount", f"The amount is not within the residual of {row.number}.")
    if not reason.strip():
        raise refuse("write_off.reason", "reason", "A write-off needs a reason.")
    return row


@command("receivables.reverse_allocations")
def reverse_allocations(
    ctx: Ctx, *, group: UUID, effective_on: date, today: date, reason: str, items: Collection[UUID] | None = None,
    credit: UUID | None = None, key: str | None = None,
) -> UUID:  # fmt: skip
    """Take back every allocation of a group that still stands, or those of some items or of one credit.

    Returns the group of the mirror rows.

    The items are open again with their original due dates, the credits are unapplied again; the undo takes
    effect on `effective_on`, but not before what it undoes.
    """
    del key
    made = list(Allocation.objects.filter(group_id=group, reversal_of_id__isnull=True).order_by("id"))
    made = made if items is None else [row for row in made if row.item_id in items]
    made = made if credit is None else [row for row in made if row.credit_id == credit]
    # The locks come first: of two people who undo the same at once, the second finds it undone.
    ledger = _Ledger((r.item_id for r in made if r.item_id), (r.credit_id for r in made if r.credit_id))
    rows = _standing(made)
    mirror = uuid7()
    insert_allocations(ctx, [_mirror(row, max(effective_on, row.effective_on), mirror, reason) for row in rows])
    priced = [_priced(row) for row in rows]
    post(ctx, [
        entry
        for row, one in zip(rows, priced, strict=True)
        for entry in _entries(ledger, one, max(effective_on, row.effective_on), mirror, sign=-1)
    ])  # fmt: skip
    record_all(ctx, [_taken_back(ledger, one, today, mirror, reason) for one in priced])
    return mirror


def _standing(rows: list[Allocation]) -> list[Allocation]:
    """Return the allocations that are not taken back yet; refuse when there are none, or money has left."""
    undone = set(
        Allocation.objects.filter(reversal_of_id__in=[row.id for row in rows]).values_list("reversal_of_id", flat=True)
    )
    standing = [row for row in rows if row.id not in undone]
    if not standing:
        raise refuse("allocation.nothing_to_reverse", "group", "There is nothing left of this to take back.")
    if any(row.kind == Allocation.Kind.WITHDRAWAL for row in standing):
        raise refuse("allocation.withdrawn", "group", "Money that was paid back cannot be taken back by an undo.")
    return standing


def _mirror(row: Allocation, effective_on: date, group: UUID, reason: str) -> tuple[Any, ...]:
    return (
        uuid7(), row.creditor_id, row.debtor_id, row.kind, row.item_id, row.credit_id, -row.amount,
        -row.credit_amount, -row.functional_item, -row.functional_credit, effective_on, row.id, group, reason[:200],
        row.account_role,
    )  # fmt: skip


def _priced(row: Allocation) -> _Priced:
    assert row.item_id is not None
    account = AccountRole(row.account_role) if row.account_role else None
    line = Applied(row.item_id, row.amount, row.credit_id, row.credit_amount, row.kind, row.reason, account)
    return _Priced(line, row.credit_amount, row.functional_item, row.functional_credit)


def _taken_back(ledger: _Ledger, one: _Priced, today: date, group: UUID, reason: str) -> NewFact:
    item = ledger.items[one.line.item]
    payload = {
        "number": item.number, "amount": {"minor": one.line.amount, "currency": item.currency}, "kind": one.line.kind,
        "credit": str(one.line.credit) if one.line.credit else None, "group": str(group), "reason": reason,
    }  # fmt: skip
    return NewFact("allocation.reversed", today, item.id, item.creditor_id, item.debtor_id, payload)


@command("receivables.withdraw_credit")
def withdraw_credit(
    ctx: Ctx, *, credit: UUID, amount: int, effective_on: date, today: date, reason: str,
    contra: AccountRole = AccountRole.BANK, key: str | None = None,
) -> UUID:  # fmt: skip
    """Take money out of a credit that is not applied: a refund, or a payment that the bank returned."""
    del key
    row = Credit.objects.select_for_update().get(id=credit)
    effective_on = max(effective_on, row.received_on)
    if not 0 < amount <= row.unapplied:
        left = decimal_of(row.unapplied, row.currency)
        raise refuse("credit.exceeds", "amount", f"Only {left} {row.currency} of {row.number} is unapplied.")
    functional = carrying_part(amount, row.unapplied, row.functional_unapplied)
    group = uuid7()
    insert_allocations(ctx, [(
        uuid7(), row.creditor_id, row.debtor_id, Allocation.Kind.WITHDRAWAL, None, row.id, 0, amount, 0,
        functional, effective_on, None, group, reason[:200], "",
    )])  # fmt: skip
    waiting = Line(account_of(row.kind), amount, functional, row.debtor_id)
    entry = Entry(
        row.creditor_id, effective_on, "withdrawal", row.currency, (waiting, Line(contra, -amount, -functional)),
        group, row.number,
    )  # fmt: skip
    post(ctx, [entry])
    payload = {"number": row.number, "amount": {"minor": amount, "currency": row.currency}, "reason": reason}
    record(ctx, NewFact("credit.withdrawn", today, row.id, row.creditor_id, row.debtor_id, payload))
    return group
