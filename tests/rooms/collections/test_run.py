"""The nightly run writes each step once, whatever happens around it."""

from datetime import date, timedelta

import pytest

from fairdue.collections.models import CadenceVersion, Notice, NoticeLine, StepTaken, Task
from fairdue.collections.services import assign_cadence, finish_task, log_call, run_cadence, save_cadence
from fairdue.collections.services.run import preview_run
from fairdue.core.cadence import DEFAULT, Cadence
from fairdue.core.findings import RefusedError
from fairdue.foundation.figures import day_text
from fairdue.foundation.models import OutgoingMail
from fairdue.receivables.services import Applied, HoldDraft, allocate, place_holds
from tests import make

DUE = date(2026, 4, 1)


def item(ctx, books, amount=100_00, due=DUE, **fields):
    return make.item(ctx, books, amount, issued_on=due - timedelta(days=30), days=30, **fields)


def levels(ctx):
    with ctx.open():
        return list(StepTaken.objects.order_by("level").values_list("level", flat=True))


def passed_over(ctx):
    with ctx.open():
        return [day for days in StepTaken.objects.values_list("passed_over", flat=True) for day in days]


def night(ctx, days):
    return run_cadence(ctx, today=DUE + timedelta(days=days))


def test_a_step_is_taken_with_its_message_its_lines_and_its_mail(ctx, books):
    with ctx.open():
        item(ctx, books, number="RE-1")
    result = night(ctx, 5)
    assert (result.notices, result.items, dict(result.totals)) == (1, 1, {"EUR": 100_00})
    with ctx.open():
        notice, mail = Notice.objects.get(), OutgoingMail.objects.get()
        assert (notice.template, notice.language, notice.state) == ("notice", "de", "planned")
        assert "RE-1" in notice.text
        assert "100,00 EUR" in notice.text
        assert (mail.dedup_key, mail.recipient) == (f"notice:{notice.id}", "ap@kaufmann.example")
        assert NoticeLine.objects.get().level == 3
    assert levels(ctx) == [3]
    assert passed_over(ctx) == [-7, 0]


def test_a_second_run_of_the_day_doubles_nothing(ctx, books):
    with ctx.open():
        item(ctx, books)
    assert night(ctx, 5).notices == 1
    assert night(ctx, 5).notices == 0
    with ctx.open():
        assert Notice.objects.count() == OutgoingMail.objects.count() == 1


def test_a_new_item_on_the_same_day_waits_for_the_pause(ctx, books):
    with ctx.open():
        item(ctx, books)
    night(ctx, 5)
    with ctx.open():
        item(ctx, books)
    assert night(ctx, 5).notices == 0
    assert night(ctx, 8).notices == 1


def test_one_message_a_debtor_lists_all_items_under_the_highest_step(ctx, books):
    with ctx.open():
        item(ctx, books, number="RE-A")
        item(ctx, books, 50_00, due=DUE + timedelta(days=12), number="RE-B")
        other = make.debtor(ctx, books.creditor, name="Other")
        item(ctx, make.Books(books.creditor, other))
    assert night(ctx, 12).notices == 2
    with ctx.open():
        notice = Notice.objects.get(debtor_id=books.debtor)
        assert notice.template == "firm_notice"
        assert {line.level for line in NoticeLine.objects.filter(notice_id=notice.id)} == {2, 4}
        assert "RE-A" in notice.text
        assert "RE-B" in notice.text


def test_missed_nights_lose_nothing_and_double_nothing(ctx, books):
    with ctx.open():
        item(ctx, books)
    for days in (-7, 0, 12, 33, 36, 40, 48, 49, 60):
        night(ctx, days)
    assert levels(ctx) == [1, 2, 4, 6, 7]
    assert passed_over(ctx) == [3, 20]


def test_a_call_becomes_a_task_with_its_reason(ctx, books):
    with ctx.open():
        item(ctx, books, number="RE-1")
    night(ctx, 12)
    result = night(ctx, 20)
    assert (result.calls, result.notices) == (1, 0)
    with ctx.open():
        task = Task.objects.get()
        assert (task.kind, task.reason) == ("call", f"RE-1, due {day_text(DUE)}")
        assert OutgoingMail.objects.count() == 1


@pytest.mark.parametrize("whole", [True, False])
def test_what_is_held_is_not_chased(ctx, books, whole):
    with ctx.open():
        held = item(ctx, books)
        target = None if whole else held
        hold = HoldDraft(books.creditor, books.debtor, "insolvency", DUE, target)
        place_holds(ctx, holds=[hold], today=DUE)
    assert night(ctx, 5).notices == 0


def test_the_free_part_of_a_disputed_item_is_chased(ctx, books):
    with ctx.open():
        held = item(ctx, books)
        hold = HoldDraft(books.creditor, books.debtor, "dispute", DUE, held, amount=40_00)
        place_holds(ctx, holds=[hold], today=DUE)
    night(ctx, 5)
    with ctx.open():
        line = NoticeLine.objects.get()
        assert (line.residual, line.chaseable) == (100_00, 60_00)
        assert "bestrittener Teil von 40,00 EUR" in Notice.objects.get().text


def test_money_on_account_that_covers_everything_stops_the_message(ctx, books):
    with ctx.open():
        item(ctx, books)
        make.payment(ctx, books, 100_00)
    result = night(ctx, 5)
    assert (result.notices, result.skipped["money on account covers it"]) == (0, 1)


def test_a_paid_item_is_not_chased(ctx, books):
    with ctx.open():
        paid = item(ctx, books)
        credit = make.payment(ctx, books, 100_00)
        allocate(ctx, lines=[Applied(paid, 100_00, credit)], effective_on=DUE, today=DUE)
    assert night(ctx, 5).notices == 0


def test_a_debtor_without_address_becomes_one_task_and_takes_no_step(ctx, books):
    with ctx.open():
        mute = make.debtor(ctx, books.creditor, name="Mute", email="")
        item(ctx, make.Books(books.creditor, mute))
    assert night(ctx, 5).skipped["no e-mail address"] == 1
    night(ctx, 6)
    with ctx.open():
        assert Task.objects.get().kind == "master_data"
    assert levels(ctx) == []


def test_an_address_is_asked_for_anew_only_when_no_task_that_asks_for_it_is_open(ctx, books):
    with ctx.open():
        mute = make.debtor(ctx, books.creditor, name="Mute", email="")
        item(ctx, make.Books(books.creditor, mute))
    night(ctx, 5)
    night(ctx, 35)
    with ctx.open():
        (open_one,) = Task.objects.all()
        finish_task(ctx, task=open_one.id, outcome="done", today=DUE + timedelta(days=36))
    night(ctx, 65)
    with ctx.open():
        assert sorted(Task.objects.values_list("state", flat=True)) == ["done", "open"]


def test_a_call_counts_as_a_contact(ctx, books):
    with ctx.open():
        item(ctx, books)
        log_call(ctx, debtor=books.debtor, outcome="no_answer", today=DUE + timedelta(days=4))
    assert night(ctx, 5).notices == 0
    assert night(ctx, 7).notices == 1


def test_a_customer_may_have_a_ladder_of_its_own_or_none(ctx, books):
    with ctx.open():
        item(ctx, books)
        quiet = make.debtor(ctx, books.creditor, name="Quiet")
        item(ctx, make.Books(books.creditor, quiet))
        late = Cadence((*DEFAULT.steps[:2], DEFAULT.steps[3].__class__(3, 30, *_rest(DEFAULT.steps[3]))), 5)
        slow = save_cadence(ctx, name="Slow", ladder=late, today=DUE)
        assign_cadence(ctx, creditor=books.creditor, cadence=slow, today=DUE)
        assign_cadence(ctx, creditor=books.creditor, cadence=None, debtor=quiet, today=DUE)
    assert night(ctx, 15).notices == 1
    with ctx.open():
        assert Notice.objects.get().template == "due_today"
        assert CadenceVersion.objects.get().number == 1


def _rest(step):
    return step.channel, step.template, step.tone, step.automatic


def test_a_wrong_ladder_is_refused_with_all_findings(ctx, books):
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        save_cadence(ctx, name="x", ladder=Cadence((), 0, frozenset()), today=DUE)
    assert {f.code for f in refusal.value.findings} == {
        "cadence.empty", "cadence.weekdays", "cadence.minimum_days",
    }  # fmt: skip


def test_the_preview_tells_exactly_what_the_run_then_does_and_writes_nothing(ctx, books):
    with ctx.open():
        for n in range(5):
            debtor = make.debtor(ctx, books.creditor, name=f"D{n}")
            item(ctx, make.Books(books.creditor, debtor), due=DUE + timedelta(days=3 * n))
    today = DUE + timedelta(days=9)
    told = [p for planned, _ in preview_run(ctx, today=today) for p in planned]
    with ctx.open():
        assert Notice.objects.count() == 0
    result = run_cadence(ctx, today=today)
    assert result.notices == len(told) > 0
    with ctx.open():
        assert set(Notice.objects.values_list("debtor_id", flat=True)) == {p.debtor.id for p in told}


def test_another_tenant_is_not_touched(ctx, books, other_ctx):
    with ctx.open():
        item(ctx, books)
    assert run_cadence(other_ctx, today=DUE + timedelta(days=5)).notices == 0


def test_the_mailbox_for_accounts_payable_is_asked_first(ctx, books):
    from fairdue.parties.models import DebtorContact

    with ctx.open():
        item(ctx, books)
        DebtorContact.objects.create(
            tenant_id=ctx.tenant, creditor_id=books.creditor, debtor_id=books.debtor, name="Rechnungswesen",
            role="accounts_payable", email="buchhaltung@kaufmann.example",
        )  # fmt: skip
    night(ctx, 5)
    with ctx.open():
        assert OutgoingMail.objects.get().recipient == "buchhaltung@kaufmann.example"


def test_the_mail_carries_a_personal_link_that_opens_the_portal_and_is_kept_nowhere_else(ctx, books):
    with ctx.open():
        item(ctx, books, number="RE-1")
    night(ctx, 5)
    with ctx.open():
        notice, mail = Notice.objects.get(), OutgoingMail.objects.get()
        link = mail.text.strip().split("\n")[-1]
        assert "/p/l/" in link
        assert "ganz ohne Konto" in mail.text
        assert f'href="{link}"' in mail.html
        assert "/p/l/" not in notice.text + notice.html
    from django.test import Client

    opened = Client().get(link[link.index("/p/l/") :], follow=True, headers={"host": "127.0.0.1"})
    assert opened.status_code == 200
    assert "RE-1" in opened.content.decode()
