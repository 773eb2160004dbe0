"""The shape of a country's law on invoices. A lawyer checks a country by reading its one module.

`confirmed` tells whether somebody read the fact in a primary source: the law itself, or a publication of the
authority. What is not confirmed is shown so wherever it is used, and never refuses an invoice.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.core.vat.rounding import VatRounding
from fairdue.core.vat.supply import BuyerKind

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fairdue.core.vat.supply import Treatment

ANYBODY = frozenset(BuyerKind)
BUSINESS = frozenset({BuyerKind.B2B, BuyerKind.B2G})
COMPANY = frozenset({BuyerKind.B2B})
PUBLIC = frozenset({BuyerKind.B2G})


class Side(StrEnum):
    """Whose country asks: that of the seller (contents), or that of the buyer (ids, network, references)."""

    SELLER = "seller"
    BUYER = "buyer"


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that must stand on an invoice, and the finding that says it is missing."""

    code: str
    """Code of the finding; a rule of EN 16931 where the standard already asks for it (then `need` is empty)."""
    path: str
    sentence: str
    article: str
    confirmed: bool
    need: str = ""
    """Name of the test in `needs`; empty where the check of the standard finds it."""
    argument: str = ""
    kinds: frozenset[BuyerKind] = ANYBODY
    side: Side = Side.SELLER
    domestic: bool = False
    """Only between two parties of this country."""
    named: str = ""
    """Only for sellers whose name matches this pattern: forms of companies."""
    above: int | None = None
    """Only above this total with tax, in minor units of the country's currency."""
    taxed: bool = False
    """Only where tax is charged."""
    simplified: bool = False
    """Asked of a simplified invoice too."""
    since: date = date.min
    refuses: bool = False
    """Whether a missing one refuses the invoice (only if confirmed); else it warns."""


@dataclass(frozen=True, slots=True)
class Simplified:
    """Up to which total with tax an invoice may say less, in minor units of the country's currency."""

    upto: int
    article: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Numbering:
    """What a number must look like, and whether numbers may have gaps."""

    pattern: str
    """A regular expression that the whole number matches."""
    longest: int
    gapless: bool
    sentence: str
    article: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Retention:
    """For how long invoices are kept."""

    years: int
    sentence: str
    article: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Mandate:
    """From when which electronic invoices are compulsory."""

    kind: BuyerKind
    duty: str
    """`issue`, `receive` or `report`."""
    whom: str
    format: str
    network: str
    since: date
    source: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Wording:
    """The text that national law asks for instead of the general one, with its own VATEX code if it has one."""

    text: str
    article: str
    confirmed: bool
    vatex: str = ""


@dataclass(frozen=True, slots=True)
class StandingNote:
    """A note that an invoice of this country carries without anybody thinking of it."""

    text: str
    subject: str = ""
    kinds: frozenset[BuyerKind] = ANYBODY
    early: str = ""
    """The text where an early-payment discount is granted; `{percent}` and `{days}` are filled in."""


@dataclass(frozen=True, slots=True)
class Rounded:
    """Where a country wants tax rounded."""

    mode: VatRounding
    article: str
    confirmed: bool


@dataclass(frozen=True, slots=True)
class LocalTax:
    """The tax in the country's own currency: article, and which rate of exchange the law wants."""

    rate: str
    article: str
    confirmed: bool


PER_RATE = Rounded(VatRounding.PER_RATE, "EN 16931-1 BR-CO-17", confirmed=True)
EU_LOCAL = LocalTax(
    "Rate of exchange that the state lays down, or that of the European Central Bank, on the day the tax becomes "
    "chargeable (Art. 91 (2)).",
    "Directive 2006/112/EC Art. 91 (2) and 230",
    confirmed=True,
)


@dataclass(frozen=True, slots=True)
class Pack:
    """The law of one country on invoices."""

    country: str
    name: str
    currency: str
    languages: tuple[str, ...]
    law: str
    requirements: tuple[Requirement, ...]
    simplified: Simplified | None
    numbering: Numbering
    retention: Retention
    local_tax: LocalTax | None = EU_LOCAL
    rounded: Rounded = PER_RATE
    mandates: tuple[Mandate, ...] = ()
    wording: Mapping[Treatment, Wording] = field(default_factory=dict)
    notes: tuple[StandingNote, ...] = ()
    remarks: tuple[str, ...] = ()
    """What the law asks and the check cannot see; shown beside the rules."""

    @property
    def language(self) -> str:
        """The language of its wording."""
        return self.languages[0]
