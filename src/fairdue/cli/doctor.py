"""`fairdue doctor`: is this installation well, and what to do where it is not."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from fairdue.cli import base


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command."""
    words = "examine the installation: a line each, with what to do; exit 1 when something fails"
    parser = subparsers.add_parser("doctor", help=words, description=words)
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Examine what can be examined, even where the database is away."""
    away = _away()
    from fairdue.foundation.doctor import Status, fail, signs

    advice = "Start the server, or check DATABASE_URL (or the folder and log of the embedded one)."
    found = [fail("database", away, advice)] if away else []
    found += signs(database=not away)
    if args.json:
        print(json.dumps([asdict(sign) for sign in found], indent=2, ensure_ascii=False))
    else:
        for sign in found:
            print(f"{sign.status:<5}{sign.about:<13}{sign.sentence}")
            if sign.advice:
                print(f"{'':<18}→ {sign.advice}")
    return 1 if any(sign.status is Status.FAIL for sign in found) else 0


def _away() -> str:
    """Start what `base.start` starts; say why the database is away, or nothing."""
    import psycopg

    from fairdue.foundation.localdb import LocalServerError

    problem = ""
    try:
        base.start_database()
    except (psycopg.Error, LocalServerError, OSError) as error:
        problem = str(error).strip().splitlines()[0]
    base.start_application()
    return problem
