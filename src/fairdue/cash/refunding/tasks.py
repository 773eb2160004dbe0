"""The task of a refund: opened by the machine for money that came twice or by a person, proposed, paid, dismissed."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import IntegrityError, transaction

from fairdue.cash.models import BankLine, Refund
from fairdue.cash.refunding.banks import agent_of, check_country
from fairdue.cash.refunding.checks import Checked, checked
from fairdue.core.findings import RefusedError, Severity, errors, refuse
from fairdue.core.money import Money
from fairdue.foundation.approvals import approval, propose
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.ids import uuid7
from fairdue.foundation.permissions import Permission
from fairdue.parties.services.accounts import reveal_accounts
from fairdue.receivables import selectors as receivables
from fairdue.receivables.services import withdraw_credit

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx
    from fairdue.receivables.selectors import CreditRow

WAITS = (Refund.State.OPEN, Refund.State.PROPOSED)


def _credit(ctx: Ctx, credit: UUID) -> CreditRow:
    found = receivables.credits_(ctx, ids=[credit])
    if not found or found[0].kind != "payment":
        raise refuse("refund.credit", "credit", "There is no payment with money left.")
    return found[0]


@command("cash.open_refund", Permission.REFUND_PROPOSE)
def open_refund(
    ctx: Ctx, *, credit: UUID, amount: int, reason: str, today: date, kind: str = "other", key: str | None = None
) -> UUID:
    """Open the task to pay `amount` minor units of an unapplied payment back; one a payment. Returns the task.

    A second call while one waits returns that. Refuses more than is not applied, and no reason.
    """
    del key
    row = _credit(ctx, credit)
    known = Refund.objects.select_for_update().filter(credit_id=credit, state__in=WAITS).first()
    if known is not None:
        return UUID(str(known.id))
    if not 0 < amount <= row.unapplied:
        left = Money(row.unapplied, row.currency)
        raise refuse("refund.amount", "amount", f"Only {left} of {row.number} is not applied.")
    if not reason.strip():
        raise refuse("refund.reason", "reason", "A refund needs a reason.")
    line = BankLine.objects.filter(credit_id=credit).first()
    try:
        with transaction.atomic():
            made = Refund.objects.create(
                tenant_id=ctx.tenant, id=uuid7(), creditor_id=row.creditor_id, debtor_id=row.debtor_id,
                credit_id=credit, line_id=line.id if line else None, kind=kind, amount=amount, currency=row.currency,
                reason=reason[:300], opened_on=today, opened_by=ctx.actor,
            )  # fmt: skip
    except IntegrityError as error:
        if "refund_once" not in str(error):
            raise
        return UUID(str(Refund.objects.get(credit_id=credit, state__in=WAITS).id))  # somebody opened it meanwhile
    about = {**_about(made), "line": str(made.line_id or "")}
    record(ctx, NewFact("refund.opened", today, made.id, row.creditor_id, row.debtor_id, about))
    return UUID(str(made.id))


def _about(row: Refund) -> dict[str, Any]:
    money = {"minor": row.amount, "currency": row.currency}
    return {"amount": money, "reason": row.reason, "kind": row.kind, "credit": str(row.credit_id)}


@command("cash.propose_refund", Permission.REFUND_PROPOSE)
def propose_refund(
    ctx: Ctx, *, credit: UUID, amount: int, reason: str, today: date, account: UUID | None = None,
    agent: str = "", key: str | None = None,
) -> UUID:  # fmt: skip
    """Propose to pay `amount` minor units of an unapplied payment back to an account; returns the approval that waits.

    Without `account` the one against which nothing speaks is taken. `agent` is the BIC of its bank, which a transfer
    outside SEPA needs. Refuses with everything that blocks it.
    """
    del key
    agent = agent_of(agent) if agent.strip() else ""
    task = open_refund(ctx, credit=credit, amount=amount, reason=reason, today=today)
    row = Refund.objects.select_for_update().get(id=task)
    if row.state == Refund.State.PROPOSED:
        raise refuse("approval.pending", "credit", "This refund waits for approval already.")
    money = _credit(ctx, credit)
    chosen = _chosen(checked(ctx, money, amount, today), account)
    if bad := errors(chosen.findings):
        raise RefusedError(*bad)
    assert chosen.account is not None
    check_country(agent, reveal_accounts(ctx, [chosen.account.id]).get(chosen.account.id, ""))
    warned = "; ".join([one.message for one in chosen.findings if one.severity is Severity.WARNING] + _refused(row))
    waits = propose(
        ctx, kind="refund", subject=credit, today=today, creditor=money.creditor_id, debtor=money.debtor_id,
        title=f"Pay back {Money(amount, money.currency)} of {money.number} to {chosen.account.masked}",
        payload={"credit": str(credit), "amount": amount, "currency": money.currency, "reason": reason,
                 "refund": str(task), "account": str(chosen.account.id), "agent": agent, "warnings": warned},
    )  # fmt: skip
    row.agent = agent or row.agent
    row.state, row.account_id, row.amount, row.reason = Refund.State.PROPOSED, chosen.account.id, amount, reason[:300]
    row.approval_id, row.debtor_id = waits, money.debtor_id
    row.save(update_fields=["state", "account_id", "amount", "reason", "approval_id", "debtor_id", "agent"])
    return waits


def _refused(row: Refund) -> list[str]:
    """Return what the second person should know of an order that the bank refused before."""
    return [f"the bank refused to pay it: {row.bank_words}"] if row.bank_words else []


@command("cash.name_refund_agent", Permission.REFUND_PROPOSE)
def name_agent(ctx: Ctx, *, refund: UUID, agent: str, today: date, key: str | None = None) -> UUID:
    """Say at which bank the account of a refund is that no file has ordered yet; in the country of its IBAN."""
    del key
    row = Refund.objects.select_for_update().filter(id=refund, file_id__isnull=True).exclude(
        state=Refund.State.DISMISSED
    ).first()  # fmt: skip
    if row is None:
        raise refuse("refund.closed", "refund", "This refund is ordered or decided already.")
    bic = agent_of(agent)
    if row.account_id:
        check_country(bic, reveal_accounts(ctx, [row.account_id]).get(row.account_id, ""))
    row.agent = bic
    row.save(update_fields=["agent"])
    about = {"amount": {"minor": row.amount, "currency": row.currency}, "agent": bic}
    record(ctx, NewFact("refund.agent_named", today, row.id, row.creditor_id, row.debtor_id, about))
    return refund


def _chosen(found: list[Checked], account: UUID | None) -> Checked:
    """Return the account that was named, else the first against which least speaks."""
    if account is None:
        return min(found, key=lambda one: (len(errors(one.findings)), len(one.findings)))
    named = next((one for one in found if one.account is not None and one.account.id == account), None)
    if named is None:
        raise refuse("refund.account", "account", "The customer has no such account.")
    return named


@approval("refund", Permission.REFUND_APPROVE)
def carry_out_refund(ctx: Ctx, payload: dict[str, Any], today: date) -> object:
    """Take the approved money out of the payment, if nothing speaks against it by now; the transfer is the bank's."""
    task = Refund.objects.select_for_update().filter(id=payload.get("refund")).first()
    if task is None or task.state != Refund.State.PROPOSED:
        raise refuse("refund.closed", "refund", "This refund was dismissed meanwhile.")
    row = _credit(ctx, task.credit_id)
    chosen = _chosen(checked(ctx, row, task.amount, today), task.account_id)
    if bad := errors(chosen.findings):
        raise RefusedError(*bad)
    assert chosen.account is not None
    group = withdraw_credit(
        ctx, credit=row.id, amount=task.amount, effective_on=today, today=today, reason=f"refund: {task.reason}"[:200]
    )
    task.state, task.decided_on, task.decided_by = Refund.State.PAID, today, ctx.actor
    task.save(update_fields=["state", "decided_on", "decided_by"])
    about = {**_about(task), "account": chosen.account.masked, "refund": str(task.id)}
    record(ctx, NewFact("cash.refund_paid", today, row.id, row.creditor_id, row.debtor_id, about))
    return group


@command("cash.dismiss_refund", Permission.REFUND_PROPOSE)
def dismiss_refund(ctx: Ctx, *, refund: UUID, reason: str, today: date, key: str | None = None) -> UUID:
    """Let the money stay where it is; what waits for approval cannot be carried out any more."""
    del key
    row = Refund.objects.select_for_update().filter(id=refund, state__in=WAITS).first()
    if row is None:
        raise refuse("refund.closed", "refund", "This refund is decided already.")
    if not reason.strip():
        raise refuse("cash.reason", "reason", "Say why the money stays.")
    _dismiss(ctx, row, reason, today)
    return refund


def _dismiss(ctx: Ctx, row: Refund, reason: str, today: date) -> None:
    row.state, row.decided_on, row.decided_by = Refund.State.DISMISSED, today, ctx.actor
    row.save(update_fields=["state", "decided_on", "decided_by"])
    about = {**_about(row), "reason": reason}
    record(ctx, NewFact("refund.dismissed", today, row.id, row.creditor_id, row.debtor_id, about))


def lock_refund_of(credit: UUID) -> None:
    """Lock the waiting refund of a payment, before the payment itself: in the order in which a refund is paid."""
    list(Refund.objects.select_for_update().filter(credit_id=credit, state__in=WAITS))


def dismiss_of(ctx: Ctx, credit: UUID, left: int, reason: str, today: date) -> None:
    """Dismiss the waiting refund of a payment of which only `left` minor units are not applied any more."""
    row = Refund.objects.select_for_update().filter(credit_id=credit, state__in=WAITS, amount__gt=left).first()
    if row is not None:
        _dismiss(ctx, row, reason, today)
