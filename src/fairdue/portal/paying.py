"""How chosen items are paid: amount, account, reference and the QR code of the European Payments Council."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString
from segno import helpers

from fairdue.core import refs
from fairdue.core.money import minor_digits
from fairdue.portal.choosing import sums

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fairdue.parties.selectors import CreditorRow
    from fairdue.receivables.selectors import ItemRow

MOST_TEXT = 140
"""Characters of an unstructured SEPA remittance (EPC069-12)."""
MOST_EPC = 99_999_999_999


@dataclass(frozen=True, slots=True)
class Transfer:
    """One transfer: minor units of one currency to the creditor's account with a reference."""

    minor: int
    currency: str
    holder: str
    iban: str
    bic: str
    reference: str
    qr: SafeString | None


def transfers(creditor: CreditorRow, customer_number: str, items: Sequence[ItemRow]) -> list[Transfer]:
    """Return one transfer a currency; the QR code only where EPC069-12 allows it: euro, with an IBAN."""
    found = []
    for currency, minor in sums(items).items():
        chosen = [item for item in items if item.currency == currency]
        structured = chosen[0].reference if len(chosen) == 1 else ""
        text = structured or reference_text(customer_number, chosen)
        found.append(
            Transfer(
                minor,
                currency,
                creditor.name,
                _groups(creditor.iban),
                creditor.bic,
                _shown(structured) if structured else text,
                _qr(creditor, minor, currency, structured, text),
            )
        )
    return found


def reference_text(customer_number: str, items: Sequence[ItemRow]) -> str:
    """Return the numbers of the items, as many as fit, or the customer number where they do not."""
    text = " ".join(item.number for item in items)
    return text if len(text) <= MOST_TEXT else f"{customer_number} {items[0].number} +{len(items) - 1}"


def _shown(reference: str) -> str:
    scheme = next(iter(refs.recognise(reference)), "")
    return refs.show(scheme, reference) if scheme else reference


def _groups(iban: str) -> str:
    plain = iban.replace(" ", "")
    return " ".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _qr(creditor: CreditorRow, minor: int, currency: str, structured: str, text: str) -> SafeString | None:
    """Return the QR code as SVG; ISO 11649 goes into the structured field, everything else into the text."""
    if currency != "EUR" or not creditor.iban or not 0 < minor <= MOST_EPC:
        return None
    amount = Decimal(minor).scaleb(-minor_digits(currency))
    is_iso = "RF" in refs.recognise(structured) if structured else False
    code = helpers.make_epc_qr(
        name=creditor.name[:70],
        iban=creditor.iban.replace(" ", ""),
        amount=amount,
        reference=structured if is_iso else None,
        text=None if is_iso else text,
        bic=creditor.bic or None,
    )
    return SafeString(code.svg_inline(scale=4, border=4, dark="#000", light="#fff", omitsize=False))
