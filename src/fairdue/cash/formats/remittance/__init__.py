"""Remittance advices: who pays which documents with one payment, in whatever format the payer sends it.

One door, `read_remittance`. Readers plug into `READERS`; the first that knows the bytes reads them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.cash.formats.remittance import edifact, mail, ubl, written, x12
from fairdue.cash.formats.remittance.model import Remittance, RemittanceLine
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairdue.cash.formats.lines import Line

__all__ = ["READERS", "Reader", "Remittance", "RemittanceLine", "of_line", "read_remittance"]

_DOCUMENTS = {"CINV": "invoice", "CREN": "credit_note", "PUOR": "order"}
"""Kinds of documents of ISO 20022 (ExternalDocumentType1Code)."""
_DEEPEST = 3
"""How many messages may lie in one another."""


def of_line(line: Line) -> Remittance | None:
    """Return the advice that lies in a bank line itself: its structured documents (camt RfrdDocInf, lockbox slips)."""
    if not line.documents:
        return None
    return Remittance(
        format="bank line",
        lines=tuple(
            RemittanceLine(one.number, net=one.amount, kind=_DOCUMENTS.get(one.kind, ""), place=f"entry {line.entry}")
            for one in line.documents
        ),
        payer=line.party,
        paid_on=line.booked_on,
        currency=line.currency,
        total=line.amount,
        reference=line.end_to_end_id or line.bank_reference,
        text="\n".join(line.remittance),
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """One format of remittance advices."""

    code: str
    name: str
    sniff: Callable[[bytes, str], bool]
    """Tells from the bytes and the file's name."""
    read: Callable[[bytes, str], tuple[Remittance, ...]]


def _begins(*starts: bytes) -> Callable[[bytes, str], bool]:
    return lambda content, _: content.lstrip(b"\xef\xbb\xbf \r\n\t")[:64].lower().startswith(starts)


def _ends(*endings: str) -> Callable[[bytes, str], bool]:
    return lambda content, name: name.lower().endswith(endings) and b"\0" not in content[:4096]


def _is_page(content: bytes, name: str) -> bool:
    return _begins(b"<!doctype html", b"<html", b"<table", b"<body", b"<div")(content, name)


def _is_text(content: bytes, name: str) -> bool:
    del name
    start = content[:4096]
    return bool(start.strip()) and b"\0" not in start and not start.lstrip().startswith((b"<", b"PK", b"%PDF"))


READERS: tuple[Reader, ...] = (
    Reader("x12.820", "X12 820", x12.sniff, x12.read),
    Reader("remadv", "EDIFACT REMADV", edifact.sniff, edifact.read),
    Reader("ubl", "UBL RemittanceAdvice", ubl.sniff, ubl.read),
    Reader("pdf", "PDF", _begins(b"%pdf"), written.read_pdf),
    Reader("xlsx", "XLSX", _begins(b"pk\x03\x04", b"\xd0\xcf\x11\xe0"), written.read_sheet),
    Reader("html", "HTML", _is_page, written.read_html),
    Reader("mail", "E-mail", mail.sniff, lambda content, name: _mail(content, name, 0)),
    Reader("csv", "CSV", _ends(".csv", ".tsv"), written.read_csv),
    Reader("text", "Text", _is_text, written.read_text),
)
"""Readers in the order in which they are asked."""


def read_remittance(content: bytes, name: str) -> tuple[Remittance, ...]:
    """Return the advices of a file; refuse what nobody knows, what tells nothing, is too large, broken or hostile."""
    found = _read(content, name, 0)
    if not any(one.lines or one.total is not None or one.findings or one.text.strip() for one in found):
        said = "The file tells nothing: no document, no total, no text. It is empty or was cut off."
        raise refuse("remittance.empty", "file", said)
    return found


def _read(content: bytes, name: str, depth: int) -> tuple[Remittance, ...]:
    if len(content) > written.MOST_BYTES:
        raise refuse("remittance.too_large", "file", f"The file is longer than {written.MOST_BYTES:,} bytes.")
    for reader in READERS:
        if reader.sniff(content, name):
            return _mail(content, name, depth) if reader.code == "mail" else reader.read(content, name)
    names = ", ".join(reader.name for reader in READERS)
    raise refuse("remittance.unknown_format", "file", f"The file is none of the known advices ({names}).")


def _mail(content: bytes, name: str, depth: int) -> tuple[Remittance, ...]:
    if depth >= _DEEPEST:
        raise refuse("remittance.nested", name, "The message lies too deep in other messages.")
    return mail.read(content, depth, _read)
