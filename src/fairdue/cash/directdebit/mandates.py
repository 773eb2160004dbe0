"""Mandates: signed, stopped, released, taken back."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cash.models import Mandate
from fairdue.core.directdebit import Scheme, reference_problem
from fairdue.core.findings import refuse
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

_TAIL = 12


@command("cash.add_mandate", Permission.CASH_APPLY)
def add_mandate(
    ctx: Ctx, *, debtor: UUID, account: UUID, signed_on: date, today: date, reference: str = "",
    scheme: str = Scheme.CORE, one_off: bool = False, key: str | None = None,
) -> UUID:  # fmt: skip
    """Record a mandate that a customer has signed for one of its accounts; without a reference one is made.

    Refuses a reference that is in use or that a bank would refuse, and a second active mandate of the scheme.
    Nothing is collected before two people have approved the account.
    """
    del key
    row = parties.debtor(ctx, debtor)
    if row is None:
        raise refuse("debtor.unknown", "debtor", "There is no such customer.")
    if account not in {one.id for one in parties.accounts(ctx, debtor)}:
        raise refuse("mandate.account", "account", "This is no account of the customer.")
    if signed_on > today:
        raise refuse("mandate.signed_on", "signed_on", "A mandate cannot be signed in the future.")
    id_ = uuid7()
    reference = reference.strip() or f"M-{id_.hex[-_TAIL:].upper()}"
    if problem := reference_problem(reference):
        raise refuse("mandate.reference", "reference", problem)
    known = Mandate.objects.filter(creditor_id=row.creditor_id)
    if known.filter(reference=reference).exists():
        raise refuse("mandate.duplicate", "reference", f"The mandate reference {reference} is in use.")
    if known.filter(debtor_id=debtor, scheme=scheme, state=Mandate.State.ACTIVE).exists():
        raise refuse("mandate.active", "debtor", "The customer has an active mandate; take that back first.")
    Mandate.objects.create(
        tenant_id=ctx.tenant, id=id_, creditor_id=row.creditor_id, debtor_id=debtor, account_id=account,
        reference=reference, scheme=Scheme(scheme), one_off=one_off, signed_on=signed_on, recorded_by=ctx.actor,
    )  # fmt: skip
    payload = {"reference": reference, "scheme": scheme, "signed_on": signed_on, "account": str(account)}
    record(ctx, NewFact("mandate.added", today, id_, row.creditor_id, debtor, payload))
    return id_


@command("cash.stop_mandate", Permission.CASH_APPLY)
def stop_mandate(ctx: Ctx, *, mandate: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Use a mandate no more until a person releases it."""
    del key
    return _move(ctx, mandate, (Mandate.State.ACTIVE,), Mandate.State.STOPPED, reason, today)


@command("cash.release_mandate", Permission.CASH_APPLY)
def release_mandate(ctx: Ctx, *, mandate: UUID, today: date, key: str | None = None) -> UUID:
    """Use a stopped mandate again."""
    del key
    row = Mandate.objects.get(id=mandate)
    if Mandate.objects.filter(debtor_id=row.debtor_id, scheme=row.scheme, state=Mandate.State.ACTIVE).exists():
        raise refuse("mandate.active", "mandate", "The customer has another active mandate.")
    return _move(ctx, mandate, (Mandate.State.STOPPED,), Mandate.State.ACTIVE, "", today)


@command("cash.cancel_mandate", Permission.CASH_APPLY)
def cancel_mandate(ctx: Ctx, *, mandate: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Take a mandate back for good."""
    del key
    return _move(ctx, mandate, (Mandate.State.ACTIVE, Mandate.State.STOPPED), Mandate.State.CANCELLED, reason, today)


_FACTS = {
    Mandate.State.STOPPED: "mandate.stopped",
    Mandate.State.ACTIVE: "mandate.released",
    Mandate.State.CANCELLED: "mandate.cancelled",
}


def _move(ctx: Ctx, mandate: UUID, before: tuple[str, ...], state: str, reason: str, today: date) -> UUID:
    row = Mandate.objects.select_for_update().filter(id=mandate).first()
    if row is None or row.state not in before:
        raise refuse("mandate.state", "mandate", f"This mandate is {row.state if row else 'not known'}.")
    if state != Mandate.State.ACTIVE and not reason.strip():
        raise refuse("mandate.reason", "reason", "Say why.")
    row.state, row.state_reason = state, reason[:200]
    row.save(update_fields=["state", "state_reason"])
    payload = {"reference": row.reference, "reason": reason}
    record(ctx, NewFact(_FACTS[Mandate.State(state)], today, row.id, row.creditor_id, row.debtor_id, payload))
    return UUID(str(row.id))
