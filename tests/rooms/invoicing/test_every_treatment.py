"""From a draft as people write it to files that pass the official rules, treatment by treatment of the tax.

The verdict is that of tests/rooms/invoicing/test_every_country.py; the columns before it are what the tax must be.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from tests.rooms.invoicing import entered
from tests.rooms.invoicing.test_every_country import content, fits, told, verdict

from fairdue.core.invoice.totals import totals
from fairdue.invoicing import services
from fairdue.invoicing.formats.registry import read, write
from fairdue.receivables.services import add_rates
from fairdue.receivables.services.books import RateDraft

TODAY = date(2026, 9, 7)
CASES = """
what | seller | buyer | scheme | draft | formats | category rate tax | code | verdict
union OSS | DE | AT person | oss | goods | ubl cii factur-x | S 20 100.00 | | valid
small business | DE | DE firm | small_business | services | xrechnung-ubl xrechnung-cii | E 0 0.00 | | valid
small business | FR | FR firm | small_business | services | ctc-fr-ubl | E 0 0.00 | VATEX-FR-FRANCHISE | valid
small business | IT | IT firm | small_business | services | fatturapa | E 0 0.00 | | sound
second-hand | DE | DE firm | margin_second_hand | goods | xrechnung-ubl factur-x | E 0 0.00 | VATEX-EU-F | valid
travel | AT | AT firm | margin_travel | services | ubl | E 0 0.00 | VATEX-EU-D | valid
art | FR | FR firm | margin_art | goods | ctc-fr-cii | E 0 0.00 | VATEX-EU-I | valid
antiques | NL | NL firm | margin_antiques | goods | peppol-bis | E 0 0.00 | VATEX-EU-J | sound
second-hand | PL | PL firm | margin_second_hand | goods | ksef-fa3 | E 0 0.00 | VATEX-EU-F | sound
second-hand | IT | IT firm | margin_second_hand | goods | fatturapa | E 0 0.00 | VATEX-EU-F | sound
"""


def rows(text):
    head, *found = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    return [dict(zip(head, row, strict=True)) for row in found]


def drafted(ctx, country, buyer, formats, settings, change):
    chosen = dict(pair.split("=") for pair in settings.split())
    creditor = entered.seller(ctx, country, formats, TODAY, **chosen)
    debtor = entered.buyer(ctx, creditor, buyer, TODAY)
    body = {
        "lines": [{"id": "1", "name": "Pumpe", "quantity": "1", "unit": "C62", "price": "500.00"}],
        "delivery": {"day": TODAY.isoformat()}, "references": {"buyer": "REF"},
    }  # fmt: skip
    change(body)
    currency = body.pop("currency", entered.CURRENCIES.get(country, "EUR"))
    return services.write_draft(ctx, creditor=creditor, debtor=debtor, content=body, currency=currency, today=TODAY)


@pytest.mark.parametrize("row", rows(CASES), ids=lambda row: f"{row['what']} {row['seller']}")
def test_a_treatment_of_the_tax_goes_from_the_draft_to_a_file_that_passes(ctx, row):
    def change(body):
        body["lines"][0]["nature"] = row["draft"]

    formats = row["formats"].split()
    with ctx.open():
        draft = drafted(ctx, row["seller"], row["buyer"], formats, f"vat_scheme={row['scheme']}", change)
        said = told(ctx, draft)
        invoice = content(services.issue_invoice(ctx, draft=draft, today=TODAY))
    [tax] = totals(invoice).vat
    category, rate, amount = row["category rate tax"].split()
    assert (tax.category, tax.rate, tax.tax) == (category, Decimal(rate), int(Decimal(amount) * 100)), said
    assert row["code"] in {"", *(one.code for one in invoice.exemptions)}
    for code in formats:
        got = verdict(invoice, code)
        assert fits(got, row["verdict"]), (code, got)


def priced(body):
    """Allowances and charges on the line and on the document, in percent and as an amount."""
    body["lines"][0] |= {
        "quantity": "3", "category": "S", "rate": RATES[body["lines"][0].pop("country")],
        "adjustments": [
            {"amount": "15.00", "percent": "1", "base": "1500.00", "reason": "Rabatt", "reason_code": "95"},
            {"amount": "7.50", "charge": True, "reason": "Verpackung", "reason_code": "PC"},
        ],
    }  # fmt: skip
    rate = {"category": "S", "rate": body["lines"][0]["rate"]}
    body["adjustments"] = [
        {"amount": "30.00", "reason": "Treue", "reason_code": "95", **rate},
        {"amount": "12.00", "charge": True, "reason": "Fracht", "reason_code": "FC", **rate},
    ]


RATES = {"DE": "19", "FR": "20", "IT": "22", "PL": "23", "BE": "21", "ES": "21", "CH": "8.1", "GB": "20"}
PRICED = """
country | buyer   | formats                                      | verdict
DE      | DE firm | xrechnung-ubl xrechnung-cii factur-x ubl cii | valid
DE      | DE firm | peppol-bis                                   | sound
FR      | FR firm | ctc-fr-ubl ctc-fr-cii                        | valid
IT      | IT firm | fatturapa                                    | sound
PL      | PL firm | ksef-fa3                                     | sound
BE      | BE firm | peppol-bis                                   | sound
ES      | ES firm | ubl factur-x                                 | valid
CH      | CH firm | ubl                                          | valid
"""


@pytest.mark.parametrize("row", rows(PRICED), ids=lambda row: f"{row['country']} {row['formats']}")
def test_allowances_charges_and_a_cash_discount_pass_in_every_format(ctx, row):
    def change(body):
        body["lines"][0] |= {"country": row["country"], "nature": "goods"}
        priced(body)
        body["terms"] = {"early": [{"percent": "2", "days": 10}]}

    formats = row["formats"].split()
    with ctx.open():
        draft = drafted(ctx, row["country"], row["buyer"], formats, "", change)
        invoice = content(services.issue_invoice(ctx, draft=draft, today=TODAY))
    computed = totals(invoice)
    assert (computed.line_sum, computed.allowances, computed.charges, computed.net) == (149250, 3000, 1200, 147450)
    assert invoice.terms.early[0].percent == 2
    for code in formats:
        got = verdict(invoice, code)
        assert fits(got, row["verdict"]), (code, got)


SCREWS = {
    "per_rate": [("0.12", "21"), ("0.12", "6")], "total": [("0.12", "21"), ("0.12", "6")],
    "per_line": [("0.08", "21")] * 3,
}  # fmt: skip
ROUNDED = """
country | mode     | formats    | tax   | verdict
BE      | per_rate | ubl cii    | 0.04  | valid
BE      | per_line | ubl cii    | 0.06  | valid
BE      | total    | ubl cii    | 0.03  | valid
BE      | total    | peppol-bis | 0.03  | sound
"""


@pytest.mark.parametrize("row", rows(ROUNDED), ids=lambda row: f"{row['country']} {row['mode']}")
def test_tax_is_rounded_where_the_draft_says(ctx, row):
    """0.12 bears 0.0252 at 21 % and 0.0072 at 6 %, 0.0324 together; 0.08 bears 0.0168, three of them 0.0504."""

    def change(body):
        body["lines"] = [
            {"id": str(at), "name": "Schraube", "quantity": "1", "unit": "C62", "price": price, "category": "S",
             "rate": rate, "nature": "goods"}
            for at, (price, rate) in enumerate(SCREWS[row["mode"]], 1)
        ]  # fmt: skip
        body["vat_rounding"] = row["mode"]

    with ctx.open():
        draft = drafted(ctx, row["country"], f"{row['country']} firm", row["formats"].split(), "", change)
        invoice = content(services.issue_invoice(ctx, draft=draft, today=TODAY))
    assert totals(invoice).tax == int(Decimal(row["tax"]) * 100)
    for code in row["formats"].split():
        got = verdict(invoice, code)
        assert fits(got, row["verdict"]), (code, got)


FOREIGN = """
country | buyer   | currency | tax currency | rate | formats       | tax there | verdict
DE      | DE firm | USD      | EUR          | 0.92 | xrechnung-ubl xrechnung-cii factur-x | 87.40 | valid
DE      | DE firm | USD      | EUR          | 0.92 | peppol-bis    | 87.40     | sound
GB      | GB firm | EUR      | GBP          | 0.85 | ubl           | 85.00     | valid
PL      | PL firm | EUR      | PLN          | 4.27 | ksef-fa3      | 491.05    | sound
"""


@pytest.mark.parametrize("row", rows(FOREIGN), ids=lambda row: f"{row['country']} {row['currency']} {row['formats']}")
def test_the_tax_of_a_foreign_currency_stands_in_that_of_the_state(ctx, row):
    def change(body):
        body["lines"][0] |= {"category": "S", "rate": RATES[row["country"]], "nature": "goods"}
        body |= {
            "currency": row["currency"], "tax_currency": row["tax currency"], "tax_rate_of_exchange": row["rate"],
            "tax_rate_source": "ECB 2026-09-04",
        }  # fmt: skip

    rate = RateDraft(row["currency"], row["tax currency"], TODAY, Decimal(row["rate"]), "ECB")
    with ctx.open():
        add_rates(ctx, rates=[rate])
        draft = drafted(ctx, row["country"], row["buyer"], row["formats"].split(), "", change)
        invoice = content(services.issue_invoice(ctx, draft=draft, today=TODAY))
    assert totals(invoice).tax_in_tax_currency == int(Decimal(row["tax there"]) * 100)
    for code in row["formats"].split():
        got = verdict(invoice, code)
        assert fits(got, row["verdict"]), (code, got)


MARKED = """
VATEX-EU-F | <PMarzy><P_PMarzy>1</P_PMarzy><P_PMarzy_3_1>1</P_PMarzy_3_1></PMarzy> | N5
VATEX-EU-J | <PMarzy><P_PMarzy>1</P_PMarzy><P_PMarzy_3_3>1</P_PMarzy_3_3></PMarzy> | N5
"""
SCHEMES = {"VATEX-EU-F": "margin_second_hand", "VATEX-EU-J": "margin_antiques"}


@pytest.mark.parametrize("row", MARKED.strip().splitlines())
def test_a_margin_scheme_is_marked_in_the_national_formats(ctx, row):
    code, polish, italian = (part.strip() for part in row.split("|"))

    def change(body):
        body["lines"][0]["nature"] = "goods"

    with ctx.open():
        found = {}
        for country, kind in (("PL", "ksef-fa3"), ("IT", "fatturapa")):
            draft = drafted(ctx, country, f"{country} firm", [kind], f"vat_scheme={SCHEMES[code]}", change)
            found[kind] = content(services.issue_invoice(ctx, draft=draft, today=TODAY))
    text = write("ksef-fa3", found["ksef-fa3"]).content.decode()
    assert polish in text
    assert "<P_13_11>500.00</P_13_11>" in text
    assert "<P_12>" not in text
    assert f"<Natura>{italian}</Natura>" in write("fatturapa", found["fatturapa"]).content.decode()
    again, unread = read(text.encode())
    assert unread == ()
    assert (again.exemptions[0].code, totals(again).gross) == (code, 50000)
    assert write("ksef-fa3", again).content.decode() == text


def test_the_words_of_the_polish_split_payment_are_marked(ctx):
    def change(body):
        body["lines"][0] |= {"category": "S", "rate": "23", "price": "20000.00", "nature": "goods"}
        body["notes"] = [{"text": "Mechanizm podzielonej płatności"}]

    with ctx.open():
        draft = drafted(ctx, "PL", "PL firm", ["ksef-fa3"], "", change)
        invoice = content(services.issue_invoice(ctx, draft=draft, today=TODAY))
    assert "<P_18A>1</P_18A>" in write("ksef-fa3", invoice).content.decode()
    assert fits(verdict(invoice, "ksef-fa3"), "sound")
