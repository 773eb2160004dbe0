"""`fairdue invoice check|validate|packs|issue`. Check, validate and packs need no database.

Exit 0 done, 1 refused with findings, 2 usage (unreadable file).
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairdue.cli import invoice_documents, invoice_runs, invoice_standing
from fairdue.cli.base import add_scope, business_date, creditor_of, ctx_of
from fairdue.core.findings import Finding, RefusedError, errors, refuse

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterable
    from datetime import date
    from uuid import UUID

    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.validation.record import Record

type _Parsers = _SubParsersAction[ArgumentParser]


def register(subparsers: _Parsers) -> None:
    """Add `invoice check|validate|packs|issue|run` and the actions on further documents."""
    invoice = subparsers.add_parser("invoice", help="check, issue and validate invoices")
    actions = invoice.add_subparsers(dest="action", required=True)
    check = actions.add_parser("check", help="all findings on invoices in JSON, before a number is drawn")
    validate = actions.add_parser("validate", help="UBL, CII or Factur-X files against the official rules")
    for parser, run in ((check, run_check), (validate, run_validate)):
        parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(run=run)
    packs = actions.add_parser("packs", help="official rule packs on this machine: import one, or list them")
    chosen = packs.add_subparsers(dest="deed", required=True)
    adding = chosen.add_parser("add", help="import a folder or zip with manifest.json")
    adding.add_argument("pack", type=Path, metavar="PACK")
    listing = chosen.add_parser("list", help="every pack with its version, validity and origin")
    for parser, run in ((adding, run_packs_add), (listing, run_packs_list)):
        parser.add_argument("--json", action="store_true")
        parser.set_defaults(run=run)
    issue = actions.add_parser("issue", help="issue invoices in JSON for a creditor; files and verdicts go to --out")
    issue.add_argument(
        "files", nargs="+", type=Path, metavar="FILE", help='invoice JSON with "debtor": customer number'
    )
    issue.add_argument("--out", type=Path, required=True, metavar="DIR")
    add_scope(issue)
    issue.set_defaults(run=run_issue)
    invoice_documents.add(actions)
    invoice_runs.add(actions)
    invoice_standing.add(actions)


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


def run_packs_add(args: Namespace) -> int:
    """Import a rule pack; 1 with every reason where it is refused."""
    from fairdue.invoicing.validation import store

    if not args.pack.exists():
        sys.stderr.write(f"fairdue invoice: {args.pack}: No such file or directory\n")
        raise SystemExit(2)
    try:
        kept = store.add(args.pack)
    except RefusedError as error:
        rows = [{"code": one.code, "path": one.path, "message": one.message} for one in error.findings]
        _answer(rows, map(_line, error.findings), as_json=args.json)
        return 1
    until = f" until {kept.valid_to}" if kept.valid_to else ""
    line = f"{kept.name} {kept.version} judges {kept.rule_set} ({kept.syntax}) from {kept.valid_from or 'ever'}{until}."
    _answer([{"rule_set": kept.rule_set, "syntax": kept.syntax, "version": kept.version}], [line], as_json=args.json)
    return 0


def _day(value: date | None) -> str:
    return value.isoformat() if value else "-"


def run_packs_list(args: Namespace) -> int:
    """Print every rule pack on this machine."""
    from fairdue.invoicing.validation.packs import installed
    from fairdue.invoicing.validation.record import pack_to_wire

    found = installed()
    lines = (
        f"{one.name:24}{one.version:28}{one.origin:10}{_day(one.valid_from):12}{_day(one.valid_to):12}{one.sha256[:12]}"
        for one in found
    )
    _answer([pack_to_wire(one) for one in found], lines, as_json=args.json)
    return 0


def run_validate(args: Namespace) -> int:
    """Print the verdict of the official rules on each file; 1 unless all of them are valid."""
    from fairdue.invoicing.validation.pool import default_pool
    from fairdue.invoicing.validation.record import State
    from fairdue.invoicing.validation.reviewing import review

    records = [(path, review(data)) for path in args.files if (data := _bytes(path))]
    default_pool().close()
    rows = [{"file": str(path), **record.to_wire()} for path, record in records]
    lines = [line for path, record in records for line in _told(path, record)]
    _answer(rows, lines, as_json=args.json)
    return 0 if all(record.state is State.VALID for _, record in records) else 1


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


def run_issue(args: Namespace) -> int:
    """Issue invoices from JSON, all or none; write each file with its verdict. A second run issues nothing new."""
    contents = [(path, _content(path)) for path in args.files]
    ctx = ctx_of(args)
    with ctx.open():
        today = business_date(args, ctx)
        creditor = creditor_of(args, ctx)
        if creditor is None:
            raise refuse("creditor.needed", "--creditor", "Name the creditor that issues.")
        invoices = _issued(ctx, creditor, contents, today)
    args.out.mkdir(parents=True, exist_ok=True)
    rows = [
        {"file": str(path), "invoice": str(invoice), **_written(ctx, invoice, args.out, today)}
        for (path, _), invoice in zip(contents, invoices, strict=True)
    ]
    lines = [f"{row['file']}: {row['number']} ({', '.join(row['files'])})" for row in rows]
    _answer(rows, lines, as_json=args.json)
    return 0 if all(state == "valid" for row in rows for state in row["states"]) else 1


def _content(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(_bytes(path))
    except ValueError as error:
        raise refuse("format.json", str(path), f"This is not JSON: {error}") from None
    if not isinstance(content, dict) or not isinstance(content.get("debtor"), str):
        raise refuse("format.debtor", str(path), 'The invoice names its customer by number: "debtor": "D-1007".')
    return content


def _issued(ctx: Ctx, creditor: UUID, contents: list[tuple[Path, dict[str, Any]]], today: date) -> list[UUID]:
    import hashlib

    from fairdue.invoicing import services
    from fairdue.parties.selectors import debtors_by_external_id

    known = debtors_by_external_id(ctx, creditor, [content["debtor"] for _, content in contents])
    drafts, keys = [], []
    for path, content in contents:
        debtor = known.get(content["debtor"])
        if debtor is None:
            raise refuse("debtor.unknown", str(path), f"There is no customer {content['debtor']!r}.")
        body = {key: value for key, value in content.items() if key not in {"debtor", "term"}}
        keys.append(hashlib.sha256(json.dumps([str(creditor), content], sort_keys=True).encode()).hexdigest())
        drafts.append(
            services.write_draft(
                ctx, creditor=creditor, debtor=debtor, content=body, currency=str(content.get("currency", "")),
                term=content.get("term"), today=today, key=f"cli:draft:{keys[-1]}",
            )
        )  # fmt: skip
    key = hashlib.sha256("".join(keys).encode()).hexdigest()
    return services.issue_invoices(ctx, drafts=drafts, today=today, key=f"cli:issue:{key}")


def _written(ctx: Ctx, invoice: UUID, out: Path, today: date) -> dict[str, Any]:
    """Render what is missing, keep it, and write every file of the invoice with its verdict into `out`."""
    from fairdue.foundation.files import load
    from fairdue.invoicing import selectors, services

    with ctx.open():
        missing = services.missing_formats(ctx, invoice)
    for code in missing:
        with ctx.open():
            written, verdict = services.rendered(ctx, invoice, code)
            services.keep_document(ctx, invoice=invoice, code=code, written=written, verdict=verdict, today=today)
    with ctx.open():
        page = selectors.invoice(ctx, invoice, today=today)
        assert page is not None
        files = [(document, *load(ctx, document.file_id)) for document in page.documents]
    for document, row, content in files:
        (out / row.name).write_bytes(content)
        record = json.dumps(document.record, indent=2, ensure_ascii=False)
        (out / f"{row.name}.validation.json").write_text(f"{record}\n", encoding="utf-8")
    return {
        "number": page.row.number,
        "files": [row.name for _, row, _ in files],
        "states": [document.state for document, _, _ in files],
    }
