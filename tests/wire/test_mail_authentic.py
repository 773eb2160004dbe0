"""DKIM signatures that the other side verifies, and delivery reports in the form of RFC 3464 (written by hand)."""

from __future__ import annotations

from uuid import UUID

import dkim
import pytest
from django.test import override_settings
from tests.smtp import sink

from fairdue.core.mailauth.dkim import record_of
from fairdue.foundation.mail import signing
from fairdue.foundation.mail.bounces import envelope_for, read_report
from fairdue.foundation.mail.signing import Key, Message, key_for, make_key

TOKEN = UUID("0190a8b0-0000-7000-8000-000000000001")
PRIVATE, PUBLIC = make_key()
KEY = Key("nordwind.example", "fairdue", PRIVATE)
DSN = f"""From: MAILER-DAEMON@mx.example
To: bounce+{TOKEN.hex}@mail.example
Subject: Undelivered Mail
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B"

--B
Content-Type: text/plain

Sorry.
--B
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; ap@kaufmann.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 no such
 user here
--B
Content-Type: message/rfc822

Message-ID: <abc@fairdue.example>
Subject: Invoice

Text
--B--
"""


def sent(message, port):
    options = {"host": "127.0.0.1", "port": port}
    mailer = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": options}
    with override_settings(MAILERS={"default": mailer}):
        message.send()


def message(**more):
    return Message(
        "Rechnung für März – Größe", "Guten Tag,\n\nanbei die Rechnung.\n.\nGrüße\n" + "x" * 2000,
        "Nordwind <ar@nordwind.example>", ["ap@kaufmann.example"],
        headers={"Message-ID": "<1@nordwind.example>"}, **more,
    )  # fmt: skip


class Keeper:
    """An SMTP side that keeps the very bytes, for a signature is over bytes."""

    def __init__(self):
        self.raw, self.sender = b"", ""

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - aiosmtpd's name
        self.raw, self.sender = envelope.original_content, envelope.mail_from
        return "250 taken"


@pytest.fixture
def server():
    from aiosmtpd.controller import Controller

    keeper = Keeper()
    with sink() as (_, port):
        pass
    controller = Controller(keeper, hostname="127.0.0.1", port=port)
    controller.start()
    yield keeper, port
    controller.stop()


def dns_of(public):
    return lambda name, timeout=5: (
        record_of(public).encode() if name.startswith(b"fairdue._domainkey.nordwind") else b""
    )


def test_the_signature_on_the_wire_is_verified_by_the_record_in_the_dns(server):
    keeper, port = server
    one = message(key=KEY, envelope=envelope_for("bounce@mail.example", TOKEN))
    one.attach("rechnung.pdf", b"%PDF-1.7 \x00\xff" * 50, "application/pdf")
    one.attach_alternative("<p>Grüße</p>", "text/html")
    sent(one, port)
    assert b"DKIM-Signature" in keeper.raw
    assert dkim.verify(keeper.raw, dnsfunc=dns_of(PUBLIC))
    assert not dkim.verify(keeper.raw.replace(b"Nordwind", b"Nordwiid"), dnsfunc=dns_of(PUBLIC))
    assert not dkim.verify(keeper.raw, dnsfunc=dns_of(make_key()[1]))
    assert keeper.sender == f"bounce+{TOKEN.hex}@mail.example"
    assert b"From: Nordwind <ar@nordwind.example>" in keeper.raw


def test_without_a_key_nothing_is_signed(server):
    keeper, port = server
    sent(message(), port)
    assert b"DKIM-Signature" not in keeper.raw
    assert keeper.sender == "ar@nordwind.example"


@pytest.mark.parametrize(
    ("sender", "found"),
    [("ar@nordwind.example", True), ("Nordwind <ar@mail.nordwind.example>", True), ("ar@other.example", False),
     ("ar@evilnordwind.example", False)],
)  # fmt: skip
def test_a_key_signs_for_its_own_domain_only(monkeypatch, sender, found):
    monkeypatch.setattr(signing, "_FINDERS", [lambda _ctx, _creditor: KEY])
    assert (key_for(None, TOKEN, sender) is KEY) is found


def test_a_report_names_the_message_the_recipient_and_the_reason():
    report = read_report(DSN.encode())
    assert (report.tokens, report.message_id) == ((TOKEN,), "<abc@fairdue.example>")
    [fate] = report.fates
    assert (fate.recipient, fate.action, fate.status) == ("ap@kaufmann.example", "failed", "5.1.1")
    assert fate.detail == "550 5.1.1 no such user here"
    assert fate.permanent


@pytest.mark.parametrize(
    ("action", "status", "permanent"),
    [("failed", "5.1.1", True), ("failed", "4.4.7", False), ("delayed", "4.2.2", False), ("delivered", "2.0.0", False),
     ("failed", "unknown", True)],
)  # fmt: skip
def test_what_passes_is_not_a_bounce(action, status, permanent):
    text = DSN.replace("Action: failed", f"Action: {action}").replace("Status: 5.1.1", f"Status: {status}")
    [fate] = read_report(text.encode()).fates
    assert fate.permanent is permanent


def test_headers_alone_are_enough_to_find_the_message():
    text = DSN.replace("message/rfc822", "text/rfc822-headers")
    assert read_report(text.encode()).message_id == "<abc@fairdue.example>"


@pytest.mark.parametrize("content", [b"", b"Subject: away\n\nI am on holiday.", b"\xff\xfe\x00", DSN[:200].encode()])
def test_what_is_no_report_is_none_or_empty(content):
    report = read_report(content)
    assert report is None or not report.fates
