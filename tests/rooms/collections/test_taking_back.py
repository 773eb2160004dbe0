"""What was done a moment ago is taken back by a command of its own, and work changes hands."""

from datetime import date, timedelta

import pytest

from fairdue.collections import selectors
from fairdue.collections.models import CallLog, Dispute, Task
from fairdue.collections.services import (
    assign_back,
    assign_work,
    colleagues,
    finish_task,
    log_call,
    open_dispute,
    open_task,
    reopen_task,
    snooze,
    snooze_debtors,
    unsnooze,
    withdraw_call,
)
from fairdue.core.contact import HoldReason
from fairdue.core.findings import RefusedError
from fairdue.foundation.context import Ctx
from fairdue.foundation.models import Fact, Membership, User
from fairdue.foundation.permissions import ROLES
from fairdue.receivables.models import Hold
from fairdue.receivables.services import HoldDraft, place_holds
from tests import make

TODAY = date(2026, 4, 6)
LATER = TODAY + timedelta(days=7)


@pytest.fixture
def django_assert_few():
    from contextlib import contextmanager

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def few(count):
        with CaptureQueriesContext(connection) as seen:
            yield
        assert len(seen) <= count, "\n".join(query["sql"][:150] for query in seen)

    return few


def call_task(ctx, debtor, due_on=TODAY):
    return open_task(ctx, debtor=debtor, kind="call", reason="call", due_on=due_on, today=TODAY)


def as_role(ctx, role):
    user = User.objects.create_user(f"{role}-{make.next_number()}@x.example", "correct horse battery", name=role)
    Membership.objects.create(user=user, tenant_id=ctx.tenant, role=role)
    return Ctx(ctx.tenant, f"user:{user.id}", permissions=ROLES[role]), user.id


def test_who_wakes_early_finds_each_task_on_its_old_day(ctx, books):
    with ctx.open():
        one = call_task(ctx, books.debtor, TODAY - timedelta(days=3))
        two = open_task(ctx, debtor=books.debtor, kind="follow_up", reason="ask", due_on=TODAY, today=TODAY)
        hold = snooze(ctx, debtor=books.debtor, until=LATER, today=TODAY)
        assert set(Task.objects.values_list("due_on", flat=True)) == {LATER}
        assert unsnooze(ctx, holds=[hold], today=TODAY) == [hold]
        assert dict(Task.objects.values_list("id", "due_on")) == {one: TODAY - timedelta(days=3), two: TODAY}
        assert Hold.objects.get().released_on == TODAY
        assert unsnooze(ctx, holds=[hold], today=TODAY) == []


def test_a_task_that_was_moved_or_ended_since_is_left_as_it_is(ctx, books):
    with ctx.open():
        moved = call_task(ctx, books.debtor)
        ended = open_task(ctx, debtor=books.debtor, kind="follow_up", reason="ask", due_on=TODAY, today=TODAY)
        hold = snooze(ctx, debtor=books.debtor, until=LATER, today=TODAY)
        Task.objects.filter(id=moved).update(due_on=LATER + timedelta(days=1))
        finish_task(ctx, task=ended, outcome="done", today=TODAY)
        unsnooze(ctx, holds=[hold], today=TODAY)
        assert Task.objects.get(id=moved).due_on == LATER + timedelta(days=1)
        assert Task.objects.get(id=ended).due_on == LATER


def test_a_rest_of_one_item_moves_no_task(ctx, books):
    with ctx.open():
        item = make.item(ctx, books)
        task = call_task(ctx, books.debtor)
        hold = snooze(ctx, debtor=books.debtor, item=item, until=LATER, today=TODAY)
        assert Task.objects.get(id=task).due_on == TODAY
        assert unsnooze(ctx, holds=[hold], today=TODAY) == [hold]


def test_waking_ends_no_hold_that_was_placed_for_another_reason(ctx, books):
    draft = HoldDraft(books.creditor, books.debtor, HoldReason.MANUAL, TODAY)
    with ctx.open():
        place_holds(ctx, holds=[draft], today=TODAY)
        assert unsnooze(ctx, holds=[draft.id], today=TODAY) == []
        assert Hold.objects.get().released_on is None


def test_many_customers_rest_by_the_same_statements_as_one(ctx, books, django_assert_few):
    with ctx.open():
        debtors = [make.debtor(ctx, books.creditor, name=f"Customer {n}") for n in range(30)]
        for debtor in debtors:
            call_task(ctx, debtor)
        with django_assert_few(25):
            held = snooze_debtors(ctx, debtors=debtors, until=LATER, today=TODAY)
        assert len(held) == 30
        assert Task.objects.filter(due_on=LATER).count() == 30


@pytest.mark.parametrize(("change", "code"), [({"debtors": []}, "snooze.debtors"), ({"until": TODAY}, "snooze.until")])
def test_a_rest_of_nobody_or_of_the_past_is_refused(ctx, books, change, code):
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        snooze_debtors(ctx, **({"debtors": [books.debtor], "until": LATER, "today": TODAY} | change))
    assert refusal.value.findings[0].code == code


def test_all_or_none_of_the_customers_rest(ctx, books, other_ctx):
    with other_ctx.open():
        stranger = make.books(other_ctx).debtor
    with ctx.open(), pytest.raises(RefusedError):
        snooze_debtors(ctx, debtors=[books.debtor, stranger], until=LATER, today=TODAY)
    with ctx.open():
        assert Hold.objects.count() == 0


def test_a_call_taken_back_leaves_its_task_open_and_counts_as_no_contact(ctx, books):
    with ctx.open():
        task = call_task(ctx, books.debtor)
        call = log_call(ctx, debtor=books.debtor, outcome="paid_already", task=task, today=TODAY)
        assert Task.objects.get(kind="follow_up").due_on == LATER + timedelta(days=-2)
        assert withdraw_call(ctx, call=call, today=TODAY) == call
        assert withdraw_call(ctx, call=call, today=TODAY) == call
        row = Task.objects.get(id=task)
        assert (row.state, row.outcome, row.done_on, row.due_on) == ("open", "", None, TODAY)
        assert Task.objects.get(kind="follow_up").state == "cancelled"
        assert Hold.objects.get().released_on == TODAY
        assert selectors.calls(ctx, debtor=books.debtor) == []
        assert "calls_today" not in {k: v for k, v in selectors.work_counts(ctx, today=TODAY).items() if v}
        assert selectors.worklist(ctx, today=TODAY)[0].last_contact_on is None
        assert Fact.objects.filter(type="call.withdrawn").count() == 1


def test_a_call_of_yesterday_stays_and_an_unknown_one_is_said_to_be_unknown(ctx, books):
    with ctx.open():
        call = log_call(ctx, debtor=books.debtor, outcome="voicemail", today=TODAY)
        with pytest.raises(RefusedError) as refusal:
            withdraw_call(ctx, call=call, today=TODAY + timedelta(days=1))
        assert refusal.value.findings[0].code == "call.past"
        with pytest.raises(RefusedError) as refusal:
            withdraw_call(ctx, call=books.debtor, today=TODAY)
        assert refusal.value.findings[0].code == "call.unknown"
        assert CallLog.objects.get().withdrawn_on is None


def test_a_task_opens_again_only_on_the_day_it_was_ended_and_beside_no_other_call(ctx, books):
    with ctx.open():
        task = call_task(ctx, books.debtor)
        assert reopen_task(ctx, task=task, today=TODAY) == task
        finish_task(ctx, task=task, outcome="done", today=TODAY)
        with pytest.raises(RefusedError) as refusal:
            reopen_task(ctx, task=task, today=TODAY + timedelta(days=1))
        assert refusal.value.findings[0].code == "task.past"
        call_task(ctx, books.debtor)
        with pytest.raises(RefusedError) as refusal:
            reopen_task(ctx, task=task, today=TODAY)
        assert refusal.value.findings[0].code == "task.other_call"
        with pytest.raises(RefusedError) as refusal:
            reopen_task(ctx, task=books.debtor, today=TODAY)
        assert refusal.value.findings[0].code == "task.unknown"


def test_work_is_given_by_a_lead_and_goes_back_to_whom_it_belonged(ctx, books):
    with ctx.open():
        lead, _ = as_role(ctx, "team_lead")
        _, jana = as_role(ctx, "collector")
        item = make.item(ctx, books)
        task = call_task(ctx, books.debtor)
        dispute = open_dispute(ctx, item=item, reason="price", owner=jana, today=TODAY)
    with lead.open():
        assert set(assign_work(lead, lines=[task, dispute], owner=jana, today=TODAY)) == {task}
        assert Fact.objects.get(type="work.assigned").payload["to"] == "collector"
        assert assign_work(lead, lines=[dispute], owner=None, today=TODAY) == [dispute]
        assign_back(lead, lines=[task, dispute], owners=[None, jana], today=TODAY)
        assert (Task.objects.get().owner_id, Dispute.objects.get().owner_id) == (None, jana)


def test_a_collector_takes_what_is_nobodys_and_lays_down_their_own_but_no_more(ctx, books):
    with ctx.open():
        jana, me = as_role(ctx, "collector")
        _, other = as_role(ctx, "collector")
        task = call_task(ctx, books.debtor)
    with jana.open():
        assert assign_work(jana, lines=[task], owner=me, today=TODAY) == [task]
        for owner in (other,):
            with pytest.raises(RefusedError) as refusal:
                assign_work(jana, lines=[task], owner=owner, today=TODAY)
            assert refusal.value.findings[0].code == "work.others"
        assert assign_work(jana, lines=[task], owner=None, today=TODAY) == [task]
        Task.objects.update(owner_id=other)
        with pytest.raises(RefusedError):
            assign_work(jana, lines=[task], owner=me, today=TODAY)


def test_work_goes_to_those_who_may_act_and_to_nobody_else(ctx, books):
    with ctx.open():
        lead, boss = as_role(ctx, "team_lead")
        _, auditor = as_role(ctx, "auditor")
        _, gone = as_role(ctx, "collector")
        Membership.objects.filter(user_id=gone).update(active=False)
        assert boss in {one.id for one in colleagues(ctx)}
        assert not {auditor, gone} & {one.id for one in colleagues(ctx)}
        task = call_task(ctx, books.debtor)
    with lead.open():
        for stranger in (auditor, gone):
            with pytest.raises(RefusedError) as refusal:
                assign_work(lead, lines=[task], owner=stranger, today=TODAY)
            assert refusal.value.findings[0].code == "work.owner"
        with pytest.raises(RefusedError) as refusal:
            assign_work(lead, lines=[], owner=boss, today=TODAY)
        assert refusal.value.findings[0].code == "work.lines"


def test_fifty_lines_change_hands_by_the_same_statements_as_one(ctx, books, django_assert_few):
    with ctx.open():
        lead, boss = as_role(ctx, "team_lead")
        lines = [call_task(ctx, make.debtor(ctx, books.creditor)) for _ in range(50)]
    with lead.open(), django_assert_few(15):
        assert len(assign_work(lead, lines=lines, owner=boss, today=TODAY)) == 50
