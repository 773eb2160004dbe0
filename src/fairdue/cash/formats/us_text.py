"""What US banks write behind an ACH or wire credit: who pays, under which company id, and what the payer says.

No standard rules this text. Three ways of writing are read: words with a colon or an equals sign (`ORIG CO NAME:ACME
ORIG ID:1234567890 ... PMT INFO:INV 4711`, `ACME DES:PAYMENT INDN:US CO ID:1234567890 CCD PMT INFO:...`, `B/O: ACME ...
OBI=INV 4711`), and the fields of the NACHA batch header one behind the other: name, description of up to ten
characters, day (`ACME CORP VENDOR PAY 260608 ...`). The whole text stays the information of the line; what only the
bank needs (trace numbers, days, its own ids) is no remittance, because its digits would be taken for invoice numbers.
"""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PAYER = ("ORIG CO NAME", "COMPANY NAME", "ORIGINATOR NAME", "ORIGINATOR", "BY ORDER OF", "ORIG", "ORG", "B/O", "DBNM")
_COMPANY = ("ORIG ID", "CO ID", "COMPANY ID", "ORIG CO ID")
_SAYS = (
    "PMT INFO", "PAYMENT INFO", "ADDENDA", "REMARK", "OBI", "DETAILS", "RFB", "IND ID", "INDIVIDUAL ID", "ID", "REF",
    "INVOICE", "RMT INFO",
)  # fmt: skip
"""Words behind which the payer speaks."""
_BANK = (
    "DESC DATE", "CO ENTRY DESCR", "SEC", "TRACE#", "TRACE #", "TRACE NO", "TRACE", "EED", "IND NAME", "INDN", "DES",
    "TRN", "IMAD", "OMAD", "VIA", "BNF", "BBK", "BBI", "SSN", "SRF#", "TRN#", "RFB#", "SND", "EFF DATE",
    "BATCH DISCR", "OGB",
)  # fmt: skip
"""Words behind which the bank speaks, or our own name stands."""
_WORD = re.compile(
    "|".join(sorted(map(re.escape, {*_PAYER, *_COMPANY, *_SAYS, *_BANK}), key=lambda word: (-len(word), word)))
    .join(("(", r") ?[:=] ?"))
)  # fmt: skip
_BATCH = re.compile(r"(?P<name>[A-Z0-9&].*?) +(?P<day>[0-9]{6}) +(?P<rest>.*)", re.DOTALL)
_LONGEST_DESCRIPTION = 10
"""Characters of the description in a NACHA batch header."""
_SEC_CODE = re.compile(r"\s(?:CCD|CTX|PPD|WEB|TEL|IAT)\s*$")
_FEWEST_WORDS = 2
_LOST = (1, 2)
"""Blanks that a line may lose at its end."""
_ID = re.compile("[A-Z0-9]{9,10}")


class Told(NamedTuple):
    """What the text of one credit says; empty strings where it does not."""

    payer: str
    account: str
    says: tuple[str, ...]


def told_in(pieces: Sequence[str]) -> Told | None:
    """Return what the lines of a text say, None where they are written in no way that is known.

    A bank cuts the text anywhere, also within a word; the cut stays a line break in what the payer says.
    """
    whole = _filled(pieces)
    text, cuts = "".join(whole), set(accumulate(map(len, whole[:-1])))
    words = [hit for hit in _WORD.finditer(text) if _begins(text, hit.start(), cuts)]
    if len(words) < _FEWEST_WORDS:
        return _batch_header("\n".join(pieces))
    found = dict.fromkeys((*_PAYER, *_COMPANY), "")
    says: list[str] = []
    for hit, value in _values(text, words, cuts):
        if hit in found:
            found[hit] = found[hit] or " ".join(value.replace("\n", "").split())
        elif hit in _SAYS and value:
            says.append(value)
    start = " ".join(text[: words[0].start()].split()) if words[0][1] == "DES" else ""
    payer = next((found[word] for word in _PAYER if found[word]), start)
    company = next((found[word] for word in _COMPANY if _ID.fullmatch(found[word])), "")
    return Told(payer.removeprefix("1/"), f"ACH{company}" if company else "", tuple(says)) if payer else None


def _filled(pieces: Sequence[str]) -> list[str]:
    """Return the lines with the blank that a line lost at its end which is one or two shorter than the longest."""
    widest = max(map(len, pieces), default=0)
    return [piece if widest - len(piece) not in _LOST else f"{piece} " for piece in pieces]


def _begins(text: str, at: int, cuts: set[int]) -> bool:
    """Tell whether a word begins at a place: behind a blank or mark, or at a cut."""
    return at == 0 or at in cuts or not text[at - 1].isalnum()


def _values(text: str, words: Sequence[re.Match[str]], cuts: set[int]) -> Iterator[tuple[str, str]]:
    """Yield each word with what stands behind it, with its line breaks."""
    ends = [hit.start() for hit in words[1:]] + [len(text)]
    for hit, end in zip(words, ends, strict=True):
        value = "".join(f"\n{text[at]}" if at in cuts and at > hit.end() else text[at] for at in range(hit.end(), end))
        yield hit[1], _SEC_CODE.sub("", f" {value}").strip(" /")


def _batch_header(text: str) -> Told | None:
    """Return what a text says that begins with name, description and day of a batch header."""
    hit = _BATCH.fullmatch(text)
    if hit is None:
        return None
    words = hit["name"].split()
    described = 0
    while described < len(words) - 1 and len(" ".join(words[-described - 1 :])) <= _LONGEST_DESCRIPTION:
        described += 1
    if not described:
        return None
    return Told(" ".join(words[: len(words) - described]), "", (hit["rest"],))
