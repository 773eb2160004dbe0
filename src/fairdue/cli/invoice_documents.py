"""`fairdue invoice cancel|correct|prepay|final|bill|collect|pro-forma|void|register|run-plans`.

Invoices and orders are named by their number within `--creditor`; a refusal is told with every reason, exit 1.
"""

from __future__ import annotations

import json
import sys
from datetime import date
from decimal import Decimal, DecimalException
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fairdue.cli.base import add_scope, business_date, creditor_of, ctx_of
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Callable
    from uuid import UUID

    from fairdue.foundation.context import Ctx

type _Parsers = _SubParsersAction[ArgumentParser]
type _Deed = Callable[[Ctx, UUID, Namespace, date], dict[str, Any]]


def add(actions: _Parsers) -> None:
    """Add the actions on further documents to `fairdue invoice`."""
    for name, words, deed, arguments in _ACTIONS:
        parser = actions.add_parser(name, help=words)
        for argument in arguments:
            parser.add_argument(argument, **_ARGUMENTS[argument])
        add_scope(parser)
        parser.set_defaults(run=_runner(deed))


def _runner(deed: _Deed) -> Callable[[Namespace], int]:
    def run(args: Namespace) -> int:
        ctx = ctx_of(args)
        with ctx.open():
            creditor = creditor_of(args, ctx)
            if creditor is None:
                raise refuse("creditor.needed", "--creditor", "Name the creditor.")
            answer = deed(ctx, creditor, args, business_date(args, ctx))
        text = json.dumps(answer, indent=2, ensure_ascii=False, default=str) if args.json else _shown(answer)
        sys.stdout.write(f"{text}\n")
        return 0

    return run


def _shown(answer: dict[str, Any]) -> str:
    rows = answer.get("rows")
    if rows is None:
        return ", ".join(f"{name}: {value}" for name, value in answer.items())
    return "\n".join("  ".join(str(value) for value in row.values() if value not in {None, ""}) for row in rows)


def _invoice(ctx: Ctx, creditor: UUID, number: str, today: date) -> UUID:
    from fairdue.invoicing import selectors

    rows = selectors.invoices(ctx, today=today, creditor=creditor, filters={"q": number})
    found = next((row.id for row in rows if row.number == number), None)
    if found is None:
        raise refuse("invoice.unknown", "number", f"This creditor has issued no {number}.")
    return found


def _order(ctx: Ctx, creditor: UUID, number: str) -> UUID:
    from fairdue.invoicing import selectors

    rows = selectors.orders(ctx, creditor=creditor, filters={"q": number})
    found = next((row.id for row in rows if row.number == number), None)
    if found is None:
        raise refuse("order.unknown", "number", f"This creditor has no order {number}.")
    return found


def _cancel(ctx: Ctx, creditor: UUID, args: Namespace, today: date) -> dict[str, Any]:
    from fairdue.invoicing import selectors, services

    invoice = _invoice(ctx, creditor, args.number, today)
    note = services.cancel_invoice(ctx, invoice=invoice, reason=args.reason, today=today)
    page = selectors.invoice(ctx, note, today=today)
    return {"cancelled": args.number, "credit_note": page.row.number if page else "", "id": note}


def _correct(ctx: Ctx, creditor: UUID, args: Namespace, today: date) -> dict[str, Any]:
    from fairdue.invoicing import services

    invoice = _invoice(ctx, creditor, args.number, today)
    return {"draft": services.draft_correction(ctx, invoice=invoice, reason=args.reason, today=today)}


def _prepay(ctx: Ctx, creditor: UUID, args: Namespace, today: date) -> dict[str, Any]:
    from fairdue.invoicing import services

    order = _order(ctx, creditor, args.order)
    return {"draft": services.draft_prepayment(ctx, order=order, percent=args.percent, today=today)}


def _final(ctx: Ctx, creditor: UUID, args: Namespace, today: date) -> dict[str, Any]:
    from fairdue.invoicing import services

    return {"draft": services.draft_final(ctx, order=_order(ctx, creditor, args.order), today=today)}


def _bill(ctx: Ctx, creditor: UUID, args: Namespace, today: date) -> dict[str, Any]:
    from fairdue.invoicing import selectors, services

    order = _order(ctx, creditor, args.order)
    lines = {line.position: line for line in selectors.order_lines(ctx, order)}
    asked = dict(_quantity(text) for text in args.line)
    unknown = [str(position) for position in asked if position not in lines]
    if unknown:
        raise refuse("order.line", "--line", f"The order has no line {', '.join(unknown)}.")
    quantities = {str(lines[position].id): quantity for position, quantity in asked.items()} or None
    if args.delivery_note or args.delivered:
        of = [lines[position] for position in asked] or [line for line in lines.values() if line.left > 0]
        noted = [services.Delivered(line.id, args.delivery_note, args.delivered) for line in of]
        services.note_deliveries(ctx, deliveries=noted, today=today)
    return {"draft": services.draft_from_order(ctx, order=order, quantities=quantities, today=today)}


def _quantity(text: str) -> tuple[int, str]:
    """Return a line and its quantity from "POSITION:QUANTITY"; refuses what is no number."""
    position, _, quantity = text.partition(":")
    try:
        return int(position), str(Decimal(quantity))
    except (ValueError, DecimalException):
        raise refuse("order.line", "--line", f"{text!r} is not POSITION:QUANTITY, such as 2:4.5.") from None


def _collect(ctx: Ctx, creditor: UUID, args: Namespace, today: date) -> dict[str, Any]:
    from fairdue.invoicing import services

    orders = [_order(ctx, creditor, number) for number in args.orders]
    return {"draft": services.draft_from_orders(ctx, orders=orders, today=today)}


def _pro_forma(ctx: Ctx, creditor: UUID, args: Namespace, today: date) -> dict[str, Any]:
    from uuid import UUID

    from fairdue.invoicing import services

    del creditor
    args.out.write_bytes(services.pro_forma(ctx, draft=UUID(args.draft), today=today))
    return {"file": args.out}


def _void(ctx: Ctx, creditor: UUID, args: Namespace, today: date) -> dict[str, Any]:
    from fairdue.invoicing import services

    number = services.void_number(ctx, creditor=creditor, kind=args.kind, reason=args.reason, today=today)
    return {"voided": number, "reason": args.reason}


def _register(ctx: Ctx, creditor: UUID, args: Namespace, today: date) -> dict[str, Any]:
    from fairdue.invoicing import selectors

    del args, today
    rows = selectors.register(ctx, creditor=creditor)
    return {
        "rows": [
            {"number": row.number, "day": row.day, "type": row.type, "invoice": row.invoice_id, "reason": row.reason}
            for row in rows
        ]
    }


def _run_plans(ctx: Ctx, creditor: UUID, args: Namespace, today: date) -> dict[str, Any]:
    from fairdue.invoicing import services

    del creditor, args
    made = services.run_plans(ctx, today=today)
    return {"rows": [{"draft": one.draft, "issues": one.issues} for one in made]}


_ARGUMENTS: dict[str, dict[str, Any]] = {
    "number": {"metavar": "NUMBER", "help": "number of the invoice"},
    "order": {"metavar": "ORDER", "help": "number of the order"},
    "orders": {"metavar": "ORDER", "nargs": "+", "help": "numbers of orders of one customer"},
    "draft": {"metavar": "DRAFT", "help": "id of the draft"},
    "--line": {
        "action": "append",
        "default": [],
        "metavar": "POSITION:QUANTITY",
        "help": "bill so much of this line; may be repeated, without it everything that is left is billed",
    },
    "--delivery-note": {"default": "", "metavar": "NUMBER", "help": "delivery note of the lines that are billed"},
    "--delivered": {"type": date.fromisoformat, "metavar": "DATE", "help": "when they were delivered"},
    "--reason": {"required": True, "help": "why; it stands on the document or in the register"},
    "--percent": {"required": True, "help": "share of the order, such as 30"},
    "--kind": {"default": "invoice", "help": "series: invoice, credit_note, corrected, prepayment, self_billed"},
    "--out": {"type": Path, "required": True, "metavar": "FILE", "help": "the PDF to write"},
}
_ACTIONS: tuple[tuple[str, str, _Deed, tuple[str, ...]], ...] = (
    ("cancel", "take back a whole invoice by a credit note", _cancel, ("number", "--reason")),
    ("correct", "draft the corrected invoice (384) that replaces an issued one", _correct, ("number", "--reason")),
    ("prepay", "draft a prepayment invoice (386) over a share of an order", _prepay, ("order", "--percent")),
    ("final", "draft the final invoice of an order, less its paid prepayments", _final, ("order",)),
    (
        "bill",
        "draft an invoice for an order or a part of it",
        _bill,
        ("order", "--line", "--delivery-note", "--delivered"),
    ),
    ("collect", "draft one invoice over several orders of a customer", _collect, ("orders",)),
    ("pro-forma", "write a draft as a pro forma PDF; nothing is numbered", _pro_forma, ("draft", "--out")),
    ("void", "void the next number of a series, with the reason", _void, ("--kind", "--reason")),
    ("register", "every number of a creditor, with its document or why none carries it", _register, ()),
    ("run-plans", "draft the recurring invoices of all creditors that are due", _run_plans, ()),
)
