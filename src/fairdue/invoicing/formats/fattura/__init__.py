"""FatturaPA: the format of the Italian exchange system (SdI)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.invoicing.formats.fattura import reader, writer
from fairdue.invoicing.formats.written import Written

if TYPE_CHECKING:
    from lxml import etree

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.totals import Totals
    from fairdue.invoicing.documents.sheet import Look

ROOT = f"{{{writer.NAMESPACE}}}FatturaElettronica"


@dataclass(frozen=True, slots=True)
class FatturaPa:
    """FatturaPA 1.2, for private buyers and for the administration."""

    code: str = "fatturapa"
    name: str = "FatturaPA 1.2 (Italy, SdI)"
    media_type: str = "application/xml"
    suffix: str = ".fattura.xml"

    def write(self, invoice: Invoice, totals: Totals, look: Look | None = None) -> Written:  # noqa: ARG002 - one interface for all formats
        """Return the document; refuses invoices that FatturaPA cannot carry."""
        return Written(*writer.write(invoice, totals))

    def claims(self, root: etree._Element, *, hybrid: bool) -> bool:
        """Tell whether `root` is that of a FatturaPA document."""
        return not hybrid and root.tag == ROOT

    def read(self, root: etree._Element) -> tuple[Invoice | None, tuple[Finding, ...]]:
        """Return the invoice, or none and where the structure is broken."""
        return reader.read(root)
