"""Bank files that come packed: gzip, or a ZIP archive of several files.

A packed file is read as its contents are, one after the other in the order of their names; limits count what is
unpacked. A workbook (XLSX) is a ZIP archive as well, and is none of these. A password, a damaged archive, one within
another and one with very many files are refused.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING

from fairdue.cash.formats.book import load
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Readable

GZIP, ZIP = b"\x1f\x8b\x08", b"PK\x03\x04"
_MOST_PACKED = 50 * 1024 * 1024
_MOST_FILES = 200
_BLOCK = 64 * 1024
_WITH_GZIP_HEADER = 31
_WORKBOOK = "[Content_Types].xml"
_BY_THE_WAY = ("__MACOSX/", ".")
"""How the names begin of what programs add to an archive."""
_ENCRYPTED = 0x1


class Unpacked:
    """A gzip stream that unpacks as it is read, so that a small file never fills the memory."""

    def __init__(self, stream: Readable) -> None:
        self._stream, self._unpacker, self._left = stream, zlib.decompressobj(_WITH_GZIP_HEADER), b""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes of what is packed, all that is left for -1, nothing at the end."""
        found: list[bytes] = []
        length = 0
        while (size < 0 or length < size) and (block := self._block(_BLOCK if size < 0 else size - length)):
            found.append(block)
            length += len(block)
        return b"".join(found)

    def _block(self, most: int) -> bytes:
        while True:
            packed = self._left or self._stream.read(_BLOCK)
            if self._unpacker.eof:  # several gzip files one behind the other are one
                packed = self._unpacker.unused_data + packed
                if not packed:
                    return b""
                self._unpacker = zlib.decompressobj(_WITH_GZIP_HEADER)
            if not packed:
                raise _damaged("it ends too soon")
            try:
                block = self._unpacker.decompress(packed, most)
            except zlib.error as error:
                raise _damaged(str(error)) from None
            self._left = self._unpacker.unconsumed_tail
            if block:
                return block


def _damaged(why: str) -> Exception:
    return refuse("packed.damaged", "file", f"The packed file is damaged: {why}.")


def members(stream: Readable) -> Iterator[tuple[str, Readable]] | io.BytesIO:
    """Return (name, stream) of the files of a ZIP archive by name; a workbook, or what is no archive, as it is."""
    content = io.BytesIO(load(stream, "packed", _MOST_PACKED))
    try:
        archive = zipfile.ZipFile(content)
    except zipfile.BadZipFile:
        archive = None
    if archive is None or _WORKBOOK in archive.namelist():
        content.seek(0)
        return content
    return _files(archive)


def _files(archive: zipfile.ZipFile) -> Iterator[tuple[str, Readable]]:
    wanted = [one for one in archive.infolist() if not one.is_dir() and not one.filename.startswith(_BY_THE_WAY)]
    if not wanted or len(wanted) > _MOST_FILES:
        raise refuse("packed.files", "file", f"The archive holds {len(wanted)} files; it may hold 1 to {_MOST_FILES}.")
    for one in sorted(wanted, key=lambda one: one.filename):
        if one.flag_bits & _ENCRYPTED:
            raise refuse("packed.locked", one.filename, f"{one.filename} is locked with a password; unpack it first.")
        try:
            with archive.open(one) as stream:
                yield one.filename, _Checked(stream)
        except (zipfile.BadZipFile, NotImplementedError) as error:
            raise _damaged(f"{one.filename}: {error}") from None


class _Checked:
    """A file of an archive; damage that shows while it is read is a refusal."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes."""
        try:
            return self._stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError) as error:
            raise _damaged(str(error)) from None
