"""Somebody wants to be somebody else: by an address, a forged host, an old session, half a sign-in."""

from __future__ import annotations

from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
from django.core import mail
from django.core.cache import cache
from django.test import Client

from fairdue.foundation.accounts import invite_user
from fairdue.foundation.models import Membership, User
from tests import make
from tests.web.conftest import person, sign_in  # noqa: F401 - fixtures, found by their names

PASSWORD = "correct horse battery"
BOSS = "boss@elsewhere.example"


@pytest.fixture(autouse=True)
def _no_tries_before(database):
    cache.clear()


def signs_in(user, password=PASSWORD, client=None, **more):
    client = client or Client()
    return client, client.post("/account/login/", {"login": user.email, "password": password, **more})


def test_nobody_takes_the_address_of_somebody_who_will_be_invited(other_ctx, person):  # noqa: F811
    thief = person("collector")
    mine, boss = thief.email, f"{uuid4().hex}@elsewhere.example"
    client, _ = signs_in(thief)
    client.raise_request_exception = False
    client.get("/account/email/")
    for act in ("action_add", "action_primary", "action_send", "action_remove"):
        client.post("/account/email/", {act: "", "email": boss})
    thief.refresh_from_db()
    assert thief.email == mine
    with other_ctx.open():
        invite_user(other_ctx, email=boss, role="admin", today=make.TODAY)
    assert not Membership.objects.filter(user=thief, tenant_id=other_ctx.tenant).exists()


@pytest.mark.parametrize("host", ["localhost:6666", "127.0.0.1:1", "127.0.0.1.evil.example", "evil.example"])
def test_the_link_to_a_new_password_leads_to_the_house_whatever_host_was_asked(person, host):  # noqa: F811
    mail.outbox.clear()
    for email in (person("admin").email, BOSS):
        Client().post("/account/password/reset/", {"email": email}, headers={"Host": host})
    for message in mail.outbox:
        assert host not in f"{message.subject} {message.body}"
        links = [word for word in message.body.split() if "://" in word]
        assert {f"{urlsplit(link).scheme}://{urlsplit(link).netloc}" for link in links} <= {settings.BASE_URL}


def test_a_link_to_a_new_password_opens_once_and_ends_every_session(person):  # noqa: F811
    user = person("admin")
    old, _ = signs_in(user)
    mail.outbox.clear()
    Client().post("/account/password/reset/", {"email": user.email})
    link = next(word for word in mail.outbox[0].body.split() if "/password/reset/key/" in word)
    browser = Client()
    form = browser.get(urlsplit(link).path)["Location"]
    assert (
        browser.post(form, {"password1": "another horse battery", "password2": "another horse battery"}).status_code
        == 302
    )
    assert old.get("/").status_code == 302
    again = Client().get(urlsplit(link).path)
    assert again.status_code == 200
    assert b"password1" not in again.content
    assert signs_in(user)[1].status_code == 200
    assert signs_in(user, "another horse battery")[1].status_code == 302


def test_a_session_from_before_the_sign_in_is_not_the_one_after_it(person):  # noqa: F811
    client = Client()
    client.cookies["sessionid"] = "a" * 32
    client, answer = signs_in(person("admin"), client=client)
    assert answer.status_code == 302
    assert client.cookies["sessionid"].value != "a" * 32


@pytest.mark.parametrize(
    "onward", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_the_sign_in_never_leaves_the_house(person, onward):  # noqa: F811
    _, answer = signs_in(person("admin"), next=onward)
    assert answer["Location"] == "/"


def test_half_a_sign_in_opens_nothing(person):  # noqa: F811
    user = person("admin")
    TOTP.activate(user, generate_totp_secret())
    client, answer = signs_in(user)
    assert answer["Location"].startswith("/account/2fa/authenticate/")
    assert client.get("/customers").status_code == 302
    assert client.get("/api/v1/debtors").status_code == 401
    assert client.post("/account/2fa/authenticate/", {"code": "000000"}).status_code == 200
    assert client.get("/customers").status_code == 302


def test_codes_of_the_second_step_are_not_guessed(person):  # noqa: F811
    user = person("admin")
    TOTP.activate(user, generate_totp_secret())
    said = []
    for _ in range(3):  # a new sign-in does not give new tries
        client, _ = signs_in(user)
        said += [client.post("/account/2fa/authenticate/", {"code": f"{n:06d}"}).content for n in range(4)]
    assert any(b"Too many" in page for page in said), said[-1][-2000:]


def test_nobody_signs_up_by_himself():
    for path in ("/account/signup/", "/account/signup/passkey/", "/account/3rdparty/signup/"):
        Client(raise_request_exception=False).post(path, {"email": BOSS, "password1": PASSWORD})
    assert not User.objects.filter(email=BOSS).exists()


def test_a_link_signs_nobody_out(sign_in):  # noqa: F811
    client = sign_in("admin")
    client.get("/account/logout/")
    assert client.get("/settings/you").status_code == 200


@pytest.mark.parametrize(
    "path", ["/account/password/change/", "/account/2fa/totp/deactivate/", "/account/sessions/", "/account/logout/"]
)
def test_the_account_pages_ask_for_the_token_of_their_form(sign_in, path):  # noqa: F811
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = sign_in("admin").cookies
    assert strict.post(path, {"oldpassword": PASSWORD, "password1": "x", "password2": "x"}).status_code == 403
