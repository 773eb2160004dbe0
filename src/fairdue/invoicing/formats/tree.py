"""Reading XML from strangers: hardened parsing and a small way to look values up.

Any DOCTYPE is refused outright (entities would otherwise vanish or expand), depth and size limits of the
parser stay on, nothing is fetched.
"""

from __future__ import annotations

import re
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING, Any

from lxml import etree

from fairdue.core.findings import RefusedError, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LARGEST = 32 * 1024 * 1024
"""Bytes of XML that one invoice may have."""
TWELVE_DECIMALS = Decimal("1e-12")
_DOCTYPE = re.compile(rb"<!DOCTYPE", re.IGNORECASE)
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


def parse(data: bytes) -> etree._Element:
    """Return the root of `data`; refuses what is too large, has a DOCTYPE or is not well-formed."""
    if len(data) > LARGEST:
        raise refuse("format.size", "", f"The file has more than {LARGEST // 1024**2} MB.")
    if _DOCTYPE.search(data) or data.startswith(_UTF16):
        raise _doctype()
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise refuse("format.xml", f"line {error.lineno or 0}", f"This is not XML: {error.msg}.") from None
    # In UTF-7 or UTF-32 a document type does not stand in these bytes; the parser has seen it all the same.
    info: Any = root.getroottree().docinfo
    if info.doctype:
        raise _doctype()
    return root


def _doctype() -> RefusedError:
    return refuse("format.doctype", "", "A file with a document type or in UTF-16 is not read.")


class Node:
    """An element with look-ups by prefixed path; what is not there is empty."""

    __slots__ = ("element", "names")

    def __init__(self, element: etree._Element | None, names: Mapping[str, str]) -> None:
        self.element = element
        self.names = dict(names)

    def text(self, path: str) -> str:
        """Return the text at `path`, without blanks at its ends."""
        if self.element is None:
            return ""
        return (self.element.findtext(path, "", self.names) or "").strip()

    def at(self, path: str) -> Node:
        """Return the first element at `path`, empty where there is none."""
        found = None if self.element is None else self.element.find(path, self.names)
        return Node(found, self.names)

    def all(self, path: str) -> Iterator[Node]:
        """Yield every element at `path`."""
        if self.element is not None:
            for element in self.element.iterfind(path, self.names):
                yield Node(element, self.names)

    @property
    def value(self) -> str:
        """The text of the element itself."""
        return "" if self.element is None else (self.element.text or "").strip()

    def attribute(self, name: str) -> str:
        """Return an attribute of the element itself."""
        return "" if self.element is None else self.element.get(name, "")

    def __bool__(self) -> bool:
        return self.element is not None


def filled(**fields: Any) -> dict[str, Any] | None:
    """Return the fields that hold something, or nothing where none does."""
    return {name: value for name, value in fields.items() if value} or None


def coded(node: Node, attribute: str = "schemeID") -> dict[str, Any] | None:
    """Return an identifier with its scheme; nothing where the element is empty, whatever its scheme."""
    return filled(value=node.value, scheme=node.attribute(attribute)) if node and node.value else None


def exchange_rate(taxes: Mapping[str, str], currency: str, tax_currency: str) -> str:
    """Return the rate between two VAT totals, by currency, to twelve decimals; nothing where none follows."""
    if tax_currency in {"", currency}:
        return ""
    try:
        rate = Decimal(taxes.get(tax_currency, "")) / Decimal(taxes.get(currency, ""))
        return format(rate.quantize(TWELVE_DECIMALS).normalize(), "f")
    except DecimalException:
        return ""
