"""`fairdue delivery …`: what became of invoices on their way, how they go out, how customers are reached.

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
        if name in {"verify", "confirm", "wish"}:
            parser.add_argument("customer", help="the customer number")
        if name == "confirm":
            parser.add_argument("what", choices=("address", "email"))
            parser.add_argument("--source", required=True, help="how it is known: a call, a letter, a visit")
            parser.add_argument("--wrong", action="store_true", help="it is not right")
        if name == "wish":
            parser.add_argument("channel", nargs="?", default="", help="email, portal, print, peppol; none left out")
        if name == "settings":
            _add_settings(parser)
        if name == "posted":
            parser.add_argument("batch", type=UUID, metavar="BATCH")
        if name == "list":
            parser.add_argument("--state", default="", help="queued, sent, delivered or failed")
        add_scope(parser)
        parser.set_defaults(run=_runner(deed))


def _add_settings(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--delivery", help="auto, none, or one channel for all")
    parser.add_argument("--channel", help="the channel that the client prefers")
    parser.add_argument("--country", action="append", metavar="CC=CHANNEL", help="another preference for a country")
    parser.add_argument("--large", choices=("yes", "no"), help="whether duties that depend on size bind it")
    parser.add_argument("--policy", help="warn, block or ignore addresses below --least")
    parser.add_argument("--least", help="unchecked, well_formed, matched, delivered or confirmed")


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

    return [{"batch": services.make_print_batch(ctx, creditor=_client(ctx, args), today=today)}]


def _posted(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    from fairdue.invoicing import services

    return [{"posted": services.confirm_print_batch(ctx, batch=args.batch, today=today)}]


def _client(ctx: Ctx, args: argparse.Namespace) -> UUID:
    creditor = creditor_of(args, ctx)
    if creditor is None:
        raise refuse("creditor.needed", "--creditor", "Name the creditor.")
    return creditor


def _customer(ctx: Ctx, args: argparse.Namespace) -> UUID:
    from fairdue.parties import selectors

    debtor = selectors.debtors_by_external_id(ctx, _client(ctx, args), [args.customer]).get(args.customer)
    if debtor is None:
        raise refuse("debtor.unknown", "customer", f"This creditor has no customer {args.customer}.")
    return debtor


def _confirm(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    from fairdue.parties import selectors, services

    debtor = _customer(ctx, args)
    services.confirm_value(
        ctx, debtor=debtor, what=args.what, source=args.source, right=not args.wrong, today=today
    )  # fmt: skip
    row = selectors.debtors(ctx, [debtor])[debtor]
    return [{"customer": args.customer, "address": row.address_state, "email": row.email_state}]


def _wish(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    from fairdue.invoicing import masterdata
    from fairdue.invoicing.reaching import choice_for
    from fairdue.parties import services

    debtor = _customer(ctx, args)
    services.set_delivery_wish(ctx, debtor=debtor, channel=args.channel, today=today)
    choice = choice_for(*masterdata.pair(ctx, _client(ctx, args), debtor), today)
    return [{"customer": args.customer, "wish": args.channel, "channel": choice.way if choice else "",
             "why": choice.why if choice else ""}]  # fmt: skip


def _settings(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    """Set what is given, leave the rest, and show all of it."""
    from dataclasses import asdict, replace

    from fairdue.invoicing.services.dispatch import dispatch_of, set_dispatch
    from fairdue.parties import selectors

    creditor = _client(ctx, args)
    row = selectors.creditor(ctx, creditor)
    assert row is not None
    now = dispatch_of(row.settings)
    given = {name: getattr(args, name) for name in ("delivery", "channel", "policy", "least")}
    changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
    if args.large:
        changes["large"] = args.large == "yes"
    if args.country:
        pairs = (pair.partition("=") for pair in args.country)
        merged = {**now.by_country, **{country: way for country, _, way in pairs}}
        changes["by_country"] = {country: way for country, way in merged.items() if way}
    if changes:
        now = replace(now, **changes)
        set_dispatch(ctx, creditor=creditor, dispatch=now, today=today)
    return [asdict(now)]


def _verify(ctx: Ctx, args: argparse.Namespace, today: date) -> list[dict[str, Any]]:
    from fairdue.parties import services

    with ctx.open():
        debtor = _customer(ctx, args)
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
    ("confirm", "record what a person found out about a customer's address or e-mail", _confirm),
    ("wish", "keep by which channel a customer wants its invoices", _wish),
    ("settings", "show or set how the documents of a client go out, and what it asks of addresses", _settings),
)
