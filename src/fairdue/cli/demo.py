"""`fairdue demo`: the product with realistic data, in one command."""

from __future__ import annotations

import argparse
import os

from fairdue.cli import base
from fairdue.cli.operate import require_free, run_servers

DATABASE = "fairdue_demo"


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `demo` to the command line."""
    words = "load the demo if it is not there and serve it"
    parser = subparsers.add_parser("demo", help=words, description=words)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--fresh", action="store_true", help="throw the demo away and load it anew")
    parser.add_argument("--load-only", action="store_true", help="load and leave without serving")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Load the demo into a database of its own and serve it with the worker."""
    os.environ.setdefault("FAIRDUE_DATABASE", DATABASE)
    os.environ.setdefault("FAIRDUE_BASE_URL", f"http://{args.host}:{args.port}")
    if not args.load_only:
        require_free(args.host, args.port)
    base.start()
    from fairdue.demo.load import is_complete, load
    from fairdue.foundation import clock
    from fairdue.foundation.migrating import empty_database, migrate_all

    if args.fresh or not is_complete():
        print("Loading the demo …", flush=True)
        empty_database()
        migrate_all()
        load(clock.today("Europe/Berlin"))
    else:
        migrate_all()
    if args.load_only:
        return 0
    _welcome(args.host, args.port)
    return run_servers(args.host, args.port, with_worker=True)


def _welcome(host: str, port: int) -> None:
    from django.conf import settings

    from fairdue.demo.people import PASSWORD, PEOPLE

    print(f"\nFairdue runs at http://{host}:{port}\n\nSign in with the password {PASSWORD} as")
    for person in PEOPLE:
        print(f"  {person.email:<36} {person.role.replace('_', ' ')}")
    print(f"\nMail that it sends is written to {settings.DATA / 'mail'}. Ctrl-C stops it.")
    print("Commands reach it with --demo, from another terminal: `.venv/bin/fairdue --demo verify`.", flush=True)
