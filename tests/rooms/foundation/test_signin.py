"""What the database keeps of a second step is of no use to who reads the database."""

from importlib import import_module
from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.apps import apps
from django.contrib.auth import get_user_model
from django.db import connections

from fairdue.foundation.crypto import DecryptionError
from fairdue.foundation.signin import SealedSecrets


@pytest.fixture
def person(database):
    del database
    return get_user_model().objects.create(email=f"{uuid4().hex}@step.example", name="Second Step")


def test_a_totp_secret_is_sealed_and_still_counts(person):
    secret = generate_totp_secret()
    TOTP.activate(person, secret)
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.TOTP)
    assert secret not in str(kept.data)
    assert SealedSecrets().decrypt(kept.data["secret"]) == secret


def test_recovery_codes_are_sealed_and_still_open(person):
    codes = RecoveryCodes.activate(person)
    kept = Authenticator.objects.get(user=person, type=Authenticator.Type.RECOVERY_CODES)
    written = codes.get_unused_codes()
    assert written
    assert not any(code in str(kept.data) for code in written)
    assert RecoveryCodes(kept).validate_code(written[0])


def test_a_changed_secret_is_refused():
    sealed = SealedSecrets().encrypt("JBSWY3DPEHPK3PXP")
    with pytest.raises(DecryptionError):
        SealedSecrets().decrypt(sealed[:-8] + "AAAAAAA=")


def seal_all():
    migration = import_module("fairdue.foundation.migrations.0006_seal_second_steps")
    with connections["owner"].schema_editor() as editor:
        migration.seal(apps, editor)


def test_secrets_that_an_earlier_version_kept_in_the_open_are_sealed_once_and_still_count(person):
    secret, seed = generate_totp_secret(), RecoveryCodes.generate_seed()
    rows = Authenticator.objects
    totp = rows.create(user=person, type=Authenticator.Type.TOTP, data={"secret": secret})
    kept = rows.create(user=person, type=Authenticator.Type.RECOVERY_CODES, data={"seed": seed, "used_mask": 5})
    seal_all()
    totp.refresh_from_db()
    kept.refresh_from_db()
    assert secret not in str(totp.data)
    assert seed not in str(kept.data)
    assert SealedSecrets().decrypt(totp.data["secret"]) == secret
    assert SealedSecrets().decrypt(kept.data["seed"]) == seed
    assert kept.data["used_mask"] == 5
    once = (totp.data, kept.data)
    seal_all()
    totp.refresh_from_db()
    kept.refresh_from_db()
    assert (totp.data, kept.data) == once


def test_codes_brought_from_another_system_are_sealed_too(person):
    row = Authenticator.objects.create(
        user=person, type=Authenticator.Type.RECOVERY_CODES, data={"migrated_codes": ["11112222", "33334444"]}
    )
    seal_all()
    row.refresh_from_db()
    assert "11112222" not in str(row.data)
    assert RecoveryCodes(row).validate_code("33334444")
