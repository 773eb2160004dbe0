"""The payment block: what to pay until when, where to, and a code to scan.

The code is the EPC069-12 "SEPA credit transfer" QR code, version 002; it stands on invoices in euro that are
paid into an IBAN. Source: European Payments Council, EPC069-12 v2.1.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from fairdue.core.invoice.iban import compact, iban_valid, looks_like_iban
from fairdue.core.money import decimal_of
from fairdue.invoicing.documents import qr
from fairdue.invoicing.documents.swiss import slip_findings
from fairdue.invoicing.formats.terms import discount_sentence

if TYPE_CHECKING:
    from fairdue.core.invoice.model import Invoice, PaymentMeans
    from fairdue.core.invoice.totals import Totals
    from fairdue.invoicing.documents.words import Words

CREDIT_TRANSFERS = frozenset({"30", "58"})
LONGEST_NAME = 70
LONGEST_REFERENCE = 140
LARGEST_EUR = 99999999999
"""Cents: the EPC code ends at 999,999,999.99 euro."""
LONGEST_CODE = 331
"""Bytes that a payment code may carry."""
_DARK = re.compile("1+")


def payment_block(invoice: Invoice, totals: Totals, text: Words) -> dict[str, Any]:
    """Return sentences, account rows and whether there is a code to scan."""
    return {
        "sentences": _sentences(invoice, totals, text),
        "rows": _rows(invoice, text),
        "qr": epc_text(invoice, totals) != "" and not slip_fits(invoice, totals),
        "caption": text["scan"],
        "alt": f"{text['scan']}: {invoice.number}",
    }


def slip_fits(invoice: Invoice, totals: Totals) -> bool:
    """Tell whether the invoice carries a Swiss payment part, which takes the place of the European code."""
    return not slip_findings(invoice, totals)


def _sentences(invoice: Invoice, totals: Totals, text: Words) -> list[str]:
    if invoice.type.is_credit:
        return [text["credited"], *filter(None, [invoice.terms.note])]
    amount = f"{text.number(decimal_of(totals.payable, invoice.currency))}\u00a0{invoice.currency}"
    due = text.date(invoice.terms.due) if invoice.terms.due else ""
    debit = invoice.payment.debit if invoice.payment else None
    if debit:
        first = text["debit"].format(amount=amount, due=due, mandate=debit.mandate)
    else:
        reference = (invoice.payment.reference if invoice.payment else "") or invoice.number
        first = text["pay_by" if due else "pay_now"].format(amount=amount, due=due, number=reference)
    discounts = [discount_sentence(invoice, early) for early in invoice.terms.early]
    return [first, *discounts, *filter(None, [invoice.terms.note])]


def _rows(invoice: Invoice, text: Words) -> list[list[str]]:
    means = invoice.payment
    if means is None or invoice.type.is_credit:
        return []
    rows: list[tuple[str, str]] = []
    if invoice.payee:
        rows.append((text["payee"], invoice.payee.name))
    for transfer in means.transfers:
        account = compact(transfer.account)
        shown = "\u00a0".join(account[i : i + 4] for i in range(0, len(account), 4))
        rows += [(text["account"], shown), (text["bic"], transfer.bic), (text["holder"], transfer.name)]
    rows.append((text["reference"], means.reference))
    return [[label, value] for label, value in rows if value]


def _target(means: PaymentMeans | None) -> str:
    if means is None or means.code not in CREDIT_TRANSFERS or not means.transfers:
        return ""
    account = compact(means.transfers[0].account)
    return account if looks_like_iban(account) and iban_valid(account) else ""


def epc_text(invoice: Invoice, totals: Totals) -> str:
    """Return the content of the EPC code, or nothing where the invoice cannot be paid with one."""
    account = _target(invoice.payment)
    payable = invoice.currency == "EUR" and 0 < totals.payable <= LARGEST_EUR and not invoice.type.is_credit
    if not account or not payable or invoice.payment is None:
        return ""
    transfer = invoice.payment.transfers[0]
    name = (transfer.name or invoice.seller.name)[:LONGEST_NAME]
    reference = (invoice.payment.reference or invoice.number)[:LONGEST_REFERENCE]
    structured = reference if reference.startswith("RF") else ""
    free = "" if structured else reference
    amount = f"EUR{decimal_of(totals.payable, 'EUR')}"
    lines = ["BCD", "002", "1", "SCT", transfer.bic, name, account, amount, "", structured, free]
    content = "\n".join(lines).rstrip("\n")
    return content if len(content.encode()) <= LONGEST_CODE else ""


def epc_svg(content: str) -> str:
    """Return the code as SVG: error correction M as the guideline asks, texts in UTF-8 as its third line says."""
    rows = qr.rows(content.encode())
    strokes = "".join(
        [
            f"M{run.start()} {at}.5h{run.end() - run.start()}"
            for at, row in enumerate(rows)
            for run in _DARK.finditer(row)
        ]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {len(rows)} {len(rows)}">'
        f'<path stroke="#1a1d21" d="{strokes}"/></svg>'
    )
