"""Rule programs are run without their reports of rules that were merely reached, and find the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from fairdue.core.invoice.totals import totals
from fairdue.invoicing.formats import cii, ubl
from fairdue.invoicing.validation.lean import REACHED, XSL, lean
from fairdue.invoicing.validation.packs import installed, pack
from fairdue.invoicing.validation.pool import default_pool
from fairdue.invoicing.validation.sample import sample
from fairdue.invoicing.validation.worker import Task

WRITERS = {"ubl": ubl, "cii": cii}
BREAKS = (
    (b"EUR", b"EUX"),
    (b"DE", b"XX"),
    (b"VAT", b"GST"),
    (b"19", b"7"),
    (b"380", b"999"),
    (b"TEST-1", b""),
    (b"58", b"77"),
    (b"C62", b"ZZZ"),
)


def program(tmp_path, body, head=""):
    path = tmp_path / "rules.xsl"
    path.write_text(
        '<xsl:stylesheet xmlns:xsl="http://www.w3.org/1999/XSL/Transform" version="3.0"'
        f' xmlns:svrl="http://purl.oclc.org/dsdl/svrl" {head}>{body}</xsl:stylesheet>'
    )
    return path


FIRED = '<svrl:fired-rule context="a"/>'
RULE = f'<xsl:template match="a">{FIRED}<xsl:if test="b"><svrl:failed-assert id="X"/></xsl:if></xsl:template>'
KEPT = {
    "nothing is reported": "<xsl:template match='a'/>",
    "a variable holds it": f"<xsl:template match='a'><xsl:variable name='v'>{FIRED}</xsl:variable></xsl:template>",
    "a type counts it": f"<xsl:template match='a' as='element()'>{FIRED}</xsl:template>",
    "an expression names it": f"{RULE}<xsl:template match='c' use='svrl:fired-rule'/>",
    "a text names it": f"{RULE}<xsl:template match='c'><xsl:value-of>{{fired-rule}}</xsl:value-of></xsl:template>",
}


@pytest.mark.parametrize("why", KEPT)
def test_a_program_that_might_look_at_its_report_runs_as_it_came(tmp_path, why):
    assert lean(program(tmp_path, KEPT[why])) is None


def test_what_is_no_xml_or_has_a_place_of_its_own_runs_as_it_came(tmp_path):
    assert lean(program(tmp_path, RULE, 'xml:base="file:///elsewhere/"')) is None
    broken = tmp_path / "broken.xsl"
    broken.write_text("<a>")
    assert lean(broken) is None
    typed = tmp_path / "typed.xsl"
    typed.write_text("<!DOCTYPE a>" + program(tmp_path, RULE).read_text())
    assert lean(typed) is None


def test_the_text_behind_a_report_and_every_finding_stay(tmp_path):
    path = program(tmp_path, f"<xsl:template match='a'>one{FIRED}two<b/>{FIRED}three</xsl:template>{RULE}")
    root = etree.fromstring(lean(path))
    assert not list(root.iter(*REACHED))
    assert root.get("{http://www.w3.org/XML/1998/namespace}base") == path.resolve().as_uri()
    first = root.find(f"{XSL}template")
    assert (first.text, first[0].tail) == ("onetwo", "three")
    assert root.find(f".//{XSL}if/*").get("id") == "X"


@pytest.mark.parametrize("syntax", WRITERS)
def test_the_official_rules_find_the_same_with_and_without_those_reports(tmp_path, syntax):
    path = Path(pack("en16931", syntax).path)
    assert lean(path) is not None
    # A program that speaks of the reports is left alone: this is the publisher's own, with one word more.
    whole = tmp_path / path.name
    text = path.read_text("utf-8")
    at = text.rindex("</xsl:")
    whole.write_text(f"{text[:at]}<xsl:variable name='spoken' select='\"fired-rule\"'/>{text[at:]}", "utf-8")
    assert lean(whole) is None
    sound = WRITERS[syntax].write(sample(), totals(sample()))
    found = []
    for old, new in ((b"", b""), *BREAKS):
        broken = sound.replace(old, new) if old else sound
        pair = default_pool().ask_many([Task(broken, "", (str(one),)) for one in (path, whole)])
        assert pair[0] == pair[1]
        assert pair[0].reason == ""
        found.append(len(pair[0].findings))
    assert found[0] == 0
    assert sum(count > 0 for count in found) >= 6


def test_every_packaged_program_goes_without_those_reports():
    assert [
        one.name for one in installed() if one.path and one.origin == "package" and lean(Path(one.path)) is None
    ] == []


def test_a_lean_program_still_reads_what_lies_beside_it(tmp_path):
    (tmp_path / "codes.xml").write_text("<codes><code>B</code></codes>")
    test = "not(. = document('codes.xml')//code)"
    assertion = (
        f'<xsl:if test="{test}"><svrl:failed-assert id="R-1"><svrl:text>x</svrl:text></svrl:failed-assert></xsl:if>'
    )
    body = (
        f"<xsl:template match='/a'><svrl:schematron-output>{FIRED}{assertion}</svrl:schematron-output></xsl:template>"
    )
    path = program(tmp_path, body)
    assert lean(path) is not None
    asked = default_pool().ask_many([Task(f"<a>{word}</a>".encode(), "", (str(path),)) for word in "AB"])
    assert [[one.code for one in answer.findings] for answer in asked] == [["R-1"], []]
