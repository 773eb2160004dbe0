"""`fairdue import debtors|rates|open-items|orders|payments FILE`: rows in, problems out, never a silent skip."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from fairdue.cli import base, first_use
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from uuid import UUID

    from fairdue.foundation.context import Ctx
    from fairdue.foundation.tabular import Profile
    from fairdue.parties.imports import RunRow

WORDS = ("debtors", "rates", "open-items", "orders", "payments")
SHOWN = 20
"""Findings printed; the findings file holds all."""


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    words = "import debtors, exchange rates, open items, orders or past payments from CSV or XLSX"
    parser = subparsers.add_parser("import", help=words, description=words)
    parser.add_argument("kind", choices=WORDS)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--profile", metavar="P", help="name of a saved mapping profile, or a .json file")
    parser.add_argument("--dry-run", action="store_true", help="read and check everything, change nothing")
    parser.add_argument("--valid-only", action="store_true", help="bring in the good rows, leave the others")
    parser.add_argument("--findings", type=Path, metavar="FILE", help="where refused rows go (FILE.findings.csv)")
    base.add_scope(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Import one file; 0 done, 1 refused with findings, 2 usage."""
    if not args.file.is_file():
        print(f"error: there is no file {args.file}", file=sys.stderr)
        return 2
    first_use.prepare(args, args.file)
    ctx = base.ctx_of(args)
    today = base.business_date(args, ctx)
    from fairdue.parties.imports import import_run, run_import

    with ctx.open():
        run_id = run_import(
            ctx, kind=args.kind, path=args.file, creditor=_creditor(ctx, args), today=today,
            profile=_profile(ctx, args), dry_run=args.dry_run, valid_only=args.valid_only,
        )  # fmt: skip
        row = import_run(ctx, run_id)
        assert row is not None
        written = _write_findings(ctx, row, args.findings or args.file.with_suffix(".findings.csv"))
    _tell(row, written, as_json=args.json)
    return _status(row)


def _status(row: RunRow) -> int:
    """Return 0 if everything asked for is done, or a dry run found nothing to refuse."""
    if row.state == "tried":
        return 1 if row.refused else 0
    return 0 if row.state == "done" else 1


def _creditor(ctx: Ctx, args: argparse.Namespace) -> UUID:
    """Return the creditor named, or the only one there is."""
    named = base.creditor_of(args, ctx)
    if named is not None:
        return named
    from fairdue.parties.selectors import creditors

    known = creditors(ctx)
    if len(known) != 1:
        codes = ", ".join(row.code for row in known) or "none"
        raise refuse("creditor.ambiguous", "--creditor", f"Name the creditor with --creditor; there are: {codes}.")
    return known[0].id


def _profile(ctx: Ctx, args: argparse.Namespace) -> Profile | None:
    from fairdue.foundation.tabular import Profile
    from fairdue.parties.imports import profiles

    if not args.profile:
        return None
    if args.profile.endswith(".json"):
        try:
            return Profile.from_json(json.loads(Path(args.profile).read_text(encoding="utf-8")))
        except (OSError, ValueError) as error:
            raise refuse("profile.file", "--profile", f"The profile cannot be read: {error}.") from error
    found = next((row.profile for row in profiles(ctx, args.kind) if row.name == args.profile), None)
    if found is None:
        raise refuse("profile.unknown", "--profile", f"There is no profile {args.profile!r} for {args.kind}.")
    return found


def _write_findings(ctx: Ctx, row: RunRow, path: Path) -> Path | None:
    if row.findings_file_id is None:
        return None
    from fairdue.foundation.files import load

    path.write_bytes(load(ctx, row.findings_file_id)[1])
    return path


def _tell(row: RunRow, written: Path | None, *, as_json: bool) -> None:
    counts = {name: getattr(row, name) for name in ("rows", "created", "changed", "unchanged", "refused")}
    if as_json:
        answer = {
            "run": str(row.id), "state": row.state, **counts, "findings_file": str(written) if written else None,
            "findings": [item.as_json() for item in row.findings],
        }  # fmt: skip
        print(json.dumps(answer, ensure_ascii=False, indent=2))
        return
    for item in row.findings[:SHOWN]:
        print(f"{item.severity}: {item} [{item.code}]", file=sys.stderr)
    if len(row.findings) > SHOWN:
        print(f"… {len(row.findings) - SHOWN} more findings", file=sys.stderr)
    states = {
        "tried": "Tried, nothing is stored",
        "done": "Done",
        "refused": "Refused, nothing is stored; --valid-only brings in the good rows",
    }
    print(f"{states[row.state]}: {', '.join(f'{count} {name}' for name, count in counts.items())}.")
    if written:
        print(f"Refused rows with their problems: {written}")
