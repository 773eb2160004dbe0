"""camt.056, the request of a bank for a payment back (FIToFIPaymentCancellationRequest); and camt.029, the answer.

Source: ISO 20022 message definitions camt.056.001 (versions .01 to .11) and camt.029.001.09; reasons of a negative
answer as in the European Payments Council's SCT rulebook (EPC125-05): LEGL, CUST, NOAS, AC04, AM04, ARDT, NOOR. The
answer is written in the element order of the message definition; no schema of camt.029 is here, so it is not checked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from lxml import etree

from fairdue.cash.formats.camt_fields import UnreadableError, code_of, minor
from fairdue.cash.formats.keys import given
from fairdue.cash.formats.xml import (
    Limits,
    Node,
    all_of,
    amounts,
    as_node,
    line_of,
    local_name,
    part,
    stream_elements,
    text,
    texts,
)
from fairdue.core.findings import refuse
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.cash.formats.lines import Readable

SOURCE = "ISO 20022 camt.056"
_NAMESPACE = re.compile(r"urn:iso:std:iso:20022:tech:xsd:camt\.056\.001\.(\d{2})")
_ANSWER = "urn:iso:std:iso:20022:tech:xsd:camt.029.001.09"
REFUSALS = {
    "CUST": "the customer decided against it",
    "NOAS": "the customer did not answer",
    "LEGL": "legal reasons",
    "AC04": "the account is closed",
    "AM04": "there is not enough money",
    "ARDT": "it was returned already",
    "NOOR": "the original payment was never received",
}
"""Why a request is refused, by the code of the answer."""


@dataclass(frozen=True, slots=True)
class RecallRequest:
    """One payment that a bank asks back; `amount` in minor units of `currency`."""

    message_id: str
    asked_by: str
    asked_of: str
    amount: int
    currency: str
    case_id: str = ""
    cancellation_id: str = ""
    original_message: str = ""
    original_kind: str = ""
    end_to_end_id: str = ""
    transaction_id: str = ""
    settled_on: date | None = None
    payer: str = ""
    account: str = ""
    """Ours, on which the payment came."""
    code: str = ""
    words: str = ""
    source_line: int = 0


def read_recalls(stream: Readable, limits: Limits | None = None) -> Iterator[RecallRequest]:
    """Yield every payment that a camt.056 file asks back; refuse another message, a DOCTYPE and a broken file."""
    cut, head, found = 0, {}, False
    for element in stream_elements(stream, ("Assgnmt", "TxInf", "Document"), limits or Limits()):
        if not cut:
            cut = _cut(element.getroottree().getroot())
        name = local_name(element)
        try:
            if name == "Assgnmt":
                head = _head(as_node(element, cut))
            elif name == "TxInf":
                found = True
                yield _request(element, cut, head)
                element.clear()
        except UnreadableError as error:
            line = line_of(element)
            raise refuse("camt056.unreadable", f"line {line}", f"Line {line}: {error}.", SOURCE) from None
    if not found:
        raise refuse("camt056.nothing", "file", "The file asks for no payment.", SOURCE)


def _cut(root: etree._Element) -> int:
    namespace = str(root.tag).rpartition("}")[0].lstrip("{")
    if not _NAMESPACE.fullmatch(namespace):
        told = namespace.rpartition(":")[2] or "XML without a name"
        raise refuse("camt056.other_document", "file", f"The file is no camt.056 (a recall) but {told}.", SOURCE)
    return len(namespace) + 2


def _head(node: Node) -> dict[str, str]:
    return {"message_id": text(node, "Id"), "asked_by": _agent(node, "Assgnr"), "asked_of": _agent(node, "Assgne")}


def _agent(node: Node, role: str) -> str:
    """Return an agent by its BIC, else by its name."""
    bank = part(node, role, "Agt", "FinInstnId")
    return text(bank, "BICFI") or text(bank, "BIC") or text(bank, "Nm") or text(node, role, "Pty", "Nm")


def _request(element: etree._Element, cut: int, head: dict[str, str]) -> RecallRequest:
    node = as_node(element, cut)
    stated = amounts(node, "OrgnlIntrBkSttlmAmt") or amounts(node, "OrgnlTxRef", "IntrBkSttlmAmt")
    if not stated:
        raise UnreadableError("OrgnlIntrBkSttlmAmt", "the request does not say which amount")
    reason = next((one for one in all_of(node, "CxlRsnInf") if isinstance(one, dict)), {})
    origin = part(node, "OrgnlTxRef")
    return RecallRequest(
        **head, amount=minor(stated[0], "OrgnlIntrBkSttlmAmt"), currency=stated[0].currency,
        case_id=text(node, "Case", "Id"), cancellation_id=text(node, "CxlId"),
        original_message=text(node, "OrgnlGrpInf", "OrgnlMsgId"),
        original_kind=text(node, "OrgnlGrpInf", "OrgnlMsgNmId"),
        end_to_end_id=given(text(node, "OrgnlEndToEndId")), transaction_id=given(text(node, "OrgnlTxId")),
        settled_on=_day(text(node, "OrgnlIntrBkSttlmDt")),
        payer=text(origin, "Dbtr", "Pty", "Nm") or text(origin, "Dbtr", "Nm"),
        account=text(origin, "CdtrAcct", "Id", "IBAN"), code=code_of(reason, "Rsn"),
        words=" ".join(texts(reason, "AddtlInf")), source_line=line_of(element),
    )  # fmt: skip


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise UnreadableError("OrgnlIntrBkSttlmDt", f"{said!r} is no day") from None


@dataclass(frozen=True, slots=True)
class RecallAnswer:
    """What is answered: `refusal` is a code of `REFUSALS`, empty where the payment may go back."""

    request: RecallRequest
    answer_id: str
    at: datetime
    answered_by: str
    refusal: str = ""
    note: str = ""


def write_answer(one: RecallAnswer) -> bytes:
    """Return the answer to a request as camt.029.001.09."""
    asked, refused = one.request, bool(one.refusal)
    names: dict[Any, str] = {None: _ANSWER}
    root = etree.Element(f"{{{_ANSWER}}}Document", nsmap=names)
    body = _add(root, "RsltnOfInvstgtn")
    head = _add(body, "Assgnmt")
    _add(head, "Id", one.answer_id)
    _bank(head, "Assgnr", asked.asked_of)
    _bank(head, "Assgne", asked.asked_by)
    _add(head, "CreDtTm", one.at.replace(microsecond=0, tzinfo=None).isoformat())
    if asked.case_id:
        case = _add(body, "RslvdCase")
        _add(case, "Id", asked.case_id)
        _bank(case, "Cretr", asked.asked_by)
    _add(_add(body, "Sts"), "Conf", "RJCR" if refused else "CNCL")
    status = _add(_add(body, "CxlDtls"), "TxInfAndSts")
    if asked.cancellation_id:
        _add(status, "CxlStsId", asked.cancellation_id)
    if asked.original_message:
        group = _add(status, "OrgnlGrpInf")
        _add(group, "OrgnlMsgId", asked.original_message)
        _add(group, "OrgnlMsgNmId", asked.original_kind or "pacs.008")
    for name, value in (("OrgnlEndToEndId", asked.end_to_end_id), ("OrgnlTxId", asked.transaction_id)):
        if value:
            _add(status, name, value)
    _add(status, "TxCxlSts", "RJCR" if refused else "ACCR")
    if refused:
        reason = _add(status, "CxlStsRsnInf")
        _add(_add(reason, "Orgtr"), "Nm", one.answered_by[:140])
        _add(_add(reason, "Rsn"), "Cd", one.refusal)
        for start in range(0, len(one.note[:210]), 105):
            _add(reason, "AddtlInf", one.note[start : start + 105])
    _amount(status, asked)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _amount(status: etree._Element, asked: RecallRequest) -> None:
    money = _add(status, "OrgnlTxRef")
    amount = _add(money, "IntrBkSttlmAmt", str(decimal_of(asked.amount, asked.currency)))
    amount.set("Ccy", asked.currency)
    if asked.settled_on:
        _add(money, "IntrBkSttlmDt", asked.settled_on.isoformat())


def _bank(parent: etree._Element, role: str, said: str) -> None:
    bank = _add(_add(_add(parent, role), "Agt"), "FinInstnId")
    bic = re.fullmatch(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?", said)
    _add(bank, "BICFI" if bic else "Nm", said or "not stated")


def _add(parent: etree._Element, name: str, value: str = "") -> etree._Element:
    child = etree.SubElement(parent, f"{{{_ANSWER}}}{name}")
    if value:
        child.text = value
    return child
