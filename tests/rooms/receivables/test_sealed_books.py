"""The books are sealed as facts are: what moves between accounts, days or customers past triggers shows."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.db import connection

from fairdue.foundation.facts import sealing
from fairdue.foundation.facts.sealing import seal_rows
from fairdue.foundation.jobs import drain
from fairdue.foundation.models import FactBlock
from fairdue.foundation.verifying import verify_tenant
from fairdue.parties.services import merge_debtors
from fairdue.receivables.services import change_item
from tests import make
from tests.attack.raw import as_superuser, filled
from tests.make import TODAY


@pytest.fixture
def own(ctx, books):
    """An item half paid with its entries, sealed."""
    ids = filled(ctx, books)
    drain()
    seal_rows(ctx)
    return {**ids, "tenant": ctx.tenant}


def named(ctx):
    return {finding.code.removeprefix("verify.") for finding in verify_tenant(ctx)}


def bend(ctx, statement, parameters):
    with as_superuser(ctx.tenant) as admin:
        assert admin.execute(statement, parameters).rowcount >= 1


ANOTHER_OF_ITS_KIND = (
    "UPDATE journal_line l SET account_id = (SELECT b.id FROM account a JOIN account b ON b.tenant_id = a.tenant_id"
    " AND b.creditor_id = a.creditor_id AND b.kind = a.kind AND b.role NOT IN ('receivable', 'unapplied_cash', a.role)"
    " WHERE a.tenant_id = l.tenant_id AND a.id = l.account_id ORDER BY b.code LIMIT 1)"
    " FROM account w WHERE w.tenant_id = l.tenant_id AND w.id = l.account_id"
    " AND w.role NOT IN ('receivable', 'unapplied_cash') AND l.tenant_id = %(tenant)s"
)


@pytest.mark.parametrize(
    "statement, code",
    [
        (ANOTHER_OF_ITS_KIND, "journal_entry_changed"),
        ("UPDATE journal_entry SET booked_on = booked_on - 1 WHERE id = %(entry)s", "journal_entry_changed"),
        ("UPDATE journal_entry SET text = 'another' WHERE id = %(entry)s", "journal_entry_changed"),
        ("UPDATE account SET kind = 'expense' WHERE tenant_id = %(tenant)s AND role = 'bank'", "journal_entry_changed"),
        ("DELETE FROM journal_entry WHERE id = %(entry)s", "journal_entry_gone"),
        ("UPDATE allocation SET effective_on = effective_on - 9 WHERE id = %(allocation)s", "allocation_changed"),
        ("UPDATE allocation SET reason = 'another' WHERE id = %(allocation)s", "allocation_changed"),
        ("UPDATE open_item SET due_on = due_on + 30 WHERE id = %(item)s", "told"),
        ("UPDATE open_item SET issued_on = issued_on - 1 WHERE id = %(item)s", "told"),
        ("UPDATE open_item SET debtor_id = gen_random_uuid() WHERE id = %(item)s", "told"),
        ("UPDATE credit SET debtor_id = NULL WHERE id = %(credit)s", "told"),
    ],
)  # fmt: skip
def test_what_moves_within_the_books_is_named(ctx, own, statement, code):
    assert named(ctx) == set()
    bend(ctx, statement, own)
    assert code in named(ctx)


def test_an_account_may_be_renamed(ctx, own):
    with ctx.open(), connection.cursor() as cursor:
        cursor.execute("UPDATE account SET code = 'X' || code, name = 'Renamed' WHERE tenant_id = %s", [ctx.tenant])
    assert named(ctx) == set()


def test_due_dates_that_a_service_changes_are_told(ctx, own):
    with ctx.open():
        change_item(ctx, item=own["item"], changes={"due_on": make.TODAY.replace(year=2027)}, today=TODAY)
        change_item(ctx, item=own["item"], changes={"notes": "called"}, today=TODAY)
    assert named(ctx) == set()


def test_items_of_a_record_that_was_merged_twice_are_as_told(ctx, books, own):
    with ctx.open():
        second = make.debtor(ctx, books.creditor, name="Second")
        third = make.debtor(ctx, books.creditor, name="Third")
        merge_debtors(ctx, survivor=second, merged=books.debtor, today=TODAY)
    drain()
    with ctx.open():
        merge_debtors(ctx, survivor=third, merged=second, today=TODAY)
    drain()
    assert named(ctx) == set()
    bend(ctx, "UPDATE open_item SET debtor_id = %(elsewhere)s WHERE id = %(item)s", {**own, "elsewhere": uuid4()})
    assert named(ctx) == {"told"}


def test_an_entry_smuggled_into_the_past_is_named(ctx, own):
    bend(ctx, "UPDATE fact_block SET fact_ids = array_remove(fact_ids, %(entry)s), digest = digest"
              " WHERE rows_of = 'journal_entry'", own)  # fmt: skip
    bend(ctx, "UPDATE journal_entry SET posted_at = now() - interval '9 days' WHERE id = %(entry)s", own)
    assert "journal_entry_unsealed" in named(ctx)


def test_many_blocks_are_sealed_at_once_and_each_chain_counts_for_itself(ctx, own, books, monkeypatch):
    monkeypatch.setattr(sealing, "BLOCK", 2)
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    with ctx.open():
        for _ in range(5):
            make.item(ctx, books)
    seal_rows(ctx)
    with ctx.open():
        blocks = FactBlock.objects.filter(rows_of="journal_entry").order_by("number")
        assert [(block.number, len(block.fact_ids)) for block in blocks][1:] == [(2, 2), (3, 2), (4, 1)]
    assert named(ctx) == set()
