"""Delivery channels: one object a channel behind one small interface, found through a registry."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol, runtime_checkable
from uuid import UUID

from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.foundation.context import Ctx


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a channel is asked to bring to the buyer."""

    delivery: UUID
    invoice: UUID
    creditor: UUID
    debtor: UUID
    recipient: str
    sender: str
    subject: str
    text: str
    files: tuple[UUID, ...]
    today: date
    mail_from: str = ""
    """The sender of mail in the creditor's own name; empty for the installation's."""
    bounces: str = ""
    """The address that bounces of this delivery come to; empty for the sender's own."""


@runtime_checkable
class Channel(Protocol):
    """What a delivery channel can do."""

    @property
    def code(self) -> str:
        """The short name in commands and settings."""
        ...

    @property
    def format(self) -> str:
        """The document format that it carries."""
        ...

    def send(self, ctx: Ctx, parcel: Parcel) -> None:
        """Queue the parcel in the running transaction; the outcome comes back as a fact."""
        ...


@runtime_checkable
class Batching(Protocol):
    """A channel that queues many parcels as cheaply as one."""

    def send_many(self, ctx: Ctx, parcels: Sequence[Parcel]) -> None:
        """Queue all parcels in the running transaction, or refuse and queue none."""
        ...


CHANNELS: dict[str, Channel] = {}


def register(channel: Channel) -> None:
    """Add a channel; refuses what lacks a part of the interface or takes a code twice."""
    if not isinstance(channel, Channel):
        raise TypeError(f"{type(channel).__name__} lacks a part of the channel interface")
    if CHANNELS.setdefault(channel.code, channel) != channel:
        raise ValueError(f"The channel code {channel.code!r} is taken")


def by_code(code: str) -> Channel:
    """Return the channel of `code`; refuses unknown ones."""
    if code not in CHANNELS:
        raise refuse("channel.unknown", "channel", f"There is no channel {code!r}; there are {', '.join(CHANNELS)}.")
    return CHANNELS[code]


def send_many(ctx: Ctx, channel: Channel, parcels: Sequence[Parcel]) -> None:
    """Queue parcels of one channel, together where it can do that."""
    if isinstance(channel, Batching):
        channel.send_many(ctx, parcels)
        return
    for parcel in parcels:
        channel.send(ctx, parcel)
