"""Import past payments from a table: each once by its reference, allocated as the file says."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.bulk import rows
from fairdue.cash.formats import Line, Party
from fairdue.cash.models import BankAccount, BankLine, CashApplication
from fairdue.cash.services.accounts import add_bank_account
from fairdue.cash.services.applying import Use, apply, remember
from fairdue.cash.services.lines import write_lines
from fairdue.core.findings import Finding, RefusedError
from fairdue.core.matching import Allocation
from fairdue.core.money import Money
from fairdue.foundation.commands import command
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.foundation.tabular.formats.payments import PaymentRow

IMPORTED_ACCOUNT = "IMPORTED"


@command("cash.import_payments", Permission.IMPORTS_RUN)
def import_payments(
    ctx: Ctx, *, creditor: UUID, payments: Sequence[PaymentRow], today: date, key: str | None = None
) -> list[UUID]:
    """Record past payments and allocate them as told; returns the new bank lines.

    A reference that is known already changes nothing. Refuses unknown customers and items, amounts that are
    not positive, and allocations above what is open, naming the row by its reference. What a row
    does not allocate goes on account of its customer; a row without customer waits for matching.
    """
    del key
    accounts = {
        currency: _account(ctx, creditor, currency, today)
        for currency in sorted({payment.currency for payment in payments})
    }
    debtors = parties.debtors_by_external_id(
        ctx, creditor, {payment.debtor_external_id for payment in payments if payment.debtor_external_id}
    )
    items = _items(ctx, creditor, {number for payment in payments for number, _ in payment.allocations})
    _check(payments, debtors, items)
    made: list[UUID] = []
    for currency, account in accounts.items():
        lines = [_line(account, payment) for payment in payments if payment.currency == currency]
        made += write_lines(ctx, account, None, lines, today)
    _apply(ctx, made, payments, debtors, items, today)
    return made


def _account(ctx: Ctx, creditor: UUID, currency: str, today: date) -> BankAccount:
    number = f"{IMPORTED_ACCOUNT}-{str(creditor)[-12:].upper()}"
    one = add_bank_account(
        ctx, creditor=creditor, number=number, currency=currency, today=today, name="Imported payments"
    )
    row: BankAccount = BankAccount.objects.get(id=one)
    return row


def _items(ctx: Ctx, creditor: UUID, numbers: set[str]) -> dict[str, tuple[UUID, UUID, str]]:
    found = rows(ctx, "by_number", creditor=creditor, numbers=sorted(numbers))
    return {row["number"]: (row["id"], row["debtor_id"], row["currency"]) for row in found}


def _check(payments: Sequence[PaymentRow], debtors: dict[str, UUID], items: dict[str, tuple[UUID, UUID, str]]) -> None:
    findings = []
    for payment in payments:
        path = f"payments[{payment.payment_ref}]"
        if payment.amount <= 0:
            findings.append(Finding("payment.amount", path, f"{payment.payment_ref}: the amount is not positive."))
        if payment.debtor_external_id and payment.debtor_external_id not in debtors:
            said = f"{payment.payment_ref}: there is no customer {payment.debtor_external_id}."
            findings.append(Finding("payment.debtor", path, said))
        findings += [
            Finding(
                "payment.item", path, f"{payment.payment_ref}: there is no open item {number} in {payment.currency}."
            )
            for number, _ in payment.allocations
            if number not in items or items[number][2] != payment.currency
        ]
    if findings:
        raise RefusedError(*findings)


def _line(account: BankAccount, payment: PaymentRow) -> Line:
    return Line(
        key=f"imported-{payment.payment_ref}"[:60],
        account=account.number,
        amount=Money(payment.amount, payment.currency).minor,
        currency=payment.currency,
        booked_on=payment.date,
        value_on=payment.date,
        bank_reference=payment.payment_ref,
        party=Party(payment.payer_name, "".join(payment.payer_iban.split()).upper()),
        remittance=(payment.remittance,) if payment.remittance else (),
    )


def _apply(
    ctx: Ctx,
    made: Sequence[UUID],
    payments: Sequence[PaymentRow],
    debtors: dict[str, UUID],
    items: dict[str, tuple[UUID, UUID, str]],
    today: date,
) -> None:
    """Allocate everything in one step; the heart counts each payment from its own day."""
    lines = {row.bank_reference: row for row in BankLine.objects.filter(id__in=list(made))}
    uses = [
        _use(line, payment, debtors, items)
        for payment in payments
        if (line := lines.get(payment.payment_ref[:80])) is not None
        and (payment.allocations or payment.debtor_external_id)
    ]
    if uses:
        apply(ctx, uses, today, effective_on=min(use.line.booked_on for use in uses))
    remember(ctx, [_stranger(lines[one.payment_ref[:80]]) for one in payments if _is_nobodys(one, lines)], today)


def _is_nobodys(payment: PaymentRow, lines: dict[str, BankLine]) -> bool:
    """Tell whether a past payment was no customer's: the file names neither a customer nor an item."""
    return not payment.allocations and not payment.debtor_external_id and payment.payment_ref[:80] in lines


def _stranger(line: BankLine) -> Use:
    return Use(line, (), line.amount, None, CashApplication.How.NOT_RECEIVABLE)


def _use(
    line: BankLine, payment: PaymentRow, debtors: dict[str, UUID], items: dict[str, tuple[UUID, UUID, str]]
) -> Use:
    allocations = tuple(Allocation(str(items[number][0]), amount) for number, amount in payment.allocations)
    first = items[payment.allocations[0][0]][1] if payment.allocations else None
    owner = debtors.get(payment.debtor_external_id) or first
    rest = line.amount - sum(part.amount for part in allocations)
    return Use(line, allocations, rest, owner, CashApplication.How.IMPORTED, None, (), uuid7())
