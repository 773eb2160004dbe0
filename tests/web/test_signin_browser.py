"""Signing in by a passkey in a real browser, with the authenticator that Chromium plays."""

from __future__ import annotations

import pytest
from django.urls import reverse

PASSWORD = "correct horse battery"


@pytest.fixture
def keyholder(site, chromium):
    """Return a page of somebody who carries an authenticator; passkeys are for names, so it is not an address."""
    context = chromium.new_context()
    page = context.new_page()
    page.set_default_timeout(120_000)  # what is proven is that it happens, not how soon on a busy machine
    page.home = site.replace("127.0.0.1", "localhost")
    page.complaints = []
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    devtools = context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    manner = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": manner})
    yield page
    context.close()


def enter(page, user, password=PASSWORD):
    page.goto(page.home + reverse("account_login"))
    page.fill("input[name=login]", user.email)
    page.fill("input[name=password]", password)
    page.locator("form:has(input[name=password]) button[type=submit]").click()


def add_key(page, name, *, alone):
    page.goto(page.home + reverse("mfa_add_webauthn"))
    page.fill("input[name=password]", PASSWORD)  # a key is added only by who knows the password right now
    page.get_by_role("button", name="Go on").click()
    page.fill("input[name=name]", name)
    page.set_checked("input[name=passwordless]", alone)
    page.locator("#mfa_webauthn_add").click()
    page.wait_for_url(lambda url: "webauthn/add" not in url, wait_until="commit")


def leave(page):
    page.context.clear_cookies()


def test_a_passkey_is_added_and_signs_in_alone(keyholder, person):
    page = keyholder
    enter(page, person())
    page.wait_for_url("**/w", wait_until="commit")
    add_key(page, "Laptop", alone=True)
    page.goto(page.home + reverse("mfa_list_webauthn"))
    page.locator("li", has_text="Laptop").get_by_text("Passkey", exact=True).wait_for()
    leave(page)
    page.goto(page.home + reverse("account_login"))
    page.locator("#passkey_login").click()
    page.wait_for_url("**/w", wait_until="commit")
    assert page.complaints == []


def test_a_security_key_is_the_second_step_after_the_password(keyholder, person):
    page, user = keyholder, person()
    enter(page, user)
    page.wait_for_url("**/w", wait_until="commit")
    add_key(page, "Key ring", alone=False)
    leave(page)
    enter(page, user)
    page.locator("#mfa_webauthn_authenticate").click()
    page.wait_for_url("**/w", wait_until="commit")
    assert page.complaints == []
