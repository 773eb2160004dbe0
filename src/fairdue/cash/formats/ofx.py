"""OFX 1 (SGML) and OFX 2 (XML), as banks of North America, Britain and Australia offer them for download.

Source: Open Financial Exchange specification 1.0.3 and 2.3. Both are read by one small tag reader that knows no
document types and no entities beyond the five of XML, because many files are neither valid SGML nor valid XML. A
file has no opening balance: whether it is complete cannot be proven, and the tail says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING

from fairdue.cash.formats.book import Book, UnreadableError, broken, day_of, decoded, identified, load, minor_of
from fairdue.cash.formats.keys import given
from fairdue.cash.formats.lines import Event, Line, Party, StatementHead
from fairdue.core.findings import Finding, Severity, refuse
from fairdue.core.money import CURRENCIES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Readable

SOURCE = "Open Financial Exchange 1.0.3 and 2.3"
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[A-Za-z0-9._]{1,64})[^<>]{0,200}>|(?P<other><[!?][^<>]{0,400}>)")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)\]\]>", re.DOTALL)
_ENTITY = re.compile(r"&(?:amp|lt|gt|quot|apos|nbsp|#[0-9]{1,6});")
_AGGREGATES = frozenset(
    "OFX STMTTRNRS CCSTMTTRNRS STMTRS CCSTMTRS BANKACCTFROM CCACCTFROM BANKACCTTO CCACCTTO BANKTRANLIST STMTTRN PAYEE "
    "LEDGERBAL AVAILBAL STATUS SONRS ORIGCURRENCY CURRENCY INVSTMTRS INVSTMTTRNRS INVBANKTRAN BAL BALLIST".split()
)
_THOUSANDS = re.compile(r"[+-]?[0-9]{1,3}(,[0-9]{3})+\.[0-9]{2}")
_FAILED = {"ERROR"}


@dataclass(slots=True)
class _Transaction:
    line: int
    values: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class _Statement:
    line: int
    values: dict[str, str] = field(default_factory=dict)
    transactions: list[_Transaction] = field(default_factory=list)


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes are an OFX header or element."""
    upper = start.lstrip(b"\xef\xbb\xbf \r\n\t").upper()
    return upper.startswith(b"OFXHEADER") or (upper.startswith(b"<") and (b"<OFX>" in upper or b"<?OFX" in upper))


def read(stream: Readable) -> Iterator[Event]:
    """Yield one statement for each account of an OFX file."""
    content = load(stream, "ofx")
    text = decoded(content, "ofx", "utf-8", "cp1252", "latin-1")
    if re.search(r"<!\s*(DOCTYPE|ENTITY)", text, re.IGNORECASE):
        said = "The file declares a document type (DOCTYPE). Bank files have none; it could hide other files."
        raise refuse("xml.doctype", "file", said)
    statements, notes = _collected(text)
    if not statements:
        failed = next((one for one in notes if one.severity is Severity.ERROR), None)
        said = f" The bank answered: {failed.message}" if failed else ""
        said += " It is of a securities account (INVSTMTRS)." if "<INVSTMTRS>" in text.upper() else ""
        raise refuse("ofx.no_statement", "file", f"The file contains no bank statement (STMTRS or CCSTMTRS).{said}")
    for number, statement in enumerate(statements, start=1):
        yield from _read(statement, number, notes if number == 1 else [])


def _collected(text: str) -> tuple[list[_Statement], list[Finding]]:
    """Return the statements of a file with their values by path, and what the bank says of its answers."""
    plain = _CDATA.sub(lambda match: match[1].replace("<", "&lt;").replace(">", "&gt;"), text)
    statements: list[_Statement] = []
    notes: list[Finding] = []
    path: list[str] = []
    answer: dict[str, str] = {}
    line, last = 1, 0
    tags = list(_TAG.finditer(plain))
    if not any(tag["name"] and tag["name"].upper() == "OFX" for tag in tags):
        raise broken("ofx", 1, "the file has no OFX element", SOURCE)
    for tag, following in zip(tags, [*tags[1:], None], strict=True):
        line += plain.count("\n", last, tag.start())
        last = tag.start()
        if tag["name"] is None:
            continue
        name = tag["name"].upper()
        value = plain[tag.end() : following.start() if following else None].strip()
        if tag["end"]:
            if name in path:
                closed = path[len(path) - 1 - path[::-1].index(name) :]
                del path[len(path) - len(closed) :]
                notes += _status(answer, line) if name == "STATUS" else []
        elif name in _AGGREGATES and not value:
            path.append(name)
            _begin(name, line, path, statements)
            answer = {} if name == "STATUS" else answer
        elif "STATUS" in path:
            answer[name] = value
        else:
            _keep(name, _text(value), path, statements)
    if path and path[0] == "OFX" and "</OFX>" not in plain.upper():
        raise broken("ofx", line, "the file ends within its OFX element; it may be cut off", SOURCE)
    return statements, notes


def _text(value: str) -> str:
    """Return a value with the entities of XML put back; every other ampersand stays as it is written."""
    return _ENTITY.sub(lambda match: unescape(match[0]).replace("\u00a0", " "), value)


def _status(answer: dict[str, str], line: int) -> list[Finding]:
    if answer.get("SEVERITY", "").upper() not in _FAILED:
        return []
    said = answer.get("MESSAGE", "") or f"status {answer.get('CODE', '?')}"
    return [Finding("ofx.status", f"line {line}", f"Line {line}: the bank says: {said}", Severity.ERROR, SOURCE)]


def _begin(name: str, line: int, path: list[str], statements: list[_Statement]) -> None:
    if name in {"STMTRS", "CCSTMTRS"}:
        statements.append(_Statement(line))
    elif name == "STMTTRN" and statements and "INVSTMTRS" not in path:
        statements[-1].transactions.append(_Transaction(line))


def _keep(name: str, value: str, path: list[str], statements: list[_Statement]) -> None:
    """Keep a value with its nearest aggregate: of the transaction that is open, else of the statement."""
    if not statements or not value or "INVSTMTRS" in path or not {"STMTRS", "CCSTMTRS"} & set(path):
        return
    inside = "STMTTRN" in path
    target = statements[-1].transactions[-1].values if inside else statements[-1].values
    nearest = path[-1] if path[-1] not in {"STMTTRN", "STMTRS", "CCSTMTRS", "BANKTRANLIST"} else ""
    target.setdefault(f"{nearest}.{name}" if nearest else name, value)


def _read(statement: _Statement, number: int, notes: list[Finding]) -> Iterator[Event]:
    values = statement.values
    named = {one.values.get("CURRENCY.CURSYM", "").upper() for one in statement.transactions}
    currency = values.get("CURDEF", "").upper() or (named.pop() if len(named) == 1 else "")
    if currency not in CURRENCIES:
        raise broken("ofx", statement.line, f"the statement's currency (CURDEF) {currency!r} is not known", SOURCE)
    account = values.get("BANKACCTFROM.ACCTID", "") or values.get("CCACCTFROM.ACCTID", "")
    written = values.get("LEDGERBAL.DTASOF", "")[:8]
    findings: list[str] = []
    closing = None
    try:
        closing = _amount(values["LEDGERBAL.BALAMT"], currency) if "LEDGERBAL.BALAMT" in values else None
        closing_on = day_of(written, "YMD", "the day of the balance") if written else None
    except UnreadableError as error:
        findings.append(str(error))
        closing_on = None
    head = identified(
        StatementHead(
            format="OFX",
            statement_id=f"{values.get('DTSTART', '')[:8]}-{values.get('DTEND', '')[:8]}",
            account="".join(account.split()).upper(),
            currency=currency,
            closing=closing,
            closing_on=closing_on,
        )
    )
    book = Book("ofx", head, number, SOURCE)
    yield head
    yield from notes
    for said in findings:
        yield book.finding("balance", statement.line, said)
    for transaction in statement.transactions:
        book.entries += 1
        try:
            yield book.line(_line(transaction, head, book.entries))
        except UnreadableError as error:
            yield book.unreadable(transaction.line, str(error))
    yield from book.end()


def _amount(text: str, currency: str) -> int:
    """Return an amount with point or comma; thousands may be parted by commas before a point."""
    plain = "".join(text.split())
    if _THOUSANDS.fullmatch(plain):
        plain = plain.replace(",", "")
    elif plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    return minor_of(plain, currency, "the amount")


def _line(transaction: _Transaction, head: StatementHead, entry: int) -> Line:
    values = transaction.values
    for needed in ("DTPOSTED", "TRNAMT"):
        if needed not in values:
            raise UnreadableError(f"the transaction has no {needed}")
    booked_on = day_of(values["DTPOSTED"][:8], "YMD", "DTPOSTED")
    available = values.get("DTAVAIL", "")[:8]
    if "CORRECTFITID" in values:
        said = f"it corrects {values['CORRECTFITID']} ({values.get('CORRECTACTION', '')}); decide by hand"
        raise UnreadableError(said)
    name = values.get("PAYEE.NAME", "") or values.get("NAME", "")
    account = values.get("BANKACCTTO.ACCTID", "") or values.get("CCACCTTO.ACCTID", "")
    check = values.get("CHECKNUM", "")
    return Line(
        key="",
        account=head.account,
        amount=_amount(values["TRNAMT"], head.currency),
        currency=head.currency,
        booked_on=booked_on,
        value_on=day_of(available, "YMD", "DTAVAIL") if available else booked_on,
        entry=entry,
        source_line=transaction.line,
        bank_reference=given(values.get("FITID", "")),
        transaction_code=f"OFX-{values.get('TRNTYPE', '').upper()}",
        party=Party(name, account),
        remittance=tuple(dict.fromkeys(one for one in (values.get("MEMO", ""), values.get("REFNUM", "")) if one)),
        information=f"check {check}" if check else "",
    )
