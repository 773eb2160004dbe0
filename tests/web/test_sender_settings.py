"""The sender of a client: addresses, the key that waits until it is published, and what receivers see."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fairdue.core.mailauth.dkim import record_of
from fairdue.foundation.mail import names
from fairdue.parties import senders
from tests.dnspeer import quoted, serving


@pytest.fixture
def zone(monkeypatch):
    records = {
        ("nordwind.example.", "TXT"): ['"v=spf1 +all"'],
        ("nordwind.example.", "MX"): ["10 mx.nordwind.example."],
    }
    monkeypatch.setattr(names, "SECONDS", 1.0)
    with serving(records) as address:
        monkeypatch.setenv("FAIRDUE_RESOLVER", address)
        yield records


def url(books, part=""):
    return reverse(f"web:settings_sender{part}", args=[books.creditor])


def kept(client, books):
    sent = {"mail_from": "Nordwind <ar@nordwind.example>", "bounce_address": "bounce@nordwind.example"}
    return client.post(url(books), sent)


def test_a_key_is_made_published_and_used(ctx, books, sign_in, zone):
    admin = sign_in()
    assert kept(admin, books).status_code == 302
    page = admin.get(url(books)).text
    assert 'value="nordwind.example"' in page
    admin.post(url(books, "_key"), {"domain": "nordwind.example", "selector": "f1"})
    with ctx.open():
        waiting = senders.sender(ctx, books.creditor).waiting
    assert record_of(waiting.public) in admin.get(url(books)).text
    refused = admin.post(url(books, "_key_use"), follow=True).text
    assert "No key is published" in refused
    zone["f1._domainkey.nordwind.example.", "TXT"] = [quoted(record_of(waiting.public))]
    assert "signed with the new key" in admin.post(url(books, "_key_use"), follow=True).text
    with ctx.open():
        row = senders.sender(ctx, books.creditor)
    assert (row.signing.selector, row.waiting) == ("f1", None)
    assert "not signed any more" in admin.post(url(books, "_key_retire"), follow=True).text
    assert "No key waits" in admin.post(url(books, "_key_use"), follow=True).text


def test_the_check_shows_each_record_what_is_wrong_and_what_to_publish(books, sign_in, zone):
    admin = sign_in()
    kept(admin, books)
    page = admin.post(url(books, "_check"), follow=True).text
    for words in ("+all", "v=spf1 ~all", "v=DMARC1; p=none", "No policy is published", "mx.nordwind.example"):
        assert words in page, words


def test_without_a_resolver_nothing_is_called_valid(ctx, books, sign_in, monkeypatch):
    monkeypatch.delenv("FAIRDUE_RESOLVER", raising=False)
    admin = sign_in()
    kept(admin, books)
    admin.post(url(books, "_key"), {"domain": "nordwind.example", "selector": "f1"})
    page = admin.post(url(books, "_check"), follow=True).text
    with ctx.open():
        found = {(one.name, one.stand.value) for one in senders.sender(ctx, books.creditor).checks}
    open_ = {(name, "not_checked") for name in ("SPF", "DKIM", "DMARC", "Bounces")}
    assert found == open_ | {("DKIM", "wrong"), ("Alignment", "weak")}  # not signed yet: that needs no resolver
    assert "No resolver may be asked" in page
    assert "was not checked" in admin.post(url(books, "_key_use"), follow=True).text


def test_wrong_addresses_and_keys_stay_on_the_form(books, sign_in):
    admin = sign_in()
    answer = admin.post(url(books), {"mail_from": "nobody", "bounce_address": "b+1@mail.example"})
    assert (answer.status_code, "is no e-mail address" in answer.text, "Leave the + out" in answer.text) == (
        422,
        True,
        True,
    )
    kept(admin, books)
    answer = admin.post(url(books, "_key"), {"domain": "other.example", "selector": "f1"})
    assert (answer.status_code, "does not sign it" in answer.text) == (422, True)


def test_only_who_edits_settings_comes_here(books, sign_in):
    clerk = sign_in("invoicing_clerk")
    assert clerk.get(url(books)).status_code == 403
    assert clerk.post(url(books, "_check")).status_code == 403


def test_another_tenants_client_is_not_there(other_ctx, sign_in):
    from tests import make

    with other_ctx.open():
        foreign = make.creditor(other_ctx)
    admin = sign_in()
    for part in ("", "_check", "_key_use"):
        assert admin.post(reverse(f"web:settings_sender{part}", args=[foreign])).status_code == 404
