"""The law of late payment says what a careful clerk would work out by hand."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.law import (
    Claim,
    Dates,
    Event,
    EventKind,
    Kind,
    Payment,
    compensation,
    interest,
    known_countries,
    limitation,
    missing_contents,
    notice,
    regime_of,
)
from fairdue.core.law.interest import up_to_half_point
from fairdue.core.law.notice import CONTENTS
from fairdue.core.law.rates import all_series, rate_for, series_of
from fairdue.core.law.regime import DayBasis
from fairdue.core.money import Money, decimal_of
from tests.core.pages import table as columns

RULES = Path(__file__).parents[2] / "docs" / "rules"


def table(page):
    """The rows of the worked table of a rules page, as dictionaries."""
    lines = (RULES / page).read_text("utf-8").partition("## Worked numbers")[2].splitlines()
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("|")]
    return [dict(zip(rows[0], row, strict=True)) for row in rows[2:]]


def minor(row, column="principal"):
    return Money.parse(row[column], row["currency"]).minor


def day(text):
    return date.fromisoformat(text)


def worked(country="DE", kind="b2b", currency="EUR", principal=7_500_00, paid="2026-02-28", **claim):
    dates = claim.pop("dates", Dates(date(2025, 11, 30)))
    return interest(country, Kind(kind), Claim(principal, currency, dates, **claim), paid=day(paid))


def refused(call, *args, **kwargs):
    with pytest.raises(RefusedError) as refusal:
        call(*args, **kwargs)
    return refusal.value.findings[0].code


@pytest.mark.parametrize("row", table("late-interest.md"), ids=lambda row: f"{row['country']}-{row['due']}")
def test_the_worked_interest_of_the_rules_page(row):
    claim = Claim(minor(row), row["currency"], Dates(day(row["due"])))
    found = interest(row["country"], Kind(row["kind"]), claim, paid=day(row["paid"]))
    assert str(decimal_of(found.interest_minor, row["currency"])) == row["interest"]
    assert str(decimal_of(found.compensation.minor, row["currency"])) == row["compensation"]
    assert found.days == int(row["days"])
    assert sum(period.amount_minor for period in found.periods) == found.interest_minor


@pytest.mark.parametrize("row", table("compensation.md"), ids=lambda r: f"{r['country']}-{r['principal']}")
def test_the_worked_compensation_of_the_rules_page(row):
    found = compensation(row["country"], Kind(row["kind"]), principal_minor=minor(row), currency=row["currency"])
    assert str(Money(found.minor, found.currency)) == row["compensation"]


@pytest.mark.parametrize("row", table("limitation.md"), ids=lambda r: f"{r['country']}-{r['events']}")
def test_the_worked_limitation_of_the_rules_page(row):
    events = []
    for text in row["events"].split():
        kind, on, *until = text.split(":")
        events.append(Event(EventKind(kind), day(on), day(until[0]) if until else None))
    found = limitation(row["country"], Kind(row["kind"]), due=day(row["due"]), events=tuple(events), claim=row["claim"])
    assert found.ends_on == day(row["ends_on"])
    assert len(found.steps) == 1 + len(events)


@pytest.mark.parametrize("row", table("notice.md"), ids=lambda r: f"{r['country']}-{r['kind']}")
def test_the_worked_notice_of_the_rules_page(row):
    found = notice(row["country"], Kind(row["kind"]), sent_on=date(2026, 3, 2))
    assert found.reply_by == day(row["reply_by"])
    assert " ".join(found.words) == row["words"]


FLOATING = {"DE": ("de-basiszinssatz", 9), "FR": ("ecb-mro", 10), "LU": ("ecb-mro", 8), "AT": ("", 0)}
DAYS = st.dates(date(2020, 1, 1), date(2026, 12, 31))


@given(
    st.sampled_from(["DE", "FR", "LU"]),
    st.integers(1, 10**10),
    DAYS,
    DAYS,
    st.lists(st.tuples(DAYS, st.integers(1, 10**9)), max_size=4),
)
def test_floating_interest_equals_the_sum_day_by_day(country, principal, due, paid, parts):
    series, margin = FLOATING[country]
    payments, rest = [], principal
    for on, amount in parts:
        if on <= paid and amount <= rest:
            payments.append(Payment(on, amount))
            rest -= amount
    exact, today = Fraction(0), due + timedelta(days=1)
    while today <= paid:
        base = principal - sum(p.minor for p in payments if p.on < today)
        exact += base * Fraction(rate_for(series, today).value + margin) / 36500
        today += timedelta(days=1)
    found = worked(country, principal=principal, paid=str(paid), dates=Dates(due), payments=tuple(payments))
    assert abs(found.interest_minor - exact) <= Fraction(1, 2)
    assert sum(p.amount_minor for p in found.periods) == found.interest_minor
    assert all(p.days == (p.last - p.first).days + 1 for p in found.periods)


@given(st.sampled_from(known_countries()), st.integers(1, 10**9), st.integers(0, 900), st.integers(0, 60))
def test_interest_never_falls_as_days_go_by(country, principal, days, more):
    regime = regime_of(country, Kind.B2B)
    if not regime.interest or regime.country == "IE":
        return
    due = date(2023, 1, 15)
    ends = [due + timedelta(days=d) for d in (days, days + more)]
    sums = [
        worked(country, currency=regime.currency, principal=principal, dates=Dates(due), paid=str(end)) for end in ends
    ]
    assert sums[0].interest_minor <= sums[1].interest_minor


@given(st.integers(1, 10**9), st.permutations([1, 2, 3]), st.integers(0, 400))
def test_the_order_in_which_part_payments_are_told_does_not_matter(principal, order, days):
    payments = [Payment(date(2025, 1, 1) + timedelta(days=days * n), principal // 4) for n in (1, 2, 3)]
    payments = [p for p in payments if p.minor]
    mixed = sorted(payments, key=lambda p: order[payments.index(p)])
    told = [
        worked("NL", principal=principal, dates=Dates(date(2024, 1, 31)), payments=tuple(p), paid="2026-12-31")
        for p in (
            [p for p in payments if p.on <= date(2026, 12, 31)],
            [p for p in mixed if p.on <= date(2026, 12, 31)],
        )
    ]
    assert told[0].interest_minor == told[1].interest_minor


def test_a_part_payment_in_ireland_carries_the_rate_of_its_own_day():
    found = worked(
        "IE",
        principal=2_000_00,
        dates=Dates(date(2025, 5, 1)),
        paid="2025-08-01",
        payments=(Payment(date(2025, 5, 31), 1_000_00),),
    )
    assert [(p.principal_minor, str(p.rate_percent), p.days) for p in found.periods] == [
        (1_000_00, "11.15", 30),
        (1_000_00, "10.15", 92),
    ]


def test_a_payment_before_the_due_date_never_carried_interest():
    early = worked(payments=(Payment(date(2025, 10, 1), 7_400_00),))
    assert early.interest_minor == worked(principal=100_00).interest_minor


def test_two_payments_of_one_day_count_together():
    on = date(2025, 12, 31)
    two = worked(payments=(Payment(on, 1_00), Payment(on, 2_00)))
    assert two.interest_minor == worked(payments=(Payment(on, 3_00),)).interest_minor
    assert two.periods == worked(payments=(Payment(on, 3_00),)).periods


def test_a_claim_that_is_paid_off_carries_no_further_period():
    found = worked(payments=(Payment(date(2025, 12, 31), 7_500_00),))
    assert [p.last for p in found.periods] == [date(2025, 12, 31)]
    assert found.days == 90


def test_a_start_on_the_leap_day_capitalises_on_the_first_of_march():
    found = worked("NL", dates=Dates(date(2024, 2, 28)), paid="2025-03-31")
    assert date(2025, 3, 1) in {p.first for p in found.periods}


def test_the_answer_names_the_rows_and_articles_it_rests_on():
    found = worked("GB", currency="GBP", dates=Dates(date(2025, 12, 31)), paid="2026-03-31")
    assert [(r.series, r.date, r.value) for r in found.rates] == [
        ("boe-bank-rate", date(2025, 12, 31), Decimal("3.75"))
    ]
    assert "SI 2002/1675 art. 4" in found.articles
    assert found.confirmed
    assert found.total_minor == found.interest_minor + 70_00


def test_an_answer_on_an_unconfirmed_rate_says_so():
    assert not worked(paid="2026-08-01").confirmed
    assert worked(paid="2026-06-30").confirmed


def test_compensation_in_another_currency_is_not_added_up():
    found = worked(currency="USD")
    assert found.compensation.currency == "EUR"
    assert found.total_minor is None


def test_an_austrian_debtor_without_fault_owes_four_percent():
    assert worked("AT", not_at_fault=True).periods[0].rate_percent == 4
    assert refused(worked, "DE", not_at_fault=True) == "law.no_fault_rule"


@pytest.mark.parametrize("basis, answer", [("actual/365", 100_00), ("actual/360", 101_39), ("actual/actual", 100_00)])
def test_a_contract_names_its_rate_and_its_day_count(basis, answer):
    found = worked(
        principal=1_000_00,
        dates=Dates(date(2024, 12, 31)),
        paid="2025-12-31",
        contract_percent=Decimal(10),
        day_basis=DayBasis(basis),
    )
    assert found.interest_minor == answer
    assert found.articles[0] == "contract"


def test_a_leap_year_has_one_day_more_by_actual_days():
    found = worked(
        principal=1_000_00,
        dates=Dates(date(2023, 12, 31)),
        paid="2024-12-31",
        contract_percent=Decimal(10),
        day_basis=DayBasis.ACTUAL_ACTUAL,
    )
    assert found.interest_minor == 100_00


@pytest.mark.parametrize("percent, warned", [("8.27", True), ("8.28", False)])
def test_a_french_contract_rate_below_three_times_legal_interest_is_told(percent, warned):
    found = worked("FR", contract_percent=Decimal(percent))
    assert any("lawful floor" in note for note in found.notes) is warned


def test_an_english_consumer_owes_interest_by_contract_only():
    assert refused(worked, "GB", "b2c", currency="GBP") == "law.no_statutory_rate"
    found = worked("GB", "b2c", currency="GBP", contract_percent=Decimal(5))
    assert found.interest_minor == 92_47
    assert refused(worked, "GB", "b2c", contract_percent=Decimal(5), dates=Dates()) == "law.due_needed"


INVOICE, GOODS, LETTER = date(2026, 1, 10), date(2026, 1, 20), date(2026, 1, 25)


@pytest.mark.parametrize(
    "country, kind, dates, start",
    [
        ("DE", "b2b", Dates(None, INVOICE, GOODS), date(2026, 2, 20)),
        ("DE", "b2b", Dates(None, GOODS, INVOICE), date(2026, 2, 20)),
        ("DE", "b2b", Dates(None, INVOICE, GOODS, LETTER), date(2026, 1, 26)),
        ("FR", "b2b", Dates(None, None, INVOICE), date(2026, 2, 10)),
        ("CH", "b2b", Dates(None, reminder_received=LETTER), date(2026, 1, 26)),
        ("CH", "b2b", Dates(INVOICE), date(2026, 1, 11)),
        ("FR", "b2c", Dates(INVOICE, reminder_received=LETTER), date(2026, 1, 26)),
    ],
)
def test_the_first_day_of_default(country, kind, dates, start):
    currency = regime_of(country, Kind(kind)).currency
    assert worked(country, kind, currency, paid="2026-06-30", dates=dates).start == start


@pytest.mark.parametrize(
    "change, code",
    [
        ({"principal": 0}, "law.principal"),
        ({"payments": (Payment(date(2026, 1, 1), 0),)}, "law.payment"),
        ({"payments": (Payment(date(2026, 1, 1), 7_500_01),)}, "law.overpaid"),
        ({"payments": (Payment(date(2026, 3, 1), 1),)}, "law.payment_after_end"),
        ({"contract_percent": Decimal(-1)}, "law.contract_rate"),
        ({"country": "XX"}, "law.country_unknown"),
        ({"country": "US"}, "law.state_needed"),
        ({"country": "CZ", "currency": "CZK"}, "law.no_statutory_rate"),
        ({"paid": "2027-01-01"}, "law.rate_unknown"),
        ({"dates": Dates(date(2014, 1, 1))}, "law.before"),
        ({"dates": Dates(date(2015, 1, 1))}, "law.rate_unknown"),
        ({"dates": Dates(None, INVOICE)}, "law.date_needed"),
        ({"dates": Dates(None, None, GOODS)}, "law.date_needed"),
        ({"country": "FR", "kind": "b2c"}, "law.date_needed"),
        ({"country": "NL", "currency": "USD"}, "law.currency"),
        ({"country": "GB"}, "law.currency"),
    ],
)
def test_what_cannot_be_answered_is_refused(change, code):
    assert refused(worked, **change) == code


def test_without_any_date_the_newest_law_asks_for_the_dates():
    assert refused(worked, dates=Dates()) == "law.date_needed"


def test_compensation_and_limitation_refuse_what_they_do_not_know():
    assert refused(compensation, "DE", Kind.B2B, principal_minor=0, currency="EUR") == "law.principal"
    assert refused(limitation, "DE", Kind.B2B, due=INVOICE, claim="x") == "law.claim_unknown"


def test_new_york_consumers_owe_two_percent_since_2022():
    rates = [
        worked("US-NY", "b2c", "USD", dates=Dates(due), paid="2022-06-30").periods[0].rate_percent
        for due in (date(2022, 4, 29), date(2022, 4, 30))
    ]
    assert rates == [9, 2]


@pytest.mark.parametrize("percent, answer", [("10.15", "10.5"), ("10.5", "10.5"), ("10.51", "11"), ("8", "8")])
def test_belgium_rounds_the_rate_up_to_half_a_point(percent, answer):
    assert up_to_half_point(Decimal(percent)) == Decimal(answer)


def test_a_notice_tells_everything_it_lacks():
    lacking = missing_contents("FR", Kind.B2B, frozenset(CONTENTS) - {"total"}, "Payez !")
    assert [finding.path for finding in lacking] == ["total", "text"]
    assert not missing_contents("FR", Kind.B2B, frozenset(CONTENTS), "Mise en demeure de payer")


@pytest.mark.parametrize("country", known_countries())
@pytest.mark.parametrize("kind", list(Kind))
def test_every_country_is_whole(country, kind):
    regime = regime_of(country.lower(), kind)
    assert bool(regime.interest) is not bool(regime.why_no_interest)
    assert all(rule.articles and rule.valid_from for rule in regime.interest)
    assert list(regime.interest) == sorted(regime.interest, key=lambda rule: rule.valid_from)
    assert all(not rule.series or series_of(rule.series) for rule in regime.interest)
    assert set(regime.limitation.effects) == set(EventKind)
    assert set(regime.notice.contents) <= set(CONTENTS)
    assert regime.compensation is None or regime.compensation.valid_from <= date(2020, 1, 1)


def test_the_united_kingdom_answers_to_both_of_its_codes():
    assert regime_of("uk", Kind.B2B).country == "GB"


def test_every_series_rises_in_time_and_shows_a_changed_figure():
    checksums = {series.checksum for series in all_series()}
    assert len(checksums) == len(all_series())
    for series in all_series():
        days = [row[0] for row in series.rows]
        assert days == sorted(set(days))
        assert all((d.month, d.day) in {(1, 1), (7, 1)} for d in [*days, series.last_half_year])
        assert rate_for(series.name, series.last_half_year).value == series.rows[-1][1]


@pytest.mark.parametrize("row", columns(RULES / "late-interest.md", "known until"), ids=lambda row: row["series"])
def test_no_series_goes_on_after_the_day_until_which_it_is_known(row):
    series = series_of(row["series"])
    assert series.known_until == day(row["known until"])
    assert rate_for(series.name, series.known_until)
    for later in (1, 200, 2000):
        with pytest.raises(RefusedError) as refusal:
            rate_for(series.name, series.known_until + timedelta(days=later))
        [finding] = refusal.value.findings
        assert f"no rate is known after {row['known until']}" in finding.message


def test_the_page_names_every_series():
    assert {row["series"] for row in columns(RULES / "late-interest.md", "known until")} == {
        s.name for s in all_series()
    }


@pytest.mark.parametrize("country, rate", [("CH", 5), ("US-NY", 9), ("US-CA", 10)])
def test_a_rate_that_the_law_itself_fixes_is_known_for_every_day(country, rate):
    regime = regime_of(country, Kind.B2B)
    found = worked(country, currency=regime.currency, dates=Dates(date(2040, 1, 31)), paid="2040-12-31")
    assert {period.rate_percent for period in found.periods} == {rate}


def test_a_contract_rate_is_computed_where_its_lawful_floor_is_not_known():
    due, paid = series_of("fr-interet-legal").known_until, date(2026, 12, 31)
    found = worked("FR", contract_percent=Decimal(12), dates=Dates(due), paid=str(paid))
    assert (
        found.interest_minor
        == worked("DE", contract_percent=Decimal(12), dates=Dates(due), paid=str(paid)).interest_minor
    )
    assert any("is not checked" in note and str(due) in note for note in found.notes)
