"""Where networks of public bodies and of Italy deliver: Leitweg-ID, codice destinatario, PEC, DIR3, code service."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stdnum import ean

from fairdue.parties.validation.checked import Checked, wrong
from fairdue.parties.validation.contacts import check_email

if TYPE_CHECKING:
    from collections.abc import Callable

_LEITWEG = re.compile(r"(\d{2,12})(?:-([A-Z0-9]{1,30}))?-(\d{2})")
_LONGEST_LEITWEG = 46
_GLN = 13
_DIR3 = re.compile(r"(?:[A-Z]{1,2}\d{7,8})")
_DIR3_PLACES = 3
NO_CODE = "0000000"
"""Codice destinatario of a buyer without one: the invoice goes to its PEC or its tax drawer."""
ABROAD = "XXXXXXX"


def _leitweg_digits(coarse: str, fine: str) -> str:
    """Return the two check digits of a Leitweg-ID: letters as 10 to 35, MOD 97-10 (ISO/IEC 7064)."""
    text = "".join(str(int(character, 36)) for character in coarse + fine) + "00"
    return f"{98 - int(text) % 97:02d}"


def is_leitweg(text: str) -> bool:
    """Tell whether a Leitweg-ID has its form and the right check digits."""
    found = _LEITWEG.fullmatch(text)
    return found is not None and len(text) <= _LONGEST_LEITWEG and _leitweg_digits(found[1], found[2] or "") == found[3]


def check_leitweg(text: str, path: str = "routing") -> Checked:
    """Check a Leitweg-ID: coarse address, fine address, two check digits."""
    number = re.sub(r"\s", "", text).upper()
    if not _LEITWEG.fullmatch(number) or len(number) > _LONGEST_LEITWEG:
        sentence = f"“{text}” is no Leitweg-ID: digits, letters and digits, two check digits, as 04011000-12345-03."
        return wrong(number, "leitweg.form", path, sentence, _LEITWEG_SOURCE)
    if not is_leitweg(number):
        sentence = f"The check digits of the Leitweg-ID “{text}” are wrong; probably a typing error."
        return wrong(number, "leitweg.checksum", path, sentence, _LEITWEG_SOURCE)
    return Checked(number)


_LEITWEG_SOURCE = "Formatspezifikation Leitweg-ID 2.0.2"


def check_codice(text: str, path: str = "routing") -> Checked:
    """Check a codice destinatario: seven letters and digits, six for a public administration."""
    code = re.sub(r"\s", "", text).upper()
    if not re.fullmatch(r"[A-Z0-9]{6,7}", code):
        sentence = f"“{text}” is no codice destinatario: seven letters and digits, six for a public administration."
        return wrong(code, "codice.form", path, sentence, "Specifiche tecniche fattura elettronica, 1.1.4")
    return Checked(code)


def check_dir3(text: str, path: str = "routing") -> Checked:
    """Check the three DIR3 codes of a Spanish public body: accounting office, managing body, processing unit."""
    codes = re.findall(r"[A-Z0-9]+", text.upper())
    bad = [code for code in codes if not _DIR3.fullmatch(code) or len(code) != 9]  # noqa: PLR2004 - nine characters each
    if len(codes) != _DIR3_PLACES or bad:
        sentence = (
            f"“{text}” is no DIR3 address: accounting office, managing body and processing unit, each a code of nine "
            "characters as L01280796."
        )
        return wrong(text.strip(), "dir3.form", path, sentence, "Orden HAP/492/2014; Directorio Común (DIR3)")
    return Checked(" ".join(codes))


def check_service(text: str, path: str = "routing") -> Checked:
    """Check a code service of Chorus Pro: up to a hundred letters, digits, hyphens and low lines."""
    code = text.strip()
    if not re.fullmatch(r"[A-Za-z0-9_-]{1,100}", code):
        sentence = f"“{text}” is no code service: letters, digits, hyphens and low lines."
        return wrong(code, "service.form", path, sentence, "Chorus Pro")
    return Checked(code)


ROUTING: dict[str, tuple[str, Callable[[str], Checked]]] = {
    "DE": ("Leitweg-ID", check_leitweg),
    "IT": ("Codice destinatario", check_codice),
    "ES": ("DIR3 (oficina contable, órgano gestor, unidad tramitadora)", check_dir3),
    "FR": ("Code service (Chorus Pro)", check_service),
}
"""What a network of a country asks for, by its name there, with its check."""


def check_routing(text: str, country: str) -> Checked:
    """Check a routing id by the rule of `country`; those of other countries pass unchecked."""
    rule = ROUTING.get(country)
    return rule[1](text) if rule else Checked(" ".join(text.split()))


def check_pec(text: str, path: str = "pec") -> Checked:
    """Check a certified mailbox (posta elettronica certificata): the form of an e-mail address."""
    checked = check_email(text, path)
    return Checked(checked.value, checked.findings)


def check_gln(text: str, path: str = "gln") -> Checked:
    """Check a global location number: 13 digits with the check digit of GS1."""
    number = re.sub(r"[\s.-]", "", text)
    if not re.fullmatch(r"\d{13}", number):
        return wrong(number, "gln.form", path, f"“{text}” is no GLN: 13 digits.", "GS1 General Specifications")
    if not ean.is_valid(number):
        sentence = f"The check digit of the GLN “{text}” is wrong; probably a typing error."
        return wrong(number, "gln.checksum", path, sentence, "GS1 General Specifications 7.9")
    return Checked(number)
