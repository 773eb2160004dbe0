"""A creditor with a bank account, and short ways to import statements for it."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest

from tests import make
from tests.wire.camt_files import ACCOUNT, Detail, Ntry, Stmt, camt

TODAY = make.TODAY


@pytest.fixture
def bank(ctx, books):
    from fairdue.cash.services import add_bank_account

    with ctx.open():
        add_bank_account(ctx, creditor=books.creditor, number=ACCOUNT, currency="EUR", today=TODAY)
    return SimpleNamespace(ctx=ctx, books=books, creditor=books.creditor, debtor=books.debtor)


def entry(amount, text="", *, reference="", name="Kaufmann KG", iban="DE02500105170137075030", **given):
    detail = Detail(amount, text=(text,) if text else (), name=name, iban=iban, **given)
    return Ntry(amount, details=(detail,), reference=reference)


def statement(*entries, opening="0.00", closing=None, **given):
    total = sum(round(float(one.amount) * 100) * (1 if one.sign == "CRDT" else -1) for one in entries)
    start = round(float(opening) * 100)
    closing = f"{(start + total) / 100:.2f}" if closing is None else closing
    return camt(8, Stmt(entries, opening=opening, closing=closing, **given))


def import_file(ctx, content, **given):
    from fairdue.cash.services import import_statements
    from fairdue.foundation.files import store

    file = store(ctx, content=content, name="statement.xml", media_type="application/xml")
    return import_statements(ctx, file=file.id, today=given.pop("today", TODAY), **given)


def lines(creditor):
    from fairdue.cash.models import BankLine

    return list(BankLine.objects.filter(creditor_id=creditor).order_by("booked_on", "entry", "detail"))


def open_proposal(line):
    from fairdue.cash.models import CashProposal

    return CashProposal.objects.get(line_id=line, state="open")


def application(line):
    from fairdue.cash.models import CashApplication

    return CashApplication.objects.get(line_id=line, reversed_on__isnull=True)


def matched(bank, *entries, today=TODAY):
    """Import entries, run a matching, and return the lines."""
    from fairdue.cash.services import run_matching

    import_file(bank.ctx, statement(*entries))
    run_matching(bank.ctx, creditor=bank.creditor, today=today)
    return lines(bank.creditor)


def verified(ctx):
    from fairdue.foundation.verifying import verify_tenant

    return verify_tenant(ctx)


def account_of(bank, iban="DE02500105170137075030", holder="Kaufmann KG", since=None):
    """Give the customer an account that two people approved on a day, by default long ago."""
    from dataclasses import replace

    from fairdue.foundation.approvals import decide, pending
    from fairdue.parties.services.accounts import propose_account

    since = since or TODAY - timedelta(days=90)
    made = propose_account(bank.ctx, debtor=bank.debtor, iban=iban, holder=holder, today=since)
    other = replace(bank.ctx, actor="user:00000000-0000-0000-0000-00000000000a")
    for row in pending(bank.ctx):
        if row.subject_id == made:
            decide(other, approval=row.id, approve=True, today=since)
    return made
