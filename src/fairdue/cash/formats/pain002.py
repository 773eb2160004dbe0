"""pain.002, the bank's answer to a file of direct debits or transfers: what was rejected, and why.

Source: ISO 20022 message definition pain.002.001, versions .02 to .14. A rejected group or batch rejects every payment
in it; that is one value, because the file does not repeat the payments.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from fairdue.cash.formats.camt_fields import UnreadableError, code_of, minor
from fairdue.cash.formats.keys import given
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
    texts,
)
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from fairdue.cash.formats.lines import Readable

SOURCE = "ISO 20022 pain.002"
_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:pain\.002\.001\.(\d{2})")
FIRST_VERSION, LAST_VERSION = 2, 14
_REFUSED = {"RJCT"}


class Level(StrEnum):
    """What an answer is about."""

    GROUP = "group"
    BATCH = "batch"
    PAYMENT = "payment"


@dataclass(frozen=True, slots=True)
class PaymentStatus:
    """One answer. `amount` in minor units of `currency`; `status` and `reason` are codes of ISO 20022."""

    level: Level
    status: str
    message_id: str
    """The message that was sent (OrgnlMsgId)."""
    batch_id: str = ""
    """The batch in it (OrgnlPmtInfId)."""
    end_to_end_id: str = ""
    instruction_id: str = ""
    mandate_id: str = ""
    reason: str = ""
    sentence: str = ""
    amount: int | None = None
    currency: str = ""
    source_line: int = 0

    @property
    def rejected(self) -> bool:
        """The bank refused it."""
        return self.status in _REFUSED


def read_statuses(stream: Readable, limits: Limits | None = None) -> Iterator[PaymentStatus]:
    """Yield every answer of a pain.002 file; refuse another message, a DOCTYPE and a broken file."""
    cut, message, found = 0, "", False
    tags = ("OrgnlGrpInfAndSts", "TxInfAndSts", "OrgnlPmtInfAndSts", "Document")
    for element in stream_elements(stream, tags, limits or Limits()):
        if not cut:
            cut = _version(element.getroottree().getroot())
        name = local_name(element)
        if name == "Document":
            continue
        found = True
        try:
            if name == "OrgnlGrpInfAndSts":
                message = (element.findtext("{*}OrgnlMsgId") or "").strip()
                yield from _group(as_node(element, cut), message, line_of(element))
            elif name == "TxInfAndSts":
                yield _payment(element, cut, message)
                element.clear()
            else:
                yield from _batch(as_node(element, cut), message, line_of(element))
                forget(element)
        except UnreadableError as error:
            line = line_of(element)
            raise refuse("pain002.unreadable", f"line {line}", f"Line {line}: {error}.", SOURCE) from None
    if not found:
        raise refuse("pain002.nothing", "file", "The file contains no answer.", SOURCE)


def _other(namespace: str) -> str:
    """Return what the file is instead of an answer, and where such a file goes."""
    told = namespace.rpartition(":")[2] or "XML without a name"
    where = " It is a bank statement: import it under Statements." if told.startswith("camt.05") else ""
    return f"The file is no answer of the bank (pain.002) but {told}.{where}"


def _version(root: etree._Element) -> int:
    namespace = str(root.tag).rpartition("}")[0].lstrip("{")
    match = _NAMESPACE.fullmatch(namespace)
    if match is None:
        raise refuse("pain002.other_document", "file", _other(namespace), SOURCE)
    if not FIRST_VERSION <= int(match[1]) <= LAST_VERSION:
        raise refuse("pain002.version", "file", f"Version {match[1]} of pain.002 is not known.", SOURCE)
    return len(namespace) + 2


def _reason(node: Node) -> tuple[str, str]:
    """Return (code, sentence) of the first reason."""
    stated = next((one for one in all_of(node, "StsRsnInf") if isinstance(one, dict)), {})
    return code_of(stated, "Rsn"), " ".join(texts(stated, "AddtlInf"))


def _group(node: Node, message: str, line: int) -> Iterator[PaymentStatus]:
    if status := text(node, "GrpSts"):
        reason, sentence = _reason(node)
        yield PaymentStatus(Level.GROUP, status, message, reason=reason, sentence=sentence, source_line=line)


def _batch(node: Node, message: str, line: int) -> Iterator[PaymentStatus]:
    if status := text(node, "PmtInfSts"):
        reason, sentence = _reason(node)
        batch = text(node, "OrgnlPmtInfId")
        yield PaymentStatus(Level.BATCH, status, message, batch, reason=reason, sentence=sentence, source_line=line)


def _payment(element: etree._Element, cut: int, message: str) -> PaymentStatus:
    node = as_node(element, cut)
    parent = element.getparent()
    batch = "" if parent is None else (parent.findtext("{*}OrgnlPmtInfId") or "").strip()
    status = text(node, "TxSts")
    reason, sentence = _reason(node)
    if not status and not reason:
        raise UnreadableError("TxSts", "the payment has neither status nor reason")
    stated = amounts(node, "OrgnlTxRef", "Amt", "InstdAmt") or amounts(node, "OrgnlTxRef", "InstdAmt")
    return PaymentStatus(
        level=Level.PAYMENT,
        status=status or "RJCT",
        message_id=message,
        batch_id=batch,
        end_to_end_id=given(text(node, "OrgnlEndToEndId")),
        instruction_id=given(text(node, "OrgnlInstrId")),
        mandate_id=text(part(node, "OrgnlTxRef"), "MndtRltdInf", "MndtId")
        or text(part(node, "OrgnlTxRef"), "MndtRltdInf", "DrctDbtMndt", "MndtId"),
        reason=reason,
        sentence=sentence,
        amount=minor(stated[0], "InstdAmt") if stated else None,
        currency=stated[0].currency if stated else "",
        source_line=line_of(element),
    )
