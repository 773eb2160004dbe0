"""`fairdue insurance run | indemnity | quote | obligations`: the nightly run, and the rules as calculators.

A calculator's file is JSON (docs/reference/insurance-files.md); `-` reads standard input; no database is
touched. Exit 0 done, 1 refused with findings, 2 usage.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from fairdue.cli import base
from fairdue.cli.insurance_shown import DONE, USAGE, as_lines, show_answer, show_findings
from fairdue.core.findings import RefusedError, refuse
from fairdue.core.insurance.answers import Plain, answer_indemnity, answer_obligations, answer_quote
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    import argparse

LARGEST_FILE = 50_000_000
"""Bytes; a file of more than a hundred thousand items is a mistake."""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `insurance` with its calculators to the command line."""
    parser = subparsers.add_parser("insurance", help="cover, obligations, premium and indemnity")
    commands = parser.add_subparsers(dest="insurance_command", required=True, metavar="COMMAND")
    for name, words in (
        ("indemnity", "compute the indemnity of a loss with its calculation sheet"),
        ("quote", "compute premiums: declared turnover, price by factors, top-up"),
        ("obligations", "list every date that insured items impose"),
    ):
        command = commands.add_parser(name, help=words, description=words)
        command.add_argument("file", metavar="FILE", help="JSON file, - for standard input")
        command.add_argument("--json", action="store_true", help="answer as JSON")
        command.add_argument("--today", type=date.fromisoformat, help="the day on which dates stand")
        command.add_argument("--tenant", help="not needed by a calculator")
        command.add_argument("--creditor", help="not needed by a calculator")
        command.set_defaults(run=run)
    from fairdue.cli import insurance_asked

    insurance_asked.register(commands)
    for name, words in (
        ("premium-post", "book the premium of a policy on what is declared, beyond what is booked"),
        ("premium-reverse", "take the last booking of a policy's premium back"),
    ):
        booking = commands.add_parser(name, help=words, description=words)
        booking.add_argument("policy", help="the policy's number")
        base.add_scope(booking)
        booking.set_defaults(run=book_premium)
    nightly = commands.add_parser("run", help="file claims that are due, indemnify those at their date of loss")
    base.add_scope(nightly)
    nightly.add_argument("--date", type=date.fromisoformat, dest="today", help="the business date, as --today")
    nightly.set_defaults(run=run_room)


def book_premium(args: argparse.Namespace) -> int:
    """Book a premium, or take the last booking back, and say what stands in the books."""
    ctx = base.ctx_of(args)
    from fairdue.insurance import selectors
    from fairdue.insurance.services import post_premium, reverse_premium

    today = base.business_date(args, ctx)
    with ctx.open():
        creditor = base.creditor_of(args, ctx)
        found = [row for row in selectors.policies_on(ctx, today, creditor=creditor) if row.number == args.policy]
        if len(found) != 1:
            raise refuse("policy.unknown", "POLICY", f"There is no one policy {args.policy!r}; name --creditor.")
        if args.insurance_command == "premium-post":
            post_premium(ctx, policy=found[0].id, today=today)
        else:
            standing = [row for row in selectors.premiums_posted(found[0].id) if not row.reversed]
            last = next((row for row in standing if row.reversal_of_id is None), None)
            if last is None:
                raise refuse("premium.unknown", "POLICY", "No booking of this policy's premium stands.")
            reverse_premium(ctx, posting=last.id, today=today)
        booked = sum(row.premium + row.tax for row in selectors.premiums_posted(found[0].id))
    answer: Plain = {"policy": args.policy, "booked": _major(booked, found[0].currency)}
    sys.stdout.write((json.dumps(answer, indent=2) if args.json else f"booked {answer['booked']}") + "\n")
    return DONE


def run_room(args: argparse.Namespace) -> int:
    """Run the room for a business date and say what it filed and indemnified."""
    ctx = base.ctx_of(args)
    from fairdue.insurance.selectors import claims
    from fairdue.insurance.services import run as run_insurance

    ran = run_insurance(ctx, today=base.business_date(args, ctx))
    with ctx.open():
        rows = [row for row in claims(ctx) if row.id in {*ran.filed, *ran.indemnified}]
    answer: Plain = {"filed": len(ran.filed), "indemnified": len(ran.indemnified), "claims": [
        {"number": row.number, "customer": row.debtor_name, "state": row.state, "date_of_loss": str(row.loss_on),
         "claimed": _major(row.claimed, row.currency), "indemnity": _major(row.indemnity, row.currency)}
        for row in rows
    ]}  # fmt: skip
    shown = json.dumps(answer, indent=2, ensure_ascii=False) if args.json else "\n".join(as_lines(answer))
    sys.stdout.write(shown + "\n")
    return DONE


def _major(minor: int | None, currency: str) -> str | None:
    return None if minor is None else str(decimal_of(minor, currency))


def run(args: argparse.Namespace) -> int:
    """Compute the answer for the file of `args` and print it; findings go to standard error."""
    try:
        content = _read(args.file)
    except OSError as error:
        sys.stderr.write(f"{args.file}: {error.strerror}\n")
        return USAGE
    except RefusedError as refusal:
        return show_findings(refusal, as_json=args.json)
    return show_answer(lambda: _answer(args, content), as_json=args.json)


def _answer(args: argparse.Namespace, content: object) -> Plain:
    if args.insurance_command == "indemnity":
        return answer_indemnity(content)
    if args.insurance_command == "quote":
        return answer_quote(content)
    return answer_obligations(content, args.today)


def _read(name: str) -> object:
    """Return the JSON content with exact numbers; a file that is none is refused, not a crash."""
    raw = sys.stdin.buffer.read(LARGEST_FILE + 1) if name == "-" else _bounded(Path(name))
    if len(raw) > LARGEST_FILE:
        raise refuse("file.size", "", f"the file is larger than {LARGEST_FILE} bytes")
    try:
        return json.loads(raw, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise refuse("file.json", "", f"not JSON: {error}") from None


def _bounded(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(LARGEST_FILE + 1)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is not a number of JSON")
