"""A customer is merged while others write for it: nothing that is owed or paid stays behind on the merged record."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fairdue.collections.models import CadenceAssignment, CallLog, Dispute, Notice, Promise, Task
from fairdue.collections.services import (
    assign_cadence,
    log_call,
    open_dispute,
    open_task,
    run_cadence,
    send_notice,
    send_statement,
    snooze,
    take_promise,
    write_note,
)
from fairdue.core.findings import RefusedError
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.models import Fact
from fairdue.foundation.verifying import verify_tenant
from fairdue.parties.services import merge_debtors
from fairdue.receivables.models import Credit, Hold, OpenItem
from fairdue.receivables.services import HoldDraft, assign_credit, assign_credits, place_holds
from tests import make
from tests.at_once import at_once

TODAY = make.TODAY
ROUNDS = 6
"""Both orders of two threads are met within so many rounds; the answer is the same in each."""


@pytest.fixture
def twin(ctx, books):
    """A second record of the customer, which is to be merged into the first."""
    with ctx.open():
        return make.Books(books.creditor, make.debtor(ctx, books.creditor, name="Kaufmann KG (alt)"))


def merge(ctx, books, twin):
    with ctx.open():
        return merge_debtors(ctx, survivor=books.debtor, merged=twin.debtor, today=TODAY)


def left_behind(ctx, twin):
    """Return what is open and stands on the merged record."""
    with ctx.open():
        return [
            *OpenItem.objects.filter(debtor_id=twin.debtor), *Credit.objects.filter(debtor_id=twin.debtor),
            *Hold.objects.filter(debtor_id=twin.debtor, released_on__isnull=True),
            *Promise.objects.filter(debtor_id=twin.debtor), *Dispute.objects.filter(debtor_id=twin.debtor),
            *Task.objects.filter(debtor_id=twin.debtor, state="open"), *CallLog.objects.filter(debtor_id=twin.debtor),
            *Notice.objects.filter(debtor_id=twin.debtor, state="planned"),
            *CadenceAssignment.objects.filter(debtor_id=twin.debtor),
        ]  # fmt: skip


def test_what_comes_after_the_merge_belongs_to_the_record_that_stays(ctx, books, twin):
    """A browser, an ERP or a transaction that began before still names the merged record."""
    merge(ctx, books, twin)
    relay_all()
    with ctx.open():
        item = make.item(ctx, twin, 11900)
        money = make.payment(ctx, twin, 500)
        loose = [make.payment(ctx, twin, 700, debtor_known=False) for _ in range(2)]
        assign_credit(ctx, credit=loose[0], debtor=twin.debtor, today=TODAY)
        assign_credits(ctx, owners=[(loose[1], twin.debtor)], today=TODAY)
        place_holds(ctx, holds=[HoldDraft(twin.creditor, twin.debtor, "manual", TODAY, item=item)], today=TODAY)
        assert OpenItem.objects.get(id=item).debtor_id == books.debtor
        assert {row.debtor_id for row in Credit.objects.filter(id__in=[money, *loose])} == {books.debtor}
    assert left_behind(ctx, twin) == []
    assert verify_tenant(ctx) == []


def test_work_for_a_merged_record_is_done_for_the_one_that_stays(ctx, books, twin):
    """Who has the old page open calls, notes, rests, writes and hands out work for the customer as it is now."""
    with ctx.open():
        late = make.item(ctx, twin, 11900, issued_on=TODAY - timedelta(days=60))
    merge(ctx, books, twin)
    relay_all()
    with ctx.open():
        open_task(ctx, debtor=twin.debtor, kind="follow_up", reason="ask", due_on=TODAY, today=TODAY)
        call = log_call(ctx, debtor=twin.debtor, outcome="voicemail", today=TODAY)
        assert write_note(ctx, debtor=twin.debtor, text="moves in May", today=TODAY) == books.debtor
        assign_cadence(ctx, creditor=twin.creditor, debtor=twin.debtor, cadence=None, today=TODAY)
        notice = send_notice(ctx, debtor=twin.debtor, template="notice", today=TODAY)
        statement = send_statement(ctx, debtor=twin.debtor, today=TODAY)
        rest = snooze(ctx, debtor=twin.debtor, until=TODAY + timedelta(days=9), today=TODAY)
        written = [
            *Task.objects.filter(state="open"), *CallLog.objects.filter(id=call), *Notice.objects.filter(id=notice),
            *CadenceAssignment.objects.all(), *Hold.objects.filter(id=rest), *OpenItem.objects.filter(id=late),
            *Fact.objects.filter(subject_id=statement), *Fact.objects.filter(type="note.written"),
        ]  # fmt: skip
        assert [row.debtor_id for row in written] == [books.debtor] * 9
        assert {row.due_on for row in Task.objects.filter(state="open")} == {TODAY + timedelta(days=9)}
    assert left_behind(ctx, twin) == []


def test_a_run_that_began_before_the_merge_writes_nothing_to_the_merged_record(ctx, books, twin):
    with ctx.open():
        late = make.item(ctx, twin, 11900, issued_on=TODAY - timedelta(days=60))
    merge(ctx, books, twin)
    # The item is not moved yet: the run finds it under the record that was merged.
    assert run_cadence(ctx, today=TODAY, debtors=[twin.debtor]).notices == 0
    relay_all()
    assert run_cadence(ctx, today=TODAY).notices == 1
    with ctx.open():
        (notice,) = Notice.objects.all()
        assert (notice.debtor_id, OpenItem.objects.get(id=late).debtor_id) == (books.debtor, books.debtor)


def _invoice(ctx, twin):
    return lambda: make.item(ctx, twin, 11900)


def _payment(ctx, twin):
    return lambda: make.payment(ctx, twin, 500)


def _owner(ctx, twin):
    money = make.payment(ctx, twin, 500, debtor_known=False)
    return lambda: assign_credit(ctx, credit=money, debtor=twin.debtor, today=TODAY)


def _promise(ctx, twin):
    item = make.item(ctx, twin, 11900)
    return lambda: take_promise(
        ctx, items=[item], amount=11900, promised_on=TODAY + timedelta(days=5), today=TODAY, note="will pay"
    )


def _dispute(ctx, twin):
    item = make.item(ctx, twin, 11900)
    return lambda: open_dispute(ctx, item=item, reason="price", amount=100, note="too dear", today=TODAY)


def _task(ctx, twin):
    return lambda: open_task(ctx, debtor=twin.debtor, kind="call", reason="ask", due_on=TODAY, today=TODAY)


def _call(ctx, twin):
    return lambda: log_call(ctx, debtor=twin.debtor, outcome="paid_already", today=TODAY)


def _run(ctx, twin):
    make.item(ctx, twin, 11900, issued_on=TODAY - timedelta(days=60))
    return lambda: run_cadence(ctx, today=TODAY, debtors=[twin.debtor])


def _message(ctx, twin):
    """A message by hand finds the items under the merged record, or none under the one that stays yet."""
    make.item(ctx, twin, 11900, issued_on=TODAY - timedelta(days=60))

    def send():
        try:
            return send_notice(ctx, debtor=twin.debtor, template="notice", today=TODAY)
        except RefusedError as error:
            return {finding.code for finding in error.findings} & {"notice.nothing", "notice.today"}

    return send


@pytest.mark.parametrize("prepare", [_invoice, _payment, _owner, _promise, _dispute, _task, _call, _run, _message])
def test_what_is_written_during_the_merge_is_not_left_behind(ctx, books, prepare):
    for number in range(ROUNDS):
        with ctx.open():
            twin = make.Books(books.creditor, make.debtor(ctx, books.creditor, name=f"Kaufmann KG ({number})"))
            act = prepare(ctx, twin)

        def write(act=act):
            with ctx.open():
                return act()

        def merge_and_move(twin=twin):
            merge(ctx, books, twin)
            relay_all()

        answers = at_once(write, merge_and_move)
        assert [answer for answer in answers if isinstance(answer, Exception)] == []
        relay_all()
        assert left_behind(ctx, twin) == []
    assert verify_tenant(ctx) == []
