"""Makers of insured books: a policy, a limit, invoices, all with sane values."""

from __future__ import annotations

from datetime import date, timedelta

from fairdue.core.insurance.limits import LimitChange
from fairdue.core.insurance.policy import Policy
from fairdue.insurance.services import LimitDraft, PolicyDraft, decide_limits, take_out_policy
from tests import make

START = date(2026, 1, 1)


def policy(ctx, books, *, number="TC-2026", premium=None, **terms):
    terms = {"starts": START, "ends": date(2026, 12, 31)} | terms
    draft = PolicyDraft(books.creditor, "Kreditschutz AG", Policy(currency="EUR", number=number, **terms), premium)
    return take_out_policy(ctx, policy=draft, today=START)


def limit(ctx, books, policy_id, amount, *, on=START, change=LimitChange.GRANTED, debtor=None, **more):
    draft = LimitDraft(debtor or books.debtor, on, change, amount, **more)
    return decide_limits(ctx, policy=policy_id, limits=[draft], today=on)


def invoice(ctx, books, gross, *, on, days=30, net=None, **more):
    return make.item(ctx, books, gross, net=net, issued_on=on, days=days, delivered_on=on, **more)


def pay(ctx, books, amount, item, on):
    from fairdue.receivables.services import Applied, allocate

    credit = make.payment(ctx, books, amount, on=on)
    allocate(ctx, lines=[Applied(item, amount, credit)], effective_on=on, today=on)
    return credit


def days(start, count):
    return start + timedelta(days=count)
