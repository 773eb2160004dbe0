"""`fairdue invoice check|validate|issue`. Check and validate need no database.

Exit 0 done, 1 refused with findings, 2 usage (unreadable file).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairdue.core.findings import Finding, RefusedError, errors

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable

    from fairdue.invoicing.validation.record import Record

type _Parsers = _SubParsersAction[ArgumentParser]


def register(subparsers: _Parsers) -> None:
    """Add `invoice check|validate|issue`."""
    invoice = subparsers.add_parser("invoice", help="check, issue and validate invoices")
    actions = invoice.add_subparsers(dest="action", required=True)
    check = actions.add_parser("check", help="all findings on invoices in JSON, before a number is drawn")
    validate = actions.add_parser("validate", help="UBL, CII or Factur-X files against the official rules")
    for parser, run in ((check, run_check), (validate, run_validate)):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(run=run)


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        sys.stderr.write(f"fairdue invoice: {path}: {error.strerror}\n")
        raise SystemExit(2) from None


def _answer(rows: list[dict[str, Any]], lines: Iterable[str], *, as_json: bool) -> None:
    text = json.dumps(rows, indent=2, ensure_ascii=False) if as_json else "\n".join(lines)
    sys.stdout.write(f"{text}\n")


def _line(finding: Finding) -> str:
    source = f" ({finding.source})" if finding.source else ""
    return f"  {finding.severity.value:8}{finding.code:22}{finding.path}: {finding.message}{source}"


def run_check(args: Namespace) -> int:
    """Print every finding on invoices in JSON; 1 where one of them refuses the issue."""
    from fairdue.core.invoice.check import check, class_of
    from fairdue.core.invoice.totals import totals
    from fairdue.core.invoice.wire import from_wire
    from fairdue.core.money import decimal_of
    from fairdue.invoicing.validation.record import finding_to_wire

    rows: list[dict[str, Any]] = []
    lines: list[str] = []
    for path in args.files:
        try:
            invoice, found = from_wire(json.loads(_bytes(path)))
        except ValueError as error:
            invoice, found = None, (Finding("format.json", "", f"This is not JSON: {error}"),)
        found += check(invoice) if invoice else ()
        refused = bool(errors(found))
        total = str(decimal_of(totals(invoice).due, invoice.currency)) if invoice and not refused else None
        described = [{**finding_to_wire(one), "class": class_of(one.code).value} for one in found]
        rows.append({"file": str(path), "refused": refused, "due": total, "findings": described})
        verdict = "refused" if refused else f"sound, {total} {invoice.currency if invoice else ''} due"
        lines += [f"{path}: {verdict}", *map(_line, found)]
    _answer(rows, lines, as_json=args.json)
    return 1 if any(row["refused"] for row in rows) else 0


def run_validate(args: Namespace) -> int:
    """Print the verdict of the official rules on each file; 1 unless all of them are valid."""
    from fairdue.invoicing.validation.pool import default_pool, validate
    from fairdue.invoicing.validation.record import State

    records = [(path, _with_contents(validate(data), data)) for path in args.files if (data := _bytes(path))]
    default_pool().close()
    rows = [{"file": str(path), **record.to_wire()} for path, record in records]
    lines = [line for path, record in records for line in _told(path, record)]
    _answer(rows, lines, as_json=args.json)
    return 0 if all(record.state is State.VALID for _, record in records) else 1


def _with_contents(record: Record, data: bytes) -> Record:
    """Return the record with what our own check says on the contents that tax law asks for."""
    from dataclasses import replace

    from fairdue.core.invoice.check import FindingClass, check, class_of
    from fairdue.invoicing.formats.registry import read

    try:
        invoice, _ = read(data)
    except RefusedError:
        return record
    own = check(invoice, numbered=True) if invoice else ()
    contents = tuple(one for one in own if class_of(one.code) is FindingClass.CONTENT)
    return replace(record, findings=record.findings + contents)


def _told(path: Path, record: Record) -> Iterable[str]:
    from fairdue.core.invoice.check import FindingClass

    rules = ", ".join(f"{pack.name} {pack.version}" for pack in record.packs)
    verdict = record.state.value.replace("_", " ")
    yield f"{path}: {verdict} ({record.format}; {rules or 'no rules'}) {record.reason}".rstrip()
    for kind in FindingClass:
        found = record.of_class(kind)
        if found:
            yield f" {kind.value} errors:"
            yield from map(_line, found)
