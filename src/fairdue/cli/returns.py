"""`fairdue cash returns`: what the bank took back; `--settle` settles what leaves no doubt.

`--line ID --of ID` says which payment a line took back, with `--item NUMBER` which of the items of a collection.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cli.base import add_scope, business_date, creditor_of, tenant_scope
from fairdue.core.findings import refuse
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    import argparse

    from fairdue.foundation.context import Ctx


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `returns` to the commands of `cash`."""
    parser = commands.add_parser("returns", help="list returned payments; --settle those that leave no doubt")
    parser.add_argument("--settle", action="store_true", help="settle the waiting returns whose payment is sure")
    parser.add_argument("--line", metavar="ID", help="the line on which money went back; needs --of")
    parser.add_argument("--of", metavar="ID", help="the line of the payment that went back")
    parser.add_argument(
        "--item", action="append", default=[], metavar="NUMBER", help="only these items of a collection went back"
    )
    parser.add_argument("--charge-fee", action="store_true", help="charge the bank's fee on to the customer")
    parser.set_defaults(run=returns)
    add_scope(parser)


def returns(args: argparse.Namespace) -> int:
    """Settle if asked, then list what went back and what waits for a person."""
    from fairdue.cash.returns import selectors
    from fairdue.cash.returns.settling import settle_returns, waiting_returns

    with tenant_scope(args) as ctx:
        creditor = creditor_of(args, ctx)
        if args.line or args.of:
            _take_back(ctx, args)
        if args.settle:
            settle_returns(ctx, creditor=creditor, today=business_date(args, ctx))
        rows = [_shown(row) for row in selectors.returns(ctx, creditor=creditor, limit=10_000)]
        lines = [_waiting(line) for line in waiting_returns(creditor)]
    if args.json:
        print(json.dumps({"returns": rows, "waiting": len(lines), "lines": lines}, indent=2, ensure_ascii=False))
        return 0
    for row in rows:
        print(
            f"{row['returned_on']}  {row['amount']} {row['currency']}  {row['code']} {row['step']}  {row['customer']} "
            f"{row['items']}{'  undone' if row['undone'] else ''}"
        )
    for row in lines:
        print(f"{row['booked_on']}  {row['amount']} {row['currency']}  waits  {row['line']}")
    print(f"{len(lines)} {'waits' if len(lines) == 1 else 'wait'} for a person")
    return 0


def _waiting(line: Any) -> dict[str, Any]:
    return {
        "line": str(line.id), "booked_on": line.booked_on.isoformat(), "currency": line.currency,
        "amount": str(decimal_of(line.amount, line.currency)), "payer": line.payer_name,
    }  # fmt: skip


def _take_back(ctx: Ctx, args: argparse.Namespace) -> None:
    """Undo the named payment by the named line, or the part of it on the named items."""
    from fairdue.cash.returns.selectors import collections_of
    from fairdue.cash.returns.taking_back import take_back

    line, original = _uuid(args.line, "--line"), _uuid(args.of, "--of")
    items: list[UUID] | None = None
    if args.item:
        paid = [one for row in collections_of(ctx, line) if row.line == original for one in row.items]
        known = {one.number: one.item_id for one in paid}
        if unknown := [number for number in args.item if number not in known]:
            raise refuse("return.item", "--item", f"That payment paid no {', '.join(unknown)}.")
        items = [known[number] for number in args.item]
    take_back(
        ctx, line=line, original=original, items=items, charge_fee=args.charge_fee, today=business_date(args, ctx)
    )


def _uuid(text: str | None, path: str) -> UUID:
    try:
        return UUID(text or "")
    except ValueError:
        raise refuse("return.line", path, "Name both lines by their id: --line ID --of ID.") from None


def _shown(row: Any) -> dict[str, Any]:
    return {
        "return": str(row.id), "returned_on": row.returned_on.isoformat(), "code": row.code, "step": row.step,
        "amount": str(decimal_of(row.amount, row.currency)), "fee": str(decimal_of(row.fee, row.currency)),
        "currency": row.currency, "customer": row.debtor_name or row.payer_name, "items": row.numbers,
        "evidence": row.evidence, "undone": row.undone_on is not None,
    }  # fmt: skip
