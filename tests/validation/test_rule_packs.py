"""Imported rule packs: what is taken in, on which days it judges, and that a changed rule judges nothing."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from fairdue.cli.main import main
from fairdue.core.findings import RefusedError, Severity
from fairdue.core.invoice.parties import Identifier
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.formats.registry import write
from fairdue.invoicing.validation import packs, store
from fairdue.invoicing.validation.pool import Pool, validate
from fairdue.invoicing.validation.record import State
from fairdue.invoicing.validation.sample import sample

POLAND = Path(__file__).parent.parent / "golden" / "national" / "poland_invoice.json"
NOW = datetime(2026, 11, 22, tzinfo=UTC)
RULES = """<xsl:stylesheet version="2.0" xmlns:xsl="http://www.w3.org/1999/XSL/Transform"
  xmlns:svrl="http://purl.oclc.org/dsdl/svrl">
<xsl:template match="/"><svrl:schematron-output>
  <xsl:if test="not(//*[local-name()='BuyerReference'])">
    <svrl:failed-assert id="TEST-R001" flag="fatal" location="/">
      <svrl:text>[TEST-R001]-A buyer reference is missing in {version}.</svrl:text></svrl:failed-assert></xsl:if>
</svrl:schematron-output></xsl:template></xsl:stylesheet>"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "folder", lambda: tmp_path / "rules")


@pytest.fixture(scope="module")
def rules():
    processes = Pool(1)
    yield processes
    processes.close()


def participants():
    invoice = sample()
    seller, buyer = (
        replace(party, endpoint=Identifier(party.vat_id or "DE136695976", "9930"))
        for party in (invoice.seller, invoice.buyer)
    )
    return replace(invoice, seller=seller, buyer=buyer)


def pack_folder(place, version="1", **changes):
    place.mkdir(parents=True, exist_ok=True)
    content = RULES.replace("{version}", version).encode()
    (place / "rules.xslt").write_bytes(content)
    manifest = {
        "rule_set": "peppol", "syntax": "ubl", "name": "Test rules", "version": version, "valid_from": "2026-01-01",
        "valid_to": None, "licence": "own", "stylesheet": "rules.xslt",
        "files": {"rules.xslt": hashlib.sha256(content).hexdigest()}, **changes,
    }  # fmt: skip
    (place / "manifest.json").write_text(json.dumps(manifest))
    return place


def test_an_imported_pack_judges_the_documents_of_its_days(tmp_path, rules):
    store.add(pack_folder(tmp_path / "old", "1", valid_to="2026-06-30"))
    store.add(pack_folder(tmp_path / "new", "2", valid_from="2026-07-01", severities={"TEST-R001": "warning"}))
    document = write("peppol-bis", participants()).content
    early = validate(document, rules, now=NOW)
    assert (early.state, early.issued) == (State.INVALID, date(2026, 1, 15))
    assert [one.code for one in early.findings] == ["TEST-R001"]
    assert [(pack.name, pack.version) for pack in early.packs] == [("EN 16931 UBL", "1.3.16"), ("Test rules", "1")]
    late = validate(document.replace(b"2026-01-15", b"2026-08-15"), rules, now=NOW)
    assert late.packs[1].version == "2"
    assert late.state is State.VALID
    assert [(one.code, one.severity) for one in late.findings] == [("TEST-R001", Severity.WARNING)]
    before = validate(document.replace(b"2026-01-15", b"2025-12-15"), rules, now=NOW)
    assert before.state is State.NOT_CHECKED
    assert "for documents of 2025-12-15" in before.reason


def test_the_record_names_pack_version_hash_validity_and_day(tmp_path, rules):
    store.add(pack_folder(tmp_path / "one"))
    wire = validate(write("peppol-bis", participants()).content, rules, now=NOW).to_wire()
    assert wire["issued"] == "2026-01-15"
    assert wire["rules"][1] == {
        "name": "Test rules", "version": "1",
        "sha256": hashlib.sha256(RULES.replace("{version}", "1").encode()).hexdigest(),
        "origin": "imported", "valid_from": "2026-01-01", "valid_to": None,
    }  # fmt: skip


def test_a_rule_that_was_changed_on_disk_judges_nothing(tmp_path, rules):
    kept = store.add(pack_folder(tmp_path / "one"))
    with Path(kept.stylesheet).open("a", encoding="utf-8") as file:
        file.write("<!-- changed -->")
    record = validate(write("peppol-bis", participants()).content, rules, now=NOW)
    assert record.state is State.NOT_CHECKED
    assert "not the one that was imported" in record.reason


def test_a_pack_comes_as_folder_or_zip_and_twice_changes_nothing(tmp_path):
    source = pack_folder(tmp_path / "one")
    archive = tmp_path / "one.zip"
    with zipfile.ZipFile(archive, "w") as target:
        for file in source.iterdir():
            target.write(file, file.name)
    assert store.add(archive) == store.add(source)
    assert len(store.imported()) == 1
    with pytest.raises(RefusedError, match="imported before"):
        store.add(pack_folder(tmp_path / "one", licence="another"))


MANIFESTS = """
{"rule_set": "../x"} | rule_set
{"version": ""} | version
{"valid_from": "soon"} | valid_from
{"valid_to": 7} | valid_to
{"severities": {"A": "grave"}} | severities
{"files": {}} | files
{"files": {"rules.xslt": "00"}} | files.rules.xslt
{"files": {"../rules.xslt": "00"}} | files.../rules.xslt
{"files": {"/etc/passwd": "00"}} | files./etc/passwd
{"files": {"gone.xslt": "00"}} | files.gone.xslt
{"stylesheet": ""} | stylesheet
{"stylesheet": "other.xslt"} | stylesheet
"""


@pytest.mark.parametrize("change, path", [row.split(" | ") for row in MANIFESTS.strip().splitlines()])
def test_a_manifest_that_is_wrong_says_where_and_nothing_is_kept(tmp_path, change, path):
    with pytest.raises(RefusedError) as refused:
        store.add(pack_folder(tmp_path / "one", **json.loads(change)))
    assert path in {one.path for one in refused.value.findings}
    assert store.imported() == ()


def test_what_is_no_pack_is_refused(tmp_path):
    (tmp_path / "x.zip").write_bytes(b"nothing")
    with pytest.raises(RefusedError, match="neither a folder nor a zip"):
        store.add(tmp_path / "x.zip")
    (tmp_path / "empty").mkdir()
    with pytest.raises(RefusedError, match="no manifest"):
        store.add(tmp_path / "empty")
    (tmp_path / "empty" / "manifest.json").write_text("[")
    with pytest.raises(RefusedError, match="not JSON"):
        store.add(tmp_path / "empty")
    (tmp_path / "empty" / "manifest.json").write_text("[]")
    with pytest.raises(RefusedError, match="named fields"):
        store.add(tmp_path / "empty")


def test_a_bomb_in_an_archive_is_refused_before_it_is_unpacked(tmp_path, monkeypatch):
    monkeypatch.setattr(store, "LARGEST", 1000)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        target.writestr("manifest.json", "{}")
        target.writestr("big", b"0" * 100_000)
    (tmp_path / "x.zip").write_bytes(out.getvalue())
    with pytest.raises(RefusedError, match="too large"):
        store.add(tmp_path / "x.zip")
    (tmp_path / "big").mkdir()
    (tmp_path / "big" / "one").write_bytes(b"0" * 2000)
    with pytest.raises(RefusedError, match="at most"):
        store.add(tmp_path / "big")


def test_a_stylesheet_with_a_document_type_is_refused(tmp_path):
    source = pack_folder(tmp_path / "one")
    content = b"<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><a>&x;</a>"
    (source / "rules.xslt").write_bytes(content)
    manifest = json.loads((source / "manifest.json").read_text())
    manifest["files"] = {"rules.xslt": hashlib.sha256(content).hexdigest()}
    (source / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(RefusedError, match="without a document type"):
        store.add(source)


OUTER = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:t="urn:types" elementFormDefault="qualified"
 targetNamespace="http://crd.gov.pl/wzor/2025/06/25/13775/">
<xs:import namespace="urn:types" schemaLocation="http://schemas.invalid/far/types.xsd"/>
<xs:element name="Faktura" type="t:faktura"/></xs:schema>"""
TYPES = b"""<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" targetNamespace="urn:types">
<xs:complexType name="faktura"><xs:sequence><xs:any minOccurs="%d" maxOccurs="unbounded" processContents="skip"/>
</xs:sequence></xs:complexType></xs:schema>"""


@pytest.mark.parametrize("least, state", [(0, State.VALID), (9, State.INVALID)])
def test_an_imported_schema_judges_a_national_document_and_finds_its_parts_beside_it(tmp_path, rules, least, state):
    place = tmp_path / "ksef"
    (place / "parts").mkdir(parents=True)
    files = {"fa.xsd": OUTER, "parts/types.xsd": TYPES % least}
    for name, content in files.items():
        (place / name).write_bytes(content)
    manifest = {
        "rule_set": "ksef-fa3", "syntax": "xml", "version": "1", "schema": "fa.xsd",
        "files": {name: hashlib.sha256(content).hexdigest() for name, content in files.items()},
    }  # fmt: skip
    (place / "manifest.json").write_text(json.dumps(manifest))
    store.add(place)
    record = validate(write("ksef-fa3", from_wire(json.loads(POLAND.read_text()))[0]).content, rules, now=NOW)
    assert (record.state, record.reason) == (state, "")
    assert record.packs[0].origin == "imported"


def test_files_for_people_are_not_checked_and_say_so():
    record = validate(write("pdf", sample()).content, now=NOW, code="pdf")
    assert (record.state, record.packs) == (State.NOT_CHECKED, ())
    assert "made for people" in record.reason


def test_every_packaged_rule_set_is_there():
    names = {(pack.name, pack.origin) for pack in packs.installed()}
    wanted = ("EN 16931 UBL", "EN 16931 CII", "XRechnung UBL", "BR-FR CII", "EXTENDED-CTC-FR UBL", "Factur-X EXTENDED")
    assert names >= {(name, "package") for name in wanted}
    assert totals(sample()).gross > 0


def test_the_command_line_adds_and_lists_packs(tmp_path, capsys):
    source = pack_folder(tmp_path / "one")
    assert main(["invoice", "packs", "add", str(source)]) == 0
    assert "judges peppol (ubl) from 2026-01-01" in capsys.readouterr().out
    assert main(["invoice", "packs", "list", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert [(one["name"], one["origin"]) for one in listed][-1] == ("Test rules", "imported")
    (source / "rules.xslt").write_bytes(b"<a/>")
    assert main(["invoice", "packs", "add", str(source), "--json"]) == 1
    assert json.loads(capsys.readouterr().out)[0]["path"] == "files.rules.xslt"
    with pytest.raises(SystemExit):
        main(["invoice", "packs", "add", str(tmp_path / "gone")])


def test_the_record_has_the_keys_of_the_reference_page(rules):
    wire = validate(write("ubl", sample()).content, rules, now=NOW).to_wire()
    page = (Path(__file__).parents[2] / "docs" / "reference" / "invoice-formats.md").read_text()
    assert list(wire) == ["state", "reason", "format", "sha256", "checked_at", "issued", "rules", "findings"]
    assert list(wire["findings"]) == ["format", "business rule", "content"]
    for key in (*wire, *wire["findings"], *wire["rules"][0]):
        assert f'"{key}"' in page, key
