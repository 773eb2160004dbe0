"""History: items imported as paid, then the payments that paid them; nothing counts twice, nothing is lost."""

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import make

from fairdue.foundation.verifying import verify_tenant
from fairdue.parties.imports import import_run, run_import
from fairdue.receivables import selectors as books

TODAY = date(2026, 3, 2)
DEBTORS = ["external_id,name", "C1,Acme", "C2,Bolt"]
ITEMS = "number,debtor_external_id,issue_date,due_date,currency,amount,open_amount,paid_date"
PAYMENTS = "payment_ref,date,currency,amount,debtor_external_id,allocations"


@pytest.fixture
def bring(ctx, tmp_path):
    seller = {}

    def run(kind, *lines, **options):
        path = tmp_path / f"{kind}.csv"
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        with ctx.open():
            if "id" not in seller:
                seller["id"] = make.creditor(ctx)
            made = run_import(ctx, kind=kind, path=path, creditor=seller["id"], today=TODAY, **options)
            return import_run(ctx, made)

    run.seller = seller
    return run


def balance(ctx, on=TODAY):
    with ctx.open():
        return sorted((row.open, row.unapplied) for row in books.balances(ctx, as_of=on))


def verified(ctx):
    with ctx.open():
        return [finding.message for finding in verify_tenant(ctx) if finding.severity == "error"]


def test_payments_replace_what_the_items_only_said(ctx, bring):
    bring("debtors", *DEBTORS)
    bring(
        "open-items",
        ITEMS,
        "R1,C1,2025-11-01,2025-12-01,EUR,100.00,0.00,2025-12-15",
        "R2,C1,2025-11-01,2025-12-01,EUR,80.00,30.00,",
    )
    run = bring(
        "payments", PAYMENTS,
        "P1,2025-12-10,EUR,60.00,C1,R1:60.00",
        "P2,2025-12-12,EUR,70.00,C1,R1:40.00|R2:30.00",
    )  # fmt: skip
    assert (run.state, run.created, run.refused) == ("done", 2, 0)
    assert balance(ctx) == [(3000, 0)]
    assert balance(ctx, date(2025, 12, 9)) == [(18000, 0)]
    assert balance(ctx, date(2025, 12, 10)) == [(12000, 0)]
    assert verified(ctx) == []
    again = bring("payments", PAYMENTS, "P1,2025-12-10,EUR,60.00,C1,R1:60.00")
    assert (again.state, again.created, again.unchanged) == ("done", 0, 1)


def test_a_payment_that_explains_a_part_leaves_the_rest_as_imported(ctx, bring):
    bring("debtors", *DEBTORS)
    bring("open-items", ITEMS, "R1,C1,2025-11-01,2025-12-01,EUR,100.00,0.00,2025-12-15")
    bring("payments", PAYMENTS, "P1,2025-12-10,EUR,60.00,C1,R1:60.00")
    assert balance(ctx, date(2025, 12, 10)) == [(4000, 0)]
    assert balance(ctx) in ([], [(0, 0)])
    assert verified(ctx) == []


def test_new_money_takes_what_is_open_and_leaves_history_alone(ctx, bring):
    bring("debtors", *DEBTORS)
    bring("open-items", ITEMS, "R1,C1,2025-11-01,2025-12-01,EUR,100.00,40.00,")
    bring("payments", PAYMENTS, "P1,2026-03-05,EUR,40.00,C1,R1:40.00")
    assert balance(ctx, date(2026, 3, 4)) == [(4000, 0)]
    assert balance(ctx, date(2026, 3, 5)) in ([], [(0, 0)])
    assert verified(ctx) == []


@pytest.mark.parametrize(
    "line, field, code",
    [
        ("P1,2025-12-10,EUR,60.00,C9,", "debtor_external_id", "debtor.unknown"),
        ("P1,2025-12-10,EUR,60.00,C1,R9:60.00", "allocations", "payment.item"),
        ("P1,2025-12-10,USD,60.00,C1,R1:60.00", "allocations", "payment.item"),
        ("P1,2025-12-10,EUR,600.00,C1,R1:100.01", "allocations", "allocation.over_item"),
        ("P1,2025-12-10,EUR,-60.00,C1,", "amount", "payment.amount"),
    ],
)
def test_what_the_books_refuse_is_named(ctx, bring, line, field, code):
    bring("debtors", *DEBTORS)
    bring("open-items", ITEMS, "R1,C1,2025-11-01,2025-12-01,EUR,100.00,0.00,2025-12-15")
    run = bring("payments", PAYMENTS, line, "P2,2025-12-10,EUR,1.00,C1,")
    assert run.state == "refused"
    assert [(item.row, item.field, item.code) for item in run.findings] == [(2, field, code)]
    assert verified(ctx) == []


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.integers(1, 5000), st.integers(0, 5000), st.lists(st.integers(1, 3000), max_size=3)),
        min_size=1,
        max_size=4,
    )
)
def test_whatever_was_paid_the_books_balance_and_no_residual_is_lost(ctx, bring, history):
    bring.seller.clear()
    bring("debtors", *DEBTORS)
    items, payments, left = [], [], {}
    for index, (amount, opened, parts) in enumerate(history):
        still_open = min(opened, amount)
        items.append(f"R{index},C1,2025-11-01,2025-12-01,EUR,{amount / 100:.2f},{still_open / 100:.2f},")
        room = amount
        for turn, part in enumerate(parts):
            paid = min(part, room)
            if paid:
                room -= paid
                payments.append(
                    f"P{index}-{turn},2026-01-0{turn + 1},EUR,{paid / 100:.2f},C1,R{index}:{paid / 100:.2f}"
                )
        left[f"R{index}"] = min(still_open, room)
    bring("open-items", ITEMS, *items)
    if payments:
        run = bring("payments", PAYMENTS, *payments)
        assert run.state == "done"
    with ctx.open():
        found = {row.number: row.residual for row in books.items(ctx, creditor=bring.seller["id"])}
        unapplied = [row.unapplied for row in books.credits_(ctx, creditor=bring.seller["id"], only_unapplied=False)]
    assert found == left
    assert sum(unapplied) == 0
    assert verified(ctx) == []
