"""Rules on seller, buyer, payee and tax representative."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.invoice import code_lists, registers
from fairdue.core.invoice.check.rules import STANDARD, broken, coded, doubtful, given

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.parties import Address, Identifier, Party, Payee, TaxRepresentative

ADDRESS_SOURCE = "VAT Directive 2006/112/EC Art. 226(5)"


def party_findings(invoice: Invoice, *, ours: bool = False) -> Iterator[Finding]:
    """Yield findings on everybody who stands on the invoice; `ours` as in `check`."""
    for path, party, codes in (
        ("seller", invoice.seller, ("BR-06", "BR-09", "BR-62")),
        ("buyer", invoice.buyer, ("BR-07", "BR-11", "BR-63")),
    ):
        yield from _party(party, path, codes)
        yield from _vat_id(
            registers.coded(party.vat_id, party.address.country) if ours else party.vat_id, f"{path}.vat_id"
        )
    yield from _identifiable(invoice.seller)
    if len(invoice.buyer.identifiers) > 1:
        sentence = "EN 16931 has one identifier of the buyer; keep the one that the buyer knows."
        yield broken("UBL-SR-16", "buyer.identifiers[1]", sentence, f"{STANDARD} BT-46")
    if invoice.payee is not None:
        yield from _payee(invoice.payee)
    if invoice.tax_representative is not None:
        yield from _representative(invoice.tax_representative)


def _party(party: Party, path: str, codes: tuple[str, str, str]) -> Iterator[Finding]:
    name, country, endpoint = codes
    yield from given(name, f"{path}.name", party.name, f"The name of the {path}")
    yield from _country(party.address, path, country)
    yield from _postal(party.address, path)
    for index, identifier in enumerate(party.identifiers):
        yield from _scheme("BR-CL-10", f"{path}.identifiers[{index}]", identifier)
    if party.registration is not None:
        yield from _scheme("BR-CL-11", f"{path}.registration", party.registration)
    if party.endpoint is not None:
        scheme = party.endpoint.scheme
        yield from given(endpoint, f"{path}.endpoint.scheme", scheme, "The scheme of the electronic address")
        yield from given(endpoint, f"{path}.endpoint.value", party.endpoint.value, "The electronic address")
        known = code_lists.ENDPOINT_SCHEMES
        yield from coded("BR-CL-25", f"{path}.endpoint.scheme", scheme, known, "scheme of addresses (EAS)")


def _country(address: Address, path: str, code: str) -> Iterator[Finding]:
    where = f"{path}.address.country"
    yield from given(code, where, address.country, "The country")
    yield from coded("BR-CL-14", where, address.country, code_lists.COUNTRIES, "country (ISO 3166-1)")


def _postal(address: Address, path: str) -> Iterator[Finding]:
    if not address.city.strip():
        sentence = f"The town of the {path} is missing; a full address must stand on the invoice."
        yield broken("content.address", f"{path}.address.city", sentence, ADDRESS_SOURCE)
    if not (address.street or address.extra or address.postcode).strip():
        sentence = f"The {path} has neither street nor postcode; a full address must stand on the invoice."
        yield doubtful("content.address", f"{path}.address.street", sentence, ADDRESS_SOURCE)


def _vat_id(vat_id: str, path: str) -> Iterator[Finding]:
    if vat_id and vat_id[:2] not in code_lists.VAT_PREFIXES and not vat_id.startswith("EL"):
        yield broken("BR-CO-09", path, f"{vat_id!r} does not begin with the code of its country.")


def _scheme(code: str, path: str, identifier: Identifier) -> Iterator[Finding]:
    known = code_lists.IDENTIFIER_SCHEMES | {"SEPA"}
    yield from coded(code, f"{path}.scheme", identifier.scheme, known, "identifier scheme (ISO 6523)")


def _identifiable(seller: Party) -> Iterator[Finding]:
    numbers = [*seller.identifiers, *([seller.registration] if seller.registration else [])]
    if not (seller.vat_id or any(one.value.strip() for one in numbers)):
        sentence = "The seller needs an identifier, a registration number or a VAT identifier."
        yield broken("BR-CO-26", "seller", sentence)


def _payee(payee: Payee) -> Iterator[Finding]:
    yield from given("BR-17", "payee.name", payee.name, "The name of the payee")
    for part, identifier in (("identifier", payee.identifier), ("registration", payee.registration)):
        if identifier is not None:
            yield from _scheme("BR-CL-10", f"payee.{part}", identifier)


def _representative(representative: TaxRepresentative) -> Iterator[Finding]:
    path = "tax_representative"
    yield from given("BR-18", f"{path}.name", representative.name, "The name of the tax representative")
    yield from given("BR-56", f"{path}.vat_id", representative.vat_id, "The VAT identifier of the tax representative")
    yield from _vat_id(representative.vat_id, f"{path}.vat_id")
    yield from _country(representative.address, path, "BR-20")
