"""Bank rules on the screens: made from a line, previewed, in the list, switched and removed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fairdue.cash.models import BankLine, BankRule
from tests import make
from tests.rooms.cash.conftest import bank, entry, lines, matched  # noqa: F401

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def clerk(bank, sign_in):  # noqa: F811
    """A cash clerk with two lines of nobody and one that was matched."""
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 5000, number="RE-2026-04712")
        matched(
            bank,
            entry("50.00", "RE-2026-04712 Umlage"),
            entry("33.00", "Umlage\nMai", name="Verband", iban="NL91ABNA0417164300"),
            entry("34.00", "Umlage Juni", name="Verband", iban="NL91ABNA0417164300"),
        )
    return sign_in("cash_clerk")


def waiting(bank):  # noqa: F811
    with bank.ctx.open():
        return next(line for line in lines(bank.creditor) if line.amount == 3300)


FORM = {"name": "Umlage", "text": "umlage", "action": "not_receivable", "nature": "other", "priority": "100"}


def test_a_rule_is_made_from_a_line_after_a_preview(bank, clerk):  # noqa: F811
    line = waiting(bank)
    page = clerk.get(reverse("web:cash")).content.decode()
    url = f"{reverse('web:cash_rule_new')}?line={line.id}"
    assert reverse("web:cash_rule_new") in page
    first = clerk.get(url).content.decode()
    assert "NL… 4300" in first
    assert "NL91ABNA" not in first
    preview = clerk.post(url, {**FORM, "posts": "on", "do": "preview"}).content.decode()
    assert "3\N{NO-BREAK SPACE}lines since" in preview
    assert "With 1\N{NO-BREAK SPACE}of them something else was done" in preview
    with bank.ctx.open():
        assert not BankRule.objects.exists()
    answer = clerk.post(url, {**FORM, "posts": "on", "do": "save"}, follow=True).content.decode()
    assert "2 waiting lines were matched anew with it" in answer
    assert "text contains “umlage”" in answer
    with bank.ctx.open():
        assert {row.state for row in BankLine.objects.filter(amount__lt=5000)} == {"not_receivable"}


def test_a_rule_by_account_needs_no_account_number(bank, clerk):  # noqa: F811
    line = waiting(bank)
    url = f"{reverse('web:cash_rule_new')}?line={line.id}&aside=1"
    clerk.post(url, {**FORM, "text": "", "this_account": "on", "do": "save"})
    with bank.ctx.open():
        rule = BankRule.objects.get()
        assert (rule.blind, rule.masked, rule.posts) == (line.payer_blind, "NL… 4300", False)
        assert {row.state for row in BankLine.objects.filter(amount__lt=5000)} == {"proposed"}
    panel = clerk.get(reverse("web:cash_line", args=[line.id])).content.decode()
    assert "Not a receivable" in panel
    assert "Set aside" in panel
    page = clerk.post(reverse("web:cash_rule", args=[rule.id]), {**FORM, "do": "find", "q": "Kauf"}).content.decode()
    assert str(bank.debtor) in page


@pytest.mark.parametrize(
    ("given_", "said"),
    [
        ({"text": ""}, "at least one thing"),
        ({"text": "ab"}, "too short"),
        ({"least": "x", "currency": "EUR"}, "Write the amount as 1500.00"),
        ({"currency": "EURO"}, "at most 3"),
        ({"currency": "XQX"}, "This is no currency"),
        ({"action": "payer"}, "Say which customer"),
        ({"least": "5", "most": "4", "currency": "EUR"}, "below the smallest"),
    ],
)
def test_what_is_wrong_stands_at_its_field(bank, clerk, given_, said):  # noqa: F811
    answer = clerk.post(f"{reverse('web:cash_rule_new')}?line={waiting(bank).id}", {**FORM, **given_, "do": "save"})
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert "see the marked fields" in answer.content.decode() or said == "at least one thing"


def test_a_rule_is_changed_switched_and_removed(bank, clerk):  # noqa: F811
    clerk.post(reverse("web:cash_rule_new"), {**FORM, "do": "save", "least": "10", "most": "20", "currency": "eur"})
    with bank.ctx.open():
        rule = BankRule.objects.get()
        assert (rule.least, rule.most, rule.currency) == (1000, 2000, "EUR")
    page = clerk.get(reverse("web:cash_rule", args=[rule.id])).content.decode()
    assert 'value="10.00"' in page
    clerk.post(reverse("web:cash_rule", args=[rule.id]), {**FORM, "name": "Neu", "do": "save"})
    for do, said in (("off", "The rule is off"), ("on", "The rule is on"), ("remove", "The rule is removed")):
        answer = clerk.post(reverse("web:cash_rule_move", args=[rule.id]), {"do": do}, follow=True)
        assert said in answer.content.decode()
    again = clerk.post(reverse("web:cash_rule_move", args=[rule.id]), {"do": "on"}, follow=True)
    assert "no such rule" in again.content.decode()
    assert clerk.post(reverse("web:cash_rule_move", args=[rule.id]), {"do": "?"}).status_code == 404
    assert clerk.get(reverse("web:cash_rule", args=[rule.id])).status_code == 404
    with bank.ctx.open():
        assert BankRule.objects.get().name == "Neu"


def test_who_only_looks_sees_the_rules_and_no_button(bank, clerk, sign_in):  # noqa: F811
    clerk.post(reverse("web:cash_rule_new"), {**FORM, "do": "save"})
    page = sign_in("auditor").get(reverse("web:cash_rules")).content.decode()
    assert "Umlage" in page
    assert "Switch off" not in page


def test_a_rule_under_all_clients_asks_whose_payments_first(bank, clerk):  # noqa: F811
    with bank.ctx.open():
        other = make.creditor(bank.ctx, name="Zweite AG")
    page = clerk.get(reverse("web:cash_rule_new"))
    assert page.status_code == 200
    choice = f"?creditor={other}"
    assert choice in page.content.decode()
    chosen = clerk.get(reverse("web:cash_rule_new") + choice)
    assert "Zweite AG. Everything that you fill in must hold." in chosen.content.decode()
