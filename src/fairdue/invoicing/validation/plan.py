"""Which official rules judge a document: by its profile or national format, and by its day of issue."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from lxml import etree

from fairdue.invoicing.formats import builtin, fattura, ksef
from fairdue.invoicing.formats.fattura.reader import findings as fattura_findings
from fairdue.invoicing.formats.ksef.reader import findings as ksef_findings
from fairdue.invoicing.formats.profiles import profile_of
from fairdue.invoicing.formats.registry import FORMATS
from fairdue.invoicing.validation.packs import SCHEMAS, Pack, pack, schema
from fairdue.invoicing.validation.worker import Task

if TYPE_CHECKING:
    from fairdue.core.findings import Finding
    from fairdue.invoicing.formats.registry import Recognised

SYNTAX = {"Invoice": "ubl", "CreditNote": "ubl", "CrossIndustryInvoice": "cii"}
NATIONAL = {
    fattura.ROOT: ("fatturapa", fattura_findings),
    ksef.ROOT: ("ksef-fa3", ksef_findings),
}
XML = "xml"
ISO_DATE = 10


@dataclass(frozen=True, slots=True)
class Plan:
    """What will be asked, or why it cannot be."""

    task: Task | None
    packs: tuple[Pack, ...]
    day: date | None
    """The day of issue that the document states."""
    reason: str = ""
    own: tuple[Finding, ...] = ()
    """What our own reading of a national structure finds where the official schema is not imported."""


def issue_day(root: etree._Element) -> date | None:
    """Return the day of issue of a document, none where it cannot be read."""
    kind = etree.QName(root).localname
    names = {"CrossIndustryInvoice": ("ExchangedDocument", "DateTimeString"), "Faktura": ("Fa", "P_1")}
    outer, inner = names.get(kind, ("", "Data" if kind == "FatturaElettronica" else "IssueDate"))
    for place in root.iter(f"{{*}}{outer}") if outer else (root,):
        for node in place.iter(f"{{*}}{inner}"):
            return _day((node.text or "").strip())
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:ISO_DATE])
    except ValueError:
        return None


def plan(found: Recognised, code: str = "") -> Plan:
    """Return how to judge a recognised document; `code` is the format it was written in, where that is known."""
    day = issue_day(found.root)
    if found.root.tag in NATIONAL:
        return _national(found, day)
    kind = etree.QName(found.root).localname
    written = getattr(FORMATS.get(code), "profile", None)
    profile = written or profile_of(builtin.specification(found.root))
    syntax = SYNTAX[kind]
    packs = [pack(name, syntax, day) for name in profile.rule_sets]
    missing = [name for name, one in zip(profile.rule_sets, packs, strict=True) if one is None]
    there = tuple(one for one in packs if one is not None)
    if missing:
        return Plan(None, there, day, f"The rules are not installed: {', '.join(missing)} for {syntax}{_on(day)}.")
    if not schema(kind):
        return Plan(None, there, day, f"The schema is not installed: {SCHEMAS[kind].name}.")
    return Plan(_task(found.xml, schema(kind), there), there, day)


def _on(day: date | None) -> str:
    return f", for documents of {day.isoformat()}" if day else ""


def _task(xml: bytes, usual: str, packs: tuple[Pack, ...]) -> Task:
    own = next((one.schema for one in packs if one.schema), "")
    weights = tuple(pair for one in packs for pair in one.severities)
    return Task(xml, own or usual, tuple(one.path for one in packs if one.path), weights)


def _national(found: Recognised, day: date | None) -> Plan:
    rule_set, read = NATIONAL[found.root.tag]
    official = pack(rule_set, XML, day)
    if official is not None:
        return Plan(_task(found.xml, "", (official,)), (official,), day)
    reason = (
        f"The official schema is not imported: {rule_set}{_on(day)}; only our own reading of its structure was asked."
    )
    return Plan(None, (), day, reason, read(found.root))
