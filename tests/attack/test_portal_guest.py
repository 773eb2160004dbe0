"""A customer with a link, at every door of the house: with a link that works, that ended, of a neighbour's tenant.

The addresses come from the tables of routes, as in `test_every_door`; the guest's own pages are tried with the ids of
another client's rows in every field that they read.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from fairdue.foundation import clock
from fairdue.foundation.context import Ctx, TenantId
from fairdue.foundation.facts.outbox import relay_all
from fairdue.foundation.models import Tenant
from fairdue.foundation.portal import end_portal_links, portal_links
from fairdue.parties.services import merge_debtors
from fairdue.portal import urls
from fairdue.portal.models import Link
from tests import make
from tests.attack.catalog import tenant_models
from tests.attack.neighbours import TODAY, agency
from tests.attack.test_every_door import calls, leaks, pages
from tests.conftest import _leave_no_work

VIEWS = Path(urls.__file__).parent
FIELDS = sorted(set(re.findall(r"(?:GET|POST)\.get(?:list)?\(\"(\w+)\"", "".join(
    path.read_text() for path in VIEWS.glob("*.py")
))) | {"i", "q", "next"})  # fmt: skip
SAID = ("", "\x00", "x" * 5000, "-" + "9" * 25, "<script>alert(1)</script>", "\u202e=1+1", "9999-12-31")


@pytest.fixture(scope="module")
def house(database):
    made = agency("guests")
    yield made
    _leave_no_work(made.ctx)


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())


def browser(ctx, debtor):
    """Return a browser in which a fresh link of a debtor was opened."""
    with ctx.open():
        made = portal_links(ctx, debtors=[debtor], today=TODAY)
    client = Client(raise_request_exception=False)
    client.get(urlsplit(made[debtor]).path)
    return client


def working(house):
    return browser(house.ctx, house.mine.debtor)


def revoked(house):
    client = browser(house.ctx, house.mine.debtor)
    with house.ctx.open():
        end_portal_links(house.ctx, debtor=house.mine.debtor)
    return client


def expired(house):
    with house.ctx.open():
        one = make.debtor(house.ctx, house.mine.creditor, name="Late KG")
    client = browser(house.ctx, one)
    Link.objects.filter(debtor_id=one).update(expires_at=clock.now() - timedelta(days=1))
    return client


def of_another_tenant(house):
    tenant = Tenant.objects.create(slug=f"elsewhere-{uuid4().hex[:12]}", name="Elsewhere")
    ctx = Ctx(TenantId(tenant.pk), house.ctx.actor)
    with ctx.open():
        books = make.books(ctx, name="Elsewhere AG")
        make.item(ctx, books, 100)
    client = browser(ctx, books.debtor)
    _leave_no_work(ctx)
    return client


def of_a_merged_record(house):
    with house.ctx.open():
        twin = make.debtor(house.ctx, house.mine.creditor, name="Twin KG")
        client = browser(house.ctx, twin)
        merge_debtors(house.ctx, survivor=house.mine.debtor, merged=twin, today=TODAY)
    relay_all()
    return client


GUESTS = [working, revoked, expired, of_another_tenant, of_a_merged_record]


@pytest.mark.parametrize("kind", [working, of_a_merged_record])
def test_a_guest_is_nobody_at_the_screens_and_at_the_api(house, kind):
    guest, wrong = kind(house), []
    for path, _ in pages(house):
        for ask in (guest.get, guest.post):
            answer = ask(path)
            if answer.status_code != 405 and "/account/login/" not in answer.headers.get("Location", ""):
                wrong.append((path, answer.status_code))
    for route, path in calls(house):
        answer = guest.generic(route.method, f"/api/v1{path}", "{}", content_type="application/json")
        if answer.status_code not in {401, 403, 415}:  # 415: not even asked who it is
            wrong.append((path, answer.status_code))
    assert wrong == []


@pytest.mark.parametrize("kind", GUESTS)
def test_a_guest_reads_and_changes_nothing_of_another_client_whatever_he_names(house, kind):
    guest, wrong = kind(house), []
    secrets = {str(one) for table, ids in house.ids.items() if tenant_models()[table].access.creditor for one in ids}
    tables = ("open_item", "invoice", "debtor", "stored_file", "dispute", "promise")
    ids = [str(house.ids[table][0]) for table in tables]
    before = house.snapshot()
    for route in urls.urlpatterns:
        for at, named in enumerate((*ids, *SAID)):
            path = "/p/" + str(route.pattern).replace("<uuid:item>", ids[at % len(ids)]).replace("<str:token>", "guess")
            if route.name in {"leave", "again", "open"}:
                continue
            for ask in (guest.get, guest.post):
                answer = ask(path, dict.fromkeys(FIELDS, named))
                text = b"".join(answer.streaming_content) if answer.streaming else answer.content
                found = leaks(text.decode(errors="replace"), secrets, f"{path} {named}")
                if answer.status_code >= 500 or found or b"<script>alert" in text:
                    wrong.append((ask.__name__, path, named, answer.status_code, found))
    assert wrong == []
    after = house.snapshot()
    assert {table for table in after if after[table] != before[table]} == set()


def test_the_guest_whose_link_works_sees_his_own(house):
    """Or the tests above would prove nothing."""
    assert b"MINE-1" in working(house).get("/p/").content
    assert b"MINE-1" in of_a_merged_record(house).get("/p/").content
    for kind in (revoked, expired, of_another_tenant):
        assert b"MINE-1" not in kind(house).get("/p/").content
