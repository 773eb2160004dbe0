"""`fairdue`: the map of what the command line can do. Exit 0 done, 1 refused with findings, 2 usage."""

from __future__ import annotations

import argparse
import importlib
import os
import sys
from collections.abc import Sequence

from fairdue import __version__
from fairdue.cli.demo import DATABASE as DEMO_DATABASE
from fairdue.core.findings import RefusedError
from fairdue.foundation.localdb.binaries import LocalServerError

GROUPS = (
    "demo", "operate", "backup", "doctor", "mail", "access", "seed", "imports", "invoice", "delivery", "cash",
    "collections", "note", "insurance", "law", "report",
)  # fmt: skip
"""Modules of this package, each with `register(subparsers)`."""
DATABASE_SAYS = {
    "42P01": "error: the database {} holds nothing of this version of Fairdue: `fairdue migrate` prepares it; "
    "`fairdue --demo …` works on the demo [database.empty]",
    "57014": "error: the database {} took too long for one step, and that step was not done; what was done before it "
    "stays. Run the command again when the machine has less to do [database.slow]",
}
"""What a person is told for a state of SQL: no such table, a statement that ran into its time limit."""


def parser() -> argparse.ArgumentParser:
    """Return the whole command line."""
    root = argparse.ArgumentParser(
        prog="fairdue", description="Accounts receivable: invoice correctly, get paid on time, insure the rest."
    )
    root.add_argument("--version", action="version", version=f"fairdue {__version__}")
    root.add_argument("--demo", action="store_true", help="work on the demo, which has a database of its own")
    commands = root.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for group in GROUPS:
        importlib.import_module(f"fairdue.cli.{group}").register(commands)
    return root


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit status."""
    args = parser().parse_args(arguments)
    if args.demo:
        os.environ["FAIRDUE_DATABASE"] = DEMO_DATABASE
    try:
        return int(args.run(args))
    except RefusedError as refused:
        for finding in refused.findings:
            told = not finding.path or finding.message.casefold().startswith(finding.path.casefold())
            place = "" if told else f"{finding.path}: "
            print(f"{finding.severity}: {place}{finding.message} [{finding.code}]", file=sys.stderr)
        return 1
    except LocalServerError as error:
        print(f"error: the embedded database: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    except Exception as error:  # of the database, which is not loaded for every command
        said = DATABASE_SAYS.get(getattr(error.__cause__, "sqlstate", ""))
        if said is None:
            raise
        print(said.format(os.environ.get("FAIRDUE_DATABASE", "fairdue")), file=sys.stderr)
        return 1
