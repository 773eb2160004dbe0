"""The invoice as EN 16931-1 sees it: one frozen value that every format writes and every check reads.

Field comments name the business term (BT) or group (BG) of the standard. Amounts are whole minor units of
the invoice currency (`Minor`); quantities, prices and rates are `Decimal`, rates in percent. Empty text
means "not given": drafts are allowed to be incomplete, `check` says what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NewType

from fairdue.core.invoice.document_types import DocumentType
from fairdue.core.invoice.parties import (
    Address,
    Identifier,
    Party,
    Payee,
    TaxRepresentative,
)
from fairdue.core.vat.rounding import VatRounding
from fairdue.core.vat.supply import Nature

__all__ = ["DocumentType"]

Minor = NewType("Minor", int)
"""Whole minor units of the invoice currency; written as a decimal string on the wire."""

EN_16931 = "urn:cen.eu:en16931:2017"
"""The specification identifier (BT-24) of the plain standard."""


class VatCategory(StrEnum):
    """How value added tax treats a line (UNTDID 5305 as EN 16931 restricts it)."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    INTRA_COMMUNITY = "K"
    EXPORT = "G"
    OUTSIDE_SCOPE = "O"
    CANARY = "L"
    """General indirect tax of the Canary Islands (IGIC)."""
    CEUTA_MELILLA = "M"
    """Tax of Ceuta and Melilla (IPSI)."""
    SPLIT = "B"
    """Tax that an Italian buyer pays to the treasury itself."""


CHARGED = frozenset({VatCategory.STANDARD, VatCategory.CANARY, VatCategory.CEUTA_MELILLA, VatCategory.SPLIT})
"""Categories in which tax is charged."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of days, both ends included; either end may be open (BG-14, BG-26)."""

    start: date | None = None
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """An allowance or a charge, of a line (BG-27, BG-28) or of the document (BG-20, BG-21)."""

    amount: Minor
    charge: bool = False
    base: Minor | None = None
    percent: Decimal | None = None
    reason: str = ""
    reason_code: str = ""
    category: VatCategory | None = None
    """On document level only (BT-95, BT-102)."""
    rate: Decimal | None = None
    """VAT rate in percent, on document level only (BT-96, BT-103)."""


@dataclass(frozen=True, slots=True)
class Attribute:
    """A property of an item (BG-32)."""

    name: str
    value: str


@dataclass(frozen=True, slots=True)
class Classification:
    """A class of an item in a published scheme (BT-158)."""

    code: str
    scheme: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class LineDocument:
    """An order or a delivery note that one line belongs to; EN 16931 has none on lines, its extensions do."""

    number: str
    day: date | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One invoice line (BG-25); its net amount is computed, never given."""

    id: str  # BT-126
    name: str  # BT-153
    quantity: Decimal  # BT-129
    unit: str  # BT-130, UN/ECE Recommendation 20
    price: Decimal  # BT-146, net price of `price_quantity` units
    category: VatCategory  # BT-151
    rate: Decimal | None = None  # BT-152, percent; none only outside the scope of VAT
    price_quantity: Decimal = Decimal(1)  # BT-149
    gross_price: Decimal | None = None  # BT-148; the price discount BT-147 is the difference
    description: str = ""  # BT-154
    note: str = ""  # BT-127
    period: Period | None = None  # BG-26
    order_line: str = ""  # BT-132
    accounting_reference: str = ""  # BT-133
    seller_item: str = ""  # BT-155
    buyer_item: str = ""  # BT-156
    standard_item: Identifier | None = None  # BT-157
    classifications: tuple[Classification, ...] = ()
    origin_country: str = ""  # BT-159
    attributes: tuple[Attribute, ...] = ()
    adjustments: tuple[Adjustment, ...] = ()
    object: Identifier | None = None  # BT-128
    order: LineDocument | None = None  # Factur-X BT-X-21; in words (BT-127) where a format has no place for it
    despatch: LineDocument | None = None  # Factur-X BT-X-92, the delivery note of the line; likewise
    nature: Nature | None = None
    """What is supplied, where somebody said so; the decision on VAT rests on it. No business term."""


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why a category bears no tax, in words and as a VATEX code (BT-120, BT-121)."""

    category: VatCategory
    reason: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class EarlyPayment:
    """An early-payment discount: `percent` off when paid within `days` after the issue date."""

    percent: Decimal
    days: int


@dataclass(frozen=True, slots=True)
class PaymentTerms:
    """When the invoice is due and on which conditions (BT-9, BT-20)."""

    due: date | None = None
    note: str = ""
    early: tuple[EarlyPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class CreditTransfer:
    """An account to pay into (BG-17)."""

    account: str  # BT-84, IBAN where there is one
    name: str = ""  # BT-85
    bic: str = ""  # BT-86


@dataclass(frozen=True, slots=True)
class DirectDebit:
    """A mandate to collect by (BG-19)."""

    mandate: str  # BT-89
    creditor_id: str = ""  # BT-90
    debtor_account: str = ""  # BT-91


@dataclass(frozen=True, slots=True)
class PaymentCard:
    """The card that was paid with (BG-18); its number is never given in full (BR-51)."""

    number: str  # BT-87
    holder: str = ""  # BT-88
    network: str = ""
    """The card network, which UBL asks for. No business term."""


@dataclass(frozen=True, slots=True)
class PaymentMeans:
    """How to pay (BG-16); the code is UNTDID 4461, 30 and 58 are credit transfers, 59 a direct debit."""

    code: str  # BT-81
    text: str = ""  # BT-82
    reference: str = ""  # BT-83, remittance information
    transfers: tuple[CreditTransfer, ...] = ()
    debit: DirectDebit | None = None
    card: PaymentCard | None = None


@dataclass(frozen=True, slots=True)
class Delivery:
    """Where and when the supply took place (BG-13)."""

    day: date | None = None  # BT-72
    name: str = ""  # BT-70
    location: Identifier | None = None  # BT-71
    address: Address | None = None  # BG-15


@dataclass(frozen=True, slots=True)
class Note:
    """A free text with an optional subject of UNTDID 4451 (BG-1)."""

    text: str
    subject: str = ""


@dataclass(frozen=True, slots=True)
class PrecedingInvoice:
    """The document that this one corrects or credits (BG-3)."""

    number: str  # BT-25
    day: date | None = None  # BT-26
    cleared: str = ""
    """The number that a clearance system (KSeF) gave it. No business term."""


@dataclass(frozen=True, slots=True)
class AdvanceTax:
    """Net and tax of one category and rate on a prepayment invoice."""

    category: VatCategory
    basis: Minor
    tax: Minor
    rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Advance:
    """A prepayment invoice that a final invoice deducts; EN 16931 knows its number (BG-3) and the sum paid (BT-113)."""

    number: str
    rows: tuple[AdvanceTax, ...]
    day: date | None = None
    cleared: str = ""
    """The number that a clearance system (KSeF) gave it."""

    @property
    def gross(self) -> int:
        """What it asked for, minor units."""
        return sum(row.basis + row.tax for row in self.rows)


@dataclass(frozen=True, slots=True)
class References:
    """What the document refers to; all optional."""

    buyer: str = ""  # BT-10
    project: str = ""  # BT-11
    contract: str = ""  # BT-12
    order: str = ""  # BT-13
    sales_order: str = ""  # BT-14
    receipt: str = ""  # BT-15
    despatch: str = ""  # BT-16
    tender: str = ""  # BT-17
    accounting: str = ""  # BT-19
    object: Identifier | None = None  # BT-18


@dataclass(frozen=True, slots=True)
class SupportingDocument:
    """A document that supports the invoice (BG-24): somewhere else, or within (`content` in base 64)."""

    reference: str = ""  # BT-122
    description: str = ""  # BT-123
    location: str = ""  # BT-124
    content: str = ""  # BT-125
    mime: str = ""
    filename: str = ""


@dataclass(frozen=True, slots=True)
class Invoice:
    """An invoice, a credit note or a corrected invoice."""

    seller: Party
    buyer: Party
    currency: str  # BT-5
    lines: tuple[Line, ...] = ()
    number: str = ""  # BT-1, drawn last
    issued: date | None = None  # BT-2
    type: DocumentType = DocumentType.INVOICE
    language: str = "en"
    specification: str = EN_16931  # BT-24
    process: str = ""  # BT-23
    references: References = References()
    preceding: tuple[PrecedingInvoice, ...] = ()
    advances: tuple[Advance, ...] = ()
    """The prepayment invoices that a final invoice deducts, rate by rate. No business term."""
    ordered: tuple[Line, ...] = ()
    """On a prepayment invoice: the lines of the order that it is for. No business term."""
    documents: tuple[SupportingDocument, ...] = ()
    notes: tuple[Note, ...] = ()
    payee: Payee | None = None
    tax_representative: TaxRepresentative | None = None
    delivery: Delivery | None = None
    period: Period | None = None
    terms: PaymentTerms = PaymentTerms()
    payment: PaymentMeans | None = None
    adjustments: tuple[Adjustment, ...] = ()
    exemptions: tuple[Exemption, ...] = ()
    prepaid: Minor = Minor(0)  # BT-113
    rounding: Minor = Minor(0)  # BT-114
    tax_point: date | None = None  # BT-7
    tax_point_code: str = ""  # BT-8: 5 invoice date, 29 delivery date, 72 paid to date
    tax_currency: str = ""  # BT-6
    tax_rate_of_exchange: Decimal | None = None
    """Units of `tax_currency` for one unit of `currency`; needed whenever the two differ."""
    tax_rate_source: str = ""
    """Who published that rate and for which day, such as `ECB 2026-11-13`. No business term."""
    vat_rounding: VatRounding = VatRounding.PER_RATE
    """Where tax is rounded; EN 16931 knows once for each category and rate only."""
