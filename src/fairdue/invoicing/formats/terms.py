"""The text of payment terms (BT-20): the user's note and the early-payment discounts.

XRechnung carries discounts as lines of the form `#SKONTO#TAGE=14#PROZENT=2.25#` (BR-DE-18); everywhere else
they are a sentence in the language of the invoice.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING

from fairdue.core.invoice.model import EarlyPayment, PaymentTerms
from fairdue.core.invoice.terms import discount_until
from fairdue.invoicing.documents.words import words

if TYPE_CHECKING:
    from datetime import date

    from fairdue.core.invoice.model import Invoice

_SKONTO = re.compile(r"#SKONTO#TAGE=(\d{1,4})#PROZENT=(\d{1,2}\.\d{2})#(?:\n|\Z)")
CENT = Decimal("0.01")


def discount_sentence(invoice: Invoice, early: EarlyPayment) -> str:
    """Return the sentence that offers one early-payment discount."""
    text = words(invoice.language)
    percent = text.number(early.percent)
    if invoice.issued is None:
        return text["discount_days"].format(percent=percent, days=early.days)
    until = text.date(discount_until(invoice.issued, early.days))
    return text["discount"].format(percent=percent, days=early.days, until=until)


def terms_text(invoice: Invoice) -> str:
    """Return the payment terms as one text, lines separated by line feeds."""
    terms = invoice.terms
    if not terms.early:
        return terms.note
    if "xrechnung" in invoice.specification:
        lines = [f"#SKONTO#TAGE={e.days}#PROZENT={e.percent.quantize(CENT)}#\n" for e in terms.early]
        return terms.note + ("\n" if terms.note and lines else "") + "".join(lines)
    sentences = [discount_sentence(invoice, early) for early in terms.early]
    return "\n".join(filter(None, [terms.note, *sentences]))


def read_terms(text: str, due: date | None) -> PaymentTerms:
    """Return the terms that `text` states; discounts are recognised in the XRechnung form only."""
    early = tuple(EarlyPayment(Decimal(percent), int(days)) for days, percent in _SKONTO.findall(text))
    return PaymentTerms(due, _SKONTO.sub("", text).strip(), early)
