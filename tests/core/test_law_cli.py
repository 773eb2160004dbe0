"""`fairdue law` answers in the shape that others build on."""

import argparse
import json

import pytest

from fairdue.cli import law


def call(capsys, *words):
    parser = argparse.ArgumentParser()
    law.register(parser.add_subparsers())
    args = parser.parse_args(["law", *words])
    code = args.run(args)
    out, err = capsys.readouterr()
    return code, out, err


def answer(capsys, *words):
    code, out, _ = call(capsys, *words, "--json")
    return code, json.loads(out)


DE = ("interest", "--country", "DE", "--principal", "7500.00")


def test_the_german_example_in_full(capsys):
    code, found = answer(capsys, *DE, "--due", "2025-11-30", "--paid", "2026-02-28")
    assert code == 0
    assert {key: found[key] for key in ("interest", "compensation", "total", "days", "confirmed")} == {
        "interest": "189.92",
        "compensation": "40.00",
        "total": "229.92",
        "days": 90,
        "confirmed": True,
    }
    assert found["periods"][0] == {
        "from": "2025-12-01",
        "to": "2025-12-31",
        "days": 31,
        "principal": "7500.00",
        "rate": "10.27",
        "amount": "65.42",
    }
    assert [row["date"] for row in found["rates"]] == ["2025-07-01", "2026-01-01"]
    assert found["articles"] == ["BGB 288 (2)", "BGB 247", "BGB 286", "BGB 288 (5)"]


def test_without_a_due_date_the_law_counts_from_invoice_and_goods(capsys):
    dates = ("--no-due-date", "--invoice-received", "2026-01-10", "--delivered", "2026-01-20")
    _, found = answer(capsys, *DE, *dates, "--paid", "2026-02-19")
    assert (found["starts_on"], found["interest"], found["compensation"]) == ("2026-02-20", "0.00", "0.00")


def test_part_payments_and_a_contract_rate(capsys):
    words = ("--due", "2024-12-31", "--paid", "2025-12-31", "--contract-rate", "10")
    _, found = answer(capsys, *DE, *words, "--payment", "2025-06-30:3750.00")
    assert [period["principal"] for period in found["periods"]] == ["7500.00", "3750.00"]
    assert found["interest"] == "560.96"


def test_a_sum_in_another_currency_has_no_total(capsys):
    _, found = answer(capsys, *DE, "--currency", "USD", "--due", "2025-11-30", "--today", "2026-02-28")
    assert (found["total"], found["compensation_currency"]) == (None, "EUR")


def test_compensation_limitation_and_notice(capsys):
    _, sums = answer(capsys, "compensation", "--country", "NL", "--principal", "5000")
    assert (sums["compensation"], sums["currency"]) == ("625.00", "EUR")
    events = ("--event", "acknowledgment:2024-06-15", "--event", "negotiation:2025-01-01:2025-03-02")
    _, limit = answer(capsys, "limitation", "--country", "DE", "--due", "2023-03-10", *events)
    assert (limit["ends_on"], len(limit["steps"])) == ("2027-08-14", 3)
    _, letter = answer(capsys, "notice", "--country", "FR", "--sent", "2026-03-02")
    assert (letter["reply_by"], letter["words"]) == ("2026-03-10", ["mise en demeure"])
    assert {"code": "lump_sum", "text": "The fixed sum for recovery costs"} in letter["contents"]


def test_a_refusal_exits_one_and_names_the_reason(capsys):
    code, found = answer(capsys, *DE, "--due", "2025-11-30", "--paid", "2027-06-30")
    assert code == 1
    assert found["findings"][0]["code"] == "law.rate_unknown"
    code, out, err = call(capsys, "notice", "--country", "XX")
    assert (code, out) == (1, "")
    assert "XX" in err


def test_a_person_reads_lines(capsys):
    code, out, _ = call(capsys, *DE, "--due", "2025-11-30", "--paid", "2026-02-28")
    assert code == 0
    assert "interest              189.92" in out
    assert "periods               2025-12-01  2025-12-31  31  7500.00  10.27  65.42" in out


@pytest.mark.parametrize(
    "words",
    [
        (*DE, "--due", "31.12.2025"),
        (*DE, "--due", "2025-11-30", "--contract-rate", "x"),
        (*DE, "--due", "2025-11-30", "--contract-rate", "NaN"),
        (*DE, "--due", "2025-11-30", "--payment", "2025-12-01"),
        (*DE,),
        ("limitation", "--country", "DE", "--due", "2025-11-30", "--event", "smile:2025-01-01"),
        ("limitation", "--country", "DE", "--due", "2025-11-30", "--event", "reminder:x"),
    ],
)
def test_wrong_usage_exits_two(capsys, words):
    with pytest.raises(SystemExit) as stop:
        call(capsys, *words)
    assert stop.value.code == 2


def test_an_amount_that_is_none_exits_two(capsys):
    code, _, err = call(capsys, "interest", "--country", "DE", "--principal", "x", "--due", "2025-11-30")
    assert code == 2
    assert "not an amount" in err


def test_today_is_the_default_of_both_dates(capsys):
    _, letter = answer(capsys, "notice", "--country", "DE", "--today", "2026-03-02")
    assert letter["reply_by"] == "2026-03-09"
    code, _, _ = call(capsys, "notice", "--country", "DE")
    assert code == 0


def test_the_law_of_an_invoice_from_germany_to_france(capsys):
    words = ("invoice", "--seller", "DE", "--buyer", "FR", "--kind", "b2b", "--date", "2026-11-16")
    code, found = answer(capsys, *words)
    assert code == 0
    assert found["governing"]["country"] == "DE"
    goods, services = found["treatments"]
    assert (goods["category"], goods["rate"], goods["vatex"]) == ("K", "0", "VATEX-EU-IC")
    assert "Directive 2006/112/EC Art. 138 (1)" in goods["articles"]
    assert (services["category"], services["taxed_in"]) == ("AE", "FR")
    assert services["wording"] == "Autoliquidation / Steuerschuldnerschaft des Leistungsempfängers"
    assert found["simplified"] == {
        "up_to": "250.00", "currency": "EUR", "article": "UStDV § 33; UStAE 14.6", "confirmed": True
    }  # fmt: skip
    assert (found["retention"]["years"], found["tax_currency"]["currency"]) == (8, "EUR")
    assert [(one["duty"], one["in_force"]) for one in found["mandates"]] == [("receive", True), ("issue", False)]
    assert "CGI art. 289 bis; law 2023-1322 art. 91" in found["unconfirmed"]
    assert found["confirmed"] is False


def test_the_supply_and_its_place_can_be_named(capsys):
    words = ("invoice", "--seller", "us", "--buyer", "US", "--supply", "services", "--today", "2026-11-16")
    _, found = answer(capsys, *words)
    assert [one["treatment"] for one in found["treatments"]] == ["sales_tax"]
    assert (found["treatments"][0]["rate"], found["simplified"], found["tax_currency"]) == (None, None, None)
    _, found = answer(capsys, "invoice", "--seller", "DE", "--buyer", "FR", "--supply", "event", "--place", "AT",
                      "--kind", "b2c")  # fmt: skip
    assert found["governing"]["country"] == "AT"
    above = {one["above"] for one in found["contents"]}
    assert above == {None}
    _, austrian = answer(capsys, "invoice", "--seller", "AT", "--buyer", "AT")
    assert "10000.00 EUR" in {one["above"] for one in austrian["contents"]}


@pytest.mark.parametrize(
    "words, code", [(("--seller", "BR", "--buyer", "DE"), "law.country_unknown"),
                    (("--seller", "DE", "--buyer", "FR", "--supply", "event"), "vat.place")],
)  # fmt: skip
def test_what_the_law_of_invoices_cannot_say_exits_one(capsys, words, code):
    status, found = answer(capsys, "invoice", *words)
    assert status == 1
    assert [one["code"] for one in found["findings"]] == [code]


def test_the_law_of_an_invoice_reads_as_text_too(capsys):
    code, out, _ = call(capsys, "invoice", "--seller", "FR", "--buyer", "FR", "--date", "2026-11-16")
    assert code == 0
    assert "CGI annexe II art. 242 nonies A" in out
