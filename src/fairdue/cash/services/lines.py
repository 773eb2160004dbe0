"""Write bank lines: once each, whatever comes how often; booked money is recorded in the heart."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.cash.formats import Line, LineKind, LineStatus
from fairdue.cash.models import BankAccount, BankLine
from fairdue.core.ledger import AccountRole
from fairdue.core.matching import Payment, Policy
from fairdue.core.matching.aside import not_receivable
from fairdue.foundation.arrays import columns
from fairdue.foundation.crypto import encrypt
from fairdue.foundation.facts import NewFact, record_all
from fairdue.foundation.ids import uuid7
from fairdue.parties.services.accounts import blind_iban
from fairdue.parties.validation.money import masked
from fairdue.receivables.services import CreditDraft, record_credits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from fairdue.foundation.context import Ctx

COLUMN = "bank_line.payer_sealed"
_COLUMNS = (
    ("id", "uuid"), ("creditor_id", "uuid"), ("account_id", "uuid"), ("statement_id", "uuid"), ("key", "text"),
    ("kind", "text"), ("amount", "bigint"), ("currency", "text"), ("booked_on", "date"), ("value_on", "date"),
    ("entry", "int"), ("detail", "int"), ("source_line", "int"), ("reversal", "bool"), ("bank_reference", "text"),
    ("transaction_code", "text"), ("payer_name", "text"), ("payer_sealed", "bytea"), ("payer_blind", "text"),
    ("payer_masked", "text"), ("on_behalf_of", "text"), ("remittance", "text"), ('"references"', "jsonb"),
    ("documents", "jsonb"), ("end_to_end_id", "text"), ("mandate_id", "text"), ("instructed_amount", "bigint"),
    ("instructed_currency", "text"), ("charges", "bigint"), ("return_code", "text"), ("information", "text"),
    ("state", "text"), ("credit_id", "uuid"),
)  # fmt: skip
_INSERT = (
    f"INSERT INTO bank_line (tenant_id, {', '.join(name for name, _ in _COLUMNS)}) "
    f"SELECT %s, l.* FROM unnest({', '.join(f'%s::{kind}[]' for _, kind in _COLUMNS)}) AS l "
    "ON CONFLICT (tenant_id, account_id, key) DO NOTHING RETURNING id"
)
_KNOWN = "SELECT key FROM bank_line WHERE tenant_id = %s AND account_id = %s AND key = ANY(%s::text[])"
_CREDIT = (
    "UPDATE bank_line b SET credit_id = c.credit FROM unnest(%s::uuid[], %s::uuid[]) AS c(line, credit) "
    "WHERE b.tenant_id = %s AND b.id = c.line"
)


def write_lines(
    ctx: Ctx, account: BankAccount, statement: UUID | None, lines: Sequence[Line], today: date
) -> list[UUID]:
    """Write the lines that are not known yet and record their money; return the ids of the new ones."""
    new = _new(ctx, account, lines)
    ids = sorted(uuid7() for _ in new)
    rows = [_row(ctx, account, statement, line, one) for line, one in zip(new, ids, strict=True)]
    if not rows:
        return []
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [ctx.tenant, *columns(rows)])
        written = {row[0] for row in cursor.fetchall()}
    pairs = [(row[0], line) for row, line in zip(rows, new, strict=True) if row[0] in written]
    _record_money(ctx, account, pairs, today)
    record_all(ctx, [_received(account, statement, one, line, today) for one, line in pairs])
    return [one for one, _ in pairs]


def _new(ctx: Ctx, account: BankAccount, lines: Sequence[Line]) -> list[Line]:
    """Return the lines without a known key, each key once."""
    with connection.cursor() as cursor:
        cursor.execute(_KNOWN, [ctx.tenant, account.id, [line.key for line in lines]])
        seen = {row[0] for row in cursor.fetchall()}
    new = []
    for line in lines:
        if line.key not in seen:
            seen.add(line.key)
            new.append(line)
    return new


def _row(ctx: Ctx, account: BankAccount, statement: UUID | None, line: Line, one: UUID) -> tuple[Any, ...]:
    """Return the row of a line; ids rise in the order of the file, so that lists keep it."""
    payer = line.party.account
    sealed = encrypt(payer, tenant=ctx.tenant, column=COLUMN, row=one) if payer else None
    return (
        one, account.creditor_id, account.id, statement, line.key, line.kind.value, line.amount, line.currency,
        line.booked_on, line.value_on, line.entry, line.detail, line.source_line, line.reversal,
        line.bank_reference[:80], line.transaction_code[:40], line.party.name[:200], sealed,
        blind_iban(ctx, payer) if payer else "", masked(payer) if payer else "", line.on_behalf_of.name[:200],
        "\n".join(line.remittance).replace("\0", ""), json.dumps([reference.value for reference in line.references]),
        json.dumps([(document.number, document.amount) for document in line.documents]), line.end_to_end_id[:80],
        line.mandate_id[:80], line.instructed_amount, line.instructed_currency, line.charges, line.return_code[:40],
        " ".join(filter(None, (line.information, line.return_reason))), _state(line), None,
    )  # fmt: skip


def _state(line: Line) -> str:
    if line.status is not LineStatus.BOOKED:
        return BankLine.State.HELD_BACK
    return BankLine.State.RECEIVED if line.amount > 0 or _comes_back(line) else BankLine.State.NOT_RECEIVABLE


def _comes_back(line: Line) -> bool:
    """Tell whether money that a customer had paid was returned: a person must look at it."""
    return bool(line.return_code) or line.reversal


def _is_customer_money(line: Line) -> bool:
    plain = Payment("", line.amount, line.currency, line.booked_on, transaction_code=line.transaction_code)
    booked = line.status is LineStatus.BOOKED and line.kind is not LineKind.CHARGE
    return booked and not_receivable(plain, Policy()) is None


def _record_money(ctx: Ctx, account: BankAccount, pairs: Sequence[tuple[UUID, Line]], today: date) -> None:
    """Record each incoming payment: Dr bank, Cr unapplied cash."""
    drafts = [
        CreditDraft(
            creditor=account.creditor_id,
            debtor=None,
            kind="payment",
            number=(line.bank_reference or f"{line.booked_on:%Y%m%d}-{line.key[:12]}")[:60],
            currency=line.currency,
            amount=line.amount,
            received_on=line.booked_on,
            contra=((AccountRole.BANK, line.amount),),
            source=one,
        )
        for one, line in pairs
        if _is_customer_money(line)
    ]
    if not drafts:
        return
    credits_ = record_credits(ctx, credits_=drafts, today=today)
    with connection.cursor() as cursor:
        cursor.execute(_CREDIT, [[draft.source for draft in drafts], credits_, ctx.tenant])


def _received(account: BankAccount, statement: UUID | None, one: UUID, line: Line, today: date) -> NewFact:
    payload = {
        "amount": {"minor": line.amount, "currency": line.currency}, "payer": line.party.name or "an unknown payer",
        "booked_on": line.booked_on, "reference": line.bank_reference, "return_code": line.return_code,
        "account": str(account.id), "statement": str(statement or ""), "value_on": line.value_on,
    }  # fmt: skip
    return NewFact("bank_line.received", today, one, account.creditor_id, None, payload)
