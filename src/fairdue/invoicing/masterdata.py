"""Seller and buyer of an invoice from the master data of their room, as the core wants them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from fairdue.core.findings import refuse
from fairdue.core.invoice.countries.letterhead import letterhead
from fairdue.core.invoice.model import EarlyPayment
from fairdue.core.invoice.parties import Address, Contact, Identifier, Party
from fairdue.core.invoice.registers import establishment, registration
from fairdue.core.vat.supply import BuyerKind, Scheme
from fairdue.foundation.sqlfiles import sql
from fairdue.invoicing.documents.sheet import DEFAULT_ACCENT, Look

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairdue.foundation.context import Ctx

KINDS = {"business": BuyerKind.B2B, "public": BuyerKind.B2G, "consumer": BuyerKind.B2C}
DEFAULT_FORMATS = ("factur-x", "ubl")
EMAIL = "EM"
CODICE_FISCALE = "0210"


@dataclass(frozen=True, slots=True)
class Seller:
    """A creditor as the one who issues."""

    id: UUID
    party: Party
    currency: str
    iban: str
    bic: str
    email: str
    settings: dict[str, Any]

    @property
    def look(self) -> Look:
        """How its documents look."""
        given = {name: str(self.settings.get(name) or "") for name in ("accent", "logo_svg", "letterhead_svg", "form")}
        return Look(
            given["accent"] or DEFAULT_ACCENT, given["logo_svg"], given["letterhead_svg"], form=given["form"] or "B"
        )

    @property
    def scheme(self) -> Scheme:
        """The VAT scheme that it uses for what it sells (`vat_scheme` of its settings)."""
        chosen = self.settings.get("vat_scheme")
        return Scheme(chosen) if chosen in set(Scheme) else Scheme.NORMAL

    @property
    def formats(self) -> tuple[str, ...]:
        """The formats that its invoices are written in."""
        return tuple(self.settings.get("formats") or DEFAULT_FORMATS)


@dataclass(frozen=True, slots=True)
class Buyer:
    """A debtor as the one who is invoiced."""

    id: UUID
    creditor_id: UUID
    party: Party
    language: str
    email: str
    business: bool
    term_days: int
    early: tuple[EarlyPayment, ...]
    kind: BuyerKind = BuyerKind.B2B
    address_state: str = "unchecked"
    email_state: str = "unchecked"
    peppol_state: str = "unchecked"
    """How far its addresses are trusted (docs/rules/verified-address.md)."""
    wish: str = ""
    """The channel by which it wants invoices; empty for no wish."""
    peppol: str = ""
    """Its Peppol participant, scheme:value."""
    routing: str = ""
    """Where the network of its country delivers: Leitweg-ID, codice destinatario, DIR3, code service."""
    pec: str = ""
    """Its certified mailbox (Italy)."""


def _read(ctx: Ctx, name: str, ids: Iterable[UUID]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql("invoicing", name), {"tenant": ctx.tenant, "ids": list(set(ids))})
        names = [column.name for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _json(value: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(value) if isinstance(value, str) else value
    return loaded or {}


def _endpoint(participant: str, email: str) -> Identifier | None:
    """Return the electronic address: the Peppol participant (scheme:value) where there is one, else the e-mail."""
    scheme, _, value = participant.partition(":")
    if scheme and value:
        return Identifier(value, scheme)
    return Identifier(email, EMAIL) if email else None


def sellers(ctx: Ctx, ids: Iterable[UUID]) -> dict[UUID, Seller]:
    """Return creditors by id."""
    return {row["id"]: _seller(row) for row in _read(ctx, "sellers", ids)}


def _seller(row: dict[str, Any]) -> Seller:
    legal = {key: str(value) for key, value in _json(row["legal"]).items() if value}
    tax_number = legal.pop("tax_number", "")
    contact = legal.pop("contact", "") or row["name"]
    register = row["register_id"]
    place = establishment(row["country"], register)
    party = Party(
        row["name"],
        Address(row["country"], row["street"], postcode=row["postcode"], city=row["city"]),
        identifiers=(Identifier(row["code"]), *([place] if place else [])),
        registration=registration(row["country"], register, row["vat_id"]),
        vat_id=row["vat_id"],
        tax_number=tax_number,
        legal_form=letterhead(row["country"], legal),
        endpoint=_endpoint(str(_json(row["settings"]).get("peppol_id") or ""), row["email"]),
        contact=Contact(contact, row["phone"], row["email"]) if row["email"] or row["phone"] else None,
    )
    settings = _json(row["settings"])
    return Seller(row["id"], party, row["currency"], row["iban"], row["bic"], row["email"], settings)


def buyers(ctx: Ctx, ids: Iterable[UUID]) -> dict[UUID, Buyer]:
    """Return debtors by id."""
    return {row["id"]: _buyer(row) for row in _read(ctx, "buyers", ids)}


def _buyer(row: dict[str, Any]) -> Buyer:
    register = row["register"] or ""
    party = Party(
        row["name"],
        Address(row["country"], row["street"], postcode=row["postcode"], city=row["city"], subdivision=row["region"]),
        identifiers=(_known_as(row, register),),
        registration=registration(row["country"], register, row["vat_id"]),
        vat_id=row["vat_id"],
        endpoint=_endpoint(row["peppol"] or "", row["email"]),
    )
    percent, days = row["discount_percent"], row["discount_days"]
    early = (EarlyPayment(Decimal(percent), days),) if percent and days is not None else ()
    business = row["kind"] != "consumer"
    return Buyer(
        row["id"], row["creditor_id"], party, row["language"][:2], row["email"], business,
        row["payment_terms_days"], early, KINDS[row["kind"]], row["address_state"], row["email_state"],
        row["peppol_state"] or "unchecked", row["delivery"], row["peppol"] or "", row["routing"] or "",
        row["pec"] or "",
    )  # fmt: skip


def _known_as(row: dict[str, Any], register: str) -> Identifier:
    """Return the one identifier of a buyer (BT-46): what its country asks for, else its customer number."""
    country, tax = row["country"], "".join((row["tax"] or "").upper().split())
    if country == "IT" and tax:
        return Identifier(tax, CODICE_FISCALE)
    if country == "ES" and row["routing"]:
        return Identifier(row["routing"])
    return establishment(country, register) or Identifier(row["external_id"])


def pair(ctx: Ctx, creditor: UUID, debtor: UUID) -> tuple[Seller, Buyer]:
    """Return seller and buyer; refuses what does not exist or does not belong together."""
    seller = sellers(ctx, [creditor]).get(creditor)
    buyer = buyers(ctx, [debtor]).get(debtor)
    if seller is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    if buyer is None or buyer.creditor_id != creditor:
        raise refuse("debtor.unknown", "debtor", "This creditor has no such customer.")
    return seller, buyer
