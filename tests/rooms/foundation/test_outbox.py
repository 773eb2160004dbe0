"""Facts reach their consumers in order per subject, once in the database, and a bad one stops nobody else."""

import threading
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection

from fairdue.foundation.facts import Consumer, FactType, NewFact, record, record_all
from fairdue.foundation.facts import outbox as relaying
from fairdue.foundation.facts.registry import _BY_TYPE, CONSUMERS, FACT_TYPES
from fairdue.foundation.jobs import drain
from fairdue.foundation.models import Fact, OutboxRow
from fairdue.foundation.verifying import INVARIANTS
from tests.make import TODAY

ASKED, ANSWERED = "proof.asked", "proof.answered"


class Recorder:
    """A consumer that answers each fact with a fact of its own; facts listed in `poison` make it fail."""

    def __init__(self):
        self.seen: list[tuple] = []
        self.poison: set[int] = set()
        self.lock = threading.Lock()

    def __call__(self, ctx, facts):
        for fact in facts:
            number = fact.payload["n"]
            record(ctx, NewFact(ANSWERED, TODAY, fact.subject_id, payload={"n": number}))
            if number in self.poison:
                raise ValueError(f"cannot answer {number}")
            with self.lock:
                self.seen.append((ctx.cause, fact.id))


@pytest.fixture
def recorder():
    answer = Recorder()
    FACT_TYPES[ASKED], FACT_TYPES[ANSWERED] = FactType(ASKED, "asked"), FactType(ANSWERED, "answered")
    CONSUMERS["proof.recorder"] = Consumer("proof.recorder", frozenset({ASKED}), answer, batch=4)
    _BY_TYPE[ASKED] = ["proof.recorder"]
    yield answer
    for registry, names in ((FACT_TYPES, (ASKED, ANSWERED)), (CONSUMERS, ("proof.recorder",)), (_BY_TYPE, (ASKED,))):
        for name in names:
            registry.pop(name)


def ask(ctx, subjects):
    """Record one fact for each (number, subject), every one in its own transaction."""
    for number, subject in enumerate(subjects):
        with ctx.open():
            record(ctx, NewFact(ASKED, TODAY, subject, payload={"n": number}))


def relay(ctx):
    return relaying.relay(ctx.tenant, CONSUMERS["proof.recorder"])


def answered(ctx):
    """Return {subject: numbers answered, in order}, from the database."""
    found = defaultdict(list)
    with ctx.open():
        for fact in Fact.objects.filter(type=ANSWERED).order_by("recorded_at", "id"):
            found[fact.subject_id].append(fact.payload["n"])
    return dict(found)


def states(ctx):
    with ctx.open():
        return [row.state for row in OutboxRow.objects.order_by("position")]


def let_time_pass(ctx):
    with ctx.open():
        OutboxRow.objects.update(next_at="2020-01-01T00:00:00Z")


def test_facts_are_answered_in_order_per_subject(ctx, recorder):
    one, two, three = uuid4(), uuid4(), uuid4()
    ask(ctx, [one, two, one, three, one, two, one, three, one, two])
    assert relay(ctx) == 10
    assert answered(ctx) == {one: [0, 2, 4, 6, 8], two: [1, 5, 9], three: [3, 7]}
    assert set(states(ctx)) == {"done"}
    assert relay(ctx) == 0


def test_an_answer_to_one_fact_names_its_cause(ctx, recorder):
    ask(ctx, [uuid4()])
    relay(ctx)
    ((cause, fact),) = recorder.seen
    assert cause == fact
    with ctx.open():
        assert Fact.objects.get(type=ANSWERED).cause == fact


def test_nothing_is_queued_by_a_transaction_that_fails(ctx, recorder):
    def fail():
        with ctx.open():
            record(ctx, NewFact(ASKED, TODAY, uuid4(), payload={"n": 1}))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert states(ctx) == []
    assert relay(ctx) == 0


def test_a_bad_fact_holds_back_its_own_subject_only_and_ends_dead_and_is_replayed(ctx, recorder):
    bad, good = uuid4(), uuid4()
    recorder.poison = {1}
    ask(ctx, [good, bad, bad, good, good])
    relay(ctx)
    assert answered(ctx) == {good: [0, 3, 4]}
    assert states(ctx) == ["done", "pending", "pending", "done", "done"]
    for _ in range(relaying.ATTEMPTS - 1):
        let_time_pass(ctx)
        relay(ctx)
    assert states(ctx) == ["done", "dead", "pending", "done", "done"]
    with ctx.open():
        row = OutboxRow.objects.get(state="dead")
        assert (row.attempts, row.error) == (relaying.ATTEMPTS, "ValueError: cannot answer 1")
        (finding,) = INVARIANTS["foundation.outbox"](ctx)
        assert (finding.code, finding.path) == ("verify.outbox", f"outbox {row.id}")
    let_time_pass(ctx)
    assert (ctx.tenant, "proof.recorder") not in relaying.due()  # what waits behind the dead is not due
    assert drain(20)
    recorder.poison = set()
    with ctx.open():
        relaying.replay(ctx, row.id)
    relay(ctx)
    assert answered(ctx) == {good: [0, 3, 4], bad: [1, 2]}
    assert set(states(ctx)) == {"done"}


def test_a_fact_that_failed_waits_longer_each_time(ctx, recorder):
    recorder.poison = {0}
    ask(ctx, [uuid4()])
    waits = []
    for _ in range(4):
        let_time_pass(ctx)
        relay(ctx)
        with ctx.open(), connection.cursor() as cursor:
            cursor.execute("SELECT extract(epoch FROM next_at - now())::int FROM outbox")
            waits.append(cursor.fetchone()[0])
    assert waits == sorted(waits)
    assert waits[0] >= 1
    assert waits[-1] >= 100


def test_a_crash_between_answer_and_done_repeats_nothing_in_the_database(ctx, recorder, monkeypatch):
    ask(ctx, [uuid4() for _ in range(3)])
    monkeypatch.setattr(relaying, "_DONE", "SELECT 1 / 0, %s, %s")
    relay(ctx)
    assert len(recorder.seen) >= 3  # it was answered in vain
    assert answered(ctx) == {}
    monkeypatch.undo()
    let_time_pass(ctx)
    relay(ctx)
    assert sorted(n for numbers in answered(ctx).values() for n in numbers) == [0, 1, 2]
    assert set(states(ctx)) == {"done"}


def test_several_workers_answer_each_fact_once(ctx, recorder):
    subjects = [uuid4() for _ in range(5)]
    ask(ctx, subjects * 8)
    barrier = threading.Barrier(6)

    def work(_):
        barrier.wait()
        try:
            for _ in range(40):
                relay(ctx)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert answered(ctx) == {subject: list(range(n, 40, 5)) for n, subject in enumerate(subjects)}


def test_an_undeclared_fact_is_an_error(ctx):
    with pytest.raises(ValueError, match=r"undeclared fact types: proof\.unheard"), ctx.open():
        record_all(ctx, [NewFact("proof.unheard", TODAY)])


def test_a_payload_holds_no_binary_floats_or_objects(ctx, recorder):
    with pytest.raises(TypeError, match="has no place in a fact"), ctx.open():
        record(ctx, NewFact(ASKED, TODAY, payload={"n": object()}))


def test_what_is_unanswered_is_told_newest_first_and_as_far_as_asked(ctx, recorder):
    subjects = [uuid4() for _ in range(4)]
    ask(ctx, subjects)
    with ctx.open():
        assert relaying.unanswered(ctx, ["proof.recorder"], 10) == subjects[::-1]
        assert relaying.unanswered(ctx, ["proof.recorder"], 2) == [subjects[3], subjects[2]]
        assert relaying.unanswered(ctx, ["proof.nobody"], 2) == []
    recorder.poison.add(1)
    relay(ctx)
    with ctx.open():
        assert relaying.unanswered(ctx, ["proof.recorder"], 10) == [subjects[1]]
