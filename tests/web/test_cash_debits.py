"""Direct debits on the screens."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from fairdue.cash.models import DebitRun, DirectDebit, Mandate
from fairdue.foundation import clock
from fairdue.foundation.files import load
from tests.rooms.cash.conftest import bank  # noqa: F401
from tests.rooms.cash.test_direct_debit import answer, due, payer  # noqa: F401

pytestmark = pytest.mark.usefixtures("ctx")
DAY = "2026-03-16"


@pytest.fixture
def clerk(payer, sign_in, monkeypatch):  # noqa: F811
    from tests import make

    monkeypatch.setattr(clock, "today", lambda *_: make.TODAY)
    with payer.ctx.open():
        due(payer)
    return sign_in("cash_clerk")


def test_a_run_is_shown_ordered_and_handed_out_as_a_file(payer, clerk):  # noqa: F811
    page = clerk.get(reverse("web:cash_debits"), {"on": DAY}).content.decode()
    assert "collection, " in page
    assert "RE-2026-04711" in page
    form = {"on": DAY, "scheme": "core", "creditor": str(payer.creditor), "key": "k"}
    made = clerk.post(reverse("web:cash_debits_make"), form, follow=True).content.decode()
    assert "File for the bank" in made
    with payer.ctx.open():
        run = DebitRun.objects.get()
        content = load(payer.ctx, run.file_id)[1]
    answer_ = clerk.get(reverse("web:cash_debit_file", args=[run.id]))
    assert answer_.content == content
    assert f"{run.reference}.xml" in answer_["Content-Disposition"]
    again = clerk.get(reverse("web:cash_debits"), {"on": DAY}).content.decode()
    assert "a collection is on its way" in again


def test_the_bank_s_answer_is_read_on_the_screen(payer, clerk):  # noqa: F811
    form = {"on": DAY, "scheme": "core", "creditor": str(payer.creditor)}
    clerk.post(reverse("web:cash_debits_make"), form)
    with payer.ctx.open():
        run, debit = DebitRun.objects.get(), DirectDebit.objects.get()
        content = load(payer.ctx, answer(payer, run, (debit.end_to_end_id, "MD07")))[1]
    upload = SimpleUploadedFile("answer.xml", content, content_type="application/xml")
    page = clerk.post(reverse("web:cash_debit_answers"), {"upload": upload}, follow=True).content.decode()
    upload.seek(0)
    again = clerk.post(reverse("web:cash_debit_answers"), {"upload": upload}, follow=True).content.decode()
    assert "The bank rejects nothing that was not known already" in again
    assert "1 collection was rejected" in page
    shown = clerk.get(reverse("web:cash_debit_run", args=[run.id])).content.decode()
    assert "MD07 payer deceased" in shown
    assert "Rejected: MD07 payer deceased" in shown


def test_a_run_before_the_notice_is_refused_in_words(payer, clerk):  # noqa: F811
    form = {"on": "2026-03-03", "scheme": "core", "creditor": str(payer.creditor)}
    page = clerk.post(reverse("web:cash_debits_make"), form, follow=True).content.decode()
    assert "The first day after the notice is 16 March 2026" in page


def test_the_list_opens_with_the_client_that_collects_and_the_first_day_of_its_notice(payer, clerk):  # noqa: F811
    from datetime import timedelta

    from fairdue.cash.posting.policies import policy_settings, set_policy
    from tests import make

    with payer.ctx.open():
        make.creditor(payer.ctx, name="Aachen Handel GmbH")
        policy = replace(policy_settings(payer.ctx, payer.creditor), prenotification_days=28)
        set_policy(payer.ctx, creditor=payer.creditor, policy=policy, today=make.TODAY)
    page = clerk.get(reverse("web:cash_debits")).content.decode()
    assert f'value="{payer.creditor}" selected' in page
    assert f'value="{make.TODAY + timedelta(days=28)}"' in page


def test_a_mandate_is_recorded_stopped_and_released(payer, clerk):  # noqa: F811
    url = reverse("web:cash_mandates")
    assert "M-1" in clerk.get(url).content.decode()
    form = {"debtor": str(payer.debtor), "account": str(payer.account), "signed_on": "2026-03-01", "scheme": "b2b"}
    assert "recorded" in clerk.post(url, form, follow=True).content.decode()
    with payer.ctx.open():
        made = Mandate.objects.get(scheme="b2b").id
    move = reverse("web:cash_mandate", args=[made])
    assert "Stopped" in clerk.post(move, {"do": "stop", "reason": "asked"}, follow=True).content.decode()
    clerk.post(move, {"do": "release"})
    with payer.ctx.open():
        assert Mandate.objects.get(id=made).state == "active"
    assert clerk.post(move, {"do": "burn"}).status_code == 404


def test_mandates_come_in_pages_and_a_refused_one_keeps_what_was_typed(payer, clerk, monkeypatch):  # noqa: F811
    from fairdue.web.cash import debits

    url = reverse("web:cash_mandates")
    form = {"debtor": str(payer.debtor), "account": str(payer.account), "signed_on": "2026-03-01", "scheme": "b2b"}
    clerk.post(url, form | {"reference": "SECOND"})
    monkeypatch.setattr(debits, "PAGE_SIZE", 1)
    first = clerk.get(url)
    (newest,) = first.context["page"].rows
    assert newest.reference == "SECOND"
    following = re.search(r'href="([^"]*after=[^"]*)"', first.content.decode())[1]
    (oldest,) = clerk.get(following.replace("&amp;", "&")).context["page"].rows
    assert oldest.reference == "M-1"
    refused = clerk.post(url, form | {"signed_on": "", "reference": "THIRD"}).content.decode()
    assert "give the day of the signature" in refused
    assert 'value="THIRD"' in refused


def test_a_day_without_anything_due_says_so(payer, clerk):  # noqa: F811
    text = clerk.get(reverse("web:cash_debits"), {"on": DAY, "scheme": "b2b"}).content.decode()
    assert "Nothing to collect" in text
    assert "0 collections" not in text
