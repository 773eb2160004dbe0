"""Three stories of getting paid, told on a virtual clock: each night the house runs, each day people act."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail as django_mail

from fairdue.collections import selectors
from fairdue.collections.models import Dispute, Notice, Promise
from fairdue.collections.services import (
    book_claim,
    log_call,
    move_dispute,
    open_dispute,
    resolve_dispute,
    run_cadence,
    settle_promises,
    take_promise,
)
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.mail.sending import send_next
from fairdue.foundation.verifying import verify_tenant
from fairdue.receivables.selectors import credits_
from fairdue.receivables.services import Applied, allocate, reverse_allocations, withdraw_credit
from tests import make


class House:
    """A tenant whose nights pass: promises are looked at, the cadence runs, mail goes out, facts are answered."""

    def __init__(self, ctx, books, monkeypatch, today):
        self.ctx, self.books, self.monkeypatch, self.today = ctx, books, monkeypatch, today
        self.sent = []

    def night(self):
        self.monkeypatch.setenv("FAIRDUE_TODAY", self.today.isoformat())
        with self.ctx.open():
            settle_promises(self.ctx, today=self.today)
        run_cadence(self.ctx, today=self.today)
        django_mail.outbox.clear()
        while send_next(self.ctx):
            pass
        relay_all()
        self.sent += [(self.today, message.subject, message.body) for message in django_mail.outbox]

    def until(self, day, *, asleep=()):
        """Let the nights pass until `day` included; on the days asleep the server was down."""
        while self.today < day:
            self.today += timedelta(days=1)
            if self.today not in asleep:
                self.night()

    def pay(self, item, amount):
        with self.ctx.open():
            credit = make.payment(self.ctx, self.books, amount, on=self.today)
            group = allocate(self.ctx, lines=[Applied(item, amount, credit)], effective_on=self.today, today=self.today)
        relay_all()
        return group

    def days(self):
        return [day for day, _, _ in self.sent]

    def worklist(self):
        with self.ctx.open():
            return [(row.kind, row.reason) for row in selectors.worklist(self.ctx, today=self.today)]


@pytest.fixture
def house(ctx, books, monkeypatch):
    return House(ctx, books, monkeypatch, date(2026, 2, 1))


def test_a_forgetful_customer_pays_after_the_second_reminder(ctx, books, house):
    """An invoice over 11,900.00 is issued on 2 February and due on Wednesday 4 March."""
    with ctx.open():
        invoice = make.item(ctx, books, 11_900_00, issued_on=date(2026, 2, 2), number="RE-1")
    # A week before, on the day itself, and three days after, the customer hears from us; the seventh of March is a
    # Saturday, so the notice goes out on Monday.
    house.until(date(2026, 3, 9))
    assert house.days() == [date(2026, 2, 25), date(2026, 3, 4), date(2026, 3, 9)]
    assert "Zahlungserinnerung über 11.900,00 EUR" in house.sent[-1][1]
    # On the 12th the money arrives. Nobody writes to a customer who has paid.
    house.until(date(2026, 3, 12))
    paid = house.pay(invoice, 11_900_00)
    house.until(date(2026, 5, 1))
    assert len(house.sent) == 3
    # In May the bank takes the payment back. The item is open again, and the ladder goes on where it stopped, with
    # the latest step that was reached: no one starts again with a courtesy note.
    with ctx.open():
        day = house.today
        reverse_allocations(ctx, group=paid, effective_on=day, today=day, reason="returned")
        credit = credits_(ctx, debtors=[books.debtor])[0]
        withdraw_credit(ctx, credit=credit.id, amount=credit.unapplied, effective_on=day, today=day, reason="returned")
    house.until(date(2026, 5, 5))
    assert [day for day in house.days() if day > date(2026, 3, 12)] == [date(2026, 5, 4)]
    assert verify_tenant(ctx) == []


def test_a_promise_is_broken_and_ends_in_a_formal_notice(ctx, books, house):
    """An invoice over 4,200.00 is due on 4 March. The server is down for the first two weeks after it."""
    with ctx.open():
        invoice = make.item(ctx, books, 4_200_00, issued_on=date(2026, 2, 2), number="RE-2")
    house.until(date(2026, 3, 4))
    asleep = [date(2026, 3, 5) + timedelta(days=n) for n in range(13)]
    house.until(date(2026, 3, 18), asleep=asleep)
    # After the outage one message goes out, the firm one; the friendly one that was missed is not sent after it.
    assert house.days()[2:] == [date(2026, 3, 18)]
    assert "Mahnung über 4.200,00 EUR" in house.sent[-1][1]
    # On the twentieth day the collector is asked to call, and gets a promise for the 27th.
    house.until(date(2026, 3, 24))
    assert house.worklist() == [("call", "RE-2, due 4 Mar 2026")]
    with ctx.open():
        (row,) = selectors.worklist(ctx, today=house.today)
        log_call(ctx, debtor=books.debtor, outcome="promise", task=row.id, today=house.today, spoke_with="Ms Kaufmann")
        take_promise(ctx, items=[invoice], amount=4_200_00, promised_on=date(2026, 3, 27), today=house.today)
    assert house.worklist() == []
    # Until the promise is over nobody bothers the customer. On Monday its grace ends; on Tuesday it is broken.
    house.until(date(2026, 3, 30))
    assert (len(house.sent), house.worklist()) == (3, [])
    house.until(date(2026, 3, 31))
    assert house.worklist() == [("promise_broken", "4,200.00 EUR promised by 27 Mar 2026, all of it missing")]
    with ctx.open():
        assert Promise.objects.get().verdict == "broken"
    # The ladder goes on: the firm notice of day 30, the formal notice of day 45 with interest and the fixed sum.
    house.until(date(2026, 4, 20))
    assert house.days()[3:] == [date(2026, 4, 3), date(2026, 4, 20)]
    day, subject, text = house.sent[-1]
    # 47 days at 10.27 % on 4,200.00 are 55.54; with EUR 40 the claim is 4,295.54.
    assert "4.295,54 EUR" in subject
    assert "55,54 EUR" in text
    assert "BGB 288 (5)" in text
    # The claim is booked as items of its own, which the books keep apart from the invoice.
    with ctx.open():
        notice = Notice.objects.get(template="formal_notice")
        booked = book_claim(ctx, notice=notice.id, today=day)
        assert [make.residual(item) for item in booked] == [55_54, 40_00]
    # Only then the customer pays the invoice. The interest stays open, and is reminded of like any other item.
    house.pay(invoice, 4_200_00)
    house.until(date(2026, 4, 27))
    assert "55,54 EUR" in house.sent[-1][2]
    assert "4.200,00 EUR" not in house.sent[-1][2]
    assert verify_tenant(ctx) == []


def test_a_dispute_over_a_part_leaves_the_rest_collectable(ctx, books, house):
    """An invoice over 1,000.00 is due on 4 March; two of ten boxes arrived broken."""
    with ctx.open():
        invoice = make.item(ctx, books, 1_000_00, issued_on=date(2026, 2, 2), number="RE-3")
    house.until(date(2026, 3, 9))
    with ctx.open():
        dispute = open_dispute(ctx, item=invoice, reason="quality", amount=200_00, today=house.today, note="2 of 10")
    # The reminders go on over the 800.00 that nobody contests, and say so.
    house.until(date(2026, 3, 16))
    assert "800,00 EUR" in house.sent[-1][1]
    assert "bestrittener Teil von 200,00 EUR" in house.sent[-1][2]
    # The customer pays the 800.00. Nothing is left to chase: the contested part waits for us, not for him.
    house.pay(invoice, 800_00)
    house.until(date(2026, 3, 23))
    assert house.days()[-1] == date(2026, 3, 16)
    assert house.worklist() == [("dispute", "waits for our answer: quality or damage")]
    # We ask for photographs: now it is the customer's move. They never come, and the objection is rejected.
    with ctx.open():
        move_dispute(ctx, dispute=dispute, clock="theirs", today=house.today)
    assert house.worklist() == []
    house.until(date(2026, 4, 13))
    with ctx.open():
        resolve_dispute(ctx, dispute=dispute, outcome="rejected", today=house.today, note="no photographs")
        assert Dispute.objects.get().outcome == "rejected"
    house.until(date(2026, 4, 14))
    assert "200,00 EUR" in house.sent[-1][1]
    assert house.days()[-1] == date(2026, 4, 14)
    assert verify_tenant(ctx) == []
