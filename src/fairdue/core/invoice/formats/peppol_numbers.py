"""What Peppol wants of a number that names its register: the form and the check digits of its scheme.

Source: OpenPeppol, Peppol BIS Billing 3.0.19, rules PEPPOL-COMMON-R040 to R050. Belgium has no rules of its own there
beyond R043, Austria none at all.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.invoice.check.rules import broken, doubtful
from fairdue.core.invoice.formats.shared import PEPPOL
from fairdue.core.refs.digits import luhn, modulo_11

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.parties import Identifier, Party

ENDPOINT_ONLY = "9907"
_CODICE_FISCALE = re.compile(r"[A-Za-z]{6}\d\d[A-Za-z]\d\d[A-Za-z0-9]{3}\d[A-Za-z]|\d{11}")
_ABN_WEIGHTS = (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19)


@dataclass(frozen=True, slots=True)
class Scheme:
    """One scheme of identifiers: the rule, what is right, the sentence, and whether Peppol refuses or warns."""

    rule: str
    right: Callable[[str], bool]
    sentence: str
    fatal: bool = True


def gln(text: str) -> bool:
    """Tell whether `text` ends in the check digit of GS1: weights 3 and 1 from the right."""
    if re.fullmatch(r"[0-9]{2,}", text) is None:
        return False
    total = sum(int(digit) * (1 if at % 2 else 3) for at, digit in enumerate(reversed(text[:-1])))
    return (-total % 10) == int(text[-1])


def belgian(text: str) -> bool:
    """Tell whether `text` is an enterprise number: ten digits, the last two 97 less the rest of the first eight."""
    return re.fullmatch(r"[0-9]{10}", text) is not None and 97 - int(text[:8]) % 97 == int(text[8:])


def greek(text: str) -> bool:
    """Tell whether `text` is a Greek tax number (AFM): nine digits, powers of two modulo 11 modulo 10."""
    if re.fullmatch(r"[0-9]{9}", text) is None:
        return False
    total = sum(int(digit) << (8 - at) for at, digit in enumerate(text[:8]))
    return total % 11 % 10 == int(text[8])


def _danish(text: str) -> bool:
    return re.fullmatch(r"(DK)?[0-9]{8}", text) is not None


def _norwegian(text: str) -> bool:
    return re.fullmatch(r"[0-9]{9}", text) is not None and int(text) > 0 and modulo_11(text[:-1]) == text[-1]


def _swedish(text: str) -> bool:
    return re.fullmatch(r"[0-9]{10}", text) is not None and luhn(text[:-1]) == text[-1]


def _italian_vat(text: str) -> bool:
    country, number = text[:2].upper(), text[2:]
    return country != "IT" or (re.fullmatch(r"[0-9]{11}", number) is not None and luhn(number[:-1]) == number[-1])


def _australian(text: str) -> bool:
    if re.fullmatch(r"[0-9]{11}", text) is None:
        return False
    digits = [int(text[0]) - 1, *map(int, text[1:])]
    return sum(digit * weight for digit, weight in zip(digits, _ABN_WEIGHTS, strict=True)) % 89 == 0


def _fiscal(text: str) -> bool:
    return _CODICE_FISCALE.fullmatch(text) is not None


SCHEMES: Mapping[str, Scheme] = {
    "0088": Scheme("R040", gln, "This is no GLN: its check digit is wrong."),
    "0192": Scheme("R041", _norwegian, "A Norwegian organisation number has nine digits and a check digit."),
    "0184": Scheme("R042", _danish, "A Danish CVR number has eight digits."),
    "0208": Scheme("R043", belgian, "A Belgian enterprise number has ten digits, the last two of them check digits."),
    "0201": Scheme(
        "R044", lambda text: re.fullmatch(r"[A-Za-z0-9]{6}", text) is not None,
        "The code of an Italian public office (IPA) has six letters and digits.", fatal=False,
    ),
    "0210": Scheme("R045", _fiscal, "An Italian codice fiscale has 11 digits or 16 characters.", fatal=False),
    ENDPOINT_ONLY: Scheme("R046", _fiscal, "An Italian codice fiscale has 11 digits or 16 characters.", fatal=False),
    "0211": Scheme("R047", _italian_vat, "An Italian VAT number is IT and eleven digits, the last a check digit.",
                   fatal=False),
    "0007": Scheme("R049", _swedish, "A Swedish organisation number has ten digits, the last a check digit."),
    "0151": Scheme("R050", _australian, "An Australian business number has eleven digits with two check digits."),
}  # fmt: skip


def number_findings(invoice: Invoice) -> Iterator[Finding]:
    """Yield every number of seller, buyer and payee that its own scheme refuses."""
    for path, one in (*_party("seller", invoice.seller), *_party("buyer", invoice.buyer), *_payee(invoice)):
        scheme = SCHEMES.get(one.scheme)
        if scheme is None or (one.scheme == ENDPOINT_ONLY and not path.endswith("endpoint")):
            continue
        if not scheme.right(one.value.strip()):
            told = broken if scheme.fatal else doubtful
            yield told(f"PEPPOL-COMMON-{scheme.rule}", path, scheme.sentence, PEPPOL)


def _party(path: str, party: Party) -> Iterator[tuple[str, Identifier]]:
    if party.endpoint:
        yield f"{path}.endpoint", party.endpoint
    for index, one in enumerate(party.identifiers):
        yield f"{path}.identifiers[{index}]", one
    if party.registration:
        yield f"{path}.registration", party.registration


def _payee(invoice: Invoice) -> Iterator[tuple[str, Identifier]]:
    payee = invoice.payee
    for name, one in (("identifier", payee.identifier), ("registration", payee.registration)) if payee else ():
        if one:
            yield f"payee.{name}", one
