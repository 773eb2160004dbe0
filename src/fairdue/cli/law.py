"""`fairdue law`: the rules of late payment and of invoices as calculators. Needs no database.

Exit 0 done, 1 refused with findings, 2 usage.
"""

from __future__ import annotations

import json
import sys
from argparse import ArgumentTypeError
from datetime import UTC, date, datetime
from decimal import Decimal, DecimalException
from typing import TYPE_CHECKING

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.answer import rules_answer
from fairdue.core.invoice.rules import ASSUMED, rules
from fairdue.core.law import answer as shape
from fairdue.core.law.compensation import compensation
from fairdue.core.law.interest import Claim, Payment, interest
from fairdue.core.law.limitation import Event, limitation
from fairdue.core.law.notice import notice
from fairdue.core.law.regime import DayBasis, EventKind, Kind
from fairdue.core.law.registry import regime_of
from fairdue.core.law.start import Dates
from fairdue.core.money import Money, MoneyError
from fairdue.core.vat.supply import BuyerKind, Nature

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace, _SubParsersAction
    from collections.abc import Callable

type _Parsers = _SubParsersAction[ArgumentParser]


def register(subparsers: _Parsers) -> None:
    """Add `law interest|compensation|limitation|notice|invoice`."""
    law = subparsers.add_parser("law", help="late-payment and invoice law as calculators, with rates and articles")
    calculators = law.add_subparsers(dest="calculator", required=True)
    _register_interest(_calculator(calculators, "interest", "late interest and compensation", _interest))
    _register_compensation(_calculator(calculators, "compensation", "recovery costs", _compensation))
    _register_limitation(_calculator(calculators, "limitation", "last day to enforce", _limitation))
    _register_notice(_calculator(calculators, "notice", "what a formal notice needs", _notice))
    _register_invoice(calculators.add_parser("invoice", help="what an invoice must say, its VAT, format and network"))


def run(args: Namespace) -> int:
    """Carry out the calculator chosen on the command line; print its answer or its findings."""
    try:
        found: shape.Json = args.calculate(args)
    except MoneyError as error:
        sys.stderr.write(f"fairdue law: {error}\n")
        return 2
    except RefusedError as refusal:
        _print_refusal(refusal, as_json=args.json)
        return 1
    _print(found, as_json=args.json)
    return 0


def _calculator(
    parsers: _Parsers, name: str, help_: str, calculate: Callable[[Namespace], shape.Json]
) -> ArgumentParser:
    parser = parsers.add_parser(name, help=help_)
    parser.add_argument("--country", required=True, help="ISO 3166 code; states as US-NY")
    parser.add_argument("--kind", type=Kind, choices=list(Kind), default=Kind.B2B)
    _common(parser, calculate)
    return parser


def _common(parser: ArgumentParser, calculate: Callable[[Namespace], shape.Json]) -> None:
    parser.add_argument("--today", type=_day, default=None, help="the business date; default is today")
    parser.add_argument("--tenant", default=None, help="not needed by a calculator")
    parser.add_argument("--creditor", default=None, help="not needed by a calculator")
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run, calculate=calculate)


def _register_interest(parser: ArgumentParser) -> None:
    parser.add_argument("--principal", required=True, help="gross amount, 2500.00")
    parser.add_argument("--currency", default=None, help="ISO 4217; default is the country's")
    due = parser.add_mutually_exclusive_group(required=True)
    due.add_argument("--due", type=_day, help="agreed due date")
    due.add_argument("--no-due-date", action="store_true", help="no date was agreed")
    parser.add_argument("--paid", type=_day, default=None, help="default is --today")
    parser.add_argument("--payment", type=_payment, action="append", default=[], metavar="DATE:AMOUNT")
    parser.add_argument("--contract-rate", type=_percent, default=None, metavar="PERCENT")
    parser.add_argument("--day-basis", type=DayBasis, choices=list(DayBasis), default=DayBasis.ACTUAL_365)
    parser.add_argument("--invoice-received", type=_day, default=None)
    parser.add_argument("--delivered", type=_day, default=None)
    parser.add_argument("--reminder-received", type=_day, default=None)
    parser.add_argument("--not-at-fault", action="store_true", help="Austria: 4 %% (UGB 456)")


def _register_compensation(parser: ArgumentParser) -> None:
    parser.add_argument("--principal", required=True)
    parser.add_argument("--currency", default=None)


def _register_limitation(parser: ArgumentParser) -> None:
    parser.add_argument("--due", type=_day, required=True)
    parser.add_argument("--claim", default="contract", help="contract, goods, services, judgment ...")
    parser.add_argument("--event", type=_event, action="append", default=[], metavar="KIND:DATE[:UNTIL]")


def _register_notice(parser: ArgumentParser) -> None:
    parser.add_argument("--sent", type=_day, default=None, help="default is --today")


def _register_invoice(parser: ArgumentParser) -> None:
    parser.add_argument("--seller", required=True, help="country of the seller, ISO 3166")
    parser.add_argument("--buyer", required=True, help="country of the buyer, ISO 3166 (XI for Northern Ireland)")
    parser.add_argument("--kind", type=BuyerKind, choices=list(BuyerKind), default=BuyerKind.B2B)
    parser.add_argument("--date", type=_day, default=None, help="day of supply; default is --today")
    parser.add_argument("--place", default="", help="where goods end or a service takes place; default is the buyer")
    parser.add_argument(
        "--supply", type=Nature, choices=list(Nature), action="append", default=None,
        help="what is supplied; default is goods and services",
    )  # fmt: skip
    _common(parser, _invoice)


def _interest(args: Namespace) -> shape.Json:
    currency = args.currency or regime_of(args.country, args.kind).currency
    claim = Claim(
        Money.parse(args.principal, currency).minor,
        currency,
        Dates(args.due, args.invoice_received, args.delivered, args.reminder_received),
        tuple(Payment(on, Money.parse(amount, currency).minor) for on, amount in args.payment),
        args.contract_rate,
        args.day_basis,
        args.not_at_fault,
    )
    return shape.interest_answer(interest(args.country, args.kind, claim, paid=args.paid or _today(args)))


def _compensation(args: Namespace) -> shape.Json:
    currency = args.currency or regime_of(args.country, args.kind).currency
    principal = Money.parse(args.principal, currency)
    return shape.compensation_answer(
        compensation(args.country, args.kind, principal_minor=principal.minor, currency=currency)
    )


def _limitation(args: Namespace) -> shape.Json:
    return shape.limitation_answer(
        limitation(args.country, args.kind, due=args.due, events=tuple(args.event), claim=args.claim)
    )


def _notice(args: Namespace) -> shape.Json:
    return shape.notice_answer(notice(args.country, args.kind, sent_on=args.sent or _today(args)))


def _invoice(args: Namespace) -> shape.Json:
    natures = tuple(args.supply or ASSUMED)
    on = args.date or _today(args)
    return rules_answer(rules(args.seller, args.buyer, args.place, args.kind, on, natures=natures))


def _today(args: Namespace) -> date:
    today: date | None = args.today
    return today or datetime.now(UTC).date()


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is not a date like 2026-03-31") from None


def _percent(text: str) -> Decimal:
    try:
        value = Decimal(text)
    except DecimalException:
        raise ArgumentTypeError(f"{text!r} is not a percentage") from None
    if not value.is_finite():
        raise ArgumentTypeError(f"{text!r} is not a percentage")
    return value


def _payment(text: str) -> tuple[date, str]:
    day, colon, amount = text.partition(":")
    if not colon:
        raise ArgumentTypeError(f"{text!r} is not DATE:AMOUNT")
    return _day(day), amount


def _event(text: str) -> Event:
    kind, _, days = text.partition(":")
    first, _, until = days.partition(":")
    try:
        return Event(EventKind(kind), _day(first), _day(until) if until else None)
    except ValueError:
        known = ", ".join(EventKind)
        raise ArgumentTypeError(f"{kind!r} is not one of {known}") from None


def _print(found: shape.Json, *, as_json: bool) -> None:
    if as_json:
        sys.stdout.write(json.dumps(found, ensure_ascii=False, indent=2) + "\n")
        return
    for key, value in found.items():
        for line in _lines(value):
            sys.stdout.write(f"{key.replace('_', ' '):<22}{line}\n")


def _lines(value: object) -> list[str]:
    """Return one line for each entry of a list, and one for anything else."""
    entries = value if isinstance(value, list) else [value]
    return ["  ".join(str(v) for v in e.values()) if isinstance(e, dict) else str(e) for e in entries]


def _print_refusal(refusal: RefusedError, *, as_json: bool) -> None:
    if as_json:
        rows = [
            {"code": f.code, "path": f.path, "message": f.message, "severity": f.severity, "source": f.source}
            for f in refusal.findings
        ]
        sys.stdout.write(json.dumps({"findings": rows}, ensure_ascii=False, indent=2) + "\n")
        return
    for finding in refusal.findings:
        sys.stderr.write(f"{finding.path}: {finding.message}\n")
