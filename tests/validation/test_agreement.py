"""Our findings and the official rules agree: each row of the page, written as UBL and as CII, judged by both."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from tests.core.pages import broken, table

from fairdue.core.findings import errors
from fairdue.core.invoice.check import check
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.core.money import MoneyError
from fairdue.invoicing.formats import cii, ubl
from fairdue.invoicing.validation.packs import SCHEMAS, pack
from fairdue.invoicing.validation.pool import default_pool
from fairdue.invoicing.validation.worker import Task

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "rules" / "invoice-check.md"
SAMPLES = ROOT / "tests" / "golden" / "invoices"
ROWS = table(PAGE, "broken by")
WRITERS = {"ubl": ubl, "cii": cii}
_RULE = re.compile(r"BR-(?:[A-Z]+-)?\d+")


def invoice_of(row):
    data = json.loads((SAMPLES / f"{row['sample']}.json").read_text("utf-8"))
    return from_wire(broken(data, row["broken by"]))[0]


@cache
def stylesheet(syntax):
    return pack("en16931", syntax).path


def verdict(invoice, syntax):
    """The codes of the official errors on one invoice, as the schema and the rules of that syntax see it."""
    root = "CrossIndustryInvoice" if syntax == "cii" else "CreditNote" if invoice.type.is_credit else "Invoice"
    xml = WRITERS[syntax].write(invoice, totals(invoice))
    outcome = default_pool().ask(Task(xml, str(SCHEMAS[root].find()), (stylesheet(syntax),)))
    assert outcome.reason == ""
    return {one.code for one in errors(outcome.findings)}


@pytest.mark.parametrize("syntax", WRITERS)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["rule"])
def test_what_we_find_the_official_rules_find_too(row, syntax):
    invoice, said = invoice_of(row), row[f"{syntax.upper()} rules"]
    if said == "not written":
        with_codes = set() if invoice is None else _written(invoice, syntax)
        assert row["rule"] not in with_codes
    else:
        allowed = {row["rule"] if one == "same" else one for one in said.split(" or ")}
        assert allowed & verdict(invoice, syntax)


def _written(invoice, syntax):
    """The verdict on what the writer makes of it; an unknown currency is never written at all."""
    try:
        return verdict(invoice, syntax)
    except MoneyError:
        return set()


@pytest.mark.parametrize("syntax", WRITERS)
def test_what_we_find_sound_the_official_rules_find_sound(syntax):
    for path in sorted(SAMPLES.glob("*.json")):
        invoice, _ = from_wire(json.loads(path.read_text("utf-8")))
        assert errors(check(invoice, numbered=True)) == ()
        assert verdict(invoice, syntax) == set(), path.name


def test_the_page_names_every_rule_of_the_installed_packs():
    named = {row["rule"] for row in [*ROWS, *table(PAGE, "why nobody can break it")]}
    official = {
        rule
        for syntax in WRITERS
        for rule in re.findall(r"\[(BR-[A-Z0-9-]+)\]-", Path(stylesheet(syntax)).read_text("utf-8", "replace"))
        if _RULE.fullmatch(rule)
    }
    assert named == official
