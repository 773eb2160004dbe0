"""Which channel an invoice takes: the law of both countries, the wishes, and what is known of the buyer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.core.invoice.countries.registry import known
from fairdue.core.invoice.delivery import Choice, Reach, Way, choose
from fairdue.core.invoice.rules import mandates
from fairdue.core.parties.models import Scheme
from fairdue.invoicing import channels, masterdata
from fairdue.invoicing.channels import access_point, folder
from fairdue.invoicing.models import Document, Invoice
from fairdue.parties import selectors as parties

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from fairdue.core.invoice.countries.shape import Mandate
    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.masterdata import Buyer, Seller

AUTO, NONE = "auto", "none"


def ready() -> frozenset[Way]:
    """Return the channels of this installation that need something set up and have it."""
    ways = {Way.PEPPOL} if access_point.address() else set()
    return frozenset(ways | (set(folder.WAYS) if folder.root() else set()))


def routed(ctx: Ctx, invoices: Sequence[UUID]) -> dict[UUID, Choice]:
    """Return the channel of each invoice with the reason; those of creditors that do not deliver are left out."""
    rows = list(Invoice.objects.filter(id__in=list(invoices)))
    sellers = masterdata.sellers(ctx, [row.creditor_id for row in rows])
    buyers = masterdata.buyers(ctx, [row.debtor_id for row in rows])
    wishes = parties.debtors(ctx, [row.debtor_id for row in rows])
    numbers = parties.parties(ctx, [row.debtor_id for row in rows])
    done = {}
    for row in rows:
        seller, debtor = sellers[row.creditor_id], row.debtor_id
        setting = str(seller.settings.get("delivery", Way.EMAIL.value))
        if setting == NONE:
            continue
        if setting != AUTO:
            done[row.id] = Choice(
                Way(setting) if setting in set(Way) else None, "The client sends all by this channel."
            )
            continue
        peppol = bool(numbers[debtor].values(Scheme.PEPPOL)) if debtor in numbers else False
        done[row.id] = _chosen(seller, buyers[debtor], wishes[debtor].delivery, row.issued_on, peppol=peppol)
    return done


def _chosen(seller: Seller, buyer: Buyer, wish: str, on: date, *, peppol: bool) -> Choice:
    place = buyer.party.address
    reach = Reach(bool(buyer.email), bool(place.street or place.postcode), peppol, ready())
    settings = seller.settings
    by_country = settings.get("channel_by_country") or {}
    own = str(by_country.get(place.country) or settings.get("channel") or "")
    return choose(_binding(seller, buyer, on), reach, buyer=wish, seller=own, large=settings.get("mandates") == "all")


def _binding(seller: Seller, buyer: Buyer, on: date) -> list[Mandate]:
    pack = known(seller.party.address.country)
    if pack is None:
        return []
    found = mandates(pack, known(buyer.party.address.country), on)
    return [one for one in found if one.kind is buyer.kind and one.since <= on]


def wanted_format(ctx: Ctx, invoice: UUID) -> str:
    """Return the format that the channel of an invoice carries and that is not written; empty where nothing lacks.

    Formats of the creditor are left to the job that writes them.
    """
    choice = routed(ctx, [invoice]).get(invoice)
    if choice is None or choice.way is None:
        return ""
    code = channels.by_code(choice.way).format
    row = Invoice.objects.get(id=invoice)
    usual = masterdata.sellers(ctx, [row.creditor_id])[row.creditor_id].formats
    written = Document.objects.filter(invoice_id=invoice, format=code).exists()
    return "" if written or code in usual else code
