"""Small differences, limits by role, late discounts and refunds, worked by hand on their pages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.findings import Severity
from fairdue.core.limits import agreed_discount, given_alone, limit_of, shipped_limit
from fairdue.core.matching import Item, Ledger, Payers, Payment, Policy, Tolerance, match
from fairdue.core.matching.codes import Coded, Treatment
from fairdue.core.money import Money, decimal_of
from fairdue.core.refunds import Account, Asked, check
from tests.core.pages import table

RULES = Path(__file__).parents[2] / "docs/rules"
SMALL, REFUNDS = RULES / "small-differences.md", RULES / "refunds.md"


def minor(text, currency="EUR"):
    return Money.parse(text, currency).minor


def day(text):
    return dt.date.fromisoformat(text) if text else None


@pytest.mark.parametrize("row", table(SMALL, "largest charge"))
def test_each_currency_has_its_own_tolerance(row):
    currency = row["currency"]
    found = Policy().tolerance(currency)
    parts = (found.small_difference, found.largest_charge, found.charge_step)
    assert tuple(str(decimal_of(one, currency)) for one in parts) == (
        row["small difference"], row["largest charge"], row["step"],
    )  # fmt: skip
    assert Policy(tolerances={currency: Tolerance(7, 8, 9)}).tolerance(currency) == Tolerance(7, 8, 9)


@pytest.mark.parametrize("row", table(SMALL, "posted by the machine"))
def test_a_late_discount_is_posted_only_as_the_creditor_chose(row):
    until = dt.date(2026, 3, 10)
    item = Item("A", "RE-2026-00001", "1", "EUR", 10000, until, discount=233, discount_until=until)
    payment = Payment("P", 9767, "EUR", day(row["paid on"]), texts=("RE-2026-00001",), payer_account="ACC")
    payers = Payers([("1", "Muster GmbH")], {"ACC": {"1": 3}})
    (made,) = match([payment], Ledger([item]), payers, Policy(late_discount_posted_days=int(row["posted days"])))
    assert (made.step, "yes" if made.automatic else "no") == (row["step"], row["posted by the machine"])


@pytest.mark.parametrize("row", table(SMALL, "books in"))
def test_each_role_has_its_limit_in_the_currency_of_the_books(row):
    found = limit_of(row["role"], row["books in"], {})
    assert str(decimal_of(found, row["books in"])) == row["limit"]


def test_the_creditors_own_limit_counts_even_when_it_is_nothing():
    assert limit_of("cash_clerk", "EUR", {"cash_clerk": 0}) == 0
    assert limit_of("cash_clerk", "EUR", {"team_lead": 1}) == 500
    assert shipped_limit("", "EUR") == shipped_limit("admin", "EUR") == 10000


@pytest.mark.parametrize("row", table(SMALL, "counts"))
def test_what_one_person_gave_away_counts_in_the_books(row):
    amount, currency = row["item"].split()
    given_ = [minor(row[name], currency) for name in ("discount given", "agreed discount", "other parts", "approved")]
    found = given_alone(*given_, minor(amount, currency), minor(row["worth in the books"]))
    assert found == minor(row["counts"])


def test_an_agreed_discount_is_rounded_for_the_customer():
    assert agreed_discount(10001, "EUR", Decimal(2)) == 201
    assert agreed_discount(10001, "EUR", None) == 0


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(1, 10**6), st.integers(1, 10**6))
def test_more_given_away_never_counts_less(first, more, amount, worth):
    assert given_alone(0, 0, first, 0, amount, worth) <= given_alone(0, 0, first + more, 0, amount, worth)
    assert given_alone(0, 0, first, 0, amount, worth) * amount >= first * worth or amount == worth


@pytest.mark.parametrize("row", table(REFUNDS, "blocked by"))
def test_the_worked_refunds_are_blocked_for_the_reasons_of_the_page(row):
    asked = Asked(minor(row["asked"]), 10000, "EUR", minor(row["owes"]), debited_on=day(row["debited on"]))
    account = Account(
        row["approved"] == "yes", day(row["rests since"]), row["holder is customer"] == "yes",
        row["paid this"] == "yes", int(row["paid before"]), int(row["customers"]),
    )  # fmt: skip
    found = check(asked, account, dt.date(2026, 3, 31))

    def codes(severity):
        return ", ".join(one.code.removeprefix("refund.") for one in found if one.severity is severity)

    assert (codes(Severity.ERROR), codes(Severity.WARNING)) == (row["blocked by"], row["warned of"])


def test_a_refund_without_account_or_customer_or_beside_a_recall_is_blocked():
    found = check(Asked(1, 1, "EUR", customer_known=False, recalled=True), None, dt.date(2026, 3, 31))
    assert [one.code for one in found] == ["refund.customer", "refund.recalled", "refund.account"]
    assert {one.path for one in found} == {"amount", "account"}


def test_the_rest_of_an_account_is_the_creditors_setting():
    account = Account(True, dt.date(2026, 3, 30), paid_this=True)
    assert check(Asked(1, 1, "EUR"), account, dt.date(2026, 3, 31), quiet_days=1) == ()
    (fresh,) = check(Asked(1, 1, "EUR"), account, dt.date(2026, 3, 31), quiet_days=2)
    assert fresh.message.endswith("nothing is paid to it before 01 April 2026.")


@pytest.mark.parametrize(
    "treatment, amount, currency, granted",
    [("fee", 500, "EUR", True), ("fee", 501, "EUR", False), ("discount", 0, "EUR", False), ("fee", 5, "USD", False),
     ("dispute", 1, "EUR", False)],
)  # fmt: skip
def test_a_code_grants_up_to_its_amount_in_its_currency(treatment, amount, currency, granted):
    assert Coded("X", "freight", Treatment(treatment), 500, "EUR").grants(amount, currency) is granted
