"""Mail that comes back: addresses that say which message bounced (VERP), and delivery reports (RFC 3464)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email import message_from_bytes, policy
from typing import TYPE_CHECKING
from uuid import UUID

if TYPE_CHECKING:
    from email.message import EmailMessage

_TOKEN = re.compile(r"\+([0-9a-f]{32})@")
_ADDRESSED = ("To", "Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To")
UNREADABLE = (LookupError, ValueError, TypeError, AttributeError, RecursionError)
"""What the library of the language raises for headers and parts that nobody should write."""
_STATUS = re.compile(r"\b([245])\.\d{1,3}\.\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a message at one recipient: failed, delayed, delivered, relayed or expanded (RFC 3464 § 2.3.3)."""

    recipient: str
    action: str
    status: str
    """Enhanced status (RFC 3463), as 5.1.1; empty where the report has none."""
    detail: str

    @property
    def permanent(self) -> bool:
        """Whether it came back for good; a status of 4.x.x is a passing trouble even under `failed`."""
        return self.action == "failed" and not self.status.startswith("4")


@dataclass(frozen=True, slots=True)
class Report:
    """A delivery report: which of our messages, and its fate at each recipient."""

    tokens: tuple[UUID, ...]
    """Ids in the address that it came to."""
    message_id: str
    """Message-ID of the message that it is about, where it brings its header along."""
    fates: tuple[Fate, ...]


def envelope_for(base: str, token: UUID) -> str:
    """Return the bounce address of one message: `bounce@mail.example` → `bounce+<id>@mail.example`."""
    local, _, domain = base.partition("@")
    return f"{local}+{token.hex}@{domain}"


def read_report(content: bytes) -> Report | None:
    """Read a mail as a delivery report; none where it is no report (an answer of a person, a notice of absence).

    A mail that nobody should write, such as one of a thousand mails within one another, is none either.
    """
    try:
        return _report(message_from_bytes(content, policy=policy.default))
    except UNREADABLE:
        return None


def _report(mail: EmailMessage) -> Report | None:
    statuses = [part for part in mail.walk() if part.get_content_type() == "message/delivery-status"]
    if not statuses:
        return None
    fates = [fate for status in statuses for block in _blocks(status) if (fate := _fate(block))]
    addressed = " ".join(str(value) for name in _ADDRESSED for value in mail.get_all(name, []))
    tokens = tuple(dict.fromkeys(UUID(found) for found in _TOKEN.findall(addressed.lower())))
    return Report(tokens, _about(mail), tuple(fates))


def _blocks(status: EmailMessage) -> list[EmailMessage]:
    payload = status.get_payload()
    return [block for block in payload if not isinstance(block, str)] if isinstance(payload, list) else []  # type: ignore[misc]


def _fate(block: EmailMessage) -> Fate | None:
    recipient = str(block.get("Final-Recipient") or block.get("Original-Recipient") or "")
    action = str(block.get("Action") or "").strip().lower()
    if not recipient or not action:
        return None
    given = _STATUS.search(str(block.get("Status") or ""))
    said = " ".join(str(block.get("Diagnostic-Code") or "").partition(";")[2].split())
    return Fate(recipient.rpartition(";")[2].strip(), action, given[0] if given else "", said[:400])


def _about(mail: EmailMessage) -> str:
    for part in mail.walk():
        if part.get_content_type() in {"message/rfc822", "text/rfc822-headers"}:
            inner = part.get_payload()
            if isinstance(inner, list) and inner and not isinstance(inner[0], str):
                return str(inner[0].get("Message-ID", "")).strip()
            found = re.search(r"^Message-ID:\s*(<[^>]+>)", str(inner), re.IGNORECASE | re.MULTILINE)
            return found[1] if found else ""
    return ""
