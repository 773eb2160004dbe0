"""Peppol BIS Billing 3.0: participants, references, numbers, and the rules of the seller's country.

Those are NL-R, DK-R, SE-R, NO-R, IT-R and GR-R; Belgium and Austria have none (Peppol BIS Billing 3.0.19).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding
from fairdue.core.invoice.check.rules import broken
from fairdue.core.invoice.formats.peppol_greek import greek_findings
from fairdue.core.invoice.formats.peppol_numbers import number_findings
from fairdue.core.invoice.formats.shared import PEPPOL, common_findings
from fairdue.core.invoice.model import DocumentType, VatCategory
from fairdue.core.invoice.registers import outside_scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.parties import Party
    from fairdue.core.invoice.totals import Totals

EMAIL = "EM"
SELF_BILLING = frozenset({DocumentType.SELF_BILLED, DocumentType.SELF_BILLED_CREDIT})
NO_PARTICIPANT = "has no Peppol participant identifier such as 9930:DE136695976."
DUTCH_SCHEMES = frozenset({"0106", "0190"})
DUTCH_MEANS = frozenset({"30", "48", "49", "57", "58", "59"})
GREECE = frozenset({"GR", "EL"})
SWEDISH_RATES = frozenset({6, 12, 25})


def participants(invoice: Invoice) -> Iterator[Finding]:
    """Yield what keeps a document from travelling at all; its writer refuses by the same."""
    for name, party in (("seller", invoice.seller), ("buyer", invoice.buyer)):
        if party.endpoint is None or party.endpoint.scheme in {"", EMAIL}:
            sentence = f"{party.name} {NO_PARTICIPANT}"
            yield Finding("format.peppol", f"{name}.endpoint", sentence, source="PEPPOL-EN16931-CL008")
    if invoice.type in SELF_BILLING:
        sentence = "Self-billed invoices go by the Peppol self-billing specification, which is not written here."
        yield Finding("format.peppol", "type", sentence, source="PEPPOL-EN16931-P0100")


def peppol_findings(invoice: Invoice, totals: Totals) -> Iterator[Finding]:
    """Yield what the rules of Peppol BIS Billing 3 find wrong."""
    del totals
    yield from participants(invoice)
    yield from (one for one in common_findings(invoice, PEPPOL) if not one.path.endswith(".endpoint"))
    if not (invoice.references.buyer.strip() or invoice.references.order.strip()):
        sentence = "Peppol wants the buyer's reference or the number of the order."
        yield broken("PEPPOL-EN16931-R003", "references.buyer", sentence, PEPPOL)
    yield from number_findings(invoice)
    if invoice.seller.address.country in GREECE:
        yield from greek_findings(invoice)
    national = _NATIONAL.get(invoice.seller.address.country)
    if national:
        yield from (broken(*one, PEPPOL) for one in national(invoice))


def _whole(party: Party) -> bool:
    place = party.address
    return bool(place.street.strip() and place.city.strip() and place.postcode.strip())


def _dutch(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    home = invoice.buyer.address.country == "NL"
    parties = [("seller", invoice.seller, "NL-R-002", "NL-R-003")]
    if home:
        parties.append(("buyer", invoice.buyer, "NL-R-004", "NL-R-005"))
    for path, party, place, register in parties:
        if not _whole(party):
            yield place, f"{path}.address", "A Dutch address has a street, a postcode and a town."
        number = _registered(invoice, party)
        if number is not None and number not in DUTCH_SCHEMES:
            yield register, f"{path}.registration", "The register number is a KvK number of eight digits."
    means = invoice.payment
    if means is None and not invoice.type.is_credit:
        yield "NL-R-007", "payment", "Say how to pay: record the client's account."
    if means is not None and home and means.code not in DUTCH_MEANS:
        yield "NL-R-008", "payment.code", "Between Dutch parties: 30, 48, 49, 57, 58 or 59."
    if any(line.order_line for line in invoice.lines) and not invoice.references.order.strip():
        yield "NL-R-009", "references.order", "Lines name a place in an order; name the order."


def _registered(invoice: Invoice, party: Party) -> str | None:
    """Return the scheme of the register number as the file has it, none where it has none."""
    if any(line.category is VatCategory.OUTSIDE_SCOPE for line in invoice.lines):
        party = outside_scope(invoice.seller, party)[1]
    return party.registration.scheme if party.registration else None


def _danish(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    number = invoice.seller.registration
    if number is None or number.scheme != "0184":
        yield "DK-R-014", "seller.registration", "A Danish seller names its CVR number of eight digits."


def _swedish(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    seller = invoice.seller
    if seller.vat_id and re.fullmatch(r"SE\d{12}", seller.vat_id) is None:
        yield "SE-R-001", "seller.vat_id", "A Swedish VAT number is SE and twelve digits."
    number = seller.registration.value if seller.registration else ""
    if number and re.fullmatch(r"\d{10}", number) is None:
        yield "SE-R-003", "seller.registration", "A Swedish organisation number has ten digits."
    for index, line in enumerate(invoice.lines):
        if line.category is VatCategory.STANDARD and line.rate not in SWEDISH_RATES:
            yield "SE-R-006", f"lines[{index}].rate", "Swedish rates are 6, 12 and 25 %."


def _norwegian(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    vat = invoice.seller.vat_id
    if vat and re.fullmatch(r"NO\d{9}MVA", vat) is None:
        yield "NO-R-001", "seller.vat_id", "A Norwegian VAT number is NO, nine digits and MVA."


def _italian(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    seller = invoice.seller
    number = seller.tax_number.strip()
    if number and re.fullmatch(r"[A-Z0-9]{11,16}", number) is None:
        yield "IT-R-001", "seller.tax_number", "An Italian tax number has 11 to 16 letters and digits."
    place = seller.address
    for rule, field in (("IT-R-002", "street"), ("IT-R-003", "city"), ("IT-R-004", "postcode")):
        if not getattr(place, field).strip():
            yield rule, f"seller.address.{field}", f"An Italian seller states its {field}."


_NATIONAL: Mapping[str, Callable[[Invoice], Iterator[tuple[str, str, str]]]] = {
    "NL": _dutch, "DK": _danish, "SE": _swedish, "NO": _norwegian, "IT": _italian,
}  # fmt: skip
