"""Cell by cell: what each kind of field makes of a cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.money import CURRENCIES
from fairdue.foundation.tabular.cells import CellError, text_of
from fairdue.foundation.tabular.countries import country_code
from fairdue.foundation.tabular.dates import parse_date
from fairdue.foundation.tabular.numbers import canonical, is_ambiguous, number_text, own_mark, to_decimal
from fairdue.foundation.tabular.schema import FieldKind

if TYPE_CHECKING:
    from collections.abc import Callable

    from fairdue.foundation.tabular.cells import Cell
    from fairdue.foundation.tabular.dates import DateOrder
    from fairdue.foundation.tabular.numbers import Mark
    from fairdue.foundation.tabular.schema import Field

type Reader = Callable[[Cell], object]

SIGNS = {"€": "EUR", "£": "GBP", "ZŁ": "PLN", "FR.": "CHF", "SFR.": "CHF", "KČ": "CZK"}
"""What people write for the code of a currency."""
HUNDRED = 100
MEMORY = 5_000
FEW_VALUES = frozenset(
    {
        FieldKind.DATE,
        FieldKind.PERCENT,
        FieldKind.CURRENCY,
        FieldKind.COUNTRY,
        FieldKind.WORD,
        FieldKind.INTEGER,
    }
)


class ColumnTools:
    """Builds the reader of each column; `guessed` says that the encoding of the file is a guess."""

    def __init__(self, *, guessed: bool) -> None:
        self.guessed = guessed

    def text(self, field: Field) -> Reader:
        """Return the reader of texts: clean, not too long, and right by the field's own check."""
        limit, check, guessed, quoted = field.max_length, field.check, self.guessed, field.quoted

        def read(cell: Cell) -> str:
            text = text_of(cell, guessed=guessed, quoted=quoted)
            if len(text) > limit:
                raise CellError("text.too_long", f"Is longer than {limit} letters.")
            problem = check(text) if check and text else None
            if problem is not None:
                raise CellError(*problem)
            return text

        return read

    def coded(self, field: Field, code_of: Callable[[str], str], code: str, sentence: str) -> Reader:
        """Return the reader of what stands for a code; `code_of` returns nothing for what is unknown."""
        text = self.text(field)

        def read(cell: Cell) -> str:
            written = str(text(cell))
            value = code_of(written)
            if written and not value:
                raise CellError(code, sentence)
            return value

        return read

    def word(self, field: Field) -> Reader:
        """Return the reader of words with a fixed meaning, in any of our languages."""
        text = self.text(field)
        choices = ", ".join(dict.fromkeys(field.words.values()))

        def read(cell: Cell) -> str:
            value = str(text(cell)).casefold()
            if value not in field.words:
                raise CellError("word.unknown", f"Is not one of: {choices}.")
            return field.words[value]

        return read

    def listed(self, field: Field) -> Reader:
        """Return the reader of texts with | between them."""
        check, guessed = field.check, self.guessed

        def read(cell: Cell) -> tuple[str, ...]:
            text = text_of(cell, guessed=guessed)
            parts = tuple(dict.fromkeys(part.strip() for part in text.split("|") if part.strip()))
            if any(len(part) > field.max_length for part in parts):
                raise CellError("text.too_long", f"Holds an entry longer than {field.max_length} letters.")
            problem = next((found for part in parts if check and (found := check(part))), None)
            if problem is not None:
                raise CellError(*problem)
            return parts

        return read


def _currency(text: str) -> str:
    """Return the code of a currency written as code or sign; nothing where it is none."""
    code = SIGNS.get(text.upper(), text.upper())
    return code if code in CURRENCIES else ""


def percent_reader(mark: Mark | None, *, named: bool) -> Reader:
    """Return the reader of percentages between 0 and 100; a percent sign is allowed."""

    def read(cell: Cell) -> object:
        bare = cell.removesuffix("%").strip() if isinstance(cell, str) else cell
        value = to_decimal(number_text(bare, mark, named=named))
        if not 0 <= value <= HUNDRED:
            raise CellError("percent.range", "Is not between 0 and 100.")
        return value

    return read


def read_integer(cell: Cell) -> int:
    """Return a whole number; "30 days" and "30.5" are refused."""
    text = number_text(cell, None)
    whole, _, part = text.partition(".")
    if part.strip("0"):
        raise CellError("number.whole", "Is not a whole number.")
    if len(whole) > 10:  # noqa: PLR2004 - fits the database's integer with room for the finding
        raise CellError("number.too_large", "Is too large.")
    return int(whole)


def amounts_reader(mark: Mark | None, *, guessed: bool) -> Reader:
    """Return the reader of "number:amount|number:amount"; amounts stay canonical text here."""

    def pair(part: str) -> tuple[str, str]:
        number, colon, amount = part.rpartition(":")
        if not colon or not number.strip():
            raise CellError("amounts.unreadable", "Is not number:amount, several with | between them.")
        amount = amount.strip()
        own = mark or own_mark(amount)
        if own is None and is_ambiguous(amount):
            raise CellError("number.ambiguous", "Holds an amount that could be thousands or decimals.")
        return number.strip(), canonical(amount, own) if own else number_text(amount, None)

    def read(cell: Cell) -> tuple[tuple[str, str], ...]:
        text = text_of(cell, guessed=guessed)
        return tuple(pair(part) for part in text.split("|") if part.strip())

    return read


@dataclass(frozen=True, slots=True)
class Manner:
    """How the cells of one column are read, and whether the profile names mark and order."""

    mark: Mark | None
    order: DateOrder | None
    mark_named: bool
    order_named: bool
    guessed: bool
    """The encoding of the file is not certain."""


def _readers(tools: ColumnTools, how: Manner) -> dict[FieldKind, Callable[[Field], Reader]]:
    unknown = ("currency.unknown", "Is not a currency of ISO 4217.")
    nowhere = ("country.unknown", "Is not a country: write its code of ISO 3166-1, such as DE, or its name.")
    return {
        FieldKind.TEXT: tools.text,
        FieldKind.DATE: lambda _: lambda cell: parse_date(cell, how.order, named=how.order_named),
        FieldKind.MONEY: lambda _: lambda cell: number_text(cell, how.mark, named=how.mark_named),
        FieldKind.DECIMAL: lambda _: lambda cell: to_decimal(number_text(cell, how.mark, named=how.mark_named)),
        FieldKind.PERCENT: lambda _: percent_reader(how.mark, named=how.mark_named),
        FieldKind.INTEGER: lambda _: read_integer,
        FieldKind.CURRENCY: lambda field: tools.coded(field, _currency, *unknown),
        FieldKind.COUNTRY: lambda field: tools.coded(field, country_code, *nowhere),
        FieldKind.WORD: tools.word,
        FieldKind.LIST: tools.listed,
        FieldKind.AMOUNTS: lambda _: amounts_reader(how.mark if how.mark_named else None, guessed=how.guessed),
    }


def remembered(read: Reader) -> Reader:
    """Return a reader that keeps what it made of up to `MEMORY` different texts."""
    known: dict[str, object] = {}

    def recall(cell: Cell) -> object:
        if not isinstance(cell, str):
            return read(cell)
        if cell not in known:
            value = read(cell)
            if len(known) >= MEMORY:
                known.clear()
            known[cell] = value
        return known[cell]

    return recall


def reader_of(field: Field, how: Manner) -> Reader:
    """Return the reader of one column; kinds with few different values remember them."""
    read = _readers(ColumnTools(guessed=how.guessed), how)[field.kind](field)
    return remembered(read) if field.kind in FEW_VALUES else read
