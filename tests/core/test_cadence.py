"""The ladder loses nothing and doubles nothing."""

import itertools
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from fairdue.core.cadence import (
    DEFAULT,
    Cadence,
    Channel,
    Step,
    Taken,
    Template,
    Tone,
    check_cadence,
    consolidate,
    is_running,
    next_step,
    planned_days,
)
from fairdue.core.contact import Hold, HoldReason, Item

PAGE = Path(__file__).parents[2] / "docs" / "rules" / "cadence.md"
DUE = date(2026, 3, 2)


def table(heading):
    lines = PAGE.read_text("utf-8").partition(heading)[2].partition("\n## ")[0].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]


def item(due=DUE, residual=100_00, id_="A", currency="EUR"):
    return Item(id_, "invoice", due, residual, currency)


def ask(today, taken=(), holds=(), last=None, cadence=DEFAULT, about=None):
    return next_step(cadence, about or item(), taken, holds, last_contact_on=last, today=today)


def level(verdict):
    return verdict.step.level if verdict.step else None


def test_the_default_ladder_is_the_one_on_the_rules_page():
    told = [(r["level"], r["day"], r["channel"], r["template"], r["tone"]) for r in table("## The default ladder")]
    assert told == [(str(s.level), str(s.offset_days), s.channel, s.template, s.tone) for s in DEFAULT.steps]


@pytest.mark.parametrize("row", table("## Worked numbers"), ids=lambda r: f"{r['today']} {r['taken']}")
def test_the_worked_rows_of_the_rules_page(row):
    taken = [Taken(int(rung), date.fromisoformat(on)) for rung, on in (t.split(":") for t in row["taken"].split())]
    last = date.fromisoformat(row["last"]) if row["last"] else None
    found = ask(date.fromisoformat(row["today"]), taken, last=last)
    assert (str(found.step.level) if found.step else "none") == row["step"]
    assert " ".join(str(step.level) for step in found.superseded) == row["superseded"]
    assert found.step or found.reasons


def nights(run_on, cadence=DEFAULT, due=DUE, holds=(), about=None):
    """The steps taken by running on the given days, each run reading only what the earlier ones wrote."""
    taken, contacts = [], []
    for today in run_on:
        found = ask(today, taken, holds, contacts[-1] if contacts else None, cadence, about or item(due))
        if found.step:
            taken += [Taken(s.level, today, superseded=True) for s in found.superseded]
            taken.append(Taken(found.step.level, today))
            contacts.append(today)
    return taken


RUNS = st.lists(st.integers(-20, 120), unique=True).map(lambda days: [DUE + timedelta(days=d) for d in sorted(days)])


@given(RUNS)
def test_runs_with_gaps_climb_and_never_repeat(run_on):
    taken = nights(run_on)
    levels = [fact.level for fact in taken]
    assert levels == sorted(set(levels))
    contacts = [fact.on for fact in taken if not fact.superseded]
    assert all((b - a).days >= DEFAULT.minimum_days for a, b in itertools.pairwise(contacts))
    assert all(day.isoweekday() in DEFAULT.weekdays for day in contacts)


@given(RUNS)
def test_a_night_that_is_run_twice_does_nothing_the_second_time(run_on):
    twice = [day for day in run_on for _ in (1, 2)]
    assert nights(twice) == nights(run_on)


@given(RUNS)
def test_a_missed_night_loses_no_level(run_on):
    late = [DUE + timedelta(days=d) for d in range(120, 140)]
    assert max(fact.level for fact in nights(run_on + late)) == DEFAULT.steps[-1].level


@given(st.integers(0, 6))
def test_running_every_night_takes_every_step(shift):
    due = DUE + timedelta(days=shift)
    every = [due + timedelta(days=d) for d in range(-20, 70)]
    taken = nights(every, due=due)
    assert [fact.level for fact in taken if not fact.superseded] == [1, 2, 3, 4, 5, 6, 7]


@given(RUNS, st.integers(0, 60), st.integers(1, 60))
def test_no_step_is_taken_while_a_hold_stands(run_on, start, length):
    held = Hold(HoldReason.DISPUTE, DUE + timedelta(days=start), DUE + timedelta(days=start + length), "A")
    assert not [fact for fact in nights(run_on, holds=[held]) if held.stands_on(fact.on)]


@given(RUNS)
def test_nothing_is_taken_for_a_paid_item(run_on):
    assert nights(run_on, about=item(residual=0)) == []


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(-30, 60)), max_size=8),
    st.integers(-30, 90),
    st.randoms(),
)
@settings(max_examples=200)
def test_the_order_of_the_facts_does_not_matter(facts, day, chance):
    taken = [Taken(rung, DUE + timedelta(days=d)) for rung, d in facts]
    mixed = list(taken)
    chance.shuffle(mixed)
    today = DUE + timedelta(days=day)
    assert ask(today, taken) == ask(today, mixed)


@given(st.integers(-30, 90))
def test_a_notice_never_goes_out_before_the_item_is_late(day):
    found = ask(DUE + timedelta(days=day), [Taken(1, DUE - timedelta(days=7))])
    if found.step and found.step.template in {Template.NOTICE, Template.FIRM_NOTICE, Template.FORMAL_NOTICE}:
        assert day > 0


def test_a_due_date_moved_by_a_day_repeats_nothing_and_one_moved_by_two_months_starts_anew():
    taken = nights([DUE + timedelta(days=d) for d in range(-7, 12)])
    last = taken[-1].on
    day_later = item(DUE + timedelta(days=1))
    assert [level(ask(DUE + timedelta(days=d), taken, last=last, about=day_later)) for d in (13, 14, 15)] == [
        None,
        None,
        None,
    ]
    moved = item(DUE + timedelta(days=60))
    assert level(ask(DUE + timedelta(days=53), taken, last=last, about=moved)) == 1


@given(RUNS)
def test_a_ladder_that_was_begun_is_running_until_the_due_date_moves_far(run_on):
    taken = nights(run_on)
    assert is_running(DEFAULT, item(), taken) is bool(taken)
    assert not is_running(DEFAULT, item(DUE + timedelta(days=400)), taken)
    assert not is_running(DEFAULT, item(), [replace(fact, superseded=True) for fact in taken])


def test_a_reopened_item_goes_on_where_it_stopped():
    taken = [Taken(3, DUE + timedelta(days=3)), Taken(4, DUE + timedelta(days=10))]
    found = ask(DUE + timedelta(days=32), taken, last=DUE + timedelta(days=10))
    assert (level(found), [s.level for s in found.superseded]) == (6, [5])


def test_a_formal_notice_is_never_the_first_word():
    first = ask(DUE + timedelta(days=91))
    assert first.step.template is Template.FIRM_NOTICE
    only_formal = Cadence((Step(1, 45, Channel.LETTER, Template.FORMAL_NOTICE, Tone.FORMAL),))
    assert ask(DUE + timedelta(days=91), cadence=only_formal).step.template is Template.FORMAL_NOTICE
    passed_over = [Taken(n, DUE + timedelta(days=84), superseded=True) for n in range(1, 7)]
    assert ask(DUE + timedelta(days=91), passed_over).step is None


def test_a_step_that_left_the_ladder_still_counts():
    shorter = replace(DEFAULT, steps=DEFAULT.steps[:3])
    assert ask(DUE + timedelta(days=14), [Taken(4, DUE)], cadence=shorter).reasons == ("all steps are taken",)


def test_the_reason_for_waiting_is_told():
    assert ask(date(2026, 2, 20)).reasons == ("next step on 2026-02-23",)
    assert ask(date(2026, 3, 7), [Taken(2, DUE)]).reasons == ("not a sending day",)
    assert ask(date(2026, 3, 5), [Taken(2, DUE)], last=date(2026, 3, 4)).reasons == (
        "last contact on 2026-03-04, at least 3 days apart",
    )


def test_the_undisputed_part_is_chased():
    found = ask(DUE, holds=[Hold(HoldReason.DISPUTE, DUE, None, "A", 40_00)])
    assert (level(found), found.chaseable_minor) == (2, 60_00)


def test_one_message_takes_the_highest_step_and_lists_every_late_item():
    today = date(2026, 3, 12)
    verdicts = [
        ask(today, about=item(date(2026, 3, 12), id_="due")),
        ask(today, about=item(date(2026, 3, 2), id_="late")),
        ask(today, [Taken(3, date(2026, 3, 11))], about=item(date(2026, 3, 8), id_="told", currency="USD")),
        ask(today, about=item(date(2026, 4, 30), id_="far")),
        ask(today, about=item(date(2026, 2, 1), 0, id_="paid")),
    ]
    (message,) = consolidate(verdicts, today)
    assert message.step.level == 4
    assert [(line.item.id, line.step.level if line.step else None) for line in message.lines] == [
        ("late", 4),
        ("told", None),
        ("due", 2),
    ]
    assert message.totals == {"EUR": 200_00, "USD": 100_00}
    assert consolidate(reversed(verdicts), today) == (message,)


def test_a_call_is_a_contact_of_its_own():
    today = date(2026, 3, 23)
    verdicts = [
        ask(today, [Taken(4, date(2026, 3, 12))], about=item(date(2026, 3, 2), id_="call")),
        ask(today, about=item(today, id_="mail")),
    ]
    message, call = consolidate(verdicts, today)
    assert (message.step.channel, call.step.channel) == (Channel.EMAIL, Channel.CALL)
    assert [line.item.id for line in call.lines] == ["call"]
    assert consolidate([], today) == ()


def test_planned_days_move_to_a_sending_day():
    days = [day for _, day in planned_days(DEFAULT, date(2026, 3, 7))]
    assert days[:3] == [date(2026, 3, 2), date(2026, 3, 9), date(2026, 3, 10)]


def step(rung, offset, template=Template.NOTICE, channel=Channel.EMAIL, *, automatic=True):
    return Step(rung, offset, channel, template, Tone.FIRM, automatic)


@pytest.mark.parametrize(
    "cadence, codes",
    [
        (DEFAULT, []),
        (Cadence(()), ["cadence.empty"]),
        (Cadence((step(1, 3), step(2, 3))), ["cadence.order"]),
        (Cadence((step(1, 3), step(3, 5))), ["cadence.level"]),
        (Cadence((step(1, 3),), weekdays=frozenset()), ["cadence.weekdays"]),
        (Cadence((step(1, 3),), weekdays=frozenset({8})), ["cadence.weekdays"]),
        (Cadence((step(1, 3),), minimum_days=0), ["cadence.minimum_days"]),
        (Cadence((step(1, 0),)), ["cadence.too_early"]),
        (Cadence((step(1, 400),)), ["cadence.offset"]),
        (Cadence((step(1, 3, Template.CALL),)), ["cadence.call"]),
        (Cadence((step(1, 3, Template.CALL, Channel.CALL),)), ["cadence.call_by_hand"]),
        (Cadence((step(1, 3, Template.CALL, Channel.CALL, automatic=False),)), []),
    ],
)
def test_every_finding_of_a_cadence_is_told(cadence, codes):
    assert [finding.code for finding in check_cadence(cadence)] == codes
