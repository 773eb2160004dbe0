"""What is done on a line of the worklist leads to the line below it, under the filters of the list."""

import html
import re
from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from fairdue.collections.models import Notice
from fairdue.collections.services import open_task
from tests import make

TODAY = date(2026, 4, 6)


@pytest.fixture(autouse=True)
def _day(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())


def panel(client, path, **data):
    headers = {"HX-Request": "true", "HX-Target": "panel"}
    return client.post(path, data, headers=headers) if data else client.get(path, headers=headers)


@pytest.fixture
def queue(ctx, books):
    """Three customers with a call each, in the order of the worklist."""
    with ctx.open():
        made = []
        for n, residual in enumerate((300_00, 200_00, 100_00)):
            debtor = make.debtor(ctx, books.creditor, name=f"Customer {n}")
            side = make.Books(books.creditor, debtor)
            make.item(ctx, side, residual, issued_on=TODAY - timedelta(days=50), number=f"Q-{n}")
            made.append((debtor, open_task(ctx, debtor=debtor, kind="call", reason="call", due_on=TODAY, today=TODAY)))
    return made


def _places(page):
    return re.findall(r'href="(/w/[0-9a-f-]+\?task=[^"]+)"', page)


def test_after_an_act_the_line_below_follows_and_after_the_last_the_first_that_waits(sign_in, queue):
    client = sign_in("collector")
    first, second, third = _places(client.get("/w").content.decode())
    assert [str(debtor) in url for (debtor, _), url in zip(queue, (first, second, third), strict=True)] == [True] * 3
    for url, follows in ((second, third), (third, first)):
        told = {key: value[0] for key, value in parse_qs(urlsplit(html.unescape(url)).query).items()}
        page = panel(client, html.unescape(url)).content.decode()
        assert page.count(f'name="place" value="{told["place"]}"') >= 3
        answer = panel(client, f"{urlsplit(url).path}/snooze", **told, **{"snooze-until": "2026-04-20"})
        assert follows in answer.content.decode()


def test_the_line_that_follows_fits_the_filters_of_the_list(ctx, books, sign_in, queue):
    client = sign_in("collector")
    with ctx.open():
        open_task(ctx, debtor=queue[2][0], kind="follow_up", reason="ask", due_on=TODAY, today=TODAY)
        other = make.debtor(ctx, books.creditor, name="Follow AG")
        open_task(ctx, debtor=other, kind="follow_up", reason="ask", due_on=TODAY, today=TODAY)
    url = html.unescape(_places(client.get("/w?kind=follow_up").content.decode())[0])
    told = {key: value[0] for key, value in parse_qs(urlsplit(url).query).items()}
    answer = panel(client, f"{urlsplit(url).path}/snooze", **told, **{"snooze-until": "2026-04-20"})
    assert str(other) in answer.content.decode()


@pytest.mark.parametrize("place", ["rubbish", "1.2", "1.2.x", "1.2.01900000-0000-7000-8000-000000000001.kind", "....."])
def test_a_place_that_cannot_be_read_is_the_top_of_the_list(sign_in, queue, place):
    (debtor, _), (following, _), _ = queue
    answer = panel(sign_in("collector"), f"/w/{debtor}/snooze", place=place, **{"snooze-until": "2026-04-20"})
    assert str(following) in answer.content.decode()


def test_a_message_that_never_left_is_no_contact(ctx, books, sign_in, queue):
    debtor = queue[0][0]
    with ctx.open():
        for state in ("sent", "cancelled"):
            Notice.objects.create(
                tenant_id=ctx.tenant,
                creditor_id=books.creditor,
                debtor_id=debtor,
                run_on=TODAY,
                subject=f"It was {state}",
                state=state,
                level=1,
                template="notice",
                channel="email",
                language="en",
                recipient="a@b.example",
                text="",
                planned_by="test",
            )
    page = sign_in("collector").get(f"/w/{debtor}").content.decode()
    assert "It was sent" in page
    assert "It was cancelled" not in page


def test_the_first_use_leads_to_the_first_client_and_not_to_the_end_of_the_day(ctx, sign_in):
    admin = sign_in("admin")
    for path in ("/w", "/imports", "/ledger"):
        page = admin.get(path).content.decode()
        assert 'href="/settings/clients/new"' in page, path
        assert "Done for today" not in page
    assert 'href="/settings/clients/new"' not in sign_in("collector").get("/w").content.decode()
    with ctx.open():
        make.creditor(ctx)
    assert "Done for today" in admin.get("/w").content.decode()
