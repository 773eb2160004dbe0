"""The formats that ship: UBL and CII in their profiles, hybrid and plain PDF, FatturaPA, KSeF, payment codes."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from lxml import etree

from fairdue.core.findings import Finding, refuse
from fairdue.core.invoice.model import PaymentMeans, PaymentTerms, VatCategory
from fairdue.core.invoice.registers import BARE, coded, outside_scope
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.documents.payment import epc_svg, epc_text
from fairdue.invoicing.documents.pdf import Attachment, render
from fairdue.invoicing.documents.swiss import slip_findings
from fairdue.invoicing.formats import cii, cii_reader, peppol, ubl, ubl_reader
from fairdue.invoicing.formats.fattura import FatturaPa
from fairdue.invoicing.formats.ksef import Ksef
from fairdue.invoicing.formats.profiles import (
    EXTENDED,
    FRENCH,
    FRENCH_HYBRID,
    PEPPOL,
    PLAIN,
    XRECHNUNG,
    Profile,
    profile_of,
)
from fairdue.invoicing.formats.sublines import sub_lines
from fairdue.invoicing.formats.written import Written
from fairdue.invoicing.formats.xmp import with_invoice_properties

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.parties import Party
    from fairdue.core.invoice.totals import Totals
    from fairdue.invoicing.documents.sheet import Look

SET_OFF = "97"
"""Clearing between partners (UNTDID 4461)."""
STANDING = "57"
"""Standing agreement, the only such code that Dutch parties may name (NL-R-008)."""
CADRE = re.compile("[BSM][1-8]")
"""A cadre of the French reform; formats whose rules name a process of their own cannot carry it."""
UBL_ROOTS = frozenset({f"{{{ubl.ROOT}{kind}-2}}{kind}" for kind in ("Invoice", "CreditNote")})
CII_ROOT = f"{{{cii_reader.NAMES['rsm']}}}CrossIndustryInvoice"
_UBL_SPECIFICATION = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}CustomizationID"
_CII_SPECIFICATION = "rsm:ExchangedDocumentContext/ram:GuidelineSpecifiedDocumentContextParameter/ram:ID"
NO_DATA = (Finding("format.data", "", "This file carries no invoice data; it is made for people.", source="EN 16931"),)


def specification(root: etree._Element) -> str:
    """Return the specification identifier (BT-24) of a UBL or CII document, nothing where none stands."""
    if root.tag == CII_ROOT:
        return (root.findtext(_CII_SPECIFICATION, "", dict(cii_reader.NAMES)) or "").strip()
    return (root.findtext(_UBL_SPECIFICATION) or "").strip()


def profiled(invoice: Invoice, profile: Profile) -> Invoice:
    """Return `invoice` as a document of `profile`; the plain standard keeps what the invoice says itself."""
    invoice = fitted(invoice, profile)
    if profile is PLAIN:
        return invoice
    if profile in {FRENCH, FRENCH_HYBRID}:
        invoice = replace(invoice, seller=_with_schemes(invoice.seller), buyer=_with_schemes(invoice.buyer))
    own = "" if profile.process and CADRE.fullmatch(invoice.process) else invoice.process
    return replace(invoice, specification=profile.specification, process=own or profile.process)


def fitted(invoice: Invoice, profile: Profile) -> Invoice:
    """Return `invoice` with what EN 16931 and a profile of it write otherwise than an invoice for people."""
    seller, buyer = (
        replace(one, vat_id=coded(one.vat_id, one.address.country)) if one.address.country in BARE else one
        for one in (invoice.seller, invoice.buyer)
    )
    if any(line.category is VatCategory.OUTSIDE_SCOPE for line in invoice.lines):
        seller, buyer = outside_scope(seller, buyer)
    if seller is not invoice.seller or buyer is not invoice.buyer:
        invoice = replace(invoice, seller=seller, buyer=buyer)
    return credited(invoice, profile) if invoice.type.is_credit else invoice


def credited(invoice: Invoice, profile: Profile) -> Invoice:
    """Return a credit note with what profiles ask of it as of an invoice: how it is settled, and when.

    XRechnung BR-DE-1 and Peppol NL-R-007 want a means of payment, EXTENDED a day or words (BR-CO-25): a credit is
    set off between the two (UNTDID 4461 code 97) from its day of issue on.
    """
    if invoice.payment is None and profile in {XRECHNUNG, PEPPOL}:
        dutch = profile is PEPPOL and invoice.seller.address.country == "NL"
        invoice = replace(invoice, payment=PaymentMeans(STANDING if dutch else SET_OFF))
    if profile in {EXTENDED, FRENCH, FRENCH_HYBRID} and invoice.terms == PaymentTerms():
        invoice = replace(invoice, terms=PaymentTerms(invoice.issued))
    return invoice


def _with_schemes(party: Party) -> Party:
    """Return `party` without identifiers that name no scheme: the French reform refuses them (BR-FR-CO-10)."""
    return replace(party, identifiers=tuple(one for one in party.identifiers if one.scheme))


@dataclass(frozen=True, slots=True)
class Ubl:
    """UBL 2.1 in one profile."""

    code: str = "ubl"
    name: str = "UBL 2.1 (EN 16931)"
    profile: Profile = PLAIN
    media_type: str = "application/xml"
    suffix: str = ".ubl.xml"

    def write(self, invoice: Invoice, totals: Totals, look: Look | None = None) -> Written:  # noqa: ARG002 - one interface for all formats
        """Return the UBL document; it has no look. Refuses what its profile cannot address."""
        if self.profile is PEPPOL:
            invoice = peppol.fitted(invoice)
        return Written(ubl.write(profiled(invoice, self.profile), totals))

    def claims(self, root: etree._Element, *, hybrid: bool) -> bool:
        """Tell whether `root` is a UBL invoice or credit note of this profile."""
        return not hybrid and root.tag in UBL_ROOTS and self.profile in {profile_of(specification(root)), PLAIN}

    def read(self, root: etree._Element) -> tuple[Invoice | None, tuple[Finding, ...]]:
        """Return the invoice in a UBL document."""
        found = sub_lines(root)
        return (None, found) if found else from_wire(ubl_reader.read(root))


@dataclass(frozen=True, slots=True)
class Cii:
    """UN/CEFACT Cross Industry Invoice in one profile."""

    code: str = "cii"
    name: str = "UN/CEFACT CII (EN 16931)"
    profile: Profile = PLAIN
    media_type: str = "application/xml"
    suffix: str = ".cii.xml"

    def write(self, invoice: Invoice, totals: Totals, look: Look | None = None) -> Written:  # noqa: ARG002 - one interface for all formats
        """Return the CII document; it has no look."""
        return Written(cii.write(profiled(invoice, self.profile), totals))

    def claims(self, root: etree._Element, *, hybrid: bool) -> bool:
        """Tell whether `root` is a Cross Industry Invoice of this profile."""
        return not hybrid and root.tag == CII_ROOT and self.profile in {profile_of(specification(root)), PLAIN}

    def read(self, root: etree._Element) -> tuple[Invoice | None, tuple[Finding, ...]]:
        """Return the invoice in a CII document."""
        found = sub_lines(root)
        return (None, found) if found else from_wire(cii_reader.read(root))


@dataclass(frozen=True, slots=True)
class FacturX:
    """PDF/A-3 for people with the CII document inside for machines (Factur-X, ZUGFeRD)."""

    code: str = "factur-x"
    name: str = "Factur-X / ZUGFeRD (PDF/A-3)"
    profile: Profile = PLAIN
    level: str = "EN 16931"
    """The conformance level that its XMP names."""
    file: str = "factur-x.xml"
    media_type: str = "application/pdf"
    suffix: str = ".pdf"

    def write(self, invoice: Invoice, totals: Totals, look: Look | None = None) -> Written:
        """Return the hybrid PDF in the creditor's look."""
        xml = cii.write(profiled(invoice, self.profile), totals)
        attachment = Attachment(self.file, xml, "alternative", f"Invoice data (Factur-X {self.level})")
        rendered = render(invoice, totals, look, attachment)
        return Written(with_invoice_properties(rendered.content, self.level, self.file), rendered.findings)

    def claims(self, root: etree._Element, *, hybrid: bool) -> bool:
        """Tell whether `root` stood in a PDF and is a Cross Industry Invoice of this profile."""
        return hybrid and root.tag == CII_ROOT and self.profile in {profile_of(specification(root)), PLAIN}

    def read(self, root: etree._Element) -> tuple[Invoice | None, tuple[Finding, ...]]:
        """Return the invoice inside a hybrid PDF."""
        found = sub_lines(root)
        return (None, found) if found else from_wire(cii_reader.read(root))


@dataclass(frozen=True, slots=True)
class Pdf:
    """A PDF/A-3 for people only, with the Swiss payment part where the invoice can carry one."""

    code: str = "pdf"
    name: str = "PDF for people (PDF/A-3)"
    slip: bool = False
    """Whether an invoice without a Swiss payment part is refused; nobody pays a credit note, so it has none."""
    media_type: str = "application/pdf"
    suffix: str = ".view.pdf"

    def write(self, invoice: Invoice, totals: Totals, look: Look | None = None) -> Written:
        """Return the PDF in the creditor's look; refuses where the payment part is wanted and impossible."""
        found = slip_findings(invoice, totals) if self.slip and not invoice.type.is_credit else ()
        if found:
            raise refuse(found[0].code, found[0].path, " ".join(one.message for one in found), found[0].source)
        rendered = render(invoice, totals, look)
        return Written(rendered.content, rendered.findings)

    def claims(self, root: etree._Element, *, hybrid: bool) -> bool:  # noqa: ARG002 - one interface for all formats
        """Return false: a picture is never recognised as an invoice."""
        return False

    def read(self, root: etree._Element) -> tuple[Invoice | None, tuple[Finding, ...]]:  # noqa: ARG002 - as above
        """Return that there is nothing to read."""
        return None, NO_DATA


@dataclass(frozen=True, slots=True)
class EpcCode:
    """The European payment code as a picture, for letters, portals and screens."""

    code: str = "epc-qr"
    name: str = "EPC payment code (SVG)"
    media_type: str = "image/svg+xml"
    suffix: str = ".epc.svg"

    def write(self, invoice: Invoice, totals: Totals, look: Look | None = None) -> Written:  # noqa: ARG002 - as above
        """Return the code; refuses invoices that cannot be paid with one."""
        content = epc_text(invoice, totals)
        if not content:
            sentence = "The code needs an amount in euro above zero and an IBAN to pay into by credit transfer."
            raise refuse("format.epc", "payment", sentence, "EPC069-12")
        return Written(epc_svg(content).encode())

    def claims(self, root: etree._Element, *, hybrid: bool) -> bool:  # noqa: ARG002 - as above
        """Return false: a picture is never recognised as an invoice."""
        return False

    def read(self, root: etree._Element) -> tuple[Invoice | None, tuple[Finding, ...]]:  # noqa: ARG002 - as above
        """Return that there is nothing to read."""
        return None, NO_DATA


BUILT_IN = (
    Ubl("xrechnung-ubl", "XRechnung 3.0 (UBL)", XRECHNUNG),
    Cii("xrechnung-cii", "XRechnung 3.0 (CII)", XRECHNUNG),
    FacturX("xrechnung-pdf", "ZUGFeRD XRECHNUNG (PDF/A-3)", XRECHNUNG, "XRECHNUNG", "xrechnung.xml"),
    Ubl("peppol-bis", "Peppol BIS Billing 3.0", PEPPOL),
    Ubl("ctc-fr-ubl", "French CTC, EXTENDED-CTC-FR (UBL)", FRENCH),
    Cii("ctc-fr-cii", "French CTC, EXTENDED-CTC-FR (CII)", FRENCH),
    FacturX("ctc-fr-pdf", "French CTC, Factur-X (PDF/A-3)", FRENCH_HYBRID, "EXTENDED"),
    FacturX("factur-x-extended", "Factur-X / ZUGFeRD EXTENDED (PDF/A-3)", EXTENDED, "EXTENDED"),
    Ubl(),
    Cii(),
    FacturX(),
    FatturaPa(),
    Ksef(),
    Pdf(),
    Pdf("qr-bill", "PDF with Swiss QR-bill", slip=True, suffix=".qr-bill.pdf"),
    EpcCode(),
)
