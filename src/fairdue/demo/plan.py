"""The plan of the demo: pure, deterministic for a seed and a day. Amounts are minor units."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from fairdue.demo.names import COUNTRIES, Country

MONTHS = 24
SEASON = (90, 85, 100, 105, 100, 110, 80, 70, 105, 120, 130, 115)
"""Sales of a calendar month against the average, in percent."""
TAX_PERCENT = {"DE": 19, "FR": 20, "GB": 20, "CH": 8}
SHARES = {
    "NORD": {"DE": 70, "AT": 14, "NL": 8, "PL": 6, "IT": 6},
    "ATLF": {"FR": 66, "BE": 14, "ES": 10, "IT": 6},
    "HART": {"GB": 78, "IE": 12, "US": 10},
    "ALPE": {"CH": 80, "DE": 8, "AT": 6, "FR": 6},
}
"""How many debtors of which country each creditor has."""


class Habit(StrEnum):
    """How a debtor pays."""

    DISCOUNT = "discount"
    PROMPT = "prompt"
    NORMAL = "normal"
    SLOW = "slow"
    BAD = "bad"


LATENESS = {
    Habit.DISCOUNT: (-22, -18),
    Habit.PROMPT: (-4, 2),
    Habit.NORMAL: (1, 14),
    Habit.SLOW: (16, 48),
    Habit.BAD: (45, 130),
}
"""Days from the due date to the payment, from and to."""
HABITS = [Habit.DISCOUNT] * 8 + [Habit.PROMPT] * 32 + [Habit.NORMAL] * 38 + [Habit.SLOW] * 17 + [Habit.BAD] * 5


@dataclass(frozen=True, slots=True)
class PlannedDebtor:
    """A debtor of the demo with the habit that drives his payments."""

    creditor: str
    external_id: str
    name: str
    country: Country
    street: str
    postcode: str
    city: str
    email: str
    phone: str
    contact: str
    habit: Habit
    terms_days: int
    size: int
    """The usual net amount of an invoice."""
    frequency: int
    """Invoices in a hundred months."""
    iban_seed: int
    credit_limit: int


@dataclass(frozen=True, slots=True)
class PlannedInvoice:
    """An invoice of the demo; `paid_on` is None while it is unpaid on the demo's day."""

    debtor: PlannedDebtor
    issued_on: date
    due_on: date
    net: int
    tax: int
    paid_on: date | None
    discount: int = 0
    number: str = ""

    @property
    def gross(self) -> int:
        """Net and tax."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that is invented before anything is loaded."""

    today: date
    debtors: tuple[PlannedDebtor, ...]
    invoices: tuple[PlannedInvoice, ...] = field(repr=False)


def make_plan(today: date, seed: int = 7) -> Plan:
    """Invent the demo as it stands at the start of `today`."""
    rng = random.Random(seed)  # noqa: S311 - invention, not secrets
    debtors = tuple(_debtors(rng))
    invoices = sorted(
        (invoice for debtor in debtors for invoice in _invoices(rng, debtor, today)),
        key=lambda invoice: (invoice.issued_on, invoice.debtor.external_id),
    )
    return Plan(today, debtors, tuple(_numbered(invoices)))


def _debtors(rng: random.Random) -> Iterator[PlannedDebtor]:
    used: set[str] = set()
    for creditor, shares in SHARES.items():
        serial = 0
        for code, count in shares.items():
            for _ in range(count):
                serial += 1
                yield _debtor(rng, creditor, serial, COUNTRIES[code], used)


def _name(rng: random.Random, country: Country, used: set[str]) -> str:
    for attempt in range(200):
        stem, trade, form = rng.choice(country.stems), rng.choice(country.trades), rng.choice(country.forms)
        order = f"{trade} {stem}" if country.code in {"FR", "BE"} else f"{stem} {trade}"
        name = f"{order} {form}" if attempt < 60 else f"{order} {rng.choice('NSWE')}{rng.randint(2, 9)} {form}"  # noqa: PLR2004
        if name not in used:
            used.add(name)
            return name
    raise AssertionError(country.code)


def _debtor(rng: random.Random, creditor: str, serial: int, country: Country, used: set[str]) -> PlannedDebtor:
    from fairdue.demo.names import PEOPLE

    name = _name(rng, country, used)
    postcode, city = rng.choice(country.places)
    size = int(rng.lognormvariate(0, 0.9) * 145_000) + 9_000
    slug = "".join(c for c in name.lower().replace(" ", "-") if c.isascii() and (c.isalnum() or c == "-"))
    return PlannedDebtor(
        creditor, f"{creditor}-{serial:04d}", name, country,
        f"{rng.choice(country.streets)} {rng.randint(1, 120)}", postcode, city,
        f"accounts@{slug.strip('-')[:40]}.example", _phone(rng, country),
        rng.choice(PEOPLE), rng.choice(HABITS), rng.choice((14, 30, 30, 30, 45, 60)), size, rng.randint(25, 135),
        rng.randint(10**9, 10**10 - 1), -(-size * 6 // 100_000) * 100_000,
    )  # fmt: skip


def _phone(rng: random.Random, country: Country) -> str:
    return f"{country.dial}{rng.randrange(2 * 10 ** (country.digits - 1), 10**country.digits)}"


def _first_day(today: date) -> date:
    month = today.year * 12 + today.month - 1 - MONTHS
    return date(month // 12, month % 12 + 1, 1)


def _invoices(rng: random.Random, debtor: PlannedDebtor, today: date) -> Iterator[PlannedInvoice]:
    day = _first_day(today)
    while day < today:
        chance = debtor.frequency * SEASON[day.month - 1]
        count = chance // 10_000 + (rng.randrange(10_000) < chance % 10_000)
        for _ in range(count):
            issued = day + timedelta(days=rng.randrange(28))
            if issued < today:
                yield _invoice(rng, debtor, issued, today)
        day = (day.replace(day=28) + timedelta(days=5)).replace(day=1)


def _invoice(rng: random.Random, debtor: PlannedDebtor, issued: date, today: date) -> PlannedInvoice:
    net = max(2_000, int(debtor.size * rng.lognormvariate(0, 0.45)) // 50 * 50)
    home = {"NORD": "DE", "ATLF": "FR", "HART": "GB", "ALPE": "CH"}[debtor.creditor]
    tax = net * TAX_PERCENT[home] // 100 if debtor.country.code == home else 0
    due = issued + timedelta(days=debtor.terms_days)
    low, high = LATENESS[debtor.habit]
    paid = max(issued + timedelta(days=3), due + timedelta(days=rng.randint(low, high)))
    never = debtor.habit is Habit.BAD and rng.random() < 0.12 and issued > today - timedelta(days=200)  # noqa: PLR2004
    discount = (net + tax) * 2 // 100 if debtor.habit is Habit.DISCOUNT and paid <= issued + timedelta(days=12) else 0
    return PlannedInvoice(debtor, issued, due, net, tax, None if never or paid >= today else paid, discount)


def _numbered(invoices: list[PlannedInvoice]) -> Iterator[PlannedInvoice]:
    from dataclasses import replace

    counters: dict[tuple[str, int], int] = {}
    for invoice in invoices:
        key = (invoice.debtor.creditor, invoice.issued_on.year)
        counters[key] = counters.get(key, 0) + 1
        yield replace(invoice, number=f"{key[0]}-{key[1]}-{counters[key]:05d}")
