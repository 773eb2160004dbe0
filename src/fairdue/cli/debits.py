"""`fairdue cash debits` shows or makes a run of direct debits; `fairdue cash debit-answers FILE` reads a pain.002."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairdue.cli.base import add_scope, business_date, creditor_of, tenant_scope
from fairdue.core.findings import refuse
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    import argparse


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `debits` and `debit-answers` to the commands of `cash`."""
    parser = commands.add_parser("debits", help="show what would be collected by direct debit; --make orders it")
    parser.add_argument("--on", metavar="DATE", help="the day of collection; the first possible when left out")
    parser.add_argument("--scheme", choices=("core", "b2b"), default="core")
    parser.add_argument("--make", action="store_true", help="order the run, write its file, tell the customers")
    parser.add_argument("--out", metavar="FOLDER", default=".", help="where the file for the bank is written")
    parser.set_defaults(run=debits)
    answers = commands.add_parser("debit-answers", help="read the bank's answer to a run (pain.002)")
    answers.add_argument("file", metavar="FILE")
    answers.set_defaults(run=read_answers)
    for one in (parser, answers):
        add_scope(one)


def debits(args: argparse.Namespace) -> int:
    """Show a run with its reasons, or make it and write its file."""
    from fairdue.cash.directdebit import making, proposing

    with tenant_scope(args) as ctx:
        creditor, today = creditor_of(args, ctx), business_date(args, ctx)
        if creditor is None:
            raise refuse("creditor.missing", "creditor", "Say whose direct debits: --creditor CODE.")
        on = date.fromisoformat(args.on) if args.on else making.first_day(ctx, today)
        found = proposing.propose_run(ctx, creditor=creditor, collect_on=on, scheme=args.scheme, today=today)
        answer = _shown(found)
        if args.make:
            run = making.make_debit_run(ctx, creditor=creditor, collect_on=on, scheme=args.scheme, today=today)
            answer["file"] = str(_written(ctx, run, Path(args.out)))
    if args.json:
        print(json.dumps(answer, indent=2, ensure_ascii=False))
        return 0
    for row in answer["collects"]:
        print(f"{row['item']}  {row['amount']} EUR  {row['customer']}  {row['mandate']} {row['sequence']}")
    for row in answer["excluded"]:
        print(f"{row['item']}  left out: {row['reason']}")
    print(f"{len(answer['collects'])} collections, {answer['amount']} EUR on {on}{_where(answer)}")
    return 0


def _where(answer: dict[str, Any]) -> str:
    return f": {answer['file']}" if "file" in answer else "; nothing was ordered"


def _shown(found: Any) -> dict[str, Any]:
    return {
        "collect_on": found.collect_on.isoformat(), "amount": str(decimal_of(found.amount, "EUR")),
        "collects": [
            {
                "item": one.item.number, "customer": one.item.debtor_name, "mandate": one.mandate.reference,
                "sequence": str(one.sequence), "amount": str(decimal_of(one.amount, "EUR")),
            }
            for one in found.collects
        ],
        "excluded": [{"item": one.item.number, "reason": one.reason} for one in found.excluded],
    }  # fmt: skip


def _written(ctx: Any, run: Any, folder: Path) -> Path:
    from fairdue.cash.directdebit import selectors
    from fairdue.foundation.files import load

    kept = selectors.file_of(run)
    assert kept is not None
    row, content = load(ctx, kept)
    path = folder / row.name
    path.write_bytes(content)
    return path


def read_answers(args: argparse.Namespace) -> int:
    """Read a pain.002 file and say how many collections it refuses."""
    from fairdue.cash.directdebit.answering import read_debit_answers
    from fairdue.foundation.files import store

    path = Path(args.file)
    if not path.is_file():
        raise refuse("file.missing", args.file, f"There is no file {args.file}.")
    with tenant_scope(args) as ctx:
        kept = store(ctx, content=path.read_bytes(), name=path.name, media_type="application/xml")
        refused = read_debit_answers(ctx, file=kept.id, today=business_date(args, ctx))
    print(json.dumps({"rejected": len(refused)}) if args.json else f"{len(refused)} collections rejected")
    return 0
