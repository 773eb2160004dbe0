"""Order approved refunds from the bank: one file of transfers, each refund in one file only."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Count

from fairdue.cash.models import BankAccount, Refund
from fairdue.cash.refunding.banks import own_bic
from fairdue.cash.refunding.foreign import write_foreign
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
from fairdue.parties.validation.money import masked
from fairdue.receivables import selectors as receivables

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class Ordered:
    """A file of transfers; `left_out` says of each approved refund that is not in it why. Minor units of `currency`."""

    file: UUID
    reference: str
    count: int
    amount: int
    left_out: tuple[tuple[UUID, str], ...]
    currency: str = CURRENCY


@dataclass(frozen=True, slots=True)
class ToOrder:
    """How many approved refunds of a creditor in one currency no file orders yet."""

    creditor_id: UUID
    creditor_name: str
    count: int
    currency: str


def to_order(ctx: Ctx, creditor: UUID | None = None) -> list[ToOrder]:
    """Return what waits to be ordered, by creditor and its name."""
    found = _unordered().filter(creditor_id=creditor) if creditor else _unordered()
    names = {row.id: row.name for row in parties.creditors(ctx)}
    counts = found.values_list("creditor_id", "currency").annotate(count=Count("id"))
    rows = [ToOrder(one, names[one], count, currency) for one, currency, count in counts if one in names]
    return sorted(rows, key=lambda row: (row.creditor_name.casefold(), row.creditor_id, row.currency))


def file_of(ctx: Ctx, refund: UUID) -> UUID | None:
    """Return the stored file that orders a refund, None where none does."""
    del ctx
    found: UUID | None = Refund.objects.filter(id=refund).values_list("file_id", flat=True).first()
    return found


def _unordered() -> QuerySet[Refund]:
    return Refund.objects.filter(state=Refund.State.PAID, file_id__isnull=True)


@command("cash.order_refunds", Permission.CASH_APPLY)
def order_refunds(
    ctx: Ctx, *, creditor: UUID, today: date, refunds: Collection[UUID] | None = None, currency: str = CURRENCY,
    key: str | None = None,
) -> Ordered:  # fmt: skip
    """Write approved refunds (or some of them) into a pain.001 file for the bank, to be paid on the next bank day.

    Two people have approved each refund and its account; nothing but these can be ordered, in one currency a file and
    from an account of the client in that currency. Euros go by SEPA, everything else needs the BIC of both banks. What
    goes to an account that is approved no longer, or to a bank that is not known, is left out and told. Refuses a file
    of nothing.
    """
    del key
    account = BankAccount.objects.filter(creditor_id=creditor, currency=currency).order_by("created_at").first()
    owner = parties.creditor(ctx, creditor)
    if account is None or owner is None:
        raise refuse("refund_file.account", "creditor", f"The creditor has no bank account in {currency}.")
    found = _unordered().filter(creditor_id=creditor, currency=currency)
    rows = [
        row for row in found.select_for_update().order_by("decided_on", "id") if refunds is None or row.id in refunds
    ]
    ibans = reveal_accounts(ctx, [row.account_id for row in rows if row.account_id])
    against = {row.id: why for row in rows if (why := _why_not(row, ibans))}
    chosen = [row for row in rows if row.id not in against]
    if not chosen:
        why = "".join(f" {reason[:1].upper()}{reason[1:]}." for reason in sorted(set(against.values())))
        raise refuse("refund_file.empty", "refunds", f"No approved refund waits that this file can order.{why}")
    bic = own_bic(owner, account.number) if currency != CURRENCY else owner.bic if owner.iban == account.number else ""
    if currency != CURRENCY and not bic:
        raise refuse("refund_file.bic", "creditor", f"The BIC of the bank of {masked(account.number)} is not known; "
                     f"a file in {currency} needs it. Enter it at the client, beside its IBAN.")  # fmt: skip
    reference = f"RF{today:%y%m%d}{uuid7().hex[-10:].upper()}"
    _number(chosen, reference)
    pay_on = bankdays.on_or_after(today)
    payer = Payer(reference, owner.name, account.number, bic, pay_on, clock.now())
    orders = _transfers(ctx, chosen, ibans)
    content = write(payer, orders) if currency == CURRENCY else write_foreign(payer, currency, orders)
    kept = store(ctx, content=content, name=f"{reference}.xml", media_type="application/xml", creditor=creditor)
    Refund.objects.filter(id__in=[row.id for row in chosen]).update(file_id=kept.id)
    _tell(ctx, chosen, reference, today)
    return Ordered(kept.id, reference, len(chosen), sum(row.amount for row in chosen), tuple(against.items()), currency)


def _why_not(row: Refund, ibans: dict[UUID, str]) -> str:
    """Return why a refund cannot be ordered, nothing if it can."""
    if row.account_id not in ibans:
        return "its account is not approved any more"
    if row.currency != CURRENCY and not row.agent:
        return f"the BIC of the bank of its account is not named, and a transfer in {row.currency} needs it"
    return ""


def _number(chosen: list[Refund], reference: str) -> None:
    for place, row in enumerate(chosen, start=1):
        row.end_to_end_id = f"{reference}-{place:05d}"
        row.bank_status = row.bank_code = row.bank_words = ""
        row.answered_on = None
    Refund.objects.bulk_update(chosen, ["end_to_end_id", "bank_status", "bank_code", "bank_words", "answered_on"])


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
        owner = debtors_by_id[row.debtor_id]
        name = holders.get(row.account_id) or owner.name
        text = f"Refund {numbers.get(row.credit_id, '')}: {row.reason}"[:140]
        made.append(Transfer(
            row.amount, name, ibans[row.account_id], row.end_to_end_id, text, row.agent, owner.street, owner.postcode,
            owner.city, owner.country,
        ))  # fmt: skip
    return made


def _tell(ctx: Ctx, chosen: list[Refund], reference: str, today: date) -> None:
    record_all(ctx, [
        NewFact("refund.ordered", today, row.id, row.creditor_id, row.debtor_id, {
            "amount": {"minor": row.amount, "currency": row.currency}, "reference": reference,
            "end_to_end_id": row.end_to_end_id,
        })
        for row in chosen
    ])  # fmt: skip
