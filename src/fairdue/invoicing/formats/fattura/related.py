"""The documents that a FatturaPA names: orders and delivery notes, each with the rows that it is for."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from fairdue.core.invoice.procurement import Codes, procurement
from fairdue.invoicing.formats.xml import day, group, leaf

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from fairdue.core.invoice.model import Invoice, Line, LineDocument

LONGEST_NUMBER = 20
NO_CODES = Codes()


def ascii_only(text: str, most: int) -> str:
    """Return `text` in Basic Latin, `most` characters at most."""
    folded = unicodedata.normalize("NFKD", " ".join(text.split())).encode("ascii", "ignore").decode()
    return folded[:most]


def _rows(invoice: Invoice) -> Iterator[tuple[int, Line]]:
    """Yield the lines with the number of their row; allowances and charges of a line take rows of their own."""
    number = 1
    for line in invoice.lines:
        yield number, line
        number += 1 + len(line.adjustments)


def despatches(invoice: Invoice) -> list[str]:
    """Return the delivery notes whose day is known, each with the rows that it is for; no rows stand for all."""
    found = _despatches(invoice)
    return [
        group(
            "DatiDDT",
            leaf("NumeroDDT", ascii_only(number, LONGEST_NUMBER)),
            leaf("DataDDT", day(on)),
            *(leaf("RiferimentoNumeroLinea", str(row)) for row in rows),
        )
        for (number, on), rows in found.items()
    ]


def _despatches(invoice: Invoice) -> dict[tuple[str, date], list[int]]:
    supplied = invoice.delivery.day if invoice.delivery else None
    found: dict[tuple[str, date], list[int]] = {}
    for row, line in _rows(invoice):
        on = line.despatch and (line.despatch.day or supplied)
        if line.despatch and on:
            found.setdefault((line.despatch.number, on), []).append(row)
    if len(found) == 1 and all(line.despatch for line in invoice.lines):
        return {next(iter(found)): []}
    head = invoice.references.despatch.strip()
    if head and supplied and head not in {number for number, _ in found}:
        found[head, supplied] = []
    return found


def orders(invoice: Invoice) -> list[str]:
    """Return the order of the invoice, or those of its lines, each with the rows that it is for."""
    codes = procurement(invoice)
    if invoice.references.order:
        return [reference("DatiOrdineAcquisto", invoice.references.order, codes=codes)]
    found: dict[LineDocument, list[int]] = {}
    for row, line in _rows(invoice):
        if line.order:
            found.setdefault(line.order, []).append(row)
    if not found and codes != NO_CODES and not invoice.references.contract:
        return [reference("DatiOrdineAcquisto", codes.cig or codes.cup, codes=codes)]
    return [reference("DatiOrdineAcquisto", one.number, day(one.day), rows, codes) for one, rows in found.items()]


def contract(invoice: Invoice) -> str:
    """Return the contract, with CIG and CUP where no order has them."""
    ordered = invoice.references.order or any(line.order for line in invoice.lines)
    codes = NO_CODES if ordered else procurement(invoice)
    return reference("DatiContratto", invoice.references.contract, codes=codes)


def reference(name: str, number: str, date: str = "", rows: Sequence[int] = (), codes: Codes = NO_CODES) -> str:
    """Return one document by its number and day, with the rows that it is for, and the codes of public procurement."""
    text = ascii_only(number, LONGEST_NUMBER)
    if not text:
        return ""
    return group(
        name, *(leaf("RiferimentoNumeroLinea", str(row)) for row in rows), leaf("IdDocumento", text),
        leaf("Data", date), leaf("CodiceCUP", codes.cup), leaf("CodiceCIG", codes.cig),
    )  # fmt: skip
