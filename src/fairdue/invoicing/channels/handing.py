"""Channels that hand a file over after the transaction: print batches, the transmitter's folders, an access point."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.invoice.delivery import Way
from fairdue.foundation.jobs import defer
from fairdue.invoicing.channels import Parcel, register

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx

JOB = "invoicing.hand_over"
HANDED = {
    Way.FOLDER: "ubl", Way.SDI: "fatturapa", Way.KSEF: "ksef-fa3", Way.PLATFORM: "ctc-fr-ubl", Way.PEPPOL: "peppol-bis",
}  # fmt: skip
"""The format that each of them carries."""


@dataclass(frozen=True, slots=True)
class Print:
    """Print and post: waits for the next batch, which a person downloads and confirms."""

    code: str = Way.PRINT.value
    format: str = "factur-x"

    def send(self, ctx: Ctx, parcel: Parcel) -> None:
        """Wait; the row itself is the queue of the print shop."""
        del ctx, parcel


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that a job hands over once the delivery is committed; it may run twice and hands over once."""

    code: str
    format: str

    def send(self, ctx: Ctx, parcel: Parcel) -> None:
        """Queue the job."""
        defer(ctx, JOB, delivery=str(parcel.delivery))


register(Print())
for _way, _format in HANDED.items():
    register(Handed(_way.value, _format))
