"""How a client's documents go out: what is kept, what it changes, and which channels are there at all."""

from __future__ import annotations

import pytest
from django.db import transaction
from django.urls import reverse

from fairdue.core.findings import RefusedError
from fairdue.invoicing import services
from fairdue.invoicing.services.dispatch import Dispatch, dispatch_of
from fairdue.parties import selectors as parties
from fairdue.parties.models import Creditor
from tests import make

FORM = {"delivery": "auto", "channel": "print", "large": "on", "policy": "block", "least": "matched",
        "way-1": "", "country-2": "",
        "country-0": "IT", "way-0": "sdi", "country-1": "FR", "way-2": "email"}  # fmt: skip


def url(books):
    return reverse("web:settings_dispatch", args=[books.creditor])


def test_what_is_set_is_kept_beside_the_other_settings(ctx, books, sign_in):
    with ctx.open():
        Creditor.objects.filter(id=books.creditor).update(settings={"accent": "#112233"})
    admin = sign_in()
    assert admin.post(url(books), FORM).status_code == 302
    with ctx.open():
        settings = parties.creditor(ctx, books.creditor).settings
    assert settings["accent"] == "#112233"
    assert dispatch_of(settings) == Dispatch(
        "auto", "print", {"IT": "sdi"}, large=True, policy="block", least="matched"
    )
    page = admin.get(url(books)).text
    assert 'name="country-0" value="Italy"' in page
    assert '<option value="block" selected>' in page


def test_a_channel_that_is_not_set_up_says_what_is_missing(books, sign_in, monkeypatch):
    monkeypatch.delenv("FAIRDUE_HANDOVER", raising=False)
    monkeypatch.delenv("FAIRDUE_ACCESS_POINT_URL", raising=False)
    page = sign_in().get(url(books)).text
    assert page.count("Not set up") == 5
    assert "FAIRDUE_ACCESS_POINT_URL" in page
    assert "FAIRDUE_HANDOVER" in page


def test_the_law_page_keeps_a_channel_that_was_set_here(books, sign_in):
    admin = sign_in()
    admin.post(url(books), FORM)
    assert '<option value="auto" selected>' in admin.get(reverse("web:settings_law", args=[books.creditor])).text


@pytest.mark.parametrize(
    ("given", "path"),
    [({"delivery": "pigeon"}, "delivery"), ({"channel": "pigeon"}, "channel"), ({"policy": "never"}, "policy"),
     ({"least": "returned"}, "least"), ({"by_country": {"Italy": "sdi"}}, "by_country"),
     ({"by_country": {"IT": "pigeon"}}, "by_country")],
)  # fmt: skip
def test_what_is_unknown_is_refused_by_field(ctx, books, given, path):
    with ctx.open():
        with pytest.raises(RefusedError) as refused, transaction.atomic():
            services.set_dispatch(ctx, creditor=books.creditor, dispatch=Dispatch(**given), today=make.TODAY)
        assert [one.path for one in refused.value.findings] == [path]


def test_only_who_edits_settings_comes_here_and_only_to_own_clients(other_ctx, books, sign_in):
    assert sign_in("invoicing_clerk").get(url(books)).status_code == 403
    with other_ctx.open():
        foreign = make.creditor(other_ctx)
    assert sign_in().post(reverse("web:settings_dispatch", args=[foreign]), FORM).status_code == 404
