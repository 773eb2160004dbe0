"""`fairdue invoice run`: start a bulk run, tell how far one is, cancel or repeat it.

Exit 0 done or under way, 1 where drafts were refused (each rule is told) or files are not valid, 2 usage.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cli.base import add_scope, business_date, creditor_of, ctx_of
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Iterator

    from fairdue.foundation.context import Ctx
    from fairdue.invoicing.selectors import Progress

type _Parsers = _SubParsersAction[ArgumentParser]
LOOK_SECONDS = 1.0
STATES = ("issued", "refused", "waiting", "gone", "cancelled")


def add(actions: _Parsers) -> None:
    """Add `run` to `fairdue invoice`."""
    parser = actions.add_parser("run", help="issue all open drafts in the background, or look after such a run")
    parser.add_argument("--run", type=UUID, dest="of", metavar="ID", help="a run that was started before")
    deed = parser.add_mutually_exclusive_group()
    deed.add_argument("--cancel", action="store_true", help="take out of --run what has not begun")
    deed.add_argument("--repeat", action="store_true", help="start again with what --run refused")
    deed.add_argument("--resume", action="store_true", help="queue again what waits in --run")
    deed.add_argument("--retry", action="store_true", help="write again the files of --run that were given up")
    parser.add_argument(
        "--wait", action="store_true", help="work here, beside the workers, until the files are written"
    )
    add_scope(parser)
    parser.set_defaults(run=run_bulk)


def run_bulk(args: Namespace) -> int:
    """Start or look after a run and tell how far it is; 1 where something was refused or is not valid."""
    ctx = ctx_of(args)
    with ctx.open():
        run = _run(ctx, args)
    if args.wait:
        _wait(ctx, run)
    with ctx.open():
        answer, found = _told(ctx, run)
    text = json.dumps(answer, indent=2, ensure_ascii=False, default=str) if args.json else _lines(answer, found)
    sys.stdout.write(f"{text}\n")
    return 1 if found.row.refused or found.failed else 0


def _run(ctx: Ctx, args: Namespace) -> UUID:
    """Return the run that is meant, started, repeated, cancelled or resumed first where that is asked for."""
    from fairdue.invoicing import selectors, services

    today = business_date(args, ctx)
    if args.of is None:
        if args.cancel or args.repeat or args.resume or args.retry:
            raise refuse("run.needed", "--run", "Name the run.")
        return services.start_run(ctx, creditor=creditor_of(args, ctx), today=today)
    run: UUID = args.of
    if selectors.run_progress(ctx, run) is None:
        raise refuse("run.unknown", "--run", "There is no such run.")
    if args.cancel:
        services.cancel_run(ctx, run=run, today=today)
    if args.resume:
        services.resume_run(ctx, run=run, today=today)
    if args.retry:
        services.retry_files(ctx, run=run, today=today)
    return services.repeat_run(ctx, run=run, today=today) if args.repeat else run


@contextmanager
def _worker() -> Iterator[None]:
    """Work in a thread of this process for the block, as `fairdue worker` does."""
    from fairdue.foundation.jobs.running import run_worker

    stopped = threading.Event()
    thread = threading.Thread(target=run_worker, args=(stopped,), name="worker", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join(timeout=60)


def _wait(ctx: Ctx, run: UUID) -> None:
    """Wait until every draft has an outcome and every file is written; tells the progress on standard error."""
    from fairdue.invoicing import selectors
    from fairdue.invoicing.runs import Stage

    before = ""
    with _worker():
        while True:
            with ctx.open():
                found = selectors.run_progress(ctx, run)
            assert found is not None
            row = found.row
            line = f"{row.decided} of {row.drafts} drafts, {found.written} of {found.wanted} files"
            if line != before:
                sys.stderr.write(f"{line}\n")
            if found.stage is Stage.DONE:
                return
            before = line
            time.sleep(LOOK_SECONDS)


def _told(ctx: Ctx, run: UUID) -> tuple[dict[str, Any], Progress]:
    from fairdue.invoicing import selectors

    found = selectors.run_progress(ctx, run)
    assert found is not None
    row = found.row
    answer: dict[str, Any] = {
        "run": str(run), "stage": found.stage.value, "drafts": row.drafts,
        **{name: getattr(row, name) for name in STATES},
        "files": {name: getattr(found, name) for name in ("wanted", "valid", "invalid", "not_checked", "unwritten")},
        "failed_files": [
            {"invoice": one.invoice, "number": one.number, "format": one.format, "reason": one.reason}
            for one in (selectors.run_unwritten(ctx, run) if found.unwritten else ())
        ],
        "delivery": dict(found.delivery), "refused_by": [asdict(one) for one in selectors.run_findings(ctx, run)],
    }  # fmt: skip
    return answer, found


def _lines(answer: dict[str, Any], found: Progress) -> str:
    counts = [
        f"{answer[name]} {name}" for name in ("issued", "refused", "waiting", "gone", "cancelled") if answer[name]
    ]
    lines = [f"run {answer['run']}: {answer['stage']}", f"  {answer['drafts']} drafts: {', '.join(counts)}"]
    if found.wanted:
        files = [f"{count} {name.replace('_', ' ')}" for name, count in answer["files"].items() if count]
        lines.append(f"  files: {', '.join(files)}")
    if found.delivery:
        lines.append(f"  delivery: {', '.join(f'{count} {state}' for state, count in found.delivery.items())}")
    lines += [f"  {one['number']} as {one['format']}: {one['reason']}" for one in answer["failed_files"]]
    lines += [f"  {one['count']} refused, {one['code']}: {one['message']}" for one in answer["refused_by"]]
    return "\n".join(lines)
