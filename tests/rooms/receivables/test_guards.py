"""The guards of the heart cost what their rows cost, however much stands in the books already."""

from django.db import connection

from fairdue.core.ledger import AccountRole
from fairdue.foundation.migrating import analyze
from fairdue.receivables.services import Applied, CreditDraft, OpenItemDraft, allocate, open_items, record_credits
from tests import make

TODAY = make.TODAY
BATCH = 400
WATCHED = ("journal_entry", "open_item", "credit", "allocation")
_READ = """
SELECT sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0))::bigint
FROM pg_stat_xact_user_tables WHERE relname = ANY(%s)
"""


def rows_read():
    with connection.cursor() as cursor:
        cursor.execute(_READ, [list(WATCHED)])
        return cursor.fetchone()[0]


def pay_a_batch(ctx, books, batch):
    contra = ((AccountRole.REVENUE, 100),)
    items = open_items(
        ctx,
        items=[
            OpenItemDraft(
                books.creditor, books.debtor, "invoice", f"G-{batch}-{n}", "EUR", 100, 100, TODAY, TODAY, contra
            )
            for n in range(BATCH)
        ],
        today=TODAY,
    )
    bank = ((AccountRole.BANK, 100 * BATCH),)
    money = CreditDraft(books.creditor, books.debtor, "payment", f"P-{batch}", "EUR", 100 * BATCH, TODAY, bank)
    credit = record_credits(ctx, credits_=[money], today=TODAY)[0]
    allocate(ctx, lines=[Applied(item, 100, credit) for item in items], effective_on=TODAY, today=TODAY)


def test_a_batch_never_reads_the_books_once_a_row(ctx, books):
    analyze(*WATCHED)  # plans that this connection kept from another test's small tables are made anew
    costs = []
    with ctx.open():
        for batch in range(12):
            before = rows_read()
            pay_a_batch(ctx, books, batch)
            costs.append(rows_read() - before)
    # A kept plan may still read the tenant's rows once a statement; it must never read them once a row.
    assert BATCH < costs[0] < 400 * BATCH, costs
    assert BATCH < costs[-1] < 400 * BATCH, costs
