"""Advices in e-mails: every attachment that is one, and the text of the message itself."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from email.utils import parseaddr, parsedate_to_datetime
from typing import TYPE_CHECKING

from fairdue.cash.formats.lines import Party
from fairdue.cash.formats.remittance.written import of_html, of_text
from fairdue.core.findings import Finding, RefusedError, Severity, refuse

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage, MIMEPart

    from fairdue.cash.formats.remittance.model import Remittance

    type Read = Callable[[bytes, str, int], tuple[Remittance, ...]]

_MOST_PARTS = 50
_HEADERS = (b"from:", b"to:", b"subject:", b"date:", b"received:", b"message-id:", b"return-path:", b"mime-version:")


def sniff(content: bytes, name: str) -> bool:
    """Tell whether the bytes begin with at least two headers of a message."""
    if name.lower().endswith(".eml"):
        return True
    start = content[:4096].lower().replace(b"\r\n", b"\n")
    return sum(start.startswith(header) or b"\n" + header in start for header in _HEADERS) > 1


def read(content: bytes, depth: int, inner: Read) -> tuple[Remittance, ...]:
    """Return the advices of a message: of its attachments, else of its text; `inner` reads an attachment."""
    try:
        return _read(email.message_from_bytes(content, policy=email.policy.default), depth, inner)
    except (LookupError, ValueError, TypeError, AttributeError, RecursionError) as error:
        # The library of the language raises whatever it meets in headers and parts that nobody should write.
        raise refuse("remittance.broken", "file", f"The message is damaged and cannot be read ({error}).") from error


def _read(message: EmailMessage, depth: int, inner: Read) -> tuple[Remittance, ...]:
    found: list[Remittance] = []
    findings: list[Finding] = []
    for name, data in _attachments(message):
        try:
            found += inner(data, name, depth + 1)
        except RefusedError as refused:
            first = refused.findings[0]
            sentence = f"The attachment {name} is not read: {first.message}"
            findings.append(Finding(first.code, name, sentence, Severity.WARNING))
    body = _body(message)
    told = body is not None and any(one.lines and _numbers(body) <= _numbers(one) for one in found)
    if body is not None and not told and (body.lines or not found):
        found.append(body)
    found.sort(key=lambda one: not one.lines)
    payer, day = _sender(message), _day(message)
    return tuple(
        replace(
            one,
            payer=one.payer if one.payer.name else payer,
            paid_on=one.paid_on or day,
            findings=(*one.findings, *(findings if at == 0 else ())),
        )
        for at, one in enumerate(found)
    )


def _numbers(one: Remittance) -> set[str]:
    return {line.number for line in one.lines}


def _attachments(message: EmailMessage) -> Iterator[tuple[str, bytes]]:
    for at, part in enumerate(message.iter_attachments()):
        if at >= _MOST_PARTS:
            return
        if part.get_content_type() == "message/rfc822":
            yield part.get_filename() or "message.eml", part.get_content().as_bytes()
        else:
            payload = part.get_payload(decode=True)
            yield part.get_filename() or f"part {at + 1}", payload if isinstance(payload, bytes) else b""


def _body(message: EmailMessage) -> Remittance | None:
    page, plain = (_content(message.get_body(preferencelist=(kind,))) for kind in ("html", "plain"))
    read = of_html(page) if page is not None else None
    if read is not None and (read.lines or plain is None):
        return read
    return of_text(plain, "e-mail") if plain is not None else None


def _content(part: MIMEPart | None) -> str | None:
    """Return the text of a part; none where there is no part, or one in a character set that nobody knows."""
    try:
        return None if part is None else str(part.get_content())
    except (LookupError, ValueError):
        return None


def _sender(message: EmailMessage) -> Party:
    """Return the sender: a name to compare, never proof of who pays."""
    name, address = parseaddr(str(message.get("From", "")))
    return Party(name or address)


def _day(message: EmailMessage) -> dt.date | None:
    try:
        written = message.get("Date")
        return parsedate_to_datetime(str(written)).date() if written else None
    except (ValueError, OverflowError):
        return None
