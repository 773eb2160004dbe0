"""UBL 2 RemittanceAdvice.

Source: OASIS Universal Business Language 2.1 to 2.3, RemittanceAdvice. Read with the hardened XML reader: any DOCTYPE
is refused.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from fairdue.cash.formats.book import UnreadableError, broken, day_of
from fairdue.cash.formats.lines import Party
from fairdue.cash.formats.remittance.checks import checked, minor
from fairdue.cash.formats.remittance.model import Remittance, RemittanceLine
from fairdue.cash.formats.xml import Limits, line_of, stream_elements
from fairdue.core.findings import refuse
from fairdue.core.money import MoneyError

if TYPE_CHECKING:
    import datetime as dt

    from lxml import etree

SOURCE = "OASIS UBL 2, RemittanceAdvice"
_LIMITS = Limits(most_bytes=20 * 1024 * 1024, most_elements=10)
_NAMESPACE = "urn:oasis:names:specification:ubl:schema:xsd:RemittanceAdvice-2"


def sniff(content: bytes, name: str) -> bool:
    """Tell whether the bytes are XML that speaks of a remittance advice."""
    del name
    start = content[:4096]
    return b"RemittanceAdvice" in start or "RemittanceAdvice".encode("utf-16-le") in start


def read(content: bytes, name: str) -> tuple[Remittance, ...]:
    """Return the advice of a UBL document."""
    del name
    for root in stream_elements(io.BytesIO(content), ("RemittanceAdvice",), _LIMITS):
        if str(root.tag) != f"{{{_NAMESPACE}}}RemittanceAdvice":
            break
        try:
            return (checked(_advice(root)),)
        except (MoneyError, UnreadableError) as error:
            raise broken("ubl", line_of(root), str(error), SOURCE) from None
    raise refuse("ubl.other_document", "file", "The file is no UBL RemittanceAdvice.", SOURCE)


def _text(node: etree._Element, *path: str) -> str:
    return (node.findtext("/".join(f"{{*}}{step}" for step in path)) or "").strip()


def _day(written: str) -> dt.date | None:
    return day_of(written[:10].replace("-", ""), "YMD", "the day") if written else None


def _amount(node: etree._Element, name: str, currency: str) -> int | None:
    written = _text(node, name)
    return minor(written, currency) if written else None


def _advice(root: etree._Element) -> Remittance:
    currency = _text(root, "DocumentCurrencyCode") or _currency(root)
    party = ("AccountingCustomerParty", "Party")
    name = _text(root, *party, "PartyName", "Name") or _text(root, *party, "PartyLegalEntity", "RegistrationName")
    debit, credit = _amount(root, "TotalDebitAmount", currency), _amount(root, "TotalCreditAmount", currency)
    total = _amount(root, "TotalPaymentAmount", currency)
    if total is None and debit is not None:
        total = debit - (credit or 0)
    return Remittance(
        format="UBL RemittanceAdvice",
        lines=tuple(_line(line, currency) for line in root.iterfind("{*}RemittanceAdviceLine")),
        payer=Party(name, "".join(_text(root, "PaymentMeans", "PayerFinancialAccount", "ID").split())),
        paid_on=_day(_text(root, "PaymentMeans", "PaymentDueDate") or _text(root, "IssueDate")),
        currency=currency,
        total=total,
        reference=_text(root, "PaymentMeans", "InstructionID") or _text(root, "ID"),
        text="\n".join((note.text or "").strip() for note in root.iterfind("{*}Note")),
    )


def _currency(root: etree._Element) -> str:
    amounts = (element.get("currencyID") for element in root.iter("{*}TotalPaymentAmount", "{*}DebitLineAmount"))
    return next((found for found in amounts if found), "")


def _line(line: etree._Element, currency: str) -> RemittanceLine:
    debit, credit = _amount(line, "DebitLineAmount", currency), _amount(line, "CreditLineAmount", currency)
    invoice = _text(line, "BillingReference", "InvoiceDocumentReference", "ID")
    note = _text(line, "BillingReference", "CreditNoteDocumentReference", "ID")
    issued = _text(line, "BillingReference", "InvoiceDocumentReference", "IssueDate")
    return RemittanceLine(
        number=invoice or note or _text(line, "UUID") or _text(line, "ID"),
        net=None if debit is None and credit is None else (debit or 0) - (credit or 0),
        gross=_amount(line, "BalanceAmount", currency),
        kind="credit_note" if note and not invoice else "invoice" if invoice else "",
        issued_on=_day(issued),
        place=f"line {_text(line, 'ID')}",
    )
