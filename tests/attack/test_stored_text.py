"""Text that wants to be a page: every text that people or files can write holds markup, and every page is read.

The columns come from the models, the pages from the table of routes. What counts is what a browser makes of an
answer: an element or an attribute of the intruder's name, wherever it comes from.
"""

from __future__ import annotations

import itertools
import json
import re
from html.parser import HTMLParser

import psycopg
import pytest
from django.db import models

from fairdue.collections.models import Notice
from fairdue.collections.services import send_notice
from fairdue.foundation.models import OutgoingMail
from fairdue.foundation.portal import portal_links
from tests import make
from tests.attack.catalog import tenant_models
from tests.attack.neighbours import TODAY, admin, agency
from tests.attack.test_every_door import pages, seated
from tests.attack.test_portal_guest import browser
from tests.conftest import _leave_no_work

EVIL = "'\"><fdx onfdx=1></script>' onfdx='1 \" onfdx=\"1 {{fdx}}"
OURS = {
    "account_role", "blind", "channel", "code", "consumer", "dedup_key", "delivery", "digest", "fingerprint", "format",
    "html", "input_hash", "key", "kind", "media_type", "previous", "role", "sha256", "signature", "type",
}  # fmt: skip
"""Columns whose words are the house's own: codes, hashes, names of things; and the HTML that it made of texts."""
WRITTEN = {
    "bank_line.payer_name", "bank_line.remittance", "bank_rule.name", "call_log.note", "collection_task.reason",
    "creditor.name", "debtor.name", "debtor.street", "debtor_account.holder", "dispute.note", "hold.note",
    "insurance_policy.insurer", "notice.subject", "notice.text", "open_item.number", "order_line.description",
    "promise.note", "refund.reason", "sales_order.number",
}  # fmt: skip
"""Some that must have been written, or little is proven."""
SPOKEN = re.compile(r"[A-Z ].{3,}")
HOUSES = itertools.count()
NO_TEXT = re.compile(r"[0-9a-f-]{36}|\d{4}-\d\d-\d\d.*|[A-Z0-9-]{2,6}")


def columns():
    """Yield (table, column, length) of every text that is not one of the house's own words."""
    for table, model in sorted(tenant_models().items()):
        for field in model._meta.concrete_fields:
            is_text = isinstance(field, models.CharField | models.TextField) and not field.choices
            long_enough = (field.max_length or 1000) >= 30
            if is_text and long_enough and field.column not in OURS and not field.column.endswith("_by"):
                yield table, field.column, field.max_length or 1000


def spoil(house):
    """Write markup into every text of a tenant; returns the columns that took it."""
    taken = set()
    with admin() as connection:
        connection.execute("SET session_replication_role = replica")
        for table, column, length in columns():
            said = f"left(right(id::text, 4) || %s, {length})"
            statement = f"UPDATE {table} SET {column} = {said} WHERE tenant_id = %s AND {column} <> ''"
            try:
                with connection.transaction():
                    if connection.execute(statement, [EVIL, house.ctx.tenant]).rowcount:
                        taken.add(f"{table}.{column}")
            except psycopg.errors.IntegrityError:
                continue  # a rule of the database keeps markup out
        for table, column in (("fact", "payload"), ("invoice_draft", "content"), ("cash_proposal", "allocations")):
            found = connection.execute(f"SELECT id, {column} FROM {table} WHERE tenant_id = %s", [house.ctx.tenant])
            for row, told in found.fetchall():
                connection.execute(
                    f"UPDATE {table} SET {column} = %s WHERE tenant_id = %s AND id = %s",
                    [json.dumps(spoilt(told)), house.ctx.tenant, row],
                )
    return taken


def spoilt(told):
    """Return JSON with markup in every string that people may have written."""
    if isinstance(told, dict):
        return {key: spoilt(one) for key, one in told.items()}
    if isinstance(told, list):
        return [spoilt(one) for one in told]
    return EVIL if isinstance(told, str) and SPOKEN.search(told) and not NO_TEXT.fullmatch(told) else told


class Reader(HTMLParser):
    """Reads as a browser does, and remembers what is none of ours."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        if tag == "fdx" or any("onfdx" in name for name, _ in attrs):
            self.found.append(self.get_starttag_text()[:200])

    handle_startendtag = handle_starttag


def markup(html):
    reader = Reader()
    reader.feed(html)
    return reader.found


@pytest.fixture
def house(database, monkeypatch):
    monkeypatch.setenv("FAIRDUE_TODAY", TODAY.isoformat())
    made = agency(f"texts-{next(HOUSES)}")
    yield made
    _leave_no_work(made.ctx)


def test_the_reader_sees_what_a_browser_would():
    assert markup(f"<p>{EVIL}</p>")
    assert markup(f'<p title="{EVIL}">x</p>')
    assert markup(f"<p title='{EVIL}'>x</p>")
    assert markup("<p>&lt;fdx onfdx=1&gt;</p>") == []


def test_no_text_becomes_a_part_of_a_page(house):
    assert spoil(house) >= WRITTEN
    client, wrong, shown = seated(house, "admin"), [], 0
    for path, _ in pages(house):
        answer = client.get(path, follow=True)
        if not answer.headers.get("Content-Type", "").startswith("text/html"):
            continue
        html = answer.content.decode()
        shown += "&lt;fdx" in html
        if answer.status_code >= 500 or markup(html):
            wrong.append((path, answer.status_code, markup(html)[:2]))
    assert wrong == []
    assert shown > 40  # pages that show nothing would prove nothing


def test_no_text_becomes_a_part_of_a_message_or_of_the_portal(house):
    spoil(house)
    with house.ctx.open():
        books = make.Books(house.other.creditor, make.debtor(house.ctx, house.other.creditor, name=EVIL))
        item = make.item(house.ctx, books, number=f"{EVIL}"[:60], issued_on=TODAY.replace(month=8))
        notice = send_notice(house.ctx, debtor=books.debtor, template="notice", today=TODAY)
        assert portal_links(house.ctx, debtors=[books.debtor], today=TODAY)
        htmls = [Notice.objects.get(id=notice).html]
        htmls += [mail.html for mail in OutgoingMail.objects.filter(dedup_key=f"notice:{notice}")]
    assert any("&lt;fdx" in html for html in htmls)
    guest = browser(house.ctx, books.debtor)
    own = ("/p/", "/p/pay", "/p/promise", "/p/dispute")
    htmls += [guest.get(path, {"i": item}, follow=True).content.decode() for path in own]
    assert [markup(html) for html in htmls if markup(html)] == []
