"""`fairdue mail waiting | hold | release`: what is still to be sent, and whether it may go; senders in `cli.sender`."""

from __future__ import annotations

import argparse
import json

from fairdue.cli import base, sender


def register(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the group."""
    words = "outgoing mail: what waits, whether it may go, whose name it carries"
    group = subparsers.add_parser("mail", help=words, description=words)
    verbs = group.add_subparsers(dest="mail_command", required=True, metavar="ACTION")
    words = "list what is still to be sent, by tenant and kind"
    waiting = verbs.add_parser("waiting", help=words, description=words)
    waiting.add_argument("--json", action="store_true", help="answer as JSON")
    waiting.set_defaults(run=list_waiting)
    words = "hold back the mail of every tenant"
    hold = verbs.add_parser("hold", help=words, description=words)
    hold.add_argument("reason", help="why, in words; shown until it is released")
    hold.set_defaults(run=hold_mail)
    words = "let a tenant's mail go again"
    release = verbs.add_parser("release", help=words, description=words)
    base.add_scope(release)
    release.add_argument(
        "--cancel-waiting", action="store_true", help="cancel what waits now instead of sending it; new messages go"
    )
    release.set_defaults(run=release_mail)
    sender.register(verbs)


def list_waiting(args: argparse.Namespace) -> int:
    """Print what waits, and which tenants' mail is held and why."""
    base.start()
    from fairdue.foundation.mail.holding import held, waiting

    rows, reasons = waiting(), held()
    if args.json:
        found = [{"tenant": r.tenant, "kind": r.kind, "count": r.count, "since": r.since.isoformat()} for r in rows]
        print(json.dumps({"held": reasons, "waiting": found}, indent=2, ensure_ascii=False))
        return 0
    for slug, reason in reasons.items():
        print(f"{slug}: held back: {reason}")
    for row in rows:
        print(f"{row.tenant}: {row.count} {row.kind}, the oldest of {row.since:%Y-%m-%d %H:%M} UTC")
    print(f"{sum(row.count for row in rows)} messages wait")
    return 0


def hold_mail(args: argparse.Namespace) -> int:
    """Hold back the mail of every tenant."""
    base.start()
    from fairdue.foundation.mail.holding import hold

    print(f"The mail of {hold(args.reason)} tenants is held back.")
    return 0


def release_mail(args: argparse.Namespace) -> int:
    """Release the mail of one tenant, after cancelling what waits if so asked."""
    ctx = base.ctx_of(args)
    from fairdue.foundation.mail.holding import release
    from fairdue.foundation.mail.sending import cancel_unsent

    cancelled = 0
    with ctx.open():
        if args.cancel_waiting:
            reason = "cancelled when held mail was released"
            cancelled = cancel_unsent(ctx, today=base.business_date(args, ctx), reason=reason)
        release(ctx.tenant)
    print(json.dumps({"released": True, "cancelled": cancelled}) if args.json else f"Released; {cancelled} cancelled.")
    return 0
