"""`fairdue mail sender | key | use-key | retire-key | check`: whose name a creditor's mail carries, and its proof."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING
from uuid import UUID

from fairdue.cli import base
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from fairdue.foundation.context import Ctx


def register(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the actions to the group `mail`."""
    for name, words, run in (
        ("sender", "show or set the visible sender and the mailbox for bounces", set_or_show),
        ("key", "make a signing key (DKIM); it waits until its record is published", make),
        ("use-key", "sign with the key that waits, if its record is published", use),
        ("retire-key", "sign no more", retire),
        ("check", "ask the DNS about SPF, DKIM and DMARC of the sender, and keep the answer", check),
    ):
        parser = verbs.add_parser(name, help=words, description=words)
        if name == "sender":
            parser.add_argument("--from", dest="mail_from", help="the visible sender, as Name <address>")
            parser.add_argument("--bounces", help="the mailbox for bounces; it takes sub-addresses")
        if name == "key":
            parser.add_argument("--domain", required=True)
            parser.add_argument("--selector", required=True)
        base.add_scope(parser)
        parser.set_defaults(run=run)


def _creditor(args: argparse.Namespace, ctx: Ctx) -> UUID:
    found = base.creditor_of(args, ctx)
    if found is None:
        raise refuse("creditor.needed", "--creditor", "Name the creditor.")
    return found


def _tell(args: argparse.Namespace, ctx: Ctx, creditor: UUID) -> int:
    from fairdue.parties import senders

    row = senders.sender(ctx, creditor)
    assert row is not None
    told = {
        "mail_from": row.mail_from, "bounce_address": row.bounce_address,
        "signing": row.signing.place if row.signing else "",
        "waiting": {"place": row.waiting.place, "record": row.waiting.record} if row.waiting else None,
        "checked_on": row.checked_on,
        "checks": [
            {"name": one.name, "place": one.place, "stand": one.stand.value, "sentence": one.sentence,
             "found": one.found, "publish": one.publish}
            for one in row.checks
        ],
    }  # fmt: skip
    if args.json:
        print(json.dumps(told, indent=2, ensure_ascii=False, default=str))
        return 0
    print(f"from {row.mail_from or '(the sender of this installation)'}, bounces to {row.bounce_address or 'the same'}")
    print(f"signed by {row.signing.place}" if row.signing else "not signed")
    if row.waiting:
        print(f"publish at {row.waiting.place}: {row.waiting.record}")
    for one in row.checks:
        print(f"{one.name} {one.place}: {one.stand.value.replace('_', ' ')}. {one.sentence}")
        if one.publish:
            print(f"  publish: {one.publish}")
    return 0


def set_or_show(args: argparse.Namespace) -> int:
    """Set the sender where one is given, and show it."""
    from fairdue.parties import senders, services

    ctx = base.ctx_of(args)
    with ctx.open():
        creditor = _creditor(args, ctx)
        row = senders.sender(ctx, creditor)
        assert row is not None
        if args.mail_from is not None or args.bounces is not None:
            services.set_sender(
                ctx, creditor=creditor, today=base.business_date(args, ctx),
                mail_from=row.mail_from if args.mail_from is None else args.mail_from,
                bounce_address=row.bounce_address if args.bounces is None else args.bounces,
            )  # fmt: skip
        return _tell(args, ctx, creditor)


def make(args: argparse.Namespace) -> int:
    """Make a key and show the record to publish."""
    from fairdue.parties import services

    ctx = base.ctx_of(args)
    with ctx.open():
        creditor = _creditor(args, ctx)
        services.make_mail_key(
            ctx, creditor=creditor, domain=args.domain, selector=args.selector, today=base.business_date(args, ctx)
        )
        return _tell(args, ctx, creditor)


def use(args: argparse.Namespace) -> int:
    """Sign with the key that waits."""
    from fairdue.foundation.mail import authentic
    from fairdue.parties import senders, services

    ctx = base.ctx_of(args)
    with ctx.open():
        creditor = _creditor(args, ctx)
        row = senders.sender(ctx, creditor)
    if row is None or row.waiting is None:
        raise refuse("dkim.none", "key", "No key waits to be used.")
    said = authentic.published(row.waiting.published)
    with ctx.open():
        services.use_mail_key(ctx, creditor=creditor, published=said, today=base.business_date(args, ctx))
        return _tell(args, ctx, creditor)


def retire(args: argparse.Namespace) -> int:
    """Sign no more."""
    from fairdue.parties import services

    ctx = base.ctx_of(args)
    with ctx.open():
        creditor = _creditor(args, ctx)
        services.retire_mail_key(ctx, creditor=creditor, today=base.business_date(args, ctx))
        return _tell(args, ctx, creditor)


def check(args: argparse.Namespace) -> int:
    """Ask the domain name system outside any transaction, and keep the answer; 1 where a record is wrong."""
    from fairdue.foundation.mail import authentic
    from fairdue.parties import senders, services

    ctx = base.ctx_of(args)
    with ctx.open():
        creditor = _creditor(args, ctx)
        row = senders.sender(ctx, creditor)
    assert row is not None
    found = authentic.examine(row.asked_about)
    with ctx.open():
        services.keep_mail_check(ctx, creditor=creditor, checks=found, today=base.business_date(args, ctx))
        _tell(args, ctx, creditor)
    return int(any(one.stand.value == "wrong" for one in found))
