"""`fairdue note`: write down what everybody who works on a customer should know, and read what was written."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING

from fairdue.cli.base import add_scope, business_date, ctx_of
from fairdue.cli.collections import debtor_of

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction

MOST = 100
"""So many notes are listed at most."""


def register(subparsers: _SubParsersAction[ArgumentParser]) -> None:
    """Add `note write|list`."""
    words = "notes on customers: what everybody who works on one should know"
    notes = subparsers.add_parser("note", help=words, description=words).add_subparsers(
        dest="note_command", required=True, metavar="COMMAND"
    )
    write = notes.add_parser("write", help="write a note; it stands in the timeline and cannot be changed")
    write.add_argument("debtor", help="the customer's external id")
    write.add_argument("text", help="the note; - reads it from standard input")
    write.set_defaults(run=_write)
    told = notes.add_parser("list", help="the notes on a customer, newest first")
    told.add_argument("debtor", help="the customer's external id")
    told.set_defaults(run=_list)
    for one in (write, told):
        add_scope(one)


def _write(args: Namespace) -> int:
    from fairdue.collections.services import write_note

    ctx = ctx_of(args)
    today = business_date(args, ctx)
    text = sys.stdin.read() if args.text == "-" else args.text
    with ctx.open():
        debtor = write_note(ctx, debtor=debtor_of(args, ctx), text=text, today=today)
    answer = {"debtor": str(debtor)}
    sys.stdout.write(json.dumps(answer) + "\n" if args.json else "The note stands in the timeline.\n")
    return 0


def _list(args: Namespace) -> int:
    from fairdue.foundation.accounts.profile import actor_names
    from fairdue.foundation.facts.reading import FactFilter, logged_facts

    ctx = ctx_of(args)
    with ctx.open():
        facts = logged_facts(ctx, FactFilter(debtor=debtor_of(args, ctx), type="note.written"), limit=MOST)
        names = actor_names(ctx, {fact.actor for fact in facts})
    rows = [
        {"date": fact.happened_on.isoformat(), "by": names[fact.actor], "text": fact.payload.get("note", "")}
        for fact in facts
    ]
    if args.json:
        sys.stdout.write(json.dumps(rows, ensure_ascii=False, indent=2) + "\n")
        return 0
    for row in rows:
        sys.stdout.write(f"{row['date']}  {row['by']}: {row['text']}\n")
    return 0
