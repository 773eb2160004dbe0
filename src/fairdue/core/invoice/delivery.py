"""By which channel an invoice goes to its buyer, and why (docs/rules/delivery-channel.md)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairdue.core.invoice.countries.shape import Mandate


class Way(StrEnum):
    """The channels; the value is the short name in settings and commands."""

    EMAIL = "email"
    PORTAL = "portal"
    PRINT = "print"
    FOLDER = "folder"
    PEPPOL = "peppol"
    SDI = "sdi"
    KSEF = "ksef"
    PLATFORM = "platform"


NETWORKS = {"SdI": Way.SDI, "KSeF": Way.KSEF, "approved platform": Way.PLATFORM, "Chorus Pro": Way.PLATFORM}
"""Networks that are one channel; those whose name holds “Peppol” are that one."""
FREE = (Way.PEPPOL, Way.EMAIL, Way.PORTAL, Way.PRINT)
"""What is tried where nobody prescribes or wishes anything, in this order."""
_ALL = ("every", "all others")
_LACKS = {
    Way.PEPPOL: "there is no Peppol id of the buyer, or no access point is set up",
    Way.EMAIL: "there is no e-mail address",
    Way.PORTAL: "there is no e-mail address for the link to the portal",
    Way.PRINT: "there is no postal address",
}


@dataclass(frozen=True, slots=True)
class Reach:
    """What is known of the buyer, and what the seller's side has set up."""

    email: bool = False
    address: bool = False
    peppol_id: bool = False
    ready: frozenset[Way] = frozenset()
    """Channels that need something set up and have it: access point, transmitter folders."""

    def reaches(self, way: Way) -> bool:
        """Tell whether the buyer can be reached this way today."""
        match way:
            case Way.EMAIL | Way.PORTAL:
                return self.email
            case Way.PRINT:
                return self.address
            case Way.PEPPOL:
                return self.peppol_id and way in self.ready
            case _:
                return way in self.ready


@dataclass(frozen=True, slots=True)
class Choice:
    """The channel with the reason; none where the buyer cannot be reached the way that is prescribed."""

    way: Way | None
    why: str


def choose(
    mandates: Iterable[Mandate], reach: Reach, *, buyer: str = "", seller: str = "", large: bool = False
) -> Choice:
    """Return the channel for an invoice under the mandates that reach it, and why.

    A network that the law prescribes comes first, and nothing replaces it: if it is not set up, nothing is sent.
    A duty that depends on the seller's size binds only where the seller says so (`large`). Then the wish of the
    buyer, then that of the seller, then what reaches the buyer. A wish that cannot be met is told.
    """
    for one in mandates:
        way = network_of(one)
        if one.duty != "issue" or way is None or not (large or one.whom.startswith(_ALL)):
            continue
        law = f"{one.source}: {one.format} by {one.network} is compulsory since {one.since.isoformat()}"
        law += "" if one.confirmed else " (not confirmed)"
        if reach.reaches(way):
            return Choice(way, f"{law}.")
        return Choice(None, f"{law}, and {_LACKS.get(way, f'no transmitter for {one.network} is set up')}.")
    unmet = ""
    for wish, who in ((buyer, "The customer"), (seller, "The client")):
        if wish not in set(Way):
            continue
        if reach.reaches(Way(wish)):
            return Choice(Way(wish), f"{unmet}{who} wants it by {wish}.")
        unmet += f"{who} wants it by {wish}, but {_LACKS.get(Way(wish), 'no transmitter is set up')}. "
    for way in FREE:
        if reach.reaches(way):
            return Choice(way, f"{unmet}No network is prescribed; {way} reaches the buyer.")
    return Choice(None, f"{unmet}Nothing is known by which the buyer can be reached.")


def network_of(mandate: Mandate) -> Way | None:
    """Return the channel of the network that a mandate prescribes; none where any way is fine."""
    if mandate.network in NETWORKS:
        return NETWORKS[mandate.network]
    return Way.PEPPOL if mandate.network.startswith("Peppol") else None


class Told(StrEnum):
    """What the buyer's side says about an invoice."""

    DELIVERED = "delivered"
    OPENED = "opened"
    REJECTED = "rejected"
    """The network or the buyer's system did not take it: to the buyer it does not exist."""
    REFUSED = "refused"
    """The buyer read it and does not accept it."""
    APPROVED = "approved"
    PAID = "paid"
    """The buyer says that payment is on its way; money is booked from the bank only."""


RESPONSES = {
    # Peppol Invoice Response (UNCL4343, subset): acknowledged, in process, under query, conditionally accepted,
    # rejected, accepted, paid.
    "AB": Told.DELIVERED, "IP": Told.OPENED, "UQ": Told.REFUSED, "CA": Told.APPROVED, "RE": Told.REFUSED,
    "AP": Told.APPROVED, "PD": Told.PAID,
    # French life cycle (AFNOR XP Z12-012): deposited, received, made available, taken charge of, approved, approved in
    # part, disputed, refused, payment sent, rejected.
    "200": Told.DELIVERED, "202": Told.DELIVERED, "203": Told.DELIVERED, "204": Told.OPENED, "205": Told.APPROVED,
    "206": Told.APPROVED, "207": Told.REFUSED, "210": Told.REFUSED, "211": Told.PAID, "213": Told.REJECTED,
    # SdI: delivery receipt, rejection, not delivered, outcome EC01 accepted, EC02 refused.
    "RC": Told.DELIVERED, "NS": Told.REJECTED, "EC01": Told.APPROVED, "EC02": Told.REFUSED,
}  # fmt: skip
"""Answers of networks by their own codes; a code that is not here is kept and shown, and changes nothing."""


def told_by(code: str) -> Told | None:
    """Return what an answer means: a word of ours, or a code of a network."""
    text = code.strip()
    return Told(text.lower()) if text.lower() in set(Told) else RESPONSES.get(text.upper())
