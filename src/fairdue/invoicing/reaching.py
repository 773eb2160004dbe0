"""By which channel the documents of a seller reach a buyer on a day: law, wishes, and what is set up here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.invoice.countries.registry import known
from fairdue.core.invoice.delivery import Choice, Reach, Way, choose
from fairdue.core.invoice.rules import mandates
from fairdue.invoicing.channels import access_point, folder

if TYPE_CHECKING:
    from datetime import date

    from fairdue.core.invoice.countries.shape import Mandate
    from fairdue.invoicing.masterdata import Buyer, Seller

AUTO, NONE = "auto", "none"


def ready() -> frozenset[Way]:
    """Return the channels of this installation that need something set up and have it."""
    ways = {Way.PEPPOL} if access_point.address() else set()
    return frozenset(ways | (set(folder.WAYS) if folder.root() else set()))


def choice_for(seller: Seller, buyer: Buyer, on: date) -> Choice | None:
    """Return the channel for a document of `on` with the reason; none where the seller sends nothing by itself."""
    setting = str(seller.settings.get("delivery", Way.EMAIL.value))
    if setting == NONE:
        return None
    if setting == AUTO:
        return _chosen(seller, buyer, on)
    if setting not in set(Way):
        return Choice(None, f"The client's setting “{setting}” is no channel.")
    return Choice(Way(setting), "The client sends all by this channel.")


def _chosen(seller: Seller, buyer: Buyer, on: date) -> Choice:
    place = buyer.party.address
    reach = Reach(bool(buyer.email), bool(place.street or place.postcode), bool(peppol_id(buyer)), ready())
    settings = seller.settings
    by_country = settings.get("channel_by_country") or {}
    own = str(by_country.get(place.country) or settings.get("channel") or "")
    return choose(
        _binding(seller, buyer, on), reach, buyer=buyer.wish, seller=own, large=settings.get("mandates") == "all"
    )


def peppol_id(buyer: Buyer) -> str:
    """Return the buyer's Peppol participant, scheme:value; empty where there is none."""
    return buyer.peppol


def _binding(seller: Seller, buyer: Buyer, on: date) -> list[Mandate]:
    pack = known(seller.party.address.country)
    if pack is None:
        return []
    found = mandates(pack, known(buyer.party.address.country), on)
    return [one for one in found if one.kind is buyer.kind and one.since <= on]
