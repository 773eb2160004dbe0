"""`fairdue cash policy | codes | account | refunds | recalls`: what may be posted, and money that lies or goes back."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from fairdue.cli.base import add_scope, business_date, creditor_of, tenant_scope
from fairdue.core.findings import refuse
from fairdue.core.money import Money, MoneyError, decimal_of

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from fairdue.cash.posting.policies import CashPolicy
    from fairdue.foundation.context import Ctx

_DAYS = (
    "discount_grace_days", "late_discount_days", "late_discount_posted_days", "refund_quiet_days",
    "prenotification_days", "payday", "debit_retries", "wrong_cost",
)  # fmt: skip


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the commands of posting to those of `cash`."""
    for parser in (_policy(commands), _codes(commands), _account(commands), _refunds(commands), _recalls(commands)):
        add_scope(parser)


def _policy(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("policy", help="show or set what a client lets be posted")
    for name in _DAYS:
        parser.add_argument(f"--{name.replace('_', '-')}", type=int, metavar="N")
    parser.add_argument(
        "--automatic-from", metavar="BASIS_POINTS", help="post from this confidence on; `cost`: as the cost says"
    )
    parser.add_argument("--limit", action="append", default=[], metavar="ROLE=AMOUNT", help="what a role may write off")
    parser.add_argument(
        "--tolerance", action="append", default=[], metavar="CUR=SMALL,CHARGE,STEP", help="differences that need nobody"
    )
    parser.add_argument("--shadow", choices=("on", "off"), help="only propose, post nothing")
    parser.add_argument("--shadow-until", type=date.fromisoformat, metavar="DAY", help="the last day of shadow mode")
    parser.set_defaults(run=policy)
    return parser


def _codes(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "codes", help="list or set customers' codes for deductions; --unknown lists the others"
    )
    parser.add_argument("--unknown", action="store_true", help="words of advices that nobody has mapped")
    parser.add_argument("--set", metavar="CODE", help="what a code means; needs --reason")
    parser.add_argument("--remove", metavar="ID", help="let a code mean nothing any more")
    parser.add_argument("--reason", default="", help="complaint, returned_goods, shortage, freight, price, bonus ...")
    parser.add_argument("--treatment", default="dispute", choices=("dispute", "discount", "fee"))
    parser.add_argument("--most", default="0", metavar="AMOUNT", help="granted on one document")
    parser.add_argument("--currency", default="")
    parser.add_argument("--customer", default="", metavar="NUMBER", help="one customer; all when left out")
    parser.set_defaults(run=codes)
    return parser


def _account(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser(
        "account", help="list money on account with what it is proposed for; --accept applies it"
    )
    parser.add_argument("--accept", metavar="ID", help="apply one proposal")
    parser.set_defaults(run=account)
    return parser


def _refunds(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("refunds", help="list refunds with what blocks them; --propose asks a second person")
    parser.add_argument("--propose", metavar="ID", help="propose one refund")
    parser.add_argument("--order", action="store_true", help="write what is approved into a pain.001 file for the bank")
    parser.add_argument("--out", metavar="FOLDER", default=".", help="where the file for the bank is written")
    parser.add_argument("--currency", metavar="CODE", default="EUR", help="the currency of the file for the bank")
    parser.add_argument("--bic", metavar="BIC", default="", help="the bank of the account; outside SEPA it is needed")
    parser.add_argument("--answers", metavar="FILE", help="read the bank's answer to such a file (pain.002)")
    parser.set_defaults(run=refunds)
    return parser


def _recalls(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    parser = commands.add_parser("recalls", help="read and list payments that banks ask back (camt.056)")
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.set_defaults(run=recalls)
    return parser


def _creditor(ctx: Ctx, args: argparse.Namespace) -> UUID:
    from fairdue.parties import selectors as parties

    known = parties.creditors(ctx)
    chosen = creditor_of(args, ctx) or (known[0].id if len(known) == 1 else None)
    if chosen is None:
        raise refuse("creditor.missing", "--creditor", "Say which client.")
    return chosen


def _minor(text: str, currency: str, path: str) -> int:
    try:
        return Money.parse(text, currency).minor
    except MoneyError as error:
        raise refuse("cash.amount", path, str(error)) from None


def policy(args: argparse.Namespace) -> int:
    """Set what is named, then show everything."""
    from fairdue.cash.posting.policies import policy_settings, set_policy
    from fairdue.parties import selectors as parties

    with tenant_scope(args) as ctx:
        creditor = _creditor(ctx, args)
        row = parties.creditor(ctx, creditor)
        books = row.currency if row else ""
        before = policy_settings(ctx, creditor)
        chosen = _chosen(args, before, books)
        if chosen != before:
            set_policy(ctx, creditor=creditor, policy=chosen, today=business_date(args, ctx))
        after = policy_settings(ctx, creditor)
    answer = {name: getattr(after, name) for name in _DAYS} | {
        "automatic_from": after.automatic_from, "charge_return_fees": after.charge_return_fees, "shadow": after.shadow,
        "shadow_until": after.shadow_until.isoformat() if after.shadow_until else None,
    }  # fmt: skip
    limits = {role: str(decimal_of(minor, books)) for role, minor in after.limits.items()}
    tolerances = {code: [str(decimal_of(minor, code)) for minor in asdict(one).values()]
                  for code, one in after.tolerances.items()}  # fmt: skip
    _tell(args, answer | {"limits": limits, "currency": books, "tolerances": tolerances})
    return 0


def _chosen(args: argparse.Namespace, policy: CashPolicy, books: str) -> CashPolicy:
    from fairdue.core.matching import Tolerance

    days = {name: value for name in _DAYS if (value := getattr(args, name)) is not None}
    limits = {role: _minor(text, books, "--limit") for role, _, text in (one.partition("=") for one in args.limit)}
    tolerances = dict(policy.tolerances)
    for one in args.tolerance:
        code, _, text = one.partition("=")
        parts = text.split(",")
        if len(parts) != len(Tolerance.__dataclass_fields__):
            raise refuse(
                "cash.policy", "--tolerance", "A tolerance is CUR=SMALL,CHARGE,STEP, such as EUR=1.00,25.00,0.50."
            )
        tolerances[code] = Tolerance(*(_minor(part, code, "--tolerance") for part in parts))
    watched: dict[str, Any] = {"shadow": args.shadow == "on"} if args.shadow else {}
    if args.shadow_until or args.shadow == "off":
        watched["shadow_until"] = args.shadow_until
    if args.automatic_from:
        watched["automatic_from"] = _points(args.automatic_from)
    return replace(policy, limits={**policy.limits, **limits}, tolerances=tolerances, **days, **watched)


def _points(text: str) -> int | None:
    if text == "cost":
        return None
    if not text.isdecimal():
        raise refuse("cash.policy", "--automatic-from", "Write basis points, such as 9900 for 99 %, or cost.")
    return int(text)


def codes(args: argparse.Namespace) -> int:
    """Set or remove if asked, then list."""
    from fairdue.cash.posting import codes as table

    with tenant_scope(args) as ctx:
        creditor, today = creditor_of(args, ctx), business_date(args, ctx)
        if args.set:
            table.set_code(ctx, draft=_draft(ctx, args), today=today)
        if args.remove:
            table.remove_code(ctx, code=_uuid(args.remove), today=today)
        if args.unknown:
            found: list[dict[str, Any]] = [
                {"code": row.code, "customer": row.debtor_name or "", "times": row.times, "last_on": str(row.last_on)}
                for row in table.unknown_codes(ctx, creditor=creditor, limit=1000)
            ]
        else:
            found = [
                {
                    "id": str(row.id), "code": row.code, "customer": row.debtor_name or "every customer",
                    "reason": row.reason, "treatment": row.treatment, "currency": row.currency,
                    "most": str(decimal_of(row.most, row.currency)) if row.currency else "",
                }
                for row in table.codes(ctx, creditor=creditor)
            ]  # fmt: skip
    _list(args, found)
    return 0


def _draft(ctx: Ctx, args: argparse.Namespace) -> Any:
    from fairdue.cash.posting.codes import CodeDraft
    from fairdue.parties import selectors as parties

    creditor = _creditor(ctx, args)
    whose = parties.debtors_by_external_id(ctx, creditor, {args.customer}) if args.customer else {}
    if args.customer and args.customer not in whose:
        raise refuse("debtor.unknown", "--customer", f"There is no customer {args.customer}.")
    most = _minor(args.most, args.currency, "--most") if args.currency else 0
    return CodeDraft(creditor, args.set, args.reason, args.treatment, most, args.currency, whose.get(args.customer))


def account(args: argparse.Namespace) -> int:
    """Apply if asked, then list money on account and what is proposed of it."""
    from fairdue.cash.account import selectors
    from fairdue.cash.account.uses import accept_use

    with tenant_scope(args) as ctx:
        creditor = creditor_of(args, ctx)
        if args.accept:
            accept_use(ctx, use=_uuid(args.accept), today=business_date(args, ctx))
        uses = selectors.uses(ctx, creditor=creditor, limit=10_000)
        rows = selectors.on_account(ctx, creditor=creditor, limit=10_000)
    proposed: dict[UUID | None, list[str]] = {row.id: [part["number"] for part in row.allocations] for row in uses}
    _list(args, [
        {
            "payment": row.number, "customer": row.debtor_name, "currency": row.currency,
            "unapplied": str(decimal_of(row.unapplied, row.currency)), "received_on": str(row.received_on),
            "proposal": str(row.use_id or ""),
            "for": ", ".join(proposed.get(row.use_id, ())),
        }
        for row in rows
    ])  # fmt: skip
    return 0


def _order_refunds(args: argparse.Namespace) -> int:
    """Write approved refunds of one client into a file for the bank."""
    from fairdue.cash.refunding.ordering import order_refunds
    from fairdue.foundation.files import load

    with tenant_scope(args) as ctx:
        creditor = creditor_of(args, ctx)
        if creditor is None:
            raise refuse("creditor.missing", "--creditor", "Say whose refunds are ordered.")
        made = order_refunds(ctx, creditor=creditor, currency=args.currency, today=business_date(args, ctx))
        path = Path(args.out) / f"{made.reference}.xml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(load(ctx, made.file)[1])
    answer = {
        "file": str(path), "refunds": made.count, "amount": str(decimal_of(made.amount, made.currency)),
        "currency": made.currency,
        "left_out": [{"refund": str(one), "reason": why} for one, why in made.left_out],
    }  # fmt: skip
    _list(args, [answer])
    return 0


def _read_refund_answers(args: argparse.Namespace) -> int:
    """Read what the bank answered to files of refunds, and list each refund with it."""
    from fairdue.cash.refunding.answering import read_refund_answers
    from fairdue.foundation.files import store

    path = Path(args.answers)
    if not path.is_file():
        raise refuse("file.missing", "--answers", f"There is no file {path}.")
    content = path.read_bytes()
    with tenant_scope(args) as ctx:
        kept = store(ctx, content=content, name=path.name, media_type="application/xml")
        said = read_refund_answers(ctx, file=UUID(str(kept.id)), today=business_date(args, ctx))
    named = (("accepted", said.accepted), ("rejected", said.rejected), ("waiting", said.waiting))
    _list(args, [{"refund": str(one), "answer": word} for word, ids in named for one in ids])
    return 0


def refunds(args: argparse.Namespace) -> int:
    """Propose if asked, then list refunds that wait with what speaks against each account."""
    from fairdue.cash.refunding import selectors
    from fairdue.cash.refunding.tasks import propose_refund

    if args.order:
        return _order_refunds(args)
    if args.answers:
        return _read_refund_answers(args)
    with tenant_scope(args) as ctx:
        creditor, today = creditor_of(args, ctx), business_date(args, ctx)
        rows = selectors.refunds(ctx, creditor=creditor, states=("open", "proposed"), limit=1000)
        if args.propose:
            row = next((one for one in rows if str(one.id) == args.propose), None)
            if row is None:
                raise refuse("refund.closed", "--propose", "No such refund waits.")
            propose_refund(ctx, credit=row.credit_id, amount=row.amount, reason=row.reason, agent=args.bic, today=today)
            rows = selectors.refunds(ctx, creditor=creditor, states=("open", "proposed"), limit=1000)
        found = [
            {
                "refund": str(row.id), "customer": row.debtor_name or "", "kind": row.kind, "state": row.state,
                "amount": str(decimal_of(row.amount, row.currency)), "currency": row.currency,
                "blocked": [
                    f"{one.account.masked if one.account else 'no account'}: {finding.message}"
                    for one in selectors.against(ctx, row, today)
                    for finding in one.findings
                ],
            }
            for row in rows
        ]  # fmt: skip
    _list(args, found)
    return 0


def recalls(args: argparse.Namespace) -> int:
    """Read the files, then list what banks ask back."""
    from fairdue.cash.returns import selectors
    from fairdue.cash.returns.recalls import import_recalls
    from fairdue.foundation.files import store

    for name in args.files:
        if not Path(name).is_file():
            raise refuse("file.missing", name, f"There is no file {name}.")
        with tenant_scope(args) as ctx:
            kept = store(ctx, content=Path(name).read_bytes(), name=Path(name).name, media_type="application/xml")
            import_recalls(ctx, file=kept.id, creditor=creditor_of(args, ctx), today=business_date(args, ctx))
    with tenant_scope(args) as ctx:
        rows = selectors.recalls(ctx, creditor=creditor_of(args, ctx), limit=1000)
    _list(args, [
        {
            "recall": str(row.id), "payer": row.payer, "amount": str(decimal_of(row.amount, row.currency)),
            "currency": row.currency, "code": row.code, "state": row.state, "answer_by": str(row.answer_by),
            "line": str(row.line_id or ""),
        }
        for row in rows
    ])  # fmt: skip
    return 0


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise refuse("cash.id", "id", f"{text!r} is no id.") from None


def _tell(args: argparse.Namespace, answer: dict[str, Any]) -> None:
    if args.json:
        print(json.dumps(answer, indent=2, ensure_ascii=False))
        return
    for name, value in answer.items():
        print(f"{name}: {json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value}")


def _list(args: argparse.Namespace, rows: Sequence[dict[str, Any]]) -> None:
    if args.json:
        print(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    for row in rows:
        shown = ("; ".join(value) if isinstance(value, list) else str(value) for value in row.values())
        print("  ".join(one for one in shown if one))
    print(f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}")
