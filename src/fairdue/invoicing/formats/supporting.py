"""Supporting documents and the invoiced object (BG-24, BT-18, BT-128), written and read in both syntaxes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fairdue.invoicing.formats.tree import filled
from fairdue.invoicing.formats.xml import attribute, group, leaf

if TYPE_CHECKING:
    from collections.abc import Iterable

    from fairdue.core.invoice.model import Invoice, SupportingDocument
    from fairdue.core.invoice.parties import Identifier
    from fairdue.invoicing.formats.tree import Node

OBJECT, SUPPORTING, TENDER, PROJECT = "130", "916", "50", "50"
"""UNTDID 1001: what a referenced document is."""


def ubl_object(name: str, value: Identifier | None) -> str:
    """Return the identifier of the invoiced object as a document reference of UBL."""
    if value is None:
        return ""
    identifier = leaf("cbc:ID", value.value, attribute("schemeID", value.scheme))
    return group(name, identifier, leaf("cbc:DocumentTypeCode", OBJECT))


def ubl_documents(documents: Iterable[SupportingDocument]) -> str:
    """Return supporting documents in UBL."""
    return "".join(
        group(
            "cac:AdditionalDocumentReference",
            leaf("cbc:ID", one.reference),
            leaf("cbc:DocumentDescription", one.description),
            group(
                "cac:Attachment",
                leaf("cbc:EmbeddedDocumentBinaryObject", one.content, _binary(one)),
                group("cac:ExternalReference", leaf("cbc:URI", one.location)),
            ),
        )
        for one in documents
    )


def _binary(one: SupportingDocument) -> str:
    return attribute("mimeCode", one.mime) + attribute("filename", one.filename)


def cii_object(value: Identifier | None) -> str:
    """Return the identifier of the invoiced object as a referenced document of CII."""
    if value is None:
        return ""
    return group(
        "ram:AdditionalReferencedDocument",
        leaf("ram:IssuerAssignedID", value.value),
        leaf("ram:TypeCode", OBJECT),
        leaf("ram:ReferenceTypeCode", value.scheme),
    )


def cii_documents(documents: Iterable[SupportingDocument]) -> str:
    """Return supporting documents in CII."""
    return "".join(
        group(
            "ram:AdditionalReferencedDocument",
            leaf("ram:IssuerAssignedID", one.reference),
            leaf("ram:URIID", one.location),
            leaf("ram:TypeCode", SUPPORTING),
            leaf("ram:Name", one.description),
            leaf("ram:AttachmentBinaryObject", one.content, _binary(one)),
        )
        for one in documents
    )


def has_any(invoice: Invoice) -> bool:
    """Tell whether the document carries supporting documents or names the invoiced object."""
    return bool(invoice.documents or invoice.references.object)


def ubl_read(nodes: Iterable[Node], *, kind: str) -> list[dict[str, Any]]:
    """Return the supporting documents among the additional documents of an invoice or a credit note."""
    other = {OBJECT, PROJECT} if kind == "CreditNote" else {OBJECT}
    return [
        filled(
            reference=node.text("cbc:ID"),
            description=node.text("cbc:DocumentDescription"),
            location=node.text("cac:Attachment/cac:ExternalReference/cbc:URI"),
            **_attached(node.at("cac:Attachment/cbc:EmbeddedDocumentBinaryObject")),
        )
        or {}
        for node in nodes
        if node.text("cbc:DocumentTypeCode") not in other
    ]


def cii_read(nodes: Iterable[Node]) -> list[dict[str, Any]]:
    """Return the supporting documents among the additional documents of a CII document."""
    return [
        filled(
            reference=node.text("ram:IssuerAssignedID"),
            description=node.text("ram:Name"),
            location=node.text("ram:URIID"),
            **_attached(node.at("ram:AttachmentBinaryObject")),
        )
        or {}
        for node in nodes
        if node.text("ram:TypeCode") not in {OBJECT, TENDER}
    ]


def _attached(node: Node) -> dict[str, str]:
    return {"content": node.value, "mime": node.attribute("mimeCode"), "filename": node.attribute("filename")}


def ubl_object_of(nodes: Iterable[Node]) -> dict[str, Any] | None:
    """Return the first identifier of an invoiced object among documents of UBL."""
    found = (
        filled(value=node.text("cbc:ID"), scheme=node.at("cbc:ID").attribute("schemeID"))
        for node in nodes
        if node.text("cbc:DocumentTypeCode") == OBJECT and node.text("cbc:ID")
    )
    return next(found, None)


def cii_object_of(nodes: Iterable[Node]) -> dict[str, Any] | None:
    """Return the first identifier of an invoiced object among documents of CII."""
    found = (
        filled(value=node.text("ram:IssuerAssignedID"), scheme=node.text("ram:ReferenceTypeCode"))
        for node in nodes
        if node.text("ram:TypeCode") == OBJECT and node.text("ram:IssuerAssignedID")
    )
    return next(found, None)
