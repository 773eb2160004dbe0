"""E-mail with the hybrid PDF attached; at least once, with a Message-ID that stays the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.foundation.mail import Mail, queue_mail
from fairdue.invoicing.channels import Parcel, register

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

KIND = "invoice"


@dataclass(frozen=True, slots=True)
class Email:
    """The e-mail channel."""

    code: str = "email"
    format: str = "factur-x"

    def send(self, ctx: Ctx, parcel: Parcel) -> None:
        """Queue one message; the same delivery is the same message however often it is queued."""
        mail = Mail(
            kind=KIND, dedup_key=f"{self.code}:{parcel.delivery}", creditor_id=parcel.creditor,
            recipient=parcel.recipient, subject=parcel.subject, text=parcel.text, debtor_id=parcel.debtor,
            subject_id=parcel.invoice, attachments=parcel.files, context={"delivery": str(parcel.delivery)},
        )  # fmt: skip
        queue_mail(ctx, [mail])


register(Email())
