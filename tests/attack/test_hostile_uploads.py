"""Files that nobody should send, at every door that takes one: a reason in words, never an error of the house."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from fairdue.api import limits
from fairdue.api.application import api
from fairdue.api.routing import ROUTES
from fairdue.foundation.models import StoredFile
from tests.api.calling import Machine
from tests.attack.neighbours import TODAY, agency
from tests.attack.test_every_door import SCREENS, seated
from tests.conftest import _leave_no_work

CAMT = b'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:%s"%s'
TABLE = b"date,amount\n2026-11-02,1.00\n"


def packed(*files: tuple[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
    return held.getvalue()


FILES = {
    "empty": b"",
    "blank lines": b"\n" * 1000,
    "only a mark": b"\xef\xbb\xbf",
    "NUL": b"\0" * 1000,
    "every byte": bytes(range(256)),
    "a picture that is a table": b"GIF89a,date,amount\n1,2026-11-02,1\n",
    "a PDF that is a page": b"%PDF-1.4\n<html><script>alert(1)</script></html>\n%%EOF",
    "a drawing that runs": b'<svg xmlns="http://www.w3.org/2000/svg" onload="x()"><script>x()</script></svg>',
    "one endless line": b"a" * 2_500_000,
    "one endless cell": b"date,amount\n2026-11-02," + b"1" * 200_000,
    "a quote that nothing ends": b'date,amount\n"' + b"x" * 200_000,
    "thousands of columns": b",".join([b"date"] * 20_000),
    "a formula": b'date,amount,name\n2026-11-02,1.00,=HYPERLINK("http://x")\n',
    "deep XML": b"<a>" * 20_000,
    "deep JSON": b"[" * 50_000,
    "a document type": b'<!DOCTYPE a [<!ENTITY b "c">]>' + CAMT % (b"camt.053.001.02", b">&b;</Document>"),
    "no statement": CAMT % (b"camt.053.001.02", b"/>"),
    "no answer": CAMT % (b"pain.002.001.03", b"/>"),
    "no request": CAMT % (b"camt.056.001.01", b"/>"),
    "a bomb": packed(("a.csv", b"0" * 30_000_000)),
    "an archive within another": packed(("a.zip", packed(("b.zip", packed(("c.csv", TABLE)))))),
    "names that lead out": packed(("../../etc/passwd", b"x"), ("\u202egnp.exe", b"x"), ("x" * 300, b"x")),
    "an empty archive": packed(),
    "a workbook without sheets": packed(("xl/workbook.xml", b"<workbook/>")),
    "an old workbook": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
    "a manifest that is a list": packed(("manifest.json", b"[]")),
    "a manifest that is a number": packed(("manifest.json", b"1e999")),
    "mails within mails": b"From: a@b.example\nTo: c@d.example\nContent-Type: message/rfc822\n\n" * 2000,
    "a report of nothing": b"From: a\nContent-Type: multipart/report; boundary=x\n\n--x\n"
                           b"Content-Type: message/delivery-status\n\nFinal-Recipient: rfc822;\n--x--",
}  # fmt: skip
NAMES = (
    "../../../etc/passwd",
    "\u202egpj.exe",
    "x" * 300 + ".csv",
    "<b>\"';.csv",
    "a\r\nX: y.csv",
    "e\u0301\U0001f4a9.xml",
)
SCREEN_DOORS = {
    # module of the screen: (address, name of the field, what else the form says)
    "cash/statements": ("/cash/statements", "upload", {}),
    "cash/remittances": ("/cash/remittances", "upload", {}),
    "cash/recalls": ("/cash/recalls/read", "upload", {}),
    "cash/debits": ("/cash/debits/answers", "upload", {}),
    "cash/ordering": ("/cash/refunds/answers", "upload", {}),
    "imports/views": ("/imports", "upload", {"kind": "open-items"}),
    "invoicing/answering": ("/invoices/deliveries/answers/take", "upload", {"channel": "bounce"}),
    "invoicing/validating": ("/invoices/validate", "upload", {}),
    "settings/law": ("/settings/clients/{creditor}/law", "letterhead", {}),
    "settings/rulepacks": ("/settings/rules/import", "pack", {}),
}


@pytest.fixture(scope="module")
def house(database):
    made = agency("uploads")
    yield made
    _leave_no_work(made.ctx)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())
    monkeypatch.setattr(limits, "BURST", 1e9)  # every call is answered, however many come


def api_doors(house):
    """Yield the address of every call that takes a file."""
    assert api.get_openapi_schema()["paths"]  # all routes are declared now
    for route in ROUTES:
        if route.upload:
            path = route.path.removeprefix("/api/v1").replace("{kind}", "debtors")
            yield f"{path}?creditor={house.mine.creditor}"


def screen_doors(house):
    """Yield (address, field, form) of every screen that takes a file; delivery answers once for each kind."""
    for path, field, form in SCREEN_DOORS.values():
        yield path.format(creditor=house.mine.creditor), field, form | {"creditor": str(house.mine.creditor)}
    yield "/invoices/deliveries/answers/take", "upload", {"channel": "folder"}


def test_every_screen_that_takes_a_file_is_attacked():
    taking = {
        str(path.relative_to(SCREENS).with_suffix("")) for path in SCREENS.rglob("*.py") if ".FILES" in path.read_text()
    }
    assert taking == SCREEN_DOORS.keys()


def test_no_file_breaks_a_call(house):
    machine, doors, wrong = Machine(house.ctx), list(api_doors(house)), []
    assert len(doors) >= 7
    for what, content in FILES.items():
        for path in doors:
            answer = machine.upload(path, content)
            told = answer.status_code < 400 or answer.json()["detail"]
            problem = answer.status_code < 400 or answer["Content-Type"].startswith("application/problem+json")
            if answer.status_code >= 500 or not told or not problem:
                wrong.append((what, path, answer.status_code))
    assert wrong == []


def test_no_file_breaks_a_screen(house):
    client, wrong = seated(house, "admin"), []
    for what, content in FILES.items():
        for path, field, form in screen_doors(house):
            answer = client.post(path, {field: SimpleUploadedFile("file.csv", content), **form})
            if answer.status_code not in {200, 302, 409, 422}:
                wrong.append((what, path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("name", NAMES)
def test_no_name_of_a_file_breaks_a_door_or_is_kept_as_it_came(house, name):
    machine, client, wrong = Machine(house.ctx), seated(house, "admin"), []
    for path in api_doors(house):
        wrong += [(path, code)] if (code := machine.upload(path, TABLE, name).status_code) >= 500 else []
    for path, field, form in screen_doors(house):
        answer = client.post(path, {field: SimpleUploadedFile(name, TABLE), **form})
        wrong += [(path, answer.status_code)] if answer.status_code not in {200, 302, 409, 422} else []
    assert wrong == []
    with house.ctx.open():
        kept = set(StoredFile.objects.values_list("name", flat=True))
    assert kept
    assert not [one for one in kept if re.search(r"[/\\\r\n\0\u202e]", one) or len(one) > 200]
