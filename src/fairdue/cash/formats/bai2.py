"""BAI2 cash management balance reports of US and Canadian banks.

Source: Bank Administration Institute, Cash Management Balance Reporting Specifications, version 2. Amounts have
implied decimals of their currency. Every level states the sum of its amounts and the number of its records or
parts (49, 98, 99); all of them are checked. An interim report (as-of modifier 1 or 3) is provisional.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from fairdue.cash.formats.book import (
    Book,
    UnreadableError,
    broken,
    day_of,
    decoded,
    identified,
    load,
    numbered,
    whole,
)
from fairdue.cash.formats.keys import given
from fairdue.cash.formats.lines import Event, Line, LineStatus, Party, StatementHead, StatementKind
from fairdue.cash.formats.us_text import told_in
from fairdue.core.findings import Finding, Severity
from fairdue.core.money import CURRENCIES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Readable

SOURCE = "BAI Cash Management Balance Reporting Specifications, version 2"
_MERGED = re.compile(r"/[ \t]+(?=(?:01|02|03|16|49|88|98|99),)")
_INTERIM = {"1", "3"}
_OPENING, _CLOSING = "010", "015"
_RETURNS = {"252", "255", "257", "258", "261", "551", "552", "555", "556", "557", "558", "657", "658"}
"""Detail types of money that comes back: returned items, reversals, returned or rejected ACH."""
_PAID_IN = {f"BAI-{code}" for code in (142, 143, 145, 165, 166, 169, 191, 195, 198, 206, 208, 301, 399)}
"""Detail types of ACH and wire credits, behind which banks write who paid."""
_RETURN_CODE = re.compile(r"\bR[0-9]{2}\b")
_TAG = re.compile(r"([A-Z]{4}): ?(.*)")


@dataclass(slots=True)
class _Record:
    """One logical record: its fields, its continuation lines, the line where it begins."""

    line: int
    code: str
    fields: list[str]
    parts: list[str] = field(default_factory=list)
    count: int = 1
    open: bool = False
    """The last line did not end with a slash: a text may go on."""


@dataclass(slots=True)
class _Level:
    """What a group or file states and what was read in it."""

    line: int
    total: int = 0
    parts: int = 0
    records: int = 0


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes are a BAI2 file header (01,…,2/)."""
    first = start.lstrip(b"\xef\xbb\xbf \r\n").split(b"\n")[0]
    return first.startswith(b"01,") and first.count(b",") >= 7  # noqa: PLR2004 - the fields of the header


def read(stream: Readable) -> Iterator[Event]:
    """Yield one statement for each account of a BAI2 file."""
    text = decoded(load(stream, "bai2"), "bai2", "utf-8", "cp1252", "latin-1")
    found = list(_logical(text))
    if not found or found[0].code != "01":
        raise broken("bai2", 1, "the file does not begin with a file header (01)", SOURCE)
    file, group = _Level(found[0].line, records=1), _Level(0)
    header: list[str] = []
    account: list[_Record] = []
    number = 0
    for record in found[1:]:
        file.records += record.count
        group.records += record.count
        if record.code == "02":
            group, header = _Level(record.line, records=1), record.fields
        elif record.code == "03":
            account = [record]
        elif record.code == "16":
            if not account:
                raise broken("bai2", record.line, "a transaction (16) stands before any account (03)", SOURCE)
            account.append(record)
        elif record.code == "49" and account:
            number += 1
            group.parts += 1
            group.total += _amount(record, 0)
            yield from _account(account, record, header, number)
            account = []
        elif record.code == "98":
            file.parts += 1
            file.total += _amount(record, 0)
            yield from _agree(record, "group", group, ("accounts", group.parts))
        elif record.code == "99":
            yield from _agree(record, "file", file, ("groups", file.parts))
            return
        else:
            raise broken("bai2", record.line, f"record {record.code} is not allowed here", SOURCE)
    raise broken("bai2", found[-1].line, "the file ends without its trailer (99); it may be cut off", SOURCE)


def _logical(text: str) -> Iterator[_Record]:
    """Yield records with their continuations (88); several records on one line are told apart."""
    current: _Record | None = None
    for number, line in numbered(text):
        for piece in _MERGED.sub("/\n", line).split("\n"):
            code, _, rest = piece.strip().partition(",")
            ended = piece.rstrip().endswith("/")
            plain = rest.rstrip().removesuffix("/")
            if code == "88" and current is not None:
                current.parts.append(plain)
                current.count += 1
            elif code in {"01", "02", "03", "16", "49", "98", "99"}:
                if current is not None:
                    yield current
                current = _Record(number, code, plain.split(","))
            elif current is not None and current.code == "16" and current.open:
                current.parts.append(piece.rstrip().removesuffix("/"))
            else:
                raise broken("bai2", number, f"{piece[:30]!r} is no record of BAI2", SOURCE)
            current.open = not ended
    if current is not None:
        yield current


def _amount(record: _Record, at: int) -> int:
    text = record.fields[at].strip() if at < len(record.fields) else ""
    try:
        return _signed(text)
    except UnreadableError as error:
        raise broken("bai2", record.line, str(error), SOURCE) from None


def _signed(text: str) -> int:
    plain = text.strip()
    sign = -1 if plain.startswith("-") else 1
    return sign * whole(plain.lstrip("+-") or "0", "the amount")


def _agree(record: _Record, what: str, level: _Level, counted: tuple[str, int]) -> Iterator[Finding]:
    """Yield an error for each total of a group or file that is not what was read."""
    word, parts = counted
    announced = (_amount(record, 0), _amount(record, 1), _amount(record, 2))
    for name, said, got in zip(("a sum", word, "records"), announced, (level.total, parts, level.records), strict=True):
        if said != got:
            path = f"line {record.line}"
            sentence = f"Line {record.line}: the {what} announces {name} of {said} and contains {got}."
            yield Finding("bai2.totals", path, sentence, Severity.ERROR, SOURCE)


def _account(account: list[_Record], trailer: _Record, group: list[str], number: int) -> Iterator[Event]:
    header = account[0]
    currency = _field(header.fields, 1) or _field(group, 5) or "USD"
    if currency not in CURRENCIES:
        raise broken("bai2", header.line, f"{currency!r} is not a currency of ISO 4217", SOURCE)
    try:
        as_of = day_of(_field(group, 3), "YMD", "the as-of day")
        balances, total = _summaries(header)
    except UnreadableError as error:
        raise broken("bai2", header.line, str(error), SOURCE) from None
    interim = _field(group, 6) in _INTERIM
    head = identified(
        StatementHead(
            format="BAI2 intraday" if interim else "BAI2",
            statement_id=f"{_field(group, 1)}-{_field(group, 3)}",
            account=_field(header.fields, 0).upper(),
            currency=currency,
            opening=balances.get(_OPENING),
            closing=balances.get(_CLOSING),
            opening_on=as_of,
            closing_on=as_of,
            kind=StatementKind.INTRADAY if interim else StatementKind.STATEMENT,
        )
    )
    book = Book("bai2", head, number, SOURCE)
    yield head
    if _field(group, 2) not in {"", "1"}:
        said = "the bank sends it as a deletion, correction or test (group status); compare it with what is there"
        yield book.finding("status", header.line, said, Severity.ERROR)
    debits = 0
    for record in account[1:]:
        book.entries += 1
        try:
            line = _transaction(record, head, as_of)
        except UnreadableError as error:
            yield book.unreadable(record.line, str(error))
            continue
        if line is None:
            yield book.finding("information", record.line, f"no money: {', '.join(_texts(record))!r}", Severity.INFO)
            continue
        total += abs(line.amount)
        debits += max(0, -line.amount)
        keyed = book.line(line._replace(entry=book.entries))
        yield _spoken(keyed, record) if line.transaction_code in _PAID_IN else keyed
    announced = _amount(trailer, 0)
    if announced != total - 2 * debits:
        yield from book.expect_sum("sum", trailer.line, "amounts", announced, total)
    count = sum(record.count for record in account) + 1
    yield from book.expect("records", trailer.line, "records", _amount(trailer, 1), count)
    yield from book.end(proven=True)


def _field(fields: list[str], at: int) -> str:
    return fields[at].strip() if at < len(fields) else ""


def _summaries(header: _Record) -> tuple[dict[str, int], int]:
    """Return the balances and totals of an account by type code, and the sum of all amounts."""
    fields = header.fields[2:] + [one for part in header.parts for one in part.split(",")]
    found: dict[str, int] = {}
    total, at = 0, 0
    while at < len(fields):
        code, amount, funds = _field(fields, at), _field(fields, at + 1), _field(fields, at + 3)
        if amount:
            value = _signed(amount)
            total += value
            found.setdefault(code, value)
        at = _after_funds(fields, at + 4, funds)
    return found, total


def _after_funds(fields: list[str], at: int, funds: str) -> int:
    """Return the place after the parts of a funds type; what is available when is no part of any sum."""
    if funds == "D":
        return at + 1 + 2 * whole(_field(fields, at) or "0", "the number of distributions")
    return at + {"V": 2, "S": 3}.get(funds, 0)


def _transaction(record: _Record, head: StatementHead, as_of: dt.date) -> Line | None:
    """Return the line of a transaction, None where no money moved."""
    fields = record.fields
    code, written, funds = _field(fields, 0), _field(fields, 1), _field(fields, 2)
    at = _after_funds(fields, 3, funds)
    if not written:
        return None
    amount = _signed(written)
    value_on = as_of
    if funds == "V" and _field(fields, 3):
        value_on = day_of(_field(fields, 3), "YMD", "the value day")
    texts = _texts(record)
    told = {match[1]: match[2].strip() for text in texts if (match := _TAG.fullmatch(text))}
    sign = -1 if _is_debit(code) else 1
    returned = code in _RETURNS
    reason = _RETURN_CODE.search(" ".join(texts)) if returned else None
    return Line(
        key="",
        account=head.account,
        amount=sign * amount,
        currency=head.currency,
        booked_on=as_of,
        value_on=value_on,
        status=LineStatus.PENDING if head.kind is StatementKind.INTRADAY else LineStatus.BOOKED,
        source_line=record.line,
        reversal=returned,
        bank_reference=given(_field(fields, at)),
        transaction_code=f"BAI-{code}",
        party=Party(told.get("DBNM" if sign > 0 else "CRNM", ""), told.get("DACT" if sign > 0 else "CACT", "")),
        remittance=tuple(texts),
        end_to_end_id=given(told.get("EREF", "")) or given(_field(fields, at + 1)),
        return_code=(reason[0] if reason else "NARR") if returned else "",
    )


def _spoken(line: Line, record: _Record) -> Line:
    """Return a line with its payer and what he says apart from the bank's words; its key is that of the whole text."""
    told = None if line.party.name else told_in(_pieces(record))
    if told is None:
        return line
    whole = " ".join(line.remittance)
    return line._replace(party=Party(told.payer, told.account), remittance=told.says, information=whole)


def _is_debit(code: str) -> bool:
    """Tell by the type code: 400 to 699 and 960 to 999 are debits, 100 to 399 and 900 to 959 credits."""
    number = whole(code, "the type code")
    if 400 <= number <= 699 or 960 <= number <= 999:  # noqa: PLR2004 - the ranges of the standard
        return True
    if 100 <= number <= 399 or 900 <= number <= 959:  # noqa: PLR2004 - the ranges of the standard
        return False
    raise UnreadableError(f"type {code} is neither credit nor debit")


def _pieces(record: _Record) -> list[str]:
    """Return the text of a transaction as it is cut, with the blanks at the cuts."""
    start = _after_funds(record.fields, 3, _field(record.fields, 2)) + 2
    pieces = [",".join(record.fields[start:]), *record.parts]
    return [pieces[0].lstrip(), *pieces[1:]]


def _texts(record: _Record) -> list[str]:
    """Return the text of a transaction: the last field, which may hold commas, and every continuation."""
    start = _after_funds(record.fields, 3, _field(record.fields, 2)) + 2
    first = ",".join(record.fields[start:]).strip()
    return [text for text in (first, *(part.strip() for part in record.parts)) if text]
