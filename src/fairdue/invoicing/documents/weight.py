"""How much a picture asks the typesetter to draw, counted before anything is drawn.

A few lines of SVG can ask for more than a machine can do: a mask drawn through a mask drawn through a mask, a
reference to a group of references, an image of a million rows in a few kilobytes. Each reference is therefore
counted with everything that it brings along, each raster image by its pixels.
"""

from __future__ import annotations

import base64
import binascii
import re
import struct
from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.etree import _Element

MOST = 100_000
"""A logo has some hundred shapes."""
PIXELS_A_SHAPE = 500
"""A raster image counts as so many shapes: 100,000 are fifty million pixels."""
DEEPEST = 200
_SHORTEST = 10
LINK = re.compile(r"url\(\s*['\"]?#([^'\")\s]+)", re.IGNORECASE)
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_SIZES = re.compile(rb"\xff[\xc0-\xc3\xc5-\xc7\xc9-\xcb\xcd-\xcf]..\x08(.{4})", re.DOTALL)
"""The frame headers of a JPEG: length, eight bits a sample, then height and width."""


class TooMuchError(ValueError):
    """A picture that asks for more than anybody wants to see."""


class Scale:
    """Weighs the elements of one picture, each of them once."""

    def __init__(self, root: _Element) -> None:
        self.named: defaultdict[str, list[_Element]] = defaultdict(list)
        """Elements by id; of two with the same one, nobody knows which the typesetter takes, so both count."""
        for node in root.iter("*"):
            self.named[str(node.get("id", ""))].append(node)
        self.known: dict[_Element, int] = {}
        self.open: set[_Element] = set()

    def weigh(self, node: _Element) -> int:
        """Return how many shapes an element draws; a `TooMuchError` for what has no end."""
        if node not in self.known:
            if node in self.open or len(self.open) > DEEPEST:
                raise TooMuchError
            self.open.add(node)
            self.known[node] = 1 + _pixels(node) // PIXELS_A_SHAPE + sum(map(self.weigh, self._drawn(node)))
            self.open.discard(node)
            if self.known[node] > MOST:
                raise TooMuchError
        return self.known[node]

    def _drawn(self, node: _Element) -> Iterator[_Element]:
        """Yield what is drawn along with an element: its children and everything that it points to."""
        yield from node.iterchildren("*")
        names = [name for value in node.values() for name in LINK.findall(str(value))]
        names += [str(node.get(key))[1:] for key in _HREFS if str(node.get(key, "")).startswith("#")]
        for name in names:
            yield from self.named.get(name, ())


def _pixels(node: _Element) -> int:
    """Return the pixels of an embedded image; one whose size cannot be read has too many."""
    address = next((str(node.get(key)).strip() for key in _HREFS if node.get(key)), "")
    if not address.startswith("data:"):
        return 0
    try:
        width, height = _size(base64.b64decode(address.partition(",")[2]))
    except (binascii.Error, struct.error):
        raise TooMuchError from None
    return width * height


def _size(data: bytes) -> tuple[int, int]:
    """Return width and height as the file's head says; in a few bytes there is no image."""
    if len(data) < _SHORTEST:
        return 0, 0
    if data.startswith(b"\x89PNG"):
        width, height = struct.unpack(">II", data[16:24])
    elif data.startswith(b"GIF8"):
        width, height = struct.unpack("<HH", data[6:10])
    else:
        sizes = [struct.unpack(">HH", found) for found in _SIZES.findall(data)]
        if not sizes:
            raise TooMuchError
        height, width = max(sizes, key=lambda pair: pair[0] * pair[1])
    return width, height
