"""Leitweg-ID, codice destinatario, PEC, DIR3, GLN: form and check digits, each with its own finding."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fairdue.core.parties.models import Scheme
from fairdue.parties.validation import checked_identifier
from fairdue.parties.validation.routing import _leitweg_digits, is_leitweg

# The first row is the worked example of the specification of the Leitweg-ID: 04011000-1234512345 → 06.
TABLE = [
    ("routing", "DE", "04011000-1234512345-06", "04011000-1234512345-06", ""),
    ("routing", "DE", " 04011000-1234512345-06 ", "04011000-1234512345-06", ""),
    ("routing", "DE", "991-33333TEST-33", "991-33333TEST-33", ""),
    ("routing", "DE", "04011000-1234512345-07", "04011000-1234512345-07", "leitweg.checksum"),
    ("routing", "DE", "04011000-1234512354-06", "04011000-1234512354-06", "leitweg.checksum"),
    ("routing", "DE", "04011000", "04011000", "leitweg.form"),
    ("routing", "DE", "1" * 12 + "-" + "A" * 31 + "-00", "1" * 12 + "-" + "A" * 31 + "-00", "leitweg.form"),
    ("routing", "IT", "abc1234", "ABC1234", ""),
    ("routing", "IT", "UF1234", "UF1234", ""),
    ("routing", "IT", "0000000", "0000000", ""),
    ("routing", "IT", "ABC12345", "ABC12345", "codice.form"),
    ("routing", "ES", "L01280796 L01280796 L01280796", "L01280796 L01280796 L01280796", ""),
    ("routing", "ES", "GE0001000/EA0008567/E00003301", "GE0001000 EA0008567 E00003301", ""),
    ("routing", "ES", "L01280796 L01280796", "L01280796 L01280796", "dir3.form"),
    ("routing", "ES", "L0128079 L01280796 L01280796", "L0128079 L01280796 L01280796", "dir3.form"),
    ("routing", "FR", "SERVICE_1", "SERVICE_1", ""),
    ("routing", "FR", "no service", "no service", "service.form"),
    ("routing", "SE", " any  thing ", "any thing", ""),
    ("pec", "IT", "fatture@pec.rossi.it", "fatture@pec.rossi.it", ""),
    ("pec", "IT", "fatture", "fatture", "email.invalid"),
    ("gln", "DE", "4012345000009", "4012345000009", ""),
    ("gln", "DE", "4012345 00000 9", "4012345000009", ""),
    ("gln", "DE", "4012345000008", "4012345000008", "gln.checksum"),
    ("gln", "DE", "401234500000", "401234500000", "gln.form"),
    ("peppol", "DE", "0204:04011000-1234512345-06", "0204:04011000-1234512345-06", ""),
    ("peppol", "DE", "0204:04011000-1234512345-07", "0204:04011000-1234512345-07", "peppol.value"),
    ("register", "FR", "732 829 320", "732829320", ""),
    ("register", "FR", "73282932000074", "73282932000074", ""),
    ("register", "FR", "732 829 321", "732 829 321", "register.invalid"),
    ("vat", "IT", "IT00743110157", "IT00743110157", ""),
    ("vat", "IT", "IT00743110158", "IT00743110158", "vat.invalid"),
    ("eori", "DE", "DE1234567", "DE1234567", ""),
    ("tax", "DE", "12/345/67890", "12/345/67890", ""),
]


@pytest.mark.parametrize(("scheme", "country", "given_", "stored", "code"), TABLE)
def test_numbers_are_stored_in_their_form_or_refused_by_name(scheme, country, given_, stored, code):
    found = checked_identifier(Scheme(scheme), given_, country)
    assert (found.value, [one.code for one in found.findings]) == (stored, [code] if code else [])


@given(st.from_regex(r"[0-9]{2,12}", fullmatch=True), st.from_regex(r"[A-Z0-9]{1,30}", fullmatch=True), st.data())
def test_one_changed_digit_of_a_leitweg_id_is_found(coarse, fine, data):
    right = f"{coarse}-{fine}-{_leitweg_digits(coarse, fine)}"
    assert is_leitweg(right)
    place = data.draw(st.integers(0, len(coarse) - 1))
    other = data.draw(st.sampled_from([digit for digit in "0123456789" if digit != coarse[place]]))
    assert not is_leitweg(f"{coarse[:place]}{other}{right[place + 1 :]}")
