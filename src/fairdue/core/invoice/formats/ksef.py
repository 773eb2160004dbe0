"""KSeF FA(3): what its schema refuses, and the codes of Polish rates. Source: Ministerstwo Finansów, FA(3) v1-0E."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding
from fairdue.core.invoice.categories import exemption
from fairdue.core.invoice.model import DocumentType, VatCategory
from fairdue.core.invoice.totals import VatLine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.totals import Totals

SOURCE = "KSeF FA(3) 1-0E"
TAXED = {"23": 1, "22": 1, "8": 2, "7": 2, "5": 3, "4": 4, "3": 4}
"""Rate to the number of its sum P_13_n and P_14_n; 4 and 3 percent are those of the taxi flat rate."""
FREE = {
    VatCategory.ZERO: ("0 KR", "P_13_6_1"),
    VatCategory.INTRA_COMMUNITY: ("0 WDT", "P_13_6_2"),
    VatCategory.EXPORT: ("0 EX", "P_13_6_3"),
    VatCategory.EXEMPT: ("zw", "P_13_7"),
    VatCategory.OUTSIDE_SCOPE: ("np I", "P_13_8"),
}
MARGIN = {"VATEX-EU-D": "2", "VATEX-EU-F": "3_1", "VATEX-EU-I": "3_2", "VATEX-EU-J": "3_3"}
"""VATEX code of a margin scheme to its P_PMarzy: travel, second-hand goods, art, antiques (Art. 119 and 120)."""
MARGIN_SUM = "P_13_11"
SPLIT_WORDS = "mechanizm podzielonej płatności"
NOT_POLISH = frozenset({VatCategory.CANARY, VatCategory.CEUTA_MELILLA, VatCategory.SPLIT})
DOMESTIC_REVERSE = ("oo", "P_13_10")
FOREIGN_SERVICE = ("np II", "P_13_9")
"""Services under Art. 100(1)(4): the buyer in another member state is liable."""
FIRST, LAST = date(2006, 1, 1), date(2050, 12, 31)
SHORTEST_ACCOUNT, LONGEST_ACCOUNT = 10, 34
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?")
_EMAIL = re.compile(r".+@.{2,}|.{2,}@.+")
_CLEARED = re.compile(
    r"([1-9]((\d[1-9])|([1-9]\d))\d{7}|M\d{9}|[A-Z]{3}\d{7})-(20[2-9]\d|2[1-9]\d{2}|[3-9]\d{3})(0[1-9]|1[0-2])"
    r"(0[1-9]|[12]\d|3[01])-[0-9A-F]{6}-?[0-9A-F]{6}-[0-9A-F]{2}"
)
_NIP = re.compile(r"PL[1-9](\d[1-9]|[1-9]\d)\d{7}")


def cleared(number: str) -> str:
    """Return a number if it is one that KSeF gave (TNumerKSeF), else nothing."""
    return number if _CLEARED.fullmatch(number) else ""


def kind(invoice: Invoice) -> str:
    """Return the RodzajFaktury: advance and settling invoices and their corrections have kinds of their own.

    Source: VAT act (PL) Art. 106f(1) for ZAL, 106f(3) for ROZ.
    """
    if invoice.type.is_credit:
        advance = bool(invoice.ordered) or invoice.type is DocumentType.PREPAYMENT_CREDIT
        return "KOR_ZAL" if advance else "KOR_ROZ" if invoice.advances else "KOR"
    if invoice.type is DocumentType.PREPAYMENT:
        return "ZAL"
    return "ROZ" if invoice.advances else "VAT"


def stated(invoice: Invoice, totals: Totals) -> tuple[VatLine, ...]:
    """Return the rows of tax that the document states: a settling invoice those that are left (Art. 106f(3))."""
    if kind(invoice) != "ROZ":
        return totals.vat
    before: dict[tuple[VatCategory, Decimal | None], tuple[int, int]] = {}
    for row in (row for one in invoice.advances for row in one.rows):
        basis, tax = before.get((row.category, row.rate), (0, 0))
        before[row.category, row.rate] = basis + row.basis, tax + row.tax
    found = []
    for whole in totals.vat:
        basis, tax = before.get((whole.category, whole.rate), (0, 0))
        found.append(VatLine(whole.category, whole.rate, whole.basis - basis, whole.tax - tax))
    return tuple(found)


def margin(invoice: Invoice) -> str:
    """Return the P_PMarzy of an invoice under a margin scheme, nothing for others; its rows have no rate then."""
    why = exemption(invoice, VatCategory.EXEMPT)
    return MARGIN.get(why.code, "") if why else ""


def split_payment(invoice: Invoice) -> bool:
    """Tell whether the words of the split payment stand on the invoice (Art. 106e(1)(18a), P_18A)."""
    return any(SPLIT_WORDS in " ".join(note.text.lower().split()) for note in invoice.notes)


def rate_code(invoice: Invoice, category: VatCategory, rate: Decimal | None) -> str:
    """Return the P_12 code of a category and rate, nothing where Poland has none."""
    if category in NOT_POLISH:
        return ""
    if category is VatCategory.STANDARD:
        text = format((rate or Decimal(0)).normalize(), "f")
        return text if text in TAXED else ""
    return free_code(invoice, category)[0]


def free_code(invoice: Invoice, category: VatCategory) -> tuple[str, str]:
    """Return the code and the sum of a category without tax."""
    if category is VatCategory.EXEMPT and margin(invoice):
        return "", MARGIN_SUM
    if category is VatCategory.REVERSE_CHARGE:
        return DOMESTIC_REVERSE if invoice.buyer.address.country == "PL" else FOREIGN_SERVICE
    return FREE[category]


def ksef_findings(invoice: Invoice, totals: Totals) -> Iterator[Finding]:
    """Yield every reason why the invoice cannot be an FA(3) document."""
    for path, sentence, place in (
        *_parties(invoice),
        *_amounts(invoice, totals),
        *_advances(invoice, totals),
        *_written(invoice),
    ):
        yield Finding("format.ksef", path, sentence, source=f"{SOURCE}{place}")


def _parties(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    if _NIP.fullmatch(invoice.seller.vat_id) is None:
        yield "seller.vat_id", "FA(3) is written by sellers with a Polish NIP of ten digits.", ", TNrNIP"
    if invoice.buyer.vat_id.startswith("PL") and _NIP.fullmatch(invoice.buyer.vat_id) is None:
        yield "buyer.vat_id", "A Polish NIP has ten digits.", ", TNrNIP"
    for path, address in (("seller", invoice.seller.address), ("buyer", invoice.buyer.address)):
        if not (address.street or address.city).strip():
            yield f"{path}.address", "An address is needed.", ""
    if invoice.type.is_credit and any(one.day is None for one in invoice.preceding):
        yield "preceding", "The day of the corrected invoice is needed.", ""


def _amounts(invoice: Invoice, totals: Totals) -> Iterator[tuple[str, str, str]]:
    for index, row in enumerate(totals.vat):
        free = row.category is VatCategory.EXEMPT and margin(invoice)
        if not free and not rate_code(invoice, row.category, row.rate):
            yield f"vat[{index}]", f"{row.category} {row.rate} % is no Polish rate.", ", P_12"
    taxed = any(row.tax for row in totals.vat)
    if invoice.currency != "PLN" and taxed and totals.tax_in_tax_currency is None:
        sentence = "The tax must be stated in PLN: give the tax currency PLN and its rate of exchange."
        yield "tax_currency", sentence, ", P_14_1W; Art. 106e(11)"


def _advances(invoice: Invoice, totals: Totals) -> Iterator[tuple[str, str, str]]:
    """Yield what an advance invoice and the invoice that settles it lack."""
    if kind(invoice) == "ZAL" and not invoice.ordered:
        yield (
            "ordered",
            "An advance invoice shows the lines of the order that it is for.",
            ", Zamowienie; Art. 106f(1)(4)",
        )
    if kind(invoice) != "ROZ":
        return
    known = {(row.category, row.rate) for row in totals.vat}
    for index, one in enumerate(invoice.advances):
        if any((row.category, row.rate) not in known for row in one.rows):
            sentence = (
                f"{one.number} was invoiced at a rate that this supply does not have; correct that invoice first."
            )
            yield f"advances[{index}]", sentence, ", P_13; Art. 106f(3)"
    if sum(one.gross for one in invoice.advances) > invoice.prepaid:
        sentence = "The amount paid already is less than the advance invoices that are deducted."
        yield "prepaid", sentence, ", P_15; Art. 106f(3)"


def _written(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    """Yield days, accounts and mail addresses that the schema has another form for."""
    delivered = invoice.delivery.day if invoice.delivery else None
    days = [
        ("delivery.day", delivered),
        *((f"preceding[{at}].day", one.day) for at, one in enumerate(invoice.preceding)),
    ]
    for path, day in days:
        if day is not None and not FIRST <= day <= LAST:
            yield path, f"A day lies between {FIRST.isoformat()} and {LAST.isoformat()}.", ", TDataT"
    for index, one in enumerate(invoice.payment.transfers if invoice.payment else ()):
        if not SHORTEST_ACCOUNT <= len("".join(one.account.split())) <= LONGEST_ACCOUNT:
            yield f"payment.transfers[{index}].account", "An account has 10 to 34 characters.", ", NrRB"
        if one.bic and _BIC.fullmatch(one.bic) is None:
            yield f"payment.transfers[{index}].bic", "This is no BIC of eight or eleven characters.", ", SWIFT"
    for path, party in (("seller", invoice.seller), ("buyer", invoice.buyer)):
        email = party.contact.email.strip() if party.contact else ""
        if email and _EMAIL.fullmatch(email) is None:
            yield f"{path}.contact.email", "This is no e-mail address.", ", TAdresEmail"
