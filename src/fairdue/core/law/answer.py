"""The calculators' answers as plain values for JSON: amounts as decimal strings, dates as ISO 8601."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    from fairdue.core.law.compensation import Compensation
    from fairdue.core.law.interest import Interest, Period
    from fairdue.core.law.limitation import Limitation
    from fairdue.core.law.notice import Notice
    from fairdue.core.law.rates import RateRow

type Json = dict[str, object]


def interest_answer(answer: Interest) -> Json:
    """Return the interest answer in the shape of the machine interface, version 1."""
    total = None if answer.total_minor is None else str(decimal_of(answer.total_minor, answer.currency))
    return {
        "country": answer.country,
        "kind": str(answer.kind),
        "currency": answer.currency,
        "interest": str(decimal_of(answer.interest_minor, answer.currency)),
        "compensation": str(decimal_of(answer.compensation.minor, answer.compensation.currency)),
        "compensation_currency": answer.compensation.currency,
        "total": total,
        "days": answer.days,
        "starts_on": answer.start.isoformat(),
        "periods": [_period(period, answer.currency) for period in answer.periods],
        "rates": [_rate(row) for row in answer.rates],
        "articles": list(answer.articles),
        "notes": list(answer.notes),
        "confirmed": answer.confirmed,
    }


def _period(period: Period, currency: str) -> Json:
    return {
        "from": period.first.isoformat(),
        "to": period.last.isoformat(),
        "days": period.days,
        "principal": str(decimal_of(period.principal_minor, currency)),
        "rate": str(period.rate_percent),
        "amount": str(decimal_of(period.amount_minor, currency)),
    }


def _rate(row: RateRow) -> Json:
    return {
        "series": row.series,
        "date": row.date.isoformat(),
        "value": str(row.value),
        "source": row.source,
        "confirmed": row.confirmed,
    }


def compensation_answer(answer: Compensation) -> Json:
    """Return the compensation answer; the amount is in its own currency."""
    return {
        "compensation": str(decimal_of(answer.minor, answer.currency)),
        "currency": answer.currency,
        "articles": list(answer.articles),
        "notes": list(answer.notes),
        "confirmed": answer.confirmed,
    }


def limitation_answer(answer: Limitation) -> Json:
    """Return the limitation answer; `ends_on` is the last day to enforce."""
    return {
        "country": answer.country,
        "kind": str(answer.kind),
        "claim": answer.claim,
        "years": answer.years,
        "starts_on": answer.starts_on.isoformat(),
        "ends_on": answer.ends_on.isoformat(),
        "steps": [
            {"date": step.on.isoformat(), "why": step.why, "ends_on": step.ends_on.isoformat()} for step in answer.steps
        ],
        "articles": list(answer.articles),
        "notes": list(answer.notes),
        "confirmed": answer.confirmed,
    }


def notice_answer(answer: Notice) -> Json:
    """Return the notice answer; `reply_by` counts from the day of sending."""
    return {
        "country": answer.country,
        "kind": str(answer.kind),
        "reply_days": answer.reply_days,
        "reply_by": answer.reply_by.isoformat(),
        "contents": [{"code": code, "text": text} for code, text in answer.contents],
        "words": list(answer.words),
        "language": answer.language,
        "delivery": answer.delivery,
        "effect": answer.effect,
        "articles": list(answer.articles),
        "confirmed": answer.confirmed,
    }
