"""axe on every page of the frame with real rows, on a desk and on a phone."""

from __future__ import annotations

import pytest

from tests import make

PATHS = (
    "/settings /settings/you /settings/people /settings/people/new /settings/roles /settings/roles/new "
    "/settings/clients /settings/clients/new /settings/keys /settings/keys/new /approvals /audit /audit/verify "
    "/search?q=RE /help /help/keyboard"
).split()


@pytest.fixture
def rows(ctx, books):
    """Something on every page."""
    from fairdue.foundation.accounts import create_api_key, create_custom_role

    with ctx.open():
        make.creditor(ctx, name="Lac et Fils SA")
        make.item(ctx, books, 123_400, number="RE-2026-00017")
        create_custom_role(ctx, name="reviewer", title="Reviewer", permissions=["own.account"], today=make.TODAY)
        create_api_key(ctx, name="Shop", scopes=["customers.view"], today=make.TODAY)


@pytest.mark.parametrize("size", ["desk", "phone"])
@pytest.mark.parametrize("path", PATHS)
def test_axe_finds_nothing(open_page, axe, rows, path, size):
    page = open_page(path, size=size)
    assert axe(page) == []
    assert page.complaints == []


@pytest.mark.parametrize(
    "path", ["/account/2fa/", "/account/sessions/", "/account/password/change/", "/account/2fa/webauthn/"]
)
def test_axe_finds_nothing_on_the_pages_of_sign_in(open_page, axe, path):
    page = open_page(path)
    assert axe(page) == []
    assert page.complaints == []


def test_a_second_step_can_be_set_up_and_is_asked_for(open_page, axe):
    from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time

    page = open_page("/account/2fa/totp/activate/")
    if "reauthenticate" in page.url:
        assert axe(page) == []
        page.fill("input[name=password]", "correct horse battery")
        page.locator("main form button").first.click()
    assert axe(page) == []
    secret = page.input_value("#authenticator_secret")
    counter = next(iter(yield_hotp_counters_from_time()))
    page.fill("#id_code", format_hotp_value(hotp_value(secret, counter)))
    page.locator("main form button").first.click()
    page.wait_for_url("**/2fa/**")
    assert axe(page) == []
    page.goto(page.url.split("/account")[0] + "/settings/you")
    assert "Asked for at each sign-in." in page.inner_text("main")


def test_a_staff_link_opens_the_portal_and_can_be_ended(sign_in, ctx, books):
    from urllib.parse import urlsplit

    from django.test import Client

    client = sign_in("collector")
    html = client.post(f"/customers/{books.debtor}/portal-link").content.decode()
    path = urlsplit(html.split('data-copy="')[1].split('"')[0]).path
    assert Client().get(path).status_code == 302
    client.post(f"/customers/{books.debtor}/portal-link/end")
    assert Client(REMOTE_ADDR="203.0.113.4").get(path).status_code == 404
    assert sign_in("auditor").post(f"/customers/{books.debtor}/portal-link").status_code == 403
