"""A day that a system writes for “never” stops what counts from it for everybody; so it does not come in."""

from __future__ import annotations

from datetime import date

import pytest

from fairdue.collections.services import send_notice
from fairdue.core.findings import RefusedError
from fairdue.receivables.services import change_item
from tests import make

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


@pytest.mark.parametrize("template", ["", "x", "call", "\u202e=1"])
def test_a_message_without_words_of_ours_is_refused(ctx, books, template):
    with ctx.open(), pytest.raises(RefusedError, match="A message is one of"):
        send_notice(ctx, debtor=books.debtor, template=template, today=make.TODAY)
