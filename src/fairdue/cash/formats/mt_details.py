"""Field :86: of MT940 and MT942: the German ?-structure, SWIFT code words, and free text.

Sources: DFÜ-Abkommen of Die Deutsche Kreditwirtschaft, annex 3, chapter 8 (?00 to ?63, identifiers such as EREF+
begin a subfield, blanks at the end of a subfield are cut); SWIFT Standards MT, code words between slashes.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from fairdue.cash.formats.accounts import iban_in, is_iban
from fairdue.cash.formats.book import UnreadableError, minor_of
from fairdue.cash.formats.keys import given
from fairdue.cash.formats.lines import NOBODY, Party, Reference

if TYPE_CHECKING:
    from collections.abc import Iterable

_GERMAN = re.compile(r"([0-9]{3})([^0-9A-Za-z\s/:+.,-])(?=[0-9]{2})")
_PURPOSE = (*range(20, 30), *range(60, 64))
_FULL = 27
"""Length of a full subfield: a shorter one lost the blank at its end."""
_IDENTIFIERS = "EREF KREF MREF CRED DEBT COAM OAMT SVWZ ABWA ABWE IBAN BIC RREF RETURN PURP SQTP ORCR DBTR"
_IDENTIFIER = re.compile(rf"({'|'.join(_IDENTIFIERS.split())})\+")
_RETURNS = {"108", "109", "159", "181", "184"}
"""Business codes (GVC) of money that comes back: returned direct debits and credit transfers."""
_WORDS = (
    "ABWA ACCW ADDR BENM BIC BO CHGS CHGT CNTP CREF CSID EREF EXCH IBAN ID IREF ISDT KREF MARF NAME NRTX OAMT OCMT "
    "ORDP PREF PURP REMI RTRN SVCL TRCD TRTP TYPE UDTR ULTB ULTC ULTD USTD STRD"
).split()
_WORD = re.compile(rf"/({'|'.join(_WORDS)})/")
_MONEY = re.compile(r"([A-Z]{3})[ /]?([0-9.]*,?[0-9]*)")
_NAME = re.compile(r"(?:NAAM:|AUFTRAGGEBER:|; ?OD:)\s*([^;\n]+)")
_RETURN_CODE = re.compile(r"\b(?:A[CGM]|BE|CN|CU|DU|ED|FF|MD|MS|RC|RR|SL|TM)[0-9]{2}\b")


class Details(NamedTuple):
    """What field :86: tells of one entry."""

    texts: tuple[str, ...] = ()
    party: Party = NOBODY
    on_behalf_of: Party = NOBODY
    references: tuple[Reference, ...] = ()
    end_to_end_id: str = ""
    mandate_id: str = ""
    transaction_code: str = ""
    information: str = ""
    return_code: str = ""
    charges: int = 0
    instructed: tuple[int, str] | None = None


def details_of(lines: Iterable[str], currency: str) -> Details:
    """Return what the lines of :86: tell, whatever dialect they are written in."""
    parts = list(lines)
    joined = "".join(parts)
    if match := _GERMAN.match(joined):
        return _german(match[1], joined[match.end(1) :].split(match[2]), currency)
    if _WORD.search(joined):
        return _swift(joined, currency)
    return _free(parts)


def _german(code: str, subfields: list[str], currency: str) -> Details:
    """Read subfields that each begin with a number of two digits; one that does not belongs to the one before."""
    values: dict[int, str] = {}
    at = 0
    for piece in subfields[1:]:
        number = int(piece[:2]) if piece[:2].isdecimal() else -1
        if number in values or number < at:
            values[at] = f"{values.get(at, '')}?{piece}"
        else:
            at, values[number] = number, piece[2:]
    purpose = _purpose([values[number] for number in _PURPOSE if number in values])
    name = _glued(values.get(32, ""), values.get(33, ""))
    key = values.get(34, "")[:3]
    returned = code in _RETURNS
    account = purpose.get("IBAN", "") or values.get(31, "")
    return Details(
        texts=tuple(filter(None, (purpose["SVWZ"],))),
        party=Party(name.strip(), "".join(account.split()), purpose.get("BIC", "") or values.get(30, "").strip()),
        on_behalf_of=Party(purpose["ABWA"]) if "ABWA" in purpose else NOBODY,
        end_to_end_id=given(purpose.get("EREF", "")),
        mandate_id=purpose.get("MREF", ""),
        transaction_code=f"GVC-{code}" + (f"-{key}" if key.strip() else ""),
        information=" ".join(values[number].strip() for number in values if number == 0 or number > _PURPOSE[-1]),
        return_code=_return_code(purpose["SVWZ"], key) if returned else "",
        charges=_charge(purpose.get("COAM", ""), currency),
        instructed=_instructed(purpose.get("OAMT", "")),
    )


def _return_code(text: str, key: str) -> str:
    """Return the ISO reason that the text names, else the German text key (912 = refused by the debtor)."""
    found = _RETURN_CODE.search(text.upper())
    return found[0] if found else f"TSE{key}" if key.strip() else "NARR"


def _glued(first: str, second: str) -> str:
    return f"{first}{'' if len(first) >= _FULL else ' '}{second}".strip() if second else first.strip()


def _purpose(pieces: list[str]) -> dict[str, str]:
    """Return the identified parts of the purpose; what stands before any identifier is the text."""
    found: dict[str, str] = {"SVWZ": ""}
    name, width = "SVWZ", _FULL
    for piece in pieces:
        rest = piece
        if match := _IDENTIFIER.match(piece):
            name, rest = match[1], piece[match.end() :]
            text = found.get(name, "")
            found[name] = f"{text} {rest}" if text else rest
        else:
            text = found.get(name, "")
            found[name] = f"{text}{rest}" if width >= _FULL or not text else f"{text} {rest}"
        width = len(piece)
    return {name: " ".join(text.split()) for name, text in found.items()}


def _charge(text: str, currency: str) -> int:
    """Return a stated charge in minor units of the account's currency, 0 where it is in another or unreadable."""
    read = _instructed(text)
    return read[0] if read and read[1] == currency else 0


def _instructed(text: str) -> tuple[int, str] | None:
    match = _MONEY.match(text.strip())
    if match is None:
        return None
    try:
        return minor_of(match[2].replace(".", "").replace(",", ".").rstrip("."), match[1], "amount"), match[1]
    except UnreadableError:
        return None


def _swift(joined: str, currency: str) -> Details:
    """Read code words; text before the first one stays text."""
    marks = list(_WORD.finditer(joined))
    values: dict[str, str] = {"": joined[: marks[0].start()].strip()}
    for mark, following in zip(marks, [*marks[1:], None], strict=True):
        text = joined[mark.end() : following.start() if following else None].strip()
        values.setdefault(mark[1], text)
    party, references = _party(values), _structured(values.get("STRD", "") or values.get("REMI", ""))
    remittance = values.get("USTD", "") or values.get("REMI", "")
    texts = (values[""], remittance.removeprefix("USTD//").strip("/ "))
    return Details(
        texts=tuple(text for text in texts if text and not references),
        party=party,
        on_behalf_of=Party(next((values[word].strip("/ ") for word in ("ULTD", "UDTR") if word in values), "")),
        references=references,
        end_to_end_id=given(values.get("EREF", "").strip("/ ")),
        mandate_id=values.get("MARF", "").strip("/ "),
        transaction_code=values.get("TRCD", "").strip("/ "),
        information=" ".join(filter(None, (values.get("TRTP", "").strip("/ "), values.get("PURP", "").strip("/ ")))),
        return_code=values.get("RTRN", "").strip("/ ")[:4],
        charges=_charge(values.get("CHGS", ""), currency),
        instructed=_instructed(values.get("OCMT", "") or values.get("OAMT", "")),
    )


def _party(values: dict[str, str]) -> Party:
    """Return the other side: /CNTP/iban/bic/name/city, or own words for name and account."""
    if "CNTP" in values:
        account, bank, name, *_ = [*values["CNTP"].split("/"), "", "", ""]
        return Party(name.strip(), account.strip(), bank.strip())
    name = values.get("NAME", "") or next((values[word] for word in ("ORDP", "BENM") if values.get(word)), "")
    account = "".join(values.get("IBAN", "").strip("/ ").split())
    return Party(name.strip("/ "), account, values.get("BIC", "").strip("/ "))


def _structured(text: str) -> tuple[Reference, ...]:
    """Return the reference of /REMI/STRD/CUR/reference."""
    plain = text.removeprefix("STRD/").strip("/ ")
    issuer, slash, reference = plain.partition("/")
    return (Reference(issuer, "".join(reference.split("/")[0].split())),) if slash and issuer == "CUR" else ()


def _free(parts: list[str]) -> Details:
    texts = tuple(text for text in (part.strip() for part in parts) if text)
    joined = "\n".join(texts)
    name = _NAME.search(joined)
    account = iban_in(joined.upper())
    first = joined.partition(" ")[0]
    account = account or (first if is_iban(first) else "")
    return Details(texts=texts, party=Party(name[1].strip() if name else "", account))
