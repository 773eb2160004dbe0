"""What leaves the house is true at the moment it leaves, and leaves once."""

import smtplib
from datetime import date, timedelta

import pytest
from django.core import mail as django_mail

from fairdue.collections.models import Notice, NoticeLine, StepTaken, Task
from fairdue.collections.services import (
    book_claim,
    open_dispute,
    release_notice,
    resolve_dispute,
    run_cadence,
    save_cadence,
    save_wording,
    send_notice,
    snooze,
    take_promise,
)
from fairdue.collections.wording import built_in
from fairdue.core.cadence import DEFAULT, Cadence, Channel, Step, Template, Tone
from fairdue.core.findings import RefusedError
from fairdue.core.law import Kind, missing_contents, regime_of
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.figures import day_text
from fairdue.foundation.mail.sending import send_next
from fairdue.foundation.models import Fact, OutgoingMail
from fairdue.parties.models import Creditor
from fairdue.receivables.models import OpenItem
from fairdue.receivables.services import Applied, allocate, change_item
from tests import make
from tests.at_once import at_once

DUE = date(2026, 4, 1)
TODAY = DUE + timedelta(days=5)


@pytest.fixture
def item(ctx, books, monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())
    with ctx.open():
        return make.item(ctx, books, 100_00, issued_on=DUE - timedelta(days=30), number=f"RE-{books.debtor}")


def send_all(ctx):
    django_mail.outbox.clear()
    while send_next(ctx):
        pass
    relay_all()
    return list(django_mail.outbox)


def notice(ctx):
    with ctx.open():
        return Notice.objects.get()


def test_a_notice_is_sent_once_with_its_own_message_id(ctx, item):
    run_cadence(ctx, today=TODAY)
    (message,) = send_all(ctx)
    with ctx.open():
        assert message.extra_headers["Message-ID"] == OutgoingMail.objects.get().message_id
    assert notice(ctx).state == "sent"
    assert send_all(ctx) == []


def pay(ctx, books, item):
    credit = make.payment(ctx, books, 100_00)
    allocate(ctx, lines=[Applied(item, 100_00, credit)], effective_on=TODAY, today=TODAY)


def part(ctx, books, item):
    credit = make.payment(ctx, books, 10_00)
    allocate(ctx, lines=[Applied(item, 10_00, credit)], effective_on=TODAY, today=TODAY)


CHANGES = {
    "paid": pay,
    "part paid": part,
    "money on account": lambda ctx, books, item: make.payment(ctx, books, 100_00),
    "disputed": lambda ctx, books, item: open_dispute(ctx, item=item, reason="price", today=TODAY),
    "disputed in part": lambda ctx, books, item: open_dispute(ctx, item=item, reason="price", amount=1_00, today=TODAY),
    "promised": lambda ctx, books, item: take_promise(
        ctx, items=[item], amount=100_00, promised_on=TODAY + timedelta(days=4), today=TODAY
    ),
    "snoozed": lambda ctx, books, item: snooze(ctx, debtor=books.debtor, until=TODAY + timedelta(days=4), today=TODAY),
    "due date moved": lambda ctx, books, item: change_item(
        ctx, item=item, changes={"due_on": DUE + timedelta(days=60)}, today=TODAY
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_between_plan_and_send_stops_the_message(ctx, books, item, change):
    run_cadence(ctx, today=TODAY)
    with ctx.open():
        CHANGES[change](ctx, books, item)
    assert send_all(ctx) == []
    assert notice(ctx).state == "cancelled"
    with ctx.open():
        assert set(StepTaken.objects.values_list("state", flat=True)) == {"cancelled"}


def test_a_message_that_waited_too_long_is_not_sent(ctx, item, monkeypatch):
    run_cadence(ctx, today=TODAY)
    monkeypatch.setenv("FAIRDUE_TODAY", (TODAY + timedelta(days=4)).isoformat())
    assert send_all(ctx) == []
    assert "too old" in notice(ctx).state_reason


def test_after_a_cancelled_message_the_next_run_decides_anew(ctx, books, item):
    run_cadence(ctx, today=TODAY)
    with ctx.open():
        dispute = open_dispute(ctx, item=item, reason="price", today=TODAY)
    send_all(ctx)
    with ctx.open():
        resolve_dispute(ctx, dispute=dispute, outcome="rejected", today=TODAY)
    assert run_cadence(ctx, today=TODAY).notices == 1
    assert len(send_all(ctx)) == 1


def test_a_crash_while_sending_tries_again_with_the_same_identity(ctx, item, monkeypatch):
    run_cadence(ctx, today=TODAY)
    ids = []

    def die(message):
        ids.append(message.extra_headers["Message-ID"])
        raise SystemExit

    monkeypatch.setattr("fairdue.foundation.mail.sending._speak", die)
    with pytest.raises(SystemExit):
        send_next(ctx)
    with ctx.open():
        row = OutgoingMail.objects.get()
        assert row.state == "sending"
        OutgoingMail.objects.update(next_at="2020-01-01T00:00:00Z")
    monkeypatch.undo()
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())
    (message,) = send_all(ctx)
    assert [message.extra_headers["Message-ID"]] == ids


def test_a_refused_address_becomes_a_task(ctx, item, monkeypatch):
    run_cadence(ctx, today=TODAY)
    error = smtplib.SMTPRecipientsRefused({"ap@kaufmann.example": (550, b"unknown")})
    monkeypatch.setattr("fairdue.foundation.mail.sending._speak", lambda message: error)
    send_all(ctx)
    assert notice(ctx).state == "failed"
    with ctx.open():
        assert Task.objects.get().kind == "master_data"


def formal(ctx, *, channel=Channel.EMAIL, automatic=True, day=DUE):
    steps = (
        Step(1, 3, Channel.EMAIL, Template.NOTICE, Tone.FRIENDLY),
        Step(2, 5, channel, Template.FORMAL_NOTICE, Tone.FORMAL, automatic),
    )
    with ctx.open():
        save_cadence(ctx, name="Short", ladder=Cadence(steps, 1), today=TODAY, default=True)
    run_cadence(ctx, today=day + timedelta(days=5))
    run_cadence(ctx, today=day + timedelta(days=6))


def test_a_formal_notice_claims_interest_and_compensation_with_its_rates(ctx, books, item, monkeypatch):
    formal(ctx)
    monkeypatch.setenv("FAIRDUE_TODAY", (DUE + timedelta(days=6)).isoformat())
    messages = send_all(ctx)
    with ctx.open():
        row = Notice.objects.get(template="formal_notice")
        line = NoticeLine.objects.get(notice_id=row.id)
    # 6 days at 10.27 % on 100.00, and the fixed sum.
    assert (line.interest, line.compensation) == (17, 40_00)
    assert line.law["rates"][0]["series"] == "de-basiszinssatz"
    assert row.reply_by == DUE + timedelta(days=13)
    text = messages[-1].body
    assert "140,17 EUR" in text
    assert "BGB 288 (2)" in text
    assert "10,27 %" in text
    with ctx.open():
        booked = book_claim(ctx, notice=row.id, today=DUE + timedelta(days=6))
        items = OpenItem.objects.filter(id__in=booked).order_by("kind")
        assert [(i.kind, i.amount, i.parent_id) for i in items] == [
            ("compensation", 40_00, item), ("interest", 17, item),
        ]  # fmt: skip
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        book_claim(ctx, notice=row.id, today=DUE + timedelta(days=6))
    assert refusal.value.findings[0].code == "claim.booked"
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        book_claim(ctx, notice=item, today=DUE + timedelta(days=6))
    assert refusal.value.findings[0].code == "notice.unknown"


@pytest.mark.parametrize(("country", "words"), [("BR", "BR"), ("FR", "no rate is known after")])
def test_a_formal_notice_without_interest_says_why_in_the_history(ctx, books, item, monkeypatch, country, words):
    """No law is known of Brazil; the French rate is known to the end of a half year only."""
    day = date(2027, 4, 1) if country == "FR" else DUE
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(country=country)
        change_item(ctx, item=item, changes={"due_on": day}, today=TODAY)
    monkeypatch.setenv("FAIRDUE_TODAY", (day + timedelta(days=6)).isoformat())
    formal(ctx, day=day)
    with ctx.open():
        (told,) = Fact.objects.filter(type="notice.without_interest")
        assert (told.subject_id, told.payload["number"]) == (item, f"RE-{books.debtor}")
        assert words in told.payload["reason"]
        assert not NoticeLine.objects.filter(interest__gt=0).exists()


def test_no_interest_is_claimed_on_the_disputed_part(ctx, books, item):
    with ctx.open():
        open_dispute(ctx, item=item, reason="price", amount=60_00, today=DUE)
    formal(ctx)
    with ctx.open():
        line = NoticeLine.objects.get(interest__gt=0)
        assert (line.chaseable, line.interest) == (40_00, 7)


def test_a_letter_waits_for_a_hand_and_is_asked_again_when_it_is_posted(ctx, books, item):
    formal(ctx, channel=Channel.LETTER, automatic=False)
    with ctx.open():
        row = Notice.objects.get(template="formal_notice")
        task = Task.objects.get(source_id=row.id)
        assert task.reason == f"formal notice: RE-{books.debtor}, due {day_text(DUE)}"
        assert not OutgoingMail.objects.filter(dedup_key=f"notice:{row.id}").exists()
        release_notice(ctx, notice=row.id, posted=True, today=DUE + timedelta(days=6))
        row.refresh_from_db()
        assert row.state == "sent"
        assert Task.objects.get(id=task.id).outcome == "posted"
    with ctx.open(), pytest.raises(RefusedError):
        release_notice(ctx, notice=row.id, today=DUE + timedelta(days=6))


def test_a_letter_that_was_posted_while_its_mail_waited_is_not_mailed_too(ctx, books, item):
    formal(ctx, automatic=False)
    day = DUE + timedelta(days=6)
    with ctx.open():
        row = Notice.objects.get(template="formal_notice")
        release_notice(ctx, notice=row.id, today=day)
        release_notice(ctx, notice=row.id, posted=True, today=day)
        pay(ctx, books, item)
    assert send_all(ctx) == []
    with ctx.open():
        row.refresh_from_db()
        mail = OutgoingMail.objects.get(dedup_key=f"notice:{row.id}")
    assert (row.state, mail.state, mail.error) == ("sent", "cancelled", "it reached the customer another way already")


def test_a_released_letter_that_is_no_longer_true_is_cancelled(ctx, books, item):
    formal(ctx, automatic=False)
    with ctx.open():
        row = Notice.objects.get(template="formal_notice")
        pay(ctx, books, item)
        release_notice(ctx, notice=row.id, today=DUE + timedelta(days=6))
        row.refresh_from_db()
        assert (row.state, row.state_reason) == ("cancelled", f"RE-{books.debtor} is paid")


def test_a_person_may_send_a_message_now_but_not_twice_a_day(ctx, books, item):
    with ctx.open():
        send_notice(ctx, debtor=books.debtor, template="notice", today=TODAY)
    assert len(send_all(ctx)) == 1
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        send_notice(ctx, debtor=books.debtor, template="firm_notice", today=TODAY)
    assert refusal.value.findings[0].code == "notice.today"
    assert run_cadence(ctx, today=TODAY).notices == 0


def test_two_people_who_send_at_the_same_moment_send_once(ctx, books, item):
    def send():
        with ctx.open():
            return send_notice(ctx, debtor=books.debtor, template="notice", today=TODAY)

    answers = at_once(*[send] * 4)
    assert sum(isinstance(answer, RefusedError) for answer in answers) == 3, answers
    assert len(send_all(ctx)) == 1


def test_an_own_wording_counts_and_a_wrong_one_is_refused(ctx, books, item):
    with ctx.open():
        save_wording(ctx, template="notice", language="de", subject="Hallo {customer}", body="{items}", today=TODAY)
        with pytest.raises(RefusedError) as refusal:
            save_wording(ctx, template="notice", language="de", subject="{password}", body="{", today=TODAY)
    assert [f.code for f in refusal.value.findings] == ["wording.unknown", "wording.brace"]
    run_cadence(ctx, today=TODAY)
    assert notice(ctx).subject == "Hallo Kaufmann KG"


def test_the_default_ladder_is_used_until_one_is_saved(ctx, item):
    assert DEFAULT.steps[2].offset_days == 3
    run_cadence(ctx, today=TODAY)
    assert notice(ctx).level == 3


@pytest.mark.parametrize("language", ["en", "de", "fr"])
@pytest.mark.parametrize("kind", list(Kind))
@pytest.mark.parametrize("country", ["DE", "FR", "GB", "AT", "NL", "CH"])
def test_the_built_in_formal_notice_has_all_that_the_law_asks_for(country, kind, language):
    """The placeholders of a wording stand for the contents; the text holds the mandatory words."""
    told = {
        "creditor": "creditor_address", "debtor": "customer_address", "invoices": "items", "open_amounts": "items",
        "total": "total_claim", "reply_date": "reply_by", "payment_means": "account", "consequence": "reply_by",
        "interest_computation": "rates", "legal_basis": "articles", "lump_sum": "claims", "dispute_channel": "contact",
    }  # fmt: skip
    wording = built_in("formal_notice", language)
    supplied = frozenset(code for code, name in told.items() if f"{{{name}}}" in wording.body)
    lacking = missing_contents(country, kind, supplied, f"{wording.subject} {wording.body}")
    spoken = regime_of(country, kind).notice.language
    allowed = {"text"} if spoken != language else set()
    # The fourteen-day letter to Dutch consumers names its cost; it is not among the built-in languages.
    allowed |= {"text", "collection_cost_named"} if (country, kind) == ("NL", "b2c") else set()
    assert {finding.path for finding in lacking} <= allowed
