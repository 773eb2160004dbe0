"""An administrator of the database changes one figure of one row: `verify` names a row for it.

The figures come from the catalog: every amount, rate and currency of every table that has rows here. What may be
changed unnoticed stands below with its reason, so that a new column is either checked or explained.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from uuid import uuid4

import pytest

from fairdue.cash.models import Refund
from fairdue.cash.refunding.tasks import propose_refund
from fairdue.core.insurance.premium import PremiumTerms
from fairdue.foundation.approvals import decide
from fairdue.foundation.facts.sealing import seal_rows
from fairdue.foundation.verifying import verify_tenant
from fairdue.insurance.models import Claim
from fairdue.insurance.services import (
    declare_turnover,
    indemnify_claim,
    post_premium,
    receive_indemnity,
    share_recovery,
)
from tests import make
from tests.attack.catalog import tenant_models
from tests.attack.neighbours import CANARY, TODAY, admin, agency
from tests.conftest import _leave_no_work
from tests.rooms.cash.conftest import account_of
from tests.rooms.insurance import given

LATER, LONG_AGO = date(2027, 3, 1), date(2026, 3, 1)
MONEY = {
    "allocation", "bank_line", "bank_statement", "cash_application", "cash_return", "credit", "debit_run",
    "direct_debit", "dispute", "hold", "instalment", "insurance_claim", "insurance_declaration", "insurance_limit",
    "insurance_payout", "insurance_premium", "insurance_recovery", "invoice", "journal_line", "open_item",
    "promise", "refund",
}  # fmt: skip
"""Tables that must have rows here, or nothing is proven of them."""
DRAFTED = "nothing is owed by it until it is issued"
GUESSED = "the machine's guess; what is applied is checked when it is applied"
SAID = "what somebody wrote; nothing is booked by it"
WISH = "a setting; every row keeps the currency that it was written in"
UNNOTICED = {
    "bank_line.charges": SAID,
    "bank_line.instructed_currency": SAID,
    "bank_rule.currency": WISH,
    "cash_proposal.on_account": GUESSED,
    "creditor.currency": WISH,
    "debtor.currency": WISH,
    "insurance_claim_item.insured": "recomputed when the claim is indemnified",
    "insurance_premium.turnover": "the declarations that it sums up are checked",
    "invoice_draft.currency": DRAFTED,
    "invoice_draft.gross": DRAFTED,
    "notice_line.compensation": SAID,
    "notice_line.currency": SAID,
    "notice_line.interest": SAID,
    "notice_line.residual": SAID,
    "order_line.price": DRAFTED,
    "order_line.quantity": DRAFTED,
    "order_line.rate": DRAFTED,
    "outbox.position": "the order of work to do",
    "remittance.amount": SAID,
    "remittance.currency": SAID,
    "remittance_line.adjustment": SAID,
    "remittance_line.discount": SAID,
    "remittance_line.gross": SAID,
    "remittance_line.net": SAID,
    "sales_order.currency": DRAFTED,
    "stored_file.size": "the content has a hash",
}
"""Figures that may be changed unnoticed, with the reason."""
_FIGURES = """
SELECT c.relname, a.attname, format_type(a.atttypid, NULL) = 'character' OR a.attname LIKE '%%currency'
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relname = ANY(%s) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  AND a.attname <> 'tenant_id'
  AND (a.atttypid IN ('bigint'::regtype, 'numeric'::regtype) OR a.attname LIKE '%%currency')
ORDER BY 1, 2
"""
BOOKED = {"allocation", "credit", "invoice", "journal_entry", "journal_line", "open_item"}
"""Tables of the books; every day and every reference of theirs is told by a fact or sealed."""
ONLY_THE_MONEY_IS_TOLD = {
    "bank_line.account_id", "bank_line.credit_id", "bank_line.statement_id", "bank_line.value_on",
    "bank_statement.account_id", "bank_statement.closing_on", "bank_statement.file_id", "cash_application.applied_on",
    "cash_application.batch_id", "cash_application.creditor_id", "cash_application.debtor_id",
    "cash_application.proposal_id", "cash_application.reversed_on", "cash_return.application_id",
    "cash_return.debtor_id", "cash_return.reversal_id", "credit.source_id", "debit_run.bank_account_id",
    "debit_run.collect_on", "debit_run.file_id", "debit_run.made_on", "direct_debit.mandate_id", "direct_debit.run_id",
    "dispute.answer_by", "dispute.clock_since", "dispute.item_id", "dispute.opened_on", "hold.creditor_id",
    "hold.debtor_id", "hold.from_on", "hold.item_id", "hold.source_id", "hold.until_on", "instalment.creditor_id",
    "instalment.due_on", "insurance_claim.filed_on", "insurance_claim.indemnified_on", "insurance_claim.last_day_on",
    "insurance_claim.loss_on", "insurance_claim.terms_id", "insurance_declaration.declared_on",
    "insurance_declaration.ends_on", "insurance_declaration.starts_on", "insurance_limit.creditor_id",
    "insurance_limit.debtor_id", "insurance_payout.credit_id", "insurance_payout.received_on",
    "insurance_premium.booked_on", "insurance_premium.creditor_id", "insurance_premium.policy_id",
    "insurance_recovery.received_on", "invoice.draft_id", "promise.made_on", "promise.promised_on",
    "refund.approval_id", "refund.decided_on", "refund.line_id", "refund.opened_on",
}  # fmt: skip
"""Days and references around the books of which facts tell the money alone; a change of one books nothing."""
_DAYS_AND_REFERENCES = """
SELECT c.relname, a.attname, a.atttypid = 'date'::regtype
FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
WHERE c.relname = ANY(%s) AND c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
  AND a.attname <> 'id' AND a.atttypid IN ('date'::regtype, 'uuid'::regtype)
ORDER BY 1, 2
"""


@pytest.fixture
def house(database, monkeypatch):
    """A house in which every kind of money has moved; its facts are sealed."""
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())
    made = agency(f"tampered-{uuid4().hex[:6]}")
    with made.ctx.open():
        _insured(made.ctx, made.other)
        _paid_back(made.ctx)
    seal_rows(made.ctx)
    yield made
    _leave_no_work(made.ctx)


def _insured(ctx, books):
    policy = given.policy(ctx, books, number="TC-P", premium=PremiumTerms(Decimal("0.2"), estimate=1_000_000_00))
    month = {"starts_on": date(2026, 1, 1), "ends_on": date(2026, 1, 31)}
    declare_turnover(ctx, policy=policy, turnover=900_000_00, today=TODAY, **month)
    post_premium(ctx, policy=policy, today=TODAY)
    claim = Claim.objects.get()
    indemnify_claim(ctx, claim=claim.id, today=LATER)
    claim.refresh_from_db()
    paid = make.payment(ctx, books, claim.indemnity, on=LATER, debtor_known=False)
    receive_indemnity(ctx, claim=claim.id, credit=paid, amount=claim.indemnity, today=LATER)
    owing = make.Books(books.creditor, claim.debtor_id)
    share_recovery(ctx, claim=claim.id, credit=make.payment(ctx, owing, 500, on=LATER), today=LATER)


def _paid_back(ctx):
    task = Refund.objects.get()
    account_of(SimpleNamespace(ctx=ctx, debtor=task.debtor_id), holder=f"{CANARY} & Sons", since=LONG_AGO)
    waits = propose_refund(ctx, credit=task.credit_id, amount=task.amount, reason="paid twice", today=TODAY)
    decide(replace(ctx, actor="user:00000000-0000-0000-0000-00000000000b"), approval=waits, approve=True, today=TODAY)


class Tamperer:
    """Changes a figure, looks who notices, and puts it back."""

    def __init__(self, house, connection):
        self.ctx, self.connection = house.ctx, connection
        connection.autocommit = True
        connection.execute("SET session_replication_role = replica")

    def rows(self, table, column):
        """Return the first and the last row that have the figure."""
        ids = [
            row for (row,) in self.connection.execute(
                f"SELECT id FROM {table} WHERE tenant_id = %s AND {column} IS NOT NULL ORDER BY id", [self.ctx.tenant]
            )
        ]  # fmt: skip
        return list(dict.fromkeys((*ids[:1], *ids[-1:])))

    def tamper(self, table, column, to, row):
        """Return the findings of a change; None where the database itself refuses it."""
        import psycopg

        one = [self.ctx.tenant, row]
        where = f"{table} WHERE tenant_id = %s AND id = %s"
        (before,) = self.connection.execute(f"SELECT {column} FROM {where}", one).fetchone()
        try:
            self.connection.execute(f"UPDATE {table} SET {column} = {to} WHERE tenant_id = %s AND id = %s", one)
        except psycopg.errors.CheckViolation:
            return None
        found = verify_tenant(self.ctx)
        self.connection.execute(f"UPDATE {table} SET {column} = %s WHERE tenant_id = %s AND id = %s", [before, *one])
        return found


def test_no_figure_of_money_is_changed_unnoticed(house):
    assert verify_tenant(house.ctx) == []
    unnoticed, seen = set(), set()
    with admin() as connection:
        tamperer = Tamperer(house, connection)
        figures = connection.execute(_FIGURES, [sorted(tenant_models())]).fetchall()
        for table, column, is_currency in figures:
            to = f"CASE {column} WHEN 'USD' THEN 'GBP' ELSE 'USD' END" if is_currency else f"{column} + 1"
            for row in tamperer.rows(table, column):
                seen.add(table)
                if tamperer.tamper(table, column, to, row) == []:
                    unnoticed.add(f"{table}.{column}")
    assert MONEY - seen == set()
    assert unnoticed - UNNOTICED.keys() == set()
    assert verify_tenant(house.ctx) == []


def test_no_day_and_no_reference_of_money_is_changed_unnoticed(house):
    """A due date put off, a payment of another customer, a line that moves to another account of the same kind."""
    assert verify_tenant(house.ctx) == []
    unnoticed, seen = set(), set()
    with admin() as connection:
        tamperer = Tamperer(house, connection)
        for table, column, is_day in connection.execute(_DAYS_AND_REFERENCES, [sorted(MONEY | BOOKED)]).fetchall():
            to = f"{column} + 1" if is_day else "gen_random_uuid()"
            for row in tamperer.rows(table, column):
                seen.add(f"{table}.{column}")
                if tamperer.tamper(table, column, to, row) == []:
                    unnoticed.add(f"{table}.{column}")
    assert {name.partition(".")[0] for name in seen} >= BOOKED
    assert sorted(unnoticed - ONLY_THE_MONEY_IS_TOLD) == []
    assert verify_tenant(house.ctx) == []
