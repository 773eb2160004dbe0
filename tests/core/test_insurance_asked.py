"""The calculators asked in single values give what their files give; the worked numbers are those of docs/rules."""

import json

import pytest

from fairdue.cli.main import main
from fairdue.core.findings import RefusedError
from fairdue.core.insurance.answers import answer_indemnity, answer_obligations, answer_quote
from fairdue.core.insurance.asked import cover_content, dates_content, premium_content, price_content, top_up_content

pytestmark = pytest.mark.no_database


def test_the_premium_of_a_turnover_is_the_worked_one():
    asked = {
        "currency": "EUR", "rate_percent": "0.18", "estimate": "24000000.00", "turnover": " 22500000.00 ",
        "liability_multiple": "25", "tax_percent": "",
    }  # fmt: skip
    found = answer_quote(premium_content(asked))["declaration"]
    assert (found["adjustment"], found["maximum_liability"]) == ("5940.00", "1012500.00")


def test_a_price_by_risk_is_the_worked_one_and_an_empty_factor_does_not_count():
    factors = {"sector": "1.25", "country": "1.10", "terms": "1.15", "experience": "0.95", "deductible": "0.92"}
    asked = {"currency": "EUR", "base_rate_percent": "0.15", "turnover": "12000000"}
    assert answer_quote(price_content(asked, factors))["pricing"]["premium"] == "24876.23"
    alone = answer_quote(price_content(asked, {"sector": "", "terms": " "}))["pricing"]
    assert (alone["premium"], len(alone["steps"])) == ("18000.00", 1)


def test_a_top_up_is_the_worked_one():
    asked = {"currency": "EUR", "amount": "120000", "yearly_percent": "2", "months": "5"}
    assert answer_quote(top_up_content(asked))["top_up"]["premium"] == "1000.00"


def test_the_indemnity_of_a_loss_is_the_worked_one():
    asked = {"currency": "EUR", "insured_percentage": "85", "limit": "150000", "loss_on": "2026-12-01",
             "cause": "insolvency"}  # fmt: skip
    items = [
        {"invoiced": "2026-03-01", "due": "2026-03-31", "net": "60000"},
        {"invoiced": "2026-03-08", "due": "2026-04-07", "net": "55000"},
        {"invoiced": "2026-03-15", "due": "2026-04-14", "net": "50000", "id": "C"},
        {"invoiced": "", "due": "", "net": ""},
    ]
    without = answer_indemnity(cover_content(asked, items))
    assert without["indemnity"] == "127500.00"
    content = cover_content(
        asked, items, [{"date": "2026-05-02", "gross": "20000"}, {}],
        [{"date": "2027-03-01", "amount": "12000", "cost": "1500"}],
    )  # fmt: skip
    found = answer_indemnity(content)
    assert found["indemnity"] == "123250.00"
    assert [item["id"] for item in found["items"]] == ["1", "2", "C"]
    assert [row["insurer"] for row in found["recoveries"]] == ["8925.00"]
    assert cover_content({**asked, "limit_from": "2026-02-01"}, items)["limits"] == [
        {"date": "2026-02-01", "amount": "150000"}
    ]
    assert answer_indemnity(cover_content({**asked, "limit": ""}, items))["indemnity"] == "0.00"


def test_the_dates_of_an_item_are_the_worked_ones():
    asked = {"currency": "EUR", "extension_days": "60", "notification_days": "30", "waiting_days": "180"}
    items = [{"invoiced": "2026-08-16", "due": "2026-09-15", "net": "9000"}]
    (found,) = answer_obligations(dates_content(asked, items))["items"]
    assert {"2026-11-14", "2026-12-14"} <= {row["date"] for row in found["obligations"]}
    assert answer_obligations(dates_content({**asked, "today": "2026-12-20"}, items))["today"] == "2026-12-20"


def test_what_is_missing_or_cannot_be_read_is_refused_by_name():
    with pytest.raises(RefusedError) as refused:
        answer_indemnity(cover_content({}, []))
    assert {one.path for one in refused.value.findings} >= {"currency", "items", "loss.date"}
    with pytest.raises(RefusedError) as refused:
        answer_quote(premium_content({"currency": "EUR", "rate_percent": "much", "estimate": "1", "turnover": "1"}))
    assert [one.path for one in refused.value.findings] == ["declaration.rate_percent"]


@pytest.mark.parametrize(
    ("words", "path", "answer"),
    [
        ("premium --rate-percent 0.18 --estimate 24000000 --turnover 22500000", "declaration.adjustment", "5940.00"),
        ("price --base-rate-percent 0.15 --turnover 12000000 --factor sector=1.25", "pricing.premium", "22500.00"),
        ("top-up --amount 120000 --yearly-percent 2 --months 5", "top_up.premium", "1000.00"),
        (
            ("cover --insured-percentage 85 --limit 150000 --loss-on 2026-12-01 --cause insolvency "
            "--item 2026-03-01:2026-03-31:165000 --receipt 2026-05-02:20000 --recovery 2027-03-01:12000:1500"),
            "indemnity", "123250.00",
        ),
        ("dates --item 2026-08-16:2026-09-15:9000 --today 2026-12-20", "today", "2026-12-20"),
    ],
)  # fmt: skip
def test_the_calculators_are_asked_by_options(capsys, words, path, answer):
    assert main(["insurance", *words.split(), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    for name in path.split("."):
        found = found[name]
    assert found == answer


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("price --base-rate-percent 1 --turnover 5 --factor sector", "--factor: A factor is NAME=N"),
        ("cover --loss-on 2026-12-01 --item 2026-03-01:5", "--item: Write INVOICED:DUE:NET"),
        ("cover --loss-on 2026-12-01 --item 2026-03-01:2026-03-31:5 --recovery 2027-03-01", "--recovery: Write DATE"),
        ("premium --rate-percent 1 --turnover 5", "declaration.estimate"),
    ],
)
def test_options_that_cannot_be_read_are_refused_by_name(capsys, words, said):
    assert main(["insurance", *words.split()]) == 1
    assert said in capsys.readouterr().err
