"""E-mail with the hybrid PDF attached; at least once, with a Message-ID that stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.findings import refuse
from fairdue.foundation.mail import Mail, queue_mail
from fairdue.foundation.mail.queue import ENVELOPE
from fairdue.foundation.portal import portal_links
from fairdue.invoicing.channels import Parcel, register

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx

KIND = "invoice"


@dataclass(frozen=True, slots=True)
class Email:
    """The e-mail channel."""

    code: str = "email"
    format: str = "factur-x"

    def send(self, ctx: Ctx, parcel: Parcel) -> None:
        """Queue one message; the same delivery is the same message however often it is queued."""
        self.send_many(ctx, [parcel])

    def send_many(self, ctx: Ctx, parcels: Sequence[Parcel]) -> None:
        """Queue the messages in one statement."""
        queue_mail(ctx, [message(self.code, parcel, parcel.text, parcel.files) for parcel in parcels])


@dataclass(frozen=True, slots=True)
class Portal:
    """The debtor portal: an e-mail with a personal link, and no file attached."""

    code: str = "portal"
    format: str = "factur-x"

    def send(self, ctx: Ctx, parcel: Parcel) -> None:
        """Queue the message with the link; refuses where no portal is installed."""
        link = portal_links(ctx, debtors=[parcel.debtor], today=parcel.today).get(parcel.debtor)
        if link is None:
            raise refuse("delivery.portal", "channel", "There is no portal to send this customer to.")
        queue_mail(ctx, [message(self.code, parcel, f"{parcel.text}\n{link}\n", ())])


def message(code: str, parcel: Parcel, text: str, files: tuple[UUID, ...]) -> Mail:
    """Return the message of a parcel; its identity is the delivery, and so is the address of its bounces."""
    context = {"delivery": str(parcel.delivery)} | ({ENVELOPE: parcel.bounces} if parcel.bounces else {})
    return Mail(
        kind=KIND, dedup_key=f"{code}:{parcel.delivery}", creditor_id=parcel.creditor, sender=parcel.mail_from,
        recipient=parcel.recipient, subject=parcel.subject, text=text, debtor_id=parcel.debtor,
        subject_id=parcel.invoice, attachments=files, context=context,
    )  # fmt: skip


register(Email())
register(Portal())
