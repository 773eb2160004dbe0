"""The cash workbench as a clerk uses it: look, accept, choose, put on account, take back, import."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from fairdue.cash.models import BankLine, CashApplication, CashProposal
from fairdue.cash.services import refuse_proposal
from fairdue.receivables.services import close_period
from tests import make
from tests.rooms.cash.conftest import bank, entry, import_file, lines, matched, statement  # noqa: F401

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def clerk(bank, sign_in):  # noqa: F811
    """A cash clerk with one unsure payment, one for nobody, and one that was matched."""
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
        make.item(bank.ctx, bank.books, 5000, number="RE-2026-04712")
        matched(
            bank,
            entry(
                "60.00",
                "Rechnung &lt;b&gt;RE-2026-04711&lt;/b&gt;",
                name="Fremd AG",
                iban="FR7630006000011234567890189",
            ),
            entry("50.00", "RE-2026-04712"),
            entry("33.00", "?", name="Nobody", iban="NL91ABNA0417164300"),
        )
    return sign_in("cash_clerk")


def get(client, name, *arguments, query="", status=200):
    answer = client.get(reverse(f"web:{name}", args=arguments) + query)
    assert answer.status_code == status
    return answer.content.decode()


def waiting_line(bank, amount):  # noqa: F811
    with bank.ctx.open():
        return next(line for line in lines(bank.creditor) if line.amount == amount)


def test_the_workbench_shows_what_waits_and_the_first_proposal(bank, clerk):  # noqa: F811
    page = get(clerk, "cash")
    assert "Fremd AG" in page
    assert "Nobody" in page
    assert re.search(r"<mark>RE-2026-04711</mark>", page)
    assert "&lt;b&gt;" in page
    assert "Accept all above" in page
    for figure in ("Received in 30 days", "Matched automatically", "To review", "Unapplied"):
        assert figure in page


def test_accepting_goes_on_to_the_next_line(bank, clerk):  # noqa: F811
    line = waiting_line(bank, 6000)
    with bank.ctx.open():
        proposal = CashProposal.objects.get(line_id=line.id, state="open").id
    answer = clerk.post(reverse("web:cash_act", args=[line.id]), {"do": "accept", "proposal": str(proposal)})
    assert answer.status_code == 302
    assert str(waiting_line(bank, 3300).id) in answer["Location"]
    with bank.ctx.open():
        assert BankLine.objects.get(id=line.id).state == "applied"
    again = clerk.post(
        reverse("web:cash_act", args=[line.id]), {"do": "accept", "proposal": str(proposal)}, follow=True
    )
    assert "decided already" in again.content.decode()


def test_many_are_accepted_after_a_preview(bank, clerk):  # noqa: F811
    answer = clerk.post(reverse("web:cash_accept"), {"above": "80"})
    page = answer.content.decode()
    assert "Accept 1 proposal" in page
    assert "nothing was found" in page or "less sure" in page
    line = waiting_line(bank, 6000)
    assert f'href="/cash/lines/{line.id}">Fremd AG' in page
    assert "Nobody" not in page
    ids = re.findall(r'name="id" value="([0-9a-f-]+)"', page)
    with bank.ctx.open():
        assert CashApplication.objects.filter(how="accepted").count() == 0
    done = clerk.post(reverse("web:cash_accept_confirmed"), {"confirmed": "1", "id": ids, "key": "k1"}, follow=True)
    assert "1 payment applied" in done.content.decode()
    with bank.ctx.open():
        assert CashApplication.objects.filter(how="accepted").count() == 1


def test_ticks_stand_when_the_preview_is_left_and_when_accepting_is_refused(bank, clerk):  # noqa: F811
    line, other = waiting_line(bank, 6000), waiting_line(bank, 3300)
    sent = {"id": [str(line.id)], "next": "/cash?sure=likely"}
    page = clerk.post(reverse("web:cash_accept"), sent).content.decode()
    assert 'href="/cash?sure=likely">Back, change nothing' in page
    fields = [(name, re.findall(rf'name="{name}" value="([^"]+)"', page)) for name in ("id", "line", "next")]
    assert ticks(clerk) == [str(line.id)]
    assert ticks(clerk) == []
    with bank.ctx.open():
        refuse_proposal(bank.ctx, proposal=UUID(fields[0][1][0]), today=make.TODAY)
    answer = clerk.post(reverse("web:cash_accept_confirmed"), {"confirmed": "1", **dict(fields)})
    assert answer["Location"] == "/cash?sure=likely"
    back = get(clerk, "cash")
    assert "Nothing was posted; your ticks stand" in back
    assert ticked_in(back) == [str(line.id)]
    assert str(other.id) in back


def test_ticks_are_gone_once_accepted_and_no_stranger_leads_back_elsewhere(bank, clerk):  # noqa: F811
    line, other = waiting_line(bank, 6000), waiting_line(bank, 3300)
    sent = {"id": [str(line.id), str(other.id)], "next": "https://elsewhere.example/"}
    page = clerk.post(reverse("web:cash_accept"), sent).content.decode()
    assert 'href="/cash">Back, change nothing' in page
    ids = re.findall(r'name="id" value="([^"]+)"', page)
    clerk.post(reverse("web:cash_accept_confirmed"), {"confirmed": "1", "id": ids})
    assert str(other.id) in get(clerk, "cash")
    assert ticks(clerk) == []


def ticked_in(page):
    return re.findall(r'name="id" value="([^"]+)"[^>]* checked', page)


def ticks(clerk):
    return ticked_in(get(clerk, "cash"))


def test_money_of_an_insurer_of_receivables_leads_to_the_claims_and_is_not_set_aside_by_one_key(bank, sign_in):  # noqa: F811
    with bank.ctx.open():
        matched(bank, entry("90.00", "Schaden 26", name="Atradius", iban="NL91ABNA0417164300"))
    page = get(sign_in("cash_clerk"), "cash_line", waiting_line(bank, 9000).id)
    assert f'primary" href="{reverse("web:insurance_claims")}" data-key="Enter"' in page
    assert '<button class="button">Set aside' in page


def test_a_person_finds_and_matches_by_hand(bank, clerk):  # noqa: F811
    line = waiting_line(bank, 3300)
    page = get(clerk, "cash_find", line.id, query="?q=04711")
    assert "RE-2026-04711" in page
    item = re.search(r'name="item" value="([0-9a-f-]+)"', page)[1]
    wrong = clerk.post(reverse("web:cash_find", args=[line.id]), {"item": item, f"amount-{item}": "many"})
    assert "could not be read" in wrong.content.decode()
    fields = {"item": item, f"amount-{item}": "33.00", f"residual-{item}": "119.00", "difference": ""}
    assert clerk.post(reverse("web:cash_find", args=[line.id]), fields).status_code == 302
    with bank.ctx.open():
        assert BankLine.objects.get(id=line.id).state == "applied"


def test_a_gap_can_be_named_when_choosing_within_the_limit_of_the_role(bank, clerk):  # noqa: F811
    from fairdue.receivables.models import OpenItem

    line = waiting_line(bank, 3300)
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 3350, number="RE-2026-04713")
    for number, open_amount, residual in (("04711", "119.00", 11900), ("04713", "33.50", 0)):
        page = get(clerk, "cash_find", line.id, query=f"?q={number}")
        item = re.search(r'name="item" value="([0-9a-f-]+)"', page)[1]
        fields = {"item": item, f"amount-{item}": "33.00", f"residual-{item}": open_amount, "difference": "discount"}
        clerk.post(reverse("web:cash_find", args=[line.id]), fields)
        with bank.ctx.open():
            assert OpenItem.objects.get(id=item).residual == residual


def test_money_goes_on_account_of_a_customer_who_was_searched(bank, clerk):  # noqa: F811
    line = waiting_line(bank, 3300)
    page = get(clerk, "cash_find", line.id, query="?q=kaufm")
    assert "Put the whole payment on account" in page
    clerk.post(reverse("web:cash_act", args=[line.id]), {"do": "account", "debtor": str(bank.debtor)})
    with bank.ctx.open():
        assert BankLine.objects.get(id=line.id).state == "on_account"


def test_money_can_be_set_aside_and_a_proposal_refused(bank, clerk):  # noqa: F811
    line, other = waiting_line(bank, 3300), waiting_line(bank, 6000)
    clerk.post(reverse("web:cash_act", args=[line.id]), {"do": "aside", "reason": "tax refund"})
    with bank.ctx.open():
        assert BankLine.objects.get(id=line.id).state == "not_receivable"
        proposal = CashProposal.objects.get(line_id=other.id, state="open").id
    answer = clerk.post(reverse("web:cash_act", args=[other.id]), {"do": "wrong", "proposal": str(proposal)})
    assert str(other.id) in answer["Location"]
    with bank.ctx.open():
        assert CashProposal.objects.get(id=proposal).state == "refused"


def test_the_history_takes_back_by_reversal(bank, clerk):  # noqa: F811
    line = waiting_line(bank, 5000)
    assert "Matched automatically" in get(clerk, "cash_history")
    with bank.ctx.open():
        done = CashApplication.objects.get(line_id=line.id).id
    page = get(clerk, "cash_application", done)
    assert "RE-2026-04712" in page
    clerk.post(reverse("web:cash_application", args=[done]), {"reason": "wrong customer"})
    with bank.ctx.open():
        assert BankLine.objects.get(id=line.id).state == "received"
    assert "wrong customer" in get(clerk, "cash_history")
    assert "Take back by reversal" not in get(clerk, "cash_application", done)


def test_a_statement_is_imported_with_its_findings(bank, sign_in):  # noqa: F811
    clerk = sign_in("cash_clerk")
    with bank.ctx.open():
        make.item(bank.ctx, bank.books, 11900, number="RE-2026-04711")
    bad = SimpleUploadedFile("march.xml", statement(entry("119.00", "RE-2026-04711"), closing="1.00"))
    answer = clerk.post(reverse("web:cash_import"), {"upload": bad})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "is unexplained" in page
    file = re.search(r'name="file" value="([0-9a-f-]+)"', page)[1]
    done = clerk.post(reverse("web:cash_import"), {"file": file, "take": "1"}, follow=True)
    assert "1 new line imported" in done.content.decode()
    assert "does not add up" in done.content.decode()
    assert "Applied" in done.content.decode()
    with bank.ctx.open():
        assert [line.state for line in lines(bank.creditor)] == ["applied"]


@pytest.mark.parametrize("content", [b"", b"<html></html>", b"\0\1", b"<!DOCTYPE x [<!ENTITY a 'b'>]><Document/>"])
def test_a_file_that_is_no_statement_is_refused_in_words(bank, sign_in, content):  # noqa: F811
    clerk = sign_in("cash_clerk")
    answer = clerk.post(reverse("web:cash_import"), {"upload": SimpleUploadedFile("x.xml", content)})
    assert answer.status_code in {200, 422}
    assert "Nothing was imported" in answer.content.decode()
    assert "Import it as it is" not in answer.content.decode()


def test_a_statement_that_comes_again_is_said_to_be_read_already_and_leads_to_its_lines(bank, sign_in):  # noqa: F811
    content = statement(entry("119.00", "RE-2026-04711"))
    with bank.ctx.open():
        first = import_file(bank.ctx, content)[0]
    clerk = sign_in("cash_clerk")
    again = clerk.post(reverse("web:cash_import"), {"upload": SimpleUploadedFile("b.xml", content)}, follow=True)
    page = again.content.decode()
    assert "Already read: every line of it came in before." in page
    assert "0 new lines" not in page
    assert f'href="{reverse("web:cash_statement", args=[first])}"' in page
    assert get(clerk, "cash_import").count("already read") == 1


def test_a_payment_of_a_closed_month_says_which_month_and_what_to_do(bank, sign_in):  # noqa: F811
    with bank.ctx.open():
        line = matched(bank, entry("1.00", "?"))[0]
        booked = line.booked_on
        later = booked.replace(day=28) + timedelta(days=10)
        close_period(bank.ctx, creditor=bank.creditor, month=booked, today=later)
    content = statement(entry("119.00", "RE-2026-04711"))
    answer = sign_in("cash_clerk").post(reverse("web:cash_import"), {"upload": SimpleUploadedFile("b.xml", content)})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert f"{booked:%B %Y} is closed, so nothing can be booked on a day in it." in page
    assert "Import it as it is" not in page


def test_a_clerk_is_told_who_brings_the_first_statement_of_a_new_account(bank, sign_in):  # noqa: F811
    euros = statement(entry("119.00", "RE-2026-04711"), account="DE02500105170137075030")
    sent = {"upload": SimpleUploadedFile("new.xml", euros), "creditor": str(bank.creditor)}
    page = sign_in("cash_clerk").post(reverse("web:cash_import"), sent).content.decode()
    assert "is not known, and you may not add one" in page
    assert "settings.edit" not in page
    assert "Import it as it is" not in page
    sent["upload"] = SimpleUploadedFile("new.xml", euros)
    assert sign_in("admin").post(reverse("web:cash_import"), sent).status_code == 302


def test_a_missing_rate_leads_to_the_rates_and_an_odd_client_is_not_found(bank, sign_in):  # noqa: F811
    admin = sign_in("admin")
    dollars = statement(entry("119.00", "RE-2026-04711"), account="US-1").replace(b"EUR", b"USD")
    sent = {"upload": SimpleUploadedFile("usd.xml", dollars), "creditor": str(bank.creditor)}
    page = admin.post(reverse("web:cash_import"), sent).content.decode()
    assert "There is no exchange rate from USD to EUR" in page
    assert "Import exchange rates" in page
    sent = {"upload": SimpleUploadedFile("x.xml", dollars), "creditor": "nobody"}
    assert admin.post(reverse("web:cash_import"), sent).status_code == 404


def test_a_refused_choice_keeps_what_was_typed(bank, clerk):  # noqa: F811
    line = waiting_line(bank, 6000)
    with bank.ctx.open():
        item = make.item(bank.ctx, bank.books, 5000, number="RE-KEPT")
    url = reverse("web:cash_find", args=[line.id]) + "?q=RE-KEPT"
    sent = {"item": str(item), f"amount-{item}": "a lot", "difference": "discount"}
    text = clerk.post(url, sent).content.decode()
    assert "An amount could not be read" in text
    assert 'value="a lot"' in text
    assert f'value="{item}" checked' in text
    assert '<option value="discount" selected>' in text
    assert clerk.post(url, {"item": "x", "amount-x": "1.00"}).status_code == 404


def test_empty_states_tell_what_to_do(bank, sign_in):  # noqa: F811
    clerk = sign_in("cash_clerk")
    assert "No bank statement yet" in get(clerk, "cash")
    assert "Nothing was applied yet" in get(clerk, "cash_history")
    assert "No statement yet" in get(clerk, "cash_import")


def test_who_may_only_look_sees_no_buttons(bank, clerk, sign_in):  # noqa: F811
    reader = sign_in("auditor")
    page = get(reader, "cash")
    assert "Fremd AG" in page
    assert 'name="do"' not in page
    line = waiting_line(bank, 6000)
    assert reader.post(reverse("web:cash_act", args=[line.id]), {"do": "accept"}).status_code == 403
    assert sign_in("client", creditor=bank.creditor).get(reverse("web:cash")).status_code == 403


def test_a_stranger_of_another_tenant_finds_nothing(bank, clerk, other_ctx):  # noqa: F811
    from django.test import Client

    from fairdue.foundation.models import Membership, User

    user = User.objects.create_user(f"other-{other_ctx.tenant}@weiss.example", "correct horse battery", name="O")
    Membership.objects.create(user=user, tenant_id=other_ctx.tenant, role="admin")
    stranger = Client()
    stranger.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    line = waiting_line(bank, 6000)
    assert "Fremd AG" not in get(stranger, "cash")
    for name in ("cash_line", "cash_find"):
        get(stranger, name, line.id, status=404)
    assert stranger.post(reverse("web:cash_act", args=[line.id]), {"do": "accept"}).status_code == 404


def test_the_workbench_asks_as_much_for_one_line_as_for_fifty(bank, sign_in):  # noqa: F811
    clerk = sign_in("cash_clerk")
    counts, opening = [], 0
    get(clerk, "cash")
    for size in (1, 60):
        with bank.ctx.open():
            entries = [entry("10.00", f"what {size} {at}", name=f"Payer {at}") for at in range(size)]
            import_file(bank.ctx, statement(*entries, opening=f"{opening}.00"))
            opening += 10 * size
        with CaptureQueriesContext(connection) as queries:
            page = get(clerk, "cash")
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "Next page" in page
    assert len(page) < 100_000


def test_who_may_only_look_sees_an_application_but_cannot_take_it_back(bank, clerk, sign_in):  # noqa: F811
    line = waiting_line(bank, 3300)
    clerk.post(reverse("web:cash_act", args=[line.id]), {"do": "account", "debtor": str(bank.debtor)})
    history = get(clerk, "cash_history")
    there = re.search(r"/cash/history/[0-9a-f-]{36}", history)[0]
    collector = sign_in("collector")
    page = collector.get(there)
    assert page.status_code == 200
    assert "Take back by reversal" not in page.content.decode()
    assert "Taken back" not in collector.post(there, {"reason": "mistake"}, follow=True).content.decode()
    assert "Take back by reversal" in clerk.get(there).content.decode()


def test_all_above_a_free_percentage_are_accepted_and_undone_by_one_act(bank, clerk):  # noqa: F811
    for wrong in ("", "x", "101", "-1", "NaN"):
        answer = clerk.post(reverse("web:cash_accept"), {"above": wrong or " "}, follow=True)
        assert "as a percentage from 0 to 100" in answer.content.decode()
    page = clerk.post(reverse("web:cash_accept"), {"above": "12,5 %"}).content.decode()
    assert "Accept 1 proposal" in page
    assert "Invoice number · short payment: 1, 60.00 EUR" in page
    page = clerk.post(reverse("web:cash_accept"), {"above": "99.99"}).content.decode()
    assert "Accept 0 proposals" in page
    assert "1 line over 60.00 EUR is left: less sure than 99.9 %" in page
    assert "1 line over 33.00 EUR is left: nothing was found" in page
    line = waiting_line(bank, 6000)
    with bank.ctx.open():
        proposal = CashProposal.objects.get(line_id=line.id, state="open").id
    answer = clerk.post(reverse("web:cash_accept_confirmed"), {"id": str(proposal)}, follow=True)
    text = answer.content.decode()
    assert "Take the whole batch back" in text
    batch = re.search(r'name="batch" value="([^"]+)"', text)[1]
    preview = clerk.post(reverse("web:cash_history_undo"), {"batch": batch}).content.decode()
    assert "Take back 1 payment" in preview
    ids = re.findall(r'name="id" value="([^"]+)"', preview)
    confirmed = {"confirmed": "1", "id": ids, "reason": "wrong file"}
    said = clerk.post(reverse("web:cash_history_undo"), confirmed, follow=True).content.decode()
    assert "1 payment was taken back" in said
    assert waiting_line(bank, 6000).state == "received"
    said = clerk.post(reverse("web:cash_history_undo"), confirmed, follow=True).content.decode()
    assert "Nothing was taken back" in said
    preview = clerk.post(reverse("web:cash_history_undo"), {"id": [*ids, "x"]}).content.decode()
    assert "taken back already: wrong file" in preview


def test_the_history_is_filtered_by_words_and_days(bank, clerk):  # noqa: F811
    assert "Kaufmann KG" in get(clerk, "cash_history", query="?q=kauf")
    assert "Nothing was done in this way" in get(clerk, "cash_history", query="?q=nobody+here")
    assert "Nothing was done in this way" in get(clerk, "cash_history", query="?from=2099-01-01&to=x")
    assert "Nothing" in get(clerk, "cash_history", query="?batch=00000000-0000-0000-0000-000000000000")
