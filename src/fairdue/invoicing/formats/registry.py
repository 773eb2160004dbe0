"""The registry of document formats: one object a format behind one small interface.

A further format (a national one, another profile) is one more object passed to `register`; the registry
checks at that moment that it can do what it says. Whoever recognises a file asks the narrower formats first.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from fairdue.core.findings import RefusedError, refuse
from fairdue.core.invoice.totals import totals as compute_totals
from fairdue.invoicing.formats.builtin import BUILT_IN
from fairdue.invoicing.formats.hybrid import attached_xml, written_xml
from fairdue.invoicing.formats.tree import parse
from fairdue.invoicing.formats.written import Written

if TYPE_CHECKING:
    from lxml import etree

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.totals import Totals
    from fairdue.invoicing.documents.sheet import Look

PDF_MAGIC = b"%PDF-"


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
        """Return the file of `invoice`; equal input gives equal bytes. Refuses what it cannot carry."""
        ...

    def claims(self, root: etree._Element, *, hybrid: bool) -> bool:
        """Tell whether a document with this root element, alone or inside a PDF (`hybrid`), is of this format."""
        ...

    def read(self, root: etree._Element) -> tuple[Invoice | None, tuple[Finding, ...]]:
        """Return the invoice under `root`, or none and every reason why it cannot be read."""
        ...


@dataclass(frozen=True, slots=True)
class Recognised:
    """A file of a known format, with its structured part."""

    format: Format
    xml: bytes
    root: etree._Element


FORMATS: dict[str, Format] = {}


def register(candidate: Format) -> None:
    """Add a format; refuses what lacks a part of the interface or takes a code twice."""
    if not isinstance(candidate, Format):
        raise TypeError(f"{type(candidate).__name__} lacks a part of the format interface")
    if candidate.code in FORMATS:
        raise ValueError(f"The format code {candidate.code!r} is taken")
    FORMATS[candidate.code] = candidate


def by_code(code: str) -> Format:
    """Return the format of `code`; refuses unknown ones and names those that exist."""
    if code not in FORMATS:
        known = ", ".join(FORMATS)
        raise refuse("format.unknown", "format", f"There is no format {code!r}; there are {known}.")
    return FORMATS[code]


def recognise(data: bytes, *, own: bool = False) -> Recognised:
    """Return what `data` is, with its structured part; refuses what is no invoice of a known format.

    `own` says that the file was written here, so that its attachment stands where our writer puts it.
    """
    hybrid = data.startswith(PDF_MAGIC)
    unpack = written_xml if own else attached_xml
    xml = unpack(data) if hybrid else data
    root = parse(xml)
    for candidate in FORMATS.values():
        if candidate.claims(root, hybrid=hybrid):
            return Recognised(candidate, xml, root)
    raise refuse("format.unknown", "", "The root element is that of no known invoice format.")


def write(code: str, invoice: Invoice, look: Look | None = None) -> Written:
    """Return `invoice` in the format of `code`, with totals computed here."""
    return by_code(code).write(invoice, compute_totals(invoice), look)


def read(data: bytes) -> tuple[Invoice | None, tuple[Finding, ...]]:
    """Return the invoice in `data` of any known format, or none and why it cannot be read."""
    try:
        found = recognise(data)
        return found.format.read(found.root)
    except RefusedError as error:
        return None, error.findings


for _format in BUILT_IN:
    register(_format)
