"""`fairdue bank import FILE...` and `fairdue cash apply | proposals | export`: statements in, allocations out."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairdue.cli import bankfiles, bankrules, debits, posting, returns
from fairdue.cli.base import add_scope, business_date, creditor_of, tenant_scope
from fairdue.core.findings import RefusedError, refuse
from fairdue.core.money import decimal_of
from fairdue.foundation.tabular.cells import guarded

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from fairdue.foundation.context import Ctx

EXPORT = (
    "payment_ref", "target", "amount", "adjustment", "adjustment_kind", "confidence", "rule", "reason", "state",
)  # fmt: skip
WAITING = (
    "line", "booked_on", "amount", "currency", "payer", "remittance", "confidence", "rule", "customer", "reason",
)  # fmt: skip
_MOST_ROUNDS = 10_000
_CHUNK = 1_000
_PEEKED = 2048


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `bank` and `cash` to the command line."""
    bank = subparsers.add_parser("bank", help="bank files in").add_subparsers(required=True, metavar="COMMAND")
    importing = bank.add_parser("import", help="import bank statements, notifications and reports of any known format")
    importing.add_argument("files", nargs="+", metavar="FILE")
    importing.add_argument(
        "--format", default="", help="camt, mt940, bai2, csv.de ...; found by the content when left out"
    )
    importing.add_argument("--take-findings", action="store_true", help="import although the file does not add up")
    importing.set_defaults(run=import_files)
    bankfiles.register(bank)
    cash = subparsers.add_parser("cash", help="match payments with open items").add_subparsers(
        required=True, metavar="COMMAND"
    )
    applying = cash.add_parser("apply", help="match waiting bank lines and post what is sure")
    applying.add_argument("--shadow", action="store_true", help="only propose, post nothing")
    applying.set_defaults(run=apply)
    proposing = cash.add_parser("proposals", help="list the bank lines that wait, with what is proposed")
    proposing.set_defaults(run=proposals)
    exporting = cash.add_parser("export", help="write what became of every bank line")
    exporting.add_argument("--out", metavar="FILE", help="write into a file instead of the standard output")
    exporting.set_defaults(run=export)
    returns.register(cash)
    bankrules.register(cash)
    debits.register(cash)
    posting.register(cash)
    for parser in (proposing, exporting):
        parser.add_argument("--format", choices=("csv", "json"), default="csv")
    for parser in (importing, applying, proposing, exporting):
        add_scope(parser)


def import_files(args: argparse.Namespace) -> int:
    """Import every file, each whole or not at all; one that is refused is told by its name, and the others go on."""
    refused = 0
    for path in sorted(map(Path, args.files), key=_tells_batches, reverse=True):
        try:
            with tenant_scope(args) as ctx:
                _import(ctx, args, path)
        except RefusedError as error:
            if len(args.files) == 1:
                raise
            refused += 1
            for finding in error.findings:
                print(f"{path.name}: {finding.severity}: {finding.message} [{finding.code}]", file=sys.stderr)
    if refused:
        print(f"{refused} of {len(args.files)} files were refused; nothing of them was imported", file=sys.stderr)
    return int(refused > 0)


def _tells_batches(path: Path) -> bool:
    """Tell whether a file is a notification: it comes first, because it knows the payments of a batch."""
    if not path.is_file():
        return False
    with path.open("rb") as stream:
        return b"camt.054" in stream.read(_PEEKED)


def _import(ctx: Ctx, args: argparse.Namespace, path: Path) -> None:
    from fairdue.cash import selectors, services
    from fairdue.foundation.files import store_file

    if not path.is_file():
        raise refuse("file.missing", str(path), f"There is no file {path}.")
    stored = store_file(ctx, source=path, media_type="application/octet-stream")
    made = services.import_statements(
        ctx, file=stored.id, today=business_date(args, ctx), creditor=_only_creditor(ctx, args),
        take_findings=args.take_findings, format_code=args.format,
    )  # fmt: skip
    found = selectors.statements(ctx, ids=made, limit=len(made))
    if args.json:
        _print_json([_statement(path, row) for row in found])
        return
    for row in found:
        print(f"{path.name}: {row.account} {row.currency}: {_told(row)}")


def _told(row: Any) -> str:
    """Return what came of a statement: its entries, what was new, and whether it is proven."""
    if row.complete:
        state = "adds up"
    elif row.findings:
        state = bankfiles.counted(len(row.findings), "finding", "findings")
    else:
        state = "no balances to check it by"
    entries = bankfiles.counted(row.entries, "entry", "entries")
    return f"{entries}, {bankfiles.counted(row.new_lines, 'new line', 'new lines')}, {state}"


def _only_creditor(ctx: Ctx, args: argparse.Namespace) -> UUID | None:
    """Return the creditor that is named, or the only one there is."""
    from fairdue.parties import selectors as parties

    known = parties.creditors(ctx)
    return creditor_of(args, ctx) or (known[0].id if len(known) == 1 else None)


def _statement(path: Path, row: Any) -> dict[str, Any]:
    return {
        "file": str(path), "statement": str(row.id), "account": row.number, "currency": row.currency,
        "entries": row.entries, "new_lines": row.new_lines, "complete": row.complete, "findings": row.findings,
    }  # fmt: skip


def apply(args: argparse.Namespace) -> int:
    """Match every line that waits, those with an undecided proposal anew; a few thousand lines a transaction.

    Who calls this by hand asks for postings, so shadow mode does not hold them back; --shadow only proposes.
    """
    with tenant_scope(args) as ctx:
        today, creditors = business_date(args, ctx), _creditors(ctx, args)
    matched = sum(_match_all(args, creditor, today) for creditor in creditors)
    with tenant_scope(args) as ctx:
        waiting = sum(_waiting(ctx, creditor) for creditor in creditors)
    answer = {"matched": matched, "posted": matched - min(waiting, matched), "waiting": waiting}
    if args.json:
        _print_json(answer)
    else:
        print(f"{matched} lines matched; {waiting} wait for a person")
    return 0


def _creditors(ctx: Ctx, args: argparse.Namespace) -> list[UUID]:
    from fairdue.parties import selectors as parties

    chosen = creditor_of(args, ctx)
    return [chosen] if chosen else [row.id for row in parties.creditors(ctx)]


def _match_all(args: argparse.Namespace, creditor: UUID, today: date) -> int:
    from fairdue.cash.services import match_again, run_matching

    with tenant_scope(args) as ctx:
        match_again(ctx, creditor=creditor, today=today)
    total = 0
    for _ in range(_MOST_ROUNDS):
        with tenant_scope(args) as ctx:
            count = run_matching(ctx, creditor=creditor, today=today, most=_CHUNK, post=not args.shadow, indexed=True)
        total += count
        if not count:
            break
    return total


def _waiting(ctx: Ctx, creditor: UUID) -> int:
    from fairdue.cash import selectors

    return selectors.waiting_count(ctx, creditor=creditor)


def proposals(args: argparse.Namespace) -> int:
    """List the lines that wait."""
    with tenant_scope(args) as ctx:
        from fairdue.cash import selectors

        found = selectors.waiting(ctx, creditor=creditor_of(args, ctx), limit=100_000)
    rows = [
        {
            "line": str(row.id), "booked_on": row.booked_on.isoformat(),
            "amount": str(decimal_of(row.amount, row.currency)), "currency": row.currency, "payer": row.payer_name,
            "remittance": row.remittance.replace("\n", " "), "confidence": _share(row.confidence),
            "rule": f"{row.source}.{row.step}" if row.source else "", "customer": row.debtor_name or "",
            "reason": row.reason or "",
        }
        for row in found
    ]  # fmt: skip
    _write(args, WAITING, rows)
    return 0


def export(args: argparse.Namespace) -> int:
    """Write what became of every line, or is proposed for it."""
    with tenant_scope(args) as ctx:
        from fairdue.cash import selectors

        found = selectors.export(ctx, creditor=creditor_of(args, ctx))
    rows = [
        {
            "payment_ref": row.payment_ref, "target": row.target, "amount": str(decimal_of(row.amount, row.currency)),
            "adjustment": str(decimal_of(row.adjustment, row.currency)), "adjustment_kind": row.adjustment_kind,
            "confidence": _share(row.confidence), "rule": f"{row.source}.{row.step}" if row.source else "",
            "reason": row.reason or "", "state": row.state,
        }
        for row in found
    ]  # fmt: skip
    _write(args, EXPORT, rows)
    return 0


def _share(confidence: int | None) -> str:
    """Return basis points as a share with four decimals: 9971 is "0.9971"."""
    return "" if confidence is None else f"{confidence // 10_000}.{confidence % 10_000:04d}"


def _write(args: argparse.Namespace, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    if args.json or args.format == "json":
        _print_json(list(rows))
        return
    out = getattr(args, "out", None)
    if out:
        with Path(out).open("w", encoding="utf-8", newline="") as target:
            _write_csv(target, columns, rows)
    else:
        _write_csv(sys.stdout, columns, rows)


def _write_csv(target: Any, columns: Sequence[str], rows: Iterable[dict[str, str]]) -> None:
    writer = csv.DictWriter(target, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: _plain(value) for name, value in row.items()} for row in rows)


def _plain(value: str) -> str:
    """Defuse a cell that a spreadsheet would take for a formula; numbers stay numbers."""
    number = value.lstrip("-").replace(".", "", 1).isdigit()
    return value if number else guarded(value)


def _print_json(answer: Any) -> None:
    print(json.dumps(answer, indent=2, ensure_ascii=False))
