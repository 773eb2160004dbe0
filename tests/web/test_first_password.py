"""Who was invited chooses a password by a mailed link, signs in, and may protect the sign-in: no page is a dead end."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.test import Client
from django.urls import reverse

from fairdue.foundation.accounts import invite_user
from fairdue.foundation.ids import uuid7
from tests import make

pytestmark = pytest.mark.usefixtures("ctx")
PASSWORD = "correct-horse-battery-2026"


@pytest.fixture
def invited(ctx):
    """A person with a seat and without a password."""
    with ctx.open():
        return get_user_model().objects.get(
            id=invite_user(ctx, email=f"{uuid7()}@people.example", role="admin", today=make.TODAY)
        )


@pytest.fixture
def link(invited):
    """The address of the form behind the mailed link, opened by a new browser."""
    mail.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": invited.email})
    return next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)


def form_of(client, link):
    return client.get("/" + link.split("/", 3)[3], follow=True)


def test_the_mail_says_what_the_link_does(link):
    assert "once and for three days" in mail.outbox[0].body
    assert link in mail.outbox[0].body


def test_the_first_password_leads_to_sign_in_and_to_a_second_step(invited, link):
    client = Client()
    page = form_of(client, link)
    assert "<h1>Choose a password</h1>" in page.text
    there = page.request["PATH_INFO"]
    short = client.post(there, {"password1": "short", "password2": "short"})
    assert "too short" in short.text
    done = client.post(there, {"password1": PASSWORD, "password2": PASSWORD}, follow=True)
    assert "<h1>The password is set</h1>" in done.text
    assert f'href="{reverse("account_login")}">Sign in</a>' in done.text
    signed = client.post(reverse("account_login"), {"login": invited.email, "password": PASSWORD})
    assert signed.status_code == 302
    step = client.get(reverse("mfa_activate_totp"), follow=True)
    if "reauthenticate" in step.request["PATH_INFO"]:
        step = client.post(
            step.request["PATH_INFO"] + f"?next={reverse('mfa_activate_totp')}", {"password": PASSWORD}, follow=True
        )
    assert "<h1>Set up the authenticator app</h1>" in step.text


def test_a_link_that_was_used_leads_to_a_new_one(link):
    client = Client()
    there = form_of(client, link).request["PATH_INFO"]
    client.post(there, {"password1": PASSWORD, "password2": PASSWORD})
    again = form_of(Client(), link)
    assert "This link does not work any more" in again.text
    assert re.search(rf'href="{reverse("account_reset_password")}">Send me a new link', again.text)
