"""VIES, SIRENE, GLEIF and Companies House, each behind the same small interface.

The shapes follow the published interfaces (docs/rules/verified-address.md names them). None was reached from where
this was written, so each stands as unconfirmed until an operator has asked it once.
"""

from __future__ import annotations

import base64
import os
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from fairdue.core.parties.evidence import Outcome
from fairdue.core.parties.models import Scheme
from fairdue.parties.verification.asking import Answer, Question, UnreachableError

if TYPE_CHECKING:
    from fairdue.core.parties.models import Party
    from fairdue.parties.verification.asking import Register

OK, UNKNOWN = 200, 404
_POSTCODE = re.compile(r"\b([A-Z]{1,2}-)?(\d{4,6}(?: ?[A-Z]{2}\b)?|\d{3} \d{2}|\d{2}-\d{3})\b")


def _refused(status: int) -> UnreachableError:
    words = {401: "the key is refused", 403: "the key is refused", 429: "too many questions for now"}
    return UnreachableError(words.get(status, f"it answered with status {status}"))


@dataclass(frozen=True, slots=True)
class Vies:
    """VAT numbers of the European Union and Northern Ireland (Regulation (EU) 904/2010 Art. 31)."""

    code: str = "vies"
    name: str = "VIES"

    def number(self, party: Party) -> tuple[str, str]:
        """Return its VAT number; those of Great Britain, Switzerland and Norway are not in VIES."""
        found = next(iter(party.values(Scheme.VAT)), "").replace(" ", "")
        return Scheme.VAT, "" if found[:2] in {"GB", "CH", "NO"} or not found[:2].isalpha() else found

    def question(self, number: str) -> Question:
        """Ask the REST interface of the Commission."""
        base = "https://ec.europa.eu/taxation_customs/vies/rest-api/ms"
        return Question(f"{base}/{number[:2]}/vat/{quote(number[2:], safe='')}")

    def read(self, number: str, status: int, data: Any) -> Answer:
        """Read it; a state whose register is down says so in `userError`, which is no answer."""
        if status != OK:
            raise _refused(status)
        said = str(data["userError"])
        if said not in {"VALID", "INVALID"}:
            raise UnreachableError(f"the register of {number[:2]} says {said}")
        if not data["isValid"]:
            return Answer(Outcome.FAILED, detail=f"{number} is not valid for trade in the Union")
        address = " ".join(_shown(data.get("address")).split())
        code = _POSTCODE.search(address)
        return Answer(Outcome.PASSED, _shown(data.get("name")), code[2] if code else "", address)


def _shown(text: Any) -> str:
    """Return a value of VIES, where “---” stands for what a state does not tell."""
    return "" if text in {None, "---"} else str(text).strip()


@dataclass(frozen=True, slots=True)
class Sirene:
    """French companies (SIREN) and places (SIRET), by the statistics office INSEE."""

    code: str = "sirene"
    name: str = "SIRENE"

    def number(self, party: Party) -> tuple[str, str]:
        """Return the SIRET or SIREN of a French party, also the one inside its VAT number."""
        if party.country != "FR":
            return Scheme.REGISTER, ""
        for value in party.values(Scheme.REGISTER):
            digits = re.sub(r"\D", "", value)
            if len(digits) in {9, 14}:
                return Scheme.REGISTER, digits
        vat = next(iter(party.values(Scheme.VAT)), "")
        return Scheme.VAT, vat[4:] if re.fullmatch(r"FR..\d{9}", vat) else ""

    def question(self, number: str) -> Question:
        """Ask API Sirene 3.11 with the operator's key."""
        kind = "siret" if len(number) == 14 else "siren"  # noqa: PLR2004 - SIREN and the five digits of the place
        key = os.environ.get("FAIRDUE_SIRENE_KEY", "")
        if not key:
            raise UnreachableError("FAIRDUE_SIRENE_KEY is not set")
        return Question(f"https://api.insee.fr/api-sirene/3.11/{kind}/{number}", {"X-INSEE-Api-Key-Integration": key})

    def read(self, number: str, status: int, data: Any) -> Answer:
        """Read it; a closed company or place is known and not in force."""
        if status == UNKNOWN:
            return Answer(Outcome.FAILED, detail=f"SIRENE does not know {number}")
        if status != OK:
            raise _refused(status)
        if "etablissement" not in data:
            unit = data["uniteLegale"]
            period = unit["periodesUniteLegale"][0]
            return _french(number, period["denominationUniteLegale"], period["etatAdministratifUniteLegale"], {})
        place = data["etablissement"]
        state = place["periodesEtablissement"][0]["etatAdministratifEtablissement"]
        return _french(number, place["uniteLegale"]["denominationUniteLegale"], state, place["adresseEtablissement"])


def _french(number: str, name: str | None, state: str, place: dict[str, Any]) -> Answer:
    if state != "A":
        return Answer(Outcome.FAILED, name or "", detail=f"{number} has ceased")
    street = " ".join(
        str(place.get(f"{part}Etablissement") or "") for part in ("numeroVoie", "typeVoie", "libelleVoie")
    ).strip()
    code = str(place.get("codePostalEtablissement") or "")
    city = str(place.get("libelleCommuneEtablissement") or "")
    return Answer(
        Outcome.PASSED, name or "", code, ", ".join(part for part in (street, f"{code} {city}".strip()) if part)
    )


@dataclass(frozen=True, slots=True)
class Gleif:
    """Legal entity identifiers (ISO 17442), by the Global LEI Foundation."""

    code: str = "gleif"
    name: str = "GLEIF"

    def number(self, party: Party) -> tuple[str, str]:
        """Return its LEI."""
        return Scheme.LEI, next(iter(party.values(Scheme.LEI)), "")

    def question(self, number: str) -> Question:
        """Ask the open interface."""
        return Question(f"https://api.gleif.org/api/v1/lei-records/{number}")

    def read(self, number: str, status: int, data: Any) -> Answer:
        """Read it; a lapsed registration still tells who it is, an inactive entity is not in force."""
        if status == UNKNOWN:
            return Answer(Outcome.FAILED, detail=f"GLEIF does not know {number}")
        if status != OK:
            raise _refused(status)
        entity = data["data"]["attributes"]["entity"]
        name, place = entity["legalName"]["name"], entity["legalAddress"]
        if entity["status"] != "ACTIVE":
            return Answer(Outcome.FAILED, name, detail=f"{number} is {str(entity['status']).lower()}")
        code = place.get("postalCode") or ""
        lines = [*place.get("addressLines", ()), f"{code} {place.get('city') or ''}".strip()]
        return Answer(Outcome.PASSED, name, code, ", ".join(lines))


@dataclass(frozen=True, slots=True)
class CompaniesHouse:
    """British companies."""

    code: str = "companies_house"
    name: str = "Companies House"

    def number(self, party: Party) -> tuple[str, str]:
        """Return the company number of a British party."""
        found = next(iter(party.values(Scheme.REGISTER)), "") if party.country == "GB" else ""
        return Scheme.REGISTER, found

    def question(self, number: str) -> Question:
        """Ask the public data interface with the operator's key."""
        key = os.environ.get("FAIRDUE_COMPANIES_HOUSE_KEY", "")
        if not key:
            raise UnreachableError("FAIRDUE_COMPANIES_HOUSE_KEY is not set")
        token = base64.b64encode(f"{key}:".encode()).decode()
        url = f"https://api.company-information.service.gov.uk/company/{quote(number, safe='')}"
        return Question(url, {"Authorization": f"Basic {token}"})

    def read(self, number: str, status: int, data: Any) -> Answer:
        """Read it; a dissolved company is known and not in force."""
        if status == UNKNOWN:
            return Answer(Outcome.FAILED, detail=f"Companies House does not know {number}")
        if status != OK:
            raise _refused(status)
        name, place = data["company_name"], data.get("registered_office_address") or {}
        if data["company_status"] != "active":
            return Answer(Outcome.FAILED, name, detail=f"{number} is {data['company_status']}")
        lines = [place.get(part) or "" for part in ("address_line_1", "address_line_2", "locality", "postal_code")]
        return Answer(Outcome.PASSED, name, place.get("postal_code") or "", ", ".join(filter(None, lines)))


REGISTERS: dict[str, Register] = {one.code: one for one in (Vies(), Sirene(), Gleif(), CompaniesHouse())}


def enabled() -> tuple[Register, ...]:
    """Return the registers that this installation may ask: `FAIRDUE_REGISTERS`, by default none."""
    names = [name.strip() for name in os.environ.get("FAIRDUE_REGISTERS", "").split(",")]
    return tuple(REGISTERS[name] for name in names if name in REGISTERS)
