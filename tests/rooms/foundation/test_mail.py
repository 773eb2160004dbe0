"""Mail goes out at least once under one Message-ID, is re-checked at the last moment, and never blocks other mail."""

import gc
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from django.db import connection
from django.test import override_settings

from fairdue.core.findings import RefusedError
from fairdue.foundation import files
from fairdue.foundation.mail import Mail, Verdict, guard, queue_mail, sending
from fairdue.foundation.mail.queue import GUARDS
from fairdue.foundation.models import Fact, OutgoingMail
from tests.smtp import sink


@pytest.fixture
def server():
    with sink() as (handler, port):
        backend = {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": port},
        }
        with override_settings(MAILERS={"default": backend}):
            yield handler


@pytest.fixture
def guards():
    yield GUARDS
    GUARDS.pop("proof", None)


def mail(books, key, recipient="ap@kaufmann.example", **fields):
    return Mail("proof", key, books.creditor, recipient, fields.pop("subject", f"Reminder {key}"), "Dear …", **fields)


def queue(ctx, *mails):
    with ctx.open():
        return queue_mail(ctx, mails)


def send(ctx):
    """Send what is due of one tenant and return how many messages were tried."""
    count = 0
    while sending.send_next(ctx):
        count += 1
    return count


def states(ctx):
    with ctx.open():
        return {row.dedup_key: row.state for row in OutgoingMail.objects.all()}


def row_of(ctx, key):
    with ctx.open():
        return OutgoingMail.objects.get(dedup_key=key)


def let_time_pass(ctx):
    with ctx.open():
        OutgoingMail.objects.update(next_at="2020-01-01T00:00:00Z")


def facts(ctx):
    with ctx.open():
        return sorted(Fact.objects.filter(type__startswith="mail.").values_list("type", flat=True))


def test_the_same_message_is_queued_and_sent_once(ctx, books, server):
    assert queue(ctx, mail(books, "a"), mail(books, "b")) == 2
    assert queue(ctx, mail(books, "a", subject="changed"), mail(books, "c")) == 1
    assert send(ctx) == 3
    assert queue(ctx, mail(books, "a")) == 0
    assert send(ctx) == 0
    assert sorted(message["Subject"] for message in server.messages) == ["Reminder a", "Reminder b", "Reminder c"]
    assert all(message["Auto-Submitted"] == "auto-generated" for message in server.messages)
    assert states(ctx) == dict.fromkeys("abc", "sent")
    assert facts(ctx) == ["mail.sent"] * 3


def test_a_message_of_a_transaction_that_fails_is_never_sent(ctx, books, server):
    def fail():
        with ctx.open():
            queue_mail(ctx, [mail(books, "a")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert send(ctx) == 0


def test_tenants_do_not_share_message_ids(ctx, other_ctx, books, server):
    from tests import make

    with other_ctx.open():
        their_books = make.books(other_ctx)
    queue(ctx, mail(books, "a"))
    queue(other_ctx, mail(their_books, "a"))
    send(ctx), send(other_ctx)
    assert len(set(server.ids)) == 2


@pytest.mark.parametrize("moment", ["before the server", "after the server"])
def test_a_crash_while_sending_is_tried_again_under_the_same_message_id(ctx, books, server, monkeypatch, moment):
    class Killed(BaseException):
        """Nothing catches it, as nothing catches kill -9."""

    def dying(message):
        if moment == "after the server":
            message.send()
        raise Killed

    queue(ctx, mail(books, "a"))
    monkeypatch.setattr(sending, "_speak", dying)
    with pytest.raises(Killed):
        sending.send_next(ctx)
    monkeypatch.undo()
    assert states(ctx) == {"a": "sending"}
    assert send(ctx) == 0  # the lease still runs
    let_time_pass(ctx)
    assert send(ctx) == 1
    assert states(ctx) == {"a": "sent"}
    assert server.ids == [row_of(ctx, "a").message_id] * (2 if moment == "after the server" else 1)


def test_a_server_that_dies_before_it_answers_gets_the_same_message_again(ctx, books, server):
    queue(ctx, mail(books, "a"))
    server.hang_up = True
    assert send(ctx) == 1
    assert states(ctx) == {"a": "planned"}
    server.hang_up = False
    let_time_pass(ctx)
    send(ctx)
    assert states(ctx) == {"a": "sent"}
    assert len(server.ids) == 2
    assert len(set(server.ids)) == 1


def test_a_guard_stops_a_message_under_the_locks_of_its_transaction(ctx, books, server, guards):
    asked = []

    @guard("proof")
    def decide(ctx, row):
        asked.append((row.state, connection.in_atomic_block))
        return Verdict(send=row.context["due"], reason="paid meanwhile")

    queue(ctx, mail(books, "paid", context={"due": False}), mail(books, "open", context={"due": True}))
    send(ctx)
    assert asked == [("planned", True)] * 2
    assert states(ctx) == {"paid": "cancelled", "open": "sent"}
    assert [message["Subject"] for message in server.messages] == ["Reminder open"]
    assert row_of(ctx, "paid").error == "paid meanwhile"
    assert facts(ctx) == ["mail.cancelled", "mail.sent"]


def test_a_guard_that_fails_holds_back_its_own_message_only(ctx, books, server, guards):
    @guard("proof")
    def decide(ctx, row):
        if row.dedup_key == "bad":
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 / 0")
        return Verdict(send=True)

    queue(ctx, mail(books, "bad"))
    queue(ctx, mail(books, "good"))
    assert send(ctx) == 2
    assert states(ctx) == {"bad": "planned", "good": "sent"}
    assert "division by zero" in row_of(ctx, "bad").error


def test_a_damaged_attachment_holds_back_its_own_message_only(ctx, books, server):
    with ctx.open():
        file = files.store(ctx, content=uuid4().bytes, name="invoice.pdf", media_type="application/pdf")
    files.place_of(file.sha256).write_bytes(b"changed")
    queue(ctx, mail(books, "bad", attachments=(file.id,)))
    queue(ctx, mail(books, "good"))
    send(ctx)
    assert states(ctx) == {"bad": "planned", "good": "sent"}
    for _ in range(sending.ATTEMPTS):
        let_time_pass(ctx)
        send(ctx)
    assert states(ctx)["bad"] == "failed"
    assert "was changed in the store" in row_of(ctx, "bad").error
    assert facts(ctx) == ["mail.failed", "mail.sent"]


def test_attachments_arrive_whole(ctx, books, server):
    content = uuid4().bytes * 100
    with ctx.open():
        file = files.store(ctx, content=content, name="Rechnung Nº 7.pdf", media_type="application/pdf")
    queue(ctx, mail(books, "a", attachments=(file.id,), html="<p>Dear …</p>"))
    send(ctx)
    (attachment,) = server.messages[0].iter_attachments()
    assert attachment.get_content() == content
    assert attachment.get_filename() == "Rechnung Nº 7.pdf"


@pytest.mark.parametrize("breaking", ["\n", "\r\n", "\r", "\0", "\x7f", "\x0b"])
@pytest.mark.parametrize("field", ["recipient", "subject", "sender"])
def test_a_line_break_in_a_header_is_refused(ctx, books, field, breaking):
    fields = {"recipient": "a@b.example", field: f"x{breaking}Bcc: everybody@example.com"}
    with pytest.raises(RefusedError, match="line break or control character"):
        queue(ctx, mail(books, "a", **fields))
    assert states(ctx) == {}


def test_a_header_that_got_past_the_queue_is_not_sent_and_blocks_nobody(ctx, books, server):
    queue(ctx, mail(books, "bad"))
    queue(ctx, mail(books, "good"))
    with ctx.open():
        OutgoingMail.objects.filter(dedup_key="bad").update(subject="x\nBcc: everybody@example.com")
    send(ctx)
    assert states(ctx) == {"bad": "failed", "good": "sent"}
    assert len(server.messages) == 1


def test_a_refused_address_fails_at_once_and_a_greylisted_one_is_tried_again(ctx, books, server):
    server.refused = {"gone@x.example": "550 no such user", "grey@x.example": "450 try later"}
    queue(ctx, mail(books, "gone", "gone@x.example"), mail(books, "grey", "grey@x.example"), mail(books, "fine"))
    send(ctx)
    assert states(ctx) == {"gone": "failed", "grey": "planned", "fine": "sent"}
    assert "no such user" in row_of(ctx, "gone").error
    server.refused = {}
    assert send(ctx) == 0
    let_time_pass(ctx)
    send(ctx)
    assert states(ctx) == {"gone": "failed", "grey": "sent", "fine": "sent"}
    assert facts(ctx) == ["mail.failed", "mail.sent", "mail.sent"]


@pytest.mark.parametrize("answer, state", [("554 spam", "failed"), ("452 full", "planned"), ("421 later", "planned")])
def test_what_the_server_says_to_the_text_decides(ctx, books, server, answer, state):
    server.data_answer = answer
    queue(ctx, mail(books, "a"))
    send(ctx)
    assert states(ctx) == {"a": state}


@pytest.mark.filterwarnings(
    "ignore::pytest.PytestUnraisableExceptionWarning"
)  # Django's backend leaves its socket to the collector
def test_a_login_that_is_refused_is_the_installations_fault_not_the_messages(ctx, books, server):
    queue(ctx, mail(books, "a"))
    from django.conf import settings

    options = settings.MAILERS["default"]["OPTIONS"] | {"username": "u", "password": "wrong"}
    with override_settings(MAILERS={"default": settings.MAILERS["default"] | {"OPTIONS": options}}):
        send(ctx)
    gc.collect()
    assert states(ctx) == {"a": "planned"}


def test_a_server_that_is_away_costs_a_try_and_the_waits_grow(ctx, books):
    backend = {"BACKEND": "django.core.mail.backends.smtp.EmailBackend", "OPTIONS": {"host": "127.0.0.1", "port": 9}}
    queue(ctx, mail(books, "a"))
    waits = []
    with override_settings(MAILERS={"default": backend}):
        for _ in range(sending.ATTEMPTS):
            assert states(ctx) == {"a": "planned"}
            let_time_pass(ctx)
            assert send(ctx) == 1
            row = row_of(ctx, "a")
            waits.append(row.next_at)
    assert waits[:-1] == sorted(waits[:-1])
    assert (row.state, row.attempts) == ("failed", sending.ATTEMPTS)


def test_several_workers_send_each_message_once(ctx, books, server):
    queue(ctx, *(mail(books, f"m{n}") for n in range(30)))
    barrier = threading.Barrier(4)

    def work(_):
        barrier.wait()
        try:
            return send(ctx)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 30
    assert len(server.ids) == len(set(server.ids)) == 30
    assert set(states(ctx).values()) == {"sent"}


def test_one_tenants_thousand_messages_do_not_keep_another_waiting(ctx, other_ctx, books, server):
    from tests import make

    with other_ctx.open():
        their_books = make.books(other_ctx)
    queue(ctx, *(mail(books, f"m{n}") for n in range(40)))
    queue(other_ctx, mail(their_books, "urgent"))
    sending.send_due(limit=6)
    assert states(other_ctx) == {"urgent": "sent"}
    assert 1 <= list(states(ctx).values()).count("sent") <= 6
    send(ctx)
