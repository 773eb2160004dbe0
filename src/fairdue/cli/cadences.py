"""`fairdue collections cadences|claim-book|cadence-save|cadence-assign|wordings|wording-save|wording-take-back`."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairdue.cli.base import add_scope, business_date, creditor_of, ctx_of
from fairdue.core.findings import refuse
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    from argparse import _SubParsersAction
    from uuid import UUID

    from fairdue.core.cadence import Cadence
    from fairdue.foundation.context import Ctx


def register(commands: _SubParsersAction[ArgumentParser]) -> None:
    """Add the commands about ladders and words to `fairdue collections`."""
    listed = commands.add_parser("cadences", help="every cadence with its steps, and who has which")
    add_scope(listed)
    listed.set_defaults(run=_list)
    save = commands.add_parser("cadence-save", help="save a ladder from a JSON file as a new version")
    save.add_argument("name")
    save.add_argument("file", type=Path, help='{"steps": [{"offset_days", "channel", "template", "tone"}, ...]}')
    save.add_argument("--default", action="store_true", help="use it for everybody without a cadence of their own")
    save.add_argument("--move-running", action="store_true", help="move items that have begun an earlier version")
    add_scope(save)
    save.set_defaults(run=_save)
    assign = commands.add_parser("cadence-assign", help="give a creditor, or one customer, a cadence")
    assign.add_argument("name", help="the cadence's name; none: no reminders")
    assign.add_argument("--debtor", help="the customer's external id; all of the creditor's when left out")
    add_scope(assign)
    assign.set_defaults(run=_assign)
    book = commands.add_parser("claim-book", help="book interest and compensation of a sent formal notice")
    book.add_argument("notice", help="the message's id")
    book.add_argument("--dry-run", action="store_true", help="tell what would be booked and change nothing")
    add_scope(book)
    book.set_defaults(run=_book)
    _register_wordings(commands)


def _register_wordings(commands: _SubParsersAction[ArgumentParser]) -> None:
    words = commands.add_parser("wordings", help="the words of each message and whose they are")
    add_scope(words)
    words.set_defaults(run=_wordings)
    for name, run, text in (
        ("wording-save", _save_wording, "save the words of a message: the first line is the subject"),
        ("wording-take-back", _withdraw_wording, "use the shipped words again"),
    ):
        parser = commands.add_parser(name, help=text)
        parser.add_argument("template")
        parser.add_argument("language")
        if run is _save_wording:
            parser.add_argument("file", type=Path)
        add_scope(parser)
        parser.set_defaults(run=run)


def _answer(told: dict[str, Any], *, as_json: bool) -> int:
    if as_json:
        sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
        return 0
    for name, rows in told.items():
        for row in rows if isinstance(rows, list) else [rows]:
            words = "  ".join(f"{key} {value}" for key, value in row.items()) if isinstance(row, dict) else row
            sys.stdout.write(f"{name.replace('_', ' '):<14}{words}\n")
    return 0


def _list(args: Namespace) -> int:
    from fairdue.collections import selectors
    from fairdue.collections.ladders import steps_as_json

    ctx = ctx_of(args)
    with ctx.open():
        told = {
            "cadences": [
                {"name": row.name, "version": row.number, "default": row.is_default, "steps": steps_as_json(row.ladder)}
                for row in selectors.cadences(ctx)
            ],
            "assigned": [
                {
                    "creditor": row.creditor_name,
                    "debtor": row.external_id or "all",
                    "cadence": row.cadence_name or "none",
                }
                for row in selectors.assignments(ctx, creditor=creditor_of(args, ctx))
            ],
        }
    return _answer(told, as_json=args.json)


def _read(file: Path) -> Cadence:
    from fairdue.core.cadence import Cadence, Channel, Step, Template, Tone

    try:
        told = json.loads(file.read_text("utf-8"))
        ordered = sorted(told["steps"], key=lambda step: int(step["offset_days"]))
        steps = tuple(
            Step(
                level, int(step["offset_days"]), Channel(step["channel"]), Template(step["template"]),
                Tone(step["tone"]), bool(step.get("automatic", True)),
            )
            for level, step in enumerate(ordered, start=1)
        )  # fmt: skip
        return Cadence(steps, int(told.get("minimum_days", 3)), frozenset(told.get("weekdays", [1, 2, 3, 4, 5])))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise refuse("cadence.file", "FILE", f"The ladder could not be read: {error!r}.") from error


def _save(args: Namespace) -> int:
    from fairdue.collections.services import save_cadence

    ctx, ladder = ctx_of(args), _read(args.file)
    with ctx.open():
        id_ = save_cadence(
            ctx, name=args.name, ladder=ladder, default=args.default, move_running=args.move_running,
            today=business_date(args, ctx),
        )  # fmt: skip
    return _answer({"saved": [{"name": args.name, "id": str(id_)}]}, as_json=args.json)


def _creditor(args: Namespace, ctx: Ctx) -> UUID:
    creditor = creditor_of(args, ctx)
    if creditor is None:
        raise refuse("creditor.missing", "--creditor", "Name the creditor with --creditor.")
    return creditor


def _assign(args: Namespace) -> int:
    from fairdue.collections import selectors
    from fairdue.collections.services import assign_cadence

    ctx = ctx_of(args)
    with ctx.open():
        creditor = _creditor(args, ctx)
        known = {row.name: row.id for row in selectors.cadences(ctx)}
        if args.name != "none" and not known.get(args.name):
            raise refuse("cadence.unknown", "NAME", f"There is no saved cadence {args.name!r}.")
        found = selectors.debtors_by_external_id(args.debtor, creditor) if args.debtor else [None]
        if not found:
            raise refuse("debtor.unknown", "--debtor", f"There is no customer {args.debtor!r}.")
        id_ = assign_cadence(
            ctx, creditor=creditor, debtor=found[0], cadence=known.get(args.name), today=business_date(args, ctx)
        )
    return _answer({"assigned": [{"cadence": args.name, "id": str(id_)}]}, as_json=args.json)


def _book(args: Namespace) -> int:
    from uuid import UUID

    from fairdue.collections import selectors
    from fairdue.collections.services import book_claim

    try:
        notice = UUID(args.notice)
    except ValueError:
        raise refuse("notice.unknown", "NOTICE", f"{args.notice!r} is no message.") from None
    ctx = ctx_of(args)
    with ctx.open():
        found = selectors.notice(ctx, id_=notice)
        if found is None:
            raise refuse("notice.unknown", "NOTICE", "There is no such message.")
        if not args.dry_run:
            book_claim(ctx, notice=notice, today=business_date(args, ctx))
    told = [
        {
            "item": line.number, "interest": str(decimal_of(line.interest, line.currency)),
            "compensation": str(decimal_of(line.compensation, line.currency)), "currency": line.currency,
            "articles": ", ".join(line.law.get("articles", [])),
        }
        for line in found.lines
    ]  # fmt: skip
    return _answer({"would_book" if args.dry_run else "booked": told}, as_json=args.json)


def _wordings(args: Namespace) -> int:
    from fairdue.collections import selectors

    ctx = ctx_of(args)
    with ctx.open():
        rows = selectors.wordings(ctx, creditor=creditor_of(args, ctx))
    told = [
        {"template": row.template, "language": row.language, "whose": row.source, "subject": row.wording.subject}
        for row in rows
    ]
    return _answer({"wordings": told}, as_json=args.json)


def _save_wording(args: Namespace) -> int:
    from fairdue.collections.services import save_wording

    try:
        subject, _, body = args.file.read_text("utf-8").partition("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise refuse("wording.file", "FILE", f"The wording could not be read: {error}.") from error
    ctx = ctx_of(args)
    with ctx.open():
        id_ = save_wording(
            ctx, template=args.template, language=args.language, subject=subject, body=body,
            creditor=creditor_of(args, ctx), today=business_date(args, ctx),
        )  # fmt: skip
    return _answer({"saved": [{"template": args.template, "id": str(id_)}]}, as_json=args.json)


def _withdraw_wording(args: Namespace) -> int:
    from fairdue.collections.services import withdraw_wording

    ctx = ctx_of(args)
    with ctx.open():
        withdraw_wording(
            ctx, template=args.template, language=args.language, creditor=creditor_of(args, ctx),
            today=business_date(args, ctx),
        )  # fmt: skip
    return _answer({"taken_back": [{"template": args.template, "language": args.language}]}, as_json=args.json)
