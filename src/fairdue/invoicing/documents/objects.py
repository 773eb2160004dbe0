"""Looking into a PDF that typst has just written: objects stand in the open, one after the other."""

from __future__ import annotations

import re

from fairdue.core.findings import refuse

TAIL = 2048
"""Bytes at the end of a file among which its last cross-reference pointer stands."""
_ROOT = re.compile(rb"/Root (\d+) 0 R")
_PAGES = re.compile(rb"/Pages (\d+) 0 R")
_COUNT = re.compile(rb"/Count (\d+)")


def number_of(pattern: re.Pattern[bytes], text: bytes) -> int:
    """Return the number that `pattern` finds; refuses a PDF without it."""
    match = pattern.search(text)
    if match is None:
        raise refuse("document.pdf", "", "The PDF is not made as ours are; it cannot be looked into.")
    return int(match[1])


def object_of(pdf: bytes, number: int) -> bytes:
    """Return one object of a PDF, the first of its number."""
    start = pdf.index(b"\n%d 0 obj" % number)
    return pdf[start : pdf.index(b"endobj", start)]


def trailer_of(pdf: bytes) -> tuple[int, bytes]:
    """Return where the last cross-reference table begins, and the trailer behind it."""
    table = int(pdf[-TAIL:].rsplit(b"startxref", 1)[1].split()[0])
    ending = pdf[table:]
    return table, ending[ending.rindex(b"trailer") : ending.rindex(b"startxref")].strip()


def root_of(pdf: bytes) -> bytes:
    """Return the object that everything hangs on."""
    return object_of(pdf, number_of(_ROOT, trailer_of(pdf)[1]))


def page_count(pdf: bytes) -> int:
    """Return how many pages a PDF has, as the root of its pages says."""
    return number_of(_COUNT, object_of(pdf, number_of(_PAGES, root_of(pdf))))
