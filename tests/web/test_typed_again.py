"""A form that is refused shows again what was typed into it; amounts are read as people write and paste them."""

from __future__ import annotations

import re
from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.test import RequestFactory
from django.urls import reverse
from django.utils import translation

from fairdue.cash.models import BankLine, CashApplication, Mandate
from fairdue.web.amounts import AmountField, AmountText, read_minor
from fairdue.web.typed import keep, typed
from tests import make
from tests.rooms.cash.conftest import bank, entry, lines, matched  # noqa: F401
from tests.rooms.cash.test_direct_debit import payer  # noqa: F401
from tests.web.test_insurance import insured  # noqa: F401

pytestmark = pytest.mark.usefixtures("ctx")


def sent(client, url, **data):
    """Return the page that answers a form, wherever it leads."""
    return client.post(url, data, follow=True).content.decode()


@pytest.mark.parametrize(
    ("text", "locale", "minor"),
    [
        ("1234", "en", 123400), ("1,234.50", "en", 123450), ("1.234,50", "en", 123450), ("1 234,50", "de", 123450),
        ("1\u202f234,50", "fr", 123450), ("1,500", "en", 150000), ("1,500", "de", None), ("1.500", "de", 150000),
        ("1.500", "en", None), ("1.500", "fr", None), ("1,50", "en", 150), ("1.234.567", "en", 123456700),
        ("1,234,567.8", "de", 123456780), ("1.2.3,4", "en", None), ("1.2345.6", "en", None),
        ("1,23.5", "en", None), (".5", "en", 50), ("12,34,567.5", "en", 123456750), ("12,345,6", "en", None),
        ("1,2,3.4,5", "en", None),
        ("0.500", "en", 50), ("0.500", "de", 50),
        ("12 34 5.6", "en", 1234560), ("-5.00", "en", -500), ("", "en", None), ("all", "en", None),
    ],
)  # fmt: skip
def test_amounts_are_read_as_people_write_them(text, locale, minor):
    with translation.override(locale):
        assert read_minor(text, "EUR") == minor


def test_fields_take_amounts_with_their_grouping():
    assert str(AmountField(decimal_places=2).clean("18,000.50")) == "18000.50"
    assert AmountField(required=False).clean("") is None
    assert AmountText().clean("18.000,50") == "18000.50"
    assert AmountText(required=False).clean("") == ""
    with pytest.raises(ValidationError, match="thousands or decimals"):
        AmountText().clean("1.500")


def test_three_decimals_are_right_where_the_currency_has_them():
    assert read_minor("1.500", "BHD") == 1500


def test_what_was_typed_is_shown_once_and_at_its_own_form_only():
    request = RequestFactory().post("/one", {"amount": "12", "item": ["a", "b"], "key": "k", "long": "x" * 900})
    request.session = {}
    keep(request)
    elsewhere = RequestFactory().get("/page")
    elsewhere.session = dict(request.session)
    assert typed(elsewhere, "/other") == {}
    found = typed(elsewhere, "/one")
    assert (found["amount"], found["all"]["item"], len(found["long"])) == ("12", ["a", "b"], 500)
    assert "key" not in found
    assert elsewhere.session == {}
    assert typed(elsewhere, "/one") == found


@pytest.fixture
def clerk(bank, sign_in):  # noqa: F811
    """A cash clerk with an application, a line for nobody and a payment on account."""
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 5000, number="RE-2026-04712")
        matched(bank, entry("50.00", "RE-2026-04712"), entry("33.00", "?", name="Nobody", iban="NL91ABNA0417164300"))
    return sign_in("cash_clerk")


def test_a_confidence_that_cannot_be_read_stays_in_its_field(clerk):
    page = sent(clerk, reverse("web:cash_accept"), above="most of it")
    assert "Write the confidence as a percentage" in page
    assert 'value="most of it"' in page
    assert 'value="95"' in clerk.get(reverse("web:cash")).content.decode()


def test_a_reason_that_was_refused_stays_and_its_menu_is_open(bank, clerk):  # noqa: F811
    with bank.ctx.open():
        line = BankLine.objects.get(amount=3300).id
    act = reverse("web:cash_act", args=[line])
    sent(clerk, act, do="aside", reason="tax refund")
    page = sent(clerk, act, do="aside", reason="own transfer")
    assert "banner danger" in page
    with bank.ctx.open():
        applied = CashApplication.objects.get(line_id=lines(bank.creditor)[0].id)
    show = reverse("web:cash_application", args=[applied.id])
    sent(clerk, show, reason="wrong customer")
    refused = clerk.post(show, {"reason": "wrong once more"})
    assert refused.status_code == 422


def test_money_on_account_keeps_amount_and_reason_of_a_refused_refund(bank, clerk):  # noqa: F811
    with bank.ctx.open():
        credit = make.payment(bank.ctx, bank.books, 10_000)
    url = reverse("web:cash_refund_new", args=[credit])
    page = sent(clerk, url, amount="1,000.00", currency="EUR", reason="paid twice")
    assert "Only 100.00\xa0EUR" in page
    assert 'value="1,000.00"' in page
    assert 'value="paid twice"' in page
    assert re.search(r'<details class="menu" open>', page)
    taken = sent(clerk, url, amount="1.00", currency="EUR", reason="paid twice")
    assert "1.00" in taken
    assert "Only" not in taken


def test_a_mandate_is_stopped_and_taken_back_with_a_reason_and_keeps_it_when_refused(payer, sign_in):  # noqa: F811
    client = sign_in("cash_clerk")
    with payer.ctx.open():
        mandate = Mandate.objects.get().id
    move = reverse("web:cash_mandate", args=[mandate])
    assert "Stopped. Nothing is collected" in sent(client, move, do="stop", reason="the customer asked")
    refused = sent(client, move, do="stop", reason="asked again")
    assert "This mandate is stopped" in refused
    assert 'value="asked again"' in refused
    assert "Released." in sent(client, move, do="release")
    assert "Taken back. Nothing" in sent(client, move, do="cancel", reason="account closed")
    page = client.get(reverse("web:cash_mandates")).content.decode()
    assert "account closed" in page
    assert move not in page


def test_a_claim_keeps_the_typed_amount_cost_and_reason_when_the_deed_is_refused(
    sign_in,
    insured,  # noqa: F811
    ctx,
    monkeypatch,
):
    from fairdue.insurance.services import run

    monkeypatch.setenv("FAIRDUE_TODAY", "2026-11-22")
    policy, books, _ = insured
    client = sign_in("credit_manager")
    claim = client.post(f"/insurance/claims/new/{policy}/{books.debtor}", {"confirmed": "1"}).url
    refused = sent(client, f"{claim}/act", do="withdraw", reason="   ")
    assert re.search(r'<details class="menu" open><summary class="button">Withdraw', refused)
    run(ctx, today=date(2027, 8, 1))
    with ctx.open():
        insurer = make.payment(ctx, books, 9_000_00, on=date(2026, 11, 22), debtor_known=False)
        other = make.payment(ctx, books, 8_000_00, on=date(2026, 11, 21), debtor_known=False)
        theirs = make.payment(ctx, books, 1_190_00, on=date(2026, 11, 22))
    for credit in (insurer, other):
        page = sent(client, f"{claim}/act", **{"do": "payout", "p-credit": str(credit), "p-amount": "9,000.01"})
        assert "still owes" in page
        assert 'value="9,000.01"' in page
        assert f'<option value="{credit}" selected' in page
    page = sent(client, f"{claim}/act", **{"do": "recovery", "r-credit": str(theirs), "r-amount": "1,200.00"})
    assert "banner danger" in page
    assert 'value="1,200.00"' in page
    page = sent(client, f"{claim}/act", **{"do": "payout", "p-credit": str(insurer), "p-amount": "9,000.00"})
    assert "money is recorded" in page


def test_a_declared_turnover_and_a_limit_are_taken_as_they_are_pasted(sign_in, insured, ctx, monkeypatch):  # noqa: F811
    from fairdue.insurance import selectors

    monkeypatch.setenv("FAIRDUE_TODAY", "2026-11-22")
    policy, books, _ = insured
    client = sign_in("credit_manager")
    form = {"starts_on": "2026-10-01", "ends_on": "2026-10-31", "turnover": "255,730.00"}
    assert "Declared." in sent(client, "/insurance/premium/declare", **form)
    limit = {"change": "granted", "acts_on": "2026-11-22", "amount": "18,000"}
    assert "18,000.00" in sent(client, f"/insurance/customers/{policy}/{books.debtor}/limit", **limit)
    with ctx.open():
        (row,) = selectors.declarations(policy)
    assert row.turnover == 255_730_00
