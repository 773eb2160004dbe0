"""Which encoding a text file has: proven where it can be, guessed and said so where it cannot."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.findings import Severity
from fairdue.foundation.tabular.findings import FILE_ROW, RowFinding

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CHUNK = 1 << 20
EVERYTHING = 1 << 62
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_FOREIGN = re.compile(r"[^\x00-\x7f]")
_CONTROLS = re.compile(rb"[\x01-\x08\x0e-\x19\x1c-\x1f]")
"""Bytes that no export writes; a text has one by accident at most."""
_ESCAPED = re.compile(r"[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Encoding:
    """The codec to read with, whether it is a guess, and what a person should know."""

    codec: str
    guessed: bool = False
    findings: tuple[RowFinding, ...] = ()


def _finding(message: str, severity: Severity = Severity.ERROR) -> RowFinding:
    return RowFinding(FILE_ROW, "", "", "file.encoding", message, severity)


def _chunks(path: Path, most: int) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while most > 0 and (chunk := stream.read(min(CHUNK, most))):
            most -= len(chunk)
            yield chunk


def decodes(path: Path, codec: str, most: int = EVERYTHING) -> bool:
    """Tell whether every byte of the file, or of its first `most`, is valid in `codec`."""
    decoder = codecs.getincrementaldecoder(codec)("strict")
    try:
        for chunk in _chunks(path, most):
            decoder.decode(chunk)
        decoder.decode(b"", final=path.stat().st_size <= most)
    except UnicodeError:
        return False
    return True


def _is_mostly_utf8(path: Path, most: int) -> bool:
    """Tell whether valid UTF-8 sequences outnumber the broken bytes."""
    decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
    foreign = broken = 0
    for chunk in _chunks(path, most):
        text = decoder.decode(chunk)
        escaped = len(_ESCAPED.findall(text))
        foreign += len(_FOREIGN.findall(text)) - escaped
        broken += escaped
    return foreign > broken


def _has_letters(path: Path, most: int) -> bool:
    return any(not chunk.isascii() for chunk in _chunks(path, most))


def _wide(start: bytes) -> str:
    """Return the UTF-16 flavour that the zero bytes of `start` betray, or "" for none."""
    half = len(start) // 2
    if half and start[1::2].count(0) * 2 > half:
        return "utf-16-le"
    return "utf-16-be" if half and start[0::2].count(0) * 2 > half else ""


def _is_no_text(start: bytes) -> bool:
    """Tell whether a file is a picture, a PDF or a program: more than two of a hundred bytes are no letters."""
    return len(_CONTROLS.findall(start)) * 50 > len(start)


def _named(path: Path, named: str, by_mark: str, most: int) -> Encoding:
    if by_mark and not by_mark.startswith(named):
        sentence = f"The profile says {named}, but the file starts with the mark of {by_mark.upper()}."
        return Encoding(by_mark, findings=(_finding(sentence),))
    if named == "utf-8":
        return Encoding("utf-8-sig")
    if not named.startswith("utf") and _has_letters(path, most) and decodes(path, "utf-8", most):
        sentence = f"The profile says {named}, but the file is UTF-8; its letters would come out wrong."
        return Encoding("utf-8-sig", findings=(_finding(sentence),))
    if named == "utf-16" and not decodes(path, "utf-16", most):
        return Encoding("utf-16", findings=(_finding("The profile says UTF-16, but the bytes are not."),))
    return Encoding(named)


def detect(path: Path, named: str = "", most: int = EVERYTHING) -> Encoding:
    """Return how to read the file; `named` by the profile wins unless the bytes prove it wrong.

    Without a name: byte-order mark, then UTF-16 by its zero bytes, then UTF-8 if all bytes are valid or
    most of the foreign letters are (the broken cells are named one by one), else Windows-1252 as a
    guess that every finding mentions. `most` bytes are looked at.
    """
    with path.open("rb") as stream:
        start = stream.read(4096)
    by_mark = next((codec for mark, codec in _MARKS if start.startswith(mark)), "")
    if named:
        return _named(path, named, by_mark, most)
    wide = by_mark if by_mark.startswith("utf-16") else "" if by_mark else _wide(start)
    if by_mark == "utf-32" or (wide and not decodes(path, wide, most)):
        return Encoding("utf-8", findings=(_finding("The file is UTF-32 or broken UTF-16; save it as UTF-8."),))
    if wide:
        return Encoding(wide)
    if _is_no_text(start):
        sentence = "Is no text; choose the CSV or XLSX that your system exports."
        return Encoding("cp1252", findings=(_finding(sentence),))
    if decodes(path, "utf-8", most) or _is_mostly_utf8(path, most):
        return Encoding("utf-8-sig")
    sentence = "Is not UTF-8; read as Windows-1252. Check the letters, or name the encoding in the profile."
    return Encoding("cp1252", guessed=True, findings=(_finding(sentence, Severity.WARNING),))
