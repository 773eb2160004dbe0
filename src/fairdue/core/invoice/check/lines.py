"""Rules on invoice lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.invoice import code_lists
from fairdue.core.invoice.check.document import period_findings
from fairdue.core.invoice.check.rules import broken, coded, given
from fairdue.core.invoice.units import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice, Line


def line_findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield findings on the lines, each with the path of its line."""
    if not invoice.lines:
        yield broken("BR-16", "lines", "An invoice has at least one line.")
    seen: set[str] = set()
    for index, line in enumerate(invoice.lines):
        path = f"lines[{index}]"
        if line.id and line.id in seen:
            yield broken("BR-21", f"{path}.id", f"Two lines have the identifier {line.id!r}.")
        seen.add(line.id)
        yield from _line(line, path)


def _line(line: Line, path: str) -> Iterator[Finding]:
    yield from given("BR-21", f"{path}.id", line.id, "The identifier of the line")
    yield from given("BR-25", f"{path}.name", line.name, "The name of the item")
    yield from given("BR-23", f"{path}.unit", line.unit, "The unit of measure")
    yield from coded("BR-CL-23", f"{path}.unit", line.unit, UNITS, "unit (UN/ECE Recommendation 20)")
    yield from period_findings(line.period, f"{path}.period", "BR-CO-20", "BR-30")
    for name, what, document in (("order", "order", line.order), ("despatch", "delivery note", line.despatch)):
        if document is not None and not document.number.strip():
            sentence = f"The {what} of the line has no number."
            yield broken("content.line_document", f"{path}.{name}.number", sentence, "Factur-X 1.0 EXTENDED")
    yield from _prices(line, path)
    yield from _item(line, path)


def _prices(line: Line, path: str) -> Iterator[Finding]:
    if line.price < 0:
        sentence = "A price is not negative; credit by a negative quantity or an allowance."
        yield broken("BR-27", f"{path}.price", sentence)
    if line.price_quantity <= 0:
        yield broken("BR-PRICE", f"{path}.price_quantity", "The quantity that a price is for is above zero.")
    if line.gross_price is None:
        return
    if line.gross_price < 0:
        yield broken("BR-28", f"{path}.gross_price", "A gross price is not negative.")
    elif line.gross_price < line.price:
        sentence = "The price before discount is below the net price."
        yield broken("BR-PRICE", f"{path}.gross_price", sentence)


def _item(line: Line, path: str) -> Iterator[Finding]:
    schemes = code_lists.IDENTIFIER_SCHEMES
    if line.standard_item is not None:
        where = f"{path}.standard_item.scheme"
        yield from given("BR-64", where, line.standard_item.scheme, "The scheme of the item number")
        yield from coded("BR-CL-21", where, line.standard_item.scheme, schemes, "identifier scheme")
    for index, item in enumerate(line.classifications):
        where = f"{path}.classifications[{index}]"
        yield from given("BR-65", f"{where}.scheme", item.scheme, "The scheme of the classification")
        known = code_lists.CLASSIFICATION_SCHEMES
        yield from coded("BR-CL-13", f"{where}.scheme", item.scheme, known, "classification (UNTDID 7143)")
    origin = f"{path}.origin_country"
    yield from coded("BR-CL-15", origin, line.origin_country, code_lists.COUNTRIES, "country (ISO 3166-1)")
    for index, attribute in enumerate(line.attributes):
        where = f"{path}.attributes[{index}]"
        yield from given("BR-54", f"{where}.name", attribute.name, "The name of an item property")
        yield from given("BR-54", f"{where}.value", attribute.value, "The value of an item property")
