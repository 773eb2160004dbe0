"""Pictures that creditors bring: an SVG is taken only as far as it draws; it reads, runs and repeats nothing."""

from __future__ import annotations

import re

from lxml import etree

from fairdue.core.findings import RefusedError
from fairdue.invoicing.documents.weight import LINK, Scale, TooMuchError
from fairdue.invoicing.formats.tree import parse

LARGEST = 512 * 1024
SVG = "{http://www.w3.org/2000/svg}"
_LOST = frozenset(
    {"script", "foreignObject", "iframe", "animate", "set", "handler", "listener", "filter", "marker", "switch"}
)
"""What does more than draw, and what draws without measure: filters work on every pixel, markers at every corner."""
_PAINTS = ("linearGradient", "radialGradient")
_ADDRESSES = frozenset({"href", "{http://www.w3.org/1999/xlink}href", "src"})
_INSIDE = re.compile(r"(#|data:image/(png|jpeg|gif);base64,)")
_OUTSIDE = re.compile(r"url\(\s*['\"]?(?!#)|@import", re.IGNORECASE)
"""An address in a style that leads out of the picture."""


def svg_reason(text: str) -> str:
    """Return why a picture is not taken, nothing where it is."""
    if len(text.encode()) > LARGEST:
        return f"The picture has more than {LARGEST // 1024} KB."
    try:
        root = parse(text.encode())
    except RefusedError as error:
        return error.findings[0].message
    if root.tag != f"{SVG}svg":
        return "The picture is no SVG."
    for node in root.iter("*"):
        items = [(str(key), str(value)) for key, value in node.items()]
        name = etree.QName(node).localname
        leads = any(not _INSIDE.match(value.strip()) for key, value in items if key in _ADDRESSES)
        styled = any(_OUTSIDE.search(value) for value in [*(value for _, value in items), node.text or ""])
        if name in _LOST or leads or styled or any(key.lower().startswith("on") for key, _ in items):
            return f"The picture does more than draw: {name}."
    return _too_much(root)


def _too_much(root: etree._Element) -> str:
    """Return why a picture is too much to draw, nothing where it is not.

    A style sheet may name colours that change along a line, nothing else: what it applies to cannot be counted.
    """
    try:
        scale = Scale(root)
        scale.weigh(root)
    except TooMuchError:
        return "The picture draws far more than can be seen, or an image in it is too large."
    styled = {name for node in root.iter(f"{SVG}style") for name in LINK.findall(node.text or "")}
    named = [etree.QName(node).localname for name in styled for node in scale.named.get(name, ())]
    if not set(named) <= set(_PAINTS):
        return "Its style sheet points to more than gradients; write clip paths and masks at the shapes themselves."
    return ""
