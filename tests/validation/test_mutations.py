"""Sound samples changed in one or two places: what the official rules refuse, we found before a number was drawn."""

from __future__ import annotations

import copy
import json
import random
from pathlib import Path

import pytest

from fairdue.core.findings import errors
from fairdue.core.invoice.check import check
from fairdue.core.invoice.formats import format_findings
from fairdue.core.invoice.totals import totals
from fairdue.core.invoice.wire import from_wire
from fairdue.invoicing.formats import cii, ubl
from fairdue.invoicing.formats.registry import FORMATS as FILES
from fairdue.invoicing.validation.packs import SCHEMAS, pack
from fairdue.invoicing.validation.pool import default_pool, validate
from fairdue.invoicing.validation.worker import Task

SAMPLES = Path(__file__).parents[1] / "golden" / "invoices"
WRITERS = {"ubl": ubl, "cii": cii}
TEXTS = ("", " ", "x", "0", "-1", "1.239", "100", "0000", "é漢", "99999999999.99", "0.3")
CHOICES = {
    "category": "S Z E AE K G O L M B".split(),
    "type": "380 381 384 386 389 325 326 71 261 875".split(),
    "currency": "JPY KWD CHF XAU".split(),
    "country": "FR GB CH XI EL US ES NO".split(),
    "day": ["1900-01-01", "2099-12-31"],
}
DOUBLED = "a list with everything in it twice"
GONE = "gone"
KNOWN = """
domestic_de     | adjustments.0.amount      | "0"
domestic_de     | adjustments.1.amount      | "0000"
domestic_de     | tax_point                 | "2026-11-30"
domestic_de     | tax_point_code            | "72"
domestic_de     | lines.0.rate              | "0.3"
domestic_de     | currency                  | "XAU"
exempt          | lines.0.category          | "L"
outside_scope_chf | seller.identifiers.0.value | ""
credit_note     | buyer.identifiers         | [{"value": "D-1"}, {"value": "D-2"}]
export_usd      | payment.transfers         | [{"account": "DE75512108001245126199"}, {"account": "12345"}]
"""
"""Places where the official rules once refused what had no finding."""
FORMATS = """
xrechnung-ubl | invoices/domestic_de | invoices/credit_note | invoices/payee_and_direct_debit
xrechnung-cii | invoices/domestic_de | invoices/reverse_charge
peppol-bis    | invoices/domestic_de | invoices/credit_note
fatturapa     | national/italy_invoice | national/italy_credit_note | national/italy_to_poland
ksef-fa3      | national/poland_invoice | national/poland_in_euro | national/poland_correction
ctc-fr-ubl    | national/france_ctc
"""
"""Formats with rules of their own, and the samples that are changed for them."""
REFUSED = """
fatturapa     | national/italy_invoice | lines.0.price | "99999999999.99"
fatturapa     | national/italy_invoice | payment.transfers.0.bic | "100"
fatturapa     | national/italy_invoice | seller.contact.email | "x"
fatturapa     | national/italy_invoice | references.despatch | " "
fatturapa     | national/italy_credit_note | lines.0.seller_item | " "
ksef-fa3      | national/poland_invoice | payment.transfers.0.account | "100"
ksef-fa3      | national/poland_invoice | payment.transfers.0.bic | "x"
ksef-fa3      | national/poland_invoice | exemptions.0.reason | " "
ksef-fa3      | national/poland_in_euro | delivery.day | "1900-01-01"
ksef-fa3      | national/poland_correction | seller.contact.phone | " "
xrechnung-ubl | invoices/payee_and_direct_debit | payment.debit.mandate | " "
xrechnung-ubl | invoices/domestic_de | references.buyer | ""
xrechnung-cii | invoices/domestic_de | seller.contact.phone | " "
"""
"""Places where a format once refused what had no finding."""


def places(data, way=()):
    """Yield every place in a JSON document."""
    pairs = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for step, value in pairs:
        yield (*way, step)
        yield from places(value, (*way, step))


def at(data, way):
    for step in way:
        data = data[step]
    return data


def changes(data):
    """Yield (place, new value) for every place of a sample."""
    for way in places(data):
        value = at(data, way)
        yield way, GONE
        if isinstance(value, list):
            yield way, []
            yield way, DOUBLED
        elif isinstance(value, str):
            yield from ((way, text) for text in (*TEXTS, *CHOICES.get(way[-1], ())) if text != value)


def changed(data, found):
    """Return a copy of `data` with its changes; none where one change took the place of another away."""
    data = copy.deepcopy(data)
    try:
        for way, value in found:
            around = at(data, way[:-1])
            if value == GONE:
                del around[way[-1]]
            else:
                around[way[-1]] = around[way[-1]] * 2 if value == DOUBLED else value
    except (KeyError, IndexError):
        return None
    return data


def unfound(data):
    """Return what the official rules find wrong although nothing was found, by syntax; none where it is refused."""
    invoice, _ = from_wire(data)
    if invoice is None:
        return {}
    found = check(invoice, numbered=True)
    if errors(found):
        return {}
    computed, told = totals(invoice), {one.code for one in found}
    wrong = {}
    for syntax, writer in WRITERS.items():
        root = "CrossIndustryInvoice" if syntax == "cii" else "CreditNote" if invoice.type.is_credit else "Invoice"
        task = Task(writer.write(invoice, computed), str(SCHEMAS[root].find()), (pack("en16931", syntax).path,))
        outcome = default_pool().ask(task)
        assert outcome.reason == ""
        if codes := {one.code for one in errors(outcome.findings)} - told:
            wrong[syntax] = codes
    return wrong


@pytest.mark.parametrize("sample", sorted(path.stem for path in SAMPLES.glob("*.json")))
def test_what_the_official_rules_refuse_was_found_before(sample):
    data = json.loads((SAMPLES / f"{sample}.json").read_text("utf-8"))
    every, chance = list(changes(data)), random.Random(f"mutations of {sample}")
    for number in range(60):
        found = chance.sample(every, 1 + number % 2)
        broken = changed(data, found)
        assert broken is None or unfound(broken) == {}, found


@pytest.mark.parametrize("row", KNOWN.strip().splitlines())
def test_what_once_escaped_is_found_or_written_right(row):
    sample, place, value = (cell.strip() for cell in row.split("|"))
    data = json.loads((SAMPLES / f"{sample}.json").read_text("utf-8"))
    way = [int(step) if step.isdigit() else step for step in place.split(".")]
    at(data, way[:-1])[way[-1]] = json.loads(value)
    assert unfound(data) == {}


def sound(code, sample):
    """A sample as a sound invoice of one format."""
    data = json.loads((SAMPLES.parent / f"{sample}.json").read_text("utf-8"))
    if code == "peppol-bis":
        data["seller"]["endpoint"] = {"value": "DE129273398", "scheme": "9930"}
        data["buyer"]["endpoint"] = {"value": "DE136695976", "scheme": "9930"}
    return data


def unfound_by_format(data, code):
    """Return what the rules of a format refuse although nothing was found; where its official rules are not on this
    machine our own reading of its structure judges."""
    invoice, _ = from_wire(data)
    if invoice is None:
        return set()
    found = check(invoice, numbered=True, ours=True)
    if errors(found):
        return set()
    computed = totals(invoice)
    lawful = code.startswith("ctc-fr") and any(one.code.startswith("content.fr.") for one in found)
    if lawful or errors(format_findings(invoice, computed, code)):
        return set()  # what the law of France misses, it finds under names of its own
    record = validate(FILES[code].write(invoice, computed).content, code=code)
    return {one.code for one in errors(record.findings)} - {one.code for one in found}


@pytest.mark.parametrize("row", FORMATS.strip().splitlines())
def test_what_a_format_refuses_was_found_before(row):
    code, *samples = (cell.strip() for cell in row.split("|"))
    for sample in samples:
        data = sound(code, sample)
        every, chance = list(changes(data)), random.Random(f"mutations of {sample} as {code}")
        assert unfound_by_format(data, code) == set()
        for number in range(40):
            found = chance.sample(every, 1 + number % 2)
            broken = changed(data, found)
            assert broken is None or unfound_by_format(broken, code) == set(), (sample, found)


@pytest.mark.parametrize("row", REFUSED.strip().splitlines())
def test_what_once_escaped_a_format_is_found_or_written_right(row):
    code, sample, place, value = (cell.strip() for cell in row.split("|"))
    data = sound(code, sample)
    way = [int(step) if step.isdigit() else step for step in place.split(".")]
    at(data, way[:-1])[way[-1]] = json.loads(value)
    assert unfound_by_format(data, code) == set()
