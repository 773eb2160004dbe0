"""Messages that no program should write: an advice is read as far as it goes, or refused in words; nothing breaks."""

from __future__ import annotations

import random
from contextlib import suppress

import pytest

from fairdue.cash.formats.remittance import read_remittance
from fairdue.core.findings import RefusedError
from fairdue.foundation.mail.bounces import read_report

MESSAGE = b"""From: =?utf-8?q?K=C3=A4ufer?= <a@b.example>
To: x@y.example
Subject: Zahlungsavis
Date: Mon, 02 Mar 2026 10:00:00 +0100
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b"

--b
Content-Type: multipart/alternative; boundary="c"

--c
Content-Type: text/plain; charset="utf-8"
Content-Transfer-Encoding: quoted-printable

Rechnung RE-1 119,00 EUR
--c
Content-Type: text/html; charset="iso-8859-1"
Content-Transfer-Encoding: base64

PHRhYmxlPjx0cj48dGQ+UkUtMTwvdGQ+PHRkPjExOSwwMDwvdGQ+PC90cj48L3RhYmxlPg==
--c--
--b
Content-Type: text/csv; name="a.csv"
Content-Disposition: attachment; filename*=utf-8''a%C3%A4.csv

Rechnung;Betrag
RE-1;119,00
--b--
"""
ODD = [b"\x00", b"\xff", b"=?utf-8?b?////?=", b"\n\n", b"9" * 40, b":", b";", b"%", b"--b", b"''", b"*", b"=?", b"\xc3"]


def test_the_message_is_an_advice():
    (advice,) = read_remittance(MESSAGE, "m.eml")[:1]
    assert [line.number for line in advice.lines] == ["RE-1"]


@pytest.mark.parametrize(
    ("right", "odd"),
    [
        (b'charset="utf-8"', b'charset="no-such"'),
        (b'charset="utf-8"', b'charset="a\x00b"'),
        (b"02 Mar 2026", b"02 Mar 99999999999999999999"),
        (b"+0100", b"+9999999999999999999"),
        (b"a%C3%A4.csv", b"%"),
    ],
)
def test_an_odd_header_costs_no_more_than_its_part(right, odd):
    assert right in MESSAGE
    assert read_remittance(MESSAGE.replace(right, odd), "m.eml")


NESTED = b"From: a@b.example\nTo: c@d.example\nContent-Type: message/rfc822\n\n" * 3000


def test_a_thousand_messages_within_one_another_are_refused_in_words():
    with pytest.raises(RefusedError, match="damaged"):
        read_remittance(NESTED, "m.eml")
    assert read_report(NESTED) is None


def test_no_message_breaks_the_reader_of_delivery_reports():
    dice = random.Random(12)
    report = b"To: bounce+" + b"a" * 32 + b"@x.example\n" + MESSAGE.replace(b"text/csv", b"message/delivery-status")
    report = report.replace(
        b"Rechnung;Betrag\n", b"Reporting-MTA: dns; x\n\nFinal-Recipient: rfc822; a@b\nAction: failed\n"
    )
    whole = read_report(report)
    assert whole is not None
    assert [fate.recipient for fate in whole.fates] == ["a@b"]
    for _ in range(800):
        broken = bytearray(report)
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(broken))
            broken[place : place + dice.randint(0, 3)] = dice.choice(ODD)
        read_report(bytes(broken))


def test_no_message_breaks_the_reader():
    dice, read = random.Random(11), 0
    for _ in range(800):
        broken = bytearray(MESSAGE)
        for _ in range(dice.randint(1, 4)):
            place = dice.randrange(len(broken))
            broken[place : place + dice.randint(0, 3)] = dice.choice(ODD)
        with suppress(RefusedError):
            read += bool(read_remittance(bytes(broken), "m.eml"))
    assert read > 400
