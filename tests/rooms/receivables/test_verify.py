"""`verify` recomputes the books from raw rows: whoever bends one with all rights is found, and the row is named."""

import re
from datetime import date

import pytest

from fairdue.foundation.jobs import drain
from fairdue.foundation.verifying import verify_tenant
from fairdue.receivables.services import Applied, allocate, close_period, reverse_allocations
from tests import make
from tests.attack.raw import as_superuser, filled, rows

JANUARY = date(2026, 1, 15)


@pytest.fixture
def own(ctx, books):
    """An item half paid, a credit half used, an undone allocation, a closed January with an entry."""
    ids = filled(ctx, books)
    with ctx.open():
        old = make.item(ctx, books, 700, issued_on=JANUARY)
        group = allocate(
            ctx, lines=[Applied(ids["item"], 10, ids["credit"])], effective_on=make.TODAY, today=make.TODAY
        )
        back = reverse_allocations(ctx, group=group, effective_on=make.TODAY, today=make.TODAY, reason="test")
        close_period(ctx, creditor=books.creditor, month=JANUARY, today=make.TODAY)
        (mirror,) = (row[0] for row in rows("SELECT id FROM allocation WHERE group_id = %s", [back]))
        (january,) = (row[0] for row in rows("SELECT id FROM journal_entry WHERE source_id = %s", [old]))
    drain()
    return ids | {"mirror": mirror, "january": january, "old": old}


def findings(ctx):
    return {(finding.code.removeprefix("verify."), finding.path) for finding in verify_tenant(ctx)}


def test_honest_books_are_clean(ctx, own):
    assert findings(ctx) == set()


RESIDUAL, UNAPPLIED = ("residual", "open_item {item}"), ("unapplied", "credit {credit}")
CONTROL, CASH = ("control_account", "creditor {creditor} EUR"), ("unapplied_account", "creditor {creditor} EUR")
MIRROR, BALANCE = ("reversal", "allocation {mirror}"), ("balance", "journal_entry {entry}")
UNPOST = "UPDATE journal_entry SET source_id = gen_random_uuid() WHERE source_id"
TAMPER = [
    ("UPDATE open_item SET residual = residual - 1 WHERE id = %(item)s", {RESIDUAL, CONTROL}),
    ("UPDATE open_item SET amount = amount + 1 WHERE id = %(item)s", {RESIDUAL}),
    ("UPDATE open_item SET functional_residual = 5 WHERE id = %(item)s", {RESIDUAL, CONTROL}),
    ("UPDATE credit SET unapplied = 1 WHERE id = %(credit)s", {UNAPPLIED, CASH}),
    ("UPDATE credit SET functional_amount = 20000 WHERE id = %(credit)s", {UNAPPLIED}),
    ("DELETE FROM allocation WHERE id = %(allocation)s", {RESIDUAL, UNAPPLIED}),
    ("UPDATE allocation SET amount = 3000 WHERE id = %(allocation)s", {RESIDUAL}),
    ("UPDATE allocation SET functional_credit = 1 WHERE id = %(allocation)s", {UNAPPLIED}),
    ("UPDATE allocation SET amount = -9 WHERE id = %(mirror)s", {RESIDUAL, MIRROR}),
    (
        "DELETE FROM allocation WHERE id = (SELECT reversal_of_id FROM allocation WHERE id = %(mirror)s)",
        {RESIDUAL, UNAPPLIED, MIRROR},
    ),
    ("UPDATE allocation SET kind = 'discount', credit_id = NULL, credit_amount = 0 WHERE id = %(mirror)s",
     {("shape", "allocation {mirror}")}),
    ("UPDATE journal_line SET amount = amount + 1 WHERE entry_id = %(entry)s AND amount > 0",
     {BALANCE, CASH}),
    ("UPDATE journal_line SET functional = functional + 1 WHERE entry_id = %(entry)s AND amount > 0",
     {BALANCE, CASH}),
    ("DELETE FROM journal_line WHERE entry_id = %(entry)s",
     {BALANCE, CASH, CONTROL}),
    ("UPDATE journal_line SET account_id = %(account)s WHERE entry_id = %(entry)s AND amount < 0",
     {CONTROL}),
    ("UPDATE journal_entry SET posted_at = now() + interval '1 day' WHERE id = %(january)s",
     {("period", "journal_entry {january}")}),
    ("UPDATE journal_entry SET booked_on = '2026-01-20', posted_at = now() + interval '1 day' WHERE id = %(entry)s",
     {("period", "journal_entry {entry}")}),
    (f"{UNPOST} = %(item)s", {("unposted", "open_item {item}")}),
    (f"{UNPOST} = %(credit)s", {("unposted", "credit {credit}")}),
    ("UPDATE open_item SET currency = 'USD' WHERE id = %(item)s",
     {CONTROL, ("control_account", "creditor {creditor} USD")}),
    ("DELETE FROM open_item WHERE id = %(item)s", {CONTROL}),
    ("DELETE FROM credit WHERE id = %(credit)s", {CASH}),
]  # fmt: skip


@pytest.mark.parametrize("statement, expected", TAMPER)
def test_a_bent_row_is_named(ctx, own, statement, expected):
    with as_superuser(ctx.tenant) as admin:
        assert admin.execute(statement, own).rowcount >= 1
    assert {(code, path.format(**own)) for code, path in expected} <= findings(ctx)


def test_every_sentence_of_the_verifier_was_provoked():
    from fairdue.foundation.sqlfiles import sql

    codes = set(re.findall(r"SELECT '(\w+)'", sql("receivables", "verify")))
    assert codes == {code for _, expected in TAMPER for code, _ in expected}


def test_the_verifier_sees_one_tenant_only(ctx, other_ctx, own):
    with as_superuser(ctx.tenant) as admin:
        admin.execute("UPDATE open_item SET residual = residual - 1 WHERE id = %(item)s", own)
    assert findings(ctx)
    assert findings(other_ctx) == set()
