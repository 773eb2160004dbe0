"""An independent ledger in memory: fractions and dictionaries, nothing shared with the code under test."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from uuid import UUID

DIGITS = {"EUR": 2, "USD": 2, "JPY": 0, "KWD": 3}


def half_up(value: Fraction) -> int:
    """Return the nearest whole number, halves away from zero (values here are never negative)."""
    return int(value + Fraction(1, 2))


@dataclass
class Value:
    """An item or a credit: what it was and what is left, in its currency and in that of the books."""

    kind: str
    currency: str
    amount: int
    functional: int
    on: date
    debtor: UUID | None
    due: date | None = None
    recorded: datetime | None = None
    left: int = 0
    carried: int = 0

    def __post_init__(self):
        self.left, self.carried = self.amount, self.functional

    def take(self, part):
        carried = self.carried if part == self.left else half_up(Fraction(self.carried * part, self.left))
        self.left -= part
        self.carried -= carried
        return carried


@dataclass
class Step:
    """One allocation as the oracle remembers it."""

    group: UUID
    kind: str
    item: UUID | None
    credit: UUID | None
    amount: int
    credit_amount: int
    functional_item: int
    functional_credit: int
    on: date
    recorded: datetime | None = None
    undone: bool = False
    undo: bool = False


@dataclass
class Oracle:
    """The books of one creditor."""

    currency: str
    rates: dict[tuple[str, date], Fraction]
    items: dict[UUID, Value] = field(default_factory=dict)
    credits: dict[UUID, Value] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)
    accounts: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    functional: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def worth(self, amount, currency, on):
        if currency == self.currency:
            return amount
        rate = max((day, rate) for (base, day), rate in self.rates.items() if base == currency and day <= on)[1]
        return half_up(amount * rate * Fraction(10) ** (DIGITS[self.currency] - DIGITS[currency]))

    def post(self, role, currency, amount, functional):
        self.accounts[role, currency] += amount
        self.functional[role] += functional

    def open(self, key, value):
        self.items[key] = value
        self.post("receivable", value.currency, value.amount, value.functional)
        self.post("revenue", value.currency, -value.amount, -value.functional)

    def receive(self, key, value):
        self.credits[key] = value
        self.post(self.waiting(value), value.currency, -value.amount, -value.functional)
        self.post("bank" if value.kind == "payment" else "revenue", value.currency, value.amount, value.functional)

    @staticmethod
    def waiting(credit):
        return "receivable" if credit.kind == "credit_note" else "unapplied_cash"

    def allocate(self, group, lines, on):
        """Take lines (kind, item, credit, amount, credit_amount) off what is left."""
        payers = defaultdict(set)
        for kind, item_id, credit_id, amount, credit_amount in lines:
            item, credit = self.items[item_id], self.credits.get(credit_id)
            fi = item.take(amount)
            fc = credit.take(credit_amount) if credit else 0
            day = max([on, item.on] + ([credit.on] if credit else []))
            step = Step(group, kind, item_id, credit_id, amount, credit_amount, fi, fc, day)
            self.steps.append(step)
            self.book(step, 1)
            if credit:
                payers[credit_id].add(item.debtor)
        for credit_id, debtors in payers.items():
            if self.credits[credit_id].debtor is None and len(debtors) == 1:
                (self.credits[credit_id].debtor,) = debtors

    def book(self, step, sign):
        if step.kind == "withdrawal":
            credit = self.credits[step.credit]
            self.post(self.waiting(credit), credit.currency, step.credit_amount, step.functional_credit)
            self.post("bank", credit.currency, -step.credit_amount, -step.functional_credit)
            return
        item = self.items[step.item]
        self.post("receivable", item.currency, -sign * step.amount, -sign * step.functional_item)
        if step.credit is None:
            self.post(step.kind, item.currency, sign * step.amount, sign * step.functional_item)
            return
        credit = self.credits[step.credit]
        self.post(self.waiting(credit), credit.currency, sign * step.credit_amount, sign * step.functional_credit)
        difference = sign * (step.functional_item - step.functional_credit)
        self.functional["fx_loss" if difference > 0 else "fx_gain"] += difference
        if credit.currency != item.currency:
            self.accounts["fx_clearing", credit.currency] -= sign * step.credit_amount
            self.accounts["fx_clearing", item.currency] += sign * step.amount

    def withdraw(self, group, credit_id, amount, on):
        credit = self.credits[credit_id]
        carried = credit.take(amount)
        step = Step(group, "withdrawal", None, credit_id, 0, amount, 0, carried, max(on, credit.on))
        self.steps.append(step)
        self.book(step, 1)

    def undo(self, group, on):
        for step in [s for s in self.steps if s.group == group and not s.undone]:
            step.undone = True
            item, credit = self.items[step.item], self.credits.get(step.credit)
            item.left, item.carried = item.left + step.amount, item.carried + step.functional_item
            if credit:
                credit.left += step.credit_amount
                credit.carried += step.functional_credit
            self.book(step, -1)
            day = max(on, step.on)
            back = Step(group, step.kind, step.item, step.credit, -step.amount, -step.credit_amount, 0, 0, day)
            back.undo = back.undone = True
            self.steps.append(back)

    def stamp(self, at):
        """Note when everything new was recorded."""
        for row in (*self.items.values(), *self.credits.values(), *self.steps):
            row.recorded = row.recorded or at

    def balances(self, as_of, recorded):
        """Return {(debtor, currency): (open, overdue, unapplied)} as it was known at `recorded`."""

        def known(row):
            return row.on <= as_of and row.recorded <= recorded

        found = defaultdict(lambda: [0, 0, 0])
        for key, item in self.items.items():
            if known(item):
                left = item.amount - sum(s.amount for s in self.steps if s.item == key and known(s))
                row = found[item.debtor, item.currency]
                row[0] += left
                row[1] += left if item.due < as_of else 0
        for key, credit in self.credits.items():
            if known(credit) and credit.debtor:
                left = credit.amount - sum(s.credit_amount for s in self.steps if s.credit == key and known(s))
                found[credit.debtor, credit.currency][2] += left
        return {key: tuple(row) for key, row in found.items() if row[0] or row[2]}

    def standing(self, as_of, recorded):
        """Return {currency: (open less unapplied, of it not yet due)}; money of unknown payers counts as unapplied."""

        def known(row):
            return row.on <= as_of and row.recorded <= recorded

        found = defaultdict(lambda: [0, 0])
        for key, item in self.items.items():
            if known(item):
                left = item.amount - sum(s.amount for s in self.steps if s.item == key and known(s))
                found[item.currency][0] += left
                found[item.currency][1] += left if item.due >= as_of else 0
        for key, credit in self.credits.items():
            if known(credit):
                left = credit.amount - sum(s.credit_amount for s in self.steps if s.credit == key and known(s))
                found[credit.currency][0] -= left
        return {currency: tuple(pair) for currency, pair in found.items()}

    def sales(self, first, last, recorded):
        """Return {currency: what was invoiced from one day to another less the credit notes of those days}."""
        found = defaultdict(int)
        for sign, kind, values in ((1, "invoice", self.items), (-1, "credit_note", self.credits)):
            for value in values.values():
                if value.kind == kind and first <= value.on <= last and value.recorded <= recorded:
                    found[value.currency] += sign * value.amount
        return found
