"""FatturaPA: what its schema and the exchange system (SdI) refuse.

Sources: Agenzia delle Entrate, Specifiche tecniche 1.8 and its annex of checks (error codes of SdI).
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding
from fairdue.core.invoice.model import VatCategory
from fairdue.core.invoice.networks import OFFICE, OFFICE_LENGTH, RECEIVER, RECEIVER_LENGTH
from fairdue.core.money import minor_digits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.parties import Party
    from fairdue.core.invoice.totals import Totals

SOURCE = "Specifiche tecniche FatturaPA 1.8"
LONGEST_NUMBER = 20
CENT = Decimal("0.01")
NOT_ITALIAN = frozenset({VatCategory.CANARY, VatCategory.CEUTA_MELILLA})
_BIC = re.compile(r"[A-Z]{6}[A-Z2-9][A-NP-Z0-9]([A-Z0-9]{3})?")
_EMAIL = re.compile(r".+@.+[.]+.+")
SHORTEST_EMAIL, LONGEST_EMAIL = 7, 256
LARGEST = 10**11
"""Whole units of the currency that an amount stays below."""
_FISCAL = re.compile(r"[A-Z0-9]{11,16}\Z")


def fiscal_code(party: Party) -> str:
    """Return the codice fiscale among the identifiers of a party (scheme 0210)."""
    return next((one.value for one in party.identifiers if one.scheme == "0210" and _FISCAL.match(one.value)), "")


def fattura_findings(invoice: Invoice, totals: Totals) -> Iterator[Finding]:
    """Yield every reason why the invoice cannot be a FatturaPA document."""
    for path, sentence, place in (
        *_parties(invoice),
        *_head(invoice),
        *_places(invoice),
        *_rates(totals),
        *_written(invoice, totals),
    ):
        yield Finding("format.fattura", path, sentence, source=f"{SOURCE}{place}")


def _parties(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    seller, buyer = invoice.seller, invoice.buyer
    if re.fullmatch(r"IT\d{11}", seller.vat_id) is None:
        yield "seller.vat_id", "FatturaPA is written by sellers with an Italian VAT number.", ", 1.2.1.1"
    elif seller.vat_id == buyer.vat_id:
        yield (
            "buyer.vat_id",
            "Seller and buyer are the same; SdI takes that for few kinds of documents only.",
            ", 00471",
        )
    if buyer.address.country == "IT" and not (buyer.vat_id or fiscal_code(buyer)):
        sentence = "An Italian buyer needs a VAT number or a codice fiscale (tax number of the customer)."
        yield "buyer.vat_id", sentence, ", 00417"
    given = buyer.endpoint
    for scheme, length in ((OFFICE, OFFICE_LENGTH), (RECEIVER, RECEIVER_LENGTH)):
        if given and given.scheme == scheme and re.fullmatch(rf"[A-Z0-9]{{{length}}}", given.value) is None:
            yield "buyer.endpoint.value", f"This codice destinatario has {length} letters and digits.", ", 00427"


def _places(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    for path, address in (("seller", invoice.seller.address), ("buyer", invoice.buyer.address)):
        if not (address.street or address.extra).strip() or not address.city.strip():
            yield f"{path}.address", "Street and town are needed.", ""
        if address.country == "IT" and re.fullmatch(r"\d{5}", address.postcode) is None:
            yield f"{path}.address.postcode", "An Italian CAP has five digits.", ""


def _head(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    if len(invoice.number) > LONGEST_NUMBER or not any(char.isdigit() for char in invoice.number or "1"):
        yield "number", "A number has 20 characters at most and one digit at least.", ", 2.1.1.4"
    if invoice.rounding:
        yield "rounding", "A rounding of the amount due has no place in FatturaPA.", ""


def _rates(totals: Totals) -> Iterator[tuple[str, str, str]]:
    for index, row in enumerate(totals.vat):
        if row.rate is not None and row.rate != row.rate.quantize(CENT):
            yield f"vat[{index}]", "A rate has two decimals at most.", ""
        if row.category in NOT_ITALIAN:
            yield f"vat[{index}]", "IGIC and IPSI have no place in FatturaPA.", ""


def _written(invoice: Invoice, totals: Totals) -> Iterator[tuple[str, str, str]]:
    """Yield amounts, bank codes and mail addresses that the schema has another form for."""
    amounts = (totals.gross, totals.payable, *totals.lines, *(row.basis for row in totals.vat))
    scale = 10 ** minor_digits(invoice.currency)
    if any(abs(amount) >= LARGEST * scale for amount in amounts):
        yield "lines", "An amount has eleven digits before the point at most.", ", Amount2DecimalType"
    transfers = invoice.payment.transfers if invoice.payment else ()
    for index, one in enumerate(transfers[:1]):
        if one.bic and _BIC.fullmatch(one.bic) is None:
            yield f"payment.transfers[{index}].bic", "This is no BIC of eight or eleven characters.", ", 2.4.2.16"
    email = invoice.seller.contact.email.strip() if invoice.seller.contact else ""
    if email and (_EMAIL.fullmatch(email) is None or not SHORTEST_EMAIL <= len(email) <= LONGEST_EMAIL):
        yield "seller.contact.email", "This is no e-mail address of 7 to 256 characters.", ", 1.2.5.3"
