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
from psycopg.types.json import Jsonb

from fairdue.cash.models import Refund
from fairdue.cash.refunding.tasks import propose_refund
from fairdue.collections.services import assign_cadence
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
from fairdue.parties.services import change_creditor, propose_account
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
COPIED = "a copy of the row that it belongs to, beside which it is checked by a key of the database or is of no weight"
LEARNED = "learned or recomputed from rows that are checked; a wrong one proposes worse, and applies nothing"
WORKED = "work to do and work done; nothing is owed by it, and a contact is decided anew from items and holds"
NOT_TOLD = {
    "account.creditor_id": COPIED, "bank_rule.creditor_id": LEARNED, "call_log.called_on": SAID,
    "call_log.creditor_id": SAID, "call_log.debtor_id": SAID, "cash_proposal.creditor_id": GUESSED,
    "cash_proposal.debtor_id": GUESSED, "cash_proposal.line_id": GUESSED, "collection_task.creditor_id": WORKED,
    "collection_task.debtor_id": WORKED, "collection_task.due_on": WORKED, "collection_task.opened_on": WORKED,
    "debit_answer.creditor_id": SAID, "debit_answer.file_id": SAID, "debit_answer.read_on": SAID,
    "debit_answer.run_id": SAID, "debtor.creditor_id": COPIED, "debtor_key.creditor_id": LEARNED,
    "debtor_key.debtor_id": LEARNED, "insurance_claim_item.policy_id": COPIED, "invoice_draft.creditor_id": DRAFTED,
    "invoice_draft.debtor_id": DRAFTED, "invoice_draft.invoice_id": DRAFTED, "mandate.last_used_on": LEARNED,
    "notice.creditor_id": SAID, "notice.debtor_id": SAID, "notice.run_on": SAID, "notice_line.creditor_id": SAID,
    "notice_line.item_id": SAID, "notice_line.notice_id": SAID, "number_counter.creditor_id": COPIED,
    "number_series.creditor_id": COPIED, "open_item_key.creditor_id": LEARNED, "open_item_key.debtor_id": LEARNED,
    "open_item_key.item_id": LEARNED, "order_line.creditor_id": DRAFTED, "order_line.order_id": DRAFTED,
    "outbox.subject_id": WORKED, "outgoing_mail.creditor_id": WORKED, "outgoing_mail.debtor_id": WORKED,
    "outgoing_mail.subject_id": WORKED, "payer_account.creditor_id": LEARNED, "payer_account.debtor_id": LEARNED,
    "payer_account.last_on": LEARNED, "payer_memory.creditor_id": LEARNED, "payer_memory.debtor_id": LEARNED,
    "payer_memory.last_on": LEARNED, "period.creditor_id": COPIED, "period.month": WORKED,
    "remittance.creditor_id": SAID, "remittance.file_id": SAID, "remittance.imported_on": SAID,
    "remittance_line.creditor_id": SAID, "remittance_line.remittance_id": SAID, "sales_order.creditor_id": DRAFTED,
    "sales_order.debtor_id": DRAFTED, "sales_order.ordered_on": DRAFTED, "stored_file.creditor_id": COPIED,
}  # fmt: skip
"""Days and references, of all tables with rows here, that may be changed unnoticed, with the reason.

None of a table of money is among them. What is text about people (names, addresses, e-mail, phone, notes, what was
said) is told by no fact on purpose: it must be erasable, and a fact is for ever. Whether an address is trusted
(`debtor.address_state`, `email_state`) follows from its evidence.
"""
WORDS = (
    ("bank_account", "number", "'DE00'", "true"),
    ("cadence_assignment", "debtor_id", "NULL", "debtor_id IS NOT NULL"),
    ("creditor", "iban", "'DE00'", "EXISTS (SELECT FROM fact f WHERE f.subject_id = t.id)"),
    ("debtor_account", "masked", "'DE00'", "true"),
    ("debtor_account", "state", "'approved'", "state <> 'approved'"),
    ("dispute", "clock", "CASE clock WHEN 'ours' THEN 'theirs' ELSE 'ours' END", "true"),
    ("hold", "amount", "NULL", "amount IS NOT NULL"),
    ("hold", "reason", "'other'", "true"),
    ("hold", "released_on", "from_on", "released_on IS NULL"),
    ("hold", "until_on", "from_on + 1", "until_on IS NULL"),
    ("insurance_limit", "percentage", "99", "true"),
    ("insurance_limit", "until_on", "'2099-01-01'", "until_on IS NULL"),
    ("insurance_policy", "insurer", "'Nobody'", "true"),
    ("insurance_terms", "premium", '\'{"rate": "9"}\'', "true"),
    ("insurance_terms", "terms", 'terms || \'{"insured_percentage": "99"}\'', "true"),
    ("invoice", "content", "content || '{\"x\": 1}'", "true"),
    ("invoice", "sha256", "repeat('0', 64)", "true"),
    ("mandate", "reference", "'M-FORGED'", "true"),
    ("promise", "cancelled_on", "made_on", "cancelled_on IS NULL"),
)
"""Table, column, what it is changed to, and in which rows."""
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
        change_creditor(made.ctx, creditor=made.other.creditor, changes={"phone": "+49 30 1"}, today=TODAY)
        propose_account(made.ctx, debtor=made.other.debtor, iban="DE02120300000000202051", holder="Me", today=TODAY)
        assign_cadence(made.ctx, creditor=made.other.creditor, debtor=made.other.debtor, cadence=None, today=TODAY)
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
        was = Jsonb(before) if isinstance(before, (dict, list)) else before
        self.connection.execute(f"UPDATE {table} SET {column} = %s WHERE tenant_id = %s AND id = %s", [was, *one])
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
        for table, column, is_day in connection.execute(_DAYS_AND_REFERENCES, [sorted(tenant_models())]).fetchall():
            to = f"{column} + 1" if is_day else "gen_random_uuid()"
            for row in tamperer.rows(table, column):
                seen.add(f"{table}.{column}")
                if tamperer.tamper(table, column, to, row) == []:
                    unnoticed.add(f"{table}.{column}")
    assert {name.partition(".")[0] for name in seen} >= MONEY | BOOKED
    assert {name.partition(".")[0] for name in NOT_TOLD} & (MONEY | BOOKED) == set()
    assert sorted(unnoticed - NOT_TOLD.keys()) == []
    assert verify_tenant(house.ctx) == []


def test_no_word_on_which_money_or_a_right_depends_is_changed_unnoticed(house):
    """Where money is paid to, what a policy says, who may be chased."""
    unseen, unnoticed = set(), set()
    with admin() as connection:
        tamperer = Tamperer(house, connection)
        for table, column, to, where in WORDS:
            found = connection.execute(
                f"SELECT id FROM {table} t WHERE tenant_id = %s AND ({where}) ORDER BY id LIMIT 1", [house.ctx.tenant]
            ).fetchone()
            if found is None:
                unseen.add(f"{table}.{column}")
            elif not any(str(found[0]) in one.path for one in tamperer.tamper(table, column, to, found[0]) or ()):
                unnoticed.add(f"{table}.{column}")
    assert (unseen, unnoticed) == (set(), set())
