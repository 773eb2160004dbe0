"""The heart against an independent ledger: whatever is done in whatever order, both tell the same figures."""

import itertools
import os
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from fairdue.core.findings import RefusedError
from fairdue.core.ledger import AccountRole
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.models import Tenant
from fairdue.foundation.verifying import verify_tenant
from fairdue.receivables import selectors
from fairdue.receivables.models import Credit, OpenItem
from fairdue.receivables.services import (
    Applied,
    CreditDraft,
    OpenItemDraft,
    add_rates,
    allocate,
    open_items,
    record_credits,
    reverse_allocations,
    withdraw_credit,
)
from fairdue.receivables.services.books import RateDraft
from fairdue.reporting.figures import history
from fairdue.reporting.scope import Scope
from tests import make
from tests.rooms.receivables.oracle import Oracle, Value

FIRST = date(2026, 1, 5)
RATES = {
    "EUR": [("USD", "0.92", "0.9051"), ("JPY", "0.0061", "0.00573"), ("KWD", "3.0213", "2.97")],
    "JPY": [("USD", "150.5", "148.31"), ("EUR", "163.9", "171.07"), ("KWD", "489.2", "502.77")],
    "KWD": [("USD", "0.3071", "0.31"), ("EUR", "0.3311", "0.3408"), ("JPY", "0.00204", "0.0019")],
}
CURRENCIES = st.sampled_from(["EUR", "EUR", "USD", "JPY", "KWD"])
AMOUNTS = st.one_of(st.integers(1, 12), st.integers(1, 2_000_000))
DAYS = st.integers(0, 80).map(lambda days: FIRST + timedelta(days=days))
PARTS = st.sampled_from([Fraction(1), Fraction(1), Fraction(1, 2), Fraction(1, 3), Fraction(2, 7), Fraction(9, 8)])
_SLUG = itertools.count(1)
REACHED: set[str] = set()


def part_of(left, part):
    return max(1, int(left * part))


class Ledger(RuleBasedStateMachine):
    """Commands on the real heart and on the oracle."""

    @initialize(books=st.sampled_from(sorted(RATES)))
    def start(self, books):
        slug = f"oracle-{next(_SLUG)}-{os.getpid()}-{uuid4().hex[:6]}"
        self.ctx = Ctx(TenantId(Tenant.objects.create(slug=slug, name=slug).pk))
        days = [FIRST + timedelta(days=10 * n) for n in range(10)]
        drafts, rates = [], {}
        for base, odd, even in RATES[books]:
            for n, day in enumerate(days):
                text = even if n % 2 else odd
                drafts.append(RateDraft(base, books, day, Decimal(text), "test"))
                rates[base, day] = Fraction(text)
        with self.ctx.open():
            add_rates(self.ctx, rates=drafts)
            self.creditor = make.creditor(self.ctx, currency=books)
            self.debtors = [make.debtor(self.ctx, self.creditor) for _ in range(2)]
        self.oracle = Oracle(books, rates)
        self.moments = [self.moment()]
        self.numbers = itertools.count(1)

    def moment(self):
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            return cursor.fetchone()[0]

    def told(self, name):
        """Note that a path was reached, and when what it did was recorded."""
        REACHED.add(name)
        self.oracle.stamp(self.moment())
        self.moments.append(self.moment())

    @rule(currency=CURRENCIES, amount=AMOUNTS, on=DAYS, debtor=st.integers(0, 1), days=st.integers(0, 40))
    def open(self, currency, amount, on, debtor, days):
        key, due = uuid4(), on + timedelta(days=days)
        draft = OpenItemDraft(
            self.creditor, self.debtors[debtor], "invoice", f"R{next(self.numbers)}", currency, amount, amount, on, due,
            ((AccountRole.REVENUE, amount),), id=key,
        )  # fmt: skip
        with self.ctx.open():
            open_items(self.ctx, items=[draft], today=on)
        worth = self.oracle.worth(amount, currency, on)
        self.oracle.open(key, Value("invoice", currency, amount, worth, on, self.debtors[debtor], due))
        self.told("open")

    @rule(
        currency=CURRENCIES, amount=AMOUNTS, on=DAYS, debtor=st.sampled_from([0, 1, None]),
        kind=st.sampled_from(["payment", "payment", "credit_note"]),
    )  # fmt: skip
    def receive(self, currency, amount, on, debtor, kind):
        key, payer = uuid4(), None if debtor is None else self.debtors[debtor]
        contra = AccountRole.BANK if kind == "payment" else AccountRole.REVENUE
        draft = CreditDraft(
            self.creditor, payer, kind, f"C{next(self.numbers)}", currency, amount, on, ((contra, amount),), id=key
        )
        with self.ctx.open():
            record_credits(self.ctx, credits_=[draft], today=on)
        worth = self.oracle.worth(amount, currency, on)
        self.oracle.receive(key, Value(kind, currency, amount, worth, on, payer))
        self.told(kind)

    @rule(data=st.data(), on=DAYS, count=st.integers(1, 3))
    def allocate(self, data, on, count):
        open_now = {k: v.left for k, v in self.oracle.items.items() if v.left}
        free = {k: v.left for k, v in self.oracle.credits.items() if v.left}
        lines, fits = [], True
        for _ in range(count):
            if not open_now:
                return
            item = data.draw(st.sampled_from(list(open_now)))
            kind = data.draw(st.sampled_from(["applied", "applied", "applied", "discount", "write_off"]))
            amount, credit, used = part_of(open_now[item], data.draw(PARTS)), None, 0
            if kind == "applied":
                if not free:
                    return
                credit = data.draw(st.sampled_from(list(free)))
                same = self.oracle.items[item].currency == self.oracle.credits[credit].currency
                amount = min(amount, free[credit]) if same and data.draw(st.booleans()) else amount
                used = amount if same else part_of(free[credit], data.draw(PARTS))
                fits &= used <= free[credit]
                free[credit] -= used
                REACHED.add("same currency" if same else "two currencies")
            fits &= amount <= open_now[item]
            open_now[item] -= amount
            lines.append((kind, item, credit, amount, used))
            if not fits:
                break
            open_now = {k: left for k, left in open_now.items() if left}
            free = {k: left for k, left in free.items() if left}
        self._allocate(lines, on, fits)

    def _allocate(self, lines, on, fits):
        applied = [Applied(item, amount, credit, used or None, kind) for kind, item, credit, amount, used in lines]
        if not fits:
            with pytest.raises(RefusedError, match="is not within"), self.ctx.open():
                allocate(self.ctx, lines=applied, effective_on=on, today=on)
            REACHED.add("refused")
            return
        with self.ctx.open():
            group = allocate(self.ctx, lines=applied, effective_on=on, today=on)
        self.oracle.allocate(group, lines, on)
        self.told("allocate")
        REACHED.update(kind for kind, *_ in lines)

    @rule(data=st.data(), on=DAYS)
    def undo(self, data, on):
        groups = sorted({step.group for step in self.oracle.steps})
        if not groups:
            return
        group = data.draw(st.sampled_from(groups))
        standing = [step for step in self.oracle.steps if step.group == group and not step.undone]
        if not standing or standing[0].kind == "withdrawal":
            with pytest.raises(RefusedError, match=r"nothing left|paid back"), self.ctx.open():
                reverse_allocations(self.ctx, group=group, effective_on=on, today=on, reason="test")
            REACHED.add("undo refused")
            return
        with self.ctx.open():
            reverse_allocations(self.ctx, group=group, effective_on=on, today=on, reason="test")
        self.oracle.undo(group, on)
        self.told("undo")

    @rule(data=st.data(), on=DAYS, part=PARTS)
    def withdraw(self, data, on, part):
        free = [key for key, credit in self.oracle.credits.items() if credit.left and credit.kind == "payment"]
        if not free:
            return
        key = data.draw(st.sampled_from(free))
        amount = part_of(self.oracle.credits[key].left, part)
        call = {"credit": key, "amount": amount, "effective_on": on, "today": on, "reason": "returned"}
        if amount > self.oracle.credits[key].left:
            with pytest.raises(RefusedError, match="unapplied"), self.ctx.open():
                withdraw_credit(self.ctx, **call)
            return
        with self.ctx.open():
            group = withdraw_credit(self.ctx, **call)
        self.oracle.withdraw(group, key, amount, on)
        self.told("withdraw")

    @rule(data=st.data(), as_of=DAYS)
    def look_back(self, data, as_of):
        recorded = data.draw(st.sampled_from(self.moments))
        with self.ctx.open():
            told = selectors.balances(self.ctx, as_of=as_of, recorded=recorded)
        found = {(row.debtor_id, row.currency): (row.open, row.overdue, row.unapplied) for row in told}
        assert found == self.oracle.balances(as_of, recorded)
        REACHED.add("look back")
        self.look_back_at_the_months(as_of, recorded)

    def look_back_at_the_months(self, as_of, recorded):
        """What DSO and CEI are made of stands for every month end as it was known at any instant."""
        with self.ctx.open():
            told = history(self.ctx, Scope(as_of, recorded), windows=3)
        standing = self.oracle.standing(as_of, recorded)
        assert {currency for currency, pair in standing.items() if any(pair)} <= set(told)
        for currency, months in told.items():
            for month in months:
                first = month.ends_on - timedelta(days=month.days - 1)
                assert (month.receivable, month.not_due, month.sales) == (
                    *self.oracle.standing(month.ends_on, recorded).get(currency, (0, 0)),
                    self.oracle.sales(first, month.ends_on, recorded)[currency],
                )

    @invariant()
    def the_figures_agree(self):
        if not hasattr(self, "oracle"):
            return
        with self.ctx.open():
            items = {i.id: (i.residual, i.functional_residual, i.amount) for i in OpenItem.objects.all()}
            credits_ = {c.id: (c.unapplied, c.functional_unapplied, c.debtor_id) for c in Credit.objects.all()}
            accounts = self.journal()
        assert items == {key: (v.left, v.carried, v.amount) for key, v in self.oracle.items.items()}
        assert credits_ == {key: (v.left, v.carried, v.debtor) for key, v in self.oracle.credits.items()}
        assert accounts[0] == {key: amount for key, amount in self.oracle.accounts.items() if amount}
        assert accounts[1] == {role: amount for role, amount in self.oracle.functional.items() if amount}

    def journal(self):
        statement = """
            SELECT a.role, e.currency, sum(l.amount)::bigint, sum(l.functional)::bigint
            FROM journal_line l JOIN journal_entry e ON e.tenant_id = l.tenant_id AND e.id = l.entry_id
            JOIN account a ON a.tenant_id = l.tenant_id AND a.id = l.account_id GROUP BY a.role, e.currency
        """
        with connection.cursor() as cursor:
            cursor.execute(statement)
            rows = cursor.fetchall()
        functional: dict[str, int] = {}
        for role, _, _, value in rows:
            functional[role] = functional.get(role, 0) + value
        amounts = {(role, currency): amount for role, currency, amount, _ in rows if amount}
        return amounts, {role: value for role, value in functional.items() if value}

    def teardown(self):
        if not hasattr(self, "oracle"):
            return
        assert [finding.message for finding in verify_tenant(self.ctx)] == []
        for currency in ("EUR", "USD", "JPY", "KWD"):
            residuals = sum(v.left for v in self.oracle.items.values() if v.currency == currency)
            notes = [v for v in self.oracle.credits.values() if v.kind == "credit_note" and v.currency == currency]
            assert self.oracle.accounts["receivable", currency] == residuals - sum(note.left for note in notes)


def test_the_heart_agrees_with_an_independent_ledger():
    examples = os.environ.get("FAIRDUE_EXAMPLES")
    chosen = settings(
        max_examples=int(examples or 12), stateful_step_count=30, deadline=None, derandomize=examples is None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    REACHED.clear()
    run_state_machine_as_test(Ledger, settings=chosen)
    assert {
        "open", "payment", "credit_note", "allocate", "applied", "discount", "write_off", "refused", "undo",
        "withdraw", "look back", "same currency", "two currencies", "undo refused",
    } <= REACHED  # fmt: skip
