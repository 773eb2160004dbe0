"""The registry of document formats: one object a format behind one small interface.

A further format (a national one, another profile) is one more object passed to `register`; the registry
checks at that moment that it can do what it says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.invoice.totals import totals as compute_totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.documents.pdf import Attachment, render
from fairdue.invoicing.formats import cii, cii_reader, ubl, ubl_reader
from fairdue.invoicing.formats.hybrid import attached_xml
from fairdue.invoicing.formats.tree import parse
from fairdue.invoicing.formats.xmp import with_invoice_properties

if TYPE_CHECKING:
    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.totals import Totals
    from fairdue.invoicing.documents.sheet import Look

PDF_MAGIC = b"%PDF-"
UBL_ROOTS = frozenset({f"{{{ubl.ROOT}{kind}-2}}{kind}" for kind in ("Invoice", "CreditNote")})
CII_ROOT = f"{{{cii_reader.NAMES['rsm']}}}CrossIndustryInvoice"


@dataclass(frozen=True, slots=True)
class Written:
    """A file that carries an invoice, and what had to be changed to write it."""

    content: bytes
    findings: tuple[Finding, ...] = field(default=())


@runtime_checkable
class Format(Protocol):
    """What a document format can do."""

    @property
    def code(self) -> str:
        """The short name that a registry, a command line and a URL use."""
        ...

    @property
    def name(self) -> str:
        """The name that people read."""
        ...

    @property
    def media_type(self) -> str:
        """The media type of its files."""
        ...

    @property
    def suffix(self) -> str:
        """The end of its file names."""
        ...

    def write(self, invoice: Invoice, totals: Totals, look: Look | None = None) -> Written:
        """Return the file of `invoice`; equal input gives equal bytes."""
        ...

    def xml(self, data: bytes) -> bytes | None:
        """Return the structured part of `data`, or none where `data` is not of this format."""
        ...

    def read(self, data: bytes) -> tuple[Invoice | None, tuple[Finding, ...]]:
        """Return the invoice in `data`, or none and every reason why it cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Ubl:
    """UBL 2.1 with the content of EN 16931."""

    code: str = "ubl"
    name: str = "UBL 2.1 (EN 16931)"
    media_type: str = "application/xml"
    suffix: str = ".ubl.xml"

    def write(self, invoice: Invoice, totals: Totals, look: Look | None = None) -> Written:  # noqa: ARG002 - one interface for all formats
        """Return the UBL document; it has no look."""
        return Written(ubl.write(invoice, totals))

    def xml(self, data: bytes) -> bytes | None:
        """Return `data` where its root is a UBL invoice or credit note."""
        return data if not data.startswith(PDF_MAGIC) and parse(data).tag in UBL_ROOTS else None

    def read(self, data: bytes) -> tuple[Invoice | None, tuple[Finding, ...]]:
        """Return the invoice in a UBL document."""
        return from_wire(ubl_reader.read(parse(data)))


@dataclass(frozen=True, slots=True)
class Cii:
    """UN/CEFACT Cross Industry Invoice with the content of EN 16931."""

    code: str = "cii"
    name: str = "UN/CEFACT CII (EN 16931)"
    media_type: str = "application/xml"
    suffix: str = ".cii.xml"

    def write(self, invoice: Invoice, totals: Totals, look: Look | None = None) -> Written:  # noqa: ARG002 - one interface for all formats
        """Return the CII document; it has no look."""
        return Written(cii.write(invoice, totals))

    def xml(self, data: bytes) -> bytes | None:
        """Return `data` where its root is a Cross Industry Invoice."""
        return data if not data.startswith(PDF_MAGIC) and parse(data).tag == CII_ROOT else None

    def read(self, data: bytes) -> tuple[Invoice | None, tuple[Finding, ...]]:
        """Return the invoice in a CII document."""
        return from_wire(cii_reader.read(parse(data)))


@dataclass(frozen=True, slots=True)
class FacturX:
    """PDF/A-3 for people with the CII document inside for machines (Factur-X, ZUGFeRD)."""

    code: str = "factur-x"
    name: str = "Factur-X / ZUGFeRD (PDF/A-3)"
    media_type: str = "application/pdf"
    suffix: str = ".pdf"

    def write(self, invoice: Invoice, totals: Totals, look: Look | None = None) -> Written:
        """Return the hybrid PDF in the creditor's look."""
        attachment = Attachment(
            "factur-x.xml", cii.write(invoice, totals), "alternative", "Invoice data (Factur-X EN 16931)"
        )
        rendered = render(invoice, totals, look, attachment)
        return Written(with_invoice_properties(rendered.content), rendered.findings)

    def xml(self, data: bytes) -> bytes | None:
        """Return the XML inside a PDF; refuses a PDF without invoice data."""
        return attached_xml(data) if data.startswith(PDF_MAGIC) else None

    def read(self, data: bytes) -> tuple[Invoice | None, tuple[Finding, ...]]:
        """Return the invoice inside a hybrid PDF."""
        return from_wire(cii_reader.read(parse(attached_xml(data))))


FORMATS: dict[str, Format] = {}


def register(candidate: Format) -> None:
    """Add a format; refuses what lacks a part of the interface or takes a code twice."""
    if not isinstance(candidate, Format):
        raise TypeError(f"{type(candidate).__name__} lacks a part of the format interface")
    if candidate.code in FORMATS:
        raise ValueError(f"The format code {candidate.code!r} is taken")
    FORMATS[candidate.code] = candidate


BUILT_IN: tuple[Format, ...] = (Ubl(), Cii(), FacturX())
for _format in BUILT_IN:
    register(_format)


def by_code(code: str) -> Format:
    """Return the format of `code`; refuses unknown ones and names those that exist."""
    if code not in FORMATS:
        known = ", ".join(FORMATS)
        raise refuse("format.unknown", "format", f"There is no format {code!r}; there are {known}.")
    return FORMATS[code]


def recognise(data: bytes) -> tuple[Format, bytes]:
    """Return the format of `data` and its structured part; refuses what is no invoice of a known format."""
    for candidate in FORMATS.values():
        xml = candidate.xml(data)
        if xml is not None:
            return candidate, xml
    raise refuse("format.unknown", "", "The root element is neither a UBL nor a CII invoice.")


def write(code: str, invoice: Invoice, look: Look | None = None) -> Written:
    """Return `invoice` in the format of `code`, with totals computed here."""
    return by_code(code).write(invoice, compute_totals(invoice), look)


def read(data: bytes) -> tuple[Invoice | None, tuple[Finding, ...]]:
    """Return the invoice in `data` of any known format, or none and why it cannot be read."""
    try:
        found, _ = recognise(data)
        return found.read(data)
    except RefusedError as error:
        return None, error.findings
