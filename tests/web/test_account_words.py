"""Pages about signing in, roles and rules speak in the words of the product, not in those of machines."""

from __future__ import annotations

import pytest
from django.urls import reverse

from fairdue.foundation.permissions import Permission
from fairdue.web.formats import device_text
from fairdue.web.settings.roles import WORDS


@pytest.mark.parametrize(
    ("agent", "shown"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19 Safari/604.1", "Safari on iPhone"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15.1; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on macOS"),
        ("some-robot/1.0", "some-robot/1.0"),
        ("", "A device that does not say what it is"),
    ],
)  # fmt: skip
def test_a_session_names_its_device_as_people_do(agent, shown):
    assert device_text(agent) == shown


def test_the_list_of_sessions_names_devices(sign_in):
    client = sign_in()
    agent = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36"
    client.get(reverse("web:worklist"), headers={"user-agent": agent})
    assert client.get(reverse("usersessions_list")).status_code == 200


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("mfa_index", "Second step"), ("mfa_list_webauthn", "Passkeys and security keys"),
        ("mfa_activate_totp", "Set up the authenticator app"), ("mfa_add_webauthn", "Add a passkey or security key"),
        ("account_change_password", "Change the password"),
    ],
)  # fmt: skip
def test_pages_about_signing_in_have_our_titles_and_a_way_back(sign_in, name, title):
    client = sign_in()
    page = client.get(reverse(name), follow=True)
    if "reauthenticate" in page.request["PATH_INFO"]:
        assert "Confirm that it is you" in page.text
        assert 'autocomplete="current-password"' in page.text
    else:
        assert f"<h1>{title}</h1>" in page.text
        assert "Back to Fairdue" in page.text


def test_every_permission_has_words_of_its_own():
    assert set(WORDS) == set(Permission)
    assert len(set(WORDS.values())) == len(WORDS)


def test_the_matrix_of_roles_shows_words(sign_in):
    page = sign_in().get(reverse("web:settings_roles")).text
    assert "Write off small amounts" in page
    assert "Write off: small" not in page


def test_answers_name_who_said_it():
    from fairdue.web.invoicing.answering import source_words

    assert source_words("portal") == "Customer, in the portal"
    assert source_words("peppol") == "Peppol"
    assert source_words("access_point") == "Access point"


def test_the_second_step_offers_only_what_somebody_has(person):
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
    from django.test import Client

    user, client = person(), Client()
    TOTP.activate(user, generate_totp_secret())
    asked = {"login": user.email, "password": "correct horse battery"}
    page = client.post(reverse("account_login"), asked, follow=True).text
    assert "Enter the code of your authenticator app." in page
    assert "security key" not in page
    RecoveryCodes.activate(user)
    assert "authenticator app, or a recovery code." in client.get(reverse("mfa_authenticate")).text
