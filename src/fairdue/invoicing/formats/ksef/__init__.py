"""KSeF FA(3): the format of the Polish clearance system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.invoicing.formats.ksef import reader, writer
from fairdue.invoicing.formats.written import Written

if TYPE_CHECKING:
    from lxml import etree

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.totals import Totals
    from fairdue.invoicing.documents.sheet import Look

ROOT = f"{{{writer.NAMESPACE}}}Faktura"


@dataclass(frozen=True, slots=True)
class Ksef:
    """FA(3), the structured invoice of the National e-Invoice System."""

    code: str = "ksef-fa3"
    name: str = "KSeF FA(3) (Poland)"
    media_type: str = "application/xml"
    suffix: str = ".ksef.xml"

    def write(self, invoice: Invoice, totals: Totals, look: Look | None = None) -> Written:  # noqa: ARG002 - one interface for all formats
        """Return the document; refuses invoices that FA(3) cannot carry."""
        return Written(writer.write(invoice, totals))

    def claims(self, root: etree._Element, *, hybrid: bool) -> bool:
        """Tell whether `root` is that of an FA(3) document."""
        return not hybrid and root.tag == ROOT

    def read(self, root: etree._Element) -> tuple[Invoice | None, tuple[Finding, ...]]:
        """Return the invoice, or none and where the structure is broken."""
        return reader.read(root)
