"""The Factur-X properties of a hybrid PDF, added to its XMP metadata as an incremental update.

typst writes PDF/A-3 with the XML attached but no own metadata; without the `fx:` properties and the
extension schema that declares them, validators do not see a Factur-X document. The update appends one new
revision of the metadata object, which PDF/A permits, and changes no byte before it.
Source: Factur-X 1.09 / ZUGFeRD 2.5, section "XMP extension schema"; ISO 19005-3, 6.6.2.3.
"""

from __future__ import annotations

import re

from fairdue.core.findings import refuse
from fairdue.invoicing.documents.objects import number_of, object_of, root_of, trailer_of

NAMESPACE = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = (
    ("DocumentFileName", "The name of the embedded XML document"),
    ("DocumentType", "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER"),
    ("Version", "The actual version of the standard applying to the embedded XML document"),
    ("ConformanceLevel", "The conformance level of the embedded XML document"),
)
_PROPERTY = (
    '<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{}</pdfaProperty:name>'
    "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
    "<pdfaProperty:category>external</pdfaProperty:category>"
    "<pdfaProperty:description>{}</pdfaProperty:description></rdf:li>"
)
_SCHEMA = (
    '<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>'
    f"<pdfaSchema:namespaceURI>{NAMESPACE}</pdfaSchema:namespaceURI>"
    "<pdfaSchema:prefix>fx</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    + "".join(_PROPERTY.format(name, words) for name, words in _PROPERTIES)
    + "</rdf:Seq></pdfaSchema:property></rdf:li>"
)
_BAG = "<pdfaExtension:schemas><rdf:Bag>"
_METADATA = re.compile(rb"/Metadata (\d+) 0 R")
FREE_HEAD = b"0000000000 65535 f \n"


def _described(level: str, name: str) -> str:
    return (
        f'<rdf:Description rdf:about="" xmlns:fx="{NAMESPACE}">'
        f"<fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>{name}</fx:DocumentFileName>"
        f"<fx:Version>1.0</fx:Version><fx:ConformanceLevel>{level}</fx:ConformanceLevel></rdf:Description>"
    )


def _revised(xmp: bytes, level: str, name: str) -> bytes:
    text = xmp.decode()
    if _BAG not in text or "</rdf:RDF>" not in text:
        raise refuse("document.xmp", "", "The PDF has no extension schema to add the invoice properties to.")
    text = text.replace(_BAG, _BAG + _SCHEMA, 1)
    return text.replace("</rdf:RDF>", _described(level, name) + "</rdf:RDF>", 1).encode()


def with_invoice_properties(pdf: bytes, level: str = "EN 16931", name: str = "factur-x.xml") -> bytes:
    """Return `pdf` with one more revision that states level and attachment of a hybrid invoice."""
    previous, trailer = trailer_of(pdf)
    number = number_of(_METADATA, root_of(pdf))
    stream = object_of(pdf, number)
    start = stream.index(b"stream\n") + len(b"stream\n")
    xmp = _revised(stream[start : stream.rindex(b"\nendstream")], level, name)
    head = b"\n%d 0 obj\n<</Type/Metadata/Subtype/XML/Length %d>>\nstream\n" % (number, len(xmp))
    update = head + xmp + b"\nendstream\nendobj\n"
    # The free head of the table comes along, as ISO 32000-1, 7.5.6 shows it; without it readers doubt every offset.
    table = b"xref\n0 1\n%s%d 1\n%010d 00000 n \n" % (FREE_HEAD, number, len(pdf) + 1)
    closing = trailer[: trailer.rindex(b">>")] + b"/Prev %d>>\nstartxref\n%d\n%%%%EOF\n"
    return pdf + update + table + closing % (previous, len(pdf) + len(update))
