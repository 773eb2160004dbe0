"""Whether an invoice fits the formats that it will be written in, asked before a number is drawn.

What a format refuses is an error where the invoice must travel in it: the format of its channel, FatturaPA and FA(3),
without which there is no invoice in Italy and Poland, and XRechnung for a public body. In any other format of the
client it warns: the invoice goes out, without that file or with one that its rules refuse.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from fairdue.core.findings import Finding, Severity
from fairdue.core.invoice.delivery import Way
from fairdue.core.invoice.formats import format_findings
from fairdue.core.invoice.totals import totals
from fairdue.core.vat.supply import BuyerKind
from fairdue.invoicing.documents.swiss import slip_findings
from fairdue.invoicing.reaching import choice_for

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from fairdue.core.invoice.model import Invoice
    from fairdue.core.invoice.totals import Totals
    from fairdue.invoicing.masterdata import Buyer, Seller

CARRIED = {Way.PEPPOL: "peppol-bis", Way.SDI: "fatturapa", Way.KSEF: "ksef-fa3"}
"""The format of each network."""
COMPULSORY = frozenset({"fatturapa", "ksef-fa3"})
PUBLIC = frozenset({"xrechnung-ubl", "xrechnung-cii", "xrechnung-pdf"})


def fit_findings(invoice: Invoice, seller: Seller, buyer: Buyer, today: date) -> tuple[Finding, ...]:
    """Return what the formats of an invoice without other errors refuse, each thing once, errors first."""
    choice = choice_for(seller, buyer, today)
    carried = CARRIED.get(choice.way, "") if choice and choice.way else ""
    must = COMPULSORY | {carried} | (PUBLIC if buyer.kind is BuyerKind.B2G else frozenset())
    wanted = sorted(dict.fromkeys((*seller.formats, *filter(None, [carried]))), key=lambda code: code not in must)
    found: dict[tuple[str, str], Finding] = {}
    for one in _each(invoice, totals(invoice), wanted, must):
        found.setdefault((one.code, one.path), one)
    return tuple(found.values())


def _each(invoice: Invoice, computed: Totals, wanted: list[str], must: frozenset[str]) -> Iterator[Finding]:
    for code in wanted:
        slip = code == "qr-bill" and not invoice.type.is_credit
        told = slip_findings(invoice, computed) if slip else format_findings(invoice, computed, code)
        weight = Severity.ERROR if code in must else Severity.WARNING
        yield from (replace(one, severity=weight) for one in told)
