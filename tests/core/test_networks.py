"""The routing id of a buyer finds its place on the invoice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from fairdue.core.invoice.model import References
from fairdue.core.invoice.networks import routed
from fairdue.core.invoice.parties import Identifier
from fairdue.core.invoice.wire import from_wire
from fairdue.core.vat.supply import BuyerKind
from tests.core.lawful import sound

ROWS = """
DE | DE | public   | 04011000-12345-03 |             |      | reference 04011000-12345-03
DE | DE | public   | 04011000-12345-03 |             | KST  | reference KST
DE | DE | business | 04011000-12345-03 |             |      | reference
AT | DE | public   | 04011000-12345-03 |             |      | reference 04011000-12345-03
FR | FR | public   | SERVICE-1         |             |      | reference SERVICE-1
FR | FR | public   |                   |             |      | reference
IT | IT | business | M5UXCR1           |             |      | 0205 M5UXCR1
IT | IT | public   | UF7J3K            |             |      | 0201 UF7J3K
IT | IT | business |                   | a@pec.example |    | 0202 a@pec.example
IT | IT | business | M5UXCR1           | a@pec.example |    | 0205 M5UXCR1
IT | IT | consumer |                   |             |      | EM ap@buyer.example
DE | IT | business | M5UXCR1           |             |      | EM ap@buyer.example
"""
KINDS = {"business": BuyerKind.B2B, "public": BuyerKind.B2G, "consumer": BuyerKind.B2C}


@pytest.mark.parametrize("row", ROWS.strip().splitlines())
def test_the_network_of_a_country_finds_the_buyer(row):
    seller, buyer, kind, routing, pec, given, wanted = (cell.strip() for cell in row.split("|"))
    invoice, _ = from_wire(sound("DE"))
    invoice = replace(
        invoice,
        seller=replace(invoice.seller, address=replace(invoice.seller.address, country=seller)),
        buyer=replace(
            invoice.buyer,
            address=replace(invoice.buyer.address, country=buyer),
            endpoint=Identifier("ap@buyer.example", "EM"),
        ),
        references=References(buyer=given),
    )
    found = routed(invoice, KINDS[kind], routing, pec)
    if wanted.startswith("reference"):
        assert f"reference {found.references.buyer}".strip() == wanted
    else:
        assert f"{found.buyer.endpoint.scheme} {found.buyer.endpoint.value}" == wanted
        assert found.references.buyer == given
