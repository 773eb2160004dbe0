"""The seven attacks on readers of XML, on every XML message that banks and payers send: all are refused, with a code.

Entities that multiply, one huge entity, a local file, a remote definition, a parameter entity, a text of more than ten
megabytes, and nesting without end. Each must be refused; a reader that goes on without a part of the file loses money.
"""

from __future__ import annotations

import io
import re

import pytest
from tests.rooms.cash.test_banks_ask_back import request
from tests.wire.camt_files import Detail, Ntry, Stmt, camt
from tests.wire.test_pain002 import TX, pain
from tests.wire.test_remittance_messages import UBL

from fairdue.cash.formats import read
from fairdue.cash.formats.camt056 import read_recalls
from fairdue.cash.formats.pain002 import read_statuses
from fairdue.cash.formats.remittance import read_remittance
from fairdue.core.findings import RefusedError

STATEMENT = camt(8, Stmt((Ntry("119.00", details=(Detail("119.00", text=("TEXT",)),)),), closing="1119.00"))
MESSAGES = {
    "camt.053": (STATEMENT, lambda content: list(read(io.BytesIO(content)))),
    "camt.056": (request(), lambda content: list(read_recalls(io.BytesIO(content)))),
    "pain.002": (pain(TX.format(e2e="DD-1")), lambda content: list(read_statuses(io.BytesIO(content)))),
    "ubl": (UBL.encode(), lambda content: read_remittance(content, "advice.xml")),
}
ROOT = re.compile(rb"<(?=[A-Za-z])")
LEAF = re.compile(rb">([^<>]*[A-Za-z0-9][^<>]*)<")


def defined(content: bytes, inside: str, outside: str = "") -> bytes:
    """Give a file a document type, and its first text an entity of it."""
    at = ROOT.search(content).start()
    doctype = f"<!DOCTYPE x{outside} [{inside}]>" if inside else f"<!DOCTYPE x{outside}>"
    return content[:at] + doctype.encode() + LEAF.sub(b">&a;<", content[at:], count=1)


def laughing(content: bytes) -> bytes:
    names = "bcdefg"
    ten = "".join(f"<!ENTITY {one} '{f'&{two};' * 10}'>" for one, two in zip("abcdef", names, strict=True))
    return defined(content, f"<!ENTITY g 'ha'>{ten}")


def deep(content: bytes) -> bytes:
    return LEAF.sub(b">" + b"<x>" * 5_000 + b"</x>" * 5_000 + b"<", content, count=1)


ATTACKS = {
    "entities that multiply": laughing,
    "one huge entity": lambda content: defined(content, f"<!ENTITY a '{'x' * 200_000}'>"),
    "a local file": lambda content: defined(content, "<!ENTITY a SYSTEM 'file:///etc/hostname'>"),
    "a remote definition": lambda content: defined(content, "", " SYSTEM 'http://127.0.0.1:9/evil.dtd'"),
    "a parameter entity": lambda content: defined(content, "<!ENTITY % p '<!ENTITY a \"b\">'> %p;"),
    "a huge text": lambda content: LEAF.sub(b">" + b"x" * 10_100_000 + b"<", content, count=1),
    "nesting without end": deep,
}


@pytest.mark.parametrize("message", MESSAGES)
def test_the_file_without_an_attack_is_read(message):
    content, reader = MESSAGES[message]
    assert reader(content)


@pytest.mark.parametrize("attack", ATTACKS)
@pytest.mark.parametrize("message", MESSAGES)
def test_every_attack_on_every_message_is_refused(message, attack):
    content, reader = MESSAGES[message]
    hostile = ATTACKS[attack](content)
    assert hostile != content
    with pytest.raises(RefusedError) as refusal:
        reader(hostile)
    assert all(finding.code and finding.message for finding in refusal.value.findings)


@pytest.mark.parametrize("kind", ["BkToCstmrAcctRpt", "BkToCstmrDbtCdtNtfctn"])
@pytest.mark.parametrize("attack", ATTACKS)
def test_the_sisters_of_the_statement_are_attacked_too(kind, attack):
    version = {"BkToCstmrAcctRpt": b"camt.052", "BkToCstmrDbtCdtNtfctn": b"camt.054"}[kind]
    sister = STATEMENT.replace(b"camt.053", version).replace(b"BkToCstmrStmt", kind.encode())
    with pytest.raises(RefusedError):
        list(read(io.BytesIO(ATTACKS[attack](sister))))
