"""Bank accounts of debtors: sealed, found by their blind key, paid out to only after four eyes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import RefusedError, refuse
from fairdue.foundation.approvals import approval, propose
from fairdue.foundation.arrays import columns
from fairdue.foundation.commands import command
from fairdue.foundation.crypto import blind, decrypt, encrypt
from fairdue.foundation.facts import NewFact, record, record_all
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties.models import Debtor, DebtorAccount
from fairdue.parties.validation import check_iban
from fairdue.parties.validation.money import masked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

COLUMN = "debtor_account.iban"
PURPOSE = "iban"
_INSERT = """
INSERT INTO debtor_account (tenant_id, id, creditor_id, debtor_id, sealed, blind, masked, holder, state, source)
SELECT %s, a.* FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::bytea[], %s::text[], %s::text[], %s::text[],
                           %s::text[], %s::text[]) AS a
ON CONFLICT (tenant_id, debtor_id, blind) DO NOTHING RETURNING id
"""


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """An account about to be stored; `source` says who told it."""

    creditor: UUID
    debtor: UUID
    iban: str
    source: str = "typed"
    holder: str = ""
    id: UUID = field(default_factory=uuid7)


def blind_iban(ctx: Ctx, iban: str) -> str:
    """Return the key under which an account is found without opening any."""
    return blind("".join(iban.split()).upper(), tenant=ctx.tenant, purpose=PURPOSE)


def _row(ctx: Ctx, draft: AccountDraft, state: str) -> tuple[Any, ...]:
    iban = "".join(draft.iban.split()).upper()
    sealed = encrypt(iban, tenant=ctx.tenant, column=COLUMN, row=draft.id)
    return (
        draft.id, draft.creditor, draft.debtor, sealed, blind_iban(ctx, iban), masked(iban), draft.holder, state,
        draft.source,
    )  # fmt: skip


def _insert(ctx: Ctx, drafts: Sequence[AccountDraft], state: str) -> set[UUID]:
    if not drafts:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [ctx.tenant, *columns(_row(ctx, d, state) for d in drafts)])
        return {found[0] for found in cursor.fetchall()}


@command("parties.know_accounts")
def know_accounts(ctx: Ctx, *, accounts: Sequence[AccountDraft], today: date) -> list[UUID]:
    """Remember accounts that customers pay from (imports, accepted payments); returns the debtors with new ones.

    Known accounts recognise payments. They are not approved: nothing is ever paid out to them.
    """
    made = _insert(ctx, accounts, DebtorAccount.State.KNOWN)
    fresh = [draft for draft in accounts if draft.id in made]
    facts = [
        NewFact("debtor.account_known", today, d.id, d.creditor, d.debtor,
                {"masked": masked("".join(d.iban.split()).upper()), "source": d.source})
        for d in fresh
    ]  # fmt: skip
    record_all(ctx, facts)
    return [draft.debtor for draft in fresh]


@command("parties.propose_account", Permission.BANK_DETAILS_PROPOSE)
def propose_account(ctx: Ctx, *, debtor: UUID, iban: str, holder: str, today: date, key: str | None = None) -> UUID:
    """Propose an account for refunds and direct debits; somebody else approves. Returns the account's id."""
    del key
    checked = check_iban(iban)
    if not checked.valid:
        raise RefusedError(*checked.findings)
    row = Debtor.objects.get(id=debtor)
    found = DebtorAccount.objects.filter(debtor_id=debtor, blind=blind_iban(ctx, checked.value)).first()
    if found and found.state == DebtorAccount.State.APPROVED:
        raise refuse("account.approved", "iban", "This account is approved already.")
    draft = AccountDraft(row.creditor_id, debtor, checked.value, "typed", holder)
    account = found.id if found else draft.id
    if found:
        DebtorAccount.objects.filter(id=found.id).update(state=DebtorAccount.State.PROPOSED)
    else:
        _insert(ctx, [draft], DebtorAccount.State.PROPOSED)
    title = f"Bank account {masked(checked.value)} of {row.name}"
    propose(
        ctx, kind="bank_account", subject=account, title=title, payload={"account": str(account)}, today=today,
        creditor=row.creditor_id, debtor=debtor,
    )  # fmt: skip
    payload = {"masked": masked(checked.value), "holder": holder}
    record(ctx, NewFact("debtor.account_proposed", today, account, row.creditor_id, debtor, payload))
    return account


@approval("bank_account", Permission.BANK_DETAILS_APPROVE)
def carry_out_account(ctx: Ctx, payload: dict[str, Any], today: date) -> object:
    """Make a proposed account usable for refunds and direct debits."""
    row = DebtorAccount.objects.select_for_update().get(id=UUID(str(payload["account"])))
    if row.state != DebtorAccount.State.PROPOSED:
        raise refuse("account.changed", "account", "The account is not proposed any more.")
    row.state = DebtorAccount.State.APPROVED
    row.save(update_fields=["state"])
    record(
        ctx, NewFact("debtor.account_approved", today, row.id, row.creditor_id, row.debtor_id, {"masked": row.masked})
    )
    return row.id


@command("parties.retire_account", Permission.BANK_DETAILS_PROPOSE)
def retire_account(ctx: Ctx, *, account: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Stop using an account; it still explains old payments."""
    del key
    row = DebtorAccount.objects.select_for_update().get(id=account)
    row.state = DebtorAccount.State.RETIRED
    row.save(update_fields=["state"])
    payload = {"masked": row.masked, "reason": reason}
    record(ctx, NewFact("debtor.account_retired", today, row.id, row.creditor_id, row.debtor_id, payload))
    return account


def reveal_account(ctx: Ctx, account: UUID) -> str:
    """Return the whole number of an approved account, for the payment file only."""
    row = DebtorAccount.objects.get(id=account)
    if row.state != DebtorAccount.State.APPROVED:
        raise refuse("account.not_approved", "account", "Only an account that two people approved may be used.")
    return decrypt(row.sealed, tenant=ctx.tenant, column=COLUMN, row=row.id)


def proposed_accounts(ctx: Ctx, accounts: Sequence[UUID]) -> dict[UUID, tuple[str, str]]:
    """Return (whole number, holder) of proposed accounts by id, for who decides about them; nothing for others.

    Nobody can compare four digits with a letter of the customer, so the second person sees all of them.
    """
    if not accounts or not ctx.may(Permission.BANK_DETAILS_APPROVE):
        return {}
    found = DebtorAccount.objects.filter(id__in=list(accounts), state=DebtorAccount.State.PROPOSED)
    return {row.id: (decrypt(row.sealed, tenant=ctx.tenant, column=COLUMN, row=row.id), row.holder) for row in found}


def reveal_accounts(ctx: Ctx, accounts: Sequence[UUID]) -> dict[UUID, str]:
    """Return the numbers of approved accounts by id, in one statement; what is not approved is left out."""
    found = DebtorAccount.objects.filter(id__in=list(accounts), state=DebtorAccount.State.APPROVED)
    return {row.id: decrypt(row.sealed, tenant=ctx.tenant, column=COLUMN, row=row.id) for row in found}
