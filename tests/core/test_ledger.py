"""Double entry: what is split is not lost, what is carried is carried to the end, what does not balance is refused."""

from datetime import date
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.ledger import CHART, AccountRole, Entry, Line, against, carrying_part, exchange_line, functional_of
from fairdue.core.money import LARGEST

NOBODY = UUID(int=1)
DAY = date(2026, 3, 2)
AMOUNTS = st.integers(1, 10**12)
ROLES = st.sampled_from([AccountRole.REVENUE, AccountRole.TAX, AccountRole.FEE_INCOME])


def test_the_chart_names_every_role_once():
    assert sorted(role for *_, role in CHART) == sorted(AccountRole)
    assert len({code for code, *_ in CHART}) == len(CHART)
    assert {kind for _, _, kind, _ in CHART} == {"asset", "liability", "income", "expense"}


@pytest.mark.parametrize("lines", [((5, 5), (-5, -4)), ((5, 5), (-4, -5)), ((1, 0),), ((0, 1),)])
def test_an_entry_that_does_not_balance_does_not_exist(lines):
    sides = tuple(Line(AccountRole.BANK, amount, functional) for amount, functional in lines)
    with pytest.raises(RefusedError, match="does not balance"):
        Entry(NOBODY, DAY, "odd", "EUR", sides)


def test_an_entry_that_balances_in_both_currencies_stands():
    sides = (Line(AccountRole.BANK, 5, 4), Line(AccountRole.REVENUE, -5, -4))
    assert Entry(NOBODY, DAY, "even", "USD", sides).lines == sides


FUNCTIONAL = """
amount | currency | books | rate   | functional
-------|----------|-------|--------|-----------
 10000 | EUR      | EUR   |        |      10000
 10000 | USD      | EUR   | 0.92   |       9200
    15 | USD      | EUR   | 0.50   |          8
    13 | USD      | EUR   | 0.50   |          7
  1000 | JPY      | EUR   | 0.0061 |        610
  1000 | EUR      | JPY   | 163.9  |       1639
 10000 | KWD      | EUR   | 3.0213 |       3021
 10000 | EUR      | KWD   | 0.3311 |      33110
     1 | JPY      | KWD   | 0.0019 |          2
     1 | JPY      | EUR   | 0.0049 |          0
"""


@pytest.mark.parametrize("row", [line.split("|") for line in FUNCTIONAL.strip().splitlines()[2:]])
def test_the_carrying_amount_is_the_days_rate_half_up(row):
    amount, currency, books, rate, answer = (cell.strip() for cell in row)
    assert functional_of(int(amount), currency, books, Decimal(rate) if rate else None) == int(answer)


def test_a_missing_rate_is_never_one():
    with pytest.raises(RefusedError, match="no exchange rate from USD to EUR"):
        functional_of(100, "USD", "EUR", None)


def test_counterparts_that_do_not_sum_are_refused():
    with pytest.raises(RefusedError, match="do not sum"):
        against(AccountRole.RECEIVABLE, None, 100, 92, ((AccountRole.REVENUE, -99),))


@given(
    parts=st.lists(st.tuples(ROLES, AMOUNTS), min_size=1, max_size=6),
    functional=st.integers(0, 10**12),
    sign=st.sampled_from([1, -1]),
)
def test_shares_of_the_carrying_amount_lose_nothing(parts, functional, sign):
    total = sum(part for _, part in parts)
    lines = against(
        AccountRole.RECEIVABLE, NOBODY, sign * total, sign * functional, tuple((r, -sign * part) for r, part in parts)
    )
    assert (lines[0].amount, lines[0].functional, lines[0].debtor) == (sign * total, sign * functional, NOBODY)
    assert sum(line.amount for line in lines) == sum(line.functional for line in lines) == 0
    assert all(line.amount * line.functional >= 0 for line in lines)
    assert all(line.debtor is None for line in lines[1:])
    for line, (_, part) in zip(lines[1:], parts, strict=True):
        assert abs(abs(line.functional) - Fraction(functional * part, total)) < 1


@given(
    ups=st.lists(AMOUNTS, min_size=1, max_size=4), downs=st.lists(AMOUNTS, min_size=1, max_size=3),
    functional=st.integers(1, 10**12),
)  # fmt: skip
def test_a_counterpart_on_the_other_side_keeps_its_side(ups, downs, functional):
    """A payment less bank fees: bank and fee are debits, the credit to the customer is their sum."""
    total = sum(ups) - sum(downs)
    if total == 0:
        return
    sign = 1 if total > 0 else -1
    contra = tuple((AccountRole.BANK, -part) for part in ups) + tuple((AccountRole.BANK_FEE, part) for part in downs)
    lines = against(AccountRole.UNAPPLIED_CASH, None, total, sign * functional, contra)
    assert sum(line.amount for line in lines) == sum(line.functional for line in lines) == 0
    assert all(line.amount * line.functional >= 0 for line in lines)


def test_lines_of_nothing_are_left_out():
    lines = against(AccountRole.RECEIVABLE, None, 100, 100, ((AccountRole.REVENUE, -100), (AccountRole.TAX, 0)))
    assert [line.role for line in lines] == [AccountRole.RECEIVABLE, AccountRole.REVENUE]


@pytest.mark.parametrize(
    "difference, expected",
    [
        (0, ()),
        (5, (Line(AccountRole.FX_LOSS, 0, 5),)),
        (-5, (Line(AccountRole.FX_GAIN, 0, -5),)),
    ],
)
def test_a_difference_is_a_loss_when_less_came_than_was_carried(difference, expected):
    assert exchange_line(difference) == expected


@given(
    functional=st.integers(0, LARGEST),
    takes=st.lists(st.integers(1, 10**9), min_size=1, max_size=12),
)
def test_parts_carry_the_whole_amount_to_the_end_whatever_their_order(functional, takes):
    residual, left = sum(takes), functional
    for take in takes:
        part = carrying_part(take, residual, left)
        assert 0 <= part <= left
        assert take == residual or abs(part - Fraction(left * take, residual)) <= Fraction(1, 2)
        residual, left = residual - take, left - part
    assert (residual, left) == (0, 0)


@pytest.mark.parametrize(
    "part, residual, functional, answer", [(1, 2, 1, 1), (1, 3, 1, 0), (2, 3, 1, 1), (3, 3, 7, 7), (1, 4, 10, 3)]
)
def test_a_part_is_carried_pro_rata_half_up(part, residual, functional, answer):
    assert carrying_part(part, residual, functional) == answer
