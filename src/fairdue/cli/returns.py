"""`fairdue cash returns`: what the bank took back; `--settle` settles what leaves no doubt."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from fairdue.cli.base import add_scope, business_date, creditor_of, tenant_scope
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    import argparse


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `returns` to the commands of `cash`."""
    parser = commands.add_parser("returns", help="list returned payments; --settle those that leave no doubt")
    parser.add_argument("--settle", action="store_true", help="settle the waiting returns whose payment is sure")
    parser.set_defaults(run=returns)
    add_scope(parser)


def returns(args: argparse.Namespace) -> int:
    """Settle if asked, then list what went back and what waits for a person."""
    from fairdue.cash.returns import selectors
    from fairdue.cash.returns.settling import settle_returns, waiting_returns

    with tenant_scope(args) as ctx:
        creditor = creditor_of(args, ctx)
        if args.settle:
            settle_returns(ctx, creditor=creditor, today=business_date(args, ctx))
        rows = [_shown(row) for row in selectors.returns(ctx, creditor=creditor, limit=10_000)]
        waiting = len(waiting_returns(creditor))
    if args.json:
        print(json.dumps({"returns": rows, "waiting": waiting}, indent=2, ensure_ascii=False))
        return 0
    for row in rows:
        print(
            f"{row['returned_on']}  {row['amount']} {row['currency']}  {row['code']} {row['step']}  {row['customer']} "
            f"{row['items']}{'  undone' if row['undone'] else ''}"
        )
    print(f"{waiting} wait for a person")
    return 0


def _shown(row: Any) -> dict[str, Any]:
    return {
        "return": str(row.id), "returned_on": row.returned_on.isoformat(), "code": row.code, "step": row.step,
        "amount": str(decimal_of(row.amount, row.currency)), "fee": str(decimal_of(row.fee, row.currency)),
        "currency": row.currency, "customer": row.debtor_name or row.payer_name, "items": row.numbers,
        "evidence": row.evidence, "undone": row.undone_on is not None,
    }  # fmt: skip
