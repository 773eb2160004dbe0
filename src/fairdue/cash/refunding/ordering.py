"""Order approved refunds from the bank: one file of transfers, each refund in one file only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count

from fairdue.cash.models import BankAccount, Refund
from fairdue.cash.refunding.pain001 import Payer, Transfer, write
from fairdue.core import bankdays
from fairdue.core.directdebit import CURRENCY
from fairdue.core.findings import refuse
from fairdue.foundation import clock
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.files import store
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.parties.paying_out import payable_accounts
from fairdue.parties.services.accounts import reveal_accounts
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class Ordered:
    """A file of transfers; `left_out` says of each approved refund that is not in it why. Cents."""

    file: UUID
    reference: str
    count: int
    amount: int
    left_out: tuple[tuple[UUID, str], ...]


@dataclass(frozen=True, slots=True)
class ToOrder:
    """How many approved refunds of a creditor no file orders yet."""

    creditor_id: UUID
    creditor_name: str
    count: int


def to_order(ctx: Ctx, creditor: UUID | None = None) -> list[ToOrder]:
    """Return what waits to be ordered, by creditor and its name."""
    found = _unordered().filter(creditor_id=creditor) if creditor else _unordered()
    counts = dict(found.values_list("creditor_id").annotate(count=Count("id")).values_list("creditor_id", "count"))
    rows = [ToOrder(row.id, row.name, counts[row.id]) for row in parties.creditors(ctx) if row.id in counts]
    return sorted(rows, key=lambda row: (row.creditor_name.casefold(), row.creditor_id))


def _unordered() -> QuerySet[Refund]:
    return Refund.objects.filter(state=Refund.State.PAID, file_id__isnull=True, currency=CURRENCY)


@command("cash.order_refunds", Permission.CASH_APPLY)
def order_refunds(
    ctx: Ctx, *, creditor: UUID, today: date, refunds: Collection[UUID] | None = None, key: str | None = None
) -> Ordered:
    """Write approved refunds (or some of them) into a pain.001 file for the bank, to be paid on the next bank day.

    Two people have approved each refund and its account; nothing but these can be ordered, and only in euros. What goes
    to an account that is approved no longer is left out and told. Refuses a file of nothing.
    """
    del key
    account = BankAccount.objects.filter(creditor_id=creditor, currency=CURRENCY).order_by("created_at").first()
    owner = parties.creditor(ctx, creditor)
    if account is None or owner is None:
        raise refuse("refund_file.account", "creditor", f"The creditor has no bank account in {CURRENCY}.")
    found = _unordered().filter(creditor_id=creditor).select_for_update().order_by("decided_on", "id")
    rows = [row for row in found if refunds is None or row.id in refunds]
    ibans = reveal_accounts(ctx, [row.account_id for row in rows if row.account_id])
    left_out = tuple((row.id, "its account is not approved any more") for row in rows if row.account_id not in ibans)
    chosen = [row for row in rows if row.account_id in ibans]
    if not chosen:
        raise refuse("refund_file.empty", "refunds", "No approved refund waits that this file can order.")
    reference = f"RF{today:%y%m%d}{uuid7().hex[-10:].upper()}"
    _number(chosen, reference)
    pay_on = bankdays.on_or_after(today)
    bic = owner.bic if owner.iban == account.number else ""
    payer = Payer(reference, owner.name, account.number, bic, pay_on, clock.now())
    content = write(payer, _transfers(ctx, chosen, ibans))
    kept = store(ctx, content=content, name=f"{reference}.xml", media_type="application/xml", creditor=creditor)
    Refund.objects.filter(id__in=[row.id for row in chosen]).update(file_id=kept.id)
    _tell(ctx, chosen, reference, today)
    return Ordered(kept.id, reference, len(chosen), sum(row.amount for row in chosen), left_out)


def _number(chosen: list[Refund], reference: str) -> None:
    for place, row in enumerate(chosen, start=1):
        row.end_to_end_id = f"{reference}-{place:05d}"
    Refund.objects.bulk_update(chosen, ["end_to_end_id"])


def _transfers(ctx: Ctx, chosen: list[Refund], ibans: dict[UUID, str]) -> list[Transfer]:
    """Return the transfers, each to the holder of its account, with the number of the payment that goes back."""
    numbers = {row.id: row.number for row in receivables.credits_(
        ctx, ids=[row.credit_id for row in chosen], only_unapplied=False
    )}  # fmt: skip
    debtors = sorted({row.debtor_id for row in chosen if row.debtor_id})
    debtors_by_id = parties.debtors(ctx, debtors)
    holders = {one.id: one.holder for debtor in debtors for one in payable_accounts(ctx, debtor)}
    made = []
    for row in chosen:
        assert row.account_id is not None
        assert row.debtor_id is not None
        name = holders.get(row.account_id) or debtors_by_id[row.debtor_id].name
        text = f"Refund {numbers.get(row.credit_id, '')}: {row.reason}"[:140]
        made.append(Transfer(row.amount, name, ibans[row.account_id], row.end_to_end_id, text))
    return made


def _tell(ctx: Ctx, chosen: list[Refund], reference: str, today: date) -> None:
    record_all(ctx, [
        NewFact("refund.ordered", today, row.id, row.creditor_id, row.debtor_id, {
            "amount": {"minor": row.amount, "currency": row.currency}, "reference": reference,
            "end_to_end_id": row.end_to_end_id,
        })
        for row in chosen
    ])  # fmt: skip
