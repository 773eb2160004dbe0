"""Getting the invoice out of a hybrid PDF (Factur-X, ZUGFeRD, Order-X names of the attachment)."""

from __future__ import annotations

import io
import re
import zlib
from typing import TYPE_CHECKING

import pypdf
from pypdf.errors import PyPdfError

from fairdue.core.findings import RefusedError, refuse
from fairdue.invoicing.documents.objects import number_of, object_of, root_of

if TYPE_CHECKING:
    from collections.abc import Iterator

NAMES = ("factur-x.xml", "xrechnung.xml", "zugferd-invoice.xml")
LARGEST = 64 * 1024 * 1024
"""Bytes that one hybrid PDF may have."""

_NAMED = re.compile(rb"/EmbeddedFiles<</Names\[\([^()]+\)(\d+) 0 R\]")
_STREAM = re.compile(rb"/EF<</F (\d+) 0 R")
_PACKED = re.compile(rb"<</Length (\d+)/Type/EmbeddedFile/Filter/FlateDecode/.*?>>>>\nstream\n", re.DOTALL)


def _attachments(pdf: bytes) -> Iterator[tuple[str, bytes]]:
    for item in pypdf.PdfReader(io.BytesIO(pdf), strict=False).attachment_list:
        content = item.content
        if isinstance(content, bytes):
            yield item.name.lower(), content


def attached_xml(pdf: bytes) -> bytes:
    """Return the invoice XML inside `pdf`; refuses a PDF that carries none or that cannot be read."""
    if len(pdf) > LARGEST:
        raise refuse("format.size", "", f"The file has more than {LARGEST // 1024**2} MB.")
    try:
        found = dict(_attachments(pdf))
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise refuse("format.pdf", "", f"The PDF cannot be read: {error}") from None
    for name in NAMES:
        if name in found:
            return found[name]
    raise refuse("format.pdf", "", "The PDF carries no invoice data; a picture alone is no e-invoice.")


def written_xml(pdf: bytes) -> bytes:
    """Return the invoice XML inside a PDF that was written here, looked up where our writer puts it.

    It spares a bulk run the reading of the whole file. What does not stand where it should is left to `attached_xml`.
    """
    try:
        item = object_of(pdf, number_of(_NAMED, root_of(pdf)))
        stream = object_of(pdf, number_of(_STREAM, item))
        head = _PACKED.search(stream)
        if head is None:
            return attached_xml(pdf)
        return zlib.decompress(stream[head.end() : head.end() + int(head[1])])
    except (RefusedError, ValueError, IndexError, zlib.error):
        return attached_xml(pdf)
