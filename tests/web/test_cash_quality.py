"""The quality page: each figure with the payments behind it, the plot, and the switches."""

from __future__ import annotations

import re
from html import unescape

import pytest
from django.urls import reverse

from fairdue.cash.models import CashRule
from fairdue.cash.policies import policy_of
from fairdue.core.calibration import Bin
from fairdue.foundation import clock
from fairdue.foundation.models import Tenant
from fairdue.parties.models import Creditor
from fairdue.web.cash.plot import calibration_plot, points_text
from tests import make
from tests.rooms.cash.conftest import bank  # noqa: F401
from tests.rooms.cash.test_quality import SIGNATURE, day

pytestmark = pytest.mark.usefixtures("ctx")
PERIOD = "?from=2026-01-01&to=2026-12-31"


@pytest.fixture
def lead(bank, sign_in):  # noqa: F811
    with bank.ctx.open():
        day(bank)
    return sign_in("admin")


def page(client, url):
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_the_page_shows_the_figures_and_every_link_leads_to_its_payments(lead):
    text = page(lead, reverse("web:cash_quality") + PERIOD)
    for said in ("16.66 %", "50.00 %", "1 of 2 taken back", "What became of 6 payments", "Only propose", "<circle"):
        assert said in text
    links = {unescape(one) for one in re.findall(r'href="(/cash/quality/payments[^"]+)"', text)}
    assert len(links) > 8
    for link in links:
        assert "No payment stands behind this number" not in page(lead, link)
    wrong = page(lead, reverse("web:cash_quality_payments") + PERIOD + "&became=wrong")
    assert "wrong item" in wrong


@pytest.mark.parametrize("query", ["&low=x", "&low=5&high=4", "&high=10002"])
def test_a_bin_that_is_none_is_not_found(lead, query):
    assert lead.get(reverse("web:cash_quality_payments") + PERIOD + query).status_code == 404


def test_an_odd_period_is_put_right_and_an_empty_one_says_so(lead):
    assert "No payment in this period" in page(lead, reverse("web:cash_quality") + "?from=2030-01-01&to=2020-01-01")
    page(lead, reverse("web:cash_quality") + "?from=never&to=0")


def test_a_rule_is_switched_with_its_reason_and_left_to_the_machine_again(bank, lead):  # noqa: F811
    url = reverse("web:cash_quality_switch")
    lead.post(url, {"signature": SIGNATURE, "do": "off", "reason": "new numbers"})
    with bank.ctx.open():
        assert CashRule.objects.get(signature=SIGNATURE).mode == "manual"
    text = page(lead, reverse("web:cash_quality") + PERIOD)
    assert "new numbers" in text
    assert "Leave it to the machine" in text
    lead.post(url, {"signature": SIGNATURE, "do": "machine"})
    with bank.ctx.open():
        assert CashRule.objects.get(signature=SIGNATURE).decided_by == "machine"
    said = lead.post(url, {"signature": "numbers.exact/unheard of", "do": "machine"}, follow=True).content.decode()
    assert "never switched" in said
    assert "Choose the client" in lead.post(url, {"signature": "x", "do": "on"}, follow=True).content.decode()


def test_a_clerk_looks_and_does_not_switch(bank, lead, sign_in):  # noqa: F811
    clerk = sign_in("cash_clerk")
    assert "Only propose<" not in page(clerk, reverse("web:cash_quality") + PERIOD)
    assert clerk.post(reverse("web:cash_quality_switch"), {"signature": SIGNATURE, "do": "off"}).status_code == 403


def test_shadow_mode_stands_above_everything(bank, lead):  # noqa: F811
    until = clock.today("UTC").replace(year=2099).isoformat()
    Tenant.objects.filter(id=bank.ctx.tenant).update(settings={"cash": {"shadow_until": until}})
    text = page(lead, reverse("web:cash_quality") + PERIOD)
    assert "Shadow mode" in text
    assert "2099" in text


def test_the_workbench_says_why_what_is_sure_waits(bank, lead, sign_in):  # noqa: F811
    url, sure = reverse("web:cash"), "What is sure enough was posted without you."
    assert sure in page(lead, url)
    Tenant.objects.filter(id=bank.ctx.tenant).update(settings={"cash": {"shadow_until": "2099-05-04"}})
    text = page(lead, url)
    assert "Everything is only proposed until 4 May 2099, however sure it is" in re.sub("<[^>]+>", "", text)
    assert sure not in text
    settings = f"{reverse('web:settings_posting', args=[bank.creditor])}#matching"
    assert settings in text
    assert settings not in page(sign_in("cash_clerk"), url)
    with bank.ctx.open():
        other = make.creditor(bank.ctx, name="Lac SA")
        Creditor.objects.filter(id=other).update(settings={"cash": {"shadow_until": "1999-01-01"}})
        name = Creditor.objects.get(id=bank.creditor).name
    assert f"{name}: everything is only proposed until 4 May 2099" in re.sub("<[^>]+>", "", page(lead, url))


def test_the_page_leads_to_the_form_that_starts_and_ends_shadow_mode(bank, lead, sign_in):  # noqa: F811
    url = reverse("web:settings_posting", args=[bank.creditor])
    assert f"{url}#matching" not in page(sign_in("cash_clerk"), reverse("web:cash_quality") + PERIOD)
    admin = sign_in("admin")
    assert f"{url}#matching" in page(admin, reverse("web:cash_quality") + PERIOD)
    form = admin.get(url).context["form"]
    held = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in held.items() if value is not None and value is not False}
    assert "99.50 %" not in page(admin, url)
    assert admin.post(url, given | {"wrong_cost": "100", "shadow": "on"}).status_code == 302
    assert "99.50 %" in page(admin, url)
    text = page(lead, reverse("web:cash_quality") + PERIOD)
    assert "Shadow mode" in text
    assert "posted from 99.50 %" in text
    assert admin.post(url, given | {"wrong_cost": "100", "shadow_until": "1999-01-01"}).status_code == 302
    assert "Shadow mode" not in page(lead, reverse("web:cash_quality") + PERIOD)
    assert admin.post(url, given | {"wrong_cost": "0"}).status_code == 422


def test_a_client_chooses_the_confidence_itself_and_gives_it_back_to_the_cost(bank, lead, sign_in):  # noqa: F811
    url, admin = reverse("web:settings_posting", args=[bank.creditor]), sign_in("admin")
    form = admin.get(url).context["form"]
    held = {name: form[name].value() for name in form.fields}
    given = {name: value for name, value in held.items() if value is not None and value is not False}
    assert admin.post(url, given | {"automatic_from": "97.25"}).status_code == 302
    assert 'value="97.25"' in page(admin, url)
    with bank.ctx.open():
        assert policy_of(bank.ctx, bank.creditor).automatic_from == 9_725
    assert "posted from 97.25 %" in page(lead, reverse("web:cash_quality") + PERIOD)
    assert admin.post(url, given | {"automatic_from": "49"}).status_code == 422
    assert admin.post(url, given).status_code == 302
    with bank.ctx.open():
        assert policy_of(bank.ctx, bank.creditor).automatic_from == 9_800


def test_the_plot_draws_one_mark_for_each_bin():
    text = calibration_plot([Bin(5_000, 8_000, 6_000, 5, 10), Bin(9_980, 10_001, 9_990, 999, 1000)])
    assert text.count("<circle") == 2
    assert "predicted 60.00 %, kept 50.00 % of 10" in text
    assert "50 %" in text
    assert points_text(-5) == "\N{MINUS SIGN}0.05 %"
