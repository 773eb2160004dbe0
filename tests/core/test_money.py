"""Money keeps every minor unit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.money import Money, MoneyError, Rounding, minor_digits, proportion, round_minor, split

AMOUNTS = st.integers(-(10**15), 10**15)


@given(AMOUNTS, st.lists(st.integers(0, 10**9), min_size=1, max_size=20))
def test_a_split_loses_nothing_and_keeps_the_sign(total, weights):
    shares = split(total, weights)
    assert sum(shares) == total
    assert all(share * total >= 0 for share in shares)


@given(AMOUNTS, st.integers(1, 10**9))
def test_the_whole_proportion_is_the_whole(total, whole):
    assert proportion(total, whole, whole) == total


@given(AMOUNTS, st.sampled_from(["EUR", "JPY", "KWD", "CLF"]))
def test_decimal_and_back(minor, currency):
    money = Money(minor, currency)
    assert Money.parse(str(money.decimal), currency) == money


@pytest.mark.parametrize(
    "text, currency, minor",
    [("1234.50", "EUR", 123450), ("1234", "JPY", 1234), ("0.001", "KWD", 1), ("-0.01", "USD", -1)],
)
def test_parse(text, currency, minor):
    assert Money.parse(text, currency).minor == minor


@pytest.mark.parametrize(
    "text, currency",
    [("1.005", "EUR"), ("0.5", "JPY"), ("NaN", "EUR"), ("1e400000", "EUR"), ("x", "EUR"), ("1", "XXZ")],
)
def test_what_is_no_amount_is_refused(text, currency):
    with pytest.raises(MoneyError):
        Money.parse(text, currency)


def test_a_float_is_no_money():
    with pytest.raises(MoneyError):
        Money(1.0, "EUR")


@pytest.mark.parametrize(
    "amount, rounding, minor",
    [
        ("2.345", Rounding.HALF_UP, 235),
        ("-2.345", Rounding.HALF_UP, -235),
        ("2.345", Rounding.HALF_EVEN, 234),
        ("2.349", Rounding.DOWN, 234),
        ("2.341", Rounding.CEILING, 235),
    ],
)
def test_named_roundings(amount, rounding, minor):
    assert round_minor(Decimal(amount), "EUR", rounding) == minor


def test_currencies_do_not_mix():
    with pytest.raises(MoneyError, match="without a rate"):
        Money(1, "EUR") + Money(1, "USD")
    with pytest.raises(MoneyError):
        assert Money(1, "EUR") < Money(1, "USD")


def test_arithmetic_and_words():
    assert Money(150, "EUR") + Money(50, "EUR") - Money(100, "EUR") == Money(100, "EUR")
    assert -Money(1, "EUR") < Money(0, "EUR") <= Money.zero("EUR")
    assert str(Money(1234, "KWD")) == "1.234 KWD"
    assert not Money(0, "JPY")
    assert minor_digits("UYW") == 4


def test_impossible_splits_are_refused():
    for weights in ([], [1, -1]):
        with pytest.raises(MoneyError):
            split(10, weights)
    assert split(10, [0, 0]) == [10, 0]
    with pytest.raises(MoneyError):
        proportion(1, 1, 0)


def test_an_amount_that_no_ledger_can_hold_is_refused():
    with pytest.raises(MoneyError, match="digits"):
        Money(10**17 + 1, "EUR")
    assert Money(10**17, "EUR").minor == 10**17
