"""`fairdue delivery list|retry|bounces|answers|print|posted|verify`: what became of invoices on their way.

Exit 0 done, 1 refused with findings, 2 usage (unreadable file).
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cli.base import add_scope, business_date, creditor_of, ctx_of
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from fairdue.foundation.context import Ctx

type _Deed = Callable[[Ctx, argparse.Namespace, date], list[dict[str, Any]]]


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the group."""
    words = "deliveries: their state, retry, bounces, answers of networks, print batches"
    group = subparsers.add_parser("delivery", help=words, description=words)
    verbs = group.add_subparsers(dest="delivery_command", required=True, metavar="ACTION")
    for name, help_, deed in _VERBS:
        parser = verbs.add_parser(name, help=help_, description=help_)
        if name in {"bounces", "answers"}:
            parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
        if name == "answers":
            parser.add_argument("--channel", required=True, help="sdi, ksef, platform, folder or peppol")
        if name == "verify":
            parser.add_argument("customer", help="the customer number")
        if name == "posted":
            parser.add_argument("batch", type=UUID, metavar="BATCH")
        if name == "list":
            parser.add_argument("--state", default="", help="queued, sent, delivered or failed")
        add_scope(parser)
        parser.set_defaults(run=_runner(deed))


def _runner(deed: _Deed) -> Callable[[argparse.Namespace], int]:
    def run(args: argparse.Namespace) -> int:
        ctx = ctx_of(args)
        with ctx.open():
            today = business_date(args, ctx)
        if deed is _verify:  # registers are asked outside any transaction
            rows = deed(ctx, args, today)
        else:
            with ctx.open():
                rows = deed(ctx, args, today)
        lines = ("  ".join(str(value) for value in row.values() if value) for row in rows)
        text = json.dumps(rows, indent=2, ensure_ascii=False, default=str) if args.json else "\n".join(lines)
        sys.stdout.write(f"{text}\n")
        return 0

    return run


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        sys.stderr.write(f"fairdue delivery: {path}: {error.strerror}\n")
        raise SystemExit(2) from None


def _list(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    from fairdue.invoicing import monitor

    del today
    rows = monitor.deliveries(ctx, filters={"state": args.state}, creditor=creditor_of(args, ctx), limit=1000)
    return [
        {"number": row.number, "state": row.state, "channel": row.channel, "recipient": row.recipient,
         "reason": row.reason or row.why, "reference": row.reference}
        for row in rows
    ]  # fmt: skip


def _retry(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    from fairdue.invoicing import monitor, services

    rows = monitor.deliveries(ctx, filters={"state": "failed"}, creditor=creditor_of(args, ctx), limit=1000)
    wanted = {row.invoice_id: row.number for row in rows if row.retryable}
    services.retry_deliveries(ctx, invoices=list(wanted), today=today)
    return [{"number": number, "state": "queued"} for number in wanted.values()]


def _bounces(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    from fairdue.invoicing import services

    return [
        {"file": str(path), "delivery": services.take_bounce(ctx, content=_bytes(path), today=today)}
        for path in args.files
    ]


def _answers(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    from fairdue.invoicing import services

    return [
        {"file": str(path), "new": len(services.take_answers(
            ctx, channel=args.channel, name=path.name, content=_bytes(path), today=today))}
        for path in args.files
    ]  # fmt: skip


def _print(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    from fairdue.invoicing import services

    creditor = creditor_of(args, ctx)
    if creditor is None:
        raise refuse("creditor.needed", "--creditor", "Name the creditor.")
    return [{"batch": services.make_print_batch(ctx, creditor=creditor, today=today)}]


def _posted(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    from fairdue.invoicing import services

    return [{"posted": services.confirm_print_batch(ctx, batch=args.batch, today=today)}]


def _verify(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    from fairdue.parties import selectors, services

    with ctx.open():
        creditor = creditor_of(args, ctx)
        if creditor is None:
            raise refuse("creditor.needed", "--creditor", "Name the creditor.")
        debtor = selectors.debtors_by_external_id(ctx, creditor, [args.customer]).get(args.customer)
    if debtor is None:
        raise refuse("debtor.unknown", "customer", f"This creditor has no customer {args.customer}.")
    found = services.look_at(ctx, debtor=debtor)
    with ctx.open():
        services.keep_evidence(ctx, debtor=debtor, evidence=found, today=today)
    return [
        {"what": one.what, "layer": one.layer.value, "outcome": one.outcome.value.replace("_", " "),
         "value": one.value, "source": one.source, "detail": one.detail}
        for one in found
    ]  # fmt: skip


_VERBS: tuple[tuple[str, str, _Deed], ...] = (
    ("list", "deliveries, newest first", _list),
    ("retry", "deliver again what failed, all of it or none", _retry),
    ("bounces", "take delivery reports (RFC 3464), one mail a file; all or none", _bounces),
    ("answers", "take answers of a transmitter: SdI XML, or CSV reference,code,reason,date,id", _answers),
    ("print", "bind what waits for the print shop", _print),
    ("verify", "look at a customer's address, e-mail and numbers in every layer, and keep what is found", _verify),
    ("posted", "say that a batch is in the post", _posted),
)
