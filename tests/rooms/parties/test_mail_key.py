"""The signing key of a creditor: sealed to its row, waiting until it is published, for its own domain only."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import transaction

from fairdue.core.findings import RefusedError
from fairdue.core.mailauth.check import Check, Stand
from fairdue.foundation.mail.signing import key_for
from fairdue.foundation.models import Fact
from fairdue.parties import senders, services
from fairdue.parties.models import Creditor

TODAY = date(2026, 3, 2)
DOMAIN = "nordwind.example"


def said(stand, selector="f1"):
    return Check("DKIM", f"{selector}._domainkey.{DOMAIN}", stand, "No key is published.")


def made(ctx, books, selector="f1", today=TODAY):
    return services.make_mail_key(
        ctx, creditor=books.creditor, domain="Nordwind.example", selector=selector, today=today
    )


def used(ctx, books, selector="f1", stand=Stand.VALID, today=TODAY):
    return services.use_mail_key(ctx, creditor=books.creditor, published=said(stand, selector), today=today)


def refusal(deed):
    with pytest.raises(RefusedError) as refused, transaction.atomic():
        deed()
    return [one.code for one in refused.value.findings]


def test_a_key_waits_until_it_is_published_and_then_signs_for_its_own_domain(ctx, books):
    with ctx.open():
        assert key_for(ctx, books.creditor, f"ar@{DOMAIN}") is None
        assert made(ctx, books).startswith("v=DKIM1; k=rsa; p=MII")
        assert key_for(ctx, books.creditor, f"ar@{DOMAIN}") is None
        assert refusal(lambda: used(ctx, books, stand=Stand.WRONG)) == ["dkim.unpublished"]
        assert refusal(lambda: used(ctx, books, selector="f9")) == ["dkim.unpublished"]
        used(ctx, books)
        assert "PRIVATE" not in str(Creditor.objects.get(id=books.creditor).settings)
        found = key_for(ctx, books.creditor, f"Nordwind <ar@{DOMAIN}>")
        assert (found.selector, "PRIVATE KEY" in found.private) == ("f1", True)
        assert key_for(ctx, books.creditor, "ar@other.example") is None


def test_the_old_key_signs_until_the_new_one_does_and_its_record_stays_a_week(ctx, books):
    with ctx.open():
        made(ctx, books)
        used(ctx, books)
        assert refusal(lambda: made(ctx, books)) == ["dkim.used"]
        made(ctx, books, "f2")
        assert key_for(ctx, books.creditor, f"ar@{DOMAIN}").selector == "f1"
        used(ctx, books, "f2")
        assert key_for(ctx, books.creditor, f"ar@{DOMAIN}").selector == "f2"
        [gone] = senders.sender(ctx, books.creditor).retired
        assert (gone.place, gone.retired_on) == (f"f1._domainkey.{DOMAIN}", TODAY)
        assert refusal(lambda: made(ctx, books, today=TODAY + timedelta(days=6))) == ["dkim.used"]
        made(ctx, books, today=TODAY + timedelta(days=8))


def test_where_nobody_could_be_asked_the_fact_says_so(ctx, books):
    with ctx.open():
        made(ctx, books)
        used(ctx, books, stand=Stand.NOT_CHECKED)
        told = Fact.objects.filter(type="creditor.changed").order_by("recorded_at").last()
        assert told.payload["changes"].endswith("(not checked whether it is published)")


def test_a_key_can_be_given_up(ctx, books):
    with ctx.open():
        assert refusal(lambda: services.retire_mail_key(ctx, creditor=books.creditor, today=TODAY)) == ["dkim.none"]
        assert refusal(lambda: used(ctx, books)) == ["dkim.none"]
        made(ctx, books)
        used(ctx, books)
        services.retire_mail_key(ctx, creditor=books.creditor, today=TODAY)
        assert key_for(ctx, books.creditor, f"ar@{DOMAIN}") is None
        assert "sealed" not in str(Creditor.objects.get(id=books.creditor).settings)


@pytest.mark.parametrize(
    ("sender", "domain", "selector", "code"),
    [
        ("", DOMAIN, "Größe", "dkim.selector"), ("", DOMAIN, "-a", "dkim.selector"),
        ("", "no domain", "f1", "dkim.domain"),
        ("ar@other.example", DOMAIN, "f1", "dkim.domain"), (f"ar@evil{DOMAIN}", DOMAIN, "f1", "dkim.domain"),
    ],
)  # fmt: skip
def test_a_key_that_could_sign_nothing_is_refused(ctx, books, sender, domain, selector, code):
    with ctx.open():
        services.set_sender(ctx, creditor=books.creditor, mail_from=sender, bounce_address="", today=TODAY)
        make = lambda: services.make_mail_key(  # noqa: E731 - the deed that is refused
            ctx, creditor=books.creditor, domain=domain, selector=selector, today=TODAY
        )
        assert refusal(make) == [code]


@pytest.mark.parametrize(
    ("mail_from", "bounces", "paths"),
    [("Nordwind <ar@nordwind.example>", "bounce@mail.example", []), ("", "", []), ("nobody", "", ["mail_from"]),
     ("", "bounce", ["bounce_address"]), ("", "b+x@mail.example", ["bounce_address"]),
     ("a@b", "c@d", ["mail_from", "bounce_address"])],
)  # fmt: skip
def test_the_sender_is_an_address(ctx, books, mail_from, bounces, paths):
    with ctx.open():
        deed = {"creditor": books.creditor, "mail_from": mail_from, "bounce_address": bounces, "today": TODAY}
        if not paths:
            services.set_sender(ctx, **deed)
            row = senders.sender(ctx, books.creditor)
            assert (row.mail_from, row.bounce_address) == (mail_from, bounces)
            return
        with pytest.raises(RefusedError) as refused, transaction.atomic():
            services.set_sender(ctx, **deed)
        assert [one.path for one in refused.value.findings] == paths


def test_a_check_is_kept_with_its_day_until_something_changes(ctx, books):
    with ctx.open():
        checks = [
            said(Stand.WRONG),
            Check("SPF", DOMAIN, Stand.NOT_CHECKED, "Nobody.", ("v=spf1 -all",), "x", "RFC 7208"),
        ]
        services.keep_mail_check(ctx, creditor=books.creditor, checks=checks, today=TODAY)
        row = senders.sender(ctx, books.creditor)
        assert (row.checked_on, row.checks) == (TODAY, tuple(checks))
        services.set_sender(ctx, creditor=books.creditor, mail_from="", bounce_address="", today=TODAY)
        assert senders.sender(ctx, books.creditor).checked_on is None
