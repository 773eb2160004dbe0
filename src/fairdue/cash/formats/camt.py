"""camt.052, .053 and .054, the ISO 20022 bank-to-customer messages, versions .02 to .14, read as a stream.

Source: ISO 20022 message definitions camt.052.001.02 ... camt.054.001.14. The statement (053) is the books of the
bank; the notification (054) tells booked entries, often with details that the statement lacks; the intraday
report (052) is provisional: none of its lines is money before the statement has it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairdue.cash.formats.camt_entry import Entry, read_entry
from fairdue.cash.formats.camt_fields import UnreadableError, account_of, code_of, date_of, minor, signed
from fairdue.cash.formats.camt_sums import Sums
from fairdue.cash.formats.keys import TwinCounter, statement_identity
from fairdue.cash.formats.lines import Event, Line, LineStatus, StatementHead, StatementKind, StatementTail
from fairdue.cash.formats.xml import (
    Limits,
    Node,
    all_of,
    amounts,
    as_node,
    forget,
    line_of,
    local_name,
    part,
    stream_elements,
    text,
)
from fairdue.core.findings import Finding, Severity, refuse
from fairdue.core.money import CURRENCIES, decimal_of

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from lxml import etree

    from fairdue.cash.formats.lines import Readable

_NAMESPACE = re.compile(
    r"(?:urn:iso:std:iso:20022:tech:xsd:|(?P<austrian>ISO:))(?P<message>camt\.\d{3})\.001\.(?P<version>\d{2})"
    r"(?(austrian):APC:STUZZA:payments:\d{3})"
)
"""That of ISO 20022, or that under which Austrian banks sent the same message in their old scheme."""
FIRST_VERSION, LAST_VERSION = 2, 14
_OPENING, _CLOSING = ("OPBD", "PRCD"), ("CLBD",)
_STATEMENTS = {"Stmt": "camt.053", "Rpt": "camt.052", "Ntfctn": "camt.054"}
"""The element that is one statement of each message."""
KINDS = {
    "camt.052": StatementKind.INTRADAY, "camt.053": StatementKind.STATEMENT, "camt.054": StatementKind.NOTIFICATION,
}  # fmt: skip
SOURCE = "ISO 20022 camt.052/053/054"


def sniff(start: bytes) -> bool:
    """Tell whether the first bytes of a file look like XML that no other format claims."""
    return start.lstrip(b"\xef\xbb\xbf \r\n\t").startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<"))


def read(stream: Readable, limits: Limits | None = None) -> Iterator[Event]:
    """Yield the events of every statement, report or notification of a camt file, in the file's order.

    What stands around a message (a bank's envelope with a business header) is passed over; one may hold several.
    """
    reader: _Statement | None = None
    cut, number, message = 0, 0, ""
    for element in stream_elements(stream, ("GrpHdr", "Ntry", *_STATEMENTS, "Document"), limits or Limits()):
        if not message:
            message, cut = _version(element)
        name = local_name(element)
        if name == "Document":
            message = ""
        if name not in {"Ntry", *_STATEMENTS}:
            continue
        if reader is None:
            number += 1
            reader = _Statement(message, number, cut)
        if name == "Ntry":
            if not reader.begun:
                yield from reader.begin(element.getparent())
            yield from reader.entry(element)
        else:
            yield from reader.begin(element)
            yield from reader.end()
            reader = None
        forget(element)
    if not number:
        raise refuse("camt.no_statement", "file", "The file contains no statement (Stmt, Rpt or Ntfctn).", SOURCE)


def _version(element: etree._Element) -> tuple[str, int]:
    """Return the message that an element is of, with the length of the namespace in its tag; refuse another one."""
    namespace = str(element.tag).rpartition("}")[0].lstrip("{")
    match = _NAMESPACE.fullmatch(namespace)
    if match is None:
        raise refuse("camt.other_document", "file", f"The file is no ISO 20022 camt message: {namespace!r}.")
    message, version = match["message"], match["version"]
    if message not in KINDS:
        said = f"The file is a {message}; statements are camt.053, notifications camt.054, intraday reports camt.052."
        raise refuse("camt.not_a_statement", "file", said, SOURCE)
    if not FIRST_VERSION <= int(version) <= LAST_VERSION:
        raise refuse("camt.version", "file", f"Version {version} of {message} is not known.", SOURCE)
    return f"{message}.001.{version}", len(namespace) + 2


class _Statement:
    """Reads one Stmt: the head before its first entry, then entries, then the sums."""

    def __init__(self, message: str, number: int, cut: int) -> None:
        self._message, self._number, self._cut = message, number, cut
        self._kind = KINDS[message[:8]]
        self._head: StatementHead | None = None
        self._summary: Node = {}
        self._entries = self._booked = self._held_back = self._unchecked = 0
        self._sums = Sums()
        self._twins = TwinCounter("")
        self._day: dt.date | None = None

    @property
    def begun(self) -> bool:
        """Whether the head has been read."""
        return self._head is not None

    def begin(self, statement: etree._Element | None) -> Iterator[Event]:
        """Yield the head once, from everything that stands before the first entry."""
        if self._head is not None or statement is None:
            return
        node = as_node(statement, self._cut)
        self._summary = part(node, "TxsSummry")
        self._head, findings = self._read_head(node)
        self._day = self._head.closing_on or self._created(node, findings)
        self._twins = TwinCounter(self._head.identity)
        yield self._head
        yield from findings

    def _read_head(self, node: Node) -> tuple[StatementHead, list[Finding]]:
        account = part(node, "Acct")
        findings: list[Finding] = []
        opening, opening_on = self._balance(node, _OPENING, findings)
        closing, closing_on = self._balance(node, _CLOSING, findings)
        named = text(account, "Ccy")
        if named and named not in CURRENCIES:
            said = f"the account's currency {named!r} is none of ISO 4217; that of the balances is taken"
            findings.append(self._finding("account.currency", said, Severity.ERROR))
        currency = named if named in CURRENCIES else (opening or closing or ("", 0))[0]
        if opening and closing and opening[0] != closing[0]:
            findings.append(self._finding("balance.currencies", "opening and closing balance differ in currency"))
            opening = closing = None
        number = account_of(account)
        if not number:
            self._unchecked += 1
            said = "the statement does not name its account"
            findings.append(self._finding("account.missing", said, Severity.ERROR))
        sequence = text(node, "ElctrncSeqNb") or text(node, "LglSeqNb")
        name = f"{text(node, 'Id')}/{sequence}"
        sums = (opening[1] if opening else None, closing[1] if closing else None)
        head = StatementHead(
            format=self._message,
            statement_id=text(node, "Id"),
            account=number,
            currency=currency,
            sequence=sequence,
            opening=sums[0],
            closing=sums[1],
            opening_on=opening_on,
            closing_on=closing_on,
            owner=text(account, "Ownr", "Nm"),
            identity=statement_identity(number, *sums, closing_on, name),
            kind=self._kind,
        )
        return head, findings

    def _created(self, node: Node, findings: list[Finding]) -> dt.date | None:
        """Return the day on which the message was made."""
        try:
            return date_of(node, "CreDtTm")
        except UnreadableError as error:
            findings.append(self._finding("created.unreadable", f"its day is unreadable: {error}"))
            return None

    def _balance(
        self, node: Node, codes: tuple[str, ...], findings: list[Finding]
    ) -> tuple[tuple[str, int] | None, dt.date | None]:
        for balance in all_of(node, "Bal"):
            if isinstance(balance, dict) and code_of(part(balance, "Tp"), "CdOrPrtry") in codes:
                try:
                    amount = amounts(balance, "Amt")[0]
                    value = signed(minor(amount, "Bal/Amt"), text(balance, "CdtDbtInd"), "Bal/CdtDbtInd")
                    return (amount.currency, value), date_of(balance, "Dt")
                except (UnreadableError, IndexError) as error:
                    findings.append(self._finding("balance.unreadable", f"a balance is unreadable: {error}"))
        return None, None

    def entry(self, element: etree._Element) -> Iterator[Event]:
        """Yield the lines of one entry, or the finding that says why it cannot be read."""
        self._entries += 1
        line = line_of(element)
        head = self._head
        assert head is not None
        try:
            entry = read_entry(as_node(element, self._cut), head.account, self._entries, line, self._day)
        except UnreadableError as error:
            self._unchecked += 1
            yield self._entry_finding("entry.unreadable", f"not imported: {error}", line, Severity.ERROR)
            return
        yield from self._checked(entry, line)
        for found in entry.lines:
            provisional = self._kind is StatementKind.INTRADAY and found.status is LineStatus.BOOKED
            taken = found._replace(status=LineStatus.PENDING) if provisional else found
            yield Line(self._key(taken), *taken[1:])

    def _checked(self, entry: Entry, line: int) -> Iterator[Finding]:
        head = self._head
        self._sums.add(entry.whole.amount, entry.whole.currency)
        if head is not None and head.currency and entry.whole.currency != head.currency:
            self._unchecked += 1
            said = f"its currency is {entry.whole.currency} and the account's {head.currency}"
            yield self._entry_finding("entry.currency", said, line, Severity.WARNING)
        elif entry.whole.status is LineStatus.BOOKED:
            self._booked += entry.whole.amount
        if entry.whole.status is not LineStatus.BOOKED:
            self._held_back += 1
            said = f"the bank has not booked it ({entry.whole.status}); it is held back"
            yield self._entry_finding("entry.not_booked", said, line, Severity.INFO)
        if entry.trouble:
            yield self._entry_finding("entry.details", entry.trouble, line, Severity.WARNING)

    def _key(self, line: Line) -> str:
        texts = "\n".join([*line.remittance, *[reference.value for reference in line.references]])
        return self._twins.key(
            line.bank_reference,
            line.account,
            line.booked_on,
            line.amount,
            line.currency,
            line.kind,
            line.status is LineStatus.BOOKED,
            line.end_to_end_id,
            line.party.account,
            line.party.name,
            texts,
        )

    def end(self) -> Iterator[Event]:
        """Yield the findings of the sums, then the tail."""
        head = self._head
        assert head is not None
        summary = tuple(self._summary_findings())
        wrong = [*self._balance_findings(head), *summary]
        yield from wrong
        balanced = head.opening is not None and head.closing is not None
        proven = balanced or (self._kind is not StatementKind.STATEMENT and self._sums.stated(self._summary))
        yield StatementTail(
            head.statement_id, self._entries, self._booked, self._held_back,
            complete=proven and not self._unchecked and not any(one.severity is not Severity.INFO for one in wrong),
        )  # fmt: skip

    def _balance_findings(self, head: StatementHead) -> Iterator[Finding]:
        if head.opening is None or head.closing is None:
            if self._kind is StatementKind.STATEMENT:
                said = "opening or closing balance is missing, so the entries cannot be checked against them"
                yield self._finding("balance.missing", said, Severity.INFO)
        elif head.opening + self._booked != head.closing:
            gap = head.closing - head.opening - self._booked
            parts = (head.opening, self._booked, head.closing, abs(gap))
            shown = [f"{decimal_of(part_, head.currency)} {head.currency}" for part_ in parts]
            said = (
                f"opening {shown[0]} + booked entries {shown[1]} is not closing {shown[2]}; {shown[3]} is unexplained"
            )
            intraday = self._kind is StatementKind.INTRADAY
            yield self._finding("balance.mismatch", said, Severity.WARNING if intraday else Severity.ERROR)

    def _summary_findings(self) -> Iterator[Finding]:
        for code, sentence in self._sums.differences(self._summary):
            yield self._finding(f"summary.{code}", sentence, Severity.ERROR)

    def _finding(self, code: str, message: str, severity: Severity = Severity.WARNING) -> Finding:
        path = f"statement {self._number}"
        return Finding(f"camt.{code}", path, f"{path.capitalize()}: {message}.", severity, SOURCE)

    def _entry_finding(self, code: str, message: str, line: int, severity: Severity) -> Finding:
        path = f"statement {self._number}, entry {self._entries}, line {line}"
        return Finding(f"camt.{code}", path, f"{path.capitalize()}: {message}.", severity, SOURCE)
