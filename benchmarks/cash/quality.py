"""The rules alone on made-up days, in memory. Run: python -m benchmarks.cash.quality [MIX ...] [--seeds tuning|report].

Prints straight-through rate, precision, share postable at 99.9 %, calibration error, and confusion by rule and case;
and payments per CPU second of matching, the index apart.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter, defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING

from benchmarks.cash.generate import REPORT_SEEDS, TUNING_SEEDS, Day, make
from benchmarks.cash.payments import MIXES, NOT_AR
from benchmarks.cash.score import Answer, Figures, report, score

from fairdue.core.matching import Item, Ledger, NamedDocument, Payers, Payment, Policy, Step, alias_of, match

if TYPE_CHECKING:
    from benchmarks.cash.payments import Paid
    from benchmarks.cash.world import Item as Made

    from fairdue.core.matching import Proposal

GENEROUS = Policy(late_discount_posted_days=14)
"""The made-up creditors grant discounts that are taken up to two weeks late, so what is right says so too."""


def item_of(one: Made, heads: dict[str, str]) -> Item:
    """Return an item as the books have it before the payments of the day."""
    left = 0 if one.paid else one.amount
    return Item(
        id=one.number, number=one.number, debtor=one.debtor, currency=one.currency, residual=left,
        amount=one.amount, due=one.due, references=(one.reference,) if one.reference else (), order_number=one.order,
        end_to_end_id=one.end_to_end, discount=(left * one.discount + 500) // 1000 if one.until else 0,
        discount_until=one.until, head=heads.get(one.debtor, ""),
    )  # fmt: skip


def payment_of(paid: Paid) -> Payment:
    """Return a payment as the bank's file tells it."""
    instructed, currency = paid.instructed or (None, "")
    return Payment(
        id=paid.ref, amount=paid.amount, currency=paid.currency, booked=paid.day,
        texts=tuple(text for text in paid.texts if text.strip()),
        references=tuple(value for _, value in paid.references),
        documents=tuple(NamedDocument(number, amount) for number, amount in paid.documents),
        end_to_end_id=paid.end_to_end, payer_name=paid.payer, payer_account=paid.account, on_behalf_of=paid.behalf,
        instructed=instructed, instructed_currency=currency, transaction_code=paid.code,
    )  # fmt: skip


def payers_of(day: Day) -> Payers:
    """Return who is known: the customers, their accounts, and what past payments taught."""
    accounts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    aliases: defaultdict[str, Counter[str]] = defaultdict(Counter)
    cold = day.mix == "cold"
    if not cold and day.world.region != "us":
        for one in day.world.debtors.values():
            accounts[one.accounts[0]][one.id] += 1
    for paid in () if cold else day.history:
        owner = next((day.world.items[p.target].debtor for p in paid.truth if p.target in day.world.items), "")
        if paid.account[:2].isalpha():
            accounts[paid.account][owner] += 1
        aliases[alias_of(paid.payer)][owner] += 1
    names = [(one.id, one.name) for one in day.world.debtors.values()]
    heads = {one.id: one.parent for one in day.world.debtors.values() if one.parent}
    return Payers(names, accounts, aliases=aliases, heads=heads, own=[day.world.own])


def answer_of(one: Proposal) -> Answer:
    """Return a proposal as `fairdue cash export` would print it."""
    parts: Counter[tuple[str, Decimal, Decimal]] = Counter()
    for part in one.allocations:
        parts[part.item, _decimal(part.amount), _decimal(part.adjustment)] += 1
    if one.step is Step.NOT_RECEIVABLE:
        parts[NOT_AR, _decimal(one.on_account), Decimal(0)] += 1
    elif one.on_account and one.debtor:
        parts[f"ON_ACCOUNT:{one.debtor}", _decimal(one.on_account), Decimal(0)] += 1
    return Answer(parts, one.confidence / 10_000, one.rule, one.automatic, one.reason)


def _decimal(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)


def run(day: Day, policy: Policy | None = None) -> tuple[Figures, list[Proposal], float]:
    """Match a day and score it; the seconds are CPU seconds of matching without the index."""
    heads = {one.id: one.parent for one in day.world.debtors.values()}
    ledger = Ledger(item_of(one, heads) for one in day.world.items.values())
    payers = payers_of(day)
    payments = [payment_of(paid) for paid in day.payments]
    start = time.process_time()
    found = match(payments, ledger, payers, policy or GENEROUS)
    seconds = time.process_time() - start
    truth = {
        paid.ref: Counter((part.target, _decimal(part.amount), _decimal(part.adjustment)) for part in paid.truth)
        for paid in day.payments
    }
    cases = {paid.ref: paid.case for paid in day.payments}
    return score(truth, cases, {one.payment: answer_of(one) for one in found}), found, seconds


def main() -> int:
    """Print the figures of the chosen mixes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mixes", nargs="*", default=["europe", "us", "hard", "cold"], metavar="MIX")
    parser.add_argument("--seeds", choices=("tuning", "report"), default="tuning")
    parser.add_argument("--payments", type=int, default=5_000)
    parser.add_argument("--items", type=int, default=0)
    parser.add_argument("--most", type=int, default=1, help="how many of the seeds")
    parser.add_argument("--wrong", type=int, default=20, help="wrong postings to print")
    parser.add_argument(
        "--late-days", type=int, default=GENEROUS.late_discount_posted_days,
        help="how many days late a discount is still posted by a machine; as shipped 0",
    )  # fmt: skip
    parser.add_argument("--short", action="store_true", help="the first line only")
    args = parser.parse_args()
    assert set(args.mixes) <= MIXES.keys()
    for mix in args.mixes:
        for seed in (TUNING_SEEDS if args.seeds == "tuning" else REPORT_SEEDS)[: args.most]:
            policy = Policy(late_discount_posted_days=args.late_days)
            figures, _, seconds = run(make(mix, seed, args.payments, items=args.items), policy)
            text = report(figures, wrong=args.wrong)
            print(f"{mix} seed {seed}: {args.payments / seconds:,.0f} payments per CPU second")
            print(text.splitlines()[0] if args.short else text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
