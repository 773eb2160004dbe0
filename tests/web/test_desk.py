"""A person's desk: the call screen, saved views, the inbox, and what the palette offers on a customer."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from fairdue.collections import selectors
from fairdue.collections.calling import Said, script
from fairdue.collections.models import CallLog, Promise, SavedView, Task
from fairdue.collections.services import (
    log_call,
    mark_done,
    move_dispute,
    open_dispute,
    open_task,
    save_view,
    send_statement,
    settle_promises,
    take_promise,
)
from fairdue.core.findings import RefusedError
from fairdue.foundation.facts import NewFact, record
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.facts.reading import FactFilter, logged_facts
from fairdue.foundation.models import OutgoingMail
from fairdue.foundation.permissions import Permission
from fairdue.parties import selectors as parties
from fairdue.parties.services import propose_account
from fairdue.receivables import selectors as receivables
from fairdue.receivables.services import Applied, allocate
from tests import make

TODAY = date(2026, 4, 6)
IBAN = "DE89370400440532013000"


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())


@pytest.fixture
def late(ctx, books):
    with ctx.open():
        item = make.item(ctx, books, 1_234_50, issued_on=TODAY - timedelta(days=50), number="RE-77")
        task = open_task(ctx, debtor=books.debtor, kind="call", reason="call her", due_on=TODAY, today=TODAY)
    return item, task


def panel(client, path, **data):
    headers = {"HX-Request": "true", "HX-Target": "panel"}
    return client.post(path, data, headers=headers) if data else client.get(path, headers=headers)


def acting(ctx, client):
    """The context in which this client's person acts."""
    return replace(ctx, actor=f"user:{client.user.id}")


def test_the_call_screen_tells_the_facts_and_has_a_key_for_each_outcome(ctx, books, sign_in, late):
    client = sign_in("collector")
    with ctx.open():
        promise = take_promise(ctx, items=[late[0]], amount=500_00, promised_on=TODAY, today=TODAY, contact="Ms Weber")
        Promise.objects.filter(id=promise).update(verdict="broken", verdict_on=TODAY)
        log_call(ctx, debtor=books.debtor, outcome="voicemail", today=TODAY - timedelta(days=3))
    page = panel(client, f"/w/{books.debtor}/calling?task={late[1]}").content.decode()
    assert "RE-77: 1,234.50 EUR open, 20 days late" in page
    assert "500.00 EUR promised by Ms Weber" in page
    assert "3 Apr 2026: voicemail" in page
    assert 'data-key="1"' in page
    assert "data-timer" in page
    assert str(late[1]) in page
    whole = client.get(f"/w/{books.debtor}/calling").content.decode()
    assert "call.js" in whole
    assert f"/w/{books.debtor}/calling?task={late[1]}" in client.get("/w").content.decode()
    assert client.get(f"/w/{books.creditor}/calling").status_code == 404
    assert sign_in("auditor").get(f"/w/{books.debtor}/calling").status_code == 403


def test_the_script_leaves_out_what_it_does_not_know(ctx, books):
    with ctx.open():
        debtor = parties.debtor(ctx, books.debtor)
        bare = Said(debtor, [], [], [], [], [], [])
        assert [beat.title for beat in script(bare, TODAY)] == ["Ask for", "Before you hang up"]
        for n in range(6):
            make.item(ctx, books, 10_00, issued_on=TODAY - timedelta(days=40), number=f"RE-{n}")
        full = replace(bare, items=receivables.items(ctx, debtors=[books.debtor]))
        (about,) = [beat for beat in script(full, TODAY) if beat.title == "It is about"]
        assert about.lines[-1] == "and 2 more"


def test_one_key_logs_the_call_with_its_length_and_the_next_call_follows(ctx, books, sign_in, late):
    with ctx.open():
        other = make.debtor(ctx, books.creditor, name="Next AG")
        next_task = open_task(ctx, debtor=other, kind="call", reason="then her", due_on=TODAY, today=TODAY)
    client = sign_in("collector")
    told = {"task": late[1], "started": "1", "call-outcome": "voicemail", "call-follow_up_on": "2026-04-20"}
    answer = panel(client, f"/w/{books.debtor}/calling/log", **told)
    assert answer.status_code == 200
    assert f"/w/{other}/calling?task={next_task}" in answer.content.decode()
    with ctx.open():
        assert CallLog.objects.get().outcome == "voicemail"
        assert Task.objects.get(id=late[1]).state == "done"
        assert Task.objects.get(state="open", debtor_id=books.debtor).due_on == date(2026, 4, 20)
        (fact,) = logged_facts(ctx, FactFilter(type="call.logged"))
        assert fact.payload["seconds"] == 4 * 3600
    assert panel(client, f"/w/{books.debtor}/calling/log", **{"call-outcome": "poem"}).status_code == 422
    plain = client.post(f"/w/{other}/calling/log", {"call-outcome": "no_answer", "task": next_task})
    assert (plain.status_code, plain.headers["Location"]) == (302, "/w")


def test_a_promise_is_made_in_the_call_and_the_call_is_logged_with_it(ctx, books, sign_in, late):
    client = sign_in("collector")
    path = f"/w/{books.debtor}/calling/promise"
    told = {"task": str(late[1]), "promise-items": str(late[0]), "promise-amount": "500", "promise-contact": "Ms Weber",
            "promise-promised_on": "2026-04-10"}  # fmt: skip
    assert panel(client, path, **told | {"promise-amount": "9999999"}).status_code == 422
    assert panel(client, path, **told).status_code == 200
    with ctx.open():
        assert Promise.objects.get().amount == 500_00
        call = CallLog.objects.get()
        assert (call.outcome, call.spoke_with, call.task_id) == ("promise", "Ms Weber", late[1])


def test_views_are_kept_by_person_shared_on_wish_and_deleted_by_their_owner(ctx, books, sign_in, late):
    jana, ben = sign_in("collector"), sign_in("collector", name="Ben")
    saved = jana.post("/views", {"page": "worklist", "name": "Calls", "query": "kind=call&after=x&mine="})
    assert saved.headers["Location"].startswith("/w?kind=call")
    jana.post("/views", {"page": "customers", "name": "Late", "query": "state=overdue", "shared": "on"})
    page = jana.get("/w?kind=call").content.decode()
    assert 'aria-current="true">Calls' in page
    assert "Delete the view Calls" in page
    assert ">Calls" not in ben.get("/w").content.decode()
    theirs = ben.get("/customers?state=overdue").content.decode()
    assert ">Late" in theirs
    assert "Delete the view" not in theirs
    with ctx.open():
        shared = SavedView.objects.get(name="Late")
        assert SavedView.objects.get(name="Calls").query == "kind=call"
    ben.post(f"/views/{shared.id}/delete", {"page": "customers"})
    assert ">Late" in ben.get("/customers").content.decode()
    assert jana.post(f"/views/{shared.id}/delete", {"page": "customers"}).headers["Location"] == "/customers"
    assert ">Late" not in ben.get("/customers").content.decode()
    assert jana.post("/views", {"page": "ledger", "name": "x", "query": ""}).status_code == 302
    assert jana.get("/customers?state=overdue").status_code == 200


@pytest.mark.parametrize(
    ("change", "code"),
    [({"page": "ledger"}, "view.page"), ({"name": " "}, "view.name"), ({"name": "x" * 61}, "view.name"),
     ({"query": "q=" + "x" * 1001}, "view.query")],
)  # fmt: skip
def test_a_view_that_cannot_be_kept_is_refused(ctx, change, code):
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        save_view(ctx, **{"page": "worklist", "name": "x", "query": "", "today": TODAY} | change)
    assert refusal.value.findings[0].code == code
    machine = replace(ctx, actor="key:1")
    with ctx.open(), pytest.raises(RefusedError) as refusal:
        save_view(machine, page="worklist", name="x", query="", today=TODAY)
    assert refusal.value.findings[0].code == "desk.person"


@pytest.fixture
def asked(ctx, books, late, sign_in):
    """Everything that asks a collector who called, promised and disputes, and an admin who decides."""
    jana = sign_in("admin")
    me = acting(ctx, jana)
    with ctx.open():
        second = make.item(ctx, books, 50_00, issued_on=TODAY - timedelta(days=50), number="RE-78")
        third = make.item(ctx, books, 70_00, issued_on=TODAY - timedelta(days=50), number="RE-79")
        take_promise(me, items=[second], amount=50_00, promised_on=TODAY - timedelta(days=9),
                     today=TODAY - timedelta(days=10))  # fmt: skip
        settle_promises(ctx, today=TODAY)
        log_call(me, debtor=books.debtor, outcome="no_answer", today=TODAY - timedelta(days=2))
        credit = make.payment(ctx, books, 70_00, on=TODAY)
        allocate(ctx, lines=[Applied(third, 70_00, credit)], effective_on=TODAY, today=TODAY)
        contested = open_dispute(me, item=late[0], reason="price", today=TODAY)
        move_dispute(me, dispute=contested, clock="theirs", today=TODAY)
        move_dispute(replace(ctx, actor="system"), dispute=contested, clock="ours", today=TODAY)
        propose_account(ctx, debtor=books.debtor, iban=IBAN, holder="Kaufmann KG", today=TODAY)
        told = {"kind": "x", "recipient": "ap@x.example", "subject": "Hello", "reason": "no such mailbox"}
        record(ctx, NewFact("mail.failed", TODAY, None, books.creditor, books.debtor, told))
    relay_all()
    return jana, me


def kinds(ctx, who):
    with ctx.open():
        return {row.kind for row in selectors.inbox(who)}


def test_the_inbox_holds_what_asks_this_person_and_no_other(ctx, asked, sign_in):
    _, me = asked
    assert kinds(ctx, me) == {"promise", "dispute", "approval", "bounce", "payment"}
    other = acting(ctx, sign_in("collector"))
    assert kinds(ctx, replace(other, permissions=frozenset({Permission.COLLECTIONS_ACT}))) == {"dispute", "bounce"}
    assert kinds(ctx, replace(other, permissions=frozenset())) == set()
    proposer = replace(ctx, actor=ctx.actor)
    assert "approval" not in kinds(ctx, proposer)


def test_the_inbox_is_worked_off_and_put_back(ctx, asked, sign_in):
    jana, me = asked
    page = jana.get("/inbox").content.decode()
    for word in ("Promise not kept", "Dispute", "Approval asked", "Message came back", "Payment arrived"):
        assert word in page
    with ctx.open():
        rows = {row.kind: row.id for row in selectors.inbox(me)}
    assert jana.get("/inbox?kind=bounce").status_code == 200
    jana.post("/inbox/done", {"id": [str(rows["bounce"]), str(rows["payment"]), str(rows["bounce"])]})
    assert kinds(ctx, me) == {"promise", "dispute", "approval"}
    with ctx.open():
        assert mark_done(me, facts=[rows["bounce"]], today=TODAY) == 0
    jana.post(f"/inbox/{rows['bounce']}/undone")
    assert "bounce" in kinds(ctx, me)
    ben = sign_in("collector", name="Ben")
    ben.post("/inbox/done", {"id": [str(rows["approval"])]})
    assert "approval" in kinds(ctx, me)
    assert "Nothing of this kind asks you" in ben.get("/inbox?kind=payment").content.decode()


def test_the_palette_offers_the_actions_of_the_customer_on_the_page(ctx, books, sign_in, late):
    def offered(client, query="", at=f"/customers/{books.debtor}?tab=items"):
        page = client.get(f"/palette?q={query}", headers={"HX-Current-URL": f"http://testserver{at}"})
        return page.content.decode()

    client = sign_in("collector")
    page = offered(client)
    assert page.index("On this customer") < page.index("Go to")
    assert f"/w/{books.debtor}?open=promise" in page
    assert f"/customers/{books.debtor}/statement/send" in page
    assert "Open dispute" in offered(client, "disp", f"/w/{books.debtor}/calling")
    assert "Open dispute" not in offered(client, "zzz")
    for elsewhere in ("/w", f"/customers/{books.creditor}", "/customers/" + "-" * 36):
        assert "On this customer" not in offered(client, at=elsewhere)
    watching = offered(sign_in("auditor"))
    assert "Download statement" in watching
    assert "Add promise" not in watching
    assert '<details class="act" open' in client.get(f"/w/{books.debtor}?open=promise").content.decode()


def test_a_statement_is_looked_at_and_sent_once_a_day(ctx, books, sign_in, late):
    client = sign_in("collector")
    path = f"/customers/{books.debtor}/statement/send"
    assert "RE-77" in client.get(path).content.decode()
    client.post(path)
    client.post(path)
    with ctx.open():
        (mail,) = OutgoingMail.objects.filter(kind="collections.statement")
        assert "RE-77" in mail.text
        assert len(logged_facts(ctx, FactFilter(type="statement.queued"))) == 1
        silent = make.debtor(ctx, books.creditor, email="")
        with pytest.raises(RefusedError) as refusal:
            send_statement(ctx, debtor=silent, today=TODAY)
        assert refusal.value.findings[0].code == "statement.address"
    assert client.get(f"/customers/{books.creditor}/statement/send").status_code == 404


def test_lines_whose_snooze_is_refused_or_left_come_back_ticked_once(ctx, books, sign_in, late):
    client, (_, task) = sign_in("collector"), late
    row = f'value="{task}"'
    sent = {"id": str(task), "until": TODAY.isoformat(), "next": "/w?kind=call"}
    assert client.post("/w/snooze", sent).headers["Location"] == "/w?kind=call"
    for ticked in (True, False):
        (box,) = [part for part in client.get("/w?kind=call").content.decode().split("<input") if row in part]
        assert (" checked" in box.partition(">")[0]) is ticked
    preview = client.post("/w/snooze", sent | {"until": (TODAY + timedelta(days=3)).isoformat()})
    assert preview.status_code == 200
    (box,) = [part for part in client.get("/w").content.decode().split("<input") if row in part]
    assert " checked" in box.partition(">")[0]


def test_the_inbox_says_each_thing_once_and_how_long_ago(asked):
    jana, _ = asked
    page = jana.get("/inbox").content.decode()
    assert '<th scope="col">Kind</th>' not in page
    rows = [part for part in page.split("<tr>") if 'name="id"' in part]
    assert [" ago</time>" in row for row in rows] == [True] * 5
    assert [row.count('title="') for row in rows] == [2] * 5  # the sign says its kind, the time its instant


def test_the_editor_of_a_cadence_shows_the_start_of_the_next_run_and_its_page_all(ctx, books, sign_in):
    with ctx.open():
        for at in range(12):
            owner = make.Books(books.creditor, make.debtor(ctx, books.creditor, name=f"Late {at:02}"))
            make.item(ctx, owner, 10_000 + at, issued_on=TODAY - timedelta(days=24), number=f"RE-L{at}")
    client = sign_in("admin")
    part = client.get("/cadences/tonight", headers={"HX-Request": "true"}).content.decode()
    whole = client.get("/cadences/tonight").content.decode()
    assert (part.count('class="main"'), "/cadences/tonight" in part) == (8, True)
    assert whole.count('class="main"') == 12
