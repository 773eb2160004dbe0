"""After a merge the work goes on under the survivor in every room; a second time there is nothing to do."""

import inspect
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from tests import make
from tests.rooms.insurance import given as insured

from fairdue.cash.models import CashProposal, OpenItemKey, PayerAccount
from fairdue.collections import selectors
from fairdue.collections.models import Notice, StepTaken, Task
from fairdue.collections.services import (
    assign_cadence,
    log_call,
    open_dispute,
    open_task,
    run_cadence,
    take_promise,
)
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.models import Fact, OutgoingMail
from fairdue.foundation.verifying import verify_tenant
from fairdue.insurance.models import Claim, LimitDecision
from fairdue.insurance.selectors import covers, policy_on
from fairdue.invoicing.models import Draft, Order, Plan
from fairdue.invoicing.services import OrderDraft, OrderLineDraft, accept_orders
from fairdue.parties.services import merge_debtors

TODAY = date(2026, 4, 6)
DUE = TODAY - timedelta(days=12)


@pytest.fixture
def twins(ctx, books):
    """Two records of one customer: the survivor and the one to be merged."""
    with ctx.open():
        other = make.debtor(ctx, books.creditor, name="Kaufmann KG (alt)")
    return make.Books(books.creditor, books.debtor), make.Books(books.creditor, other)


def late(ctx, who, number, amount=100_00):
    return make.item(ctx, who, amount, issued_on=DUE - timedelta(days=30), days=30, number=number)


def merge(ctx, twins, times=1):
    ours, theirs = twins
    with ctx.open():
        merge_debtors(ctx, survivor=ours.debtor, merged=theirs.debtor, today=TODAY)
    relay_all()
    for _ in range(times - 1):
        again(ctx)


def again(ctx):
    """Answer the fact once more, as after a crash between answer and cursor."""
    from fairdue.foundation.facts.registry import CONSUMERS, FactRow

    with ctx.open():
        (fact,) = logged_facts(ctx, FactFilter(type="debtor.merged"))
        row = FactRow(
            fact.id, fact.type, fact.subject_id, fact.creditor_id, fact.debtor_id, fact.payload, fact.actor,
            fact.happened_on, fact.recorded_at,
        )  # fmt: skip
        for consumer in CONSUMERS.values():
            if "debtor.merged" in consumer.types:
                consumer.answer(ctx.because_of(fact.id), [row])


WORK = (
    "promise dispute collection_task call_log step_taken notice cadence_assignment open_item_key open_item credit "
    "invoice_draft"
).split()
LEFT_ALONE = {"notice": " AND state <> 'cancelled'", "open_item_key": "", "invoice_draft": " AND state = 'open'"}


def left_behind(ctx, debtor):
    with ctx.open(), connection.cursor() as cursor:
        found = {}
        for table in WORK:
            cursor.execute(
                f"SELECT count(*) FROM {table} WHERE tenant_id = %s AND debtor_id = %s{LEFT_ALONE.get(table, '')}",
                [ctx.tenant, debtor],
            )
            found[table] = cursor.fetchone()[0]
    return {table: count for table, count in found.items() if count}


@pytest.mark.parametrize("times", [1, 3])
def test_no_work_is_left_with_the_merged_record(ctx, twins, times):
    ours, theirs = twins
    with ctx.open():
        promised, contested, free = (late(ctx, theirs, number) for number in ("RE-P", "RE-D", "RE-F"))
        late(ctx, ours, "RE-O")
    run_cadence(ctx, today=TODAY - timedelta(days=4))
    with ctx.open():
        OutgoingMail.objects.update(state="sent")
        Notice.objects.update(state="sent")
        take_promise(ctx, items=[promised], amount=50_00, promised_on=TODAY + timedelta(days=5), today=TODAY)
        open_dispute(ctx, item=contested, reason="price", today=TODAY)
        open_task(ctx, debtor=theirs.debtor, kind="call", reason="call", due_on=TODAY, today=TODAY)
        open_task(ctx, debtor=ours.debtor, kind="call", reason="call too", due_on=TODAY, today=TODAY)
        open_task(ctx, debtor=theirs.debtor, kind="follow_up", reason="ask", due_on=TODAY, today=TODAY)
        log_call(ctx, debtor=theirs.debtor, outcome="no_answer", today=TODAY - timedelta(days=1))
        assign_cadence(ctx, creditor=theirs.creditor, debtor=theirs.debtor, cadence=None, today=TODAY)
        Draft.objects.create(
            tenant_id=ctx.tenant, creditor_id=theirs.creditor, debtor_id=theirs.debtor, currency="EUR", written_by="x"
        )
    relay_all()
    merge(ctx, twins, times)
    behind = left_behind(ctx, theirs.debtor)
    # Both had a message on that day: one of them keeps the pause, the other stays with its record.
    assert behind == {"notice": 1}
    with ctx.open():
        assert {row.debtor_id for row in selectors.promises(ctx, today=TODAY)} == {ours.debtor}
        assert {row.debtor_id for row in selectors.disputes(ctx)} == {ours.debtor}
        assert Task.objects.filter(kind="call", state="open").count() == 1
        assert Task.objects.filter(kind="call", state="cancelled").count() == 1
        assert [row.cadence_id for row in selectors.assignments(ctx, debtor=ours.debtor)] == [None]
        assert Draft.objects.get().debtor_id == ours.debtor
        assert verify_tenant(ctx) == []
        assert free


def test_the_ladder_goes_on_where_it_stood_and_what_was_not_sent_is_written_anew(ctx, twins):
    ours, theirs = twins
    with ctx.open():
        late(ctx, theirs, "RE-1")
    run_cadence(ctx, today=TODAY - timedelta(days=5))
    with ctx.open():
        Notice.objects.update(state="sent")
        late(ctx, ours, "RE-2")
    run_cadence(ctx, today=TODAY)
    merge(ctx, twins)
    with ctx.open():
        assert sorted(Notice.objects.values_list("state", flat=True)) in (
            ["planned", "sent"],
            ["cancelled", "planned", "sent"],
        )
        offsets = set(StepTaken.objects.filter(state="taken").values_list("debtor_id", "offset_days"))
    assert {debtor for debtor, _ in offsets} == {ours.debtor}
    assert run_cadence(ctx, today=TODAY + timedelta(days=1)).notices == 0


def test_a_message_that_waits_is_cancelled_and_its_step_counts_no_more(ctx, twins):
    _, theirs = twins
    with ctx.open():
        late(ctx, theirs, "RE-1")
    run_cadence(ctx, today=TODAY)
    merge(ctx, twins, times=2)
    with ctx.open():
        (notice,) = Notice.objects.all()
        assert (notice.state, "merged" in notice.state_reason) == ("cancelled", True)
        assert set(StepTaken.objects.values_list("state", flat=True)) == {"cancelled"}
    assert run_cadence(ctx, today=TODAY).notices == 1


def test_payments_find_the_survivor(ctx, twins):
    ours, theirs = twins
    with ctx.open():
        item = late(ctx, theirs, "RE-4711")
        late(ctx, ours, "RE-4712")
    relay_all()
    with ctx.open():
        keys = OpenItemKey.objects.filter(item_id=item).count()
        assert keys
        for who, blind, times in ((theirs, "a", 3), (theirs, "b", 1), (ours, "a", 2)):
            PayerAccount.objects.create(
                tenant_id=ctx.tenant, creditor_id=who.creditor, debtor_id=who.debtor, blind=blind, times=times,
                last_on=TODAY,
            )  # fmt: skip
    merge(ctx, twins, times=3)
    with ctx.open():
        assert OpenItemKey.objects.filter(item_id=item, debtor_id=ours.debtor).count() == keys
        payers = {(row.debtor_id, row.blind): row.times for row in PayerAccount.objects.all()}
        assert CashProposal.objects.filter(debtor_id=theirs.debtor, state="open").count() == 0
    assert payers == {
        (ours.debtor, "a"): 5, (ours.debtor, "b"): 1, (theirs.debtor, "a"): 0, (theirs.debtor, "b"): 0,
    }  # fmt: skip


@pytest.mark.parametrize("own", [True, False])
def test_limits_are_taken_over_unless_the_survivor_has_its_own(ctx, twins, own):
    ours, theirs = twins
    with ctx.open():
        policy = insured.policy(ctx, ours)
        insured.limit(ctx, theirs, policy, 5_000_00)
        if own:
            insured.limit(ctx, ours, policy, 2_000_00)
        insured.invoice(ctx, theirs, 1_000_00, on=TODAY - timedelta(days=5))
    merge(ctx, twins, times=3)
    with ctx.open():
        limits = [row.amount for row in LimitDecision.objects.filter(debtor_id=ours.debtor)]
        assert limits == ([2_000_00] if own else [5_000_00])
        told = Fact.objects.filter(debtor_id=ours.debtor, type__startswith="limit.").values_list("type", flat=True)
        assert ("limit.left_behind" if own else "limit.taken_over") in told
        (cover,) = covers(ctx, policy_on(ctx, policy, TODAY), TODAY, [ours.debtor])
        assert cover.limit == limits[0]
        assert Claim.objects.filter(debtor_id=theirs.debtor).count() == 0


@pytest.mark.parametrize("times", [1, 3])
def test_orders_and_recurring_invoices_go_on_with_the_survivor(ctx, twins, times):
    ours, theirs = twins
    line = OrderLineDraft("Service", Decimal(1), Decimal(100))
    with ctx.open():
        orders = [
            OrderDraft(who.creditor, who.debtor, number, TODAY, "EUR", (line,))
            for who, number in ((theirs, "O-1"), (ours, "O-2"))
        ]
        both = accept_orders(ctx, orders=orders, today=TODAY)
        Plan.objects.create(
            tenant_id=ctx.tenant, creditor_id=theirs.creditor, debtor_id=theirs.debtor, name="Service", content={},
            currency="EUR", every="month", starts_on=TODAY, next_on=TODAY, issues=True, started_by="x",
        )  # fmt: skip
    merge(ctx, twins, times)
    with ctx.open():
        assert set(Order.objects.filter(debtor_id=ours.debtor).values_list("id", flat=True)) == set(both)
        assert [row.debtor_id for row in Plan.objects.all()] == [ours.debtor]


# What a merge leaves with the record that it happened to: history, or what follows by itself.
HISTORY = {
    "fact": "what happened is never changed",
    "approval": "who decided what about whom",
    "outgoing_mail": "what was sent to whom; what waits is cancelled by its room",
    "allocation": "the voucher of a payment",
    "journal_line": "the journal is never changed",
    "invoice": "an issued document names its buyer for ever",
    "cash_application": "the voucher of a posting",
    "cash_return": "the voucher of a return",
    "payer_memory": "counts outcomes; the next one is learnt under the survivor",
    "portal_link": "opens the survivor, for a visit looks it up",
    "debtor_key": "search keys, written anew for the survivor",
    "debtor_identifier": "kept as evidence; the survivor's fields follow the plan of the merge",
    "address_evidence": "a look at that record's address",
    "insurance_limit": "an insurer's decision; the survivor gets its own rows",
    "hold": "released, and placed again on the survivor",
}


def followed():
    """Return the tables that some room's consumer, or the merge itself, writes to."""
    from fairdue.foundation.facts.registry import CONSUMERS
    from fairdue.parties.services import merging

    modules = {inspect.getmodule(one.answer) for one in CONSUMERS.values() if "debtor.merged" in one.types}
    source = "\n".join(inspect.getsource(module) for module in (*modules, merging))
    models = {model.__name__: model._meta.db_table for model in apps.get_models()}
    named = {models[word] for word in re.findall(r"\b[A-Z][A-Za-z]+\b", source) if word in models}
    return named | {table for table in models.values() if re.search(rf"\b{table}\b", source)}


def test_every_table_that_names_a_customer_follows_a_merge_or_says_why_not():
    tables = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name in {"debtor", "debtor_id"} for field in model._meta.get_fields())
    }
    assert tables - followed() - set(HISTORY) == set()
    assert set(HISTORY) <= tables
