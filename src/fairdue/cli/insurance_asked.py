"""`fairdue insurance premium | price | top-up | cover | dates`: the calculators asked by options, without a file.

Each makes the content of the file that `quote`, `indemnity` or `obligations` reads, and gives the same answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.cli.insurance_shown import show_answer
from fairdue.core.findings import refuse
from fairdue.core.insurance.answers import answer_indemnity, answer_obligations, answer_quote
from fairdue.core.insurance.asked import (
    DECLARATION,
    TERMS,
    TOP_UP,
    cover_content,
    dates_content,
    premium_content,
    price_content,
    top_up_content,
)

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

_ITEM = "INVOICED:DUE:NET"
_WORDS = {
    "rate_percent": "the rate on turnover", "estimate": "the estimated turnover", "turnover": "the turnover",
    "minimum_percent": "least premium, per cent of the estimated one", "instalments": "advances a year",
    "tax_percent": "tax on the premium", "liability_multiple": "most paid a year, times the premium",
    "amount": "the top-up", "yearly_percent": "the rate a year", "months": "for so many months",
    "minimum_months": "charged at least", "insured_percentage": "per cent that is insured",
    "threshold": "losses that do not count, up to", "each_and_every": "first loss of each claim",
    "minimum_retention": "least that you bear", "aggregate_first_loss": "first loss of the year",
    "maximum_liability": "most paid in the year", "maximum_credit_days": "longest term",
    "extension_days": "extension period", "notification_days": "overdue notice after it",
    "mandate_days": "mandate to collect after it", "claim_days": "claim after it", "waiting_days": "waiting period",
    "payout_days": "payment after the date of loss",
}  # fmt: skip


def register(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the calculators to `insurance`."""
    premium = _command(commands, "premium", "compute the premium of a declared turnover", DECLARATION)
    price = _command(commands, "price", "compute an indicative price by the factors of the risk", ("turnover",))
    price.add_argument("--base-rate-percent", metavar="N", help="the rate before any factor")
    price.add_argument("--factor", action="append", default=[], metavar="NAME=N", help="such as sector=1.25")
    top_up = _command(commands, "top-up", "compute the premium of a top-up", TOP_UP)
    cover = _command(commands, "cover", "compute the indemnity of a loss", TERMS)
    cover.add_argument("--limit", metavar="AMOUNT", help="the limit of the customer")
    cover.add_argument("--limit-from", metavar="DAY", help="by default the first invoice")
    cover.add_argument("--loss-on", metavar="DAY", help="the date of loss")
    cover.add_argument("--cause", choices=("insolvency", "default"), default="default")
    cover.add_argument("--receipt", action="append", default=[], metavar="DAY:AMOUNT", help="before the loss")
    cover.add_argument("--recovery", action="append", default=[], metavar="DAY:AMOUNT[:COST]", help="after the loss")
    dates = _command(commands, "dates", "list every date that items impose", TERMS)
    dates.add_argument("--insolvent-on", metavar="DAY")
    for one in (cover, dates):
        one.add_argument("--item", action="append", default=[], metavar=_ITEM, help="one item; as often as needed")
    for parser in (premium, price, top_up, cover, dates):
        parser.set_defaults(run=run)


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser], name: str, words: str, options: Iterable[str]
) -> argparse.ArgumentParser:
    parser: argparse.ArgumentParser = commands.add_parser(name, help=words, description=words)
    parser.add_argument("--currency", default="EUR", help="by default EUR")
    parser.add_argument("--json", action="store_true", help="answer as JSON")
    parser.add_argument("--today", metavar="DAY", help="the day on which dates stand")
    parser.add_argument("--tenant", help="not needed by a calculator")
    parser.add_argument("--creditor", help="not needed by a calculator")
    for option in options:
        parser.add_argument(f"--{option.replace('_', '-')}", metavar="N", help=_WORDS[option])
    return parser


def run(args: argparse.Namespace) -> int:
    """Compute the answer to the options of `args` and print it; findings go to standard error."""
    return show_answer(lambda: _answer(args), as_json=args.json)


def _answer(args: argparse.Namespace) -> dict[str, object]:
    asked = {name: value for name, value in vars(args).items() if isinstance(value, str)}
    match args.insurance_command:
        case "premium":
            return answer_quote(premium_content(asked))
        case "price":
            return answer_quote(price_content(asked, dict(_pair(text) for text in args.factor)))
        case "top-up":
            return answer_quote(top_up_content(asked))
        case "cover":
            receipts = [_row(text, "--receipt", "date", "gross") for text in args.receipt]
            recoveries = [_row(text, "--recovery", "date", "amount", "cost") for text in args.recovery]
            return answer_indemnity(cover_content(asked, _items(args), receipts, recoveries))
        case _:
            return answer_obligations(dates_content(asked, _items(args)))


def _items(args: argparse.Namespace) -> list[dict[str, str]]:
    return [_row(text, "--item", "invoiced", "due", "net") for text in args.item]


def _pair(text: str) -> tuple[str, str]:
    name, sign, value = text.partition("=")
    if not sign:
        raise refuse("file.factor", "--factor", "A factor is NAME=N, such as sector=1.25.")
    return name, value


def _row(text: str, option: str, *names: str) -> dict[str, str]:
    """Return the parts of a value by name; the last one may be left out where there are three of a recovery."""
    parts = text.split(":")
    if not len(names) - (option == "--recovery") <= len(parts) <= len(names):
        raise refuse("file.row", option, f"Write {':'.join(name.upper() for name in names)}.")
    return dict(zip(names, parts, strict=False))
