"""A year of random tenants: people act, nights pass, processes die between any two statements, facts come twice."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID, uuid4

from django.core import mail as django_mail
from django.db import connection

from fairdue.collections.services import (
    open_dispute,
    resolve_dispute,
    run_cadence,
    settle_promises,
    take_promise,
)
from fairdue.core.findings import RefusedError
from fairdue.core.insurance.limits import LimitChange
from fairdue.core.insurance.policy import Policy
from fairdue.core.ledger import AccountRole
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.facts import outbox
from fairdue.foundation.facts.registry import CONSUMERS
from fairdue.foundation.facts.sealing import seal_rows
from fairdue.foundation.mail import sending
from fairdue.foundation.models import Tenant
from fairdue.insurance.services import LimitDraft, PolicyDraft, decide_limits, take_out_policy
from fairdue.insurance.services import run as run_insurance
from fairdue.invoicing.services import issue_invoice, write_draft
from fairdue.receivables import selectors
from fairdue.receivables.services import (
    Applied,
    CreditDraft,
    OpenItemDraft,
    add_rates,
    allocate,
    assign_credit,
    open_items,
    record_credits,
    reverse_allocations,
    withdraw_credit,
    write_off,
)
from fairdue.receivables.services.books import RateDraft
from tests import make
from tests.sim.auditor import fetch

FIRST = date(2026, 1, 1)
LINE = {"id": "1", "name": "Milling", "unit": "C62", "category": "S", "rate": "19"}


class Killed(BaseException):
    """The process is gone: nothing catches it, and what was not committed did not happen."""


@dataclass
class Diary:
    """What really was done, as somebody outside the system would write it down."""

    billed: Counter = field(default_factory=Counter)
    bank: Counter = field(default_factory=Counter)
    sent: list[str] = field(default_factory=list)
    died_after_sending: set[str] = field(default_factory=set)
    faults: list[str] = field(default_factory=list)
    reached: Counter = field(default_factory=Counter)


@contextmanager
def killed_at(statement):
    """Die when the statement of this number is about to be sent to the database."""
    count = 0

    def count_down(execute, sql, parameters, many, context):
        nonlocal count
        count += 1
        if count > statement:
            raise Killed
        return execute(sql, parameters, many, context)

    with connection.execute_wrapper(count_down):
        yield


class World:
    """One tenant with two creditors, their customers, and a dice that decides everything."""

    def __init__(self, seed, monkeypatch):
        self.dice = random.Random(seed)
        self.monkeypatch, self.seed, self.today = monkeypatch, seed, FIRST
        self.diary = Diary()
        slug = f"sim-{seed}-{uuid4().hex[:8]}"
        self.ctx = Ctx(TenantId(Tenant.objects.create(slug=slug, name=slug, timezone="UTC").pk))
        self.keys = 0
        self.groups: list[UUID] = []
        self.disputes: list[UUID] = []
        monkeypatch.setattr(sending, "_speak", self.speak)
        with self.ctx.open():
            self.found()

    def found(self):
        """Make creditors, customers, rates and a policy."""
        days = [FIRST + timedelta(days=7 * week) for week in range(-2, 60)]
        rates = [
            RateDraft("USD", books, day, Decimal(self.dice.randint(8500, 9500)) / 10_000, "dice")
            for day in days for books in ("EUR", "CHF")
        ]  # fmt: skip
        add_rates(self.ctx, rates=rates)
        self.debtors: dict[UUID, list[UUID]] = {}
        for currency in ("EUR", "CHF"):
            books = make.books(self.ctx, currency=currency)
            more = [
                make.debtor(self.ctx, books.creditor, name=f"Customer {n}", email=f"c{n}@customer.example",
                            language=self.dice.choice(["de", "en", "fr"]))
                for n in range(5)
            ]  # fmt: skip
            self.debtors[books.creditor] = [books.debtor, *more]
            if currency == "EUR":
                make.able_to_bill(books, email="ar@nordwind.example", bic="SOGEDEFF", settings={"formats": ["ubl"]})
        self.home = dict(zip(self.debtors, ("EUR", "CHF"), strict=True))
        self.insure(next(iter(self.debtors)))

    def insure(self, creditor):
        policy = Policy(
            "EUR", number="SIM-1", starts=FIRST, ends=FIRST + timedelta(days=400), extension_days=10, mandate_days=5,
            claim_days=10, waiting_days=10,
        )  # fmt: skip
        draft = PolicyDraft(creditor, "Kreditschutz AG", policy)
        number = take_out_policy(self.ctx, policy=draft, today=FIRST)
        granted = [LimitDraft(debtor, FIRST, LimitChange.GRANTED, 5_000_00) for debtor in self.debtors[creditor][:3]]
        decide_limits(self.ctx, policy=number, limits=granted, today=FIRST)

    # How anything is done: plainly, twice with one key, or by a process that dies on the way and a second one.

    def do(self, command, **call):
        """Run a command and return its answer, or None if it was refused."""
        self.keys += 1
        call |= {"today": self.today, "key": f"{self.seed}-{self.keys}"}
        fate = self.dice.random()
        try:
            if fate < 0.15:
                self.die_during(lambda: self.once(command, call))
            answer = self.once(command, call)
            if fate > 0.9:
                again = self.once(command, call)
                self.diary.reached["repeated with its key"] += 1
                if again != answer:
                    self.diary.faults.append(f"{command.__name__} answered {answer}, then {again}")
        except RefusedError as refused:
            self.diary.reached[f"refused {refused.findings[0].code.split('.')[0]}"] += 1
            return None
        self.diary.reached[command.__name__] += 1
        return answer

    def once(self, command, call):
        with self.ctx.open():
            return command(self.ctx, **call)

    def die_during(self, work):
        try:
            with killed_at(self.dice.randint(0, 25)):
                work()
        except Killed:
            self.diary.reached["killed"] += 1
        else:
            self.diary.reached["finished before it was killed"] += 1

    # What people do by day.

    def pick(self):
        creditor = self.dice.choice(list(self.debtors))
        return creditor, self.dice.choice(self.debtors[creditor])

    def rows(self, kind, creditor):
        with self.ctx.open():
            if kind == "items":
                return selectors.items(self.ctx, creditor=creditor, only_open=True)
            return selectors.credits_(self.ctx, creditor=creditor)

    def bill(self):
        creditor, debtor = self.pick()
        currency = self.dice.choice([self.home[creditor]] * 3 + ["USD"])
        amount = self.dice.randint(1, 400_000)
        draft = OpenItemDraft(
            creditor, debtor, "invoice", f"B{self.keys}", currency, amount, amount, self.today,
            self.today + timedelta(days=self.dice.choice([0, 7, 14, 30])), ((AccountRole.REVENUE, amount),),
            delivered_on=self.today,
        )  # fmt: skip
        if self.do(open_items, items=[draft]):
            self.diary.billed[creditor, currency] += amount

    def invoice(self):
        creditor = next(iter(self.debtors))
        quantity = self.dice.randint(1, 50)
        line = LINE | {"quantity": str(quantity), "price": "10.00"}
        content = {"lines": [line], "delivery": {"day": self.today.isoformat()}}
        draft = self.do(
            write_draft, creditor=creditor, debtor=self.debtors[creditor][0], content=content, currency="EUR"
        )
        if draft and self.do(issue_invoice, draft=draft):
            self.diary.billed[creditor, "EUR"] += quantity * 1190

    def pay(self):
        creditor, debtor = self.pick()
        due = [row for row in self.rows("items", creditor) if row.debtor_id == debtor][: self.dice.randint(1, 3)]
        currency = due[0].currency if due else self.home[creditor]
        due = [row for row in due if row.currency == currency]
        wanted = sum(row.residual for row in due) or self.dice.randint(1, 50_000)
        amount = max(1, wanted * self.dice.choice([100, 100, 100, 98, 50, 110]) // 100)
        known = self.dice.random() < 0.8
        money = self.receive(creditor, debtor if known else None, "payment", currency, amount)
        left, lines = amount, []
        for row in due:
            part = min(left, row.residual)
            if part:
                lines.append(Applied(row.id, part, money))
            if 0 < row.residual - part <= row.residual * 3 // 100:
                lines.append(Applied(row.id, row.residual - part, kind="discount"))
            left -= part
        if money and lines and self.dice.random() < 0.8:
            self.apply(lines)

    def receive(self, creditor, debtor, kind, currency, amount):
        contra = AccountRole.BANK if kind == "payment" else AccountRole.REVENUE
        draft = CreditDraft(
            creditor, debtor, kind, f"P{self.keys}", currency, amount, self.today, ((contra, amount),), source=uuid4()
        )
        answer = self.do(record_credits, credits_=[draft])
        if answer and kind == "payment":
            self.diary.bank[creditor, currency] += amount
        return answer[0] if answer else None

    def apply(self, lines):
        group = self.do(allocate, lines=lines, effective_on=self.today - timedelta(days=self.dice.randint(0, 5)))
        if group:
            self.groups.append(group)

    def credit(self):
        creditor, debtor = self.pick()
        self.receive(creditor, debtor, "credit_note", self.home[creditor], self.dice.randint(1, 30_000))

    def use_what_is_on_account(self):
        creditor, _ = self.pick()
        items, money = self.rows("items", creditor), self.rows("credits", creditor)
        if items and money:
            item, credit = self.dice.choice(items), self.dice.choice(money)
            amount = self.dice.choice([min(item.residual, credit.unapplied), item.residual])
            other = None if item.currency == credit.currency else max(1, credit.unapplied // 2)
            self.apply([Applied(item.id, amount, credit.id, other)])

    def undo(self):
        if self.groups:
            group = self.dice.choice(self.groups)
            self.do(reverse_allocations, group=group, effective_on=self.today, reason="mistake")

    def give_back(self):
        creditor, _ = self.pick()
        money = [row for row in self.rows("credits", creditor) if row.kind == "payment"]
        if money:
            row = self.dice.choice(money)
            amount = self.dice.randint(1, row.unapplied)
            if self.do(withdraw_credit, credit=row.id, amount=amount, effective_on=self.today, reason="returned"):
                self.diary.bank[creditor, row.currency] -= amount

    def assign(self):
        creditor, debtor = self.pick()
        unknown = [row for row in self.rows("credits", creditor) if row.debtor_id is None]
        if unknown:
            self.do(assign_credit, credit=self.dice.choice(unknown).id, debtor=debtor)

    def give_up(self):
        creditor, _ = self.pick()
        small = [row for row in self.rows("items", creditor) if row.residual <= 15_000]
        if small:
            row = self.dice.choice(small)
            self.do(write_off, item=row.id, amount=row.residual, reason="not worth it", effective_on=self.today)

    def contest(self):
        items = self.rows("items", self.pick()[0])
        if items:
            row = self.dice.choice(items)
            part = self.dice.choice([None, max(1, row.residual // 3)])
            if dispute := self.do(open_dispute, item=row.id, reason="quality", amount=part):
                self.disputes.append(dispute)

    def settle_dispute(self):
        if self.disputes:
            dispute = self.disputes.pop(self.dice.randrange(len(self.disputes)))
            self.do(resolve_dispute, dispute=dispute, outcome=self.dice.choice(["rejected", "withdrawn"]))

    def promise(self):
        items = self.rows("items", self.pick()[0])
        if items:
            row = self.dice.choice(items)
            until = self.today + timedelta(days=self.dice.randint(1, 14))
            self.do(take_promise, items=[row.id], amount=row.residual, promised_on=until)

    ACTIONS = (
        (bill, 5), (invoice, 1), (pay, 5), (credit, 1), (use_what_is_on_account, 2), (undo, 1), (give_back, 1),
        (assign, 1), (give_up, 1), (contest, 1), (settle_dispute, 1), (promise, 1),
    )  # fmt: skip

    # What the house does by night.

    def day(self):
        """Let people act, then let the night pass; sometimes the server is down and the night is missed."""
        self.monkeypatch.setenv("FAIRDUE_TODAY", self.today.isoformat())
        actions, weights = zip(*self.ACTIONS, strict=True)
        for action in self.dice.choices(actions, weights, k=self.dice.randint(3, 8)):
            action(self)
        if self.dice.random() < 0.9:
            self.night()
        else:
            self.diary.reached["missed night"] += 1
        self.today += timedelta(days=1)

    def night(self):
        steps = [self.settle, self.remind, self.insurance, self.relay, self.send, self.relay]
        for step in steps:
            fate = self.dice.random()
            if fate < 0.1:
                self.die_during(step)
            step()
            if fate > 0.9:
                step()
                self.diary.reached["night step done twice"] += 1
        if self.dice.random() < 0.2:
            self.deliver_again()
        if self.today.day % 10 == 0:
            seal_rows(self.ctx)

    def settle(self):
        with self.ctx.open():
            settle_promises(self.ctx, today=self.today)

    def remind(self):
        run_cadence(self.ctx, today=self.today)

    def insurance(self):
        ran = run_insurance(self.ctx, today=self.today)
        self.diary.reached["claim filed"] += len(ran.filed)
        self.diary.reached["claim indemnified"] += len(ran.indemnified)

    def relay(self):
        with self.ctx.open():
            fetch("UPDATE outbox SET next_at = '2020-01-01' WHERE state = 'pending' RETURNING 1")
        for tenant, consumer in outbox.due():
            if tenant == self.ctx.tenant:
                outbox.relay(tenant, CONSUMERS[consumer])

    def deliver_again(self):
        """Hand facts out that were answered already, as after a restore or a lost acknowledgement."""
        with self.ctx.open():
            again = fetch("UPDATE outbox SET state = 'pending' WHERE state = 'done' AND position % 7 = 0 RETURNING 1")
        self.diary.reached["delivered again"] += len(again)
        self.relay()

    def send(self):
        with self.ctx.open():
            fetch("UPDATE outgoing_mail SET next_at = '2020-01-01' WHERE state IN ('planned', 'sending') RETURNING 1")
        while self.try_to_send():
            continue

    def try_to_send(self):
        try:
            return sending.send_next(self.ctx)
        except Killed:
            return False

    def speak(self, message):
        """Take the place of the mail server, and look whether this message may really leave."""
        number = message.extra_headers["Message-ID"]
        with self.ctx.open():
            self.diary.faults += [f"{number} reminds of {what}" for what in _wrong_to_remind(number, self.today)]
        django_mail.outbox.append(message)
        self.diary.sent.append(number)
        fate = self.dice.random()
        if fate < 0.1:
            self.diary.died_after_sending.add(number)
            self.diary.reached["died after sending"] += 1
            raise Killed
        if fate < 0.2:
            self.diary.died_after_sending.add(number)
            self.diary.reached["the server hung up"] += 1
            return OSError("connection lost after DATA")
        self.diary.reached["sent"] += 1
        return None


def _wrong_to_remind(number, today):
    """Name lines of a message about items that are paid, changed, or held as a whole."""
    statement = f"""
        SELECT i.number, i.residual, l.residual, (
            SELECT min(h.reason) FROM hold h WHERE h.debtor_id = i.debtor_id AND (h.item_id IS NULL OR h.item_id = i.id)
            AND h.amount IS NULL AND h.from_on <= '{today}' AND h.released_on IS NULL
            AND (h.until_on IS NULL OR h.until_on > '{today}'))
        FROM outgoing_mail m JOIN notice_line l ON l.notice_id::text = m.context ->> 'notice'
        JOIN open_item i ON i.id = l.item_id WHERE m.message_id = '{number}'
    """
    for item, now, then, held in fetch(statement):
        if now != then or now == 0 or held:
            yield f"{item}: {then} written, {now} open, {held or 'no'} hold"


def balances_told(ctx, as_of):
    """Return what the product tells as balances, in the auditor's form."""
    found = defaultdict(lambda: (0, 0))
    for row in selectors.balances(ctx, as_of=as_of):
        found[row.debtor_id, row.currency] = (row.open, row.unapplied)
    return dict(found)
