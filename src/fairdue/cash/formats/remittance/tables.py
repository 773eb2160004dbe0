"""Tables of documents and amounts, whether they come from a sheet, a page of HTML, a PDF or plain text.

A header decides which column is what, by synonyms in seven languages; without one, a row counts that holds one
document number and an amount. Amounts are hundredths.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fairdue.cash.formats.remittance.model import RemittanceLine
from fairdue.cash.formats.remittance.tokens import amount_of, amounts_in, date_of, numbers_in

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

COLUMNS = {
    "number": (
        "invoice number", "invoice no", "invoice", "inv no", "document number", "document no", "document", "doc no",
        "reference", "your reference", "your ref", "rechnungsnummer", "rechnungsnr", "rechnungs nr", "rechnung",
        "belegnummer", "belegnr", "beleg", "ihr beleg", "referenz", "facture", "no facture", "numero facture",
        "n facture", "factuur", "factuurnummer", "factura", "no factura", "numero factura", "fattura", "numero fattura",
        "faktura", "nr faktury", "fakturanummer", "bill number",
    ),
    "gross": (
        "gross", "gross amount", "invoice amount", "original amount", "amount due", "brutto", "bruttobetrag",
        "rechnungsbetrag", "montant brut", "montant facture", "brutobedrag", "bruto", "importe bruto", "lordo",
        "kwota brutto",
    ),
    "discount": (
        "discount", "discount taken", "cash discount", "skonto", "skontobetrag", "escompte", "korting", "descuento",
        "sconto", "rabat",
    ),
    "adjustment": ("deduction", "deductions", "adjustment", "withholding", "abzug", "abzuege", "retenue", "inhouding"),
    "net": (
        "net", "net amount", "amount", "paid", "amount paid", "paid amount", "payment amount", "payment", "netto",
        "nettobetrag", "zahlbetrag", "zahlung", "betrag", "gezahlt", "montant", "montant paye", "montant net",
        "net paye", "bedrag", "betaald", "importe", "pagado", "importo", "pagato", "kwota", "belopp", "total",
    ),
    "date": (
        "date", "invoice date", "document date", "datum", "rechnungsdatum", "belegdatum", "date facture",
        "factuurdatum", "fecha", "data",
    ),
    "reason": ("reason", "reason code", "code", "grund", "motif", "reden", "motivo"),
}  # fmt: skip
_BY_WORD = {word: name for name, words in COLUMNS.items() for word in words}
_TOTALS = (
    "total", "grand total", "total amount", "total paid", "payment total", "amount paid", "payment amount", "summe",
    "gesamt", "gesamtbetrag", "gesamtsumme", "zahlbetrag", "zahlungsbetrag", "ueberweisungsbetrag", "montant total",
    "totaal", "totaalbedrag", "importe total", "totale", "suma", "razem", "check amount", "cheque amount",
)  # fmt: skip
_CREDIT_WORDS = ("credit", "gutschrift", "avoir", "creditnota", "abono", "nota di credito", "korekta")
_TEN_PERCENT = 10
_WHOLE = re.compile(r"-?[0-9]{1,12}", re.ASCII)


class Table(NamedTuple):
    """What rows tell: documents with their amounts, and the total that is stated."""

    lines: tuple[RemittanceLine, ...]
    total: int | None


def _plain(cell: str) -> str:
    """Return a header in small letters, without marks, umlauts written out."""
    text = cell.casefold()
    for old, new in (("ä", "ae"), ("ö", "oe"), ("ü", "ue"), ("é", "e"), ("è", "e"), ("ó", "o"), ("ú", "u"), ("°", "o")):
        text = text.replace(old, new)
    words = "".join(letter if letter.isalnum() else " " for letter in text).split()
    while words and words[-1].upper() in {"EUR", "USD", "GBP", "CHF", "IN"}:
        words.pop()
    return " ".join(words)


def header_of(row: Sequence[str]) -> dict[str, int]:
    """Return the column of each field of a header row, empty when the row is none."""
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        name = _BY_WORD.get(_plain(cell))
        if name is not None:
            found.setdefault(name, at)
    return found if "number" in found and {"net", "gross"} & found.keys() else {}


def read_rows(rows: Iterable[tuple[str, Sequence[str]]]) -> Table:
    """Return the documents of rows, each with the place to show; rows are texts of cells."""
    header: dict[str, int] = {}
    lines: list[RemittanceLine] = []
    total: int | None = None
    for place, row in rows:
        cells = [cell.strip() for cell in row]
        if found := header_of(cells):
            header = found
            continue
        stated = _total(cells, header)
        if stated is not None:
            total = stated if total is None else total
            continue
        line = _by_header(cells, header, place) if header else _by_shape(cells, place)
        lines += [line] if line else []
    return Table(tuple(lines), total)


def _amount(cells: Sequence[str], at: int | None) -> int | None:
    """Return the amount in a column of amounts, where a sheet's whole number is one too."""
    cell = cells[at] if at is not None and at < len(cells) else ""
    found = amount_of(cell)
    return int(cell) * 100 if found is None and _WHOLE.fullmatch(cell) else found


def _total(cells: Sequence[str], header: dict[str, int]) -> int | None:
    """Return the amount of a row that begins with a word for the total and names no document."""
    words = [cell for cell in cells if cell]
    label = _plain(words[0].partition(":")[0]) if words else ""
    first = label.rstrip("0123456789 ")
    if not any(first == word or first.startswith(f"{word} ") for word in _TOTALS) or numbers_in(words[0]):
        return None
    amounts = [amount.hundredths for cell in words for amount in amounts_in(cell)]
    whole = (_amount(cells, header.get(name)) for name in ("net", "gross"))
    return amounts[-1] if amounts else next((one for one in whole if one is not None), None)


def _by_header(cells: Sequence[str], header: dict[str, int], place: str) -> RemittanceLine | None:
    def cell(name: str) -> str:
        at = header.get(name)
        return cells[at] if at is not None and at < len(cells) else ""

    number = cell("number")
    net, gross, taken, other = (_amount(cells, header.get(name)) for name in ("net", "gross", "discount", "adjustment"))
    if not number or not any(letter.isdigit() for letter in number) or (net is None and gross is None):
        return None
    discount, adjustment = abs(taken or 0), other or 0
    credit = any(word in " ".join(cells).casefold() for word in _CREDIT_WORDS) or (net or gross or 0) < 0
    return RemittanceLine(
        number=number,
        net=net if net is not None else None if gross is None else gross - discount - abs(adjustment),
        gross=gross,
        discount=discount,
        adjustment=-abs(adjustment),
        reason=cell("reason"),
        kind="credit_note" if credit else "",
        issued_on=date_of(cell("date")),
        place=place,
    )


def _by_shape(cells: Sequence[str], place: str) -> RemittanceLine | None:
    """Return the document of a row without header: one number, and its amounts from gross to net."""
    joined = "  ".join(cells)
    numbers = list(dict.fromkeys(numbers_in(joined)))
    amounts = [amount.hundredths for amount in amounts_in(joined)]
    if len(numbers) != 1 or not amounts:
        return None
    credit = amounts[-1] < 0 or any(word in joined.casefold() for word in _CREDIT_WORDS)
    net, gross, discount = amounts[-1], None, 0
    three = 3
    if len(amounts) >= three and amounts[-3] - abs(amounts[-2]) == net:
        gross, discount = amounts[-3], abs(amounts[-2])
    elif len(amounts) > 1 and 0 < amounts[0] - net <= amounts[0] // _TEN_PERCENT:
        gross, discount = amounts[0], amounts[0] - net
    return RemittanceLine(
        numbers[0], net=net, gross=gross, discount=discount, kind="credit_note" if credit else "",
        issued_on=date_of(joined), place=place,
    )  # fmt: skip
