from __future__ import annotations

import io

import pytest
from tests.wire.camt_files import Detail, Ntry, Stmt, camt, events

from fairdue.cash.formats import camt as reader
from fairdue.cash.formats import read
from fairdue.cash.formats.xml import Limits
from fairdue.core.findings import RefusedError

SECRET = "the content of a local file"
GOOD = camt(8, Stmt((Ntry("119.00", details=(Detail("119.00", text=("TEXT",)),)),), closing="1119.00"))
HEADER, BODY = GOOD.split(b"\n", 1)


def with_doctype(doctype: str, text: str = "&a;") -> bytes:
    return HEADER + b"\n" + doctype.encode() + b"\n" + BODY.replace(b"TEXT", text.encode())


def refusal_of(content: bytes) -> str:
    with pytest.raises(RefusedError) as refusal:
        events(content)
    (finding,) = refusal.value.findings
    return finding.code


BOMB = "<!DOCTYPE Document [<!ENTITY z 'ha'>" + "".join(
    f"<!ENTITY {name} '{('&' + inner + ';') * 10}'>" for name, inner in zip("fedcba", "zfedcb", strict=True)
)


@pytest.mark.parametrize(
    "doctype",
    [
        BOMB + "]>",
        "<!DOCTYPE Document [<!ENTITY a '" + "x" * 100_000 + "'>]>",
        "<!DOCTYPE Document>",
        "<!DOCTYPE Document [<!ENTITY % p '<!ENTITY a \"b\">'> %p;]>",
        '<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/evil.dtd">',
    ],
    ids=["billion laughs", "quadratic", "harmless looking", "parameter entity", "remote definition"],
)
def test_any_document_type_is_refused(doctype):
    assert refusal_of(with_doctype(doctype)) == "xml.doctype"


def test_a_local_file_is_not_read(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    doctype = f'<!DOCTYPE Document [<!ENTITY a SYSTEM "{secret.as_uri()}">]>'
    with pytest.raises(RefusedError) as refusal:
        events(with_doctype(doctype))
    assert refusal.value.findings[0].code == "xml.doctype"
    assert SECRET not in str(refusal.value)


def test_a_document_type_in_another_encoding_is_refused_as_well():
    text = with_doctype("<!DOCTYPE Document [<!ENTITY a 'b'>]>").decode().replace('"UTF-8"', '"UTF-16"')
    with pytest.raises(RefusedError) as refusal:
        list(reader.read(io.BytesIO(text.encode("utf-16"))))
    assert refusal.value.findings[0].code == "xml.doctype"


def test_a_bomb_without_the_right_root_is_refused_too():
    content = b"<!DOCTYPE x [<!ENTITY a 'b'>]><camt.053 xmlns='camt.05'>&a;</camt.053>"
    assert refusal_of(content) == "xml.other_document"


def test_a_text_of_more_than_ten_megabytes_is_refused_and_not_shortened():
    assert refusal_of(GOOD.replace(b"TEXT", b"x" * 10_000_100)) == "xml.broken"


def test_depth_is_refused():
    assert refusal_of(GOOD.replace(b"TEXT", b"<a>" * 300_000)) == "xml.broken"


def test_a_huge_attribute_is_refused():
    content = GOOD.replace(b'Ccy="EUR">119.00', b'Ccy="' + b"E" * 20_000_000 + b'">119.00')
    assert refusal_of(content) == "xml.broken"


def test_a_file_cut_off_anywhere_is_refused_after_what_was_readable():
    content = camt(8, Stmt(tuple(Ntry("1.00") for _ in range(20)), closing="1020.00"))
    for at in range(1, len(content), max(1, len(content) // 40)):
        with pytest.raises(RefusedError):
            list(reader.read(io.BytesIO(content[:at])))


def test_a_broken_file_names_its_line():
    with pytest.raises(RefusedError, match="not readable XML at line 3"):
        events(GOOD.replace(b"</Sts>", b"</Stz>", 1))


def test_comments_and_instructions_inside_a_text_do_not_cut_it():
    content = GOOD.replace(b"TEXT", b"RE-<!-- x -->2026-<?evil run?>1")
    assert [event.remittance for event in events(content) if hasattr(event, "remittance")] == [("RE-2026-1",)]


def test_markup_inside_a_text_is_refused_and_not_dropped():
    assert refusal_of(GOOD.replace(b"TEXT", b"RE-<b>2026</b>-1")) == "xml.mixed"


def test_the_file_is_capped_by_bytes():
    with pytest.raises(RefusedError, match="longer than 1,000 bytes"):
        list(reader.read(io.BytesIO(GOOD), Limits(most_bytes=1000)))


def test_the_file_is_capped_by_entries():
    content = camt(8, Stmt((Ntry("1.00"),) * 5))
    with pytest.raises(RefusedError, match="More than 3 entries"):
        list(reader.read(io.BytesIO(content), Limits(most_elements=3)))


def test_what_is_no_bank_file_at_all_is_refused():
    assert refusal_of(b"\0\1\2 binary") == "bank.unknown_format"
    assert refusal_of(b"") == "bank.unknown_format"
    assert refusal_of(b"<html>no statement</html>") == "xml.other_document"


def test_a_named_format_is_taken_without_sniffing():
    with pytest.raises(RefusedError):
        list(read(io.BytesIO(b"<html/>"), "camt.053"))
    assert len(list(read(io.BytesIO(GOOD), "camt.053"))) == 3


def test_an_include_is_not_followed(tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text(SECRET)
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret.as_uri()}" parse="text"/>'
    content = GOOD.replace(b"<Ustrd>TEXT</Ustrd>", f"<Ustrd>{include}</Ustrd>".encode())
    assert SECRET not in "".join(str(event) for event in events(content))


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1", "windows-1252"])
def test_every_encoding_that_the_file_declares_is_read(encoding):
    text = GOOD.decode().replace("TEXT", "Müller").replace('"UTF-8"', f'"{encoding}"')
    content = text.encode(encoding)
    assert [event.remittance for event in events(content) if hasattr(event, "remittance")] == [("Müller",)]


@pytest.mark.parametrize("declared", ["UTF-8", "no-such-encoding", "UTF-32"])
def test_bytes_that_are_not_what_the_file_declares_are_refused(declared):
    content = GOOD.decode().replace("TEXT", "Müller").replace('"UTF-8"', f'"{declared}"').encode("latin-1")
    assert refusal_of(content) == "xml.broken"


@pytest.mark.parametrize("codec", ["utf-7", "utf-32-be", "utf-32-le", "utf-16-be", "utf-8"])
def test_an_invoice_hides_no_document_type_in_another_encoding(codec):
    from fairdue.invoicing.formats.tree import parse

    name = {"utf-32-be": "UCS-4", "utf-32-le": "UCS-4"}.get(codec, codec.upper())
    head, body = f'<?xml version="1.0" encoding="{name}"?>', '<!DOCTYPE a [<!ENTITY x "y">]><a>1&x;2</a>'
    signs = body.replace("<", "+ADw-").replace("!", "+ACE-").replace("&", "+ACY-")
    content = (head + signs).encode("ascii") if codec == "utf-7" else (head + body).encode(codec)
    with pytest.raises(RefusedError) as refusal:
        parse(content)
    assert refusal.value.findings[0].code in {"format.doctype", "format.xml"}


def test_an_account_in_a_currency_that_is_none_is_told_and_nothing_breaks():
    odd = GOOD.replace(b"<Ccy>EUR</Ccy>", b"<Ccy>EUNaN</Ccy>").replace(b">1119.00<", b">1120.00<")
    assert odd != GOOD
    assert "camt.account.currency" in {getattr(one, "code", "") for one in events(odd)}
