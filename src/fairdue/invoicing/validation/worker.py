"""What runs in a validation process: schema, then schematron with SaxonC.

SaxonC reserves tens of gigabytes of address space and aborts its process where that is limited, and it
holds the interpreter lock while it works; hence processes of their own, started afresh, never forked, and a
check of the limit before the first call. Stylesheets are compiled when first needed and kept, without their reports
of rules that were merely reached (`lean`).
"""

from __future__ import annotations

import pickle
import re
import resource
import struct
import sys
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import IO, Any
from urllib.parse import unquote

from lxml import etree

from fairdue.core.findings import Finding, Severity
from fairdue.invoicing.formats.tree import parse
from fairdue.invoicing.validation.lean import SVRL, lean

NEEDED_ADDRESS_SPACE = 64 * 1024**3
_REPORTS = (f"{SVRL}failed-assert", f"{SVRL}successful-report")
_LABEL = re.compile(r"^\s*\[[^\]]+\]\s*-?\s*")
_STEP = re.compile(r"\*:(\w+)\[namespace-uri\(\)='[^']*'\]|Q\{[^}]*\}(\w+)")
_WEIGHTS = {"fatal": Severity.ERROR, "error": Severity.ERROR, "warning": Severity.WARNING}
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Task:
    """One document, the schema it must fit and the stylesheets that judge it."""

    xml: bytes
    schema: str
    stylesheets: tuple[str, ...]
    severities: tuple[tuple[str, str], ...] = ()
    """Rules whose weight the publisher's scenario changes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the rules said, or why they could not be asked."""

    findings: tuple[Finding, ...] = ()
    reason: str = ""


def address_space_reason() -> str:
    """Return why SaxonC must not be started here, or nothing; lifts a soft limit where it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    if soft != resource.RLIM_INFINITY and soft < NEEDED_ADDRESS_SPACE:
        if hard != resource.RLIM_INFINITY and hard < NEEDED_ADDRESS_SPACE:
            return "The address space of this process is limited (ulimit -v); the rules cannot be run."
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    return ""


class _Beside(etree.Resolver):
    """Finds what a schema includes by an address on the web beside the schema; nothing is fetched."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resolve(self, system_url: str, public_id: str, context: Any = None) -> Any:
        """Return the file of the same name beside the schema."""
        del public_id
        name = unquote(system_url).rsplit("/", 1)[-1]
        near = next((one for one in self.folder.rglob(name)), None) if "://" in system_url else None
        if near is None:
            return None
        return self.resolve_filename(str(near), context)  # type: ignore[attr-defined]  # the stubs lack it


@cache
def _schema(path: str) -> etree.XMLSchema:
    parser = etree.XMLParser(no_network=True)
    parser.resolvers.add(_Beside(Path(path).parent))
    return etree.XMLSchema(etree.parse(path, parser))


@cache
def _processor() -> Any:
    """Return the processor that runs rules: without network, environment, writing, or anything of Java."""
    from saxonche import PySaxonProcessor

    made = PySaxonProcessor(license=False)
    made.set_configuration_property("http://saxon.sf.net/feature/allowedProtocols", "file")
    made.set_configuration_property("http://saxon.sf.net/feature/allow-external-functions", "off")
    return made


@cache
def _stylesheet(path: str) -> Any:
    text = lean(Path(path))
    given = {"stylesheet_file": path} if text is None else {"stylesheet_text": text, "encoding": "UTF-8"}
    return _processor().new_xslt30_processor().compile_stylesheet(**given)


def run(task: Task) -> Outcome:
    """Return what schema and rules find in one document; never raises for what the document holds."""
    reason = address_space_reason()
    if reason:
        return Outcome(reason=reason)
    root = parse(task.xml)
    wrong = _schema_findings(root, task.schema) if task.schema else ()
    if wrong:
        return Outcome(wrong)
    outcome = _rule_findings(etree.tostring(root, encoding="unicode"), task.stylesheets)
    weights = {code: Severity(weight) for code, weight in task.severities}
    if not weights:
        return outcome
    return replace(
        outcome, findings=tuple(replace(one, severity=weights.get(one.code, one.severity)) for one in outcome.findings)
    )


def _schema_findings(root: etree._Element, path: str) -> tuple[Finding, ...]:
    schema = _schema(path)
    if schema.validate(root):
        return ()
    return tuple(
        Finding("xsd", f"line {error.line}", error.message[:_SHOWN], Severity.ERROR, "XML schema")
        for error in schema.error_log  # type: ignore[attr-defined]  # the stubs lack iteration
    )


def _rule_findings(text: str, stylesheets: tuple[str, ...]) -> Outcome:
    from saxonche import PySaxonApiError

    found: dict[tuple[str, str], Finding] = {}
    for path in stylesheets:
        try:
            document = _processor().parse_xml(xml_text=text)
            # As text: an XPath over the report would keep a little memory for each document.
            answer = str(_stylesheet(path).transform_to_value(xdm_node=document).item_at(0))
        except PySaxonApiError as error:
            message = f"The rules stopped at this document: {error}"[:_SHOWN]
            finding = Finding("BR-STOPPED", "", message, Severity.ERROR, "schematron")
            found[finding.code, path] = finding
            continue
        for finding in _reported(answer):
            found.setdefault((finding.code, finding.path), finding)
    return Outcome(tuple(found.values()))


def _reported(answer: str) -> list[Finding]:
    if "failed-assert" not in answer and "successful-report" not in answer:
        return []
    root = etree.fromstring(answer.encode(), etree.XMLParser(huge_tree=True, resolve_entities=False))
    return [_finding(report) for report in root.iter(*_REPORTS)]


def _finding(report: etree._Element) -> Finding:
    text = " ".join((report.findtext(f"{SVRL}text") or "").split())
    label = re.match(r"\s*\[([^\]]+)\]", text)
    code = report.get("id") or (label[1] if label else "rule")
    weight = _WEIGHTS.get(report.get("flag") or report.get("role") or "fatal", Severity.INFO)
    path = _STEP.sub(lambda match: match[1] or match[2], report.get("location", ""))
    return Finding(code, path, _LABEL.sub("", text), weight, "official rules")


_LENGTH = struct.Struct("!Q")


def send(stream: IO[bytes], message: object) -> None:
    """Write one message; only parent and child of one program speak here."""
    data = pickle.dumps(message)
    stream.write(_LENGTH.pack(len(data)) + data)
    stream.flush()


def receive(stream: IO[bytes]) -> Any:
    """Return the next message; EOFError when the other side has gone."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    return pickle.loads(stream.read(_LENGTH.unpack(head)[0]))  # noqa: S301 - written by `send` above


def serve() -> None:
    """Answer lists of tasks from standard input, each list by one of outcomes, until it ends."""
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr
    while True:
        try:
            tasks: list[Task] = receive(sys.stdin.buffer)
        except EOFError:
            return
        send(answers, [run(task) for task in tasks])
