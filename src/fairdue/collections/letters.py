"""Write the letter of a planned contact: the wording of its template, its items, and what the law adds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from email.utils import parseaddr
from functools import lru_cache
from typing import TYPE_CHECKING

from django.conf import settings

from fairdue.collections import formats
from fairdue.collections.wording import Wording, heading, language_of
from fairdue.core.cadence import Template
from fairdue.core.findings import RefusedError
from fairdue.core.law import Claim, Dates, Interest, Kind, Payment, interest, notice
from fairdue.core.letter import Letter, Table, write_letter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from fairdue.collections.loaded import LoadedDebtor, LoadedItem
    from fairdue.collections.planning import Planned
    from fairdue.core.cadence import Line

FIRM_DAYS = 7
DEFAULT_FORMAL_DAYS = 14
INTEREST_BEARING = frozenset({"invoice"})


@dataclass(frozen=True, slots=True)
class Written:
    """A letter with its answer date and the claims that it makes, by item."""

    letter: Letter
    language: str
    reply_by: date | None
    claims: Mapping[UUID, Interest]
    unclaimed: Mapping[UUID, str]
    """The items of a formal notice that are demanded without interest, and why."""


def kind_of(debtor: LoadedDebtor) -> Kind:
    """Return whether consumer law counts."""
    return Kind.B2C if debtor.kind == "consumer" else Kind.B2B


def claims_of(
    planned: Planned, payments: Mapping[UUID, Sequence[tuple[date, int]]], today: date
) -> tuple[dict[UUID, Interest], dict[UUID, str]]:
    """Return what the law adds to each item whose own step is the formal notice, and why to the others nothing.

    The law of the creditor's seat counts. Nothing is claimed on a disputed part. An item for which the
    law gives no answer (no country, no rate) is demanded without.
    """
    claims: dict[UUID, Interest] = {}
    unclaimed: dict[UUID, str] = {}
    for line in planned.contact.lines:
        item = planned.items[line.item.id]  # type: ignore[index]
        if line.step is None or line.step.template is not Template.FORMAL_NOTICE:
            continue
        if item.kind not in INTEREST_BEARING:
            continue
        try:
            claims[item.id] = _claim(planned.debtor, line, item, payments.get(item.id, ()), today)
        except RefusedError as refused:
            unclaimed[item.id] = refused.findings[0].message
    return claims, unclaimed


def _claim(
    debtor: LoadedDebtor, line: Line, item: LoadedItem, payments: Sequence[tuple[date, int]], today: date
) -> Interest:
    late = tuple(Payment(on, minor) for on, minor in payments if item.due_on < on <= today)
    principal = line.chaseable_minor + sum(payment.minor for payment in late)
    claim = Claim(principal, item.currency, Dates(item.due_on), late)
    return interest(debtor.creditor_country, kind_of(debtor), claim, paid=today)


def write(
    planned: Planned,
    wording: Wording,
    today: date,
    payments: Mapping[UUID, Sequence[tuple[date, int]]] | None = None,
) -> Written:
    """Return the finished letter; refuses a wording that does not check."""
    language = language_of(planned.debtor.language)
    claims, unclaimed = claims_of(planned, payments or {}, today)
    reply_by = _reply_by(planned, today)
    letter = write_letter(
        wording.subject,
        wording.body,
        _values(planned, claims, language, today, reply_by),
        {
            "items": _items_table(planned, language),
            "claims": _claims_table(planned, claims, language),
            "rates": _rates_table(claims, language),
        },
    )
    return Written(letter, language, reply_by, claims, unclaimed)


def _reply_by(planned: Planned, today: date) -> date | None:
    template = planned.contact.step.template
    if template is Template.FIRM_NOTICE:
        return today + timedelta(days=FIRM_DAYS)
    if template is not Template.FORMAL_NOTICE:
        return None
    try:
        return notice(planned.debtor.creditor_country, kind_of(planned.debtor), sent_on=today).reply_by
    except RefusedError:
        return today + timedelta(days=DEFAULT_FORMAL_DAYS)


def party_values(debtor: LoadedDebtor, language: str, today: date) -> dict[str, str]:
    """Return what every letter may say about its two sides and its day."""
    return {
        "customer": debtor.name,
        "customer_address": _address(debtor.street, debtor.postcode, debtor.city, debtor.country),
        "creditor": debtor.creditor_name,
        "creditor_address": _creditor_address(debtor),
        "creditor_register": debtor.register_id or debtor.vat_id,
        "contact": debtor.creditor_email or _bare(settings.DEFAULT_FROM_EMAIL),
        "account": _account(debtor, language),
        "iban": debtor.iban,
        "bic": debtor.bic,
        "today": formats.day(today, language),
    }


def _values(
    planned: Planned, claims: Mapping[UUID, Interest], language: str, today: date, reply_by: date | None
) -> dict[str, str]:
    debtor = planned.debtor
    added = _sums(claims)
    whole = {
        currency: planned.contact.totals.get(currency, 0) + sum(added.get(currency, (0, 0)))
        for currency in {*planned.contact.totals, *added}
    }
    articles = dict.fromkeys(article for claim in claims.values() for article in claim.articles)
    return party_values(debtor, language, today) | {
        "reply_by": formats.day(reply_by, language) if reply_by else "",
        "total": formats.amounts(planned.contact.totals, language),
        "total_claim": formats.amounts(whole, language),
        "interest": formats.amounts({c: pair[0] for c, pair in added.items()}, language),
        "compensation": formats.amounts({c: pair[1] for c, pair in added.items()}, language),
        "articles": ", ".join(articles),
        "daily_interest": formats.amounts(_daily(claims), language),
    }


@lru_cache(16)  # a night asks for it with every letter
def _bare(sender: str) -> str:
    return parseaddr(sender)[1]


def _address(street: str, postcode: str, city: str, country: str) -> str:
    return ", ".join(part for part in (street, f"{postcode} {city}".strip(), country) if part)


def _creditor_address(debtor: LoadedDebtor) -> str:
    """Return seat and register or tax number of the creditor, as a formal notice must name them."""
    seat = _address(debtor.creditor_street, debtor.creditor_postcode, debtor.creditor_city, debtor.creditor_country)
    return ", ".join(part for part in (seat, debtor.register_id or debtor.vat_id) if part)


def _account(debtor: LoadedDebtor, language: str) -> str:
    if not debtor.iban:
        return heading(language, "account")
    return f"{debtor.iban} ({debtor.bic})" if debtor.bic else debtor.iban


def compensation_minor(claim: Interest) -> int:
    """Return the compensation in the currency of the claim; one in another currency is not converted."""
    return claim.compensation.minor if claim.compensation.currency == claim.currency else 0


def _sums(claims: Mapping[UUID, Interest]) -> dict[str, tuple[int, int]]:
    sums: dict[str, tuple[int, int]] = {}
    for claim in claims.values():
        interest_sum, flat = sums.get(claim.currency, (0, 0))
        sums[claim.currency] = (interest_sum + claim.interest_minor, flat + compensation_minor(claim))
    return sums


def _daily(claims: Mapping[UUID, Interest]) -> dict[str, int]:
    """Return what one more day adds, from the last period of each claim, rounded up to a minor unit."""
    daily: dict[str, int] = {}
    for claim in claims.values():
        if claim.periods:
            last = claim.periods[-1]
            cents = -(-last.principal_minor * int(last.rate_percent * 100) // (365 * 10_000))
            daily[claim.currency] = daily.get(claim.currency, 0) + cents
    return daily


def _items_table(planned: Planned, language: str) -> Table:
    names = ("number", "issued", "due", "gross", "paid", "open")
    return Table(
        tuple(heading(language, name) for name in names),
        tuple(_item_row(planned.items[line.item.id], line, language) for line in planned.contact.lines),  # type: ignore[index]
        frozenset({3, 4, 5}),
    )


def _item_row(item: LoadedItem, line: Line, language: str) -> tuple[str, ...]:
    contested = item.residual - line.chaseable_minor
    note = ""
    if contested:
        amount = formats.amount(contested, item.currency, language)
        note = " " + heading(language, "partly").replace("{amount}", amount)
    return (
        item.number + note,
        formats.day(item.issued_on, language),
        formats.day(item.due_on, language),
        formats.amount(item.amount, item.currency, language),
        formats.amount(item.amount - item.residual, item.currency, language),
        formats.amount(line.chaseable_minor, item.currency, language),
    )


def _claims_table(planned: Planned, claims: Mapping[UUID, Interest], language: str) -> Table:
    rows = tuple(
        (
            planned.items[item].number,
            formats.amount(claim.interest_minor, claim.currency, language),
            formats.amount(claim.compensation.minor, claim.compensation.currency, language),
        )
        for item, claim in claims.items()
    )
    headings = tuple(heading(language, name) for name in ("number", "interest", "compensation"))
    return Table(headings, rows, frozenset({1, 2}))


def _rates_table(claims: Mapping[UUID, Interest], language: str) -> Table:
    rows = tuple(
        (
            f"{formats.day(period.first, language)} - {formats.day(period.last, language)}",
            str(period.days),
            formats.amount(period.principal_minor, claim.currency, language),
            formats.percent(str(period.rate_percent), language),
            formats.amount(period.amount_minor, claim.currency, language),
        )
        for claim in claims.values()
        for period in claim.periods
    )
    names = ("period", "days", "principal", "rate", "interest")
    return Table(tuple(heading(language, name) for name in names), rows, frozenset({1, 2, 3, 4}))
