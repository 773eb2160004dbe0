"""`fairdue cash rules` and `fairdue cash quality`: the rules of people, and how good matching was."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cli.base import add_scope, business_date, creditor_of, tenant_scope
from fairdue.core.findings import refuse

if TYPE_CHECKING:
    import argparse

_DAYS = 90


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add `rules` and `quality` to the commands of `cash`."""
    rules = commands.add_parser("rules", help="list bank rules; --off, --on or --remove one")
    one = rules.add_mutually_exclusive_group()
    for word, said in (("off", "switch a rule off"), ("on", "switch a rule on"), ("remove", "remove a rule")):
        one.add_argument(f"--{word}", metavar="RULE", help=said)
    rules.set_defaults(run=run_rules)
    quality = commands.add_parser("quality", help="how good cash application was, from stored decisions")
    quality.add_argument(
        "--from", dest="since", type=date.fromisoformat, metavar="DATE", help="90 days ago if left out"
    )
    quality.add_argument("--to", dest="until", type=date.fromisoformat, metavar="DATE", help="today if left out")
    quality.set_defaults(run=run_quality)
    for parser in (rules, quality):
        add_scope(parser)


def run_rules(args: argparse.Namespace) -> int:
    """Move a rule if asked, then list the rules in the order in which they are asked."""
    from fairdue.cash.bankrules.making import remove_bank_rule, switch_bank_rule
    from fairdue.cash.bankrules.selectors import bank_rules

    with tenant_scope(args) as ctx:
        today = business_date(args, ctx)
        if args.remove:
            remove_bank_rule(ctx, rule=_id(args.remove), today=today)
        elif args.on or args.off:
            switch_bank_rule(ctx, rule=_id(args.on or args.off), active=bool(args.on), today=today)
        rows = [_rule(row) for row in bank_rules(ctx, creditor=creditor_of(args, ctx))]
    if args.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return 0
    for row in rows:
        state = "on " if row["active"] else "off"
        print(f"{row['rule']}  {state}  {row['priority']:>4}  used {row['used']}  {row['name']}: {row['action']}")
    return 0


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise refuse("bank_rule.gone", "rule", f"{text!r} is no rule.") from None


def _rule(row: Any) -> dict[str, Any]:
    return {
        "rule": str(row.id), "name": row.name, "action": row.action, "nature": row.nature, "text": row.text,
        "payer": row.payer, "account": row.masked, "code": row.code, "customer": row.debtor_name or "",
        "priority": row.priority, "posts": row.posts, "active": row.active, "used": row.used, "undone": row.undone,
    }  # fmt: skip


def run_quality(args: argparse.Namespace) -> int:
    """Print the rates of a period and each rule with its precision."""
    from fairdue.cash.quality.selectors import quality

    with tenant_scope(args) as ctx:
        today = business_date(args, ctx)
        until = args.until or today
        since = args.since or until - timedelta(days=_DAYS)
        found = quality(ctx, since=since, until=until, today=today, creditor=creditor_of(args, ctx))
    if args.json:
        print(json.dumps(_quality(found), indent=2))
        return 0
    answer = _quality(found)
    print(
        f"{answer['payments']} payments, straight through {answer['straight_through']}, cost {found.cost.total} looks"
    )
    print(
        f"precision {answer['precision']} (at least {answer['lower']}), calibration error {answer['calibration_error']}"
    )
    for row in answer["rules"]:
        print(f"{row['rule']:<28} {row['posted']:>7} posted {row['wrong']:>4} wrong  {row['precision']}")
    return 0


def _share(basis_points: int | None) -> str:
    """Return basis points as a share with four decimals, "" for none."""
    return "" if basis_points is None else f"{basis_points // 10_000}.{basis_points % 10_000:04d}"


def _quality(found: Any) -> dict[str, Any]:
    return {
        "payments": found.payments, "straight_through": _share(found.straight_through),
        "precision": _share(found.precision.share), "lower": _share(found.precision.lower),
        "calibration_error": _share(found.error), "cost": found.cost.total, "saved": found.cost.saved,
        "classes": {row.became: row.payments for row in found.classes},
        "rules": [
            {
                "rule": row.rule, "posted": row.precision.posted, "wrong": row.precision.wrong,
                "precision": _share(row.precision.share), "lower": _share(row.precision.lower),
                "accepted": row.accepted, "otherwise": row.otherwise,
            }
            for row in found.rules
        ],
        "bins": [
            {
                "from": _share(one.low), "predicted": _share(one.predicted), "kept": _share(one.share),
                "judged": one.judged,
            }
            for one in found.bins
        ],
    }  # fmt: skip
