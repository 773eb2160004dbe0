"""Lines within lines: the extensions of XRechnung and Factur-X have them, EN 16931 and the model do not.

A document with them is refused by name, each line that has some: read as if they were not there, its detail would be
lost (UBL) or its groups counted beside their parts (CII).
Sources: XRechnung 3.0, its extension (cac:SubInvoiceLine); Factur-X, profile EXTENDED (ram:ParentLineID).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.findings import Finding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

_CAC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2}"
_CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
_RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
MOST = 20
"""Lines that are named; more say nothing more."""


def sub_lines(root: etree._Element) -> tuple[Finding, ...]:
    """Return a finding for each line of a UBL or CII document that has lines within it, in order."""
    named = list(dict.fromkeys((*_ubl(root), *_cii(root))))
    sentence = (
        "Line {} has lines within it. They belong to an extension of the standard and cannot be read without loss, "
        "so the document is not read at all; ask for one without sub invoice lines."
    )
    return tuple(
        Finding("format.sub_lines", "lines", sentence.format(line or "without a number"), source="EN 16931-1 BG-25")
        for line in named[:MOST]
    )


def _ubl(root: etree._Element) -> Iterator[str]:
    for kind in ("SubInvoiceLine", "SubCreditNoteLine"):
        for line in root.iter(f"{_CAC}{kind}"):
            parent = line.getparent()
            yield (parent.findtext(f"{_CBC}ID") or "").strip() if parent is not None else ""


def _cii(root: etree._Element) -> Iterator[str]:
    for line in root.iter(f"{_RAM}ParentLineID"):
        yield (line.text or "").strip()
