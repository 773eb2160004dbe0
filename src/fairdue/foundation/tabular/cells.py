"""What a single cell may hold: no control characters, no formulas, no letters of a wrong encoding."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from decimal import Decimal

type Cell = str | Decimal | date | FormulaCell | ErrorCell


class CellError(Exception):
    """A cell that cannot be read: stable code and a sentence."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class FormulaCell:
    """A workbook cell that holds a formula instead of a value."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class ErrorCell:
    """A workbook cell that shows an error such as #REF!."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


SHOWN_LENGTH = 80
_STARTS = "=+-@＝＋－＠"  # noqa: RUF001 - spreadsheets accept the full-width signs as well
_NUMBER_OR_PHONE = re.compile("[+-]\\s*[\\d(][\\d\\s.,'\u2019()/%-]*\\Z|-+\\Z")
_RUNS = frozenset("=+-@\t\r\n\uff1d\uff0b\uff0d\uff20")
_SPACES = re.compile(r"[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
# Invisible characters that turn text around or hide it; a name never needs them.
_DIRECTION = re.compile(r"[\u200b\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
# In text read as Windows-1252, these betray another code page: a sign beside a letter, or a foreign
# capital before a small letter (a "Müller" that comes out as "MŸller").
_ODD_NEIGHBOUR = re.compile(
    "[^\\W\\d_][¤¦¨¯¸¹¼½¾¿¡£¥¢]|[¤¦¨¯¸¹¼½¾¡£¥¢][^\\W\\d_]|[A-Za-z][À-ÖØ-ÞŸŠŽŒ][a-z]"  # noqa: RUF001 - the signs
)


def shown(cell: Cell) -> str:
    """Return the cell as text, as a person would type it: decimals with a point, dates ISO."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, date):
        return cell.isoformat()
    return cell.text


def excerpt(cell: Cell) -> str:
    """Return the value for a finding: printable and not longer than `SHOWN_LENGTH`."""
    text = shown(cell)
    printable = "".join(letter if letter.isprintable() else "�" for letter in text[: SHOWN_LENGTH + 1])
    return printable if len(text) <= SHOWN_LENGTH else f"{printable[:SHOWN_LENGTH]}…"


def starts_formula(text: str) -> bool:
    """Tell whether a spreadsheet could run `text`: it starts with = + - @ and is no number or phone."""
    bare = text.lstrip().lstrip("'\t\r\n ")
    return bool(bare) and bare[0] in _STARTS and not _NUMBER_OR_PHONE.match(bare)


def guarded(text: str) -> str:
    """Return text for a CSV cell that no spreadsheet runs: what starts like a formula gets an apostrophe (OWASP).

    That is = + - @, tab or a line break, full-width signs too, also behind blanks or a NUL. For text only: an amount
    is a number and keeps its sign.
    """
    clean = text.replace("\0", "")
    risky = clean[:1] in _RUNS or clean.lstrip()[:1] in _RUNS
    return f"'{clean}" if clean and risky else clean


def _is_mojibake(text: str) -> bool:
    """Tell whether `text` is UTF-8 that somebody read as Windows-1252 before ("MÃ¼ller")."""
    try:
        text.encode("cp1252").decode("utf-8")
    except UnicodeError:
        return False
    return True


def _check_letters(text: str, *, guessed: bool) -> None:
    if any("\udc80" <= letter <= "\udcff" for letter in text):
        raise CellError("text.encoding", "The bytes are not valid in the encoding of the file.")
    if "\ufffd" in text:
        raise CellError("text.encoding", "A letter was lost before the import (replacement character).")
    if _is_mojibake(text):
        right = text.encode("cp1252").decode("utf-8")
        raise CellError("text.encoding", f"Letters of a wrong encoding; probably meant: “{right}”.")
    if guessed and _ODD_NEIGHBOUR.search(text):
        raise CellError("text.encoding", "The letters look wrong; say which encoding the file has.")


def _check_invisible(text: str) -> None:
    for letter in text:
        if unicodedata.category(letter) in {"Cc", "Co", "Cn"} or _DIRECTION.match(letter):
            sentence = f"Contains an invisible control character (U+{ord(letter):04X})."
            raise CellError("text.control", sentence)


def clean(text: str, *, guessed: bool = False, quoted: bool = False) -> str:
    """Return `text` without spaces around it; refuse control characters, formulas and wrong letters.

    `quoted` text is somebody else's and may begin as a formula does (a Belgian reference begins with +++).
    `guessed` says that the encoding of the file was not certain. No-break spaces become spaces, and letters with marks
    are composed (NFC), so that one number written on two machines is one number.
    """
    if not text.isascii():
        _check_letters(text, guessed=guessed)
        text = unicodedata.normalize("NFC", _SPACES.sub(" ", text))
    text = text.strip(" ")
    if not text.isprintable():
        _check_invisible(text)
    if text and not quoted and (text[0] in _STARTS or text[0] == "'") and starts_formula(text):
        raise CellError("cell.formula", "Starts like a formula; a spreadsheet would run it.")
    return text


def text_of(cell: Cell, *, guessed: bool = False, quoted: bool = False) -> str:
    """Return the cell of a text column; refuse formulas and workbook errors."""
    if isinstance(cell, str):
        return clean(cell, guessed=guessed, quoted=quoted)
    refuse_computed(cell)
    return shown(cell)


def refuse_computed(cell: Cell) -> None:
    """Refuse formulas and workbook errors: what they show depends on who opens the file."""
    if isinstance(cell, FormulaCell):
        raise CellError("cell.formula", "Holds a formula; paste the values instead.")
    if isinstance(cell, ErrorCell):
        raise CellError("cell.error", "Holds a spreadsheet error.")
