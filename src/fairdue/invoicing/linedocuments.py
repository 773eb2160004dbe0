"""Orders and delivery notes of the lines, in the places that every reader knows (docs/rules/delivery-notes.md).

EN 16931 has one order (BT-13) and one delivery note (BT-16) for the whole invoice. What holds for every line stands
there; what differs from line to line stands in the note of the line (BT-127), in the language of the invoice. Formats
that have a place for it on the line carry it there as well.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairdue.invoicing.documents.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.invoice.model import Invoice, Line, LineDocument
    from fairdue.invoicing.documents.words import Words


def told(invoice: Invoice) -> Invoice:
    """Return `invoice` with the orders and delivery notes of its lines in its references or in the notes of lines."""
    if not any(line.order or line.despatch for line in invoice.lines):
        return invoice
    given = invoice.references
    order = given.order or _common([line.order for line in invoice.lines])
    despatch = given.despatch or _common([line.despatch for line in invoice.lines])
    text = words(invoice.language)
    return replace(
        invoice,
        references=replace(given, order=order, despatch=despatch),
        lines=tuple(_noted(line, order, despatch, text) for line in invoice.lines),
    )


def _common(documents: list[LineDocument | None]) -> str:
    """Return the number that all lines share; nothing where a line has another or none."""
    numbers = {one.number if one else "" for one in documents}
    return numbers.pop() if len(numbers) == 1 else ""


def _noted(line: Line, order: str, despatch: str, text: Words) -> Line:
    notes = [note for note in _notes(line, order, despatch, text) if note not in line.note]
    return replace(line, note="\n".join(filter(None, [line.note, *notes]))) if notes else line


def _notes(line: Line, order: str, despatch: str, text: Words) -> Iterator[str]:
    if line.order and line.order.number != order:
        number, day = line.order.number, line.order.day
        yield text["from_order"].format(order=number, date=text.date(day)) if day else f"{text['order']} {number}"
    if line.despatch and line.despatch.number != despatch:
        number, day = line.despatch.number, line.despatch.day
        dated = text["from_despatch"].format(number=number, date=text.date(day)) if day else ""
        yield dated or f"{text['despatch']} {number}"
