"""What customers, payments and orders ask of their columns beside what every file asks."""

from decimal import Decimal

import pytest
from tests.tabular.conftest import found, lines

DEBTOR = (
    "external_id,name,country,language,ibans,parent_external_id,payment_terms_days,"
    "discount_percent,discount_days,credit_limit,currency,kind"
)


@pytest.mark.parametrize(
    "row, finding",
    [
        ("C1,Acme,DE,de,DE1|DE2,C0,30,2,10,1000,EUR,Firma", None),
        ("C1,Acme,D,,,,,,,,,", ("country", "country.unknown")),
        ("C1,Acme,DE,,,C1,,,,,,", ("parent_external_id", "debtor.own_parent")),
        ("C1,Acme,DE,,,,30 days,,,,,", ("payment_terms_days", "number.unreadable")),
        ("C1,Acme,DE,,,,30.5,,,,,", ("payment_terms_days", "number.whole")),
        ("C1,Acme,DE,,,,99999999999,,,,,", ("payment_terms_days", "number.too_large")),
        ("C1,Acme,DE,,,,-1,,,,,", ("payment_terms_days", "number.negative")),
        ("C1,Acme,DE,,,,30,2,,,,", ("discount_percent", "discount.incomplete")),
        ("C1,Acme,DE,,,,30,2,31,,,", ("discount_days", "discount.late")),
        ("C1,Acme,DE,,,,30,101,3,,,", ("discount_percent", "percent.range")),
        ("C1,Acme,DE,,,,,,,1000,,", ("credit_limit", "currency.unknown")),
        ("C1,Acme,DE,,,,,,,,,alien", ("kind", "word.unknown")),
        (f"C1,Acme,DE,,{'X' * 43},,,,,,,", ("ibans", "text.too_long")),
        (f"C1,Acme,DE,{'x' * 11},,,,,,,,", ("language", "text.too_long")),
    ],
)
def test_debtors(read, row, finding):
    _, rows = read(lines(row, header=DEBTOR), kind="debtors")
    assert [(item[1], item[3]) for item in found(rows)] == ([finding] if finding else [])
    if finding is None:
        assert rows[0].value.ibans == ("DE1", "DE2")
        assert rows[0].value.credit_limit == 100000


@pytest.mark.parametrize(
    "amount, allocations, expected",
    [
        ("100.00", "R1:60.00|R2:40.00", (("R1", 6000), ("R2", 4000))),
        ("100.00", "A:B:60", (("A:B", 6000),)),
        ("100.00", "", ()),
        ("100.00", "R1:110.00|GS:-10.00", (("R1", 10000),)),
        ("98.00", "R1:100.00", (("R1", 9800),)),
        ("100.00", "R1:120.00", "allocation.over"),
        ("100.00", "R1:50|R1:50", "allocation.twice"),
        ("100.00", "R1:-1", "amount.sign"),
        ("100.00", "R1", "amounts.unreadable"),
        ("5000.00", "R1:1.234", "number.ambiguous"),
        ("100.00", "R1:1.2345", "number.decimals"),
        ("0", "", "amount.zero"),
    ],
)
def test_payments(read, amount, allocations, expected):
    header = "payment_ref,date,currency,amount,allocations"
    _, rows = read(lines(f"P1,2026-01-31,EUR,{amount},{allocations}", header=header), kind="payments")
    assert (expected == rows[0].value.allocations) if rows[0].value else [item[3] for item in found(rows)] == [expected]


@pytest.mark.parametrize(
    "category, percent, code",
    [
        ("S", "19", None),
        ("", "19", None),
        ("S", "0", "vat.rate"),
        ("AE", "19", "vat.rate"),
        ("ae", "0", None),
    ],
)
def test_orders(read, category, percent, code):
    header = "order_number,line,debtor_external_id,order_date,currency,description,quantity,unit_price"
    _, rows = read(
        lines(
            f"O1,1,C1,2026-01-31,EUR,Bolt,2.5,0.0123,{category},{percent}",
            header=f"{header},vat_category,vat_percent",
        ),
        kind="orders",
    )
    assert [item[3] for item in found(rows)] == ([code] if code else [])
    if code is None:
        assert rows[0].value.unit_price == Decimal("0.0123")
