"""Rules on the head of the invoice: identity, dates, currency, references, notes, delivery."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fairdue.core.invoice import code_lists
from fairdue.core.invoice.check.rules import broken, coded, given
from fairdue.core.invoice.terms import check_due
from fairdue.core.money import CURRENCIES as MONEY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Delivery, Invoice, Period

TAX_POINT_CODES = frozenset({"5", "29", "72"})


def document_findings(invoice: Invoice, *, numbered: bool) -> Iterator[Finding]:
    """Yield findings on everything that is said once for the whole document."""
    if numbered:
        yield from given("BR-02", "number", invoice.number, "The invoice number")
    yield from given("BR-01", "specification", invoice.specification, "The specification identifier")
    yield from given("BR-03", "issued", invoice.issued, "The date of issue")
    yield from _currency(invoice)
    yield from _tax_point(invoice)
    yield from period_findings(invoice.period, "period", "BR-CO-19", "BR-29")
    yield from _preceding(invoice)
    for index, note in enumerate(invoice.notes):
        path = f"notes[{index}]"
        yield from given("BR-NOTE", f"{path}.text", note.text, "The text of a note")
        yield from coded("BR-CL-08", f"{path}.subject", note.subject, code_lists.NOTE_SUBJECTS, "note subject")
    if invoice.delivery is not None:
        yield from _delivery(invoice.delivery)
    yield from _supporting(invoice)
    if invoice.issued and invoice.terms.due:
        yield from check_due(invoice.issued, invoice.terms.due)


def _supporting(invoice: Invoice) -> Iterator[Finding]:
    """Yield findings on supporting documents and on the scheme of an invoiced object."""
    for index, one in enumerate(invoice.documents):
        path = f"documents[{index}]"
        yield from given("BR-52", f"{path}.reference", one.reference, "The reference of a supporting document")
        yield from coded("BR-CL-24", f"{path}.mime", one.mime, code_lists.MIME_CODES, "type of an attachment")
    for path, value in (
        ("references.object", invoice.references.object),
        *((f"lines[{index}].object", line.object) for index, line in enumerate(invoice.lines) if line.object),
    ):
        if value is not None:
            yield from coded("BR-CL-07", f"{path}.scheme", value.scheme, code_lists.OBJECT_SCHEMES, "scheme of objects")


def _currency(invoice: Invoice) -> Iterator[Finding]:
    yield from given("BR-05", "currency", invoice.currency, "The currency")
    yield from coded("BR-CL-04", "currency", invoice.currency, code_lists.CURRENCIES, "currency (ISO 4217)")
    if invoice.currency in code_lists.CURRENCIES - MONEY:
        sentence = f"{invoice.currency} has no minor unit in ISO 4217 to count money in; choose another currency."
        yield broken("format.currency", "currency", sentence, "ISO 4217")
    yield from coded("BR-CL-05", "tax_currency", invoice.tax_currency, code_lists.CURRENCIES, "currency (ISO 4217)")
    foreign = invoice.tax_currency not in {"", invoice.currency}
    rate = invoice.tax_rate_of_exchange
    if foreign and rate is None:
        sentence = f"The rate from {invoice.currency} to {invoice.tax_currency} is missing; it is never 1."
        yield broken("BR-53", "tax_rate_of_exchange", sentence)
    if rate is not None and rate.is_finite() and rate <= 0:
        yield broken("BR-53", "tax_rate_of_exchange", "A rate of exchange is above zero.")


def _tax_point(invoice: Invoice) -> Iterator[Finding]:
    if invoice.tax_point and invoice.tax_point_code:
        yield broken("BR-CO-03", "tax_point", "Give the tax point as a date or as a code, not both.")
    yield from coded(
        "BR-CL-06", "tax_point_code", invoice.tax_point_code, TAX_POINT_CODES, "tax point code (5, 29, 72)"
    )


def period_findings(period: Period | None, path: str, empty: str, order: str) -> Iterator[Finding]:
    """Yield findings on a period: neither end given (`empty`) or ends the wrong way round (`order`)."""
    if period is None:
        return
    if period.start is None and period.end is None:
        yield broken(empty, path, "A period needs its first day, its last day or both.")
    elif period.start and period.end and period.end < period.start:
        yield broken(order, f"{path}.end", "The period ends before it begins.")


def _preceding(invoice: Invoice) -> Iterator[Finding]:
    for index, preceding in enumerate(invoice.preceding):
        path = f"preceding[{index}]"
        yield from given("BR-55", f"{path}.number", preceding.number, "The number of the preceding invoice")
        if preceding.day and invoice.issued and preceding.day > invoice.issued:
            sentence = "The preceding invoice is dated after this document."
            yield broken("content.preceding", f"{path}.day", sentence, "VAT Directive 2006/112/EC Art. 219")
    if invoice.type.amends and not invoice.preceding:
        sentence = "A credit note or corrected invoice must name the invoice that it amends."
        yield broken("content.preceding", "preceding", sentence, "VAT Directive 2006/112/EC Art. 219")


def _delivery(delivery: Delivery) -> Iterator[Finding]:
    if delivery.address is not None:
        country = delivery.address.country
        yield from given("BR-57", "delivery.address.country", country, "The country of delivery")
        yield from coded("BR-CL-14", "delivery.address.country", country, code_lists.COUNTRIES, "country")
    if delivery.location is not None:
        scheme = delivery.location.scheme
        known = code_lists.IDENTIFIER_SCHEMES
        yield from coded("BR-CL-26", "delivery.location.scheme", scheme, known, "identifier scheme")
