"""Numbers that registers give to companies: VAT, company register, EORI, Peppol, LEI."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from stdnum import ean, lei
from stdnum.be import vat as be_vat
from stdnum.ch import uid as ch_uid
from stdnum.ch import vat as ch_vat
from stdnum.dk import cvr
from stdnum.eu import vat as eu_vat
from stdnum.exceptions import InvalidChecksum, InvalidLength, ValidationError
from stdnum.fr import siren, siret
from stdnum.gb import vat as gb_vat
from stdnum.it import iva
from stdnum.no import mva, orgnr

from fairdue.core.parties.completeness import EU
from fairdue.core.parties.models import Scheme
from fairdue.parties.validation.checked import Checked, doubtful, wrong
from fairdue.parties.validation.routing import check_gln, check_pec, check_routing, is_leitweg

if TYPE_CHECKING:
    from collections.abc import Callable

type Validate = Callable[[str], str]

# ISO 3166 country → prefix of its VAT numbers, where they differ.
VAT_PREFIX = {"GR": "EL"}
UK_ONLY_PREFIXES = ("GB", "XI")


def _squeeze(text: str) -> str:
    return re.sub(r"[\s.\-/]", "", text).upper()


def _reason(error: ValidationError) -> str:
    if isinstance(error, InvalidChecksum):
        return "its check digit is wrong; probably a typing error"
    if isinstance(error, InvalidLength):
        return "it has the wrong number of characters"
    return "it does not have the form of its country"


def _vat_module(prefix: str) -> tuple[Validate, str] | None:
    """Return the validator of a VAT prefix and the prefix to put in front of its result."""
    if prefix == "GB":
        return gb_vat.validate, "GB"
    if prefix == "NO":
        return mva.validate, "NO"
    if prefix == "CH":
        return _swiss_vat, ""
    known = prefix == "XI" or prefix in {VAT_PREFIX.get(country, country) for country in EU}
    return (eu_vat.validate, "") if known else None


def _swiss_vat(number: str) -> str:
    """Return a Swiss number: with MWST/TVA/IVA it is a VAT number, without it the bare UID is taken."""
    if number.endswith(("MWST", "TVA", "IVA", "TPV")):
        return str(ch_vat.format(ch_vat.validate(number)))
    return f"{ch_uid.format(ch_uid.validate(number))} MWST"


def check_vat(text: str, country: str = "", path: str = "vat_id") -> Checked:
    """Check a VAT number; `country` (ISO 3166) supplies a missing prefix and must agree with a given one.

    Great Britain is checked by its own algorithm, Northern Ireland (XI) as the EU, Switzerland as UID.
    """
    number = _squeeze(text)
    if not number:
        return Checked("")
    expected = VAT_PREFIX.get(country, country)
    prefix = number[:2]
    if not prefix.isalpha() or (prefix == "GR" and not _vat_module(prefix)):
        prefix = "EL" if prefix == "GR" else expected
        number = prefix + number.removeprefix("GR")
    module = _vat_module(prefix)
    if module is None:
        sentence = f"No rule for VAT numbers of “{prefix or country}” is known; it is stored unchecked."
        return doubtful(text.strip(), "vat.unknown_country", path, sentence)
    validate, front = module
    try:
        clean = front + validate(number)
    except ValidationError as error:
        sentence = f"“{text}” is no VAT number of {prefix}: {_reason(error)}."
        return wrong(number, "vat.invalid", path, sentence, "Directive 2006/112/EC Art. 215")
    if expected and prefix != expected and not (country == "GB" and prefix == "XI"):
        sentence = f"The VAT number is of {prefix}, the address is in {country}; one of them may be wrong."
        return doubtful(clean, "vat.other_country", path, sentence)
    return Checked(clean)


_GERMAN = re.compile(
    r"(?:(?P<court>[^\d,]+?)[, ]+)?(?P<kind>HRA|HRB|GnR|GsR|PR|VR)"
    r"\s*(?P<number>\d{1,6})(?P<tail>\s?[A-Z]{1,3})?$",
    re.IGNORECASE,
)
_BRITISH = re.compile(r"(?:[A-Z]{2}\d{6}|\d{8}|R\d{7}|[A-Z]{2}R\d{5})$")


def _german(text: str) -> str | None:
    """Return court and number; the number alone is unique only within its court."""
    found = _GERMAN.match(" ".join(text.split()))
    if found is None:
        return None
    kind = found["kind"].upper().replace("GNR", "GnR").replace("GSR", "GsR")
    tail = f" {found['tail'].strip().upper()}" if found["tail"] else ""
    court = f"{found['court'].removeprefix('Amtsgericht ').removeprefix('AG ').strip()}, " if found["court"] else ""
    return f"{court}{kind} {found['number']}{tail}"


def _british(text: str) -> str | None:
    """Return eight characters: digits filled up with zeros, or two letters and six digits."""
    number = _squeeze(text)
    filled = number.zfill(8) if number.isdecimal() and len(number) <= 8 else number  # noqa: PLR2004 - Companies House
    return filled if _BRITISH.match(filled) else None


def _french(text: str) -> str | None:
    number = re.sub(r"[^\d]", "", text.upper().replace("RCS", ""))
    module = {9: siren, 14: siret}.get(len(number))
    return str(module.compact(number)) if module and module.is_valid(number) else None


def _dutch(text: str) -> str | None:
    number = re.sub(r"[^\d]", "", text.upper().replace("KVK", ""))
    return number if len(number) == 8 else None  # noqa: PLR2004 - Kamer van Koophandel


def _by(module: object) -> Callable[[str], str | None]:
    def check(text: str) -> str | None:
        try:
            return str(module.validate(text))  # type: ignore[attr-defined]
        except ValidationError:
            return None

    return check


def _austrian(text: str) -> str | None:
    found = re.fullmatch(r"(?:FN)?\s*(\d{1,6})\s*([a-z])", text.strip(), re.IGNORECASE)
    return f"FN {found[1]} {found[2].lower()}" if found else None


REGISTERS: dict[str, tuple[Callable[[str], str | None], str]] = {
    "DE": (_german, "court and HRA/HRB number, e.g. “Berlin (Charlottenburg), HRB 12345 B”"),
    "FR": (_french, "a SIREN of 9 or a SIRET of 14 digits with the right check digit"),
    "NL": (_dutch, "a KvK number of 8 digits"),
    "GB": (_british, "a company number of 8 characters, e.g. 01234567 or SC123456"),
    "AT": (_austrian, "a Firmenbuch number, e.g. FN 123456 a"),
    "CH": (_by(ch_uid), "a UID, e.g. CHE-123.456.788"),
    "BE": (_by(be_vat), "an enterprise number of 10 digits"),
    "IT": (_by(iva), "a partita IVA of 11 digits"),
    "DK": (_by(cvr), "a CVR number of 8 digits"),
    "NO": (_by(orgnr), "an organisation number of 9 digits"),
}


def check_register(text: str, country: str, path: str = "register_id") -> Checked:
    """Check a company register number by the rule of `country`; unknown countries pass unchecked."""
    rule = REGISTERS.get(country)
    if rule is None:
        return Checked(" ".join(text.split()))
    check, shape = rule
    clean = check(text)
    if clean is None:
        sentence = f"“{text}” is no register number of {country}; expected is {shape}."
        return wrong(text.strip(), "register.invalid", path, sentence)
    if country == "DE" and "," not in clean:
        sentence = "The register court is missing; the number is unique only within its court."
        return doubtful(clean, "register.court", path, sentence, "§ 14 HGB, § 35a GmbHG")
    return Checked(clean)


def check_eori(text: str, path: str = "eori") -> Checked:
    """Check the form of an EORI number: country code and up to 15 characters."""
    number = _squeeze(text)
    if not re.fullmatch(r"[A-Z]{2}[A-Z0-9]{1,15}", number) or number[:2] not in EU | {"GB", "XI"}:
        sentence = f"“{text}” is no EORI number: a country code of the EU, GB or XI and up to 15 characters."
        return wrong(number, "eori.invalid", path, sentence, "Regulation (EU) 2015/2446 Annex 12-01")
    if number[:2] == "GB" and not re.fullmatch(r"GB\d{12}", number):
        return wrong(number, "eori.invalid", path, f"“{text}” is no British EORI: GB and 12 digits.")
    return Checked(number)


def is_lei(number: str) -> bool:
    """Tell whether `number` is 20 characters that end in the right check digits."""
    return bool(re.fullmatch(r"[A-Z0-9]{18}\d\d", number)) and bool(lei.is_valid(number))


def check_lei(text: str, path: str = "lei") -> Checked:
    """Check an LEI: 20 characters, ISO 17442 check digits (MOD 97-10)."""
    number = _squeeze(text)
    if not is_lei(number):
        sentence = f"“{text}” is no LEI: 20 characters with two check digits."
        return wrong(number, "lei.invalid", path, sentence, "ISO 17442")
    return Checked(number)


# Schemes of the Peppol participant identifier list (ISO 6523 ICD and Peppol's own) with a rule for the value.
PEPPOL: dict[str, tuple[str, Callable[[str], bool]]] = {
    "0002": ("SIREN", siren.is_valid),
    "0007": ("Swedish organisation number", lambda value: bool(re.fullmatch(r"\d{10}", value))),
    "0009": ("SIRET", siret.is_valid),
    "0060": ("DUNS", lambda value: bool(re.fullmatch(r"\d{9}", value))),
    "0088": ("GLN", lambda value: len(value) == 13 and ean.is_valid(value)),  # noqa: PLR2004 - GS1
    "0096": ("Danish P number", lambda value: bool(re.fullmatch(r"\d{10}", value))),
    "0106": ("KvK", lambda value: bool(re.fullmatch(r"\d{8}", value))),
    "0151": ("ABN", lambda value: bool(re.fullmatch(r"\d{11}", value))),
    "0183": ("Swiss UID", ch_uid.is_valid),
    "0184": ("Danish CVR", lambda value: cvr.is_valid(value.removeprefix("DK"))),
    "0188": ("Japanese corporate number", lambda value: bool(re.fullmatch(r"\d{13}", value))),
    "0190": ("Dutch OIN", lambda value: bool(re.fullmatch(r"\d{20}", value))),
    "0192": ("Norwegian organisation number", orgnr.is_valid),
    "0195": ("Singapore UEN", lambda value: bool(re.fullmatch(r"[A-Za-z0-9]{9,10}", value))),
    "0199": ("LEI", is_lei),
    "0204": ("Leitweg-ID", is_leitweg),
    "0208": (
        "Belgian enterprise number",
        lambda value: bool(re.fullmatch(r"\d{10}", value)) and be_vat.is_valid(value),
    ),
    "0210": ("Italian codice fiscale", lambda value: bool(re.fullmatch(r"[A-Z0-9]{11,16}", value))),
    "0211": ("Italian partita IVA", lambda value: iva.is_valid(value.removeprefix("IT"))),
    "0216": ("Finnish OVT", lambda value: bool(re.fullmatch(r"0037\d{8}[A-Z0-9]{0,5}", value))),
    "9915": ("Austrian test", bool),
    "9930": ("German VAT number", eu_vat.is_valid),
    "9957": ("French VAT number", eu_vat.is_valid),
}
_COUNTRY_VAT = {str(code): "VAT number" for code in (*range(9910, 9960),)}


def check_peppol(text: str, path: str = "peppol_id") -> Checked:
    """Check a Peppol participant id "scheme:value"; schemes without a rule here pass with a warning."""
    bare = text.strip().removeprefix("iso6523-actorid-upis::")
    scheme, colon, value = bare.partition(":")
    if not colon or not re.fullmatch(r"\d{4}", scheme) or not value or len(value) > 50:  # noqa: PLR2004 - Peppol policy
        sentence = f"“{text}” is no Peppol id: four digits of the scheme, a colon, and the number."
        return wrong(text.strip(), "peppol.invalid", path, sentence, "Peppol Policy for use of Identifiers 4.x")
    known = PEPPOL.get(scheme)
    if known is None:
        if scheme in _COUNTRY_VAT:
            return Checked(f"{scheme}:{value}")
        sentence = f"The scheme {scheme} is not one we know; the id is stored unchecked."
        return doubtful(f"{scheme}:{value}", "peppol.scheme", path, sentence)
    name, rule = known
    if not rule(value):
        return wrong(f"{scheme}:{value}", "peppol.value", path, f"“{value}” is no {name} (scheme {scheme}).")
    return Checked(f"{scheme}:{value}")


def checked_identifier(scheme: Scheme, value: str, country: str) -> Checked:
    """Return a number of a party in its stored form with findings; tax numbers have no rule here and pass."""
    match scheme:
        case Scheme.VAT:
            return check_vat(value, country)
        case Scheme.REGISTER:
            return check_register(value, country)
        case Scheme.ROUTING:
            return check_routing(value, country)
    checks = {
        Scheme.EORI: check_eori, Scheme.LEI: check_lei, Scheme.PEPPOL: check_peppol, Scheme.GLN: check_gln,
        Scheme.PEC: check_pec,
    }  # fmt: skip
    check = checks.get(scheme)
    return check(value) if check else Checked(" ".join(value.split()))
