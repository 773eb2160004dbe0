"""A day that a system writes for “never” stops what counts from it for everybody; so it does not come in."""

from __future__ import annotations

from datetime import date

import pytest
from django.test import RequestFactory

from fairdue.api.application import api
from fairdue.collections.services import agree_plan, send_notice, snooze, take_promise
from fairdue.core.findings import RefusedError
from fairdue.foundation.middleware import _is_no_form_of_ours
from fairdue.receivables.services import change_item
from tests import make
from tests.api.calling import Machine, codes

NEVER = (date(9999, 12, 31), date(2200, 1, 1), date(1, 1, 1), date(1969, 12, 31))


@pytest.mark.parametrize("day", NEVER)
def test_no_item_is_issued_or_due_in_another_age(ctx, books, day):
    with ctx.open(), pytest.raises(RefusedError, match="between 1970 and 2199"):
        make.item(ctx, books, issued_on=day, days=0, today=make.TODAY)


@pytest.mark.parametrize("field", ["due_on", "discount_until"])
def test_no_item_is_moved_to_another_age(ctx, books, field):
    with ctx.open():
        item = make.item(ctx, books)
        with pytest.raises(RefusedError, match="between 1970 and 2199"):
            change_item(ctx, item=item, changes={field: NEVER[0]}, today=make.TODAY)


@pytest.mark.parametrize("day", NEVER)
def test_no_money_is_received_in_another_age(ctx, books, day):
    with ctx.open(), pytest.raises(RefusedError, match="between 1970 and 2199"):
        make.payment(ctx, books, on=day)


@pytest.mark.parametrize("day", NEVER[:2])
def test_nobody_promises_pays_in_parts_or_rests_in_another_age(ctx, books, day):
    with ctx.open():
        item, today = make.item(ctx, books), make.TODAY
        acts = (
            lambda: take_promise(ctx, items=[item], amount=100, promised_on=day, today=today),
            lambda: agree_plan(ctx, items=[item], count=3, first_on=day, frequency="monthly", today=today),
            lambda: snooze(ctx, debtor=books.debtor, until=day, today=today),
        )
        for act in acts:
            with pytest.raises(RefusedError, match="between 1970 and 2199"):
                act()


@pytest.mark.parametrize("query", ["until=0001-01-01", "until=9999-12-31", "since=9999-12-31", "since=0001-01-01"])
def test_the_quality_of_cash_is_not_measured_in_another_age(ctx, books, query):
    del books
    answer = Machine(ctx).get(f"/cash-quality?{query}")
    assert (answer.status_code, codes(answer)) == (422, ["quality.day"])


def test_a_day_from_which_none_can_be_counted_is_never_an_error_of_the_house():
    answered = api.on_exception(RequestFactory().get("/"), OverflowError("date value out of range"))
    assert (answered.status_code, answered["Content-Type"]) == (422, "application/problem+json")
    assert _is_no_form_of_ours(OverflowError())


@pytest.mark.parametrize("template", ["", "x", "call", "\u202e=1"])
def test_a_message_without_words_of_ours_is_refused(ctx, books, template):
    with ctx.open(), pytest.raises(RefusedError, match="A message is one of"):
        send_notice(ctx, debtor=books.debtor, template=template, today=make.TODAY)
