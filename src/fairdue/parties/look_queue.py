"""Look at a customer's address, e-mail and numbers: at once where nobody is asked, else as a job of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.foundation.commands import command
from fairdue.foundation.jobs import defer, job
from fairdue.foundation.mail.authentic import asked
from fairdue.foundation.permissions import Permission
from fairdue.parties.services.verifying import keep_evidence, look_at
from fairdue.parties.verification.registers import enabled

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

JOB = "parties.look"


def asks_somebody() -> bool:
    """Tell whether looking asks a register or the domain name system, which may take seconds."""
    return asked() or bool(enabled())


@command("parties.queue_look", Permission.CUSTOMERS_EDIT)
def queue_look(ctx: Ctx, *, debtor: UUID, today: date, key: str | None = None) -> UUID:
    """Look in every layer: at once where nobody else is asked, else in a job; what is found is kept as evidence."""
    del key
    if asks_somebody():
        defer(ctx, JOB, debtor=str(debtor), today=today.isoformat(), actor=ctx.actor)
    else:
        keep_evidence(ctx, debtor=debtor, evidence=look_at(ctx, debtor=debtor), today=today)
    return debtor


@job(JOB)
def look(ctx: Ctx, *, debtor: str, today: str, actor: str) -> None:
    """Look at one customer in the name of the person who asked; registers are asked outside any transaction."""
    person, one = replace(ctx, actor=actor), UUID(debtor)
    found = look_at(person, debtor=one)
    with person.open():
        keep_evidence(person, debtor=one, evidence=found, today=date.fromisoformat(today))
