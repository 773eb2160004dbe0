"""Account numbers as banks of different countries write them, and the IBAN that they are.

Source: ISO 13616 and the national structures of the SWIFT IBAN registry. The Belgian, Spanish and French
national check digits are exact; a German sort code with account number gives the IBAN of all banks but those with
rules of their own, so that it is only used to find an account that is known already.
"""

from __future__ import annotations

import re

_GERMAN = re.compile(r"([0-9]{8})/0*([0-9]{1,10})")
_CURRENCY_BEHIND = re.compile(r"([A-Z0-9/]*[0-9])/?([A-Z]{3})")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_IBAN_IN_TEXT = re.compile(r"(?<![A-Z0-9])[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]){11,30}(?![A-Z0-9])")
_RIB_LETTERS = {letter: str(at % 9 + 1 + (at >= 18)) for at, letter in enumerate("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}  # noqa: PLR2004 - S is 2
_SPANISH = (1, 2, 4, 8, 5, 10, 9, 7, 3, 6)


def iban(country: str, national: str) -> str:
    """Return the IBAN of a national account number (ISO 13616: 98 less the number modulo 97)."""
    rest = int("".join(str(int(letter, 36)) for letter in f"{national}{country}00")) % 97
    return f"{country}{98 - rest:02d}{national}"


def is_iban(text: str) -> bool:
    """Tell whether `text` without blanks has the form and the check digits of an IBAN."""
    if not _IBAN.fullmatch(text):
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def iban_in(text: str) -> str:
    """Return the first valid IBAN in a text, written with or without blanks; empty when there is none."""
    for match in _IBAN_IN_TEXT.finditer(text):
        words = match[0].split(" ")
        for end in range(len(words), 0, -1):
            joined = "".join(words[:end])
            if is_iban(joined):
                return joined
    return ""


def belgian(number: str) -> str:
    """Return the IBAN of a Belgian account number of 12 digits."""
    return iban("BE", number)


def french(bank: str, branch: str, account: str) -> str:
    """Return the IBAN of a French RIB: bank, branch, account and the key that follows from them."""
    digits = "".join(_RIB_LETTERS.get(letter, letter) for letter in account)
    key = 97 - (89 * int(bank) + 15 * int(branch) + 3 * int(digits)) % 97
    return iban("FR", f"{bank}{branch}{account}{key:02d}")


def spanish(bank: str, branch: str, account: str) -> str:
    """Return the IBAN of a Spanish account: bank, branch, two check digits and ten digits."""
    checks = _spanish_check("00" + bank + branch) + _spanish_check(account)
    return iban("ES", f"{bank}{branch}{checks}{account}")


def _spanish_check(digits: str) -> str:
    rest = 11 - sum(int(digit) * weight for digit, weight in zip(digits, _SPANISH, strict=True)) % 11
    return {10: "1", 11: "0"}.get(rest, str(rest))


def forms(number: str) -> tuple[str, ...]:
    """Return the numbers under which an account of a file may be known: as written, without currency, as IBAN."""
    found = [number]
    if (match := _CURRENCY_BEHIND.fullmatch(number)) and not is_iban(number):
        found.append(match[1])
    found += [iban("DE", f"{match[1]}{match[2]:0>10}") for one in found if (match := _GERMAN.fullmatch(one))]
    return tuple(dict.fromkeys(found))
