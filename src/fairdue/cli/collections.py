"""`fairdue collections run`, `fairdue collections worklist`, `fairdue statement`."""

from __future__ import annotations

import json
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairdue.cli import cadences
from fairdue.cli.base import add_scope, business_date, creditor_of, ctx_of
from fairdue.core.findings import refuse
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from fairdue.foundation.context import Ctx


def register(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add `collections run|worklist` and `statement`."""
    collections = subparsers.add_parser("collections", help="reminders, notices and the worklist")
    commands = collections.add_subparsers(dest="collections_command", required=True)
    run = commands.add_parser("run", help="take every step that is due")
    run.add_argument("--date", type=date.fromisoformat, default=None, help="the business date of the run")
    run.add_argument("--dry-run", action="store_true", help="tell what would run and change nothing")
    add_scope(run)
    run.set_defaults(run=_run)
    worklist = commands.add_parser("worklist", help="what waits for a person, most urgent first")
    worklist.add_argument("--limit", type=int, default=50)
    add_scope(worklist)
    worklist.set_defaults(run=_worklist)
    cadences.register(commands)
    statement = subparsers.add_parser("statement", help="a customer's statement of account")
    statement.add_argument("debtor", help="the customer's external id")
    statement.add_argument("--out", type=Path, required=True, help="FILE.txt, FILE.html or FILE.csv")
    add_scope(statement)
    statement.set_defaults(run=_statement)


def _run(args: Namespace) -> int:
    ctx = ctx_of(args)
    today = args.date or business_date(args, ctx)
    with ctx.open():
        creditor = creditor_of(args, ctx)
    answer = (_dry if args.dry_run else _real)(ctx, today, creditor)
    _print(answer, as_json=args.json)
    return 0


def _real(ctx: Ctx, today: date, creditor: UUID | None) -> dict[str, Any]:
    from fairdue.collections.services import run_cadence, settle_promises

    with ctx.open():
        settled = settle_promises(ctx, today=today)
    result = run_cadence(ctx, today=today, creditor=creditor)
    return {
        "date": today.isoformat(),
        "promises_settled": settled,
        "notices": result.notices,
        "calls": result.calls,
        "items": result.items,
        "totals": _decimals(result.totals),
        "left_out": dict(result.skipped),
    }


def _dry(ctx: Ctx, today: date, creditor: UUID | None) -> dict[str, Any]:
    from fairdue.collections.services.run import RunResult, preview_run

    result, contacts = RunResult(), []
    for planned, skipped in preview_run(ctx, today=today, creditor=creditor):
        result.add(planned, skipped)
        contacts += [
            {
                "debtor": one.debtor.name,
                "step": one.contact.step.template,
                "level": one.contact.step.level,
                "channel": one.contact.step.channel,
                "items": [one.items[line.item.id].number for line in one.contact.lines],  # type: ignore[index]
                "totals": _decimals(one.contact.totals),
            }
            for one in planned
        ]
    return {
        "date": today.isoformat(),
        "dry_run": True,
        "notices": result.notices,
        "calls": result.calls,
        "items": result.items,
        "totals": _decimals(result.totals),
        "left_out": dict(result.skipped),
        "contacts": contacts,
    }


def _decimals(totals: Mapping[str, int]) -> dict[str, str]:
    return {currency: str(decimal_of(minor, currency)) for currency, minor in sorted(totals.items())}


def _print(answer: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(answer, ensure_ascii=False, indent=2) + "\n")
        return
    for key, value in answer.items():
        for line in _lines(value):
            sys.stdout.write(f"{key.replace('_', ' '):<18}{line}\n")


def _lines(value: object) -> Sequence[str]:
    if isinstance(value, list):
        return [line for entry in value for line in _lines(entry)]
    if isinstance(value, dict):
        return ["  ".join(f"{k} {v}" for k, v in value.items())] if value else []
    return [str(value)]


def _worklist(args: Namespace) -> int:
    from fairdue.collections import selectors

    ctx = ctx_of(args)
    today = business_date(args, ctx)
    with ctx.open():
        rows = selectors.worklist(ctx, today=today, creditor=creditor_of(args, ctx), limit=args.limit)
    answer = [
        {
            "priority": row.priority,
            "customer": row.debtor_name,
            "kind": row.kind,
            "reason": row.reason,
            "due": row.due_on.isoformat(),
            "overdue": str(decimal_of(row.overdue, row.currency)),
            "currency": row.currency,
        }
        for row in rows
    ]
    _print({"worklist": answer}, as_json=args.json)
    return 0


def _statement(args: Namespace) -> int:
    ctx = ctx_of(args)
    today = business_date(args, ctx)
    from fairdue.collections.statement import WRITERS, statement_of

    write = WRITERS.get(args.out.suffix.lower())
    if write is None:
        known = ", ".join(sorted(WRITERS))
        raise refuse("statement.format", "--out", f"A statement is written as one of {known}.")
    with ctx.open():
        text = write(statement_of(ctx, debtor=debtor_of(args, ctx), today=today))
    args.out.write_text(text, "utf-8")
    _print({"written": str(args.out)}, as_json=args.json)
    return 0


def debtor_of(args: Namespace, ctx: Ctx) -> UUID:
    """Return the customer that `args.debtor` names; refuses where several creditors have one of this number."""
    from fairdue.collections.selectors import debtors_by_external_id

    found = debtors_by_external_id(args.debtor, creditor_of(args, ctx))
    if not found:
        raise refuse("debtor.unknown", "DEBTOR", f"There is no customer {args.debtor!r}.")
    if len(found) > 1:
        raise refuse("debtor.ambiguous", "DEBTOR", "Several creditors have this customer; name --creditor.")
    return found[0]
