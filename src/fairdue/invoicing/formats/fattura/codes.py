"""Code lists between EN 16931 and FatturaPA. Source: Agenzia delle Entrate, Specifiche tecniche 1.8, annex A."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairdue.core.invoice.model import DocumentType, VatCategory

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Invoice

KINDS = {
    DocumentType.INVOICE: "TD01",
    DocumentType.PREPAYMENT: "TD02",
    DocumentType.CREDIT_NOTE: "TD04",
    DocumentType.CORRECTED: "TD01",
    DocumentType.SELF_BILLED: "TD01",
}
DEFERRED = "TD24"
"""An invoice that follows its despatch notes (Art. 21(4)(a) DPR 633/72)."""
NATURE = {
    VatCategory.ZERO: "N3.6",
    VatCategory.EXEMPT: "N4",
    VatCategory.REVERSE_CHARGE: "N6.9",
    VatCategory.INTRA_COMMUNITY: "N3.2",
    VatCategory.EXPORT: "N3.1",
    VatCategory.OUTSIDE_SCOPE: "N2.2",
}
MARGIN, MARGIN_NATURE = frozenset({"VATEX-EU-D", "VATEX-EU-F", "VATEX-EU-I", "VATEX-EU-J"}), "N5"
"""Margin schemes (DL 41/1995; Art. 74-ter DPR 633/72): the tax is not shown."""
SMALL = frozenset({"RF02", "RF19"})
"""Small taxpayers, whose supplies have N2.2 (Law 190/2014 Art. 1(58))."""
FOREIGN_SERVICE = "N2.1"
"""A service whose place of supply is abroad (Art. 7 to 7-septies): reverse charge to a buyer outside Italy."""
CATEGORIES = {
    "N1": "O", "N2": "O", "N2.1": "AE", "N2.2": "O", "N3.1": "G", "N3.2": "K", "N4": "E", "N5": "E",
    "N6": "AE", "N7": "O",
}  # fmt: skip
PAYMENTS = {"10": "MP01", "20": "MP02", "30": "MP05", "58": "MP05", "48": "MP08", "49": "MP20", "59": "MP19"}
MEANS = {"MP01": "10", "MP02": "20", "MP05": "30", "MP08": "48", "MP19": "59", "MP20": "49"}
OTHER_PAYMENT, OTHER_MEANS = "MP05", "30"
OFFICE, PEC, CODE = "0201", "0202", "0205"
"""EAS schemes of an electronic address: office of the administration, certified mail, code of the receiver."""
ABROAD, NO_CODE = "XXXXXXX", "0000000"
REGIME = "RF01"
"""The ordinary regime; another one stands as the identifier `RFnn` of the seller."""
_NATURE = re.compile(r"(N[1-7](?:\.\d)?)\b")
_REGIME = re.compile(r"RF\d\d\Z")


def nature(invoice: Invoice, category: VatCategory) -> str:
    """Return the Natura of a category; one that the reason of exemption begins with comes first."""
    if category in {VatCategory.STANDARD, VatCategory.SPLIT}:
        return ""
    for item in invoice.exemptions:
        given = _NATURE.match(item.reason) if item.category is category else None
        if given:
            return given[1]
        if item.category is category and item.code in MARGIN:
            return MARGIN_NATURE
    if category is VatCategory.EXEMPT and regime(invoice) in SMALL:
        return NATURE[VatCategory.OUTSIDE_SCOPE]
    if category is VatCategory.REVERSE_CHARGE and invoice.buyer.address.country != "IT":
        return FOREIGN_SERVICE
    return NATURE[category]


def regime(invoice: Invoice) -> str:
    """Return the tax regime of the seller."""
    return next((one.value for one in invoice.seller.identifiers if _REGIME.match(one.value)), REGIME)


def category(rate: str, found: str) -> str:
    """Return the VAT category of a rate and its Natura."""
    return CATEGORIES.get(found) or CATEGORIES.get(found[:2], "E") if found else "S" if float_free(rate) else "Z"


def float_free(rate: str) -> bool:
    """Tell whether a rate in digits is above zero, without a binary fraction."""
    return bool(rate.strip("0.,"))
