"""The door out for the sender of a creditor: visible address, bounce address, keys (public halves), last check."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from django.conf import settings as installation

from fairdue.core.mailauth.check import Check, Stand
from fairdue.core.mailauth.dkim import place_of, record_of
from fairdue.foundation.mail.authentic import PublicKey, Sender
from fairdue.parties.models import Creditor

if TYPE_CHECKING:
    from uuid import UUID

    from fairdue.foundation.context import Ctx

SIGNING, WAITING, RETIRED, CHECKED = "dkim", "dkim_next", "dkim_old", "mail_check"
"""Names in the settings of a creditor."""


@dataclass(frozen=True, slots=True)
class KeyRow:
    """A signing key as it may be shown: the record that its domain publishes, never the private half."""

    domain: str
    selector: str
    public: str
    made_on: date | None

    @property
    def place(self) -> str:
        """Return where the record stands."""
        return place_of(self.domain, self.selector)

    @property
    def record(self) -> str:
        """Return the record."""
        return record_of(self.public)

    @property
    def published(self) -> PublicKey:
        """Return what is compared with the domain name system."""
        return PublicKey(self.domain, self.selector, self.public)


@dataclass(frozen=True, slots=True)
class RetiredKey:
    """A key that signs no more; its record may go when the last message with it has arrived."""

    place: str
    retired_on: date


@dataclass(frozen=True, slots=True)
class SenderRow:
    """How the mail of a creditor goes out."""

    creditor: UUID
    name: str
    mail_from: str
    bounce_address: str
    signing: KeyRow | None
    waiting: KeyRow | None
    retired: tuple[RetiredKey, ...]
    checked_on: date | None
    checks: tuple[Check, ...]

    @property
    def asked_about(self) -> Sender:
        """Return what is asked of the domain name system; without a sender of its own it is the installation's."""
        keys = [one.published if one else None for one in (self.signing, self.waiting)]
        return Sender(self.mail_from or installation.DEFAULT_FROM_EMAIL, self.bounce_address, *keys)


def sender(ctx: Ctx, creditor: UUID) -> SenderRow | None:
    """Return the sender of a creditor."""
    row = Creditor.objects.filter(tenant_id=ctx.tenant, id=creditor).first()
    return sender_of(row) if row else None


def sender_of(row: Creditor) -> SenderRow:
    """Return the sender that the settings of a creditor say."""
    settings = row.settings
    checked: dict[str, Any] = settings.get(CHECKED) or {}
    return SenderRow(
        row.id, row.name, str(settings.get("mail_from") or ""), str(settings.get("bounce_address") or ""),
        _key(settings.get(SIGNING)), _key(settings.get(WAITING)),
        tuple(RetiredKey(one["place"], date.fromisoformat(one["on"])) for one in settings.get(RETIRED) or ()),
        date.fromisoformat(checked["on"]) if checked else None,
        tuple(
            Check(
                one["name"], one["place"], Stand(one["stand"]), one["sentence"], tuple(one["found"]), one["publish"],
                one["source"],
            )
            for one in checked.get("checks", ())
        ),
    )  # fmt: skip


def _key(kept: dict[str, Any] | None) -> KeyRow | None:
    if not kept:
        return None
    made = kept.get("made_on")
    return KeyRow(kept["domain"], kept["selector"], kept["public"], date.fromisoformat(made) if made else None)
