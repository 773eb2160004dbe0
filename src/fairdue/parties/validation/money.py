"""Bank accounts and currencies."""

from __future__ import annotations

from schwifty import BIC, IBAN
from schwifty.exceptions import InvalidChecksumDigits, InvalidCountryCode, InvalidLength, SchwiftyException

from fairdue.core.money import CURRENCIES
from fairdue.parties.validation.checked import Checked, wrong


def _account_reason(error: SchwiftyException) -> str:
    if isinstance(error, InvalidChecksumDigits):
        return "the check digits are wrong; probably a typing error"
    if isinstance(error, InvalidCountryCode):
        return "its country has no IBAN"
    if isinstance(error, InvalidLength):
        return "it has the wrong number of characters for its country"
    return "it does not have the form of its country"


def masked(iban: str) -> str:
    """Return an account that may be shown: country, and the last four characters (ASVS 14.2.6)."""
    return f"{iban[:2]}… {iban[-4:]}" if len(iban) > 8 else "…"  # noqa: PLR2004 - shorter would show it whole


def check_iban(text: str, path: str = "iban") -> Checked:
    """Check an IBAN with its check digits and the form of its country; findings show it masked."""
    compact = "".join(text.split()).upper()
    try:
        return Checked(str(IBAN(compact)))
    except SchwiftyException as error:
        sentence = f"{masked(compact)} is no IBAN: {_account_reason(error)}."
        return wrong(compact, "iban.invalid", path, sentence, "ISO 13616")


def check_bic(text: str, path: str = "bic") -> Checked:
    """Check the form of a BIC: 8 or 11 characters with a country that exists."""
    compact = "".join(text.split()).upper()
    try:
        return Checked(str(BIC(compact)))
    except SchwiftyException:
        return wrong(compact, "bic.invalid", path, f"“{text}” is no BIC of 8 or 11 characters.", "ISO 9362")


def check_currency(text: str, path: str = "currency") -> Checked:
    """Check a currency of ISO 4217."""
    code = text.strip().upper()
    if code not in CURRENCIES:
        return wrong(code, "currency.unknown", path, f"“{text}” is not a currency of ISO 4217.", "ISO 4217")
    return Checked(code)
