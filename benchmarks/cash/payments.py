"""What comes in: payments of every kind with their truth, drawn from a mix with a seed. Amounts are cents."""
# ruff: noqa: PLR2004 - the numbers are chances and amounts of a made-up world

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from benchmarks.cash import mess, words
from benchmarks.cash.world import OWN_ACCOUNT, TODAY, iban

if TYPE_CHECKING:
    from collections.abc import Callable

    from benchmarks.cash.world import Debtor, Item, World

NOT_AR = "NOT_AR"


@dataclass(slots=True)
class Truth:
    """What one part of a payment is for."""

    target: str
    amount: int
    adjustment: int = 0
    kind: str = ""


@dataclass(slots=True)
class Paid:
    """One line of the bank's file, and what it really is."""

    case: str
    amount: int
    currency: str
    payer: str = ""
    account: str = ""
    texts: tuple[str, ...] = ()
    references: tuple[tuple[str, str], ...] = ()
    documents: tuple[tuple[str, int], ...] = ()
    end_to_end: str = ""
    behalf: str = ""
    instructed: tuple[int, str] | None = None
    code: str = "PMNT-RCDT-ESCT"
    truth: list[Truth] = field(default_factory=list)
    ref: str = ""
    day: dt.date = TODAY


MIXES: dict[str, dict[str, float]] = {
    "europe": {
        "plain": 55, "many": 11, "discount": 8, "credit_note": 3, "silent": 4, "equal": 1.2, "run": 1.8, "balance": 1.2,
        "order": 2, "typo": 1.3, "short": 1.6, "partial": 0.8, "over": 0.7, "fee": 1.0, "small": 0.5, "late": 0.8,
        "duplicate": 0.6, "stale": 0.5, "head": 2.2, "third": 1.2, "lump": 0.5, "in_other": 2.2, "out": 2.5,
        "foreign": 0.6, "withheld": 0.2, "debit": 2.0, "documents": 0.8, "cut": 0.5, "range": 0.4, "subset": 0.5,
        "decoy": 1.0, "nobody": 0.35,
    },
    "us": {
        "plain": 46, "many": 22, "discount": 5, "credit_note": 4, "silent": 3, "equal": 0.8, "run": 2, "balance": 1,
        "order": 3.5, "typo": 1.3, "short": 3.2, "partial": 0.8, "over": 0.8, "fee": 0.6, "small": 0.5, "late": 1.2,
        "duplicate": 0.7, "stale": 0.3, "head": 1.8, "third": 1.0, "lump": 0.5, "in_other": 1.6, "out": 2, "cut": 0.8,
        "range": 0.3, "subset": 0.6, "decoy": 1.2, "nobody": 0.5,
    },
    "hard": {
        "plain": 38, "many": 14, "discount": 8, "credit_note": 5, "silent": 6, "equal": 1.6, "run": 2.5, "balance": 2,
        "order": 3, "typo": 2.5, "short": 2.5, "partial": 1.4, "over": 1.2, "fee": 1.6, "small": 0.8, "late": 1.2,
        "duplicate": 1.0, "stale": 0.8, "head": 3, "third": 1.8, "lump": 0.8, "in_other": 2.5, "out": 2.0,
        "foreign": 1.0, "withheld": 0.4, "debit": 1.0, "documents": 0.8, "cut": 0.8, "range": 0.6, "subset": 0.8,
        "decoy": 1.8, "nobody": 0.6,
    },
}  # fmt: skip
MIXES["cold"] = MIXES["europe"]


class Stream:
    """Draws payments until there are enough."""

    def __init__(self, world: World, seed: int, mix: str) -> None:
        self.world, self.mix = world, mix
        self.rng = Random(f"{seed} {mix} payments")
        self._weights = MIXES[mix]
        self._mangling = mess.HEAVY if mix == "hard" else mess.LIGHT
        self._owners = list(world.debtors.values())
        self._shares = list(accumulate(one.weight for one in self._owners))
        self._seen_history: list[Paid] = []

    def draw(self, count: int) -> list[Paid]:
        """Return `count` payments in the order of the bank's file."""
        names, shares = list(self._weights), list(self._weights.values())
        made: list[Paid] = []
        while len(made) < count:
            case = self.rng.choices(names, shares)[0]
            for _ in range(8):
                paid = getattr(self, f"_{case}")()
                if paid is not None:
                    paid.case = case
                    made.append(paid)
                    break
        return self._dated(made)

    def history(self, share: float) -> list[Paid]:
        """Close some past invoices of a share of the customers, and return the payments that did it."""
        made = []
        for owner in self._owners:
            if self.rng.random() >= share:
                continue
            for _ in range(self.rng.choice((1, 2, 3, 4))):
                day = TODAY - dt.timedelta(days=self.rng.randrange(125, 400))
                made.append(self._past(owner, self.world.issue(owner, day)))
        made += [self._past_other(at) for at in range(len(made) // 25)]
        for at, paid in enumerate(made):
            paid.ref = f"H{at:07d}"
        return made

    def _past(self, owner: Debtor, item: Item) -> Paid:
        owner.open.remove(item)
        owner.closed.append(item)
        item.paid = item.issued + dt.timedelta(days=owner.days + self.rng.randrange(-5, 30))
        paid = self._from(owner, item.amount, self._say(owner, [item]), "history")
        paid.day, item.left = item.paid, 0
        paid.truth = [Truth(item.number, item.amount)]
        return paid

    def _past_other(self, at: int) -> Paid:
        paid = self._in_other()
        assert paid is not None
        paid.day = TODAY - dt.timedelta(days=30 + at % 200)
        return paid

    def _dated(self, made: list[Paid]) -> list[Paid]:
        for at, paid in enumerate(made):
            paid.day = TODAY - dt.timedelta(days=2 - 3 * at // len(made))
            paid.ref = f"B{paid.day:%y%m%d}{at:07d}"
        return made

    # Who pays, and what the bank prints of it.

    def _owner(self, least: int = 1, **wanted: object) -> Debtor | None:
        """Return a customer with at least `least` open invoices and the wanted habits, or none after many tries."""
        for _ in range(60):
            one = self.rng.choices(self._owners, cum_weights=self._shares)[0]
            fits = all(getattr(one, name) == value for name, value in wanted.items())
            if fits and len(self.world.left_over(one)) >= least:
                return one
        return None

    def _from(self, owner: Debtor, amount: int, texts: tuple[str, ...], case: str) -> Paid:
        rng = self.rng
        payer, account = owner.name, rng.choice(owner.accounts)
        if owner.paid_by:
            payer, account = owner.paid_by, f"X{sum(map(ord, owner.paid_by)):06d}"
        elif owner.parent and rng.random() < 0.5:
            head = self.world.debtors[owner.parent]
            payer, account = head.name, rng.choice(head.accounts)
        elif rng.random() < 0.04:
            account = iban(rng, owner.country)
        if self.world.region == "us":
            shown = mess.shown_name(rng, payer).upper()[:22]
            return Paid(case, amount, owner.currency, shown, "", texts)
        paid = Paid(case, amount, owner.currency, mess.shown_name(rng, payer), account, texts)
        if owner.paid_by in words.FACTORS and rng.random() < 0.4:
            paid.behalf = owner.name
        return paid

    # What they write.

    def _number(self, item: Item) -> str:
        way = mess.pick(self.rng, self._mangling)
        return way(self.rng, item.number)  # type: ignore[operator]

    def _say(self, owner: Debtor, items: list[Item]) -> tuple[str, ...]:
        """Return the text of a payment for `items`, in the customer's way."""
        rng = self.rng
        if owner.style == "reference" and len(items) == 1 and items[0].reference and rng.random() < 0.7:
            return (self._printed(owner, items[0]),)
        if owner.style == "tail" and rng.random() < 0.5:
            numbers = [mess.tail(rng, item.number) for item in items]
        elif len(items) > 2 and rng.random() < 0.35:
            numbers = [self._number(items[0]), *(mess.tail(rng, item.number) for item in items[1:])]
        elif len(items) > 1:
            way = mess.pick(rng, self._mangling)
            way = mess.plain if way is mess.tail else way
            numbers = [way(rng, item.number) for item in items]  # type: ignore[operator]
        else:
            numbers = [self._number(items[0])]
        return self._around(owner, rng.choice(words.of_country(words.JOINS, owner.country)).join(numbers), items)

    def _around(self, owner: Debtor, said: str, items: list[Item]) -> tuple[str, ...]:
        """Put other words and numbers around what is said."""
        rng = self.rng
        text = rng.choice(words.of_country(words.LEADS, owner.country)).format(said)
        noise = rng.random()
        if noise < 0.12:
            text += (
                f" vom {items[0].issued:%d.%m.%Y}" if self.world.region == "europe" else f" {items[0].issued:%m%d%y}"
            )
        elif noise < 0.2:
            text = f"KdNr {owner.id[1:]} {text}"
        elif noise < 0.26:
            text += f" EUR {items[0].amount // 100},{items[0].amount % 100:02d}"
        elif noise < 0.3:
            text = f"EREF+{rng.randrange(10**7, 10**9)} SVWZ+{text}"
        elif noise < 0.33:
            text += f" {rng.choice(words.of_country(words.THANKS, owner.country))}"
        if self.world.region == "us" and noise > 0.8:
            text = f"TRN*1*{rng.randrange(10**6, 10**8)}*{rng.randrange(10**9, 10**10)} {text}"
        return mess.broken(rng, text)

    def _pay(self, owner: Debtor, items: list[Item], texts: tuple[str, ...] | None = None) -> Paid:
        """Return a payment of `items` in full; they are closed."""
        total = sum(item.left for item in items)
        paid = self._from(owner, total, self._say(owner, items) if texts is None else texts, "")
        paid.truth = [Truth(item.number, item.left) for item in items]
        for item in items:
            item.left = 0
        return paid

    def _some(self, owner: Debtor, most: int) -> list[Item]:
        """Return some open invoices in one currency: often those due first."""
        left = self.world.left_over(owner)
        count = min(len(left), self.rng.randrange(2, most + 1))
        return left[:count] if self.rng.random() < 0.5 else self.rng.sample(left, count)

    # The cases.

    def _plain(self) -> Paid | None:
        owner = self._owner()
        if owner is None:
            return None
        item = self.rng.choice(self.world.left_over(owner)[:4])
        if owner.style == "reference" and item.reference:
            return self._by_reference(owner, item)
        if owner.style == "order" and item.order:
            return self._by_order(owner, item)
        return self._pay(owner, [item])

    def _by_reference(self, owner: Debtor, item: Item) -> Paid:
        kind = "QRR" if owner.country == "CH" else "SCOR"
        if self.rng.random() < 0.6:
            paid = self._pay(owner, [item], ())
            paid.references = ((kind, item.reference),)
            return paid
        return self._pay(owner, [item], (self._printed(owner, item),))

    def _printed(self, owner: Debtor, item: Item) -> str:
        """Return a reference as people type it: as it is, or in groups."""
        grouped = " ".join(item.reference[at : at + 4] for at in range(0, len(item.reference), 4))
        if owner.country == "BE":
            grouped = f"+++{item.reference[:3]}/{item.reference[3:7]}/{item.reference[7:]}+++"
        return self.rng.choice((grouped, item.reference))

    def _by_order(self, owner: Debtor, item: Item) -> Paid:
        lead = self.rng.choice(("PO {}", "Bestellung {}", "{}", "Order {}", "Auftrag {}"))
        return self._pay(owner, [item], (lead.format(item.order),))

    def _order(self) -> Paid | None:
        owner = self._owner()
        items = [item for item in self.world.left_over(owner) if item.order] if owner else []
        return self._by_order(owner, items[0]) if owner and items else None

    def _many(self) -> Paid | None:
        owner = self._owner(2)
        return self._pay(owner, self._some(owner, 9)) if owner else None

    def _range(self) -> Paid | None:
        owner = self._owner(4)
        if owner is None:
            return None
        items = sorted(self.world.left_over(owner), key=lambda item: item.number)[:6]
        if len({item.number[:4] for item in items}) > 1 or len({len(item.number) for item in items}) > 1:
            return None
        items = items[: self.rng.randrange(3, len(items) + 1)]
        mark = self.rng.choice(words.of_country(words.RANGES, owner.country))
        last = self.rng.choice((mess.plain, mess.tail))(self.rng, items[-1].number)
        return self._pay(owner, items, self._around(owner, f"{items[0].number}{mark}{last}", items))

    def _cut(self) -> Paid | None:
        """Return a list that the bank's field cuts off."""
        owner = self._owner(6)
        if owner is None:
            return None
        items = self.world.left_over(owner)[: self.rng.randrange(6, 16)]
        text = ", ".join(item.number for item in items)
        return self._pay(owner, items, (text[: self.rng.choice((35, 54, 70, 140))],))

    def _discount(self, *, late: bool = False) -> Paid | None:
        for _ in range(40):
            owner = self._owner()
            if owner is None or not owner.discount:
                continue
            fits = [item for item in self.world.left_over(owner) if item.until and self._in_terms(item, late=late)]
            if fits:
                items = fits[:1] if self.rng.random() < 0.7 else fits[:4]
                return self._less(owner, items)
        return None

    @staticmethod
    def _in_terms(item: Item, *, late: bool) -> bool:
        assert item.until is not None
        gone = (TODAY - item.until).days
        return 2 < gone <= 16 if late else -14 <= gone <= 0

    def _less(self, owner: Debtor, items: list[Item]) -> Paid:
        texts = self._say(owner, items)
        word = self.rng.choice(words.of_country(words.DISCOUNT, owner.country))
        truth = [Truth(item.number, item.left - item.off(), item.off(), "discount") for item in items]
        paid = self._pay(owner, items, (*texts[:-1], f"{texts[-1]} {word}".rstrip()))
        paid.amount, paid.truth = sum(part.amount for part in truth), truth
        return paid

    def _late(self) -> Paid | None:
        return self._discount(late=True)

    def _credit_note(self) -> Paid | None:
        owner = self._owner(1)
        if owner is None:
            return None
        left = self.world.left_over(owner)
        items = left[: self.rng.randrange(1, min(5, len(left)) + 1)]
        note = self.world.issue(owner, TODAY - dt.timedelta(days=20), credit=True)
        if sum(item.left for item in items) + note.left <= 0:
            note.left = 0
            return None
        named = [*items, note] if self.rng.random() < 0.65 else items
        return self._pay(owner, [*items, note], self._say(owner, named))

    def _balance(self) -> Paid | None:
        owner = self._owner(3)
        if owner is None:
            return None
        word = self.rng.choice((f"{TODAY:%m/%Y}", "Kontoausgleich", "STATEMENT", ""))
        return self._pay(owner, self._everything(owner), (word,))

    def _everything(self, owner: Debtor) -> list[Item]:
        return [item for item in owner.open if item.left]

    def _run(self) -> Paid | None:
        owner = self._owner(4)
        if owner is None or any(item.left < 0 for item in owner.open):
            return None
        left = self.world.left_over(owner)
        return self._pay(owner, left[: self.rng.randrange(2, len(left))], (self._nothing(owner),))

    def _subset(self) -> Paid | None:
        owner = self._owner(3)
        if owner is None:
            return None
        left = self.world.left_over(owner)
        return self._pay(owner, self.rng.sample(left, 2), (self._nothing(owner),))

    def _nothing(self, owner: Debtor) -> str:
        return self.rng.choice(words.of_country(words.THANKS, owner.country))

    def _silent(self) -> Paid | None:
        owner = self._owner()
        if owner is None or owner.prices == "fixed":
            return None
        item = self.world.left_over(owner)[0]
        if self.mix != "cold" or self.rng.random() < 0.9:
            return self._pay(owner, [item], (self._nothing(owner),))
        return self._pay(owner, [item], (self._nothing(owner),))

    def _equal(self) -> Paid | None:
        owner = self._owner(2, prices="fixed")
        if owner is None:
            return None
        left = self.world.left_over(owner)
        same = [item for item in left if item.left == left[0].left]
        return self._pay(owner, same[:1], (self._nothing(owner),))

    def _typo(self) -> Paid | None:
        owner = self._owner()
        if owner is None:
            return None
        item = self.rng.choice(self.world.left_over(owner)[:4])
        return self._pay(owner, [item], self._around(owner, mess.wrong(self.rng, item.number), [item]))

    def _short(self) -> Paid | None:
        return self._less_by(lambda left: left * self.rng.randrange(2, 20) // 100, self._kept_back)

    def _kept_back(self, owner: Debtor) -> str:
        return self.rng.choice(words.of_country(words.SHORT, owner.country))

    def _less_by(self, off: Callable[[int], int], word: Callable[[Debtor], str], kind: str = "") -> Paid | None:
        """Return one invoice, paid less: the rest stays open, or falls off as `kind`."""
        owner = self._owner()
        if owner is None:
            return None
        item = self.rng.choice(self.world.left_over(owner)[:4])
        gap = off(item.left)
        if not 0 < gap < item.left or (not kind and gap % 50 == 0 and gap <= 2500):
            return None
        texts = self._say(owner, [item])
        before = item.left
        paid = self._pay(owner, [item], (*texts[:-1], f"{texts[-1]} {word(owner)}".rstrip()))
        paid.amount = before - gap
        item.left = 0 if kind else gap
        paid.truth = [Truth(item.number, paid.amount, gap if kind else 0, kind)]
        return paid

    def _partial(self) -> Paid | None:
        word = self.rng.choice(("Teilzahlung", "1. Rate", "partial payment", "Rate 1/3", ""))
        return self._less_by(lambda left: left - left * self.rng.choice((25, 30, 50, 60)) // 100, lambda _: word)

    def _fee(self) -> Paid | None:
        fees = (500, 750, 800, 1000, 1200, 1250, 1500, 2000, 2500)
        paid = self._less_by(lambda left: self.rng.choice(fees) if left > 40_000 else 0, lambda _: "", "bank_charge")
        if paid is not None and self.rng.random() < 0.4:
            paid.instructed = (paid.amount + paid.truth[0].adjustment, paid.currency)
        return paid

    def _small(self) -> Paid | None:
        return self._less_by(
            lambda left: self.rng.randrange(1, 60) if left > 5000 else 0, lambda _: "", "small_difference"
        )

    def _withheld(self) -> Paid | None:
        share = self.rng.choice((5, 10, 15, 20))
        return self._less_by(lambda left: left * share // 100, lambda _: f"WHT {share}% retained", "withholding_tax")

    def _over(self) -> Paid | None:
        owner = self._owner()
        if owner is None:
            return None
        item = self.rng.choice(self.world.left_over(owner)[:4])
        more = item.left * self.rng.randrange(1, 40) // 100 + self.rng.randrange(1, 5000)
        paid = self._pay(owner, [item])
        paid.amount += more
        paid.truth.append(Truth(f"ON_ACCOUNT:{owner.id}", more))
        return paid

    def _duplicate(self) -> Paid | None:
        owner = self._owner(0)
        closed = [item for item in owner.closed if item.amount > 0] if owner else []
        if owner is None or not closed or self._is_open(owner, closed[-1].amount):
            return None
        item = closed[-1]
        paid = self._from(owner, item.amount, self._say(owner, [item]), "")
        paid.truth = [Truth(f"ON_ACCOUNT:{owner.id}", item.amount)]
        return paid

    def _is_open(self, owner: Debtor, amount: int) -> bool:
        return any(item.left == amount for item in owner.open)

    def _stale(self) -> Paid | None:
        """Return a standing order that still names an old invoice."""
        owner = self._owner(1, prices="fixed")
        left = self.world.left_over(owner) if owner else []
        old = [item for item in owner.closed if left and item.amount == left[0].left] if owner else []
        if owner is None or not old:
            return None
        first = next(item for item in left if item.left == old[0].amount)
        return self._pay(owner, [first], self._say(owner, old[:1]))

    def _head(self) -> Paid | None:
        """Return what a head office pays for several of its branches."""
        heads = [one.parent for one in self._owners if one.parent]
        head = self.world.debtors[self.rng.choice(heads)]
        branches = [one for one in self._owners if one.parent == head.id and one.currency == head.currency]
        self.rng.shuffle(branches)
        items = [
            self.world.left_over(one)[0] for one in branches[: self.rng.randrange(2, 7)] if self.world.left_over(one)
        ]
        return self._pay(head, items) if len(items) > 1 else None

    def _third(self) -> Paid | None:
        """Return what a stranger, a factor or a processor pays who names the invoice."""
        owner = self._owner()
        if owner is None:
            return None
        paid = self._pay(owner, [self.world.left_over(owner)[0]])
        paid.payer = self.rng.choice((*words.PROCESSORS, *words.FACTORS, "Notar Dr. Behrens", "Kanzlei Ohm & Partner"))
        paid.account = f"X{sum(map(ord, paid.payer)):06d}"
        if self.world.region == "us":
            paid.payer, paid.account = paid.payer.upper()[:22], ""
        return paid

    def _lump(self) -> Paid | None:
        owner = self._owner()
        if owner is None:
            return None
        amount = self.rng.randrange(2, 60) * 50_000
        if any(item.left == amount for item in owner.open):
            return None
        word = self.rng.choice(words.of_country(words.ON_ACCOUNT, owner.country))
        paid = self._from(owner, amount, (word,), "")
        paid.truth = [Truth(f"ON_ACCOUNT:{owner.id}", amount)]
        return paid

    def _in_other(self) -> Paid | None:
        payer, text, kind = self.rng.choice(words.NOT_RECEIVABLE_IN[self.world.region])
        own = payer == "{own}"
        amount = max(100, int(self.rng.lognormvariate(11, 1.3)))
        shown = self.world.own if own else payer
        account = "" if not payer else (OWN_ACCOUNT[:-3] + "777" if own else f"Y{sum(map(ord, payer)):06d}")
        paid = Paid("", amount, self.world.home, shown, account, (text.format(day=f"{TODAY:%d.%m.}"),))
        if self.world.region == "us":
            paid.account = ""
        if kind == "interest" and self.rng.random() < 0.5:
            paid.code = "ACMT-MCOP-INTR"
        paid.truth = [Truth(NOT_AR, amount)]
        return paid

    def _out(self) -> Paid | None:
        payer, text = self.rng.choice(words.PAID_OUT[self.world.region])
        at = self.rng.randrange(100, 999)
        amount = -max(100, int(self.rng.lognormvariate(11, 1.3)))
        paid = Paid("", amount, self.world.home, payer.format(n=at), "", (text.format(n=at),), code="PMNT-ICDT-ESCT")
        paid.truth = [Truth(NOT_AR, amount)]
        return paid

    def _foreign(self) -> Paid | None:
        """Return an invoice in another currency, paid in ours; the bank says what was instructed."""
        owner = next((one for _ in range(40) if (one := self._owner()) and one.currency != self.world.home), None)
        if owner is None:
            return None
        item = self.world.left_over(owner)[0]
        left = item.left
        paid = self._pay(owner, [item])
        paid.amount = left * {"USD": 92, "GBP": 116, "CHF": 104}[owner.currency] // 100
        paid.currency, paid.instructed = self.world.home, (left, owner.currency)
        paid.truth = [Truth(item.number, paid.amount)]
        return paid

    def _debit(self) -> Paid | None:
        """Return a direct debit of ours, named by its end-to-end id."""
        owner = self._owner()
        if owner is None:
            return None
        item = self.world.left_over(owner)[0]
        item.end_to_end = f"E2E{self.rng.randrange(10**9, 10**10)}"
        paid = self._pay(owner, [item], (f"SEPA Lastschrift {owner.id}",))
        paid.end_to_end, paid.code = item.end_to_end, "PMNT-IDDT-ESDD"
        return paid

    def _documents(self) -> Paid | None:
        owner = self._owner(2)
        if owner is None:
            return None
        items = self._some(owner, 12)
        listed = tuple((item.number, item.left) for item in items)
        paid = self._pay(owner, items, ())
        paid.documents = listed
        return paid

    def _decoy(self) -> Paid | None:
        """Return other numbers beside the right one: of a delivery, of a customer, of an invoice paid before."""
        owner = self._owner()
        if owner is None:
            return None
        item = self.world.left_over(owner)[0]
        other = self.rng.choice(list(self.world.items.values()))
        old = owner.closed[-1].number if owner.closed and self.rng.random() < 0.5 else ""
        decoy = old or self.rng.choice((f"LS {self.rng.randrange(10**5, 10**6)}", f"Kdnr {other.debtor[1:]}",
                                        f"Tel 0421 {self.rng.randrange(10**5, 10**7)}"))  # fmt: skip
        texts = self._say(owner, [item])
        return self._pay(owner, [item], (f"{decoy} {texts[0]}", *texts[1:]))

    def _nobody(self) -> Paid | None:
        """Return a payment from which nothing can be learnt."""
        owner = self._owner()
        if owner is None:
            return None
        paid = self._pay(owner, [self.world.left_over(owner)[0]], ("Zahlung",))
        paid.payer, paid.account = self.rng.choice(("", "Schmidt", "M. Meier", "CASH DEPOSIT")), ""
        return paid
