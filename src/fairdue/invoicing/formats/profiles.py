"""Profiles: which restriction of EN 16931 a document follows, and which official rules judge it.

A document names its profile in BT-24. The identifiers: XRechnung 3.0 (KoSIT, chapter 2), Peppol BIS Billing
3.0 (section 9.1), Factur-X 1.09 / ZUGFeRD 2.5 (section 6), EXTENDED-CTC-FR (AFNOR XP Z12-012 annex A).
"""

from __future__ import annotations

from dataclasses import dataclass

from fairdue.core.invoice.model import EN_16931

PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"
"""The business process (BT-23) that XRechnung and Peppol documents name when no other is given."""


@dataclass(frozen=True, slots=True)
class Profile:
    """One restriction (or extension) of the standard, in one syntax or in both."""

    code: str
    specification: str
    """BT-24."""
    rule_sets: tuple[str, ...]
    """The rule sets that judge it, in this order; `validation.packs` knows where they are."""
    process: str = ""
    """BT-23 where the invoice gives none."""
    marker: str = ""
    """The part of BT-24 that tells it from others; empty for the plain standard."""


PLAIN = Profile("en16931", EN_16931, ("en16931",))
XRECHNUNG = Profile(
    "xrechnung",
    f"{EN_16931}#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0",
    ("en16931", "xrechnung"),
    PEPPOL_PROCESS,
    "xrechnung",
)
PEPPOL = Profile(
    "peppol",
    f"{EN_16931}#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0",
    ("en16931", "peppol"),
    PEPPOL_PROCESS,
    "peppol.eu:2017:poacc:billing",
)
FRENCH = Profile(
    "extended-ctc-fr",
    f"{EN_16931}#conformant#urn.cpro.gouv.fr:1p0:extended-ctc-fr",
    ("extended-ctc-fr", "br-fr"),
    marker="extended-ctc-fr",
)
EXTENDED = Profile(
    "extended",
    f"{EN_16931}#conformant#urn:factur-x.eu:1p0:extended",
    ("factur-x-extended",),
    marker=":extended",
)
FRENCH_HYBRID = Profile("ctc-fr-hybrid", EXTENDED.specification, ("factur-x-extended", "br-fr"), marker=":extended")
"""Factur-X for the French reform; a file does not tell it from EXTENDED, so only its format names it."""
BASIC_WL = Profile("basic-wl", "urn:factur-x.eu:1p0:basicwl", ("factur-x-basic-wl",), marker=":basicwl")
MINIMUM = Profile("minimum", "urn:factur-x.eu:1p0:minimum", ("factur-x-minimum",), marker=":minimum")
PROFILES = (XRECHNUNG, PEPPOL, FRENCH, EXTENDED, BASIC_WL, MINIMUM, PLAIN)
"""Narrower ones first; the plain standard takes everything else."""


def has_line_documents(specification: str) -> bool:
    """Tell whether a document of this BT-24 has places for the order and the delivery note of a line."""
    return profile_of(specification) in {EXTENDED, FRENCH}


def profile_of(specification: str) -> Profile:
    """Return the profile that a specification identifier (BT-24) names."""
    wanted = specification.lower()
    return next(one for one in PROFILES if one.marker in wanted)
