"""The formal notice: what it must say, how long it leaves, and what it does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding
from fairdue.core.law.registry import regime_of

if TYPE_CHECKING:
    from fairdue.core.law.regime import Kind

CONTENTS = {
    "creditor": "The creditor's legal name, seat and register or tax number",
    "debtor": "The debtor's legal name and address",
    "invoices": "Each invoice with number, date and due date",
    "open_amounts": "What of each invoice is paid and what is open",
    "total": "The total demanded",
    "reply_date": "The day by which to pay or answer",
    "payment_means": "Where to pay and with which reference",
    "consequence": "What follows if nothing happens",
    "interest_computation": "Interest: rate for each period, days, amount, and the daily amount from now on",
    "legal_basis": "The articles that interest and sums rest on",
    "lump_sum": "The fixed sum for recovery costs",
    "dispute_channel": "How to contest the claim",
    "collection_cost_named": "The collection cost that will be due, as an amount",
    "contract_reference": "The contract or order",
    "performance": "That the creditor delivered",
}


@dataclass(frozen=True, slots=True)
class Notice:
    """The answer: required contents as (code, sentence), words, reply date, delivery, effect, articles."""

    country: str
    kind: Kind
    reply_days: int
    reply_by: date
    contents: tuple[tuple[str, str], ...]
    words: tuple[str, ...]
    language: str
    delivery: str
    effect: str
    articles: tuple[str, ...]
    confirmed: bool


def notice(country: str, kind: Kind, *, sent_on: date) -> Notice:
    """Return what a formal notice sent on `sent_on` needs in the debtor's country."""
    regime = regime_of(country, kind)
    rule = regime.notice
    return Notice(
        regime.country,
        kind,
        rule.reply_days,
        sent_on + timedelta(days=rule.reply_days),
        tuple((code, CONTENTS[code]) for code in rule.contents),
        rule.words,
        rule.language,
        rule.delivery,
        rule.effect,
        rule.articles,
        rule.confirmed,
    )


def missing_contents(country: str, kind: Kind, supplied: frozenset[str], text: str) -> tuple[Finding, ...]:
    """Return one finding for each required content not in `supplied` and each word not in `text`."""
    rule = regime_of(country, kind).notice
    source = ", ".join(rule.articles)
    contents = [
        Finding("notice.content_missing", code, f"The notice lacks: {CONTENTS[code]}", source=source)
        for code in rule.contents
        if code not in supplied
    ]
    words = [
        Finding("notice.word_missing", "text", f"The notice must contain the words “{word}”", source=source)
        for word in rule.words
        if word.casefold() not in text.casefold()
    ]
    return tuple(contents + words)
