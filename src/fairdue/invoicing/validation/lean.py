"""A rule program without its reports of rules that were merely reached.

Compiled Schematron writes, beside every finding, an element for each rule that it came to (`svrl:fired-rule`) and for
each that an earlier one hid (`svrl:suppressed-rule`), found or not. Nobody reads them, and building and copying them
takes a quarter of the time of a sound document. They are left out where the program writes them and does nothing
else with them; no test, no message and no order of findings is touched. The hash in the record of a validation stays
that of the publisher's file. Where one of the two words stands anywhere else, the program is run as it came.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

SVRL = "{http://purl.oclc.org/dsdl/svrl}"
XSL = "{http://www.w3.org/1999/XSL/Transform}"
REACHED = (f"{SVRL}fired-rule", f"{SVRL}suppressed-rule")
_WORDS = re.compile(r"fired-rule|suppressed-rule")
_HELD = frozenset(f"{XSL}{name}" for name in ("variable", "param", "with-param", "function", "sort", "key"))
"""What could take up an element that is written within it, other than the report."""
_BASE = "{http://www.w3.org/XML/1998/namespace}base"


def lean(path: Path) -> str | None:
    """Return the text of the program at `path` without those reports, none where it must stay as it is.

    The text names the place of the file, so that what the program reads beside itself is found.
    """
    try:
        root = etree.parse(path, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)).getroot()
    except etree.XMLSyntaxError:
        return None
    info: Any = root.getroottree().docinfo
    reached = list(root.iter(*REACHED))
    if info.doctype or _BASE in root.attrib or not reached or not all(map(_is_only_reported, reached)):
        return None
    for one in reached:
        _take_out(one)
    if any(_WORDS.search(text) for text in _spoken(root)):
        return None
    root.set(_BASE, path.resolve().as_uri())
    return etree.tostring(root, encoding="unicode")


def _is_only_reported(element: etree._Element) -> bool:
    """Tell whether an element goes nowhere but into the report of its template, of which no type is asked."""
    return not any(one.tag in _HELD or one.get("as") for one in element.iterancestors())


def _take_out(element: etree._Element) -> None:
    """Remove an element and keep the text behind it."""
    parent, before, tail = element.getparent(), element.getprevious(), element.tail or ""
    assert parent is not None
    if before is None:
        parent.text = (parent.text or "") + tail
    else:
        before.tail = (before.tail or "") + tail
    element.tail = None
    parent.remove(element)


def _spoken(root: etree._Element) -> list[str]:
    """Return what is left in a program that could speak of an element: names, attributes, texts."""
    return [
        str(text)
        for one in root.iter(etree.Element)
        for text in (one.tag, one.text or "", one.tail or "", *one.attrib.values())
    ]
