"""`fairdue migrate | serve | worker | demo | drain | verify`: run an installation."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from fairdue.cli import base
from fairdue.core.findings import refuse


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of an operator."""
    for name, run, words in (
        ("migrate", migrate, "create or update the tables"),
        ("worker", worker, "relay facts, run jobs, send mail"),
    ):
        subparsers.add_parser(name, help=words, description=words).set_defaults(run=run)
    serve = subparsers.add_parser("serve", help="serve the web application", description="serve the web application")
    serve.add_argument("--port", type=int, default=8000)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--with-worker", action="store_true", help="run the worker beside it")
    serve.set_defaults(run=serve_web)
    drain = subparsers.add_parser("drain", help="work until nothing is due", description="work until nothing is due")
    drain.add_argument("--timeout", type=float, default=60.0, metavar="S", help="seconds")
    drain.add_argument("--again", action="store_true", help="try facts that a consumer gave up on once more")
    drain.set_defaults(run=drain_work)
    verify = subparsers.add_parser("verify", help="recompute every invariant", description="recompute every invariant")
    verify.add_argument("--tenant")
    verify.add_argument("--json", action="store_true")
    verify.set_defaults(run=verify_books)


def migrate(args: argparse.Namespace) -> int:
    """Migrate as the owner and give the app role its platform grants."""
    del args
    base.start()
    from fairdue.foundation.migrating import migrate_all

    migrate_all(verbosity=1)
    return 0


def serve_web(args: argparse.Namespace) -> int:
    """Serve until a signal comes."""
    os.environ.setdefault("FAIRDUE_BASE_URL", f"http://{args.host}:{args.port}")
    base.start()
    from django.conf import settings

    require_free(args.host, args.port)
    beside = "" if args.with_worker else " The worker is not started here: `fairdue worker` sends mail and runs jobs."
    print(f"Fairdue runs at {settings.BASE_URL}. Ctrl-C stops it.{beside}", flush=True)
    return run_servers(args.host, args.port, with_worker=args.with_worker)


def require_free(host: str, port: int) -> None:
    """Refuse a port that something else listens on, before any work is done."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            words = f"Fairdue cannot listen on {host}:{port}: {error.strerror}. Choose another with --port."
            raise refuse("serve.port", "--port", words) from None


def run_servers(host: str, port: int, *, with_worker: bool) -> int:
    """Run granian (and the worker) as child processes; when one ends or a signal comes, end all."""
    from django.conf import settings

    from fairdue.foundation.checks import binding_errors

    if problems := binding_errors():
        sys.exit(f"The application's database role {' and '.join(problems)}; refusing to serve.")
    require_free(host, port)
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)  # WhiteNoise warns about a missing one
    commands = [
        [sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
         "--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning", "fairdue.wsgi:application"]
    ]  # fmt: skip
    if with_worker:
        commands.append([sys.executable, "-m", "fairdue", "worker"])
    children = [subprocess.Popen(command) for command in commands]

    def stop(*_: object) -> None:
        for child in children:
            child.terminate()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while all(child.poll() is None for child in children):
        time.sleep(0.3)
    stop()
    for child in children:
        try:
            child.wait(timeout=20)
        except subprocess.TimeoutExpired:
            child.kill()
    return 0


def worker(args: argparse.Namespace) -> int:
    """Work until a signal comes."""
    del args
    base.start()
    from fairdue.foundation.jobs.running import run_worker

    run_worker()
    return 0


def drain_work(args: argparse.Namespace) -> int:
    """Work until no job, outbox row or mail is due."""
    base.start()
    from fairdue.foundation.facts.outbox import replay_dead
    from fairdue.foundation.jobs import drain

    if args.again:
        print(f"{replay_dead()} facts are tried again")
    if drain(args.timeout):
        return 0
    print(f"still busy after {args.timeout:g} seconds", file=sys.stderr)
    return 1


def verify_books(args: argparse.Namespace) -> int:
    """Recompute every invariant of every tenant (or one) from raw rows and name each broken row."""
    base.start()
    from fairdue.foundation.verifying import verify

    findings = verify(tenant=args.tenant)
    if args.json:
        rows = [{"code": f.code, "path": f.path, "message": f.message} for f in findings]
        print(json.dumps({"clean": not rows, "findings": rows}, indent=2, ensure_ascii=False))
    else:
        for finding in findings:
            print(f"{finding.code}: {finding.path}: {finding.message}")
        print("clean" if not findings else f"{len(findings)} findings")
    return 1 if findings else 0
