"""Facts of one event stand in one line of a timeline; nothing is lost, and two payments are never one."""

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from fairdue.foundation.facts.reading import LoggedFact
from fairdue.web.folding import DEED, MESSAGE, PAYMENT, events

DAY = date(2026, 4, 6)


def fact(place, type_, subject=None, day=DAY, **payload):
    return LoggedFact(
        UUID(int=place), type_, subject and UUID(int=subject), None, None, payload, "system", None, day,
        datetime(2026, 4, 6, 12, 0, 59 - place % 60, tzinfo=UTC),
    )  # fmt: skip


def told(facts):
    return [(event.head.type, [one.type for one in event.others]) for event in events(facts)]


def test_three_facts_of_a_payment_are_one_line_named_by_the_payment():
    facts = [
        fact(1, "item.settled", 70, number="RE-1"),
        fact(2, "item.allocated", 70, credit=str(UUID(int=50)), group="g"),
        fact(3, "credit.recorded", 50),
    ]
    (event,) = events(facts)
    assert event.head.type == "credit.recorded"
    assert [one.type for one in event.others] == ["item.settled", "item.allocated"]
    assert event.settled == ("RE-1",)


def test_a_bank_line_its_proposal_and_what_it_settles_are_one_line():
    facts = [
        fact(1, "cash.allocated", 90, group="g"),
        fact(2, "item.settled", 70, number="RE-1"),
        fact(3, "item.settled", 71, number="RE-2"),
        fact(4, "item.allocated", 71, credit=str(UUID(int=50)), group="g"),
        fact(5, "item.allocated", 70, credit=str(UUID(int=50)), group="g"),
        fact(6, "item.discounted", 70, credit=None, group="g"),
        fact(7, "credit.assigned", 50),
        fact(8, "cash.proposed", 90),
    ]
    (event,) = events(facts)
    assert event.head.type == "cash.allocated"
    assert event.settled == ("RE-1", "RE-2")


def test_two_payments_of_a_day_for_one_item_are_two_lines():
    facts = [
        fact(1, "item.settled", 70, number="RE-1"),
        fact(2, "item.allocated", 70, credit=str(UUID(int=51)), group="h"),
        fact(3, "credit.recorded", 51),
        fact(4, "item.allocated", 70, credit=str(UUID(int=50)), group="g"),
        fact(5, "credit.recorded", 50),
    ]
    assert told(facts) == [
        ("credit.recorded", ["item.settled", "item.allocated"]),
        ("credit.recorded", ["item.allocated"]),
    ]


def test_another_day_or_another_kind_is_another_line():
    facts = [
        fact(1, "call.logged", 30),
        fact(2, "call.logged", 31),
        fact(3, "mail.cancelled", 20, context={"notice": str(UUID(int=20))}),
        fact(4, "notice.cancelled", 20),
        fact(5, "notice.planned", 20, day=date(2026, 4, 5)),
    ]
    assert told(facts) == [
        ("call.logged", []), ("call.logged", []), ("notice.cancelled", ["mail.cancelled"]), ("notice.planned", []),
    ]  # fmt: skip


def test_a_call_the_task_it_ended_and_the_one_it_opened_are_one_line():
    call = str(UUID(int=30))
    facts = [
        fact(1, "task.opened", 41, source=call),
        fact(2, "task.done", 40, source=call),
        fact(3, "call.logged", 30),
        fact(4, "hold.placed", 7, source=str(UUID(int=50))),
        fact(5, "promise.made", 50),
        fact(6, "hold.placed", 7, source=""),
        fact(7, "hold.placed", 7, source=""),
    ]
    assert told(facts) == [
        ("call.logged", ["task.opened", "task.done"]), ("promise.made", ["hold.placed"]), ("hold.placed", []),
        ("hold.placed", []),
    ]  # fmt: skip


TYPES = st.sampled_from((*PAYMENT, *MESSAGE, *DEED, "note.written"))
FACTS = st.lists(
    st.tuples(TYPES, st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(1, 2)), max_size=14
)


@given(FACTS)
def test_every_fact_stands_in_exactly_one_line_of_its_day(drawn):
    facts = [
        fact(place, type_, subject, date(2026, 4, 9 - day), credit=str(UUID(int=credit)), group=f"g{group}")
        for place, (type_, subject, credit, group, day) in enumerate(sorted(drawn, key=lambda one: one[4]), start=1)
    ]
    lines = [(event.head, *event.others) for event in events(facts)]
    assert sorted(one.id for line in lines for one in line) == sorted(one.id for one in facts)
    assert all(len({one.happened_on for one in line}) == 1 for line in lines)
    newest = [min(facts.index(one) for one in line) for line in lines]
    assert newest == sorted(newest)


def test_a_portal_link_belongs_to_the_message_of_its_customer_that_carries_it():
    link, alone = fact(1, "portal.link_made", 7), fact(4, "portal.link_made", 8)
    planned, sent = fact(2, "notice.planned", 60), fact(3, "notice.sent", 60)
    ours = [replace(one, debtor_id=UUID(int=7)) for one in (link, planned, sent)]
    assert told([*ours, replace(alone, debtor_id=UUID(int=8))]) == [
        ("notice.sent", ["portal.link_made", "notice.planned"]), ("portal.link_made", []),
    ]  # fmt: skip
