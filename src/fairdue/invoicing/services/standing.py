"""What holds for every document of a creditor: VAT scheme, formats, way out, particulars of its law, look."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.core.findings import Finding, RefusedError, refuse
from fairdue.core.vat.supply import Scheme
from fairdue.foundation.commands import command
from fairdue.foundation.permissions import Permission
from fairdue.invoicing import masterdata
from fairdue.invoicing.documents.sheet import HEX
from fairdue.invoicing.documents.svg import svg_reason
from fairdue.invoicing.formats.registry import FORMATS
from fairdue.invoicing.services.dispatch import DELIVERIES
from fairdue.invoicing.services.recorded import wrong_codes, wrong_rates
from fairdue.parties import selectors as parties
from fairdue.parties.services.creditors import change_creditor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from fairdue.foundation.context import Ctx

PARTICULARS = {
    "directors": "Directors or board",
    "register": "Register and court",
    "capital": "Capital",
    "office": "Registered office",
    "rea": "REA number",
    "tax_number": "Tax number",
    "contact": "Contact for invoices",
}
"""Particulars that some country asks a company for, in the order they are printed in; a creditor may have more."""
WINDOWS = {"A": "Form A: window at 27 mm", "B": "Form B: window at 45 mm"}
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Standing:
    """The settings of a creditor that its documents follow; none leaves a picture as it is, empty takes it away."""

    scheme: str = Scheme.NORMAL.value
    formats: tuple[str, ...] = ()
    delivery: str = "email"
    peppol: str = ""
    """Peppol participant, scheme and value: 0088:4035811991021."""
    accent: str = ""
    form: str = "B"
    logo: str | None = None
    letterhead: str | None = None
    particulars: Mapping[str, str] = field(default_factory=dict)
    sales_tax_rates: Mapping[str, str] | None = None
    """Percentages by state, province or the start of a ZIP code (docs/rules/local-taxes.md); none leaves them."""
    atcud: Mapping[str, str] | None = None
    """Validation codes of Portuguese series by type and year, such as 380/2026; none leaves them."""


def _wrong(standing: Standing) -> Iterator[tuple[str, str]]:
    for path, chosen, known in (
        ("scheme", standing.scheme, set(Scheme)),
        ("delivery", standing.delivery, DELIVERIES),
        ("form", standing.form, WINDOWS),
    ):
        if chosen not in known:
            yield path, "Choose one of what is offered."
    yield from (("formats", f"There is no format {code}.") for code in standing.formats if code not in FORMATS)
    if not standing.formats:
        yield "formats", "Choose at least one format; an invoice without a file reaches nobody."
    if standing.peppol and not all(standing.peppol.partition(":")):
        yield "peppol", "A participant is scheme and value, such as 0088:4035811991021."
    yield from _wrong_look(standing)
    yield from wrong_codes(standing.atcud or {})


def _wrong_look(standing: Standing) -> Iterator[tuple[str, str]]:
    if standing.accent and not HEX.match(standing.accent):
        yield "accent", "A colour is # and six hexadecimal digits, such as #1f4e79."
    for name, picture in (("logo", standing.logo), ("letterhead", standing.letterhead)):
        reason = svg_reason(picture) if picture else ""
        if reason:
            yield name, reason


def _settings(known: Mapping[str, Any], standing: Standing) -> dict[str, Any]:
    given = {
        "vat_scheme": standing.scheme, "formats": list(standing.formats), "delivery": standing.delivery,
        "peppol_id": standing.peppol, "accent": standing.accent, "form": standing.form,
    }  # fmt: skip
    pictures = {"logo_svg": standing.logo, "letterhead_svg": standing.letterhead}
    recorded = {"sales_tax_rates": standing.sales_tax_rates, "atcud": standing.atcud}
    told = {**pictures, **{name: dict(rows) for name, rows in recorded.items() if rows is not None}}
    return {**known, **given, **{name: value for name, value in told.items() if value is not None}}


def _particulars(known: Mapping[str, Any], standing: Standing) -> dict[str, Any]:
    merged = {**known, **{name: text.strip()[:LONGEST] for name, text in standing.particulars.items()}}
    return {name: text for name, text in merged.items() if text}


def standing_of(ctx: Ctx, creditor: UUID) -> Standing:
    """Return what the documents of a creditor follow today; pictures are left out, so that setting it keeps them."""
    row = parties.creditor(ctx, creditor)
    if row is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    seller, known = masterdata.sellers(ctx, [creditor])[creditor], row.settings
    return Standing(
        seller.scheme.value, seller.formats, str(known.get("delivery") or "email"), str(known.get("peppol_id") or ""),
        str(known.get("accent") or ""), str(known.get("form") or "B"),
        particulars={name: str(text) for name, text in row.legal.items()},
        sales_tax_rates=known.get("sales_tax_rates") or {}, atcud=known.get("atcud") or {},
    )  # fmt: skip


@command("invoicing.set_standing", Permission.SETTINGS_EDIT)
def set_standing(ctx: Ctx, *, creditor: UUID, standing: Standing, today: date, key: str | None = None) -> UUID:
    """Set what the documents of a creditor follow from now on; issued ones stay. Refuses with every reason."""
    del key
    wrong = tuple(Finding("creditor.standing", path, sentence) for path, sentence in _wrong(standing))
    if wrong:
        raise RefusedError(*wrong)
    row = parties.creditor(ctx, creditor)
    if row is None:
        raise refuse("creditor.unknown", "creditor", "There is no such creditor.")
    wrong = tuple(
        Finding("creditor.standing", path, text)
        for path, text in wrong_rates(row.country, standing.sales_tax_rates or {})
    )
    if wrong:
        raise RefusedError(*wrong)
    changes = {"settings": _settings(row.settings, standing), "legal": _particulars(row.legal, standing)}
    return change_creditor(ctx, creditor=creditor, changes=changes, today=today)
