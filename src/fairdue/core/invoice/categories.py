"""VAT categories as data: which tax they bear, their VATEX code and the wording that law asks for.

Sources: VAT Directive 2006/112/EC Art. 138, 146, 196, 226(11) and (11a); EN 16931-1 BR-AE-10, BR-IC-10,
BR-G-10, BR-O-10; code list VATEX. A category without own wording (E) needs its reason from the user,
because only he knows which exemption applies.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from fairdue.core.invoice.model import CHARGED, Exemption, Invoice, VatCategory
from fairdue.core.vat import wording

if TYPE_CHECKING:
    from collections.abc import Mapping

LANGUAGES = ("en", "de", "fr")


@dataclass(frozen=True, slots=True)
class CategoryRule:
    """How a VAT category behaves on an invoice."""

    category: VatCategory
    infix: str
    """The middle of its rule numbers: BR-IC-05 for intra-community supply."""
    taxed: bool
    """Whether its rate must be above zero."""
    vatex: str
    wording: Mapping[str, str]
    """Reason of exemption by language; empty where none may stand (S, Z) or none can be known (E)."""
    label: Mapping[str, str]
    source: str
    confirmed: bool = True


RULES: dict[VatCategory, CategoryRule] = {
    rule.category: rule
    for rule in (
        CategoryRule(
            VatCategory.STANDARD,
            "S",
            taxed=True,
            vatex="",
            wording={},
            label={"en": "VAT", "de": "USt", "fr": "TVA"},
            source="VAT Directive 2006/112/EC Art. 96 to 99",
        ),
        CategoryRule(
            VatCategory.ZERO,
            "Z",
            taxed=False,
            vatex="",
            wording={},
            label={"en": "Zero rated", "de": "Nullsatz", "fr": "Taux zéro"},
            source="EN 16931-1 BR-Z",
        ),
        CategoryRule(
            VatCategory.EXEMPT,
            "E",
            taxed=False,
            vatex="",
            wording={},
            label={"en": "Exempt", "de": "Steuerfrei", "fr": "Exonéré"},
            source="VAT Directive 2006/112/EC Art. 132, 135 and 226(11)",
        ),
        CategoryRule(
            VatCategory.REVERSE_CHARGE,
            "AE",
            taxed=False,
            vatex="VATEX-EU-AE",
            wording=wording.REVERSE_CHARGE,
            label={"en": "Reverse charge", "de": "Reverse Charge", "fr": "Autoliquidation"},
            source="VAT Directive 2006/112/EC Art. 226(11a)",
        ),
        CategoryRule(
            VatCategory.INTRA_COMMUNITY,
            "IC",
            taxed=False,
            vatex="VATEX-EU-IC",
            wording=wording.INTRA_COMMUNITY,
            label={
                "en": "Intra-Community",
                "de": "Innergemeinschaftlich",
                "fr": "Intracommunautaire",
            },
            source="VAT Directive 2006/112/EC Art. 138, 226(4) and (11)",
        ),
        CategoryRule(
            VatCategory.EXPORT,
            "G",
            taxed=False,
            vatex="VATEX-EU-G",
            wording=wording.EXPORT,
            label={"en": "Export", "de": "Ausfuhr", "fr": "Exportation"},
            source="VAT Directive 2006/112/EC Art. 146 and 226(11)",
        ),
        CategoryRule(
            VatCategory.OUTSIDE_SCOPE,
            "O",
            taxed=False,
            vatex="VATEX-EU-O",
            wording=wording.OUTSIDE_SCOPE,
            label={"en": "Outside scope", "de": "Nicht steuerbar", "fr": "Hors champ"},
            source="EN 16931-1 BR-O-10; VAT Directive 2006/112/EC Art. 2 and 44",
        ),
        CategoryRule(
            VatCategory.CANARY,
            "AF",
            taxed=False,
            vatex="",
            wording={},
            label={"en": "IGIC", "de": "IGIC", "fr": "IGIC"},
            source="EN 16931-1 BR-AF; Ley 20/1991",
        ),
        CategoryRule(
            VatCategory.CEUTA_MELILLA,
            "AG",
            taxed=False,
            vatex="",
            wording={},
            label={"en": "IPSI", "de": "IPSI", "fr": "IPSI"},
            source="EN 16931-1 BR-AG; Ley 8/1991",
        ),
        CategoryRule(
            VatCategory.SPLIT,
            "B",
            taxed=True,
            vatex="",
            wording={},
            label={"en": "VAT (split payment)", "de": "USt (Split Payment)", "fr": "TVA (split payment)"},
            source="EN 16931-1 BR-B; DPR 633/72 art. 17-ter",
        ),
    )
}

NO_REASON = CHARGED | {VatCategory.ZERO}
"""Categories that must not carry a reason of exemption (BR-S-10, BR-Z-10, BR-AF-10, BR-AG-10)."""


def exemption(invoice: Invoice, category: VatCategory) -> Exemption | None:
    """Return the reason of exemption that stands on `invoice` for `category`, none where tax is charged and for Z.

    What the user gave comes first; what he left empty is filled from the legal wording in the language
    of the invoice, English for languages without data.
    """
    if category in NO_REASON:
        return None
    rule = RULES[category]
    given = next((item for item in invoice.exemptions if item.category is category), None)
    if given is not None and (given.reason or given.code):
        return given
    reason = rule.wording.get(invoice.language) or rule.wording.get("en", "")
    return Exemption(category, reason, rule.vatex) if reason else None
