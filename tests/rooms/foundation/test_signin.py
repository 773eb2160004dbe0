"""What the database keeps of a second step is of no use to who reads the database."""

from uuid import uuid4

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.contrib.auth import get_user_model

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
