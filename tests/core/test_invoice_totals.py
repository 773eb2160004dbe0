from __future__ import annotations

import json
import re
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.categories import RULES, exemption
from fairdue.core.invoice.iban import iban_valid, looks_like_iban
from fairdue.core.invoice.model import Adjustment, Exemption, Invoice, Line, VatCategory
from fairdue.core.invoice.numbering import NumberFormat, check_format
from fairdue.core.invoice.parties import Address, Party
from fairdue.core.invoice.terms import (
    Term,
    TermKind,
    check_due,
    discount_until,
    due_date,
    next_business_day,
    parse_term,
    readable,
)
from fairdue.core.invoice.totals import line_net, percent_of, quotient, tax_of, totals
from fairdue.core.invoice.wire import from_wire

ROOT = Path(__file__).parents[2]
RULES_PAGES = ROOT / "docs" / "rules"
PARTY = Party("P", Address("DE"))
S = VatCategory.STANDARD


def tables(page: str) -> list[list[dict[str, str]]]:
    """Return the tables of a page of docs/rules as dicts by column head."""
    found: list[list[dict[str, str]]] = []
    head: list[str] = []
    for line in (RULES_PAGES / f"{page}.md").read_text().splitlines():
        cells = [cell.strip().strip("`") for cell in line.strip().strip("|").split("|")]
        if not line.startswith("|"):
            head = []
        elif not head:
            head = cells
            found.append([])
        elif not re.fullmatch(r"[|\s:-]+", line):
            found[-1].append(dict(zip(head, cells, strict=True)))
    return found


def invoice(*lines: Line, **more) -> Invoice:
    return Invoice(seller=PARTY, buyer=PARTY, currency=more.pop("currency", "EUR"), lines=lines, **more)


def line(quantity: str, price: str, rate: str = "19", **more) -> Line:
    return Line("1", "n", Decimal(quantity), "C62", Decimal(price), S, Decimal(rate), **more)


@pytest.mark.parametrize("row", tables("rounding")[0])
def test_the_rounding_page_tells_the_truth_about_lines(row):
    priced = line(row["quantity"], row["price"], price_quantity=Decimal(row["per"]))
    places = {"JPY": 0, "EUR": 2, "KWD": 3}[row["currency"]]
    assert Decimal(line_net(priced, row["currency"])).scaleb(-places) == Decimal(row["net"])


@pytest.mark.parametrize("row", tables("vat-totals")[0])
def test_the_vat_page_tells_the_truth_about_tax(row):
    basis = int(Decimal(row["basis"]).scaleb(2))
    assert Decimal(tax_of(basis, Decimal(row["rate"]))).scaleb(-2) == Decimal(row["tax"])


def test_the_vat_page_works_its_example_through():
    data = json.loads((ROOT / "tests/golden/invoices/domestic_de.json").read_text())
    computed = totals(from_wire(data)[0])
    stated = {row["figure"]: row["amount"] for row in tables("vat-totals")[1]}
    figures = {
        "sum of lines": computed.line_sum,
        "allowances": computed.allowances,
        "charges": computed.charges,
        "net": computed.net,
        "basis at 19 %": computed.vat[0].basis,
        "tax at 19 %": computed.vat[0].tax,
        "basis at 7 %": computed.vat[1].basis,
        "tax at 7 %": computed.vat[1].tax,
        "total": computed.gross,
        "due": computed.due,
    }
    assert {name: f"{minor // 100}.{minor % 100:02}" for name, minor in figures.items()} == stated


@pytest.mark.parametrize("row", tables("due-dates")[0])
def test_the_due_date_page_tells_the_truth(row):
    holidays = None if row["weekends"] == "stay" else {date(2026, 12, 25)}
    found = due_date(parse_term(row["term"]), date.fromisoformat(row["issued"]), holidays)
    assert found.isoformat() == row["due"]


@pytest.mark.parametrize("row", tables("numbering")[0])
def test_the_numbering_page_tells_the_truth(row):
    form = NumberFormat(row["pattern"], row["yearly"] == "yes", int(row["year starts"]))
    assert form.number(int(row["counter"]), date.fromisoformat(row["day"])) == row["number"]
    assert form.period(date.fromisoformat(row["day"])) == row["counter of"].replace("-", "")
    assert check_format(form) == ()


@pytest.mark.parametrize("row", tables("numbering")[1])
def test_the_numbering_page_names_what_is_refused(row):
    form = NumberFormat(row["pattern"], row["yearly"] == "yes")
    assert row["finding"] in {one.code for one in check_format(form)}


def test_a_year_that_starts_in_no_month_is_refused():
    assert [one.code for one in check_format(NumberFormat("{yy}{n:3}", year_starts=13))] == ["numbering.month"]


def test_a_counter_that_outgrows_its_digits_is_refused_and_never_wraps():
    form = NumberFormat("A{yy}-{n:2}")
    assert form.number(99, date(2026, 1, 1)) == "A26-99"
    for counter in (0, 100):
        with pytest.raises(RefusedError, match="does not fit"):
            form.number(counter, date(2026, 1, 1))
    with pytest.raises(RefusedError):
        NumberFormat("A").number(1, date(2026, 1, 1))


@given(st.integers(1, 99999), st.integers(1, 99999), st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_numbers_of_one_period_are_unique_and_rise_with_the_counter(one, other, day):
    form = NumberFormat("RE-{yyyy}-{n:5}")
    assert (form.number(one, day) < form.number(other, day)) == (one < other)


PRICES = st.decimals(Decimal(0), Decimal(10**6), places=4)
QUANTITIES = st.decimals(Decimal(-1000), Decimal(1000), places=3)
RATES = st.sampled_from([Decimal("5.5"), Decimal(7), Decimal(19), Decimal(20)])
LINES = st.lists(st.tuples(QUANTITIES, PRICES, RATES), min_size=1, max_size=8)
DOCUMENT = st.lists(st.tuples(st.integers(0, 10**6), st.booleans(), RATES), max_size=3)


def built(rows, document=()) -> Invoice:
    lines = tuple(Line(str(i), "n", quantity, "C62", price, S, rate) for i, (quantity, price, rate) in enumerate(rows))
    adjustments = tuple(Adjustment(amount, charge, category=S, rate=rate) for amount, charge, rate in document)
    return invoice(*lines, adjustments=adjustments)


@given(LINES, DOCUMENT)
def test_every_total_is_the_sum_of_its_parts(rows, document):
    found = totals(built(rows, document))
    assert found.line_sum == sum(found.lines)
    assert found.net == found.line_sum - found.allowances + found.charges
    assert sum(row.basis for row in found.vat) == found.net
    assert found.tax == sum(row.tax for row in found.vat)
    assert found.gross == found.net + found.tax == found.due


@given(LINES)
def test_the_order_of_lines_does_not_matter(rows):
    one, other = totals(built(rows)), totals(built(rows[::-1]))
    assert (one.net, one.tax, one.gross) == (other.net, other.tax, other.gross)
    assert {(row.rate, row.basis, row.tax) for row in one.vat} == {(r.rate, r.basis, r.tax) for r in other.vat}


@given(QUANTITIES, PRICES)
def test_a_credited_quantity_is_the_exact_mirror(quantity, price):
    forth, back = (line_net(line(str(q), str(price)), "EUR") for q in (quantity, -quantity))
    assert forth == -back


@given(st.integers(-(10**9), 10**9), RATES)
def test_tax_is_within_half_a_unit_of_the_exact_tax(basis, rate):
    exact = Decimal(basis) * rate / 100
    assert tax_of(basis, rate) == int(exact.quantize(Decimal(1), ROUND_HALF_UP))


@given(
    st.decimals(Decimal(-(10**6)), Decimal(10**6), places=3),
    st.decimals(Decimal("0.001"), Decimal(10**4), places=3),
)
def test_a_price_for_many_is_divided_exactly(amount, divisor):
    found = Decimal(quotient(amount, divisor, "EUR"))
    assert abs(found - amount * 100 / divisor) <= Decimal("0.500000001")


def test_a_negative_divisor_turns_the_sign():
    assert quotient(Decimal(1), Decimal(-3), "EUR") == -33


def test_an_adjustment_of_a_line_counts_once_and_in_its_direction():
    allowance = Adjustment(100, reason="r")
    charge = Adjustment(30, charge=True, reason="r")
    assert line_net(line("1", "10.00", adjustments=(allowance, charge)), "EUR") == 930


def test_an_adjustment_without_category_is_in_the_totals_and_in_no_tax():
    found = totals(invoice(line("1", "10"), adjustments=(Adjustment(100),)))
    assert (found.net, found.vat[0].basis) == (900, 1000)


def test_tax_in_the_tax_currency_needs_a_rate_and_another_currency():
    at = {"tax_currency": "EUR", "tax_rate_of_exchange": Decimal("0.9")}
    foreign = invoice(line("1", "100"), currency="USD", **at)
    assert totals(foreign).tax_in_tax_currency == 1710
    assert totals(invoice(line("1", "100"), **at)).tax_in_tax_currency is None
    assert totals(invoice(line("1", "100"), tax_currency="USD")).tax_in_tax_currency is None


def test_a_percentage_is_rounded_half_away_from_zero():
    assert percent_of(250, Decimal("0.2")) == 1
    assert percent_of(-250, Decimal("0.2")) == -1


@pytest.mark.parametrize("language, words", [("de", "Steuerschuldnerschaft"), ("fr", "Auto"), ("ko", "Reverse")])
def test_the_legal_wording_follows_the_language_and_falls_back_to_english(language, words):
    found = exemption(invoice(language=language), VatCategory.REVERSE_CHARGE)
    assert found.reason.startswith(words)
    assert found.code == "VATEX-EU-AE"


def test_the_own_reason_of_the_user_comes_first():
    own = Exemption(VatCategory.EXPORT, "Article 146(1)(b)")
    assert exemption(invoice(exemptions=(own,)), VatCategory.EXPORT) is own


def test_standard_and_zero_rated_lines_have_no_reason_and_exempt_ones_need_their_own():
    assert exemption(invoice(), S) is None
    assert exemption(invoice(), VatCategory.EXEMPT) is None


def test_every_category_has_a_rule_and_every_wording_three_languages():
    assert set(RULES) == set(VatCategory)
    for rule in RULES.values():
        assert set(rule.label) == {"en", "de", "fr"}
        assert not rule.wording or set(rule.wording) >= {"en", "de", "fr"}
        assert rule.confirmed


@pytest.mark.parametrize("text", ["", "soon", "day 0", "day 32", "net -3"])
def test_an_unreadable_term_is_refused(text):
    assert not readable(text)
    with pytest.raises(RefusedError):
        parse_term(text)


@pytest.mark.parametrize("term", [Term(kind, 15) for kind in TermKind])
def test_a_term_reads_back_what_it_prints(term):
    assert parse_term(str(term)) == term
    assert readable(str(term))


@given(st.dates(date(2020, 1, 1), date(2040, 1, 1)), st.sampled_from(list(TermKind)), st.integers(1, 31))
def test_nothing_is_due_before_it_is_issued_and_business_days_only_move_on(issued, kind, days):
    term = Term(kind, days)
    assert issued <= due_date(term, issued) <= due_date(term, issued, set())
    assert due_date(term, issued, set()).weekday() < 5


def test_holidays_push_the_day_on():
    assert next_business_day(date(2026, 12, 25), {date(2026, 12, 25)}) == date(2026, 12, 28)


def test_a_long_term_is_a_warning_between_undertakings_only():
    issued = date(2026, 1, 1)
    assert [one.code for one in check_due(issued, date(2026, 3, 3))] == ["terms.long"]
    assert check_due(issued, date(2026, 3, 2)) == ()
    assert check_due(issued, date(2026, 3, 3), business=False) == ()
    assert [one.code for one in check_due(issued, date(2025, 12, 31))] == ["terms.before_issue"]


def test_a_discount_period_counts_from_the_day_after_issue():
    assert discount_until(date(2026, 2, 27), 10) == date(2026, 3, 9)


def test_iban_check_digits():
    assert looks_like_iban("de75 5121 0800 1245 1261 99")
    assert iban_valid("DE75512108001245126199")
    assert not iban_valid("DE75512108001245126198")
    assert not looks_like_iban("12-3456")
