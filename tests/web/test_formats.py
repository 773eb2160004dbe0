"""How figures and dates are written: a table whose last column is the answer."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from fairdue.web import formats

pytestmark = pytest.mark.no_database
NB, NNB = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("minor", "currency", "locale", "text"),
    [
        (123_450, "EUR", "en", f"1,234.50{NB}EUR"),
        (123_450, "EUR", "de", f"1.234,50{NB}EUR"),
        (123_450, "EUR", "fr", f"1{NNB}234,50{NB}EUR"),
        (-5, "EUR", "en", f"\N{MINUS SIGN}0.05{NB}EUR"),
        (1_234, "JPY", "en", f"1,234{NB}JPY"),
        (1_234_567, "KWD", "en", f"1,234.567{NB}KWD"),
        (0, "EUR", "xx", f"0.00{NB}EUR"),
        (10**17, "EUR", "en", f"1,000,000,000,000,000.00{NB}EUR"),
    ],
)
def test_money_is_written_exactly_in_the_readers_locale(minor, currency, locale, text):
    assert formats.money_text(minor, currency, locale) == text


@pytest.mark.parametrize(
    ("account", "shown"),
    [
        ("DE89370400440532013000", "DE89 3704 0044 0532 0130 00"),
        ("nl91 abna 0417164300", "NL91 ABNA 0417 1643 00"),
        ("12345678", "12345678"),
        ("", ""),
    ],
)
def test_an_iban_stands_in_groups_of_four_and_other_accounts_as_they_are(account, shown):
    assert formats.account_text(account) == shown


def test_a_signed_amount_shows_its_plus_and_the_code_can_stay_away():
    assert formats.money_text(100, "EUR", signed=True, code=False) == "+1.00"
    assert formats.money_text(0, "EUR", signed=True, code=False) == "0.00"


@pytest.mark.parametrize(
    ("minor", "text"),
    [
        (95_000, "950"),
        (8_400_000, f"84{NB}k"),
        (123_456_789, f"1.2{NB}m"),
        (-8_400_000, f"-84{NB}k"),
        (10**12, f"10{NB}bn"),
    ],
)
def test_axes_show_short_figures(minor, text):
    assert formats.short_money_text(minor, "EUR") == text


@pytest.mark.parametrize(("locale", "text"), [("en", "12 Nov 2026"), ("de", "12. Nov. 2026"), ("fr", "12 nov. 2026")])
def test_a_day_names_its_month(locale, text):
    assert formats.day_text(date(2026, 11, 12), locale) == text


@pytest.mark.parametrize(
    ("due", "text"),
    [
        (date(2026, 11, 12), "9 days late"),
        (date(2026, 11, 20), "1 day late"),
        (date(2026, 11, 21), "due today"),
        (date(2026, 11, 22), "in 1 day"),
        (date(2026, 12, 1), "in 10 days"),
    ],
)
def test_lateness_is_told_in_words(due, text):
    assert formats.lateness_text(due, date(2026, 11, 21)) == text


@pytest.mark.parametrize(
    ("instant", "locale", "text"),
    [
        (datetime(2026, 11, 21, 13, 0, tzinfo=UTC), "en", "1 hour ago"),
        (datetime(2026, 11, 21, 8, 50, tzinfo=UTC), "en", "5 hours ago"),
        (datetime(2026, 11, 21, 13, 55, tzinfo=UTC), "de", "vor 5 Minuten"),
        (datetime(2026, 11, 20, 14, 0, tzinfo=UTC), "en", "20 Nov 2026, 14:00"),
        (datetime(2026, 11, 21, 14, 1, tzinfo=UTC), "en", "21 Nov 2026, 14:01"),
    ],
)
def test_an_instant_of_the_last_day_is_told_as_its_distance(instant, locale, text):
    assert formats.ago_text(instant, datetime(2026, 11, 21, 14, 0, tzinfo=UTC), locale) == text


def test_instants_numbers_rates_and_plurals():
    assert formats.instant_text(datetime(2026, 11, 12, 14, 5, tzinfo=UTC)) == "12 Nov 2026, 14:05"
    assert formats.number_text(Decimal("-1234.5")) == "\N{MINUS SIGN}1,234.5"
    assert formats.percent_text(Decimal("11.52"), "de", 2) == f"11,52{NB}%"
    assert formats.plural_text(1, "invoice") == f"1{NB}invoice"
    assert formats.plural_text(1204, "query", "queries") == f"1,204{NB}queries"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("granted 2026-01-01", "granted 1 Jan 2026"),
        ("no limit on 2026-10-15 (withdrawn 2026-09-30)", "no limit on 15 Oct 2026 (withdrawn 30 Sep 2026)"),
        ("HART-2026-00650 and RE-2026-12-01 stay", "HART-2026-00650 and RE-2026-12-01 stay"),
        ("2026-02-30 is no day", "2026-02-30 is no day"),
    ],
)
def test_days_in_a_text_are_written_as_people_write_them(text, shown):
    assert formats.days_in_words(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Write off 1234.50 EUR of RE-77", f"Write off 1,234.50{NB}EUR of RE-77"),
        ("12500 JPY on 2026-01-01", f"12,500{NB}JPY on 1 Jan 2026"),
        ("12,840.00 EUR stands as it is written", "12,840.00 EUR stands as it is written"),
        ("12 EUR and 3.50 XQX and RE-1.00 EUR stay", "12 EUR and 3.50 XQX and RE-1.00 EUR stay"),
    ],
)
def test_amounts_in_a_text_are_written_as_people_write_them(text, shown):
    assert formats.in_words(text) == shown


def test_a_telephone_number_stands_in_groups():
    assert formats.phone_text("+493381123456") == "+49 3381 123456"
    assert formats.phone_text("extension 12, ask for Kern") == "extension 12, ask for Kern"
