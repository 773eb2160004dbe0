"""The decision on VAT, its rates, its rounding: the worked rows of the pages, and what always holds."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.findings import RefusedError
from fairdue.core.invoice.model import Adjustment, Invoice, Line, VatCategory
from fairdue.core.invoice.parties import Address, Party
from fairdue.core.invoice.totals import VatLine, tax_of, totals
from fairdue.core.money import Money, Rounding, round_minor
from fairdue.core.vat import wording
from fairdue.core.vat.area import MEMBERS, home, in_union, tax_currency
from fairdue.core.vat.decision import decide
from fairdue.core.vat.discount import discount_rows
from fairdue.core.vat.prepayment import Prepaid, largest_basis, prepayable, remainders
from fairdue.core.vat.rates import ROWS, RateKind, is_rate, rates_of, standard_rate
from fairdue.core.vat.rounding import VatRounding, exact_tax, half_up, taxes
from fairdue.core.vat.supply import BuyerKind, Nature, Scheme, Supply, Treatment
from tests.core.pages import table

PAGES = Path(__file__).parents[2] / "docs" / "rules"
DAY = date(2026, 11, 16)
S = VatCategory.STANDARD


def given_(text: str) -> str:
    return "" if text == "-" else text


def supply(row: dict[str, str]) -> Supply:
    return Supply(
        row["seller"], row["buyer"], date.fromisoformat(row["on"]), BuyerKind(row["kind"]), Nature(row["nature"]),
        given_(row["place"]), given_(row["ships from"]), given_(row["buyer VAT id"]), Scheme(row["scheme"]),
    )  # fmt: skip


@pytest.mark.parametrize("row", table(PAGES / "vat-decision.md", "seller"), ids=lambda row: "-".join(row.values()))
def test_a_worked_supply_is_treated_as_the_page_says(row):
    found = decide(supply(row))
    assert found.treatment == row["treatment"]
    assert found.category == row["category"]
    assert found.rate == (Decimal(row["rate"]) if row["rate"] != "-" else None)
    assert found.place == row["taxed in"]
    named = [article.removeprefix("Directive 2006/112/EC ") for article in found.articles]
    assert row["article"] in named if row["article"] != "-" else not named


def test_a_service_whose_place_nobody_named_is_refused():
    with pytest.raises(RefusedError) as refusal:
        decide(Supply("DE", "FR", DAY, nature=Nature.EVENT))
    assert refusal.value.findings[0].code == "vat.place"


def test_installed_goods_are_supplied_where_they_are_installed():
    found = decide(Supply("DE", "FR", DAY, buyer_vat_id="FR1", installed=True))
    assert (found.treatment, found.place, found.confirmed) == (Treatment.REVERSE_CHARGE, "FR", False)


def test_an_exemption_and_a_domestic_reverse_charge_and_a_zero_rate_are_the_users_to_name():
    exempt = decide(Supply("DE", "DE", DAY, exempt="UStG § 4 Nr. 14"))
    assert (exempt.category, exempt.articles[-1]) == (VatCategory.EXEMPT, "UStG § 4 Nr. 14")
    building = decide(Supply("DE", "DE", DAY, domestic_reverse=True))
    assert (building.category, building.vatex) == (VatCategory.REVERSE_CHARGE, "VATEX-EU-AE")
    assert decide(Supply("DE", "DE", DAY, BuyerKind.B2C, domestic_reverse=True)).category is S
    assert decide(Supply("GB", "GB", DAY, zero_rated=True)).category is VatCategory.ZERO


@pytest.mark.parametrize(
    "asked, flagged",
    [
        (Supply("IT", "IT", DAY, BuyerKind.B2G), True),
        (Supply("IT", "IT", DAY), False),
        (Supply("PL", "PL", DAY, split_goods=True, gross_minor=15_000_01), True),
        (Supply("PL", "PL", DAY, split_goods=True, gross_minor=15_000_00), False),
        (Supply("PL", "PL", DAY, gross_minor=15_000_01), False),
        (Supply("PL", "DE", DAY, buyer_vat_id="DE1", split_goods=True, gross_minor=15_000_01), False),
    ],
)
def test_split_payment_is_flagged_where_the_law_asks_for_it(asked, flagged):
    assert ("split_payment" in decide(asked).flags) is flagged


def test_what_must_be_proven_is_said():
    number, transport = decide(Supply("DE", "FR", DAY, buyer_vat_id="FR1")).conditions
    assert (number.path, transport.path) == ("buyer.vat_id", "delivery")
    abroad = decide(Supply("DE", "PL", DAY, ships_from="PL"))
    assert abroad.flags == ("registration_abroad",)
    assert "registered in PL" in abroad.conditions[0].sentence


def test_a_day_without_a_known_rate_has_no_rate():
    assert decide(Supply("DE", "DE", date(1990, 1, 1))).rate is None
    assert is_rate("DE", Decimal(14), date(1990, 1, 1))


COUNTRIES = st.sampled_from([*sorted(MEMBERS), "GB", "XI", "CH", "US", "NO", "AU"])
SUPPLIES = st.builds(
    Supply, COUNTRIES, COUNTRIES, st.dates(date(2019, 1, 1), date(2030, 12, 31)), st.sampled_from(BuyerKind),
    st.sampled_from(Nature), COUNTRIES, st.just("") | COUNTRIES, st.sampled_from(["", "FR1", "DE1", "EL1"]),
    st.sampled_from(Scheme), st.sampled_from(["", "Art. 132"]), st.booleans(), st.booleans(), st.booleans(),
    st.integers(0, 2_000_000), st.booleans(),
)  # fmt: skip


@given(SUPPLIES)
def test_every_supply_gets_one_category_with_a_rate_that_fits_it(asked):
    found = decide(asked)
    assert found.why
    assert (found.rate is None) >= (found.category is VatCategory.OUTSIDE_SCOPE)
    if found.category not in {S, VatCategory.OUTSIDE_SCOPE}:
        assert found.rate == 0
    if found.category is VatCategory.INTRA_COMMUNITY:
        start, end = asked.ships_from or asked.seller, asked.place
        assert start != end
        assert in_union(start, asked.on, goods=True)
        assert in_union(end, asked.on, goods=True)
        assert asked.buyer_vat_id
    if found.category is VatCategory.EXPORT:
        ends = (asked.ships_from or asked.seller, asked.place)
        assert not all(in_union(one, asked.on, goods=True) for one in ends)


def test_rates_of_one_kind_follow_each_other_without_overlap():
    for country in {row.country for row in ROWS}:
        standard = sorted(
            (r for r in ROWS if r.country == country and r.kind is RateKind.STANDARD), key=lambda r: r.since
        )
        assert all(before.until < after.since for before, after in pairwise(standard))
        assert standard[-1].until == date.max
    assert {row.country for row in ROWS} >= MEMBERS


@pytest.mark.parametrize(
    "country, day, percent",
    [("DE", "2020-06-30", 19), ("DE", "2020-07-01", 16), ("DE", "2021-01-01", 19), ("CH", "2023-12-31", "7.7"),
     ("CH", "2024-01-01", "8.1"), ("FI", "2024-09-01", "25.5"), ("SG", "2024-01-01", 9)],
)  # fmt: skip
def test_the_rate_of_the_day_counts(country, day, percent):
    assert standard_rate(country, date.fromisoformat(day)).percent == Decimal(percent)


def test_rates_tell_whether_the_authority_itself_was_read():
    assert standard_rate("FI", DAY).confirmed
    assert not standard_rate("BG", DAY).confirmed
    assert "TEDB" in standard_rate("BG", DAY).source
    assert {row.percent for row in rates_of("FR", DAY)} == {Decimal(r) for r in ("20", "10", "5.5", "2.1")}
    assert is_rate("FR", Decimal("5.5"), DAY)
    assert not is_rate("FR", Decimal(19), DAY)


def test_territories_and_currencies_have_dates():
    assert (home("uk"), home("EL "), home("de")) == ("GB", "GR", "DE")
    assert in_union("GB", date(2020, 12, 31))
    assert not in_union("GB", date(2021, 1, 1))
    assert in_union("XI", DAY, goods=True)
    assert not in_union("XI", DAY)
    assert [tax_currency("BG", date(year, 1, 1)) for year in (2025, 2026)] == ["BGN", "EUR"]
    assert tax_currency("US", DAY) == ""


def test_the_wording_speaks_the_language_of_both():
    charge = Treatment.REVERSE_CHARGE
    assert wording.both(charge, "", "de", "fr") == "Autoliquidation / Steuerschuldnerschaft des Leistungsempfängers"
    assert wording.both(charge, "Btw verlegd (art. 12)", "nl", "de").endswith("empfängers / Btw verlegd (art. 12)")
    assert wording.both(charge, "", "de", "de") == "Steuerschuldnerschaft des Leistungsempfängers"
    assert wording.words(charge, "ko") == "Reverse charge"
    assert wording.words(Treatment.TAXED, "de") == ""
    assert wording.words(Treatment.MARGIN_TRAVEL, "fr") == "Régime particulier - Agences de voyages"


def amounts(cell: str):
    rows = [part.partition(":") for part in cell.split(";")]
    return [(Decimal(rate), [int(one) for one in numbers.split()]) for rate, _, numbers in rows]


@pytest.mark.parametrize("row", table(PAGES / "vat-rounding.md", "rate and amounts"), ids=lambda row: row["mode"])
def test_tax_is_rounded_where_the_page_says(row):
    found = taxes(amounts(row["rate and amounts"]), VatRounding(row["mode"]))
    assert found == [int(one) for one in row["rows"].split()]
    assert sum(found) == int(row["tax"])


RATES = st.sampled_from([None, *map(Decimal, ("0", "2.1", "5.5", "7", "8.1", "19", "20", "25.5"))])
PARTS = st.lists(st.tuples(RATES, st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=6)), max_size=5)


@given(PARTS, st.sampled_from(VatRounding))
def test_no_row_is_further_from_its_exact_tax_than_its_rounding_allows(parts, mode):
    for tax, (rate, numbers) in zip(taxes(parts, mode), parts, strict=True):
        allowed = len(numbers) if mode is VatRounding.PER_LINE else 1
        assert abs(tax - exact_tax(sum(numbers), rate)) <= allowed


@given(PARTS)
def test_one_rounding_of_the_total_is_exactly_that(parts):
    whole = sum((exact_tax(sum(numbers), rate) for rate, numbers in parts), start=exact_tax(0, None))
    assert sum(taxes(parts, VatRounding.TOTAL)) == half_up(whole)


@given(PARTS, st.randoms(use_true_random=False), st.sampled_from([VatRounding.PER_LINE, VatRounding.PER_RATE]))
def test_the_order_of_rows_does_not_matter(parts, random, mode):
    found = dict(enumerate(taxes(parts, mode)))
    order = list(range(len(parts)))
    random.shuffle(order)
    assert taxes([parts[place] for place in order], mode) == [found[place] for place in order]


@given(st.integers(-(10**12), 10**12), RATES)
def test_the_fast_way_and_the_exact_way_agree(basis, rate):
    assert tax_of(basis, rate) == half_up(exact_tax(basis, rate))


def line(number: int, price: int, rate: str) -> Line:
    return Line(str(number), "n", Decimal(1), "C62", Decimal(price).scaleb(-2), S, Decimal(rate))


@given(
    st.lists(st.tuples(st.integers(0, 10**7), st.sampled_from(["7", "19"])), min_size=1, max_size=8),
    st.lists(st.tuples(st.integers(0, 10**4), st.booleans(), st.sampled_from(["7", "19"])), max_size=3),
    st.sampled_from(VatRounding),
)
def test_lines_and_adjustments_add_up_to_the_document_in_every_mode(lines, adjustments, mode):
    party = Party("P", Address("DE"))
    found = totals(
        Invoice(
            party, party, "EUR", tuple(line(place, *one) for place, one in enumerate(lines)),
            adjustments=tuple(Adjustment(a, charge=c, category=S, rate=Decimal(r)) for a, c, r in adjustments),
            vat_rounding=mode,
        )
    )  # fmt: skip
    assert sum(row.basis for row in found.vat) == found.net == found.line_sum - found.allowances + found.charges
    assert sum(row.tax for row in found.vat) == found.tax == found.gross - found.net
    most = len(lines) + len(adjustments)
    assert abs(found.tax - sum(tax_of(row.basis, row.rate) for row in found.vat)) <= most


def cents(text: str) -> int:
    return Money.parse(text, "EUR").minor


@pytest.mark.parametrize("row", table(PAGES / "vat-rounding.md", "before: basis"), ids=lambda row: row["basis"])
def test_the_final_invoice_takes_off_what_was_invoiced_before(row):
    rate = Decimal(row["rate"])
    before = Prepaid("A-1", DAY, (VatLine(S, rate, cents(row["before: basis"]), cents(row["before: tax"])),))
    [left] = remainders([VatLine(S, rate, cents(row["basis"]), cents(row["tax"]))], [before])
    assert (left.basis_left, left.tax_left) == (cents(row["left: basis"]), cents(row["left: tax"]))
    assert before.gross == cents(row["before: basis"]) + cents(row["before: tax"])


ROW = st.builds(lambda rate, basis: VatLine(S, rate, basis, tax_of(basis, rate)), RATES, st.integers(0, 10**9))


@given(st.lists(ROW, max_size=4, unique_by=lambda row: row.rate), st.lists(st.integers(0, 100), max_size=4))
def test_prepayments_and_the_rest_are_the_whole(rows, shares):
    before = [
        Prepaid(
            str(n), DAY, tuple(VatLine(S, r.rate, r.basis * n // 100, tax_of(r.basis * n // 100, r.rate)) for r in rows)
        )
        for n in shares
    ]
    found = remainders(rows, before)
    assert sum(one.basis_left + one.tax_left for one in found) + sum(one.gross for one in before) == sum(
        row.basis + row.tax for row in rows
    )


@given(st.integers(0, 10**6), st.decimals("0.001", "99.999", places=3))
def test_the_largest_basis_bears_the_tax_and_the_next_one_more(tax, rate):
    basis = largest_basis(tax, rate)
    assert tax_of(basis, rate) <= tax < tax_of(basis + 1, rate)


def test_a_basis_below_zero_bears_a_tax_below_zero():
    assert largest_basis(-1, Decimal(19)) < 0


@given(
    st.sampled_from(["JPY", "EUR", "BHD"]),
    st.lists(st.tuples(st.sampled_from(["S", "Z"]), st.decimals(0, 50, places=3), RATES), max_size=4,
             unique_by=lambda one: one[2]),
    st.lists(st.decimals("0.1", "100", places=1), max_size=5),
)  # fmt: skip
def test_prepayments_never_exceed_the_whole_whatever_the_shares_and_decimals(currency, worths, shares):
    wholes = []
    for _, worth, rate in worths:
        basis = round_minor(worth, currency, Rounding.HALF_UP)
        wholes.append((worth, VatLine(S, rate, basis, tax_of(basis, rate))))
    before: list[Prepaid] = []
    for number, share in enumerate(shares):
        rows = []
        for worth, whole in wholes:
            earlier = [row for one in before for row in one.rows if row.rate == whole.rate]
            wanted = round_minor(worth * share / 100, currency, Rounding.HALF_UP)
            basis = prepayable(wanted, whole.basis, whole.rate, earlier)
            assert 0 <= basis <= wanted
            rows.append(VatLine(S, whole.rate, basis, tax_of(basis, whole.rate)))
        before.append(Prepaid(str(number), DAY, tuple(rows)))
    found = remainders([whole for _, whole in wholes], before)
    assert all(one.basis_left >= 0 and one.tax_left >= 0 for one in found)
    gross = sum(row.basis + row.tax for _, row in wholes)
    assert sum(one.basis_left + one.tax_left for one in found) + sum(one.gross for one in before) == gross


def test_two_halves_whose_taxes_round_up_leave_no_final_invoice_below_zero():
    first = prepayable(3, 6, Decimal(19), ())
    earlier = [VatLine(S, Decimal(19), first, tax_of(first, Decimal(19)))]
    assert (first, earlier[0].tax, prepayable(3, 6, Decimal(19), earlier)) == (3, 1, 2)
    assert prepayable(3, 6, None, earlier) == 3
    assert prepayable(9, 6, Decimal(19), earlier * 3) == 0


@pytest.mark.parametrize("rate, shown", [(Decimal(7), "at 7 %"), (None, "without a rate")])
def test_a_prepayment_at_a_strange_rate_is_refused(rate, shown):
    with pytest.raises(RefusedError) as refusal:
        remainders([VatLine(S, Decimal(19), 100, 19)], [Prepaid("A-1", DAY, (VatLine(S, rate, 100, 7),))])
    assert shown in refusal.value.findings[0].message


@pytest.mark.parametrize("row", table(PAGES / "vat-rounding.md", "off the gross"), ids=lambda row: row["basis"])
def test_a_discount_takes_its_share_of_basis_and_tax(row):
    [taken] = discount_rows(
        [VatLine(S, Decimal(row["rate"]), cents(row["basis"]), cents(row["tax"]))], Decimal(row["discount"])
    )
    assert taken.basis + taken.tax == cents(row["off the gross"])
    assert (taken.basis, taken.tax) == (cents(row["off the basis"]), cents(row["off the tax"]))


@given(st.lists(ROW, max_size=4), st.decimals("0.1", "99", places=1))
def test_a_discount_never_takes_more_than_there_is(rows, percent):
    for row, taken in zip(rows, discount_rows(rows, percent), strict=True):
        assert 0 <= taken.basis + taken.tax <= row.basis + row.tax
        assert 0 <= taken.tax <= row.tax + 1
