"""A made-up creditor with customers and invoices, the same for the same seed. Amounts are cents."""
# ruff: noqa: PLR2004 - the numbers are chances and amounts of a made-up world

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING

from benchmarks.cash import words

from fairdue.core import refs

if TYPE_CHECKING:
    from collections.abc import Callable

TODAY = dt.date(2026, 4, 2)
OWN_NAME = {"europe": "Nordlicht Handels GmbH", "us": "Northlight Trading Inc"}
OWN_ACCOUNT = "DE02120300000000202051"


@dataclass(slots=True)
class Debtor:
    """A customer with its habits."""

    id: str
    name: str
    country: str
    city: str
    accounts: list[str]
    days: int
    discount: int
    """Early-payment discount in tenths of a percent, 0 for none."""
    prices: str
    style: str
    """How it says what it pays: reference, number, list, order, silent, tail."""
    parent: str = ""
    weight: float = 1.0
    currency: str = "EUR"
    paid_by: str = ""
    """A third party that pays for it: a factor, a processor."""
    open: list[Item] = field(default_factory=list)
    closed: list[Item] = field(default_factory=list)


@dataclass(slots=True)
class Item:
    """An invoice, or a credit note with a negative amount."""

    number: str
    debtor: str
    issued: dt.date
    due: dt.date
    currency: str
    amount: int
    left: int
    order: str = ""
    reference: str = ""
    discount: int = 0
    until: dt.date | None = None
    end_to_end: str = ""
    paid: dt.date | None = None

    def off(self) -> int:
        """Return the discount in cents, half up."""
        return (self.left * self.discount + 500) // 1000


VOCABULARY = 1_500
"""So many customers have names of the word lists; those after them a coined word more, or the names would repeat."""
_SYLLABLES = (
    "al bor can del eg fan gro hal in jor kal lim mor nav or pel qui ros sun tar ul ven wil xan yor zim".split()
)
Number = "Callable[[int, dt.date], str]"
FORMATS: dict[str, Callable[[int, dt.date], str]] = {
    "RE-2026-04711": lambda n, d: f"RE-{d.year}-{n:05d}",
    "RE2026/004711": lambda n, d: f"RE{d.year}/{n:06d}",
    "2026-004711": lambda n, d: f"{d.year}-{n:06d}",
    "26004711": lambda n, d: f"{d.year % 100}{n:06d}",
    "R-104711": lambda n, _: f"R-{100000 + n}",
    "10004711": lambda n, _: f"{10000000 + n}",
    "FA26-004711": lambda n, d: f"FA{d.year % 100}-{n:06d}",
    "VR202604711": lambda n, d: f"VR{d.year}{n:05d}",
    "4711/2026": lambda n, d: f"{n:05d}/{d.year}",
    "INV-0104711": lambda n, _: f"INV-{100000 + n:07d}",
    "104711": lambda n, _: f"{100000 + n}",
    "SI104711": lambda n, _: f"SI{100000 + n}",
    "90104711-01": lambda n, _: f"{90000000 + n}-01",
}
BY_REGION = {
    "europe": ("RE-2026-04711", "RE2026/004711", "2026-004711", "26004711", "R-104711", "10004711", "FA26-004711",
               "VR202604711", "4711/2026"),
    "us": ("INV-0104711", "104711", "SI104711", "90104711-01", "10004711"),
}  # fmt: skip


def iban(rng: Random, country: str) -> str:
    """Return an account number with right check digits; outside Europe a bare one."""
    lengths = {"DE": 18, "AT": 16, "CH": 17, "FR": 23, "NL": 14, "BE": 12, "IT": 23, "ES": 20, "PL": 24, "DK": 14,
               "SE": 20, "FI": 14, "GB": 18}  # fmt: skip
    if country not in lengths:
        return f"{rng.randrange(10**9, 10**10)}"
    body = "".join(str(rng.randrange(10)) for _ in range(lengths[country]))
    digits = int(body + "".join(str(ord(letter) - 55) for letter in country) + "00")
    return f"{country}{98 - digits % 97:02d}{body}"


def _coined(at: int) -> str:
    """Return the coined word of a customer, a blank behind it; the first customers have none."""
    if at < VOCABULARY:
        return ""
    count = len(_SYLLABLES)
    places = (at % count, at // count % count, at // count**2 % count)
    return "".join(_SYLLABLES[place * 7 % count] for place in places).capitalize() + " "


class World:
    """Everything that exists before the payments of the day."""

    def __init__(self, seed: int, mix: str, debtors: int, items: int) -> None:
        self.rng = Random(f"{seed} {mix} world")
        self.mix = mix
        self.region = "us" if mix == "us" else "europe"
        self.home = "USD" if self.region == "us" else "EUR"
        self.own = OWN_NAME[self.region]
        self._series = self.rng.sample(BY_REGION[self.region], self.rng.choice((1, 1, 2)))
        self._counts = {name: self.rng.randrange(200, 9000) for name in (*self._series, "credit")}
        self._prices = [self.rng.randrange(30, 4000) * 25 for _ in range(40)]
        self.debtors: dict[str, Debtor] = {}
        self.items: dict[str, Item] = {}
        for at in range(debtors):
            self._debtor(at)
        self._twins()
        self._groups()
        weights = [one.weight for one in self.debtors.values()]
        everyone = list(self.debtors.values())
        owners = self.rng.choices(everyone, weights, k=items)
        days = sorted(self.rng.randrange(3, 110) for _ in range(items))
        for owner, ago in zip(owners, reversed(days), strict=True):
            self.issue(owner, TODAY - dt.timedelta(days=ago))

    def _debtor(self, at: int) -> None:
        rng = self.rng
        table = words.COUNTRIES[self.region]
        country = rng.choices([one for one, _ in table], [weight for _, weight in table])[0]
        one = Debtor(
            id=f"{'C' if self.region == 'us' else 'D'}{10000 + at}", name=_coined(at) + self._name(country),
            country=country,
            city=rng.choice(words.CITIES[country].split()),
            accounts=[iban(rng, country) for _ in range(rng.choices((1, 2, 3), (80, 16, 4))[0])],
            days=rng.choice((14, 30, 30, 30, 45, 60)),
            discount=rng.choices((0, 20, 30), (62, 28, 10))[0] if self.region == "europe" else rng.choices(
                (0, 10, 20), (75, 10, 15))[0],
            prices=rng.choices(("any", "round", "list", "fixed"), (62, 14, 14, 10))[0],
            style=rng.choices(
                ("reference", "number", "list", "order", "silent", "tail"),
                (20, 50, 12, 4, 8, 6) if self.region == "europe" else (0, 58, 22, 8, 8, 4),
            )[0],
            weight=rng.lognormvariate(0, 1.1),
            currency=self.home if rng.random() < 0.96 else rng.choice(("USD", "GBP", "CHF", "EUR")),
        )  # fmt: skip
        if rng.random() < 0.02:
            one.paid_by = rng.choice(words.FACTORS if rng.random() < 0.5 else words.PROCESSORS)
        self.debtors[one.id] = one

    def _name(self, country: str) -> str:
        rng = self.rng
        near = {"AT": "DE", "CH": "DE", "BE": "NL"}
        core = rng.choice(words.CORES[country].split())
        if country == "DE" and rng.random() < 0.06:
            return f"{rng.choice(('Anna', 'Peter', 'Jörg', 'Sabine', 'Klaus'))} {core}"
        second = rng.choice(words.CORES[country].split()) if rng.random() < 0.35 else ""
        trade = rng.choice(words.TRADES[near.get(country, country)].split())
        middle = f"{core} & {second}" if second and rng.random() < 0.5 else f"{core} {second}".strip()
        extra = f" {rng.choice(words.CITIES[country].split())}" if rng.random() < 0.25 else ""
        form = rng.choice(words.FORMS[country].split("|"))
        return " ".join(f"{middle} {trade}{extra} {form}".split())

    def _twins(self) -> None:
        """Give some customers the name of another one."""
        everyone = list(self.debtors.values())
        for one in self.rng.sample(everyone, max(1, len(everyone) // 80)):
            other = self.rng.choice(everyone)
            one.name = other.name

    def _groups(self) -> None:
        """Make a few heads that pay for their branches, one of them for many."""
        everyone = list(self.debtors.values())
        heads = self.rng.sample(everyone, max(1, len(everyone) // 60))
        for at, head in enumerate(heads):
            size = max(3, len(everyone) // 20) if not at else self.rng.randrange(2, 6)
            for one in self.rng.sample(everyone, min(size, len(everyone) - 1)):
                if one is not head and not one.parent and not one.paid_by and one not in heads:
                    one.parent = head.id
                    if self.rng.random() < 0.6:
                        one.name = f"{head.name.split(' ')[0]} {self._name(one.country)}"
                        one.currency = head.currency

    def _amount(self, owner: Debtor) -> int:
        rng = self.rng
        if owner.prices == "round":
            return max(2500, int(rng.lognormvariate(6.6, 1.0)) // 25 * 25 * 100)
        if owner.prices == "list":
            return sum(rng.choice(self._prices) * rng.randrange(1, 6) for _ in range(rng.randrange(1, 4)))
        if owner.prices == "fixed" and rng.random() < 0.85:
            return 1900 + 500 * (int(owner.id[1:]) % 97)
        return max(700, int(rng.lognormvariate(11.2, 1.2)))

    def issue(self, owner: Debtor, day: dt.date, *, credit: bool = False) -> Item:
        """Issue one invoice or credit note of a customer."""
        rng = self.rng
        amount = self._amount(owner)
        if credit:
            self._counts["credit"] += 1
            number = f"{'CM' if self.region == 'us' else 'GS'}-{day.year}-{self._counts['credit']:05d}"
            return self._add(owner, Item(number, owner.id, day, day, owner.currency, -amount // 8, -amount // 8))
        series = rng.choice(self._series)
        self._counts[series] += 1
        made = Item(
            FORMATS[series](self._counts[series], day), owner.id, day, day + dt.timedelta(days=owner.days),
            owner.currency, amount, amount,
        )  # fmt: skip
        if rng.random() < 0.4 or owner.style == "order":
            made.order = rng.choice(("PO-{}", "{}", "45{}", "B{}")).format(rng.randrange(100_000, 9_999_999))
        if owner.style == "reference" or (self.region == "europe" and rng.random() < 0.5):
            made.reference = self._reference(owner, made.number)
        if owner.discount:
            made.discount, made.until = owner.discount, day + dt.timedelta(days=min(14, owner.days - 1))
        return self._add(owner, made)

    def _add(self, owner: Debtor, made: Item) -> Item:
        self.items[made.number] = made
        owner.open.append(made)
        return made

    def _reference(self, owner: Debtor, number: str) -> str:
        digits = "".join(letter for letter in number if letter.isdigit())[-9:]
        scheme = {"CH": "QRR", "BE": "OGM", "FI": "VIITE"}.get(owner.country, "RF")
        return refs.generate(scheme, digits)

    def left_over(self, owner: Debtor) -> list[Item]:
        """Return the invoices of a customer that nothing has paid yet, oldest due first."""
        return sorted((one for one in owner.open if one.left > 0), key=lambda one: (one.due, one.number))
