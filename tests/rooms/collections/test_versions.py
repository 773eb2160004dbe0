"""Running items keep the version of the cadence with which they began."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fairdue.collections import outlook
from fairdue.collections.ladders import BUILT_IN, Ladders
from fairdue.collections.loaded import LoadedItem, Version
from fairdue.collections.models import CadenceVersion, StepTaken
from fairdue.collections.services import assign_cadence, run_cadence, save_cadence
from fairdue.core.cadence import DEFAULT, Cadence, Channel, Step, Template, Tone
from fairdue.foundation.ids import uuid7
from tests import make

PAGE = Path(__file__).parents[3] / "docs" / "rules" / "cadence.md"
DUE = date(2026, 4, 1)
A_UUID, ONE, OTHER = uuid7(), uuid7(), uuid7()


def rungs():
    text = PAGE.read_text("utf-8").partition("## Which version an item climbs")[2].partition("\n## ")[0]
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line[:1] == "|"]
    return [tuple(row) for row in rows[2:]]


def loaded(version, taken=((3, DUE + timedelta(days=3), False),), due=DUE):
    return LoadedItem(ONE, ONE, ONE, "invoice", "RE-1", "EUR", 100, 100, due, due, taken, version)


@pytest.mark.parametrize(("told", "began", "climbs"), rungs())
def test_the_worked_rows_of_the_rules_page(told, began, climbs):
    ids = {number: uuid7() for number in (1, 2, 3)}
    chain = []
    for word in told.split():
        number, _, moves = word.partition("-")
        chain.append(Version(ids[int(number)], A_UUID, int(number), DEFAULT, moves == "moves"))
    ladders = Ladders({A_UUID: chain}, A_UUID, {}, {})
    item = {
        "": loaded(None, ()),
        "0": loaded(None),
        "other": loaded(OTHER),
    }.get(began) or loaded(ids[int(began)])
    newest = ladders.of(ONE, ONE)
    assert ladders.for_item(newest, item).number == int(climbs)


@given(st.lists(st.booleans(), min_size=1, max_size=6), st.data())
def test_an_item_never_falls_back_and_leaves_its_version_only_for_one_that_moves(moves, data):
    chain = [Version(uuid7(), A_UUID, n, DEFAULT, move) for n, move in enumerate(moves, start=1)]
    ladders = Ladders({A_UUID: chain}, A_UUID, {}, {})
    began = data.draw(st.sampled_from([BUILT_IN, *chain]))
    found = ladders.for_item(chain[-1], loaded(began.id))
    assert found.number >= began.number
    assert found == began or found.moves_running
    assert ladders.for_item(chain[-1], loaded(found.id)) == found
    anew = loaded(began.id, due=DUE + timedelta(days=400))
    assert ladders.for_item(chain[-1], anew) == chain[-1]


def ladder(*days):
    steps = tuple(Step(n, day, Channel.EMAIL, Template.FIRM_NOTICE, Tone.FIRM) for n, day in enumerate(days, start=1))
    return Cadence(steps, 1, frozenset(range(1, 8)))


def item(ctx, books, number):
    return make.item(ctx, books, 100_00, issued_on=DUE - timedelta(days=30), days=30, number=number)


def night(ctx, days):
    return run_cadence(ctx, today=DUE + timedelta(days=days))


def taken(ctx):
    with ctx.open():
        return [
            (row.offset_days, row.version_id and CadenceVersion.objects.get(id=row.version_id).number)
            for row in StepTaken.objects.order_by("taken_on", "offset_days")
        ]


@pytest.mark.parametrize(("move", "last"), [(False, (20, 1)), (True, (12, 2))])
def test_a_running_item_climbs_on_unless_the_new_version_moves_it(ctx, books, move, last):
    with ctx.open():
        item(ctx, books, "RE-1")
        save_cadence(ctx, name="Ours", ladder=ladder(3, 20), default=True, today=DUE)
    night(ctx, 3)
    with ctx.open():
        save_cadence(ctx, name="Ours", ladder=ladder(3, 12), move_running=move, today=DUE)
        told = [step.offset_days for way in outlook.ways(ctx, debtor=books.debtor, today=DUE) for step, _ in way.ahead]
    assert told == [last[0]]
    night(ctx, 12)
    night(ctx, 20)
    assert taken(ctx) == [(3, 1), last]


def test_two_items_of_one_customer_climb_two_versions_in_one_message(ctx, books):
    with ctx.open():
        item(ctx, books, "RE-OLD")
    night(ctx, 5)
    with ctx.open():
        save_cadence(ctx, name="Standard", ladder=ladder(9), default=True, today=DUE)
        item(ctx, books, "RE-NEW")
    assert night(ctx, 12).notices == 1
    assert taken(ctx) == [(3, None), (9, 1), (10, None)]


def test_another_cadence_is_climbed_at_once(ctx, books):
    with ctx.open():
        item(ctx, books, "RE-1")
    night(ctx, 5)
    with ctx.open():
        fast = save_cadence(ctx, name="Fast", ladder=ladder(8), today=DUE)
        assign_cadence(ctx, creditor=books.creditor, debtor=books.debtor, cadence=fast, today=DUE)
    night(ctx, 8)
    assert taken(ctx) == [(3, None), (8, 1)]


@given(st.lists(st.integers(1, 40), min_size=2, max_size=4, unique=True), st.integers(1, 40))
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_saving_any_version_changes_no_step_of_what_runs(ctx, days, other):
    """The steps that an item takes are those of its first version, whatever is saved in between."""
    days = sorted(days)
    with ctx.open():
        books = make.books(ctx)
        mine = item(ctx, books, f"RE-{uuid7().hex[:12]}")
        name = uuid7().hex
        cadence = save_cadence(ctx, name=name, ladder=ladder(*days), today=DUE)
        assign_cadence(ctx, creditor=books.creditor, cadence=cadence, today=DUE)
    for day in days:
        run_cadence(ctx, today=DUE + timedelta(days=day), creditor=books.creditor)
        with ctx.open():
            save_cadence(ctx, name=name, ladder=replace(ladder(other), minimum_days=9), today=DUE)
    with ctx.open():
        steps = StepTaken.objects.filter(item_id=mine).order_by("offset_days")
        assert [step.offset_days for step in steps] == days
