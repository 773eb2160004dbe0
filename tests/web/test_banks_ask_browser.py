"""Banks that ask or take money back, in a real browser: the request, the second person, the answer, the open item."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fairdue.cash.models import BankLine, Recall
from fairdue.foundation import clock
from fairdue.foundation.facts.outbox import relay_all
from tests import make
from tests.rooms.cash.conftest import bank, entry, lines, matched  # noqa: F401
from tests.rooms.cash.test_banks_ask_back import answer_of, asked, paid, request
from tests.rooms.cash.test_returned_money import LATER, back
from tests.web.test_cash_flows_browser import bring, press, site_of, statement, words


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda *_: LATER)


def ask(page, content):
    """Give the bank's request to the page of recalls."""
    page.goto(f"{site_of(page)}/cash/recalls")
    page.set_input_files("#upload", {"name": "camt056.xml", "mimeType": "application/xml", "buffer": content})
    press(page, page.locator("form:has(#upload) button"), "**/cash/recalls")
    return words(page)


def test_a_recall_waits_for_a_second_person_whose_yes_becomes_the_answer_for_the_bank(bank, open_page, sign_in):  # noqa: F811
    with bank.ctx.open():
        item = paid(bank)
    page = open_page("/cash/recalls", client=sign_in("cash_clerk"))
    assert "1 new request" in ask(page, request(account="DE00"))
    assert "Waits for approval" in words(page)
    assert "0 new requests" in ask(page, request(account="DE00"))
    other = open_page("/approvals", client=sign_in("team_lead"))
    assert "Kaufmann KG" in words(other)
    press(other, other.locator("button:has-text('Approve')"), "**/approvals")
    assert "Approved and carried out" in words(other)
    page.reload()
    assert "Agreed" in words(page)
    with page.expect_download() as found:
        page.locator("td a:has-text('Answer')").click()
    assert "<Conf>CNCL</Conf>" in found.value.path().read_text()
    with bank.ctx.open():
        assert make.residual(item) == 0  # nothing is booked before the bank takes the money
    taken = back("119.00", "FOCR", end_to_end="E2E-7", reference="OUT")
    assert "1 new line imported" in bring(page, statement(taken, name="2026-03-06/1", opening="119.00"))
    relay_all()
    with bank.ctx.open():
        assert make.residual(item) == 11900
    assert page.complaints == []
    assert other.complaints == []


def test_a_recall_is_answered_with_a_no_and_its_reason(bank, open_page, sign_in):  # noqa: F811
    with bank.ctx.open():
        item = paid(bank)
    with bank.ctx.open():
        asked(bank, request(account="DE00"))
    page = open_page("/cash/recalls", client=sign_in("team_lead"))
    page.locator("th a.open").click()
    page.wait_for_url("**/cash/recalls/*-*")
    page.select_option("#code", "CUST")
    page.fill("#note", "The goods were delivered.")
    press(page, page.locator("button:has-text('Refuse')"), "**/cash/recalls")
    assert "Refused. Give the answer to the bank." in words(page)
    with bank.ctx.open():
        said = answer_of(bank.ctx, Recall.objects.get().id)
        assert (said["Conf"], said["Cd"], said["AddtlInf"]) == ("RJCR", "CUST", "The goods were delivered.")
        assert make.residual(item) == 0
    page.goto(f"{site_of(page)}/approvals")
    assert "Nothing waits for a second person" in words(page)
    assert page.complaints == []


def test_a_recall_of_an_insurer_s_money_is_found_by_hand_and_refused_by_the_second_person(bank, open_page, sign_in):  # noqa: F811
    with bank.ctx.open():
        matched(bank, entry("90.00", "Schaden 26-4711", name="ATRADIUS", iban="NL91ABNA0417164300"))
    page = open_page("/cash/recalls", client=sign_in("cash_clerk"))
    ask(page, request("90.00", end_to_end="", account="DE00").replace(b"Kaufmann KG", b"Atradius N.V."))
    assert "Which payment?" in words(page)
    press(page, page.locator("a:has-text('Find it')"), "**/cash/recalls/*-*")
    press(page, page.locator("button:has-text('It means this one')"), "**/cash/recalls/*-*")
    assert "A second person decides" in words(page)
    other = open_page("/approvals", client=sign_in("team_lead"))
    other.locator("[name=note]").fill("the claim was settled")
    press(other, other.locator("button:has-text('Reject')"), "**/approvals")
    assert "Rejected" in words(other)
    relay_all()
    page.reload()
    assert "Refused" in words(page)
    with bank.ctx.open():
        assert [line.amount for line in lines(bank.creditor)] == [9000]


def test_a_return_opens_the_item_again_and_an_undo_lets_both_lines_wait(bank, open_page, sign_in):  # noqa: F811
    with bank.ctx.open():
        item = paid(bank)
    page = open_page("/cash", client=sign_in("cash_clerk"))
    gone = replace(back("119.00", "AC04", fee="3.00", reference="OUT"), booked=LATER.isoformat())
    bring(page, statement(gone, name="2026-03-06/1", opening="119.00"))
    page.goto(f"{site_of(page)}/cash")
    assert "Taken back, to review" in words(page)
    with bank.ctx.open():
        line = BankLine.objects.get(amount__lt=0)
    page.goto(f"{site_of(page)}/cash/lines/{line.id}")
    press(page, page.locator("button:has-text('It was this one')"), "**/cash/returns")
    assert "AC04 account closed" in words(page)
    with bank.ctx.open():
        assert make.residual(item) == 11900
    page.locator("th a.open").click()
    page.wait_for_url(f"**/cash/lines/{line.id}")
    page.locator("summary:has-text('Undo')").click()
    page.locator("[name=reason]").fill("not this one")
    press(page, page.locator("details[open] button"), "**/cash/**")
    assert "Both lines wait" in words(page)
    with bank.ctx.open():
        assert {line.state for line in lines(bank.creditor)} <= {"received", "proposed"}
        assert make.residual(item) == 11900
    assert page.complaints == []
