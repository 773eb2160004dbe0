"""The calculators: a file's plain content in, the plain answer out (docs/reference/insurance-files.md).

Amounts are decimal strings in the currency of the file, dates ISO 8601. A file that cannot be read is
refused with every finding.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.insurance.files import (
    QuoteFile,
    TopUp,
    read_indemnity,
    read_obligations,
    read_quote,
)
from fairdue.core.insurance.indemnity import Indemnity, ItemShare, Step, indemnify
from fairdue.core.insurance.obligations import obligations, standing
from fairdue.core.insurance.premium import (
    MONTHS,
    PremiumTerms,
    declared_premium,
    experience,
    indicative_price,
    top_up_premium,
)
from fairdue.core.money import decimal_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

type Plain = dict[str, object]


def answer_indemnity(content: object) -> Plain:
    """Return the indemnity of a file with its steps, items and recoveries."""
    file = read_indemnity(content)
    return plain_indemnity(indemnify(file.policy, file.loss, file.year), file.policy.currency)


def plain_steps(steps: Sequence[Step], currency: str) -> list[Plain]:
    """Return the calculation sheet as plain values."""
    return [{"name": step.name, "amount": _amount(step.amount, currency), "note": step.note} for step in steps]


def plain_indemnity(result: Indemnity, currency: str) -> Plain:
    """Return a computed indemnity as plain values."""
    return {
        "currency": currency,
        "indemnity": _amount(result.indemnity, currency),
        "borne": _amount(result.borne, currency),
        "loss": _amount(result.loss, currency),
        "steps": plain_steps(result.steps, currency),
        "items": [_item(share.cover.item.id, share, currency) for share in result.items],
        "recoveries": [
            {
                "date": row.recovery.on.isoformat(),
                "amount": _amount(row.recovery.amount, currency),
                "cost": _amount(row.recovery.cost, currency),
                "insurer": _amount(row.insurer, currency),
                "kept": _amount(row.kept, currency),
            }
            for row in result.recoveries
        ],
        "set_aside": [
            {"date": receipt.on.isoformat(), "amount": _amount(part, currency), "item": receipt.item}
            for receipt, part in result.set_aside
        ],
        "year": {
            "aggregate_used": _amount(result.year.aggregate_used, currency),
            "indemnified": _amount(result.year.indemnified, currency),
        },
    }


def _item(name: str, share: ItemShare, currency: str) -> Plain:
    cover = share.cover
    return {
        "id": name,
        "open": _amount(cover.open, currency),
        "eligible": _amount(cover.eligible, currency),
        "insured": _amount(cover.insured, currency),
        "insured_percentage": str(cover.percentage),
        "indemnity": _amount(share.indemnity, currency),
        "reasons": [{"code": row.code, "message": row.message} for row in cover.reasons],
    }


def answer_obligations(content: object, today: date | None = None) -> Plain:
    """Return the dates of every item of a file; on a day (the file's or `today`) also where each stands."""
    file = read_obligations(content)
    day = file.today if file.today is not None else today
    items = []
    for item in file.items:
        done = file.done.get(item.id, {})
        dates: list[Plain] = []
        for row in obligations(file.policy, item, done=done, insolvent_on=file.insolvent_on):
            plain: Plain = {"duty": row.duty.value, "date": row.on.isoformat(), "note": row.note}
            if row.opens is not None:
                plain["opens"] = row.opens.isoformat()
            if day is not None:
                plain["standing"] = standing(row, day, done=done).value
            dates.append(plain)
        items.append({"id": item.id, "obligations": dates})
    return {"items": items, "today": None if day is None else day.isoformat()}


def answer_quote(content: object) -> Plain:
    """Return the premium of every section of a file, each with its steps."""
    file = read_quote(content)
    answer: Plain = {"currency": file.currency}
    if file.pricing is not None:
        answer["pricing"] = _price(file)
    if file.declaration is not None:
        answer["declaration"] = _declared(*file.declaration, file.currency)
    if file.top_up is not None:
        answer["top_up"] = _top_up(file.top_up, file.currency)
    if file.experience is not None:
        change = experience(*file.experience)
        answer["experience"] = {
            "change": _amount(change, file.currency),
            "premium": _amount(file.experience[0] + change, file.currency),
        }
    return answer


def _price(file: QuoteFile) -> Plain:
    assert file.pricing is not None
    base, factors, turnover = file.pricing
    price = indicative_price(base, factors, turnover)
    steps = [{"name": "base_rate", "factor": None, "rate_percent": f"{base:f}"}]
    steps += [{"name": row.name, "factor": str(row.factor), "rate_percent": f"{rate:f}"} for row, rate in price.factors]
    return {
        "premium": _amount(price.premium, file.currency),
        "rate_percent": f"{price.rate_percent:f}",
        "steps": steps,
        "note": "indicative: a simulation, not an offer of cover",
    }


def _declared(terms: PremiumTerms, turnover: int, currency: str) -> Plain:
    premium = declared_premium(terms, turnover)
    liability = premium.maximum_liability
    return {
        "premium": _amount(premium.due, currency),
        "estimated_premium": _amount(premium.estimated, currency),
        "minimum_premium": _amount(premium.minimum, currency),
        "instalments": [_amount(part, currency) for part in premium.instalments],
        "declared_premium": _amount(premium.declared, currency),
        "adjustment": _amount(premium.adjustment, currency),
        "premium_tax": _amount(premium.tax, currency),
        "maximum_liability": None if liability is None else _amount(liability, currency),
        "steps": plain_steps(premium.steps, currency),
    }


def _top_up(cover: TopUp, currency: str) -> Plain:
    premium = top_up_premium(cover.amount, cover.yearly_percent, cover.months, cover.minimum_months)
    months = max(cover.months, cover.minimum_months)
    note = f"{cover.yearly_percent} % a year for {months} of {MONTHS} months"
    return {
        "premium": _amount(premium, currency),
        "months_charged": months,
        "steps": plain_steps([Step("top_up_premium", premium, note)], currency),
    }


def _amount(minor: int, currency: str) -> str:
    return str(decimal_of(minor, currency))
