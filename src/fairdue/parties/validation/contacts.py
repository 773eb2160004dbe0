"""How to reach a party: e-mail, phone, language."""

from __future__ import annotations

import re

import phonenumbers
from babel import Locale
from babel.core import UnknownLocaleError

from fairdue.parties.validation.checked import Checked, doubtful, wrong

MAX_LOCAL = 64
MAX_EMAIL = 254
_LOCAL = re.compile(r"[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f.]+(\.[^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f.]+)*")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")
# Typing errors of domains that do not sell mail themselves.
_TYPOS = {
    "gmial.com": "gmail.com", "gamil.com": "gmail.com", "gmail.co": "gmail.com", "gmail.con": "gmail.com",
    "hotmial.com": "hotmail.com", "hotmail.con": "hotmail.com", "outlok.com": "outlook.com",
    "yaho.com": "yahoo.com", "t-onlne.de": "t-online.de", "gmx.ed": "gmx.de", "web.ed": "web.de",
}  # fmt: skip


def check_email(text: str, path: str = "email") -> Checked:
    """Check the syntax of an address; the domain is folded to its IDNA form in small letters."""
    address = text.strip()
    local, at, domain = address.rpartition("@")
    if not at or len(address) > MAX_EMAIL or len(local) > MAX_LOCAL or not _LOCAL.fullmatch(local):
        return wrong(address, "email.invalid", path, f"“{address}” is no e-mail address.", "RFC 5321")
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return wrong(address, "email.domain", path, f"“{domain}” is no domain.", "RFC 5890")
    labels = host.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or labels[-1].isdecimal():  # noqa: PLR2004 - name and top level
        return wrong(address, "email.domain", path, f"“{domain}” is no domain.", "RFC 1035")
    if host in _TYPOS:
        sentence = f"“{host}” looks like a typing error for {_TYPOS[host]}."
        return doubtful(f"{local}@{host}", "email.typo", path, sentence)
    return Checked(f"{local}@{host}")


def check_phone(text: str, country: str = "", path: str = "phone") -> Checked:
    """Check a phone number and return it as E.164; `country` explains numbers without +."""
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException:
        sentence = f"“{text}” is no phone number" + ("." if country else "; without a country it needs the +.")
        return wrong(text.strip(), "phone.invalid", path, sentence)
    if not phonenumbers.is_valid_number(number):
        return wrong(text.strip(), "phone.invalid", path, f"“{text}” is no number that can be dialled.", "ITU-T E.164")
    return Checked(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def check_language(text: str, path: str = "language") -> Checked:
    """Check a language tag ("de", "fr-CH") and return it with the region in capitals."""
    language, _, region = text.strip().replace("_", "-").partition("-")
    tag = f"{language.lower()}-{region.upper()}" if region else language.lower()
    try:
        Locale.parse(tag, sep="-")
    except (UnknownLocaleError, ValueError):
        sentence = f"“{text}” is no language; use a code such as de, fr or en-GB."
        return wrong(text.strip(), "language.unknown", path, sentence, "BCP 47")
    return Checked(tag)
