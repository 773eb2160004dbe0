"""The screens of collections do what they say, for those who may, with and without script."""

from datetime import date, timedelta

import pytest

from fairdue.collections.models import CadenceVersion, CallLog, Dispute, Notice, Promise, Task
from fairdue.collections.services import open_dispute, open_task, take_promise
from fairdue.receivables.models import Hold
from fairdue.receivables.services import HoldDraft, place_holds
from tests import make

TODAY = date(2026, 4, 6)


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())


@pytest.fixture
def late(ctx, books):
    """A late item with a call to make."""
    with ctx.open():
        item = make.item(ctx, books, 1_234_50, issued_on=TODAY - timedelta(days=50), number="RE-77")
        task = open_task(ctx, debtor=books.debtor, kind="call", reason="call her", due_on=TODAY, today=TODAY)
    return item, task


def panel(client, path, **data):
    headers = {"HX-Request": "true", "HX-Target": "panel"}
    return client.post(path, data, headers=headers) if data else client.get(path, headers=headers)


@pytest.mark.parametrize("role", ["admin", "collector", "auditor"])
@pytest.mark.parametrize(
    "path",
    ["/w", "/w?kind=call&q=kauf", "/w?after=rubbish", "/disputes", "/disputes?state=resolved", "/promises",
     "/promises?state=all", "/cadences", "/cadences/tonight", "/cadences?customer=kauf", "/law"],
)  # fmt: skip
def test_each_page_opens_full_and_empty(ctx, books, sign_in, role, path, late):
    client = sign_in(role)
    assert client.get(path).status_code == 200
    with ctx.open():
        Task.objects.update(state="done")
    assert client.get(path).status_code == 200


def test_the_worklist_says_why_each_line_is_there(sign_in, late):
    page = sign_in("collector").get("/w").content.decode()
    assert "call her" in page
    assert "1,234.50" in page
    assert "20 days late" in page


def test_the_page_holds_its_size_and_queries_with_many_lines(ctx, books, sign_in, django_assert_few):
    with ctx.open():
        for n in range(60):
            debtor = make.debtor(ctx, books.creditor, name=f"Customer {n}")
            open_task(ctx, debtor=debtor, kind="call", reason="call", due_on=TODAY, today=TODAY)
    client = sign_in("collector")
    client.get("/w")
    with django_assert_few(25):
        page = client.get("/w")
    assert len(page.content) < 100_000
    assert "after=" in page.content.decode()


@pytest.fixture
def django_assert_few():
    from contextlib import contextmanager

    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    @contextmanager
    def few(count):
        with CaptureQueriesContext(connection) as seen:
            yield
        assert len(seen) <= count, "\n".join(query["sql"][:150] for query in seen)

    return few


def test_a_call_is_logged_and_the_next_customer_follows(ctx, books, sign_in, late):
    _, task = late
    with ctx.open():
        other = make.debtor(ctx, books.creditor, name="Next AG")
        open_task(ctx, debtor=other, kind="call", reason="then her", due_on=TODAY, today=TODAY)
    client = sign_in("collector")
    path = f"/w/{books.debtor}/call"
    answer = panel(client, path, task=task, **{"call-outcome": "voicemail", "call-note": "left a word"})
    assert answer.status_code == 200
    assert str(other) in answer.content.decode()
    assert "rows-changed" in answer.headers["HX-Trigger-After-Settle"]
    with ctx.open():
        assert CallLog.objects.get().note == "left a word"
        assert Task.objects.get(id=task).state == "done"


def test_without_script_an_act_leads_back_to_the_list(ctx, books, sign_in, late):
    answer = sign_in("collector").post(f"/w/{books.debtor}/call", {"call-outcome": "no_answer", "task": late[1]})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/w")


@pytest.mark.parametrize("typed", ["1234.50", "1,234.50", "1.234,50", "1234,5"])
def test_a_promise_is_taken_in_any_way_of_writing_amounts(ctx, books, sign_in, late, typed):
    item, task = late
    data = {"promise-items": str(item), "promise-amount": typed, "promise-promised_on": "2026-04-10", "task": task}
    assert panel(sign_in("collector"), f"/w/{books.debtor}/promise", **data).status_code == 200
    with ctx.open():
        assert Promise.objects.get().amount == 1_234_50
        assert CallLog.objects.get().outcome == "promise"


def test_a_wrong_amount_is_told_beside_its_field(ctx, books, sign_in, late):
    item, _ = late
    data = {"promise-items": str(item), "promise-amount": "lots", "promise-promised_on": "2026-04-10"}
    answer = panel(sign_in("collector"), f"/w/{books.debtor}/promise", **data)
    assert answer.status_code == 422
    assert answer.content.decode().count("“lots” is not an amount.") == 1
    data["promise-amount"] = "1.2345.6"
    page = panel(sign_in("collector"), f"/w/{books.debtor}/promise", **data).content.decode()
    assert page.count("is not an amount") == 1
    data["promise-amount"] = "10.005"
    page = panel(sign_in("collector"), f"/w/{books.debtor}/promise", **data).content.decode()
    assert "10.005 may mean thousands or decimals; write it without grouping." in page
    data["promise-amount"] = "10.0055"
    page = panel(sign_in("collector"), f"/w/{books.debtor}/promise", **data).content.decode()
    assert "10.0055 has more decimals than EUR allows (2)." in page
    data["promise-amount"] = "9999"
    assert "within the open" in panel(sign_in("collector"), f"/w/{books.debtor}/promise", **data).content.decode()
    with ctx.open():
        assert Promise.objects.count() == 0


def test_plan_dispute_and_snooze(ctx, books, sign_in, late):
    item, _ = late
    client = sign_in("collector")
    data = {"dispute-item": str(item), "dispute-reason": "price", "dispute-amount": "34.50"}
    assert panel(client, f"/w/{books.debtor}/dispute", **data).status_code == 200
    plan = {"plan-plan_items": str(item), "plan-count": 3, "plan-frequency": "monthly", "plan-first_on": "2026-04-10"}
    assert panel(client, f"/w/{books.debtor}/plan", **plan).status_code == 200
    assert panel(client, f"/w/{books.debtor}/snooze", **{"snooze-until": "2026-04-20"}).status_code == 200
    assert panel(client, f"/w/{books.debtor}/snooze", **{"snooze-until": "2026-04-01"}).status_code == 422
    page = panel(client, f"/w/{books.debtor}").content.decode()
    assert "Not to be contacted" in page
    assert "Price differs".lower() in page
    with ctx.open():
        assert Promise.objects.get().kind == "plan"


def _held(ctx, books, reason, *, source=None, item=None):
    with ctx.open():
        draft = HoldDraft(books.creditor, books.debtor, reason, TODAY, item=item, note="quiet week", source=source)
        (hold,) = place_holds(ctx, holds=[draft], today=TODAY)
    return hold


def test_a_collector_releases_a_snooze_where_it_is_shown(ctx, books, sign_in, late):
    path = f"/w/{books.debtor}/holds/{_held(ctx, books, 'snooze')}/release"
    client = sign_in("collector")
    assert path in panel(client, f"/w/{books.debtor}").content.decode()
    page = panel(client, path, place="").content.decode()
    assert "The hold is released" in page
    assert "Not to be contacted" not in page
    with ctx.open():
        assert Hold.objects.get().released_on == TODAY
    assert panel(client, path, place="").status_code == 404


@pytest.mark.parametrize(("role", "code"), [("collector", 403), ("credit_manager", 200)])
def test_a_hold_of_the_credit_manager_is_released_by_who_may_place_it(ctx, books, sign_in, late, role, code):
    path = f"/w/{books.debtor}/holds/{_held(ctx, books, 'manual', item=late[0])}/release"
    client = sign_in(role)
    assert (path in panel(client, f"/w/{books.debtor}").content.decode()) is (code == 200)
    assert panel(client, path, place="").status_code == code


def test_a_hold_behind_a_dispute_ends_with_the_dispute_only(ctx, books, sign_in, late):
    path = f"/w/{books.debtor}/holds/{_held(ctx, books, 'dispute', source=late[0])}/release"
    client = sign_in("admin")
    assert path not in panel(client, f"/w/{books.debtor}").content.decode()
    assert panel(client, path, place="").status_code == 403


def test_a_message_is_read_before_it_is_sent(ctx, books, sign_in, late):
    client = sign_in("collector")
    preview = panel(client, f"/w/{books.debtor}/message?template=firm_notice")
    assert "Mahnung über 1.234,50 EUR" in preview.content.decode()
    with ctx.open():
        assert Notice.objects.count() == 0
    sent = panel(client, f"/w/{books.debtor}/message", task=late[1], **{"message-template": "firm_notice"})
    assert sent.status_code == 200
    with ctx.open():
        assert Notice.objects.get().template == "firm_notice"
        assert Task.objects.get().state == "done"
    again = panel(client, f"/w/{books.debtor}/message", **{"message-template": "firm_notice"})
    assert again.status_code == 422


def test_a_dispute_changes_sides_and_ends(ctx, books, sign_in, late):
    with ctx.open():
        dispute = open_dispute(ctx, item=late[0], reason="quality", today=TODAY)
    client = sign_in("collector")
    assert "Our move" in panel(client, f"/disputes/{dispute}").content.decode()
    assert "Customer" in panel(client, f"/disputes/{dispute}/act", clock="theirs").content.decode()
    assert panel(client, f"/disputes/{dispute}/act", outcome="nonsense").status_code == 422
    assert panel(client, f"/disputes/{dispute}/act", outcome="rejected").status_code == 200
    with ctx.open():
        assert Dispute.objects.get().outcome == "rejected"
    assert client.get(f"/disputes/{books.debtor}").status_code == 404
    assert client.post(f"/disputes/{dispute}/act", {"outcome": "rejected"}).status_code == 422


def test_a_promise_is_taken_back(ctx, books, sign_in, late):
    with ctx.open():
        promise = take_promise(ctx, items=[late[0]], amount=100, promised_on=TODAY, today=TODAY)
    client = sign_in("collector")
    assert client.post(f"/promises/{promise}/cancel").status_code == 302
    assert "already" in client.post(f"/promises/{promise}/cancel", follow=True).content.decode()


LADDER = {
    "name": "Gentle", "minimum_days": "4", "weekday": ["1", "2"], "offset": ["5", "-3", ""],
    "template": ["notice", "reminder", "notice"], "channel": ["email"] * 3, "tone": ["friendly"] * 3,
    "automatic": ["1"] * 3, "default": "on",
}  # fmt: skip


def test_a_ladder_is_saved_in_the_order_of_its_days(ctx, sign_in):
    assert sign_in("team_lead").post("/cadences/save", LADDER).status_code == 302
    with ctx.open():
        row = CadenceVersion.objects.get()
        assert [step["offset_days"] for step in row.steps] == [-3, 5]
        assert (row.minimum_days, row.weekdays) == (4, [1, 2])


@pytest.mark.parametrize(
    "change, words",
    [
        ({"offset": ["0", "", ""]}, "comes after the due date"),
        ({"offset": ["x", "", ""]}, "“x” is not a whole number"),
        ({"minimum_days": ""}, "Enter a whole number"),
        ({"weekday": []}, "at least one day"),
        ({"name": " "}, "needs a name"),
        ({"tone": ["angry"] * 3}, "could not be read"),
    ],
)
def test_a_wrong_ladder_comes_back_with_its_findings(sign_in, change, words):
    answer = sign_in("team_lead").post("/cadences/save", LADDER | change)
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_tonight_tells_what_would_run(ctx, books, sign_in, late):
    with ctx.open():
        Task.objects.update(state="done")
    page = sign_in("collector").get("/cadences/tonight").content.decode()
    assert "Kaufmann KG" in page
    assert "RE-77" in page


@pytest.mark.parametrize(
    "query, words",
    [
        ("calculator=interest&country=DE&kind=b2b&principal=7,500.00&due=2025-11-30&paid=2026-02-28", "189.92"),
        ("calculator=interest&country=GB&kind=b2c&principal=100&due=2025-11-30&paid=2026-02-28", "Not computed"),
        ("calculator=limitation&country=DE&kind=b2b&due=2023-03-10", "31 Dec 2026"),
        ("calculator=notice&country=FR&kind=b2b&sent=2026-03-02", "mise en demeure"),
        ("calculator=invoice&seller=DE&buyer=FR&kind=b2b&on=2026-11-16", "/ Steuerfreie innergemeinschaftliche"),
        ("calculator=invoice&seller=FR&buyer=FR&kind=b2b&on=2026-11-16&supply=services", "approved platform"),
        ("calculator=invoice&seller=US&buyer=BR&kind=b2b&on=2026-11-16", "The law of BR is not recorded"),
        ("calculator=invoice&seller=DE&buyer=FR&kind=b2c&on=2026-11-16&supply=event", "Not computed"),
        ("calculator=nonsense&country=DE&kind=b2b&principal=x&due=2025-11-30&paid=2026-02-28", "is not an amount"),
    ],
)
def test_the_law_answers_on_the_telephone(sign_in, query, words):
    assert words in sign_in("collector").get(f"/law?{query}").content.decode()


@pytest.mark.parametrize("path", ["/w/{d}/call", "/w/{d}/promise", "/w/{d}/snooze", "/w/{d}/message"])
def test_an_auditor_may_look_but_not_act(books, sign_in, path):
    assert sign_in("auditor").post(path.format(d=books.debtor), {"x": "y"}).status_code == 403


@pytest.mark.parametrize("path", ["/w", "/disputes", "/promises", "/cadences", "/law"])
@pytest.mark.parametrize("size", ["desk", "phone"])
def test_axe_finds_nothing(open_page, axe, late, path, size):
    page = open_page(path, role="team_lead", size=size)
    assert axe(page) == []
    assert page.complaints == []


def test_the_keyboard_logs_a_call(ctx, open_page, axe, late):
    page = open_page("/w", role="collector")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_selector("#panel [data-timer]:not(:empty)")
    assert axe(page) == []
    page.keyboard.press("p")
    page.wait_for_selector("#panel details[open] button.primary")
    assert axe(page) == []
    page.locator("#panel h2").focus()
    page.keyboard.press("6")
    page.wait_for_selector("text=Call logged.")
    assert page.complaints == []
    with ctx.open():
        assert CallLog.objects.get().outcome == "voicemail"


def ladder_form(**change):
    rows = {"offset": ["3", "", ""], "channel": ["email"] * 3, "template": ["notice"] * 3, "tone": ["friendly"] * 3}
    return rows | {"automatic": ["1"] * 3, "weekday": ["1", "2"], "minimum_days": "2", "name": "Ours"} | change


def test_a_ladder_is_edited_and_each_version_is_listed(ctx, books, sign_in):
    client = sign_in("team_lead")
    assert client.post("/cadences/save", ladder_form()).status_code == 302
    there = client.post("/cadences/save", ladder_form(offset=["3", "9", ""], move_running="on")).headers["Location"]
    page = client.get(there).content.decode()
    assert "version 2" in page
    assert "moved what was running" in page
    refused = client.post("/cadences/save", ladder_form(offset=["3", "3", ""], minimum_days="7"))
    assert refused.status_code == 422
    assert 'name="minimum_days" min="1" max="60" value="7"' in refused.content.decode()
    assert sign_in("collector").post("/cadences/save", ladder_form()).status_code == 403


def test_a_cadence_is_given_to_a_client_and_to_one_customer_and_taken_back(ctx, books, sign_in):
    from fairdue.collections import selectors
    from fairdue.parties.models import Debtor

    client = sign_in("team_lead")
    client.post("/cadences/save", ladder_form())
    with ctx.open():
        number = Debtor.objects.get(id=books.debtor).external_id
        cadence = next(row.id for row in selectors.cadences(ctx) if row.id)
    client.post("/cadences/assign", {"creditor": books.creditor, "cadence": cadence})
    client.post("/cadences/assign", {"creditor": books.creditor, "cadence": "none", "number": number})
    client.post("/cadences/assign", {"creditor": books.creditor, "cadence": cadence, "number": "nobody"})
    with ctx.open():
        rows = selectors.assignments(ctx)
    assert [(row.debtor_id, row.cadence_id) for row in rows] == [(None, cadence), (books.debtor, None)]
    page = client.get("/cadences").content.decode()
    assert "No reminders" in page
    master = f"/customers/{books.debtor}?tab=master"
    assert "Nobody reminds this customer" in client.get(master).content.decode()
    back = client.post(f"/cadences/assignments/{rows[1].id}/take-back", {"next": master})
    assert back.headers["Location"] == master
    assert "Follows the cadence of its client" in client.get(master).content.decode()
    outside = client.post("/cadences/assign", {"creditor": "rubbish", "next": "https://evil.example/"})
    assert outside.headers["Location"] == "/cadences"


def test_words_are_edited_looked_at_and_taken_back(ctx, books, sign_in):
    client = sign_in("team_lead")
    assert client.get("/wordings").status_code == 200
    path = f"/wordings/notice/en?creditor={books.creditor}"
    page = client.get(path).content.decode()
    assert "SAMPLE-1001" in page
    words = {"subject": "Our {total}", "body": "Dear {customer}\n\n{items}", "creditor": str(books.creditor)}
    seen = client.post("/wordings/notice/en/preview", words).content.decode()
    assert "Dear Sample &amp; Sons Ltd" in seen
    broken = words | {"body": "{customer.name}"}
    assert "placeholder" in client.post("/wordings/notice/en/preview", broken).content.decode()
    assert client.post(path, broken).status_code == 422
    assert client.post(path, words).status_code == 302
    page = client.get(path).content.decode()
    assert "The client" in page
    assert "Our {total}" in page
    assert client.post("/wordings/notice/en/take-back", {"creditor": str(books.creditor)}).status_code == 302
    assert "Shipped" in client.get(path).content.decode()
    assert client.get("/wordings/poem/en").status_code == 404
    assert client.get("/wordings?creditor=rubbish").status_code == 404
    assert sign_in("collector").get(path).status_code == 403


@pytest.fixture
def claimed(ctx, books):
    """A formal notice that went out with its claims."""
    from fairdue.collections.services import run_cadence, save_cadence
    from fairdue.core.cadence import Cadence, Channel, Step, Template, Tone

    step = Step(1, 5, Channel.EMAIL, Template.FORMAL_NOTICE, Tone.FORMAL)
    with ctx.open():
        make.item(ctx, books, 1_000_00, issued_on=TODAY - timedelta(days=50), number="RE-88")
        save_cadence(ctx, name="Short", ladder=Cadence((step,), 1), default=True, today=TODAY)
    run_cadence(ctx, today=TODAY)
    with ctx.open():
        notice = Notice.objects.get()
        Notice.objects.update(state="sent", settled_on=TODAY)
    return notice.id


def test_the_claims_of_a_notice_are_shown_with_rates_and_booked_once(ctx, books, sign_in, claimed):
    from fairdue.receivables.models import OpenItem

    client = sign_in("collector")
    page = client.get(f"/notices/{claimed}").content.decode()
    assert "BGB 288" in page
    assert "40.00" in page
    assert "Book as open items" in page
    assert f"/notices/{claimed}" in client.get(f"/customers/{books.debtor}?tab=documents").content.decode()
    assert sign_in("auditor").post(f"/notices/{claimed}/book").status_code == 403
    assert client.post(f"/notices/{claimed}/book").status_code == 302
    page = client.get(f"/notices/{claimed}").content.decode()
    assert "are open items of this customer" in page
    assert "Book as open items" not in page
    client.post(f"/notices/{claimed}/book")
    with ctx.open():
        kinds = sorted(OpenItem.objects.exclude(parent_id=None).values_list("kind", "number"))
    assert kinds == [("compensation", "RE-88-COMP"), ("interest", "RE-88-INT")]
    assert client.get(f"/notices/{books.debtor}").status_code == 404


def test_the_claims_are_booked_from_the_command_line(ctx, books, claimed, capsys):
    import json

    from fairdue.cli.main import main
    from fairdue.foundation.models import Tenant

    slug = Tenant.objects.get(id=ctx.tenant).slug
    scope = ["--tenant", slug, "--today", TODAY.isoformat(), "--json"]
    assert main(["collections", "claim-book", str(claimed), "--dry-run", *scope]) == 0
    told = json.loads(capsys.readouterr().out)["would_book"]
    assert [(row["item"], row["compensation"]) for row in told] == [("RE-88", "40.00")]
    assert main(["collections", "claim-book", str(claimed), *scope]) == 0
    assert main(["collections", "claim-book", str(claimed), *scope]) == 1
    assert main(["collections", "claim-book", "rubbish", *scope]) == 1
    assert main(["collections", "claim-book", str(books.debtor), *scope]) == 1


def test_the_filter_says_what_the_list_shows(ctx, sign_in, late):
    client = sign_in("collector")
    page = client.get("/disputes").content.decode()
    assert '<option value="open" selected>' in page
    assert "State: all" not in page
    with ctx.open():
        open_dispute(ctx, item=late[0], reason="price", today=TODAY)
        Dispute.objects.update(resolved_on=TODAY, outcome="rejected")
    assert "RE-77" not in client.get("/disputes").content.decode()
    assert "RE-77" in client.get("/disputes?state=all").content.decode()


@pytest.mark.parametrize("beside", ["the page of the customer", "the list"])
def test_a_refused_promise_shows_its_message_and_what_was_typed(open_page, books, late, beside):
    page = open_page(f"/w/{books.debtor}" if beside == "the page of the customer" else "/w", role="collector")
    if beside == "the list":
        page.locator("main a[data-panel], main a.open").first.click()
    place = "#panel" if beside == "the list" else "main"
    page.locator(f"{place} summary", has_text="Promise to pay").click()
    page.locator(f"{place} form[hx-post$='/promise'] [name=promise-amount]").fill("lots")
    page.locator(f"{place} form[hx-post$='/promise'] button").last.click()
    refused = page.locator(f"{place} .error", has_text="“lots” is not an amount.")
    refused.wait_for(state="visible")
    assert page.locator(f"{place} [name=promise-amount]").input_value() == "lots"
    assert page.locator("[name=promise-amount]").count() == 1
