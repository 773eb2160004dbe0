"""XRechnung 3.0.2: the rules of KoSIT that an invoice can break although EN 16931 finds it sound (BR-DE)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from fairdue.core.invoice.check.rules import broken
from fairdue.core.invoice.formats.shared import common_findings

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fairdue.core.findings import Finding
    from fairdue.core.invoice.model import Invoice, PaymentMeans
    from fairdue.core.invoice.parties import Contact
    from fairdue.core.invoice.totals import Totals

SOURCE = "XRechnung 3.0.2 (KoSIT)"
TRANSFERS, CARDS, DEBITS = frozenset({"30", "58"}), frozenset({"48", "54", "55"}), frozenset({"59"})
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:.+")
CONTACT = "The seller's {} is missing; record it with the client (contact, telephone, e-mail)."


def xrechnung_findings(invoice: Invoice, totals: Totals) -> Iterator[Finding]:
    """Yield what the rules of XRechnung find wrong."""
    del totals
    found = [*_head(invoice), *_contact(invoice.seller.contact), *_places(invoice), *_documents(invoice)]
    if invoice.payment is not None:
        found += _means(invoice.payment)
    yield from (broken(code, path, sentence, SOURCE) for code, path, sentence in found)
    yield from common_findings(invoice, SOURCE)


def _head(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    if not invoice.references.buyer.strip():
        sentence = "XRechnung wants a buyer reference: the Leitweg-ID of a public body, else what the buyer named."
        yield "BR-DE-15", "references.buyer", sentence
    if invoice.payment is None and not invoice.type.is_credit:
        yield "BR-DE-1", "payment", "XRechnung wants to know how to pay: record the client's account."


def _contact(contact: Contact | None) -> Iterator[tuple[str, str, str]]:
    if contact is None:
        yield "BR-DE-2", "seller.contact", CONTACT.format("contact")
        return
    for code, name, value, what in (
        ("BR-DE-5", "name", contact.name, "contact"),
        ("BR-DE-6", "phone", contact.phone, "telephone number"),
        ("BR-DE-7", "email", contact.email, "e-mail"),
    ):
        if not value.strip():
            yield code, f"seller.contact.{name}", CONTACT.format(what)


def _places(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    delivered = invoice.delivery.address if invoice.delivery else None
    for path, address, town, postcode in (
        ("seller", invoice.seller.address, "BR-DE-3", "BR-DE-4"),
        ("buyer", invoice.buyer.address, "BR-DE-8", "BR-DE-9"),
        ("delivery", delivered, "BR-DE-10", "BR-DE-11"),
    ):
        if address is None:
            continue
        if not address.city.strip():
            yield town, f"{path}.address.city", "XRechnung wants the town."
        if not address.postcode.strip():
            yield postcode, f"{path}.address.postcode", "XRechnung wants the postcode."


def _documents(invoice: Invoice) -> Iterator[tuple[str, str, str]]:
    seen: set[str] = set()
    for index, one in enumerate(invoice.documents):
        if one.content and one.filename in seen:
            yield "BR-DE-22", f"documents[{index}].filename", "Two attachments have the same file name."
        seen |= {one.filename} if one.content else set()
        if one.location and _ABSOLUTE.fullmatch(one.location) is None:
            yield "BR-TMP-2", f"documents[{index}].location", "The location is a whole address such as https://…"


def _means(means: PaymentMeans) -> Iterator[tuple[str, str, str]]:
    given = {"transfers": bool(means.transfers), "card": means.card is not None, "debit": means.debit is not None}
    for codes, own, rule in ((TRANSFERS, "transfers", "23"), (CARDS, "card", "24"), (DEBITS, "debit", "25")):
        if means.code not in codes:
            continue
        if not given[own]:
            yield f"BR-DE-{rule}-a", f"payment.{own}", "The way of payment lacks its account, card or mandate."
        if any(there for name, there in given.items() if name != own):
            yield f"BR-DE-{rule}-b", "payment.code", "The way of payment names accounts of another way."
    if means.debit is not None and not means.debit.creditor_id.strip():
        yield "BR-DE-30", "payment.debit.creditor_id", "A direct debit names the creditor identifier."
    if means.debit is not None and not means.debit.debtor_account.strip():
        yield "BR-DE-31", "payment.debit.debtor_account", "A direct debit names the account of the debtor."
