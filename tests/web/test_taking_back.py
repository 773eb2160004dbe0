"""The screens offer the way back where there is one, and give or rest many lines at once."""

import json
import re
from datetime import date, timedelta

import pytest
from django.core import signing

from fairdue.collections.models import CallLog, Promise, Task
from fairdue.collections.services import open_dispute, open_task
from fairdue.foundation.models import Approval
from fairdue.receivables.models import Hold
from tests import make

TODAY = date(2026, 4, 6)
LATER = TODAY + timedelta(days=7)


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
    return client.post(path, data, headers={"HX-Request": "true", "HX-Target": "panel"})


def undone(client, answer):
    """Press Undo in the toast of an answer."""
    said = json.loads(answer.headers["HX-Trigger-After-Settle"])["fairdue:say"]
    return panel(client, said["url"], note=said["undo"])


def test_a_rest_is_undone_from_its_toast_and_the_customer_is_shown_again(ctx, books, sign_in, late):
    client = sign_in("collector")
    answer = panel(client, f"/w/{books.debtor}/snooze", task=str(late[1]), **{"snooze-until": LATER.isoformat()})
    with ctx.open():
        assert Task.objects.get().due_on == LATER
    back = undone(client, answer)
    assert (back.status_code, "Kaufmann KG" in back.content.decode()) == (200, True)
    with ctx.open():
        assert Task.objects.get().due_on == TODAY
        assert Hold.objects.get().released_on == TODAY


def test_a_promise_is_undone_with_the_call_that_brought_it(ctx, books, sign_in, late):
    client = sign_in("collector")
    told = {"promise-items": str(late[0]), "promise-amount": "1234.50", "promise-promised_on": LATER.isoformat()}
    undone(client, panel(client, f"/w/{books.debtor}/promise", task=str(late[1]), **told))
    with ctx.open():
        assert Promise.objects.get().verdict == "cancelled"
        assert CallLog.objects.get().withdrawn_on == TODAY
        assert Task.objects.get().state == "open"


@pytest.mark.parametrize("path", ["calling/log", "call"])
def test_a_call_is_undone(ctx, books, sign_in, late, path):
    client = sign_in("collector")
    undone(client, panel(client, f"/w/{books.debtor}/{path}", task=str(late[1]), **{"call-outcome": "no_answer"}))
    with ctx.open():
        assert CallLog.objects.get().withdrawn_on == TODAY
        assert set(Task.objects.values_list("state", "reason")) == {("open", "call her"), ("cancelled", "no answer")}


def test_a_task_is_undone_without_script_too(ctx, books, sign_in, late):
    client = sign_in("collector")
    page = client.post(f"/w/tasks/{late[1]}/done", {"how": "done"}, follow=True).content.decode()
    (note,) = re.findall(r'name="note" value="([^"]+)"', page)
    page = client.post("/w/undo", {"note": note, "next": "/w?kind=call"}, follow=True)
    assert page.redirect_chain == [("/w?kind=call", 302)]
    assert "Undone." in page.content.decode()
    with ctx.open():
        assert Task.objects.get().state == "open"


def test_a_note_of_another_person_or_of_nobody_undoes_nothing(ctx, books, sign_in, late):
    client = sign_in("collector")
    answer = panel(client, f"/w/{books.debtor}/snooze", **{"snooze-until": LATER.isoformat()})
    back = undone(sign_in("collector"), answer)
    assert back.status_code == 204
    assert "no longer" in back.headers["HX-Trigger"]
    for note in ("", "rubbish", signing.dumps({"by": str(client.user.pk), "steps": []}, salt="another")):
        assert "no longer" in client.post("/w/undo", {"note": note}, follow=True).content.decode()
    with ctx.open():
        assert Hold.objects.get().released_on is None


def test_what_was_settled_meanwhile_is_not_undone_by_halves(ctx, books, sign_in, late):
    client = sign_in("collector")
    told = {"promise-items": str(late[0]), "promise-amount": "1234.50", "promise-promised_on": LATER.isoformat()}
    answer = panel(client, f"/w/{books.debtor}/promise", task=str(late[1]), **told)
    with ctx.open():
        open_task(ctx, debtor=books.debtor, kind="call", reason="another", due_on=TODAY, today=TODAY)
    assert "Another call" in undone(client, answer).headers["HX-Trigger"]
    with ctx.open():
        assert Promise.objects.get().verdict == "open"
        assert CallLog.objects.get().withdrawn_on is None


def test_a_write_off_that_waits_is_marked_on_its_item_and_not_offered_again(ctx, books, sign_in, late):
    client, told = sign_in("collector"), {"writeoff-item": str(late[0]), "writeoff-reason": "insolvent"}
    answer = panel(client, f"/w/{books.debtor}/write-off", **told)
    assert "Write-off waits for approval" in answer.content.decode()
    again = client.get(f"/w/{books.debtor}").content.decode()
    assert "Write-off waits for approval" in again
    assert (
        f'<option value="{late[0]}"' not in again.partition("Ask for the write-off")[0].rpartition("writeoff-item")[2]
    )
    assert "Write-off waits for approval" in client.get(f"/customers/{books.debtor}?tab=items").content.decode()
    assert panel(client, f"/w/{books.debtor}/write-off", **told).status_code == 422
    undone(client, answer)
    with ctx.open():
        assert Approval.objects.get().state == "rejected"
    assert "Write-off waits" not in client.get(f"/w/{books.debtor}").content.decode()


def test_many_rest_after_a_preview_that_says_what_stays_out(ctx, books, sign_in, late):
    client = sign_in("collector")
    with ctx.open():
        other = make.debtor(ctx, books.creditor, name="Zander AG")
        second = open_task(ctx, debtor=other, kind="follow_up", reason="ask", due_on=TODAY, today=TODAY)
        dispute = open_dispute(ctx, item=late[0], reason="quality", today=TODAY - timedelta(days=20))
    chosen = {"id": [str(late[1]), str(second), str(dispute), str(books.creditor)], "until": LATER.isoformat()}
    page = client.post("/w/snooze", chosen).content.decode()
    assert "Snooze 2 customers until 13 Apr 2026" in page
    assert "A dispute waits for our answer" in page
    assert "Somebody dealt with it meanwhile" in page
    with ctx.open():
        assert not Hold.objects.filter(reason="snooze").exists()
    page = client.post("/w/snooze", chosen | {"confirmed": "1"}, follow=True).content.decode()
    assert "2 customers left alone until 13 Apr 2026." in page
    with ctx.open():
        assert Hold.objects.filter(reason="snooze").count() == 2
    (note,) = re.findall(r'name="note" value="([^"]+)"', page)
    client.post("/w/undo", {"note": note})
    with ctx.open():
        assert set(Task.objects.values_list("due_on", flat=True)) == {TODAY}


@pytest.mark.parametrize(
    ("path", "data", "said"),
    [("/w/snooze", {}, "Tick the lines first."), ("/w/snooze", {"id": "x"}, "Tick the lines first."),
     ("/w/snooze", {"id": "ticked", "until": "2020-01-01"}, "Choose a day after today."),
     ("/w/assign", {"id": "x", "owner": "nobody"}, "Tick the lines first."),
     ("/w/assign", {"id": "ticked", "owner": "rubbish"}, "Choose who gets the work.")],
)  # fmt: skip
def test_a_refusal_of_many_lines_stays_on_the_list_and_says_why(sign_in, late, path, data, said):
    told = data | {"next": "/w?kind=call"} | ({"id": str(late[1])} if data.get("id") == "ticked" else {})
    answer = sign_in("team_lead").post(path, told, follow=True)
    assert answer.redirect_chain == [("/w?kind=call", 302)]
    assert said in answer.content.decode()
    assert str(late[1]) in answer.content.decode()


def test_lines_are_given_after_a_preview_and_go_back(ctx, books, sign_in, late, person):
    client, jana = sign_in("team_lead"), person("collector", name="Ada Lovelace")
    chosen = {"id": [str(late[1])], "owner": str(jana.pk)}
    page = client.post("/w/assign", chosen).content.decode()
    assert "Give 1 line to Ada Lovelace" in page
    assert "1,234.50" in page
    page = client.post("/w/assign", chosen | {"confirmed": "1"}, follow=True).content.decode()
    assert "1 line given to Ada Lovelace." in page
    assert "It is with Ada Lovelace already." in client.post("/w/assign", chosen).content.decode()
    with ctx.open():
        assert Task.objects.get().owner_id == jana.pk
    (note,) = re.findall(r'name="note" value="([^"]+)"', page)
    client.post("/w/undo", {"note": note})
    with ctx.open():
        assert Task.objects.get().owner_id is None


def test_a_collector_gives_to_nobody_but_themselves(ctx, books, sign_in, late, person):
    client, other = sign_in("collector"), person("collector", name="Ada Lovelace")
    page = client.get("/w").content.decode()
    assert "Ada Lovelace" not in page
    refused = client.post("/w/assign", {"id": [str(late[1])], "owner": str(other.pk), "confirmed": "1"})
    assert "Only a team lead" in refused.content.decode()
    assert (
        client.post("/w/assign", {"id": [str(late[1])], "owner": str(client.user.pk), "confirmed": "1"}).status_code
        == 302
    )
    with ctx.open():
        assert Task.objects.get().owner_id == client.user.pk


def test_one_customer_is_given_from_its_panel_and_undone(ctx, books, sign_in, late):
    client = sign_in("collector")
    answer = panel(client, f"/w/{books.debtor}/assign", owner=str(client.user.pk))
    assert "Given to Jana Okafor." in answer.content.decode()
    with ctx.open():
        assert Task.objects.get().owner_id == client.user.pk
    assert "Jana Okafor" in client.get("/w").content.decode()
    undone(client, answer)
    with ctx.open():
        assert Task.objects.get().owner_id is None


def test_who_may_only_look_ticks_nothing(sign_in, late):
    page = sign_in("auditor").get("/w").content.decode()
    assert "data-all" not in page
    for path in ("/w/snooze", "/w/assign"):
        assert sign_in("auditor").post(path, {}).status_code == 403


def test_a_dispute_says_its_reason_in_words(ctx, sign_in, late):
    with ctx.open():
        open_dispute(ctx, item=late[0], reason="no_order", today=TODAY - timedelta(days=20))
    assert "waits for our answer: no order or wrong order number" in sign_in("collector").get("/w").content.decode()


def test_a_statement_is_shown_as_the_customer_gets_it(ctx, books, sign_in, late):
    page = sign_in("collector").get(f"/customers/{books.debtor}/statement/send").content.decode()
    assert '<article class="panel sheet" lang="de"' in page
    assert '<table cellpadding="4">' in page
    assert "Kontoauszug vom 06.04.2026" in page
    assert "<pre" not in page
