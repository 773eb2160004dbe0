"""Send a customer its statement of account, as it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.collections.statement import as_letter, statement_of
from fairdue.core.findings import refuse
from fairdue.foundation.commands import command
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.ids import uuid7
from fairdue.foundation.mail import Mail, queue_mail
from fairdue.foundation.permissions import Permission
from fairdue.parties.following import staying_record

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from fairdue.foundation.context import Ctx


@command("collections.send_statement", Permission.COLLECTIONS_ACT)
def send_statement(ctx: Ctx, *, debtor: UUID, today: date, key: str | None = None) -> UUID:
    """Queue the statement of account to a customer's mailbox, once a day; returns its id.

    A statement demands nothing and takes no step of a ladder, so no hold stops it. Refuses a customer
    without an address.
    """
    del key
    debtor = staying_record(ctx, debtor)
    statement = statement_of(ctx, debtor=debtor, today=today)
    row = statement.debtor
    if "@" not in row.email:
        raise refuse("statement.address", "debtor", "The customer has no e-mail address.")
    id_ = uuid7()
    letter = as_letter(statement)
    mail = Mail(
        "collections.statement", f"statement:{debtor}:{today}", row.creditor_id, row.email,
        letter.subject, letter.text, html=letter.html, debtor_id=debtor, subject_id=id_,
    )  # fmt: skip
    if not queue_mail(ctx, [mail]):
        raise refuse("statement.today", "debtor", "This customer was sent its statement today already.")
    totals = {currency: minor for currency, minor in statement.totals.items() if minor}
    largest = max(totals, key=lambda currency: totals[currency], default="EUR")
    payload = {"recipient": row.email, "amount": {"minor": totals.get(largest, 0), "currency": largest}}
    record(ctx, NewFact("statement.queued", today, id_, row.creditor_id, debtor, payload))
    return id_
